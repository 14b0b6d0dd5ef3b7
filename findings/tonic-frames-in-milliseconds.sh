#!/usr/bin/env bash
# tonic 1.7.0, Python 3.11. Seen 2026-11-28.
#
# `ToFrame(n_time_bins=N)` divides a recording into N frames. The length of a frame is the duration divided by N, rounded
# down to a whole number of time units, and events after the last frame are left out. In microseconds hardly an event is
# lost. After `Downsample(time_factor=1e-3)`, the documented conversion to milliseconds, which itself drops no event, the
# same call omits up to half of the recording, and always its end: 100 frames of a recording of 199 ms are 1 ms long each
# and cover 100 ms, those of a recording of 200 ms are 2 ms long and cover all of it. Which share of a sample a network
# receives therefore depends on the duration of the sample. No warning is given.
#
# Seen, one event in each ms, events in 100 frames, in microseconds and in milliseconds: 150 events: 149, 100;
# 200 events: 199, 100; 201 events: 200, 200; 700 events: 699, 600; 1,000 events: 999, 900.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tonic==1.7.0 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys
import numpy as np
import tonic
from tonic.datasets import NMNIST
from tonic.transforms import Downsample, ToFrame

to_frames = ToFrame(sensor_size=(1, 1, 2), n_time_bins=100)
seen = {}
for count in (150, 200, 201, 700, 1000):
    events = np.zeros(count, NMNIST.dtype)
    events["t"] = np.arange(count) * 1000
    in_ms = Downsample(time_factor=1e-3)(events)
    seen[count] = [int(to_frames(events).sum()), int(to_frames(in_ms).sum())]
print(f"tonic {tonic.__version__}: events in the frames of a recording in us and in ms: {seen}")
sys.exit(0 if seen == {150: [149, 100], 200: [199, 100], 201: [200, 200], 700: [699, 600], 1000: [999, 900]} else 1)
PY
