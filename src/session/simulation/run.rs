//! A run as one value, with its complete state: the one that is simulated, and those that were replaced. Undo, redo and a return to
//! an earlier run exchange two of them.

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

/// One run. The experiment of the one that is simulated is a laboratory, that of a kept one can be bytes ([`Held`]).
pub(super) struct Run<Experiment = Laboratory> {
    /// Its number.
    pub(super) id: u64,
    /// The preset of the network.
    pub(super) preset: Preset,
    /// The parameters of the preset file, to mark differences.
    pub(super) original: Params,
    pub(super) seed: u64,
    pub(super) lab: Experiment,
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

/// A run that was replaced.
pub(super) type KeptRun = Run<Held>;

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
    Free(Box<Origin>, Activity),
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

impl Run {
    /// A run at its start.
    pub(super) fn new(id: u64, preset: Preset, original: Params, seed: u64, lab: Laboratory, collection: Collection) -> Self {
        let (history, metrics) = fresh_history(&lab);
        Self {
            id,
            preset,
            original,
            seed,
            timeline: fresh_timeline(&lab),
            lab,
            state: RunState::Running,
            recent: Recent::default(),
            history,
            metrics,
            log: Changes::default(),
            forked_at: None,
            collection,
        }
    }

    /// The same run, to be kept as it is.
    pub(super) fn kept(self) -> KeptRun {
        self.with(Held::Live)
    }
}

impl<Experiment> Run<Experiment> {
    /// The same run with its experiment in another form.
    fn with<Other>(self, form: impl FnOnce(Experiment) -> Other) -> Run<Other> {
        let Self { id, preset, original, seed, lab, state, recent, history, metrics, log, timeline, forked_at, collection } = self;
        let lab = form(lab);
        Run { id, preset, original, seed, lab, state, recent, history, metrics, log, timeline, forked_at, collection }
    }
}

impl KeptRun {
    /// Completed images.
    pub(super) fn images(&self) -> u64 {
        match &self.lab {
            Held::Live(lab) => images(lab),
            Held::Saved(saved) => saved.images,
        }
    }

    /// Completed steps.
    pub(super) fn step(&self) -> u64 {
        match &self.lab {
            Held::Live(lab) => lab.step(),
            Held::Saved(saved) => saved.step,
        }
    }

    /// Model time in ms, of a network that runs freely.
    pub(super) fn free_ms(&self) -> Option<f64> {
        match &self.lab {
            Held::Live(lab) => free_ms(lab),
            Held::Saved(Saved { origin: Begun::Free(..), step, dt_ms, .. }) => Some(*step as f64 * dt_ms),
            Held::Saved(_) => None,
        }
    }

    /// Memory of the state in bytes; 0 for one that is kept as it is.
    pub(super) fn bytes(&self) -> usize {
        let Held::Saved(saved) = &self.lab else { return 0 };
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
        let Held::Live(lab) = &mut self.lab else { return };
        let (images, step, dt_ms) = (images(lab), lab.step(), lab.grid().dt_ms());
        let (bytes, origin) = match lab {
            Laboratory::Images(trainer) => {
                let data = Arc::clone(trainer.data());
                let (bytes, start) = (trainer.save(), trainer.start().cloned());
                (bytes, Begun::Images(data, Box::new(lab.in_force(&self.preset)), start))
            }
            Laboratory::Free(lab) => {
                let FreeMoment { mut run, activity } = lab.moment();
                (run.save(), Begun::Free(Box::new(lab.origin().clone()), activity))
            }
            // small, and without a form as bytes
            Laboratory::Neuron(_) | Laboratory::Pairing(_) => return,
        };
        self.lab = Held::Saved(Saved { images, step, dt_ms, bytes, origin });
    }

    /// The run with its experiment, which is built again if it is kept as bytes; or the run as it was and the fault in one sentence.
    pub(super) fn revived(self) -> Result<Run, (Box<Self>, String)> {
        let rebuilt = match &self.lab {
            Held::Live(_) => None,
            Held::Saved(saved) => match self.rebuilt(saved) {
                Ok(lab) => Some(lab),
                Err(reason) => return Err((Box::new(self), reason)),
            },
        };
        let lab = |held| match (rebuilt, held) {
            (Some(lab), _) | (None, Held::Live(lab)) => lab,
            // invariant: what is saved was built above
            (None, Held::Saved(_)) => unreachable!("a run that was not built"),
        };
        Ok(self.with(lab))
    }

    fn rebuilt(&self, saved: &Saved) -> Result<Laboratory, String> {
        Ok(match &saved.origin {
            Begun::Images(data, preset, start) => {
                let mut trainer = Trainer::new(preset, Arc::clone(data), self.seed, None).map_err(|error| error.to_string())?;
                let begun = start.as_ref().map_or(Ok(()), |start| trainer.begin_with(start));
                begun.and_then(|()| trainer.restore(&saved.bytes)).map_err(|error| error.to_string())?;
                Laboratory::Images(Box::new(trainer))
            }
            Begun::Free(origin, activity) => {
                let run = origin.run_at(self.log.applied(), &saved.bytes)?;
                let moment = FreeMoment { run, activity: activity.clone() };
                Laboratory::Free(Box::new(FreeLab::at(Origin::clone(origin), moment)))
            }
        })
    }
}

impl Simulation {
    pub(super) fn next_run_id(&mut self) -> u64 {
        self.run_ids += 1;
        self.run_ids
    }
}
