#!/usr/bin/env python3
"""Generate the NEST reference of triplet STDP, inhibitory STDP and short-term plasticity.

    python make_rules_nest.py           # (re)write nest_rules.csv next to this script
    python make_rules_nest.py --check   # write nothing; compare with the committed CSV

Versions: nest-simulator 3.10.0, numpy 2.3.5. One synapse between two neurons with given spikes, dt 1 ms, delay 1 ms. NEST's delay
of plastic synapses is dendritic: a postsynaptic spike reaches the synapse a delay after it was fired, a presynaptic one at once.
The steps of the file are those at the synapse; the trains have no coincident spikes there, which NEST ignores. Weights are those
that are sent with a presynaptic spike, after its change; of short-term plasticity, weight times u x. `tsodyks2_synapse` needs its
initial `u` besides `U`: setting U leaves u at 0.5. Inhibitory weights stay below Wmax, because NEST clips them at a presynaptic
spike before the constant depression, Brian2 and the engine after it.
"""

import argparse

import nest
import numpy as np

from reference_csv import Output, agree

STEPS, W_INIT = 2000, 0.5
TRIPLET = dict(Aplus=0.01, Aplus_triplet=0.03, Aminus=0.02, Aminus_triplet=0.004, tau_plus=16.8, tau_plus_triplet=101.0, Wmax=5.0)
NEURON = dict(tau_minus=33.7, tau_minus_triplet=125.0)
VOGELS = dict(eta=0.05, alpha=0.6, tau=20.0, Wmax=-3.0)
SHORT = dict(U=0.35, u=0.35, tau_rec=120.0, tau_fac=90.0)


def simulate(model, synapse, neuron, w_init):
    """Steps of the pre- and postsynaptic spikes at the synapse, and the weight sent with each presynaptic spike."""
    rng = np.random.default_rng(3)
    pre = [2.0 * k + 1 for k in range(5, 900) if rng.random() < 0.05]
    post = [2.0 * k + 1 for k in range(5, 900) if rng.random() < 0.06]
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = 1.0
    sources = [nest.Create("spike_generator", params={"spike_times": times}) for times in (pre, post)]
    parrots = [nest.Create("parrot_neuron") for _ in sources]
    target = nest.Create("iaf_psc_delta", params=dict(dict(tau_m=20.0, V_th=-69.0, E_L=-70.0, V_reset=-70.0, V_m=-70.0, t_ref=1.0), **neuron))
    weights, spikes = nest.Create("weight_recorder"), [nest.Create("spike_recorder") for _ in range(2)]
    for source, parrot in zip(sources, parrots):
        nest.Connect(source, parrot)
    nest.Connect(parrots[1], target, syn_spec={"weight": 1000.0, "delay": 1.0})
    nest.CopyModel(model, "recorded", {"weight_recorder": weights})
    nest.Connect(parrots[0], target, syn_spec=dict(synapse_model="recorded", weight=w_init, delay=1.0, **synapse))
    nest.Connect(parrots[0], spikes[0])
    nest.Connect(target, spikes[1])
    nest.Simulate(float(STEPS))
    steps = [np.rint(recorder.get("events", "times")).astype(int) for recorder in spikes]
    sent = np.asarray(weights.get("events", "weights"))
    assert len(sent) == len(steps[0]) and len(steps[1]) > 30
    arrived = steps[1] + 1
    assert not set(arrived) & set(steps[0]), "coincident spikes; choose another seed"
    return steps[0], arrived, sent


def trace(spikes, now, tau):
    return sum(np.exp(-(now - t) / tau) for t in spikes if t < now)


def plain(case, pre, post, w):
    """The rules in plain numpy."""
    sent, u, x, last = [], 0.0, 1.0, None
    for now, is_post in sorted([(t, False) for t in pre] + [(t, True) for t in post]):
        if case == "triplet" and is_post:
            by = TRIPLET["Aplus"] + TRIPLET["Aplus_triplet"] * trace(post, now, NEURON["tau_minus_triplet"])
            w = min(w + trace(pre, now, TRIPLET["tau_plus"]) * by, TRIPLET["Wmax"])
        elif case == "triplet":
            by = TRIPLET["Aminus"] + TRIPLET["Aminus_triplet"] * trace(pre, now, TRIPLET["tau_plus_triplet"])
            w = max(w - trace(post, now, NEURON["tau_minus"]) * by, 0.0)
        elif case == "inhibitory":
            by = trace(pre, now, VOGELS["tau"]) if is_post else trace(post, now, VOGELS["tau"])
            w = max(w - VOGELS["eta"] * by, VOGELS["Wmax"])
            w = w if is_post else min(w + VOGELS["eta"] * VOGELS["alpha"], 0.0)
        elif not is_post:
            u *= np.exp(-(now - last) / SHORT["tau_fac"]) if last is not None else 0.0
            x = 1 - (1 - x) * np.exp(-(now - last) / SHORT["tau_rec"]) if last is not None else 1.0
            u, last = SHORT["U"] + (1 - SHORT["U"]) * u, now
            sent.append(w * u * x)
            x -= u * x
        if not is_post and case != "short_term":
            sent.append(w)
    return sent


def main():
    parser = argparse.ArgumentParser(description="NEST references of rules")
    parser.add_argument("--check", action="store_true", help="compare with the committed CSV instead of writing it")
    out = Output(parser.parse_args().check, f"nest {nest.__version__}", "make_rules_nest.py")
    cases = [("triplet", "stdp_triplet_synapse", TRIPLET, NEURON, W_INIT),
             ("inhibitory", "vogels_sprekeler_synapse", VOGELS, dict(tau_minus=VOGELS["tau"]), -W_INIT),
             ("short_term", "tsodyks2_synapse", SHORT, {}, W_INIT)]
    rows = []
    for index, (name, model, synapse, neuron, w_init) in enumerate(cases):
        pre, post, sent = simulate(model, synapse, neuron, w_init)
        agree(name, sent, plain(name, pre.tolist(), post.tolist(), w_init))
        print(f"  {name}: {len(pre)} and {len(post)} spikes, weights {sent.min():.3f} to {sent.max():.3f}")
        rows += sorted([(index, 0, int(t), float(w)) for t, w in zip(pre, sent)] + [(index, 1, int(t), 0.0) for t in post], key=lambda row: row[2])
    params = [("steps", STEPS, "1"), ("w_init", W_INIT, "mV")]
    params += [(f"{name}.{key}", value, "") for name, _, synapse, neuron, _ in cases for key, value in {**synapse, **neuron}.items()]
    out.csv("nest_rules.csv", "Triplet STDP, inhibitory STDP and short-term plasticity", ["see the models " + ", ".join(case[1] for case in cases)],
            params, [("case", "1", "0: triplet, 1: inhibitory, 2: short-term"), ("kind", "1", "0: presynaptic spike, 1: postsynaptic spike"),
                     ("step", "1", "step at the synapse"), ("weight", "mV", "weight sent with a presynaptic spike")], rows)


if __name__ == "__main__":
    main()
