"""Run every network beside this script in Spikescope and, exported, in other simulators, and compare spikes and weights.

    python compare.py SPIKESCOPE WORK_FOLDER nest=PYTHON brian2=PYTHON

Prints a table and exits 1 if a network differs by more than it may.
"""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np

SEED = "1"
# By network: for each simulator that has an equivalent, the greatest distance in steps between the nth spikes of a neuron, or None where only the
# number of spikes of a population is compared (within 2 %); and the greatest difference of a weight.
ALLOWED = {
    "given": ({"nest": 0, "brian2": 0}, None),
    "current": ({"nest": 0, "brian2": 0}, None),
    "delta": ({"nest": 0, "brian2": 0}, None),
    "alpha": ({"nest": 0, "brian2": 0}, None),
    "injected": ({"nest": 1, "brian2": 1}, None),
    "conductance": ({"nest": 1, "brian2": 1}, None),
    # NEST resets a neuron within the step of its spike, and integrates with steps of its own
    "adex": ({"nest": None, "brian2": 1}, None),
    "izhikevich": ({"nest": 0, "brian2": 0}, None),
    "short-term": ({"nest": 0, "brian2": 0}, None),
    "stdp": ({"nest": 0, "brian2": 0}, 2e-6),
    "stdp-additive": ({"nest": 0, "brian2": 0}, 2e-6),
    # in Brian2 the eligibility of a pair acts from the step after it on
    "dopamine": ({"brian2": 0}, 5e-4),
}


def call(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def trains(path):
    found = {}
    for row in rows(path):
        found.setdefault((row["population"], int(row["neuron"])), []).append(int(row["step"]))
    return found


def weights(path):
    found = {}
    for row in rows(path):
        found.setdefault(row["projection"], []).append(float(row["weight"]))
    return list(found.values())


def compare(ours, theirs, steps):
    """Numbers of spikes, distance of the spikes, and whether this is allowed."""
    populations = {population for population, _ in theirs}
    ours = {key: train for key, train in ours.items() if key[0] in populations}
    total = [sum(map(len, trains.values())) for trains in (ours, theirs)]
    pairs = [(ours.get(key, []), theirs.get(key, [])) for key in ours.keys() | theirs.keys()]
    equal = all(len(a) == len(b) for a, b in pairs)
    apart = max((abs(x - y) for a, b in pairs for x, y in zip(a, b)), default=0)
    good = abs(total[0] - total[1]) <= 0.02 * total[0] if steps is None else equal and apart <= steps
    return total, apart if equal else "numbers differ", good and total[0] > 0


def main():
    spikescope, work, *pythons = sys.argv[1:]
    pythons = dict(one.split("=", 1) for one in pythons)
    work = Path(work)
    bad = 0
    print("network,simulator,spikes,spikes_there,steps_apart,weights_changed_by,weights_differ_by,verdict")
    for name, (simulators, most) in ALLOWED.items():
        net, run = Path(__file__).parent / f"{name}.ron", work / name
        done = call(spikescope, "run", net, "--seed", SEED, "--record", "spikes", "--quiet", "--out", run)
        assert done.returncode == 0, done.stderr
        for what in ("spikes", "weights"):
            done = call(spikescope, "export", run, "--what", what, "--format", "csv", "--quiet", "--out", f"{run}.{what}.csv")
            assert done.returncode == 0, done.stderr
        ours, final = trains(f"{run}.spikes.csv"), weights(f"{run}.weights.csv")
        for simulator, python in pythons.items():
            out = work / f"{name}-{simulator}"
            exported = call(spikescope, "export-network", net, "--seed", SEED, "--to", simulator, "--out", out)
            if simulator not in simulators:
                good = exported.returncode == 2
                bad += not good
                print(f"{name},{simulator},,,,,,{'refused' if good else 'NOT REFUSED'}", flush=True)
                continue
            assert exported.returncode == 0, exported.stderr
            there = call(python, out / "network.py")
            assert there.returncode == 0, there.stderr[-2000:]
            total, apart, good = compare(ours, trains(out / "spikes.csv"), simulators[simulator])
            changed = differ = ""
            if (out / "weights.npz").exists():
                theirs, start = np.load(out / "weights.npz"), np.load(out / "network.npz")
                index = {key: int(key.split("_")[1]) for key in theirs}
                changed = max(np.abs(start[f"{key}_weight"] - final[index[key]]).max() for key in theirs)
                differ = max(np.abs(theirs[key] - final[index[key]]).max() for key in theirs)
                good = good and differ <= most < changed
                changed, differ = f"{changed:.3g}", f"{differ:.2g}"
            bad += not good
            print(f"{name},{simulator},{total[0]},{total[1]},{apart},{changed},{differ},{'good' if good else 'BAD'}", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
