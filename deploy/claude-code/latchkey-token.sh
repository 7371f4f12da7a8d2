#!/usr/bin/env bash
# Claude Code's apiKeyHelper: prints a wrapper token that is still good for a while.
# Gets one from the gateway, keeps it for this user only, renews it when less than half an hour is left or it was refused.
#
# LATCHKEY_URL  the gateway, http://127.0.0.1:3001 by default
# Needs bash, curl and jq. Nothing but the token goes to stdout.
set -euo pipefail
umask 077

url="${LATCHKEY_URL:-http://127.0.0.1:3001}"
url="${url%/}"
folder="${XDG_CACHE_HOME:-$HOME/.cache}/latchkey"
kept="$folder/$(printf %s "$url" | tr -c 'A-Za-z0-9.-' _).json"
fresh="$kept.$$"
mkdir -p "$folder"
trap 'rm -f "$fresh"' EXIT

# Stable for the machine and its user, and says nothing about either.
device_id() {
  local machine
  machine=$(cat /etc/machine-id 2>/dev/null || ioreg -rd1 -c IOPlatformExpertDevice 2>/dev/null | sed -n 's/.*"IOPlatformUUID" = "\(.*\)"/\1/p')
  printf '%s %s' "${machine:-$(hostname)}" "$(id -un)" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c 1-32
}

seconds_left() {
  jq -r '(.expires_at | sub("\\.[0-9]+Z$"; "Z") | fromdateiso8601) - now | floor' "$kept" 2>/dev/null || echo 0
}

# Whole or not at all: another helper may be reading.
ask() {
  curl --silent --fail --max-time 8 --output "$fresh" --request POST "$@" \
    && jq -e '.wrapper_token and .expires_at' "$fresh" >/dev/null \
    && mv "$fresh" "$kept"
}

refresh() {
  ask "$url/refresh" --header @<(jq -r '"authorization: Bearer " + .wrapper_token' "$kept")
}

bootstrap() {
  ask "$url/bootstrap" --header 'content-type: application/json' --data "{\"device_id\": \"$(device_id)\", \"app_version\": \"latchkey-token.sh\"}"
}

# Asked every five minutes, and at once when the gateway has refused the token: it may do so long before the token expires,
# when its secret was changed for instance. Other sessions ask too; a token more does no harm.
asked_lately=$(find "$kept.asked" -mmin -2 2>/dev/null || true)
: >"$kept.asked"

left=$(seconds_left)
if [ "${left:-0}" -lt 1800 ] || [ -n "$asked_lately" ]; then
  { [ -s "$kept" ] && refresh; } || bootstrap || [ "${left:-0}" -gt 60 ] || {
    echo "latchkey-token.sh: no token from $url" >&2
    exit 1
  }
fi
jq -r .wrapper_token "$kept"
