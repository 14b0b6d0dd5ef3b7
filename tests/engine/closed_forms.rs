//! Simulated neurons against closed-form solutions.

use super::common::{drive, one_step, run};
use proptest::prelude::*;
use spikescope::engine::neuron::{LifParams, LifPopulation, LifStep, NeuronModel, NeuronParams};
use spikescope::time::TimeGrid;

/// Half a unit in the last place of f32, relative.
const HALF_ULP: f64 = 1.0 / (1u64 << 24) as f64;

fn population(n: usize, params: LifParams, dt_ms: f64) -> LifPopulation {
    LifPopulation::new(n, params, TimeGrid::new(dt_ms), 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_deflection_decays_exponentially(tau in 1.0..500.0f64, dt in prop::sample::select(vec![0.05, 0.1, 0.5, 1.0]), kick in -12.0..12.0f64) {
        let mut neuron = population(1, LifParams { tau_m_ms: tau, ..LifParams::default() }, dt);
        one_step(&mut neuron, &drive(1, 1, |_, _| kick as f32));
        for k in 1..=300 {
            one_step(&mut neuron, &drive(1, 1, |_, _| 0.0));
            let exact = kick * (-f64::from(k) * dt / tau).exp();
            let u = f64::from(neuron.v_mv(0)) + 65.0;
            // per step one rounding of the factor and one of the product; at the end V = E_L + u rounds at 65 mV
            let bound = kick.abs() * f64::from(2 * k + 1) * HALF_ULP + 128.0 * HALF_ULP;
            prop_assert!((u - exact).abs() <= bound, "step {}: {} against {}", k, u, exact);
        }
    }

    #[test]
    fn interspike_interval_follows_the_f_i_curve(
        tau in 2.0..200.0f64, ri in 13.5..80.0f64, t_ref in 0..80u32, dt in prop::sample::select(vec![0.1, 0.5, 1.0]),
    ) {
        let params = LifParams { tau_m_ms: tau, ri_mv: ri, t_ref_steps: t_ref, theta_plus_mv: 0.0, ..LifParams::default() };
        let LifParams { e_l_mv, v_th_mv, v_reset_mv, .. } = params;
        let rise = tau * ((ri - (v_reset_mv - e_l_mv)) / (ri - (v_th_mv - e_l_mv))).ln() / dt;
        let interval = f64::from(t_ref) + rise;
        let steps = (6.0 * interval + 6.0 * tau / dt) as usize;
        let exact = LifStep::<f64>::new(&params, TimeGrid::new(dt));
        let (mut u, mut i, mut clamped) = (0.0, 0.0, 0);
        let scalar: Vec<usize> = (0..steps).filter(|_| exact.advance(&mut u, &mut i, &mut clamped, 0.0, 0.0, 0.0)).collect();
        let spikes = run(&mut population(1, params, dt), &drive(1, steps, |_, _| 0.0));
        let single: Vec<usize> = spikes.iter().map(|&(t, _)| t).collect();
        // f32: each step rounds factor, product, bias and sum at u < RI; over τ/dt steps of memory that adds up to
        // 4 RI 2⁻²⁴ τ/dt, and near threshold u gains (RI − 13 mV) dt/τ a step
        let late = 4.0 * ri * HALF_ULP * (tau / dt) * (tau / dt) / (ri - (v_th_mv - e_l_mv));
        for (times, slack) in [(scalar, 1e-6), (single, late)] {
            prop_assert!(times.len() >= 3, "{} spikes", times.len());
            for pair in times.windows(2).skip(1) {
                let measured = (pair[1] - pair[0]) as f64;
                // a spike occurs at the end of the step in which the threshold is crossed
                prop_assert!(measured >= interval - slack && measured < interval + 1.0 + slack, "{} steps against {}", measured, interval);
            }
        }
    }

    #[test]
    fn currents_below_rheobase_cause_no_spike(tau in 2.0..200.0f64, ri in -40.0..12.99f64) {
        let params = LifParams { tau_m_ms: tau, ri_mv: ri, ..LifParams::default() };
        let mut neuron = population(1, params, 1.0);
        prop_assert!(run(&mut neuron, &drive(1, 4000, |_, _| 0.0)).is_empty());
        let stationary = -65.0 + ri;
        let left = ri.abs() * (-4000.0 / tau).exp();
        prop_assert!((f64::from(neuron.v_mv(0)) - stationary).abs() < left + 1e-3);
    }

    #[test]
    fn rate_is_limited_to_one_spike_per_t_ref_plus_one_step(t_ref in 0..60u32) {
        let params = LifParams { ri_mv: 1e6, t_ref_steps: t_ref, theta_plus_mv: 0.0, ..LifParams::default() };
        let spikes = run(&mut population(1, params, 1.0), &drive(1, 400, |_, _| 0.0));
        let expected: Vec<(usize, u32)> = (0..400).step_by(t_ref as usize + 1).map(|t| (t, 0)).collect();
        prop_assert_eq!(spikes, expected);
    }

    #[test]
    fn synaptic_current_gives_the_closed_form_postsynaptic_potential(tau_m in 5.0..50.0f64, ratio in 0.1..3.0f64, near in any::<bool>()) {
        // near: the two time constants almost or exactly agree, where the formula divides zero by zero
        let tau_s = if near { tau_m * (1.0 + (ratio - 1.0) * 1e-7) } else { tau_m * ratio };
        prop_assume!(near || (tau_s - tau_m).abs() > 0.01 * tau_m);
        let params = LifParams { tau_m_ms: tau_m, tau_syn_ms: tau_s, ..LifParams::default() };
        let mut neuron = population(1, params, 0.1);
        for k in 1..=400 {
            one_step(&mut neuron, &drive(1, 1, |_, _| if k == 1 { 10.0 } else { 0.0 }));
            let t = f64::from(k) * 0.1;
            let exact = if near {
                10.0 * t / tau_m * (-t / tau_m).exp()
            } else {
                10.0 * tau_s / (tau_s - tau_m) * ((-t / tau_s).exp() - (-t / tau_m).exp())
            };
            let u = f64::from(neuron.v_mv(0)) + 65.0;
            // V is rounded at 65 mV; u and I at up to 10 mV, accumulated over a time constant, together 1.5e-4 mV
            // where both last 50 ms (500 steps of 2 roundings that fall to either side)
            prop_assert!((u - exact).abs() < 3e-4, "step {}: {} against {}", k, u, exact);
        }
    }
}

#[test]
fn equal_time_constants_give_the_alpha_function() {
    let params = LifParams { tau_m_ms: 20.0, tau_syn_ms: 20.0, ..LifParams::default() };
    let mut neuron = population(1, params, 0.1);
    for k in 1..=1000 {
        one_step(&mut neuron, &drive(1, 1, |_, _| if k == 1 { 10.0 } else { 0.0 }));
        let t = f64::from(k) * 0.1;
        assert!((f64::from(neuron.v_mv(0)) + 65.0 - 10.0 * t / 20.0 * (-t / 20.0).exp()).abs() < 1e-4);
    }
}

#[test]
fn membrane_noise_has_the_set_variance_and_autocorrelation() {
    let (sigma, n) = (3.0, 640);
    // the last case has a step of half the time constant, where an approximate increment would show
    for (tau, dt) in [(20.0, 0.1), (20.0, 1.0), (2.0, 1.0)] {
        let params = LifParams { sigma_mv: sigma, tau_m_ms: tau, v_th_mv: 1e6, ..LifParams::default() };
        let mut neurons = population(n, params, dt);
        let silent = drive(n, 1, |_, _| 0.0);
        for _ in 0..(8.0 * tau / dt) as usize {
            one_step(&mut neurons, &silent);
        }
        let sample = |neurons: &LifPopulation| neurons.potentials_mv().iter().map(|v| f64::from(*v) + 65.0).collect::<Vec<_>>();
        // samples one τ apart: correlation e⁻¹ between neighbours
        let (rounds, a) = (20, (-1.0f64).exp());
        let mut previous = sample(&neurons);
        let (mut square, mut sum, mut product) = (0.0, 0.0, 0.0);
        for _ in 0..rounds {
            for _ in 0..(tau / dt) as usize {
                one_step(&mut neurons, &silent);
            }
            let now = sample(&neurons);
            square += now.iter().map(|u| u * u).sum::<f64>();
            sum += now.iter().sum::<f64>();
            product += now.iter().zip(&previous).map(|(u, v)| u * v).sum::<f64>();
            previous = now;
        }
        let m = (rounds * n) as f64;
        // five standard errors. u² of an AR(1) process with coefficient a has variance 2 σ⁴ and correlation a², so the
        // mean of m of them has variance 2 σ⁴ (1 + a²)/(1 − a²)/m; the mean of u has σ² (1 + a)/(1 − a)/m.
        let inflation = (1.0 + a * a) / (1.0 - a * a);
        let bound = 5.0 * sigma * sigma * (2.0 * inflation / m).sqrt();
        assert!((square / m - sigma * sigma).abs() < bound, "dt {dt}: variance {} against {}", square / m, sigma * sigma);
        assert!((sum / m).abs() < 5.0 * sigma * ((1.0 + a) / (1.0 - a) / m).sqrt(), "dt {dt}: mean {}", sum / m);
        // products of neighbours have variance σ⁴ (1 + a²) each
        assert!((product / m - sigma * sigma * a).abs() < bound, "dt {dt}: covariance {}", product / m);
    }
}

#[test]
fn noise_differs_between_neurons_and_seeds_and_repeats_with_a_seed() {
    let params = LifParams { sigma_mv: 2.0, ..LifParams::default() };
    let potentials = |seed| {
        let mut neurons = LifPopulation::new(70, params, TimeGrid::new(1.0), seed);
        run(&mut neurons, &drive(70, 10, |_, _| 0.0));
        neurons.potentials_mv()
    };
    let first = potentials(1);
    assert_eq!(first, potentials(1));
    assert_ne!(first, potentials(2));
    let mut distinct: Vec<u32> = first.iter().map(|v| v.to_bits()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert!(distinct.len() > 65, "neurons share their noise: {} values", distinct.len());
}

#[test]
fn potential_decays_after_noise_is_switched_off() {
    let params = LifParams { sigma_mv: 5.0, tau_m_ms: 10.0, v_th_mv: 1e6, ..LifParams::default() };
    let mut neurons = population(40, params, 1.0);
    run(&mut neurons, &drive(40, 30, |_, _| 0.0));
    neurons.set_params(&NeuronParams::Lif(LifParams { sigma_mv: 0.0, ..params }));
    run(&mut neurons, &drive(40, 300, |_, _| 0.0));
    for v in neurons.potentials_mv() {
        assert!((v + 65.0).abs() < 1e-4, "{v} mV thirty time constants after the noise ended");
    }
}

#[test]
fn each_spike_raises_its_own_threshold_and_the_rise_decays() {
    for (tau_theta, dt) in [(50.0, 0.1), (1000.0, 1.0), (1e6, 1.0)] {
        let params = LifParams { theta_plus_mv: 0.5, tau_theta_ms: tau_theta, inhibition_mv: 0.0, t_ref_steps: 0, ..LifParams::default() };
        let mut neurons = population(40, params, dt);
        // neuron 33 fires in five steps running; only its threshold moves
        let spikes = run(&mut neurons, &drive(40, 5, |_, j| if j == 33 { 100.0 } else { 0.0 }));
        assert_eq!(spikes, (0..5).map(|t| (t, 33)).collect::<Vec<_>>());
        assert_eq!(neurons.theta_mv(32), 0.0);
        assert_eq!(neurons.threshold_mv(32), -52.0);
        let steps = (2.0 * tau_theta / dt) as usize;
        if steps > 100_000 {
            // very slow decay: 10⁵ steps are a tenth of a time constant
            check_decay(&mut neurons, 100_000, tau_theta, dt);
        } else {
            check_decay(&mut neurons, steps, tau_theta, dt);
        }
    }
}

fn check_decay(neurons: &mut LifPopulation, steps: usize, tau_theta: f64, dt: f64) {
    // the five spikes came at steps 0 to 4; what is left of each in step `t` is 0.5 e^{−(t − k) dt/τ}
    let left = |t: usize| (0..5).map(|k| 0.5 * (-((t - k) as f64) * dt / tau_theta).exp()).sum::<f64>();
    let quarter = drive(40, steps / 4, |_, _| 0.0);
    for round in 1..=4 {
        run(neurons, &quarter);
        let exact = left(4 + round * (steps / 4));
        // decay comes in steps of at most 10⁻⁴ τ or one dt, whichever is longer
        let slack = (1e-4 + dt / tau_theta) * exact + 1e-6;
        let theta = f64::from(neurons.theta_mv(33));
        assert!((theta - exact).abs() < slack, "τ {tau_theta}: {theta} against {exact}");
        assert!((f64::from(neurons.threshold_mv(33)) - (theta - 52.0)).abs() < 1e-5);
    }
}

#[test]
fn spike_needs_the_raised_threshold() {
    let params =
        LifParams { theta_plus_mv: 2.0, tau_theta_ms: 1e9, t_ref_steps: 0, inhibition_mv: 0.0, tau_m_ms: 1e9, ..LifParams::default() };
    let mut neuron = population(1, params, 1.0);
    one_step(&mut neuron, &drive(1, 1, |_, _| 13.0));
    // reset to 5 mV above rest; the threshold is now 15 mV above it
    assert!(one_step(&mut neuron, &drive(1, 1, |_, _| 9.99)).is_empty());
    assert_eq!(one_step(&mut neuron, &drive(1, 1, |_, _| 0.02)), [0]);
}

#[test]
fn a_moved_resting_potential_keeps_absolute_potentials() {
    let mut neuron = population(1, LifParams::default(), 1.0);
    one_step(&mut neuron, &drive(1, 1, |_, _| 6.0));
    let before = neuron.v_mv(0);
    neuron.set_params(&NeuronParams::Lif(LifParams { e_l_mv: -70.0, ..LifParams::default() }));
    assert!((neuron.v_mv(0) - before).abs() < 1e-4, "{} against {before}", neuron.v_mv(0));
    run(&mut neuron, &drive(1, 3000, |_, _| 0.0));
    assert!((neuron.v_mv(0) + 70.0).abs() < 1e-4, "the new rest is where it decays to, {}", neuron.v_mv(0));
}
