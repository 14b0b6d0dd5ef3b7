//! The log of a run: the user's changes, each with the step before which it was applied. Seed, preset, data, program version
//! and this list determine every spike, so that a replay needs no clock and no thread.

use super::picture::Picture;
use super::trainer::{Halt, Trainer};
use crate::model::{Path, PathError, sentence};
use crate::params::{ParamError, ParamId};
use crate::preset::Preset;
use crate::time::Step;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A command that changed the simulation, and the step before which it was applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Applied {
    /// The first step it affected.
    pub before: Step,
    /// The change.
    pub change: Recorded,
}

/// The part of a command that a replay needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Recorded {
    /// A parameter by registry name, in its registry unit.
    Set(String, f64),
    /// A quantity of a described network by its path, and its value as text.
    Quantity(String, String),
    /// A reward by hand for the current image.
    Reward(f32),
    /// A drawing that replaces the next image.
    Shown(Picture),
    /// The image being shown waits for a reward by hand once its reward is due. Recorded one step before that, so that a replay
    /// waits at the same step.
    Wait,
}

/// Why a log cannot be replayed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// A recorded change cannot be applied.
    #[error("the recorded change before step {step} cannot be applied: {source}")]
    Change {
        /// Its recorded step.
        step: u64,
        /// The error.
        source: ParamError,
    },
    /// The steps of the log are not in order.
    #[error("the recorded change before step {found} comes after step {now}; the log is damaged")]
    Order {
        /// Its recorded step.
        found: u64,
        /// The current step.
        now: u64,
    },
    /// The run halted.
    #[error(transparent)]
    Halt(#[from] Halt),
}

impl Recorded {
    /// Whether it changes a parameter or a quantity.
    pub fn sets(&self) -> bool {
        matches!(self, Self::Set(..) | Self::Quantity(..))
    }

    /// Give a preset the value that the change sets, if it sets one; the fault in one sentence.
    pub fn set_in(&self, preset: &mut Preset) -> Result<(), String> {
        match self {
            Self::Set(name, value) => {
                let id = ParamId::from_name(name).ok_or_else(|| format!("unknown parameter \"{name}\""))?;
                preset.params.set(id, *value).map_err(|error| error.to_string())
            }
            Self::Quantity(path, text) => {
                let described = preset.network.as_mut().ok_or_else(|| format!("{path} is no parameter of the preset"))?;
                let path: Path = path.parse().map_err(|error: PathError| error.to_string())?;
                let set = Arc::make_mut(&mut described.network).set(&path, text);
                set.map(|_| ()).map_err(|faults| sentence(&faults))
            }
            Self::Reward(_) | Self::Shown(_) | Self::Wait => Ok(()),
        }
    }
}

impl Trainer {
    /// Apply a recorded change.
    pub fn apply(&mut self, change: &Recorded) -> Result<(), ParamError> {
        match change {
            Recorded::Set(name, value) => {
                let id = ParamId::from_name(name).ok_or_else(|| ParamError::Unknown { name: name.clone(), setup: None })?;
                self.set(id, *value)
            }
            Recorded::Quantity(path, value) => self.set_text(path, value).map_err(ParamError::Conflict),
            Recorded::Reward(reward) => {
                self.give_reward(f64::from(*reward));
                Ok(())
            }
            Recorded::Shown(picture) => self.show_next(picture.clone()),
            Recorded::Wait => {
                self.hold_reward();
                Ok(())
            }
        }
    }

    /// Simulate to step `end`, applying the changes of a log before their steps.
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
