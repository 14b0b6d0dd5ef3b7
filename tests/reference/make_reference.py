#!/usr/bin/env python3
"""Generate the Brian2 reference trajectories used as golden tests.

Usage (from anywhere):

    python make_reference.py           # (re)write every CSV next to this script
    python make_reference.py --check   # write nothing; compare with the committed CSVs

Every number in the CSVs comes out of a Brian2 simulation.  Each simulation is
also repeated by a few lines of plain numpy which state the intended step
semantics; the script asserts that both agree to 1e-10 and that the spike steps
are identical.  The numpy result is never written.

Conventions
-----------
* Voltages and R*I are plain numbers in mV (dimensionless in Brian2), so the
  values written are exactly the doubles Brian2 holds; times carry units.
* Steps count from 0.  Row k holds the state AFTER step k (t = (k + 1) * dt),
  including the reset of a spike fired at step k.  The initial state (before
  step 0) is given as a parameter in the header and is not a row.
* Input event (k, j) means "train j delivers a spike in step k"; there is no
  synaptic delay.

Refractoriness
--------------
Brian2 integrates step k_spike + j when j * dt >= refractory, so
`refractory=t_ref` clamps only t_ref/dt - 1 full steps.  We want exactly
t_ref/dt clamped steps after the spike step (earliest next spike at
k_spike + t_ref/dt + 1), hence `refractory=t_ref + dt`.  `refractory_rule()`
asserts both halves of this statement.
"""

import argparse
import math
import sys

import brian2 as b2
import numpy as np
from brian2 import ms

from reference_csv import Output, agree

b2.prefs.codegen.target = "numpy"

THRESHOLD_MARGIN = 1e-6   # mV: no tested V may be this close to V_th
E_L, V_TH, V_RESET = -65.0, -52.0, -60.0   # mV


# --------------------------------------------------------------------------
# Leaky integrate-and-fire
# --------------------------------------------------------------------------

LIF_MEANING = ("V_k = E_L + (V_{k-1} - E_L)*a + (1 - a)*R*I, a = exp(-dt/tau_m); "
               "spike if V_k >= V_th, then V_k = V_reset in the same step")
REFRACTORY_MEANING = ("after a spike at step s, V stays V_reset in steps s+1 .. s+t_ref/dt; "
                      "earliest next spike at step s + t_ref/dt + 1 "
                      "(Brian2 run with refractory = t_ref + dt)")


def brian_lif(dt, steps, tau_m, t_ref, RI, events=None, weights=None, tau_s=None,
              raw_refractory=None):
    """Run len(RI) LIF neurons in Brian2.  dt, tau_m, t_ref, tau_s in ms.

    Returns v[steps, n], spike[steps, n], i[steps, n] (i is None without tau_s;
    Brian2 reserves the name "i", so there it is i_syn).

    Order inside one step (set by Network.schedule; the generator fires in 'start'):
      delta synapses        integrate, add weights, threshold, reset, record
      exponential synapses  add weights to i, integrate v and i, threshold, reset, record
    """
    b2.start_scope()
    b2.defaultclock.dt = dt * ms
    RI = np.atleast_1d(np.asarray(RI, float))
    names = dict(tau_m=tau_m * ms, E_L=E_L, V_th=V_TH, V_reset=V_RESET)
    eqs = "RI : 1 (constant)\n"
    if tau_s is None:
        eqs += "dv/dt = (E_L - v + RI)/tau_m : 1 (unless refractory)\n"
        schedule = ["start", "groups", "synapses", "thresholds", "resets", "end"]
    else:
        eqs += "dv/dt = (E_L - v + RI + i_syn)/tau_m : 1 (unless refractory)\n"
        eqs += "di_syn/dt = -i_syn/tau_s : 1\n"
        names["tau_s"] = tau_s * ms
        schedule = ["start", "synapses", "groups", "thresholds", "resets", "end"]
    refractory = t_ref + dt if raw_refractory is None else raw_refractory
    neurons = b2.NeuronGroup(len(RI), eqs, threshold="v >= V_th", reset="v = V_reset",
                             refractory=refractory * ms, method="exact", namespace=names)
    neurons.v = E_L
    neurons.RI = RI
    net = b2.Network(neurons)
    net.schedule = schedule
    if events is not None:
        k, j = events
        inputs = b2.SpikeGeneratorGroup(len(weights), j, k * dt * ms, when="start")
        # v is declared "unless refractory", so Brian2 also ignores this
        # increment of v while the target is refractory; i_syn has no such flag.
        synapses = b2.Synapses(inputs, neurons, "w : 1",
                               on_pre="v_post += w" if tau_s is None else "i_syn_post += w")
        synapses.connect()
        synapses.w = weights
        net.add(inputs, synapses)
    state = b2.StateMonitor(neurons, ["v"] + (["i_syn"] if tau_s else []), record=True, when="end")
    spikes = b2.SpikeMonitor(neurons)
    net.add(state, spikes)
    net.run(steps * dt * ms, namespace={})
    assert state.v.shape == (len(RI), steps)
    spike = np.zeros((steps, len(RI)), int)
    spike[np.rint(spikes.t / ms / dt).astype(int), spikes.i[:]] = 1
    return np.array(state.v).T, spike, np.array(state.i_syn).T if tau_s else None


def plain_lif(dt, steps, tau_m, t_ref, RI, events=None, weights=None, tau_s=None):
    """The same by hand, for one neuron; also the smallest |V - V_th| tested and
    the number of input spikes that met a refractory neuron."""
    a, b = math.exp(-dt / tau_m), math.exp(-dt / tau_s) if tau_s else 0.0
    drive = np.zeros(steps)
    count = np.zeros(steps, int)
    if events is not None:
        np.add.at(drive, events[0], np.asarray(weights)[events[1]])
        np.add.at(count, events[0], 1)
    v, i, left, margin, ignored = E_L, 0.0, 0, np.inf, 0
    out = np.zeros((steps, 3))
    for k in range(steps):
        if tau_s:
            i += drive[k]
        if left > 0:
            left -= 1
            ignored += count[k]
        else:
            v = E_L + (v - E_L) * a + (1 - a) * RI
            v += i * tau_s / (tau_s - tau_m) * (b - a) if tau_s else drive[k]
            margin = min(margin, abs(v - V_TH))
            if v >= V_TH:
                v, left, out[k, 1] = V_RESET, round(t_ref / dt), 1
        i *= b
        out[k, 0], out[k, 2] = v, i
    return out[:, 0], out[:, 1].astype(int), out[:, 2], margin, ignored


def check_lif(what, result, *, RI, **kw):
    """Assert that a Brian2 result equals the plain one for every neuron."""
    v, spike, i = result
    for n, ri in enumerate(np.atleast_1d(RI)):
        pv, ps, pi, margin, ignored = plain_lif(RI=float(ri), **kw)
        assert np.array_equal(spike[:, n], ps), f"{what}: spikes differ (R*I = {ri})"
        diff = agree(what, v[:, n], pv)
        if i is not None:
            diff = max(diff, agree(what, i[:, n], pi))
        assert margin > THRESHOLD_MARGIN, f"{what}: V within {margin} mV of threshold"
        print(f"  {what}: R*I {ri:g} mV, {ps.sum()} spikes, max diff {diff:.1e}, "
              f"threshold margin {margin:.1e} mV, inputs while refractory {ignored}")
        if kw.get("events") is not None:
            assert ps.sum() > 3 and ignored > 3, "stimulus tests too little"


def refractory_rule():
    """Brian2's `refractory=r` clamps r/dt - 1 steps; r = t_ref + dt clamps t_ref/dt.

    R*I = 3000 mV crosses threshold in the first step integrated after reset, so
    the interval between spikes is (clamped steps) + 1.
    """
    for dt, t_ref in [(0.1, 0.0), (0.1, 0.1), (0.1, 1.0), (0.1, 2.0), (0.1, 5.0), (1.0, 5.0)]:
        n = round(t_ref / dt)
        for raw, clamped in [(t_ref, max(n - 1, 0)), (t_ref + dt, n)]:
            v, spike, _ = brian_lif(dt, 300, 20.0, t_ref, [3000.0], raw_refractory=raw)
            at = np.flatnonzero(spike[:, 0])
            assert at[0] == 0 and set(np.diff(at)) == {clamped + 1}, (dt, t_ref, raw, at)
            assert (v == V_RESET).all()
    print("  refractory rule holds: refractory=t_ref clamps one step too few, "
          "t_ref + dt clamps t_ref/dt")


def lif_params(dt, steps, tau_m, t_ref=None):
    p = [("dt", dt, "ms"), ("steps", steps, "1"), ("tau_m", tau_m, "ms"), ("E_L", E_L, "mV"),
         ("V_th", V_TH, "mV"), ("V_reset", V_RESET, "mV"), ("V_init", E_L, "mV")]
    return p + ([("t_ref", t_ref, "ms")] if t_ref is not None else [])


STEP_COLUMN = ("step", "1", "step index k from 0; values are those after step k, t = (k+1)*dt")


def make_lif_current(out):
    kw = dict(dt=0.1, steps=1000, tau_m=20.0, t_ref=2.0)
    RI = [0.0, 12.0, 14.0, 20.0, 40.0]
    v, spike, _ = result = brian_lif(RI=RI, **kw)
    check_lif("lif_current", result, RI=RI, **kw)
    columns = [STEP_COLUMN]
    columns += [(f"v_{ri:g}", "mV", f"membrane potential with R*I = {ri:g} mV") for ri in RI]
    columns += [(f"spike_{ri:g}", "0/1", f"1 if the neuron with R*I = {ri:g} mV fired in step k")
                for ri in RI]
    out.csv("lif_current.csv", "LIF neurons, one per constant current",
            ["dv/dt = (E_L - v + R*I)/tau_m, exact integration", LIF_MEANING, REFRACTORY_MEANING],
            lif_params(**kw) + [(f"RI_{ri:g}", ri, "mV") for ri in RI],
            columns, ([k, *v[k], *spike[k]] for k in range(kw["steps"])))


N_TRAINS, RATE_HZ = 50, 40.0


def poisson_input(seed, dt, steps):
    """Bernoulli(rate*dt) per train and step, sorted by (step, train)."""
    rng = np.random.default_rng(seed)
    hits = rng.random((steps, N_TRAINS)) < RATE_HZ * dt / 1000.0
    weights = rng.uniform(0.5, 2.5, N_TRAINS)
    return np.nonzero(hits), weights


def write_poisson_input(out, stem, seed, dt, steps, events, weights):
    common = [("seed", seed, "1"), ("rate", RATE_HZ, "Hz"), ("trains", N_TRAINS, "1")]
    out.csv(f"{stem}_inputs.csv", "Input spikes: independent Poisson trains, sorted",
            ["P(spike of a train in a step) = rate*dt"],
            common + [("dt", dt, "ms"), ("steps", steps, "1")],
            [("step", "1", "step k in which the spike arrives (no delay)"),
             ("index", "1", "input train, from 0")],
            zip(*events))
    out.csv(f"{stem}_weights.csv", "Input weights", ["weight ~ U(0.5, 2.5) mV, one per train"],
            common,
            [("index", "1", "input train, from 0"),
             ("weight", "mV", "jump caused by one spike of this train (of v or of R*I)")],
            enumerate(weights))


def make_lif_poisson(out):
    for stem, seed, kw in [
            ("lif_poisson", 1001, dict(dt=0.1, steps=2000, tau_m=20.0, t_ref=2.0)),
            ("lif_poisson_1ms", 1002, dict(dt=1.0, steps=500, tau_m=100.0, t_ref=5.0))]:
        events, weights = poisson_input(seed, kw["dt"], kw["steps"])
        kw_in = dict(kw, events=events, weights=weights)
        v, spike, _ = result = brian_lif(RI=[0.0], **kw_in)
        check_lif(stem, result, RI=[0.0], **kw_in)
        write_poisson_input(out, stem, seed, kw["dt"], kw["steps"], events, weights)
        out.csv(f"{stem}.csv", "LIF neuron, delta synapses, Poisson input",
                ["dv/dt = (E_L - v + R*I)/tau_m, exact integration; v += weight per input spike",
                 "V_k = E_L + (V_{k-1} - E_L)*a + (1 - a)*R*I + sum of weights of the spikes "
                 "arriving in step k, a = exp(-dt/tau_m); then threshold test V_k >= V_th; "
                 "then reset in the same step",
                 "spikes arriving while V is clamped are lost", REFRACTORY_MEANING],
                lif_params(**kw) + [("RI", 0.0, "mV"), ("inputs", f"{stem}_inputs.csv", ""),
                                    ("weights", f"{stem}_weights.csv", "")],
                [STEP_COLUMN, ("v", "mV", "membrane potential"),
                 ("spike", "0/1", "1 if the neuron fired in step k")],
                ([k, v[k, 0], spike[k, 0]] for k in range(kw["steps"])))


def make_lif_exp_synapse(out):
    kw = dict(dt=0.1, steps=2000, tau_m=20.0, t_ref=2.0)
    tau_s = 5.0
    events, weights = poisson_input(1001, kw["dt"], kw["steps"])   # that of lif_poisson
    kw_in = dict(kw, events=events, weights=weights, tau_s=tau_s)
    v, spike, i = result = brian_lif(RI=[0.0], **kw_in)
    check_lif("lif_exp_synapse", result, RI=[0.0], **kw_in)
    out.csv("lif_exp_synapse.csv", "LIF neuron, exponential current synapses, Poisson input",
            ["dv/dt = (E_L - v + R*I + i)/tau_m; di/dt = -i/tau_s; exact integration; "
             "i += weight per input spike",
             "step k: (1) i += sum of weights of the spikes arriving in step k; (2) v and i "
             "integrated exactly over dt from that jumped i, so an arriving spike DOES affect "
             "V in the same step: V_k = E_L + (V_{k-1} - E_L)*a + (1 - a)*R*I "
             "+ i*tau_s/(tau_s - tau_m)*(b - a), i_k = i*b, a = exp(-dt/tau_m), "
             "b = exp(-dt/tau_s); (3) threshold test; (4) reset in the same step",
             "i keeps jumping and decaying while V is clamped", REFRACTORY_MEANING],
            lif_params(**kw) + [("tau_s", tau_s, "ms"), ("i_init", 0.0, "mV"), ("RI", 0.0, "mV"),
                                ("inputs", "lif_poisson_inputs.csv", ""),
                                ("weights", "lif_poisson_weights.csv", "")],
            [STEP_COLUMN, ("v", "mV", "membrane potential"),
             ("i", "mV", "synaptic current times R, after the decay of step k"),
             ("spike", "0/1", "1 if the neuron fired in step k")],
            ([k, v[k, 0], i[k, 0], spike[k, 0]] for k in range(kw["steps"])))


def make_lif_refractory(out):
    kw = dict(dt=0.1, steps=500, tau_m=20.0)
    RI = [60.0, 3000.0]
    rows = []
    for t_ref in [0.0, 0.1, 1.0, 2.0, 5.0]:
        result = brian_lif(RI=RI, t_ref=t_ref, **kw)
        check_lif(f"lif_refractory t_ref {t_ref:g}", result, RI=RI, t_ref=t_ref, **kw)
        for n, ri in enumerate(RI):
            rows += [[ri, t_ref, c, k] for c, k in enumerate(np.flatnonzero(result[1][:, n]))]
    out.csv("lif_refractory.csv", "LIF spike steps under strong constant current",
            ["dv/dt = (E_L - v + R*I)/tau_m, exact integration", LIF_MEANING, REFRACTORY_MEANING,
             "R*I = 3000 mV crosses threshold in every step that is integrated, so its "
             "interspike interval is t_ref/dt + 1 steps"],
            lif_params(**kw),
            [("RI", "mV", "drive of this run"), ("t_ref", "ms", "refractory time of this run"),
             ("spike_index", "1", "counts the spikes of this run from 0"),
             ("step", "1", "step in which the neuron fired, from 0")],
            rows)


# --------------------------------------------------------------------------
# Plasticity.  dt = 1 ms; in a step: decay of all traces, then events.
# --------------------------------------------------------------------------

TAU_PLUS, TAU_MINUS, A_PLUS, A_MINUS, W0 = 20.0, 30.0, 0.01, 0.012, 0.5
STDP_PARAMS = [("tau_plus", TAU_PLUS, "ms"), ("tau_minus", TAU_MINUS, "ms"),
               ("A_plus", A_PLUS, "1"), ("A_minus", A_MINUS, "1"), ("w_init", W0, "1"),
               ("w_min", 0.0, "1"), ("w_max", 1.0, "1"),
               ("x_pre_init", 0.0, "1"), ("x_post_init", 0.0, "1")]
STDP_NAMES = dict(tau_plus=TAU_PLUS * ms, tau_minus=TAU_MINUS * ms,
                  A_plus=A_PLUS, A_minus=A_MINUS)
# Brian2 reserves the suffixes _pre and _post: trace_p is x_pre, trace_q is x_post.
TRACES = ("dtrace_p/dt = -trace_p/tau_plus : 1 (clock-driven)\n"
          "dtrace_q/dt = -trace_q/tau_minus : 1 (clock-driven)\n")


def stdp_trains():
    """[(description, steps, pre steps, post steps)], pre and post disjoint."""
    lags = [1, 2, 3, 5, 8, 12, 20, 30, 45]
    first, second, t = [], [], 3
    for lag in lags:
        first.append(t)
        second.append(t + lag)
        t += lag + 9
    length = t + 5
    trains = [("pre before post, lags 1 2 3 5 8 12 20 30 45", length, first, second),
              ("post before pre, lags 1 2 3 5 8 12 20 30 45", length, second, first),
              ("triplets: pre-post-pre, post-pre-post, pre-pre-post, post-post-pre", 150,
               [5, 15, 42, 75, 80, 125], [10, 37, 47, 85, 115, 120])]
    trains.append(("bursts: pre burst then post burst, then the reverse, then interleaved", 150,
                   [2, 4, 6, 8, 10, 60, 63, 66, 69, 100, 104, 108, 112],
                   [13, 15, 17, 19, 46, 49, 52, 55, 102, 106, 110, 114]))
    rng = np.random.default_rng(2001)
    for rate in (0.06, 0.15):
        pre, post = rng.random((2, 190)) < rate
        post &= ~pre
        trains.append((f"random, {rate * 1000:g} Hz", 190, np.flatnonzero(pre),
                       np.flatnonzero(post)))
    lead = [1, 32, 63, 94]
    follow = [k for s in lead for k in range(s + 1, s + 31)]
    trains.append(("one pre, thirty posts, repeated: w_nearest reaches w_max", 126,
                   lead, follow))
    trains.append(("one post, thirty pres, repeated: both weights reach w_min", 126,
                   follow, lead))
    trains.append(("twelve pres, twelve posts, two pres: w_all reaches w_max and leaves it", 40,
                   [*range(2, 14), 30, 34], [*range(14, 26)]))
    for text, steps, pre, post in trains:
        assert not set(pre) & set(post), f"coincident spikes: {text}"
        assert max(*pre, *post) < steps
    return trains


def brian_stdp(trains, nearest):
    b2.start_scope()
    b2.defaultclock.dt = 1 * ms
    steps = max(t[1] for t in trains)

    def generator(column):
        i = np.concatenate([[n] * len(t[column]) for n, t in enumerate(trains)])
        k = np.concatenate([t[column] for t in trains])
        return b2.SpikeGeneratorGroup(len(trains), i.astype(int), k * ms)

    pre, post = generator(2), generator(3)
    bump = "= 1" if nearest else "+= 1"
    # Default schedule: 'groups' (decay) precedes 'synapses' (events).
    s = b2.Synapses(pre, post, TRACES + "w : 1", method="exact", namespace=STDP_NAMES,
                    on_pre=f"trace_p {bump}\nw = clip(w - A_minus*trace_q, 0, 1)",
                    on_post=f"trace_q {bump}\nw = clip(w + A_plus*trace_p, 0, 1)")
    s.connect(j="i")
    s.w = W0
    m = b2.StateMonitor(s, ["trace_p", "trace_q", "w"], record=True, when="end")
    b2.Network(pre, post, s, m).run(steps * ms, namespace={})
    return [np.column_stack([m.trace_p[n, :t[1]], m.trace_q[n, :t[1]], m.w[n, :t[1]]])
            for n, t in enumerate(trains)]


def plain_stdp(train, nearest):
    _, steps, pre, post = train
    p, q, w, rows = 0.0, 0.0, W0, []
    for k in range(steps):
        p, q = p * math.exp(-1 / TAU_PLUS), q * math.exp(-1 / TAU_MINUS)
        if k in pre:
            p = 1.0 if nearest else p + 1
            w = min(max(w - A_MINUS * q, 0.0), 1.0)
        if k in post:
            q = 1.0 if nearest else q + 1
            w = min(max(w + A_PLUS * p, 0.0), 1.0)
        rows.append((p, q, w))
    return rows


def make_stdp_pair(out):
    trains = stdp_trains()
    every, near = brian_stdp(trains, False), brian_stdp(trains, True)
    rows = []
    for n, train in enumerate(trains):
        text, steps, pre, post = train
        d = max(agree("stdp all", every[n], plain_stdp(train, False)),
                agree("stdp nearest", near[n], plain_stdp(train, True)))
        print(f"  stdp_pair train {n}: final w {every[n][-1, 2]:.4f} all, "
              f"{near[n][-1, 2]:.4f} nearest, max diff {d:.1e} ({text})")
        pre, post = set(map(int, pre)), set(map(int, post))
        rows += [[n, k, k in pre, k in post, *every[n][k], near[n][k, 2]] for k in range(steps)]
    # The last three trains exist to reach the hard bounds.
    assert every[-1][:, 2].max() == 1.0 and every[-1][-1, 2] < 1.0
    assert near[-3][:, 2].max() == 1.0
    assert every[-2][:, 2].min() == near[-2][:, 2].min() == 0.0
    out.csv("stdp_pair.csv", "Pair STDP, all-to-all and nearest-spike; one synapse per train",
            ["dx_pre/dt = -x_pre/tau_plus; dx_post/dt = -x_post/tau_minus; exact integration",
             "step k: (1) x_pre *= exp(-dt/tau_plus), x_post *= exp(-dt/tau_minus); (2) on pre: "
             "x_pre += 1, w = clip(w - A_minus*x_post, 0, 1); on post: x_post += 1, "
             "w = clip(w + A_plus*x_pre, 0, 1)",
             "w_nearest: the same rule with x_pre = 1, x_post = 1 in place of += 1 "
             "(its traces are not listed)",
             "pre and post never spike in the same step; state restarts for each train"]
            + [f"train {n}: {t[0]}; {t[1]} steps" for n, t in enumerate(trains)],
            [("dt", 1.0, "ms")] + STDP_PARAMS,
            [("train", "1", "train id; each is an independent simulation from the initial state"),
             STEP_COLUMN, ("pre", "0/1", "1 if a presynaptic spike arrives in step k"),
             ("post", "0/1", "1 if the postsynaptic neuron spikes in step k"),
             ("x_pre", "1", "presynaptic trace, all-to-all"),
             ("x_post", "1", "postsynaptic trace, all-to-all"),
             ("w_all", "1", "weight, all-to-all"), ("w_nearest", "1", "weight, nearest-spike")],
            rows)


TAU_C, TAU_D, D_PULSE, ETA, RSTDP_STEPS = 200.0, 50.0, 0.5, 0.1, 1000


def rstdp_input():
    """Causal pairs, then anticausal pairs, then random spikes; reward steps."""
    pre = [20, 60, 100, 140, 330, 370, 410, 450]
    post = [25, 63, 110, 141, 325, 367, 400, 449]
    rng = np.random.default_rng(3001)
    a, b = rng.random((2, 350)) < 0.04
    b &= ~a
    pre += [int(k) + 600 for k in np.flatnonzero(a)]
    post += [int(k) + 600 for k in np.flatnonzero(b)]
    reward = [10, 160, 163, 240, 470, 520, 700, 701, post[-5], 930]
    assert not set(pre) & set(post) and len(set(reward)) == len(reward)
    return pre, post, sorted(reward)


def brian_rstdp(pre, post, reward):
    b2.start_scope()
    b2.defaultclock.dt = 1 * ms
    g_pre, g_post, g_rew = (b2.SpikeGeneratorGroup(1, [0] * len(k), k * ms)
                            for k in map(np.asarray, (pre, post, reward)))
    s = b2.Synapses(g_pre, g_post, TRACES + "dc/dt = -c/tau_c : 1 (clock-driven)\n"
                    "dd/dt = -d/tau_d : 1 (clock-driven)\nw : 1", method="exact",
                    on_pre="trace_p += 1\nc -= A_minus*trace_q",
                    on_post="trace_q += 1\nc += A_plus*trace_p",
                    namespace=dict(STDP_NAMES, tau_c=TAU_C * ms, tau_d=TAU_D * ms,
                                   eta=ETA / ms))
    s.connect()
    s.w = W0
    # Decay happens in 'groups', all events in 'synapses', then the weight moves.
    move = s.run_regularly("w = clip(w + eta*c*d*dt, 0, 1)", when="after_synapses")
    r = b2.Synapses(g_rew, s, on_pre="d_post += d_pulse", namespace=dict(d_pulse=D_PULSE))
    r.connect()
    m = b2.StateMonitor(s, ["c", "d", "w"], record=True, when="end")
    b2.Network(g_pre, g_post, g_rew, s, r, m).run(RSTDP_STEPS * ms, namespace={})
    assert move in s.contained_objects
    return np.column_stack([m.c[0], m.d[0], m.w[0]])


def plain_rstdp(pre, post, reward):
    p = q = c = d = 0.0
    w, rows = W0, []
    for k in range(RSTDP_STEPS):
        p, q = p * math.exp(-1 / TAU_PLUS), q * math.exp(-1 / TAU_MINUS)
        c, d = c * math.exp(-1 / TAU_C), d * math.exp(-1 / TAU_D)
        if k in pre:
            p += 1
            c -= A_MINUS * q
        if k in post:
            q += 1
            c += A_PLUS * p
        if k in reward:
            d += D_PULSE
        w = min(max(w + ETA * c * d * 1.0, 0.0), 1.0)
        rows.append((c, d, w))
    return rows


def make_rstdp_dopamine(out):
    pre, post, reward = rstdp_input()
    result = brian_rstdp(pre, post, reward)
    d = agree("rstdp", result, plain_rstdp(pre, post, reward))
    w = result[:, 2]
    c = result[:, 0]
    assert 0.0 < w.min() < w.max() < 1.0, f"w in [{w.min()}, {w.max()}]"
    assert c.min() < 0.0 < c.max(), f"c in [{c.min()}, {c.max()}]"
    print(f"  rstdp_dopamine: w in [{w.min():.4f}, {w.max():.4f}], final {w[-1]:.4f}, "
          f"max diff {d:.1e}")
    out.csv("rstdp_dopamine.csv", "Reward-modulated STDP with an eligibility trace and dopamine",
            ["dc/dt = -c/tau_c + STDP increments; dd/dt = -d/tau_d + reward pulses; "
             "dw/dt = eta*c*d",
             "step k: (1) x_pre, x_post, c, d each multiplied by exp(-dt/tau); (2) on pre: "
             "x_pre += 1, c -= A_minus*x_post; on post: x_post += 1, c += A_plus*x_pre; "
             "on reward: d += d_pulse; (3) w = clip(w + eta*c*d*dt, 0, 1) with the c and d "
             "left by (1) and (2)",
             "x_pre, x_post: all-to-all traces as in stdp_pair.csv (not listed); "
             "pre and post never spike in the same step; w never reaches a bound; "
             "one reward falls on a step with a post spike"],
            [("dt", 1.0, "ms"), ("steps", RSTDP_STEPS, "1")] + STDP_PARAMS
            + [("tau_c", TAU_C, "ms"), ("tau_d", TAU_D, "ms"), ("d_pulse", D_PULSE, "1"),
               ("eta", ETA, "1/ms"), ("c_init", 0.0, "1"), ("d_init", 0.0, "1")],
            [STEP_COLUMN, ("pre", "0/1", "1 if a presynaptic spike arrives in step k"),
             ("post", "0/1", "1 if the postsynaptic neuron spikes in step k"),
             ("reward", "0/1", "1 if a reward pulse arrives in step k"),
             ("c", "1", "eligibility trace"), ("d", "1", "dopamine"), ("w", "1", "weight")],
            ([k, k in pre, k in post, k in reward, *result[k]] for k in range(RSTDP_STEPS)))


def main():
    parser = argparse.ArgumentParser(description="Brian2 reference trajectories")
    parser.add_argument("--check", action="store_true",
                        help="compare with the committed CSVs instead of writing them")
    out = Output(parser.parse_args().check, f"brian2 {b2.__version__}", "make_reference.py")
    print(f"python {sys.version.split()[0]}, brian2 {b2.__version__}, numpy {np.__version__}, "
          f"codegen target {b2.prefs.codegen.target}")
    refractory_rule()
    make_lif_current(out)
    make_lif_poisson(out)
    make_lif_exp_synapse(out)
    make_lif_refractory(out)
    make_stdp_pair(out)
    make_rstdp_dopamine(out)
    print("all assertions hold")


if __name__ == "__main__":
    main()
