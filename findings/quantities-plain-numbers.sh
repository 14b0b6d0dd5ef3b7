#!/usr/bin/env bash
# quantities 0.16.4, neo 0.14.6, Python 3.11. Seen 2026-11-29.
#
# neo and elephant state times with the units of quantities, so that ms and s can be mixed: comparisons, sums and `time_slice` convert.
# A ratio does not: 2 s / 0.1 ms is kept as 20 s/ms, and wherever Python needs a plain number the unit is left out. `int` and `float`
# give 20 steps of 0.1 ms in 2 s, and `math.exp` takes such a number too; only `numpy.exp` refuses it. Functions of numpy that sort
# times into bins compare the bare numbers: a histogram of a spike train in ms with edges in s counts 1 spike of 100, and `searchsorted`
# does the same. Nothing warns. Write `.simplified` after every ratio, and rescale edges to the unit of the train.
#
# Seen: int(2 s / 0.1 ms) 20, with `simplified` 20,000; math.exp(-(5 ms) / (0.01 s)) 7e-218, with `simplified` 0.607. 100 spikes, one per
# 10 ms, in ten bins of 0.1 s: 10 each by comparison; by histogram and searchsorted 1 in the sixth bin and 0 elsewhere; with edges in ms 10.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet quantities==0.16.4 neo==0.14.6 numpy==2.4.6
cd "$work"
venv/bin/python - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import math
import sys
import warnings
from importlib.metadata import version
import neo
import numpy as np
import quantities as pq

warnings.simplefilter("error")  # a warning would fail the script
steps = (2 * pq.s) / (0.1 * pq.ms)
decay = -(5 * pq.ms) / (0.01 * pq.s)
ratios = int(steps), round(float(steps)), math.exp(decay)
simplified = round(float(steps.simplified)), math.exp(decay.simplified)

times = np.arange(0.5, 1000, 10) * pq.ms
train = neo.SpikeTrain(times, t_stop=1000)
edges = np.linspace(0, 1, 11) * pq.s
compared = [int(np.sum((train >= a) & (train < b))) for a, b in zip(edges[:-1], edges[1:])]
counted = np.histogram(train, bins=edges)[0].tolist()
searched = np.diff(np.asarray(np.searchsorted(times, edges))).tolist()
rescaled = np.histogram(train, bins=edges.rescale("ms"))[0].tolist()
print(f"quantities {version('quantities')}, neo {version('neo')}: ratios {ratios}, simplified {simplified}; compared {compared}, "
      f"histogram {counted}, searchsorted {searched}, edges in ms {rescaled}")
right, wrong = [10] * 10, [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
numbers = ratios[:2] == (20, 20) and ratios[2] < 1e-200 and simplified[0] == 20000 and abs(simplified[1] - 0.607) < 1e-3
sys.exit(0 if numbers and compared == rescaled == right and counted == searched == wrong else 1)
PY
