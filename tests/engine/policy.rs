//! The policy-gradient rule against finite differences of the expected reward, on a tiny network.

use spikescope::engine::encoder::{EncoderParams, Latency};
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{RaceParams, RacePopulation};
use spikescope::engine::plasticity::{PlasticityParams, RMax};
use spikescope::engine::projection::{Conv, Dense, Geometry};
use spikescope::time::TimeGrid;

use super::common::plasticity;

const N_PRE: usize = 3;
const N_POST: usize = 4;
const ACTIONS: usize = 2;
/// Reward of each action.
const REWARD: [f64; ACTIONS] = [1.0, -0.5];
/// The three pixels fire at 0, 2 and 4 ms.
const IMAGE: [u8; N_PRE] = [255, 128, 1];
const SPIKES_MS: [f64; N_PRE] = [0.0, 2.0, 4.0];
const GATE: u32 = 6;
const STEPS: u64 = 30;

type Weights = [[f64; N_POST]; N_PRE];
const W: Weights = [[1.0, -0.5, 0.3, 0.8], [0.2, 0.9, -0.7, 0.1], [-0.4, 0.6, 1.2, 0.0]];

fn race(ramp_mv_per_ms: f64) -> RaceParams {
    RaceParams { ramp_mv_per_ms, gate_steps: GATE, v_th_mv: -62.0, ..RaceParams::default() }
}

fn network(ramp: f64, integral: bool) -> Network {
    let grid = TimeGrid::new(1.0);
    let encoder = Latency::new(N_PRE, &EncoderParams { rate_max_hz: 0.0, latency_ms: 4.0, floor: 0.0 }, grid);
    let mut synapses = Dense::new(N_PRE, N_POST);
    for (i, row) in W.iter().enumerate() {
        for (j, &w) in row.iter().enumerate() {
            *synapses.get_mut(i, j) = w as f32;
        }
    }
    let p = PlasticityParams { integral, ..plasticity() };
    let rule = RMax::new(N_PRE, N_POST, ACTIONS, &p, grid);
    let output = RacePopulation::new(N_POST, race(ramp), grid, 11);
    let projection = Projection::new(Source::Encoder, 0, synapses, Some(Box::new(rule)));
    Network::new(Some(Box::new(encoder)), vec![Box::new(output)], vec![projection])
}

/// Probability that each neuron is first, by integrating the hazards over sub-steps of a quarter millisecond.
fn first_spike(ramp: f64, w: &Weights) -> [f64; N_POST] {
    let psp = |s: f64| if s < 0.0 { 0.0 } else { 4.0 * ((-s / 10.0).exp() - (-s / 5.0).exp()) };
    let (mut alive, mut first) = (1.0, [0.0; N_POST]);
    for step in u64::from(GATE)..STEPS {
        let u: Vec<f64> = (0..N_POST).map(|j| (0..N_PRE).map(|i| w[i][j] * psp(step as f64 - SPIKES_MS[i])).sum()).collect();
        for piece in 0..4 {
            let since = (step - u64::from(GATE)) as f64 + f64::from(piece) * 0.25;
            let rho: Vec<f64> = u.iter().map(|u| (u + ramp * since - 3.0).exp()).collect();
            let total: f64 = rho.iter().sum();
            let dies = alive * (1.0 - (-total * 0.25).exp());
            first.iter_mut().zip(&rho).for_each(|(p, rho)| *p += dies * rho / total);
            alive -= dies;
            if alive == 0.0 {
                return first;
            }
        }
    }
    first
}

fn expected_reward(ramp: f64, w: &Weights) -> f64 {
    first_spike(ramp, w).iter().enumerate().map(|(j, p)| p * REWARD[j * ACTIONS / N_POST]).sum()
}

fn gradient(ramp: f64) -> Weights {
    let mut gradient = [[0.0; N_POST]; N_PRE];
    for i in 0..N_PRE {
        for j in 0..N_POST {
            let moved = |by: f64| {
                let mut w = W;
                w[i][j] += by;
                expected_reward(ramp, &w)
            };
            gradient[i][j] = (moved(1e-4) - moved(-1e-4)) / 2e-4;
        }
    }
    gradient
}

/// Mean and standard error of reward times eligibility, and how often each neuron was first.
fn measured(ramp: f64, integral: bool, trials: u64) -> (Weights, Weights, [f64; N_POST]) {
    let mut network = network(ramp, integral);
    let (mut sum, mut squares, mut first) = ([[0.0; N_POST]; N_PRE], [[0.0; N_POST]; N_PRE], [0.0; N_POST]);
    for trial in 0..trials {
        network.begin_trial(&IMAGE, trial);
        network.run(STEPS, &mut []);
        let winner = network.counts().iter().position(|&count| count == 1).expect("somebody fires");
        first[winner] += 1.0 / trials as f64;
        let reward = REWARD[winner * ACTIONS / N_POST];
        let learning = &network.projections()[0].synapses;
        for j in 0..N_POST {
            let e = learning.eligibility(j as u32, network.step()).expect("it has eligibility");
            for i in 0..N_PRE {
                let g = reward * f64::from(e[i]);
                sum[i][j] += g;
                squares[i][j] += g * g;
            }
        }
    }
    let n = trials as f64;
    let mut error = squares;
    for i in 0..N_PRE {
        for j in 0..N_POST {
            let mean = sum[i][j] / n;
            error[i][j] = ((squares[i][j] / n - mean * mean) / n).sqrt();
            sum[i][j] = mean;
        }
    }
    (sum, error, first)
}

#[track_caller]
fn assert_follows(ramp: f64, integral: bool) {
    let expected = gradient(ramp);
    let (mean, error, first) = measured(ramp, integral, 40_000);
    let largest = expected.iter().flatten().fold(0.0, |most: f64, g| most.max(g.abs()));
    assert!(largest > 0.05, "the test needs a gradient: {expected:?}");
    for (j, (&found, p)) in first.iter().zip(first_spike(ramp, &W)).enumerate() {
        assert!((found - p).abs() < 5.0 * (p * (1.0 - p) / 40_000.0).sqrt(), "neuron {j} first in {found}, expected {p}");
    }
    for i in 0..N_PRE {
        for j in 0..N_POST {
            let (found, wanted) = (mean[i][j], expected[i][j]);
            assert!((found - wanted).abs() < 5.0 * error[i][j] + 1e-6, "synapse {i} -> {j}: {found} ± {}, expected {wanted}", error[i][j]);
        }
    }
}

/// With high hazards the readout ends within one step: potentials are constant and shared credit is exact.
#[test]
fn expected_credit_follows_the_gradient_of_the_expected_reward() {
    assert_follows(60.0, false);
}

#[test]
fn integrated_credit_follows_the_gradient_for_fast_readout() {
    assert_follows(60.0, true);
}

/// With low hazards potentials change before the first spike: only the integral equals the gradient.
#[test]
fn integrated_credit_follows_the_gradient_over_many_steps() {
    assert_follows(0.5, true);
}

/// Shared weights by definition: every filter competes with its best site, and a weight is credited for its effect there.
#[test]
fn shared_weight_is_credited_at_the_winning_site_of_its_filter() {
    const CHANNELS: usize = 4;
    let grid = TimeGrid::new(1.0);
    let geometry = Geometry { width: 4, height: 3, depth: 1, size: 2, stride: 1, pad: 1 };
    let image: Vec<u8> = (0..12).map(|k| if k % 3 == 1 { 0 } else { (40 + k * 19) as u8 }).collect();
    let weight = |tap: usize, channel: usize| ((tap * 7 + channel * 5) % 11) as f64 * 0.15 - 0.7;
    let mut conv = Conv::new(geometry, CHANNELS);
    for tap in 0..geometry.taps() {
        (0..CHANNELS).for_each(|channel| *conv.get_mut(tap, channel) = weight(tap, channel) as f32);
    }
    let encoder = Latency::new(12, &EncoderParams { rate_max_hz: 0.0, latency_ms: 4.0, floor: 0.0 }, grid);
    let rule = RMax::at_sites(12, (geometry.len(), CHANNELS), ACTIONS, &PlasticityParams { eta: 0.5, ..plasticity() }, grid);
    let output = RacePopulation::at_sites(geometry.len(), CHANNELS, race(60.0), grid, 5);
    let projection = Projection::new(Source::Encoder, 0, conv, Some(Box::new(rule)));
    let mut network = Network::new(Some(Box::new(encoder)), vec![Box::new(output)], vec![projection]);
    network.begin_trial(&image, 0);
    network.run(STEPS, &mut []);
    let winner = network.counts().iter().position(|&count| count == 1).expect("somebody fires");
    network.consolidate(0.8);

    // at 60 mV/ms the readout ends in the first step of the decision window
    let psp = |pixel: usize| {
        let when = (4.0 * (1.0 - f64::from(image[pixel]) / 255.0)).round();
        let s = f64::from(GATE) - when;
        if image[pixel] == 0 { 0.0 } else { 4.0 * ((-s / 10.0).exp() - (-s / 5.0).exp()) }
    };
    // five sites across and four down; the patch of a site begins one pixel before it
    let seen = |site: usize, tap: usize| {
        let (x, y) = ((site % 5 + tap % 2).checked_sub(1), (site / 5 + tap / 2).checked_sub(1));
        x.zip(y).filter(|&(x, y)| x < 4 && y < 3).map_or(0.0, |(x, y)| psp(y * 4 + x))
    };
    let u = |site: usize, channel: usize| (0..4).map(|tap| weight(tap, channel) * seen(site, tap)).sum::<f64>();
    let best: Vec<usize> =
        (0..CHANNELS).map(|c| (0..20).max_by(|&a, &b| u(a, c).total_cmp(&u(b, c)).then(b.cmp(&a))).unwrap_or(0)).collect();
    let total: f64 = (0..CHANNELS).map(|c| u(best[c], c).exp()).sum();
    let p: Vec<f64> = (0..CHANNELS).map(|c| u(best[c], c).exp() / total).collect();
    let action = winner % CHANNELS * ACTIONS / CHANNELS;
    assert_eq!(winner / CHANNELS, best[winner % CHANNELS], "the winner is the best site of its filter");
    let chosen: f64 = (0..CHANNELS).filter(|c| c * ACTIONS / CHANNELS == action).map(|c| p[c]).sum();
    let power = 1.0 + (0..12).map(|pixel| psp(pixel).powi(2)).sum::<f64>();
    let learnt = network.projections()[0].synapses.to_array();
    let mut moved = 0.0f64;
    for tap in 0..4 {
        for channel in 0..CHANNELS {
            let own = if channel * ACTIONS / CHANNELS == action { p[channel] / chosen } else { 0.0 } - p[channel];
            let by = 0.5 / power * 0.8 * own * seen(best[channel], tap);
            let found = f64::from(learnt[[tap, channel]]) - weight(tap, channel);
            assert!((found - by).abs() < 1e-5, "tap {tap} of filter {channel}: {found}, expected {by}");
            moved = moved.max(by.abs());
        }
    }
    assert!(moved > 1e-3, "the test needs something to learn: {moved}");
}
