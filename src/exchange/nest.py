import csv
import os

import nest
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = np.load(os.path.join(HERE, "network.npz"))
# other numbers of threads give the same spikes of networks without random numbers
THREADS = 1
# steps that the current of a generator needs to reach a membrane
LEAD = 2


def times(steps):
    return np.round(np.asarray(steps, dtype=float) * DT, 9)


def ids(nodes):
    return np.array(nodes.tolist(), dtype=np.int64)


def generators(index, size):
    """One generator for each neuron: a spike of step s has the time (s + 1) dt in NEST, the end of the step."""
    steps = DATA[f"population_{index}_spike_steps"].astype(np.int64)
    neurons = DATA[f"population_{index}_spike_neurons"].astype(np.int64)
    inside = steps < STEPS
    # several spikes of a neuron in one step become one with a multiplicity
    pairs, counts = np.unique(np.stack([neurons[inside], steps[inside]], axis=1), axis=0, return_counts=True)
    ends = np.searchsorted(pairs[:, 0], np.arange(size + 1))
    nodes = nest.Create("spike_generator", size)
    trains = [slice(ends[j], ends[j + 1]) for j in range(size)]
    nodes.set([{"spike_times": times(pairs[train, 1] + 1), "spike_multiplicities": counts[train]} for train in trains])
    return nodes


def currents(index):
    """The currents of a source in mV, by step and neuron."""
    return DATA[f"population_{index}_currents"].astype(float).reshape(-1, POPULATIONS[index]["size"])


def current_generators(index, size):
    """One generator for each neuron: an amplitude set at the time s dt reaches the membrane in step s + 1."""
    nodes = nest.Create("step_current_generator", size)
    later = currents(index)[LEAD:]
    for j in range(size):
        changes = np.flatnonzero(np.diff(later[:, j], prepend=0.0))
        nodes[j].set(amplitude_times=times(changes + LEAD - 1), amplitude_values=later[changes, j])
    return nodes


def create(index, population):
    size = population["size"]
    if population["kind"] == "current":
        return current_generators(index, size)
    if population["kind"] == "neurons":
        nodes = nest.Create(population["model"], size, params=population["parameters"])
        for variable, (name, factor) in population["variables"].items():
            nodes.set({name: DATA[f"population_{index}_{variable}"].astype(float) * factor})
        return nodes
    if population["kind"] == "poisson" and POISSON == "own":
        # a poisson_generator sends every target a train of its own; the parrots have one train for all their targets
        nodes = nest.Create("parrot_neuron", size)
        nest.Connect(nest.Create("poisson_generator", params={"rate": population["rate_hz"]}), nodes)
        return nodes
    return generators(index, size)


def through_parrots(sources, pre, delay):
    """Neurons that repeat the spikes of `pre`, so that they reach the synapse one step before they act."""
    pairs, which = np.unique(np.stack([pre, delay], axis=1), axis=0, return_inverse=True)
    parrots = ids(nest.Create("parrot_neuron", len(pairs)))
    to_parrots = {"weight": np.ones(len(pairs)), "delay": times(pairs[:, 1] - 1)}
    nest.Connect(sources[pairs[:, 0]], parrots, "one_to_one", to_parrots)
    # a last spike, which reaches the parrots in the step after the end
    last = nest.Create("spike_generator", params={"spike_times": times([STEPS])})
    nest.Connect(last, nest.NodeCollection(parrots.tolist()), "all_to_all", {"delay": DT})
    return parrots[which.reshape(-1)]


def connect(index, projection, nodes):
    """Connect as drawn. Returns the two ends of each synapse, for projections whose weights change."""
    pre, post, weight, delay = (DATA[f"projection_{index}_{part}"] for part in ("pre", "post", "weight", "delay"))
    if len(pre) == 0:
        return None
    target = POPULATIONS[projection["to"]]
    if projection.get("current"):
        start, end = ids(nodes[projection["from"]])[pre], ids(nodes[projection["to"]])[post]
        nest.Connect(start, end, "one_to_one", {"weight": weight.astype(float) * target["pa_per_mv"], "delay": np.full(len(pre), DT)})
        return None
    weight = weight.astype(float) * target["weight_factor"]
    if target["signed"]:
        # the sign of a weight chooses the receptor
        weight = np.abs(weight) * (-1 if projection["receptor"] == "inhibitory" else 1)
    delay = delay.astype(np.int64) - target["late"]
    start, end = ids(nodes[projection["from"]])[pre], ids(nodes[projection["to"]])[post]
    synapse = {"synapse_model": "static_synapse", "weight": weight, "delay": times(delay)}
    rule = projection["rule"]
    if rule is not None:
        name = f"{rule['model']}_{index}"
        nest.CopyModel(rule["model"], name, rule["parameters"])
        start = through_parrots(ids(nodes[projection["from"]]), pre, delay)
        synapse = {"synapse_model": name, "weight": weight, "delay": np.full(len(pre), DT)}
    nest.Connect(start, end, "one_to_one", synapse)
    return (start, end) if rule is not None and rule["learns"] else None


def bring_up_to_date(plastic):
    """NEST changes a weight when its synapse sends a spike: a last one counts the postsynaptic spikes since the one before."""
    for index in plastic:
        nest.GetConnections(synapse_model=f"{PROJECTIONS[index]['rule']['model']}_{index}").set(alpha=0.0)
    nest.Simulate(float(times(2)))


def weights_of(index, projection, ends):
    """The weights at the end, in the order of the synapses."""
    found = nest.GetConnections(synapse_model=f"{projection['rule']['model']}_{index}").get(["source", "target", "weight"])
    found = {key: np.atleast_1d(value) for key, value in found.items()}
    weights = np.empty(len(ends[0]))
    weights[np.lexsort((ends[1], ends[0]))] = found["weight"][np.lexsort((found["target"], found["source"]))]
    return weights / POPULATIONS[projection["to"]]["weight_factor"]


def begin(nodes):
    """Simulate the first steps with currents as part of I_e. Returns how many steps were simulated."""
    received = {}
    for index, projection in enumerate(PROJECTIONS):
        if projection.get("current"):
            pre, post, weight = (DATA[f"projection_{index}_{part}"] for part in ("pre", "post", "weight"))
            parts = received.setdefault(projection["to"], [])
            parts.append((currents(projection["from"])[:LEAD], pre.astype(np.int64), post.astype(np.int64), weight.astype(float)))
    if not received:
        return 0
    done = min(LEAD, STEPS)
    for step in range(done + 1):
        for to, parts in received.items():
            total = np.zeros(POPULATIONS[to]["size"])
            for values, pre, post, weight in parts if step < done else []:
                np.add.at(total, post, weight * values[step][pre] * POPULATIONS[to]["pa_per_mv"])
            nodes[to].set({"I_e": POPULATIONS[to]["parameters"]["I_e"] + total})
        if step < done:
            nest.Simulate(DT)
    return done


def main():
    nest.ResetKernel()
    nest.set(resolution=DT, rng_seed=SEED % (2**32 - 1) + 1, local_num_threads=THREADS)
    nodes = [create(index, population) for index, population in enumerate(POPULATIONS)]
    plastic = {}
    for index, projection in enumerate(PROJECTIONS):
        ends = connect(index, projection, nodes)
        if ends is not None:
            plastic[index] = ends
    recorders = {}
    for index, population in enumerate(POPULATIONS):
        if population["kind"] == "neurons" or (population["kind"] == "poisson" and POISSON == "own"):
            recorders[index] = nest.Create("spike_recorder")
            nest.Connect(nodes[index], recorders[index])
    done = begin(nodes)
    if done < STEPS:
        nest.Simulate(float(times(STEPS - done)))
    if plastic:
        bring_up_to_date(plastic)
    with open(os.path.join(HERE, "spikes.csv"), "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["population", "neuron", "step"])
        for index, recorder in recorders.items():
            events = recorder.events
            steps = np.rint(events["times"] / DT).astype(np.int64) - 1
            neurons = (events["senders"] - nodes[index][0].global_id)[steps < STEPS]
            steps = steps[steps < STEPS]
            for k in np.lexsort((neurons, steps)):
                table.writerow([POPULATIONS[index]["name"], neurons[k], steps[k]])
            print(f"{POPULATIONS[index]['name']}: {len(steps)} spikes")
    final = {f"projection_{index}": weights_of(index, PROJECTIONS[index], ends) for index, ends in plastic.items()}
    if final:
        np.savez(os.path.join(HERE, "weights.npz"), **final)


if __name__ == "__main__":
    main()
