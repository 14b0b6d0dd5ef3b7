//! Gaps of a Poisson process of rate 1: exponential random numbers, many at a time, with the same bits on every vector unit.

use crate::rng::uniform;
use pulp::{Arch, WithSimd};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::f64::consts::{LN_2, SQRT_2};

/// Gaps that are drawn at a time.
pub(super) const MANY: usize = 64;

/// Fill `gaps` with exponential random numbers of mean 1, one for each number of `rng`.
pub(super) fn draw(arch: Arch, rng: &mut Xoshiro256PlusPlus, gaps: &mut [f64; MANY]) {
    gaps.iter_mut().for_each(|gap| *gap = 1.0 - uniform(rng));
    arch.dispatch(Logarithms { of: gaps });
}

struct Logarithms<'a> {
    of: &'a mut [f64; MANY],
}

impl WithSimd for Logarithms<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.of.iter_mut().for_each(|x| *x = (-ln(*x)).max(0.0));
    }
}

/// The natural logarithm of a normal number in (0, 1], to an absolute error of 1e-14: x = m 2^e with m in [1, 2), and
/// ln(m / √2) = 2 artanh s with s = (m - √2) / (m + √2), |s| < 0.172, by its power series.
#[inline(always)]
fn ln(x: f64) -> f64 {
    const FRACTION: u64 = (1 << 52) - 1;
    /// 2^52, to whose lowest bits a small whole number is added to convert it.
    const SHIFT: u64 = 0x4330_0000_0000_0000;
    let bits = x.to_bits();
    let e = f64::from_bits(SHIFT | (bits >> 52)) - f64::from_bits(SHIFT) - 1023.0;
    let m = f64::from_bits((bits & FRACTION) | 0x3ff0_0000_0000_0000);
    let s = (m - SQRT_2) / (m + SQRT_2);
    let s2 = s * s;
    let series = [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0].into_iter().fold(0.0, |sum: f64, k: f64| sum * s2 + 1.0 / k);
    (e + 0.5) * LN_2 + 2.0 * s * series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};

    #[test]
    fn the_logarithm_agrees_with_libm() {
        let smallest = 1.0 / (1u64 << 53) as f64;
        let mut rng = stream(1, Purpose::Source, 0);
        let random = (0..100_000).map(|_| 1.0 - uniform(&mut rng));
        for x in random.chain([1.0, 1.0 - smallest, 0.5, 0.5 + smallest, smallest, SQRT_2 / 2.0]) {
            let error = (ln(x) - libm::log(x)).abs();
            assert!(error < 1e-14, "ln({x:e}) is off by {error:e}");
        }
    }

    #[test]
    fn every_vector_unit_draws_the_same_gaps() {
        let of = |arch: Arch| {
            let mut gaps = [0.0; MANY];
            let mut rng = stream(2, Purpose::Source, 0);
            draw(arch, &mut rng, &mut gaps);
            gaps.map(f64::to_bits)
        };
        assert_eq!(of(Arch::Scalar), of(Arch::new()));
    }
}
