//! Testing: images are shown to frozen copies of a network, in parallel, with the same result for any number of threads.

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

/// Images that one task shows before it reports.
const CHUNK: usize = 100;

/// What a network answered on test images.
#[derive(Debug, Clone, PartialEq)]
pub struct TestResult {
    /// Images shown.
    pub images: usize,
    /// Fraction answered right.
    pub accuracy: f64,
    /// Rows: label; columns: answer; the last column counts images without an answer.
    pub confusion: Vec<Vec<u64>>,
    /// Mean number of output spikes per image.
    pub spikes_per_image: f64,
    /// Mean −ln of the probability of answering right, of neurons that race for the answer; less noisy than accuracy.
    pub surprise: Option<f64>,
}

/// What came of one image. Small: ten thousand of them are kept, of networks with thousands of neurons.
struct Response {
    answer: Option<u8>,
    spikes: u64,
    /// −ln of the probability of answering right, if the neurons raced for the answer.
    surprise: Option<f64>,
}

/// A frozen network with everything needed to test it elsewhere.
pub struct Evaluator {
    pub(super) network: Network,
    pub(super) readout: Readout,
    pub(super) data: Arc<Data>,
    pub(super) seed: u64,
    pub(super) stimulus: Stimulus,
    /// What counts as right in training counts as right here.
    pub(super) swap: Swap,
    /// Length of a step.
    pub(super) dt_ms: f64,
    /// Whether neurons race for the answer.
    pub(super) races: bool,
    /// Training images for the assignment of labels, if the readout wants one.
    pub(super) assign_images: usize,
}

impl Evaluator {
    /// Show the first `images` test images. `progress` hears how many are done; returns `None` once `cancel` is set.
    pub fn run(&mut self, images: usize, threads: usize, progress: &(dyn Fn(usize) + Sync), cancel: &AtomicBool) -> Option<TestResult> {
        // invariant: rayon only fails to build a pool when the system has no thread left; testing then runs on this one
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build().ok();
        let mut work = || self.run_here(images, progress, cancel);
        match pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    fn run_here(&mut self, images: usize, progress: &(dyn Fn(usize) + Sync), cancel: &AtomicBool) -> Option<TestResult> {
        if self.readout.is_open() {
            self.assign(cancel)?;
        }
        let test = &self.data.test;
        let images = images.min(test.len());
        let done = AtomicUsize::new(0);
        let look = |image: usize, network: &Network| {
            let counts = network.counts();
            let shares = network.output().and_then(NeuronModel::shares);
            Response {
                answer: Readout::answer(&self.readout.votes(counts)),
                spikes: counts.iter().map(|&count| u64::from(count)).sum(),
                surprise: shares.map(|shares| -libm::log(self.probability(shares, self.swap.label(test.labels[image])).max(1e-12))),
            }
        };
        let responses = self.responses(test, 0..images, 0, cancel, |n| progress(done.fetch_add(n, Ordering::Relaxed) + n), look)?;
        let mut confusion = vec![vec![0; test.classes + 1]; test.classes];
        let (mut right, mut spikes, mut surprise) = (0usize, 0u64, Some(0.0));
        for (&label, response) in test.labels.iter().zip(&responses) {
            let label = self.swap.label(label);
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

    /// The probability of answering `label`.
    fn probability(&self, shares: &[f32], label: u8) -> f64 {
        let speaks = |&(_, class): &(&f32, &Option<u8>)| *class == Some(label);
        shares.iter().zip(self.readout.class_of()).filter(speaks).map(|(&share, _)| f64::from(share)).sum()
    }

    /// Give every neuron the class it responds to most, over the last training images.
    fn assign(&mut self, cancel: &AtomicBool) -> Option<()> {
        let train = &self.data.train;
        let n = self.assign_images.min(train.len());
        let range = train.len() - n..train.len();
        let responses = self.responses(train, range.clone(), 1 << 40, cancel, |_| {}, |_, network| network.counts().to_vec())?;
        let neurons = self.readout.class_of().len();
        let mut response = vec![0.0f32; neurons * train.classes];
        let mut shown = vec![0.0f32; train.classes];
        for (image, counts) in range.zip(responses) {
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

    fn responses<T: Send>(
        &self,
        set: &Dataset,
        range: std::ops::Range<usize>,
        stream: u64,
        cancel: &AtomicBool,
        progress: impl Fn(usize) + Sync,
        look: impl Fn(usize, &Network) -> T + Sync,
    ) -> Option<Vec<T>> {
        let images: Vec<usize> = range.collect();
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
                            self.stimulus.show(network, &set.images.row(image).to_vec(), seed);
                            look(image, network)
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
