//! The simulation thread: apply all queued commands, simulate one batch, publish a snapshot; block while paused.

mod apply;
mod building;
mod data;
mod pass;
mod quantities;
mod rescue;
mod reward;
mod room;
mod run;
mod setup;
mod shelf;
mod stop;
mod tell;
mod test;
mod travel;

use self::data::fit_preset;
use self::run::Run;
use self::setup::Ready;
use self::shelf::Shelf;
use self::tell::Meter;
use self::test::Test;
use self::travel::Past;
use super::autosave::Autosave;
use super::characterising::Characteriser;
use super::copies::Copies;
use super::laboratory::{Collection, Laboratory};
use super::notice::Notice;
use super::pacing::{FRAME, Pacer};
use super::probing::Prober;
use super::publish::Outlet;
use super::saving::Save;
use super::snapshot::{FinishedRun, HandReward, Pace, PutAsideBy, RunState};
use super::studying::Researcher;
use super::twin::Worker;
use super::why::{Scene, SpikeExplainer, Teller};
use super::{Command, Launch, Picture, Recorded, StopCondition, Watch};
use crate::datasets::Reading;
use crate::files::NewDir;
use crate::preset::Preset;
use crate::time::Step;
use crate::work::Work;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Computing time between two checks of the command queue at full speed.
const BATCH: Duration = Duration::from_millis(12);

/// The thread function. A panic becomes a notice.
pub(super) fn run(launch: Launch, reading: Reading, orders: &Receiver<Command>, outlet: Outlet) {
    let notices = outlet.notices.clone();
    let wake = Arc::clone(&outlet.wake);
    let body = AssertUnwindSafe(|| {
        let Some((ready, early)) = Ready::wait_for(launch, reading, orders, &outlet) else { return };
        let mut simulation = Simulation::new(ready, outlet);
        early.into_iter().for_each(|command| simulation.apply(command));
        simulation.live(orders);
    });
    let ended = match catch_unwind(body) {
        Ok(()) => return tracing::info!("the simulation ended"),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
            Notice::Crashed(format!("the simulation stopped with an internal error: {text}; Reset restarts it"))
        }
    };
    tracing::error!(?ended, "the simulation ended");
    // a closed window needs no notice
    notices.send_timeout(ended, Duration::from_secs(1)).ok();
    wake();
}

struct Simulation {
    /// The run that is simulated.
    run: Run,
    generation: u64,
    pacer: Pacer,
    watch: Watch,
    outlet: Outlet,
    waiting: VecDeque<Notice>,
    copies: Copies,
    meter: Meter,
    published: Instant,
    test: Option<Test>,
    /// The last network that was built.
    building: Option<Arc<Work>>,
    /// Number of the last run started.
    run_ids: u64,
    /// The preset for snapshots.
    about: Arc<Preset>,
    /// Serialises keyframes.
    serialiser: Worker,
    /// Set during time travel; the experiment is then that of the past.
    past: Option<Past>,
    shelf: Shelf,
    runs: Arc<[FinishedRun]>,
    stop_at: Option<StopCondition>,
    /// The reward given last by hand in this run.
    given: Option<HandReward>,
    autosave: Autosave,
    teller: Teller,
    spike_explainer: SpikeExplainer,
    characteriser: Characteriser,
    prober: Prober,
    researcher: Researcher,
}

impl Simulation {
    fn new(ready: Ready, outlet: Outlet) -> Self {
        let Ready { preset, original, seed, speed, collection, lab, told } = ready;
        let now = Instant::now();
        let about = Arc::new(preset.clone());
        let mut simulation = Self {
            run: Run::new(0, preset, original, seed, lab, collection),
            watch: Watch::default(),
            pacer: Pacer::new(speed, now),
            generation: 0,
            waiting: told.into(),
            copies: Copies::default(),
            meter: Meter { since: now, steps: 0, images: 0, pace: Pace::default() },
            published: now,
            test: None,
            building: None,
            run_ids: 0,
            about,
            serialiser: Worker::start("keyframes"),
            past: None,
            shelf: Shelf::default(),
            runs: Arc::new([]),
            stop_at: None,
            given: None,
            autosave: Autosave::new(now),
            teller: Teller::default(),
            spike_explainer: SpikeExplainer::default(),
            characteriser: Characteriser::default(),
            prober: Prober::default(),
            researcher: Researcher::default(),
            outlet,
        };
        simulation.set_history_length();
        simulation
    }

    fn live(&mut self, orders: &Receiver<Command>) {
        self.publish();
        loop {
            loop {
                match orders.try_recv() {
                    Ok(Command::Quit) | Err(crossbeam_channel::TryRecvError::Disconnected) => return self.end(),
                    Ok(command) => self.apply(command),
                    Err(crossbeam_channel::TryRecvError::Empty) => break,
                }
            }
            self.collect_test();
            self.keep_safe();
            self.answer_questions();
            if self.is_travelling() {
                self.travel();
                if !self.is_travelling() {
                    self.answer_questions();
                }
            } else if self.run.state == RunState::Running {
                self.batch();
            }
            if self.published.elapsed() >= self.pacer.frame() {
                self.publish();
            }
            self.outlet.report(&mut self.waiting);
            let wait = match self.run.state {
                _ if self.is_travelling() => Duration::ZERO,
                RunState::Running if !self.awaits_reward() => self.pacer.wait(self.run.lab.grid().dt_ms()),
                // while paused, tests can end and notices can be sent
                _ if self.has_company() || !self.waiting.is_empty() => FRAME,
                _ => {
                    self.publish();
                    self.autosave.due_in(Instant::now()).unwrap_or(Duration::MAX)
                }
            };
            if wait.is_zero() {
                continue;
            }
            let next =
                if wait == Duration::MAX { orders.recv().map_err(|_| RecvTimeoutError::Disconnected) } else { orders.recv_timeout(wait) };
            match next {
                Ok(Command::Quit) | Err(RecvTimeoutError::Disconnected) => return self.end(),
                Ok(command) => self.apply(command),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn end(&mut self) {
        self.cancel_test();
        let mut autosave = std::mem::replace(&mut self.autosave, Autosave::new(Instant::now()));
        autosave.finish(|| self.copy());
    }

    fn apply(&mut self, command: Command) {
        tracing::trace!(?command, step = self.run.lab.step());
        let now = Instant::now();
        match command {
            Command::Run => {
                if !matches!(self.run.state, RunState::Halted(_)) {
                    self.run.state = RunState::Running;
                    self.pacer.restart(self.pacer.speed(), now);
                }
            }
            Command::Pause => {
                if self.run.state == RunState::Running {
                    self.pause();
                }
            }
            Command::StepMs => self.step_by((1.0 / self.run.lab.grid().dt_ms()).round().max(1.0) as u64),
            Command::StepTrial => self.step_image(),
            Command::Set(id, value) => self.set(id, value),
            Command::SetPath(path, value) => self.set_path(&path, &value),
            Command::Reward(reward) => self.reward(f64::from(reward)),
            Command::Reset { seed } => {
                // parameters set by the user are kept; loading the preset restores its values
                self.back_to_present();
                let preset = self.run.lab.in_force(&self.run.preset);
                self.rebuild(preset, seed, PutAsideBy::Reset);
            }
            Command::LoadPreset(mut preset, seed) => {
                let original = preset.params.clone();
                let fitted = fit_preset(&mut preset, &mut self.run.collection);
                self.waiting.extend(fitted);
                if self.rebuild(*preset, seed, PutAsideBy::Preset) {
                    self.run.original = original;
                    self.tell_of_preset();
                }
            }
            Command::Apply(preset) => self.apply_preset(*preset),
            Command::UseData(opened) => self.use_data(&opened),
            Command::InvertData => self.invert_data(),
            Command::SaveRun(run) => self.save_run(run),
            Command::SetSpeed(speed) => self.pacer.restart(speed, now),
            Command::Watch(watch) => {
                self.watch = watch;
                self.set_history_length();
            }
            Command::Evaluate(images) => self.evaluate(images),
            Command::LookBack(images) => self.look_back(images),
            Command::BackToPresent => self.back_to_present(),
            Command::ForkHere => self.fork(),
            Command::UndoReset => self.undo_reset(),
            Command::UndoRun => self.undo_run(),
            Command::RedoRun => self.redo_run(),
            Command::GoBackTo(run) => self.go_back_to(run),
            Command::StopWhen(condition) => self.stop_when(condition),
            Command::Autosave(path) => self.autosave.start(path, now),
            Command::Resume(path) => self.resume(path),
            Command::OpenRun(path) => self.open_run(&path),
            Command::Probe(pixels) => self.waiting.extend(self.prober.ask(&self.run.lab, pixels).err().map(Notice::Refused)),
            Command::Teach(picture) => self.teach(picture),
            Command::Ablate(asked) => {
                let folder = self.run.collection.folder.canonicalize().unwrap_or_else(|_| self.run.collection.folder.clone());
                let begun = self.researcher.begin(asked, &self.run.preset, &self.run.lab, &folder);
                self.waiting.extend(begun.err().map(Notice::Refused));
            }
            Command::Panic => panic!("asked to panic"),
            // handled in the loop
            Command::Quit => {}
        }
        self.publish();
    }

    fn teach(&mut self, picture: Picture) {
        if self.past.is_some() {
            return self.refuse_in_the_past();
        }
        let change = Recorded::Shown(picture.clone());
        let room = self.check_room(&change);
        let Laboratory::Images(trainer) = &mut self.run.lab else { return };
        match room.and_then(|()| trainer.show_next(picture).map_err(|error| error.to_string())) {
            Ok(()) => self.note(change),
            Err(reason) => self.waiting.push_back(Notice::Refused(reason)),
        }
    }

    /// Whether a background job is running whose end must be processed while paused.
    fn has_company(&self) -> bool {
        self.test.is_some()
            || self.autosave.is_writing()
            || self.teller.is_busy()
            || self.spike_explainer.is_busy()
            || self.characteriser.is_busy()
            || self.prober.is_busy()
            || self.researcher.is_busy()
    }

    /// Explanations and drawings: collect results of worker threads and start requested ones.
    fn answer_questions(&mut self) {
        let running = self.run.state == RunState::Running;
        let told = self.teller.poll(&self.run.lab, self.generation, self.watch.why, running);
        let explained = self.explain_spike(running);
        let characterised = self.characteriser.poll(self.run.lab.described(), self.watch.characterised.as_deref());
        let probed = self.prober.poll(&self.run.lab);
        let studied = self.researcher.poll();
        if told || explained || characterised || probed || studied {
            self.publish();
        }
    }

    fn explain_spike(&mut self, running: bool) -> bool {
        if self.is_travelling() {
            return false;
        }
        let log = self.run.log.share().0;
        let scene = match &self.run.lab {
            Laboratory::Free(lab) => Some(Scene { lab, timeline: &self.run.timeline, log: &log, generation: self.generation, running }),
            _ => None,
        };
        self.spike_explainer.poll(scene.as_ref(), self.watch.why_spike)
    }

    fn note(&mut self, change: Recorded) {
        self.note_at(Step(self.run.lab.step()), change);
    }

    /// Whether a change can be recorded; the reason in words if it cannot.
    fn check_room(&self, change: &Recorded) -> Result<(), String> {
        room::refusal(self.run.log.applied(), change).map_or(Ok(()), |reason| Err(reason.to_owned()))
    }

    fn rebuild(&mut self, preset: Preset, seed: u64, by: PutAsideBy) -> bool {
        tracing::info!(preset = %preset.title, seed, "rebuild");
        let result = self.try_rebuild(preset, seed, by);
        let done = result.is_ok();
        self.waiting.extend(result.err().map(Notice::NotStarted));
        done
    }

    fn save_run(&mut self, run: NewDir) {
        // the present of the run is saved, not the displayed moment of the past
        let (lab, metrics) = self.past.as_ref().map_or((&self.run.lab, &self.run.metrics), |past| (past.lab(), past.metrics()));
        let log = self.run.log.applied();
        let save = match lab {
            Laboratory::Images(trainer) => {
                Some(Save::images(run.clone(), trainer, &self.run.preset, self.run.seed, log, metrics, &self.run.collection.folder))
            }
            Laboratory::Free(lab) => Save::free(run.clone(), lab, &self.run.preset, log),
            Laboratory::Neuron(_) | Laboratory::Pairing(_) => None,
        };
        let Some(save) = save else {
            let reason = "a run of this experiment cannot be saved; save the preset instead".to_owned();
            self.waiting.push_back(Notice::NotSaved { asked: run, reason });
            return;
        };
        let (notices, wake) = (self.outlet.notices.clone(), Arc::clone(&self.outlet.wake));
        let spawned = std::thread::Builder::new().name("saving".to_owned()).spawn(move || save.write(&notices, &*wake));
        if let Err(error) = spawned {
            self.waiting.push_back(Notice::NotSaved { asked: run, reason: format!("{error}; close other programs") });
        }
    }

    /// A new experiment, or an error and the unchanged old one.
    fn try_rebuild(&mut self, preset: Preset, seed: u64, by: PutAsideBy) -> Result<(), String> {
        let building = self.begin_building(&preset, true);
        let lab = Laboratory::new(&preset, seed, &mut self.run.collection, &mut building.goes_on()).map_err(|error| error.to_string())?;
        drop(building);
        let collection = self.run.collection.clone();
        self.begin_run(lab, preset, seed, collection, by);
        Ok(())
    }
}
