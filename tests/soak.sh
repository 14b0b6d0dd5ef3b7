#!/usr/bin/env bash
# Trains in the window at full speed for an hour and checks that memory use does not grow: bash tests/soak.sh [MINUTES [PROGRAM]]
# Not in CI. Prints memory use once a minute; fails if it ends more than 10 % above the value after three minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-60}
program=${2:-}
if [ -z "$program" ]; then
    cargo build --release --quiet
    program=${CARGO_TARGET_DIR:-target}/release/spikescope
fi
home=$(mktemp -d)
export XDG_DATA_HOME=$home/data XDG_CONFIG_HOME=$home/config XDG_RUNTIME_DIR=$home
# select full speed through the user interface
mkdir -p "$home/data/spikescope"
printf '{"spikescope":"(speed:Some(Full),hints_seen:255)"}' >"$home/data/spikescope/app.ron"
xvfb-run -a -s "-screen 0 1440x900x24" "$program" --size 1440x900 >"$home/log" 2>&1 &
runner=$!
trap 'pkill -P $runner 2>/dev/null || true; kill $runner 2>/dev/null || true; rm -rf "$home"' EXIT
sleep 20
app=$(pgrep -n -f "^$program --size")
rss() { awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$app/status"; }
settled=0
for minute in $(seq 1 "$minutes"); do
    sleep 60
    kill -0 "$app" || { echo "FAILED: the program ended" >&2; cat "$home/log" >&2; exit 1; }
    now=$(rss)
    [ "$minute" -gt 3 ] || settled=$now
    echo "minute $minute: $now MiB"
done
echo "after three minutes $settled MiB, at the end $now MiB"
[ $((now * 10)) -le $((settled * 11)) ] || { echo "FAILED: memory grows" >&2; exit 1; }
