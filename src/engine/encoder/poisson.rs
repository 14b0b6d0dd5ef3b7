//! Poisson rate code: in every step a pixel of intensity x fires with probability `ν_max x Δt` (Diehl & Cook 2015).
//!
//! Only pixels that are not black are drawn. The numbers come from sixteen interleaved xoshiro128++ generators
//! (Blackman & Vigna 2021), seeded for each image through SplitMix64; each draw is compared as a 16-bit integer, so
//! a probability is exact to 1/65,536.

use super::{Encoder, EncoderParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::spikes::SpikeChunk;
use crate::rng::splitmix;
use crate::time::TimeGrid;
use pulp::{Arch, Simd, WithSimd};

const STREAMS: usize = 16;
/// Draws of one round: two 16-bit numbers from each stream.
const ROUND: usize = 2 * STREAMS;

/// The rate code.
#[derive(Debug, Clone)]
pub struct Poisson {
    n: usize,
    arch: Arch,
    probability_max: f64,
    /// Channels that can fire, padded to whole rounds with channels of probability zero.
    channels: Vec<u16>,
    thresholds: Vec<u16>,
    state: [[u32; STREAMS]; 4],
}

impl Poisson {
    /// An encoder of `n` channels without a stimulus.
    pub fn new(n: usize, params: &EncoderParams, grid: TimeGrid) -> Self {
        let probability_max = probability(params, grid);
        let (channels, thresholds) = (Vec::new(), Vec::new());
        Self { n, arch: Arch::new(), probability_max, channels, thresholds, state: [[0; STREAMS]; 4] }
    }

    /// The same encoder computed with these instructions; every choice gives the same bits.
    #[must_use]
    pub fn with_arch(self, arch: Arch) -> Self {
        Self { arch, ..self }
    }

    fn seed(&mut self, seed: u64) {
        let mut state = seed;
        for word in &mut self.state {
            for pair in word.chunks_exact_mut(2) {
                let z = splitmix(&mut state);
                (pair[0], pair[1]) = (z as u32, (z >> 32) as u32);
            }
        }
    }
}

fn probability(params: &EncoderParams, grid: TimeGrid) -> f64 {
    params.rate_max_hz * 1e-3 * grid.dt_ms()
}

#[inline(always)]
fn draw(s: &mut [[u32; STREAMS]; 4]) -> [u32; STREAMS] {
    let mut out = [0; STREAMS];
    for k in 0..STREAMS {
        let [a, b, c, d] = [s[0][k], s[1][k], s[2][k], s[3][k]];
        out[k] = a.wrapping_add(d).rotate_left(7).wrapping_add(a);
        let shifted = b << 9;
        let (c, d) = (c ^ a, d ^ b);
        let (b, a) = (b ^ c, a ^ d);
        (s[0][k], s[1][k], s[2][k], s[3][k]) = (a, b, c ^ shifted, d.rotate_left(11));
    }
    out
}

impl Encoder for Poisson {
    fn len(&self) -> usize {
        self.n
    }

    fn present(&mut self, image: &[u8], seed: u64) {
        self.rest();
        for (i, &pixel) in image.iter().enumerate().take(self.n) {
            let p = self.probability_max * f64::from(pixel) / 255.0;
            let threshold = libm::round(p * 65536.0).min(65535.0) as u16;
            if threshold > 0 {
                self.channels.push(i as u16);
                self.thresholds.push(threshold);
            }
        }
        let padded = self.channels.len().next_multiple_of(ROUND);
        self.channels.resize(padded, 0);
        self.thresholds.resize(padded, 0);
        self.seed(seed);
    }

    fn rest(&mut self) {
        self.channels.clear();
        self.thresholds.clear();
    }

    fn encode(&mut self, steps: usize, out: &mut SpikeChunk) {
        let Self { n: _, arch, probability_max: _, channels, thresholds, state } = self;
        let (channels, thresholds) = (channels.as_chunks::<ROUND>().0, thresholds.as_chunks::<ROUND>().0);
        arch.dispatch(Draw { steps, channels, thresholds, state, out });
    }

    fn set_params(&mut self, params: &EncoderParams, grid: TimeGrid) {
        self.probability_max = probability(params, grid);
    }

    fn boxed_clone(&self) -> Box<dyn Encoder> {
        Box::new(self.clone())
    }
}

/// The kernel of `Poisson::encode`; see `Dense::deliver` for why it is a type.
struct Draw<'a> {
    steps: usize,
    channels: &'a [[u16; ROUND]],
    thresholds: &'a [[u16; ROUND]],
    state: &'a mut [[u32; STREAMS]; 4],
    out: &'a mut SpikeChunk,
}

impl WithSimd for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { steps, channels, thresholds, state, out } = self;
        let mut s = *state;
        for _ in 0..steps {
            let slots = out.open_step(channels.len() * ROUND);
            let mut written = 0;
            for (channels, thresholds) in channels.iter().zip(thresholds) {
                let words = draw(&mut s);
                let mut hit = [0u16; ROUND];
                for k in 0..STREAMS {
                    hit[k] = u16::from((words[k] as u16) < thresholds[k]);
                    hit[k + STREAMS] = u16::from(((words[k] >> 16) as u16) < thresholds[k + STREAMS]);
                }
                // branch-free: every channel is written, only those that fired move the end; the mask spares a check
                let mut fresh = [0u16; 2 * ROUND];
                let mut end = 0;
                for k in 0..ROUND {
                    fresh[end & (2 * ROUND - 1)] = channels[k];
                    end += hit[k] as usize;
                }
                slots[written..][..ROUND].copy_from_slice(&fresh[..ROUND]);
                written += end;
            }
            out.close_step(written);
        }
        *state = s;
    }
}

impl Persist for Poisson {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { n, arch: _, probability_max: _, channels, thresholds, state } = self;
        let most = n.next_multiple_of(ROUND);
        archive.list("encoder", channels, most, Archive::u16s)?;
        archive.list("encoder", thresholds, most, Archive::u16s)?;
        if channels.len() != thresholds.len() || !channels.len().is_multiple_of(ROUND) || channels.iter().any(|&c| c as usize >= *n) {
            return Err(ArchiveError::Short("encoder"));
        }
        state.iter_mut().try_for_each(|words| archive.u32s("encoder", words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spikes(chunks: &[usize]) -> Vec<Vec<u16>> {
        let params = EncoderParams { rate_max_hz: 128.0, latency_ms: 1.0 };
        let mut encoder = Poisson::new(784, &params, TimeGrid::new(1.0));
        let image: Vec<u8> = (0..784).map(|i| if i % 3 == 0 { (i % 256) as u8 } else { 0 }).collect();
        encoder.present(&image, 9);
        let mut all = Vec::new();
        for &steps in chunks {
            let mut out = SpikeChunk::default();
            encoder.encode(steps, &mut out);
            all.extend((0..steps).map(|t| out.at(t).to_vec()));
        }
        all
    }

    #[test]
    fn the_train_does_not_depend_on_how_time_is_cut() {
        assert_eq!(spikes(&[100]), spikes(&[1; 100]));
        assert_eq!(spikes(&[100]), spikes(&[32, 5, 32, 31]));
    }

    #[test]
    fn counts_have_the_mean_and_variance_of_a_bernoulli_process() {
        let params = EncoderParams { rate_max_hz: 128.0, latency_ms: 1.0 };
        let steps = 200_000;
        let image = [255, 128, 10, 0];
        let mut encoder = Poisson::new(4, &params, TimeGrid::new(1.0));
        encoder.present(&image, 4);
        let mut counts = [0.0; 4];
        let mut pairs = 0.0;
        for _ in 0..steps / 20 {
            let mut out = SpikeChunk::default();
            encoder.encode(20, &mut out);
            for t in 0..20 {
                out.at(t).iter().for_each(|&i| counts[i as usize] += 1.0);
                pairs += f64::from(u8::from(out.at(t).contains(&0) && out.at(t).contains(&1)));
            }
        }
        let n = f64::from(steps);
        for (count, pixel) in counts.iter().zip(image) {
            let p = 0.128 * f64::from(pixel) / 255.0;
            let sd = (n * p * (1.0 - p)).sqrt();
            // five standard deviations, and the rounding of the probability to 1/65,536
            assert!((count - n * p).abs() <= 5.0 * sd + n / 131_072.0, "pixel {pixel}: {count} against {}", n * p);
        }
        let p = 0.128 * 0.128 * 128.0 / 255.0;
        assert!((pairs - n * p).abs() <= 5.0 * (n * p).sqrt() + 4.0, "channels are not independent: {pairs} against {}", n * p);
    }
}
