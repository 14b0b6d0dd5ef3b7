//! Lateral inhibition as one scalar, compared with the equivalent N x N matrix.

use super::common::{Dice, drive, one_step, run};
use spikescope::engine::block::Row;
use spikescope::engine::monitor::{Monitor, SpikeMonitor, StateMonitor};
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{Drive, LifParams, LifPopulation, LifStep, NeuronModel};
use spikescope::engine::projection::Dense;
use spikescope::time::TimeGrid;

const N: usize = 50;
const STEPS: usize = 600;

fn params(inhibition_mv: f64) -> LifParams {
    LifParams { inhibition_mv, tau_m_ms: 30.0, theta_plus_mv: 0.0, t_ref_steps: 2, ..LifParams::default() }
}

fn noise() -> Vec<Row> {
    let mut dice = Dice::new(21);
    let values: Vec<f32> = (0..STEPS * N).map(|_| (dice.unit() * 2.4) as f32).collect();
    drive(N, STEPS, |t, j| values[t * N + j])
}

fn value(drive: &[Row], t: usize, j: usize) -> f32 {
    drive[t * N.div_ceil(32) + j / 32].0[j % 32]
}

#[test]
fn scalar_pool_equals_a_matrix_without_self_inhibition() {
    for g in [0.5, 4.0, 120.0] {
        let drive = noise();
        let mut population = LifPopulation::new(N, params(g), TimeGrid::new(1.0), 1);
        let mut matrix = vec![[g; N]; N];
        (0..N).for_each(|j| matrix[j][j] = 0.0);
        let step = LifStep::<f64>::new(&params(g), TimeGrid::new(1.0));
        let mut state = vec![(0.0, 0.0, 0u32); N];
        let (mut last, mut spikes, mut pairs) = (vec![false; N], 0, 0);
        for t in 0..STEPS {
            let fired = one_step(&mut population, &drive[t * 2..][..2]);
            let mut now = vec![false; N];
            for (j, (u, i, clamped)) in state.iter_mut().enumerate() {
                let inhibition = (0..N).filter(|&k| last[k]).map(|k| matrix[k][j]).sum();
                now[j] = step.advance(u, i, clamped, f64::from(value(&drive, t, j)), inhibition, 0.0);
                let v = f64::from(population.v_mv(j as u32));
                assert!((v - (*u - 65.0)).abs() < 1e-3, "g {g}, step {t}, neuron {j}: {v} against {}", *u - 65.0);
            }
            let expected: Vec<u32> = (0..N as u32).filter(|&j| now[j as usize]).collect();
            assert_eq!(fired, expected, "g {g}, step {t}");
            spikes += fired.len();
            pairs += usize::from(fired.len() > 1);
            last = now;
        }
        assert!(spikes > 20 && (pairs > 0 || g > 100.0), "g {g}: {spikes} spikes, {pairs} steps with several");
    }
}

#[test]
fn scalar_pool_equals_a_recurrent_projection_with_zero_diagonal() {
    let g = 3.0;
    let grid = TimeGrid::new(1.0);
    let drive = noise();
    let mut scalar = LifPopulation::new(N, params(g), grid, 1);
    let raster = run(&mut scalar, &drive);
    // each neuron gets its input through a diagonal matrix of unit weights, which is equivalent to a drive
    let mut synapses = Dense::new(N, N);
    for i in 0..N {
        for j in (0..N).filter(|&j| j != i) {
            *synapses.get_mut(i, j) = -(g as f32);
        }
    }
    let projection = Projection::new(Source::Population { index: 0, delay: 1 }, 0, synapses, None);
    let population = Driven { inner: LifPopulation::new(N, params(0.0), grid, 1), drive, at: 0 };
    let mut network = Network::new(None, vec![Box::new(population)], vec![projection]);
    let (mut spikes, mut state) = (SpikeMonitor::default(), StateMonitor::new(&[0]));
    network.run(STEPS as u64, &mut [&mut spikes as &mut dyn Monitor, &mut state]);
    assert!(raster.len() > 50);
    assert_eq!(spikes.output.iter().map(|&(t, j)| (t as usize, j)).collect::<Vec<_>>(), raster);
}

/// A population with an additional drive, added to its synaptic input.
#[derive(Clone)]
struct Driven {
    inner: LifPopulation,
    drive: Vec<Row>,
    at: usize,
}

impl spikescope::engine::archive::Persist for Driven {
    fn persist(&mut self, archive: &mut spikescope::engine::archive::Archive<'_>) -> Result<(), spikescope::engine::archive::ArchiveError> {
        self.inner.persist(archive)
    }
}

impl NeuronModel for Driven {
    fn len(&self) -> usize {
        self.inner.len()
    }
    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<u32>) -> usize {
        let mut sum = drive.receptor(0).to_vec();
        let own = &self.drive[self.at * 2..];
        for (row, own) in sum[from * 2..].iter_mut().zip(own) {
            row.0.iter_mut().zip(own.0).for_each(|(a, b)| *a += b);
        }
        let done = self.inner.advance(Drive::new(&sum, drive.steps(), 1), from, fired);
        self.at += done - from;
        done
    }
    fn settle(&mut self) {
        self.inner.settle();
    }
    fn v_mv(&self, neuron: u32) -> f32 {
        self.inner.v_mv(neuron)
    }
    fn threshold_mv(&self, neuron: u32) -> f32 {
        self.inner.threshold_mv(neuron)
    }
    fn theta_mv(&self, neuron: u32) -> f32 {
        self.inner.theta_mv(neuron)
    }
    fn set_params(&mut self, params: &spikescope::engine::neuron::NeuronParams) {
        self.inner.set_params(params);
    }
    fn set_adaptation(&mut self, on: bool) {
        self.inner.set_adaptation(on);
    }
    fn silence(&mut self, neurons: &[u32]) {
        self.inner.silence(neurons);
    }
    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }
    fn not_finite(&self) -> Option<(&'static str, u32)> {
        self.inner.not_finite()
    }
}

#[test]
fn spike_inhibits_every_other_neuron_in_the_next_step_only() {
    let mut population = LifPopulation::new(40, LifParams { tau_m_ms: 1e9, ..params(7.0) }, TimeGrid::new(1.0), 1);
    assert_eq!(one_step(&mut population, &drive(40, 1, |_, j| if j == 2 || j == 35 { 20.0 } else { 1.0 })), [2, 35]);
    assert_eq!(population.v_mv(0), -64.0);
    one_step(&mut population, &drive(40, 1, |_, _| 0.0));
    assert_eq!(population.v_mv(0), -78.0, "two spikes, seven each");
    assert_eq!(population.v_mv(2), -60.0, "refractory: inhibition is lost like any input");
    one_step(&mut population, &drive(40, 1, |_, _| 0.0));
    assert_eq!(population.v_mv(0), -78.0);
}

#[test]
fn settled_population_equals_a_new_one() {
    for (tau_syn_ms, sigma_mv) in [(0.0, 0.0), (5.0, 0.0), (5.0, 1.0)] {
        let params = LifParams { tau_syn_ms, sigma_mv, ..params(7.0) };
        let mut new = LifPopulation::new(N, params, TimeGrid::new(1.0), 1);
        let mut used = new.clone();
        // strong input up to the last step leaves currents, refractory neurons and undelivered inhibition
        let fired = run(&mut used, &drive(N, 20, |t, j| if t == 19 { 1e4 } else { ((t + j) % 3) as f32 * 15.0 }));
        assert!(fired.iter().any(|&(t, _)| t < 19) && fired.iter().any(|&(t, _)| t == 19));
        used.settle();
        used.reseed(1);
        let input = noise();
        assert_eq!(run(&mut used, &input), run(&mut new, &input));
        assert_eq!(used.potentials_mv(), new.potentials_mv());
    }
}

#[test]
fn neuron_without_refractory_period_is_inhibited_by_others_only() {
    let free = LifParams { tau_m_ms: 1e9, t_ref_steps: 0, ..params(4.0) };
    let mut population = LifPopulation::new(3, free, TimeGrid::new(1.0), 1);
    assert_eq!(one_step(&mut population, &drive(3, 1, |_, j| if j < 2 { 20.0 } else { 0.0 })), [0, 1]);
    one_step(&mut population, &drive(3, 1, |_, _| 0.0));
    // reset to -60; neurons 0 and 1 inhibit each other, and both inhibit neuron 2
    assert_eq!([0, 1, 2].map(|j| population.v_mv(j)), [-64.0, -64.0, -73.0]);
}
