#!/usr/bin/env bash
# faery 0.7.1, expelliarmus 1.1.12, evio 0.1.0, evlab 0.3.0a1, eventcv 1.0.8, evutils 0.3.18, Python 3.11. Seen 2026-11-29.
#
# A `.dat` file of a Prophesee camera states in its header which of two layouts its events have: version 1 packs an address into 9 bits
# of x, 8 of y and 1 of polarity, version 2 into 14, 14 and 4. One would expect a reader to look at the line, or to refuse what it does
# not know. Of six readers only faery does; five decode version 1 as version 2 and return addresses far beyond the sensor that the
# same header states, and OFF for every event. eventcv then drops what lies outside, which leaves 14 of 250 events in the example. Times are right.
# Look at `% Version` before such a file is read, and convert version 1 with faery.
#
# Seen, 250 events on a sensor of 304 x 240, x up to 249, y up to 199, 84 ON, as (events, largest x, largest y, ON): version 2: six times
# (250, 249, 199, 84); version 1: faery the same, expelliarmus, evio, evlab and
# evutils (250, 16,111, 14, 0), eventcv (14, 241, 14, 0).
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet faery==0.7.1 expelliarmus==1.1.12 evio==0.1.0 evlab==0.3.0a1 eventcv==1.0.8 evutils==0.3.18 numpy==2.4.6
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
import eventcv
import evio
import evlab
import evutils.io
import expelliarmus
import faery
import numpy as np

index = np.arange(250)
events = np.zeros(len(index), faery.EVENTS_DTYPE)
events["t"], events["x"], events["y"], events["on"] = 10 * index, index, index * 4 // 5, index % 3 == 0


def with_evutils(name):
    with evutils.io.EventReader(name) as reader:
        read = reader.read()
    return np.rec.fromarrays([read[name] for name in "xytp"], names="x,y,t,p")


READERS = {
    "faery": lambda name: faery.events_stream_from_file(name).to_array(),
    "expelliarmus": lambda name: expelliarmus.Wizard(encoding="dat").read(name),
    "evio": evio.read,
    "evlab": lambda name: evlab.load(name).events,
    "evutils": with_evutils,
    "eventcv": lambda name: np.rec.fromarrays(eventcv.load(name).numpy().T, names="x,y,t,p"),
}


def summary(read):
    on = read["on" if "on" in read.dtype.names else "p"]
    return len(read), int(read["x"].max()), int(read["y"].max()), int(np.sum(np.asarray(on) > 0))


seen = {}
for version in ("dat1", "dat2"):
    faery.events_stream_from_array(events, dimensions=(304, 240)).to_file("events.dat", version=version)
    seen[version] = {name: summary(reader("events.dat")) for name, reader in READERS.items()}
    print(f"{version}: (events, largest x, largest y, ON): {seen[version]}")
right = (250, 249, 199, 84)
others = dict.fromkeys(("expelliarmus", "evio", "evlab", "evutils"), (250, 16111, 14, 0))
expected = {"faery": right, **others, "eventcv": (14, 241, 14, 0)}
sys.exit(0 if set(seen["dat2"].values()) == {right} and seen["dat1"] == expected else 1)
PY
