//! Spikescope: a laboratory in which you watch a spiking neural network learn from reward.

pub mod datasets;
pub mod files;
pub mod params;
pub mod preset;
pub mod session;
pub mod time;
