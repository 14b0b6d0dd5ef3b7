//! The plasticity rules against a reference without traces: sums over all spike pairs in f64.

use super::common::{Dice, Script, plasticity, trains, weights};
use proptest::prelude::*;
use spikescope::engine::monitor::{Monitor, SpikeMonitor};
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{LifParams, LifPopulation};
use spikescope::engine::plasticity::{PairStdp, PlasticityParams, PostTraceStdp, RStdp, Rule};
use spikescope::engine::projection::Dense;
use spikescope::time::TimeGrid;

/// Weight change by one spike, from all earlier spikes of the other neuron or from the last of them.
fn kernel(now: usize, others: &[usize], tau_ms: f64, nearest: bool) -> f64 {
    let counted = if nearest { &others[others.len().saturating_sub(1)..] } else { others };
    counted.iter().map(|&then| (-((now - then) as f64) / tau_ms).exp()).sum()
}

fn bounded(w: f64, by: f64, p: &PlasticityParams) -> f64 {
    let room = match (p.soft, by > 0.0) {
        (false, _) => 1.0,
        (true, true) => p.w_max_mv - w,
        (true, false) => w,
    };
    (w + by * room).clamp(0.0, p.w_max_mv)
}

/// The spikes at or before `t`, and those before it.
fn until(spikes: &[usize], t: usize) -> &[usize] {
    &spikes[..spikes.partition_point(|&s| s <= t)]
}
fn before(spikes: &[usize], t: usize) -> &[usize] {
    &spikes[..spikes.partition_point(|&s| s < t)]
}

/// One synapse under pair STDP. A presynaptic spike in the step of a postsynaptic one comes before it.
fn pair_reference(w0: f64, pre: &[usize], post: &[usize], steps: usize, p: &PlasticityParams) -> f64 {
    let mut w = w0;
    for t in 0..steps {
        if pre.contains(&t) {
            w = bounded(w, -p.eta * p.a_minus * kernel(t, before(post, t), p.tau_minus_ms, p.nearest), p);
        }
        if post.contains(&t) {
            w = bounded(w, p.eta * p.a_plus * kernel(t, until(pre, t), p.tau_plus_ms, p.nearest), p);
        }
    }
    w
}

/// One synapse under STDP on postsynaptic spikes alone.
fn post_reference(w0: f64, pre: &[usize], post: &[usize], _steps: usize, p: &PlasticityParams) -> f64 {
    post.iter().fold(w0, |w, &t| bounded(w, p.eta * kernel(t, until(pre, t), p.tau_plus_ms, p.nearest), p))
}

/// Eligibility of one synapse in step `at`.
fn eligibility_reference(pre: &[usize], post: &[usize], at: usize, p: &PlasticityParams) -> f64 {
    let left = |t: usize| (-((at - t) as f64) / p.tau_e_ms).exp();
    post.iter().map(|&t| kernel(t, until(pre, t), p.tau_plus_ms, p.nearest) * left(t)).sum()
}

/// Spike steps of channel `i`.
fn steps_of(train: &[Vec<u32>], i: usize) -> Vec<usize> {
    (0..train.len()).filter(|&t| train[t].contains(&(i as u32))).collect()
}

fn play(rule: &mut dyn Rule<Dense>, from: u64, pre: &[Vec<u32>], post: &[Vec<u32>], w: &mut Dense) {
    rule.begin_trial(from);
    for (t, (arrived, fired)) in pre.iter().zip(post).enumerate() {
        rule.on_pre(from + t as u64, 0, arrived, w);
        let fired: Vec<u32> = fired.clone();
        rule.on_post(from + t as u64, &fired, &|_| 0.0, w);
    }
}

const N_PRE: usize = 4;
// beyond one block of 32
const N_POST: usize = 35;

type Reference = fn(f64, &[usize], &[usize], usize, &PlasticityParams) -> f64;

/// Two consecutive trials: the first must have no effect on the second.
fn compare(rule: &mut dyn Rule<Dense>, reference: Reference, p: &PlasticityParams, pre: &[Vec<u32>], post: &[Vec<u32>], seed: u64) {
    let mut w = weights(N_PRE, N_POST, 0.0, p.w_max_mv, &mut Dice::new(seed));
    let start = w.to_array();
    play(rule, 0, pre, post, &mut w);
    play(rule, 1000, pre, post, &mut w);
    for i in 0..N_PRE {
        for j in 0..N_POST {
            let (pre, post) = (steps_of(pre, i), steps_of(post, j));
            let once = reference(f64::from(start[[i, j]]), &pre, &post, 400, p);
            let twice = reference(once, &pre, &post, 400, p);
            let ours = f64::from(w.get(i, j));
            // each of about a hundred changes is rounded at 2⁻²⁴ w_max and includes a trace accurate to 2⁻²¹
            assert!((ours - twice).abs() < 3e-5 * p.w_max_mv, "{i} to {j}: {ours} against {twice}, pre {pre:?}, post {post:?}");
        }
    }
}

fn any_params() -> impl Strategy<Value = PlasticityParams> {
    (0.001..0.2f64, 2.0..100.0f64, 2.0..100.0f64, 0.5..3.0f64, any::<bool>(), any::<bool>()).prop_map(
        |(eta, tau_plus_ms, tau_minus_ms, w_max_mv, nearest, soft)| PlasticityParams {
            eta,
            tau_plus_ms,
            tau_minus_ms,
            a_plus: 0.5,
            a_minus: 0.6,
            nearest,
            soft,
            w_max_mv,
            tau_e_ms: 70.0,
            ..plasticity()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn all_rules_equal_the_sum_over_spike_pairs_on_random_trains(p in any_params(), seed in any::<u64>(), rate in 0.02..0.3f64) {
        let grid = TimeGrid::new(1.0);
        let mut dice = Dice::new(seed);
        let (pre, post) = (trains(N_PRE, 120, rate, &mut dice), trains(N_POST, 120, rate, &mut dice));
        compare(&mut PairStdp::new(N_PRE, N_POST, &p, grid), pair_reference, &p, &pre, &post, seed);
        compare(&mut PostTraceStdp::new(N_PRE, N_POST, &p, grid), post_reference, &p, &pre, &post, seed);
    }

    #[test]
    fn reward_turns_decayed_eligibility_into_weight_change(
        p in any_params(), seed in any::<u64>(), m in -1.0..1.0f64, wait in 0..700u64, from in prop::sample::select(vec![0u64, 5_000_000_000]),
    ) {
        let mut dice = Dice::new(seed);
        let (pre, post) = (trains(N_PRE, 120, 0.05, &mut dice), trains(N_POST, 120, 0.03, &mut dice));
        let mut w = weights(N_PRE, N_POST, 0.0, p.w_max_mv, &mut dice);
        let start = w.to_array();
        let mut rule = RStdp::new(N_PRE, N_POST, 1, &p, TimeGrid::new(1.0));
        play(&mut rule, from, &pre, &post, &mut w);
        prop_assert_eq!(&w.to_array(), &start, "no weight moves before the reward");
        let at = 120 + wait;
        let eligibility: Vec<Vec<f32>> = (0..N_POST as u32).map(|j| rule.eligibility(j, from + at).unwrap()).collect();
        rule.consolidate(from + at, m as f32, &mut w);
        for i in 0..N_PRE {
            for j in 0..N_POST {
                let e = eligibility_reference(&steps_of(&pre, i), &steps_of(&post, j), at as usize, &p);
                let ours = f64::from(eligibility[j][i]);
                prop_assert!((ours - e).abs() < 1e-5 * e.max(1e-3), "{} to {}: eligibility {} against {}", i, j, ours, e);
                let expected = bounded(f64::from(start[[i, j]]), p.eta * m * e, &p);
                prop_assert!((f64::from(w.get(i, j)) - expected).abs() < 1e-5 * p.w_max_mv, "{} to {}", i, j);
            }
        }
        let fired = |j: usize| post.iter().any(|fired| fired.contains(&(j as u32)));
        let mut changed = rule.take_changed();
        changed.sort_unstable();
        prop_assert_eq!(changed, (0..N_POST as u32).filter(|&j| fired(j as usize)).collect::<Vec<_>>());
    }
}

#[test]
fn all_rules_equal_the_sum_over_spike_pairs_for_every_spike_order() {
    let orders: [(&[usize], &[usize]); 10] = [
        (&[5], &[15]),
        (&[15], &[5]),
        (&[5], &[5]),
        (&[5, 6, 7], &[7, 8, 9]),
        (&[5, 25], &[15]),
        (&[15], &[5, 25]),
        (&[0, 10, 20, 30], &[0, 10, 20, 30]),
        (&[1, 2, 3, 4, 5, 6, 7, 8], &[8, 8 + 1, 8 + 2]),
        (&[], &[3, 4]),
        (&[3, 4], &[]),
    ];
    let train = |spikes: &[usize], n: usize| {
        (0..120).map(|t| if spikes.contains(&t) { (0..n as u32).collect() } else { vec![] }).collect::<Vec<_>>()
    };
    for (pre, post) in orders {
        for (nearest, soft) in [(false, false), (false, true), (true, false), (true, true)] {
            let p = PlasticityParams { nearest, soft, a_plus: 0.2, a_minus: 0.25, ..plasticity() };
            let (pre, post) = (train(pre, N_PRE), train(post, N_POST));
            let grid = TimeGrid::new(1.0);
            compare(&mut PairStdp::new(N_PRE, N_POST, &p, grid), pair_reference, &p, &pre, &post, 7);
            compare(&mut PostTraceStdp::new(N_PRE, N_POST, &p, grid), post_reference, &p, &pre, &post, 7);
        }
    }
}

#[test]
fn spikes_of_one_step_are_causal_without_depression() {
    let p = PlasticityParams { a_plus: 0.25, a_minus: 0.5, ..plasticity() };
    let grid = TimeGrid::new(1.0);
    let change = |rule: &mut dyn Rule<Dense>, m: f32| {
        let mut w = Dense::new(1, 1);
        *w.get_mut(0, 0) = 0.25;
        rule.on_pre(9, 0, &[0], &mut w);
        rule.on_post(9, &[0], &|_| 0.0, &mut w);
        rule.consolidate(9, m, &mut w);
        w.get(0, 0) - 0.25
    };
    // exact in binary: a trace of exactly 1, without decay
    assert_eq!(change(&mut PairStdp::new(1, 1, &p, grid), 1.0), 0.25);
    let p = PlasticityParams { eta: 0.5, ..p };
    assert_eq!(change(&mut PostTraceStdp::new(1, 1, &p, grid), 1.0), 0.5);
    assert_eq!(change(&mut RStdp::new(1, 1, 1, &p, grid), 0.5), 0.25);
}

#[test]
fn supervised_neurons_are_credited_for_their_vote_once() {
    let p = PlasticityParams { eta: 0.5, w_max_mv: 100.0, soft: false, ..plasticity() };
    let mut rule = RStdp::new(1, 4, 2, &p, TimeGrid::new(1.0));
    let mut w = Dense::new(1, 4);
    (0..4).for_each(|j| *w.get_mut(0, j) = 50.0);
    rule.begin_trial(0);
    rule.on_pre(9, 0, &[0], &mut w);
    // neuron 1 votes for class 0, neuron 2 for class 1; the others are silent
    rule.on_post(9, &[1, 2], &|_| 0.0, &mut w);
    rule.supervise(0);
    rule.consolidate(9, 0.25, &mut w);
    let change = |w: &Dense| (0..4).map(|j| w.get(0, j) - 50.0).collect::<Vec<_>>();
    assert_eq!(change(&w), [0.0, 0.5 * 0.25, 0.5 * (0.25 - 1.0), 0.0]);
    rule.consolidate(9, 0.25, &mut w);
    assert_eq!(change(&w), [0.0, 0.25, -0.25, 0.0], "a reward is the same for both");
}

#[test]
fn input_that_causes_a_spike_is_credited_in_the_same_step() {
    // one input spike strong enough to fire the neuron at once: pre and post in step 3
    let rule = PostTraceStdp::new(1, 1, &PlasticityParams { eta: 1.0, w_max_mv: 100.0, ..plasticity() }, TimeGrid::new(1.0));
    let mut synapses = Dense::new(1, 1);
    *synapses.get_mut(0, 0) = 50.0;
    let projection = Projection::new(Source::Encoder, 0, synapses, Some(Box::new(rule)));
    let script = Script::new(1, vec![vec![], vec![], vec![], vec![0]]);
    let population = LifPopulation::new(1, LifParams::default(), TimeGrid::new(1.0), 1);
    let mut network = Network::new(Some(Box::new(script)), vec![Box::new(population)], vec![projection]);
    network.run(10, &mut []);
    assert_eq!(network.counts(), [1]);
    assert_eq!(network.projections()[0].synapses.dense().unwrap().get(0, 0), 51.0);
}

/// The weight changes of a network equal those of the reference for the recorded spikes.
fn network_follows(make: impl Fn(&PlasticityParams, TimeGrid) -> Box<dyn Rule<Dense>>, reference: Reference, watched: bool) {
    let p = PlasticityParams { eta: 0.02, a_plus: 1.0, a_minus: 0.8, w_max_mv: 4.0, ..plasticity() };
    let (n_pre, n_post, steps) = (20, 40, 300);
    let mut dice = Dice::new(11);
    let grid = TimeGrid::new(1.0);
    let (train, start) = (trains(n_pre, steps, 0.06, &mut dice), weights(n_pre, n_post, 0.0, 4.0, &mut dice));
    let build = || {
        let projection = Projection::new(Source::Encoder, 0, start.clone(), Some(make(&p, grid)));
        let neurons = LifParams { inhibition_mv: 3.0, ..LifParams::default() };
        let population = LifPopulation::new(n_post, neurons, grid, 1);
        Network::new(Some(Box::new(Script::new(n_pre, train.clone()))), vec![Box::new(population)], vec![projection])
    };
    let (mut network, mut raster) = (build(), SpikeMonitor::default());
    network.run(steps as u64, &mut [&mut raster as &mut dyn Monitor]);
    if !watched {
        network = build();
        network.run(steps as u64, &mut []);
    }
    assert!(raster.output.len() > 200, "{} output spikes", raster.output.len());
    let seen: Vec<(usize, u32)> = raster.input.iter().map(|&(t, i)| (t as usize, i)).collect();
    let shown: Vec<(usize, u32)> = train.iter().enumerate().flat_map(|(t, spikes)| spikes.iter().map(move |&i| (t, i))).collect();
    assert_eq!(seen, shown, "the monitor sees the input in the step in which it is made");
    let mut coincident = 0;
    for i in 0..n_pre {
        for j in 0..n_post {
            let pre = steps_of(&train, i);
            let post: Vec<usize> = raster.output.iter().filter(|s| s.1 as usize == j).map(|s| s.0 as usize).collect();
            coincident += post.iter().filter(|t| pre.contains(t)).count();
            let expected = reference(f64::from(start.get(i, j)), &pre, &post, steps, &p);
            let ours = f64::from(network.projections()[0].synapses.dense().unwrap().get(i, j));
            assert!((ours - expected).abs() < 1e-4, "{i} to {j}: {ours} against {expected}");
        }
    }
    assert!(coincident > 50, "{coincident} coincident pairs");
}

#[test]
fn weight_changes_of_a_network_follow_its_recorded_spikes() {
    for watched in [true, false] {
        network_follows(|p, grid| Box::new(PairStdp::new(20, 40, p, grid)), pair_reference, watched);
        network_follows(|p, grid| Box::new(PostTraceStdp::new(20, 40, p, grid)), post_reference, watched);
    }
}
