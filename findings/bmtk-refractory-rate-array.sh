#!/usr/bin/env bash
# bmtk 1.2.0, Python 3.11. Seen 2026-11-28.
#
# `PoissonSpikeGenerator` compensates for the spikes that a refractory period (`abs_ref`) removes, so that the requested rate is
# kept. This holds for a rate that is a number. A rate that is an array, for a stimulus that varies in time, is too low at every
# moment, even where the array is constant: candidate spikes are drawn at the largest rate of the array without compensation, and
# a candidate is dropped if it follows another within the refractory period, whether or not that one became a spike. The loss
# depends on the largest rate anywhere in the array: a baseline of 5 Hz falls by a quarter because of a response of 60 Hz later.
#
# Seen, abs_ref = 5 ms, 200 cells: 50 Hz as a number: 49.9 Hz; as an array of equal values: 39.2 Hz. An array with 5 Hz and then
# 60 Hz: 3.8 and 44.1 Hz; without a refractory period 5.1 and 59.6 Hz.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet bmtk==1.2.0 h5py==3.16.0 numpy==2.4.6 pandas==3.1.1
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
import bmtk
import numpy as np
from bmtk.utils.reports.spike_trains import PoissonSpikeGenerator

CELLS = 200
times = np.linspace(0.0, 2.0, 2001)


def rates(firing_rate, abs_ref, when):
    generator = PoissonSpikeGenerator(population="p", seed=1)
    generator.add(node_ids=range(CELLS), firing_rate=firing_rate, times=times if np.ndim(firing_rate) else (0.0, 2.0), abs_ref=abs_ref)
    spikes_s = generator.to_dataframe()["timestamps"].to_numpy() / 1000
    return [round(float(np.sum((spikes_s >= a) & (spikes_s < b))) / CELLS / (b - a), 1) for a, b in when]


whole, halves = [(0.0, 2.0)], [(0.0, 0.99), (1.01, 2.0)]
step = np.where(times < 1.0, 5.0, 60.0)
number, = rates(50.0, 0.005, whole)
array, = rates(np.full(len(times), 50.0), 0.005, whole)
refractory, plain = rates(step, 0.005, halves), rates(step, 0, halves)
print(f"bmtk {bmtk.__version__}: 50 Hz as a number {number}, as an array {array}; 5 and 60 Hz: {refractory}, without refractory period {plain}")
sys.exit(0 if abs(number - 50) < 1 and array < 41 and refractory[0] < 4.2 and refractory[1] < 47 and plain[0] > 4.8 and plain[1] > 58 else 1)
PY
