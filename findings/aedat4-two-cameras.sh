#!/usr/bin/env bash
# dv-processing 2.0.4, tonic 1.7.0 with aedat 2.3.0, faery 0.7.1, evlib 0.13.2, eventcv 1.0.8, evlab 0.3.0a1, Python 3.11. Seen 2026-11-29.
#
# An AEDAT4 file may hold the events of several cameras, each as a stream of its own; `StereoCameraWriter` of dv-processing, from the
# makers of the cameras, writes two. One would expect a reader to ask for a camera or to return both apart. tonic and faery return the
# first, without a word of the second (faery takes `track_id=1`). evlib, eventcv and evlab return the events of both as those of one
# camera: twice the rate, two scenes on top of each other, no column that tells them apart; eventcv does not even keep them in order
# of time. Count the streams before a recording is used: `aedat.Decoder(name).id_to_stream()` of the package aedat lists them.
#
# Seen, 1,000 ON events at x = 10 from the left camera and 1,000 OFF events at x = 200 from the right one, events returned from left and
# right: tonic 1,000 and 0; faery 1,000 and 0, with track_id=1 0 and 1,000; evlib, eventcv and evlab 1,000 and 1,000, eventcv unsorted.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet dv-processing==2.0.4 tonic==1.7.0 aedat==2.3.0 faery==0.7.1 evlib==0.13.2 eventcv==1.0.8 evlab==0.3.0a1 numpy==2.4.6 polars==2.1.0
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
import dv_processing as dv
import eventcv
import evlab
import evlib
import faery
import numpy as np
import tonic.io

SIZE, COUNT, LEFT, RIGHT = (346, 260), 1000, 10, 200


def events(x, on):
    store = dv.EventStore()
    for k in range(COUNT):
        store.push_back(1_000_000 + 100 * k, x, k % 100, on)
    return store


config = dv.io.MonoCameraWriter.EventOnlyConfig
writer = dv.io.StereoCameraWriter("two.aedat4", config("left", SIZE), config("right", SIZE))
writer.left.writeEvents(events(LEFT, True))
writer.right.writeEvents(events(RIGHT, False))
del writer  # closes the file


def summary(t, x):
    t, x = np.asarray(t).astype(np.int64), np.asarray(x)
    assert len(x) == np.sum(x == LEFT) + np.sum(x == RIGHT)
    return int(np.sum(x == LEFT)), int(np.sum(x == RIGHT)), bool(np.all(np.diff(t) >= 0))


def by_field(array):
    return summary(array["t"], array["x"])


table = evlib.load_events("two.aedat4").collect()
columns = eventcv.load("two.aedat4").numpy()
seen = {
    "tonic": by_field(tonic.io.read_aedat4("two.aedat4")),
    "faery": by_field(faery.events_stream_from_file("two.aedat4").to_array()),
    "faery, track 1": by_field(faery.events_stream_from_file("two.aedat4", track_id=1).to_array()),
    "evlib": summary(table["t"].dt.total_microseconds().to_numpy(), table["x"].to_numpy()),
    "eventcv": summary(columns[:, 2], columns[:, 0]),
    "evlab": by_field(evlab.load("two.aedat4").events),
}
print("left, right, sorted:", seen)
first, both = (COUNT, 0, True), (COUNT, COUNT, True)
expected = {"tonic": first, "faery": first, "faery, track 1": (0, COUNT, True), "evlib": both, "eventcv": (COUNT, COUNT, False), "evlab": both}
sys.exit(0 if seen == expected else 1)
PY
