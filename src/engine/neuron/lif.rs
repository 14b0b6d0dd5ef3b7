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
//! | `ri_mv` | R I | 0 | mV |
//! | `inhibition_mv` | g_inh | 120 | mV |

mod step;
mod sweep;

pub use step::{LifStep, Real};

use super::{NeuronIdx, NeuronModel, NeuronParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{Bits, LANES, Row, blocks_for, place};
use crate::rng::{Purpose, normal, stream};
use crate::time::TimeGrid;
use pulp::Arch;
use sweep::Sweep;

/// Parameters of a population, with units; see the table above.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)] // see the table of the module
pub struct LifParams {
    pub tau_m_ms: f64,
    pub e_l_mv: f64,
    pub v_th_mv: f64,
    pub v_reset_mv: f64,
    pub t_ref_steps: u32,
    pub theta_plus_mv: f64,
    pub tau_theta_ms: f64,
    pub sigma_mv: f64,
    pub tau_syn_ms: f64,
    pub ri_mv: f64,
    pub inhibition_mv: f64,
}

impl Default for LifParams {
    fn default() -> Self {
        Self {
            tau_m_ms: 100.0,
            e_l_mv: -65.0,
            v_th_mv: -52.0,
            v_reset_mv: -60.0,
            t_ref_steps: 5,
            theta_plus_mv: 0.05,
            tau_theta_ms: 1e7,
            sigma_mv: 0.0,
            tau_syn_ms: 0.0,
            ri_mv: 0.0,
            inhibition_mv: 120.0,
        }
    }
}

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
    /// Step since the neurons settled, and the first step in which each is free of its refractory period.
    now: u32,
    held_until: Vec<Bits>,
    /// V_th + θ relative to rest; infinite in lanes without a neuron.
    threshold: Vec<Row>,
    theta: Vec<f64>,
    clock: u64,
    /// Neurons that fired in the last step, for lateral inhibition.
    inhibitors: Vec<NeuronIdx>,
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
            now: 0,
            held_until: vec![Bits::ZERO; blocks],
            threshold: vec![Row([f32::INFINITY; LANES]); blocks],
            theta: vec![0.0; n],
            clock: 0,
            inhibitors: Vec::new(),
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
        let decay = self.grid.decay(self.params.tau_m_ms);
        // stationary variance σ² needs an increment of variance σ² (1 − e^{−2 dt/τ_m}) each step
        let amplitude = self.params.sigma_mv * libm::sqrt(1.0 - decay * decay);
        let mut rng = stream(self.seed, Purpose::Membrane, self.clock);
        for row in &mut self.noise {
            row.0.iter_mut().for_each(|value| *value = (amplitude * normal(&mut rng)) as f32);
        }
    }

    /// Steps of `drive` up to the first spike; returns how many.
    fn sweep<const CURRENT: bool, const EXTRA: bool>(&mut self, drive: &[Row], fired: &mut Vec<NeuronIdx>) -> usize {
        let Self { arch, coefficients, u, i_syn, now, held_until, threshold, inhibitors, noise, params, .. } = self;
        let inhibition = params.inhibition_mv as f32 * inhibitors.len() as f32;
        // A neuron does not inhibit itself: its own part of the sum is added back before the sweep.
        for &j in inhibitors.iter() {
            let (block, lane) = place(j as usize);
            noise[block].0[lane] += params.inhibition_mv as f32;
        }
        let (now, extra) = (*now, &*noise);
        let kernel = Sweep::<CURRENT, EXTRA> { coefficients, inhibition, drive, now, u, i_syn, held_until, threshold, extra, fired };
        let done = arch.dispatch(kernel);
        if self.params.sigma_mv == 0.0 {
            for &j in &self.inhibitors {
                let (block, lane) = place(j as usize);
                self.noise[block].0[lane] = 0.0;
            }
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

    fn advance(&mut self, drive: &[Row], from: usize, fired: &mut Vec<NeuronIdx>) -> usize {
        let blocks = self.u.len();
        let steps = drive.len() / blocks.max(1);
        let interval = self.decay_interval();
        if self.now > 1 << 30 {
            (self.held_until, self.now) = (self.clamped(), 0);
        }
        let mut t = from;
        while t < steps {
            if self.clock > 0 && self.clock.is_multiple_of(interval) {
                self.decay_thetas(interval);
            }
            // neurons that inhibit do so in the next step only, and noise is drawn for each
            let extra = self.params.sigma_mv > 0.0 || !self.inhibitors.is_empty();
            if self.params.sigma_mv > 0.0 {
                self.draw_noise();
            }
            let most = if extra { 1 } else { (interval - self.clock % interval).min((steps - t) as u64) as usize };
            let rows = &drive[t * blocks..][..most * blocks];
            let done = match (self.params.tau_syn_ms > 0.0, extra) {
                (false, false) => self.sweep::<false, false>(rows, fired),
                (false, true) => self.sweep::<false, true>(rows, fired),
                (true, false) => self.sweep::<true, false>(rows, fired),
                (true, true) => self.sweep::<true, true>(rows, fired),
            };
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

    fn settle(&mut self) {
        self.u.fill(Row::ZERO);
        self.i_syn.fill(Row::ZERO);
        self.held_until.fill(Bits::ZERO);
        self.now = 0;
        self.inhibitors.clear();
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

    fn set_params(&mut self, params: &NeuronParams) {
        let NeuronParams::Lif(params) = *params else { return };
        let shift = (self.params.e_l_mv - params.e_l_mv) as f32;
        if shift != 0.0 {
            self.u.iter_mut().flat_map(|row| &mut row.0).for_each(|u| *u += shift);
        }
        self.params = params;
        self.coefficients = LifStep::new(&params, self.grid);
        // noise that was switched off must not remain as a constant current
        self.noise.fill(Row::ZERO);
        self.refresh_thresholds();
    }

    fn set_adaptation(&mut self, on: bool) {
        self.adapt = on;
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
        find("membrane potential", &self.u).or_else(|| find("synaptic current", &self.i_syn))
    }
}

impl Persist for LifPopulation {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let mut left = self.clamped();
        let Self {
            n,
            arch: _,
            grid: _,
            params: _,
            coefficients: _,
            seed: _,
            adapt: _,
            u,
            i_syn,
            now,
            held_until,
            threshold: _,
            theta,
            clock,
            inhibitors,
            noise: _,
        } = self;
        archive.rows("potentials", u)?;
        archive.rows("synaptic currents", i_syn)?;
        archive.bits("refractory", &mut left)?;
        if let Archive::Load(_) = archive {
            (*held_until, *now) = (left, 0);
        }
        archive.f64s("thresholds", theta)?;
        archive.clock(clock)?;
        archive.list("inhibition", inhibitors, *n, Archive::u32s)?;
        if inhibitors.iter().any(|&j| j as usize >= *n) {
            return Err(ArchiveError::Size { part: "inhibition", found: u64::MAX, expected: *n as u64 });
        }
        let lanes = |rows: &[Row]| rows.iter().flat_map(|row| row.0).skip(self.n).all(|v| v.abs() < 1e30);
        if matches!(archive, Archive::Load(_)) && !(lanes(&self.u) && lanes(&self.i_syn)) {
            // a lane without a neuron must not reach its infinite threshold
            return Err(ArchiveError::Value("potentials"));
        }
        self.refresh_thresholds();
        Ok(())
    }
}
