//! Synaptic scaling: the weights onto a neuron are multiplied by a common factor, slowly, until it fires at a target rate or their
//! sum has a target value.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{Slot, log, real, record};
use crate::params::Domain;

const TURRIGIANO: &str = "Turrigiano, Leslie, Desai, Rutherford & Nelson 1998, Nature 391:892";
const VAN_ROSSUM: &str = "van Rossum, Bi & Turrigiano 2000, J Neurosci 20:8812";

/// What scaling keeps constant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Target {
    /// The rate of the postsynaptic neuron.
    #[default]
    Rate,
    /// The sum of the weights onto it.
    Sum,
}

impl Slot for Target {
    fn number(&self) -> f64 {
        f64::from(u8::from(*self == Self::Sum))
    }

    fn set_number(&mut self, value: f64) {
        *self = if value == 0.0 { Self::Rate } else { Self::Sum };
    }
}

record! {
    /// Synaptic scaling. The size of the weights, which keep their sign, stays at most `w_max`.
    SynapticScaling, SYNAPTIC_SCALING {
        target: Target, "target", "", Domain::Choice(&["rate", "sum"]), 0.0, Live;
            "rate: the mean rate of the postsynaptic neuron approaches rho0. sum: the sum of the weights onto it approaches sum."; TURRIGIANO
        rho0_hz: f64, "rho0", "Hz", real(0.001, 1000.0), 5.0, Live;
            "Target rate of the postsynaptic neurons; without effect on the target sum."; VAN_ROSSUM
        sum_mv: f64, "sum", "mV", real(0.001, 1e6), 10.0, Live;
            "Target sum of the sizes of the weights onto a neuron; without effect on the target rate."; TURRIGIANO
        tau_ms: f64, "tau", "ms", log(100.0, 1e9), 100_000.0, Live;
            "Time constant of scaling: the weights onto a silent neuron grow by a factor e in this time."; VAN_ROSSUM
        tau_rate_ms: f64, "tau_rate", "ms", log(1.0, 1e8), 10_000.0, Live;
            "Time constant of the running mean of the rate, which begins at rho0."; VAN_ROSSUM
        interval_ms: f64, "interval", "ms", log(0.1, 1e7), 1000.0, Live;
            "Time between two changes of the weights, rounded to whole steps."; VAN_ROSSUM
        w_max_mv: f64, "w_max", "mV", log(0.01, 10_000.0), 10.0, Live;
            "Upper bound of the size of the weights."; VAN_ROSSUM
    }
}

impl Rule for SynapticScaling {
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

    fn methods(&self) -> Methods {
        Methods {
            words: "Synaptic scaling: after every interval T the weights onto a neuron are multiplied by a common factor, which depends on the running mean a of its rate, or on the sum of the weights onto it.",
            equations: "w ← w exp((1 − a/ρ0) T/τ),   τ_a da/dt = −a + Σ δ(t − t_post);   or w ← w exp((1 − Σ|w|/S) T/τ)",
        }
    }
}
