#!/usr/bin/env bash
# NEST 3.10.0 (nest-simulator), Python 3.11. Seen 2026-11-28.
#
# `tsodyks2_synapse` has the parameter `U` (utilisation of a rested synapse) and the state variable `u`, which before the first
# spike equals U in the equations of Tsodyks, Uziel & Markram (2000). Setting U leaves u at 0.5, its initial value for the default
# U = 0.5: with U = 0.35 the first spike of every connection acts as if U were 0.5, and the spikes after it find fewer resources. A
# paired-pulse ratio measured from the first two spikes is 0.43 instead of 0.73. With u = U set explicitly all effects are those of
# the equations.
#
# Seen, effect of five spikes 50 ms apart relative to the weight, U 0.35, tau_rec 200 ms, tau_fac 0: only U set: 0.5, 0.214, 0.186,
# 0.171, 0.164; u set too: 0.35, 0.255, 0.206, 0.182, 0.169, as in the equations.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet nest-simulator==3.10.0 numpy==2.4.6
"$work/venv/bin/python" -W ignore - <<'PY'
import math
import sys
import nest

nest.set_verbosity("M_ERROR")
U, TAU_REC, GAP, WEIGHT = 0.35, 200.0, 50.0, 100.0


def effects(**initial):
    nest.ResetKernel()
    generator = nest.Create("spike_generator", params={"spike_times": [10.0 + GAP * k for k in range(5)]})
    relay = nest.Create("parrot_neuron")
    neuron = nest.Create("iaf_psc_delta", params={"tau_m": 1e9, "V_th": 1e9, "E_L": 0.0, "V_m": 0.0, "V_reset": 0.0})
    nest.Connect(generator, relay)
    nest.Connect(relay, neuron, syn_spec={"synapse_model": "tsodyks2_synapse", "weight": WEIGHT, "U": U, "tau_rec": TAU_REC, "tau_fac": 0.0, **initial})
    jumps, before = [], 0.0
    for _ in range(5):
        nest.Simulate(GAP)
        now = neuron.get("V_m")
        jumps.append(round((now - before) / WEIGHT, 3))
        before = now
    return jumps


def equations():
    x, out = 1.0, []
    for _ in range(5):
        out.append(round(U * x, 3))
        x -= U * x
        x = 1.0 - (1.0 - x) * math.exp(-GAP / TAU_REC)
    return out


only_big, both, expected = effects(), effects(u=U), equations()
print(f"NEST {nest.__version__}: only U set: {only_big}; u = U set: {both}; equations: {expected}")
sys.exit(0 if both == expected and only_big[0] == 0.5 and only_big != expected else 1)
PY
