//! Subsets of the images: drawn from all classes in proportion with a fixed seed, so that a collection sorted by class gives a
//! representative subset.

use super::{Data, DataError, Dataset};
use crate::rng::{Purpose, permutation, stream};
use ndarray::Axis;
use std::sync::Arc;

/// Seed of the draw. It is fixed, because the subset is a property of the collection, not of a run.
const SEED: u64 = 0;

impl Dataset {
    /// The images with these indices, in this order.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let Self { images, labels, width, height, classes } = self;
        Self {
            images: images.select(Axis(0), indices),
            labels: indices.iter().map(|&index| labels[index]).collect(),
            width: *width,
            height: *height,
            classes: *classes,
        }
    }

    /// All images in the order of the draw: the first `n` contain each class in proportion, to within one image, and the last
    /// image of each class comes at the very end.
    fn draw(&self) -> Vec<usize> {
        let mut of_class: Vec<Vec<usize>> = vec![Vec::new(); self.classes];
        self.labels.iter().enumerate().for_each(|(index, &label)| of_class[usize::from(label)].push(index));
        let mut all = Vec::with_capacity(self.len());
        for (class, indices) in of_class.iter().enumerate() {
            let order = permutation(indices.len(), &mut stream(SEED, Purpose::Subset, class as u64));
            let last = indices.len().saturating_sub(1);
            for (k, &which) in order.iter().enumerate() {
                // the middle of its share: (k + 1/2) / n, in whole numbers
                let place = if k == last { u64::MAX } else { ((2 * k as u64 + 1) << 32) / (2 * indices.len() as u64) };
                all.push((place, class, indices[which as usize]));
            }
        }
        all.sort_unstable();
        all.into_iter().map(|(.., index)| index).collect()
    }

    /// The indices of `n` images of all classes, in the order of the collection; all indices if there are no more images.
    pub fn subset(&self, n: usize) -> Vec<usize> {
        if n >= self.len() {
            return (0..self.len()).collect();
        }
        let mut drawn = self.draw();
        drawn.truncate(n);
        drawn.sort_unstable();
        drawn
    }
}

impl Data {
    /// The indices of the test images used by a test of `n` images.
    pub fn tested(&self, n: usize) -> Vec<usize> {
        if self.reading.draws() { self.test.subset(n) } else { (0..n.min(self.test.len())).collect() }
    }

    /// The indices of the `n` training images that assign classes to neurons: the last ones, unless a class has less than half
    /// of its share among them.
    pub fn assigning(&self, n: usize) -> Vec<usize> {
        let (train, n) = (&self.train, n.min(self.train.len()));
        let last = train.len() - n;
        let mut among = vec![0_usize; train.classes];
        train.labels[last..].iter().for_each(|&label| among[usize::from(label)] += 1);
        let is_fair = train.histogram().iter().zip(&among).all(|(&all, &here)| 2 * here * train.len() + 2 * train.len() > all * n);
        if is_fair || !self.reading.draws() { (last..train.len()).collect() } else { train.subset(n) }
    }

    /// Maximum number of training images that can be held out, so that every class keeps one.
    pub fn most_held_out(&self) -> usize {
        let classes = if self.reading.draws() { self.train.histogram().iter().filter(|&&count| count > 0).count() } else { 1 };
        self.train.len().saturating_sub(classes)
    }

    /// For tuning: `n` training images, drawn from all classes, replace the test images, which remain unused.
    pub fn holdout(&self, n: usize) -> Result<Self, DataError> {
        if self.reading.draws() { self.hold(n, || self.train.subset(n)) } else { self.holdout_last(n) }
    }

    /// Like [`Self::holdout`], with the last `n` training images: for collections in random order, whose last images were held
    /// out in earlier measurements.
    pub fn holdout_last(&self, n: usize) -> Result<Self, DataError> {
        self.hold(n, || (self.train.len() - n..self.train.len()).collect())
    }

    fn hold(&self, n: usize, held: impl FnOnce() -> Vec<usize>) -> Result<Self, DataError> {
        let (total, most) = (self.train.len(), self.most_held_out());
        if !(1..=most).contains(&n) {
            return Err(DataError::Holdout { asked: n, most });
        }
        let held = held();
        let mut is_held = vec![false; total];
        held.iter().for_each(|&index| is_held[index] = true);
        let left: Vec<usize> = (0..total).filter(|&index| !is_held[index]).collect();
        Ok(Self {
            name: format!("{} ({n} training images held out)", self.name),
            class_names: Arc::clone(&self.class_names),
            train: self.train.select(&left),
            test: self.train.select(&held),
            split: self.split,
            reading: self.reading,
            remarks: self.remarks.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use proptest::prelude::*;

    fn set(labels: Vec<u8>) -> Dataset {
        let classes = labels.iter().max().map_or(0, |&most| usize::from(most) + 1);
        Dataset { images: Array2::zeros((labels.len(), 1)), labels, width: 1, height: 1, classes }
    }

    proptest! {
        #[test]
        fn a_subset_has_every_class_in_proportion(counts in prop::collection::vec(1..40_usize, 1..8), share in 0.0..1.0_f64) {
            // sorted by class
            let labels: Vec<u8> = counts.iter().enumerate().flat_map(|(class, &n)| vec![class as u8; n]).collect();
            let set = set(labels);
            let n = (share * set.len() as f64) as usize;
            let chosen = set.select(&set.subset(n));
            prop_assert_eq!(chosen.len(), n);
            for (&all, &here) in set.histogram().iter().zip(&chosen.histogram()) {
                let fair = (all * n) as f64 / set.len() as f64;
                prop_assert!((here as f64 - fair).abs() <= 1.0 + counts.len() as f64 / 2.0, "{here} instead of {fair}");
            }
            let more = set.subset(n + 1);
            prop_assert!(set.subset(n).iter().all(|index| more.contains(index)), "a larger subset holds the smaller");
        }
    }

    #[test]
    fn holdout_leaves_every_class_a_training_image() {
        let data = Data::numbered("d", set(vec![0, 0, 0, 0, 1, 1, 2]), set(vec![0]));
        let tuned = data.holdout(4).unwrap();
        assert_eq!(tuned.train.histogram().iter().filter(|&&count| count > 0).count(), 3);
        assert_eq!((tuned.train.len(), tuned.test.len()), (3, 4));
        assert!(data.holdout(5).is_err() && data.holdout(0).is_err());
    }
}
