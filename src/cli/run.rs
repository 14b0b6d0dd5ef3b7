//! `run`: simulate a network that a file describes, without trials; resume and extend such a run.

mod begin;
mod plan;
mod recorder;
mod reopen;
mod replay;
mod select;
mod summary;
mod tape;

pub(super) use plan::{RunPlan, duration, plan};
pub(super) use reopen::{Milestone, Reopened, check};
pub(super) use replay::replay;
pub(super) use select::Selection;
pub(super) use tape::{Quantity, Tape};

use super::args::RunArgs;
use super::clock::Clock;
use super::events::{FreeInterrupted, FreeProgress, FreeStarted, MazeTrials};
use super::failure::Failure;
use super::machine;
use super::output::Reporter;
use super::stop::Stop;
use crate::engine::monitor::Monitor;
use crate::experiment::{Activity, FreeRun};
use crate::preset::NetworkPreset;
use crate::rundir::{Checkpoint, FreeEnding, FreeNotes, FreeRecord, RunDir};
use crate::session::rates_csv;
use crate::study::free::Weights;
use begin::Begun;
use recorder::Recorder;
use std::time::{Duration, Instant, SystemTime};
use summary::Speed;

/// Time between checkpoints unless --checkpoint-every is given.
const CHECKPOINT_PAUSE: Duration = Duration::from_secs(10);
/// Time between two progress events.
const PROGRESS_PAUSE: Duration = Duration::from_secs(1);
/// Time between two checks for Ctrl-C, roughly.
const SLICE: Duration = Duration::from_millis(100);

/// A run in progress.
struct Running {
    run: RunDir,
    preset: NetworkPreset,
    session: FreeRecord,
    free: FreeRun,
    activity: Activity,
    recorder: Recorder,
    reporter: Reporter,
    clock: Clock,
    /// Steps and synaptic events before this process.
    begun: u64,
    events: u64,
}

/// Simulate a network, or resume a run.
pub(super) fn run(args: &RunArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let begun = match &args.resume {
        Some(path) => begin::resume(path, args, &stop)?,
        None => begin::start(args, &stop)?,
    };
    let mut running = match begun {
        Begun::Running(running) => *running,
        Begun::Finished(print) => return print(),
    };
    running.announce();
    running.simulate(&stop)?;
    running.finish()
}

impl Running {
    /// Without the noise of binary fractions: 36043.2, not 36043.200000000004.
    fn ms(&self, steps: u64) -> f64 {
        (steps as f64 * self.preset.network.dt_ms * 1e6).round() / 1e6
    }

    fn step(&self) -> u64 {
        self.free.step().0
    }

    fn announce(&mut self) {
        let (done, total) = (self.ms(self.begun), self.ms(self.session.steps));
        let FreeRecord { preset, seed, version, .. } = &self.session;
        let event = if self.begun == 0 { "started" } else { "resumed" };
        let out = self.run.path().display().to_string();
        let started = FreeStarted { event, preset, seed: *seed, duration_ms: total, done_ms: done, version, out: out.clone() };
        self.reporter.event(&started);
        self.reporter.note(&format!("{preset}, seed {seed}: {event}, {done} of {total} ms done, run directory {out}"));
        let line = format!("{event} with version {}, {done} of {total} ms done", env!("CARGO_PKG_VERSION"));
        self.log(&line);
    }

    /// Simulate the remaining steps.
    #[allow(clippy::disallowed_methods)] // decides how often to look, which no result depends on
    fn simulate(&mut self, stop: &Stop) -> Result<(), Failure> {
        let total = self.session.steps;
        self.reporter.start_bar("simulated ms", self.ms(self.begun) as u64, self.ms(total) as u64);
        let (mut saved, mut told) = (Instant::now(), Instant::now());
        let mut slice = 16;
        while self.step() < total {
            if stop.asked() {
                return Err(self.interrupt());
            }
            let now = self.step();
            let due = self.session.checkpoint_every.map_or(total, |every| (now / every + 1) * every);
            let began = Instant::now();
            self.advance(slice.min(total - now).min(due - now))?;
            slice = if began.elapsed() < SLICE { slice * 2 } else { slice / 2 }.clamp(1, 1 << 20);
            self.reporter.advance_bar(self.ms(self.step()) as u64);
            if told.elapsed() >= PROGRESS_PAUSE {
                told = Instant::now();
                let (done_ms, duration_ms) = (self.ms(self.step()), self.ms(total));
                self.reporter.event(&FreeProgress { event: "progress", done_ms, duration_ms, real_time_factor: self.factor() });
                self.reporter.label_bar(self.factor().map_or_else(String::new, |factor| format!("{factor:.2} x real time")));
            }
            let save = match self.session.checkpoint_every {
                Some(_) => self.step() == due && due < total,
                None => saved.elapsed() >= CHECKPOINT_PAUSE,
            };
            if save {
                self.save();
                saved = Instant::now();
            }
        }
        self.reporter.end_bar();
        Ok(())
    }

    fn advance(&mut self, steps: u64) -> Result<(), Failure> {
        let mut monitors: Vec<&mut dyn Monitor> = vec![&mut self.activity];
        monitors.extend(self.recorder.monitors());
        let Err(fault) = self.free.advance(steps, &mut monitors) else { return Ok(()) };
        // the last checkpoint is kept, because it is from before the fault
        self.reporter.end_bar();
        self.log(&format!("halted: {fault}"));
        Err(Failure::run(format!("{fault} (run directory {})", self.run.path().display())))
    }

    /// Simulated time of this process, divided by the time it took.
    fn factor(&self) -> Option<f64> {
        let seconds = self.clock.start.elapsed().as_secs_f64();
        let steps = self.step() - self.begun;
        (seconds > 0.0 && steps > 0).then(|| self.ms(steps) * 1e-3 / seconds)
    }

    /// What simulating has cost this process, without building the network.
    fn speed(&self) -> Speed {
        let synaptic_events = self.free.network().synaptic_events() - self.events;
        Speed { real_time_factor: self.factor(), cpu_s: self.clock.own_cpu_s(), synaptic_events }
    }

    /// Write checkpoint and metrics. A failure is reported, and the run continues.
    fn save(&mut self) {
        let notes = FreeNotes { activity: self.activity.clone(), recorded: self.recorder.lengths() };
        let checkpoint = Checkpoint {
            images: 0,
            cpu_s: self.clock.cpu_s(),
            wall_s: self.clock.wall_s(),
            // invariant: the notes can be serialised as JSON
            notes: serde_json::to_value(&notes).expect("notes are plain data"),
            state: self.free.save(),
        };
        let metrics = rates_csv(&self.activity, &self.preset.network);
        let saved = self.run.save_checkpoint(&checkpoint).and_then(|()| self.run.save_metrics(&metrics));
        let ms = self.ms(self.step());
        self.reporter.lose(saved.err().map(|error| format!("the checkpoint at {ms} ms was not written: {error}")));
    }

    fn log(&mut self, line: &str) {
        let line = format!("{} {line}", machine::timestamp(SystemTime::now()));
        let written = self.run.log(&line);
        self.reporter.lose(written.err().map(|error| format!("the log was not written: {error}")));
    }

    /// Record where the run ended or was interrupted.
    fn end(&mut self) -> String {
        let digest = self.free.digest();
        self.session.ending = Some(FreeEnding { step: self.free.step(), digest: digest.to_string(), parts: digest.parts() });
        let saved = self.run.save_free(&self.preset, &self.session);
        self.reporter.lose(saved.err().map(|error| error.to_string()));
        digest.to_string()
    }

    fn interrupt(&mut self) -> Failure {
        self.reporter.end_bar();
        self.save();
        let digest = self.end();
        let out = self.run.path().display().to_string();
        let (done_ms, total) = (self.ms(self.step()), self.ms(self.session.steps));
        self.reporter.event(&FreeInterrupted { event: "interrupted", done_ms, step: self.step(), digest, out: out.clone() });
        self.log(&format!("interrupted at {done_ms} ms"));
        match self.reporter.first_loss() {
            None => Failure::Interrupted(format!("stopped at {done_ms} of {total} ms; resume with: spikescope run --resume {out}")),
            Some(loss) => Failure::run(format!("stopped at {done_ms} ms, but {loss}")),
        }
    }

    fn finish(mut self) -> Result<(), Failure> {
        let wall_s = self.clock.wall_s();
        let speed = self.speed();
        self.save();
        let digest = self.end();
        self.log(&format!("finished: {} ms, digest {digest}", self.ms(self.session.steps)));
        let weights = Weights::of(&self.preset.network, &self.free);
        let trials = self.free.maze().map(MazeTrials::of);
        let Self { run, preset, session, activity, recorder, mut reporter, .. } = self;
        recorder.finish(preset.network.dt_ms, &names(&preset)).into_iter().for_each(|loss| reporter.lose(Some(loss)));
        summary::print(
            &mut reporter,
            &summary::Ended { preset: &preset, session: &session, activity: &activity, run: &run, weights, trials, wall_s, speed },
        );
        reporter.end()
    }
}

/// Names of the populations.
pub(super) fn names(preset: &NetworkPreset) -> Vec<String> {
    preset.network.populations.iter().map(|population| population.name.clone()).collect()
}
