"""A network that `spikescope export-network --to nest` wrote, in NEST, built once and simulated in pieces on request.

    python nest_side.py FOLDER

prints "ready" when the network is built; then every line of standard input is a piece of model time in ms, and the answer to it is a
line of JSON with its processor time and the spikes of every population so far. Synapses, weights, delays and start values are those of
the export. Its Poisson spikes come from one poisson_generator for each population, which sends every target a train of its own: that is
what NEST does fastest. One thread; spikes are recorded in memory.

    python nest_side.py FOLDER normal

draws the delays again: normal, with the mean of the export and half of it as standard deviation, at least one step of NEST. (A delay of d
steps in Spikescope is one of d - 1 steps in NEST where synapses have currents, so that the shortest delays of the microcircuit cannot be
exported.)
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

import nest
import numpy as np


def load(folder):
    spec = importlib.util.spec_from_file_location("network", Path(folder) / "network.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def redraw(network):
    """The export with normal delays."""
    data, rng = dict(network.DATA), np.random.default_rng(1)
    for index, projection in enumerate(network.PROJECTIONS):
        late, name = network.POPULATIONS[projection["to"]]["late"], f"projection_{index}_delay"
        if network.POPULATIONS[projection["from"]]["kind"] != "poisson":
            mean = data[name].astype(float)
            drawn = rng.normal(mean, mean / 2)
            while (short := np.rint(drawn) < 1 + late).any():
                drawn[short] = rng.normal(mean[short], mean[short] / 2)
            data[name] = np.rint(drawn).astype(np.int64)
    network.DATA = data


def build(network):
    nest.ResetKernel()
    nest.set(resolution=network.DT, rng_seed=1, local_num_threads=1)
    nodes = []
    for index, population in enumerate(network.POPULATIONS):
        if population["kind"] == "poisson":
            nodes.append(nest.Create("poisson_generator", params={"rate": population["rate_hz"]}))
        else:
            nodes.append(network.create(index, population))
    for index, projection in enumerate(network.PROJECTIONS):
        if network.POPULATIONS[projection["from"]]["kind"] != "poisson":
            network.connect(index, projection, nodes)
            continue
        pre, post, weight, delay = (network.DATA[f"projection_{index}_{part}"] for part in ("pre", "post", "weight", "delay"))
        target = network.POPULATIONS[projection["to"]]
        assert np.array_equal(pre, post) and len(post) == target["size"], "one train for each neuron"
        assert len(np.unique(weight)) == len(np.unique(delay)) == 1
        synapse = {"weight": float(weight[0]) * target["weight_factor"], "delay": float(network.times(int(delay[0]) - target["late"]))}
        nest.Connect(nodes[projection["from"]], nodes[projection["to"]], "all_to_all", synapse)
    recorders = {}
    for population, own in zip(network.POPULATIONS, nodes):
        if population["kind"] == "neurons":
            recorders[population["name"]] = nest.Create("spike_recorder")
            nest.Connect(own, recorders[population["name"]])
    return recorders


def main():
    nest.set_verbosity("M_ERROR")
    network = load(sys.argv[1])
    if "normal" in sys.argv[2:]:
        redraw(network)
    recorders = build(network)
    nest.Prepare()
    print("ready", flush=True)
    for line in sys.stdin:
        begun = time.process_time()
        nest.Run(float(line))
        cpu_s = time.process_time() - begun
        print(json.dumps({"cpu_s": cpu_s, "spikes": {name: int(own.n_events) for name, own in recorders.items()}}), flush=True)


if __name__ == "__main__":
    main()
