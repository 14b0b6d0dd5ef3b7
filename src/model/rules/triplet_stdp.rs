//! Triplet STDP: the change by a spike depends on the last spike of the other neuron, and on the last one of the same neuron.

use super::{Bounds, Pairing, Rule};
use crate::model::Methods;
use crate::model::field::{log, real, record};
use crate::params::Domain;

const PFISTER: &str = "Pfister & Gerstner 2006, J Neurosci 26:9673";

record! {
    /// Triplet STDP. Weights stay between 0 and `w_max`. The defaults are the full set of visual cortex with all-to-all pairing.
    TripletStdp, TRIPLET_STDP {
        eta: f64, "eta", "", log(1e-6, 100.0), 1.0, Live;
            "Learning rate: a factor of every weight change."; PFISTER
        a2_plus: f64, "a2_plus", "", real(0.0, 2.0), 5e-10, Live;
            "Potentiation by a postsynaptic spike, times the presynaptic trace of tau_plus."; PFISTER
        a3_plus: f64, "a3_plus", "", real(0.0, 2.0), 6.2e-3, Live;
            "The same, times the postsynaptic trace of tau_y before the spike."; PFISTER
        a2_minus: f64, "a2_minus", "", real(0.0, 2.0), 7e-3, Live;
            "Depression by a presynaptic spike, times the postsynaptic trace of tau_minus."; PFISTER
        a3_minus: f64, "a3_minus", "", real(0.0, 2.0), 2.3e-4, Live;
            "The same, times the presynaptic trace of tau_x before the spike."; PFISTER
        tau_plus_ms: f64, "tau_plus", "ms", log(0.5, 500.0), 16.8, Live;
            "Time constant of the fast presynaptic trace."; PFISTER
        tau_minus_ms: f64, "tau_minus", "ms", log(0.5, 500.0), 33.7, Live;
            "Time constant of the fast postsynaptic trace."; PFISTER
        tau_x_ms: f64, "tau_x", "ms", log(0.5, 10_000.0), 101.0, Live;
            "Time constant of the slow presynaptic trace."; PFISTER
        tau_y_ms: f64, "tau_y", "ms", log(0.5, 10_000.0), 125.0, Live;
            "Time constant of the slow postsynaptic trace."; PFISTER
        w_max_mv: f64, "w_max", "mV", log(0.01, 10_000.0), 1.0, Live;
            "Upper bound of the weights; the lower bound is 0."; PFISTER
        pairing: Pairing, "pairing", "", Domain::Choice(&["nearest", "all-to-all"]), 1.0, Live;
            "nearest: a trace counts only the last spike. all-to-all: a trace sums all spikes."; PFISTER
        bounds: Bounds, "bounds", "", Domain::Choice(&["soft", "hard"]), 1.0, Live;
            "soft: changes become smaller near a bound. hard: weights are clipped, and amplitudes are in the unit of the weights."; PFISTER
    }
}

impl Rule for TripletStdp {
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
        &["a2_plus", "a3_plus", "a2_minus", "a3_minus"]
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Triplet STDP. Spikes add to two traces of each neuron, r1 and r2 presynaptic, o1 and o2 postsynaptic; r2 and o2 are taken just before the spike. Delays are axonal: a presynaptic spike acts when it arrives. With soft bounds b(w) is the distance to the bound, with hard bounds 1.",
            equations: "Δw = η b(w) r1 (A2+ + A3+ o2) at a postsynaptic spike,   Δw = −η b(w) o1 (A2− + A3− r2) at a presynaptic spike,   τ+ dr1/dt = −r1,   τ_x dr2/dt = −r2,   τ− do1/dt = −o1,   τ_y do2/dt = −o2",
        }
    }
}
