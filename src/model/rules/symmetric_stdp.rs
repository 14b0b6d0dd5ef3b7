//! Symmetric STDP: spikes within the window strengthen a synapse in any order, and every presynaptic spike weakens it.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{log, real, record};

const HAO: &str = "Hao, Huang, Dong & Xu 2020, Neural Networks 121:387";
const VOGELS: &str = "Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569";

record! {
    /// Symmetric (Hebbian) STDP. The size of the weights, which keep their sign, stays between 0 and `w_max`.
    SymmetricStdp, SYMMETRIC_STDP {
        eta_mv: f64, "eta", "mV", real(0.0, 1000.0), 0.01, Live;
            "Learning rate: change of a weight by a pair of simultaneous spikes."; HAO
        tau_ms: f64, "tau", "ms", log(0.5, 1000.0), 20.0, Live;
            "Time constant of both traces: width of the window."; HAO
        alpha: f64, "alpha", "", real(0.0, 100.0), 0.2, Live;
            "Depression by every presynaptic spike, times eta."; VOGELS
        w_max_mv: f64, "w_max", "mV", log(0.01, 10_000.0), 1.0, Live;
            "Upper bound of the size of the weights; the lower bound is 0."; VOGELS
    }
}

impl Rule for SymmetricStdp {
    fn wirings(&self) -> &'static [&'static str] {
        &["AllToAll", "OneToOne", "Probability", "Indegree", "Outdegree", "Ring", "Explicit"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        (0.0, self.w_max_mv)
    }

    fn is_negative(&self, mean_mv: f64) -> bool {
        mean_mv < 0.0
    }

    fn is_continuous(&self) -> bool {
        true
    }

    fn amplitudes(&self) -> &'static [&'static str] {
        &["eta"]
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Symmetric STDP: near-coincident pre- and postsynaptic spikes in any order strengthen a synapse, and every presynaptic spike weakens it. |w| stays between 0 and w_max. Delays are axonal: a presynaptic spike acts when it arrives.",
            equations: "Δ|w| = η (y − α) at a presynaptic spike,   Δ|w| = η x at a postsynaptic spike,   τ dx/dt = −x and τ dy/dt = −y, to which each presynaptic or postsynaptic spike adds 1",
        }
    }
}
