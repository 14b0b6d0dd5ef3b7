"""The networks vogels-abbott-2005-cuba and vogels-abbott-2005 as a program of Brian2's C++ standalone mode.

    python brian2_side.py cuba|coba SECONDS FOLDER

generates and compiles the program in FOLDER. FOLDER/main simulates SECONDS of model time and prints the processor time of the
simulation alone, without drawing the synapses: "cpu_s 0.123". Equations, integration and start values are those of
experiments/reproduce/brian2_vogels_abbott.py; spikes are counted, not stored. Flags of the compiler are Brian2's own (-O3 -ffast-math
-march=native); one thread.
"""

import sys

import brian2 as b2
import numpy as np
from brian2 import ms

SYNAPSES = "\ndge/dt = -ge / te : 1\ndgi/dt = -gi / ti : 1"
# equation of the potential in mV, integration, weights of excitation and inhibition (mV, or leak conductances)
KINDS = {
    "cuba": ("dv/dt = (ge + gi - (v + 49)) / tau : 1 (unless refractory)", "exact", 1.62, -9.0),
    "coba": ("dv/dt = (-60 - v + ge * (0 - v) + gi * (-80 - v)) / tau : 1 (unless refractory)", "exponential_euler", 0.6, 6.7),
}


def lognormal(rng, mean, sd):
    variance = np.log(1 + (sd / mean) ** 2)
    return rng.lognormal(np.log(mean) - variance / 2, np.sqrt(variance), 4000)


def main():
    kind, seconds, folder = sys.argv[1:]
    equation, method, excite, inhibit = KINDS[kind]
    b2.set_device("cpp_standalone", directory=folder, build_on_run=False)
    b2.seed(1)
    b2.defaultclock.dt = 0.1 * ms
    rng = np.random.default_rng(1)
    cells = b2.NeuronGroup(4000, equation + SYNAPSES, threshold="v > -50", reset="v = -60", refractory=5.1 * ms, method=method,
                           namespace=dict(tau=20 * ms, te=5 * ms, ti=10 * ms))
    cells.v = rng.uniform(-60, -50, 4000)
    if kind == "coba":
        cells.ge, cells.gi = lognormal(rng, 0.3, 1.0), lognormal(rng, 3.0, 12.0)
    excitation = b2.Synapses(cells[:3200], cells, on_pre=f"ge += {excite}", delay=0.1 * ms)
    inhibition = b2.Synapses(cells[3200:], cells, on_pre=f"gi += {inhibit}", delay=0.1 * ms)
    excitation.connect(p=0.02)
    inhibition.connect(p=0.02)
    spikes = b2.SpikeMonitor(cells, record=False)
    b2.device.insert_code("before_network_run", "const std::clock_t begun = std::clock();")
    b2.device.insert_code("after_network_run", r'printf("cpu_s %.6f\n", double(std::clock() - begun) / CLOCKS_PER_SEC);')
    b2.Network(cells, excitation, inhibition, spikes).run(float(seconds) * b2.second)
    b2.device.build(directory=folder, compile=True, run=False)


if __name__ == "__main__":
    main()
