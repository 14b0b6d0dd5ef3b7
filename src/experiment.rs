//! Experiments: what is done with a network. Presets run through here, in the window and headless alike.

mod build;
mod evaluate;
mod readout;
mod trainer;

pub use build::BuildError;
pub use evaluate::{Evaluator, TestResult};
pub use readout::Readout;
pub use trainer::{Halt, Trainer, TrialProgress, TrialRecord};
