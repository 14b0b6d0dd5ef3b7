//! A run with its complete state, so that runs can be kept and exchanged.

use super::{Collection, Laboratory, Simulation};
use crate::datasets::Data;
use crate::experiment::{Activity, Origin, Trainer};
use crate::params::Params;
use crate::preset::Preset;
use crate::rundir::Metrics;
use crate::session::changes::Changes;
use crate::session::free::{FreeLab, FreeMoment};
use crate::session::history::History;
use crate::session::recent::Recent;
use crate::session::sites;
use crate::session::snapshot::RunState;
use crate::session::timeline::Timeline;
use std::sync::Arc;

/// Memory limit of the keyframes of a kept run, in bytes.
const KEPT_BYTES: usize = 8 << 20;

/// One run.
pub(super) struct Course {
    pub(super) id: u64,
    pub(super) preset: Preset,
    pub(super) original: Params,
    pub(super) seed: u64,
    pub(super) held: Held,
    pub(super) state: RunState,
    pub(super) recent: Recent,
    pub(super) history: History,
    pub(super) metrics: Metrics,
    pub(super) log: Changes,
    pub(super) timeline: Timeline,
    /// The moment at which it was forked, if it is a fork.
    pub(super) forked_at: Option<u64>,
    pub(super) collection: Collection,
}

/// How the experiment of a run is kept.
#[allow(clippy::large_enum_variant)] // there are few runs
pub(super) enum Held {
    /// As it is.
    Live(Laboratory),
    /// As bytes, from which it is built again.
    Saved(Saved),
}

/// An experiment as bytes.
pub(super) struct Saved {
    images: u64,
    step: u64,
    dt_ms: f64,
    bytes: Vec<u8>,
    origin: Begun,
}

enum Begun {
    /// The data, the preset with the values in force, and the state at step 0 of a run that began with learnt weights.
    Images(Arc<Data>, Box<Preset>, Option<Arc<[u8]>>),
    /// With the rates until then.
    Free(Origin, Activity),
}

/// Completed images of an experiment.
pub(super) fn images(lab: &Laboratory) -> u64 {
    if let Laboratory::Images(trainer) = lab { trainer.images_done() } else { 0 }
}

/// Model time of an experiment in ms, if it is a network that runs freely.
pub(super) fn free_ms(lab: &Laboratory) -> Option<f64> {
    if let Laboratory::Free(_) = lab { Some(lab.step() as f64 * lab.grid().dt_ms()) } else { None }
}

/// Empty history of an experiment that has not run yet.
pub(super) fn fresh_history(lab: &Laboratory) -> (History, Metrics) {
    match lab {
        Laboratory::Images(trainer) => {
            let neurons = trainer.network().output().map_or(0, sites::shown);
            (History::new(trainer.data().train.classes, neurons), Metrics::new(trainer.plan()))
        }
        Laboratory::Neuron(_) => (History::new(0, 1), Metrics::new(0)),
        Laboratory::Pairing(_) | Laboratory::Free(_) => (History::new(0, 0), Metrics::new(0)),
    }
}

/// Empty timeline of an experiment.
pub(super) fn fresh_timeline(lab: &Laboratory) -> Timeline {
    if let Laboratory::Free(_) = lab { Timeline::in_steps(lab.grid().dt_ms()) } else { Timeline::default() }
}

impl Course {
    /// Completed images.
    pub(super) fn images(&self) -> u64 {
        match &self.held {
            Held::Live(lab) => images(lab),
            Held::Saved(saved) => saved.images,
        }
    }

    /// Completed steps.
    pub(super) fn step(&self) -> u64 {
        match &self.held {
            Held::Live(lab) => lab.step(),
            Held::Saved(saved) => saved.step,
        }
    }

    /// Model time in ms, of a network that runs freely.
    pub(super) fn free_ms(&self) -> Option<f64> {
        match &self.held {
            Held::Live(lab) => free_ms(lab),
            Held::Saved(Saved { origin: Begun::Free(..), step, dt_ms, .. }) => Some(*step as f64 * dt_ms),
            Held::Saved(_) => None,
        }
    }

    /// Memory of the state in bytes; 0 for one that is kept as it is.
    pub(super) fn bytes(&self) -> usize {
        let Held::Saved(saved) = &self.held else { return 0 };
        let start = match &saved.origin {
            Begun::Images(_, _, start) => start,
            Begun::Free(origin, _) => &origin.start,
        };
        saved.bytes.len() + start.as_ref().map_or(0, |start| start.len())
    }

    /// Keep only what the run continues from. Spikes and traces are recorded again.
    pub(super) fn compact(&mut self) {
        self.recent = Recent::default();
        self.timeline.thin(KEPT_BYTES);
        let Held::Live(lab) = &mut self.held else { return };
        let (images, step, dt_ms) = (images(lab), lab.step(), lab.grid().dt_ms());
        let (bytes, origin) = match lab {
            Laboratory::Images(trainer) => {
                let data = Arc::clone(trainer.data());
                let (bytes, start) = (trainer.save(), trainer.start().cloned());
                (bytes, Begun::Images(data, Box::new(lab.in_force(&self.preset)), start))
            }
            Laboratory::Free(lab) => {
                let FreeMoment { mut run, activity } = lab.moment();
                (run.save(), Begun::Free(lab.origin().clone(), activity))
            }
            // small, and without a form as bytes
            Laboratory::Neuron(_) | Laboratory::Pairing(_) => return,
        };
        self.held = Held::Saved(Saved { images, step, dt_ms, bytes, origin });
    }

    /// Build the experiment again, if it is kept as bytes; the fault in one sentence.
    pub(super) fn revive(&mut self) -> Result<(), String> {
        let Held::Saved(saved) = &self.held else { return Ok(()) };
        let lab = match &saved.origin {
            Begun::Images(data, preset, start) => {
                let mut trainer = Trainer::new(preset, Arc::clone(data), self.seed, None).map_err(|error| error.to_string())?;
                let begun = start.as_ref().map_or(Ok(()), |start| trainer.begin_with(start));
                begun.and_then(|()| trainer.restore(&saved.bytes)).map_err(|error| error.to_string())?;
                Laboratory::Images(Box::new(trainer))
            }
            Begun::Free(origin, activity) => {
                let run = origin.run_at(self.log.applied(), &saved.bytes)?;
                let moment = FreeMoment { run, activity: activity.clone() };
                Laboratory::Free(Box::new(FreeLab::at(origin.clone(), moment)))
            }
        };
        self.held = Held::Live(lab);
        Ok(())
    }
}

impl Simulation {
    /// Exchange the current run with another, which must be live.
    pub(super) fn exchange(&mut self, course: &mut Course) {
        let Course { id, preset, original, seed, held, state, recent, history, metrics, log, timeline, forked_at, collection } = course;
        let Held::Live(lab) = held else { return };
        std::mem::swap(&mut self.forked_at, forked_at);
        std::mem::swap(&mut self.collection, collection);
        std::mem::swap(&mut self.run_id, id);
        std::mem::swap(&mut self.preset, preset);
        std::mem::swap(&mut self.original, original);
        std::mem::swap(&mut self.seed, seed);
        std::mem::swap(&mut self.lab, lab);
        std::mem::swap(&mut self.state, state);
        std::mem::swap(&mut self.recent, recent);
        std::mem::swap(&mut self.history, history);
        std::mem::swap(&mut self.metrics, metrics);
        std::mem::swap(&mut self.log, log);
        std::mem::swap(&mut self.timeline, timeline);
    }

    pub(super) fn next_run_id(&mut self) -> u64 {
        self.run_ids += 1;
        self.run_ids
    }
}
