//! Synaptic scaling (Turrigiano et al. 1998, Nature 391:892; van Rossum, Bi & Turrigiano 2000, J Neurosci 20:8812). After every
//! interval T all weights onto a neuron are multiplied by `exp((1 − a/ρ0) T/τ)`, with the running mean a of its rate, or by
//! `exp((1 − Σ|w|/S) T/τ)`.

use super::{Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Sparse;
use crate::time::TimeGrid;

/// Synaptic scaling.
#[derive(Debug, Clone)]
pub struct SynapticScaling {
    goal: Goal,
    /// Mean rate of every postsynaptic neuron in spikes per step as of its last spike, and the step of that spike.
    rates: Vec<f64>,
    since: Vec<u64>,
}

/// What is kept constant, and how fast.
#[derive(Debug, Clone, Copy)]
struct Goal {
    /// Steps between two changes.
    interval: u64,
    /// The interval in units of the time constant.
    share: f64,
    /// Spikes per step.
    rate: f64,
    /// Sum of weights in mV, in place of the rate.
    sum: Option<f64>,
    /// Decay of the running mean per step.
    forget: f64,
    w_max: f32,
}

impl Goal {
    fn new(p: &PlasticityParams, grid: TimeGrid) -> Self {
        let interval = libm::round(p.interval_ms / grid.dt_ms()).max(1.0);
        Self {
            interval: interval as u64,
            share: interval * grid.dt_ms() / p.tau_e_ms,
            rate: p.rho0_hz * 1e-3 * grid.dt_ms(),
            sum: p.sum_mv,
            forget: grid.dt_ms() / p.tau_minus_ms,
            w_max: p.w_max_mv as f32,
        }
    }
}

impl SynapticScaling {
    /// A rule for these synapses: the running means begin at the target rate.
    pub fn new(synapses: &Sparse, p: &PlasticityParams, grid: TimeGrid) -> Self {
        let goal = Goal::new(p, grid);
        Self { goal, rates: vec![goal.rate; synapses.n_post()], since: vec![0; synapses.n_post()] }
    }

    /// Running mean of the rate of a neuron in step `step`, in spikes per step.
    fn rate(&self, neuron: usize, step: u64) -> f64 {
        self.rates[neuron] * libm::exp(-(step.saturating_sub(self.since[neuron]) as f64) * self.goal.forget)
    }

    fn scale(&self, step: u64, w: &mut Sparse) {
        let Goal { share, rate, sum, w_max, .. } = self.goal;
        for j in 0..self.rates.len() {
            let off = match sum {
                None => self.rate(j, step) / rate,
                Some(goal) => {
                    let mut sum = 0.0;
                    w.change_onto(j as NeuronIdx, |_, _, _, weight| sum += f64::from(weight.abs()));
                    sum / goal
                }
            };
            // within f32, so that a weight of 0 stays 0
            let factor = libm::exp(((1.0 - off) * share).clamp(-80.0, 80.0)) as f32;
            w.change_onto(j as NeuronIdx, |_, _, _, weight| *weight = (*weight * factor).clamp(-w_max, w_max));
        }
    }
}

impl Rule<Sparse> for SynapticScaling {
    fn changes(&self) -> Changes {
        Changes::OnPre
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.goal = Goal::new(p, grid);
    }

    fn begin_trial(&mut self, _step: u64) {}

    fn on_pre(&mut self, step: u64, delay: usize, _arrived: &[NeuronIdx], w: &mut Sparse) {
        // called in every step, once for every delay
        if delay == w.min_delay() && step > 0 && step.is_multiple_of(self.goal.interval) {
            self.scale(step, w);
        }
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, _w: &mut Sparse) {
        for &j in fired {
            let j = j as usize;
            self.rates[j] = self.rate(j, step) + self.goal.forget;
            self.since[j] = step;
        }
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Sparse>> {
        Box::new(self.clone())
    }
}

impl Persist for SynapticScaling {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { goal: _, rates, since } = self;
        archive.f64s("mean rates", rates)?;
        archive.u64s("mean rates", since)?;
        let sound = rates.iter().all(|rate| rate.is_finite() && *rate >= 0.0);
        if sound { Ok(()) } else { Err(ArchiveError::Value("mean rates")) }
    }
}
