#!/usr/bin/env bash
# PyNN 0.13.0 with Brian2 2.9.0, beside NEST 3.10.0, Python 3.11. Seen 2026-11-29.
#
# `STDPMechanism` of PyNN combines a `SpikePairRule` with a weight dependence: additive, multiplicative, or additive for
# potentiation and multiplicative for depression. All three are available for Brian2, and one would expect the steps of the last
# two to depend on the weight, as under NEST. Under Brian2 they do not: the code of the synapse is that of the additive rule, and
# the choice of a class only passes on w_min and w_max. Weights of a network that should settle at a stable value between the bounds
# reach the bounds instead. No warning is given. Check the weights of a few pairs before a rule is used under Brian2.
#
# Seen, weight after five pairs 5 ms apart from 0.005, w_max 0.02, A_plus = A_minus = 0.1, pre before post and post before pre:
# NEST: additive 0.0126 and 0, multiplicative 0.0099 and 0.0033, mixed 0.0126 and 0.0034; Brian2: 0.0126 and 0, all three.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet PyNN==0.13.0 brian2==2.9.0 nest-simulator==3.10.0 neo==0.14.6 lazyarray==0.7.0 numpy==2.3.5
cd "$work"
cat > pairs.py <<'PY'
import importlib
import json
import sys

name = sys.argv[1]
sim = importlib.import_module(f"pyNN.{name}")
if name == "brian2":
    import brian2
    brian2.prefs.codegen.target = "numpy"
RULES = [sim.AdditiveWeightDependence, sim.MultiplicativeWeightDependence, sim.AdditivePotentiationMultiplicativeDepression]


def weight(rule, post_ms):
    sim.setup(timestep=0.1, min_delay=0.1)
    pre = sim.Population(1, sim.SpikeSourceArray(spike_times=[10.0 + 100.0 * k for k in range(5)] + [900.0]))
    teacher = sim.Population(1, sim.SpikeSourceArray(spike_times=[post_ms + 100.0 * k for k in range(5)]))
    neuron = sim.Population(1, sim.IF_curr_exp(tau_m=1.0, cm=1.0, v_thresh=-50.0, tau_syn_E=0.5, tau_syn_I=0.6))
    rule = sim.STDPMechanism(timing_dependence=sim.SpikePairRule(tau_plus=20.0, tau_minus=20.0, A_plus=0.1, A_minus=0.1),
                             weight_dependence=rule(w_min=0.0, w_max=0.02), weight=0.005, delay=0.1,
                             dendritic_delay_fraction=0.0 if name == "brian2" else 1.0)  # the only value that each supports
    learning = sim.Projection(pre, neuron, sim.AllToAllConnector(), rule, receptor_type="excitatory")
    sim.Projection(teacher, neuron, sim.AllToAllConnector(), sim.StaticSynapse(weight=100.0, delay=0.1), receptor_type="excitatory")
    neuron.record("spikes")
    sim.run(950.0)
    assert len(neuron.get_data().segments[0].spiketrains[0]) == 5
    value = float(learning.get("weight", format="array")[0, 0])
    sim.end()
    return round(value, 4)


with open(f"{name}.json", "w") as file:
    json.dump([[weight(rule, post) for post in (15.0, 5.0)] for rule in RULES], file)
PY
for name in nest brian2; do venv/bin/python -W ignore pairs.py "$name" > "$work/log" 2>&1 || { tail -20 "$work/log"; exit 1; }; done
venv/bin/python - <<'PY'
import json
import sys

nest, brian2 = (json.load(open(f"{name}.json")) for name in ("nest", "brian2"))
for rule, a, b in zip(("additive", "multiplicative", "mixed"), nest, brian2):
    print(f"{rule:15} NEST {a[0]:.4f} {a[1]:.4f}   Brian2 {b[0]:.4f} {b[1]:.4f}")
agree = all(abs(a - b) < 2e-4 for a, b in zip(nest[0], brian2[0]))
depends = nest[1][0] < 0.9 * nest[0][0] and nest[1][1] > 0.003 and nest[2][1] > 0.003
sys.exit(0 if agree and depends and brian2[1] == brian2[2] == brian2[0] else 1)
PY
