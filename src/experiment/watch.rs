//! Recording during a test: decision times, changes of the answer, spikes and synaptic events. Only the first presentation of
//! an image is recorded; the answers are identical to those of a test with one presentation without recording.

use super::evaluate::{Evaluator, Progress, on_threads};
use super::readout::Readout;
use crate::engine::monitor::{ActivityMonitor, Monitor};
use crate::engine::network::{Network, StepSpikes};
use std::sync::atomic::AtomicBool;

/// Recording of one test image.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// Its label, swaps included.
    pub label: u8,
    /// The answer at each step since onset at which it changed; `None` before the first.
    pub answers: Vec<(u32, u8)>,
    /// Steps to the end of the step of the first output spike.
    pub first: Option<u32>,
    /// Spikes and synaptic events.
    pub activity: ActivityMonitor,
}

impl Watched {
    /// The answer at the end of the presentation.
    pub fn answer(&self) -> Option<u8> {
        self.answers.last().map(|&(_, answer)| answer)
    }

    /// Steps to the end of the step after which the answer did not change.
    pub fn decided(&self) -> Option<u32> {
        self.answers.last().map(|&(steps, _)| steps)
    }
}

/// Evaluates the answer after every step with an output spike.
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
        // spikes of neurons without a class are ignored; spike counts do not decrease
        if let Some(answer) = Readout::answer(&readout.votes(network.counts()))
            && answers.last().is_none_or(|&(_, last)| last != answer)
        {
            answers.push((*steps, answer));
        }
    }
}

impl Evaluator {
    /// Present the first `images` test images with recording. `progress` receives the number of completed ones; `None` if
    /// `cancel` was set.
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
