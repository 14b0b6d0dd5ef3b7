//! Distortions of test images for robustness tests: pixel noise, an erased square, a shift. The distortion of an image
//! depends only on its number, so that every network, with any seed, is tested on the same images.

use crate::rng::{Purpose, normal, stream, uniform};
use rand::Rng;
use serde::{Deserialize, Serialize};

/// The seed of all distortions.
const SEED: u64 = 0;

/// A distortion of test images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Distortion {
    /// Normal noise is added to every pixel.
    Noise,
    /// A square is made black.
    Erase,
    /// The image is shifted.
    Shift,
}

impl Distortion {
    /// All distortions.
    pub const ALL: [Self; 3] = [Self::Noise, Self::Erase, Self::Shift];

    /// The strengths used, without 0.
    pub fn strengths(self) -> [u8; 4] {
        match self {
            Self::Noise => [10, 20, 30, 40],
            Self::Erase => [4, 8, 12, 16],
            Self::Shift => [1, 2, 3, 4],
        }
    }

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Erase => "erased square",
            Self::Shift => "shift",
        }
    }

    /// Axis label of the strength, with the unit.
    pub fn axis(self) -> &'static str {
        match self {
            Self::Noise => "noise, SD (% of white)",
            Self::Erase => "side of the erased square (px)",
            Self::Shift => "shift (px)",
        }
    }

    /// Unit of the strength.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Noise => "% of white",
            Self::Erase | Self::Shift => "px",
        }
    }

    /// Distort image `number`, which has rows of `width` pixels.
    pub fn apply(self, strength: u8, number: usize, width: usize, pixels: &mut [u8]) {
        let mut rng = stream(SEED, Purpose::Distort, number as u64 * 4 + self as u64);
        let height = pixels.len() / width.max(1);
        match self {
            Self::Noise => {
                let sd = 2.55 * f64::from(strength);
                pixels.iter_mut().for_each(|pixel| *pixel = (f64::from(*pixel) + sd * normal(&mut rng)).round().clamp(0.0, 255.0) as u8);
            }
            Self::Erase => {
                let side = usize::from(strength).min(width).min(height);
                let [x, y] = [width, height].map(|length| below(&mut rng, length - side + 1));
                for row in pixels.chunks_exact_mut(width).skip(y).take(side) {
                    row[x..x + side].fill(0);
                }
            }
            Self::Shift => {
                // one of the eight neighbours
                let way = [0, 1, 2, 3, 5, 6, 7, 8][below(&mut rng, 8)];
                let by = |side: usize| (side as isize - 1) * isize::from(strength);
                shift(pixels, width, by(way % 3), by(way / 3));
            }
        }
    }
}

fn below(rng: &mut impl Rng, n: usize) -> usize {
    (uniform(rng) * n as f64) as usize
}

fn shift(pixels: &mut [u8], width: usize, dx: isize, dy: isize) {
    let (old, height) = (pixels.to_vec(), pixels.len() / width.max(1));
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let (x, y) = ((at % width).wrapping_add_signed(-dx), (at / width).wrapping_add_signed(-dy));
        *pixel = if x < width && y < height { old[y * width + x] } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> Vec<u8> {
        (0..100).map(|k| 100 + k as u8).collect()
    }

    #[test]
    fn noise_has_the_asked_spread_and_is_the_same_for_the_same_image_only() {
        let noisy = |number| {
            let mut pixels = vec![128; 10_000];
            Distortion::Noise.apply(10, number, 100, &mut pixels);
            pixels
        };
        assert_eq!(noisy(3), noisy(3));
        assert_ne!(noisy(3), noisy(4));
        let squares: f64 = noisy(3).iter().map(|&pixel| (f64::from(pixel) - 128.0).powi(2)).sum();
        // five standard errors of a standard deviation of 25.5 over 10,000 pixels are 0.9; rounding adds 1/12 to the square
        assert!(((squares / 1e4 - 1.0 / 12.0).sqrt() - 25.5).abs() < 0.9);
    }

    #[test]
    fn a_square_is_erased_wholly_inside_and_everywhere_sooner_or_later() {
        let mut hit = [false; 100];
        for number in 0..200 {
            let mut pixels = image();
            Distortion::Erase.apply(4, number, 10, &mut pixels);
            let gone: Vec<usize> = (0..100).filter(|&at| pixels[at] == 0).collect();
            assert_eq!(gone.len(), 16);
            assert!(gone.iter().all(|at| at % 10 < gone[0] % 10 + 4 && at / 10 < gone[0] / 10 + 4), "{gone:?}");
            gone.iter().for_each(|&at| hit[at] = true);
        }
        assert!(hit.iter().all(|&hit| hit));
        let mut pixels = image();
        Distortion::Erase.apply(40, 0, 10, &mut pixels);
        assert!(pixels.iter().all(|&pixel| pixel == 0), "larger than the image erases all of it");
    }

    #[test]
    fn a_shift_moves_by_its_strength_in_one_of_eight_ways() {
        let mut ways = std::collections::BTreeSet::new();
        for number in 0..200 {
            let mut pixels = image();
            Distortion::Shift.apply(2, number, 10, &mut pixels);
            let to = pixels.iter().position(|&pixel| pixel == 155).unwrap();
            ways.insert((to as i32 % 10 - 5, to as i32 / 10 - 5));
            assert!((0..100).filter(|&at| pixels[at] == 0).count() >= 20);
        }
        let eight = [(-2, -2), (-2, 0), (-2, 2), (0, -2), (0, 2), (2, -2), (2, 0), (2, 2)];
        assert_eq!(ways.into_iter().collect::<Vec<_>>(), eight);
    }
}
