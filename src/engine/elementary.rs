//! Exponential function, logarithm and choice that vector units can compute in many lanes at once, with the same bits on each of them:
//! additions, multiplications and divisions only, and no branches. `libm` is as exact but computes one value at a time.

use std::f64::consts::{LN_2, LOG2_E, SQRT_2};

/// 2^52 and 2^52 + 2^51: the lowest bits of the sum of one of them and a small whole number are that number.
const WHOLE: f64 = 4_503_599_627_370_496.0;
const SIGNED: f64 = 6_755_399_441_055_744.0;
const FRACTION: u64 = (1 << 52) - 1;

/// The natural logarithm of a normal number in (0, 1], to an absolute error of 1e-14: x = m 2^e with m in [1, 2), and
/// ln(m / √2) = 2 artanh s with s = (m - √2) / (m + √2), |s| < 0.172, by its power series.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let e = f64::from_bits(WHOLE.to_bits() | (bits >> 52)) - WHOLE - 1023.0;
    let m = f64::from_bits((bits & FRACTION) | 1f64.to_bits());
    let s = (m - SQRT_2) / (m + SQRT_2);
    let s2 = s * s;
    let series = [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0].into_iter().fold(0.0, |sum: f64, k: f64| sum * s2 + 1.0 / k);
    (e + 0.5) * LN_2 + 2.0 * s * series
}

/// The exponential function, to a relative error of 1e-15; arguments beyond ±700 count as ±700.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    exp_of([x])[0]
}

/// The exponential function of several arguments, see `exp`. x = n ln 2 + r with |r| < 0.35, and e^r by its power series. Each term of the
/// series waits for the one before; with many arguments, those of one are computed while another waits.
#[inline(always)]
pub(super) fn exp_of<const L: usize>(x: [f64; L]) -> [f64; L] {
    /// ln 2 in two parts, of which the first has so few digits that its product with n is exact.
    const HIGH: f64 = 0.693_147_180_369_123_8;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    /// 1/13!, 1/12!, ..., 1/0!
    const SERIES: [f64; 14] = [
        1.605_904_383_682_161_3e-10,
        2.087_675_698_786_81e-9,
        2.505_210_838_544_172e-8,
        2.755_731_922_398_589_3e-7,
        2.755_731_922_398_589e-6,
        2.480_158_730_158_73e-5,
        1.984_126_984_126_984e-4,
        1.388_888_888_888_889e-3,
        8.333_333_333_333_333e-3,
        4.166_666_666_666_666_4e-2,
        1.666_666_666_666_666_6e-1,
        0.5,
        1.0,
        1.0,
    ];
    let (mut shifted, mut r, mut sum) = ([0.0; L], [0.0; L], [SERIES[0]; L]);
    for lane in 0..L {
        let x = x[lane].clamp(-700.0, 700.0);
        shifted[lane] = x * LOG2_E + SIGNED;
        let n = shifted[lane] - SIGNED;
        r[lane] = (x - n * HIGH) - n * LOW;
    }
    for c in &SERIES[1..] {
        for lane in 0..L {
            sum[lane] = sum[lane] * r[lane] + c;
        }
    }
    // the lowest bits of `shifted` are n; 2^n has n + 1023 above the fraction
    (0..L).for_each(|lane| sum[lane] *= f64::from_bits(shifted[lane].to_bits().wrapping_add(1023) << 52));
    sum
}

/// One of two numbers, by masks: a branch would keep a loop from being computed in many lanes at once.
#[inline(always)]
pub(super) fn choose(condition: bool, yes: f64, no: f64) -> f64 {
    let mask = 0u64.wrapping_sub(u64::from(condition));
    f64::from_bits((yes.to_bits() & mask) | (no.to_bits() & !mask))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream, uniform};

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
    fn the_exponential_function_agrees_with_libm() {
        let mut rng = stream(2, Purpose::Source, 0);
        let random = (0..100_000).map(|k| (uniform(&mut rng) - 0.5) * [1.0, 50.0, 1400.0][k % 3]);
        for x in random.chain([0.0, -0.0, LN_2 / 2.0, -LN_2 / 2.0, 1.0, 700.0, -700.0]) {
            let error = (exp(x) / libm::exp(x) - 1.0).abs();
            assert!(error < 1e-15, "exp({x}) is off by {error:e}");
        }
        assert_eq!((exp(1e9), exp(-1e9)), (exp(700.0), exp(-700.0)));
    }
}
