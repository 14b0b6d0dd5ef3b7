//! STDP on postsynaptic spikes only, in trials: `Δw = η x`, with x the presynaptic trace. Depression results from the constant sum
//! of the weights onto a neuron, the field `norm` of the projection.

use super::{Bounds, Pairing, Rule};
use crate::model::Methods;
use crate::model::field::{log, real, record};
use crate::params::Domain;

const DIEHL: &str = "Diehl & Cook 2015, Front Comput Neurosci 9:99";
const MORRISON: &str = "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459";

record! {
    /// STDP on postsynaptic spikes. Weights stay between 0 and `w_max`; larger ones are capped.
    Stdp, STDP {
        eta: f64, "eta", "", log(1e-6, 100.0), 0.003, Live;
            "Learning rate."; DIEHL
        tau_plus_ms: f64, "tau_plus", "ms", log(0.5, 500.0), 20.0, Live;
            "Time constant of the presynaptic trace."; MORRISON
        w_max_mv: f64, "w_max", "mV", real(0.01, 100.0), 1.0, Live;
            "Upper bound of the weights; the lower bound is 0."; DIEHL
        pairing: Pairing, "pairing", "", Domain::Choice(&["nearest", "all-to-all"]), 0.0, Live;
            "nearest: a trace counts only the last spike. all-to-all: a trace sums all spikes."; MORRISON
        bounds: Bounds, "bounds", "", Domain::Choice(&["soft", "hard"]), 0.0, Live;
            "soft: changes become smaller near a bound. hard: weights are clipped."; MORRISON
    }
}

impl Rule for Stdp {
    fn methods(&self) -> Methods {
        Methods {
            words: "STDP on postsynaptic spikes: each adds the presynaptic trace to the weights of its neuron. Depression results from the constant sum of the weights.",
            equations: "Δw_ij = η x_i b(w_ij) when j fires",
        }
    }

    fn wirings(&self) -> &'static [&'static str] {
        &["AllToAll"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        (0.0, self.w_max_mv)
    }

    fn needs_trials(&self) -> bool {
        true
    }
}
