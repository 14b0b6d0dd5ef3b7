//! Leaky integrate-and-fire neurons with conductance-based synapses (Vogels & Abbott 2005, J Neurosci 25:10786):
//! `τ_m dV/dt = E_L − V + g_exc/g_L (E_exc − V) + g_inh/g_L (E_inh − V) + R I`, conductances in nS, to which spikes add the size
//! of their weights and which decay with τ_exc and τ_inh; at `V ≥ V_th` a spike, `V ← V_reset` for t_ref.
//!
//! Within a step the conductances are constant at their value in its middle, and under constant conductances the equation is
//! solved exactly; the error of a step is of third order.

use super::{Equations, NeuronParams};
use crate::engine::elementary::choose;

/// Parameters; potentials in mV, times in ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifCondParams {
    /// Membrane time constant.
    pub tau_m_ms: f64,
    /// Rest E_L.
    pub e_l_mv: f64,
    /// Threshold.
    pub v_th_mv: f64,
    /// Potential after a spike.
    pub v_reset_mv: f64,
    /// Refractory period in steps.
    pub t_ref_steps: u32,
    /// Constant input R I.
    pub ri_mv: f64,
    /// Leak conductance in nS.
    pub g_l_ns: f64,
    /// Reversal potentials of the two conductances.
    pub e_rev_mv: [f64; 2],
    /// Factors over half a step of the two conductances.
    pub keep_half: [f64; 2],
    /// Time step.
    pub dt_ms: f64,
}

impl LifCondParams {
    /// Conductances in the middle of a step, in nS.
    #[inline(always)]
    fn in_the_middle(&self, g: [f64; 2], input: [f64; 2]) -> [f64; 2] {
        std::array::from_fn(|k| (g[k] + input[k].abs()) * self.keep_half[k])
    }
}

impl Equations<3, 2> for LifCondParams {
    const RECEPTORS: &'static [&'static str] = &["excitatory", "inhibitory"];
    const VARIABLES: [&'static str; 3] = ["v", "g_exc", "g_inh"];
    const EXPONENTIAL: bool = true;

    fn of(params: &NeuronParams) -> Option<Self> {
        if let NeuronParams::LifCond(params) = params { Some(*params) } else { None }
    }

    fn rest(&self) -> [f64; 3] {
        [self.e_l_mv, 0.0, 0.0]
    }

    #[inline(always)]
    fn exponent(&self, [_, g_exc, g_inh]: [f64; 3], input: [f64; 2]) -> f64 {
        let [exc, inh] = self.in_the_middle([g_exc, g_inh], input);
        -(self.g_l_ns + exc + inh) / self.g_l_ns * self.dt_ms / self.tau_m_ms
    }

    #[inline(always)]
    fn step(&self, [v, g_exc, g_inh]: [f64; 3], input: [f64; 2], exponential: f64, held: bool) -> ([f64; 3], bool) {
        let Self { e_l_mv, v_th_mv, v_reset_mv, ri_mv, g_l_ns, e_rev_mv, keep_half, .. } = *self;
        let [exc, inh] = self.in_the_middle([g_exc, g_inh], input);
        let sum = g_l_ns + exc + inh;
        let toward = (g_l_ns * (e_l_mv + ri_mv) + exc * e_rev_mv[0] + inh * e_rev_mv[1]) / sum;
        let next = toward + (v - toward) * exponential;
        #[expect(clippy::needless_bitwise_bool, reason = "a branch would keep the loop over lanes from being vectorised")]
        let fires = (next >= v_th_mv) & !held;
        ([choose(held | fires, v_reset_mv, next), exc * keep_half[0], inh * keep_half[1]], fires)
    }

    #[inline(always)]
    fn with_current(self, ri_mv: f64) -> Self {
        Self { ri_mv: self.ri_mv + ri_mv, ..self }
    }

    fn refractory_steps(&self) -> u32 {
        self.t_ref_steps
    }

    fn threshold_mv(&self) -> f64 {
        self.v_th_mv
    }
}
