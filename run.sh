#!/usr/bin/env bash
# Builds and starts the gateway. Without ANTHROPIC_API_KEY, in development, the Simulator stands in for Claude.
# Settings: environment, .env beside this file (see .env.example), or --Key value behind the command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v dotnet >/dev/null; then
  echo "run.sh: the .NET SDK 10 is needed (https://dot.net)." >&2
  exit 1
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-$(sed -n 's/^ASPNETCORE_ENVIRONMENT=//p' .env 2>/dev/null | tail -n 1)}"
export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-Development}"

echo "building…"
out=artifacts/run
for project in Gateway Simulator; do
  dotnet publish "src/$project" -c Release -o "$out/$project" -v quiet || exit 1
done

settings=$("$out/Gateway/Latchkey.Gateway" settings "$@")
is_default() { grep -qE "^$1 +\(default" <<<"$settings"; }

# Claude Code sends up to 32 MB when it has images to show.
if is_default MAX_PAYLOAD_SIZE; then
  export MAX_PAYLOAD_SIZE=33554432
fi

simulator=""
if [ "$ASPNETCORE_ENVIRONMENT" = Development ] && is_default ANTHROPIC_API_KEY; then
  port="${SIMULATOR_PORT:-3002}"
  Logging__LogLevel__Default=Warning "$out/Simulator/Latchkey.Simulator" --urls "http://127.0.0.1:$port" &
  simulator=$!
  export Latchkey__Demo__Upstream="http://127.0.0.1:$port"
  until (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    if ! kill -0 "$simulator" 2>/dev/null; then
      echo "run.sh: the Simulator didn't start; if port $port is taken, choose another with SIMULATOR_PORT." >&2
      exit 1
    fi
    sleep 0.1
  done
fi

"$out/Gateway/Latchkey.Gateway" "$@" &
gateway=$!

# The gateway drains, so it is told first; the Simulator has to outlive the streams that it feeds.
stop() { kill -TERM "$gateway" 2>/dev/null || true; }
trap stop INT TERM
code=0
while kill -0 "$gateway" 2>/dev/null; do
  wait "$gateway" && code=0 || code=$?
done
if [ -n "$simulator" ]; then
  kill -TERM "$simulator" 2>/dev/null || true
  wait "$simulator" 2>/dev/null || true
fi
exit "$code"
