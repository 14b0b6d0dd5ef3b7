#!/usr/bin/env python3
"""Generate the Brian2 references of neurons that receive a step and a ramp of current.

    python make_currents.py           # (re)write currents_spikes.csv and currents_potentials.csv
    python make_currents.py --check   # write nothing; compare with the committed CSVs

Every case is one neuron for 1 s of model time at 0.1 ms without spikes as input. The currents are constant within a step and
rounded to single precision as the engine adds them. Integration as in make_neurons.py; Lif exactly.
"""

import argparse

import brian2 as b2
import numpy as np

from make_neurons import ADEX, COND, DT, EVERY, IZHIKEVICH, LIF, STEPS, simulate
from reference_csv import Output

MARGIN = 1e-4   # mV: no potential of Lif may be this close to the threshold, so that single precision fires the same spikes

# name, model, parameters as in make_neurons.py; the step (current, start, stop) and the ramp (from, to, start, stop) in mV and ms
CASES = [
    ("integrating", "Lif", dict(tau_m=20, e_l=-65, v_th=-50, v_reset=-60, t_ref=2, ri=1), (19.5, 50, 450), (5, 40, 400, 990)),
    ("conductances", "LifCond", dict(tau_m=20, e_l=-60, v_th=-50, v_reset=-60, t_ref=5, g_l=10, e_exc=0, e_inh=-80, tau_syn_exc=5,
                                     tau_syn_inh=10, ri=1), (12.5, 50, 450), (0, 40, 400, 990)),
    ("adapting", "AdEx", dict(tau_m=9.37, e_l=-70.6, v_t=-50.4, delta_t=2, a=0.1333, b=2.683, tau_w=144, v_reset=-70.6, v_peak=0,
                              t_ref=2, tau_syn_exc=5, tau_syn_inh=10, ri=1), (30, 50, 450), (0, 60, 400, 990)),
    ("regular", "Izhikevich", dict(a=0.02, b=0.2, c=-65, d=8, v_peak=30, i=1), (8, 50, 450), (0, 20, 400, 990)),
    ("half", "Izhikevich", dict(a=0.1, b=0.2, c=-65, d=2, v_peak=30, i=1), (8, 50, 450), (0, 20, 400, 990)),
]


def currents(step, ramp):
    """Their sum in every step of the run."""
    now = np.arange(STEPS)
    ri, start, stop = step
    low, high, begin, end = ramp
    start, stop, begin, end = (round(ms / DT) for ms in (start, stop, begin, end))
    constant = np.where((now >= start) & (now < stop), np.float32(ri), np.float32(0))
    rising = np.where((now >= begin) & (now < end), (low + (high - low) * ((now - begin) / (end - begin))).astype(np.float32), np.float32(0))
    return (constant + rising).astype(float)


def main():
    parser = argparse.ArgumentParser(description="Brian2 references of neurons with currents")
    parser.add_argument("--check", action="store_true", help="compare with the committed CSVs instead of writing them")
    out = Output(parser.parse_args().check, f"brian2 {b2.__version__}", "make_currents.py")
    spikes, potentials, params = [], [], [("dt", DT, "ms"), ("steps", STEPS, "1"), ("every", EVERY, "steps")]
    for index, (name, model, p, step, ramp) in enumerate(CASES):
        steps, v = simulate(name, model, p, np.zeros((2, STEPS)), currents(step, ramp))
        print(f"  {name}: {len(steps)} spikes")
        assert len(steps) > 20, name
        if model == "Lif":
            assert np.abs(v - p["v_th"]).min() > MARGIN, name
        spikes += [(index, step) for step in steps]
        potentials += [(index, k, float(f"{v[k]:.9g}")) for k in range(EVERY - 1, STEPS, EVERY)]
        params += [(f"{name}.{key}", value, "") for key, value in p.items()]
        params += [(f"{name}.step.{key}", value, "") for key, value in zip(("ri", "start", "stop"), step)]
        params += [(f"{name}.ramp.{key}", value, "") for key, value in zip(("from", "to", "start", "stop"), ramp)]
    names = ", ".join(f"{index}: {name} ({model})" for index, (name, model, *_) in enumerate(CASES))
    equation = [LIF] + COND.splitlines()[:1] + ADEX.splitlines()[1:3] + IZHIKEVICH.splitlines()
    out.csv("currents_spikes.csv", f"Currents: spikes; {names}", equation, params,
            [("case", "1", "index of the case"), ("step", "1", "step of the spike")], spikes)
    out.csv("currents_potentials.csv", f"Currents: potentials; {names}", equation, [],
            [("case", "1", "index of the case"), ("step", "1", "step"), ("v", "mV", "potential after the step")], potentials)


if __name__ == "__main__":
    main()
