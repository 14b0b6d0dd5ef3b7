//! Significance of the difference between two sets of accuracies, paired by seed to remove the effect of the seed.

use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

/// The difference of two paired samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// Pairs.
    pub n: usize,
    /// Mean of the differences, first minus second.
    pub difference: f64,
    /// Half the width of the 95 % confidence interval of the mean; `None` for fewer than two pairs.
    pub half_width: Option<f64>,
    /// Two-sided p value of Student's paired t test (Student 1908, Biometrika 6:1). `None` for fewer than two pairs, and if all
    /// differences are equal: without variance the test is undefined.
    pub p: Option<f64>,
}

/// Compare values with the same keys; others are ignored.
pub fn compare<K: PartialEq>(first: &[(K, f64)], second: &[(K, f64)]) -> Option<Compared> {
    let of = |key: &K| second.iter().find(|(other, _)| other == key).map(|(_, value)| *value);
    let differences: Vec<f64> = first.iter().filter_map(|(key, value)| of(key).map(|other| value - other)).collect();
    paired(&differences)
}

/// Student's paired t test of differences against zero.
pub fn paired(differences: &[f64]) -> Option<Compared> {
    let n = differences.len();
    let mean = (n > 0).then(|| differences.iter().sum::<f64>() / n as f64)?;
    let freedom = n.saturating_sub(1) as f64;
    let sd = libm::sqrt(differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / freedom);
    let error = sd / libm::sqrt(n as f64);
    let t = StudentsT::new(0.0, 1.0, freedom).ok();
    let half_width = t.as_ref().map(|t| t.inverse_cdf(0.975) * error);
    // the sum of equal numbers can be rounded
    let equal = differences.iter().all(|difference| *difference == differences[0]);
    let p = t.filter(|_| !equal).map(|t| 2.0 * t.sf((mean / error).abs()));
    Some(Compared { n, difference: mean, half_width, p })
}

/// Two-sided p value of the exact test of McNemar (1947, Psychometrika 12:153) for two networks tested on the same images,
/// from the numbers of images that only one of them classified correctly.
pub fn mcnemar(only_first: u64, only_second: u64) -> f64 {
    let fewer = only_first.min(only_second);
    Binomial::new(0.5, only_first + only_second).map_or(1.0, |toss| (2.0 * toss.cdf(fewer)).min(1.0))
}

/// The p values corrected for multiple comparisons (Holm 1979, Scand J Stat 6:65).
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(usize, f64)> = p.iter().enumerate().filter_map(|(index, p)| p.map(|p| (index, p))).collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut corrected, mut least, asked) = (vec![None; p.len()], 0.0f64, order.len());
    for (rank, (index, p)) in order.into_iter().enumerate() {
        least = least.max((p * (asked - rank) as f64).min(1.0));
        corrected[index] = Some(least);
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Student's own example: hours of sleep gained under two drugs (1908, table 1), t = 4.0621 with 9 degrees of
    /// freedom, p = 0.002833.
    #[test]
    fn students_sleep_data_give_students_answer() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let keyed = |values: [f64; 10]| values.into_iter().enumerate().collect::<Vec<_>>();
        let compared = compare(&keyed(second), &keyed(first)).unwrap();
        assert!((compared.difference - 1.58).abs() < 1e-12 && compared.n == 10);
        assert!((compared.p.unwrap() - 0.002_833).abs() < 1e-6, "{compared:?}");
        // 1.58 ± 2.262157 · 1.229995/√10
        assert!((compared.half_width.unwrap() - 0.879_887).abs() < 1e-5, "{compared:?}");
    }

    #[test]
    fn one_pair_has_a_difference_and_no_test_and_unpaired_values_do_not_count() {
        let compared = compare(&[(1, 0.9), (2, 0.8)], &[(1, 0.7), (3, 0.1)]).unwrap();
        assert!((compared.difference - 0.2).abs() < 1e-12);
        assert_eq!((compared.n, compared.half_width, compared.p), (1, None, None));
        assert_eq!(compare(&[(1, 0.9)], &[(2, 0.9)]), None);
    }

    #[test]
    fn equal_differences_have_no_p_value_and_do_not_count_in_the_correction() {
        for difference in [0.0, -0.0125, 0.1] {
            assert_eq!(paired(&[difference; 3]).unwrap().p, None);
        }
        assert_eq!(holm(&[Some(0.02), paired(&[0.0; 3]).unwrap().p]), [Some(0.02), None]);
    }

    /// Sums of binomial coefficients by hand: of 10 images 2 and 8 give 2 (1 + 10 + 45)/1024.
    #[test]
    fn mcnemar_is_a_toss_for_every_image_that_one_alone_got_right() {
        assert!((mcnemar(2, 8) - 2.0 * 56.0 / 1024.0).abs() < 1e-12 && (mcnemar(8, 2) - mcnemar(2, 8)).abs() < 1e-15);
        assert_eq!((mcnemar(5, 5), mcnemar(0, 0)), (1.0, 1.0));
        assert!((mcnemar(0, 20) - 2.0 / 1_048_576.0).abs() < 1e-15);
    }

    #[test]
    fn holm_multiplies_the_least_by_all_and_never_turns_the_order() {
        let corrected = holm(&[Some(0.03), None, Some(0.01), Some(0.04)]);
        assert_eq!(corrected, [Some(0.06), None, Some(0.03), Some(0.06)]);
        assert_eq!(holm(&[Some(0.6), Some(0.9)]), [Some(1.0), Some(1.0)]);
    }
}
