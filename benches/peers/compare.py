"""Run the networks of docs/PERFORMANCE.md in Spikescope and in a peer, alternating, and print a table (CSV) of medians.

    python compare.py SPIKESCOPE WORK_FOLDER NEST_PYTHON BRIAN2_PYTHON ROUNDS

All times are processor times of one thread for the simulation alone. Exits 1 if the rates of the two sides differ by more than a fifth.
"""

import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
PRESETS = HERE.parent.parent / "presets"
# Network, preset, model time in s of a run of ours, peer, model time in s of a piece of the peer's, least ratio or real-time factor wanted
CASES = [
    ("CUBA, 4,000 neurons", PRESETS / "vogels-abbott-2005-cuba.ron", 2, "brian2", 2, 4),
    ("COBA, 4,000 neurons", PRESETS / "vogels-abbott-2005.ron", 2, "brian2", 2, 3),
    ("Brunel, 10,000 neurons, 10 million synapses", HERE / "brunel-10000.ron", 0.4, "nest", 0.05, 50),
    ("microcircuit, a tenth of its scale", PRESETS / "potjans-diesmann-2014.ron", 1, "nest", 0.2, 20),
    ("Izhikevich with dopamine-modulated STDP", PRESETS / "distal-reward-2007.ron", 60, "real time", 1, 300),
]
# by how much mean rates may differ; the transient of the start weighs more in the shorter side
RATES = 0.2


def call(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


class Ours:
    """Spikescope: builds the network in each run, which is not counted."""

    def __init__(self, program, preset, seconds, work):
        self.command = [program, "run", preset, "--duration", f"{seconds} s", "--seed", "1", "--quiet", "--json", "--out", work / "ours"]
        self.seconds, self.folder = seconds, work / "ours"

    def run(self):
        said = json.loads(call(*self.command).splitlines()[-1])
        call("rm", "-r", self.folder)
        # sources have no CV
        spikes = sum(own["spikes"] for own in said["populations"] if own["population"].split("_")[0] not in ("external", "noise"))
        self.ns = said["ns_per_synaptic_event"]
        self.spikes_per_s = spikes / self.seconds
        return said["cpu_s"] / self.seconds


class Brian2:
    """A compiled program; its synapses are drawn in each run, which is not counted."""

    def __init__(self, python, kind, seconds, work):
        self.seconds, self.folder = seconds, work / kind
        call(python, HERE / "brian2_side.py", kind, seconds, self.folder)

    def run(self):
        said = call("./main", cwd=self.folder)
        (counts,) = self.folder.glob("results/_array_spikemonitor_count_*")
        self.spikes_per_s = np.fromfile(counts, dtype=np.int32).sum() / self.seconds
        return float(said.split("cpu_s")[1].split()[0]) / self.seconds


class Nest:
    """A process that builds the network once and goes on with its simulation."""

    def __init__(self, program, python, preset, seconds, work):
        self.seconds, self.before = seconds, 0
        text, options = preset.read_text(encoding="utf-8"), []
        if "Normal(" in text.split("projections")[1]:
            # delays of one step cannot be exported: nest_side.py draws them (0.8 ms: the mean of 0.75 ms on the grid)
            text = re.sub(r'delay: Normal\("1.5 ms", "0.75 ms"\)', 'delay: "1.5 ms"', text)
            text = re.sub(r'delay: Normal\("0.75 ms", "0.375 ms"\)', 'delay: "0.8 ms"', text)
            options = ["normal"]
        (work / "network.ron").write_text(text, encoding="utf-8")
        folder = work / preset.stem
        call(program, "export-network", work / "network.ron", "--to", "nest", "--seed", "1", "--poisson", "own", "--out", folder)
        command = [python, HERE / "nest_side.py", folder, *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        while self.process.stdout.readline() != "ready\n":
            assert self.process.poll() is None, "NEST ended"
        # past the transient of the start
        self.run()

    def run(self):
        print(self.seconds * 1000, file=self.process.stdin, flush=True)
        said = json.loads(self.process.stdout.readline())
        spikes = sum(said["spikes"].values())
        self.spikes_per_s, self.before = (spikes - self.before) / self.seconds, spikes
        return said["cpu_s"] / self.seconds


def bandwidth():
    """What one thread reads from memory, in GB/s: the largest of five sums over 512 MB."""
    data = np.ones(64 << 20, dtype=np.int64)
    times = []
    for _ in range(5):
        begun = time.process_time()
        data.max()
        times.append(time.process_time() - begun)
    return data.nbytes / min(times) / 1e9


def main():
    program, work, nest, brian2, rounds = sys.argv[1:]
    work, bad = Path(work), 0
    print(f"# {call(program, '--version').strip()}, Brian2 2.9.0 (C++ standalone), NEST 3.10.0, one thread each, medians of {rounds} rounds")
    print(f"# one thread reads {bandwidth():.1f} GB/s from memory")
    print("network,peer,cpu_s_per_s,peer_cpu_s_per_s,ratio,wanted,ns_per_synaptic_event,real_time_factor,spikes_per_s,peer_spikes_per_s")
    for name, preset, seconds, peer, piece, wanted in CASES:
        ours = Ours(program, preset, seconds, work)
        theirs = None
        if peer == "brian2":
            theirs = Brian2(brian2, "cuba" if "cuba" in preset.stem else "coba", piece, work)
        elif peer == "nest":
            theirs = Nest(program, nest, preset, piece, work)
        costs, peers, ns, spikes, peer_spikes = [], [], [], [], []
        for _ in range(int(rounds)):
            costs.append(ours.run())
            ns.append(ours.ns)
            spikes.append(ours.spikes_per_s)
            if theirs is not None:
                peers.append(theirs.run())
                peer_spikes.append(theirs.spikes_per_s)
        cost = statistics.median(costs)
        row = [name, peer, f"{cost:.4f}", "", f"{1 / cost:.0f}", wanted, f"{statistics.median(ns):.2f}", f"{1 / cost:.2f}", f"{spikes[0]:.0f}", ""]
        if theirs is not None:
            there, rate = statistics.median(peers), statistics.median(peer_spikes)
            row[3], row[4], row[9] = f"{there:.4f}", f"{there / cost:.1f}", f"{rate:.0f}"
            bad += not abs(rate / spikes[0] - 1) <= RATES
        print(",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in row), flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
