//! Spikescope: a laboratory in which you watch a spiking neural network learn from reward.

pub mod files;
#[cfg(feature = "gui")]
pub mod gui;
pub mod params;
pub mod preset;
pub mod session;
pub mod time;
