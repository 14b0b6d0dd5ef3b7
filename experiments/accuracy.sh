#!/usr/bin/env bash
# Train every MNIST preset on all 60,000 images with seeds 1, 2, 3 and test it on all 10,000 test images.
# Writes experiments/accuracy/results.jsonl and summary.md. Takes a few minutes on one core.
#   bash experiments/accuracy.sh [PRESET ...]
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --no-default-features --quiet
program=${CARGO_TARGET_DIR:-target}/release/spikescope
out=experiments/accuracy
mkdir -p "$out"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# name of the experiment, preset, extra arguments
plan=(
    "mnist-rstdp, 1 epoch|mnist-rstdp|"
    "mnist-rstdp, 3 epochs|mnist-rstdp|--epochs 3"
    "mnist-diehl-cook-100, 1 epoch|mnist-diehl-cook-100|"
    "mnist-diehl-cook-400, 1 epoch|mnist-diehl-cook-400|"
    "mnist-diehl-cook-1600, 1 epoch|mnist-diehl-cook-1600|"
    "mnist-stdp-then-reward, 1 + 1 epochs|mnist-stdp-then-reward|"
)
: > "$scratch/results.jsonl"
for line in "${plan[@]}"; do
    IFS='|' read -r name preset extra <<< "$line"
    if [ $# -gt 0 ] && [[ " $* " != *" $preset "* ]]; then continue; fi
    for seed in 1 2 3; do
        # shellcheck disable=SC2086 # extra holds several words
        "$program" train "presets/$preset.ron" --seed "$seed" $extra --threads 1 --json --quiet --out "$scratch/$preset-$seed-${extra// /}" |
            tail -n 1 | sed "s|^{|{\"experiment\":\"$name\",|; s|$scratch/||" | tee -a "$scratch/results.jsonl"
    done
done
cp "$scratch/results.jsonl" "$out/results.jsonl"
version=$("$program" --version)
machine=$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | sed 's/^ *//')
flags=$(grep -m1 -o -E 'avx512f|avx2' /proc/cpuinfo | sort -u | tr '\n' ' ')
python3 - "$out" "$version" "$machine" "$flags" <<'PY'
import json, statistics, sys, datetime
out, version, machine, flags = sys.argv[1:]
rows = {}
for line in open(f"{out}/results.jsonl"):
    r = json.loads(line)
    rows.setdefault(r["experiment"], []).append(r)
with open(f"{out}/summary.md", "w") as f:
    f.write("# Accuracy on the 10,000 MNIST test images\n\n")
    f.write(f"`bash experiments/accuracy.sh`, {version}, {datetime.date.today()}, {machine.strip()} ({flags.strip()}). ")
    f.write("The test images were used for nothing else; hyperparameters were chosen on the last 5,000 training images ")
    f.write("(`examples/tune.rs`). Times are processor time of one thread on a machine shared with other work.\n\n")
    f.write("| experiment | seed 1 | seed 2 | seed 3 | mean | spread (s.d.) | us an image | peak MiB |\n|---|---|---|---|---|---|---|---|\n")
    for name, runs in rows.items():
        a = [100 * r["test_accuracy"] for r in runs]
        us = statistics.mean(r["cpu_us_per_train_image"] for r in runs)
        mib = max(r["peak_rss_mib"] for r in runs)
        sd = statistics.stdev(a) if len(a) > 1 else 0
        f.write(f"| {name} | " + " | ".join(f"{x:.2f}" for x in a) + f" | **{statistics.mean(a):.2f}** | {sd:.2f} | {us:.0f} | {mib:.0f} |\n")
print(open(f"{out}/summary.md").read())
PY
