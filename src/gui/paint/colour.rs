//! Colour maps as tables, perceptually uniform, and the value range that a set of weights is shown with.

use egui::Color32;
use std::sync::{Arc, OnceLock};

/// Number of colours in a table; neighbouring ones cannot be distinguished by eye.
const SHADES: usize = 256;

/// A colour map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Map {
    /// Non-negative quantities: black, purple, orange, yellow.
    Inferno,
    /// Quantities shown beside weights (inferno) that must not be mistaken for them.
    Viridis,
    /// Signed quantities: blue below zero, red above.
    Diverging,
    /// Grey level of a pixel.
    Grey,
}

impl Map {
    /// The colours from the minimum to the maximum value.
    pub fn table(self) -> &'static [Color32; SHADES] {
        static TABLES: [OnceLock<[Color32; SHADES]>; 4] = [const { OnceLock::new() }; 4];
        TABLES[self as usize].get_or_init(|| {
            let (gradient, reversed) = match self {
                Self::Inferno => (colorous::INFERNO, false),
                Self::Viridis => (colorous::VIRIDIS, false),
                Self::Diverging => (colorous::RED_BLUE, true),
                Self::Grey => (colorous::GREYS, true),
            };
            std::array::from_fn(|index| {
                let share = index as f64 / (SHADES - 1) as f64;
                let colour = gradient.eval_continuous(if reversed { 1.0 - share } else { share });
                Color32::from_rgb(colour.r, colour.g, colour.b)
            })
        })
    }

    /// The colour at `share` of the way from minimum to maximum, 0 to 1.
    pub fn at(self, share: f32) -> Color32 {
        self.table()[(share * (SHADES - 1) as f32 + 0.5) as usize & (SHADES - 1)]
    }
}

/// A range of values and its colour map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shading {
    /// Value of the first colour.
    pub min: f32,
    /// Value of the last colour.
    pub max: f32,
    /// Whether some values exceed the last colour.
    pub beyond: bool,
    /// The colours.
    pub map: Map,
}

/// Share of the values that may exceed the last colour, so that a few large ones do not darken all others.
const BEYOND: f64 = 0.003;

impl Shading {
    /// A shading for `values`: from zero to a round number that few of them exceed, symmetric and diverging if some are
    /// negative. The limit is round so that it changes rarely while the values change.
    pub fn of(values: &[f32]) -> Self {
        let (least, greatest) = extremes(values);
        let size = greatest.max(-least);
        if size == 0.0 {
            return Self { min: 0.0, max: 1.0, beyond: false, map: Map::Inferno };
        }
        let end = super::axis::ceiling(f64::from(Self::usual(values, size))) as f32;
        let beyond = size > end * 1.001;
        if least < -1e-3 * size {
            Self { min: -end, max: end, beyond, map: Map::Diverging }
        } else {
            Self { min: 0.0, max: end, beyond, map: Map::Inferno }
        }
    }

    /// The shading of `values`, computed once for all views that show them.
    pub fn shared(ctx: &egui::Context, values: &Arc<[f32]>) -> Self {
        type Known = Vec<(Arc<[f32]>, Shading)>;
        let place = egui::Id::unique("shadings");
        let known: Known = ctx.data(|data| data.get_temp(place)).unwrap_or_default();
        if let Some((_, shading)) = known.iter().find(|(other, _)| Arc::ptr_eq(other, values)) {
            return *shading;
        }
        let shading = Self::of(values);
        // room for weights and eligibility only, so that old arrays are not kept alive
        let kept: Known = known.into_iter().rev().take(1).chain([(Arc::clone(values), shading)]).collect();
        ctx.data_mut(|data| data.insert_temp(place, kept));
        shading
    }

    /// A shading for signed values, symmetric about zero even if all have the same sign.
    pub fn signed(values: &[f32]) -> Self {
        Self::of(values).made_signed()
    }

    /// This shading, made symmetric about zero.
    #[must_use]
    pub fn made_signed(self) -> Self {
        Self { min: -self.max, map: Map::Diverging, ..self }
    }

    /// The magnitude that at most a share `BEYOND` of the values exceeds; `size` is the largest magnitude. A large array is
    /// sampled at regular intervals.
    fn usual(values: &[f32], size: f32) -> f32 {
        const STEPS: usize = 512;
        let mut counts = [0_usize; STEPS];
        let mut total = 0;
        for &value in values.iter().step_by(stride(values.len())).filter(|value| value.is_finite()) {
            counts[((value.abs() / size * STEPS as f32) as usize).min(STEPS - 1)] += 1;
            total += 1;
        }
        let mut left = (f64::from(total) * BEYOND) as usize;
        let above = counts.iter().rev().take_while(|&&count| {
            let spare = left >= count;
            left = left.saturating_sub(count);
            spare
        });
        let skipped = above.count();
        size * (STEPS - skipped) as f32 / STEPS as f32
    }

    /// The colour of a value; NaN gets the first colour.
    pub fn colour(&self, value: f32) -> Color32 {
        self.colours()(value)
    }

    /// A function from values to colours, for converting many values.
    pub fn colours(&self) -> impl Fn(f32) -> Color32 + use<> {
        let (min, scale, table) = (self.min, (SHADES - 1) as f32 / (self.max - self.min), self.map.table());
        // A cast turns NaN into 0 and clamps values out of range.
        move |value| table[(((value - min) * scale + 0.5) as u32 as usize).min(SHADES - 1)]
    }
}

/// Maximum number of values sampled to find the usual magnitude.
const LOOKED_AT: usize = 1 << 15;

/// Sampling interval for `len` values. Never a multiple of 2, 3, 5 or 7, as image widths often are: that would sample only one
/// column, such as an empty margin.
fn stride(len: usize) -> usize {
    let every = (len / LOOKED_AT).max(1);
    (every..every + 11).find(|every| [2, 3, 5, 7].iter().all(|prime| every % prime != 0)).unwrap_or(1)
}

/// Minimum and maximum finite value, including zero. In lanes, which the compiler can vectorise.
fn extremes(values: &[f32]) -> (f32, f32) {
    const LANES: usize = 16;
    let (mut least, mut greatest) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            let value = if chunk[lane].abs() <= f32::MAX { chunk[lane] } else { 0.0 };
            least[lane] = if value < least[lane] { value } else { least[lane] };
            greatest[lane] = if value > greatest[lane] { value } else { greatest[lane] };
        }
    }
    let finite = rest.iter().copied().filter(|value| value.is_finite());
    let all = least.into_iter().chain(greatest).chain(finite);
    all.fold((0.0, 0.0), |(least, greatest), value| (least.min(value), greatest.max(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampled_shading_equals_that_of_all_values() {
        // fields of 28 x 28 with an empty margin, a bright stroke in every fourth, one large value, and NaNs
        let mut values: Vec<f32> = (0..400 * 784)
            .map(|i| {
                let (neuron, x, y) = (i / 784, i % 28, i % 784 / 28);
                let inside = (6..22).contains(&x) && (6..22).contains(&y);
                if inside && neuron % 4 == 0 { 0.36 } else { 0.05 * f32::from(u8::from(inside)) }
            })
            .collect();
        (values[77], values[1000], values[50_000]) = (f32::NAN, f32::INFINITY, 3.0);
        assert_eq!(Shading::of(&values), Shading { min: 0.0, max: 0.4, beyond: true, map: Map::Inferno });
        values[99] = -2.0;
        assert_eq!(Shading::of(&values).map, Map::Diverging);
        assert_eq!((1..400_000).map(stride).filter(|stride| 784 % stride == 0).collect::<std::collections::BTreeSet<_>>(), [1].into());
    }

    #[test]
    fn range_limits_have_the_first_and_last_colour() {
        let shading = Shading { min: 0.0, max: 2.0, beyond: false, map: Map::Inferno };
        let table = Map::Inferno.table();
        assert_eq!(shading.colour(0.0), table[0]);
        assert_eq!(shading.colour(2.0), table[255]);
        assert_eq!(shading.colour(-7.0), table[0], "below the range");
        assert_eq!(shading.colour(f32::INFINITY), table[255], "above the range");
        assert_eq!(shading.colour(f32::NAN), table[0]);
        assert!(table[255].intensity() > table[0].intensity() + 0.5, "inferno rises in brightness");
    }

    #[test]
    fn range_is_round_and_symmetric_only_for_signed_values() {
        assert_eq!(Shading::of(&[0.0, 0.43, f32::NAN]), Shading { min: 0.0, max: 0.5, beyond: false, map: Map::Inferno });
        assert_eq!(Shading::of(&[-0.7, 0.2]), Shading { min: -0.8, max: 0.8, beyond: false, map: Map::Diverging });
        assert_eq!(Shading::of(&[]).max, 1.0);
        assert_eq!(Shading::of(&[0.0; 9]).max, 1.0);
    }

    #[test]
    fn few_large_values_do_not_darken_the_others() {
        let mut values = vec![0.38; 10_000];
        values[..9].fill(7.0);
        let shading = Shading::of(&values);
        assert_eq!(shading.max, 0.4);
        assert!(shading.beyond, "the colour bar must show that larger values exist");
    }
}
