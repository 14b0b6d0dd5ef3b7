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
mod readout;
mod remedy;
mod trainer;
mod vitals;

pub use build::BuildError;
pub use evaluate::{Evaluator, TestResult};
pub use health::{Condition, Finding, Health, examine, examine_neuron};
pub use log::{Applied, Recorded, ReplayError};
pub use neuron_lab::NeuronLab;
pub use pairing_lab::{PairingLab, PairingTrace};
pub use readout::Readout;
pub use remedy::Remedy;
pub use trainer::{Halt, Trainer, TrialProgress, TrialRecord};
pub use vitals::Vitals;
