//! Axis scales (value to screen position and back) and tick values.

use super::numbers;
pub use crate::session::ceiling;

/// Compressed lower part of an axis: values below `at` are drawn on a logarithmic scale, so that a few very low values do not
/// flatten the rest of the curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knee {
    /// The lowest value drawn on the linear part.
    pub at: f64,
    /// Distance below `at` over which the scale changes from linear to logarithmic.
    pub unit: f64,
}

impl Knee {
    fn squeeze(self, value: f64) -> f64 {
        let below = self.at - value;
        if below > 0.0 { self.at - self.unit * libm::log1p(below / self.unit) } else { value }
    }

    fn stretch(self, squeezed: f64) -> f64 {
        let below = self.at - squeezed;
        if below > 0.0 { self.at - self.unit * libm::expm1(below / self.unit) } else { squeezed }
    }
}

/// Map between values and screen positions in points: linear, or compressed below a knee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    min: f64,
    max: f64,
    from: f32,
    to: f32,
    knee: Option<Knee>,
}

impl Scale {
    /// Map `min` to the point `from` and `max` to `to`. An empty, reversed or non-finite range is replaced by one of width 1, so
    /// that drawing never fails.
    pub fn new((min, max): (f64, f64), from: f32, to: f32) -> Self {
        let (min, max) = match (min.is_finite(), max.is_finite()) {
            (true, true) if max > min => (min, max),
            (true, _) => (min - 0.5, min + 0.5),
            (false, true) => (max - 0.5, max + 0.5),
            (false, false) => (0.0, 1.0),
        };
        Self { min, max, from, to, knee: None }
    }

    /// This scale, logarithmic below `knee`.
    #[must_use]
    pub fn with_knee(self, knee: Option<Knee>) -> Self {
        Self { knee: knee.filter(|knee| knee.unit > 0.0), ..self }
    }

    /// Minimum and maximum value.
    pub fn range(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn squeeze(&self, value: f64) -> f64 {
        self.knee.map_or(value, |knee| knee.squeeze(value))
    }

    /// Screen position of `value`. Values outside the range lie outside the plot; NaN is placed at the start.
    pub fn at(&self, value: f64) -> f32 {
        let min = self.squeeze(self.min);
        let share = (self.squeeze(value) - min) / (self.squeeze(self.max) - min);
        let share = if share.is_nan() { 0.0 } else { share.clamp(-1e4, 1e4) };
        self.from + (share as f32) * (self.to - self.from)
    }

    /// Value at the screen position `at`.
    pub fn value(&self, at: f32) -> f64 {
        if self.to == self.from {
            return self.min;
        }
        let (min, max) = (self.squeeze(self.min), self.squeeze(self.max));
        let squeezed = min + f64::from((at - self.from) / (self.to - self.from)) * (max - min);
        self.knee.map_or(squeezed, |knee| knee.stretch(squeezed))
    }
}

/// Evenly spaced round tick values inside a range.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticks {
    /// The values in ascending order.
    pub values: Vec<f64>,
    /// Distance between neighbouring ticks.
    pub step: f64,
}

impl Ticks {
    /// At most `most` ticks in `[min, max]`, with a step of 1, 2 or 5 times a power of ten that is at least `finest` (1 for
    /// counts, otherwise 0).
    pub fn nice((min, max): (f64, f64), most: usize, finest: f64) -> Self {
        let span = max - min;
        if !span.is_finite() || span <= 0.0 || most == 0 {
            return Self { values: Vec::new(), step: 1.0 };
        }
        let rough = (span / most as f64).max(finest).max(f64::MIN_POSITIVE);
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0, 20.0]
            .into_iter()
            .map(|digit| digit * power)
            .find(|&step| step >= finest && (max / step + 1e-9).floor() - (min / step - 1e-9).ceil() + 1.0 <= most as f64)
            .unwrap_or(50.0 * power);
        let first = (min / step - 1e-9).ceil() as i64;
        let last = (max / step + 1e-9).floor() as i64;
        // Multiples of the step, because repeated addition accumulates rounding errors.
        let values = (first..=last).take(most + 1).map(|k| k as f64 * step).collect();
        Self { values, step }
    }

    /// Label of a tick, with as many decimals as the step requires.
    pub fn label(&self, value: f64) -> String {
        let decimals = (-self.step.log10() - 1e-9).ceil().clamp(0.0, 9.0) as usize;
        if self.step >= 1e7 || self.step < 1e-6 { numbers::short(value) } else { numbers::fixed(value, decimals) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round_and_labels_have_no_superfluous_decimals() {
        let ticks = Ticks::nice((0.0, 350.0), 5, 0.0);
        assert_eq!(ticks.values, [0.0, 100.0, 200.0, 300.0]);
        assert_eq!(ticks.label(300.0), "300");
        let ticks = Ticks::nice((0.0, 0.52), 4, 0.0);
        assert_eq!(ticks.values.iter().map(|&v| ticks.label(v)).collect::<Vec<_>>(), ["0.0", "0.2", "0.4"]);
        let ticks = Ticks::nice((0.0, f64::from(0.4_f32)), 6, 0.0);
        assert_eq!(ticks.label(ticks.values[4]), "0.4", "a step of 0.1 has one decimal");
        assert_eq!(Ticks::nice((0.0, 3.0), 9, 1.0).values, [0.0, 1.0, 2.0, 3.0], "ticks of counts are whole numbers");
    }

    #[test]
    fn invalid_ranges_have_no_ticks_and_a_usable_scale() {
        for range in [(0.0, 0.0), (1.0, -1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
            assert!(Ticks::nice(range, 5, 0.0).values.is_empty());
            let scale = Scale::new(range, 10.0, 20.0);
            assert!(scale.at(0.5).is_finite() && scale.at(f64::NAN).is_finite() && scale.value(15.0).is_finite());
        }
    }

    #[test]
    fn axis_maximum_is_round_and_not_below_the_data() {
        for (value, end) in [(0.43, 0.5), (0.5, 0.5), (7.2, 8.0), (97.0, 100.0), (1.2, 1.5), (0.0, 1.0)] {
            assert!((ceiling(value) - end).abs() < 1e-12, "{value}: {} instead of {end}", ceiling(value));
        }
    }

    #[test]
    fn values_below_a_knee_are_compressed() {
        let knee = Knee { at: -70.0, unit: 5.0 };
        let scale = Scale::new((-1270.0, -45.0), 100.0, 0.0).with_knee(Some(knee));
        assert!(
            (scale.at(-1270.0) - 100.0).abs() < 1e-3 && scale.at(-45.0).abs() < 1e-3,
            "the ends of the range map to the ends of the axis"
        );
        assert!(scale.at(-70.0) > 40.0, "the upper 25 mV of 1,225 take almost half of the height");
        assert!((scale.value(scale.at(-700.0)) + 700.0).abs() < 0.5);
        assert!((scale.value(scale.at(-60.0)) + 60.0).abs() < 0.01);
        let evenly = scale.at(-50.0) - scale.at(-45.0) - (scale.at(-60.0) - scale.at(-55.0));
        assert!(evenly.abs() < 1e-3, "linear above the knee");
    }

    proptest! {
        #[test]
        fn inverse_scale_returns_the_value(min in -1e3..1e3, width in 1e-3..1e3, share in 0.0..1.0) {
            let scale = Scale::new((min, min + width), 10.0, 500.0);
            let value = min + share * width;
            prop_assert!((scale.value(scale.at(value)) - value).abs() < width * 1e-4);
        }

        #[test]
        fn ticks_lie_inside_the_range_and_respect_the_maximum_count(min in -1e6..1e6, width in 1e-3..1e6, most in 1_usize..12) {
            let ticks = Ticks::nice((min, min + width), most, 0.0);
            prop_assert!(ticks.values.len() <= most);
            for &value in &ticks.values {
                prop_assert!(value >= min - 1e-6 * ticks.step && value <= min + width + 1e-6 * ticks.step);
            }
        }
    }
}
