//! Leaky integrate-and-fire neurons with refractory period, adaptive threshold, lateral inhibition and membrane noise.
//!
//! `τ_m dV/dt = E_L − V + R I`; `V ≥ V_th + θ` → spike, `V ← V_reset`, clamped for `t_ref`
//! (Gerstner, Kistler, Naud & Paninski 2014, ch. 1; adaptive threshold after Diehl & Cook 2015).
//!
//! Integration is exact: between input jumps the linear equation is solved, not approximated. A spike that arrives in a
//! step acts in that step. The clamp lasts exactly `t_ref / dt` whole steps after the step of the spike, as in NEST;
//! input that arrives during it is lost, a synaptic current continues to decay.
//!
//! | parameter | symbol | default | unit |
//! |---|---|---|---|
//! | `tau_m_ms` | τ_m | 100 | ms |
//! | `e_l_mv` | E_L | −65 | mV |
//! | `v_th_mv` | V_th | −52 | mV |
//! | `v_reset_mv` | V_reset | −60 | mV |
//! | `t_ref_steps` | t_ref | 5 | steps |
//! | `theta_plus_mv` | θ+ | 0.05 | mV |
//! | `tau_theta_ms` | τ_θ | 10⁷ | ms |
//! | `sigma_mv` | σ | 0 | mV |
//! | `tau_syn_ms` | τ_s | 0 (delta) | ms |
//! | `tau_receptors_ms` | τ_exc, τ_inh | none: one receptor with `tau_syn_ms` | ms |
//! | `alpha` | currents of the receptors are alpha-shaped | false | |
//! | `ri_mv` | R I | 0 | mV |
//! | `inhibition_mv` | Δ_inh | 120 | mV |
//! | `e_inh_mv` | E_inh | none: a current | mV |
//! | `tau_inh_ms` | τ_inh | 100 | ms |

mod conductance;
mod linear;
mod params;
mod persist;
mod receptors;
mod step;
mod sweep;
mod synaptic;

pub(in crate::engine) use conductance::Opening;

pub use params::LifParams;
pub use step::{LifStep, Real};

use super::{Drive, Linear, NeuronIdx, NeuronModel, NeuronParams};
use crate::engine::block::{Bits, LANES, Row, blocks_for, place};
use crate::rng::{Purpose, normal, stream};
use crate::time::TimeGrid;
use conductance::Conductances;
use pulp::Arch;
use receptors::Receptors;
use sweep::{Contributor, Sweep};
use synaptic::SynapticStep;

/// Coefficients of the coming steps under a conductance; no part of the state.
#[derive(Debug, Clone, Default)]
struct Scratch {
    steps: Vec<LifStep<f32>>,
    contributors: Vec<Contributor>,
    of_contributors: Vec<LifStep<f32>>,
    open: Conductances,
}

/// Steps whose coefficients are computed at once: the next spike makes them void.
const AHEAD: usize = 8;

/// A population of LIF neurons in blocks of 32.
#[derive(Debug, Clone)]
pub struct LifPopulation {
    n: usize,
    arch: Arch,
    grid: TimeGrid,
    params: LifParams,
    coefficients: LifStep<f32>,
    seed: u64,
    /// Whether spikes raise θ; off while testing.
    adapt: bool,
    u: Vec<Row>,
    i_syn: Vec<Row>,
    /// Synaptic currents of several receptors; `None` with one, whose current is `i_syn`.
    receptors: Option<Receptors>,
    /// Step since the neurons settled, and the first step in which each is free of its refractory period.
    now: u32,
    held_until: Vec<Bits>,
    /// V_th + θ relative to rest; infinite in lanes without a neuron.
    threshold: Vec<Row>,
    theta: Vec<f64>,
    clock: u64,
    /// Neurons that fired in the last step, for lateral inhibition.
    inhibitors: Vec<NeuronIdx>,
    /// What a spike opens where inhibition is a conductance, and what is open.
    opening: Option<Opening>,
    conductances: Conductances,
    scratch: Scratch,
    noise: Vec<Row>,
}

impl LifPopulation {
    /// `n` neurons at rest. `seed` drives membrane noise.
    pub fn new(n: usize, params: LifParams, grid: TimeGrid, seed: u64) -> Self {
        let blocks = blocks_for(n);
        let mut population = Self {
            n,
            arch: Arch::new(),
            grid,
            params,
            coefficients: LifStep::new(&params, grid),
            seed,
            adapt: true,
            u: vec![Row::ZERO; blocks],
            i_syn: vec![Row::ZERO; blocks],
            receptors: Receptors::new(blocks, &params, grid),
            now: 0,
            held_until: vec![Bits::ZERO; blocks],
            threshold: vec![Row([f32::INFINITY; LANES]); blocks],
            theta: vec![0.0; n],
            clock: 0,
            inhibitors: Vec::new(),
            opening: Opening::new(&params, grid),
            conductances: Conductances::default(),
            scratch: Scratch::default(),
            noise: vec![Row::ZERO; blocks],
        };
        population.refresh_thresholds();
        population
    }

    /// The same neurons with these vector instructions; results are identical.
    #[must_use]
    pub fn with_arch(self, arch: Arch) -> Self {
        Self { arch, ..self }
    }

    /// Adaptive thresholds in mV.
    pub fn thetas_mv(&self) -> &[f64] {
        &self.theta
    }

    /// All membrane potentials in mV.
    pub fn potentials_mv(&self) -> Vec<f32> {
        (0..self.n as u32).map(|j| self.v_mv(j)).collect()
    }

    fn refresh_thresholds(&mut self) {
        let base = self.coefficients.threshold;
        for (j, &theta) in self.theta.iter().enumerate() {
            let (block, lane) = place(j);
            self.threshold[block].0[lane] = base + theta as f32;
        }
    }

    /// θ decays in decrements of at most a ten-thousandth of its value, because a decay of 1e-7 is below the resolution of f32.
    fn decay_interval(&self) -> u64 {
        ((1e-4 * self.params.tau_theta_ms / self.grid.dt_ms()) as u64).clamp(1, 1000)
    }

    fn decay_thetas(&mut self, interval: u64) {
        if !self.adapt {
            return;
        }
        let decay = libm::exp(-(interval as f64) * self.grid.dt_ms() / self.params.tau_theta_ms);
        self.theta.iter_mut().for_each(|theta| *theta *= decay);
        self.refresh_thresholds();
    }

    fn draw_noise(&mut self) {
        let Self { params, coefficients, grid, conductances, seed, clock, noise, .. } = self;
        // the stationary variance σ² of a free membrane needs an increment of variance σ² (1 − e^{−2 dt/τ_m}) each step
        let amplitude = |g: f64| {
            let decay = if g > 0.0 { coefficients.widened().inhibited(params, *grid, g).decay } else { grid.decay(params.tau_m_ms) };
            params.sigma_mv * libm::sqrt((1.0 - decay * decay) / (1.0 + g))
        };
        let common = amplitude(conductances.sum());
        let mut rng = stream(*seed, Purpose::Membrane, *clock);
        for row in noise.iter_mut() {
            row.0.iter_mut().for_each(|value| *value = (common * normal(&mut rng)) as f32);
        }
        for (&j, g) in conductances.contributors().iter().zip(conductances.of_contributors()) {
            let (block, lane) = place(j as usize);
            noise[block].0[lane] *= (amplitude(g) / common) as f32;
        }
    }

    /// Steps of `drive` up to the first spike; returns how many.
    fn sweep<const CURRENT: bool, const EXTRA: bool>(&mut self, drive: &[Row], fired: &mut Vec<NeuronIdx>) -> usize {
        let Self { arch, coefficients, u, i_syn, now, held_until, threshold, inhibitors, noise, params, opening, .. } = self;
        // where inhibition is a conductance, there is no current
        let by_spike = if opening.is_some() { 0.0 } else { params.inhibition_mv as f32 };
        let inhibition = by_spike * inhibitors.len() as f32;
        // A neuron does not inhibit itself: its own part of the sum is added back before the sweep.
        for &j in inhibitors.iter().filter(|_| by_spike != 0.0) {
            let (block, lane) = place(j as usize);
            noise[block].0[lane] += by_spike;
        }
        let (now, extra, coefficients) = (*now, &*noise, std::slice::from_ref(&*coefficients));
        let (contributors, of_contributors) = (&mut [][..], &[][..]);
        let kernel = Sweep::<CURRENT, EXTRA, false> {
            coefficients,
            contributors,
            of_contributors,
            inhibition,
            drive,
            now,
            u,
            i_syn,
            held_until,
            threshold,
            extra,
            fired,
        };
        let done = arch.dispatch(kernel);
        if self.params.sigma_mv == 0.0 {
            for &j in &self.inhibitors {
                let (block, lane) = place(j as usize);
                self.noise[block].0[lane] = 0.0;
            }
        }
        done
    }

    /// The same under a conductance, which is another one in each step.
    fn sweep_open<const CURRENT: bool, const EXTRA: bool>(&mut self, drive: &[Row], keep: f64, fired: &mut Vec<NeuronIdx>) -> usize {
        let Self { arch, coefficients, u, i_syn, now, held_until, threshold, noise, params, grid, conductances, scratch, .. } = self;
        let Scratch { steps, contributors, of_contributors, open } = scratch;
        steps.clear();
        of_contributors.clear();
        contributors.clear();
        contributors.extend(conductances.contributors().iter().map(|&neuron| Contributor { neuron, u: 0.0, i_syn: 0.0 }));
        open.clone_from(conductances);
        for _ in 0..drive.len() / u.len().max(1) {
            steps.push(coefficients.inhibited(params, *grid, open.sum()));
            // neurons that fired together are inhibited alike
            let mut last = (0.0, *coefficients);
            for g in open.of_contributors() {
                if g != last.0 {
                    last = (g, coefficients.inhibited(params, *grid, g));
                }
                of_contributors.push(last.1);
            }
            open.fade(keep);
        }
        let (now, extra) = (*now, &*noise);
        let kernel = Sweep::<CURRENT, EXTRA, true> {
            coefficients: steps,
            contributors,
            of_contributors,
            inhibition: 0.0,
            drive,
            now,
            u,
            i_syn,
            held_until,
            threshold,
            extra,
            fired,
        };
        let done = arch.dispatch(kernel);
        if done * u.len() == drive.len() {
            std::mem::swap(conductances, open);
        } else {
            (0..done).for_each(|_| conductances.fade(keep));
        }
        done
    }

    /// Steps left of every refractory period.
    fn clamped(&self) -> Vec<Bits> {
        let left = |row: &Bits| Bits(row.0.map(|until| until.saturating_sub(self.now)));
        self.held_until.iter().map(left).collect()
    }
}

impl NeuronModel for LifPopulation {
    fn len(&self) -> usize {
        self.n
    }

    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<NeuronIdx>) -> usize {
        let blocks = self.u.len();
        let steps = drive.steps();
        let interval = self.decay_interval();
        if self.now > 1 << 30 {
            (self.held_until, self.now) = (self.clamped(), 0);
        }
        let mut t = from;
        while t < steps {
            if self.clock > 0 && self.clock.is_multiple_of(interval) {
                self.decay_thetas(interval);
            }
            // neurons that inhibit by a current do so in the next step only, and noise is drawn for each
            let noisy = self.params.sigma_mv > 0.0;
            let inhibited = self.opening.is_none() && self.params.inhibition_mv != 0.0 && !self.inhibitors.is_empty();
            let extra = noisy || inhibited;
            if noisy {
                self.draw_noise();
            }
            let open = self.opening.filter(|_| self.conductances.sum() > 0.0);
            let ahead = if open.is_some() { AHEAD } else { usize::MAX };
            let mut receptors = self.receptors.take();
            let most = if extra || receptors.is_some() {
                1
            } else {
                (interval - self.clock % interval).min((steps - t).min(ahead) as u64) as usize
            };
            let done = match &mut receptors {
                Some(receptors) if receptors.is_exponential() && !extra && open.is_none() => {
                    let synaptic = receptors.exponential(&drive, t);
                    let Self { arch, coefficients, now, u, held_until, threshold, .. } = self;
                    arch.dispatch(SynapticStep { coefficients: *coefficients, synaptic, now: *now, u, held_until, threshold, fired });
                    1
                }
                receptors => {
                    let rows = match receptors {
                        None => &drive.receptor(0)[t * blocks..][..most * blocks],
                        Some(receptors) => receptors.step(self.arch, drive, t),
                    };
                    match (self.params.tau_syn_ms > 0.0, extra, open) {
                        (false, false, None) => self.sweep::<false, false>(rows, fired),
                        (false, true, None) => self.sweep::<false, true>(rows, fired),
                        (true, false, None) => self.sweep::<true, false>(rows, fired),
                        (true, true, None) => self.sweep::<true, true>(rows, fired),
                        (false, false, Some(Opening { keep, .. })) => self.sweep_open::<false, false>(rows, keep, fired),
                        (false, true, Some(Opening { keep, .. })) => self.sweep_open::<false, true>(rows, keep, fired),
                        (true, false, Some(Opening { keep, .. })) => self.sweep_open::<true, false>(rows, keep, fired),
                        (true, true, Some(Opening { keep, .. })) => self.sweep_open::<true, true>(rows, keep, fired),
                    }
                }
            };
            self.receptors = receptors;
            if let Some(Opening { by_spike, .. }) = self.opening {
                self.conductances.open(fired, by_spike);
            }
            t += done;
            self.now += done as u32;
            self.clock += done as u64;
            self.inhibitors.clone_from(fired);
            if !fired.is_empty() {
                if self.adapt && self.params.theta_plus_mv > 0.0 {
                    for &j in fired.iter() {
                        let theta = &mut self.theta[j as usize];
                        *theta += self.params.theta_plus_mv;
                        let (block, lane) = place(j as usize);
                        self.threshold[block].0[lane] = self.coefficients.threshold + *theta as f32;
                    }
                }
                return t;
            }
        }
        steps
    }

    fn receptors(&self) -> &'static [&'static str] {
        if self.receptors.is_some() { receptors::NAMES } else { &["input"] }
    }

    fn set_v_mv(&mut self, neuron: NeuronIdx, v_mv: f32) {
        let (block, lane) = place(neuron as usize);
        self.u[block].0[lane] = v_mv - self.params.e_l_mv as f32;
    }

    fn settle(&mut self) {
        self.u.fill(Row::ZERO);
        self.receptors.iter_mut().for_each(Receptors::clear);
        self.i_syn.fill(Row::ZERO);
        self.held_until.fill(Bits::ZERO);
        self.now = 0;
        self.inhibitors.clear();
        self.conductances.close();
        self.noise.fill(Row::ZERO);
    }

    fn v_mv(&self, neuron: NeuronIdx) -> f32 {
        let (block, lane) = place(neuron as usize);
        self.u[block].0[lane] + self.params.e_l_mv as f32
    }

    fn threshold_mv(&self, neuron: NeuronIdx) -> f32 {
        let (block, lane) = place(neuron as usize);
        self.threshold[block].0[lane] + self.params.e_l_mv as f32
    }

    fn theta_mv(&self, neuron: NeuronIdx) -> f32 {
        self.theta[neuron as usize] as f32
    }

    fn noise_mv(&self, neuron: NeuronIdx) -> f32 {
        let (block, lane) = place(neuron as usize);
        if self.params.sigma_mv > 0.0 { self.noise[block].0[lane] } else { 0.0 }
    }

    fn linear(&self, neuron: NeuronIdx) -> Option<Linear> {
        Some(self.equation(neuron))
    }

    fn set_params(&mut self, params: &NeuronParams) {
        let NeuronParams::Lif(params) = *params else { return };
        let shift = (self.params.e_l_mv - params.e_l_mv) as f32;
        if shift != 0.0 {
            self.u.iter_mut().flat_map(|row| &mut row.0).for_each(|u| *u += shift);
        }
        self.params = params;
        self.coefficients = LifStep::new(&params, self.grid);
        self.receptors.iter_mut().for_each(|receptors| receptors.set(&params, self.grid));
        self.opening = Opening::new(&params, self.grid);
        if self.opening.is_none() {
            self.conductances.close();
        }
        // noise that was switched off must not remain as a constant current
        self.noise.fill(Row::ZERO);
        self.refresh_thresholds();
    }

    fn set_adaptation(&mut self, on: bool) {
        self.adapt = on;
    }

    fn silence(&mut self, neurons: &[NeuronIdx]) {
        // no potential reaches an infinite threshold, and it decays to itself
        neurons.iter().for_each(|&j| self.theta[j as usize] = f64::INFINITY);
        self.refresh_thresholds();
    }

    fn reseed(&mut self, seed: u64) {
        (self.seed, self.clock) = (seed, 0);
    }

    fn set_arch(&mut self, arch: Arch) {
        self.arch = arch;
    }

    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }

    fn not_finite(&self) -> Option<(&'static str, NeuronIdx)> {
        // nearly always all are numbers: whole rows first, without an early exit, are far cheaper than a search
        let sound = |rows: &[Row]| rows.iter().all(|row| row.0.iter().fold(true, |sound, v| sound & v.is_finite()));
        let lanes = |rows: &[Row]| rows.iter().flat_map(|row| row.0).take(self.n).position(|v| !v.is_finite());
        let find = |name, rows: &[Row]| if sound(rows) { None } else { lanes(rows).map(|j| (name, j as NeuronIdx)) };
        find("membrane potential", &self.u)
            .or_else(|| find("synaptic current", &self.i_syn))
            .or_else(|| self.receptors.iter().flat_map(Receptors::all).find_map(|current| find("synaptic current", current)))
    }
}
