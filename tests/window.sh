#!/usr/bin/env bash
# The program on a virtual display: it opens, learns, takes a screenshot and closes, in both themes and three sizes;
# without a display it reports that. bash tests/window.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder

look() { # PRESET IMAGES SIZE THEME
    local picture="$folder/$1-$3-$4.png" log="$folder/log"
    timeout 180 xvfb-run -a -s "-screen 0 2560x1440x24" "$program" --preset "presets/$1.ron" \
        --screenshot "$picture" --after-images "$2" --size "$3" --theme "$4" >"$log" 2>&1 ||
        { echo "FAILED: $1 at $3, $4" >&2; cat "$log" >&2; exit 1; }
    if grep -iE 'panicked|RUST_BACKTRACE' "$log"; then echo "FAILED: a panic in the log" >&2; exit 1; fi
    # width and height stand in bytes 16 to 23 of a PNG; a picture of one colour would be far smaller
    local width height bytes
    read -r width height < <(od -An -j16 -N8 -t u4 --endian=big "$picture")
    bytes=$(stat -c %s "$picture")
    [ "${width}x${height}" = "$3" ] || { echo "FAILED: $picture is ${width}x${height}" >&2; exit 1; }
    [ "$bytes" -gt 30000 ] || { echo "FAILED: $picture has only $bytes bytes" >&2; exit 1; }
    echo "ok: $1, $2 images, $3, $4"
}
look mnist-rstdp 500 1440x900 dark
look mnist-rstdp 200 1024x700 light
look mnist-rstdp 200 1920x1080 dark
look mnist-diehl-cook-100 200 1440x900 light
look mnist-gabor-rstdp 300 1440x900 dark
look mnist-mozafari-conv 100 1024x700 light
look first-neuron 0 1440x900 dark
look stdp-window 0 1440x900 light

# kill -9: the run of the window is kept, and the next window starts without resuming it unless asked
kept() { find "$folder" -name '*.autosave' | wc -l; }
run() { xvfb-run -a -s "-screen 0 1600x1000x24" "$program" --preset presets/mnist-rstdp.ron >"$folder/log" 2>&1 & wrapper=$!; }
victim() { pgrep -P "$wrapper" -f -- "$program" | head -1; }
run
for _ in $(seq 60); do [ "$(kept)" = 1 ] && break; sleep 1; done
[ "$(kept)" = 1 ] || { echo "FAILED: nothing was kept within a minute" >&2; cat "$folder/log" >&2; exit 1; }
kill -9 "$(victim)"; wait "$wrapper" || true
run
sleep 5
[ -n "$(victim)" ] && [ "$(kept)" = 1 ] || { echo "FAILED: after kill -9" >&2; cat "$folder/log" >&2; exit 1; }
kill -9 "$(victim)"; wait "$wrapper" || true
if grep -iE 'panicked' "$folder/log"; then echo "FAILED: a panic in the log" >&2; exit 1; fi
echo "ok: a window killed without warning leaves its run behind"

# A16: time to the first visible spike. The limit allows for a build that is not fully optimised and renders without a GPU.
SPIKESCOPE_LOG=spikescope=info timeout 60 xvfb-run -a -s "-screen 0 2560x1440x24" "$program" --preset presets/mnist-rstdp.ron \
    --screenshot "$folder/first.png" --after-images 5 --size 1440x900 >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
ms=$(sed -n 's/\x1b\[[0-9;]*m//g; s/.*the first spikes are laid out.*ms=\([0-9]*\).*/\1/p' "$folder/log")
[ -n "$ms" ] && [ "$ms" -lt 6000 ] || { echo "FAILED: the first spike after ${ms:-?} ms" >&2; cat "$folder/log" >&2; exit 1; }
echo "ok: the first spike $ms ms after the start"

# text goes to other programs
copy() { # typed into the search of commands, selected, copied
    "$program" --preset presets/mnist-rstdp.ron --size 1440x900 >"$folder/log" 2>&1 & local window=$!
    local copied=
    for _ in $(seq 20); do
        sleep 1
        xdotool search --name Spikescope windowfocus key ctrl+p 2>/dev/null || continue
        sleep 1
        xdotool key ctrl+a type copied 2>/dev/null; sleep 1
        xdotool key ctrl+a key ctrl+c 2>/dev/null; sleep 1
        copied=$(timeout 2 xclip -o -selection clipboard 2>/dev/null) || true
        [ "$copied" = copied ] && break
        xdotool key Escape 2>/dev/null; sleep 1
    done
    kill -9 "$window"; wait "$window" 2>/dev/null || true
    [ "$copied" = copied ] || { echo "FAILED: the clipboard holds '$copied'" >&2; exit 1; }
}
export program folder
xvfb-run -a -s "-screen 0 1600x1000x24" bash -c "$(declare -f copy); copy" 2>/dev/null || { echo "FAILED: text was not copied" >&2; exit 1; }
echo "ok: copied text reaches other programs"

code=0
env -u DISPLAY -u WAYLAND_DISPLAY "$program" >"$folder/log" 2>&1 || code=$?
[ "$code" = 2 ] && grep -q 'train' "$folder/log" || { echo "FAILED: without a display: exit $code" >&2; cat "$folder/log" >&2; exit 1; }
echo "ok: without a display it names the verbs that need none"
