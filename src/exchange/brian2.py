import csv
import os

import brian2 as b2
import numpy as np
from brian2 import Hz, ms

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = np.load(os.path.join(HERE, "network.npz"))
# "cython" is faster and needs a C++ compiler
b2.prefs.codegen.target = "numpy"


def given(index, size):
    """Spikes as given. A SpikeGeneratorGroup fires a neuron once a step: the second spikes of a step are a second group, and so on."""
    steps = DATA[f"population_{index}_spike_steps"].astype(np.int64)
    neurons = DATA[f"population_{index}_spike_neurons"].astype(np.int64)
    inside = steps < STEPS
    pairs, counts = np.unique(np.stack([steps[inside], neurons[inside]], axis=1), axis=0, return_counts=True)
    groups = []
    for least in range(1, int(counts.max(initial=1)) + 1):
        chosen = pairs[counts >= least]
        groups.append(b2.SpikeGeneratorGroup(size, chosen[:, 1], chosen[:, 0] * DT * ms))
    return groups


def create(index, population):
    """The groups of a population, and what is done with them in every step."""
    size = population["size"]
    if population["kind"] == "poisson" and POISSON == "own":
        if population["rate_hz"] * DT > 1000:
            raise SystemExit(f"{population['name']}: a PoissonGroup fires at most once a step; use POISSON = \"given\"")
        return [b2.PoissonGroup(size, population["rate_hz"] * Hz)], []
    if population["kind"] == "current":
        return [], []
    if population["kind"] != "neurons":
        return given(index, size), []
    refractory = population["refractory_steps"]
    # Brian2 clamps one step less than refractory / dt
    group = b2.NeuronGroup(
        size, population["equations"], threshold=population["threshold"], reset=population["reset"], method=population["method"],
        refractory=(refractory + 1) * DT * ms if refractory > 0 else False, namespace=population["constants"])
    for variable in population["variables"]:
        setattr(group, variable, DATA[f"population_{index}_{variable}"].astype(float))
    return [group], [group.run_regularly(code, when=when) for when, code in population["regularly"]]


def connect(index, projection, groups):
    pre, post, weight, delay = (DATA[f"projection_{index}_{part}"] for part in ("pre", "post", "weight", "delay"))
    if len(pre) == 0:
        return []
    parts = []
    for source in groups[projection["from"]]:
        part = b2.Synapses(source, groups[projection["to"]][0], projection["equations"], on_pre=projection["on_pre"],
                           on_post=projection["on_post"], namespace=projection["constants"], method="rk4")
        part.connect(i=pre.astype(np.int64), j=post.astype(np.int64))
        part.weight = weight.astype(float)
        for variable, value in projection["start"].items():
            setattr(part, variable, value)
        # synapses act at the end of a step, so that the next step is the first to be affected
        part.act.delay = (delay.astype(np.int64) - 1) * DT * ms
        part.act.order = 2
        if "learn" in projection["on_pre"]:
            part.learn.delay = delay.astype(np.int64) * DT * ms
            part.learn.order = 0
            part.after.order = 1
        parts.append(part)
        if projection["rewarded"]:
            parts += rewarded(part)
    return parts


def rewarded(part):
    """Rewards are added to the neuromodulator before their step, and weights are clipped after every step."""
    due = dict(zip(np.rint(np.array([time for time, _ in REWARDS]) / DT).astype(int).tolist(), [amount for _, amount in REWARDS]))

    @b2.network_operation(when="start")
    def reward(t):
        step = round(float(t / ms) / DT)
        if step in due:
            part.m[:] = np.asarray(part.m) + due[step]

    return [reward, part.run_regularly("weight = clip(weight, 0, w_max)", when="end")]


def injections(groups):
    """What adds the currents of all sources to what a group receives, in every step."""
    onto = {}
    for index, projection in enumerate(PROJECTIONS):
        if projection.get("current"):
            values = DATA[f"population_{projection['from']}_currents"].astype(float).reshape(-1, POPULATIONS[projection["from"]]["size"])
            pre, post, weight = (DATA[f"projection_{index}_{part}"] for part in ("pre", "post", "weight"))
            onto.setdefault(projection["to"], []).append((values, pre.astype(np.int64), post.astype(np.int64), weight.astype(float)))
    return [injection(groups[to][0], parts) for to, parts in onto.items()]


def injection(group, parts):
    @b2.network_operation(when="start")
    def receive(t):
        step = round(float(t / ms) / DT)
        group.received[:] = sum(np.bincount(post, weight * values[step][pre], len(group)) for values, pre, post, weight in parts)

    return receive


def main():
    b2.start_scope()
    b2.defaultclock.dt = DT * ms
    b2.seed(SEED % 2**32)
    groups, everything = [], []
    for index, population in enumerate(POPULATIONS):
        made, regular = create(index, population)
        groups.append(made)
        everything += made + regular
    parts = [connect(index, projection, groups) for index, projection in enumerate(PROJECTIONS)]
    everything += injections(groups)
    monitors = {}
    for index, population in enumerate(POPULATIONS):
        if population["kind"] == "neurons" or (population["kind"] == "poisson" and POISSON == "own"):
            monitors[index] = b2.SpikeMonitor(groups[index][0])
    b2.Network(everything, sum(parts, []), list(monitors.values())).run(STEPS * DT * ms)
    with open(os.path.join(HERE, "spikes.csv"), "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["population", "neuron", "step"])
        for index, monitor in monitors.items():
            steps = np.rint(np.asarray(monitor.t / ms) / DT).astype(np.int64)
            neurons = np.asarray(monitor.i)
            for k in np.lexsort((neurons, steps)):
                table.writerow([POPULATIONS[index]["name"], neurons[k], steps[k]])
            print(f"{POPULATIONS[index]['name']}: {len(steps)} spikes")
    final = {f"projection_{index}": np.asarray(part[0].weight) for index, part in enumerate(parts) if part and PROJECTIONS[index]["learns"]}
    if final:
        np.savez(os.path.join(HERE, "weights.npz"), **final)


if __name__ == "__main__":
    main()
