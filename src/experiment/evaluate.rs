//! Testing: images are presented to copies of a network without learning, in parallel, with the same result for any number
//! of threads.

use super::glances::Glances;
use super::readout::Readout;
use super::swap::Swap;
use super::trainer::Stimulus;
use crate::datasets::{Data, Dataset};
use crate::engine::network::Network;
use crate::engine::neuron::NeuronModel;
use crate::rng::{Purpose, seed};
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Images per task, between two progress reports.
const CHUNK: usize = 100;

/// Test result.
#[derive(Debug, Clone, PartialEq)]
pub struct TestResult {
    /// Number of images.
    pub images: usize,
    /// Accuracy.
    pub accuracy: f64,
    /// Rows: label; columns: answer; the last column counts images without an answer.
    pub confusion: Vec<Vec<u64>>,
    /// Mean number of output spikes per image.
    pub spikes_per_image: f64,
    /// Mean negative log-likelihood of the right answer, with first-spike readout; less noisy than accuracy.
    pub surprise: Option<f64>,
}

/// Result of one image. Small, because results of all test images are stored.
struct Response {
    answer: Option<u8>,
    spikes: u64,
    /// Negative log-likelihood of the right answer, with first-spike readout.
    surprise: Option<f64>,
}

/// A copy of a network without learning, with everything needed to test it on another thread.
pub struct Evaluator {
    pub(super) network: Network,
    pub(super) readout: Readout,
    pub(super) data: Arc<Data>,
    pub(super) seed: u64,
    pub(super) stimulus: Stimulus,
    /// The label swap in force during training.
    pub(super) swap: Swap,
    /// Time step.
    pub(super) dt_ms: f64,
    /// Presentations per image (test-time augmentation).
    pub(super) glances: Glances,
    /// Training images for the label assignment, if the readout needs one.
    pub(super) assign_images: usize,
}

/// Distortion of a test image, from its number and pixels; a function of both only.
pub type Change<'a> = dyn Fn(usize, &mut [u8]) + Sync + 'a;

/// Receives the number of completed images.
pub type Progress<'a> = dyn Fn(usize) + Sync + 'a;

impl Evaluator {
    /// Show `images` test images, drawn from all classes. `progress` hears how many are done; returns `None` once `cancel` is set.
    pub fn run(&mut self, images: usize, threads: usize, progress: &Progress<'_>, cancel: &AtomicBool) -> Option<TestResult> {
        self.run_changed(images, threads, &|_, _| {}, progress, cancel)
    }

    /// The same with every image distorted before presentation.
    pub fn run_changed(
        &mut self,
        images: usize,
        threads: usize,
        change: &Change<'_>,
        progress: &Progress<'_>,
        cancel: &AtomicBool,
    ) -> Option<TestResult> {
        on_threads(threads, || self.run_here(images, change, progress, cancel))
    }

    /// The tested network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The readout; with label assignment the classes are determined by the test.
    pub fn readout(&self) -> &Readout {
        &self.readout
    }

    /// The answer to each of `images` test images, drawn from all classes, and whether it is right.
    pub fn answers(
        &mut self,
        images: usize,
        threads: usize,
        progress: &Progress<'_>,
        cancel: &AtomicBool,
    ) -> Option<Vec<(Option<u8>, bool)>> {
        let responses = on_threads(threads, || self.respond(images, &|_, _| {}, progress, cancel))?;
        let shown = self.data.tested(images);
        let labels = shown.iter().map(|&image| self.swap.label(self.data.test.labels[image]));
        Some(responses.iter().zip(labels).map(|(response, label)| (response.answer, response.answer == Some(label))).collect())
    }

    fn run_here(&mut self, images: usize, change: &Change<'_>, progress: &Progress<'_>, cancel: &AtomicBool) -> Option<TestResult> {
        let responses = self.respond(images, change, progress, cancel)?;
        let (test, shown) = (&self.data.test, self.data.tested(images));
        let images = responses.len();
        let mut confusion = vec![vec![0; test.classes + 1]; test.classes];
        let (mut right, mut spikes, mut surprise) = (0usize, 0u64, Some(0.0));
        for (&image, response) in shown.iter().zip(&responses) {
            let label = self.swap.label(test.labels[image]);
            right += usize::from(response.answer == Some(label));
            spikes += response.spikes;
            surprise = surprise.zip(response.surprise).map(|(sum, one)| sum + one);
            confusion[label as usize][response.answer.map_or(test.classes, usize::from)] += 1;
        }
        let n = images.max(1) as f64;
        Some(TestResult {
            images,
            accuracy: right as f64 / n,
            confusion,
            spikes_per_image: spikes as f64 / n,
            surprise: surprise.map(|sum| sum / n),
        })
    }

    /// Results of all images.
    fn respond(&mut self, images: usize, change: &Change<'_>, progress: &Progress<'_>, cancel: &AtomicBool) -> Option<Vec<Response>> {
        self.settle_classes(cancel)?;
        let width = self.data.test.width;
        let look = |image: usize, label: u8, network: &mut Network, pixels: &mut [u8], seed: u64| {
            change(image, pixels);
            let mut counts = vec![0; network.counts().len()];
            let (mut probability, mut glances) = (Some(0.0), 0.0);
            for (shown, seed) in self.glances.at(pixels, width, self.seed, image, seed) {
                self.stimulus.show(network, &shown, seed, &mut []);
                counts.iter_mut().zip(network.counts()).for_each(|(sum, &count)| *sum += count);
                let shares = network.output().and_then(NeuronModel::shares);
                probability = probability.zip(shares).map(|(sum, shares)| sum + self.probability(shares, label));
                glances += 1.0;
            }
            Response {
                answer: Readout::answer(&self.readout.votes(&counts)),
                spikes: counts.iter().map(|&count| u64::from(count)).sum(),
                surprise: probability.map(|sum| -libm::log((sum / glances).max(1e-12))),
            }
        };
        self.tested(images, progress, cancel, look)
    }

    /// The probability of answering `label`.
    fn probability(&self, shares: &[f32], label: u8) -> f64 {
        let speaks = |&(_, class): &(&f32, &Option<u8>)| *class == Some(label);
        shares.iter().zip(self.readout.class_of()).filter(speaks).map(|(&share, _)| f64::from(share)).sum()
    }

    /// With an open label assignment, determine the classes once for the test.
    pub(super) fn settle_classes(&mut self, cancel: &AtomicBool) -> Option<()> {
        if self.readout.is_open() {
            self.assign(cancel)?;
            self.readout.close();
        }
        Some(())
    }

    /// Give every neuron the class it responds to most, over some training images.
    fn assign(&mut self, cancel: &AtomicBool) -> Option<()> {
        let train = &self.data.train;
        let images = self.data.assigning(self.assign_images);
        let respond = |_, _, network: &mut Network, pixels: &mut [u8], seed| {
            self.stimulus.show(network, pixels, seed, &mut []);
            network.counts().to_vec()
        };
        let responses = self.responses(train, &images, 1 << 40, cancel, |_| {}, respond)?;
        let neurons = self.readout.class_of().len();
        let mut response = vec![0.0f32; neurons * train.classes];
        let mut shown = vec![0.0f32; train.classes];
        for (image, counts) in images.into_iter().zip(responses) {
            let label = self.swap.label(train.labels[image]) as usize;
            shown[label] += 1.0;
            for (sum, count) in response[label * neurons..][..neurons].iter_mut().zip(counts) {
                *sum += count as f32;
            }
        }
        for (sums, shown) in response.chunks_mut(neurons.max(1)).zip(shown) {
            sums.iter_mut().for_each(|sum| *sum /= shown.max(1.0));
        }
        self.readout.assign(response);
        Some(())
    }

    /// What `each` says of `images` test images, drawn from all classes: number, label, network, pixels, seed of the image.
    pub(super) fn tested<T: Send>(
        &self,
        images: usize,
        progress: &Progress<'_>,
        cancel: &AtomicBool,
        each: impl Fn(usize, u8, &mut Network, &mut [u8], u64) -> T + Sync,
    ) -> Option<Vec<T>> {
        let done = AtomicUsize::new(0);
        self.responses(&self.data.test, &self.data.tested(images), 0, cancel, |n| progress(done.fetch_add(n, Ordering::Relaxed) + n), each)
    }

    fn responses<T: Send>(
        &self,
        set: &Dataset,
        images: &[usize],
        stream: u64,
        cancel: &AtomicBool,
        progress: impl Fn(usize) + Sync,
        each: impl Fn(usize, u8, &mut Network, &mut [u8], u64) -> T + Sync,
    ) -> Option<Vec<T>> {
        let chunks: Vec<Option<Vec<T>>> = images
            .par_chunks(CHUNK)
            .map_init(
                || self.network.frozen(),
                |network, chunk| {
                    if cancel.load(Ordering::Relaxed) {
                        return None;
                    }
                    let responses = chunk
                        .iter()
                        .map(|&image| {
                            let seed = seed(self.seed, Purpose::TestEncoder, stream + image as u64);
                            let label = self.swap.label(set.labels[image]);
                            each(image, label, network, &mut set.images.row(image).to_vec(), seed)
                        })
                        .collect();
                    progress(chunk.len());
                    Some(responses)
                },
            )
            .collect();
        let mut all = Vec::with_capacity(images.len());
        for chunk in chunks {
            all.extend(chunk?);
        }
        Some(all)
    }
}

/// Run `work` on a number of threads.
pub(super) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    // rayon fails to build a pool only if the system has no thread left; testing then runs on the current thread
    match rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}
