//! `report`: measure the runs of a folder and write an HTML report.

use super::args::ReportArgs;
use super::events::{Reported, ReportedExperiment, ReportedNetwork, ReportedPopulation};
use super::failure::Failure;
use super::output::Reporter;
use super::reopen::Reopened;
use super::stop::Stop;
use super::{locate, machine, plan, streams};
use crate::datasets::Data;
use crate::files::{check_writable, is_stream, without_os_codes};
use crate::preset::{self, Preset};
use crate::report::{self, Asked, Cache, Found, FreeGroup, Group, Measured, Run};
use crate::rundir::{Checkpoint, RunDir, SessionRecord};
use crate::session::words::number;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Loaded collections by the hash that the records contain.
type DataByHash = BTreeMap<String, Arc<Data>>;

/// A run directory and its cached measurements.
struct Subject {
    name: String,
    run: RunDir,
    preset: Preset,
    session: SessionRecord,
    key: String,
    known: Option<Measured>,
}

/// Write a report.
pub(super) fn report(args: &ReportArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let page = page(args)?;
    let to_stdout = streams::is_stdout(&page);
    if to_stdout && args.output.json {
        return Err(Failure::input("--json and --out - both write to standard output; name a file with --out, or leave out --json"));
    }
    let is_streamed = to_stdout || is_stream(&page);
    let found = report::find(&args.dir).map_err(Failure::input)?;
    if !to_stdout {
        check_writable(&page).map_err(|error| Failure::input(format!("cannot write {}: {error}", page.display())))?;
    }
    let threads = args.output.threads.map_or_else(machine::cores, usize::from);
    let images = args.test_images.map_or(usize::MAX, |images| images as usize);
    let asked = Asked { images, distorted: usize::try_from(args.distorted_images).unwrap_or(usize::MAX), threads };
    let mut cache = if is_streamed { Cache::read(&report::cache_of(&usual_page(args))) } else { Cache::open(&report::cache_of(&page)) };
    let subjects = subjects(&found, &asked, &mut cache)?;
    let free = report::free_groups(&found.free_runs).map_err(Failure::input)?;
    let shipped = shipped();
    // missing files are found before anything is written
    let (data, missing) = data(&subjects, args)?;
    let folder = page.parent().filter(|folder| !is_streamed && !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::input(format!("cannot write {}: {error}; name another path with --out", folder.display())))?;
    }
    // what is measured is kept, so that measuring can be continued
    stop.set_graceful(true);
    let mut reporter = Reporter::new(&args.output);
    for reason in missing.values() {
        reporter.warn(&format!("{reason}; the report shows the recorded metrics of these runs only"));
    }
    let total: usize = subjects.iter().filter(|one| one.known.is_none()).map(|one| shown(one, &asked, &data)).sum();
    reporter.start_bar("measuring", 0, total as u64);
    let (mut runs, mut done, mut measured) = (Vec::new(), 0, 0);
    for subject in subjects {
        let checkpoint = checkpoint(&subject.run)?;
        let images = shown(&subject, &asked, &data);
        let Subject { name, run, preset, session, key, known } = subject;
        let results = if let Some(results) = known {
            Ok(results)
        } else if let Some(reason) = missing.get(&session.data.digest) {
            Err(reason.clone())
        } else {
            reporter.label_bar(name.clone());
            let data = Arc::clone(&data[&session.data.digest]);
            let reopened = Reopened { run: run.clone(), preset: preset.clone(), session, data };
            reopened.version_note().into_iter().for_each(|note| reporter.warn(&format!("{name}: {note}")));
            let trainer = reopened.trainer_at(&checkpoint)?;
            let bar = reporter.bar();
            let results = report::measure(&trainer, &asked, &|shown| bar.set((done + shown) as u64), stop.flag());
            let results = results.ok_or_else(|| Failure::Interrupted("stopped; the page was not changed".to_owned()))?;
            cache.put(key, results.clone()).map_err(Failure::run)?;
            (done, measured) = (done + images, measured + 1);
            Ok(results)
        };
        runs.push(Run::new(name, &run, preset, &checkpoint, results).map_err(Failure::input)?);
    }
    reporter.end_bar();
    cache.prune().map_err(Failure::run)?;
    let groups = report::groups(runs, &shipped);
    if is_streamed {
        let html = report::page_alone(&found, &groups, &free);
        streams::write_out(&page, |out| out.write_all(html.as_bytes()))
            .map_err(|error| Failure::run(format!("cannot write {}: {error}", page.display())))?;
    } else {
        report::write_report(&found, &groups, &free, &page).map_err(Failure::run)?;
    }
    if to_stdout {
        return Ok(());
    }
    tell(&mut reporter, &page, &groups, &free, measured);
    reporter.end()
}

/// Path of the page without --out.
fn usual_page(args: &ReportArgs) -> PathBuf {
    args.dir.join("report").join("index.html")
}

/// Path of the page; a stream is written without tables and may have any name.
fn page(args: &ReportArgs) -> Result<PathBuf, Failure> {
    let page = args.out.clone().unwrap_or_else(|| usual_page(args));
    if streams::is_stdout(&page) || is_stream(&page) {
        return Ok(page);
    }
    let html = page.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html"));
    if !html || page.is_dir() {
        return Err(Failure::input(format!("--out must name a file that ends in .html, got {}", page.display())));
    }
    Ok(page)
}

/// The runs of a folder with their cached measurements.
fn subjects(found: &Found, asked: &Asked, cache: &mut Cache) -> Result<Vec<Subject>, Failure> {
    let mut subjects = Vec::new();
    for (name, run) in &found.runs {
        let (preset, session) = (run.preset()?, run.session().map_err(Failure::input)?);
        let key = report::key(&preset.to_ron(), &session, &checkpoint(run)?, asked);
        let known = cache.get(&key);
        subjects.push(Subject { name: name.clone(), run: run.clone(), preset, session, key, known });
    }
    Ok(subjects)
}

fn checkpoint(run: &RunDir) -> Result<Checkpoint, Failure> {
    let none = || Failure::input(report::ReportError::NoCheckpoint { path: run.path().to_owned() });
    run.checkpoint().map_err(Failure::input)?.ok_or_else(none)
}

/// The data of every run that has to be measured, by its hash, and why other data is missing. A folder named by --data must hold
/// the data.
fn data(subjects: &[Subject], args: &ReportArgs) -> Result<(DataByHash, BTreeMap<String, String>), Failure> {
    let (mut all, mut missing) = (DataByHash::new(), BTreeMap::new());
    for subject in subjects.iter().filter(|subject| subject.known.is_none()) {
        let record = &subject.session.data;
        if all.contains_key(&record.digest) || missing.contains_key(&record.digest) {
            continue;
        }
        match plan::load_same_data(args.data.as_deref(), record) {
            Ok(data) => {
                plan::test_images(args.test_images, &data)?;
                all.insert(record.digest.clone(), data);
            }
            Err(failure @ Failure::Input(_)) if args.data.is_none() => {
                missing.insert(record.digest.clone(), without_os_codes(&failure.reason()));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok((all, missing))
}

/// Number of images presented to measure a run.
fn shown(subject: &Subject, asked: &Asked, data: &DataByHash) -> usize {
    let most = data.get(&subject.session.data.digest).map_or(0, |data| data.test.len());
    report::work(Asked { images: asked.images.min(most), ..*asked })
}

/// The shipped presets by name.
fn shipped() -> BTreeMap<String, Preset> {
    preset::shipped().iter().filter_map(|file| Some((locate::preset_name(file), Preset::load(file).ok()?))).collect()
}

fn tell(reporter: &mut Reporter, page: &Path, groups: &[Group], free: &[FreeGroup], measured: usize) {
    let experiment = |group: &Group| {
        let accuracy = group.known_accuracy();
        ReportedExperiment {
            experiment: group.label.clone(),
            seeds: group.runs.iter().map(|run| run.session.seed).collect(),
            train_images: group.first().images,
            test_images: group.first().test_images(),
            test_accuracy: accuracy.map(|(mean, _)| mean),
            test_accuracy_sd: accuracy.and_then(|(_, deviation)| deviation),
            events_per_image: group.is_measured().then(|| group.mean(|run| run.measured.events())),
        }
    };
    let experiments: Vec<ReportedExperiment> = groups.iter().map(experiment).collect();
    for one in &experiments {
        let spread = one.test_accuracy_sd.map_or(String::new(), |sd| format!(" ± {:.2}", 100.0 * sd));
        let recorded = if one.events_per_image.is_some() { "" } else { " (recorded)" };
        reporter.say(&one.test_accuracy.map_or_else(
            || format!("{}: no test was recorded", one.experiment),
            |mean| format!("{}: {:.2}{spread} % of {} test images correct{recorded}", one.experiment, 100.0 * mean, one.test_images),
        ));
    }
    let simulated: Vec<ReportedNetwork> = free.iter().map(network).collect();
    for ReportedNetwork { network, duration_ms, populations, .. } in &simulated {
        let rates: Vec<String> = populations.iter().map(|one| format!("{} {} Hz", one.population, number(one.rate_hz))).collect();
        reporter.say(&format!("{network}: {} ms simulated, {}", number(*duration_ms), rates.join(", ")));
    }
    if is_stream(page) {
        reporter.say(&format!("the page went to {}", page.display()));
    } else {
        reporter.say(&format!("{} and the tables beside it in {}", page.display(), report::tables_of(page).display()));
    }
    reporter.event(&Reported {
        event: "reported",
        out: page.display().to_string(),
        measured_runs: measured as u64,
        experiments,
        networks: simulated,
    });
}

/// Mean rates of the runs of a description.
fn network(group: &FreeGroup) -> ReportedNetwork {
    let first = group.first();
    let population = |(index, population): (usize, &crate::model::PopulationSpec)| ReportedPopulation {
        population: population.name.clone(),
        rate_hz: group.spread(|run| Some(run.activity.rate_hz(index, run.grid()))).map_or(0.0, |(mean, _)| mean),
        cv_isi: group.spread(|run| run.activity.irregularity(index).map(|irregular| irregular.cv)).map(|(mean, _)| mean),
    };
    ReportedNetwork {
        network: group.label.clone(),
        seeds: group.runs.iter().map(|run| run.session.seed).collect(),
        duration_ms: first.simulated_ms(),
        populations: first.preset.network.populations.iter().enumerate().map(population).collect(),
    }
}
