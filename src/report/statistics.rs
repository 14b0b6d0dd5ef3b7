//! Means, standard deviations and statistics of histograms.

use std::collections::BTreeMap;

/// Mean; `None` without values.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Sample standard deviation; `None` for fewer than two values.
pub(super) fn deviation(values: &[f64]) -> Option<f64> {
    let centre = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - centre) * (value - centre)).sum();
    Some(libm::sqrt(squares / (values.len() - 1) as f64))
}

/// Binomial standard error of a fraction of `n` cases.
pub(super) fn standard_error(fraction: f64, cases: usize) -> f64 {
    libm::sqrt(fraction * (1.0 - fraction) / cases.max(1) as f64)
}

/// Quantile of a histogram; `None` without cases.
pub(super) fn quantile<K: Copy + Ord>(histogram: &BTreeMap<K, u64>, share: f64) -> Option<K> {
    let total: u64 = histogram.values().sum();
    let mut seen = 0;
    histogram.iter().find_map(|(&value, &cases)| {
        seen += cases;
        (seen as f64 >= share * total as f64).then_some(value)
    })
}

/// Mean of a histogram; `None` without cases.
pub(super) fn histogram_mean<K: Copy + Into<f64>>(histogram: &BTreeMap<K, u64>) -> Option<f64> {
    let total: u64 = histogram.values().sum();
    let sum: f64 = histogram.iter().map(|(&value, &cases)| value.into() * cases as f64).sum();
    (total > 0).then(|| sum / total as f64)
}

/// Cases in equal bins of whole numbers, at most `bins` of them: the width of a bin, and (start, cases) of every one.
pub(super) fn binned(histogram: &BTreeMap<u64, u64>, bins: u64) -> (u64, Vec<(u64, u64)>) {
    let Some((&last, _)) = histogram.last_key_value() else { return (1, Vec::new()) };
    let first = histogram.first_key_value().map_or(0, |(&first, _)| first);
    let width = (last - first + 1).div_ceil(bins.max(1)).max(1);
    let start = first / width * width;
    let mut counts = vec![0; ((last - start) / width + 1) as usize];
    histogram.iter().for_each(|(&value, &cases)| counts[((value - start) / width) as usize] += cases);
    (width, counts.into_iter().enumerate().map(|(bin, cases)| (start + bin as u64 * width, cases)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_and_error_are_those_of_the_textbook() {
        assert_eq!((mean(&[]), deviation(&[3.0])), (None, None));
        assert_eq!(mean(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), Some(5.0));
        assert_eq!(deviation(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), Some(libm::sqrt(32.0 / 7.0)));
        assert_eq!(standard_error(0.5, 100), 0.05);
    }

    #[test]
    fn a_histogram_gives_the_quantiles_of_its_cases() {
        let histogram = BTreeMap::from([(1u32, 1), (2, 2), (10, 1)]);
        assert_eq!([0.0, 0.25, 0.5, 0.75, 0.76, 1.0].map(|share| quantile(&histogram, share).unwrap()), [1, 1, 2, 2, 10, 10]);
        assert_eq!(quantile(&BTreeMap::<u32, u64>::new(), 0.5), None);
        assert_eq!(histogram_mean(&histogram), Some(15.0 / 4.0));
    }

    #[test]
    fn bins_hold_all_cases_and_none_is_missing_between() {
        let histogram = BTreeMap::from([(7, 1), (9, 2), (30, 4)]);
        let (width, bins) = binned(&histogram, 10);
        assert_eq!((width, bins.len()), (3, 9));
        assert_eq!((bins[0], bins[1], bins[8]), ((6, 1), (9, 2), (30, 4)));
        assert_eq!(bins.iter().map(|&(_, cases)| cases).sum::<u64>(), 7);
        assert_eq!(binned(&BTreeMap::new(), 10).1, []);
    }
}
