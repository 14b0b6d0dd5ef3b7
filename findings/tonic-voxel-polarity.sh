#!/usr/bin/env bash
# tonic 1.7.0, Python 3.11. Seen 2026-11-28.
#
# `ToVoxelGrid` adds +1 for an ON event and -1 for an OFF event. To do so it writes -1 over the zeros of the polarity
# field. Some of tonic's data sets store polarity as integers (N-MNIST, N-Caltech101, ASL-DVS), others as booleans (DVS
# Gesture, CIFAR10-DVS, DVS-Lip, and the default type of `tonic.io`): -1 in a boolean is True, and every OFF event then
# counts +1. The same events give two different grids, depending on the type of their data set, and one of the grids does
# not contain the polarity. Shape and type of the grids are equal, and no warning is given.
#
# Seen, 50 ON events followed by 50 OFF events, 4 bins: with the type of N-MNIST [12.88, 24.75, 0, -24.75], with the type of
# DVS Gesture [12.88, 24.75, 24.75, 24.75].
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tonic==1.7.0 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
import numpy as np
import tonic
from tonic.datasets import NMNIST, DVSGesture
from tonic.transforms import ToVoxelGrid


def grid(dtype):
    events = np.zeros(100, dtype)
    events["t"] = np.arange(100) * 1000
    events["p"] = np.arange(100) < 50
    return (ToVoxelGrid(sensor_size=(1, 1, 2), n_time_bins=4)(events).ravel().round(2) + 0.0).tolist()


integer, boolean = grid(NMNIST.dtype), grid(DVSGesture.dtype)
print(f"tonic {tonic.__version__}: type of N-MNIST {integer}, type of DVS Gesture {boolean}")
sys.exit(0 if (integer, boolean) == ([12.88, 24.75, 0.0, -24.75], [12.88, 24.75, 24.75, 24.75]) else 1)
PY
