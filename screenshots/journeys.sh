#!/usr/bin/env bash
# The journeys of three users, with real key and pointer events on a virtual display, as series of screenshots and as
# one GIF each: bash screenshots/journeys.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-}
if [ -z "$program" ]; then
    cargo build --release --quiet
    program=${CARGO_TARGET_DIR:-target}/release/spikescope
fi
program=$(realpath "$program")
missing=()
for pair in Xvfb:xvfb xdotool:xdotool import:imagemagick; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
out=screenshots/journeys
mkdir -p "$out"
export DISPLAY=:93
home=$(mktemp -d)
export XDG_DATA_HOME=$home/data XDG_CONFIG_HOME=$home/config XDG_RUNTIME_DIR=$home
Xvfb "$DISPLAY" -screen 0 1440x900x24 >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$home"' EXIT
sleep 1

open() { # JOURNEY PRESET [THEME]
    journey=$1 number=0
    rm -f "$out/$journey"-*.png
    "$program" --preset "presets/$2.ron" --size 1440x900 --theme "${3:-dark}" >"$home/log" 2>&1 &
    app=$!
    window=$(timeout 60 xdotool search --sync --onlyvisible --name Spikescope | head -1)
    xdotool windowmove "$window" 0 0 windowfocus "$window"
    sleep 2
}
close() {
    kill -9 "$app"
    wait "$app" 2>/dev/null || true
    rm -rf "$home/data" "$home/config"
    convert -delay 180 -loop 0 "$out/$journey"-*.png -resize 960x -layers optimize "$out/$journey.gif"
}
look() { # WHAT
    number=$((number + 1))
    # a pointer that rests somewhere would be explained
    xdotool mousemove 1439 1
    sleep "${2:-0.6}"
    import -window root "$out/$journey-$(printf %02d $number)-$1.png"
    kill -0 "$app" || { echo "the program ended" >&2; cat "$home/log" >&2; exit 1; }
    echo "$out/$journey-$(printf %02d $number)-$1.png"
}
key() { for k in "$@"; do xdotool key --clearmodifiers "$k"; sleep 0.15; done; }
say() { # what one types into the palette
    key ctrl+p
    sleep 0.4
    xdotool type --delay 25 "$1"
    sleep 0.3
}
ask() { say "$1"; key Return; sleep "${2:-0.5}"; }
line() { # X Y, X Y, ... : a stroke
    xdotool mousemove "$1" "$2" mousedown 1
    shift 2
    while [ $# -gt 0 ]; do
        xdotool mousemove "$1" "$2"
        sleep 0.04
        shift 2
    done
    sleep 0.1
    xdotool mouseup 1
    sleep 0.2
}

open newcomer mnist-rstdp
look first-seconds
sleep 30
look fields-become-digits
key Escape
ask "show draw an image"
look an-empty-canvas
line 775 680 790 678 805 677 820 677 835 678 845 680 838 695 828 715 818 735 810 755 804 770
look a-seven-of-ones-own 1.5
say "inhib"
look the-palette
key Escape
ask "inhibition=0mV" 6
look one-thing-changed
key ctrl+z
look and-back 6
close

open student mnist-rstdp
sleep 20
key Return Return
look one-image-at-a-time
ask "show why"
look why-this-answer 1
ask "show spike propagation"
key period period period period period period
look a-spike-on-its-way
ask "layout debug" 1
look every-view-of-one-neuron
ask "show stdp curve"
look the-learning-window
ask "reward_mode=by hand" 0.5
key space
sleep 1.5
key plus
look a-reward-by-hand 0.8
ask "reward_mode=automatic" 0.5
key space
ask "rate_max=5Hz" 0.3
key space
sleep 12
look what-is-wrong-and-what-to-try
close

open researcher mnist-gabor-rstdp light
sleep 8
ask "test on 1,000"
look a-test-beside-the-training 0.3
sleep 5
ask "show network"
look what-it-is-made-of
line 1100 857 1000 857 900 857 700 857
look back-in-time 2
xdotool key End
ask "reset with the same seed"
ask "eta=0.05" 9
ask "compare"
look two-runs-over-one-another
close
