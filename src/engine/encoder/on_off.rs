//! On-centre and off-centre cells with rank-order coding.
//!
//! Every scale has two maps. The response of an on-centre cell is a difference of Gaussians,
//! `D(d) = exp(−d²/2σ₁²)/σ₁² − exp(−d²/2σ₂²)/σ₂²` with σ₁ = s/9 and σ₂ = 2s/9 on s × s pixels, with zero mean and a peak
//! of 1; that of an off-centre cell is the negative, also with a peak of 1. Contrasts below `floor` do not fire, the others
//! are divided by the mean contrast of all maps within eight pixels. Rank-order coding: the largest 1/n of all contrasts
//! fire in the first of n = `latency/dt + 1` steps, the next 1/n in the second, each once
//! (Thorpe, Delorme & Van Rullen 2001, Neural Networks 14:715; Mozafari et al. 2019, Pattern Recognition 94:87).
//!
//! Channels are `pixel · depth + map`, maps in the order on, off of the first scale, on, off of the next.

use super::{Encoder, EncoderParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::spikes::SpikeChunk;
use crate::time::TimeGrid;

/// Radius, in pixels, of the neighbourhood over which contrasts are averaged.
const NEIGHBOURHOOD: usize = 8;

/// The receptive field of one scale.
#[derive(Debug, Clone)]
struct Kernel {
    size: usize,
    /// On-centre, row by row, with a peak of 1.
    on: Vec<f32>,
    /// Factor that gives the negative a peak of 1.
    off: f32,
}

impl Kernel {
    fn new(size: usize) -> Self {
        let centre = (size as f64 - 1.0) / 2.0;
        let gauss = |d2: f64, sd: f64| libm::exp(-d2 / (2.0 * sd * sd)) / (sd * sd);
        let [narrow, wide] = [1.0, 2.0].map(|ninths| ninths * size as f64 / 9.0);
        let mut on: Vec<f64> = (0..size * size)
            .map(|tap| {
                let (x, y) = ((tap % size) as f64 - centre, (tap / size) as f64 - centre);
                gauss(x * x + y * y, narrow) - gauss(x * x + y * y, wide)
            })
            .collect();
        let mean = on.iter().sum::<f64>() / on.len() as f64;
        on.iter_mut().for_each(|w| *w -= mean);
        let peak = on.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let trough = on.iter().copied().fold(-f64::MIN_POSITIVE, f64::min);
        Self { size, on: on.iter().map(|w| (w / peak) as f32).collect(), off: (peak / -trough) as f32 }
    }
}

/// On-centre and off-centre cells of several scales with rank-order coding.
#[derive(Debug, Clone)]
pub struct OnOff {
    width: usize,
    height: usize,
    kernels: Vec<Kernel>,
    floor: f32,
    steps_max: f64,
    /// Channels in the order of their spikes, those of a step in the order of their index, and where each step ends.
    order: Vec<u32>,
    ends: Vec<u32>,
    elapsed: u32,
}

impl OnOff {
    /// An encoder of images of `width` × `height` pixels at these scales (sizes of the receptive fields in pixels, odd).
    pub fn new(width: usize, height: usize, sizes: &[usize], params: &EncoderParams, grid: TimeGrid) -> Self {
        Self {
            width,
            height,
            kernels: sizes.iter().map(|&size| Kernel::new(size)).collect(),
            floor: params.floor as f32,
            steps_max: params.latency_ms / grid.dt_ms(),
            order: Vec::new(),
            ends: Vec::new(),
            elapsed: 0,
        }
    }

    /// Contrast of every channel, 0 where it is below the floor.
    fn contrasts(&self, image: &[u8]) -> Vec<f32> {
        let Self { width, height, .. } = *self;
        let depth = 2 * self.kernels.len();
        let mut contrast = vec![0.0f32; width * height * depth];
        let mut sum = vec![0.0f32; width * height];
        for (scale, kernel) in self.kernels.iter().enumerate() {
            let reach = kernel.size / 2;
            sum.fill(0.0);
            // most pixels are black, so only those with ink are distributed to the cells
            for (pixel, &ink) in image.iter().enumerate().filter(|&(_, &ink)| ink > 0) {
                let (x, y, ink) = (pixel % width, pixel / width, f32::from(ink) / 255.0);
                for cell_y in y.saturating_sub(reach)..(y + reach + 1).min(height) {
                    let from = x.saturating_sub(reach);
                    let to = (x + reach + 1).min(width);
                    // the kernel is symmetric, so that gather and scatter are equal
                    let taps = &kernel.on[(cell_y + reach - y) * kernel.size + from + reach - x..];
                    for (sum, tap) in sum[cell_y * width + from..cell_y * width + to].iter_mut().zip(taps) {
                        *sum += ink * tap;
                    }
                }
            }
            for (cell, &sum) in contrast.chunks_exact_mut(depth).zip(&sum) {
                for (value, cell) in [sum, -sum * kernel.off].into_iter().zip(&mut cell[2 * scale..]) {
                    *cell = if value >= self.floor && value > 0.0 { value } else { 0.0 };
                }
            }
        }
        self.normalise(&mut contrast, depth);
        contrast
    }

    /// Divide by the mean contrast of the neighbourhood.
    fn normalise(&self, contrast: &mut [f32], depth: usize) {
        let Self { width, height, .. } = *self;
        // sums over rectangles from the top left corner
        let mut area = vec![0.0f64; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0.0;
            for x in 0..width {
                row += contrast[(y * width + x) * depth..][..depth].iter().map(|&c| f64::from(c)).sum::<f64>();
                area[(y + 1) * (width + 1) + x + 1] = area[y * (width + 1) + x + 1] + row;
            }
        }
        let full = ((2 * NEIGHBOURHOOD + 1).pow(2) * depth) as f64;
        for y in 0..height {
            let (top, bottom) = (y.saturating_sub(NEIGHBOURHOOD) * (width + 1), (y + NEIGHBOURHOOD + 1).min(height) * (width + 1));
            for x in 0..width {
                let (left, right) = (x.saturating_sub(NEIGHBOURHOOD), (x + NEIGHBOURHOOD + 1).min(width));
                let mean = (area[bottom + right] - area[top + right] - area[bottom + left] + area[top + left]) / full;
                if mean > 0.0 {
                    let by = (1.0 / mean) as f32;
                    contrast[(y * width + x) * depth..][..depth].iter_mut().for_each(|c| *c *= by);
                }
            }
        }
    }
}

impl Encoder for OnOff {
    fn len(&self) -> usize {
        self.width * self.height * self.depth()
    }

    fn depth(&self) -> usize {
        2 * self.kernels.len()
    }

    fn present(&mut self, image: &[u8], _seed: u64) {
        let contrast = self.contrasts(image);
        // bits of positive numbers are in the order of the numbers: strongest first, of equals the lower channel
        let seen = contrast.iter().enumerate().filter(|&(_, &contrast)| contrast > 0.0);
        let mut ranked: Vec<u64> = seen.map(|(channel, contrast)| u64::from(!contrast.to_bits()) << 32 | channel as u64).collect();
        ranked.sort_unstable();
        self.order.clear();
        self.order.extend(ranked.into_iter().map(|rank| rank as u32));
        let steps = libm::round(self.steps_max) as usize + 1;
        self.ends = (1..=steps).map(|step| (self.order.len() * step / steps) as u32).collect();
        let mut start = 0;
        for &end in &self.ends {
            self.order[start..end as usize].sort_unstable();
            start = end as usize;
        }
        self.elapsed = 0;
    }

    fn rest(&mut self) {
        self.order.clear();
        self.ends.clear();
    }

    fn encode(&mut self, steps: usize, out: &mut SpikeChunk) {
        let end = |step: u32| self.ends.get(step as usize).copied().unwrap_or(self.order.len() as u32) as usize;
        for _ in 0..steps {
            let start = if self.elapsed == 0 { 0 } else { end(self.elapsed - 1) };
            out.push_step(&self.order[start..end(self.elapsed)]);
            self.elapsed = self.elapsed.saturating_add(1);
        }
    }

    fn set_params(&mut self, params: &EncoderParams, grid: TimeGrid) {
        self.floor = params.floor as f32;
        self.steps_max = params.latency_ms / grid.dt_ms();
    }

    fn boxed_clone(&self) -> Box<dyn Encoder> {
        Box::new(self.clone())
    }
}

impl Persist for OnOff {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let channels = self.len();
        let Self { width: _, height: _, kernels: _, floor: _, steps_max: _, order, ends, elapsed } = self;
        archive.indices("encoder", order, channels, channels)?;
        archive.list("encoder", ends, 1 << 20, Archive::u32s)?;
        archive.u32("encoder", elapsed)?;
        let ascending = ends.is_sorted() && ends.last().is_none_or(|&end| end as usize == order.len());
        if ascending { Ok(()) } else { Err(ArchiveError::Value("encoder")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoder(sizes: &[usize], latency_ms: f64, floor: f64) -> OnOff {
        OnOff::new(12, 9, sizes, &EncoderParams { rate_max_hz: 0.0, latency_ms, floor }, TimeGrid::new(1.0))
    }

    fn spikes(encoder: &mut OnOff, image: &[u8], steps: usize) -> Vec<(usize, u32)> {
        let mut out = SpikeChunk::default();
        encoder.present(image, 0);
        encoder.encode(steps, &mut out);
        (0..steps).flat_map(|t| out.at(t).iter().map(move |&i| (t, i))).collect()
    }

    /// Against the definition: a correlation with a kernel computed afresh.
    #[test]
    fn contrasts_are_correlations_with_a_difference_of_gaussians() {
        let encoder = encoder(&[3, 7], 4.0, 0.0);
        let image: Vec<u8> = (0..108).map(|k| if k % 7 < 3 { (k * 2) as u8 } else { 0 }).collect();
        let mut plain = vec![0.0f64; 108 * 4];
        for (scale, s) in [3i32, 7].into_iter().enumerate() {
            let dog = |x: i32, y: i32| {
                let (d2, a, b) = (f64::from(x * x + y * y), f64::from(s) / 9.0, 2.0 * f64::from(s) / 9.0);
                (-d2 / (2.0 * a * a)).exp() / (a * a) - (-d2 / (2.0 * b * b)).exp() / (b * b)
            };
            let h = s / 2;
            let all: Vec<f64> = (-h..=h).flat_map(|y| (-h..=h).map(move |x| (x, y))).map(|(x, y)| dog(x, y)).collect();
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            let (most, least) = all.iter().fold((0.0f64, 0.0f64), |(most, least), w| (most.max(w - mean), least.min(w - mean)));
            for cell in 0..108i32 {
                let mut sum = 0.0;
                for y in -h..=h {
                    for x in -h..=h {
                        let (px, py) = (cell % 12 + x, cell / 12 + y);
                        if (0..12).contains(&px) && (0..9).contains(&py) {
                            sum += f64::from(image[(py * 12 + px) as usize]) / 255.0 * (dog(x, y) - mean);
                        }
                    }
                }
                plain[cell as usize * 4 + 2 * scale] = (sum / most).max(0.0);
                plain[cell as usize * 4 + 2 * scale + 1] = (sum / least).max(0.0);
            }
        }
        // undo the division by the neighbourhood, which all maps of a pixel share
        let found = encoder.contrasts(&image);
        for (cell, (found, plain)) in found.chunks(4).zip(plain.chunks(4)).enumerate() {
            let (f, p) = (found.iter().sum::<f32>(), plain.iter().sum::<f64>());
            for (found, plain) in found.iter().zip(plain) {
                assert!((f64::from(found / f.max(1e-6)) - plain / p.max(1e-6)).abs() < 1e-3, "pixel {cell}: {found} {plain}");
            }
        }
    }

    #[test]
    fn a_spot_drives_the_on_centre_under_it_first_and_off_centres_around_it() {
        let mut image = vec![0; 108];
        image[4 * 12 + 6] = 255;
        let found = spikes(&mut encoder(&[3], 0.0, 0.05), &image, 1);
        let on: Vec<u32> = found.iter().filter(|(_, channel)| channel % 2 == 0).map(|(_, channel)| channel / 2).collect();
        assert_eq!(on, [4 * 12 + 6]);
        assert!(found.iter().any(|&(_, channel)| channel == 2 * (4 * 12 + 7) + 1), "{found:?}");
        // cells at the corners see less of it than those beside it, and fire later
        let apart = spikes(&mut encoder(&[3], 8.0, 0.05), &image, 9);
        let when = |x: u32, y: u32| apart.iter().find(|&&(_, channel)| channel == 2 * (y * 12 + x) + 1).map(|&(t, _)| t).unwrap();
        assert!(when(7, 4) < when(7, 5) && when(6, 3) < when(5, 3), "{apart:?}");
    }

    #[test]
    fn every_step_has_its_share_and_nobody_fires_twice() {
        let image: Vec<u8> = (0..108).map(|k| (k * 53 % 256) as u8).collect();
        let mut encoder = encoder(&[3, 5], 6.0, 0.1);
        let found = spikes(&mut encoder, &image, 30);
        let mut channels: Vec<u32> = found.iter().map(|&(_, channel)| channel).collect();
        channels.sort_unstable();
        channels.dedup();
        assert_eq!(channels.len(), found.len());
        for t in 0..7 {
            let share = found.iter().filter(|&&(when, _)| when == t).count();
            assert!(share.abs_diff(found.len() / 7) <= 1, "{share} of {} in step {t}", found.len());
        }
        assert!(found.iter().all(|&(t, _)| t < 7));
    }
}
