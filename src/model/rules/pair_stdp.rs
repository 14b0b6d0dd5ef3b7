//! Pair STDP: `Δw = η A+ exp(−Δt/τ+)` for a presynaptic spike before a postsynaptic one, `Δw = −η A− exp(Δt/τ−)`
//! otherwise.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{Slot, log, real, record};
use crate::params::Domain;

const SONG: &str = "Song, Miller & Abbott 2000, Nat Neurosci 3:919";
const GUETIG: &str = "Gütig, Aharonov, Rotter & Sompolinsky 2003, J Neurosci 23:3697";
const MORRISON: &str = "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459";

/// Which pairs of spikes count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pairing {
    /// A trace counts only the last spike.
    #[default]
    Nearest,
    /// A trace sums all spikes.
    AllToAll,
}

/// What happens at the limits of the weights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bounds {
    /// Changes become smaller near a limit.
    #[default]
    Soft,
    /// Weights are clipped.
    Hard,
}

impl Slot for Pairing {
    fn number(&self) -> f64 {
        f64::from(u8::from(*self == Self::AllToAll))
    }

    fn set_number(&mut self, value: f64) {
        *self = if value == 0.0 { Self::Nearest } else { Self::AllToAll };
    }
}

impl Slot for Bounds {
    fn number(&self) -> f64 {
        f64::from(u8::from(*self == Self::Hard))
    }

    fn set_number(&mut self, value: f64) {
        *self = if value == 0.0 { Self::Soft } else { Self::Hard };
    }
}

record! {
    /// Pair STDP with potentiation and depression. Weights stay between 0 and `w_max`.
    PairStdp, PAIR_STDP {
        eta: f64, "eta", "", log(1e-6, 100.0), 1.0, Live;
            "Learning rate: a factor of every weight change."; SONG
        a_plus: f64, "a_plus", "", real(0.0, 2.0), 0.01, Live;
            "Weight change of a pre-before-post pair, times eta."; SONG
        a_minus: f64, "a_minus", "", real(0.0, 2.0), 0.0105, Live;
            "Weight change of a post-before-pre pair, times eta."; SONG
        tau_plus_ms: f64, "tau_plus", "ms", log(0.5, 500.0), 20.0, Live;
            "Time constant of the presynaptic trace."; MORRISON
        tau_minus_ms: f64, "tau_minus", "ms", log(0.5, 500.0), 20.0, Live;
            "Time constant of the postsynaptic trace."; MORRISON
        w_max_mv: f64, "w_max", "mV", log(0.01, 10_000.0), 1.0, Live;
            "Upper bound of the weights; the lower bound is 0."; SONG
        pairing: Pairing, "pairing", "", Domain::Choice(&["nearest", "all-to-all"]), 0.0, Live;
            "nearest: a trace counts only the last spike. all-to-all: a trace sums all spikes."; MORRISON
        bounds: Bounds, "bounds", "", Domain::Choice(&["soft", "hard"]), 0.0, Live;
            "soft: changes become smaller near a bound. hard: weights are clipped."; MORRISON
        mu_plus: f64, "mu_plus", "", real(0.0, 10.0), 1.0, Live;
            "Exponent of soft bounds for potentiation, which is in proportion to (1 - w/w_max)^mu_plus; 0 for additive potentiation."; GUETIG
        mu_minus: f64, "mu_minus", "", real(0.0, 10.0), 1.0, Live;
            "Exponent of soft bounds for depression, which is in proportion to (w/w_max)^mu_minus; 0 for additive depression."; GUETIG
    }
}

impl Rule for PairStdp {
    fn wirings(&self) -> &'static [&'static str] {
        &["AllToAll", "OneToOne", "Probability", "Indegree", "Outdegree", "Ring", "Explicit"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        (0.0, self.w_max_mv)
    }

    fn amplitudes(&self) -> &'static [&'static str] {
        &["a_plus", "a_minus"]
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Pair-based STDP. Delays are axonal: a presynaptic spike is paired when it arrives. With soft bounds b(w) is w_max (1 − w/w_max)^μ+ for potentiation and w_max (w/w_max)^μ− for depression, with hard bounds 1.",
            equations: "Δw = η A+ b(w) exp(−Δt/τ+) for pre before post,   Δw = −η A− b(w) exp(Δt/τ−) otherwise",
        }
    }
}
