//! Time travel: the present is kept, and a second network is set up at the closest keyframe and replays the log to the start
//! of the requested image. In the past the user can step and run; the log is followed, and at the step of the present the
//! present is used again. The replay runs in batches between which commands are processed.

use super::course::{Course, fresh_history};
use super::{BATCH, Laboratory, Simulation};
use crate::experiment::Trainer;
use crate::params::Params;
use crate::preset::Preset;
use crate::rundir::Metrics;
use crate::session::history::History;
use crate::session::notice::Notice;
use crate::session::recent::Recent;
use crate::session::snapshot::{LookingBack, PutAsideBy, RunState};
use crate::session::timeline::Keyframe;
use crate::session::words::number;
use crate::time::Step;
use std::sync::Arc;
use std::time::Instant;

/// The present during time travel.
pub(super) struct Past {
    lab: Laboratory,
    state: RunState,
    recent: Recent,
    history: History,
    metrics: Metrics,
    /// Applied changes of the log at the displayed moment.
    made: usize,
    /// The image to whose start the log is being replayed.
    target: Option<u64>,
}

impl Past {
    /// The trainer of the present.
    pub(super) fn trainer(&mut self) -> Option<&mut Trainer> {
        if let Laboratory::Images(trainer) = &mut self.lab { Some(trainer) } else { None }
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

fn progress(lab: &Laboratory) -> (u64, u32) {
    if let Laboratory::Images(trainer) = lab {
        let elapsed = if trainer.is_between_images() { 0 } else { trainer.trial().elapsed_steps };
        (trainer.images_done(), elapsed)
    } else {
        (0, 0)
    }
}

impl Simulation {
    /// Show the start of image `images` of this run, which is the end of the one before.
    pub(super) fn look_back(&mut self, images: u64) {
        if !matches!(self.lab, Laboratory::Images(_)) {
            self.refuse("time travel is available only in experiments with images");
            return;
        }
        let (shown, elapsed) = progress(self.past.as_ref().map_or(&self.lab, |past| &past.lab));
        if images > shown || (images == shown && elapsed == 0) {
            self.back_to_present();
            return;
        }
        // from before the last image, so that it is recorded
        let frame = self.timeline.before(images.saturating_sub(1));
        let here = progress(&self.lab);
        // continue from the displayed moment if no keyframe is closer
        let goes_on = self.past.is_some() && here <= (images, 0) && frame.as_ref().is_none_or(|frame| frame.images <= here.0);
        if !goes_on && let Err(reason) = self.go_to(frame.as_deref()) {
            self.refuse(&format!("this moment cannot be recomputed: {reason}"));
            return;
        }
        self.state = RunState::Paused;
        if let Some(past) = &mut self.past {
            past.target = Some(images);
        }
        self.travel();
    }

    /// Set up the network of a keyframe, or of the start, and keep the present.
    fn go_to(&mut self, frame: Option<&Keyframe>) -> Result<(), String> {
        let Laboratory::Images(trainer) = &self.lab else { return Ok(()) };
        let params = frame.map_or_else(|| self.preset.params.clone(), |frame| frame.params.clone());
        let preset = Preset { params, ..self.preset.clone() };
        let mut trainer = Trainer::new(&preset, Arc::clone(trainer.data()), self.seed, None).map_err(|error| error.to_string())?;
        if let Some(frame) = frame {
            trainer.restore(&frame.state).map_err(|error| error.to_string())?;
        }
        let mut lab = Laboratory::Images(Box::new(trainer));
        let (mut history, mut metrics) = frame.map_or_else(|| fresh_history(&lab), |frame| (frame.history.clone(), frame.metrics.clone()));
        let mut recent = Recent::default();
        let made = frame.map_or(0, |frame| frame.changes);
        std::mem::swap(&mut self.lab, &mut lab);
        std::mem::swap(&mut self.history, &mut history);
        std::mem::swap(&mut self.metrics, &mut metrics);
        std::mem::swap(&mut self.recent, &mut recent);
        match &mut self.past {
            Some(past) => past.made = made,
            None => self.past = Some(Past { lab, state: self.state.clone(), recent, history, metrics, made, target: None }),
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
            let left = target.saturating_sub(progress(&self.lab).0);
            if left == 0 {
                self.past.iter_mut().for_each(|past| past.target = None);
                self.publish();
                return;
            }
            if started.elapsed() > BATCH {
                return;
            }
            // record the last image
            self.advance(self.lab.trial_steps(), left == 1);
        }
    }

    /// The number of steps, at most `steps`, before the next change of the log; 0 if the present was reached.
    pub(super) fn follow_log(&mut self, steps: u64) -> Option<u64> {
        let Some(past) = &mut self.past else { return Some(steps) };
        let (now, present) = (self.lab.step(), past.lab.step());
        let mut limit = present.saturating_sub(now);
        while let Some(next) = self.log.get(past.made) {
            if next.before.0 > now {
                limit = limit.min(next.before.0 - now);
                break;
            }
            if let Laboratory::Images(trainer) = &mut self.lab {
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

    /// The parameters that the run has now, also while an earlier moment of it is shown.
    pub(super) fn present_params(&self) -> &Params {
        self.past.as_ref().map_or(&self.lab, |past| &past.lab).params()
    }

    /// The replay has reached the present, which is identical and is used from here on.
    fn arrive(&mut self) {
        let goes_on = self.state == RunState::Running;
        self.back_to_present();
        if matches!(self.state, RunState::Running | RunState::Paused) {
            self.state = if goes_on { RunState::Running } else { RunState::Paused };
        }
    }

    /// Return to the present.
    pub(super) fn back_to_present(&mut self) {
        let Some(Past { lab, state, recent, history, metrics, .. }) = self.past.take() else { return };
        (self.lab, self.state, self.recent, self.history, self.metrics) = (lab, state, recent, history, metrics);
        self.copies.clear();
        self.set_history_length();
        self.pacer.restart(self.pacer.speed(), Instant::now());
    }

    /// Fork: start a new run from the displayed moment. The original run and its curve are kept.
    pub(super) fn fork(&mut self) {
        if let Some(target) = self.past.as_ref().and_then(|past| past.target) {
            self.refuse(&format!("image {} is still being computed; fork afterwards", number(target as f64)));
            return;
        }
        let Some(Past { lab, state, recent, history, metrics, made, .. }) = self.past.take() else {
            self.refuse("drag the history bar to an earlier moment before forking");
            return;
        };
        let dropped = Course {
            collection: self.collection.clone(),
            id: self.run_id,
            preset: self.preset.clone(),
            original: self.original.clone(),
            seed: self.seed,
            log: self.log.clone(),
            log_images: self.log_images.clone(),
            timeline: self.timeline.clone(),
            forked_at: self.forked_at,
            lab,
            state,
            recent,
            history,
            metrics,
        };
        self.run_id = self.next_run_id();
        self.log.truncate(made);
        self.log_images.truncate(made);
        self.timeline.cut(self.lab.step());
        self.state = RunState::Paused;
        self.put_aside(dropped, PutAsideBy::Fork);
        self.settle_in();
        let (images, _) = progress(&self.lab);
        self.forked_at = Some(images);
        let text = format!("started a new run from image {}; the original run is kept in Runs", number(images as f64));
        self.waiting.push_back(Notice::Done(text));
    }

    /// Refuse a change of the past.
    pub(super) fn refuse_in_the_past(&mut self) {
        let (images, _) = progress(&self.lab);
        let image = number(images as f64);
        self.waiting.push_back(Notice::RefusedInThePast(format!(
            "the past, at image {image}, cannot be changed; choose \"Fork here\" to change it in a new run, or return to the present"
        )));
    }

    pub(super) fn refuse(&mut self, reason: &str) {
        self.waiting.push_back(Notice::Refused(reason.to_owned()));
    }

    /// The displayed moment, for the snapshot.
    pub(super) fn looking_back(&self) -> Option<LookingBack> {
        let past = self.past.as_ref()?;
        let (images, _) = progress(&self.lab);
        let (present_images, _) = progress(&past.lab);
        let present_step = Step(past.lab.step());
        Some(LookingBack { images, present_images, present_step, target: past.target })
    }

    /// Add a keyframe if one is due, between two images only.
    pub(super) fn keep_moment(&mut self) {
        let Laboratory::Images(trainer) = &mut self.lab else { return };
        let images = trainer.images_done();
        if self.past.is_some() || !self.timeline.is_due(images) {
            return;
        }
        self.timeline.keep(Keyframe {
            images,
            step: trainer.step(),
            changes: self.log.len(),
            params: trainer.params().clone(),
            state: trainer.save(),
            history: self.history.clone(),
            metrics: self.metrics.clone(),
        });
    }
}
