//! Poisson rate code: in every step a pixel of intensity x fires with probability `ν_max x Δt` (Diehl & Cook 2015).
//!
//! Random numbers are drawn only for pixels that are not black. The numbers come from sixteen interleaved xoshiro128++ generators
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
/// Spikes written at once.
const GROUP: usize = 8;

/// The rate code.
#[derive(Debug, Clone)]
pub struct Poisson {
    n: usize,
    arch: Arch,
    /// Threshold of a draw for every grey level.
    levels: [u16; 256],
    /// Channels that can fire, padded to whole rounds with channels of probability zero.
    channels: Vec<u32>,
    thresholds: Vec<u16>,
    state: [[u32; STREAMS]; 4],
}

impl Poisson {
    /// An encoder of `n` channels without a stimulus.
    pub fn new(n: usize, params: &EncoderParams, grid: TimeGrid) -> Self {
        let levels = levels(params, grid);
        let (channels, thresholds) = (Vec::new(), Vec::new());
        Self { n, arch: Arch::new(), levels, channels, thresholds, state: [[0; STREAMS]; 4] }
    }

    /// The same encoder with these vector instructions; results are identical.
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

fn levels(params: &EncoderParams, grid: TimeGrid) -> [u16; 256] {
    let probability_max = params.rate_max_hz * 1e-3 * grid.dt_ms();
    std::array::from_fn(|pixel| {
        let p = probability_max * pixel as f64 / 255.0;
        libm::round(p * 65536.0).min(65535.0) as u16
    })
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
            let threshold = self.levels[pixel as usize];
            if threshold > 0 {
                self.channels.push(i as u32);
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
        let Self { n: _, arch, levels: _, channels, thresholds, state } = self;
        let (channels, thresholds) = (channels.as_chunks::<ROUND>().0, thresholds.as_chunks::<ROUND>().0);
        arch.dispatch(Draw { steps, channels, thresholds, state, out });
    }

    fn set_params(&mut self, params: &EncoderParams, grid: TimeGrid) {
        self.levels = levels(params, grid);
    }

    fn set_arch(&mut self, arch: Arch) {
        self.arch = arch;
    }

    fn boxed_clone(&self) -> Box<dyn Encoder> {
        Box::new(self.clone())
    }
}

/// The kernel of `Poisson::encode`; see `Dense::deliver` for why it is a type.
struct Draw<'a> {
    steps: usize,
    channels: &'a [[u32; ROUND]],
    thresholds: &'a [[u16; ROUND]],
    state: &'a mut [[u32; STREAMS]; 4],
    out: &'a mut SpikeChunk,
}

impl WithSimd for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { steps, channels, thresholds, state, out } = self;
        // known constants would become shifts, a different one in every lane, which no longer look like one operation
        let bits = std::hint::black_box(std::array::from_fn::<u32, STREAMS, _>(|k| 1 << k));
        let mut s = *state;
        // Rounds write whole groups, whose tail the next one overwrites.
        let (mut end, slots, ends) = out.open_steps(steps, channels.len() * ROUND + GROUP);
        for step_end in ends {
            for (channels, thresholds) in channels.iter().zip(thresholds) {
                let words = draw(&mut s);
                let mut hits = [0u32; STREAMS];
                for k in 0..STREAMS {
                    // signed, because SSE2 compares nothing else
                    let low = ((words[k] & 0xFFFF) as i32) < i32::from(thresholds[k]);
                    let high = ((words[k] >> 16) as i32) < i32::from(thresholds[k + STREAMS]);
                    hits[k] = (0u32.wrapping_sub(low.into()) & bits[k]) | ((0u32.wrapping_sub(high.into()) & bits[k]) << STREAMS);
                }
                let mut hits = hits.iter().fold(0, |hits, bits| hits | bits);
                let found = hits.count_ones() as usize;
                // One group is almost always enough, so that this branch is predictable.
                let mut written = 0;
                loop {
                    for slot in &mut slots[end + written..][..GROUP] {
                        *slot = channels[hits.trailing_zeros() as usize % ROUND];
                        hits &= hits.wrapping_sub(1);
                    }
                    written += GROUP;
                    if written >= found {
                        break;
                    }
                }
                end += found;
            }
            *step_end = end as u32;
        }
        *state = s;
    }
}

impl Persist for Poisson {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { n, arch: _, levels: _, channels, thresholds, state } = self;
        let most = n.next_multiple_of(ROUND);
        archive.indices("encoder", channels, *n, most)?;
        archive.list("encoder", thresholds, most, Archive::u16s)?;
        if channels.len() != thresholds.len() || !channels.len().is_multiple_of(ROUND) {
            return Err(ArchiveError::Short("encoder"));
        }
        state.iter_mut().try_for_each(|words| archive.u32s("encoder", words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spikes(chunks: &[usize]) -> Vec<Vec<u32>> {
        let params = EncoderParams { rate_max_hz: 128.0, latency_ms: 1.0, floor: 0.0 };
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
        let params = EncoderParams { rate_max_hz: 128.0, latency_ms: 1.0, floor: 0.0 };
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
