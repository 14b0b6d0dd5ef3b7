//! Copies of the network: for tests, and for "Why this answer?".

use super::{Stimulus, Trainer};
use crate::experiment::evaluate::Evaluator;
use crate::experiment::glances::Glances;
use crate::experiment::swap::Swap;
use crate::experiment::why::Onset;
use crate::lower;
use crate::params::ParamId as P;
use std::sync::Arc;

impl Trainer {
    /// A copy without learning, for a test on this or another thread.
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
            glances: Glances::of(&self.params),
            assign_images: self.params.count(P::AssignImages),
        }
    }

    /// A copy of the whole state, learning included, to be saved or hashed on another thread.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self {
            params: self.params.clone(),
            spec: Arc::clone(&self.spec),
            stages: self.stages.clone(),
            described: self.described.clone(),
            data: Arc::clone(&self.data),
            network: self.network.twin(),
            modulator: self.modulator.clone(),
            readout: self.readout.clone(),
            order: self.order.clone(),
            average: self.average.clone(),
            outcome: self.outcome,
            votes: self.votes.clone(),
            drawn: self.drawn.clone(),
            next: self.next.clone(),
            onset: self.onset.clone(),
            start: self.start.clone(),
            ..*self
        }
    }

    /// Keep the start of the trial for a later replay.
    pub(super) fn as_begun(&self) -> Onset {
        Onset {
            index: self.images_done,
            network: self.network.twin(),
            readout: self.readout.clone(),
            params: lower::neurons(&self.spec, &self.learning()),
            grid: self.grid,
            size: (self.data.train.width, self.data.train.height),
            present_steps: self.stimulus.present_steps,
        }
    }

    /// From now on start trials with a copy of the network, so that answers can be explained. Results do not change.
    pub fn keep_onset(&mut self, keep: bool) {
        self.keeps_onset = keep;
    }

    /// The start of the current or last trial; `None` if it was not kept or a parameter changed during the trial.
    pub fn onset(&self) -> Option<&Arc<Onset>> {
        self.onset.as_ref()
    }
}
