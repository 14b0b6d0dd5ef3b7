#!/usr/bin/env python3
"""Generate the NEST reference trajectories used as golden tests.

Usage (from anywhere):

    python make_reference_nest.py           # (re)write every nest_*.csv next to this script
    python make_reference_nest.py --check   # write nothing; compare with the committed CSVs

Every number in the CSVs comes out of a NEST simulation.  Each simulation is also
repeated by a few lines of plain numpy which state what NEST does in a step; the
script asserts that both agree to 1e-10 and that the spike steps are identical.
The numpy result is never written, and it states NEST's conventions, not ours:
README.md says how one maps to the other.

Conventions
-----------
* Step k of NEST takes the time from k*dt to (k + 1)*dt.  What happens in it carries
  the time stamp (k + 1)*dt: a recorded V is that after integration, threshold and
  reset of step k, and a spike of step k has the stamp (k + 1)*dt.
* A spike with stamp m*dt sent through a synapse with a delay of d >= 1 steps is in
  the input of step m - 1 + d.  A neuron that fires in step s therefore acts on the
  next one in step s + d, and a spike_generator with spike time m*dt and a delay of
  one step acts in step m.
* C_m = tau_m * 1 pF/ms, so that R = tau_m/C_m = 1 mV/pA, and currents in pA are R*I in mV.
"""

import argparse
import math
import sys

import nest
import numpy as np

from reference_csv import HERE, Output, agree, data_rows

THRESHOLD_MARGIN = 1e-6   # mV: no tested V may be this close to V_th
E_L, V_TH, V_RESET = -65.0, -52.0, -60.0   # mV
TAU_M, TAU_S, DT = 20.0, 5.0, 0.1          # ms


# --------------------------------------------------------------------------
# Leaky integrate-and-fire
# --------------------------------------------------------------------------

DELTA_MEANING = ("iaf_psc_delta, step k: V_k = E_L + (V_{k-1} - E_L)*a + (1 - a)*R*I + sum of weights "
                 "of the spikes in the input of step k, a = exp(-dt/tau_m); spike if V_k >= V_th, "
                 "then V_k = V_reset in the same step")
EXP_MEANING = ("iaf_psc_exp, step k: (1) V_k = E_L + (V_{k-1} - E_L)*a + (1 - a)*R*I "
               "+ i_{k-1}*tau_s/(tau_s - tau_m)*(b - a), a = exp(-dt/tau_m), b = exp(-dt/tau_s); "
               "(2) i_k = i_{k-1}*b + sum of weights of the spikes in the input of step k, which "
               "therefore move V from step k+1 on; (3) threshold test; (4) reset in the same step")
REFRACTORY_MEANING = ("after a spike at step s, V stays V_reset in steps s+1 .. s+t_ref/dt; "
                      "earliest next spike at step s + t_ref/dt + 1")
LOST_MEANING = "spikes in the input of a refractory step are lost (refractory_input = false)"


def reset(dt):
    nest.ResetKernel()
    nest.set(resolution=dt, local_num_threads=1)


def stamps_to_steps(times, dt):
    """Steps of events with these time stamps."""
    steps = np.rint(np.asarray(times) / dt).astype(int) - 1
    assert np.allclose((steps + 1) * dt, times, atol=1e-9)
    return steps


def lif(model, t_ref, RI, **more):
    return nest.Create(model, params=dict(
        tau_m=TAU_M, C_m=TAU_M, E_L=E_L, V_m=E_L, V_th=V_TH, V_reset=V_RESET, t_ref=t_ref,
        I_e=RI, **more))


def simulate(neurons, steps, record=("V_m",)):
    """Run; {name: [steps, n]} and spike[steps, n].  Devices hear of a step later, hence the slack."""
    meters = [nest.Create("multimeter", params=dict(interval=DT, record_from=list(record)))
              for _ in neurons]
    spies = [nest.Create("spike_recorder") for _ in neurons]
    for neuron, meter, spy in zip(neurons, meters, spies):
        nest.Connect(meter, neuron, syn_spec=dict(delay=DT))
        nest.Connect(neuron, spy, syn_spec=dict(delay=DT))
    nest.Simulate((steps + 20) * DT)
    values = {name: np.zeros((steps, len(neurons))) for name in record}
    spike = np.zeros((steps, len(neurons)), int)
    for n, (meter, spy) in enumerate(zip(meters, spies)):
        events = meter.get("events")
        assert np.array_equal(stamps_to_steps(events["times"], DT)[:steps], np.arange(steps))
        for name in record:
            values[name][:, n] = events[name][:steps]
        at = stamps_to_steps(spy.get("events")["times"], DT)
        spike[at[at < steps], n] = 1
    return values, spike


def plain_lif(steps, t_ref, RI, drive=None, current=False):
    """The same by hand, for one neuron; also the smallest |V - V_th| tested and the number of
    refractory steps that had input."""
    a, b = math.exp(-DT / TAU_M), math.exp(-DT / TAU_S)
    drive = np.zeros(steps) if drive is None else drive
    v, i, left, margin, ignored = E_L, 0.0, 0, np.inf, 0
    out = np.zeros((steps, 3))
    for k in range(steps):
        if left > 0:
            left -= 1
            ignored += drive[k] != 0.0
        else:
            v = E_L + (v - E_L) * a + (1 - a) * RI
            v += i * TAU_S / (TAU_S - TAU_M) * (b - a) if current else drive[k]
            margin = min(margin, abs(v - V_TH))
            if v >= V_TH:
                v, left, out[k, 1] = V_RESET, round(t_ref / DT), 1
        if current:
            i = i * b + drive[k]
        out[k, 0], out[k, 2] = v, i
    return out[:, 0], out[:, 1].astype(int), out[:, 2], margin, ignored


def check_lif(what, v, spike, i=None, **kw):
    """Assert that one neuron of NEST equals the plain one."""
    pv, ps, pi, margin, ignored = plain_lif(current=i is not None, **kw)
    assert np.array_equal(spike, ps), f"{what}: spikes differ"
    diff = agree(what, v, pv)
    if i is not None:
        diff = max(diff, agree(f"{what}, current", i, pi))
    assert margin > THRESHOLD_MARGIN, f"{what}: V within {margin} mV of threshold"
    print(f"  {what}: {ps.sum()} spikes, max diff {diff:.1e}, threshold margin {margin:.1e} mV, "
          f"refractory steps with input {ignored}")


def lif_params(steps, t_ref=None):
    p = [("dt", DT, "ms"), ("steps", steps, "1"), ("tau_m", TAU_M, "ms"), ("E_L", E_L, "mV"),
         ("V_th", V_TH, "mV"), ("V_reset", V_RESET, "mV"), ("V_init", E_L, "mV")]
    return p + ([("t_ref", t_ref, "ms")] if t_ref is not None else [])


STEP_COLUMN = ("step", "1", "step k of NEST from 0; values are those after step k, time stamp (k+1)*dt")


def make_current(out):
    steps, t_ref, RI = 1000, 2.0, [0.0, 12.0, 12.9, 14.0, 20.0, 40.0]
    reset(DT)
    values, spike = simulate([lif("iaf_psc_delta", t_ref, ri) for ri in RI], steps)
    v = values["V_m"]
    for n, ri in enumerate(RI):
        check_lif(f"nest_lif_current R*I {ri:g} mV", v[:, n], spike[:, n], steps=steps, t_ref=t_ref, RI=ri)
    columns = [STEP_COLUMN]
    columns += [(f"v_{ri:g}", "mV", f"membrane potential with R*I = {ri:g} mV") for ri in RI]
    columns += [(f"spike_{ri:g}", "0/1", f"1 if the neuron with R*I = {ri:g} mV fired in step k")
                for ri in RI]
    out.csv("nest_lif_current.csv", "LIF neurons (iaf_psc_delta), one per constant current I_e",
            [DELTA_MEANING, REFRACTORY_MEANING],
            lif_params(steps, t_ref) + [(f"RI_{ri:g}", ri, "mV") for ri in RI],
            columns, ([k, *v[k], *spike[k]] for k in range(steps)))


def committed_input():
    """Steps and trains of lif_poisson_inputs.csv, and the weights that go with them."""
    rows = data_rows((HERE / "lif_poisson_inputs.csv").read_text())
    steps, trains = np.array(rows[1:], int).T
    weights = np.array(data_rows((HERE / "lif_poisson_weights.csv").read_text())[1:], float)[:, 1]
    return steps, trains, weights


def connect_input(neuron):
    """One spike_generator a train, through static synapses of one step: the input of step k
    holds the events of step k of the file, as in the runs of Brian2."""
    steps, trains, weights = committed_input()
    assert steps.min() >= 1, "a spike_generator cannot fire at time 0"
    for train, weight in enumerate(weights):
        at = [round(k * DT, 1) for k in steps[trains == train]]
        generator = nest.Create("spike_generator", params=dict(spike_times=at))
        nest.Connect(generator, neuron,
                     syn_spec=dict(synapse_model="static_synapse", weight=weight, delay=DT))


def summed_input(n):
    steps, trains, weights = committed_input()
    drive = np.zeros(n)
    np.add.at(drive, steps, weights[trains])
    return drive


INPUT_PARAMS = [("RI", 0.0, "mV"), ("delay", 1, "steps"), ("inputs", "lif_poisson_inputs.csv", ""),
                ("weights", "lif_poisson_weights.csv", "")]
INPUT_MEANING = ("an event in step k of the inputs is a spike_generator time of k*dt through a "
                 "static_synapse with a delay of one step, so that it is in the input of step k of NEST")


def make_input(out):
    steps, t_ref = 2000, 2.0
    reset(DT)
    neuron = lif("iaf_psc_delta", t_ref, 0.0, refractory_input=False)
    connect_input(neuron)
    values, spike = simulate([neuron], steps)
    v, spike = values["V_m"][:, 0], spike[:, 0]
    check_lif("nest_lif_input", v, spike, steps=steps, t_ref=t_ref, RI=0.0, drive=summed_input(steps))
    assert spike.sum() > 5
    out.csv("nest_lif_input.csv", "LIF neuron (iaf_psc_delta), static synapses, Poisson input",
            [DELTA_MEANING, REFRACTORY_MEANING, LOST_MEANING, INPUT_MEANING],
            lif_params(steps, t_ref) + INPUT_PARAMS,
            [STEP_COLUMN, ("v", "mV", "membrane potential"),
             ("spike", "0/1", "1 if the neuron fired in step k")],
            ([k, v[k], spike[k]] for k in range(steps)))


def make_exp(out):
    steps, t_ref = 2000, 2.0
    reset(DT)
    neuron = lif("iaf_psc_exp", t_ref, 0.0, tau_syn_ex=TAU_S, tau_syn_in=TAU_S)
    connect_input(neuron)
    values, spike = simulate([neuron], steps, record=("V_m", "I_syn_ex"))
    v, i, spike = values["V_m"][:, 0], values["I_syn_ex"][:, 0], spike[:, 0]
    check_lif("nest_lif_exp", v, spike, i, steps=steps, t_ref=t_ref, RI=0.0, drive=summed_input(steps))
    assert spike.sum() >= 5
    out.csv("nest_lif_exp.csv", "LIF neuron (iaf_psc_exp), exponential current synapses, Poisson input",
            [EXP_MEANING, "i keeps jumping and decaying while V is refractory", REFRACTORY_MEANING,
             INPUT_MEANING],
            lif_params(steps, t_ref) + [("tau_s", TAU_S, "ms"), ("i_init", 0.0, "mV")] + INPUT_PARAMS,
            [STEP_COLUMN, ("v", "mV", "membrane potential"),
             ("i", "mV", "synaptic current times R, after decay and input of step k"),
             ("spike", "0/1", "1 if the neuron fired in step k")],
            ([k, v[k], i[k], spike[k]] for k in range(steps)))


def make_refractory(out):
    steps, rows = 500, []
    for t_ref in [0.0, 0.1, 1.0, 2.0, 5.0]:
        RI = [60.0, 3000.0]
        reset(DT)
        values, spike = simulate([lif("iaf_psc_delta", t_ref, ri) for ri in RI], steps)
        for n, ri in enumerate(RI):
            check_lif(f"nest_lif_refractory t_ref {t_ref:g} R*I {ri:g} mV", values["V_m"][:, n],
                      spike[:, n], steps=steps, t_ref=t_ref, RI=ri)
            at = np.flatnonzero(spike[:, n])
            if ri == 3000.0:
                assert set(np.diff(at)) == {round(t_ref / DT) + 1}
            rows += [[ri, t_ref, c, k] for c, k in enumerate(at)]
    out.csv("nest_lif_refractory.csv", "LIF (iaf_psc_delta) spike steps under strong constant current",
            [DELTA_MEANING, REFRACTORY_MEANING,
             "R*I = 3000 mV crosses threshold in every step that is integrated, so its "
             "interspike interval is t_ref/dt + 1 steps"],
            lif_params(steps),
            [("RI", "mV", "drive of this run"), ("t_ref", "ms", "refractory time of this run"),
             ("spike_index", "1", "counts the spikes of this run from 0"),
             ("step", "1", "step in which the neuron fired, from 0")],
            rows)


DELAYS, DELAY_WEIGHT, DELAY_RI = [1, 2, 15], 4.5, [40.0, 11.0]


def make_delay(out):
    """One neuron drives three others, each through its own delay."""
    steps, t_ref = 1000, 2.0
    reset(DT)
    first = lif("iaf_psc_delta", t_ref, DELAY_RI[0])
    others = [lif("iaf_psc_delta", t_ref, DELAY_RI[1], refractory_input=False) for _ in DELAYS]
    for d, other in zip(DELAYS, others):
        nest.Connect(first, other, syn_spec=dict(synapse_model="static_synapse", weight=DELAY_WEIGHT,
                                                 delay=round(d * DT, 1)))
    values, spike = simulate([first, *others], steps)
    v = values["V_m"]
    check_lif("nest_lif_delay, first", v[:, 0], spike[:, 0], steps=steps, t_ref=t_ref, RI=DELAY_RI[0])
    for n, d in enumerate(DELAYS, 1):
        drive = np.zeros(steps)
        drive[d:] = DELAY_WEIGHT * spike[:-d, 0]
        check_lif(f"nest_lif_delay {d} steps", v[:, n], spike[:, n], steps=steps, t_ref=t_ref,
                  RI=DELAY_RI[1], drive=drive)
        assert spike[:, n].sum() > 3
    columns = [STEP_COLUMN, ("v_first", "mV", "membrane potential of the neuron that sends")]
    columns += [(f"v_{d}", "mV", f"membrane potential behind a delay of {d} steps") for d in DELAYS]
    columns += [("spike_first", "0/1", "1 if the neuron that sends fired in step k")]
    columns += [(f"spike_{d}", "0/1", f"1 if the neuron behind {d} steps fired in step k") for d in DELAYS]
    out.csv("nest_lif_delay.csv", "LIF neurons (iaf_psc_delta), one drives three through delays",
            [DELTA_MEANING, REFRACTORY_MEANING, LOST_MEANING,
             "a spike of step s is in the input of step s + delay"],
            lif_params(steps, t_ref) + [("RI_first", DELAY_RI[0], "mV"), ("RI", DELAY_RI[1], "mV"),
                                        ("weight", DELAY_WEIGHT, "mV")],
            columns, ([k, *v[k], *spike[k]] for k in range(steps)))


# --------------------------------------------------------------------------
# Plasticity, dt = 1 ms
# --------------------------------------------------------------------------

TAU_PLUS, TAU_MINUS, A_PLUS, A_MINUS, W_MAX, W0 = 20.0, 30.0, 0.03, 0.036, 2.0, 1.0
STDP_DELAYS = [1, 4]
STDP_MEANING = [
    "additive: stdp_synapse with mu_plus = mu_minus = 0, lambda = A_plus/Wmax, alpha = A_minus/A_plus; "
    "soft: mu_plus = mu_minus = 1, lambda = A_plus; nearest: stdp_nn_symm_synapse, additive",
    "s, t, u are times in steps at the synapse: a presynaptic spike with stamp m counts at m, a postsynaptic one "
    "with stamp n at n + delay, because NEST takes the whole delay as dendritic",
    "on pre at t: for every post at u since the last pre at s, s < u <= t: "
    "w = min(w + A_plus*x_pre(u), Wmax), x_pre as the last pre left it; then "
    "w = max(w - A_minus*x_post(t), 0), x_post the trace of posts strictly before t; then x_pre += 1",
    "the weight changes in the record at presynaptic spikes only; a pair of equal times is skipped",
]


def stdp_trains():
    """[(description, pre, post)] in steps at the synapse.  Each begins with a pre, because the
    first pair of stdp_nn_symm_synapse is made with a spike at time 0 otherwise, and ends with one
    that shows what the last posts did.  Only the last train has equal times."""
    lags = [1, 2, 3, 5, 8, 12, 20, 30, 45]
    first, second, t = [], [], 20
    for lag in lags:
        first.append(t)
        second.append(t + lag)
        t += lag + 9
    trains = [("pre before post, lags 1 2 3 5 8 12 20 30 45", first, second),
              ("post before pre, lags 1 2 3 5 8 12 20 30 45", [11, *second], first)]
    # single pairs, two seconds apart: the window itself
    t, pre, post = 20, [], []
    for lag in [-100, -50, -20, -10, -5, -2, -1, 1, 2, 5, 10, 20, 50, 100]:
        pre.append(t)
        post.append(t + lag)
        t += 2000
    trains.append(("single pairs 2 s apart, post minus pre -100 -50 -20 -10 -5 -2 -1 1 2 5 10 20 50 100",
                   [12, *(p + 200 for p in pre)], [q + 200 for q in post]))
    rng = np.random.default_rng(4001)
    for rate in (0.04, 0.12):
        a, b = rng.random((2, 400)) < rate
        b &= ~a
        trains.append((f"random, {rate * 1000:g} Hz", 20 + np.flatnonzero(a), 21 + np.flatnonzero(b)))
    lead = [20, 51, 82]
    follow = [k for s in lead for k in range(s + 1, s + 31)]
    trains.append(("one pre, thirty posts, repeated: w_nearest meets w_max", lead, follow))
    trains.append(("one post, thirty pres, repeated: all weights fall", [12, *follow], lead))
    trains.append(("twelve pres, twelve posts, two pres: w_additive meets w_max and leaves it",
                   [*range(20, 32), 48, 52], [*range(32, 44)]))
    clean = []
    for text, pre, post in trains:
        pre, post = sorted(set(map(int, pre))), sorted(set(map(int, post)))
        post = [k for k in post if k not in pre and k > pre[0]]
        pre.append(max(pre[-1], post[-1]) + 40)
        clean.append((text, pre, post))
    clean.append(("three of six pairs at equal times", [20, 60, 100, 140, 180, 220, 300],
                  [60, 67, 100, 137, 180, 231]))
    for text, pre, post in clean:
        # the generators need time 1, and the posts come out of the neuron a delay earlier
        assert pre[0] > 9 and post[0] - max(STDP_DELAYS) > 1, text
    return clean


def nest_stdp(trains, model, delay, **synapse):
    """Weights at the presynaptic spikes of each train, from parrots that fire when told to."""
    reset(1.0)
    recorders = []
    for _, pre, post in trains:
        ends = []
        for at in (pre, [k - delay for k in post]):
            # a parrot repeats a spike one step after the generator
            generator = nest.Create("spike_generator",
                                    params=dict(spike_times=[float(k - 1) for k in at]))
            parrot = nest.Create("parrot_neuron")
            spy = nest.Create("spike_recorder")
            nest.Connect(generator, parrot, syn_spec=dict(delay=1.0))
            nest.Connect(parrot, spy, syn_spec=dict(delay=1.0))
            ends.append((parrot, spy, at))
        ends[1][0].tau_minus = TAU_MINUS
        recorder = nest.Create("weight_recorder")
        name = f"{model}_{len(recorders)}"
        nest.CopyModel(model, name, dict(weight_recorder=recorder))
        # on its second receptor a parrot keeps the history of plasticity and repeats nothing
        nest.Connect(ends[0][0], ends[1][0], syn_spec=dict(
            synapse_model=name, receptor_type=1, delay=float(delay), weight=W0, Wmax=W_MAX,
            tau_plus=TAU_PLUS, **synapse))
        recorders.append((recorder, ends))
    nest.Simulate(float(max(pre[-1] for _, pre, _ in trains) + 20))
    weights = []
    for (recorder, ends), (text, pre, _) in zip(recorders, trains):
        for _, spy, at in ends:
            assert np.array_equal(spy.get("events")["times"], np.array(at, float)), text
        events = recorder.get("events")
        assert np.array_equal(np.rint(events["times"]).astype(int), pre), (text, events["times"], pre)
        weights.append(np.array(events["weights"]))
    return weights


def plain_stdp(pre, post, soft=False, nearest=False):
    """The sum over pairs, without traces; nothing but the rule as the header states it.  Also
    whether the weight met its lower and its upper bound."""
    w, rows, met = W0, [], [False, False]
    for n, t in enumerate(pre):
        since = pre[n - 1] if n else -1
        for u in (u for u in post if since < u <= t):
            heard = [s for s in pre[:n] if s < u]
            x = sum(math.exp((s - u) / TAU_PLUS) for s in (heard[-1:] if nearest else heard))
            w = min(w + A_PLUS * x * ((W_MAX - w) if soft else 1.0), W_MAX)
            met[1] |= w == W_MAX
        heard = [u for u in post if u < t]
        x = sum(math.exp((u - t) / TAU_MINUS) for u in (heard[-1:] if nearest else heard))
        w = max(w - A_MINUS * x * (w if soft else 1.0), 0.0)
        met[0] |= w == 0.0
        rows.append(w)
    return rows, met


def make_stdp(out):
    trains = stdp_trains()
    hard = {"lambda": A_PLUS / W_MAX, "alpha": A_MINUS / A_PLUS, "mu_plus": 0.0, "mu_minus": 0.0}
    soft = {"lambda": A_PLUS, "alpha": A_MINUS / A_PLUS, "mu_plus": 1.0, "mu_minus": 1.0}
    kinds = [("stdp_synapse", hard, {}), ("stdp_synapse", soft, dict(soft=True)),
             ("stdp_nn_symm_synapse", hard, dict(nearest=True))]
    table = {}
    for delay in STDP_DELAYS:
        table[delay] = [nest_stdp(trains, model, delay, **synapse) for model, synapse, _ in kinds]
        for (model, _, how), weights in zip(kinds, table[delay]):
            bounds = np.zeros(2, bool)
            for (text, pre, post), w in zip(trains, weights):
                plain, met = plain_stdp(pre, post, **how)
                d = agree(f"{model} {how} {text}", w, plain)
                bounds |= met
                print(f"  nest_stdp {model} {how or ''} delay {delay}: final w {w[-1]:.4f}, "
                      f"max diff {d:.1e} ({text})")
            # the trains try both hard bounds; soft ones are never met
            assert set(bounds) == {"soft" not in how}, (model, how, bounds)
    rows = []
    for n, (_, pre, post) in enumerate(trains):
        at = {t: c for c, t in enumerate(pre)}
        for delay in STDP_DELAYS:
            additive, gentle, near = (weights[n] for weights in table[delay])
            fired = [u - delay for u in post]
            for t in sorted({*pre, *fired}):
                # a row without a presynaptic spike has the weight of the last one
                c = max((c for s, c in at.items() if s <= t), default=None)
                w = (W0,) * 3 if c is None else (additive[c], gentle[c], near[c])
                rows.append([n, delay, t, t in at, t in fired, *w])
    out.csv("nest_stdp.csv", "Pair STDP of NEST: additive, with soft bounds, nearest spikes",
            STDP_MEANING + [f"train {n}: {t[0]}" for n, t in enumerate(trains)],
            [("dt", 1.0, "ms"), ("tau_plus", TAU_PLUS, "ms"), ("tau_minus", TAU_MINUS, "ms"),
             ("A_plus", A_PLUS, "1"), ("A_minus", A_MINUS, "1"), ("w_init", W0, "1"),
             ("w_min", 0.0, "1"), ("w_max", W_MAX, "1"), ("trains", len(trains), "1")],
            [("train", "1", "train id; each is an independent simulation from the initial state"),
             ("delay", "steps", "delay of the synapse, all of it dendritic"),
             ("stamp", "steps", "time stamp of the spikes of this row"),
             ("pre", "0/1", "1 if the presynaptic neuron fired with this stamp"),
             ("post", "0/1", "1 if the postsynaptic neuron fired with this stamp"),
             ("w_additive", "1", "weight that the last presynaptic spike so far was sent with, additive"),
             ("w_soft", "1", "the same with soft bounds"),
             ("w_nearest", "1", "the same with nearest spikes, additive")],
            rows)


def main():
    parser = argparse.ArgumentParser(description="NEST reference trajectories")
    parser.add_argument("--check", action="store_true",
                        help="compare with the committed CSVs instead of writing them")
    out = Output(parser.parse_args().check, f"nest {nest.__version__}", "make_reference_nest.py")
    nest.verbosity = nest.VerbosityLevel.ERROR
    print(f"python {sys.version.split()[0]}, nest {nest.__version__}, numpy {np.__version__}")
    make_current(out)
    make_input(out)
    make_exp(out)
    make_refractory(out)
    make_delay(out)
    make_stdp(out)
    print("all assertions hold")


if __name__ == "__main__":
    main()
