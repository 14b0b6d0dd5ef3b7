//! Tests any image, such as a drawing, without learning.

use super::evaluate::Evaluator;
use super::readout::Readout;
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::engine::neuron::NeuronModel;
use crate::rng::{Purpose, seed};

/// Random stream of the input spikes, separate from that of test images.
const STREAM: u64 = 1 << 41;

/// The first spike of an output neuron.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirstSpike {
    /// The neuron or, with shared filters, the filter.
    pub neuron: u32,
    /// Its class.
    pub class: Option<u8>,
    /// End of its step since onset in ms.
    pub at_ms: f64,
}

/// Result of an image.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Probed {
    /// The image.
    pub pixels: Vec<u8>,
    /// Votes by class.
    pub votes: Vec<f32>,
    /// The class with most votes.
    pub answer: Option<u8>,
    /// The first output spike.
    pub first: Option<FirstSpike>,
    /// The probability of every class, with first-spike readout.
    pub probabilities: Option<Vec<f32>>,
    /// Output spikes.
    pub spikes: u32,
    /// Training images of the network at that time.
    pub after_images: u64,
}

/// Records the first step in which an output neuron fired.
#[derive(Default)]
struct First {
    steps: u32,
    spike: Option<(u32, u32)>,
}

impl Monitor for First {
    fn record(&mut self, _step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        if let (None, Some(&j)) = (self.spike, spikes.populations.last().and_then(|fired| fired.first())) {
            self.spike = Some((self.steps, j));
        }
        self.steps += 1;
    }
}

impl Evaluator {
    /// Present an image. The network does not change.
    pub fn probe(&self, pixels: &[u8], after_images: u64) -> Probed {
        let mut network = self.network.frozen();
        let mut first = First::default();
        let seed = seed(self.seed, Purpose::TestEncoder, STREAM);
        network.begin_trial(pixels, seed);
        network.reseed(seed);
        network.run(u64::from(self.stimulus.present_steps()), &mut [&mut first]);
        let class_of = self.readout.class_of();
        let class = |j: u32| class_of.get(j as usize).copied().flatten();
        let channels = network.output().map_or(1, NeuronModel::channels).max(1) as u32;
        let votes = self.readout.votes(network.counts());
        let probabilities = network.output().and_then(NeuronModel::shares).map(|shares| {
            let mut sums = vec![0.0; votes.len()];
            for (&share, class) in shares.iter().zip(class_of) {
                if let Some(sum) = class.and_then(|class| sums.get_mut(class as usize)) {
                    *sum += share;
                }
            }
            sums
        });
        Probed {
            pixels: pixels.to_vec(),
            answer: Readout::answer(&votes),
            votes,
            first: first.spike.map(|(step, j)| FirstSpike {
                neuron: j % channels,
                class: class(j),
                at_ms: f64::from(step + 1) * self.dt_ms,
            }),
            probabilities,
            spikes: network.counts().iter().sum(),
            after_images,
        }
    }
}
