//! The start of a run, and its resumption.

use super::plan::{self, RunPlan, duration};
use super::recorder::{self, Recorder};
use super::reopen::Reopened;
use super::select::Selection;
use super::{Running, summary};
use crate::cli::args::RunArgs;
use crate::cli::clock::Clock;
use crate::cli::events::MazeTrials;
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;
use crate::cli::stop::Stop;
use crate::experiment::{Activity, FreeRun};
use crate::rundir::{FreeNotes, RunDir};
use crate::study::free::Weights;
use crate::time::TimeGrid;
use std::path::Path;

/// A run to simulate, or one that has nothing left to do.
pub(super) enum Begun {
    Running(Box<Running>),
    /// Prints its results.
    Finished(Box<dyn FnOnce() -> Result<(), Failure>>),
}

/// A new run.
pub(super) fn start(args: &RunArgs, stop: &Stop) -> Result<Begun, Failure> {
    let RunPlan { preset, session, selection, out } = plan::plan(args)?;
    let free = FreeRun::new(preset.network.clone(), session.seed)?;
    let free = free.with_task(&preset.task);
    let activity = Activity::new(&preset.network, session.steps);
    // a run that is interrupted from here on can be resumed
    stop.set_graceful(true);
    let run = RunDir::create_free(&out, &preset, &session, None).map_err(Failure::input)?;
    let recorder = Recorder::open(run.path(), &selection, &[])
        .map_err(|error| Failure::run(format!("cannot write recordings to {}: {error}", run.path().display())))?;
    let (reporter, clock) = (Reporter::plain(args.json, args.quiet), Clock::go_on(Some(0.0), 0.0));
    preset.network.remarks(&preset.task).iter().for_each(|remark| reporter.note(&format!("remark: {remark}")));
    let running = Running { run, preset, session, free, activity, recorder, reporter, clock, begun: 0, events: 0 };
    Ok(Begun::Running(Box::new(running)))
}

/// An earlier run.
pub(super) fn resume(path: &Path, args: &RunArgs, stop: &Stop) -> Result<Begun, Failure> {
    let mut reopened = Reopened::open(path)?;
    stop.set_graceful(true);
    reopened.run.lock().map_err(Failure::input)?;
    // what another program wrote before it let go
    (reopened.preset, reopened.session) =
        (reopened.run.network().map_err(Failure::input)?, reopened.run.free_session().map_err(Failure::input)?);
    let mut reporter = Reporter::plain(args.json, args.quiet);
    if let Some(note) = reopened.version_note() {
        reporter.warn(&note);
    }
    let last = reopened.last()?;
    let done = last.as_ref().map_or(0, |(free, ..)| free.step().0);
    let selection = Selection::read(reopened.session.record.as_deref(), &reopened.preset.network)
        .map_err(|faults| Failure::input(format!("{}: {}", path.display(), faults.join("; "))))?;
    let extended = extend(&mut reopened, args, done, &selection)?;
    let waiting = recorder::unfinished(path, &selection);
    if reopened.session.is_finished() && done == reopened.session.steps && !waiting {
        let Reopened { run, preset, session } = reopened;
        let path = path.display();
        reporter.note(&format!("{path} is finished; extend it with `spikescope run --resume {path} --duration TIME`, the duration in all"));
        return Ok(Begun::Finished(Box::new(move || {
            let Some((free, checkpoint, FreeNotes { activity, .. })) = last else { return Ok(()) };
            let weights = Weights::of(&preset.network, &free);
            let trials = free.maze().map(MazeTrials::of);
            let wall_s = checkpoint.wall_s;
            let ended = summary::Ended {
                preset: &preset,
                session: &session,
                activity: &activity,
                run: &run,
                weights,
                trials,
                wall_s,
                speed: summary::Speed::default(),
            };
            summary::print(&mut reporter, &ended);
            reporter.end()
        })));
    }
    reopened.run.sweep();
    if let Some((before, after)) = extended {
        reopened.run.save_free(&reopened.preset, &reopened.session).map_err(Failure::input)?;
        reporter.note(&format!("{}: {after} ms in place of {before} ms", path.display()));
    }
    let (free, cpu_s, wall_s, notes) = if let Some((free, checkpoint, notes)) = last {
        (free, checkpoint.cpu_s, checkpoint.wall_s, notes)
    } else {
        let activity = Activity::new(&reopened.preset.network, reopened.session.steps);
        (reopened.start()?, Some(0.0), 0.0, FreeNotes { activity, recorded: Vec::new() })
    };
    let Reopened { run, preset, mut session } = reopened;
    session.ending = None;
    let recorder = Recorder::open(run.path(), &selection, &notes.recorded)
        .map_err(|error| Failure::input(format!("cannot continue the recordings: {error}")))?;
    let (activity, clock) = (notes.activity, Clock::go_on(cpu_s, wall_s));
    let events = free.network().synaptic_events();
    let running = Running { run, preset, session, free, activity, recorder, reporter, clock, begun: done, events };
    Ok(Begun::Running(Box::new(running)))
}

/// Plan another duration, if one was given that differs. Returns the durations before and after, in ms.
fn extend(reopened: &mut Reopened, args: &RunArgs, done: u64, selection: &Selection) -> Result<Option<(f64, f64)>, Failure> {
    let Some(text) = &args.duration else { return Ok(None) };
    let path = reopened.run.path().display().to_string();
    let grid = TimeGrid::new(reopened.preset.network.dt_ms);
    let (ms, steps) = duration("--duration", text, grid).map_err(Failure::input)?;
    let before = reopened.session.steps;
    if steps == before {
        return Ok(None);
    }
    let simulated = done as f64 * grid.dt_ms();
    if steps <= done {
        return Err(Failure::input(format!("{path} has simulated {simulated} ms; --duration must be longer, got {ms} ms")));
    }
    selection.check(steps).map_err(Failure::input)?;
    reopened.session.steps = steps;
    reopened.session.ending = None;
    reopened.preset.task.set_duration_ms(ms);
    Ok(Some((before as f64 * grid.dt_ms(), ms)))
}
