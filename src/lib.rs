//! Spikescope: a laboratory in which you watch a spiking neural network learn from reward.

pub mod cli;
pub mod datasets;
pub mod engine;
pub mod exchange;
pub mod experiment;
pub mod files;
#[cfg(feature = "gui")]
pub mod gui;
pub mod lower;
pub mod model;
pub mod params;
pub mod preset;
pub mod report;
pub mod rng;
pub mod rundir;
pub mod session;
pub mod study;
pub mod time;
pub mod work;
