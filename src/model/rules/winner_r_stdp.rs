//! Reward-modulated STDP of the winner of a trial: the sign of the neuromodulator decides between STDP and its reverse.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{log, real, record};

const FREMAUX: &str = "Frémaux & Gerstner 2016, Front Neural Circuits 9:85";
const MOZAFARI: &str = "Mozafari et al. 2019, Pattern Recognition 94:87";

record! {
    /// Winner STDP of shared filters, modulated by reward. Weights stay between `w_min` and `w_max`.
    WinnerRStdp, WINNER_R_STDP {
        eta: f64, "eta", "", log(1e-6, 100.0), 0.05, Live;
            "Learning rate: a factor of every weight change."; MOZAFARI
        a_plus: f64, "a_plus", "", real(0.0, 2.0), 1.0, Live;
            "Potentiation of a causal input after a reward."; MOZAFARI
        a_minus: f64, "a_minus", "", real(0.0, 2.0), 1.05, Live;
            "Depression of every other input after a reward, and of causal inputs after a punishment."; MOZAFARI
        a_punish: f64, "a_punish", "", real(0.0, 2.0), 0.125, Live;
            "Potentiation of inputs that were not causal after a punishment."; MOZAFARI
        tau_e_ms: f64, "tau_e", "ms", log(10.0, 1e6), 1e6, Live;
            "Time constant with which the eligibility decays until a delayed reward."; FREMAUX
        w_min_mv: f64, "w_min", "mV", real(0.0, 10.0), 0.2, Live;
            "Lower bound of the weights."; MOZAFARI
        w_max_mv: f64, "w_max", "mV", real(0.01, 100.0), 1.0, Live;
            "Upper bound of the weights."; MOZAFARI
    }
}

impl Rule for WinnerRStdp {
    fn amplitudes(&self) -> &'static [&'static str] {
        &["a_plus", "a_minus", "a_punish"]
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "The same, modulated by reward: a positive neuromodulator potentiates inputs that fired before the winner and depresses the others, a negative one does the reverse.",
            equations: "Δw = η M A+ (causal), −η M A− (other) for M > 0;   η M A−, −η M A_p for M < 0",
        }
    }

    fn wirings(&self) -> &'static [&'static str] {
        &["Shared"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        // drawn weights beyond the bounds are clipped when they change
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn needs_trials(&self) -> bool {
        true
    }

    fn onto(&self) -> &'static [&'static str] {
        &["EscapeNoise"]
    }
}
