//! Closed forms: the constant current at which a neuron begins to fire, and the rate under constant currents.

use crate::experiment::lif_rate_hz;
use crate::model::{Bifurcation, Lif, LifCond, ModelSpec};
use crate::time::TimeGrid;

/// Shift of a threshold that is tested at steps, in standard deviations of the noise of a step (Broadie, Glasserman & Kou 1997, Math
/// Finance 7:325).
const OF_STEPS: f64 = 0.5826;
/// Intervals of Simpson's rule.
const INTERVALS: usize = 400;

/// The constant current above which a neuron cannot rest.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Onset {
    /// The current, in the unit of currents of the model.
    pub current: f64,
    /// What happens to rest there; none where it is the current that takes the potential to a fixed threshold.
    pub by: Option<Bifurcation>,
}

impl Onset {
    /// Of a model with its parameters; 0 of models that receive no current.
    pub(super) fn of(model: &ModelSpec) -> Self {
        if let Some(lost) = model.plane().map(|plane| plane.rest_lost()) {
            return Self { current: lost.current, by: Some(lost.by) };
        }
        let gap = model.value("v_th").zip(model.value("e_l")).map_or(0.0, |(v_th, e_l)| v_th - e_l);
        Self { current: gap, by: None }
    }

    /// What happens there, in words.
    pub fn words(self) -> &'static str {
        match self.by {
            None => "the steady-state potential reaches the threshold",
            Some(Bifurcation::SaddleNode) => "rest vanishes in a saddle-node bifurcation, so that firing can begin at any low rate",
            Some(Bifurcation::Hopf) => "rest loses its stability in a Hopf bifurcation, so that firing begins at a rate above zero",
        }
    }
}

/// The rate in Hz of a neuron under a constant current, where there is a closed form: leaky integrate-and-fire neurons without adaptive
/// threshold, with membrane noise by Siegert's formula with the threshold shifted for the time step.
pub fn rate_hz(model: &ModelSpec, dt_ms: f64, current: f64) -> Option<f64> {
    match model {
        ModelSpec::Lif(lif) if lif.theta_plus_mv == 0.0 && lif.sigma_mv > 0.0 => Some(siegert_hz(lif, dt_ms, current)),
        ModelSpec::Lif(Lif { tau_m_ms, t_ref_ms, e_l_mv, v_reset_mv, v_th_mv, theta_plus_mv, .. }) if *theta_plus_mv == 0.0 => {
            Some(lif_rate_hz([*tau_m_ms, *t_ref_ms], [v_reset_mv - e_l_mv, v_th_mv - e_l_mv], current))
        }
        ModelSpec::LifCond(LifCond { tau_m_ms, t_ref_ms, e_l_mv, v_reset_mv, v_th_mv, .. }) => {
            Some(lif_rate_hz([*tau_m_ms, *t_ref_ms], [v_reset_mv - e_l_mv, v_th_mv - e_l_mv], current))
        }
        _ => None,
    }
}

/// Siegert 1951, Phys Rev 81:617: `1/(t_ref + τ_m √π ∫ e^(x²) (1 + erf x) dx)` from `(u_reset − R I)/(√2 σ)` to `(u_th − R I)/(√2 σ)`,
/// potentials relative to rest, σ the standard deviation of the potential without threshold.
fn siegert_hz(lif: &Lif, dt_ms: f64, ri_mv: f64) -> f64 {
    let Lif { tau_m_ms, t_ref_ms, e_l_mv, v_reset_mv, v_th_mv, sigma_mv, .. } = *lif;
    let decay = TimeGrid::new(dt_ms).decay(tau_m_ms);
    let shift_mv = OF_STEPS * sigma_mv * libm::sqrt(1.0 - decay * decay);
    let place = |v_mv: f64| (v_mv - e_l_mv - ri_mv) / (std::f64::consts::SQRT_2 * sigma_mv);
    let (from, to) = (place(v_reset_mv), place(v_th_mv + shift_mv));
    // e^(x²) exceeds all numbers at 26: the neuron does not fire
    if to > 25.0 {
        return 0.0;
    }
    let width = (to - from) / INTERVALS as f64;
    let weight = |k: usize| if k == 0 || k == INTERVALS { 1.0 } else { 2.0 + 2.0 * (k % 2) as f64 };
    let sum: f64 = (0..=INTERVALS).map(|k| weight(k) * scaled(from + width * k as f64)).sum();
    1e3 / (t_ref_ms + tau_m_ms * std::f64::consts::PI.sqrt() * sum * width / 3.0)
}

/// `e^(x²) (1 + erf x)`; far below zero its asymptotic series.
fn scaled(x: f64) -> f64 {
    if x < -6.0 {
        let square = 2.0 * x * x;
        return (1.0 - 1.0 / square + 3.0 / (square * square)) / (-x * std::f64::consts::PI.sqrt());
    }
    libm::exp(x * x) * libm::erfc(-x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scaled_error_function_is_smooth_where_the_series_begins() {
        let (above, below) = (scaled(-6.0 + 1e-9), scaled(-6.0 - 1e-9));
        assert!((above - below).abs() < 1e-4 * above, "{above} {below}");
        assert!((scaled(0.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn little_noise_gives_the_rate_without_noise() {
        let quiet = Lif { sigma_mv: 0.05, ..Lif::default() };
        for current in [18.0, 25.0, 60.0] {
            let (noisy, without) = (siegert_hz(&quiet, 1e-3, current), rate_hz(&ModelSpec::Lif(Lif::default()), 0.1, current).unwrap());
            assert!((noisy - without).abs() < 0.01 * without, "{current} mV: {noisy} against {without} Hz");
        }
        assert_eq!(siegert_hz(&quiet, 0.1, 10.0), 0.0);
    }
}
