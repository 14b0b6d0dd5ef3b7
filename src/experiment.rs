//! Experiments: what is done with a network. Presets run through here, in the window and headless alike.

mod augment;
mod average;
mod build;
mod deep;
mod evaluate;
mod features;
mod health;
mod log;
mod neuron_lab;
mod pairing_lab;
mod picture;
mod probe;
mod readout;
mod remedy;
mod swap;
mod trainer;
mod vitals;
mod watch;
mod why;

pub use build::BuildError;
pub use evaluate::{Change, Evaluator, Progress, TestResult};
pub use health::{Condition, Finding, Health, examine, examine_neuron};
pub use log::{Applied, Recorded, ReplayError};
pub use neuron_lab::NeuronLab;
pub use pairing_lab::{PairingLab, PairingTrace};
pub use picture::{Picture, PictureError};
pub use probe::{FirstSpike, Probed};
pub use readout::Readout;
pub use remedy::Remedy;
pub use trainer::{Halt, Trainer, TrialProgress, TrialRecord};
pub use vitals::Vitals;
pub use watch::Watched;
pub use why::{Asked, Moment, Onset, Side, Whom, Why};
