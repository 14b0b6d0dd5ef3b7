#!/usr/bin/env python3
"""Rates and CV of the networks vogels-abbott-2005 and vogels-abbott-2005-cuba in Brian2 (2.9.0, numpy < 2.4), for the ranges of
`spikescope reproduce`.

    python brian2_vogels_abbott.py > brian2_vogels_abbott.csv

The networks are those of the presets: 3,200 excitatory and 800 inhibitory neurons, 2 %, delays of 0.1 ms, steps of 0.1 ms. Brian2
clamps a neuron one step less than `refractory` says, hence 5.1 ms. Rates and CV are those of the excitatory neurons after 200 ms, the CV
that of the first 1,000 neurons with at least five intervals.
"""

import brian2 as b2
import numpy as np
from brian2 import ms

b2.prefs.codegen.target = "numpy"
b2.prefs.logging.console_log_level = "ERROR"

SYNAPSES = "\ndge/dt = -ge / te : 1\ndgi/dt = -gi / ti : 1"
# equation of the potential in mV, integration, weights of excitation and inhibition (mV, or leak conductances), time in ms
KINDS = {
    "cuba": ("dv/dt = (ge + gi - (v + 49)) / tau : 1 (unless refractory)", "exact", 1.62, -9.0, 2200),
    "coba": ("dv/dt = (-60 - v + ge * (0 - v) + gi * (-80 - v)) / tau : 1 (unless refractory)", "exponential_euler", 0.6, 6.7, 1200),
}
SKIP = 200


def lognormal(rng, mean, sd):
    variance = np.log(1 + (sd / mean) ** 2)
    return rng.lognormal(np.log(mean) - variance / 2, np.sqrt(variance), 4000)


def simulate(kind, seed):
    equation, method, excite, inhibit, duration = KINDS[kind]
    b2.start_scope()
    b2.seed(seed)
    b2.defaultclock.dt = 0.1 * ms
    rng = np.random.default_rng(seed)
    cells = b2.NeuronGroup(4000, equation + SYNAPSES, threshold="v > -50", reset="v = -60", refractory=5.1 * ms, method=method,
                           namespace=dict(tau=20 * ms, te=5 * ms, ti=10 * ms))
    cells.v = rng.uniform(-60, -50, 4000)
    if kind == "coba":
        cells.ge, cells.gi = lognormal(rng, 0.3, 1.0), lognormal(rng, 3.0, 12.0)
    excitation = b2.Synapses(cells[:3200], cells, on_pre=f"ge += {excite}", delay=0.1 * ms)
    inhibition = b2.Synapses(cells[3200:], cells, on_pre=f"gi += {inhibit}", delay=0.1 * ms)
    excitation.connect(p=0.02)
    inhibition.connect(p=0.02)
    spikes = b2.SpikeMonitor(cells[:3200])
    b2.Network(cells, excitation, inhibition, spikes).run(duration * ms)
    times, neurons = np.asarray(spikes.t / ms), np.asarray(spikes.i)
    late = times >= SKIP
    intervals = [np.diff(times[late & (neurons == neuron)]) for neuron in range(1000)]
    cvs = [own.std(ddof=1) / own.mean() for own in intervals if len(own) >= 5]
    return late.sum() / 3200 / ((duration - SKIP) * 1e-3), float(np.mean(cvs))


if __name__ == "__main__":
    print(f"# brian2 {b2.__version__}, numpy {np.__version__}")
    print("network,seed,rate_hz,cv")
    for kind in KINDS:
        for seed in (1, 2, 3):
            rate, cv = simulate(kind, seed)
            print(f"{kind},{seed},{rate:.3f},{cv:.3f}", flush=True)
