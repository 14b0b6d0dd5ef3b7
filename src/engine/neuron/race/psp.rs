//! The postsynaptic potential of a racing neuron: a double exponential with a peak of 1.

use crate::time::TimeGrid;

/// Coefficients of one step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Psp {
    pub(super) slow: f32,
    pub(super) fast: f32,
    pub(super) gain: f32,
}

impl Psp {
    pub(super) fn new(tau_m_ms: f64, tau_syn_ms: f64, grid: TimeGrid) -> Self {
        let gain = psp_gain(tau_m_ms, tau_syn_ms) as f32;
        Self { slow: grid.decay(tau_m_ms) as f32, fast: grid.decay(tau_syn_ms) as f32, gain }
    }
}

/// The factor that gives `e^{−s/τ_m} − e^{−s/τ_s}` a peak of 1.
pub(crate) fn psp_gain(tau_m_ms: f64, tau_syn_ms: f64) -> f64 {
    let peak_ms = tau_m_ms * tau_syn_ms / (tau_m_ms - tau_syn_ms) * libm::log(tau_m_ms / tau_syn_ms);
    1.0 / (libm::exp(-peak_ms / tau_m_ms) - libm::exp(-peak_ms / tau_syn_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_psp_has_a_peak_of_one() {
        let gain = psp_gain(10.0, 5.0);
        let peak = (0..4000).map(|k| f64::from(k) * 0.01).map(|s| gain * (libm::exp(-s / 10.0) - libm::exp(-s / 5.0))).fold(0.0, f64::max);
        assert!((peak - 1.0).abs() < 1e-6 && (gain - 4.0).abs() < 1e-9, "{peak} {gain}");
    }
}
