#!/usr/bin/env bash
# Networks exported to NEST and Brian2 behave there as here: every network of tests/exchange is run in Spikescope and in both
# simulators, which are installed in a temporary environment, and spikes and weights are compared (tests/exchange/compare.py).
#   bash tests/exchange.sh [PROGRAM]     needs python3 and the network; about five minutes; not part of tests/run.sh
# NEST_PYTHON and BRIAN2_PYTHON name environments that have the simulators already. The table of the last run that was kept is in
# experiments/exchange.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-}
if [ -z "$program" ]; then
    cargo build --release --no-default-features --quiet
    program=${CARGO_TARGET_DIR:-target}/release/spikescope
fi
program=$(realpath "$program")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
source tests/simulators.sh
mkdir "$scratch/work"
"$NEST_PYTHON" tests/exchange/compare.py "$program" "$scratch/work" "nest=$NEST_PYTHON" "brian2=$BRIAN2_PYTHON"
