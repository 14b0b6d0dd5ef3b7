//! STDP of the winners of a trial, without reward: a causal input is potentiated, every other one depressed.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{log, record, whole};

const KHERADPISHEH: &str = "Kheradpisheh et al. 2018, Neural Networks 99:56";
const MOZAFARI: &str = "Mozafari et al. 2019, Pattern Recognition 94:87";

record! {
    /// Winner STDP of shared filters with weights between 0 and 1, in the stage of the task that names the projection.
    WinnerStdp, WINNER_STDP {
        eta: f64, "eta", "", log(1e-5, 0.15), 0.004, Live;
            "Potentiation at the start; it doubles every 500 trials until it is 0.15. Depression is 3/4 of it."; MOZAFARI
        learners: u32, "learners", "", whole(1.0, 100.0), 5.0, Rebuild;
            "Neurons that learn from a trial, the earliest first."; KHERADPISHEH
        radius: u32, "radius", "", whole(0.0, 28.0), 3.0, Rebuild;
            "Distance in sites within which a winner keeps others from winning."; KHERADPISHEH
    }
}

impl Rule for WinnerStdp {
    fn methods(&self) -> Methods {
        Methods {
            words: "STDP of the neurons that win a trial: inputs that fired before the winner are potentiated, all others depressed.",
            equations: "Δw = A+ w (1 − w) for a causal input, −¾ A+ w (1 − w) for any other",
        }
    }

    fn wirings(&self) -> &'static [&'static str] {
        &["Shared"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn needs_trials(&self) -> bool {
        true
    }

    fn onto(&self) -> &'static [&'static str] {
        &["SiteLif"]
    }
}
