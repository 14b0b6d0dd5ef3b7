//! Copies of the network for others, who may do with them what they like: one to be tested, one to be asked why.

use super::{Stimulus, Trainer};
use crate::experiment::build;
use crate::experiment::evaluate::Evaluator;
use crate::experiment::glances::Glances;
use crate::experiment::swap::Swap;
use crate::experiment::why::Onset;
use crate::params::ParamId as P;
use std::sync::Arc;

impl Trainer {
    /// A frozen copy to test, here or on another thread.
    pub fn evaluator(&self) -> Evaluator {
        let mut network = self.network.frozen();
        self.average.install(&mut network);
        Evaluator {
            network,
            readout: self.readout.clone(),
            data: Arc::clone(&self.data),
            seed: self.seed,
            stimulus: Stimulus::new(&self.params, self.grid),
            swap: Swap::of(&self.params),
            dt_ms: self.grid.dt_ms(),
            races: self.protocol.races(),
            glances: Glances::of(&self.params),
            assign_images: self.params.count(P::AssignImages),
        }
    }

    /// The trial that has just begun, to be lived through again by whoever asks why.
    pub(super) fn as_begun(&self) -> Onset {
        Onset {
            index: self.images_done,
            network: self.network.twin(),
            readout: self.readout.clone(),
            params: build::neurons(&self.params, self.protocol, self.stage, self.grid),
            grid: self.grid,
            size: (self.data.train.width, self.data.train.height),
            present_steps: self.stimulus.present_steps,
        }
    }

    /// Begin trials with a copy of the network from now on, so that their answers can be explained. Changes no result.
    pub fn keep_onset(&mut self, keep: bool) {
        self.keeps_onset = keep;
    }

    /// The beginning of the trial in progress, or of the last one; none if it was not kept or its parameters changed on the way.
    pub fn onset(&self) -> Option<&Arc<Onset>> {
        self.onset.as_ref()
    }
}
