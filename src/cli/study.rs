//! `ablate` and `sweep`: plan or resume a study, run its jobs on this machine or on a cluster, and print the summary.

mod cluster;
mod here;
mod planned;
mod summary;

use super::args::{AblateArgs, Engine, JobArgs, StudyArgs, SweepArgs};
use super::events::StudyStarted;
use super::failure::Failure;
use super::output::Reporter;
use super::stop::Stop;
use super::{locate, plan};
use crate::params::Idle;
use crate::preset::Preset;
use crate::report::study_figures;
use crate::rng::{Purpose, stream, uniform};
use crate::study::{self, Event, Job, Kind, StudyError, Variant, axis};
use here::here;
use planned::{Named, Planned, create, reopen, reopen_any};
use std::sync::{Mutex, PoisonError};
use summary::finish;

/// Training images that a sweep holds out for scoring.
const HELD_OUT: usize = 5000;

/// `ablate`: remove one mechanism at a time.
pub(super) fn ablate(args: &AblateArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    if let Some(path) = &args.study.resume {
        let planned = reopen(path, args.study.data.data.as_deref(), Kind::Ablation)?;
        return carry_out(&planned, &args.study, &stop);
    }
    let (preset, name, data) = subject(&args.study)?;
    let ablation = study::ablation(&preset, data.0.train.classes);
    if args.list {
        return list(&args.study, &ablation);
    }
    let variants = chosen(ablation.variants, &args.only)?;
    warn_of_idle_sets(&args.study, &preset, &variants);
    for (name, why) in &ablation.left_out {
        Reporter::new(&args.study.output).note(&format!("not applicable: {name} ({why})"));
    }
    let planned = create(&args.study, Kind::Ablation, (&preset, name), data, variants, Vec::new(), 0)?;
    carry_out(&planned, &args.study, &stop)
}

/// `sweep`: vary parameters.
pub(super) fn sweep(args: &SweepArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    if let Some(path) = &args.study.resume {
        let planned = reopen(path, args.study.data.data.as_deref(), Kind::Sweep)?;
        return carry_out(&planned, &args.study, &stop);
    }
    let (preset, name, data) = subject(&args.study)?;
    let (typed, faults): (Vec<_>, Vec<_>) = args.axis.iter().map(|text| axis::Typed::parse(text, &preset)).partition(Result::is_ok);
    Failure::faults(&faults.into_iter().filter_map(Result::err).collect::<Vec<_>>())?;
    let typed: Vec<axis::Typed> = typed.into_iter().filter_map(Result::ok).collect();
    // the points are stored in the study's record; they are not drawn again
    let mut rng = stream(args.random_seed, Purpose::Sweep, 0);
    let (variants, axes) = axis::variants(&typed, args.random.map(usize::from), || uniform(&mut rng)).map_err(Failure::input)?;
    check_axes(args, &typed, &preset, &variants)?;
    warn_of_idle_sets(&args.study, &preset, &variants);
    let held_out = if args.on_test_images { 0 } else { HELD_OUT.min(data.0.train.len() / 6).min(data.0.most_held_out()) as u64 };
    if held_out == 0 && !args.on_test_images {
        return Err(Failure::input("there are too few training images to hold some out for the tests; name more, or add --on-test-images"));
    }
    let planned = create(&args.study, Kind::Sweep, (&preset, name), data, variants, axes, held_out)?;
    carry_out(&planned, &args.study, &stop)
}

/// `study-job`: one job of a study in a separate process, as cluster tasks run it.
pub(super) fn job(args: &JobArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let planned = reopen_any(&args.dir, None)?;
    let Planned { study, preset, dir, data } = &planned;
    let job = study.jobs().get(args.job).copied();
    let job = job.ok_or_else(|| {
        Failure::input(format!("{} has no job {}; it has {} jobs, counted from 0", args.dir.display(), args.job, study.jobs().len()))
    })?;
    if dir.result(study, job).is_some() {
        return Ok(());
    }
    stop.set_graceful(true);
    let lost: Mutex<Option<StudyError>> = Mutex::new(None);
    let tell = |event| {
        if let Event::Failed(_, error) = event {
            *lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    };
    study::run((study, preset, dir), &[job], data, 1, stop.flag(), &tell);
    if let Some(error) = lost.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(Failure::run(error));
    }
    if dir.result(study, job).is_none() {
        return Err(Failure::Interrupted(format!("job {} stopped with a checkpoint", job.index)));
    }
    Ok(())
}

/// The preset with every `--set`, its name, and the data.
fn subject(args: &StudyArgs) -> Result<(Preset, String, Named), Failure> {
    let named = args.preset.as_deref().ok_or_else(|| Failure::input("name a preset, or a study or run with --resume DIR"))?;
    let path = locate::preset(named).map_err(Failure::input)?;
    let mut preset = Preset::load(&path).map_err(Failure::input)?;
    let mut faults = plan::apply_sets(&mut preset, &args.set);
    if !preset.protocol.classifies() {
        faults.push(format!(
            "{} has the protocol {:?}, which does not classify images; choose an MNIST preset",
            path.display(),
            preset.protocol
        ));
    }
    if let Some(epochs) = args.epochs {
        preset.training.epochs = epochs;
    }
    Failure::faults(&faults)?;
    Ok((preset, locate::preset_name(&path), plan::load_data(&args.data)?))
}

/// A sweep along a parameter that never has an effect is refused; where it has one in some variants only, that is said.
fn check_axes(args: &SweepArgs, typed: &[axis::Typed], preset: &Preset, variants: &[Variant]) -> Result<(), Failure> {
    let mut faults = Vec::new();
    for id in typed.iter().map(axis::Typed::id) {
        let idle: Vec<Idle> = variants.iter().filter_map(|variant| variant.idle(id, preset)).collect();
        let Some(first) = idle.first() else { continue };
        let what = format!("--axis {}: {}", id.spec().name, first.words(|spec| spec.name));
        if idle.len() == variants.len() {
            faults.push(what);
        } else {
            Reporter::new(&args.study.output).warn(&format!("{what} ({} of {} variants)", idle.len(), variants.len()));
        }
    }
    Failure::faults(&faults)
}

/// Say which `--set` has an effect in no variant.
fn warn_of_idle_sets(args: &StudyArgs, preset: &Preset, variants: &[Variant]) {
    let everywhere = |id| variants.iter().map(|variant| variant.idle(id, preset)).collect::<Option<Vec<Idle>>>();
    for warning in plan::idle_sets(&args.set, |id| everywhere(id)?.first().copied()) {
        Reporter::new(&args.output).warn(&warning);
    }
}

/// The requested ablations, including the intact network.
fn chosen(variants: Vec<Variant>, only: &[String]) -> Result<Vec<Variant>, Failure> {
    let known = |name: &String| variants.iter().any(|variant| &variant.name == name);
    let unknown: Vec<String> = only.iter().filter(|name| !known(name)).map(|name| format!("\"{name}\"")).collect();
    if !unknown.is_empty() {
        let names: Vec<&str> = variants.iter().skip(1).map(|variant| variant.name.as_str()).collect();
        return Err(Failure::input(format!("--only {}: the ablations of this preset are {}", unknown.join(", "), names.join(", "))));
    }
    Ok(variants
        .into_iter()
        .enumerate()
        .filter(|(n, variant)| *n == 0 || only.is_empty() || only.contains(&variant.name))
        .map(|(_, v)| v)
        .collect())
}

fn list(args: &StudyArgs, ablation: &study::Ablation) -> Result<(), Failure> {
    let mut reporter = Reporter::new(&args.output);
    for variant in &ablation.variants {
        let sets: Vec<String> = variant.sets.iter().map(|(id, value)| format!("{id}={value}")).collect();
        reporter.say(&format!("{:28} {}  {}", variant.name, variant.about, sets.join(" ")));
        for damage in &variant.damages {
            reporter.say(&format!("  tested with {}", damage.name()));
        }
    }
    ablation.left_out.iter().for_each(|(name, why)| reporter.say(&format!("{name:28} not applicable: {why}")));
    reporter.into_lost().map_or(Ok(()), |error| Err(Failure::run(error)))
}

fn carry_out(planned: &Planned, args: &StudyArgs, stop: &Stop) -> Result<(), Failure> {
    let Planned { study, dir, data, .. } = planned;
    let mut reporter = Reporter::new(&args.output);
    data.remarks.iter().for_each(|remark| reporter.note(&remark.to_string()));
    if study.version != env!("CARGO_PKG_VERSION") {
        reporter.warn(&format!(
            "this study was started by version {}, this is version {}; results may differ",
            study.version,
            env!("CARGO_PKG_VERSION")
        ));
    }
    let missing: Vec<Job> = study.jobs().into_iter().filter(|&job| dir.result(study, job).is_none()).collect();
    let (jobs, out) = (study.jobs().len(), dir.path().display().to_string());
    reporter.event(&StudyStarted {
        event: "started",
        preset: &study.preset,
        variants: study.variants.len(),
        seeds: &study.seeds,
        jobs,
        done: jobs - missing.len(),
        out: &out,
    });
    stop.set_graceful(true);
    let losses = match args.engine {
        Engine::Local => here(planned, &missing, args, stop, &mut reporter),
        Engine::Slurm => cluster::submit(planned, &missing, args, stop, &mut reporter)?,
    };
    let summary = study::save_tables(dir, study).map_err(Failure::run)?;
    draw(planned)?;
    finish(study, &summary, &out, &mut reporter);
    let left = study.jobs().iter().filter(|&&job| dir.result(study, job).is_none()).count();
    let verb = if study.kind == Kind::Ablation { "ablate" } else { "sweep" };
    let engine = if args.engine == Engine::Slurm { " --engine slurm" } else { "" };
    let how = format!("{left} of {jobs} jobs are not complete; resume with: spikescope {verb} --resume {out}{engine}");
    // with --no-wait the command is complete when the jobs are submitted
    let submitted = args.engine == Engine::Slurm && args.no_wait && !stop.asked();
    if submitted && left > 0 {
        reporter.note(&how);
    }
    match (losses.is_empty(), if submitted { 0 } else { left }) {
        (true, 0) => reporter.into_lost().map_or(Ok(()), |error| Err(Failure::run(error))),
        (true, _) => Err(Failure::Interrupted(how)),
        (false, _) => Err(Failure::run(format!("{}; {how}", losses.join("; ")))),
    }
}

/// Draw the figures of the jobs completed so far, as in `spikescope report`.
fn draw(planned: &Planned) -> Result<(), Failure> {
    let Planned { study, dir, .. } = planned;
    for figure in study_figures(study, &dir.results(study)) {
        dir.write(&format!("{}.svg", figure.name), figure.standalone().as_bytes()).map_err(Failure::run)?;
    }
    Ok(())
}
