#!/usr/bin/env bash
# bmtk 1.2.0, Python 3.11. Seen 2026-11-29.
#
# `SpikeTrains` of bmtk hands out spikes through one interface, wherever they are kept, and one would expect `spikes(time_window=...,
# node_ids=...)` to return the same spikes of the same trains. Loaded from CSV, both arguments select. In memory, the nodes are ignored.
# Loaded from a SONATA file, both are: every spike is returned, and a script that was tried on CSV counts too many on SONATA.
# `to_dataframe` accepts the two arguments as well and ignores them everywhere. Nothing warns. `get_times`, of one node, respects the
# window in all three. Select from the table of `to_dataframe` instead.
#
# Seen, four spikes, two of them in the window and two of node 2, numbers of spikes by window and by node: spikes: CSV 2 and 2, memory 2
# and 4, SONATA 4 and 4; to_dataframe: 4 and 4 in all three; get_times of node 2 in the window: 1 in all three.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet bmtk==1.2.0 h5py==3.16.0 numpy==2.4.6 pandas==3.1.1
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
import bmtk
from bmtk.utils.reports.spike_trains import SpikeTrains

WINDOW_MS, NODES = (0.9, 3.5), [2]
memory = SpikeTrains(population="p")
for node, time_ms in ((2, 0.5), (1, 1.0), (2, 3.0), (0, 4.0)):
    memory.add_spike(node, time_ms)
memory.to_sonata("spikes.h5")
memory.to_csv("spikes.csv")


def counts(trains):
    return [
        (len(list(trains.spikes(time_window=WINDOW_MS))), len(list(trains.spikes(node_ids=NODES)))),
        (len(trains.to_dataframe(time_window=WINDOW_MS)), len(trains.to_dataframe(node_ids=NODES))),
        len(trains.get_times(2, time_window=WINDOW_MS)),
    ]


seen = {"memory": counts(memory), "CSV": counts(SpikeTrains.load("spikes.csv")), "SONATA": counts(SpikeTrains.load("spikes.h5"))}
print(f"bmtk {bmtk.__version__}: spikes (window, node), to_dataframe (window, node), get_times: {seen}")
selected = {"memory": (2, 4), "CSV": (2, 2), "SONATA": (4, 4)}
sys.exit(0 if seen == {name: [pair, (4, 4), 1] for name, pair in selected.items()} else 1)
PY
