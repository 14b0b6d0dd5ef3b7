//! Encoders: how an image becomes spikes, one channel a pixel or several.

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
    /// Least intensity of a pixel that fires at all, from 0 to 1 (latency code), or least contrast (on and off centres).
    pub floor: f64,
}

/// A stimulus turned into spikes, step by step. The spikes depend on stimulus and seed, never on how time is cut.
pub trait Encoder: Persist + Send + Sync {
    /// Channels.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Channels of each pixel, which are neighbours.
    fn depth(&self) -> usize {
        1
    }

    /// Begin a presentation of `image` (one byte a pixel) with a random stream of its own.
    fn present(&mut self, image: &[u8], seed: u64);

    /// No stimulus from now on.
    fn rest(&mut self);

    /// Append the spikes of the next `steps` steps.
    fn encode(&mut self, steps: usize, out: &mut SpikeChunk);

    /// New parameters, from the next presentation on.
    fn set_params(&mut self, params: &EncoderParams, grid: TimeGrid);

    /// Compute with these vector instructions instead of the best ones; the spikes are the same.
    fn set_arch(&mut self, _arch: Arch) {}

    /// A copy, for networks on other threads.
    fn boxed_clone(&self) -> Box<dyn Encoder>;
}
