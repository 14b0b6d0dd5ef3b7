#!/usr/bin/env bash
# neo 0.14.6 with quantities, Python 3.11. Seen 2026-11-27.
#
# A recording of a simulation is cut into trials with `SpikeTrain.time_slice(start, stop)`. One would expect half-open
# intervals, so that adjacent trials divide the spikes among them. Both ends belong to the slice: a spike exactly on a
# boundary is in the trial before and in the trial after. In recorded data such spikes are rare; in a simulation spikes
# lie on the grid of the time step and trials begin on it, so that it happens in every recording, and the counts of the
# trials add up to more than the number of spikes.
#
# Seen: a spike in every ms of 1 s, cut into 10 trials of 100 ms: 1,000 spikes, 1,009 in the trials.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet neo==0.14.6 numpy==2.4.6 quantities==0.16.4
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
import numpy as np
import neo
import quantities as pq

train = neo.SpikeTrain(np.arange(1000) * pq.ms, t_stop=1000 * pq.ms)
trials = [train.time_slice(start * pq.ms, (start + 100) * pq.ms) for start in range(0, 1000, 100)]
total = sum(len(trial) for trial in trials)
print(f"neo {neo.__version__}: {len(train)} spikes, {total} in the trials")
sys.exit(0 if (len(train), total) == (1000, 1009) else 1)
PY
