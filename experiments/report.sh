#!/usr/bin/env bash
# The report of the project: trains its runs, measures them, writes docs/report/ (the page and its tables).
# About eight minutes of processor time. Completed runs are not trained again and measurements are cached, so that an
# interrupted script can be resumed.
#   bash experiments/report.sh              RUNS=/elsewhere/mnist bash experiments/report.sh for runs in another folder
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${RUNS:-runs/mnist}
program=${SPIKESCOPE:-}
if [ -z "$program" ]; then
    cargo build --release --no-default-features --quiet
    program=${CARGO_TARGET_DIR:-target}/release/spikescope
fi

# preset, seeds, changed parameter, and number of images if it differs from the preset
plan=(
    "mnist-rstdp|1 2 3|"
    "mnist-gabor-rstdp|1 2 3|"
    "mnist-diehl-cook-400|1 2|"
    "mnist-stdp-features-rstdp|1 2||120000"
)
# ablation studies with three seeds
ablations=(
    "mnist-rstdp|60000"
    "mnist-gabor-rstdp|30000"
)
mkdir -p "$runs"
cp experiments/report-notes.md "$runs/notes.md"
for line in "${plan[@]}"; do
    IFS='|' read -r preset seeds change images <<< "$line"
    for seed in $seeds; do
        name=$preset-$seed${change:+-${change//[^a-z0-9=]/}}
        if grep -qs 'ending: Some' "$runs/$name/session.ron"; then continue; fi
        rm -rf "${runs:?}/$name"
        echo "$name"
        nice "$program" train "presets/$preset.ron" --seed "$seed" ${change:+--set "$change"} ${images:+--images "$images"} --threads 1 --quiet --out "$runs/$name"
    done
done
for line in "${ablations[@]}"; do
    IFS='|' read -r preset images <<< "$line"
    study=$runs/ablation-$preset
    echo "$study"
    if [ -e "$study/study.ron" ]; then
        nice "$program" ablate --resume "$study" --quiet --threads "${THREADS:-1}"
    else
        nice "$program" ablate "$preset" --seeds 3 --images "$images" --quiet --threads "${THREADS:-1}" --out "$study"
    fi
done
nice "$program" report "$runs" --distorted-images all --threads "${THREADS:-1}" --out docs/report/index.html
