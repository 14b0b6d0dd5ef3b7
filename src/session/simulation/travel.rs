//! Time travel: the present is kept, and a second network is set up at the closest keyframe and replays the log to the requested
//! moment: the start of an image, or a step of a network that runs freely. In the past the user can step and run; the log is followed, and at the step of the present the
//! present is used again. The replay runs in batches between which commands are processed.

use super::run::{Held, KeptRun, fresh_history};
use super::{BATCH, Laboratory, Simulation};
use crate::rundir::Metrics;
use crate::session::history::History;
use crate::session::notice::Notice;
use crate::session::recent::Recent;
use crate::session::snapshot::{LookingBack, PutAsideBy, RunState};
use crate::session::timeline::Keyframe;
use crate::session::twin::Twin;
use crate::session::words::{number, time};
use crate::time::Step;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// Model time in ms that is recorded before a displayed moment of a network that runs freely.
const RECORDED_MS: f64 = 1000.0;

/// The present during time travel.
pub(super) struct Past {
    lab: Laboratory,
    state: RunState,
    recent: Recent,
    history: History,
    metrics: Metrics,
    /// Applied changes of the log at the displayed moment.
    made: usize,
    /// The moment up to which the log is being replayed.
    target: Option<u64>,
}

impl Past {
    /// The experiment of the present.
    pub(super) fn lab(&self) -> &Laboratory {
        &self.lab
    }

    /// The metrics of the present.
    pub(super) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The history of the present.
    pub(super) fn history(&self) -> &History {
        &self.history
    }
}

/// The moment of an experiment: completed images, or steps of a network that runs freely, and steps of the image in progress.
pub(super) fn progress(lab: &Laboratory) -> (u64, u32) {
    match lab {
        Laboratory::Images(trainer) => {
            let elapsed = if trainer.is_between_images() { 0 } else { trainer.trial().elapsed_steps };
            (trainer.images_done(), elapsed)
        }
        Laboratory::Free(lab) => (lab.run().step().0, 0),
        Laboratory::Neuron(_) | Laboratory::Pairing(_) => (0, 0),
    }
}

impl Simulation {
    /// Show the start of image `images` of this run, which is the end of the one before, or this step of a network that runs
    /// freely.
    pub(super) fn look_back(&mut self, images: u64) {
        if matches!(self.run.lab, Laboratory::Neuron(_) | Laboratory::Pairing(_)) {
            self.refuse("this experiment has no history to look back on; reset it to start again");
            return;
        }
        let (shown, elapsed) = progress(self.past.as_ref().map_or(&self.run.lab, |past| &past.lab));
        if images > shown || (images == shown && elapsed == 0) {
            self.back_to_present();
            return;
        }
        // from before the last image, or the last second, so that it is recorded
        let recorded = if let Laboratory::Free(_) = self.run.lab { (RECORDED_MS / self.run.lab.grid().dt_ms()) as u64 } else { 1 };
        let frame = self.run.timeline.before(images.saturating_sub(recorded));
        let here = progress(&self.run.lab);
        // continue from the displayed moment if no keyframe is closer
        let goes_on = self.past.is_some() && here <= (images, 0) && frame.as_ref().is_none_or(|frame| frame.moment <= here.0);
        if !goes_on && let Err(reason) = self.go_to(frame.as_deref()) {
            self.refuse(&format!("this moment cannot be recomputed: {reason}"));
            return;
        }
        self.run.state = RunState::Paused;
        if let Some(past) = &mut self.past {
            past.target = Some(images);
        }
        self.travel();
    }

    /// Set up the network of a keyframe, or of the start, and keep the present.
    fn go_to(&mut self, frame: Option<&Keyframe>) -> Result<(), String> {
        let state = frame.and_then(|frame| frame.state.get());
        let mut lab = match &self.run.lab {
            Laboratory::Images(trainer) => {
                let preset = frame.and_then(|frame| frame.preset.as_ref()).unwrap_or(&self.run.preset);
                Laboratory::Images(Box::new(trainer.earlier(preset, state.map(Vec::as_slice))?))
            }
            Laboratory::Free(lab) => {
                let known = frame.and_then(|frame| Some((frame.state.get()?.as_slice(), frame.activity.as_ref()?)));
                Laboratory::Free(Box::new(lab.earlier(self.run.log.applied(), known)?))
            }
            Laboratory::Neuron(_) | Laboratory::Pairing(_) => return Ok(()),
        };
        let (mut history, mut metrics) = frame.map_or_else(|| fresh_history(&lab), |frame| (frame.history.clone(), frame.metrics.clone()));
        let mut recent = Recent::default();
        let made = frame.map_or(0, |frame| frame.changes);
        std::mem::swap(&mut self.run.lab, &mut lab);
        std::mem::swap(&mut self.run.history, &mut history);
        std::mem::swap(&mut self.run.metrics, &mut metrics);
        std::mem::swap(&mut self.run.recent, &mut recent);
        match &mut self.past {
            Some(past) => past.made = made,
            None => self.past = Some(Past { lab, state: self.run.state.clone(), recent, history, metrics, made, target: None }),
        }
        self.copies.clear();
        self.set_history_length();
        Ok(())
    }

    /// Whether a replay is running.
    pub(super) fn is_travelling(&self) -> bool {
        self.past.as_ref().is_some_and(|past| past.target.is_some())
    }

    /// A batch of the replay.
    pub(super) fn travel(&mut self) {
        let started = Instant::now();
        while let Some(target) = self.past.as_ref().and_then(|past| past.target) {
            let left = target.saturating_sub(progress(&self.run.lab).0);
            if left == 0 {
                self.past.iter_mut().for_each(|past| past.target = None);
                self.publish();
                return;
            }
            if started.elapsed() > BATCH {
                return;
            }
            // of images, record the last one
            let steps =
                if let Laboratory::Free(_) = self.run.lab { left.min(self.run.lab.slice_steps()) } else { self.run.lab.trial_steps() };
            self.advance(steps, left == 1);
        }
    }

    /// The number of steps, at most `steps`, before the next change of the log; 0 if the present was reached.
    pub(super) fn follow_log(&mut self, steps: u64) -> Option<u64> {
        let Some(past) = &mut self.past else { return Some(steps) };
        let (now, present) = (self.run.lab.step(), past.lab.step());
        let mut limit = present.saturating_sub(now);
        // a network that runs freely follows the log by itself
        let log = if let Laboratory::Images(_) = self.run.lab { self.run.log.applied() } else { &[] };
        while let Some(next) = log.get(past.made) {
            if next.before.0 > now {
                limit = limit.min(next.before.0 - now);
                break;
            }
            if let Laboratory::Images(trainer) = &mut self.run.lab {
                // recorded changes are valid
                trainer.apply(&next.change).ok();
            }
            past.made += 1;
        }
        if present <= now {
            self.arrive();
            return None;
        }
        Some(steps.min(limit))
    }

    /// The experiment as it is now, also while an earlier moment of it is shown.
    pub(super) fn present(&self) -> &Laboratory {
        self.past.as_ref().map_or(&self.run.lab, |past| &past.lab)
    }

    /// The replay has reached the present, which is identical and is used from here on.
    fn arrive(&mut self) {
        let goes_on = self.run.state == RunState::Running;
        self.back_to_present();
        if matches!(self.run.state, RunState::Running | RunState::Paused) {
            self.run.state = if goes_on { RunState::Running } else { RunState::Paused };
        }
    }

    /// Return to the present.
    pub(super) fn back_to_present(&mut self) {
        let Some(Past { lab, state, recent, history, metrics, .. }) = self.past.take() else { return };
        (self.run.lab, self.run.state, self.run.recent, self.run.history, self.run.metrics) = (lab, state, recent, history, metrics);
        self.copies.clear();
        self.set_history_length();
        self.pacer.restart(self.pacer.speed(), Instant::now());
    }

    /// Fork: start a new run from the displayed moment. The original run and its curve are kept.
    pub(super) fn fork(&mut self) {
        if let Some(target) = self.past.as_ref().and_then(|past| past.target) {
            let reason = format!("{} is still being computed; fork afterwards", self.moment_words(target));
            self.waiting.push_back(Notice::NotStarted(reason));
            return;
        }
        let Some(Past { lab, state, recent, history, metrics, mut made, .. }) = self.past.take() else {
            self.waiting.push_back(Notice::NotStarted("drag the history bar to an earlier moment before forking".to_owned()));
            return;
        };
        let dropped = KeptRun {
            collection: self.run.collection.clone(),
            id: self.run.id,
            preset: self.run.preset.clone(),
            original: self.run.original.clone(),
            seed: self.run.seed,
            log: self.run.log.clone(),
            timeline: self.run.timeline.clone(),
            forked_at: self.run.forked_at,
            lab: Held::Live(lab),
            state,
            recent,
            history,
            metrics,
        };
        self.run.id = self.next_run_id();
        if let Laboratory::Free(lab) = &mut self.run.lab {
            // its state contains the changes before its step
            made = self.run.log.applied().partition_point(|applied| applied.before <= lab.run().step());
            lab.leave_log();
        }
        self.run.log.truncate(made);
        self.run.timeline.cut(self.run.lab.step());
        self.run.state = RunState::Paused;
        self.put_aside(dropped, PutAsideBy::Fork);
        self.settle_in();
        let (images, _) = progress(&self.run.lab);
        self.run.forked_at = Some(images);
        let kept = if let Laboratory::Images(_) = self.run.lab { "the original run is kept in Runs" } else { "the original run is kept" };
        self.waiting.push_back(Notice::Done(format!("started a new run from {}; {kept}", self.moment_words(images))));
    }

    /// Refuse a change of the past.
    pub(super) fn refuse_in_the_past(&mut self) {
        let moment = self.moment_words(progress(&self.run.lab).0);
        self.waiting.push_back(Notice::RefusedInThePast(format!(
            "the past, at {moment}, cannot be changed; choose \"Fork here\" to change it in a new run, or return to the present"
        )));
    }

    /// A moment in words.
    fn moment_words(&self, moment: u64) -> String {
        if let Laboratory::Free(_) = self.run.lab {
            return time(moment as f64 * self.run.lab.grid().dt_ms());
        }
        format!("image {}", number(moment as f64))
    }

    pub(super) fn refuse(&mut self, reason: &str) {
        self.waiting.push_back(Notice::Refused(reason.to_owned()));
    }

    /// The displayed moment, for the snapshot.
    pub(super) fn looking_back(&self) -> Option<LookingBack> {
        let past = self.past.as_ref()?;
        let (images, _) = progress(&self.run.lab);
        let (present_images, _) = progress(&past.lab);
        let present_step = Step(past.lab.step());
        Some(LookingBack { images, present_images, present_step, target: past.target })
    }

    /// Add a keyframe if one is due, between two images only. Its state is serialised on another thread; if that has not finished
    /// with the one before, the next keyframe follows later.
    pub(super) fn keep_moment(&mut self) {
        let moment = progress(&self.run.lab).0;
        if self.past.is_some() || !self.run.timeline.is_due(moment) || !self.serialiser.is_free() {
            return;
        }
        let (mut twin, activity) = match &self.run.lab {
            Laboratory::Images(trainer) => (Twin::Images(Box::new(trainer.twin())), None),
            Laboratory::Free(lab) => {
                let moment = lab.moment();
                let activity = moment.activity.clone();
                (Twin::Free(Box::new(moment)), Some(activity))
            }
            Laboratory::Neuron(_) | Laboratory::Pairing(_) => return,
        };
        let preset = matches!(self.run.lab, Laboratory::Images(_)).then(|| self.run.lab.in_force(&self.run.preset));
        let state = Arc::new(OnceLock::new());
        let slot = Arc::clone(&state);
        if self.serialiser.take(move || drop(slot.set(twin.save()))) {
            self.run.timeline.keep(Keyframe {
                moment,
                step: self.run.lab.step(),
                changes: self.run.log.applied().len(),
                preset,
                state,
                activity,
                history: self.run.history.clone(),
                metrics: self.run.metrics.clone(),
            });
        }
    }
}
