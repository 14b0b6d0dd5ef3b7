#!/usr/bin/env bash
# spyx 1.0.0 with nir 1.0.8, Python 3.11. Seen 2026-11-29.
#
# NIR describes a neuron by equations, tau dv/dt = v_leak - v + r I, so that another program can run a trained network. The `LIF` of
# spyx adds the input as it is, v = beta v + I, which is r = 1 / (1 - beta); `to_nir` writes r = beta instead, so that the neuron in the
# file gets beta (1 - beta) times its input. Reading the file back with spyx does not show this: `from_nir` uses neither r nor v_leak,
# and a round trip is exact. For the same reason graphs of other programs are run with their input multiplied by tau / (r dt): a neuron
# that never fires fires. Set r = 1 / (1 - beta) in an exported graph; before an import scale the weights by r dt / tau.
#
# Seen, beta 0.9, threshold 1, input 0.3 for 200 steps, spikes: in spyx 46, after a round trip 46, by the equations of the file 0, with
# r corrected 46. Files of another program, tau 10 ms, dt 1 ms, r 0.1, 1, 10, 100: in spyx 46 each, by the equations 0, 0, 46, 199.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet spyx==1.0.0 nir==1.0.8 jax==0.10.2 jaxlib==0.10.2 flax==0.12.8 numpy==2.3.5
cd "$work"
venv/bin/python -W ignore - 2> "$work/log" <<'PY' || { tail -20 "$work/log"; exit 1; }
import sys
from importlib.metadata import version
import jax.numpy as jnp
import nir
import numpy as np
import spyx.nir
import spyx.nn
from flax import nnx

BETA, DT, STEPS, INPUT = 0.9, 1e-3, 200, 0.3
ONE = {"input": np.array([1])}, {"output": np.array([1])}
values = jnp.full((STEPS, 1, 1), INPUT)


def by_equations(neuron, r):
    """Euler steps of dt, with the reset of spyx: the threshold is subtracted one step after the potential has passed it."""
    v, spikes = 0.0, 0
    for _ in range(STEPS):
        spike = v > neuron.v_threshold.item()
        v += DT / neuron.tau.item() * (neuron.v_leak.item() - v + r * INPUT) - spike * neuron.v_threshold.item()
        spikes += spike
    return spikes


def imported(graph):
    return int(spyx.nir.from_nir(graph, values, dt=DT)[1].sum())


model = spyx.nn.Sequential(spyx.nn.LIF((1,), beta=BETA, threshold=1.0, rngs=nnx.Rngs(0)))
original = int(spyx.nn.run(model, values)[0].sum())
graph = spyx.nir.to_nir(model, *ONE, dt=DT)
neuron = next(node for node in graph.nodes.values() if isinstance(node, nir.LIF))
exported = original, imported(graph), by_equations(neuron, neuron.r.item()), by_equations(neuron, 1.0 / (1.0 - BETA))
print(f"spyx {version('spyx')}: original, round trip, equations, corrected: {exported}; r in the file {neuron.r.item():.2f}")

others = {}
for r in (0.1, 1.0, 10.0, 100.0):
    other = nir.LIF(tau=np.array([0.01]), r=np.array([r]), v_leak=np.zeros(1), v_threshold=np.ones(1))
    nodes = {"input": nir.Input(ONE[0]), "lif": other, "output": nir.Output(ONE[1])}
    others[r] = imported(nir.NIRGraph(nodes, [("input", "lif"), ("lif", "output")])), by_equations(other, r)
print("imported, equations, by r:", others)
expected = {0.1: (46, 0), 1.0: (46, 0), 10.0: (46, 46), 100.0: (46, 199)}
sys.exit(0 if exported == (46, 46, 0, 46) and others == expected else 1)
PY
