//! Positions of axis ticks.

/// About `n` round ticks in a range.
pub(in crate::report) fn linear(low: f64, high: f64, n: usize) -> Vec<f64> {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) {
        return vec![low];
    }
    let rough = span / n.max(1) as f64;
    let power = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * power).into_iter().find(|step| span / step <= n as f64 + 0.5).unwrap_or(10.0 * power);
    let first = libm::ceil(low / step - 1e-9) as i64;
    let last = libm::floor(high / step + 1e-9) as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// Powers of ten in a logarithmic range; if there are few, also two and five times these.
pub(in crate::report) fn powers(low: f64, high: f64) -> Vec<f64> {
    let steps: &[f64] = if high - low < 2.6 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let decades = libm::floor(low) as i64..=libm::floor(high + 1e-9) as i64;
    let marks = decades.flat_map(|power| steps.iter().map(move |step| power as f64 + libm::log10(*step)));
    marks.filter(|mark| (low - 1e-9..=high + 1e-9).contains(mark)).collect()
}

/// A logarithmic range that contains two values with a margin.
pub(in crate::report) fn roomy(low: f64, high: f64) -> (f64, f64) {
    let room = (0.12 * (high - low)).max(0.15);
    (low - room, high + room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_inside() {
        assert_eq!(linear(0.0, 100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(linear(3.0, 17.0, 4), [5.0, 10.0, 15.0]);
        assert_eq!(linear(1.0, 1.0, 4), [1.0]);
        assert_eq!(powers(2.0, 6.3), [2.0, 3.0, 4.0, 5.0, 6.0]);
        let stand_for: Vec<f64> = powers(0.2, 2.0).into_iter().map(|mark| libm::pow(10.0, mark).round()).collect();
        assert_eq!(stand_for, [2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        assert_eq!(roomy(1.0, 2.0), (0.85, 2.15));
    }
}
