#!/usr/bin/env python3
"""Generate the Brian2 references of the neuron models without an exact solution.

    python make_neurons.py           # (re)write neurons_inputs.csv, neurons_spikes.csv and neurons_potentials.csv
    python make_neurons.py --check   # write nothing; compare with the committed CSVs

Every case is one neuron for 1 s of model time at 0.1 ms. All receive the same input spikes, in the step in which they are
listed, scaled by the factors of the case. The models with conductances or an exponential are integrated by Brian2's rk4, those
of Izhikevich by its euler; the scheme with half steps, which Brian2 does not have, is the loop of the paper in plain numpy.
"""

import argparse

import brian2 as b2
import numpy as np
from brian2 import ms

from reference_csv import Output

b2.prefs.codegen.target = "numpy"

DT, STEPS, EVERY = 0.1, 10_000, 20
SEED = 20

LIF = "dv/dt = (el - v + ri) / tau : 1"
COND = """dv/dt = (el - v + ge / gl * (ee - v) + gi / gl * (ei - v) + ri) / tau : 1
dge/dt = -ge / taue : 1
dgi/dt = -gi / taui : 1"""
ADEX = """vc = clip(v, -1e9, vp) : 1
dv/dt = (el - vc + slope * exp((vc - vt) / slope) - w + ri + ge + gi) / tau : 1
dw/dt = (a * (vc - el) - w) / tauw : 1
dge/dt = -ge / taue : 1
dgi/dt = -gi / taui : 1"""
IZHIKEVICH = """dv/dt = (0.04 * v**2 + 5 * v + 140 - u + drive) / ms : 1
du/dt = a * (b * v - u) / ms : 1"""

# name, model, parameters in ms, mV and nS under the names of the descriptions, factors of the excitatory and inhibitory input
CASES = [
    ("conductances", "LifCond", dict(tau_m=20, e_l=-60, v_th=-50, v_reset=-60, t_ref=5, g_l=10, e_exc=0, e_inh=-80, tau_syn_exc=5,
                                     tau_syn_inh=10, ri=11), (1.0, 2.0)),
    ("adapting", "AdEx", dict(tau_m=9.37, e_l=-70.6, v_t=-50.4, delta_t=2, a=0.1333, b=2.683, tau_w=144, v_reset=-70.6, v_peak=0,
                              t_ref=2, tau_syn_exc=5, tau_syn_inh=10, ri=25), (4.0, 2.0)),
    ("bursting", "AdEx", dict(tau_m=5, e_l=-70, v_t=-50, delta_t=2, a=-0.05, b=0.7, tau_w=100, v_reset=-46, v_peak=0, t_ref=0,
                              tau_syn_exc=5, tau_syn_inh=10, ri=21), (1.0, 1.0)),
    ("regular", "Izhikevich", dict(a=0.02, b=0.2, c=-65, d=8, v_peak=30, i=6), (2.0, 2.0)),
    ("chattering", "Izhikevich", dict(a=0.02, b=0.2, c=-50, d=2, v_peak=30, i=8), (1.0, 1.0)),
    ("half", "Izhikevich", dict(a=0.1, b=0.2, c=-65, d=2, v_peak=30, i=6), (2.0, 2.0)),
]


def arrivals(inputs, factors):
    """Sums of the weights by step, excitatory and inhibitory, rounded as the engine adds them."""
    sums = np.zeros((2, STEPS), dtype=np.float32)
    for step, receptor, weight in inputs:
        sums[receptor, step] += np.float32(weight * factors[receptor])
    return sums.astype(float)


def simulate(name, model, p, sums, injected=None):
    """Spike steps, and the potential after every step; `injected` is a further constant input of every step."""
    if name == "half":
        return half_steps(p, sums, injected)
    exc, inh = sums
    refractory = (p.get("t_ref", 0) + DT) * ms if p.get("t_ref", 0) > 0 else False
    if model == "Lif":
        equations, method, reset = LIF + " (unless refractory)", "exact", "v = vr"
        scope = dict(el=p["e_l"], ri=p["ri"], tau=p["tau_m"] * ms, vr=p["v_reset"])
        threshold, start = f"v >= {p['v_th']}", dict(v=p["e_l"])
    elif model == "LifCond":
        equations, method, reset = COND.replace("+ ri) / tau : 1", "+ ri) / tau : 1 (unless refractory)"), "rk4", "v = vr"
        scope = dict(el=p["e_l"], gl=p["g_l"], ee=p["e_exc"], ei=p["e_inh"], ri=p["ri"], tau=p["tau_m"] * ms, taue=p["tau_syn_exc"] * ms,
                     taui=p["tau_syn_inh"] * ms, vr=p["v_reset"])
        threshold, start = f"v >= {p['v_th']}", dict(v=p["e_l"])
    elif model == "AdEx":
        equations, method, reset = ADEX, "rk4", "v = vr; w += b"
        if refractory:
            equations = equations.replace("gi) / tau : 1", "gi) / tau : 1 (unless refractory)")
        scope = dict(el=p["e_l"], vt=p["v_t"], slope=p["delta_t"], ri=p["ri"], tau=p["tau_m"] * ms, taue=p["tau_syn_exc"] * ms,
                     taui=p["tau_syn_inh"] * ms, vr=p["v_reset"], vp=p["v_peak"], a=p["a"], b=p["b"], tauw=p["tau_w"] * ms)
        threshold, start = f"v >= {p['v_peak']}", dict(v=p["e_l"])
    else:
        equations, method, reset = IZHIKEVICH, "euler", "v = c; u += d"
        scope = dict(a=p["a"], b=p["b"], c=p["c"], d=p["d"], drive=p["i"])
        threshold, start = f"v >= {p['v_peak']}", dict(v=p["c"], u=p["b"] * p["c"])
    if injected is not None:
        for constant in ("ri", "drive"):
            equations = equations.replace(f"+ {constant}", f"+ {constant} + received")
        equations += "\nreceived : 1"
    clock = b2.Clock(DT * ms)
    group = b2.NeuronGroup(1, equations, threshold=threshold, reset=reset, method=method, refractory=refractory, clock=clock,
                           namespace=scope)
    for variable, value in start.items():
        setattr(group, variable, value)

    # Euler's method adds an arriving spike to the result of the step, the others start the step with it
    @b2.network_operation(clock=clock, when="after_groups" if model == "Izhikevich" else "start")
    def arrive(t):
        step = round(float(t / ms) / DT)
        if injected is not None:
            return
        if model == "Izhikevich":
            group.v[0] = group.v[0] + (exc[step] + inh[step])
        else:
            group.ge[0] = group.ge[0] + exc[step]
            group.gi[0] = group.gi[0] + abs(inh[step]) if model == "LifCond" else group.gi[0] + inh[step]

    @b2.network_operation(clock=clock, when="start")
    def receive(t):
        if injected is not None:
            group.received[0] = injected[round(float(t / ms) / DT)]

    # `groups`, then `after_groups`, then `thresholds`
    spikes, after = b2.SpikeMonitor(group), b2.StateMonitor(group, "v", record=True, when="end", clock=clock)
    b2.Network(group, arrive, receive, spikes, after).run(STEPS * DT * ms)
    return np.rint(np.asarray(spikes.t / ms) / DT).astype(int), np.asarray(after.v[0])


def half_steps(p, sums, injected=None):
    v, u = float(p["c"]), p["b"] * p["c"]
    spikes, potentials = [], []
    for step in range(STEPS):
        arriving = sums[0][step] + sums[1][step]
        drive = p["i"] if injected is None else p["i"] + injected[step]
        for _ in range(2):
            v = v + 0.5 * (DT * (0.04 * v * v + 5 * v + 140 - u + drive) + arriving)
        u = u + DT * p["a"] * (p["b"] * v - u)
        if v >= p["v_peak"]:
            v, u = float(p["c"]), u + p["d"]
            spikes.append(step)
        potentials.append(v)
    return np.array(spikes), np.array(potentials)


def main():
    parser = argparse.ArgumentParser(description="Brian2 references of neuron models")
    parser.add_argument("--check", action="store_true", help="compare with the committed CSVs instead of writing them")
    out = Output(parser.parse_args().check, f"brian2 {b2.__version__}", "make_neurons.py")
    rng = np.random.default_rng(SEED)
    inputs = [(step, receptor, float(np.float32(rng.uniform(0.5, 1.5) * (1 - 2 * receptor))))
              for step in range(STEPS) for receptor in (0, 1) if rng.random() < 0.01]
    spikes, potentials, params = [], [], [("dt", DT, "ms"), ("steps", STEPS, "1"), ("every", EVERY, "steps")]
    for index, (name, model, p, factors) in enumerate(CASES):
        steps, v = simulate(name, model, p, arrivals(inputs, factors))
        print(f"  {name}: {len(steps)} spikes")
        assert len(steps) > 5, name
        spikes += [(index, step) for step in steps]
        potentials += [(index, step, float(f"{v[step]:.9g}")) for step in range(EVERY - 1, STEPS, EVERY)]
        params += [(f"{name}.{key}", value, "") for key, value in p.items()]
        params += [(f"{name}.exc", factors[0], ""), (f"{name}.inh", factors[1], "")]
    names = ", ".join(f"{index}: {name} ({model})" for index, (name, model, _, _) in enumerate(CASES))
    equation = COND.splitlines()[:1] + ADEX.splitlines()[1:3] + IZHIKEVICH.splitlines()
    out.csv("neurons_inputs.csv", "Neuron models: input spikes", [], [],
            [("step", "1", "step in which it acts"), ("receptor", "1", "0: excitatory, 1: inhibitory"), ("weight", "mV, nS", "weight")], inputs)
    out.csv("neurons_spikes.csv", f"Neuron models: spikes; {names}", equation, params,
            [("case", "1", "index of the case"), ("step", "1", "step of the spike")], spikes)
    out.csv("neurons_potentials.csv", f"Neuron models: potentials; {names}", equation, [],
            [("case", "1", "index of the case"), ("step", "1", "step"), ("v", "mV", "potential after the step")], potentials)


if __name__ == "__main__":
    main()
