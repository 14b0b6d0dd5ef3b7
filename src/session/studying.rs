//! Ablation studies of the current network, on worker threads. The result is a study directory as of the command line; the
//! window shows its progress.

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

/// Maximum number of seeds in the window.
pub const MOST_SEEDS: u64 = 20;

/// A requested ablation study.
#[derive(Debug, Clone, PartialEq)]
pub struct AblationAsked {
    /// Names of the ablations; the intact network is always included.
    pub lesions: Vec<String>,
    /// Seeds 1 to this.
    pub seeds: u64,
    /// Training images of each network.
    pub images: u64,
    /// Test images of each network, at most the available ones.
    pub test_images: u64,
    /// Directory of the study.
    pub folder: NewDir,
}

/// An ablation that applies to the current preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesion {
    /// Its name.
    pub name: String,
    /// Description.
    pub about: String,
}

/// A seed, and its curve: images shown, and the fraction right among the last thousand.
pub type SeedCurve = (u64, Vec<(u64, f32)>);

/// State of an ablation study.
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
    /// For every variant: training images, and accuracy over the last thousand, mean over the seeds that reached them.
    pub curves: Vec<Vec<(u64, f32)>>,
    /// The same of every seed, which comes first.
    pub seed_curves: Vec<Vec<SeedCurve>>,
    /// Completed jobs, and all jobs.
    pub jobs: (usize, usize),
    /// Progress and cancellation.
    pub work: Arc<Work>,
    /// Errors.
    pub losses: Vec<String>,
}

/// Shared state of the threads of a study.
#[derive(Default)]
struct Told {
    results: Vec<(Job, JobResult)>,
    /// Curves of running jobs.
    under_way: BTreeMap<usize, (Job, Vec<(u64, f32)>)>,
    /// Completed tests of running jobs.
    tested: BTreeMap<usize, u64>,
    losses: Vec<String>,
    /// The directory, once it is made.
    folder: Option<PathBuf>,
    is_new: bool,
}

/// The current or last study.
#[derive(Default)]
pub(super) struct Researcher {
    current: Option<(Study, Arc<Mutex<Told>>, StudyView)>,
    view: Option<Arc<StudyView>>,
}

impl Drop for Researcher {
    /// Cancel the study; completed jobs are kept, and the command line can resume it.
    fn drop(&mut self) {
        if let Some((.., view)) = &self.current {
            view.work.cancel();
        }
    }
}

/// The ablations of a preset; empty if it does not classify images.
pub(super) fn lesions(preset: &Preset, classes: usize) -> Arc<[Lesion]> {
    if !preset.setup.classifies() {
        return Arc::default();
    }
    let variants = study::ablation(preset, classes).variants.into_iter().skip(1);
    variants.map(|variant| Lesion { name: variant.name, about: variant.about }).collect()
}

impl Researcher {
    /// Whether a study is running or has results that were not collected, so that the thread must not sleep.
    pub(super) fn is_busy(&self) -> bool {
        self.current.as_ref().is_some_and(|(_, told, view)| {
            let told = locked(told);
            told.is_new || !view.work.is_finished()
        })
    }

    /// The running job, if any.
    pub(super) fn work(&self) -> Option<Arc<Work>> {
        self.current.as_ref().map(|(.., view)| Arc::clone(&view.work)).filter(|work| !work.is_finished())
    }

    /// The study as last collected.
    pub(super) fn view(&self) -> Option<Arc<StudyView>> {
        self.view.clone()
    }

    /// Start an ablation study, or return an error.
    pub(super) fn begin(&mut self, asked: AblationAsked, preset: &Preset, lab: &Laboratory, data_folder: &Path) -> Result<(), String> {
        let Laboratory::Images(trainer) = lab else { return Err("this experiment does not classify images".to_owned()) };
        if self.work().is_some() {
            return Err("an ablation is already running; stop it first".to_owned());
        }
        if !(1..=MOST_SEEDS).contains(&asked.seeds) || asked.images == 0 || asked.test_images == 0 {
            return Err(format!("an ablation needs 1 to {MOST_SEEDS} seeds, at least one training image and at least one test image"));
        }
        let data = Arc::clone(trainer.data());
        let preset = lab.in_force(preset);
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
            // the digest is computed on the thread of the study, because it reads every image
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
            // under one lock, so that the end is never seen without its results
            let mut told = locked(&teller);
            told.is_new = true;
            work.finish();
        };
        std::thread::Builder::new()
            .name("study".to_owned())
            .spawn(conduct)
            .map_err(|error| format!("cannot start the ablation: {error}; close other programs and try again"))?;
        self.current = Some((study, told, view));
        Ok(())
    }

    /// Collect results. Returns whether there are new ones.
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
    // a panicked thread left no partial update
    told.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Training and test images of a job, with every damage, as a measure of work.
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

/// Mean over the seeds at every point that at least one of them reached.
fn mean(seeds: &[SeedCurve]) -> Vec<(u64, f32)> {
    let mut points: BTreeMap<u64, (f32, f32)> = BTreeMap::new();
    for &(images, right) in seeds.iter().flat_map(|(_, curve)| curve) {
        let (sum, n) = points.entry(images).or_default();
        (*sum, *n) = (*sum + right, *n + 1.0);
    }
    points.into_iter().map(|(images, (sum, n))| (images, sum / n)).collect()
}

/// Run the study and write its directory as the command line does.
fn conduct(mut study: Study, preset: &Preset, place: &NewDir, data: &Arc<Data>, work: &Work, told: &Mutex<Told>) -> Result<(), String> {
    let words = |error: study::StudyError| error.to_string();
    study.data.digest = data.digest();
    let dir = StudyDir::create(place, &study, preset).map_err(words)?;
    locked(told).folder = Some(dir.path().to_owned());
    // one core is left for the current run
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

    /// The last event and the end can arrive between collecting results and sleeping.
    #[test]
    fn uncollected_end_of_a_study_keeps_the_thread_awake() {
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
            variants: vec![study::Variant::new("intact", "", &[])],
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
