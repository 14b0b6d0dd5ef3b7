#!/usr/bin/env bash
# Train the MNIST presets of competing neurons and their versions of commit 2ef8e28 (experiments/paired/before/) with seeds 1 to 5,
# test both on all 10,000 test images, and write the mean difference. Rows in experiments/paired/results.csv are kept: remove the
# file to compute all again (about twelve minutes of processor time).
#   bash experiments/paired.sh [PRESET ...]
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --no-default-features --quiet --example paired --bin spikescope
target=${CARGO_TARGET_DIR:-target}/release
{
    echo "# Accuracy before and after inhibition became a conductance"
    echo
    echo "\`bash experiments/paired.sh\`, $("$target/spikescope" --version), $(date -I), $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | sed 's/^ *//'). Before: the presets of commit 2ef8e28; with them this version computes the same digests. Hyperparameters were chosen on the last 5,000 training images."
    echo
    "$target/examples/paired" experiments/paired "$@"
} >experiments/paired/summary.new
mv experiments/paired/summary.new experiments/paired/summary.md
cat experiments/paired/summary.md
