//! The policy-gradient rule against finite differences of the expected reward, on a tiny network.

use spikescope::engine::encoder::{EncoderParams, Latency};
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{RaceParams, RacePopulation};
use spikescope::engine::plasticity::{PlasticityParams, RMax};
use spikescope::engine::projection::Dense;
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
        let rule = network.projections()[0].rule.as_ref().expect("it learns");
        for j in 0..N_POST {
            let e = rule.eligibility(j as u32, network.step()).expect("it has eligibility");
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

/// A fast race is over within a step: the potentials are what they are at the gate, and sharing credit is exact.
#[test]
fn expected_credit_climbs_the_gradient_of_the_expected_reward() {
    assert_follows(60.0, false);
}

#[test]
fn the_integral_climbs_it_too_in_a_fast_race() {
    assert_follows(60.0, true);
}

/// In a slow race potentials move while neurons wait: only the integral is still the gradient.
#[test]
fn the_integral_climbs_it_in_a_race_of_many_steps() {
    assert_follows(0.5, true);
}
