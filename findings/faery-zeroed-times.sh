#!/usr/bin/env bash
# faery 0.7.1 with expelliarmus 1.1.12 and evlib 0.13.2, Python 3.11. Seen 2026-11-29.
#
# faery converts files of event cameras. Two cameras that share a clock can be compared event by event as long as conversion keeps the
# times. In an EVT2 file that faery writes, the times begin at 0 by default, and the first time is moved to a line `t0` of the header,
# which faery adds again when it reads the file. Other readers do not know this line: every recording begins at 0 for them, and
# recordings that began at different times appear to have begun together. The differences within one recording are right, and no
# reader warns. With `zero_t0=False` all three agree. Pass it whenever another program reads the file.
#
# Seen, two recordings that begin at 1,000,000 and 1,020,000 us, first times: faery 1,000,000 and 1,020,000, expelliarmus and evlib
# 0 and 0; with zero_t0=False 1,000,000 and 1,020,000 in all three.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet faery==0.7.1 expelliarmus==1.1.12 evlib==0.13.2 numpy==2.4.6 polars==2.1.0
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
from datetime import timedelta
from importlib.metadata import version
import evlib
import expelliarmus
import faery
import numpy as np

STARTS = [1_000_000, 1_020_000]
count = np.arange(1000)


def first_and_span(times):
    return int(times[0]), int(times[-1] - times[0])


def readings(start, **options):
    events = np.zeros(len(count), faery.EVENTS_DTYPE)
    events["t"], events["x"], events["y"], events["on"] = start + 50 * count, count % 300, count % 200, count % 3 == 0
    faery.events_stream_from_array(events, dimensions=(304, 240)).to_file("events.raw", version="evt2", **options)
    table = evlib.load_events("events.raw").collect()
    return [
        first_and_span(faery.events_stream_from_file("events.raw").to_array()["t"].astype(np.int64)),
        first_and_span(expelliarmus.Wizard(encoding="evt2").read("events.raw")["t"]),
        first_and_span([time // timedelta(microseconds=1) for time in table["t"].to_list()]),
    ]


default = [readings(start) for start in STARTS]
kept = [readings(start, zero_t0=False) for start in STARTS]
versions = ", ".join(f"{name} {version(name)}" for name in ("faery", "expelliarmus", "evlib"))
print(f"{versions}: first time and duration in us: by default {default}, zero_t0=False {kept}")
right = [[(start, 49950)] * 3 for start in STARTS]
sys.exit(0 if kept == right and default == [[(start, 49950), (0, 49950), (0, 49950)] for start in STARTS] else 1)
PY
