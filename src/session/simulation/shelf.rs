//! The runs that were replaced. Undo goes back through them, redo forward again; every one has its weights and its moment. The last
//! one is kept as it is, the others as bytes, in bounded memory.

use super::course::{Course, Held, fresh_history, fresh_timeline};
use super::{Collection, Laboratory, Simulation};
use crate::preset::Preset;
use crate::session::bearing::bearing;
use crate::session::changes::Changes;
use crate::session::probing::Prober;
use crate::session::recent::Recent;
use crate::session::snapshot::{FinishedRun, PutAside, PutAsideBy, RunState};
use crate::session::why::{SpikeExplainer, Teller};
use std::sync::Arc;

/// Number of earlier runs whose curves are kept for comparison.
const RUNS: usize = 12;
/// Number of runs kept besides those of undo and redo: those with most images.
const KEPT: usize = 4;
/// Runs that undo goes back through at most.
const LEVELS: usize = 200;
/// Memory of their states at most, in bytes.
const LEVELS_BYTES: usize = 512 << 20;

/// A kept run, and what replaced it.
struct Shelved {
    course: Course,
    by: PutAsideBy,
}

/// The kept runs.
#[derive(Default)]
pub(super) struct Shelf {
    /// The runs before this one, oldest first.
    before: Vec<Shelved>,
    /// The runs that undo left; redo restores the last one first.
    after: Vec<Shelved>,
    /// Others, the longest first.
    others: Vec<Course>,
    /// Whether the last exchange was an undo: then the run to restore is the one it left.
    undid: bool,
    /// Runs of `before` that were dropped since the start.
    lost: u64,
}

impl Shelf {
    fn all(&self) -> impl Iterator<Item = &Course> {
        self.before.iter().chain(&self.after).map(|shelved| &shelved.course).chain(&self.others)
    }

    /// The run that `UndoReset` returns to.
    fn last(&self) -> Option<&Shelved> {
        if self.undid { self.after.last() } else { self.before.last() }
    }

    /// A run was replaced by a new one.
    fn push(&mut self, shelved: Shelved) {
        self.undid = false;
        for Shelved { course, .. } in self.after.drain(..) {
            keep(&mut self.others, course);
        }
        self.before.push(shelved);
        self.bound();
    }

    /// All but the last run of each stack as bytes, within the memory limit.
    fn bound(&mut self) {
        for stack in [&mut self.before, &mut self.after] {
            stack.iter_mut().rev().skip(1).for_each(|shelved| shelved.course.compact());
        }
        let bytes = |shelf: &Self| shelf.all().map(Course::bytes).sum::<usize>();
        while self.before.len() > 1 && (self.before.len() > LEVELS || bytes(self) > LEVELS_BYTES) {
            self.lost += 1;
            let Shelved { course, .. } = self.before.remove(0);
            keep(&mut self.others, course);
        }
    }

    /// Take a run out.
    fn take(&mut self, id: u64) -> Option<Course> {
        if let Some(place) = self.others.iter().position(|course| course.id == id) {
            return Some(self.others.remove(place));
        }
        for stack in [&mut self.before, &mut self.after] {
            if let Some(place) = stack.iter().position(|shelved| shelved.course.id == id) {
                return Some(stack.remove(place).course);
            }
        }
        None
    }
}

/// Keep a run, unless others have more images.
fn keep(others: &mut Vec<Course>, mut course: Course) {
    if course.images() == 0 && course.free_ms().is_none_or(|ms| ms == 0.0) {
        return;
    }
    course.compact();
    others.push(course);
    others.sort_by_key(|course| std::cmp::Reverse((course.images(), course.step())));
    others.truncate(KEPT);
}

impl Simulation {
    /// Start a new run; the current one is kept.
    pub(super) fn begin_anew(&mut self, lab: Laboratory, preset: Preset, seed: u64, collection: Collection, by: PutAsideBy) {
        self.back_to_present();
        let (history, metrics) = fresh_history(&lab);
        let state = if self.state == RunState::Paused { RunState::Paused } else { RunState::Running };
        let mut course = Course {
            id: self.next_run_id(),
            original: self.original.clone(),
            recent: Recent::default(),
            log: Changes::default(),
            timeline: fresh_timeline(&lab),
            forked_at: None,
            collection,
            preset,
            seed,
            held: Held::Live(lab),
            state,
            history,
            metrics,
        };
        self.exchange(&mut course);
        self.put_aside(course, by);
        self.settle_in();
    }

    /// Keep a run, and its curve for comparison.
    pub(super) fn put_aside(&mut self, course: Course, by: PutAsideBy) {
        self.remember_curve(&course);
        // also one that has not begun, for undo leads back to it
        self.shelf.push(Shelved { course, by });
        self.mark_kept();
    }

    /// Update for every run whether it is kept.
    fn mark_kept(&mut self) {
        let is_kept = |id| self.shelf.all().any(|course| course.id == id);
        self.runs = self.runs.iter().map(|run| FinishedRun { kept: is_kept(run.id), ..run.clone() }).collect();
    }

    /// Return to a kept run.
    pub(super) fn go_back_to(&mut self, id: u64) {
        if self.shelf.last().is_some_and(|shelved| shelved.course.id == id) {
            return self.undo_reset();
        }
        let Some(course) = self.shelf.take(id) else {
            return self.refuse("this run is no longer kept; of earlier runs the longest are kept");
        };
        self.back_to_present();
        match self.exchange_for(course) {
            Ok(left) => {
                self.remember_curve(&left);
                self.shelf.push(Shelved { course: left, by: PutAsideBy::Reset });
                self.settle_in();
            }
            Err(course) => self.shelf.others.push(*course),
        }
    }

    /// Exchange the current run with the last one that was replaced, or that the last undo left; repeated, it exchanges them again.
    pub(super) fn undo_reset(&mut self) {
        if self.shelf.undid { self.redo_run() } else { self.undo_run() }
    }

    /// Go back to the run before this one.
    pub(super) fn undo_run(&mut self) {
        self.back_to_present();
        let Some(Shelved { course, by }) = self.shelf.before.pop() else {
            return self.refuse("there is no earlier run to return to");
        };
        match self.exchange_for(course) {
            Ok(left) => self.leave(left, PutAsideBy::Undo),
            Err(course) => self.shelf.before.push(Shelved { course: *course, by }),
        }
    }

    /// Go forward to the run that the last undo left.
    pub(super) fn redo_run(&mut self) {
        self.back_to_present();
        let Some(Shelved { course, by }) = self.shelf.after.pop() else {
            return self.refuse("there is no later run to return to");
        };
        match self.exchange_for(course) {
            Ok(left) => self.leave(left, PutAsideBy::Redo),
            Err(course) => self.shelf.after.push(Shelved { course: *course, by }),
        }
    }

    /// After an undo or redo: keep the run that was left, whatever its length, so that the command can be reversed.
    fn leave(&mut self, left: Course, by: PutAsideBy) {
        self.remember_curve(&left);
        self.runs = self.runs.iter().filter(|run| run.id != self.run_id).cloned().collect();
        self.shelf.undid = by == PutAsideBy::Undo;
        let stack = if self.shelf.undid { &mut self.shelf.after } else { &mut self.shelf.before };
        stack.push(Shelved { course: left, by });
        self.shelf.bound();
        self.settle_in();
    }

    /// Make a kept run the current one, and return the one it replaces; or return it, if it cannot be built again.
    fn exchange_for(&mut self, mut course: Course) -> Result<Course, Box<Course>> {
        if let Err(reason) = course.revive() {
            self.refuse(&format!("the run cannot be restored: {reason}"));
            return Err(Box::new(course));
        }
        let goes_on = self.state == RunState::Running;
        self.exchange(&mut course);
        if matches!(self.state, RunState::Running | RunState::Paused) {
            self.state = if goes_on { RunState::Running } else { RunState::Paused };
        }
        Ok(course)
    }

    /// Keep the curve of a run for comparison.
    fn remember_curve(&mut self, course: &Course) {
        let Course { id, preset, seed, held, history, log, forked_at, .. } = course;
        let Held::Live(Laboratory::Images(trainer)) = held else { return };
        if history.accuracy.is_empty() {
            return;
        }
        let images = trainer.images_done();
        let (params, until) = bearing(&preset.params, log.applied(), log.moments(), images);
        let run = FinishedRun {
            id: *id,
            title: preset.title.clone(),
            folder: None,
            seed: *seed,
            setup: preset.setup,
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

    /// The run that undo returns to, for the snapshot.
    pub(super) fn to_be_had_back(&self) -> Option<PutAside> {
        let Shelved { course, by } = self.shelf.last()?;
        if *by == PutAsideBy::Resume && course.step() == 0 && course.log.applied().is_empty() {
            // what was there before a resumed run is nothing to return to
            return None;
        }
        let (images, model_ms) = (course.images(), course.free_ms());
        Some(PutAside { id: course.id, title: course.preset.title.clone(), seed: course.seed, images, model_ms, by: *by })
    }

    /// Number of runs that undo could once return to and that were dropped since, for the snapshot.
    pub(super) fn lost_runs(&self) -> u64 {
        self.shelf.lost
    }

    /// Reset the views after an exchange of runs.
    pub(super) fn settle_in(&mut self) {
        self.generation += 1;
        self.given = None;
        self.mark_kept();
        self.tell_of_preset();
        self.copies.clear();
        self.cancel_test();
        (self.teller, self.spike_explainer, self.prober) = (Teller::default(), SpikeExplainer::default(), Prober::default());
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
