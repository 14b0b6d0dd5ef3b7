//! Regular spike trains of one rate.

use super::{Methods, Model};
use crate::model::fault::{Faults, field};
use crate::model::field::{Field, real, record};
use crate::model::shape::Shape;
use crate::params::Change;
use crate::time::TimeGrid;

const SOURCE: &str = "Spikescope, docs/MODEL.md";

record! {
    /// Regular spike trains, all of one rate: a neuron fires in every step in which `phase + rate t` passes a whole number. They receive
    /// nothing.
    Regular, REGULAR {
        rate_hz: f64, "rate", "Hz", real(0.0, 1e6), 10.0, Live;
            "Rate of every spike train, at most one spike in a step; the phases continue when it changes."; SOURCE
    }
}

const START: &[Field] = &[Field {
    name: "phase",
    unit: "",
    domain: real(0.0, 1.0),
    default: 0.0,
    change: Change::Rebuild,
    help: "Fraction of an interval that has passed at the start: the first spike is at (1 - phase)/rate, with a phase of 0 or 1 in the first step. Uniform(0, 1) desynchronises the neurons.",
    source: SOURCE,
}];

impl Model for Regular {
    fn usual_name(&self) -> &'static str {
        "clock"
    }

    fn start(&self) -> &'static [Field] {
        START
    }

    fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        let limit = 1000.0 / grid.dt_ms();
        if self.rate_hz > limit {
            let message = format!("{} Hz is above one spike per step of {} ms; choose at most {limit} Hz", self.rate_hz, grid.dt_ms());
            faults.at(&field(path, "rate"), message);
        }
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Regular spike trains, one for each neuron, with a phase of its own.",
            equations: "spike when φ + r t passes a whole number",
        }
    }

    fn rate_hz(&self, _duration_ms: Option<f64>) -> Option<f64> {
        Some(self.rate_hz)
    }

    fn bytes(&self, size: u32) -> u64 {
        u64::from(size) * 24
    }
}
