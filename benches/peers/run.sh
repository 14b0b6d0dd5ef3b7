#!/usr/bin/env bash
# Speed of classic networks beside Brian2 2.9.0 and NEST 3.10.0, in one run, one thread each, alternating: processor seconds per second
# of model time without building and compiling, their ratio, nanoseconds per synaptic event, the real-time factor. See
# docs/PERFORMANCE.md; the last table that was kept is in experiments/peers.
#   bash benches/peers/run.sh [PROGRAM]     needs python3, a C++ compiler, the network and 6 GB of memory; about ten minutes on an idle
#                                           machine, which it should be
# NEST_PYTHON and BRIAN2_PYTHON name environments that have the simulators already; ROUNDS is the number of repetitions (5).
set -euo pipefail
cd "$(dirname "$0")/../.."
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
"$NEST_PYTHON" benches/peers/compare.py "$program" "$scratch/work" "$NEST_PYTHON" "$BRIAN2_PYTHON" "${ROUNDS:-5}"
