//! `train`: train on all planned images, write checkpoints, test at the end.

use super::args::TrainArgs;
use super::clock::Clock;
use super::events::{Evaluated, Finished, Interrupted, Progress, Started};
use super::failure::Failure;
use super::machine;
use super::output::Reporter;
use super::plan::{self, TrainPlan};
use super::recording::{RecordPlan, Recorder, Shape};
use super::reopen::Reopened;
use super::stop::Stop;
use crate::datasets::Split;
use crate::engine::projection::Synapses;
use crate::experiment::{TestResult, Trainer};
use crate::files::without_os_codes;
use crate::model::template::Frame;
use crate::params::ParamId;
use crate::preset::Preset;
use crate::rundir::{Checkpoint, Ending, Metrics, Notes, RunDir, SessionRecord};
use crate::time::Step;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Time between checkpoints unless --checkpoint-every is given.
const CHECKPOINT_PAUSE: Duration = Duration::from_secs(10);
/// Images between two progress events.
const PROGRESS_EVERY: u64 = 1000;
/// Steps between two checks for Ctrl-C: usually more than an image, and well below a second.
const SLICE: u64 = 4096;

/// A run in progress.
struct Training {
    run: RunDir,
    session: SessionRecord,
    trainer: Trainer,
    metrics: Metrics,
    recorder: Recorder,
    reporter: Reporter,
    clock: Clock,
    /// Whether the run was already complete, its test included, when it was opened.
    was_finished: bool,
}

/// Train, or resume training.
pub(super) fn train(args: &TrainArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let mut training = match &args.resume {
        Some(path) => resume(path, args, &stop)?,
        None => start(args, &stop)?,
    };
    let threads = args.output.threads.map_or_else(machine::cores, usize::from);
    training.announce();
    let begun = training.trainer.images_done();
    let images = training.learn(&stop)?;
    let (cpu_s, wall_s) = (training.clock.cpu_s(), training.clock.wall_s());
    // a test can be repeated, so the trained network is saved first
    if images > begun {
        training.save();
    }
    let result = training.test(threads, &stop)?;
    training.finish(images, cpu_s, wall_s, result.as_ref())
}

fn start(args: &TrainArgs, stop: &Stop) -> Result<Training, Failure> {
    let TrainPlan { preset, session, data, record, out, fitted, idle } = plan::train(args)?;
    let trainer = Trainer::new(&preset, data, session.seed, Some(session.images)).map_err(Failure::input)?;
    let shape = shape(&preset, &trainer, session.images);
    record.check(&shape).map_err(Failure::input)?;
    // a run that is interrupted from here on can be resumed
    stop.set_graceful(true);
    let run = RunDir::create(&out, &preset, &session, None).map_err(Failure::input)?;
    let recorder = Recorder::open(run.path(), &record, &shape, None)
        .map_err(|error| Failure::run(format!("cannot write recordings to {}: {error}", run.path().display())))?;
    let metrics = Metrics::new(session.images);
    let (reporter, clock) = (Reporter::new(&args.output), Clock::go_on(Some(0.0), 0.0));
    fitted.iter().for_each(|note| reporter.note(note));
    trainer.data().remarks.iter().for_each(|remark| reporter.note(&remark.to_string()));
    idle.iter().for_each(|warning| reporter.warn(warning));
    remarks(&preset, &trainer, session.images).iter().for_each(|remark| reporter.note(&format!("remark: {remark}")));
    Ok(Training { run, session, trainer, metrics, recorder, reporter, clock, was_finished: false })
}

/// What has no effect in the network, and whether the outputs learn at all.
fn remarks(preset: &Preset, trainer: &Trainer, images: u64) -> Vec<String> {
    let data = &trainer.data().train;
    let described = preset.written_out(Frame { width: data.width, height: data.height, classes: data.classes });
    let mut remarks: Vec<String> =
        described.iter().flat_map(|preset| preset.network.remarks(&preset.task)).map(|remark| remark.to_string()).collect();
    let waits = trainer.waits();
    if waits >= images {
        remarks.push(format!(
            "the {images} planned images end before the outputs begin to learn, after {waits} images of the stages of the hidden layers; \
             choose more --images or shorter stages"
        ));
    }
    remarks
}

fn resume(path: &Path, args: &TrainArgs, stop: &Stop) -> Result<Training, Failure> {
    let mut reopened = Reopened::open(path, args.data.data.as_deref())?;
    stop.set_graceful(true);
    reopened.run.lock().map_err(Failure::input)?;
    // what another program wrote before it let go
    reopened.session = reopened.run.session().map_err(Failure::input)?;
    reopened.run.sweep();
    let reporter = Reporter::new(&args.output);
    if let Some(note) = reopened.version_note() {
        reporter.warn(&note);
    }
    let checkpoint = reopened.run.checkpoint().map_err(Failure::input)?;
    if let Some(note) = extend(&mut reopened, args, checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.images))? {
        reporter.note(&note);
    }
    let trainer = match &checkpoint {
        Some(checkpoint) => reopened.trainer_at(checkpoint)?,
        None => reopened.trainer()?,
    };
    let Reopened { run, preset, mut session, data: _ } = reopened;
    let was_finished = session.ending.take().is_some_and(|end| (end.images, end.test_images) == (session.images, session.test_images));
    let record = session.record.as_deref().map_or(Ok(RecordPlan::default()), RecordPlan::parse).map_err(Failure::input)?;
    let shape = shape(&preset, &trainer, session.images);
    let (cpu_s, wall_s) = checkpoint.as_ref().map_or((Some(0.0), 0.0), |c| (c.cpu_s, c.wall_s));
    let notes = match checkpoint {
        Some(checkpoint) => serde_json::from_value(checkpoint.notes)
            .map_err(|error| Failure::input(format!("{}: the checkpoint was written by another version: {error}", path.display())))?,
        None => Notes { metrics: Metrics::new(session.images), recorded: vec![0; record.what.len()] },
    };
    let recorder = Recorder::open(run.path(), &record, &shape, Some(&notes.recorded))
        .map_err(|error| Failure::input(format!("cannot continue the recordings: {error}")))?;
    let clock = Clock::go_on(cpu_s, wall_s);
    Ok(Training { run, session, trainer, metrics: notes.metrics, recorder, reporter, clock, was_finished })
}

/// Change the planned number of images, if `--images` or `--epochs` was given. Returns a note for the user.
fn extend(reopened: &mut Reopened, args: &TrainArgs, done: u64) -> Result<Option<String>, Failure> {
    let Reopened { run, preset, session, data } = reopened;
    let asked = args.images.or(args.epochs.map(|epochs| u64::from(epochs) * data.train.len() as u64));
    let Some(asked) = asked.filter(|&asked| asked != session.images) else { return Ok(None) };
    let (path, before) = (run.path().display().to_string(), session.images);
    if asked <= done {
        return Err(Failure::input(format!(
            "{path} has learnt from {done} images; --images or --epochs must be larger than that, got {asked}"
        )));
    }
    if session.record.is_some() {
        return Err(Failure::input(format!(
            "{path} was recorded by --record, and a recording is made for the images first planned; train a new run of {asked} images"
        )));
    }
    let keeps_schedule = session.extend(asked, done, &preset.params);
    if let Some(epochs) = args.epochs {
        preset.training.epochs = epochs;
    }
    run.save_session(session).and_then(|()| run.save_preset(preset)).map_err(Failure::input)?;
    let schedule = if keeps_schedule {
        format!(
            "; the learning rate keeps the schedule of the first {} images and stays at its final value (eta_final) after them, so \
             this is not the run that {asked} images planned from the start make",
            session.schedule_images()
        )
    } else {
        String::new()
    };
    Ok(Some(format!("{path}: {asked} training images in place of {before}{schedule}")))
}

fn shape(preset: &Preset, trainer: &Trainer, trials: u64) -> Shape {
    let steps = |id| trainer.grid().steps(preset.params.get(id)).map_or(0, u64::from);
    let shapes = trainer.network().onto_output().map(Synapses::shape);
    let weights = shapes.fold((0, 0), |(rows, columns), (n, m)| (rows + n, columns.max(m)));
    let neurons = trainer.network().counts().len();
    Shape {
        trials,
        steps_per_trial: steps(ParamId::PresentMs) + steps(ParamId::RewardDelay) + steps(ParamId::RestMs),
        weights,
        neurons,
        dt_ms: trainer.grid().dt_ms(),
    }
}

impl Training {
    fn announce(&mut self) {
        let SessionRecord { preset, seed, images, test_images, version, .. } = &self.session;
        let done = self.trainer.images_done();
        let event = if done == 0 { "started" } else { "resumed" };
        let out = self.run.path().display().to_string();
        self.reporter.event(&Started {
            event,
            preset,
            seed: *seed,
            train_images: *images,
            test_images: *test_images,
            images_done: done,
            version,
            out: out.clone(),
        });
        let event = if self.was_finished { "finished before" } else { event };
        self.reporter.note(&format!("{preset}, seed {seed}: {event}, {done} of {images} images done, run directory {out}"));
        if self.was_finished && self.session.record.is_none() {
            self.reporter.note(&format!("to train it longer, give the total number of epochs: spikescope train --resume {out} --epochs N"));
        }
        if let Split::LastFifth = self.trainer.data().split {
            self.reporter.note(&self.trainer.data().words());
        }
        let line = format!("{event} with version {}, {done} of {images} images done", env!("CARGO_PKG_VERSION"));
        self.log(&line);
    }

    /// Train on the remaining images. Returns the total number of training images.
    fn learn(&mut self, stop: &Stop) -> Result<u64, Failure> {
        let total = self.session.images;
        let begun = self.trainer.images_done();
        self.reporter.start_bar("training", begun, total);
        let mut saved = self.clock.start;
        while self.trainer.images_done() < total {
            if stop.asked() {
                return Err(self.interrupt());
            }
            let trial = match self.recorder.advance(&mut self.trainer, SLICE) {
                Ok(Some(trial)) => trial,
                Ok(None) => continue,
                Err(halt) => {
                    // the last checkpoint is kept, because it is from before the fault
                    self.log(&format!("halted: {halt}"));
                    return Err(Failure::run(format!("{halt} (run directory {})", self.run.path().display())));
                }
            };
            self.metrics.push(&trial);
            let done = trial.index + 1;
            self.reporter.advance_bar(done);
            if done.is_multiple_of(PROGRESS_EVERY) {
                self.progress(begun);
            }
            let due = self.session.checkpoint_every.map_or_else(|| saved.elapsed() >= CHECKPOINT_PAUSE, |n| done.is_multiple_of(n));
            if due {
                self.save();
                saved += saved.elapsed();
            }
        }
        self.reporter.end_bar();
        Ok(total)
    }

    fn progress(&mut self, begun: u64) {
        let images = self.trainer.images_done();
        let running_accuracy = self.metrics.running_accuracy();
        let seconds = self.clock.start.elapsed().as_secs_f64();
        let images_per_s = (seconds > 0.0).then(|| (images - begun) as f64 / seconds);
        let train_images = self.session.images;
        self.reporter.event(&Progress { event: "progress", images, train_images, running_accuracy, images_per_s });
        self.reporter.label_bar(running_accuracy.map_or_else(String::new, |a| format!("{:.1} % right", a * 100.0)));
    }

    /// Write checkpoint and metrics. A failure is reported, and the run continues.
    fn save(&mut self) {
        let images = self.trainer.images_done();
        let notes = Notes { metrics: self.metrics.clone(), recorded: self.recorder.lengths() };
        let checkpoint = Checkpoint {
            images,
            cpu_s: self.clock.cpu_s(),
            wall_s: self.clock.wall_s(),
            // invariant: the notes can be serialised as JSON
            notes: serde_json::to_value(&notes).expect("notes are plain data"),
            state: self.trainer.save(),
        };
        let saved = self.run.save_checkpoint(&checkpoint).and_then(|()| self.run.save_metrics(&self.metrics.csv(images)));
        self.reporter.lose(saved.err().map(|error| format!("the checkpoint after {images} images was not written: {error}")));
    }

    fn log(&mut self, line: &str) {
        let line = format!("{} {line}", machine::timestamp(SystemTime::now()));
        let written = self.run.log(&without_os_codes(&line));
        self.reporter.lose(written.err().map(|error| format!("the log was not written: {error}")));
    }

    fn ending(&mut self, result: Option<&TestResult>) -> Ending {
        let digest = self.trainer.digest();
        Ending {
            images: self.trainer.images_done(),
            step: Step(self.trainer.step()),
            digest: digest.to_string(),
            parts: digest.parts(),
            test_images: result.map_or(0, |result| result.images as u64),
            test_accuracy: result.map(|result| result.accuracy),
        }
    }

    fn interrupt(&mut self) -> Failure {
        self.reporter.end_bar();
        self.save();
        let ending = self.ending(None);
        let Ending { images, step, ref digest, .. } = ending;
        let out = self.run.path().display().to_string();
        self.reporter.event(&Interrupted { event: "interrupted", images, step: step.0, digest: digest.clone(), out: out.clone() });
        self.session.ending = Some(ending);
        let saved = self.run.save_session(&self.session);
        self.reporter.lose(saved.err().map(|error| error.to_string()));
        self.log(&format!("interrupted after {images} images, step {}", step.0));
        match self.reporter.first_loss() {
            None => Failure::Interrupted(format!(
                "stopped after {images} of {} images; resume with: spikescope train --resume {out}",
                self.session.images
            )),
            Some(loss) => Failure::run(format!("stopped after {images} images, but {loss}")),
        }
    }

    fn test(&mut self, threads: usize, stop: &Stop) -> Result<Option<TestResult>, Failure> {
        let images = self.session.test_images;
        if images == 0 {
            return Ok(None);
        }
        self.reporter.start_bar("testing", 0, images);
        let bar = self.reporter.bar();
        let result = self.trainer.evaluator().run(images as usize, threads, &|done| bar.set(done as u64), stop.flag());
        self.reporter.end_bar();
        let Some(result) = result else { return Err(self.interrupt()) };
        let SessionRecord { preset, seed, images: train_images, .. } = &self.session;
        self.reporter.event(&Evaluated {
            event: "evaluated",
            preset,
            seed: *seed,
            train_images: *train_images,
            test_images: result.images as u64,
            test_accuracy: result.accuracy,
            spikes_per_image: result.spikes_per_image,
            confusion: &result.confusion,
            classes: &self.trainer.data().class_names,
        });
        let saved = self.run.save_confusion(&self.trainer.data().class_names, &result.confusion);
        self.reporter.lose(saved.err().map(|error| format!("the confusion matrix was not saved: {error}")));
        Ok(Some(result))
    }

    fn finish(mut self, train_images: u64, cpu_s: Option<f64>, wall_s: f64, result: Option<&TestResult>) -> Result<(), Failure> {
        let ending = self.ending(result);
        let (digest, test_images, test_accuracy) = (ending.digest.clone(), ending.test_images, ending.test_accuracy);
        self.session.ending = Some(ending);
        let saved = self.run.save_session(&self.session);
        self.reporter.lose(saved.err().map(|error| error.to_string()));
        let right =
            test_accuracy.map_or_else(|| "not tested".to_owned(), |a| format!("{:.2} % of {test_images} test images correct", a * 100.0));
        self.log(&format!("finished: {right} after {train_images} training images, digest {digest}"));
        let Self { run, session, recorder, mut reporter, .. } = self;
        recorder.finish().into_iter().for_each(|loss| reporter.lose(Some(loss)));
        let cpu_us = cpu_s.map(|s| s * 1e6 / train_images as f64);
        let peak = machine::peak_rss_mib();
        let out = run.path().display().to_string();
        reporter.say(&format!("{}, seed {}: {right} after {train_images} training images", session.preset, session.seed));
        let cpu = cpu_us.map_or_else(String::new, |us| format!(", {us:.1} us of processor time per image"));
        let memory = peak.map_or_else(String::new, |mib| format!(", peak memory {mib:.0} MiB"));
        reporter.say(&format!("{wall_s:.1} s{cpu}{memory}; digest {digest}; {out}"));
        reporter.event(&Finished {
            event: "finished",
            preset: &session.preset,
            seed: session.seed,
            train_images,
            test_images,
            test_accuracy,
            train_cpu_s: cpu_s,
            train_wall_s: wall_s,
            cpu_us_per_train_image: cpu_us,
            peak_rss_mib: peak,
            digest,
            out,
        });
        reporter.end()
    }
}
