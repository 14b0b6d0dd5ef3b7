//! Reward-modulated STDP in continuous time: pairs of spikes change an eligibility trace, and the concentration of one global
//! neuromodulator converts it to weight.

use super::{Pairing, Rule};
use crate::model::Methods;
use crate::model::field::{log, real, record};
use crate::params::Domain;

const IZHIKEVICH: &str = "Izhikevich 2007, Cereb Cortex 17:2443";
const MORRISON: &str = "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459";

record! {
    /// Reward-modulated STDP (three-factor rule). Weights stay between 0 and `w_max`.
    RStdp, R_STDP {
        eta: f64, "eta", "", log(1e-9, 100.0), 0.001, Live;
            "Learning rate: dw/dt = eta c D, with time in ms."; IZHIKEVICH
        a_plus: f64, "a_plus", "", real(0.0, 2.0), 1.0, Live;
            "Change of the eligibility by a pre-before-post pair."; IZHIKEVICH
        a_minus: f64, "a_minus", "", real(0.0, 2.0), 1.5, Live;
            "Change of the eligibility by a post-before-pre pair, subtracted."; IZHIKEVICH
        tau_plus_ms: f64, "tau_plus", "ms", log(0.5, 500.0), 20.0, Live;
            "Time constant of the presynaptic trace."; MORRISON
        tau_minus_ms: f64, "tau_minus", "ms", log(0.5, 500.0), 20.0, Live;
            "Time constant of the postsynaptic trace."; MORRISON
        tau_e_ms: f64, "tau_e", "ms", log(1.0, 100_000.0), 1000.0, Live;
            "Time constant with which the eligibility decays."; IZHIKEVICH
        tau_d_ms: f64, "tau_d", "ms", log(1.0, 100_000.0), 200.0, Live;
            "Time constant with which the concentration of the neuromodulator decays."; IZHIKEVICH
        tonic: f64, "tonic", "", real(-1000.0, 1000.0), 0.0, Live;
            "Concentration of the neuromodulator to which it decays, and which it has without rewards."; IZHIKEVICH
        w_max_mv: f64, "w_max", "mV", log(0.01, 10_000.0), 1.0, Live;
            "Upper bound of the weights, which are clipped; the lower bound is 0."; IZHIKEVICH
        pairing: Pairing, "pairing", "", Domain::Choice(&["nearest", "all-to-all"]), 1.0, Live;
            "nearest: a trace counts only the last spike. all-to-all: a trace sums all spikes."; MORRISON
    }
}

impl Rule for RStdp {
    fn wirings(&self) -> &'static [&'static str] {
        &["AllToAll", "OneToOne", "Probability", "Indegree", "Outdegree", "Ring", "Explicit"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        (0.0, self.w_max_mv)
    }

    fn is_continuous(&self) -> bool {
        true
    }

    fn amplitudes(&self) -> &'static [&'static str] {
        &["a_plus", "a_minus"]
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Reward-modulated STDP in continuous time (three-factor rule): pairs of spikes change an eligibility trace c, which the concentration D of one global neuromodulator converts to weight. A reward adds its amount to D.",
            equations: "dw/dt = η c D,   τ_e dc/dt = −c, with c ← c + A+ exp(−Δt/τ+) or c ← c − A− exp(Δt/τ−) at pairs,   τ_d dD/dt = −(D − D₀)",
        }
    }
}
