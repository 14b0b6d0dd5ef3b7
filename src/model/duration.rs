//! The times of a free run: its duration and its rewards.

use super::check::DT;
use super::fault::Faults;
use super::field::Field;
use super::reward::AMOUNT;
use super::task::{FreeTask, TaskSpec};
use crate::params::{Change, Domain};
use crate::time::TimeGrid;

/// The steps of a run, at most.
const MOST_STEPS: f64 = 4_294_967_295.0;

/// The duration of a free run; its limits follow from the time step.
pub(super) static DURATION: Field = Field {
    name: "duration",
    unit: "ms",
    // one step of the smallest time step, and 2^32 - 1 of the largest
    domain: Domain::Real { min: 0.001, max: MOST_STEPS * 10.0, log: true },
    default: 1000.0,
    change: Change::Live,
    help: "Simulated time of a run from the command line and of every run of a study; in the window the network runs until it is paused.",
    source: "Spikescope, docs/MODEL.md",
};

/// The time of a reward.
pub(super) static TIME: Field = Field { domain: Domain::Real { min: 0.0, max: MOST_STEPS * 10.0, log: true }, ..DURATION };

/// The duration of a free run in steps of `dt_ms`: at least one step. The limits are wider where that is no time step.
pub(super) fn duration_field(dt_ms: f64) -> Field {
    if !DT.domain.admits(dt_ms) {
        return DURATION;
    }
    // in binary, 4294967295 * 0.1 is not 429496729.5
    let max = format!("{:.12e}", MOST_STEPS * dt_ms).parse().unwrap_or(f64::MAX);
    Field { domain: Domain::Real { min: dt_ms, max, log: true }, ..DURATION }
}

/// The duration of a free run in ms from text with its unit, for example `10 s`, with steps of `dt_ms`; the error states what is
/// wrong.
pub fn duration_ms(text: &str, dt_ms: f64) -> Result<f64, String> {
    let field = duration_field(dt_ms);
    let ms = field.parse(text, true)?;
    field.out_of_range(ms).map_or(Ok(ms), Err)
}

impl TaskSpec {
    /// Durations that are no whole number of steps, or 0, and rewards off the grid or out of order. Those after the end come with an extension.
    pub(crate) fn check(&self, dt_ms: f64, faults: &mut Faults) {
        let Self::FreeRun(FreeTask { duration_ms, rewards, reward_when, environment }) = self else { return };
        let wrong = duration_field(dt_ms).out_of_range(*duration_ms);
        let is_long = wrong.is_none();
        wrong.into_iter().for_each(|message| faults.at("task.duration", message));
        if !DT.domain.admits(dt_ms) {
            return;
        }
        let mut last = f64::NEG_INFINITY;
        for &(ms, amount) in rewards {
            if let Some(message) = AMOUNT.out_of_range(amount) {
                faults.at("task.rewards", message);
            }
            if let Err(fault) = TimeGrid::new(dt_ms).steps(ms) {
                faults.at("task.rewards", fault.to_string());
            } else if ms <= last {
                faults.at("task.rewards", format!("{ms} ms does not follow {last} ms; write the times in rising order"));
            }
            last = ms;
        }
        if let Some(when) = reward_when {
            when.check(dt_ms, faults);
        }
        if let Some(environment) = environment {
            environment.check(dt_ms, faults);
        }
        if let Err(fault) = TimeGrid::new(dt_ms).steps(*duration_ms)
            && is_long
        {
            faults.at("task.duration", fault.to_string());
        }
    }
}
