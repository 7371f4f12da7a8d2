#!/usr/bin/env bash
# Walks every endpoint of a running gateway and says which failed.
#
#   ./test-proxy.sh [BASE_URL] [OPERATOR_KEY]
#
# BASE_URL      where the gateway is, without /v1; http://127.0.0.1:3001 by default
# OPERATOR_KEY  the operator's credential (or the variable OPERATOR_KEY, which no process list shows);
#               without it the operator's calls are skipped
# MODEL         model to ask, claude-haiku-5-5 by default: against the real API a run costs far less than a cent
# DEVICE_ID     whose token is asked for, test-proxy-script by default
#
# One line a call: ok, FAILED, or skipped (the upstream doesn't offer it). Ends with 1 if a call failed.
# Needs bash, curl and jq. Tokens and keys are never printed, nor put on a command line.
set -uo pipefail

base="${1:-http://127.0.0.1:3001}"
base="${base%/}"
operator_key="${2:-${OPERATOR_KEY:-}}"
model="${MODEL:-claude-haiku-5-5}"
device_id="${DEVICE_ID:-test-proxy-script}"

for tool in curl jq; do
  command -v "$tool" >/dev/null || { echo "test-proxy.sh: $tool is needed." >&2; exit 2; }
done

umask 077
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
body=$work/body
head=$work/head

passed=0
skipped=0
failures=()

# call METHOD PATH [curl arguments]: sends one request; its status is in $status, the answer in $body and $head.
call() {
  method=$1
  path=$2
  shift 2
  : >"$body"
  : >"$head"
  status=$(curl --silent --show-error --path-as-is --connect-timeout 5 --max-time 120 --request "$method" \
    --output "$body" --dump-header "$head" --write-out '%{http_code}' "$@" "$base$path" 2>"$work/curl") || true
}

# Ids are left out of the lines, so that two runs read the same.
report() { printf '%-8s %-6s %-36s %s  %s\n' "$1" "$method" "$(shown)" "$status" "$2"; }
shown() { sed -E 's#/(msgbatch|file)_[A-Za-z0-9]+#/{id}#' <<<"$path"; }

ok() {
  passed=$((passed + 1))
  report ok "$1"
}

# The answer's own words help; a token has no business in them, and none gets out.
failed() {
  local words
  words=$(jq -r '.error.message? // .detail? // .reason? // empty' "$body" 2>/dev/null | head -c 200 | sed -E 's/ey[A-Za-z0-9_.-]{20,}/(hidden)/g')
  failures+=("$method $(shown): $1, got $status${words:+: $words}")
  report FAILED "$1${words:+: $words}"
}

skip() {
  skipped=$((skipped + 1))
  report skipped "$1"
}

# expect STATUS WHAT [jq filter]: the call's status, and a filter that must be true of its JSON.
expect() {
  if [ "$status" != "$1" ]; then
    failed "expected $1 ($2)"
  elif [ -n "${3:-}" ] && ! jq -e "$3" "$body" >/dev/null 2>&1; then
    failed "the answer isn't as expected ($2)"
  else
    ok "$2"
  fi
}

# offered WHAT [jq filter]: as expect 200, but the upstream may answer that it has no such thing.
offered() {
  case $status in
    400 | 403 | 404 | 409 | 410) skip "the upstream says no ($1)" ;;
    *) expect 200 "$1" "${2:-}" ;;
  esac
}

error_is() { echo ".type == \"error\" and .error.type == \"$1\" and (.error.message | length > 0)"; }

json=(--header 'content-type: application/json')
version=(--header 'anthropic-version: 2023-06-01')
message() { jq -nc --arg model "$1" --argjson stream "$2" '{model: $model, max_tokens: 16, stream: $stream, messages: [{role: "user", content: "Say hello."}]}'; }

echo "gateway $base, model $model"
echo

# Health
call GET /healthz
if [ "$status" = 000 ]; then
  failed "nothing answers at $base ($(head -c 200 "$work/curl"))"
  echo
  echo "0 ok, 1 failed, 0 skipped: is the gateway running, and is the URL right?"
  exit 1
fi
expect 200 "the process answers" '.status == "ok" and (.timestamp | length > 0)'
call GET /readyz
expect 200 "it takes calls" '.status == "ready"'

# Tokens
call POST /bootstrap "${json[@]}" --data "$(jq -nc --arg id "$device_id" '{device_id: $id, app_version: "test-proxy"}')"
expect 200 "a device gets a wrapper token" '(.wrapper_token | length > 0) and (.proxy_base_url | length > 0) and (.expires_at | length > 0)'
jq -r '"authorization: Bearer " + (.wrapper_token // "none")' "$body" >"$work/bearer" 2>/dev/null
call POST /refresh --header "@$work/bearer"
expect 200 "the token is renewed" '.wrapper_token | length > 0'
if [ "$status" = 200 ]; then
  jq -r '"authorization: Bearer " + .wrapper_token' "$body" >"$work/bearer"
  jq -r '"x-api-key: sk-ant-proxy-" + .wrapper_token' "$body" >"$work/api-key"
else
  echo "x-api-key: none" >"$work/api-key"
fi
device=(--header "@$work/bearer" "${version[@]}")
call POST /bootstrap "${json[@]}" --data '{"device_id":"short"}'
expect 400 "a short device_id is refused" '.detail | contains("device_id")'

# Messages
call POST /v1/messages "${device[@]}" "${json[@]}" --data "$(message "$model" false)"
expect 200 "a message" '.type == "message" and .usage.output_tokens > 0'
request_id=$(sed -n 's/^x-latchkey-request-id: *\([^[:space:]]*\).*/\1/Ip' "$head" | head -n 1)
used=$(jq -c '[.usage.input_tokens, .usage.output_tokens]' "$body" 2>/dev/null)
call POST /v1/messages --header "@$work/api-key" "${version[@]}" "${json[@]}" --data "$(message "$model" true)"
if [ "$status" = 200 ] && grep -q '^event: message_start' "$body" && grep -q '^event: message_stop' "$body"; then
  ok "a streamed message, token in x-api-key"
else
  failed "expected an event stream from message_start to message_stop"
fi
call POST /v1/messages/count_tokens "${device[@]}" "${json[@]}" --data "$(message "$model" false | jq -c 'del(.stream, .max_tokens)')"
expect 200 "tokens are counted" '.input_tokens > 0'
call POST /v1/complete "${device[@]}" "${json[@]}" --data "$(jq -nc --arg model "$model" '{model: $model, max_tokens_to_sample: 16, prompt: "\n\nHuman: Say hello.\n\nAssistant:"}')"
offered "the legacy completion" '.completion | length > 0'

# Models
call GET '/v1/models?limit=5' "${device[@]}"
expect 200 "models are listed" '.data | length > 0'
call GET "/v1/models/$model" "${device[@]}"
expect 200 "one model" '.type == "model"'

# Batches
call POST /v1/messages/batches "${device[@]}" "${json[@]}" --data "$(message "$model" false | jq -c '{requests: [{custom_id: "one", params: del(.stream)}]}')"
offered "a batch is made" '.type == "message_batch"'
batch=$(jq -r '.id // empty' "$body" 2>/dev/null)
if [ "$status" = 200 ] && [ -n "$batch" ]; then
  call GET "/v1/messages/batches/$batch" "${device[@]}"
  expect 200 "the batch" '.type == "message_batch"'
  call GET "/v1/messages/batches/$batch/results" "${device[@]}"
  offered "its results, if it has ended"
  call POST "/v1/messages/batches/$batch/cancel" "${device[@]}"
  offered "it is cancelled, if it hasn't ended"
  call DELETE "/v1/messages/batches/$batch" "${device[@]}"
  offered "it is deleted, if it has ended"
fi
call GET /v1/messages/batches "${device[@]}"
expect 400 "no list of everybody's batches" "$(error_is policy_blocked)"

# Files
files=("${device[@]}" --header 'anthropic-beta: files-api-2025-04-14')
echo "hello from test-proxy.sh" >"$work/hello.txt"
call POST /v1/files "${files[@]}" --form "file=@$work/hello.txt;type=text/plain"
offered "a file is uploaded" '.type == "file"'
file=$(jq -r '.id // empty' "$body" 2>/dev/null)
if [ "$status" = 200 ] && [ -n "$file" ]; then
  call GET "/v1/files/$file" "${files[@]}"
  expect 200 "the file's description" '.type == "file"'
  call GET "/v1/files/$file/content" "${files[@]}"
  offered "its content, if it may be downloaded"
  call DELETE "/v1/files/$file" "${files[@]}"
  expect 200 "it is deleted" '.type == "file_deleted"'
fi
call GET /v1/files "${files[@]}"
expect 400 "no list of everybody's files" "$(error_is policy_blocked)"

# What is refused
call POST /v1/messages "${device[@]}" "${json[@]}" --data "$(message not-a-claude-model false)"
expect 400 "a model that isn't allowed" "$(error_is policy_blocked)"
call POST /v1/messages "${version[@]}" "${json[@]}" --data "$(message "$model" false)"
expect 401 "no token" "$(error_is authentication_error)"
call PUT /v1/messages "${device[@]}"
expect 405 "a wrong method" "$(error_is invalid_request_error)"
call GET /v1/no-such-call "${device[@]}"
expect 404 "an unknown path" "$(error_is not_found_error)"
head -c 33554433 /dev/zero >"$work/large"
call POST /v1/messages "${device[@]}" "${json[@]}" --data-binary "@$work/large"
expect 413 "a body beyond 32 MiB" '' # a proxy in front may say it first, in words of its own
rm -f "$work/large"
call POST /v1/messages "${device[@]}" "${json[@]}" --header 'origin: https://elsewhere.invalid' --data '{}'
expect 403 "a page from elsewhere" "$(error_is permission_error)"

# Operating, as a device
call GET /admin/stats "${device[@]}"
expect 200 "the device's own figures" '.totalRequests > 0 and has("totalInputTokens") and has("totalOutputTokens") and has("averageLatency") and has("successRate")'
call GET /admin/usage "${device[@]}"
expect 200 "the message is written down to the token" ".metrics | any(.request_id == \"$request_id\" and [.input_tokens, .output_tokens] == ${used:-[]})"
call GET "/admin/usage/summary?group_by=device,model&order_by=-cost" "${device[@]}"
expect 200 "its sums by model" ".groups | length > 0 and all(.device_id == \"$device_id\" and has(\"cost_nano_usd\"))"
call GET "/admin/usage/rows?limit=1000" "${device[@]}"
expect 200 "its rows" ".rows | any(.request_id == \"$request_id\" and .kind == \"settled\")"
call GET /admin/circuit-breaker "${device[@]}"
expect 200 "the breakers" '.state == "CLOSED" or .state == "OPEN" or .state == "HALF_OPEN"'
call POST /admin/circuit-breaker/reset "${device[@]}"
expect 403 "a device resets nothing"
call GET /admin/prices "${device[@]}"
expect 403 "a device sees no prices"
call GET '/admin/reconcile?from=2026-11-01&to=2026-11-01' "${device[@]}"
expect 403 "a device reconciles nothing"
call GET /metrics "${device[@]}"
expect 403 "a device sees no metrics"
call GET /admin/stats
expect 401 "nobody sees figures without a credential"

# Operating, as the operator
if [ -n "$operator_key" ]; then
  printf 'authorization: Bearer %s\n' "$operator_key" >"$work/operator"
  call GET /admin/stats --header "@$work/operator"
  expect 200 "everybody's figures" '.totalRequests > 0'
  call GET "/admin/usage?device_id=$device_id" --header "@$work/operator"
  expect 200 "one device's calls" ".metrics | length > 0 and all(.device_id == \"$device_id\")"
  call POST /admin/circuit-breaker/reset --header "@$work/operator"
  expect 200 "the breakers are closed by hand" '.stats.state == "CLOSED"'
  call GET /admin/prices --header "@$work/operator"
  expect 200 "the prices in force" '(.price_version | contains("@")) and (.models | length > 0)'
  call POST /admin/prices/rerate --header "@$work/operator" "${json[@]}" --data '{"from":"2026-01-01","to":"2100-01-01","dry_run":true}'
  expect 200 "what a re-rating would correct" '.dry_run and (.rows_looked_at > 0)'
  call GET /metrics --header "@$work/operator"
  if [ "$status" = 200 ] && grep -q '^latchkey_exchange_duration_seconds_count' "$body"; then
    ok "metrics in Prometheus form"
  else
    failed "expected metrics of exchanges"
  fi
else
  method=- path="(operator's calls)" status="   "
  skip "no operator key given"
fi

echo
echo "$passed ok, ${#failures[@]} failed, $skipped skipped"
if [ "${#failures[@]}" -gt 0 ]; then
  printf '  %s\n' "${failures[@]}"
  exit 1
fi
