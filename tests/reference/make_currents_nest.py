#!/usr/bin/env python3
"""Generate the NEST references of neurons that receive a step of current, and of alpha-shaped synaptic currents.

    python make_currents_nest.py           # (re)write nest_currents.csv and nest_lif_alpha.csv
    python make_currents_nest.py --check   # write nothing; compare with the committed CSVs

Conventions as in make_reference_nest.py. An amplitude that a step_current_generator has from the time m*dt on reaches the membrane
in step m + 1 through a synapse of one step.
"""

import argparse
import math

import nest
import numpy as np

from make_reference_nest import DT, E_L, INPUT_PARAMS, TAU_M, TAU_S, V_RESET, V_TH, committed_input, lif, lif_params, reset, simulate
from reference_csv import Output, agree

LATE = 1   # steps from the time of an amplitude to its effect
START, STOP, CURRENT = 500, 8000, 20.0
PERIOD = 2000   # steps of the committed input
IZHIKEVICH = dict(a=0.02, b=0.2, c=-65.0, d=8.0, V_th=30.0, V_m=-65.0, U_m=-13.0, I_e=0.0, consistent_integration=True)

ALPHA_MEANING = ("iaf_psc_alpha, step k: (1) V_k from the exact solution with the currents after step k-1; (2) y_k = y_{k-1}*b "
                 "+ e/tau_s * sum of weights of the spikes in the input of step k, i_k = (i_{k-1} + dt*y_{k-1})*b, b = exp(-dt/tau_s); "
                 "(3) threshold test; (4) reset in the same step. After a spike of weight w, i peaks at w after tau_s")


def make_currents(out):
    steps = 10_000
    reset(DT)
    neurons = [lif("iaf_psc_delta", 2.0, 1.0), nest.Create("izhikevich", params=IZHIKEVICH)]
    for neuron, amplitude in zip(neurons, (CURRENT, 10.0)):
        device = nest.Create("step_current_generator")
        device.set(amplitude_times=[round((k - LATE) * DT, 1) for k in (START, STOP)], amplitude_values=[amplitude, 0.0])
        nest.Connect(device, neuron, syn_spec=dict(delay=DT))
    values, spike = simulate(neurons, steps)
    assert spike[:, 0].sum() > 20 and spike[:, 1].sum() > 5
    assert not spike[:START].any() and not spike[STOP + 50:].any()
    a, v = math.exp(-DT / TAU_M), E_L
    for k in range(START + 50):
        v = E_L + (v - E_L) * a + (1 - a) * (1.0 + CURRENT * (START <= k < STOP))
        assert abs(v - values["V_m"][k, 0]) < 1e-10, k
    params = lif_params(steps, 2.0) + [("ri", 1.0, "mV"), ("start", START, "steps"), ("stop", STOP, "steps"), ("lif.ri", CURRENT, "mV"),
                                      ("izhikevich.ri", 10.0, "mV/ms")]
    rows = [(n, int(k)) for n in (0, 1) for k in np.flatnonzero(spike[:, n])]
    out.csv("nest_currents.csv", "Steps of current: spikes; 0: iaf_psc_delta, 1: izhikevich with consistent_integration", [], params,
            [("case", "1", "index of the neuron"), ("step", "1", "step of the spike")], rows)


def repeated_input():
    """The committed input of 200 ms, five times."""
    steps, trains, weights = committed_input()
    return np.concatenate([steps + PERIOD * k for k in range(5)]), np.tile(trains, 5), weights


def make_alpha(out):
    steps, t_ref = 5 * PERIOD, 2.0
    at, trains, weights = repeated_input()
    drive = np.zeros(steps)
    np.add.at(drive, at, weights[trains])
    reset(DT)
    neuron = lif("iaf_psc_alpha", t_ref, 9.0, tau_syn_ex=TAU_S, tau_syn_in=TAU_S)
    for train, weight in enumerate(weights):
        generator = nest.Create("spike_generator", params=dict(spike_times=[round(k * DT, 1) for k in at[trains == train]]))
        nest.Connect(generator, neuron, syn_spec=dict(weight=weight, delay=DT))
    values, spike = simulate([neuron], steps, record=("V_m", "I_syn_ex"))
    v, i, spike = values["V_m"][:, 0], values["I_syn_ex"][:, 0], spike[:, 0]
    pv, ps, pi = plain_alpha(steps, t_ref, 9.0, drive)
    agree("nest_lif_alpha", v, pv)
    agree("nest_lif_alpha, current", i, pi)
    assert np.array_equal(spike, ps) and spike.sum() >= 20, spike.sum()
    print(f"  nest_lif_alpha: {spike.sum()} spikes")
    keep = range(7, steps, 8)
    out.csv("nest_lif_alpha.csv", "LIF neuron (iaf_psc_alpha), alpha-shaped synaptic currents, Poisson input of lif_poisson, repeated every 200 ms",
            [ALPHA_MEANING], lif_params(steps, t_ref) + [("ri", 9.0, "mV"), ("tau_s", TAU_S, "ms")] + [("period", PERIOD, "steps")] + INPUT_PARAMS[1:],
            [("step", "1", "every eighth step"), ("v", "mV", "membrane potential"), ("i", "mV", "synaptic current times R")],
            ([k, float(f"{v[k]:.9g}"), float(f"{i[k]:.9g}")] for k in keep))
    out.csv("nest_lif_alpha_spikes.csv", "Spikes of nest_lif_alpha", [], [], [("step", "1", "step of the spike")],
            ([int(k)] for k in np.flatnonzero(spike)))


def plain_alpha(steps, t_ref, ri, drive):
    """The same by hand."""
    a, b = math.exp(-DT / TAU_M), math.exp(-DT / TAU_S)
    beta = 1 / TAU_S - 1 / TAU_M
    of_i = TAU_S / (TAU_S - TAU_M) * (b - a)
    of_y = a / TAU_M * (1 - math.exp(-beta * DT) * (1 + beta * DT)) / beta**2
    v, y, i, left = E_L, 0.0, 0.0, 0
    out = np.zeros((steps, 3))
    for k in range(steps):
        if left > 0:
            left -= 1
        else:
            v = E_L + (v - E_L) * a + (1 - a) * ri + of_i * i + of_y * y
        y, i = y * b, (i + DT * y) * b
        y += math.e / TAU_S * drive[k]
        if left == 0 and v >= V_TH:
            v, left, out[k, 1] = V_RESET, round(t_ref / DT), 1
        out[k, 0], out[k, 2] = v, i
    return out[:, 0], out[:, 1].astype(int), out[:, 2]


def main():
    parser = argparse.ArgumentParser(description="NEST references of currents")
    parser.add_argument("--check", action="store_true", help="compare with the committed CSVs instead of writing them")
    out = Output(parser.parse_args().check, f"nest {nest.__version__}", "make_currents_nest.py")
    make_currents(out)
    make_alpha(out)


if __name__ == "__main__":
    main()
