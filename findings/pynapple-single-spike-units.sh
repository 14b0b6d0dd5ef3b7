#!/usr/bin/env bash
# pynapple 0.11.4, Python 3.11. Seen 2026-11-27.
#
# Spike trains of several units are grouped with `TsGroup` and no `time_support`, as after reading a table of spikes.
# One would expect every spike to be kept. Each train first gets a time support of its own, from its first to its last
# spike; for a unit that fired once this interval has no duration. The union of the supports leaves such intervals out,
# and every train is then restricted to the union: the only spike of that unit disappears, its rate is 0, and the number
# of spikes in the group is smaller than in the input. No error is raised and no warning names the unit. With one such
# unit alone the group cannot be made at all. With an explicit `time_support` all spikes are kept.
#
# Seen: kept without support: [3, 0, 0] of [3, 1, 0]; with support: [3, 1, 0].
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pynapple==0.11.4 numpy==2.4.6 pandas==3.1.1 numba==0.68.1 scipy==1.17.1 xarray==2026.9.0 h5py==3.16.0 neo==0.14.6 pynwb==4.2.0
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
import numpy as np
import pynapple as nap

spikes_s = {0: [1.0, 2.0, 3.0], 1: [5.0], 2: []}
trains = lambda: {unit: nap.Ts(np.array(times)) for unit, times in spikes_s.items()}
without = nap.TsGroup(trains())
given = nap.TsGroup(trains(), time_support=nap.IntervalSet(0.0, 10.0))
kept = [len(without[unit]) for unit in spikes_s]
whole = [len(given[unit]) for unit in spikes_s]
print(f"pynapple {nap.__version__}: kept without support {kept} of [3, 1, 0]; with support {whole}")
sys.exit(0 if (kept, whole) == ([3, 0, 0], [3, 1, 0]) else 1)
PY
