//! Inhibitory plasticity: a symmetric window and a depression by every presynaptic spike, so that the postsynaptic neuron fires at
//! a target rate.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{log, real, record};

const VOGELS: &str = "Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569";

record! {
    /// Inhibitory plasticity. The size of the weights stays between 0 and `w_max`; the weights are negative unless those of the
    /// description are positive.
    InhibitoryStdp, INHIBITORY_STDP {
        eta_mv: f64, "eta", "mV", real(0.0, 1000.0), 0.01, Live;
            "Learning rate: change of the size of a weight by a pair of simultaneous spikes."; VOGELS
        tau_ms: f64, "tau", "ms", log(0.5, 1000.0), 20.0, Live;
            "Time constant of both traces: width of the window."; VOGELS
        rho0_hz: f64, "rho0", "Hz", real(0.0, 1000.0), 5.0, Live;
            "Target rate of the postsynaptic neurons: every presynaptic spike lowers a weight by eta 2 rho0 tau."; VOGELS
        w_max_mv: f64, "w_max", "mV", log(0.01, 10_000.0), 10.0, Live;
            "Upper bound of the size of the weights; the lower bound is 0."; VOGELS
    }
}

impl Rule for InhibitoryStdp {
    fn wirings(&self) -> &'static [&'static str] {
        &["AllToAll", "OneToOne", "Probability", "Indegree", "Outdegree", "Ring", "Explicit"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        (0.0, self.w_max_mv)
    }

    fn is_negative(&self, mean_mv: f64) -> bool {
        mean_mv <= 0.0
    }

    fn is_continuous(&self) -> bool {
        true
    }

    fn amplitudes(&self) -> &'static [&'static str] {
        &["eta"]
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Inhibitory plasticity: near-coincident pre- and postsynaptic spikes in any order strengthen inhibition, and every presynaptic spike weakens it. |w| stays between 0 and w_max. Delays are axonal: a presynaptic spike acts when it arrives.",
            equations: "Δ|w| = η (y − 2 ρ0 τ) at a presynaptic spike,   Δ|w| = η x at a postsynaptic spike,   τ dx/dt = −x and τ dy/dt = −y, to which each presynaptic or postsynaptic spike adds 1",
        }
    }
}
