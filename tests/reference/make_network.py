#!/usr/bin/env python3
"""Generate the Brian2 reference of a recurrent network with a delay for every synapse.

    python make_network.py           # (re)write network_synapses.csv and network_spikes.csv next to this script
    python make_network.py --check   # write nothing; compare with the committed CSVs

25 LIF neurons with an exponential excitatory and inhibitory current receive given spikes and are connected at random.
Brian2 executes synapses after the thresholds of a step, so that a spike acts in the next step at the earliest; a delay of
d steps is therefore (d - 1) * dt in Brian2. The script asserts that no potential comes closer to the threshold than
MARGIN without crossing it, so that single precision fires the same spikes.
"""

import argparse

import brian2 as b2
import numpy as np
from brian2 import ms

from reference_csv import Output

b2.prefs.codegen.target = "numpy"

DT, STEPS = 0.1, 3000
N_IN, N_EXC, N_INH = 20, 20, 5
N = N_EXC + N_INH
TAU_M, E_L, V_TH, V_RESET, T_REF = 20.0, -65.0, -50.0, -60.0, 2.0
TAU_EXC, TAU_INH = 5.0, 10.0
MARGIN = 1e-4   # mV
SEED = 16


def describe(rng):
    """Synapses as (from, pre, post, weight, delay in steps); from: 0 inputs, 1 neurons."""
    synapses = []
    for pre in range(N_IN):
        for post in range(N):
            if rng.random() < 0.4:
                synapses.append((0, pre, post, float(np.float32(rng.uniform(4.0, 9.0))), int(rng.integers(1, 40))))
    for pre in range(N):
        for post in range(N):
            if pre != post and rng.random() < 0.3:
                weight = rng.uniform(2.0, 8.0) if pre < N_EXC else -rng.uniform(5.0, 20.0)
                synapses.append((1, pre, post, float(np.float32(weight)), int(rng.integers(1, 60))))
    inputs = sorted((step, i) for i in range(N_IN) for step in np.flatnonzero(rng.random(STEPS) < 0.008))
    return synapses, inputs


def simulate(synapses, inputs):
    b2.start_scope()
    b2.defaultclock.dt = DT * ms
    source = b2.SpikeGeneratorGroup(N_IN, [i for _, i in inputs], [step * DT for step, _ in inputs] * ms)
    neurons = b2.NeuronGroup(
        N,
        """dv/dt = (E_L - v + i_exc + i_inh) / (TAU_M*ms) : 1 (unless refractory)
           di_exc/dt = -i_exc / (TAU_EXC*ms) : 1
           di_inh/dt = -i_inh / (TAU_INH*ms) : 1""",
        threshold="v >= V_TH", reset="v = V_RESET", refractory=(T_REF + DT) * ms, method="exact",
        namespace=dict(E_L=E_L, TAU_M=TAU_M, TAU_EXC=TAU_EXC, TAU_INH=TAU_INH, V_TH=V_TH, V_RESET=V_RESET))
    neurons.v = E_L
    parts = []
    for origin, group in ((0, source), (1, neurons)):
        for variable, sign in (("i_exc", 1), ("i_inh", -1)):
            chosen = [s for s in synapses if s[0] == origin and s[3] * sign > 0]
            if chosen:
                part = b2.Synapses(group, neurons, "w : 1", on_pre=f"{variable}_post += w")
                part.connect(i=[s[1] for s in chosen], j=[s[2] for s in chosen])
                part.w = [s[3] for s in chosen]
                part.delay = [(s[4] - 1) * DT for s in chosen] * ms
                parts.append(part)
    spikes, before = b2.SpikeMonitor(neurons), b2.StateMonitor(neurons, "v", record=True, when="after_groups")
    b2.Network(source, neurons, spikes, before, *parts).run(STEPS * DT * ms)
    steps = np.rint(np.asarray(spikes.t / ms) / DT).astype(int)
    nearest = np.min(np.abs(before.v - V_TH))
    return sorted(zip(steps.tolist(), np.asarray(spikes.i).tolist())), nearest


def main():
    parser = argparse.ArgumentParser(description="Brian2 reference of a network")
    parser.add_argument("--check", action="store_true", help="compare with the committed CSVs instead of writing them")
    out = Output(parser.parse_args().check, f"brian2 {b2.__version__}", "make_network.py")
    synapses, inputs = describe(np.random.default_rng(SEED))
    spikes, nearest = simulate(synapses, inputs)
    assert nearest > MARGIN, f"a potential comes as close as {nearest} mV to the threshold; choose another seed"
    per_neuron = np.bincount([j for _, j in spikes], minlength=N)
    assert per_neuron.sum() > 150 and np.count_nonzero(per_neuron) > N // 2, per_neuron
    print(f"  {len(synapses)} synapses, {len(inputs)} input spikes, {len(spikes)} spikes, nearest {nearest:.1e} mV")
    params = [("dt", DT, "ms"), ("steps", STEPS, "1"), ("n_inputs", N_IN, "1"), ("n_neurons", N, "1"), ("tau_m", TAU_M, "ms"),
              ("E_L", E_L, "mV"), ("V_th", V_TH, "mV"), ("V_reset", V_RESET, "mV"), ("t_ref", T_REF, "ms"),
              ("tau_exc", TAU_EXC, "ms"), ("tau_inh", TAU_INH, "ms")]
    equation = ["tau_m dV/dt = E_L - V + I_exc + I_inh; a spike adds its weight to I_exc (weight > 0) or I_inh (weight < 0) in "
                "the step that is its delay after the step in which it was fired, and acts in that step"]
    out.csv("network_synapses.csv", "A recurrent network: synapses", equation, params,
            [("origin", "1", "0: inputs, 1: neurons"), ("pre", "1", "presynaptic index"), ("post", "1", "postsynaptic neuron"),
             ("weight", "mV", "weight"), ("delay", "steps", "delay")], synapses)
    out.csv("network_spikes.csv", "A recurrent network: spikes", equation, params,
            [("origin", "1", "0: inputs (given), 1: neurons"), ("step", "1", "step of the spike"), ("neuron", "1", "index")],
            [(0, step, i) for step, i in inputs] + [(1, step, j) for step, j in spikes])


if __name__ == "__main__":
    main()
