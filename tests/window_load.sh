#!/usr/bin/env bash
# Cost of the window for a large network that runs freely: bash tests/window_load.sh PROGRAM [NEURONS] [SECONDS]
# Opens a network of NEURONS neurons (default 10,000, with 100 synapses each) on a virtual display, with Spikes, Rates, Membrane,
# Weight histogram, Weights over time, Intervals and Network visible at once, and prints the processor time of the simulation thread
# for a second of model time, that of `spikescope run` with the same preset, and that of the threads that draw. Then the same
# with "Why this spike?" following the run. SECONDS (default 10) is the wall-clock time of each measurement. Exit code 1 above
# SPIKESCOPE_LIMIT percent (default 10; for the explanation half of that). SPIKESCOPE_PICTURE=PREFIX saves the screen. Needs Linux,
# Xvfb and a machine on which nothing else runs; not in CI.
set -euo pipefail
program=$(realpath "$1") neurons=${2:-10000} spell=${3:-10} limit=${SPIKESCOPE_LIMIT:-10}
folder=$(mktemp -d)
window=
cleanup() { [ -z "$window" ] || kill "$window" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"; }
trap cleanup EXIT
hertz=$(getconf CLK_TCK)
preset=$folder/load.ron
excitatory=$((neurons * 8 / 10)) inhibitory=$((neurons * 2 / 10))
cat >"$preset" <<RON
Preset(
    schema: 2,
    title: "Load",
    network: (
        populations: {
            "E": (size: $excitatory, model: Lif(e_l: "-70 mV", v_reset: "-60 mV"), start: {"v": Uniform("-70 mV", "-50 mV")}),
            "I": (size: $inhibitory, model: Lif(e_l: "-70 mV", v_reset: "-60 mV"), start: {"v": Uniform("-70 mV", "-50 mV")}),
            "noise_E": (size: $excitatory, model: Poisson(rate: "2 kHz")),
            "noise_I": (size: $inhibitory, model: Poisson(rate: "2 kHz")),
        },
        projections: {
            "E->E": (wiring: Indegree(80), weight: Uniform("0.05 mV", "0.15 mV"), delay: Uniform("0.5 ms", "2.5 ms"), rule: PairStdp(w_max: "0.2 mV")),
            "E->I": (wiring: Indegree(80), weight: "0.1 mV", delay: Uniform("0.5 ms", "2.5 ms")),
            "I->E": (wiring: Indegree(20), weight: "-0.6 mV", delay: Uniform("0.5 ms", "2.5 ms")),
            "I->I": (wiring: Indegree(20), weight: "-0.6 mV", delay: Uniform("0.5 ms", "2.5 ms")),
            "noise_E->E": (wiring: OneToOne, weight: "0.65 mV", delay: "1.5 ms"),
            "noise_I->I": (wiring: OneToOne, weight: "0.65 mV", delay: "1.5 ms"),
        },
    ),
    task: FreeRun(duration: "100 s"),
)
RON

# processor time in ms for a second of model time, without the time to build the network
headless() {
    local short=1 long=$1 ms=()
    for seconds in $short $long; do
        local TIMEFORMAT='%U %S' user system
        read -r user system < <({ time "$program" run "$preset" --duration "$seconds s" --seed 1 --quiet --out "$folder/run-$seconds" >/dev/null 2>&1; } 2>&1)
        ms+=("$(awk -v u="$user" -v s="$system" 'BEGIN { print 1000 * (u + s) }')")
    done
    awk -v a="${ms[0]}" -v b="${ms[1]}" -v n="$((long - short))" 'BEGIN { printf "%.1f", (b - a) / n }'
}

# the layout of the window: rows of views, all visible at once
layout() { # VIEW...
    local columns=3 tiles= rows= id=1 row= in_row=0 n=$#
    for view in "$@"; do
        tiles+="($id):Pane(\"$view\"),"
        row+="($id),"
        id=$((id + 1)) in_row=$((in_row + 1)) n=$((n - 1))
        if [ "$in_row" = "$columns" ] || [ "$n" = 0 ]; then
            tiles+="($((100 + id))):Container(Linear((children:[$row],dir:Horizontal,shares:(shares:{})))),"
            rows+="($((100 + id))),"
            row= in_row=0
        fi
    done
    tiles+="(1000):Container(Linear((children:[$rows],dir:Vertical,shares:(shares:{})))),"
    mkdir -p "$folder/data/spikescope"
    local tree="(id:(1),root:Some((1000)),tiles:(next_tile_id:1001,tiles:{$tiles},invisible:[]),height:None,width:None)"
    local dock="(version:1,layout:Learn,protocol:Free,tree:Some($tree))"
    printf '{\n    "spikescope": "(speed:Some(Full),theme:Dark)",\n    "spikescope tiles": "%s",\n}\n' "${dock//\"/\\\"}" >"$folder/data/spikescope/app.ron"
}

# the processor time of each thread so far: name, ticks
threads() {
    local stat
    for stat in /proc/"$1"/task/*/stat; do
        { sed -E 's/^[0-9]+ \((.*)\) /\1\t/' <"$stat" | awk -F'\t' '{ name = $1; gsub(/ /, "_", name); split($2, field, " "); print name, field[12] + field[13] }'; } 2>/dev/null || true
    done | awk '{ ticks[$1] += $2 } END { for (name in ticks) print name, ticks[name] }' | sort
}
# the step of the run: the last one that the program printed
step() { sed 's/\x1b\[[0-9;]*m//g' "$folder/log" | sed -n 's/.*pace step=\([0-9]*\).*/\1/p' | tail -1; }

# CPU time of the threads in ms for a second of model time: "simulation others", in a window with these views
measure() { # VIEW...
    layout "$@"
    SPIKESCOPE_LOG=spikescope::session=debug XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config LIBGL_ALWAYS_SOFTWARE=1 \
        xvfb-run -a -s "-screen 0 1920x1080x24" "$program" --preset "$preset" --seed 1 --size 1920x1080 >"$folder/log" 2>&1 &
    window=$!
    local pid= begun=$SECONDS
    while pid=$(pgrep -P "$window" -f -- "$program" | head -1); [ -z "$pid" ] || [ -z "$(step)" ] || [ "$(step)" -lt 10000 ]; do
        [ $((SECONDS - begun)) -lt 120 ] || { echo "FAILED: no second of model time within two minutes" >&2; tail -20 "$folder/log" >&2; exit 1; }
        sleep 0.5
    done
    [ -z "${SPIKESCOPE_PICTURE:-}" ] || XAUTHORITY=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^XAUTHORITY=//p') \
        DISPLAY=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^DISPLAY=//p') import -window root "$SPIKESCOPE_PICTURE-$#.png" || true
    threads "$pid" >"$folder/before"; local from; from=$(step)
    sleep "$spell"
    threads "$pid" >"$folder/after"; local to; to=$(step)
    kill "$pid"; wait "$window" 2>/dev/null || true; window=
    # a step is a tenth of a millisecond
    join "$folder/before" "$folder/after" | awk -v hertz="$hertz" -v s="$(((to - from)))" '
        s <= 0 { exit 1 }
        { ms = 1000 * ($3 - $2) / hertz / (s * 1e-4) }
        $1 ~ /^simulation/ { simulation += ms; next }
        $1 ~ /^(keyframes|autosave|explanation|saving)/ { workers += ms; next }
        { drawing += ms }
        END { printf "%.1f %.1f %.1f %.1f\n", simulation, drawing, workers, s * 1e-4 }'
}

all=(populations rates membrane histogram weight_history intervals graph)
long=${SPIKESCOPE_MODEL_SECONDS:-6}
alone=$(headless "$long")
echo "network: $neurons neurons, $((neurons * 100)) recurrent synapses"
echo "spikescope run: $alone ms of processor time for a second of model time"
failed=0
report() { # NAME BASE LIMIT: simulation drawing workers seconds
    local simulation drawing workers seconds
    read -r simulation drawing workers seconds
    awk -v name="$1" -v base="$2" -v limit="$3" -v a="$simulation" -v d="$drawing" -v w="$workers" -v s="$seconds" 'BEGIN {
        more = 100 * (a / base - 1)
        printf "%s: simulation thread %.1f ms for a second of model time (%+.1f %%), drawing %.1f ms, other workers %.1f ms; %.1f s of model time\n", name, a, more, d, w, s
        exit more > limit }'
}
watched=$(measure "${all[@]}")
report "window with ${#all[@]} views" "$alone" "$limit" <<<"$watched" || failed=1
explained=$(measure "${all[@]}" why_spike)
report "with Why this spike? following the run" "${watched%% *}" "$((limit / 2))" <<<"$explained" || failed=1
[ "$failed" = 0 ] || { echo "FAILED: the simulation thread costs more than allowed" >&2; exit 1; }
