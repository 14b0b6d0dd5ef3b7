#!/usr/bin/env bash
# neo 0.14.6, quantities 0.16.4, Python 3.11. Seen 2026-11-29.
#
# The objects of neo take numbers with their unit. An array in seconds given to an `Event` in ms is converted, one given to a
# `SpikeTrain` in ms is refused, and an `AnalogSignal` in mV converts an array in V. A list of single quantities, as a loop that collects
# spikes makes it, is neither converted nor refused: the bare numbers are taken and the requested unit is attached to them. 0.1 s becomes
# 0.1 ms, 1 V becomes 1 mV, and times of mixed units are mixed up. There is no warning. The cause is `Quantity(list, unit)` of quantities,
# which `list * unit` shares. Convert before collecting: `float(time.rescale("ms"))`.
#
# Seen, 0.1, 0.2 and 0.3 s: array: Event 100, 200, 300 ms, SpikeTrain refused; list: SpikeTrain, Event, Quantity and list * ms 0.1, 0.2,
# 0.3 ms. 1 and 2 V: array 1,000 and 2,000 mV, list 1 and 2 mV.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet neo==0.14.6 quantities==0.16.4 numpy==2.4.6
cd "$work"
venv/bin/python - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
import warnings
from importlib.metadata import version
import neo
import quantities as pq

warnings.simplefilter("error")  # a warning would fail the script


def spike_train(times):
    try:
        return numbers(neo.SpikeTrain(times, units="ms", t_stop=1000.0), "ms")
    except ValueError:
        return "refused"


def numbers(quantity, unit):
    return [round(value, 6) for value in quantity.rescale(unit).magnitude.ravel().tolist()]


def event(times):
    return numbers(neo.Event(times=times, units="ms", labels=["a", "b", "c"]).times, "ms")


def signal(values):
    return numbers(neo.AnalogSignal(values, units="mV", sampling_rate=1 * pq.kHz), "mV")


array, collected = [0.1, 0.2, 0.3] * pq.s, [0.1 * pq.s, 0.2 * pq.s, 0.3 * pq.s]
of_array = spike_train(array), event(array), signal([1.0, 2.0] * pq.V)
of_list = spike_train(collected), event(collected), signal([1.0 * pq.V, 2.0 * pq.V])
plain = numbers(pq.Quantity(collected, "ms"), "ms"), numbers(collected * pq.ms, "ms")
print(f"neo {version('neo')}, quantities {version('quantities')}: SpikeTrain, Event, AnalogSignal: array {of_array}, list {of_list}; Quantity {plain}")
right, wrong = [100.0, 200.0, 300.0], [0.1, 0.2, 0.3]
sys.exit(0 if of_array == ("refused", right, [1000.0, 2000.0]) and of_list == (wrong, wrong, [1.0, 2.0]) and plain == (wrong, wrong) else 1)
PY
