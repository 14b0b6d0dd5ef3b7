#!/usr/bin/env bash
# evlib 0.13.2, Python 3.11. Seen 2026-11-28.
#
# evlib loads events of event cameras with a polarity of -1 (OFF) or 1 (ON) and saves them as text or HDF5. Loading what it saved
# as HDF5 turns every OFF event into an ON event: the file contains -1, but the reader of HDF5 expects 0 for OFF and takes any
# other number for ON. Besides, its two functions for saving need different units for the same arrays: text is read as seconds,
# HDF5 as microseconds without the fraction, so that a recording shorter than 1 s that is saved in seconds has all events at 0.
# The number of events and their positions are right in all files.
#
# Seen, 500 OFF and 500 ON events within 49,950 us, after saving and loading: text, times in s: 500 and 500, 49,950 us; HDF5,
# times in us: 0 and 1,000, 49,950 us; HDF5, times in s: 0 and 1,000, 0 us; HDF5, times in us and polarity 0 and 1: 500 and 500.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet evlib==0.13.2 h5py==3.16.0 numpy==2.4.6 polars==2.1.0
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
from importlib.metadata import version
import evlib
import h5py
import numpy as np

count = np.arange(1000)
x, y, times_us = count % 300, count % 200, count * 50.0


def load(name):
    events = evlib.load_events(name).collect()
    polarity = events["polarity"].to_list()
    assert sorted(events["x"].to_list()) == sorted(x.tolist()), "positions changed"
    return polarity.count(-1), polarity.count(1), events["t"].dt.total_microseconds().max()


def saved(save, name, times, off):
    save(x, y, times, np.where(count % 2, 1, off), name)
    return load(name)


text = saved(evlib.save_events_to_text, "seconds.txt", times_us * 1e-6, -1)
micro = saved(evlib.save_events_to_hdf5, "micro.h5", times_us, -1)
seconds = saved(evlib.save_events_to_hdf5, "seconds.h5", times_us * 1e-6, -1)
zero = saved(evlib.save_events_to_hdf5, "zero.h5", times_us, 0)
with h5py.File("micro.h5") as file:
    stored = sorted(set(file["events/ps"][:].tolist()))
print(f"evlib {version('evlib')}: (OFF, ON, last time in us): text in s {text}, HDF5 in us {micro}, HDF5 in s {seconds}, "
      f"HDF5 in us with 0 for OFF {zero}; polarities in the HDF5 file {stored}")
sys.exit(0 if text == zero == (500, 500, 49950) and micro == (0, 1000, 49950) and seconds == (0, 1000, 0) and stored == [-1, 1] else 1)
PY
