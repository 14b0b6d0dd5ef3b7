//! What a unit spike weighs in the potential of one step, by the step it arrived in.

use crate::engine::neuron::{LifStep, RaceParams, psp_gain};
use crate::time::TimeGrid;

/// The coefficients of a neuron's steps up to the one asked about, and what is left of each by then.
pub(super) struct Coefficients {
    from: u32,
    /// Inhibitory conductance and coefficients as the simulation has them, rounded to f32.
    steps: Vec<(f64, LifStep<f64>)>,
    /// What is left in the end of a potential of each step.
    left: Vec<f64>,
}

impl Coefficients {
    pub(super) fn new(from: u32, steps: &[(f64, LifStep<f32>)]) -> Self {
        let steps: Vec<_> = steps.iter().map(|&(g, step)| (g, step.widened())).collect();
        let mut left = vec![1.0; steps.len()];
        for t in (1..steps.len()).rev() {
            left[t - 1] = left[t] * steps[t].1.decay;
        }
        Self { from, steps, left }
    }

    /// The same coefficients in all steps from the first to the last.
    pub(super) fn constant(step: &LifStep<f32>, (from, to): (u32, u32)) -> Self {
        Self::new(from, &vec![(0.0, *step); (to + 1).saturating_sub(from) as usize])
    }

    /// What is left in the end of the potential of a step.
    pub(super) fn left(&self, t: u32) -> f64 {
        self.left[(t - self.from) as usize]
    }

    /// What is left in the end of the potential before the first step.
    pub(super) fn left_of_begin(&self) -> f64 {
        self.left.first().zip(self.steps.first()).map_or(1.0, |(left, (_, step))| left * step.decay)
    }

    /// What is left in the end of something that each step adds.
    pub(super) fn sum(&self, added: impl Fn(f64, &LifStep<f64>) -> f64) -> f64 {
        self.steps.iter().zip(&self.left).map(|((g, step), left)| added(*g, step) * left).sum()
    }
}

/// What a unit spike weighs in the potential of one step.
pub(super) struct Kernel {
    /// First step since a refractory period.
    free: u32,
    /// By the step it arrived in, from `free` on.
    by_arrival: Vec<f64>,
    /// What a current keeps in a step.
    syn_decay: f64,
}

impl Kernel {
    pub(super) fn membrane(course: &Coefficients) -> Self {
        let mut by_arrival = vec![0.0; course.steps.len()];
        let mut later = 0.0;
        for (t, (_, step)) in course.steps.iter().enumerate().rev() {
            later = step.syn_gain * course.left[t] + step.syn_decay * later;
            by_arrival[t] = later;
        }
        Self { free: course.from, by_arrival, syn_decay: course.steps.first().map_or(0.0, |(_, step)| step.syn_decay) }
    }

    pub(super) fn psp(params: &RaceParams, grid: TimeGrid, step: u32) -> Self {
        let gain = psp_gain(params.tau_m_ms, params.tau_syn_ms);
        let [slow, fast] = [params.tau_m_ms, params.tau_syn_ms].map(|tau_ms| f64::from(grid.decay(tau_ms) as f32));
        let at = |lag: u32| gain * (libm::pow(slow, f64::from(lag)) - libm::pow(fast, f64::from(lag)));
        Self { free: 0, by_arrival: (0..=step).rev().map(at).collect(), syn_decay: 0.0 }
    }

    pub(super) fn at(&self, arrived: u32) -> f64 {
        // a current that arrived during the refractory period decays and acts after it
        let held = self.free.saturating_sub(arrived);
        let kept = if held == 0 { 1.0 } else { libm::pow(self.syn_decay, f64::from(held)) };
        self.by_arrival.get((arrived.max(self.free) - self.free) as usize).map_or(0.0, |weight| kept * weight)
    }
}
