//! Independent Poisson spike trains of one rate.

use super::{Methods, Model};
use crate::model::fault::{Faults, field};
use crate::model::field::{real, record};
use crate::model::shape::Shape;
use crate::time::TimeGrid;

/// Mean number of spikes of a neuron in a step, at most.
const MOST_PER_STEP: f64 = 100.0;

record! {
    /// Independent Poisson spike trains. They receive nothing. The number of spikes of a neuron in a step has a Poisson
    /// distribution, as in NEST's `poisson_generator`.
    Poisson, POISSON {
        rate_hz: f64, "rate", "Hz", real(0.0, 1e6), 10.0, Live;
            "Mean rate of every spike train; at high rates a neuron can fire several times in a step."; "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 7"
    }
}

impl Model for Poisson {
    fn usual_name(&self) -> &'static str {
        "noise"
    }

    fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
        let limit = MOST_PER_STEP * 1000.0 / grid.dt_ms();
        if self.rate_hz > limit {
            let message = format!(
                "{} Hz is above {MOST_PER_STEP} spikes per step of {} ms; choose at most {limit} Hz, or several populations",
                self.rate_hz,
                grid.dt_ms()
            );
            faults.at(&field(path, "rate"), message);
        }
    }

    fn methods(&self) -> Methods {
        Methods {
            words: "Independent Poisson spike trains, one for each neuron; the number of spikes in a step has a Poisson distribution.",
            equations: "P(k spikes in Δt) = (r Δt)^k e^(−r Δt)/k!",
        }
    }

    fn rate_hz(&self, _duration_ms: Option<f64>) -> Option<f64> {
        Some(self.rate_hz)
    }

    fn bytes(&self, size: u32) -> u64 {
        u64::from(size) * 16
    }
}
