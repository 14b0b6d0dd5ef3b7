//! Named random streams. Each purpose has a stream of its own, so that a new purpose does not change existing results.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Purpose of a random stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Initial weights; the index is the projection.
    Weights = 1,
    /// Order of the training images; the index is the epoch.
    Order = 2,
    /// Spikes of the encoder while training; the index is the image.
    Encoder = 3,
    /// Spikes of the encoder while testing; the index is the image.
    TestEncoder = 4,
    /// Membrane noise; the index is the step.
    Membrane = 5,
    /// Escape noise; the index is the trial.
    Escape = 6,
    /// Fixed filters; the index is the bank.
    Filters = 7,
    /// Augmentation of training images; the index is the image.
    Augment = 8,
    /// Reward noise; the index is the image.
    Reward = 9,
    /// Damage to a trained network; the index is the projection.
    Damage = 10,
    /// Points of a random sweep.
    Sweep = 11,
    /// Distortion of test images in robustness tests; the index is the image.
    Distort = 12,
    /// Test-time augmentation; the index is the image and the presentation.
    Glance = 13,
    /// Images of a subset or a hold-out; the index is the class.
    Subset = 14,
    /// Which neurons are connected; the index is the projection.
    Wiring = 15,
    /// Delays; the index is the projection.
    Delays = 16,
    /// Values of neurons at the start; the index is the population.
    Start = 17,
    /// Spikes of populations that are sources; the index is the step.
    Source = 18,
    /// Delays of rewards for what a network does; the index is the number of the reward.
    Contingency = 19,
    /// Starts of the trials in a maze; the index is the trial.
    Trial = 20,
}

/// One round of SplitMix64 (Steele, Lea & Flood 2014), which mixes 64 bits.
pub fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The 64-bit seed of stream `(purpose, index)` under a master seed.
pub fn seed(master: u64, purpose: Purpose, index: u64) -> u64 {
    let mut state = master;
    let a = splitmix(&mut state);
    let mut state = a ^ (purpose as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let b = splitmix(&mut state);
    let mut state = b ^ index.wrapping_mul(0xA24B_AED4_963E_E407);
    splitmix(&mut state)
}

/// The generator of stream `(purpose, index)`.
pub fn stream(master: u64, purpose: Purpose, index: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed(master, purpose, index))
}

/// A uniform number in `[0, 1)` with 53 random bits.
pub fn uniform(rng: &mut impl rand::Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// A uniform index below `n`.
pub fn below(n: usize, rng: &mut impl rand::Rng) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

/// A standard normal number (Box & Muller 1958), with `libm` for identical results on every machine.
pub fn normal(rng: &mut impl rand::Rng) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - uniform(rng)));
    radius * libm::cos(std::f64::consts::TAU * uniform(rng))
}

/// A random permutation of `0..n` (Fisher & Yates), identical on every machine.
pub fn permutation(n: usize, rng: &mut impl rand::Rng) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    for i in (1..n).rev() {
        let j = below(i + 1, rng);
        order.swap(i, j);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_master_purpose_and_index_and_repeat() {
        let all = [seed(1, Purpose::Weights, 0), seed(2, Purpose::Weights, 0), seed(1, Purpose::Order, 0), seed(1, Purpose::Weights, 1)];
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                assert_ne!(a, b);
            }
        }
        assert_eq!(seed(1, Purpose::Order, 7), seed(1, Purpose::Order, 7));
    }

    #[test]
    fn a_permutation_holds_every_index_once() {
        let mut order = permutation(1000, &mut stream(3, Purpose::Order, 0));
        assert_ne!(order, (0..1000).collect::<Vec<u32>>());
        order.sort_unstable();
        assert_eq!(order, (0..1000).collect::<Vec<u32>>());
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let mut rng = stream(5, Purpose::Membrane, 0);
        let n = 100_000;
        let x: Vec<f64> = (0..n).map(|_| normal(&mut rng)).collect();
        let mean = x.iter().sum::<f64>() / n as f64;
        let variance = x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n as f64;
        // five standard errors: 1/sqrt(n) for the mean, sqrt(2/n) for the variance
        assert!(mean.abs() < 5.0 / (n as f64).sqrt(), "{mean}");
        assert!((variance - 1.0).abs() < 5.0 * (2.0 / n as f64).sqrt(), "{variance}");
    }
}
