//! Spikescope: a laboratory in which you watch a spiking neural network learn from reward.

pub mod engine;
pub mod files;
pub mod params;
pub mod preset;
pub mod rng;
pub mod session;
pub mod time;
