//! Minimum and maximum of any range of a long trace: a screen column shows the extremes of its samples, so that no spike is lost
//! when there are more samples than columns.

use std::sync::Arc;

/// Samples per block of the lowest level, and blocks per block of the next level.
const FAN: usize = 8;

/// Minimum and maximum of a range.
pub type Extremes = (f32, f32);

/// Minima and maxima of blocks of 8, 64, 512 ... samples.
#[derive(Debug, Clone, Default)]
pub struct Pyramid {
    samples: Arc<[f32]>,
    levels: Vec<Vec<Extremes>>,
}

/// The neutral element of `join`: the extremes of an empty range.
const NOTHING: Extremes = (f32::INFINITY, f32::NEG_INFINITY);

fn join(a: Extremes, b: Extremes) -> Extremes {
    (a.0.min(b.0), a.1.max(b.1))
}

/// `f32::min` ignores NaN, as a gap in a trace should be.
fn of_samples(samples: &[f32]) -> Extremes {
    samples.iter().fold(NOTHING, |e, &s| (e.0.min(s), e.1.max(s)))
}

/// Like `of_samples` for a whole block, in halves, which the compiler can vectorise.
fn of_block(block: &[f32; FAN]) -> Extremes {
    let (mut low, mut high) = (*block, *block);
    for half in [FAN / 2, FAN / 4, FAN / 8] {
        for k in 0..half {
            low[k] = low[k].min(low[k + half]);
            high[k] = high[k].max(high[k + half]);
        }
    }
    // a block of NaNs only has the extremes of an empty range
    (low[0].min(f32::INFINITY), high[0].max(f32::NEG_INFINITY))
}

impl Pyramid {
    /// Build from samples, oldest first.
    pub fn new(samples: &[f32]) -> Self {
        let mut pyramid = Self::default();
        pyramid.rebuild(&samples.into());
        pyramid
    }

    /// Rebuild for `samples`, reusing the memory; does nothing if they are the same `Arc` as before. The samples are not copied.
    pub fn rebuild(&mut self, samples: &Arc<[f32]>) {
        if Arc::ptr_eq(&self.samples, samples) {
            return;
        }
        self.samples = Arc::clone(samples);
        let levels = &mut self.levels;
        let mut depth = 0;
        loop {
            if levels.len() == depth {
                levels.push(Vec::new());
            }
            let (below, here) = levels.split_at_mut(depth);
            let level = &mut here[0];
            level.clear();
            if let Some(lower) = below.last() {
                level.extend(lower.chunks(FAN).map(|c| c.iter().copied().fold(NOTHING, join)));
            } else {
                let (blocks, rest) = samples.as_chunks::<FAN>();
                level.extend(blocks.iter().map(of_block));
                level.extend((!rest.is_empty()).then(|| of_samples(rest)));
            }
            depth += 1;
            if level.len() <= FAN {
                break;
            }
        }
        levels.truncate(depth);
    }

    /// The samples of the trace.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// Minimum and maximum of `samples[from..to]`; `None` if all of them are NaN.
    pub fn extremes(&self, from: usize, to: usize) -> Option<Extremes> {
        let to = to.min(self.samples.len());
        if from >= to {
            return None;
        }
        let found = self.descend(0, from, to);
        (found.0 <= found.1).then_some(found)
    }

    /// Extremes of `[from, to)`, in units of the level below `depth`: partial blocks at this level, whole blocks one level up.
    fn descend(&self, depth: usize, from: usize, to: usize) -> Extremes {
        let own = |a: usize, b: usize| match depth {
            0 => of_samples(&self.samples[a..b]),
            _ => self.levels[depth - 1][a..b].iter().copied().fold(NOTHING, join),
        };
        let (inner_from, inner_to) = (from.div_ceil(FAN), to / FAN);
        if inner_from >= inner_to || depth == self.levels.len() {
            return own(from, to);
        }
        let middle = self.descend(depth + 1, inner_from, inner_to);
        join(middle, join(own(from, inner_from * FAN), own(inner_to * FAN, to)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn extremes_equal_those_of_a_linear_search(
            samples in prop::collection::vec(prop_oneof![9 => -100.0_f32..100.0, 1 => Just(f32::NAN)], 0..2000),
            ends in (0_usize..2100, 0_usize..2100),
        ) {
            let (from, to) = (ends.0.min(ends.1), ends.0.max(ends.1));
            let stretch = samples.get(from.min(samples.len())..to.min(samples.len())).unwrap_or(&[]);
            let numbers: Vec<f32> = stretch.iter().copied().filter(|s| !s.is_nan()).collect();
            let expected = numbers.iter().copied().reduce(f32::min).zip(numbers.iter().copied().reduce(f32::max));
            prop_assert_eq!(Pyramid::new(&samples).extremes(from, to), expected);
        }
    }

    #[test]
    fn rebuilding_discards_a_longer_previous_trace() {
        let mut pyramid = Pyramid::new(&vec![9.0; 5000]);
        pyramid.rebuild(&[1.0, 2.0].into());
        assert_eq!(pyramid.extremes(0, 5000), Some((1.0, 2.0)));
        pyramid.rebuild(&Arc::default());
        assert_eq!(pyramid.extremes(0, 1), None);
    }
}
