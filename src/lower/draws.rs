//! Distributions of a description as those of the engine.

use crate::engine::projection::Draw;
use crate::model::{self, Distribution, ProjectionSpec};
use crate::time::TimeGrid;

/// Weights in mV: with a rule within its bounds, otherwise with the sign of the mean.
pub(super) fn weights(spec: &ProjectionSpec) -> Draw {
    let mean = spec.weight.mean();
    bounded(
        &spec.weight,
        if spec.learns() {
            spec.limits_mv()
        } else if mean > 0.0 {
            (f64::MIN_POSITIVE, f64::INFINITY)
        } else if mean < 0.0 {
            (f64::NEG_INFINITY, -f64::MIN_POSITIVE)
        } else {
            (f64::NEG_INFINITY, f64::INFINITY)
        },
    )
}

/// Delays in steps.
pub(super) fn delays(delay: &Distribution, grid: TimeGrid) -> Draw {
    times(delay, grid, f64::from(model::MAX_DELAY_STEPS))
}

/// Times in steps, from one to `most` where the distribution has no limits of its own.
pub(crate) fn times(times: &Distribution, grid: TimeGrid, most: f64) -> Draw {
    let steps = |ms: f64| ms / grid.dt_ms();
    let in_steps = match *times {
        // rounding removes the error of the division
        Distribution::Constant(ms) => Distribution::Constant(libm::round(steps(ms))),
        Distribution::Uniform { low, high } => Distribution::Uniform { low: steps(low), high: steps(high) },
        Distribution::Normal { mean, sd } => Distribution::Normal { mean: steps(mean), sd: steps(sd) },
        Distribution::LogNormal { mean, sd } => Distribution::LogNormal { mean: steps(mean), sd: steps(sd) },
        Distribution::Gabor | Distribution::Noise => Distribution::Constant(1.0),
    };
    bounded(&in_steps, (1.0, most))
}

pub(super) fn unbounded(distribution: &Distribution) -> Draw {
    bounded(distribution, (f64::NEG_INFINITY, f64::INFINITY))
}

/// Bounds apply to distributions without limits of their own.
fn bounded(distribution: &Distribution, (low, high): (f64, f64)) -> Draw {
    match *distribution {
        Distribution::Constant(value) => Draw::Constant(value),
        Distribution::Uniform { low, high } => Draw::Uniform { low, high },
        Distribution::Normal { mean, sd } => Draw::Normal { mean, sd, low, high },
        Distribution::LogNormal { mean, sd } => Draw::log_normal(mean, sd, (low, high)),
        Distribution::Gabor | Distribution::Noise => Draw::Constant(0.0),
    }
}
