#!/usr/bin/env bash
# elephant 1.2.1 with neo 0.14.6, Python 3.11. Seen 2026-11-28.
#
# `instantaneous_rate` convolves spikes with a kernel whose integral is 1, and the mean of the result should be the rate. With
# `ExponentialKernel`, which one takes for an estimate that is causal, it is not: the kernel is sampled at `sampling_period` and
# not normalised afterwards, and the sum over a curve that begins with a jump exceeds its integral. The documentation recommends a
# small period because of shifts in time; the error is one of scale. By default (`center_kernel`) the estimate is not causal
# either: it is moved so that half of the kernel precedes the spike, and the sum errs in either direction. The Gaussian kernel is
# right at all periods, so that rates of two analyses that differ only in the kernel do not agree.
#
# Seen, Poisson train of 49.7 Hz, kernel of 20 ms, mean estimate at a period of 1, 5, 10 and 20 ms: Gaussian 49.7 each;
# exponential, center_kernel False: 50.6, 55.9, 62.9, 78.4; by default 48.6, 46.2, 51.9, 39.2, and the rate jumps up 13 ms before
# a spike.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet elephant==1.2.1 neo==0.14.6 numpy==2.4.6 quantities==0.16.4 scipy==1.17.1
"$work/venv/bin/python" -W ignore - <<'PY'
import random
import sys
import elephant
import neo
import numpy as np
import quantities as pq
from elephant.kernels import ExponentialKernel, GaussianKernel
from elephant.statistics import instantaneous_rate

DURATION_MS, PERIODS_MS = 100_000.0, (1, 5, 10, 20)


def poisson_train(rate_hz):
    draw, times = random.Random(1), []
    t = draw.expovariate(rate_hz / 1000)
    while t < DURATION_MS:
        times.append(t)
        t += draw.expovariate(rate_hz / 1000)
    return neo.SpikeTrain(times * pq.ms, t_stop=DURATION_MS * pq.ms)


def estimate(train, kernel, period_ms, **options):
    return instantaneous_rate(train, sampling_period=period_ms * pq.ms, kernel=kernel(20 * pq.ms), **options)


def means(kernel, **options):
    return [round(float(estimate(train, kernel, period, **options).mean()), 1) for period in PERIODS_MS]


train = poisson_train(50)
actual = round(len(train) / DURATION_MS * 1000, 1)
gaussian, causal, default = means(GaussianKernel), means(ExponentialKernel, center_kernel=False), means(ExponentialKernel)
one = estimate(neo.SpikeTrain([500] * pq.ms, t_stop=1000 * pq.ms), ExponentialKernel, 1)
lead_ms = 500 - float(one.times.rescale("ms")[np.argmax(one.magnitude)])
print(f"elephant {elephant.__version__}: {actual} Hz; Gaussian {gaussian}; exponential, center_kernel False {causal}, default {default}, "
      f"{lead_ms:.0f} ms early")
sys.exit(0 if gaussian == [actual] * 4 and causal == [50.6, 55.9, 62.9, 78.4] and default == [48.6, 46.2, 51.9, 39.2] and lead_ms == 13 else 1)
PY
