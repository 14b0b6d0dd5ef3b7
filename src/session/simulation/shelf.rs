//! The runs that were replaced. Undo goes back through them, redo forward again; every one has its weights and its moment. The last
//! one is kept as it is, the others as bytes, in bounded memory.

use super::run::{Held, KeptRun, Run};
use super::{Collection, Laboratory, Simulation};
use crate::preset::Preset;
use crate::session::FreeView;
use crate::session::bearing::bearing;
use crate::session::probing::Prober;
use crate::session::snapshot::{FinishedRun, PutAside, PutAsideBy, RunState};
use crate::session::why::{SpikeExplainer, Teller};
use std::sync::Arc;

/// Number of earlier runs whose curves are kept for comparison.
const RUNS: usize = 12;
/// Number of runs kept besides those of undo and redo: those with most images.
const KEPT: usize = 4;
/// Spikes of the records of earlier runs at most: 32 MB. Of older runs, less is kept.
const SPIKES: usize = 4_000_000;
/// Runs that undo goes back through at most.
const LEVELS: usize = 200;
/// Memory of their states at most, in bytes.
const LEVELS_BYTES: usize = 512 << 20;

/// A kept run, and what replaced it.
struct Shelved {
    run: KeptRun,
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
    others: Vec<KeptRun>,
    /// Whether the last exchange was an undo: then the run to restore is the one it left.
    undid: bool,
    /// Runs of `before` that were dropped since the start.
    lost: u64,
}

impl Shelf {
    fn all(&self) -> impl Iterator<Item = &KeptRun> {
        self.before.iter().chain(&self.after).map(|shelved| &shelved.run).chain(&self.others)
    }

    /// The run that `UndoReset` returns to.
    fn last(&self) -> Option<&Shelved> {
        if self.undid { self.after.last() } else { self.before.last() }
    }

    /// A run was replaced by a new one.
    fn push(&mut self, shelved: Shelved) {
        self.undid = false;
        for Shelved { run, .. } in self.after.drain(..) {
            keep(&mut self.others, run);
        }
        self.before.push(shelved);
        self.bound();
    }

    /// All but the last run of each stack as bytes, within the memory limit.
    fn bound(&mut self) {
        for stack in [&mut self.before, &mut self.after] {
            stack.iter_mut().rev().skip(1).for_each(|shelved| shelved.run.compact());
        }
        let bytes = |shelf: &Self| shelf.all().map(KeptRun::bytes).sum::<usize>();
        while self.before.len() > 1 && (self.before.len() > LEVELS || bytes(self) > LEVELS_BYTES) {
            self.lost += 1;
            let Shelved { run, .. } = self.before.remove(0);
            keep(&mut self.others, run);
        }
    }

    /// Take a run out.
    fn take(&mut self, id: u64) -> Option<KeptRun> {
        if let Some(place) = self.others.iter().position(|run| run.id == id) {
            return Some(self.others.remove(place));
        }
        for stack in [&mut self.before, &mut self.after] {
            if let Some(place) = stack.iter().position(|shelved| shelved.run.id == id) {
                return Some(stack.remove(place).run);
            }
        }
        None
    }
}

/// Forget the oldest spikes beyond `room`; returns the room that is left.
fn shortened(view: &mut Arc<FreeView>, room: usize) -> usize {
    let mut left = room;
    let fits = view.blocks.iter().rev().take_while(|block| {
        let fits = block.spikes.len() <= left;
        left -= if fits { block.spikes.len() } else { 0 };
        fits
    });
    let kept = fits.count();
    if kept < view.blocks.len() {
        let blocks = view.blocks[view.blocks.len() - kept..].into();
        *view = Arc::new(FreeView { blocks, ..FreeView::clone(view) });
    }
    left
}

/// Keep a run, unless others have more images.
fn keep(others: &mut Vec<KeptRun>, mut run: KeptRun) {
    if run.images() == 0 && run.free_ms().is_none_or(|ms| ms == 0.0) {
        return;
    }
    run.compact();
    others.push(run);
    others.sort_by_key(|run| std::cmp::Reverse((run.images(), run.step())));
    others.truncate(KEPT);
}

impl Simulation {
    /// Start a new run; the current one is kept.
    pub(super) fn begin_run(&mut self, lab: Laboratory, preset: Preset, seed: u64, collection: Collection, by: PutAsideBy) {
        self.back_to_present();
        let mut run = Run::new(self.next_run_id(), preset, self.run.original.clone(), seed, lab, collection);
        run.state = if self.run.state == RunState::Paused { RunState::Paused } else { RunState::Running };
        let left = std::mem::replace(&mut self.run, run).kept();
        self.put_aside(left, by);
        self.settle_in();
    }

    /// Keep a run, and its curve for comparison.
    pub(super) fn put_aside(&mut self, run: KeptRun, by: PutAsideBy) {
        self.remember_curve(&run);
        // also one that has not begun, for undo leads back to it
        self.shelf.push(Shelved { run, by });
        self.mark_kept();
    }

    /// Update for every run whether it is kept.
    fn mark_kept(&mut self) {
        let is_kept = |id| self.shelf.all().any(|run| run.id == id);
        let earlier = self.runs.iter().filter(|run| run.id != self.run.id);
        self.runs = earlier.map(|run| FinishedRun { kept: is_kept(run.id), ..run.clone() }).collect();
    }

    /// Return to a kept run.
    pub(super) fn go_back_to(&mut self, id: u64) {
        if self.shelf.last().is_some_and(|shelved| shelved.run.id == id) {
            return self.undo_reset();
        }
        let Some(run) = self.shelf.take(id) else {
            return self.refuse("this run is no longer kept; of earlier runs the longest are kept");
        };
        self.back_to_present();
        match self.exchange_for(run) {
            Ok(left) => {
                self.remember_curve(&left);
                self.shelf.push(Shelved { run: left, by: PutAsideBy::Reset });
                self.settle_in();
            }
            Err(run) => self.shelf.others.push(*run),
        }
    }

    /// Exchange the current run with the last one that was replaced, or that the last undo left; repeated, it exchanges them again.
    pub(super) fn undo_reset(&mut self) {
        if self.shelf.undid { self.redo_run() } else { self.undo_run() }
    }

    /// Go back to the run before this one.
    pub(super) fn undo_run(&mut self) {
        self.back_to_present();
        let Some(Shelved { run, by }) = self.shelf.before.pop() else {
            return self.refuse("there is no earlier run to return to");
        };
        match self.exchange_for(run) {
            Ok(left) => self.leave(left, PutAsideBy::Undo),
            Err(run) => self.shelf.before.push(Shelved { run: *run, by }),
        }
    }

    /// Go forward to the run that the last undo left.
    pub(super) fn redo_run(&mut self) {
        self.back_to_present();
        let Some(Shelved { run, by }) = self.shelf.after.pop() else {
            return self.refuse("there is no later run to return to");
        };
        match self.exchange_for(run) {
            Ok(left) => self.leave(left, PutAsideBy::Redo),
            Err(run) => self.shelf.after.push(Shelved { run: *run, by }),
        }
    }

    /// After an undo or redo: keep the run that was left, whatever its length, so that the command can be reversed.
    fn leave(&mut self, left: KeptRun, by: PutAsideBy) {
        self.remember_curve(&left);
        self.shelf.undid = by == PutAsideBy::Undo;
        let stack = if self.shelf.undid { &mut self.shelf.after } else { &mut self.shelf.before };
        stack.push(Shelved { run: left, by });
        self.shelf.bound();
        self.settle_in();
    }

    /// Make a kept run the current one, and return the one it replaces; or return it, if it cannot be built again.
    fn exchange_for(&mut self, run: KeptRun) -> Result<KeptRun, Box<KeptRun>> {
        let building = self.begin_building(&run.preset, false);
        let run = run.revived().map_err(|(run, reason)| {
            self.refuse(&format!("the run cannot be restored: {reason}"));
            run
        })?;
        drop(building);
        let goes_on = self.run.state == RunState::Running;
        let left = std::mem::replace(&mut self.run, run).kept();
        let known = self.runs.iter().find(|known| known.id == self.run.id).and_then(|known| known.free.as_ref());
        if let (Laboratory::Free(lab), Some(known)) = (&mut self.run.lab, known) {
            lab.recall(known);
        }
        if matches!(self.run.state, RunState::Running | RunState::Paused) {
            self.run.state = if goes_on { RunState::Running } else { RunState::Paused };
        }
        Ok(left)
    }

    /// Keep what a run is compared by: its curve, or its record.
    fn remember_curve(&mut self, run: &KeptRun) {
        let KeptRun { id, preset, seed, lab, history, log, forked_at, .. } = run;
        let images = run.images();
        let (params, until) = bearing(&preset.params, log.applied(), log.moments(), images);
        let about = FinishedRun {
            id: *id,
            title: preset.title.clone(),
            folder: None,
            seed: *seed,
            setup: preset.setup,
            params,
            until,
            images,
            planned: 0,
            data: Arc::from(""),
            accuracy: history.accuracy.as_slice().into(),
            free: None,
            applied: Arc::from([]),
            forked_at: *forked_at,
            kept: false,
        };
        let finished = match lab {
            Held::Live(Laboratory::Images(trainer)) if !history.accuracy.is_empty() => {
                FinishedRun { planned: trainer.plan(), data: self.copies.data(trainer.data()), ..about }
            }
            Held::Live(Laboratory::Free(lab)) if run.step() > 0 => {
                FinishedRun { free: Some(Arc::new(lab.ended(log.applied()))), applied: log.applied().into(), ..about }
            }
            _ => return,
        };
        let mut runs: Vec<FinishedRun> = self.runs.iter().filter(|known| known.id != *id).cloned().collect();
        runs.push(finished);
        let first = runs.len().saturating_sub(RUNS);
        let mut runs = runs.split_off(first);
        let mut room = SPIKES;
        for view in runs.iter_mut().rev().filter_map(|run| run.free.as_mut()) {
            room = shortened(view, room);
        }
        self.runs = runs.into();
    }

    /// The run that undo returns to, for the snapshot.
    pub(super) fn to_be_had_back(&self) -> Option<PutAside> {
        let Shelved { run, by } = self.shelf.last()?;
        if *by == PutAsideBy::Resume && run.step() == 0 && run.log.applied().is_empty() {
            // what was there before a resumed run is nothing to return to
            return None;
        }
        let (images, model_ms) = (run.images(), run.free_ms());
        Some(PutAside { id: run.id, title: run.preset.title.clone(), seed: run.seed, images, model_ms, by: *by })
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
        self.about = Arc::new(Preset { params: self.run.original.clone(), ..self.run.preset.clone() });
    }

    /// The earlier runs, for the snapshot.
    pub(super) fn finished_runs(&self) -> Arc<[FinishedRun]> {
        Arc::clone(&self.runs)
    }
}
