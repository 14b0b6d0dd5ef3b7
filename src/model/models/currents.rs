//! Sources of currents: steps, ramps and noise. Currents are R I in mV, as the field `ri` of neurons; a projection multiplies them by its
//! weight. They act in the step for which they are given.

use super::{Methods, Model};
use crate::model::fault::{Faults, field};
use crate::model::field::{Slot, log, real, record};
use crate::model::shape::Shape;
use crate::params::Domain;
use crate::time::TimeGrid;

const SOURCE: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1";
const OU: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 8";
const CURRENT: Domain = real(-1000.0, 1000.0);
/// Times up to a day.
const TIME: Domain = log(0.0, 86_400_000.0);

record! {
    /// A constant current for some time.
    StepCurrent, STEP_CURRENT {
        ri_mv: f64, "ri", "mV", CURRENT, 20.0, Live;
            "Current R I from start to stop, times the weight of a projection; onto Izhikevich neurons in mV per ms."; SOURCE
        start_ms: f64, "start", "ms", TIME, 100.0, Live;
            "Time at which the current begins; a whole number of steps."; SOURCE
        stop_ms: f64, "stop", "ms", TIME, 600.0, Live;
            "Time at which it ends; a whole number of steps."; SOURCE
    }
}

record! {
    /// A current that changes linearly for some time.
    RampCurrent, RAMP_CURRENT {
        from_mv: f64, "from", "mV", CURRENT, 0.0, Live;
            "Current R I at start, times the weight of a projection; onto Izhikevich neurons in mV per ms."; SOURCE
        to_mv: f64, "to", "mV", CURRENT, 30.0, Live;
            "Current R I that is reached at stop; from there on there is none."; SOURCE
        start_ms: f64, "start", "ms", TIME, 0.0, Live;
            "Time at which the current begins; a whole number of steps."; SOURCE
        stop_ms: f64, "stop", "ms", TIME, 1000.0, Live;
            "Time at which it ends; a whole number of steps."; SOURCE
    }
}

record! {
    /// A current that is noise, independent for each neuron of the source and constant within a step.
    NoiseCurrent, NOISE_CURRENT {
        mean_mv: f64, "mean", "mV", CURRENT, 0.0, Live;
            "Mean of the current R I, times the weight of a projection; onto Izhikevich neurons in mV per ms."; OU
        sd_mv: f64, "sd", "mV", real(0.0, 1000.0), 10.0, Live;
            "Standard deviation of the current in a step."; OU
        tau_ms: f64, "tau", "ms", real(0.0, 1000.0), 5.0, Live;
            "Correlation time of the noise (Ornstein-Uhlenbeck process); at 0 the steps are independent, and the effect of the same sd depends on dt."; OU
        distribution: Law, "distribution", "", Domain::Choice(&["normal", "uniform"]), 0.0, Live;
            "Distribution of the noise in a step; uniform noise lies within sd times the square root of 3 of the mean, and needs tau = 0."; OU
    }
}

/// The distribution of noise in a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Law {
    /// The normal distribution.
    #[default]
    Normal,
    /// The uniform distribution with this mean and standard deviation.
    Uniform,
}

impl Slot for Law {
    fn number(&self) -> f64 {
        f64::from(u8::from(*self == Self::Uniform))
    }

    fn set_number(&mut self, value: f64) {
        *self = if value == 0.0 { Self::Normal } else { Self::Uniform };
    }
}

/// Uniform noise has no correlation: a sum of uniform numbers is not uniform.
fn check_noise(own: &NoiseCurrent, path: &str, faults: &mut Faults) {
    if own.distribution == Law::Uniform && own.tau_ms > 0.0 {
        faults.at(
            &field(path, "tau"),
            format!("{} ms does not apply to uniform noise; write tau: \"0 ms\" or distribution: \"normal\"", own.tau_ms),
        );
    }
}

/// A current begins and ends at steps, and lasts for at least one.
fn check_times([start_ms, stop_ms]: [f64; 2], path: &str, grid: TimeGrid, faults: &mut Faults) {
    let mut step = |name, ms| grid.steps(ms).map_err(|fault| faults.at(&field(path, name), fault.to_string())).ok();
    let (start, stop) = (step("start", start_ms), step("stop", stop_ms));
    if let (Some(start), Some(stop)) = (start, stop)
        && stop <= start
    {
        faults.at(&field(path, "stop"), format!("{stop_ms} ms must be above start = {start_ms} ms"));
    }
}

/// What all sources of currents have in common, and where they differ.
macro_rules! source_of_current {
    ($model:ident, $name:literal, $shape:expr, $check:expr, $bytes:literal, $words:literal, $equations:literal) => {
        impl Model for $model {
            fn usual_name(&self) -> &'static str {
                $name
            }

            fn usual_shape(&self) -> Shape {
                $shape
            }

            fn emits_current(&self) -> bool {
                true
            }

            fn check(&self, path: &str, _shape: Shape, grid: TimeGrid, faults: &mut Faults) {
                let check: fn(&Self, &str, TimeGrid, &mut Faults) = $check;
                check(self, path, grid, faults);
            }

            fn methods(&self) -> Methods {
                Methods { words: $words, equations: $equations }
            }

            fn bytes(&self, size: u32) -> u64 {
                // the currents of a chunk
                u64::from(size) * $bytes
            }
        }
    };
}

source_of_current!(
    StepCurrent,
    "step",
    Shape::Line(1),
    |own, path, grid, faults| check_times([own.start_ms, own.stop_ms], path, grid, faults),
    1024,
    "A current that is constant from start to stop, times the weight.",
    "R I(t) = R I for start ≤ t < stop"
);

source_of_current!(
    RampCurrent,
    "ramp",
    Shape::Line(1),
    |own, path, grid, faults| check_times([own.start_ms, own.stop_ms], path, grid, faults),
    1024,
    "A current that changes linearly from start to stop, times the weight; it is constant within a step.",
    "R I(t) = from + (to − from) (t − start)/(stop − start) for start ≤ t < stop"
);

source_of_current!(
    NoiseCurrent,
    "noise_current",
    Shape::Line(100),
    |own, path, _, faults| check_noise(own, path, faults),
    1040,
    "Noise currents, independent for each neuron of the source, times the weight; constant within a step. With a correlation time they are Ornstein-Uhlenbeck processes, solved exactly from step to step; without, the steps are independent.",
    "R I = mean + sd z,   z ← e^(−Δt/τ) z + √(1 − e^(−2Δt/τ)) ξ in every step, ξ standard normal, or uniform with the same variance"
);
