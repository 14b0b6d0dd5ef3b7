//! `compare`: different parameters of two runs, their learning curves, and the significance of the difference in accuracy.
//! Either side is one run or a folder of runs that differ in their seed.
//!
//! Two runs are tested on the same images, and images that only one classified correctly are counted (McNemar 1947). In
//! folders, runs with the same seed form pairs, and their accuracies are compared (Student's paired t test). Without the images
//! the test accuracies that were recorded at the end of training are compared.

mod free;

use super::args::CompareArgs;
use super::events::{CompareSide, ComparedEvent, CurvePoint, Differs, McNemar, PairedTest};
use super::failure::Failure;
use super::output::Reporter;
use super::reopen::Reopened;
use super::stop::Stop;
use super::{machine, plan};
use crate::datasets::Data;
use crate::params::{REGISTRY, format_value};
use crate::preset::Preset;
use crate::rundir::{Metrics, RunDir, SessionRecord};
use crate::study::{compare, mcnemar};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Rows of the learning curve table.
const ROWS: u64 = 10;

/// The record of a run.
struct Recorded {
    run: RunDir,
    preset: Preset,
    session: SessionRecord,
    /// Training images, and the accuracy over the last thousand.
    curve: Vec<(u64, f32)>,
}

/// One run and its test.
struct Tested {
    record: Recorded,
    /// Test images and accuracy.
    images: usize,
    accuracy: f64,
    /// Whether each image was classified correctly; empty for a recorded accuracy.
    right: Vec<bool>,
}

/// Compare two runs or folders.
pub(super) fn compare_runs(args: &CompareArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    if let Some(sides) = free::sides(&args.first, &args.second)? {
        return free::compare_runs(args, &sides);
    }
    let mut reporter = Reporter::new(&args.output);
    let sides = [open(&args.first)?, open(&args.second)?];
    let differs = differences(&sides[0][0], &sides[1][0]);
    let same_data = sides[0][0].session.data.identity() == sides[1][0].session.data.identity();
    let trained =
        |side: &[Recorded]| side.iter().map(|run| run.session.ending.as_ref().map_or(0, |ending| ending.images)).max().unwrap_or(0);
    let [a, b] = [trained(&sides[0]), trained(&sides[1])];
    if a != b {
        reporter.warn(&format!(
            "the runs have different lengths, A {a} and B {b} training images; tests are those after all of them, and curves end with the shorter run"
        ));
    }
    let images = match images(&sides, args) {
        Ok(images) => Some(images),
        // a folder or number of images that was named must be valid
        Err(failure @ Failure::Input(_)) if args.data.is_none() && args.test_images.is_none() && is_recorded(&sides) => {
            reporter.warn(&format!("{}; the test accuracies recorded at the end of training are compared", failure.reason()));
            None
        }
        Err(failure) => return Err(failure),
    };
    let threads = args.output.threads.map_or_else(machine::cores, usize::from);
    let mut tested: Vec<Vec<Tested>> = Vec::new();
    for (at, side) in sides.into_iter().enumerate() {
        let tests: Result<Vec<Tested>, Failure> = side
            .into_iter()
            .enumerate()
            .map(|(run, record)| match &images {
                Some(images) => test(record, Arc::clone(&images[at][run]), args, threads, &mut reporter, stop.flag()),
                None => recorded(record),
            })
            .collect();
        tested.push(tests?);
    }
    let [first, second] = <[Vec<Tested>; 2]>::try_from(tested).map_err(|_| Failure::run("two sides were compared"))?;
    let toss = match (first.as_slice(), second.as_slice()) {
        ([a], [b]) if same_data && images.is_some() => {
            let count = |mine: &Tested, other: &Tested| {
                mine.right.iter().zip(&other.right).filter(|&(&mine, &other)| mine && !other).count() as u64
            };
            let (only_first, only_second) = (count(a, b), count(b, a));
            Some(McNemar { only_first, only_second, p: mcnemar(only_first, only_second) })
        }
        _ => None,
    };
    let keyed = |side: &[Tested]| side.iter().map(|run| (run.record.session.seed, run.accuracy)).collect::<Vec<_>>();
    let paired = if first.len() + second.len() > 2 { compare(&keyed(&second), &keyed(&first)) } else { None };
    let paired =
        paired.map(|pairs| PairedTest { pairs: pairs.n, difference: pairs.difference, ci95_half_width: pairs.half_width, p: pairs.p });
    let sides = [(&args.first, &first), (&args.second, &second)].map(|(path, runs)| CompareSide {
        path: path.display().to_string(),
        preset: runs[0].record.session.preset.clone(),
        seeds: runs.iter().map(|run| run.record.session.seed).collect(),
        test_images: runs[0].images,
        test_accuracy: runs.iter().map(|run| run.accuracy).sum::<f64>() / runs.len() as f64,
    });
    let event = ComparedEvent { event: "compared", sides, differs, curve: curves(&first, &second), mcnemar: toss, paired };
    reporter.event(&event);
    tell(&event, same_data, images.is_some(), &mut reporter);
    reporter.end()
}

/// A run, or the runs of a folder in the order of their seeds.
fn open(path: &Path) -> Result<Vec<Recorded>, Failure> {
    let mut runs = folders(path, false)?.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    runs.sort_by_key(|run| run.session.seed);
    Ok(runs)
}

/// A run directory, or those in a folder that are free runs, or that are not.
fn folders(path: &Path, free: bool) -> Result<Vec<RunDir>, Failure> {
    if path.join("session.ron").exists() || !path.is_dir() {
        return Ok(vec![RunDir::open(path).map_err(Failure::input)?]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())))?;
    let mut folders: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    folders.sort();
    let runs: Vec<RunDir> = folders.iter().filter_map(|path| RunDir::open(path).ok()).filter(|run| run.is_free() == free).collect();
    if runs.is_empty() {
        return Err(Failure::input(format!(
            "{} is neither a run directory nor a folder of run directories; name one that `spikescope train` or `spikescope run` wrote",
            path.display()
        )));
    }
    Ok(runs)
}

fn read(run: RunDir) -> Result<Recorded, Failure> {
    let (preset, session) = (run.preset()?, run.session().map_err(Failure::input)?);
    let metrics = run.metrics().map_err(Failure::input)?;
    let curve = Metrics::read_curve(&metrics).unwrap_or_default().into_iter().map(|(images, _, recent)| (images, recent)).collect();
    Ok(Recorded { run, preset, session, curve })
}

/// The images of every run.
fn images(sides: &[Vec<Recorded>; 2], args: &CompareArgs) -> Result<[Vec<Arc<Data>>; 2], Failure> {
    let load = |run: &Recorded| plan::load_same_data(args.data.as_deref(), &run.session.data);
    let mut all = Vec::new();
    for side in sides {
        all.push(side.iter().map(load).collect::<Result<Vec<_>, _>>()?);
    }
    let mut all = <[Vec<Arc<Data>>; 2]>::try_from(all).map_err(|_| Failure::run("two sides were compared"))?;
    // image by image: a run of version 0.1 is tested on the same images as the other
    let reading = all[0][0].reading;
    for data in all.iter_mut().flatten().filter(|data| data.reading != reading) {
        *data = Arc::new(Data { reading, ..(**data).clone() });
    }
    Ok(all)
}

fn recorded_test(run: &Recorded) -> Option<(usize, f64)> {
    let ending = run.session.ending.as_ref()?;
    Some((usize::try_from(ending.test_images).ok()?, ending.test_accuracy?))
}

/// Whether every run has ended with a test.
fn is_recorded(sides: &[Vec<Recorded>; 2]) -> bool {
    sides.iter().flatten().all(|run| recorded_test(run).is_some())
}

fn recorded(record: Recorded) -> Result<Tested, Failure> {
    let none = || Failure::input(format!("{} has no recorded test", record.run.path().display()));
    let (images, accuracy) = recorded_test(&record).ok_or_else(none)?;
    Ok(Tested { record, images, accuracy, right: Vec::new() })
}

fn test(
    record: Recorded,
    data: Arc<Data>,
    args: &CompareArgs,
    threads: usize,
    reporter: &mut Reporter,
    cancel: &AtomicBool,
) -> Result<Tested, Failure> {
    let Recorded { run, preset, session, curve } = record;
    let path = run.path().display().to_string();
    let checkpoint = run.checkpoint().map_err(Failure::input)?;
    let checkpoint = checkpoint
        .ok_or_else(|| Failure::input(format!("{path} has no checkpoint yet; resume it with `spikescope train --resume {path}`")))?;
    let images = plan::test_images(args.test_images, &data)?;
    let reopened = Reopened { run, preset, session, data };
    let trainer = reopened.trainer_at(&checkpoint)?;
    reopened.version_note().into_iter().for_each(|note| reporter.warn(&format!("{path}: {note}")));
    reporter.start_bar("testing", 0, images);
    let bar = reporter.bar();
    let answers = trainer.evaluator().answers(images as usize, threads, &|done| bar.set(done as u64), cancel);
    reporter.end_bar();
    let answers = answers.ok_or_else(|| Failure::Interrupted("stopped; nothing was changed".to_owned()))?;
    let right: Vec<bool> = answers.into_iter().map(|(_, right)| right).collect();
    let accuracy = right.iter().filter(|&&right| right).count() as f64 / right.len().max(1) as f64;
    let Reopened { run, preset, session, data: _ } = reopened;
    Ok(Tested { record: Recorded { run, preset, session, curve }, images: right.len(), accuracy, right })
}

/// Differences in everything that determines the runs.
fn differences(first: &Recorded, second: &Recorded) -> Vec<Differs> {
    let (a, b) = (&first.session, &second.session);
    let mut pairs = vec![
        ("preset".to_owned(), a.preset.clone(), b.preset.clone()),
        ("network and task".to_owned(), first.preset.setup.to_string(), second.preset.setup.to_string()),
        ("training images".to_owned(), a.images.to_string(), b.images.to_string()),
        ("seed".to_owned(), a.seed.to_string(), b.seed.to_string()),
        ("data".to_owned(), a.data.identity(), b.data.identity()),
        ("version".to_owned(), a.version.clone(), b.version.clone()),
        ("changes during the run".to_owned(), a.applied.len().to_string(), b.applied.len().to_string()),
    ];
    let matters = |run: &Recorded, spec: &crate::params::ParamSpec| spec.belongs_to(run.preset.setup);
    let value =
        |run: &Recorded, spec| if matters(run, spec) { format_value(spec, run.preset.params.get(spec.id)) } else { "–".to_owned() };
    pairs.extend(REGISTRY.iter().map(|spec| (spec.name.to_owned(), value(first, spec), value(second, spec))));
    // quantities of described networks, by path
    let quantities = |run: &Recorded| -> BTreeMap<String, String> {
        let described = run.preset.network.as_ref().zip(run.preset.task());
        let entries = described
            .into_iter()
            .flat_map(|(described, task)| described.network.entries().into_iter().chain(task.entries(&described.network)));
        entries.map(|entry| (entry.path.to_string(), entry.text())).collect()
    };
    let (one, other) = (quantities(first), quantities(second));
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let text = |of: &BTreeMap<String, String>, path: &String| of.get(path).cloned().unwrap_or_else(|| "–".to_owned());
    pairs.extend(paths.into_iter().map(|path| (path.clone(), text(&one, path), text(&other, path))));
    pairs.into_iter().filter(|(_, a, b)| a != b).map(|(name, first, second)| Differs { name, first, second }).collect()
}

/// Mean training accuracy of both sides at the same numbers of images.
fn curves(first: &[Tested], second: &[Tested]) -> Vec<CurvePoint> {
    let ends = first.iter().chain(second).filter_map(|run| run.record.curve.last()).map(|&(images, _)| images);
    let Some(last) = ends.min() else { return Vec::new() };
    let at = |side: &[Tested], images: u64| {
        let value = |run: &Tested| run.record.curve.iter().take_while(|&&(n, _)| n <= images).last().map(|&(_, right)| f64::from(right));
        let values: Option<Vec<f64>> = side.iter().map(value).collect();
        values.map(|values| values.iter().sum::<f64>() / values.len() as f64)
    };
    let point = |row: u64| {
        let images = last * row / ROWS;
        Some(CurvePoint { images, first: at(first, images)?, second: at(second, images)? })
    };
    (1..=ROWS).filter_map(point).collect()
}

fn tell(event: &ComparedEvent, same_data: bool, is_tested: bool, reporter: &mut Reporter) {
    let [a, b] = &event.sides;
    for (letter, side) in [("A", a), ("B", b)] {
        let seeds: Vec<String> = side.seeds.iter().map(ToString::to_string).collect();
        let (right, images) = (side.test_accuracy * 100.0, side.test_images);
        reporter.say(&format!(
            "{letter}: {}, {}, seed {}: {right:.2} % of {images} test images correct",
            side.path,
            side.preset,
            seeds.join(", ")
        ));
    }
    reporter.say(if event.differs.is_empty() { "\nno differences" } else { "\ndifference                       A              B" });
    event.differs.iter().for_each(|Differs { name, first, second }| reporter.say(&format!("{name:30} {first:>14} {second:>14}")));
    if !event.curve.is_empty() {
        reporter.say("\ntraining images   A right      B right      B - A");
    }
    for CurvePoint { images, first, second } in &event.curve {
        reporter.say(&format!("{images:>15} {:9.2} % {:10.2} % {:+10.2}", first * 100.0, second * 100.0, (second - first) * 100.0));
    }
    let words = |p: f64| if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") };
    if let Some(McNemar { only_first, only_second, p }) = &event.mcnemar {
        reporter.say(&format!("\n{only_first} images correct in A only, {only_second} in B only; {} (exact McNemar test)", words(*p)));
    } else if let Some(PairedTest { pairs, difference, ci95_half_width, p }) = &event.paired {
        let width = ci95_half_width.map_or_else(String::new, |width| format!(" ± {:.2}", width * 100.0));
        let p = p.map_or_else(|| "one pair is not enough for a test".to_owned(), words);
        reporter.say(&format!(
            "\nB - A over {pairs} pairs of equal seeds: {:+.2}{width} percentage points; {p} (paired t test)",
            difference * 100.0
        ));
    } else if !is_tested && event.sides.iter().all(|side| side.seeds.len() == 1) {
        reporter.say("\nno test: the images are needed to compare two runs image by image; name their folder with --data");
    } else if same_data {
        reporter.say("\nno test: no two runs have the same seed");
    } else {
        reporter.say("\nno test: the two sides were trained on different data");
    }
}
