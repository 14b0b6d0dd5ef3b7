//! Initial weights of shared filters.

use crate::engine::projection::{Conv, Draw, Geometry};
use crate::model::Distribution;
use crate::rng::{Purpose, normal, stream, uniform};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::f64::consts::TAU;

/// Filters with drawn weights. Patches of zero mean and unit length are drawn filter by filter, other weights tap by tap.
pub(super) fn draw(geometry: Geometry, channels: usize, weight: &Distribution, draw: Draw, (seed, index): (u64, u64)) -> Conv {
    let mut filters = Conv::new(geometry, channels);
    let patch = match weight {
        Distribution::Gabor => gabor,
        Distribution::Noise => noise,
        Distribution::Constant(_) | Distribution::Uniform { .. } | Distribution::Normal { .. } | Distribution::LogNormal { .. } => {
            let mut rng = stream(seed, Purpose::Weights, index);
            for tap in 0..geometry.taps() {
                (0..channels).for_each(|map| *filters.get_mut(tap, map) = draw.sample(&mut rng) as f32);
            }
            return filters;
        }
    };
    let mut rng = stream(seed, Purpose::Filters, index);
    for channel in 0..channels {
        for (tap, w) in patch(geometry.size, geometry.depth, &mut rng).into_iter().enumerate() {
            *filters.get_mut(tap, channel) = w;
        }
    }
    filters
}

/// A random Gabor patch: zero mean, unit length. Wavelength and width are drawn as for 7 and 11 pixels and in between.
fn gabor(size: usize, depth: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<f32> {
    let mut between = |low: f64, high: f64| low + (high - low) * uniform(rng);
    let p = size as f64;
    let wavelength = between(3.0 + (p - 7.0) / 4.0, 6.0 + (p - 7.0) / 2.0);
    let width = between(1.0 + (p - 7.0) / 8.0, 2.0 + (p - 7.0) * 3.0 / 8.0);
    let (angle, phase) = (between(0.0, TAU), between(0.0, TAU));
    let jitter = [0, 1].map(|_| between(-0.15 * p, 0.15 * p));
    let centre = (p - 1.0) / 2.0;
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    let patch = (0..size * size)
        .map(|tap| {
            let (x, y) = ((tap % size) as f64 - centre - jitter[0], (tap / size) as f64 - centre - jitter[1]);
            let (along, across) = (x * cos + y * sin, y * cos - x * sin);
            libm::exp(-(along * along + 0.5 * across * across) / (2.0 * width * width)) * libm::cos(TAU * along / wavelength + phase)
        })
        .collect::<Vec<f64>>();
    // on-centre and off-centre cells have opposite signs
    unit(patch.iter().flat_map(|&w| (0..depth).map(move |map| if map % 2 == 0 { w } else { -w })).collect())
}

/// An initial filter: noise of zero mean and unit length.
fn noise(size: usize, depth: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<f32> {
    unit((0..size * size * depth).map(|_| normal(rng)).collect())
}

/// Zero mean, unit length.
fn unit(mut patch: Vec<f64>) -> Vec<f32> {
    let mean = patch.iter().sum::<f64>() / patch.len() as f64;
    patch.iter_mut().for_each(|w| *w -= mean);
    let length = libm::sqrt(patch.iter().map(|w| w * w).sum::<f64>()).max(f64::MIN_POSITIVE);
    patch.iter().map(|w| (w / length) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_have_no_mean_and_length_one() {
        let mut rng = stream(1, Purpose::Filters, 0);
        for size in [3, 7, 11, 15] {
            let patch = gabor(size, 1, &mut rng);
            assert!(patch.iter().sum::<f32>().abs() < 1e-4, "{size}");
            assert!((patch.iter().map(|w| w * w).sum::<f32>() - 1.0).abs() < 1e-4, "{size}");
        }
    }
}
