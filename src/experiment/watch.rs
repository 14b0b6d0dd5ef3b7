//! Watching a test: when each image was answered, how often the answer changed on the way, how many spikes fired and how
//! many synapses they reached. Only the first glance at an image is watched; the answers are those of a plain test of one glance,
//! to the last bit.

use super::evaluate::{Evaluator, Progress, on_threads};
use super::readout::Readout;
use crate::engine::monitor::{ActivityMonitor, Monitor};
use crate::engine::network::{Network, StepSpikes};
use std::sync::atomic::AtomicBool;

/// What one test image did to the network.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// What counts as right.
    pub label: u8,
    /// The answer that would have been read after so many steps since onset, whenever it changed; none before the first.
    pub answers: Vec<(u32, u8)>,
    /// Steps to the end of the one in which the first output neuron fired.
    pub first: Option<u32>,
    /// Spikes and synaptic events.
    pub activity: ActivityMonitor,
}

impl Watched {
    /// The answer at the end of the presentation.
    pub fn answer(&self) -> Option<u8> {
        self.answers.last().map(|&(_, answer)| answer)
    }

    /// Steps to the end of the one from which on the answer stayed what it was at the end.
    pub fn decided(&self) -> Option<u32> {
        self.answers.last().map(|&(steps, _)| steps)
    }
}

/// Reads the answer after every step in which an output neuron fired.
struct Reader<'a> {
    readout: &'a Readout,
    steps: u32,
    first: Option<u32>,
    answers: Vec<(u32, u8)>,
}

impl Monitor for Reader<'_> {
    fn record(&mut self, _step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        let Self { readout, steps, first, answers } = self;
        *steps += 1;
        if spikes.populations.last().is_none_or(Vec::is_empty) {
            return;
        }
        first.get_or_insert(*steps);
        // spikes of neurons without a class say nothing; one that spoke is never unsaid
        if let Some(answer) = Readout::answer(&readout.votes(network.counts()))
            && answers.last().is_none_or(|&(_, last)| last != answer)
        {
            answers.push((*steps, answer));
        }
    }
}

impl Evaluator {
    /// Show the first `images` test images and look on. `progress` hears how many are done; `None` once `cancel` is set.
    pub fn watch(&mut self, images: usize, threads: usize, progress: &Progress<'_>, cancel: &AtomicBool) -> Option<Vec<Watched>> {
        on_threads(threads, || {
            self.settle_classes(cancel)?;
            let images = images.min(self.data.test.len());
            self.tested(images, progress, cancel, |_, label, network, pixels, seed| {
                let mut reader = Reader { readout: &self.readout, steps: 0, first: None, answers: Vec::new() };
                let mut activity = ActivityMonitor::default();
                self.stimulus.show(network, pixels, seed, &mut [&mut reader, &mut activity]);
                Watched { label, answers: reader.answers, first: reader.first, activity }
            })
        })
    }
}
