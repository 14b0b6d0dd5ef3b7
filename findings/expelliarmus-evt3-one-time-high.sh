#!/usr/bin/env bash
# expelliarmus 1.1.12, faery 0.7.1, evlib 0.13.2, Python 3.11. Seen 2026-11-28.
#
# EVT3 (Prophesee) splits a time in microseconds into a word with the upper and a word with the lower 12 bits; the upper word has
# to be repeated whenever it changes, every 4,096 us. expelliarmus writes it once, at the start of the file, whatever the
# duration. Its own reader counts every decrease of the lower bits as 4,096 us, so that a round trip is exact unless a pause is
# longer than that. Other readers find all events of the recording within its first 4 ms: evlib returns the times modulo 4,096 us,
# and sorts the events by them; faery keeps the order, and time stops at the largest value so far. The same events saved as EVT2
# are read alike by all three.
#
# Seen, 2,000 events in 100 ms, last time in us: EVT3: expelliarmus 99,950, faery 4,094, evlib 4,094; upper words in the file: 1,
# needed: 25. EVT2: 99,950 three times. Five events 10 ms apart, in EVT3, with its own reader: 0, 1,808, 3,616, 5,424, 7,232.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet expelliarmus==1.1.12 faery==0.7.1 evlib==0.13.2 numpy==2.4.6 polars==2.1.0
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
from importlib.metadata import version
import evlib
import expelliarmus
import faery
import numpy as np

EVENT = np.dtype([("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "u1")])


def save(times, encoding):
    events = np.zeros(len(times), EVENT)
    events["t"], events["x"], events["y"] = times, np.arange(len(times)) % 600, np.arange(len(times)) % 400
    expelliarmus.Wizard(encoding=encoding).save(fpath=f"{encoding}.raw", arr=events)


def own(encoding):
    return expelliarmus.Wizard(encoding=encoding).read(f"{encoding}.raw")["t"].tolist()


def last_times(encoding):
    by_faery = faery.events_stream_from_file(f"{encoding}.raw").to_array()["t"]
    by_evlib = evlib.load_events(f"{encoding}.raw").collect()["t"].dt.total_microseconds()
    return [own(encoding)[-1], int(by_faery[-1]), int(by_evlib[-1])]


def upper_words():
    data = open("evt3.raw", "rb").read()
    words = np.frombuffer(data[data.rindex(b"\n", 0, 200) + 1:], "<u2")
    return int(np.sum(words >> 12 == 8))


dense = np.arange(2000) * 50
save(dense, "evt3")
save(dense, "evt2")
evt3, evt2, words, needed = last_times("evt3"), last_times("evt2"), upper_words(), len(set((dense >> 12).tolist()))
save(np.arange(5) * 10_000, "evt3")
sparse = own("evt3")
print(f"expelliarmus {version('expelliarmus')}, faery {version('faery')}, evlib {version('evlib')}: last times EVT3 {evt3}, EVT2 {evt2}; "
      f"upper words {words} of {needed}; five events 10 ms apart {sparse}")
sys.exit(0 if evt2 == [99950] * 3 and evt3[0] == 99950 and evt3[1:] == [4094, 4094] and words == 1 and needed == 25 and sparse[-1] < 40_000 else 1)
PY
