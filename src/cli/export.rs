//! `export`: the complete spikes, potentials, weights or rewards of a run as NPZ or CSV. Runs are reproducible bit for bit, so
//! nothing has to be recorded in advance: the run is replayed with monitors ([ADR 0014](../../docs/adr/0014-exports-by-living-again.md)).

mod free;
mod rows;
mod size;
mod table;
mod watch;

use super::args::{ExportArgs, FileFormat};
use super::events::Exported;
use super::failure::Failure;
use super::npz;
use super::output::Reporter;
use super::recording::Record;
use super::reopen::Reopened;
use super::rerun::{Milestone, Rerun, milestones};
use super::stop::Stop;
use super::streams;
use crate::engine::monitor::Monitor;
use crate::files::{check_writable, is_stream};
use crate::params::ParamId;
use crate::rundir::RunDir;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use table::Table;
use watch::Watch;

/// Export one quantity of a run.
pub(super) fn export(args: &ExportArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let ExportArgs { run_dir, what, format, out, .. } = args;
    let folder = folder_of(out, args.force)?;
    let to_stdout = streams::is_stdout(out);
    if to_stdout && args.output.json {
        return Err(Failure::input("--json and --out - both write to standard output; name a file with --out, or leave out --json"));
    }
    if args.every.is_some() && *what != Record::Weights {
        return Err(Failure::input(
            "--every applies to --what weights only; spikes, potentials and rewards are always exported completely",
        ));
    }
    if RunDir::open(run_dir).is_ok_and(|run| run.is_free()) {
        return free::export(args, &stop);
    }
    if args.neurons.is_some() {
        return Err(Failure::input("--neurons applies to free runs only; of a training run all neurons are exported"));
    }
    let reopened = Reopened::open(run_dir, args.data.as_deref())?;
    let mut reporter = Reporter::new(&args.output);
    reopened.version_note().into_iter().for_each(|note| reporter.warn(&note));
    let milestones = milestones(&reopened)?;
    // invariant: there is at least one
    let Some(end) = milestones.last() else { return Ok(()) };
    let span = Span::new(args, end)?;
    let mut rerun = Rerun::new(&reopened)?;
    let described = rerun.trainer.described().cloned();
    let table = Table::new(*what, (rerun.trainer.network(), described.as_deref()), &reopened.data, rerun.trainer.grid().dt_ms());
    let fewer = match (what, args.every) {
        (Record::Weights, None) => "",
        (Record::Weights, Some(_)) => "a larger --every, or ",
        _ => "fewer trials with --trials A..B, or ",
    };
    size::check_room(what.name(), &table, span.records(*what, &rerun, end), *format, (&folder, fewer), &reporter)?;
    let unwritable = |error: io::Error| {
        let out = out.display();
        Failure::run(format!("cannot write {out}: {error}; no file was left; name another path with --out or free disk space"))
    };
    let mut watch = Watch::begin(*what, &folder).map_err(unwritable)?;
    // from here on an interrupt removes temporary files
    stop.set_graceful(true);
    let stopped = || Failure::Interrupted("stopped; nothing was written".to_owned());
    reporter.start_bar("replaying the run", 0, span.to.unwrap_or(end.images));
    let bar = reporter.bar();
    let proven = live_again(&mut rerun, &span, end, &mut watch, &mut |done| {
        bar.set(done);
        !stop.asked()
    });
    reporter.end_bar();
    let proven = match proven? {
        Outcome::Stopped => return Err(stopped()),
        Outcome::Full(error) => return Err(unwritable(error)),
        Outcome::Done { proven } => proven,
    };
    let (source, records) = watch.finish().map_err(unwritable)?;
    let mut source = Stoppable { source, stop: &stop };
    // a pipe may wait for its reader for ever, and there is nothing to clean up
    stop.set_graceful(!to_stdout && !is_stream(out));
    let written = streams::write_out(out, |file| match format {
        FileFormat::Npz => npz::write(file, &mut source, &table.fields(), records, table.dt_ms, &table.legends()),
        FileFormat::Csv => rows::write(file, &mut source, &table, records),
    });
    match written {
        Err(_) if stop.asked() => return Err(stopped()),
        other => other.map_err(unwritable)?,
    }
    let bytes = std::fs::metadata(out).map_or(0, |meta| meta.len());
    let size = if to_stdout || is_stream(out) { String::new() } else { format!(", {}", size::words(bytes)) };
    let trials = [span.from, rerun.trainer.images_done()];
    let name = what.name();
    let words = format!(
        "{name} of trials {}..{} of {}: {}{size}, {}{}",
        trials[0],
        trials[1],
        run_dir.display(),
        size::plural(records),
        out.display(),
        if proven { "; the replay equals the recorded run" } else { "" }
    );
    if to_stdout {
        reporter.note(&words);
    } else {
        reporter.say(&words);
    }
    let format = format.name();
    reporter.event(&Exported { event: "exported", what: name, format, trials, records, bytes, proven, out: out.display().to_string() });
    reporter.end()
}

/// Requested trials.
struct Span {
    from: u64,
    /// `None` for all trials, including an incomplete one.
    to: Option<u64>,
    /// Trials between two weight samples.
    every: Option<u64>,
}

impl Span {
    fn new(args: &ExportArgs, end: &Milestone) -> Result<Self, Failure> {
        let (from, to) = args.trials.unwrap_or((0, None));
        let images = end.images;
        if to.unwrap_or(images) > images || (args.trials.is_some() && from >= to.unwrap_or(images)) {
            return Err(Failure::input(format!(
                "--trials must be A..B with A < B and B at most {images}, the number of trials of the run"
            )));
        }
        Ok(Self { from, to, every: args.every })
    }

    /// Number of records if known: exact for a complete run, otherwise estimated from the length of a trial.
    fn records(&self, what: Record, rerun: &Rerun, end: &Milestone) -> Option<u64> {
        let trials = self.to.unwrap_or(end.images).saturating_sub(self.from);
        match what {
            Record::Spikes => None,
            Record::Rewards => Some(trials),
            Record::Weights => Some(self.every.map_or(1, |every| trials / every + 2)),
            Record::Potentials if (self.from, self.to) == (0, None) => Some(end.step),
            Record::Potentials => {
                let steps = |id| rerun.trainer.grid().steps(rerun.trainer.params().get(id)).map_or(0, u64::from);
                let trial = steps(ParamId::PresentMs) + steps(ParamId::RewardDelay) + steps(ParamId::RestMs);
                Some(trials.saturating_mul(trial))
            }
        }
    }
}

/// Where records are kept meanwhile: the folder of the file, which has to be there before any work is done.
fn folder_of(out: &Path, force: bool) -> Result<PathBuf, Failure> {
    if streams::is_stdout(out) || is_stream(out) {
        return Ok(std::env::temp_dir());
    }
    let folder = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    if out.is_dir() {
        return Err(Failure::input(format!("{} is a folder; name a file with --out", out.display())));
    }
    if out.exists() && !force {
        return Err(Failure::input(format!("{} exists; name another file with --out, or replace it with --force", out.display())));
    }
    check_writable(out).map_err(|error| Failure::input(format!("cannot write {}: {error}", out.display())))?;
    if !folder.is_dir() {
        return Err(Failure::input(format!("{} is not a folder; create it, or name another path with --out", folder.display())));
    }
    Ok(folder)
}

/// How the replay ended.
enum Outcome {
    /// All requested data was recorded; whether the replay reached a recorded digest and was equal to it.
    Done { proven: bool },
    /// Stopped by the user.
    Stopped,
    /// The records could not be written.
    Full(io::Error),
}

/// Replay the run to the end of the span. `go_on` receives the number of completed images.
fn live_again(
    rerun: &mut Rerun,
    span: &Span,
    end: &Milestone,
    watch: &mut Watch,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Outcome, Failure> {
    let last = span.to.unwrap_or(u64::MAX);
    while rerun.goes_on(end.step)? && rerun.trainer.images_done() < last {
        let trial = rerun.trainer.images_done();
        if !go_on(trial) {
            return Ok(Outcome::Stopped);
        }
        if trial < span.from {
            rerun.advance(end.step, &mut [])?;
            continue;
        }
        watch.trial = trial;
        if span.every.is_some() && trial == span.from && rerun.trainer.is_between_images() {
            watch.weights(rerun.trainer.step(), trial, rerun.trainer.network());
        }
        let ended = if watch.looks_at_steps() {
            let monitors: &mut [&mut dyn Monitor] = &mut [watch];
            rerun.advance(end.step, monitors)?
        } else {
            rerun.advance(end.step, &mut [])?
        };
        if let Some(trial) = ended {
            let (step, done) = (rerun.trainer.step(), trial.index + 1);
            watch.trial_ended(step, &trial);
            // the last sample is taken at the end, also if the run ended within a trial
            if span.every.is_some_and(|every| (done - span.from).is_multiple_of(every)) && done < last && step < end.step {
                watch.weights(step, done, rerun.trainer.network());
            }
        }
        if let Err(error) = watch.broken() {
            return Ok(Outcome::Full(error));
        }
    }
    if watch.wants_weights() {
        watch.weights(rerun.trainer.step(), rerun.trainer.images_done(), rerun.trainer.network());
    }
    let proven = rerun.trainer.step() == end.step;
    let different = if proven { end.differing(&mut rerun.trainer) } else { Vec::new() };
    if different.is_empty() {
        return Ok(Outcome::Done { proven });
    }
    let what = different.join(", ");
    Err(Failure::run(format!("the replay differs from the run in: {what}; nothing was written; use the version that made the run")))
}

/// A reader that fails after the user has stopped the export.
struct Stoppable<'a> {
    source: File,
    stop: &'a Stop,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.asked() { Err(io::Error::other("stopped")) } else { self.source.read(buffer) }
    }
}

impl Seek for Stoppable<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}
