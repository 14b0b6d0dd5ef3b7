//! Distributions of a description as those of the engine.

use crate::engine::projection::Draw;
use crate::model::{self, Distribution, ProjectionSpec};
use crate::time::TimeGrid;

/// Weights in mV: with a rule within its bounds, otherwise with the sign of the mean.
pub(super) fn weights(spec: &ProjectionSpec) -> Draw {
    let Distribution::Normal { mean, sd } = spec.weight else { return unbounded(&spec.weight) };
    let (low, high) = match &spec.rule {
        Some(rule) => rule.weights_mv(),
        None if mean > 0.0 => (f64::MIN_POSITIVE, f64::INFINITY),
        None if mean < 0.0 => (f64::NEG_INFINITY, -f64::MIN_POSITIVE),
        None => (f64::NEG_INFINITY, f64::INFINITY),
    };
    Draw::Normal { mean, sd, low, high }
}

/// Delays in steps.
pub(super) fn delays(delay: &Distribution, grid: TimeGrid) -> Draw {
    let steps = |ms: f64| ms / grid.dt_ms();
    match *delay {
        // rounding removes the error of the division
        Distribution::Constant(ms) => Draw::Constant(libm::round(steps(ms))),
        Distribution::Uniform { low, high } => Draw::Uniform { low: steps(low), high: steps(high) },
        Distribution::Normal { mean, sd } => {
            Draw::Normal { mean: steps(mean), sd: steps(sd), low: 1.0, high: f64::from(model::MAX_DELAY_STEPS) }
        }
        Distribution::Gabor | Distribution::Noise => Draw::Constant(1.0),
    }
}

pub(super) fn unbounded(distribution: &Distribution) -> Draw {
    match *distribution {
        Distribution::Constant(value) => Draw::Constant(value),
        Distribution::Uniform { low, high } => Draw::Uniform { low, high },
        Distribution::Normal { mean, sd } => Draw::Normal { mean, sd, low: f64::NEG_INFINITY, high: f64::INFINITY },
        Distribution::Gabor | Distribution::Noise => Draw::Constant(0.0),
    }
}
