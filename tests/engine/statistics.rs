//! Random numbers where they enter the simulation: fixed seeds, bounds of five standard errors.

use super::common::{mnist, preset};
use spikescope::engine::encoder::{Encoder, EncoderParams, Poisson};
use spikescope::engine::spikes::SpikeChunk;
use spikescope::experiment::Trainer;
use spikescope::time::TimeGrid;

const WHITE_HZ: f64 = 128.0;

fn poisson(n: usize, dt: f64) -> Poisson {
    Poisson::new(n, &EncoderParams { rate_max_hz: WHITE_HZ, latency_ms: 1.0, floor: 0.0 }, TimeGrid::new(dt))
}

/// The probability the encoder can represent: a multiple of 1/65,536.
fn probability(pixel: u8, dt: f64) -> f64 {
    (WHITE_HZ * 1e-3 * dt * f64::from(pixel) / 255.0 * 65536.0).round() / 65536.0
}

fn each_step(encoder: &mut Poisson, steps: usize, mut see: impl FnMut(usize, &[u32])) {
    let mut out = SpikeChunk::default();
    for start in (0..steps).step_by(32) {
        out.clear();
        let now = 32.min(steps - start);
        encoder.encode(now, &mut out);
        (0..now).for_each(|t| see(start + t, out.at(t)));
    }
}

#[test]
fn spike_counts_follow_pixel_intensity_by_chi_square() {
    for dt in [0.5, 1.0] {
        let image: Vec<u8> = (0..784).map(|i| (i * 37 % 256) as u8).collect();
        let mut encoder = poisson(784, dt);
        encoder.present(&image, 12);
        let steps = 30_000;
        let mut counts = vec![0u32; 784];
        each_step(&mut encoder, steps, |_, spikes| {
            assert!(spikes.is_sorted_by(|a, b| a < b), "ascending, each once");
            for &i in spikes {
                counts[i as usize] += 1;
            }
        });
        let n = steps as f64;
        let (mut chi2, mut freedom, mut variance) = (0.0, 0.0, 0.0);
        for (&count, &pixel) in counts.iter().zip(&image) {
            let p = probability(pixel, dt);
            if p == 0.0 {
                assert_eq!(count, 0, "black pixels never fire");
                continue;
            }
            let npq = n * p * (1.0 - p);
            let z = (f64::from(count) - n * p) / npq.sqrt();
            assert!(z.abs() < 5.5, "pixel of {pixel}: {count} spikes, expected {}", n * p);
            (chi2, freedom) = (chi2 + z * z, freedom + 1.0);
            // z² has variance 2 and the excess kurtosis of the binomial
            variance += 2.0 + (1.0 - 6.0 * p * (1.0 - p)) / npq;
        }
        assert!(freedom > 700.0);
        assert!((chi2 - freedom).abs() < 5.0 * f64::sqrt(variance), "dt {dt}: chi-square {chi2} of {freedom}");
    }
}

#[test]
fn counts_in_a_trial_have_the_binomial_mean_and_variance_from_seed_to_seed() {
    let (trials, steps) = (2000, 250);
    let image = [255u8, 128, 40];
    let mut encoder = poisson(3, 1.0);
    let (mut sum, mut square) = ([0.0; 3], [0.0; 3]);
    for seed in 0..trials {
        encoder.present(&image, seed);
        let mut counts = [0.0; 3];
        each_step(&mut encoder, steps, |_, spikes| spikes.iter().for_each(|&i| counts[i as usize] += 1.0));
        for k in 0..3 {
            let off = counts[k] - steps as f64 * probability(image[k], 1.0);
            (sum[k], square[k]) = (sum[k] + off, square[k] + off * off);
        }
    }
    let m = trials as f64;
    for k in 0..3 {
        let p = probability(image[k], 1.0);
        let npq = steps as f64 * p * (1.0 - p);
        assert!((sum[k] / m).abs() < 5.0 * (npq / m).sqrt(), "mean off by {}", sum[k] / m);
        let spread = npq * ((2.0 + (1.0 - 6.0 * p * (1.0 - p)) / npq) / m).sqrt();
        assert!((square[k] / m - npq).abs() < 5.0 * spread, "variance {} against {npq}", square[k] / m);
    }
}

#[test]
fn intervals_are_geometric() {
    let mut encoder = poisson(1, 1.0);
    encoder.present(&[255], 5);
    let p = probability(255, 1.0);
    let bins = 30;
    let mut counts = vec![0.0; bins + 1];
    let (mut last, mut total) = (None, 0.0);
    each_step(&mut encoder, 200_000, |t, spikes| {
        if spikes.is_empty() {
            return;
        }
        if let Some(last) = last.replace(t) {
            counts[(t - last - 1).min(bins)] += 1.0;
            total += 1.0;
        }
    });
    let chi2: f64 = counts
        .iter()
        .enumerate()
        .map(|(k, &count)| {
            let tail = (1.0 - p).powi(k as i32);
            let expected = total * if k == bins { tail } else { tail * p };
            (count - expected) * (count - expected) / expected
        })
        .sum();
    let freedom = bins as f64;
    assert!((chi2 - freedom).abs() < 5.0 * (2.0 * freedom).sqrt(), "chi-square {chi2} of {freedom}");
}

#[test]
fn pixels_steps_and_seeds_are_independent() {
    // two numbers come from one word and sixteen words from neighbouring streams, where a correlation is most likely
    let mut encoder = poisson(64, 1.0);
    let p = probability(255, 1.0);
    let steps = 100_000;
    let raster = |encoder: &mut Poisson, seed: u64| {
        encoder.present(&[255; 64], seed);
        let mut raster = vec![0u64; steps];
        each_step(encoder, steps, |t, spikes| raster[t] = spikes.iter().fold(0, |bits, &i| bits | 1 << i));
        raster
    };
    let (first, second) = (raster(&mut encoder, 1), raster(&mut encoder, 2));
    let n = steps as f64;
    let check = |what: &str, together: usize| {
        let sd = (n * p * p * (1.0 - p * p)).sqrt();
        // for lag 1 neighbouring pairs share a spike, which adds covariance 2 n p³ (1 − p)
        let sd = (sd * sd + 2.0 * n * p.powi(3) * (1.0 - p)).sqrt();
        assert!((together as f64 - n * p * p).abs() < 5.0 * sd, "{what}: {together} coincidences, expected {}", n * p * p);
    };
    let bit = |word: u64, i: usize| word >> i & 1 == 1;
    for i in 0..32 {
        for lag in [1, 15, 16, 17, 31, 32] {
            check(&format!("pixels {i} and {}", i + lag), first.iter().filter(|&&w| bit(w, i) && bit(w, i + lag)).count());
        }
        check(&format!("pixel {i}, seeds 1 and 2"), first.iter().zip(&second).filter(|&(&a, &b)| bit(a, i) && bit(b, i)).count());
        check(&format!("pixel {i}, neighbouring steps"), first.windows(2).filter(|w| bit(w[0], i) && bit(w[1], i)).count());
    }
}

#[test]
fn initial_weights_are_uniform_and_then_normalised() {
    let n = 100;
    let weights = |settings: &[(&str, &str)], seed| {
        let settings = [&[("n_neurons", "100")][..], settings].concat();
        let trainer = Trainer::new(&preset(&settings), mnist(), seed, None).unwrap();
        trainer.network().projections()[0].synapses.to_array()
    };
    let free: &[(&str, &str)] = &[("norm", "0"), ("w_init_min", "0.1 mV"), ("w_init_max", "0.3 mV")];
    let w = weights(free, 3);
    assert_eq!(w, weights(free, 3));
    assert_ne!(w, weights(free, 4));
    let total = w.len() as f64;
    let mut bins = [0.0f64; 20];
    for &w in &w {
        assert!((0.1..=0.3).contains(&w), "{w}");
        bins[(((w - 0.1) / 0.2 * 20.0) as usize).min(19)] += 1.0;
    }
    let chi2: f64 = bins.iter().map(|count| (count - total / 20.0).powi(2) / (total / 20.0)).sum();
    assert!((chi2 - 19.0).abs() < 5.0 * 38f64.sqrt(), "chi-square {chi2} of 19");
    // neighbours along both axes are uncorrelated: products of centred values with variance (0.2²/12)²
    let centred = w.mapv(|w| f64::from(w) - 0.2);
    let sd = 0.04 / 12.0;
    for (what, shift) in [("pixels", (1, 0)), ("neurons", (0, 1))] {
        let neighbour = |(i, j): (usize, usize)| centred.get((i + shift.0, j + shift.1)).copied().unwrap_or(0.0);
        let product: f64 = centred.indexed_iter().map(|(at, value)| value * neighbour(at)).sum();
        assert!(product.abs() < 5.0 * sd * total.sqrt(), "neighbouring {what} are correlated: {product}");
    }
    let w = weights(&[("norm", "40 mV")], 3);
    for j in 0..n {
        let sum: f64 = w.column(j).iter().map(|&w| f64::from(w)).sum();
        // 784 numbers near 0.05, each rounded twice at 2⁻²⁴
        assert!((sum - 40.0).abs() < 40.0 * 784.0 * 2.0f64.powi(-24), "neuron {j}: {sum}");
    }
}
