//! Competitive STDP of shared filters: the filter that wins a site moves toward the patch at that site.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{log, real, record};

const KHERADPISHEH: &str = "Kheradpisheh et al. 2018, Neural Networks 99:56";
const THORPE: &str = "Thorpe, Delorme & Van Rullen 2001, Neural Networks 14:715";
const FREMAUX: &str = "Frémaux & Gerstner 2016, Front Neural Circuits 9:85";

record! {
    /// Competitive STDP of filters of zero mean and unit length. Without reward they learn in the stage of the task that names
    /// the projection; with `reward` above 0 they learn from reward in the last stage.
    FilterStdp, FILTER_STDP {
        eta: f64, "eta", "", log(1e-5, 1.0), 0.005, Live;
            "Fraction of the distance to a patch by which a filter moves when it wins; the first wins move it further."; KHERADPISHEH
        tau_ms: f64, "tau", "ms", log(0.5, 100.0), 4.0, Live;
            "Time constant with which later spikes of a patch count less."; THORPE
        reward: f64, "reward", "", real(0.0, 1.0), 0.0, Rebuild;
            "Learning rate from reward in the last stage; 0 for filters that stay fixed then."; FREMAUX
    }
}

impl Rule for FilterStdp {
    fn methods(&self) -> Methods {
        Methods {
            words: "Competitive STDP of shared filters: the filter that wins a site moves toward the patch at that site, with zero mean and unit length.",
            equations: "Δw = max(1/(n + 1), η) (x̂ − w),   |w| = 1;   with reward: Δw = η_M M (x̂ − w)",
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
