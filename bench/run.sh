#!/usr/bin/env bash
# Compares Latchkey with other proxies on this machine: bench/Load/README.md tells what is measured, --help what can be chosen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

out=$PWD/artifacts/bench
mkdir -p "$out/native"
make --silent -C bench/Load/native OUT="$out/native"
dotnet build bench/Load -c Release -v quiet

latchkey=(--latchkey "$out/gateway")
if [[ " $* " != *" --latchkey "* ]]; then
  dotnet publish src/Gateway -c Release -v quiet -o "$out/gateway"
else
  latchkey=()
fi

exec bench/Load/bin/Release/net10.0/Latchkey.Load --native "$out/native" --results "$out/load.json" "${latchkey[@]}" "$@"
