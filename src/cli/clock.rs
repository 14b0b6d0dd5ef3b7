//! Time that a run has taken, summed over all processes that resumed it.

use super::machine;
use std::time::Instant;

/// Processor time and wall-clock time of a run.
pub(super) struct Clock {
    cpu_before: Option<f64>,
    wall_before: f64,
    cpu_start: Option<f64>,
    pub(super) start: Instant,
}

impl Clock {
    /// Continue after these times, in seconds.
    #[allow(clippy::disallowed_methods)] // measures the run; does not influence it
    pub(super) fn go_on(cpu_before: Option<f64>, wall_before: f64) -> Self {
        Self { cpu_before, wall_before, cpu_start: machine::cpu_seconds(), start: Instant::now() }
    }

    /// Wall-clock time of all processes, in seconds.
    pub(super) fn wall_s(&self) -> f64 {
        self.wall_before + self.start.elapsed().as_secs_f64()
    }

    /// Processor time of this process since it continued, in seconds, where the system reports it.
    pub(super) fn own_cpu_s(&self) -> Option<f64> {
        Some(machine::cpu_seconds()? - self.cpu_start?)
    }

    /// Processor time of all processes in seconds, where the system reports it.
    pub(super) fn cpu_s(&self) -> Option<f64> {
        Some(self.cpu_before? + self.own_cpu_s()?)
    }
}
