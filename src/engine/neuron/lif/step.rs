//! The equation of one neuron, solved exactly over one time step.

use super::LifParams;
use crate::time::TimeGrid;
use std::ops::{Add, Mul, Sub};

/// Precision of a computation: f32 in simulations, f64 for references.
pub trait Real: Copy + PartialOrd + Add<Output = Self> + Mul<Output = Self> + Sub<Output = Self> {
    /// The nearest value.
    fn of(value: f64) -> Self;
}
impl Real for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }
}
impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }
}

/// The equation with its coefficients computed for one time step, potentials relative to rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifStep<F> {
    pub(in crate::engine) decay: F,
    pub(in crate::engine) bias: F,
    pub(in crate::engine) syn_decay: F,
    pub(in crate::engine) syn_gain: F,
    pub(in crate::engine::neuron) threshold: F,
    pub(in crate::engine) reset: F,
    pub(in crate::engine) t_ref_steps: u32,
}

impl<F: Real> LifStep<F> {
    /// Coefficients of the exact solution over one step.
    pub fn new(p: &LifParams, grid: TimeGrid) -> Self {
        let decay = grid.decay(p.tau_m_ms);
        let (syn_decay, syn_gain) = if p.tau_syn_ms > 0.0 {
            let syn_decay = grid.decay(p.tau_syn_ms);
            let gain = if (p.tau_syn_ms - p.tau_m_ms).abs() < 1e-9 * p.tau_m_ms {
                grid.dt_ms() / p.tau_m_ms * decay
            } else {
                p.tau_syn_ms / (p.tau_syn_ms - p.tau_m_ms) * (syn_decay - decay)
            };
            (syn_decay, gain)
        } else {
            // a delta synapse is a current that acts completely within the step
            (0.0, 1.0)
        };
        Self {
            decay: F::of(decay),
            bias: F::of((1.0 - decay) * p.ri_mv),
            syn_decay: F::of(syn_decay),
            syn_gain: F::of(syn_gain),
            threshold: F::of(p.v_th_mv - p.e_l_mv),
            reset: F::of(p.v_reset_mv - p.e_l_mv),
            t_ref_steps: p.t_ref_steps,
        }
    }

    /// One step of one neuron: `u` = V − E_L and the synaptic current `i` in mV, steps left of the refractory period,
    /// input `drive` and inhibition in mV, adaptive threshold. Returns whether it fires.
    #[inline(always)]
    pub fn advance(&self, u: &mut F, i: &mut F, clamped: &mut u32, drive: F, inhibition: F, theta: F) -> bool {
        *i = *i + drive;
        let next = *u * self.decay + (self.bias + (*i * self.syn_gain - inhibition));
        *i = *i * self.syn_decay;
        if *clamped > 0 {
            *clamped -= 1;
            *u = self.reset;
            return false;
        }
        *u = next;
        if next >= self.threshold + theta {
            *u = self.reset;
            *clamped = self.t_ref_steps;
            return true;
        }
        false
    }
}

impl LifStep<f32> {
    /// The same numbers, for references.
    pub(in crate::engine) fn widened(self) -> LifStep<f64> {
        let Self { decay, bias, syn_decay, syn_gain, threshold, reset, t_ref_steps } = self;
        let [decay, bias, syn_decay, syn_gain, threshold, reset] = [decay, bias, syn_decay, syn_gain, threshold, reset].map(f64::from);
        LifStep { decay, bias, syn_decay, syn_gain, threshold, reset, t_ref_steps }
    }
}
