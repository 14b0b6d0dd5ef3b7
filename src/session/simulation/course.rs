//! A run with its complete state, so that runs can be kept and exchanged. The run replaced by the last reset, preset, rebuild
//! or fork can be exchanged with the current one, repeatedly.

use super::{Collection, Laboratory, Simulation};
use crate::experiment::Applied;
use crate::params::Params;
use crate::preset::Preset;
use crate::rundir::Metrics;
use crate::session::bearing::bearing;
use crate::session::history::History;
use crate::session::notice::Notice;
use crate::session::probing::Prober;
use crate::session::recent::Recent;
use crate::session::sites;
use crate::session::snapshot::{FinishedRun, PutAside, PutAsideBy, RunState};
use crate::session::timeline::Timeline;
use crate::session::why::Teller;
use std::sync::Arc;

/// Number of earlier runs whose curves are kept for comparison.
const RUNS: usize = 12;
/// Number of runs kept completely besides the last one: those with most images.
const KEPT: usize = 4;
/// Memory limit of the keyframes of a kept run, in bytes.
const KEPT_BYTES: usize = 8 << 20;

/// One run.
pub(super) struct Course {
    pub(super) id: u64,
    pub(super) preset: Preset,
    pub(super) original: Params,
    pub(super) seed: u64,
    pub(super) lab: Laboratory,
    pub(super) state: RunState,
    pub(super) recent: Recent,
    pub(super) history: History,
    pub(super) metrics: Metrics,
    pub(super) log: Vec<Applied>,
    pub(super) log_images: Vec<u64>,
    pub(super) timeline: Timeline,
    /// The image at which it was forked, if it is a fork.
    pub(super) forked_at: Option<u64>,
    pub(super) collection: Collection,
}

/// A kept run.
pub(super) struct Shelved {
    course: Course,
    by: PutAsideBy,
}

/// Completed images of an experiment.
fn images(lab: &Laboratory) -> u64 {
    if let Laboratory::Images(trainer) = lab { trainer.images_done() } else { 0 }
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

impl Simulation {
    /// Exchange the current run with another.
    fn exchange(&mut self, course: &mut Course) {
        let Course { id, preset, original, seed, lab, state, recent, history, metrics, log, log_images, timeline, forked_at, collection } =
            course;
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
        std::mem::swap(&mut self.log_images, log_images);
        std::mem::swap(&mut self.timeline, timeline);
    }

    /// Start a new run; the current one is kept.
    pub(super) fn begin_anew(&mut self, lab: Laboratory, preset: Preset, seed: u64, collection: Collection, by: PutAsideBy) {
        self.back_to_present();
        let (history, metrics) = fresh_history(&lab);
        let state = if self.state == RunState::Paused { RunState::Paused } else { RunState::Running };
        let mut course = Course {
            id: self.next_run_id(),
            original: self.original.clone(),
            recent: Recent::default(),
            log: Vec::new(),
            log_images: Vec::new(),
            timeline: Timeline::default(),
            forked_at: None,
            collection,
            preset,
            seed,
            lab,
            state,
            history,
            metrics,
        };
        self.exchange(&mut course);
        self.put_aside(course, by);
        self.settle_in();
    }

    pub(super) fn next_run_id(&mut self) -> u64 {
        self.run_ids += 1;
        self.run_ids
    }

    /// Keep a run, and its curve for comparison.
    pub(super) fn put_aside(&mut self, course: Course, by: PutAsideBy) {
        self.remember_curve(&course);
        // also one that has not begun, for Undo leads back to it; only what was there before a resumed run is nothing then
        let shows_something = course.lab.step() > 0 || !course.log.is_empty();
        if shows_something || by != PutAsideBy::Resume {
            let before = self.shelved.replace(Shelved { course, by });
            self.keep(before);
        }
        self.mark_kept();
    }

    /// Update for every run whether it is kept.
    fn mark_kept(&mut self) {
        let is_kept = |id| self.shelved.iter().map(|shelved| &shelved.course).chain(&self.kept).any(|course| course.id == id);
        self.runs = self.runs.iter().map(|run| FinishedRun { kept: is_kept(run.id), ..run.clone() }).collect();
    }

    /// Keep a run, unless other kept runs have more images.
    fn keep(&mut self, shelved: Option<Shelved>) {
        let Some(Shelved { mut course, .. }) = shelved else { return };
        if images(&course.lab) == 0 {
            return;
        }
        // spikes and traces are recorded again with the next image
        course.recent = Recent::default();
        course.timeline.thin(KEPT_BYTES);
        self.kept.push(course);
        self.kept.sort_by_key(|course| std::cmp::Reverse(images(&course.lab)));
        self.kept.truncate(KEPT);
    }

    /// Return to a kept run.
    pub(super) fn go_back_to(&mut self, id: u64) {
        if self.shelved.as_ref().is_some_and(|shelved| shelved.course.id == id) {
            return self.undo_reset();
        }
        let Some(place) = self.kept.iter().position(|course| course.id == id) else {
            self.waiting.push_back(Notice::Refused("this run is not kept any more, because other runs have more images".to_owned()));
            return;
        };
        let course = self.kept.remove(place);
        // it becomes the last replaced run and is exchanged from there
        let before = self.shelved.replace(Shelved { course, by: PutAsideBy::Redo });
        self.keep(before);
        self.undo_reset();
    }

    fn remember_curve(&mut self, course: &Course) {
        let Course { id, preset, seed, lab, history, log, log_images, forked_at, .. } = course;
        let Laboratory::Images(trainer) = lab else { return };
        if history.accuracy.is_empty() {
            return;
        }
        let images = trainer.images_done();
        let (params, until) = bearing(&preset.params, log, log_images, images);
        let run = FinishedRun {
            id: *id,
            title: preset.title.clone(),
            folder: None,
            seed: *seed,
            protocol: preset.protocol,
            params,
            until,
            images,
            planned: trainer.plan(),
            data: self.copies.data(trainer.data()),
            accuracy: history.accuracy.as_slice().into(),
            forked_at: *forked_at,
            kept: false,
        };
        let mut runs: Vec<FinishedRun> = self.runs.iter().filter(|known| known.id != *id).cloned().collect();
        runs.push(run);
        let first = runs.len().saturating_sub(RUNS);
        self.runs = runs.split_off(first).into();
    }

    /// Exchange the current run with the last replaced run.
    pub(super) fn undo_reset(&mut self) {
        self.back_to_present();
        let Some(Shelved { mut course, by }) = self.shelved.take() else {
            self.waiting.push_back(Notice::Refused("there is no earlier run to return to".to_owned()));
            return;
        };
        let goes_on = self.state == RunState::Running;
        self.exchange(&mut course);
        if matches!(self.state, RunState::Running | RunState::Paused) {
            self.state = if goes_on { RunState::Running } else { RunState::Paused };
        }
        self.remember_curve(&course);
        self.runs = self.runs.iter().filter(|run| run.id != self.run_id).cloned().collect();
        let by = if by == PutAsideBy::Undo { PutAsideBy::Redo } else { PutAsideBy::Undo };
        // runs without images are kept as well, so that the command can be reversed
        self.shelved = Some(Shelved { course, by });
        self.settle_in();
    }

    /// The run that undo returns to, for the snapshot.
    pub(super) fn to_be_had_back(&self) -> Option<PutAside> {
        let Shelved { course, by } = self.shelved.as_ref()?;
        let images = images(&course.lab);
        Some(PutAside { id: course.id, title: course.preset.title.clone(), seed: course.seed, images, by: *by })
    }

    /// Reset the views after an exchange of runs.
    pub(super) fn settle_in(&mut self) {
        self.generation += 1;
        self.given = None;
        self.mark_kept();
        self.tell_of_preset();
        self.copies.clear();
        self.cancel_test();
        (self.teller, self.prober) = (Teller::default(), Prober::default());
        self.set_history_length();
        self.pacer.restart(self.pacer.speed(), std::time::Instant::now());
        self.autosave.touch();
    }

    /// Update the preset for the snapshot.
    pub(super) fn tell_of_preset(&mut self) {
        self.about = Arc::new(Preset { params: self.original.clone(), ..self.preset.clone() });
    }

    /// The earlier runs, for the snapshot.
    pub(super) fn finished_runs(&self) -> Arc<[FinishedRun]> {
        Arc::clone(&self.runs)
    }
}
