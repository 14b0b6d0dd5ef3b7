#!/usr/bin/env bash
# PyNN 0.13.0 with Brian2 2.9.0, beside NEST 3.10.0, Python 3.11. Seen 2026-11-29.
#
# PyNN lets two neurons have several synapses, each with its own weight and delay, as a list of connections may state. Under NEST they
# are what the list says. Under Brian2 there is the right number of them, but all have the weight and the delay of the last one: PyNN
# addresses a synapse by its two neurons, which names all of them at once. The sum of the weights changes with the order of the list,
# which has no meaning under NEST. No warning is given. Merge synapses of one delay before they are given to PyNN, and compare
# the sum of `get("weight", format="array")` with that of the list.
#
# Seen, weights 0.1 (delay 2 ms) and 0.4 (delay 5 ms) to one neuron, steps of its potential after 2 and 5 ms, in units of the weight:
# NEST 0.1 and 0.4 in either order; Brian2 0 and 0.8, in reverse order 0.2 and 0. One synapse alone is right under both.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet PyNN==0.13.0 brian2==2.9.0 nest-simulator==3.10.0 neo==0.14.6 lazyarray==0.7.0 numpy==2.3.5
cd "$work"
cat > synapses.py <<'PY'
import importlib
import json
import sys

name = sys.argv[1]
sim = importlib.import_module(f"pyNN.{name}")
if name == "brian2":
    import brian2
    brian2.prefs.codegen.target = "numpy"


def steps(connections):
    """Steps of the potential of a neuron that does not leak, 2 and 5 ms after a spike, in units of the weight."""
    sim.setup(timestep=0.1, min_delay=0.1)
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    neuron = sim.Population(1, sim.IF_curr_exp(tau_m=1e6, tau_syn_E=0.1, v_thresh=1000.0))
    sim.Projection(source, neuron, sim.FromListConnector(connections), sim.StaticSynapse(), receptor_type="excitatory")
    neuron.record("v")
    sim.run(20.0)
    v = neuron.get_data().segments[0].analogsignals[0].magnitude.ravel()
    sim.end()
    return [float(v[45] - v[0]), float(v[180] - v[45])]


fast, slow = (0, 0, 0.1, 2.0), (0, 0, 0.4, 5.0)
unit = sum(steps([fast])) / 0.1
with open(f"{name}.json", "w") as file:
    json.dump([[abs(round(step / unit, 2)) for step in steps(rows)] for rows in ([fast], [slow], [fast, slow], [slow, fast])], file)
PY
for name in nest brian2; do venv/bin/python -W ignore synapses.py "$name" > "$work/log" 2>&1 || { tail -20 "$work/log"; exit 1; }; done
venv/bin/python - <<'PY'
import json
import sys

nest, brian2 = (json.load(open(f"{name}.json")) for name in ("nest", "brian2"))
print(f"steps after 2 and 5 ms: 0.1 alone, 0.4 alone, both, both in reverse: NEST {nest}, Brian2 {brian2}")
alone = [[0.1, 0.0], [0.0, 0.4]]
sys.exit(0 if nest == alone + 2 * [[0.1, 0.4]] and brian2 == alone + [[0.0, 0.8], [0.2, 0.0]] else 1)
PY
