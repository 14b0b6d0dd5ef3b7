#!/usr/bin/env bash
# A sweep on a real Slurm cluster of one node (tests/slurm/cluster.sh) gives the same table as a sweep on this machine,
# with one task cancelled, one killed and requeued, and the collecting process killed.
#   bash tests/slurm.sh [PROGRAM]        as root; about two minutes; not part of tests/run.sh
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-}
if [ -z "$program" ]; then
    cargo build --release --no-default-features --quiet
    program=${CARGO_TARGET_DIR:-target}/release/spikescope
fi
program=$(realpath "$program")
scratch=$(mktemp -d)
trap 'bash tests/slurm/cluster.sh stop "$scratch/cluster" || true; rm -rf "$scratch"' EXIT
bash tests/slurm/cluster.sh start "$scratch/cluster"
export SLURM_CONF=$scratch/cluster/slurm.conf

study=(mnist-rstdp --images "${IMAGES:-20000}" --test-images 1000 --seeds 2 --axis eta=0.02,0.05,0.1 --axis bounds=soft,hard)
# the table without the column of processor time
table() { python3 -c 'import csv, sys; rows = list(csv.DictReader(open(sys.argv[1]))); [row.pop("train_cpu_s") for row in rows]; print(*rows, sep="\n")' "$1/results.csv"; }
tasks() { squeue --noheader --array --states=RUNNING --format=%i | sort; }

echo "on this machine"
"$program" sweep "${study[@]}" --quiet --out "$scratch/here"
echo "on the cluster"
"$program" sweep "${study[@]}" --engine slurm --at-once 2 --quiet --out "$scratch/there" &
collector=$!
for _ in $(seq 300); do [ "$(tasks | wc -l)" -ge 2 ] && break; sleep 0.2; done
mapfile -t running < <(tasks)
echo "cancelling ${running[0]}, killing and requeuing ${running[1]}, killing the collector"
scancel "${running[0]}"
scontrol requeue "${running[1]}"
kill -KILL "$collector"
wait "$collector" 2>/dev/null || true
"$program" sweep --resume "$scratch/there" --engine slurm --at-once 2 --quiet
if ! diff <(table "$scratch/here") <(table "$scratch/there"); then
    echo "the cluster came to something else" >&2
    exit 1
fi
echo "equal: $(($(wc -l < "$scratch/there/results.csv") - 1)) jobs"
