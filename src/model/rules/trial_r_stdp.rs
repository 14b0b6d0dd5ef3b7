//! Reward-modulated STDP in trials: postsynaptic spikes add the presynaptic trace to an eligibility, and the neuromodulator at the
//! end of the trial converts it to weight.

use super::{Bounds, Pairing, Rule};
use crate::model::Methods;
use crate::model::field::{log, real, record, whole};
use crate::params::Domain;

const FREMAUX: &str = "Frémaux & Gerstner 2016, Front Neural Circuits 9:85";
const MORRISON: &str = "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459";

record! {
    /// Reward-modulated STDP with one neuromodulator value for each trial. Weights stay between 0 and `w_max`; larger ones are
    /// capped.
    TrialRStdp, TRIAL_R_STDP {
        eta: f64, "eta", "", log(1e-6, 100.0), 0.05, Live;
            "Learning rate: a weight changes by eta times neuromodulator times eligibility."; FREMAUX
        tau_plus_ms: f64, "tau_plus", "ms", log(0.5, 500.0), 20.0, Live;
            "Time constant of the presynaptic trace."; MORRISON
        tau_e_ms: f64, "tau_e", "ms", log(10.0, 1e6), 1e6, Live;
            "Time constant with which the eligibility decays."; FREMAUX
        w_max_mv: f64, "w_max", "mV", real(0.01, 100.0), 1.0, Live;
            "Upper bound of the weights; the lower bound is 0."; FREMAUX
        pairing: Pairing, "pairing", "", Domain::Choice(&["nearest", "all-to-all"]), 0.0, Live;
            "nearest: a trace counts only the last spike. all-to-all: a trace sums all spikes."; MORRISON
        bounds: Bounds, "bounds", "", Domain::Choice(&["soft", "hard"]), 0.0, Live;
            "soft: changes become smaller near a bound. hard: weights are clipped."; MORRISON
        classes: u32, "classes", "", whole(1.0, 256.0), 10.0, Rebuild;
            "Pools of consecutive neurons, one for each class, for the supervised reference."; FREMAUX
    }
}

impl Rule for TrialRStdp {
    fn methods(&self) -> Methods {
        Methods {
            words: "Reward-modulated STDP: postsynaptic spikes add the presynaptic trace to an eligibility, which the neuromodulator at the end of a trial converts to weight.",
            equations: "τ_e de_ij/dt = −e_ij + τ_e x_i δ(t − t_j),   Δw_ij = η M e_ij b(w_ij)",
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
