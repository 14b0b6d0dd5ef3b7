//! Policy-gradient plasticity of escape-noise neurons: `Δw = (η/N) M ∫ (s − ρ) ε dt` for spikes s, hazard ρ and potential ε.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{Slot, log, record, whole};
use crate::params::Domain;

/// Which eligibility the neuromodulator converts to weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Credit {
    /// The mean of the integral, given the decision.
    #[default]
    Expected,
    /// The integral over the decision window.
    Integral,
}

impl Slot for Credit {
    fn number(&self) -> f64 {
        f64::from(*self as u8)
    }

    fn set_number(&mut self, value: f64) {
        *self = if value == 0.0 { Self::Expected } else { Self::Integral };
    }
}

const VASILAKI: &str = "Vasilaki et al. 2009, PLoS Comput Biol 5:e1000586";
const FREMAUX: &str = "Frémaux & Gerstner 2016, Front Neural Circuits 9:85";

record! {
    /// Policy gradient (R-max). Its postsynaptic neurons have the model EscapeNoise. Weights have both signs and no bounds.
    RMax, R_MAX {
        eta: f64, "eta", "", log(1e-6, 100.0), 0.05, Live;
            "Learning rate: a bound on the change of potential by one image."; VASILAKI
        credit: Credit, "credit", "", Domain::Choice(&["expected", "integral"]), 0.0, Live;
            "expected: the eligibility is its mean given the decision. integral: the textbook rule, step by step."; VASILAKI
        tau_e_ms: f64, "tau_e", "ms", log(10.0, 1e6), 1e6, Live;
            "Time constant with which the eligibility decays until a delayed reward."; FREMAUX
        classes: u32, "classes", "", whole(1.0, 256.0), 10.0, Rebuild;
            "Actions: pools of consecutive neurons whose members share the credit."; VASILAKI
    }
}

impl Rule for RMax {
    fn methods(&self) -> Methods {
        Methods {
            words: "Policy gradient: the eligibility is the presynaptic potential times the postsynaptic spikes minus their expectation; the neuromodulator converts it to weight.",
            equations: "e_ij = ∫ (s_j − ρ_j) ε_i dt,   Δw_ij = (η/N) M e_ij",
        }
    }

    fn wirings(&self) -> &'static [&'static str] {
        &["AllToAll", "Shared"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn needs_trials(&self) -> bool {
        true
    }

    fn onto(&self) -> &'static [&'static str] {
        &["EscapeNoise"]
    }
}
