#!/usr/bin/env bash
# The project's own report: train its runs, measure them, write docs/report/ (the page and its tables).
# About eight minutes of processor time. Runs that have ended are not trained again, and what was
# measured is kept, so that an interrupted script goes on where it was.
#   bash experiments/report.sh              RUNS=/elsewhere/mnist bash experiments/report.sh for runs in another folder
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${RUNS:-runs/mnist}
program=${SPIKESCOPE:-}
if [ -z "$program" ]; then
    cargo build --release --no-default-features --quiet
    program=${CARGO_TARGET_DIR:-target}/release/spikescope
fi

# preset, seeds, what is changed, and how many images if not as many as the preset says
plan=(
    "mnist-rstdp|1 2 3|"
    "mnist-gabor-rstdp|1 2 3|"
    "mnist-diehl-cook-400|1 2|"
    "mnist-stdp-features-rstdp|1 2||120000"
)
# what the parts are good for: every lesion, three seeds
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
nice "$program" report "$runs" --threads "${THREADS:-1}" --out docs/report/index.html
