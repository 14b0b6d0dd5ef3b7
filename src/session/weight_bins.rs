//! The distribution of weights in bins of equal width.

/// Number of bins.
pub const BINS: usize = 50;

/// Counts of equally wide bins, between round numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightBins {
    /// Lower end of the first bin.
    pub min: f64,
    /// Upper end of the last bin.
    pub max: f64,
    /// Weights in each bin.
    pub counts: Vec<u64>,
    /// All of them.
    pub total: u64,
    /// Their mean.
    pub mean: f64,
}

impl WeightBins {
    /// Count `values` from zero, or the minimum if negative, to a round number near the maximum.
    pub fn of(values: &[f32]) -> Self {
        let finite = || values.iter().copied().filter(|v| v.is_finite()).map(f64::from);
        let (least, greatest) = finite().fold((0.0_f64, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
        let min = if least < 0.0 { -ceiling(-least) } else { 0.0 };
        let max = if greatest > 0.0 || least == 0.0 { ceiling(greatest) } else { 0.0 };
        Self::between(values, min, max)
    }

    /// Count `values` between two ends; beyond them they belong to the first or the last bin.
    pub fn between(values: &[f32], min: f64, max: f64) -> Self {
        let mut bins = Self { min, max, counts: vec![0; BINS], total: 0, mean: 0.0 };
        let per_value = BINS as f64 / (max - min);
        for value in values.iter().copied().filter(|v| v.is_finite()).map(f64::from) {
            // The maximum belongs to the last bin.
            bins.counts[(((value - min) * per_value).max(0.0) as usize).min(BINS - 1)] += 1;
            bins.total += 1;
            bins.mean += value;
        }
        bins.mean /= bins.total.max(1) as f64;
        bins
    }

    /// Width of a bin.
    pub fn width(&self) -> f64 {
        (self.max - self.min) / BINS as f64
    }

    /// Lower end of a bin.
    pub fn edge(&self, index: usize) -> f64 {
        self.min + index as f64 * self.width()
    }
}

/// The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten that is at least `value`. As the upper end of an axis it
/// stays constant under small changes of the data.
pub fn ceiling(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let digit = value / power;
    [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0].into_iter().find(|&d| d >= digit - 1e-9).unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_weight_is_counted_once_in_its_bin() {
        let bins = WeightBins::of(&[0.0, 0.011, 0.5, 0.499, f32::NAN]);
        assert_eq!((bins.min, bins.max, bins.total), (0.0, 0.5, 4));
        assert_eq!(bins.counts[0], 1);
        assert_eq!(bins.counts[1], 1);
        assert_eq!(bins.counts[BINS - 1], 2, "the maximum lies in the last bin");
        assert_eq!(bins.counts.iter().sum::<u64>(), 4);
    }

    #[test]
    fn no_weights_and_equal_weights_have_a_range() {
        for values in [&[][..], &[0.0; 3], &[f32::NAN]] {
            let bins = WeightBins::of(values);
            assert!(bins.max > bins.min);
        }
        assert!(WeightBins::of(&[-0.3]).min < 0.0);
    }
}
