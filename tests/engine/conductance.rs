//! Lateral inhibition with a reversal potential, against an integration of its equations neuron by neuron and pair by pair.

use super::common::{Dice, drive, one_step};
use proptest::prelude::*;
use spikescope::engine::block::Row;
use spikescope::engine::neuron::{Drive, LifParams, LifPopulation, LifStep, NeuronModel};
use spikescope::time::TimeGrid;

const N: usize = 50;
const STEPS: usize = 500;

fn params(inhibition_mv: f64, e_inh_mv: f64, tau_inh_ms: f64) -> LifParams {
    LifParams {
        inhibition_mv,
        e_inh_mv: Some(e_inh_mv),
        tau_inh_ms,
        tau_m_ms: 30.0,
        theta_plus_mv: 0.0,
        t_ref_steps: 2,
        ..LifParams::default()
    }
}

fn noise(seed: u64, most: f64) -> Vec<Row> {
    let mut dice = Dice::new(seed);
    let values: Vec<f32> = (0..STEPS * N).map(|_| (dice.unit() * most) as f32).collect();
    drive(N, STEPS, |t, j| values[t * N + j])
}

fn value(drive: &[Row], t: usize, j: usize) -> f64 {
    f64::from(drive[t * N.div_ceil(32) + j / 32].0[j % 32])
}

/// τ_m du/dt = −u + I(t) + g (E − u), τ_s dI/dt = −I through one step by many small Runge-Kutta steps of fourth order.
fn integrate(mut u: f64, mut i: f64, g: f64, p: &LifParams, dt_ms: f64) -> f64 {
    let pieces = 200;
    let h = dt_ms / f64::from(pieces);
    let force = p.e_inh_mv.unwrap() - p.e_l_mv;
    let slope = |u: f64, i: f64| (p.ri_mv - u + i + g * (force - u)) / p.tau_m_ms;
    for _ in 0..pieces {
        let (half, end) = (i * (-h / 2.0 / p.tau_syn_ms).exp(), i * (-h / p.tau_syn_ms).exp());
        let a = slope(u, i);
        let b = slope(u + h / 2.0 * a, half);
        let c = slope(u + h / 2.0 * b, half);
        let d = slope(u + h * c, end);
        u += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
        i = end;
    }
    u
}

#[test]
fn step_under_constant_conductance_solves_the_equation() {
    for dt_ms in [0.1, 1.0] {
        let grid = TimeGrid::new(dt_ms);
        for g in [0.0, 0.2, 5.0, 80.0] {
            // the third current is as slow as the membrane is under g = 5
            for tau_syn_ms in [2.0, 30.0, 5.0] {
                let p = LifParams { tau_syn_ms, ri_mv: 3.0, ..params(10.0, -90.0, 5.0) };
                let step = LifStep::<f64>::new(&p, grid).inhibited(&p, grid, g);
                let (mut u, mut i, mut held) = (4.0, 1.5, 0);
                let expected = integrate(u, i + 0.5, g, &LifParams { v_th_mv: 1e3, ..p }, dt_ms);
                step.advance(&mut u, &mut i, &mut held, 0.5, 0.0, 1e3);
                assert!((u - expected).abs() < 1e-8, "dt {dt_ms}, g {g}, tau_syn {tau_syn_ms}: {u} against {expected}");
            }
        }
    }
}

#[test]
fn shared_conductance_sum_equals_pairwise_conductances() {
    let grid = TimeGrid::new(1.0);
    for (inhibition_mv, tau_inh_ms, tau_syn_ms, most) in
        [(3.0, 10.0, 0.0, 2.4), (120.0, 2.0, 0.0, 4.0), (20.0, 0.0, 0.0, 2.4), (6.0, 20.0, 4.0, 8.0)]
    {
        let p = LifParams { tau_syn_ms, ..params(inhibition_mv, -90.0, tau_inh_ms) };
        let drive = noise(21, most);
        let mut population = LifPopulation::new(N, p, grid, 1);
        let keep = if tau_inh_ms > 0.0 { (-1.0 / tau_inh_ms).exp() } else { 0.0 };
        // a neuron at rest loses `inhibition_mv` to a spike if its driving force stays what it is
        let by_spike = inhibition_mv / 25.0 * p.tau_m_ms * (1.0 - keep);
        let mut pairs = vec![[0.0f64; N]; N];
        let plain = LifStep::<f64>::new(&p, grid);
        let mut state = vec![(0.0, 0.0, 0u32); N];
        let (mut spikes, mut together) = (0, 0);
        for t in 0..STEPS {
            let fired = one_step(&mut population, &drive[t * 2..][..2]);
            let mut now = Vec::new();
            for (j, (u, i, held)) in state.iter_mut().enumerate() {
                let g: f64 = (0..N).filter(|&k| k != j).map(|k| pairs[k][j]).sum();
                let step = plain.inhibited(&p, grid, g);
                if step.advance(u, i, held, value(&drive, t, j), 0.0, 0.0) {
                    now.push(j as u32);
                }
                let v = f64::from(population.v_mv(j as u32));
                assert!((v - (*u - 65.0)).abs() < 1e-3, "{inhibition_mv} mV, step {t}, neuron {j}: {v} against {}", *u - 65.0);
            }
            assert_eq!(fired, now, "{inhibition_mv} mV, step {t}");
            pairs.iter_mut().flatten().for_each(|g| *g *= keep);
            now.iter().for_each(|&k| pairs[k as usize].iter_mut().for_each(|g| *g += by_spike));
            spikes += now.len();
            together += usize::from(now.len() > 1);
        }
        assert!(spikes > 10 && together > 0, "{inhibition_mv} mV: {spikes} spikes, {together} steps with several");
    }
}

#[test]
fn weak_spike_inhibits_a_resting_neuron_by_the_parameter_value() {
    for tau_inh_ms in [0.0, 5.0, 50.0] {
        // the leak is negligible: the potential stays where inhibition left it
        let p = LifParams { tau_m_ms: 1e9, ..params(0.01, -90.0, tau_inh_ms) };
        let mut population = LifPopulation::new(3, p, TimeGrid::new(1.0), 1);
        assert_eq!(one_step(&mut population, &drive(3, 1, |_, j| if j == 0 { 20.0 } else { 0.0 })), [0]);
        assert_eq!(population.v_mv(1), -65.0, "a spike acts from the next step on");
        let mut fired = Vec::new();
        population.advance(Drive::of_one(&drive(3, 1000, |_, _| 0.0), 1), 0, &mut fired);
        let lost = -65.0 - population.v_mv(1);
        assert!((lost - 0.01).abs() < 2e-4, "tau_inh {tau_inh_ms}: lost {lost} mV");
        assert_eq!(population.v_mv(0), -60.0, "no neuron inhibits itself");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn potentials_stay_above_the_reversal_potential(
        inhibition_mv in 0.0..1000.0f64, e_inh_mv in -150.0..-66.0f64, tau_inh_ms in prop::sample::select(vec![0.0, 2.0, 100.0, 2000.0]),
        tau_syn_ms in prop::sample::select(vec![0.0, 5.0]), v_reset_mv in -100.0..-53.0f64, most in 0.0..40.0f64, seed in any::<u64>(),
    ) {
        let p = LifParams { tau_syn_ms, v_reset_mv, ..params(inhibition_mv, e_inh_mv, tau_inh_ms) };
        let mut population = LifPopulation::new(N, p, TimeGrid::new(1.0), 1);
        let drive = noise(seed, most);
        let floor = e_inh_mv.min(v_reset_mv) - 1e-4;
        for t in 0..STEPS {
            one_step(&mut population, &drive[t * 2..][..2]);
            for v in population.potentials_mv() {
                prop_assert!(f64::from(v) >= floor, "step {}: {} mV", t, v);
            }
        }
    }
}
