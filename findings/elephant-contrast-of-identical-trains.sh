#!/usr/bin/env bash
# elephant 1.2.1 with neo 0.14.6, Python 3.11. Seen 2026-11-28.
#
# `spike_contrast` measures the synchrony of spike trains; its maximum is 1, and two copies of one train should reach it.
# Copies of an irregular train do not, and their score falls with the rate: the search over bin sizes ends at `min_bin`,
# which the documentation of the function gives as 0.01 ms by default, while the default is 10 ms. Spikes closer than that
# are not resolved. Two conditions with different rates therefore appear to differ in synchrony although they do not.
# With the documented value, passed explicitly, the copies score 1.
#
# Seen, two copies of a Poisson train of 10 s: 20 Hz: 0.88, 50 Hz: 0.79, 100 Hz: 0.64; with min_bin = 0.01 ms: 1.0 each.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet elephant==1.2.1 neo==0.14.6 numpy==2.4.6 quantities==0.16.4 scipy==1.17.1
"$work/venv/bin/python" -W ignore - <<'PY'
import inspect
import random
import sys
import elephant
import neo
import quantities as pq
from elephant.spike_train_synchrony import spike_contrast


def poisson_train(rate_hz, duration_ms=10_000.0):
    draw, times = random.Random(1), []
    t = draw.expovariate(rate_hz / 1000)
    while t < duration_ms:
        times.append(t)
        t += draw.expovariate(rate_hz / 1000)
    return neo.SpikeTrain(times * pq.ms, t_stop=duration_ms * pq.ms)


documented = "Default: 0.01 ms" in spike_contrast.__doc__
actual = float(inspect.signature(spike_contrast).parameters["min_bin"].default.rescale("ms"))
scores = {}
for rate in (20, 50, 100):
    train = poisson_train(rate)
    pair = [train, train.copy()]
    scores[rate] = [round(float(score), 2) for score in (spike_contrast(pair), spike_contrast(pair, min_bin=0.01 * pq.ms))]
print(f"elephant {elephant.__version__}: 0.01 ms in the documentation: {documented}, default {actual} ms; scores {scores}")
sys.exit(0 if documented and actual == 10.0 and scores == {20: [0.88, 1.0], 50: [0.79, 1.0], 100: [0.64, 1.0]} else 1)
PY
