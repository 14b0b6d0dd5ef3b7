#!/usr/bin/env bash
# Train MNIST presets on all 60,000 images with several seeds and test them on all 10,000 test images.
# Appends to experiments/accuracy/results.jsonl, in which the newest line of an experiment and seed is used, and writes
# summary.md. All presets take about two hours on one core, mostly for mnist-record, mnist-record-learnt and the deep network.
#   bash experiments/accuracy.sh [PRESET ...]        SEEDS="4 5" bash experiments/accuracy.sh PRESET  for some seeds only
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --no-default-features --quiet
program=${CARGO_TARGET_DIR:-target}/release/spikescope
out=experiments/accuracy
mkdir -p "$out"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# name of the experiment, preset, seeds, extra arguments
plan=(
    "mnist-rstdp, 1 epoch|mnist-rstdp|1 2 3|"
    "mnist-rstdp, 3 epochs|mnist-rstdp|1 2 3|--epochs 3"
    "mnist-diehl-cook-100, 1 epoch|mnist-diehl-cook-100|1 2 3|"
    "mnist-diehl-cook-400, 1 epoch|mnist-diehl-cook-400|1 2 3|"
    "mnist-diehl-cook-1600, 1 epoch|mnist-diehl-cook-1600|1 2 3|"
    "mnist-stdp-then-reward, 1 + 1 epochs|mnist-stdp-then-reward|1 2 3|"
    "mnist-pixels-rstdp|mnist-pixels-rstdp|1 2 3 4 5|"
    "mnist-gabor-rstdp|mnist-gabor-rstdp|1 2 3 4 5|"
    "mnist-gabor-rstdp-128|mnist-gabor-rstdp-128|1 2 3 4 5|"
    "mnist-stdp-features-rstdp|mnist-stdp-features-rstdp|1 2 3 4 5|"
    "mnist-mozafari-conv|mnist-mozafari-conv|1 2 3 4 5|"
    "mnist-record|mnist-record|1 2 3 4 5|"
    "mnist-record-learnt|mnist-record-learnt|1 2 3 4 5|"
)
touch "$out/results.jsonl"
for line in "${plan[@]}"; do
    IFS='|' read -r name preset seeds extra <<< "$line"
    if [ $# -gt 0 ] && [[ " $* " != *" $preset "* ]]; then continue; fi
    for seed in ${SEEDS:-$seeds}; do
        # shellcheck disable=SC2086 # extra holds several words
        "$program" train "presets/$preset.ron" --seed "$seed" $extra --threads 1 --json --quiet --out "$scratch/$preset-$seed-${extra// /}" |
            tail -n 1 | sed "s|^{|{\"experiment\":\"$name\",|; s|$scratch/||" | tee -a "$out/results.jsonl"
    done
done
version=$("$program" --version)
machine=$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | sed 's/^ *//')
flags=$(grep -m1 -o -E 'avx512f|avx2' /proc/cpuinfo | sort -u | tr '\n' ' ')
python3 - "$out" "$version" "$machine" "$flags" <<'PY'
import json, statistics, sys, datetime
out, version, machine, flags = sys.argv[1:]
newest = {}
for line in open(f"{out}/results.jsonl"):
    r = json.loads(line)
    newest[r["experiment"], r["seed"]] = r
with open(f"{out}/results.jsonl", "w") as f:
    f.writelines(json.dumps(r) + "\n" for r in newest.values())
rows = {}
for (name, _), r in sorted(newest.items(), key=lambda item: item[0][1]):
    rows.setdefault(name, []).append(r)
order = list(dict.fromkeys(name for name, _ in newest))
with open(f"{out}/summary.md", "w") as f:
    f.write("# Accuracy on the 10,000 MNIST test images\n\n")
    f.write(f"`bash experiments/accuracy.sh`, {version}, {datetime.date.today()}, {machine.strip()} ({flags.strip()}). ")
    f.write("Hyperparameters were chosen on the last 5,000 training images, with one exception described in docs/ACCURACY.md ")
    f.write("(`examples/tune.rs`). Times are processor time of one thread on a machine shared with other work.\n\n")
    f.write("| experiment | seeds 1, 2, ... | mean | spread (SD) | CPU-s of training | us per image | peak MiB |\n|---|---|---|---|---|---|---|\n")
    for name in order:
        runs = rows[name]
        a = [100 * r["test_accuracy"] for r in runs]
        cpu = statistics.mean(r["train_cpu_s"] for r in runs)
        us = statistics.mean(r["cpu_us_per_train_image"] for r in runs)
        mib = max(r["peak_rss_mib"] for r in runs)
        sd = statistics.stdev(a) if len(a) > 1 else 0
        f.write(f"| {name} | " + " ".join(f"{x:.2f}" for x in a) + f" | **{statistics.mean(a):.2f}** | {sd:.2f} | {cpu:.0f} | {us:.0f} | {mib:.0f} |\n")
print(open(f"{out}/summary.md").read())
PY
