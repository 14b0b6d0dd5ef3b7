//! The log of a run: what a person changed, and before which step. Seed, preset, data, program version and this list
//! determine every spike, so that a replay needs no clock and no thread.

use super::picture::Picture;
use super::trainer::{Halt, Trainer};
use crate::params::{ParamError, ParamId};
use crate::time::Step;
use serde::{Deserialize, Serialize};

/// A command that changed the course of the simulation, and before which step. Seed, preset, program version and
/// this list determine every spike of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Applied {
    /// The first step it had an effect on.
    pub before: Step,
    /// What was changed.
    pub change: Recorded,
}

/// The part of a command a replay needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Recorded {
    /// A parameter by registry name, in its registry unit.
    Set(String, f64),
    /// The reward of the image being shown was overruled.
    Reward(f32),
    /// A person drew a picture: it takes the place of the next image.
    Shown(Picture),
}

/// Why a log cannot be followed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// A recorded change is not possible.
    #[error("the recorded change before step {step} cannot be made: {source}")]
    Change {
        /// Where it was recorded.
        step: u64,
        /// Why not.
        source: ParamError,
    },
    /// The log goes back in time.
    #[error("the recorded change before step {found} comes after step {now}; the log is damaged")]
    Order {
        /// Where it was recorded.
        found: u64,
        /// The step already reached.
        now: u64,
    },
    /// The run halted by itself.
    #[error(transparent)]
    Halt(#[from] Halt),
}

impl Trainer {
    /// Make a recorded change.
    pub fn apply(&mut self, change: &Recorded) -> Result<(), ParamError> {
        match change {
            Recorded::Set(name, value) => {
                let id = ParamId::from_name(name).ok_or_else(|| ParamError::Unknown { name: name.clone() })?;
                self.set(id, *value)
            }
            Recorded::Reward(reward) => {
                self.give_reward(f64::from(*reward));
                Ok(())
            }
            Recorded::Shown(picture) => self.show_next(picture.clone()),
        }
    }

    /// Go on to step `end`, making the changes of a log before the steps they were made before.
    pub fn replay(&mut self, log: &[Applied], end: Step) -> Result<(), ReplayError> {
        for Applied { before, change } in log {
            if before.0 < self.step() {
                return Err(ReplayError::Order { found: before.0, now: self.step() });
            }
            self.run_to(before.0)?;
            self.apply(change).map_err(|source| ReplayError::Change { step: before.0, source })?;
        }
        self.run_to(end.0)?;
        Ok(())
    }

    fn run_to(&mut self, step: u64) -> Result<(), Halt> {
        while self.step() < step {
            self.advance(step - self.step(), &mut [])?;
        }
        Ok(())
    }
}
