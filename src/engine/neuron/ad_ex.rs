//! Adaptive exponential integrate-and-fire neurons (Brette & Gerstner 2005, J Neurophysiol 94:3637), divided by the leak
//! conductance, so that currents are in mV:
//! `τ_m dV/dt = E_L − V + Δ_T e^((V − V_T)/Δ_T) − w + R I + I_exc + I_inh`, `τ_w dw/dt = a (V − E_L) − w`;
//! at `V ≥ V_peak` a spike, `V ← V_reset`, `w ← w + b`.
//!
//! V and w by the Runge-Kutta method of fourth order, synaptic currents exactly. V counts as V_peak above it, as in NEST's
//! `aeif` models: within the step of a spike the exponential would exceed every number.

use super::{Equations, NeuronParams};
use crate::engine::elementary::{choose, exp};

/// Parameters; potentials and currents in mV, times in ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdExParams {
    /// Membrane time constant τ_m = C/g_L.
    pub tau_m_ms: f64,
    /// Rest E_L.
    pub e_l_mv: f64,
    /// Threshold of the exponential V_T.
    pub v_t_mv: f64,
    /// Its sharpness Δ_T, above 0.
    pub delta_t_mv: f64,
    /// Coupling of the adaptation to the potential, a/g_L.
    pub a: f64,
    /// What a spike adds to the adaptation, b/g_L.
    pub b_mv: f64,
    /// Time constant of the adaptation τ_w.
    pub tau_w_ms: f64,
    /// Potential after a spike.
    pub v_reset_mv: f64,
    /// Potential at which a spike is fired.
    pub v_peak_mv: f64,
    /// Refractory period in steps.
    pub t_ref_steps: u32,
    /// Constant input R I.
    pub ri_mv: f64,
    /// Factors over half a step of the two synaptic currents; 0 where a spike acts on the potential at once.
    pub keep_half: [f64; 2],
    /// Time step.
    pub dt_ms: f64,
}

impl Equations<4, 3> for AdExParams {
    const RECEPTORS: &'static [&'static str] = &["excitatory", "inhibitory", "current"];
    const VARIABLES: [&'static str; 4] = ["v", "w", "i_exc", "i_inh"];

    fn of(params: &NeuronParams) -> Option<Self> {
        if let NeuronParams::AdEx(params) = params { Some(*params) } else { None }
    }

    fn rest(&self) -> [f64; 4] {
        [self.e_l_mv, 0.0, 0.0, 0.0]
    }

    #[inline(always)]
    fn step(&self, [v, w, exc, inh]: [f64; 4], [to_exc, to_inh, jump]: [f64; 3], _exponential: f64, held: bool) -> ([f64; 4], bool) {
        let Self { tau_m_ms, e_l_mv, v_t_mv, delta_t_mv, a, b_mv, tau_w_ms, v_reset_mv, v_peak_mv, ri_mv, keep_half, dt_ms, .. } = *self;
        let at_once = |input: f64, keep: f64| if keep > 0.0 { (input, 0.0) } else { (0.0, input) };
        let ((to_exc, v_exc), (to_inh, v_inh)) = (at_once(to_exc, keep_half[0]), at_once(to_inh, keep_half[1]));
        let (exc, inh) = (exc + to_exc, inh + to_inh);
        let v = choose(held, v, v + jump + v_exc + v_inh);
        let slopes = |v: f64, w: f64, i: f64| {
            let v = v.min(v_peak_mv);
            let dv = (e_l_mv - v + delta_t_mv * exp((v - v_t_mv) / delta_t_mv) - w + ri_mv + i) / tau_m_ms;
            (choose(held, 0.0, dv), (a * (v - e_l_mv) - w) / tau_w_ms)
        };
        let (exc_half, inh_half) = (exc * keep_half[0], inh * keep_half[1]);
        let (exc_end, inh_end) = (exc_half * keep_half[0], inh_half * keep_half[1]);
        let half = 0.5 * dt_ms;
        let (v1, w1) = slopes(v, w, exc + inh);
        let (v2, w2) = slopes(v + half * v1, w + half * w1, exc_half + inh_half);
        let (v3, w3) = slopes(v + half * v2, w + half * w2, exc_half + inh_half);
        let (v4, w4) = slopes(v + dt_ms * v3, w + dt_ms * w3, exc_end + inh_end);
        let v = v + dt_ms / 6.0 * (v1 + 2.0 * (v2 + v3) + v4);
        let w = w + dt_ms / 6.0 * (w1 + 2.0 * (w2 + w3) + w4);
        #[expect(clippy::needless_bitwise_bool, reason = "a branch would keep the loop over lanes from being vectorised")]
        let fires = (v >= v_peak_mv) & !held;
        ([choose(fires, v_reset_mv, v), choose(fires, w + b_mv, w), exc_end, inh_end], fires)
    }

    #[inline(always)]
    fn with_current(self, ri_mv: f64) -> Self {
        Self { ri_mv: self.ri_mv + ri_mv, ..self }
    }

    fn refractory_steps(&self) -> u32 {
        self.t_ref_steps
    }

    fn threshold_mv(&self) -> f64 {
        self.v_peak_mv
    }
}
