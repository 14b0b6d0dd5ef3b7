#!/usr/bin/env python3
"""Generate the Brian2 references of the rules of synapses with delays.

    python make_rules.py           # (re)write rules_synapses.csv, rules_inputs.csv and one rule_CASE.csv for each case
    python make_rules.py --check   # write nothing; compare with the committed CSVs

Versions: brian2 2.9.0, numpy 2.3.5. Eight given spike trains reach four LIF neurons over synapses with random weights and delays,
for 1.2 s at 0.1 ms; a strong static synapse from a given train of its own makes every neuron fire. A spike that is fired in step k
over a delay of d steps arrives in step k + d: its current acts in that step, and the rule sees it in that step, before a
postsynaptic spike of the same step. Brian2 executes synapses after the thresholds of a step, so that the current has a delay of
d - 1 steps there, and is given the weight after all changes of that step (order 2); the rule has a delay of d steps (order 0).
The script asserts that no potential comes closer to the threshold than MARGIN without crossing it, so that single precision fires
the same spikes.
"""

import argparse

import brian2 as b2
import numpy as np
from brian2 import ms

from reference_csv import Output

b2.prefs.codegen.target = "numpy"

DT, STEPS = 0.1, 12_000
N_IN, N = 8, 4
TAU_M, E_L, V_TH, V_RESET, T_REF = 20.0, -65.0, -50.0, -60.0, 2.0
TAU_EXC, TAU_INH = 5.0, 10.0
DRIVE = 70.0    # mV
MARGIN = 1e-4   # mV
SEED = 2

TRACES = """dx/dt = -x / (tau_plus*ms) : 1 (event-driven)
dy/dt = -y / (tau_minus*ms) : 1 (event-driven)"""
PAIR = dict(tau_plus=20, tau_minus=30, a_plus=0.08, a_minus=0.06, w_max=6)


TRIPLET_TRACES = """dr1/dt = -r1 / (tau_plus*ms) : 1 (event-driven)
dr2/dt = -r2 / (tau_x*ms) : 1 (event-driven)
do1/dt = -o1 / (tau_minus*ms) : 1 (event-driven)
do2/dt = -o2 / (tau_y*ms) : 1 (event-driven)"""
TRIPLET = dict(a2_plus=0.06, a3_plus=0.25, a2_minus=0.15, a3_minus=0.05, tau_plus=16.8, tau_minus=33.7, tau_x=101, tau_y=125, w_max=6)
SYMMETRIC = """dx/dt = -x / (tau*ms) : 1 (event-driven)
dy/dt = -y / (tau*ms) : 1 (event-driven)"""


class Case:
    """A rule: equations of a synapse, what happens at the arrival of a presynaptic spike and at a postsynaptic spike."""

    def __init__(self, name, rule, params, model, pre, post, transmit="i_exc_post += w", choices="", sign=1, start="", every=0,
                 scaling=""):
        self.start, self.every, self.scaling = start, every, scaling
        self.name, self.rule, self.params, self.model, self.pre, self.post = name, rule, params, model, pre, post
        self.transmit, self.choices, self.sign = transmit, choices, sign


CASES = [
    Case("power", "PairStdp", dict(PAIR, mu_plus=0.4, mu_minus=0.7), TRACES,
         "w = clip(w - a_minus * w_max * (w / w_max)**mu_minus * y, 0, w_max); x += 1",
         "w = clip(w + a_plus * w_max * (1 - w / w_max)**mu_plus * x, 0, w_max); y += 1", choices="bounds soft, pairing all-to-all"),
    Case("multiplicative", "PairStdp", dict(PAIR, mu_plus=0, mu_minus=1, a_plus=0.03), TRACES,
         "w = clip(w - a_minus * w * y, 0, w_max); x = 1",
         "w = clip(w + a_plus * w_max * x, 0, w_max); y = 1", choices="bounds soft, pairing nearest"),
    Case("additive", "PairStdp", dict(PAIR, a_plus=0.3, a_minus=0.35), TRACES,
         "w = clip(w - a_minus * y, 0, w_max); x += 1",
         "w = clip(w + a_plus * x, 0, w_max); y += 1", choices="bounds hard, pairing all-to-all"),
    Case("triplet", "TripletStdp", TRIPLET, TRIPLET_TRACES,
         "w = clip(w - o1 * (a2_minus + a3_minus * r2), 0, w_max); r1 += 1; r2 += 1",
         "w = clip(w + r1 * (a2_plus + a3_plus * o2), 0, w_max); o1 += 1; o2 += 1", choices="bounds hard, pairing all-to-all"),
    Case("triplet_nearest", "TripletStdp", dict(TRIPLET, tau_x=71, tau_y=40, eta=0.3), TRIPLET_TRACES,
         "w = clip(w - eta * w * o1 * (a2_minus + a3_minus * r2), 0, w_max); r1 = 1; r2 = 1",
         "w = clip(w + eta * (w_max - w) * r1 * (a2_plus + a3_plus * o2), 0, w_max); o1 = 1; o2 = 1",
         choices="bounds soft, pairing nearest"),
    Case("inhibitory", "InhibitoryStdp", dict(eta=0.2, tau=20, rho0=14, w_max=6), SYMMETRIC,
         "w = 0 - clip(-w + eta * (y - 2 * rho0 * 1e-3 * tau), 0, w_max); x += 1",
         "w = 0 - clip(-w + eta * x, 0, w_max); y += 1", transmit="i_inh_post += w", sign=-1),
    Case("symmetric", "SymmetricStdp", dict(eta=0.4, tau=15, alpha=0.25, w_max=6), SYMMETRIC,
         "w = clip(w + eta * (y - alpha), 0, w_max); x += 1", "w = clip(w + eta * x, 0, w_max); y += 1"),
    Case("short_term", "TsodyksMarkram", dict(u=0.35, tau_rec=120, tau_facil=90), """dr/dt = -r / (tau_facil*ms) : 1 (event-driven)
dx/dt = (1 - x) / (tau_rec*ms) : 1 (event-driven)""", "", "",
         transmit="r = u + (1 - u) * r; i_exc_post += w * r * x; x = x * (1 - r)", start="x = 1"),
    Case("scaling", "SynapticScaling", dict(rho0=14, tau=400, tau_rate=300, interval=20, w_max=6), "", "", "", every=20,
         scaling="w = clip(w * exp((1 - a_post / (rho0 * 1e-3)) * interval / tau), 0, w_max)"),
]


def describe(rng):
    """Synapses as (pre, post, weight, delay in steps), inputs as (train, step); trains from N_IN on drive one neuron each."""
    synapses = [(pre, post, float(np.float32(rng.uniform(1.0, 5.0))), int(rng.integers(1, 120)))
                for pre in range(N_IN) for post in range(N) if rng.random() < 0.55]
    rates = [0.003] * N_IN + [0.0025] * N
    inputs = [(i, int(step)) for i, rate in enumerate(rates) for step in np.flatnonzero(rng.random(STEPS) < rate)]
    return synapses, inputs


def simulate(case, synapses, inputs):
    b2.start_scope()
    b2.defaultclock.dt = DT * ms
    source = b2.SpikeGeneratorGroup(N_IN + N, [i for i, _ in inputs], [step * DT for _, step in inputs] * ms)
    tau_rate = case.params.get("tau_rate", 1)
    neurons = b2.NeuronGroup(
        N,
        """dv/dt = (E_L - v + i_exc + i_inh) / (TAU_M*ms) : 1 (unless refractory)
           di_exc/dt = -i_exc / (TAU_EXC*ms) : 1
           di_inh/dt = -i_inh / (TAU_INH*ms) : 1
           da/dt = -a / (TAU_RATE*ms) : 1""",
        threshold="v >= V_TH", reset="v = V_RESET; a += 1 / TAU_RATE", refractory=(T_REF + DT) * ms, method="exact",
        namespace=dict(E_L=E_L, TAU_M=TAU_M, TAU_EXC=TAU_EXC, TAU_INH=TAU_INH, V_TH=V_TH, V_RESET=V_RESET,
                       TAU_RATE=tau_rate))
    neurons.v = E_L
    # running mean of the rate per ms, which has decayed by a step when it is read in step 0
    neurons.a = case.params.get("rho0", 0) * 1e-3 * np.exp(DT / tau_rate)
    drive = b2.Synapses(source, neurons, on_pre="i_exc_post += DRIVE", namespace=dict(DRIVE=DRIVE))
    drive.connect(i=list(range(N_IN, N_IN + N)), j=list(range(N)))
    plastic = b2.Synapses(source, neurons, model="w : 1\n" + case.model,
                          on_pre=dict(transmit=case.transmit, learn=case.pre) if case.pre else dict(transmit=case.transmit), on_post=case.post or None,
                          namespace=dict(case.params, ms=ms), method="exact")
    plastic.connect(i=[s[0] for s in synapses], j=[s[1] for s in synapses])
    plastic.w = [case.sign * s[2] for s in synapses]
    plastic.transmit.delay = [(s[3] - 1) * DT for s in synapses] * ms
    plastic.transmit.order = 2
    if case.pre:
        plastic.learn.delay = [s[3] * DT for s in synapses] * ms
        plastic.learn.order = 0
    if case.start:
        plastic.x = 1
    if case.every:
        plastic.run_regularly(case.scaling, dt=case.every * ms, when="synapses", order=-1)
    if case.post:
        plastic.post.order = 1
    spikes, before = b2.SpikeMonitor(neurons), b2.StateMonitor(neurons, "v", record=True, when="after_groups")
    weights = b2.StateMonitor(plastic, "w", record=True, when="end")
    b2.Network(source, neurons, drive, plastic, spikes, before, weights).run(STEPS * DT * ms)
    steps = np.rint(np.asarray(spikes.t / ms) / DT).astype(int)
    assert np.min(np.abs(before.v - V_TH)) > MARGIN, f"{case.name}: {np.min(np.abs(before.v - V_TH))}"
    return sorted(zip(steps.tolist(), np.asarray(spikes.i).tolist())), np.asarray(weights.w)


def main():
    parser = argparse.ArgumentParser(description="Brian2 references of rules")
    parser.add_argument("--check", action="store_true", help="compare with the committed CSVs instead of writing them")
    out = Output(parser.parse_args().check, f"brian2 {b2.__version__}", "make_rules.py")
    synapses, inputs = describe(np.random.default_rng(SEED))
    params = [("dt", DT, "ms"), ("steps", STEPS, "1"), ("n_inputs", N_IN, "1"), ("n_neurons", N, "1"), ("tau_m", TAU_M, "ms"),
              ("E_L", E_L, "mV"), ("V_th", V_TH, "mV"), ("V_reset", V_RESET, "mV"), ("t_ref", T_REF, "ms"),
              ("tau_exc", TAU_EXC, "ms"), ("tau_inh", TAU_INH, "ms"), ("drive", DRIVE, "mV")]
    out.csv("rules_synapses.csv", "Rules: synapses at the start", [], params,
            [("pre", "1", "presynaptic train"), ("post", "1", "postsynaptic neuron"), ("weight", "mV", "size of the weight"),
             ("delay", "steps", "delay")], synapses)
    out.csv("rules_inputs.csv", f"Rules: given spikes; trains from {N_IN} on drive one neuron each", [], [],
            [("train", "1", "index"), ("step", "1", "step of the spike")], inputs)
    for case in CASES:
        spikes, weights = simulate(case, synapses, inputs)
        before = np.concatenate([[[case.sign * s[2]] for s in synapses], weights[:, :-1]], axis=1)
        changes = [(1, int(step), int(s), float(f"{weights[s, step]:.9g}")) for s, step in np.argwhere(weights != before)]
        print(f"  {case.name}: {len(spikes)} spikes, {len(changes)} changes, weights {weights.min():.3f} to {weights.max():.3f}")
        assert len(spikes) > 40
        rows = [(0, step, j, 0) for step, j in spikes] + sorted(changes, key=lambda row: row[1:3])
        equations = case.model.splitlines()
        equations += [f"at the arrival of a presynaptic spike: {case.pre}"] if case.pre else []
        equations += [f"at a postsynaptic spike: {case.post}"] if case.post else []
        out.csv(f"rule_{case.name}.csv", f"{case.rule} {case.choices}".strip(), equations + [f"current: {case.transmit}"] + ([f"every {case.every} ms: {case.scaling}"] if case.every else []),
                [(f"rule.{key}", value, "") for key, value in case.params.items()],
                [("kind", "1", "0: spike of a neuron, 1: change of a weight"), ("step", "1", "step"),
                 ("index", "1", "neuron, or row of rules_synapses.csv"), ("weight", "mV", "weight after the step")], rows)


if __name__ == "__main__":
    main()
