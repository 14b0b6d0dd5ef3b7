//! Time to first spike: a pixel of intensity x fires once, `t_max (1 − x)` after onset; black pixels do not
//! fire (Mozafari et al. 2019). Spikes of one step are in index order.

use super::{Encoder, EncoderParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::spikes::SpikeChunk;
use crate::time::TimeGrid;

/// The latency code.
#[derive(Debug, Clone)]
pub struct Latency {
    steps_max: f64,
    floor: f64,
    /// Step of onset at which each channel fires; `u32::MAX` for never.
    when: Vec<u32>,
    elapsed: u32,
    /// The channels that fire, by step and then by index; follows from `when`.
    order: Vec<u32>,
}

impl Latency {
    /// An encoder of `n` channels without a stimulus.
    pub fn new(n: usize, params: &EncoderParams, grid: TimeGrid) -> Self {
        let steps_max = params.latency_ms / grid.dt_ms();
        Self { steps_max, floor: params.floor, when: vec![u32::MAX; n], elapsed: 0, order: Vec::new() }
    }

    fn sort(&mut self) {
        let Self { when, order, .. } = self;
        order.clear();
        order.extend((0..).zip(when.iter()).filter(|&(_, &when)| when != u32::MAX).map(|(i, _)| i));
        order.sort_unstable_by_key(|&i| (when[i as usize], i));
    }
}

impl Encoder for Latency {
    fn len(&self) -> usize {
        self.when.len()
    }

    fn present(&mut self, image: &[u8], _seed: u64) {
        self.elapsed = 0;
        for (when, &pixel) in self.when.iter_mut().zip(image) {
            let x = f64::from(pixel) / 255.0;
            *when = if pixel == 0 || x < self.floor { u32::MAX } else { libm::round(self.steps_max * (1.0 - x)) as u32 };
        }
        self.sort();
    }

    fn rest(&mut self) {
        self.when.fill(u32::MAX);
        self.order.clear();
    }

    fn encode(&mut self, steps: usize, out: &mut SpikeChunk) {
        let Self { when, order, elapsed, .. } = self;
        let mut from = order.partition_point(|&i| when[i as usize] < *elapsed);
        for _ in 0..steps {
            let firing = order[from..].iter().take_while(|&&i| when[i as usize] == *elapsed).count();
            out.push_step(&order[from..from + firing]);
            from += firing;
            *elapsed = elapsed.saturating_add(1);
        }
    }

    fn set_params(&mut self, params: &EncoderParams, grid: TimeGrid) {
        self.steps_max = params.latency_ms / grid.dt_ms();
        self.floor = params.floor;
    }

    fn boxed_clone(&self) -> Box<dyn Encoder> {
        Box::new(self.clone())
    }
}

impl Persist for Latency {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { steps_max: _, floor: _, when, elapsed, order: _ } = self;
        archive.u32s("encoder", when)?;
        archive.u32("encoder", elapsed)?;
        if matches!(archive, Archive::Load(_)) {
            self.sort();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brighter_pixels_fire_first_once_and_dark_ones_never() {
        let params = EncoderParams { rate_max_hz: 0.0, latency_ms: 20.0, floor: 0.15 };
        let mut encoder = Latency::new(5, &params, TimeGrid::new(1.0));
        encoder.present(&[255, 0, 128, 51, 38], 0);
        let mut out = SpikeChunk::default();
        encoder.encode(30, &mut out);
        let spikes: Vec<(usize, u32)> = (0..30).flat_map(|t| out.at(t).iter().map(move |&i| (t, i))).collect();
        assert_eq!(spikes, vec![(0, 0), (10, 2), (16, 3)]);
    }
}
