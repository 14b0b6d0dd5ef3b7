//! Conversion of the numbers of a file to 8-bit grey levels, by the same rule for all formats.
//!
//! The range is determined from the training images only: 255 for bytes and 65535 for 16-bit images, if the largest value
//! exceeds half of it. Other number types have the range 1 or 255, by the same test. Values that use less than half of their
//! range are stretched so that the largest becomes 255; if some are below 0, the smallest becomes 0.

use super::Remark;

/// Pixel values as stored in a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Bytes.
    Bytes(Vec<u8>),
    /// Any other type, with its maximum if the type defines white.
    Wide(Vec<f32>, Option<f32>),
}

impl Values {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(values) => values.len(),
            Self::Wide(values, _) => values.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Index of the first value that is not finite.
    pub(super) fn not_finite(&self) -> Option<usize> {
        match self {
            Self::Bytes(_) => None,
            Self::Wide(values, _) => values.iter().position(|value| !value.is_finite()),
        }
    }

    fn bounds(&self) -> (f32, f32) {
        match self {
            Self::Bytes(values) => {
                let (least, most) = values.iter().fold((u8::MAX, 0), |(least, most), &v| (v.min(least), v.max(most)));
                (f32::from(least), f32::from(most))
            }
            Self::Wide(values, _) => {
                values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), &v| (v.min(least), v.max(most)))
            }
        }
    }

    /// Grey levels from a range; values outside it become black or white.
    fn scaled(self, (from, to): (f32, f32)) -> Vec<u8> {
        let (from, to) = (f64::from(from), f64::from(to));
        let level = |value: f64| ((value - from) * 255.0 / (to - from)).round().clamp(0.0, 255.0) as u8;
        match self {
            Self::Bytes(values) if (from, to) == (0.0, 255.0) => values,
            Self::Bytes(mut values) => {
                values.iter_mut().for_each(|value| *value = level(f64::from(*value)));
                values
            }
            Self::Wide(values, _) => values.into_iter().map(|value| level(f64::from(value))).collect(),
        }
    }

    /// Grey levels independent of the range of the values, as in version 0.1.
    pub(super) fn plain(self) -> Vec<u8> {
        let to = match self {
            Self::Bytes(_) | Self::Wide(_, None) => 255.0,
            Self::Wide(_, Some(full)) => full,
        };
        self.scaled((0.0, to))
    }
}

/// Grey levels of training and test images, and a remark if the values were scaled.
pub(super) fn levels(train: Values, test: Values) -> (Vec<u8>, Vec<u8>, Option<Remark>) {
    let (least, most) = train.bounds();
    let expected: &[f32] = match &train {
        Values::Bytes(_) => &[255.0],
        Values::Wide(_, Some(full)) => &[*full],
        Values::Wide(_, None) => &[1.0, 255.0],
    };
    let fitting = expected.iter().copied().find(|&full| least >= 0.0 && most <= full && most > full / 2.0);
    let range = match fitting {
        Some(full) => (0.0, full),
        // all values are equal; the caller rejects such images
        None if most <= least => (0.0, 255.0),
        None => (least.min(0.0), most),
    };
    let natural = !matches!(train, Values::Wide(_, None));
    let remark = (range != (0.0, 255.0) && !(natural && fitting.is_some())).then(|| Remark::Scaled {
        from: f64::from(range.0),
        to: f64::from(range.1),
        least: f64::from(least),
        most: f64::from(most),
    });
    (train.scaled(range), test.scaled(range), remark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(train: Values) -> (Vec<u8>, Option<(f64, f64)>) {
        let (levels, _, remark) = levels(train, Values::Bytes(Vec::new()));
        (levels, remark.map(|remark| if let Remark::Scaled { from, to, .. } = remark { (from, to) } else { panic!("{remark}") }))
    }

    #[test]
    fn bytes_that_use_their_range_are_unchanged() {
        assert_eq!(of(Values::Bytes(vec![0, 17, 128])), (vec![0, 17, 128], None));
        assert_eq!(of(Values::Bytes(vec![0, 17, 255])), (vec![0, 17, 255], None));
    }

    #[test]
    fn values_that_use_less_than_half_of_their_range_are_stretched() {
        assert_eq!(of(Values::Bytes(vec![0, 1])), (vec![0, 255], Some((0.0, 1.0))));
        assert_eq!(of(Values::Bytes(vec![0, 8, 16])), (vec![0, 128, 255], Some((0.0, 16.0))));
        assert_eq!(of(Values::Wide(vec![0.0, 4095.0], Some(65_535.0))), (vec![0, 255], Some((0.0, 4095.0))));
        assert_eq!(of(Values::Wide(vec![0.0, 40_000.0], Some(65_535.0))), (vec![0, 156], None));
    }

    #[test]
    fn floats_and_wide_integers_have_range_255_or_1() {
        assert_eq!(of(Values::Wide(vec![0.0, 51.0 / 255.0, 0.8], None)), (vec![0, 51, 204], Some((0.0, 1.0))));
        assert_eq!(of(Values::Wide(vec![0.0, 250.0], None)), (vec![0, 250], None));
        assert_eq!(of(Values::Wide(vec![-1.0, 0.0, 1.0], None)), (vec![0, 128, 255], Some((-1.0, 1.0))));
        assert_eq!(of(Values::Wide(vec![0.0, 16.0], None)).1, Some((0.0, 16.0)));
    }

    #[test]
    fn test_values_outside_the_training_range_become_black_or_white() {
        let (_, test, _) = levels(Values::Bytes(vec![0, 10]), Values::Bytes(vec![5, 20]));
        assert_eq!(test, [128, 255]);
    }
}
