//! Ablations of the network on the screen, on threads beside the simulation. What comes of them is a study like those of
//! the command line, in a directory of its own; the window shows how it gets on.

use super::laboratory::Laboratory;
use crate::datasets::Data;
use crate::files::NewDir;
use crate::preset::Preset;
use crate::rundir::DataRecord;
use crate::study::{self, Event, Job, JobEvent, JobResult, Kind, Study, StudyDir, Summary};
use crate::work::Work;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Most seeds that the window asks for: a person waits.
pub const MOST_SEEDS: u64 = 20;

/// An ablation to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct AblationAsked {
    /// Names of the lesions; the intact network always belongs to them.
    pub lesions: Vec<String>,
    /// Seeds 1 to this.
    pub seeds: u64,
    /// Training images of each network.
    pub images: u64,
    /// Test images of each network; all of them, if there are fewer.
    pub test_images: u64,
    /// Directory of the study.
    pub folder: NewDir,
}

/// A lesion that the preset on the screen can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesion {
    /// Its name.
    pub name: String,
    /// What it shows.
    pub about: String,
}

/// A seed, and its curve: images shown, and the fraction right among the last thousand.
pub type SeedCurve = (u64, Vec<(u64, f32)>);

/// An ablation as far as it is.
#[derive(Debug, Clone)]
pub struct StudyView {
    /// Title of the preset.
    pub title: String,
    /// Directory of the study.
    pub folder: PathBuf,
    /// Training images of each network.
    pub images: u64,
    /// Seeds of each variant.
    pub seeds: u64,
    /// Results so far, the intact network first.
    pub summary: Vec<Summary>,
    /// For every variant: images shown, and the fraction right among the last thousand, mean over the seeds that got so far.
    pub curves: Vec<Vec<(u64, f32)>>,
    /// The same of every seed, which comes first.
    pub seed_curves: Vec<Vec<SeedCurve>>,
    /// Jobs done, and all jobs.
    pub jobs: (usize, usize),
    /// How far it is, and a way to stop it.
    pub work: Arc<Work>,
    /// What went wrong, one sentence each.
    pub losses: Vec<String>,
}

/// What the threads of a study tell.
#[derive(Default)]
struct Told {
    results: Vec<(Job, JobResult)>,
    /// Curves of jobs under way.
    under_way: BTreeMap<usize, (Job, Vec<(u64, f32)>)>,
    /// Tests that jobs under way have behind them.
    tested: BTreeMap<usize, u64>,
    losses: Vec<String>,
    /// The directory, once it is made.
    folder: Option<PathBuf>,
    is_new: bool,
}

/// The study that goes on or went on last.
#[derive(Default)]
pub(super) struct Researcher {
    current: Option<(Study, Arc<Mutex<Told>>, StudyView)>,
    view: Option<Arc<StudyView>>,
}

impl Drop for Researcher {
    /// Nobody is left to look at it; what is done stays, and the command line can go on with it.
    fn drop(&mut self) {
        if let Some((.., view)) = &self.current {
            view.work.cancel();
        }
    }
}

/// The lesions of a preset; none if it does not learn to classify.
pub(super) fn lesions(preset: &Preset, classes: usize) -> Arc<[Lesion]> {
    if !preset.protocol.classifies() {
        return Arc::default();
    }
    let variants = study::ablation(preset, classes).variants.into_iter().skip(1);
    variants.map(|variant| Lesion { name: variant.name, about: variant.about }).collect()
}

impl Researcher {
    /// Whether a study goes on, or has news that nobody looked at: a thread that went to sleep would never tell its end.
    pub(super) fn is_busy(&self) -> bool {
        self.current.as_ref().is_some_and(|(_, told, view)| {
            let told = locked(told);
            told.is_new || !view.work.is_finished()
        })
    }

    /// The work that goes on, if any.
    pub(super) fn work(&self) -> Option<Arc<Work>> {
        self.current.as_ref().map(|(.., view)| Arc::clone(&view.work)).filter(|work| !work.is_finished())
    }

    /// The study as last looked at.
    pub(super) fn view(&self) -> Option<Arc<StudyView>> {
        self.view.clone()
    }

    /// Begin an ablation, or say in a sentence why that cannot be.
    pub(super) fn begin(&mut self, asked: AblationAsked, preset: &Preset, lab: &Laboratory, data_folder: &Path) -> Result<(), String> {
        let Laboratory::Images(trainer) = lab else { return Err("this experiment does not learn to classify".to_owned()) };
        if self.work().is_some() {
            return Err("an ablation is going on; stop it first".to_owned());
        }
        if !(1..=MOST_SEEDS).contains(&asked.seeds) || asked.images == 0 || asked.test_images == 0 {
            return Err(format!("an ablation takes 1 to {MOST_SEEDS} seeds and at least one image to learn from and to be tested on"));
        }
        let data = Arc::clone(trainer.data());
        let preset = Preset { params: trainer.params().clone(), ..preset.clone() };
        let wanted = |name: &String| asked.lesions.contains(name);
        let all = study::ablation(&preset, data.train.classes).variants.into_iter().enumerate();
        let variants: Vec<study::Variant> =
            all.filter(|(n, variant)| *n == 0 || wanted(&variant.name)).map(|(_, variant)| variant).collect();
        let name = preset
            .path
            .as_ref()
            .and_then(|path| path.file_stem())
            .map_or_else(|| "preset".to_owned(), |stem| stem.to_string_lossy().into_owned());
        let study = Study {
            schema: Study::SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            kind: Kind::Ablation,
            preset: name,
            seeds: (1..=asked.seeds).collect(),
            images: asked.images,
            test_images: asked.test_images.min(data.test.len() as u64),
            held_out: 0,
            // the digest is found on the thread of the study, for it takes a look at every image
            data: DataRecord::without_digest(&data, data_folder),
            axes: Vec::new(),
            variants,
        };
        if let NewDir::Named(path) = &asked.folder {
            StudyDir::check_vacant(path).map_err(|error| error.to_string())?;
        }
        let (jobs, told) = (study.jobs().len(), Arc::new(Mutex::new(Told { is_new: true, ..Told::default() })));
        let all = study.jobs().iter().map(|job| load(&study, job.variant)).sum();
        let work = Arc::new(Work::new("Ablation", all));
        let view = StudyView {
            title: preset.title.clone(),
            folder: asked.folder.wanted().to_owned(),
            images: asked.images,
            seeds: asked.seeds,
            summary: Vec::new(),
            curves: Vec::new(),
            seed_curves: Vec::new(),
            jobs: (0, jobs),
            work: Arc::clone(&work),
            losses: Vec::new(),
        };
        let (begun, teller) = (study.clone(), Arc::clone(&told));
        let conduct = move || {
            if let Err(loss) = conduct(begun, &preset, &asked.folder, &data, &work, &teller) {
                locked(&teller).losses.push(loss);
            }
            // under one lock: who sees that it has ended sees that there is news
            let mut told = locked(&teller);
            told.is_new = true;
            work.finish();
        };
        std::thread::Builder::new()
            .name("study".to_owned())
            .spawn(conduct)
            .map_err(|error| format!("cannot start the ablation: {error}; close other programs"))?;
        self.current = Some((study, told, view));
        Ok(())
    }

    /// Look at the study. Says whether there is news.
    pub(super) fn poll(&mut self) -> bool {
        let Some((study, told, view)) = &mut self.current else { return false };
        let mut told = locked(told);
        if !std::mem::take(&mut told.is_new) {
            return false;
        }
        view.summary = Summary::of(study, &told.results);
        view.seed_curves = (0..study.variants.len()).map(|variant| seed_curves(&told, variant)).collect();
        view.curves = view.seed_curves.iter().map(|seeds| mean(seeds)).collect();
        view.jobs.0 = told.results.len();
        view.losses.clone_from(&told.losses);
        if let Some(folder) = &told.folder {
            view.folder.clone_from(folder);
        }
        drop(told);
        self.view = Some(Arc::new(view.clone()));
        true
    }
}

fn locked(told: &Mutex<Told>) -> std::sync::MutexGuard<'_, Told> {
    // a thread that panicked told nothing by halves
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Images that a job learns from and is tested on, as it was trained and with every damage: about equally much work each.
fn load(study: &Study, variant: usize) -> u64 {
    study.images + (1 + study.variants[variant].damages.len() as u64) * study.test_images
}

/// The curves of a variant, seed by seed.
fn seed_curves(told: &Told, variant: usize) -> Vec<SeedCurve> {
    let done = told.results.iter().map(|(job, result)| (job, &result.curve));
    let all = done.chain(told.under_way.values().map(|(job, curve)| (job, curve)));
    let mut curves: Vec<_> = all.filter(|(job, _)| job.variant == variant).map(|(job, curve)| (job.seed, curve.clone())).collect();
    curves.sort_by_key(|(seed, _)| *seed);
    curves
}

/// Mean over the seeds, at every point that at least one of them reached.
fn mean(seeds: &[SeedCurve]) -> Vec<(u64, f32)> {
    let mut points: BTreeMap<u64, (f32, f32)> = BTreeMap::new();
    for &(images, right) in seeds.iter().flat_map(|(_, curve)| curve) {
        let (sum, n) = points.entry(images).or_default();
        (*sum, *n) = (*sum + right, *n + 1.0);
    }
    points.into_iter().map(|(images, (sum, n))| (images, sum / n)).collect()
}

/// Do the whole study, and leave its directory as the command line would.
fn conduct(mut study: Study, preset: &Preset, place: &NewDir, data: &Arc<Data>, work: &Work, told: &Mutex<Told>) -> Result<(), String> {
    let words = |error: study::StudyError| error.to_string();
    study.data.digest = data.digest();
    let dir = StudyDir::create(place, &study, preset).map_err(words)?;
    locked(told).folder = Some(dir.path().to_owned());
    // one core stays with the network on the screen
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1));
    let tell = |event: Event| {
        let mut told = locked(told);
        match event {
            Event::Job(job, JobEvent::Learning(images, right)) => {
                told.under_way.entry(job.index).or_insert_with(|| (job, Vec::new())).1.push((images, right));
            }
            Event::Job(job, JobEvent::Testing(done, _)) => {
                told.tested.insert(job.index, done as u64);
            }
            Event::Done(job, result) => {
                told.under_way.remove(&job.index);
                told.tested.remove(&job.index);
                told.results.push((job, *result));
            }
            Event::Failed(job, error) => {
                told.under_way.remove(&job.index);
                told.losses.push(format!("{}, seed {}: {error}", study.variants[job.variant].name, job.seed));
            }
        }
        let learnt: u64 = told.under_way.values().filter_map(|(_, curve)| curve.last()).map(|&(images, _)| images).sum();
        let under_way = learnt + told.tested.values().sum::<u64>() * study.test_images;
        work.set_done(told.results.iter().map(|(job, _)| load(&study, job.variant)).sum::<u64>() + under_way);
        told.is_new = true;
    };
    study::run((&study, preset, &dir), &study.jobs(), data, threads, work.cancel_flag(), &tell);
    study::save_tables(&dir, &study).map(drop).map_err(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last event and the end may come between a look at the study and the moment the thread goes to sleep.
    #[test]
    fn an_end_that_nobody_has_seen_keeps_the_thread_awake() {
        let told = Arc::new(Mutex::new(Told { is_new: true, ..Told::default() }));
        let work = Arc::new(Work::new("Ablation", 1));
        let study = Study {
            schema: Study::SCHEMA,
            version: String::new(),
            kind: Kind::Ablation,
            preset: String::new(),
            seeds: vec![1],
            images: 1,
            test_images: 1,
            held_out: 0,
            data: DataRecord { folder: None, digest: String::new(), classes: Vec::new(), reading: crate::datasets::Reading::default() },
            axes: Vec::new(),
            variants: vec![study::Variant { name: "intact".to_owned(), about: String::new(), sets: Vec::new(), damages: Vec::new() }],
        };
        let view = StudyView {
            title: String::new(),
            folder: PathBuf::new(),
            images: 1,
            seeds: 1,
            summary: Vec::new(),
            curves: Vec::new(),
            seed_curves: Vec::new(),
            jobs: (0, 0),
            work: Arc::clone(&work),
            losses: Vec::new(),
        };
        let mut researcher = Researcher { current: Some((study, told, view)), view: None };
        work.finish();
        assert!(researcher.is_busy() && researcher.work().is_none(), "there is news, and another study may begin");
        assert!(researcher.poll() && !researcher.is_busy());
    }
}
