#!/usr/bin/env bash
# eventcv 1.0.8, Python 3.11. Seen 2026-11-29.
#
# A text file of events has no unit of time. eventcv writes microseconds and, when it loads the file that it has just saved, infers the
# unit from the duration. Its documentation asks for "at least ~1 s"; one would expect shorter recordings to be refused or marked, and
# longer ones to be safe. A recording of less than 1 s is taken for milliseconds and becomes a thousand times as long: every sample of
# N-MNIST, 0.3 s, lasts five minutes. A recording of half an hour is taken for nanoseconds and becomes a thousand times shorter. Arrays
# given to `from_numpy` share this. There is no warning, and a folder of recordings of different lengths comes out on two scales. Pass
# `time_unit="microseconds"` whenever events are loaded.
#
# Seen, duration saved and loaded, in us: 300,000 and 300,000,000; 999,999 and 999,999,000; 1,000,000 and 1,000,000; 50,000,000 and
# 50,000,000; 2,000,000,000 and 2,000,000. With time_unit all are right.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet eventcv==1.0.8 numpy==2.4.6
cd "$work"
venv/bin/python - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
import warnings
from importlib.metadata import version
import eventcv
import numpy as np

warnings.simplefilter("error")  # a warning would fail the script
EXPECTED = {300_000: 300_000_000, 999_999: 999_999_000, 1_000_000: 1_000_000, 50_000_000: 50_000_000, 2_000_000_000: 2_000_000}


def last(stream):
    return int(stream.numpy()[-1, 2])


def durations(saved_us):
    t = np.linspace(0, saved_us, 1000).astype(np.int64)
    events = np.stack([t % 300, t % 200, t, t % 2], axis=1)
    stream = eventcv.from_numpy(events, time_unit="us", sensor_size=(304, 240))
    assert last(stream) == saved_us
    eventcv.save(stream, "events.txt")
    guessed = last(eventcv.load("events.txt"))
    return guessed, last(eventcv.from_numpy(events, sensor_size=(304, 240))), last(eventcv.load("events.txt", time_unit="microseconds"))


seen = {saved: durations(saved) for saved in EXPECTED}
print(f"eventcv {version('eventcv')}: saved: (loaded, from_numpy, loaded with time_unit): {seen}")
sys.exit(0 if all(seen[saved] == (loaded, loaded, saved) for saved, loaded in EXPECTED.items()) else 1)
PY
