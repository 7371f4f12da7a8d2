#!/usr/bin/env bash
# Compares Latchkey with other proxies on this machine; bench/Load/README.md tells what is measured, --help what can be chosen.
# Installs what is missing: servers and headers from Debian, two peers from npm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

missing=()
while read -r path package; do
  compgen -G "$path" >/dev/null || missing+=("$package")
done <<'NEEDED'
/usr/sbin/nginx nginx
/usr/sbin/haproxy haproxy
/usr/bin/gcc gcc
/usr/bin/make make
/usr/bin/taskset util-linux
/usr/include/openssl/ssl.h libssl-dev
NEEDED
command -v npm >/dev/null || missing+=(nodejs npm)
if [ "${#missing[@]}" -gt 0 ]; then
  echo "installing ${missing[*]}"
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  # Their services would take a core's time and ports.
  DEBIAN_FRONTEND=noninteractive $sudo env RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

peers=bench/Load/peers
for peer in fastify portkey; do
  if [ "$peers/$peer/node_modules/.package-lock.json" -ot "$peers/$peer/package-lock.json" ]; then
    npm ci --prefix "$peers/$peer" --no-audit --no-fund --loglevel=error
    touch "$peers/$peer/node_modules/.package-lock.json"
  fi
done

# 5,000 streams take 10,000 descriptors of a peer.
ulimit -n "$(ulimit -Hn)"

out=$PWD/artifacts/bench
mkdir -p "$out/native"
make --silent -C bench/Load/native OUT="$out/native"
dotnet build bench/Load -c Release -v quiet
bench=bench/Load/bin/Release/net10.0/Latchkey.Load

if [ "${1:-}" = --report ]; then
  exec "$bench" report "$out/load.json" docs
fi

gateway=()
if [[ " $* " != *" --latchkey "* ]]; then
  dotnet publish src/Gateway -c Release -v quiet -o "$out/gateway"
  gateway=(--latchkey "$out/gateway")
fi

exec "$bench" --native "$out/native" --npm "$peers" --results "$out/load.json" ${gateway[@]+"${gateway[@]}"} "$@"
