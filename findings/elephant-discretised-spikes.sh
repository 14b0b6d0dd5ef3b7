#!/usr/bin/env bash
# elephant 1.2.1 with neo 0.14.6, Python 3.11. Seen 2026-11-28.
#
# `discretise_spiketimes` rounds spike times down to multiples of a sampling interval. Spikes of a simulation with a time
# step of 0.1 ms are multiples of 0.1 ms already, so that a sampling rate of 10 kHz should leave them where they are, or
# move a few of them. It moves most of them one whole step back: the time is floor-divided by 1 / rate, and the double that
# is nearest to 0.1 is slightly more than one tenth. One spike in eight then coincides with its predecessor. Applying the
# function to its own result at the same rate moves most spikes by a further step. No warning is given.
#
# Seen: 10,000 spikes, one in each step: 8,762 moved, 1,236 coincide; the second time 7,526 moved.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet elephant==1.2.1 neo==0.14.6 numpy==2.4.6 quantities==0.16.4 scipy==1.17.1
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
import numpy as np
import elephant
import neo
import quantities as pq
from elephant.conversion import discretise_spiketimes

steps = np.arange(10_000)
train = neo.SpikeTrain(steps / 10 * pq.ms, t_stop=1000 * pq.ms)
once = discretise_spiketimes(train, 10 * pq.kHz)
twice = discretise_spiketimes(once, 10 * pq.kHz)
step_of = lambda result: np.rint(result.rescale("ms").magnitude * 10).astype(int)
moved = int((step_of(once) == steps - 1).sum())
kept = int((step_of(once) == steps).sum())
coincide = len(steps) - len(set(step_of(once)))
again = int((step_of(twice) == step_of(once) - 1).sum())
print(f"elephant {elephant.__version__}: {moved} of {len(steps)} spikes moved, {kept} kept, {coincide} coincide; again {again} moved")
sys.exit(0 if (moved, kept, coincide, again) == (8762, 1238, 1236, 7526) else 1)
PY
