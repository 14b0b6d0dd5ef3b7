//! Short-term plasticity: every spike uses a share of the resources of its synapse, which recover, and can raise the share for the
//! next one. The stored weights do not change.

use super::Rule;
use crate::model::Methods;
use crate::model::field::{log, real, record};

const TSODYKS: &str = "Tsodyks, Pawelzik & Markram 1998, Neural Comput 10:821";

record! {
    /// Short-term depression and facilitation. A spike has the effect `weight` times u x, at rest `weight` times `u`.
    TsodyksMarkram, TSODYKS_MARKRAM {
        u: f64, "u", "", log(0.001, 1.0), 0.5, Live;
            "Share of the resources that the first spike uses, and increment of facilitation (U)."; TSODYKS
        tau_rec_ms: f64, "tau_rec", "ms", log(0.1, 100_000.0), 800.0, Live;
            "Time constant with which the resources recover."; TSODYKS
        tau_facil_ms: f64, "tau_facil", "ms", real(0.0, 100_000.0), 0.0, Live;
            "Time constant with which facilitation decays; 0 for none."; TSODYKS
    }
}

impl Rule for TsodyksMarkram {
    fn wirings(&self) -> &'static [&'static str] {
        &["AllToAll", "OneToOne", "Probability", "Indegree", "Outdegree", "Ring", "Explicit"]
    }

    fn weights_mv(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn is_continuous(&self) -> bool {
        true
    }

    fn learns(&self) -> bool {
        false
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Short-term plasticity: a spike acts with its weight times u x, with the resources x before the spike and the share u of them that it uses. Weights are constant.",
            equations: "u ← U + (1 − U) u, then effect w u x, then x ← x − u x, at a presynaptic spike,   τ_facil du/dt = −u,   τ_rec dx/dt = 1 − x",
        }
    }
}
