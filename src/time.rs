//! Integer time. A simulation counts steps; milliseconds appear only in interfaces.

use serde::{Deserialize, Serialize};

/// A point in model time, in steps of `dt` since the last reset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Step(pub u64);

/// Why a duration does not fit the grid.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GridError {
    /// The duration is not a whole number of steps.
    #[error("{ms} ms is not a whole number of steps of {dt_ms} ms; choose a multiple of the time step")]
    NotWhole {
        /// The given duration.
        ms: f64,
        /// The time step.
        dt_ms: f64,
    },
    /// The duration is negative, not finite or too long.
    #[error("{ms} ms is not a valid duration; allowed: 0 to {max_ms} ms")]
    OutOfRange {
        /// The given duration.
        ms: f64,
        /// The longest representable duration.
        max_ms: f64,
    },
}

/// The time grid: every duration of a simulation is a whole number of its steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeGrid {
    dt_ms: f64,
}

impl TimeGrid {
    /// A grid with steps of `dt_ms` milliseconds. The registry ensures that `dt_ms` is positive and finite.
    pub fn new(dt_ms: f64) -> Self {
        assert!(dt_ms.is_finite() && dt_ms > 0.0, "the time step must be positive, got {dt_ms} ms");
        Self { dt_ms }
    }

    /// The time step in ms.
    pub fn dt_ms(self) -> f64 {
        self.dt_ms
    }

    /// `ms` as a whole number of steps, or an error.
    pub fn steps(self, ms: f64) -> Result<u32, GridError> {
        let exact = ms / self.dt_ms;
        let max_ms = f64::from(u32::MAX) * self.dt_ms;
        if !(0.0..=f64::from(u32::MAX)).contains(&exact) {
            return Err(GridError::OutOfRange { ms, max_ms });
        }
        let whole = exact.round();
        // 0.3 / 0.1 is not exactly 3 in binary; a deviation of a millionth of a step is accepted
        if (exact - whole).abs() > 1e-6 {
            return Err(GridError::NotWhole { ms, dt_ms: self.dt_ms });
        }
        Ok(whole as u32)
    }

    /// Model time of a step in ms: the number nearest to it, so that step 34 of 0.1 ms is 3.4 ms and not 3.4000000000000004 ms.
    pub fn ms(self, step: Step) -> f64 {
        let steps_per_ms = (1.0 / self.dt_ms).round();
        if steps_per_ms >= 1.0 && (steps_per_ms * self.dt_ms - 1.0).abs() < 1e-12 {
            step.0 as f64 / steps_per_ms
        } else {
            step.0 as f64 * self.dt_ms
        }
    }

    /// The factor by which a quantity with time constant `tau_ms` decays in one step.
    pub fn decay(self, tau_ms: f64) -> f64 {
        libm::exp(-self.dt_ms / tau_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_multiples_are_counted_although_binary_fractions_are_not_exact() {
        let grid = TimeGrid::new(0.1);
        assert_eq!(grid.steps(0.3), Ok(3));
        assert_eq!(grid.steps(250.0), Ok(2500));
        assert_eq!(grid.steps(0.0), Ok(0));
    }

    #[test]
    fn times_are_the_decimal_numbers_that_a_person_would_write() {
        let written = |dt_ms: f64, step: u64| TimeGrid::new(dt_ms).ms(Step(step)).to_string();
        assert_eq!(written(0.1, 34), "3.4");
        assert_eq!(written(0.1, 1_236_062), "123606.2");
        assert_eq!(written(0.05, 3), "0.15");
        assert_eq!(written(0.25, 5), "1.25");
        assert_eq!(written(1.0, 7), "7");
    }

    #[test]
    fn a_duration_off_the_grid_is_refused_with_both_numbers() {
        let error = TimeGrid::new(1.0).steps(2.5).unwrap_err();
        assert!(error.to_string().contains("2.5 ms") && error.to_string().contains("1 ms"));
        assert!(TimeGrid::new(1.0).steps(-1.0).is_err());
        assert!(TimeGrid::new(1.0).steps(f64::NAN).is_err());
        assert!(TimeGrid::new(1e-3).steps(f64::INFINITY).is_err());
    }
}
