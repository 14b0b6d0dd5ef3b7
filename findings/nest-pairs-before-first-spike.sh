#!/usr/bin/env bash
# NEST 3.10.0 (nest-simulator), Python 3.11. Seen 2026-11-29.
#
# Nearest-neighbour STDP in NEST has three variants, and in all of them a weight should stay as it is until both neurons have fired.
# In `stdp_nn_symm_synapse` and `stdp_nn_restr_synapse` it does not: the time of the last presynaptic spike is 0 before there was
# one, and postsynaptic spikes are paired with it as with a real spike. The weight is changed when the first spike arrives, by a full
# pair per postsynaptic spike in the symmetric variant. The error depends on how long after the start of the simulation the neurons
# fire and is gone after a second, so that it appears where a rule is checked with few spikes. `stdp_synapse` and
# `stdp_nn_pre_centered_synapse` have no such pair. Let nothing fire for 10 tau_plus before a protocol begins.
#
# Seen, weight 1, Wmax 100, lambda 0.01, the only presynaptic spike at 300 ms, one postsynaptic spike at 5 ms, one at 50 ms, twenty from
# 5 to 195 ms: stdp and pre-centred 1, 1, 0.99; symmetric 1.70, 1.07, 2.79; restricted 1.70, 1.07, 1.70. All 1 s later: 1, 1, 0.99.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet nest-simulator==3.10.0 numpy==2.4.6
"$work/venv/bin/python" -W ignore - <<'PY'
import sys
import nest

nest.set_verbosity("M_ERROR")


def weight(model, post_ms, later_ms):
    nest.ResetKernel()
    pre = nest.Create("spike_generator", params={"spike_times": [300.0 + later_ms]})
    post = nest.Create("spike_generator", params={"spike_times": [later_ms + t for t in post_ms]})
    relay = nest.Create("parrot_neuron")
    neuron = nest.Create("iaf_psc_delta", params={"V_th": -69.0, "t_ref": 0.1})
    nest.Connect(pre, relay)
    nest.Connect(post, neuron, syn_spec={"weight": 1e4})
    nest.Connect(relay, neuron, syn_spec={"synapse_model": model, "weight": 1.0, "Wmax": 100.0, "lambda": 0.01, "mu_plus": 0.0, "mu_minus": 0.0})
    nest.Simulate(400.0 + later_ms)
    return round(nest.GetConnections(relay, neuron).weight, 2)


seen = {}
for model in ("stdp_synapse", "stdp_nn_pre_centered_synapse", "stdp_nn_symm_synapse", "stdp_nn_restr_synapse"):
    seen[model] = [[weight(model, post, later) for post in ([5.0], [50.0], [5.0 + 10.0 * k for k in range(20)])] for later in (0.0, 1000.0)]
    print(f"NEST {nest.__version__}: {model}: {seen[model][0]}, 1 s later {seen[model][1]}")
right = [1.0, 1.0, 0.99]
expected = {"stdp_synapse": right, "stdp_nn_pre_centered_synapse": right, "stdp_nn_symm_synapse": [1.7, 1.07, 2.79], "stdp_nn_restr_synapse": [1.7, 1.07, 1.7]}
sys.exit(0 if all(seen[model] == [expected[model], right] for model in seen) else 1)
PY
