//! `ablate` and `sweep`: plan a study or go on with one, do its jobs here or on a cluster, and say what they came to.

use super::args::{AblateArgs, Engine, JobArgs, StudyArgs, SweepArgs};
use super::events::{StudyFinished, StudyJob, StudyLine, StudyLost, StudyStarted};
use super::failure::Failure;
use super::output::Reporter;
use super::stop::Stop;
use super::{cluster, locate, machine, plan};
use crate::datasets::Data;
use crate::preset::Preset;
use crate::report::study_figures;
use crate::rng::{Purpose, stream, uniform};
use crate::study::{self, Event, Job, JobEvent, JobResult, Kind, Study, StudyDir, StudyError, Summary, Variant, axis};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Training images that a sweep holds out for its tests.
const HELD_OUT: usize = 5000;
/// Time between tables of an unfinished study.
const TABLE_PAUSE: Duration = Duration::from_secs(20);

/// A study, ready to be done or gone on with.
pub(super) struct Planned {
    pub(super) study: Study,
    pub(super) preset: Preset,
    pub(super) dir: StudyDir,
    /// As the study sees them.
    pub(super) data: Arc<Data>,
}

/// `ablate`: take one part after the other away.
pub(super) fn ablate(args: &AblateArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    if let Some(path) = &args.study.resume {
        let planned = reopen(path, args.study.data.as_deref(), Kind::Ablation)?;
        return carry_out(&planned, &args.study, &stop);
    }
    let (preset, name, data) = subject(&args.study)?;
    let ablation = study::ablation(&preset, data.0.train.classes);
    if args.list {
        return list(&args.study, &ablation);
    }
    let variants = chosen(ablation.variants, &args.only)?;
    for (name, why) in &ablation.left_out {
        Reporter::new(&args.study.output).note(&format!("left out: {name} ({why})"));
    }
    let planned = create(&args.study, Kind::Ablation, (&preset, name), data, variants, Vec::new(), 0)?;
    carry_out(&planned, &args.study, &stop)
}

/// `sweep`: walk along parameters.
pub(super) fn sweep(args: &SweepArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    if let Some(path) = &args.study.resume {
        let planned = reopen(path, args.study.data.as_deref(), Kind::Sweep)?;
        return carry_out(&planned, &args.study, &stop);
    }
    let (preset, name, data) = subject(&args.study)?;
    let (typed, faults): (Vec<_>, Vec<_>) = args.axis.iter().map(|text| axis::Typed::parse(text, &preset)).partition(Result::is_ok);
    Failure::faults(&faults.into_iter().filter_map(Result::err).collect::<Vec<_>>())?;
    let typed: Vec<axis::Typed> = typed.into_iter().filter_map(Result::ok).collect();
    // the points are part of the study and stand in its record: how they were drawn need not be repeated
    let mut rng = stream(args.random_seed, Purpose::Sweep, 0);
    let (variants, axes) = axis::variants(&typed, args.random.map(usize::from), || uniform(&mut rng)).map_err(Failure::input)?;
    let held_out = if args.on_test_images { 0 } else { HELD_OUT.min(data.0.train.len() / 6) as u64 };
    let planned = create(&args.study, Kind::Sweep, (&preset, name), data, variants, axes, held_out)?;
    carry_out(&planned, &args.study, &stop)
}

/// `study-job`: one job of a study, in a process of its own. What a cluster runs.
pub(super) fn job(args: &JobArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let planned = reopen_any(&args.dir, None)?;
    let Planned { study, preset, dir, data } = &planned;
    let job = study.jobs().get(args.job).copied();
    let job =
        job.ok_or_else(|| Failure::input(format!("{} has no job {}; it has {}", args.dir.display(), args.job, study.jobs().len())))?;
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

type Named = (Arc<Data>, crate::rundir::DataRecord);

/// The preset with every `--set`, its name, and the data.
fn subject(args: &StudyArgs) -> Result<(Preset, String, Named), Failure> {
    let named = args.preset.as_deref().ok_or_else(|| Failure::input("name a preset or --resume DIR"))?;
    let path = locate::preset(named).map_err(Failure::input)?;
    let mut preset = Preset::load(&path).map_err(Failure::input)?;
    let mut faults = plan::apply_sets(&mut preset, &args.set);
    if !preset.protocol.classifies() {
        faults.push(format!(
            "{} has the protocol {:?}, which does not learn to classify; choose an MNIST preset",
            path.display(),
            preset.protocol
        ));
    }
    if let Some(epochs) = args.epochs {
        preset.training.epochs = epochs;
    }
    Failure::faults(&faults)?;
    Ok((preset, locate::preset_name(&path), plan::load_data(args.data.as_deref())?))
}

/// The lesions asked for, the intact network always among them.
fn chosen(variants: Vec<Variant>, only: &[String]) -> Result<Vec<Variant>, Failure> {
    let known = |name: &String| variants.iter().any(|variant| &variant.name == name);
    let unknown: Vec<String> = only.iter().filter(|name| !known(name)).map(|name| format!("\"{name}\"")).collect();
    if !unknown.is_empty() {
        let names: Vec<&str> = variants.iter().skip(1).map(|variant| variant.name.as_str()).collect();
        return Err(Failure::input(format!("--only {}: this preset has the lesions {}", unknown.join(", "), names.join(", "))));
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
    ablation.left_out.iter().for_each(|(name, why)| reporter.say(&format!("{name:28} left out: {why}")));
    reporter.into_lost().map_or(Ok(()), |error| Err(Failure::run(error)))
}

fn create(
    args: &StudyArgs,
    kind: Kind,
    (preset, name): (&Preset, String),
    (data, record): Named,
    variants: Vec<Variant>,
    axes: Vec<study::Axis>,
    held_out: u64,
) -> Result<Planned, Failure> {
    let verb = if kind == Kind::Ablation { "ablation" } else { "sweep" };
    let out = args.out.clone().unwrap_or_else(|| plan::default_out(&format!("{verb}-{name}")));
    StudyDir::check_vacant(&out).map_err(Failure::input)?;
    let test = if held_out > 0 { held_out } else { data.test.len() as u64 };
    let train = data.train.len() as u64 - held_out;
    let test_images = match args.test_images {
        Some(n) if n == 0 || n > test => return Err(Failure::input(format!("--test-images must lie in 1 to {test} here, got {n}"))),
        other => other.unwrap_or(test),
    };
    let study = Study {
        schema: Study::SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        kind,
        preset: name,
        seeds: args.seeds.clone().0,
        images: args.images.unwrap_or(u64::from(preset.training.epochs) * train),
        test_images,
        held_out,
        data: record,
        axes,
        variants,
    };
    let data = study.view(&data).map_err(Failure::input)?;
    let mut faults = study.faults(preset);
    // what no preset can say by itself: whether the network fits the images
    faults.extend((0..study.variants.len()).filter_map(|n| {
        let built = study.preset_of(preset, n).map(|preset| crate::experiment::Trainer::check(&preset, &data));
        built.ok()?.err().map(|error| format!("{}: {error}", study.variants[n].name))
    }));
    Failure::faults(&faults)?;
    let dir = StudyDir::create(&out, &study, preset).map_err(Failure::input)?;
    Ok(Planned { study, preset: preset.clone(), dir, data })
}

fn reopen(path: &Path, data: Option<&Path>, kind: Kind) -> Result<Planned, Failure> {
    let planned = reopen_any(path, data)?;
    if planned.study.kind == kind {
        return Ok(planned);
    }
    let verb = if kind == Kind::Ablation { "sweep" } else { "ablate" };
    Err(Failure::input(format!("{0} is not of this kind; go on with it by `spikescope {verb} --resume {0}`", path.display())))
}

fn reopen_any(path: &Path, data: Option<&Path>) -> Result<Planned, Failure> {
    let (dir, study, preset) = StudyDir::open(path).map_err(Failure::input)?;
    let data = study.view(&plan::load_same_data(data, &study.data)?).map_err(Failure::input)?;
    Ok(Planned { study, preset, dir, data })
}

fn carry_out(planned: &Planned, args: &StudyArgs, stop: &Stop) -> Result<(), Failure> {
    let Planned { study, dir, .. } = planned;
    let mut reporter = Reporter::new(&args.output);
    if study.version != env!("CARGO_PKG_VERSION") {
        reporter.warn(&format!(
            "this study was begun by version {}, this is {}; results may differ",
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
    let summary = dir.save_tables(study).map_err(Failure::run)?;
    draw(planned)?;
    finish(study, &summary, &out, &mut reporter);
    let left = study.jobs().iter().filter(|&&job| dir.result(study, job).is_none()).count();
    let verb = if study.kind == Kind::Ablation { "ablate" } else { "sweep" };
    let engine = if args.engine == Engine::Slurm { " --engine slurm" } else { "" };
    let how = format!("{left} of {jobs} jobs are left; go on with: spikescope {verb} --resume {out}{engine}");
    // who does not want to wait has what was asked for: the jobs are submitted
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

/// Draw what there is so far; the page of `spikescope report` shows the same figures with their words.
fn draw(planned: &Planned) -> Result<(), Failure> {
    let Planned { study, dir, .. } = planned;
    for figure in study_figures(study, &dir.results(study)) {
        dir.write(&format!("{}.svg", figure.name), figure.standalone().as_bytes()).map_err(Failure::run)?;
    }
    Ok(())
}

#[allow(clippy::disallowed_methods)] // times the tables, decides nothing in them
/// Do the jobs on this machine; returns what was lost.
fn here(planned: &Planned, missing: &[Job], args: &StudyArgs, stop: &Stop, reporter: &mut Reporter) -> Vec<String> {
    let Planned { study, preset, dir, data } = planned;
    let threads = args.output.threads.map_or_else(machine::cores, usize::from);
    let total = study.jobs().len() as u64 * study.images;
    reporter.start_bar("training", total - missing.len() as u64 * study.images, total);
    // images shown by every job under way, for the bar, and what was lost
    let state = Mutex::new((Progress::new(total - missing.len() as u64 * study.images), Vec::new(), reporter, Instant::now()));
    let tell = |event: Event| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (progress, losses, reporter, tabled) = &mut *state;
        match event {
            Event::Job(job, JobEvent::Learning(images, accuracy)) => {
                progress.under_way.insert(job.index, images);
                reporter.label_bar(format!("{}, seed {}: {:.1} %", study.variants[job.variant].name, job.seed, accuracy * 100.0));
            }
            Event::Job(job, JobEvent::Testing(..)) => {
                progress.under_way.insert(job.index, study.images);
            }
            Event::Done(job, result) => {
                progress.done += study.images;
                progress.under_way.remove(&job.index);
                told(reporter, job, &result);
                // tables of what there is so far, now and then, for they are made from all results; the last ones are
                // made at the end, and a full disk speaks up there
                if tabled.elapsed() >= TABLE_PAUSE {
                    dir.save_tables(study).ok();
                    *tabled = Instant::now();
                }
            }
            Event::Failed(job, error) => {
                let name = &study.variants[job.variant].name;
                reporter.event(&StudyLost { event: "lost", job: job.index, variant: name, seed: job.seed, error: error.to_string() });
                reporter.warn(&format!("{name}, seed {}: {error}", job.seed));
                losses.push(format!("{name}, seed {}: {error}", job.seed));
            }
        }
        reporter.advance_bar(progress.done + progress.under_way.values().sum::<u64>());
    };
    study::run((study, preset, dir), missing, data, threads, stop.flag(), &tell);
    let (_, losses, reporter, _) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    reporter.end_bar();
    losses
}

struct Progress {
    done: u64,
    under_way: HashMap<usize, u64>,
}

impl Progress {
    fn new(done: u64) -> Self {
        Self { done, under_way: HashMap::new() }
    }
}

/// Tell of a finished job.
pub(super) fn told(reporter: &mut Reporter, job: Job, result: &JobResult) {
    let JobResult { variant, seed, train_images, halted, outcomes, digest, .. } = result;
    let test_accuracy = outcomes.first().map_or(0.0, |outcome| outcome.accuracy);
    reporter.event(&StudyJob {
        event: "job",
        job: job.index,
        variant,
        seed: *seed,
        train_images: *train_images,
        test_accuracy,
        halted: halted.as_deref(),
        digest,
    });
    let end = halted.as_ref().map_or_else(String::new, |why| format!(" (halted after {train_images} images: {why})"));
    reporter.say(&format!("{variant}, seed {seed}: {:.2} %{end}", test_accuracy * 100.0));
}

fn finish(study: &Study, summary: &[Summary], out: &str, reporter: &mut Reporter) {
    let lines: Vec<StudyLine> = summary.iter().map(StudyLine::of).collect();
    reporter.event(&StudyFinished { event: "finished", preset: &study.preset, lines, out });
    let whole = if study.held_out > 0 {
        format!("{} held-out training images", study.test_images)
    } else {
        format!("{} test images", study.test_images)
    };
    reporter.say(&format!("\n{}: accuracy on {whole} after {} training images, {} seeds", study.preset, study.images, study.seeds.len()));
    for line in summary {
        reporter.say(&sentence(line));
    }
    reporter.say(&format!("tables and figures in {out}"));
}

/// A line of the summary for people.
fn sentence(line: &Summary) -> String {
    let percent = |value: f64| format!("{:.2}", value * 100.0);
    let mean = line.mean().map_or_else(|| "   ".to_owned(), percent);
    let sd = line.sd().map_or_else(String::new, |sd| format!(" ± {}", percent(sd)));
    let against = line.against.map_or_else(String::new, |against| {
        let width = against.half_width.map_or_else(String::new, |width| format!(" ± {}", percent(width)));
        format!("   {:+.2}{width}", against.difference * 100.0)
    });
    let p = line.p_holm.map_or_else(String::new, |p| if p < 0.001 { "   p < 0.001".to_owned() } else { format!("   p = {p:.3}") });
    let halted = if line.halted > 0 { format!("   {} halted", line.halted) } else { String::new() };
    let indent = if line.damage.is_some() { "  " } else { "" };
    format!("{:32} {mean:>6} %{sd:9}{against:18}{p}{halted}", format!("{indent}{}", line.name))
}
