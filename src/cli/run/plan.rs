//! What `run` is to do. All faults are found before anything is written, and are reported together.

use super::select::Selection;
use crate::cli::args::RunArgs;
use crate::cli::failure::Failure;
use crate::cli::quantities::{apply_sets, set_twice};
use crate::cli::{locate, plan};
use crate::files::NewDir;
use crate::model::{Faults, duration_ms};
use crate::preset::{NetworkPreset, Opened, open};
use crate::rundir::{FreeRecord, RunDir};
use crate::time::TimeGrid;

/// A free run, ready to start.
pub(in crate::cli) struct RunPlan {
    pub(in crate::cli) preset: NetworkPreset,
    pub(in crate::cli) session: FreeRecord,
    pub(in crate::cli) selection: Selection,
    pub(in crate::cli) out: NewDir,
}

/// The plan of `run PRESET ...`.
pub(in crate::cli) fn plan(args: &RunArgs) -> Result<RunPlan, Failure> {
    let named = args.preset.as_deref().ok_or_else(|| Failure::input("name a preset, or a run directory with --resume DIR"))?;
    let path = locate::preset(named).map_err(Failure::input)?;
    let mut preset = match open(&path)? {
        Opened::Network(preset) => *preset,
        Opened::Experiment(preset) if preset.setup.classifies() => {
            let path = path.display();
            return Err(Failure::input(format!(
                "{path} is a preset that learns from images; train it with `spikescope train {}`",
                named.display()
            )));
        }
        Opened::Experiment(_) => {
            let path = path.display();
            return Err(Failure::input(format!(
                "{path} is a laboratory, which runs in the window; open it with `spikescope --preset {}`",
                named.display()
            )));
        }
    };
    let also: &[_] = if args.duration.is_some() { &[("duration", "--duration")] } else { &[] };
    let mut faults = set_twice(&args.set, also);
    faults.extend(apply_sets(&mut preset.network, &mut preset.task, &args.set));
    let grid = TimeGrid::new(preset.network.dt_ms);
    match args.duration.as_deref().map(|text| duration("--duration", text, grid)) {
        Some(Ok((ms, _))) => preset.task.set_duration_ms(ms),
        Some(Err(fault)) => faults.push(fault),
        None => {
            let mut found = Faults::default();
            preset.task.check(preset.network.dt_ms, &mut found);
            faults.extend(found.into_vec().iter().map(|fault| format!("{fault}, or set --duration")));
        }
    }
    let duration_ms = preset.task.duration_ms().unwrap_or_default();
    let steps = grid.steps(duration_ms).map_or(0, u64::from);
    let every = args.checkpoint_every.as_deref().map(|text| duration("--checkpoint-every", text, grid)).transpose();
    let checkpoint_every = every.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    });
    let selection = Selection::read(args.record.as_deref(), &preset.network).and_then(|selection| {
        selection.check(steps).map_err(|fault| vec![fault])?;
        Ok(selection)
    });
    let selection = selection.unwrap_or_else(|found| {
        faults.extend(found);
        Selection::default()
    });
    let name = locate::preset_name(&path);
    let out = plan::place(args.out.as_deref(), &format!("{name}-{}", args.seed));
    if let NewDir::Named(path) = &out
        && let Err(fault) = RunDir::check_vacant(path)
    {
        faults.push(fault.to_string());
    }
    Failure::faults(&faults)?;
    let session = FreeRecord {
        schema: FreeRecord::SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        preset: name,
        seed: args.seed,
        steps,
        record: args.record.clone(),
        checkpoint_every: checkpoint_every.map(|(_, steps)| steps),
        applied: Vec::new(),
        start: None,
        ending: None,
    };
    Ok(RunPlan { preset, session, selection, out })
}

/// A duration in ms and in steps, at least one; its unit is required.
pub(in crate::cli) fn duration(option: &str, text: &str, grid: TimeGrid) -> Result<(f64, u64), String> {
    let fault = |fault: &dyn std::fmt::Display| format!("{option} {text}: {fault}");
    let ms = duration_ms(text, grid.dt_ms()).map_err(|error| fault(&error))?;
    match grid.steps(ms) {
        Ok(steps) => Ok((ms, u64::from(steps))),
        Err(error) => Err(fault(&error)),
    }
}
