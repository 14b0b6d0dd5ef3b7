//! Encoders: conversion of an image to spikes, with one or more channels per pixel.

mod latency;
mod on_off;
mod poisson;

pub use latency::Latency;
pub use on_off::OnOff;
pub use poisson::Poisson;

use super::archive::Persist;
use super::spikes::SpikeChunk;
use crate::time::TimeGrid;
use pulp::Arch;

/// Parameters of all encoders, with units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EncoderParams {
    /// Poisson rate of a white pixel in Hz.
    pub rate_max_hz: f64,
    /// Spike time of a black pixel, or of the weakest contrast, in ms (latency and rank-order codes).
    pub latency_ms: f64,
    /// Minimum intensity, 0 to 1, of a pixel that fires (latency code), or minimum contrast (on-centre and off-centre cells).
    pub floor: f64,
}

/// Converts a stimulus to spikes, step by step. Spikes depend on stimulus and seed, not on the chunks.
pub trait Encoder: Persist + Send + Sync {
    /// Channels.
    fn len(&self) -> usize;

    /// Whether there are no channels.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Channels of each pixel, which are neighbours.
    fn depth(&self) -> usize {
        1
    }

    /// Start the presentation of `image` (one byte per pixel) with a random stream of its own.
    fn present(&mut self, image: &[u8], seed: u64);

    /// End the stimulus.
    fn rest(&mut self);

    /// Append the spikes of the next `steps` steps.
    fn encode(&mut self, steps: usize, out: &mut SpikeChunk);

    /// New parameters, from the next presentation on.
    fn set_params(&mut self, params: &EncoderParams, grid: TimeGrid);

    /// Use these vector instructions instead of the best available; spikes are identical.
    fn set_arch(&mut self, _arch: Arch) {}

    /// A copy, for networks on other threads.
    fn boxed_clone(&self) -> Box<dyn Encoder>;
}
