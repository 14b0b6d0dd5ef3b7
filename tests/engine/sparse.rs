//! Sparse synapses and sources: against all-to-all synapses, exact arrival steps, the statistics of wirings, and pair STDP
//! with random delays against the sum over all pairs.

use super::common::Dice;
use spikescope::engine::archive::{Digest, Persist, restore, save};
use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, Projection, Source, StepSpikes};
use spikescope::engine::neuron::{LifParams, LifPopulation, NeuronModel, PoissonSource, SpikeSource};
use spikescope::engine::plasticity::{DelayedPairStdp, PlasticityParams, Rule};
use spikescope::engine::projection::{Dense, Draw, Sparse, Store, Synapse, Synapses, Wiring};
use spikescope::time::TimeGrid;
use std::collections::BTreeMap;

const DT_MS: f64 = 0.1;

fn grid() -> TimeGrid {
    TimeGrid::new(DT_MS)
}

fn lif(tau_exc_ms: f64, tau_inh_ms: f64) -> LifParams {
    LifParams {
        tau_m_ms: 20.0,
        e_l_mv: -65.0,
        v_th_mv: -50.0,
        v_reset_mv: -65.0,
        t_ref_steps: 20,
        theta_plus_mv: 0.0,
        inhibition_mv: 0.0,
        tau_receptors_ms: Some([tau_exc_ms, tau_inh_ms]),
        ..LifParams::default()
    }
}

fn from(index: usize, delay: usize, target: usize, receptor: usize, synapses: impl Into<Synapses>) -> Projection {
    Projection {
        source: Source::Population { index, delay },
        target,
        receptor,
        relay: None,
        norm: None,
        short_term: None,
        synapses: synapses.into(),
    }
}

/// Every spike as (step, population, neuron).
#[derive(Default)]
struct Raster(Vec<(u64, usize, u32)>);

impl Monitor for Raster {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        for (index, fired) in spikes.populations.iter().enumerate() {
            self.0.extend(fired.iter().map(|&j| (step, index, j)));
        }
    }
}

/// Noise onto neurons that are connected with each other.
fn recurrent(synapses: Synapses, delay: usize) -> Network {
    let n = synapses.n_post();
    let noise = PoissonSource::new(n, 3000.0, grid(), 7);
    let one_to_one = Sparse::from_rows(n, (0..n as u32).map(|post| [Synapse { post, weight_mv: 0.6, delay: 1 }]));
    let populations: Vec<Box<dyn NeuronModel>> = vec![Box::new(noise), Box::new(LifPopulation::new(n, lif(5.0, 10.0), grid(), 3))];
    let projections = vec![from(0, 1, 1, 2, Store::new(one_to_one, None)), from(1, delay, 1, 0, synapses)];
    Network::new(None, populations, projections)
}

#[test]
fn sparse_synapses_give_the_bits_of_all_to_all_synapses_of_the_same_weights() {
    let (n, delay) = (70, 15);
    let mut dice = Dice::new(5);
    let mut dense = Dense::new(n, n);
    for i in 0..n {
        (0..n).for_each(|j| *dense.get_mut(i, j) = (2.0 * dice.unit()) as f32);
    }
    let row = |i: usize| (0..n).map(|j| Synapse { post: j as u32, weight_mv: dense.get(i, j), delay: delay as u16 }).collect::<Vec<_>>();
    let sparse = Sparse::from_rows(n, (0..n).map(row));
    let run = |synapses: Synapses| {
        let mut network = recurrent(synapses, delay);
        network.run(4000, &mut []);
        (network.counts_of(1).to_vec(), (0..n as u32).map(|j| network.populations()[1].v_mv(j).to_bits()).collect::<Vec<_>>())
    };
    let (counts, v) = run(Store::new(dense.clone(), None).into());
    assert!(counts.iter().sum::<u32>() > 500, "{counts:?}");
    assert_eq!((counts, v), run(Store::new(sparse, None).into()));
}

#[test]
fn every_synapse_acts_in_the_step_of_its_delay_and_multapses_add() {
    let synapse = |post, weight_mv, delay| Synapse { post, weight_mv, delay };
    let rows = [vec![synapse(1, 1.0, 30), synapse(0, 2.0, 7), synapse(1, 0.5, 30), synapse(2, 4.0, 1)], vec![synapse(0, 3.0, 1)]];
    let sparse = Sparse::from_rows(3, rows);
    assert_eq!((sparse.delays(), sparse.min_delay(), sparse.delay_span(), sparse.out_degree(0)), (&[30, 7, 1][..], 1, 29, 4));
    // without a leak potentials add up what arrived
    let params = LifParams { tau_m_ms: 1e12, v_th_mv: 1e6, ..lif(0.0, 0.0) };
    let source = SpikeSource::new(2, vec![(100, 1), (10, 0), (12, 0)]);
    let populations: Vec<Box<dyn NeuronModel>> = vec![Box::new(source), Box::new(LifPopulation::new(3, params, grid(), 1))];
    let mut network = Network::new(None, populations, vec![from(0, 1, 1, 2, Store::new(sparse, None))]);
    let mut jumps = BTreeMap::new();
    for step in 0..120u64 {
        let before: Vec<f32> = (0..3).map(|j| network.populations()[1].v_mv(j)).collect();
        network.run(1, &mut []);
        for (j, before) in before.into_iter().enumerate() {
            let by = network.populations()[1].v_mv(j as u32) - before;
            if by != 0.0 {
                jumps.insert((step, j), by);
            }
        }
    }
    let expected = [(11, 2, 4.0), (13, 2, 4.0), (17, 0, 2.0), (19, 0, 2.0), (40, 1, 1.5), (42, 1, 1.5), (101, 0, 3.0)];
    assert_eq!(jumps.into_iter().map(|((step, j), by)| (step, j, by)).collect::<Vec<_>>(), expected);
}

#[test]
fn receptors_filter_with_time_constants_of_their_own() {
    let params = LifParams { v_th_mv: 1e6, ..lif(4.0, 12.0) };
    let weights = [3.0f32, -2.0, 1.5];
    let source = || Box::new(SpikeSource::new(1, vec![(0, 0)])) as Box<dyn NeuronModel>;
    let populations = vec![source(), Box::new(LifPopulation::new(1, params, grid(), 1)) as Box<dyn NeuronModel>];
    let onto = |receptor: usize| {
        let sparse = Sparse::from_rows(1, [[Synapse { post: 0, weight_mv: weights[receptor], delay: 1 }]]);
        from(0, 1, 1, receptor, Store::new(sparse, None))
    };
    let mut network = Network::new(None, populations, (0..3).map(onto).collect());
    network.run(1, &mut []);
    for step in 1..400u32 {
        network.run(1, &mut []);
        // the current of a receptor begins with the step in which the spike arrives; the potential is read at its end
        let t = f64::from(step) * DT_MS;
        let alpha = |tau: f64| tau / (tau - 20.0) * ((-t / tau).exp() - (-t / 20.0).exp());
        let at_once = (-(t - DT_MS) / 20.0).exp();
        let expected = f64::from(weights[0]) * alpha(4.0) + f64::from(weights[1]) * alpha(12.0) + f64::from(weights[2]) * at_once;
        let v = f64::from(network.populations()[1].v_mv(0)) + 65.0;
        assert!((v - expected).abs() < 1e-4, "step {step}: {v} against {expected}");
    }
}

#[test]
fn wirings_have_the_degrees_that_they_state() {
    let build = |wiring: &Wiring, size, without_self| wiring.build(size, without_self, Draw::Constant(1.0), Draw::Constant(3.0), (11, 0));
    let pairs = |sparse: &Sparse| sparse.triplets().map(|(pre, synapse)| (pre, synapse.post)).collect::<Vec<_>>();
    let most_common = |pairs: &[(u32, u32)]| {
        let mut counts = BTreeMap::new();
        pairs.iter().for_each(|&pair| *counts.entry(pair).or_insert(0) += 1);
        counts.into_values().max().unwrap_or(0)
    };
    let n = 200;
    for multapses in [false, true] {
        for (wiring, by_post) in
            [(Wiring::Indegree { synapses: 50, multapses }, true), (Wiring::Outdegree { synapses: 50, multapses }, false)]
        {
            let all = pairs(&build(&wiring, (n, n), true));
            assert_eq!(all.len(), n * 50);
            assert!(all.iter().all(|(pre, post)| pre != post), "{wiring:?} connects a neuron with itself");
            let mut fixed = vec![0; n];
            let mut free = vec![0.0; n];
            for &(pre, post) in &all {
                let (fixed_end, free_end) = if by_post { (post, pre) } else { (pre, post) };
                fixed[fixed_end as usize] += 1;
                free[free_end as usize] += 1.0;
            }
            assert!(fixed.iter().all(|&degree| degree == 50));
            assert_eq!(most_common(&all) > 1, multapses);
            // the other degree: binomial with replacement, hypergeometric draws of 50 from 199 without
            let variance = free.iter().map(|d: &f64| (d - 50.0).powi(2)).sum::<f64>() / n as f64;
            let p = 50.0 / 199.0;
            let expected = if multapses { 199.0 * 50.0 * (1.0 / 199.0) * (1.0 - 1.0 / 199.0) } else { 199.0 * p * (1.0 - p) };
            // the relative standard error of a variance of 200 values is 10 %
            assert!((variance / expected - 1.0).abs() < 0.5, "{wiring:?}: {variance} against {expected}");
        }
    }
    let p = 0.1;
    let sparse = build(&Wiring::Probability(p), (n, n), true);
    let all = pairs(&sparse);
    assert_eq!(most_common(&all), 1);
    let trials = (n * (n - 1)) as f64;
    assert!((all.len() as f64 - trials * p).abs() < 5.0 * (trials * p * (1.0 - p)).sqrt(), "{}", all.len());
    let degrees: Vec<f64> = (0..n).map(|pre| sparse.out_degree(pre) as f64).collect();
    let mean = degrees.iter().sum::<f64>() / n as f64;
    let variance = degrees.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n as f64;
    assert!((variance / (199.0 * p * (1.0 - p)) - 1.0).abs() < 0.5, "{variance}");
    assert_eq!(build(&Wiring::Probability(1.0), (3, 4), false).len(), 12);
    assert_eq!(build(&Wiring::Probability(0.0), (3, 4), false).len(), 0);
    assert_eq!(pairs(&build(&Wiring::OneToOne, (3, 3), false)), [(0, 0), (1, 1), (2, 2)]);
    assert_eq!(build(&Wiring::AllToAll, (5, 5), true).len(), 20);
    assert_eq!(pairs(&build(&Wiring::Explicit(vec![(2, 1), (0, 3), (2, 0)]), (3, 4), false)), [(0, 3), (2, 0), (2, 1)]);
}

#[test]
fn drawn_weights_and_delays_have_their_distribution_and_their_bounds() {
    let wiring = Wiring::Indegree { synapses: 100, multapses: true };
    let weight = Draw::Normal { mean: 0.2, sd: 0.2, low: f64::MIN_POSITIVE, high: f64::INFINITY };
    let sparse = wiring.build((100, 200), false, weight, Draw::Uniform { low: 0.2, high: 6.49 }, (3, 1));
    assert!(sparse.weights_mv().all(|w| w > 0.0));
    // a normal distribution above 0: mean + sd * phi(1) / Phi(1)
    let mean = sparse.weights_mv().map(f64::from).sum::<f64>() / sparse.len() as f64;
    assert!((mean - (0.2 + 0.2 * 0.241_970_7 / 0.841_344_7)).abs() < 5.0 * 0.2 / 141.0, "{mean}");
    let mut of_delay = BTreeMap::new();
    sparse.triplets().for_each(|(_, synapse)| *of_delay.entry(synapse.delay).or_insert(0.0) += 1.0 / sparse.len() as f64);
    // rounded to the nearest step, at least one
    let width = 6.49 - 0.2;
    let expected = [(1, 1.3 / width), (2, 1.0 / width), (3, 1.0 / width), (4, 1.0 / width), (5, 1.0 / width), (6, 0.99 / width)];
    assert_eq!(of_delay.len(), 6, "{of_delay:?}");
    expected.iter().for_each(|(delay, share)| assert!((of_delay[delay] - share).abs() < 0.02, "{of_delay:?}"));
    assert!(sparse.bytes() as f64 / sparse.len() as f64 <= 12.0);
}

#[test]
fn poisson_counts_have_the_mean_and_the_variance_of_their_distribution() {
    let (n, steps, rate_hz) = (50, 20_000, 4000.0);
    let mut network = Network::new(None, vec![Box::new(PoissonSource::new(n, rate_hz, grid(), 9))], Vec::new());
    let mut raster = Raster::default();
    network.run(steps, &mut [&mut raster]);
    // 0.4 spikes a step and neuron on average: several spikes in a step occur
    let mut counts = vec![0.0f64; n * steps as usize];
    raster.0.iter().for_each(|&(step, _, j)| counts[step as usize * n + j as usize] += 1.0);
    let all = counts.len() as f64;
    let mean = counts.iter().sum::<f64>() / all;
    let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / all;
    assert!((mean - 0.4).abs() < 5.0 * (0.4 / all).sqrt(), "{mean}");
    assert!((variance - 0.4).abs() < 5.0 * ((0.4 + 2.0 * 0.16) / all).sqrt(), "{variance}");
    let neighbours = counts.windows(2).map(|c| (c[0] - mean) * (c[1] - mean)).sum::<f64>() / all;
    assert!(neighbours.abs() < 5.0 * 0.4 / all.sqrt(), "neurons are not independent: {neighbours}");
}

/// The weight after all pairs, in f64: a presynaptic spike acts `delay` steps later.
fn oracle(start: f64, pre: &[u64], post: &[u64], delay: u64, p: &PlasticityParams, end: u64) -> f64 {
    let mut w = start;
    let bounded = |w: f64, by: f64| {
        let room = if !p.soft {
            1.0
        } else if by > 0.0 {
            p.w_max_mv - w
        } else {
            w
        };
        (w + by * room).clamp(0.0, p.w_max_mv)
    };
    let trace = |spikes: &[u64], now: u64, inclusive: bool, shift: u64, tau_ms: f64| {
        let seen: Vec<u64> = spikes.iter().map(|t| t + shift).filter(|&t| if inclusive { t <= now } else { t < now }).collect();
        let last = if p.nearest { seen.len().saturating_sub(1) } else { 0 };
        seen[last..].iter().map(|t| (-((now - t) as f64) * DT_MS / tau_ms).exp()).sum::<f64>()
    };
    for step in 0..end {
        for _ in pre.iter().filter(|&&t| t + delay == step) {
            w = bounded(w, -p.eta * p.a_minus * trace(post, step, false, 0, p.tau_minus_ms));
        }
        for _ in post.iter().filter(|&&t| t == step) {
            w = bounded(w, p.eta * p.a_plus * trace(pre, step, true, delay, p.tau_plus_ms));
        }
    }
    w
}

#[test]
fn pair_stdp_with_random_delays_is_the_sum_over_all_pairs() {
    for (nearest, soft) in [(false, false), (false, true), (true, false), (true, true)] {
        let p = PlasticityParams {
            eta: 1.0,
            a_plus: 0.05,
            a_minus: 0.04,
            tau_plus_ms: 8.0,
            tau_minus_ms: 14.0,
            w_max_mv: 2.0,
            nearest,
            soft,
            ..PlasticityParams::default()
        };
        let mut dice = Dice::new(u64::from(nearest) * 2 + u64::from(soft) + 1);
        let (n_pre, n_post, end) = (6, 4, 1500u64);
        let mut spikes = Vec::new();
        for i in 0..n_pre as u32 {
            spikes.extend((0..end).filter(|_| dice.chance(0.02)).map(|step| (step, i)));
        }
        let wiring = Wiring::Probability(0.8);
        let sparse =
            wiring.build((n_pre, n_post), false, Draw::Uniform { low: 0.5, high: 1.5 }, Draw::Uniform { low: 1.0, high: 60.0 }, (4, 2));
        assert!(sparse.delays().len() > 5);
        let start = sparse.clone();
        let rule: Box<dyn Rule<Sparse>> = Box::new(DelayedPairStdp::new(&sparse, &p, grid()));
        let delay = sparse.min_delay();
        // strong noise makes the neurons fire whatever the weights
        let noise = Sparse::from_rows(n_post, (0..n_post as u32).map(|post| [Synapse { post, weight_mv: 6.0, delay: 1 }]));
        let populations: Vec<Box<dyn NeuronModel>> = vec![
            Box::new(SpikeSource::new(n_pre, spikes.clone())),
            Box::new(PoissonSource::new(n_post, 300.0, grid(), 8)),
            Box::new(LifPopulation::new(n_post, lif(0.0, 0.0), grid(), 2)),
        ];
        let projections = vec![from(0, delay, 2, 0, Store::new(sparse, Some(rule))), from(1, 1, 2, 2, Store::new(noise, None))];
        let mut network = Network::new(None, populations, projections);
        let mut raster = Raster::default();
        network.run(end, &mut [&mut raster]);
        let of = |population: usize, neuron: u32| {
            raster.0.iter().filter(|&&(_, p, j)| p == population && j == neuron).map(|&(step, _, _)| step).collect::<Vec<_>>()
        };
        assert!(of(2, 0).len() > 10, "{}", of(2, 0).len());
        let learnt = network.projections()[0].synapses.sparse().unwrap();
        for ((pre, synapse), (_, before)) in learnt.triplets().zip(start.triplets()) {
            let expected = oracle(before.weight_mv.into(), &of(0, pre), &of(2, synapse.post), synapse.delay.into(), &p, end);
            let off = (f64::from(synapse.weight_mv) - expected).abs();
            assert!(off < 1e-4, "{pre} -> {}: {} against {expected}, delay {}", synapse.post, synapse.weight_mv, synapse.delay);
        }
    }
}

#[test]
fn free_runs_do_not_depend_on_cuts_monitors_or_a_restored_state() {
    let build = || {
        let wiring = Wiring::Indegree { synapses: 10, multapses: true };
        let sparse = wiring.build((70, 70), true, Draw::Uniform { low: 0.2, high: 1.0 }, Draw::Uniform { low: 5.0, high: 40.0 }, (1, 1));
        let p = PlasticityParams {
            eta: 1.0,
            a_plus: 0.02,
            a_minus: 0.02,
            tau_plus_ms: 20.0,
            tau_minus_ms: 20.0,
            w_max_mv: 2.0,
            ..Default::default()
        };
        let rule: Box<dyn Rule<Sparse>> = Box::new(DelayedPairStdp::new(&sparse, &p, grid()));
        let delay = sparse.min_delay();
        recurrent(Store::new(sparse, Some(rule)).into(), delay)
    };
    let digest = |network: &mut dyn Persist| Digest::of(network);
    let mut whole = build();
    whole.run(3000, &mut []);
    assert!(whole.counts_of(1).iter().sum::<u32>() > 200);
    let mut cut = build();
    [1, 7, 292, 700].into_iter().for_each(|steps| cut.run(steps, &mut [&mut Raster::default()]));
    let bytes = save(&mut cut);
    let mut restored = build();
    restore(&mut restored, &bytes).unwrap();
    restored.run(2000, &mut []);
    assert_eq!(digest(&mut whole), digest(&mut restored));
    let mut other = build();
    other.run(2999, &mut []);
    assert_ne!(digest(&mut whole), digest(&mut other));
}

#[test]
fn a_source_that_fired_billions_of_times_is_saved_and_restored() {
    let build = || Network::new(None, vec![Box::new(PoissonSource::new(2, 1000.0, grid(), 9))], Vec::new());
    let mut network = build();
    network.run(10, &mut []);
    let mut bytes = save(&mut network);
    // step, clock of the source, then the number of the counts: both become the largest there is
    let counts = 8 * 5;
    assert_eq!(bytes[counts - 8..counts], 2u64.to_le_bytes());
    bytes[counts..counts + 8].fill(0xFF);
    let mut other = build();
    restore(&mut other, &bytes).unwrap();
    other.run(1000, &mut []);
    assert_eq!(other.counts_of(0), [u32::MAX; 2]);
    let _ = Digest::of(&mut other);
}
