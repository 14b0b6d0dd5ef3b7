#!/usr/bin/env bash
# Brian2 2.9.0, Python 3.11. Seen 2026-11-28.
#
# `Network.restore` returns a network to the state that `store` saved, including the spikes of a `SpikeGeneratorGroup`. If the
# network was stored before its first run and `set_spikes` was called since, the restored group gives spikes that nobody asked
# for: the neurons of the first input at the times of the second. The state has the indices of the neurons and a mark that the
# times must be converted to steps again, but the times are an attribute that is not stored. The spike times that are used
# therefore belong to the last call of `set_spikes`. If store is called after a run, even of 0 ms, the first input returns.
#
# Seen, first input neurons 0 and 1 at 1 and 2 ms, second input neurons 4 and 5 at 7 and 9 ms, restored network: stored before a
# run: neurons 0 and 1 at 7 and 9 ms; stored after a run of 0 ms: neurons 0 and 1 at 1 and 2 ms.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet brian2==2.9.0 numpy==2.3.5
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
import brian2
from brian2 import Network, SpikeGeneratorGroup, SpikeMonitor, ms

brian2.prefs.codegen.target = "numpy"


def spikes(run_first):
    group = SpikeGeneratorGroup(6, [0, 1], [1, 2] * ms)
    monitor = SpikeMonitor(group)
    network = Network(group, monitor)
    seen = []

    def run():
        network.run(20 * ms)
        seen.append([(int(i), round(float(t / ms), 3)) for i, t in zip(monitor.i, monitor.t)])

    if run_first:
        network.run(0 * ms)
    network.store()
    group.set_spikes([4, 5], [7, 9] * ms)
    run()
    network.restore()
    run()
    return seen


before, after = spikes(False), spikes(True)
print(f"Brian2 {brian2.__version__}: stored before a run: second input {before[0]}, restored {before[1]}; after a run of 0 ms: restored {after[1]}")
second, first, mixed = [(4, 7.0), (5, 9.0)], [(0, 1.0), (1, 2.0)], [(0, 7.0), (1, 9.0)]
sys.exit(0 if before == [second, mixed] and after == [second, first] else 1)
PY
