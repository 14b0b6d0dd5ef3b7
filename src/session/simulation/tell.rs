//! Publishes snapshots, with the actual speed.

use super::{Laboratory, Simulation};
use crate::session::publish::{Situation, snapshot};
use crate::session::snapshot::{Pace, RunState};
use std::sync::Arc;
use std::time::Instant;

/// Speed over the last half second.
pub(super) struct Meter {
    pub(super) since: Instant,
    pub(super) steps: u64,
    pub(super) images: u64,
    pub(super) pace: Pace,
}

impl Simulation {
    /// Length of the displayed image; for other tasks, of the displayed time range.
    pub(super) fn window_ms(&self) -> f64 {
        match &self.run.lab {
            Laboratory::Images(trainer) => {
                let trial = trainer.trial();
                (f64::from(trial.total_steps) * trainer.grid().dt_ms()).max(50.0)
            }
            Laboratory::Neuron(_) | Laboratory::Free(_) => 500.0,
            Laboratory::Pairing(_) => 0.0,
        }
    }

    /// Record as many steps as the views may need. Image lengths can change, so this is set before every image.
    pub(super) fn set_history_length(&mut self) {
        let dt_ms = self.run.lab.grid().dt_ms();
        let next_ms = match &self.run.lab {
            Laboratory::Images(trainer) => trainer.trial_steps() as f64 * dt_ms,
            Laboratory::Neuron(_) | Laboratory::Pairing(_) | Laboratory::Free(_) => 0.0,
        };
        let kept_ms = self.window_ms().max(next_ms) * f64::from(self.watch.history.max(1));
        self.run.recent.keep((kept_ms / dt_ms) as u64);
        if let Laboratory::Free(lab) = &mut self.run.lab {
            lab.watch(&self.watch.potentials, kept_ms);
        }
    }

    pub(super) fn publish(&mut self) {
        self.published = Instant::now();
        self.measure();
        let (applied, applied_images) = self.run.log.share();
        let at = Situation {
            preset: &self.run.preset,
            original: &self.run.original,
            seed: self.run.seed,
            generation: self.generation,
            state: self.run.state.clone(),
            pace: self.meter.pace,
            speed: self.pacer.speed(),
            window_ms: self.window_ms(),
            applied,
            work: self.test.iter().map(|test| Arc::clone(&test.work)).chain(self.researcher.work()).chain(self.being_built()).collect(),
            applied_images,
            looking_back: self.looking_back(),
            put_aside: self.to_be_had_back(),
            lost_runs: self.lost_runs(),
            forked_at: self.run.forked_at,
            run_id: self.run.id,
            about: Arc::clone(&self.about),
            runs: self.finished_runs(),
            stop_when: self.stop_at,
            given: self.given,
            safe: self.autosave.safe(),
            why: self.teller.told(),
            why_spike: self.spike_explainer.told(),
            characterised: self.characteriser.view(),
            probed: self.prober.last(),
            study: self.researcher.view(),
        };
        let snapshot = snapshot(at, &mut self.run.lab, &self.run.history, &self.run.recent, &self.watch, &mut self.copies);
        self.outlet.publish(snapshot);
    }

    fn measure(&mut self) {
        let seconds = self.meter.since.elapsed().as_secs_f64();
        if self.run.state != RunState::Running || self.awaits_reward() {
            self.meter = Meter { since: Instant::now(), steps: 0, images: 0, pace: Pace::default() };
        } else if seconds >= 0.5 {
            let steps_per_s = self.meter.steps as f64 / seconds;
            let times_real_time = steps_per_s * self.run.lab.grid().dt_ms() * 1e-3;
            let images_per_s = self.meter.images as f64 / seconds;
            let pace = Pace { times_real_time, steps_per_s, images_per_s };
            self.meter = Meter { since: Instant::now(), steps: 0, images: 0, pace };
            tracing::debug!(step = self.run.lab.step(), times_real_time, "pace");
        }
    }
}
