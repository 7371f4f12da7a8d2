#!/usr/bin/env bash
# Installs what the tests need (Debian, npm and NuGet packages) and runs all of them.
# Ends with "N passed, N failed, N skipped"; the exit code is 0 only when none failed or was skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

missing=()
while read -r command package; do
  command -v "$command" >/dev/null || missing+=("$package")
done <<'NEEDED'
curl curl
jq jq
node nodejs
npm npm
python3 python3
redis-server redis-server
nginx nginx
strace strace
gcc gcc
Xvfb xvfb
openbox openbox
xdotool xdotool
import imagemagick
chromium chromium
dbus-daemon dbus
gnome-keyring-daemon gnome-keyring
secret-tool libsecret-tools
xdg-open xdg-utils
setsid util-linux
fish fish
NEEDED
# Libraries: the desktop app's window, and what native compilation links.
for library in libwebkit2gtk-4.1.so.0:libwebkit2gtk-4.1-0 libz.so:zlib1g-dev; do
  compgen -G "/usr/lib/*/${library%%:*}" >/dev/null || missing+=("${library##*:}")
done
# Debian keeps its programs off the PATH.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
if [ "${#missing[@]}" -gt 0 ]; then
  echo "installing ${missing[*]}"
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  # Their services would take ports that the tests' own servers choose.
  DEBIAN_FRONTEND=noninteractive $sudo env RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

npm ci --prefix tests/EndToEnd.Tests/clients --no-audit --no-fund --loglevel=error

dotnet restore --locked-mode -v quiet
dotnet build --no-restore -c Release -v quiet
dotnet format whitespace Latchkey.slnx --verify-no-changes --no-restore || { echo "test.sh: run 'dotnet format whitespace'" >&2; exit 1; }

results=artifacts/test-results
rm -rf "$results"
status=0
dotnet test --solution Latchkey.slnx -c Release --no-build --results-directory "$results" --report-trx "$@" || status=$?

# The one line that counts, from the result files.
python3 - "$results" "$status" <<'SUM'
import glob, sys, xml.etree.ElementTree as xml

passed = failed = skipped = 0
for path in glob.glob(sys.argv[1] + "/**/*.trx", recursive=True):
    counters = xml.parse(path).getroot().find(".//{*}Counters").attrib
    total, executed = int(counters["total"]), int(counters["executed"])
    passed += int(counters["passed"])
    skipped += total - executed
    failed += executed - int(counters["passed"])
ok = sys.argv[2] == "0" and failed == 0 and skipped == 0 and passed > 0
if not ok and failed == 0:
    failed = 1 if skipped == 0 else 0
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(0 if ok else 1)
SUM
