//! A study of a described network: a new one, or an existing one to resume.

use super::campaign::{Campaign, Head, News};
use super::{chosen, list, summary};
use crate::cli::args::{AblateArgs, StudyArgs, SweepArgs};
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;
use crate::cli::plan;
use crate::cli::quantities::{apply_sets, set_twice};
use crate::cli::run::duration;
use crate::cli::stop::Stop;
use crate::files::NewDir;
use crate::model::{NetworkSpec, assignment};
use crate::preset::NetworkPreset;
use crate::report::free_study_figures;
use crate::rng::{Purpose, stream, uniform};
use crate::study::free::{self, FreeEvent, FreeStudy, Lesions};
use crate::study::{Axis, Job, Kind, StudyDir, StudyError, Variant, axis};
use crate::time::TimeGrid;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// A study, ready to run or to resume.
pub(super) struct Planned {
    study: FreeStudy,
    preset: NetworkPreset,
    dir: StudyDir,
}

/// A study to run; none for `--list`.
pub(super) fn ablate(args: &AblateArgs, preset: NetworkPreset, name: String, stop: &Stop) -> Result<Option<Box<dyn Campaign>>, Failure> {
    let (preset, mut faults) = subject(&args.study, preset);
    let Lesions { mut variants, left_out } = free::lesions(&preset.network);
    if args.list {
        Failure::faults(&faults)?;
        return list(&args.study, &variants, left_out.iter().map(|(name, why)| (name.as_str(), why.as_str()))).map(|()| None);
    }
    let mut only = args.only.clone();
    for text in &args.silence {
        match silence(text, &preset.network) {
            Ok(variant) => {
                only.push(variant.name.clone());
                if !variants.iter().any(|known| known.name == variant.name) {
                    variants.push(variant);
                }
            }
            Err(fault) => faults.push(format!("--silence {text}: {fault}")),
        }
    }
    Failure::faults(&faults)?;
    let variants = chosen(variants, &only)?;
    for (name, why) in left_out.iter().filter(|_| only.is_empty()) {
        Reporter::new(&args.study.output).note(&format!("not applicable: {name} ({why})"));
    }
    stop.set_graceful(true);
    Ok(Some(Box::new(create(&args.study, Kind::Ablation, preset, name, variants, Vec::new())?)))
}

/// A population and a share of its neurons.
fn silence(text: &str, network: &NetworkSpec) -> Result<Variant, String> {
    let (name, share) = assignment(text).ok_or("expected POPULATION=FRACTION, for example E=0.3")?;
    let name = name.trim().trim_matches('"');
    let population = network.population(name).ok_or_else(|| {
        let names: Vec<String> = network.populations.iter().map(|population| format!("\"{}\"", population.name)).collect();
        format!("there is no population \"{name}\"; choose one of {}", names.join(", "))
    })?;
    let share: f64 = share
        .trim()
        .parse()
        .ok()
        .filter(|share| *share > 0.0 && *share <= 1.0)
        .ok_or_else(|| format!("{} is out of range; allowed: a fraction above 0 and up to 1", share.trim()))?;
    Ok(free::silence(population, share))
}

/// A study to run.
pub(super) fn sweep(args: &SweepArgs, preset: NetworkPreset, name: String, stop: &Stop) -> Result<Box<dyn Campaign>, Failure> {
    let (preset, mut faults) = subject(&args.study, preset);
    if args.on_test_images {
        faults.push(refusal("--on-test-images"));
    }
    let mut typed = Vec::new();
    for text in &args.axis {
        match axis::Typed::of_network(text, &preset.network, &preset.task) {
            Ok(axis) => typed.push(axis),
            Err(fault) => faults.push(fault),
        }
    }
    Failure::faults(&faults)?;
    // the points are stored in the study's record; they are not drawn again
    let mut rng = stream(args.random_seed, Purpose::Sweep, 0);
    let (variants, axes) = axis::variants(&typed, args.random.map(usize::from), || uniform(&mut rng)).map_err(Failure::input)?;
    stop.set_graceful(true);
    Ok(Box::new(create(&args.study, Kind::Sweep, preset, name, variants, axes)?))
}

fn refusal(option: &str) -> String {
    format!("{option} does not apply to a described network, which has no images; leave it out")
}

/// The preset with every `--set` and `--duration`, and all faults.
fn subject(args: &StudyArgs, mut preset: NetworkPreset) -> (NetworkPreset, Vec<String>) {
    let also: &[_] = if args.duration.is_some() { &[("duration", "--duration")] } else { &[] };
    let mut faults = set_twice(&args.set, also);
    faults.extend(apply_sets(&mut preset.network, &mut preset.task, &args.set));
    let images = [
        ("--images", args.images.is_some()),
        ("--epochs", args.epochs.is_some()),
        ("--test-images", args.test_images.is_some()),
        ("--data", args.data.data.is_some()),
        ("--invert", args.data.invert),
    ];
    faults.extend(images.into_iter().filter(|(_, given)| *given).map(|(option, _)| refusal(option)));
    if let Some(text) = &args.duration {
        match duration("--duration", text, TimeGrid::new(preset.network.dt_ms)) {
            Ok((ms, _)) => preset.task.set_duration_ms(ms),
            Err(fault) => faults.push(fault),
        }
    }
    (preset, faults)
}

/// Plan a new study and create its directory.
fn create(
    args: &StudyArgs,
    kind: Kind,
    preset: NetworkPreset,
    name: String,
    variants: Vec<Variant>,
    axes: Vec<Axis>,
) -> Result<Planned, Failure> {
    let verb = if kind == Kind::Ablation { "ablation" } else { "sweep" };
    let out = plan::place(args.out.as_deref(), &format!("{verb}-{name}"));
    if let NewDir::Named(path) = &out {
        StudyDir::check_vacant(path).map_err(Failure::input)?;
    }
    let (schema, version, seeds) = (FreeStudy::SCHEMA, env!("CARGO_PKG_VERSION").to_owned(), args.seeds.clone().0);
    let study = FreeStudy { schema, version, kind, preset: name, seeds, axes, variants };
    Failure::faults(&study.faults(&preset))?;
    let dir = StudyDir::create_free(&out, &study, &preset).map_err(Failure::input)?;
    Ok(Planned { study, preset, dir })
}

/// Open an earlier study; `conducts` for the one process that runs it.
pub(super) fn reopen(path: &Path, data: Option<&Path>, conducts: bool) -> Result<Planned, Failure> {
    if data.is_some() {
        return Err(Failure::input(refusal("--data")));
    }
    let (mut dir, study, preset) = StudyDir::open_free(path).map_err(Failure::input)?;
    if conducts {
        dir.lock().map_err(Failure::input)?;
    }
    Ok(Planned { study, preset, dir })
}

impl Campaign for Planned {
    fn head(&self) -> Head<'_> {
        let FreeStudy { kind, version, preset, seeds, variants, .. } = &self.study;
        let variants = variants.iter().map(|variant| variant.name.as_str()).collect();
        Head { kind: *kind, version, preset, seeds, variants, jobs: self.study.jobs() }
    }

    fn dir(&self) -> &StudyDir {
        &self.dir
    }

    fn is_done(&self, job: Job) -> bool {
        self.dir.free_result(&self.study, job).is_some()
    }

    fn load(&self) -> (&'static str, u64) {
        let duration_ms = self.preset.task.duration_ms().unwrap_or_default();
        ("simulated ms", duration_ms.ceil() as u64)
    }

    fn run(&self, jobs: &[Job], threads: usize, cancel: &AtomicBool, tell: &(dyn Fn(News) + Sync)) {
        let Self { study, preset, dir } = self;
        free::run((study, preset, dir), jobs, threads, cancel, &|event| {
            tell(match event {
                FreeEvent::Simulated(job, ms) => News::Progress(job, ms as u64, None),
                FreeEvent::Done(job) => News::Done(job),
                FreeEvent::Failed(job, error) => News::Failed(job, error),
            });
        });
    }

    fn tell(&self, job: Job, reporter: &mut Reporter) {
        self.dir.free_result(&self.study, job).into_iter().for_each(|result| summary::simulated(reporter, job, &result));
    }

    fn save_tables(&self) -> Result<(), StudyError> {
        free::save_tables(&self.dir, &self.study, &self.preset.network).map(drop)
    }

    fn conclude(&self, reporter: &mut Reporter) -> Result<(), StudyError> {
        let Self { study, preset, dir } = self;
        let lines = free::save_tables(dir, study, &preset.network)?;
        for figure in free_study_figures(study, &preset.network, &dir.free_results(study)) {
            dir.write(&format!("{}.svg", figure.name), figure.standalone().as_bytes())?;
        }
        summary::concluded((study, preset), &lines, &dir.path().display().to_string(), reporter);
        Ok(())
    }
}
