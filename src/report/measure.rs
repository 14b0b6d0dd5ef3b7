//! Measurements of a trained network on test images: unchanged, with recording, and distorted. Only counts are stored, so
//! that cached values equal measured ones to the last digit.

use super::distort::Distortion;
use super::fields::{Sheet, sheets};
use crate::datasets::Data;
use crate::engine::encoder::Encoder;
use crate::engine::network::Network;
use crate::experiment::{Progress, Trainer, Watched};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Options of the measurement.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Number of test images.
    pub images: usize,
    /// Number of those shown in every distorted version, at most.
    pub distorted: usize,
    /// Number of threads; results do not depend on it.
    pub threads: usize,
}

/// All measurements of one trained network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Number of images.
    pub images: usize,
    /// Number of images in every distorted version.
    pub distorted: usize,
    /// Time step.
    pub step_ms: f64,
    /// Class names.
    pub classes: Vec<String>,
    /// Rows: label; columns: answer; the last column counts images without an answer.
    pub confusion: Vec<Vec<u64>>,
    /// Images by their number of output spikes.
    pub spikes: BTreeMap<u64, u64>,
    /// Images by the steps to their first output spike.
    pub first: BTreeMap<u32, u64>,
    /// Images by the steps to their decision, after which the answer did not change.
    pub decided: BTreeMap<u32, u64>,
    /// Change, at each step, of the number of right answers if the answer were read at that step.
    pub right: BTreeMap<u32, i64>,
    /// Layers from the input to the outputs.
    pub layers: Vec<Layer>,
    /// The projections between them.
    pub paths: Vec<Path>,
    /// Right answers to distorted images.
    pub stood: Vec<Stood>,
    /// Receptive fields and filters.
    pub sheets: Vec<Sheet>,
    /// The first test image: unchanged, then distorted in the order of `stood`.
    pub sample: Sample,
}

/// An image in several versions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// Pixels of every version.
    pub images: Vec<Vec<u8>>,
}

/// A layer of neurons, or the input.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// Neurons.
    pub neurons: usize,
    /// Spikes over all images.
    pub spikes: u64,
}

/// Synapses from one layer to another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// From where to where.
    pub name: String,
    /// Synapses; those that share a weight count each.
    pub synapses: u64,
    /// Weights.
    pub weights: u64,
    /// Synaptic events over all images.
    pub events: u64,
}

/// Right answers at one strength of one change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stood {
    /// What was done to the images.
    pub change: Distortion,
    /// How strongly.
    pub strength: u8,
    /// Images answered right.
    pub right: u64,
}

impl Measured {
    /// Images answered right.
    pub fn right(&self) -> u64 {
        self.confusion.iter().enumerate().map(|(label, row)| row[label]).sum()
    }

    /// A count as a mean over the images.
    pub fn per_image(&self, count: u64) -> f64 {
        count as f64 / self.images.max(1) as f64
    }

    /// Right answers to distorted images as a fraction.
    pub fn distorted_accuracy(&self, right: u64) -> f64 {
        right as f64 / self.distorted.max(1) as f64
    }

    /// Accuracy.
    pub fn accuracy(&self) -> f64 {
        self.per_image(self.right())
    }

    /// Synaptic events an image, over all synapses.
    pub fn events(&self) -> f64 {
        self.per_image(self.paths.iter().map(|path| path.events).sum())
    }

    /// Images without an output spike.
    pub fn silent(&self) -> u64 {
        self.spikes.get(&0).copied().unwrap_or(0)
    }

    /// Fraction of images right if the answer were read after so many ms, at every time it changes.
    pub fn right_over_time(&self) -> Vec<(f64, f64)> {
        let mut right = 0;
        let step = |(&steps, &change): (&u32, &i64)| {
            right += change;
            (f64::from(steps) * self.step_ms, right as f64 / self.images.max(1) as f64)
        };
        self.right.iter().map(step).collect()
    }
}

/// Images that `measure` shows, for a progress bar.
pub fn work(asked: Asked) -> usize {
    let versions = Distortion::ALL.iter().map(|change| change.strengths().len()).sum::<usize>();
    asked.images + asked.distorted.min(asked.images) * versions
}

/// Measure a trained network. `progress` hears how many images of `work` are done; `None` once `cancel` is set.
pub fn measure(trainer: &Trainer, asked: &Asked, progress: &Progress<'_>, cancel: &AtomicBool) -> Option<Measured> {
    let test = &trainer.data().test;
    let (images, threads) = (asked.images.min(test.len()), asked.threads);
    let mut evaluator = trainer.evaluator();
    let watched = evaluator.watch(images, threads, progress, cancel)?;
    let distorted = asked.distorted.min(images);
    let mut measured = Measured { images: watched.len(), distorted, step_ms: trainer.grid().dt_ms(), ..Measured::default() };
    measured.classes = class_names(trainer.data());
    measured.confusion = vec![vec![0; test.classes + 1]; test.classes];
    (measured.layers, measured.paths) = anatomy(evaluator.network());
    watched.iter().for_each(|one| measured.take(one));
    let first = test.images.row(0).to_vec();
    measured.sample = Sample { size: (test.width, test.height), images: vec![first.clone()] };
    let shown = AtomicUsize::new(images);
    for change in Distortion::ALL {
        for strength in change.strengths() {
            let mut sample = first.clone();
            change.apply(strength, 0, test.width, &mut sample);
            measured.sample.images.push(sample);
            let before = shown.fetch_add(distorted, Ordering::Relaxed);
            let distort = |number: usize, pixels: &mut [u8]| change.apply(strength, number, test.width, pixels);
            let result = evaluator.run_changed(distorted, threads, &distort, &|done| progress(before + done), cancel)?;
            let right = result.confusion.iter().enumerate().map(|(label, row)| row[label]).sum();
            measured.stood.push(Stood { change, strength, right });
        }
    }
    measured.sheets = sheets(evaluator.network(), evaluator.readout(), (test.width, test.height), &measured.classes);
    Some(measured)
}

/// What the classes of some images are called.
fn class_names(data: &Data) -> Vec<String> {
    data.class_names.to_vec()
}

impl Measured {
    /// Add what one image did.
    fn take(&mut self, one: &Watched) {
        let Self {
            images: _,
            distorted: _,
            step_ms: _,
            classes: _,
            confusion,
            spikes,
            first,
            decided,
            right,
            layers,
            paths,
            stood: _,
            sheets: _,
            sample: _,
        } = self;
        let (label, none) = (usize::from(one.label), confusion.len());
        confusion[label][one.answer().map_or(none, usize::from)] += 1;
        *spikes.entry(one.activity.spikes.last().copied().unwrap_or(0)).or_default() += 1;
        one.first.iter().for_each(|&steps| *first.entry(steps).or_default() += 1);
        one.decided().iter().for_each(|&steps| *decided.entry(steps).or_default() += 1);
        let mut was_right = false;
        for &(steps, answer) in &one.answers {
            let is_right = answer == one.label;
            if is_right != was_right {
                *right.entry(steps).or_default() += if is_right { 1 } else { -1 };
            }
            was_right = is_right;
        }
        let all = std::iter::once(one.activity.input).chain(one.activity.spikes.iter().copied());
        layers.iter_mut().zip(all).for_each(|(layer, spikes)| layer.spikes += spikes);
        paths.iter_mut().zip(&one.activity.events).for_each(|(path, events)| path.events += events);
    }
}

/// The layers of a network and the synapses between them, without spikes.
fn anatomy(network: &Network) -> (Vec<Layer>, Vec<Path>) {
    let last = network.populations().len().saturating_sub(1);
    let name = |index: usize| match index {
        index if index == last => "outputs".to_owned(),
        _ if last == 1 => "hidden".to_owned(),
        index => format!("hidden {}", index + 1),
    };
    let layer = |name: String, neurons| Layer { name, neurons, spikes: 0 };
    let input = layer("input".to_owned(), network.encoder().map_or(0, Encoder::len));
    let populations = network.populations().iter().enumerate().map(|(index, population)| layer(name(index), population.len()));
    let path = |projection: &crate::engine::network::Projection| {
        let from = projection.source.population().map_or_else(|| "input".to_owned(), |(index, _)| name(index));
        let (rows, columns) = projection.synapses.shape();
        let synapses = (0..projection.synapses.n_pre()).map(|pre| projection.synapses.fan_out(pre) as u64).sum();
        Path { name: format!("{from} → {}", name(projection.target)), synapses, weights: (rows * columns) as u64, events: 0 }
    };
    (std::iter::once(input).chain(populations).collect(), network.projections().iter().map(path).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::monitor::ActivityMonitor;

    #[test]
    fn an_answer_that_changes_counts_as_right_only_while_it_is() {
        let activity = ActivityMonitor { input: 5, spikes: vec![3], events: vec![30] };
        let one = |answers: &[(u32, u8)]| Watched { label: 1, answers: answers.to_vec(), first: Some(2), activity: activity.clone() };
        let mut measured = Measured { images: 4, step_ms: 0.5, confusion: vec![vec![0; 4]; 3], ..Measured::default() };
        measured.layers = vec![Layer::default(), Layer::default()];
        measured.paths = vec![Path::default()];
        measured.take(&one(&[(2, 0), (4, 1), (8, 2), (9, 0), (10, 1)]));
        measured.take(&one(&[(2, 1), (4, 0)]));
        measured.take(&one(&[(4, 1)]));
        measured.take(&Watched { first: None, ..one(&[]) });
        assert_eq!(measured.confusion[1], [1, 2, 0, 1]);
        assert_eq!((measured.right(), measured.accuracy(), measured.silent()), (2, 0.5, 0));
        assert_eq!(measured.right_over_time(), [(1.0, 0.25), (2.0, 0.5), (4.0, 0.25), (5.0, 0.5)]);
        assert_eq!(measured.decided, BTreeMap::from([(4, 2), (10, 1)]));
        assert_eq!((measured.layers[0].spikes, measured.layers[1].spikes, measured.events()), (20, 12, 30.0));
    }
}
