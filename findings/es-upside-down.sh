#!/usr/bin/env bash
# event_stream 1.6.3 and faery 0.7.1, Python 3.11. Seen 2026-11-29.
#
# Both packages read and write `.es` files (Event Stream), and each gets back exactly what it wrote. Read with the other one, every
# recording is upside down: event_stream hands out y as it is stored, counted from the bottom row, while faery counts from the top, as
# for all its formats, and turns y over when it reads and when it writes. x, times and polarities agree, and all values lie within the
# sensor, so that nothing warns; only a picture shows it. Replace y by height - 1 - y on the way from one to the other.
#
# Seen, sensor 304 x 240, y from 0 to 199: each with its own file: equal; event_stream's file in faery, and faery's in event_stream:
# 239 - y for all 1,000 events, x, time and polarity equal.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet event-stream==1.6.3 faery==0.7.1 numpy==2.4.6
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
from importlib.metadata import version
import event_stream
import faery
import numpy as np

WIDTH, HEIGHT, COUNT = 304, 240, 1000
index = np.arange(COUNT)
COLUMNS = {"t": 50 * index, "x": index % 300, "y": index // 5, "on": index % 3 == 0}


def array(dtype):
    events = np.zeros(COUNT, dtype)
    for name, values in COLUMNS.items():
        events[name] = values
    return events


def compare(events):
    assert len(events) == COUNT and all(np.array_equal(events[name], COLUMNS[name]) for name in ("t", "x", "on"))
    y = events["y"].astype(int)
    return "equal" if np.array_equal(y, COLUMNS["y"]) else "upside down" if np.array_equal(y, HEIGHT - 1 - COLUMNS["y"]) else "other"


with event_stream.Encoder("event_stream.es", "dvs", WIDTH, HEIGHT) as encoder:
    encoder.write(array(event_stream.dvs_dtype))
faery.events_stream_from_array(array(faery.EVENTS_DTYPE), dimensions=(WIDTH, HEIGHT)).to_file("faery.es")
seen = {}
for writer in ("event_stream", "faery"):
    with event_stream.Decoder(f"{writer}.es") as decoder:
        seen[writer, "event_stream"] = compare(np.concatenate(list(decoder)))
    seen[writer, "faery"] = compare(faery.events_stream_from_file(f"{writer}.es").to_array())
print(f"event_stream {version('event-stream')}, faery {version('faery')}: y by (writer, reader): {seen}")
sys.exit(0 if all(value == ("equal" if writer == reader else "upside down") for (writer, reader), value in seen.items()) else 1)
PY
