//! A study of networks that learn from images: a new one, or an existing one to resume.

use super::campaign::{Campaign, Head, News};
use super::summary::{finish, told};
use crate::cli::args::StudyArgs;
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;
use crate::cli::plan;
use crate::datasets::Data;
use crate::files::NewDir;
use crate::preset::Preset;
use crate::report::study_figures;
use crate::rundir::DataRecord;
use crate::study::{self, Axis, Event, Job, JobEvent, Kind, Study, StudyDir, StudyError, Variant};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A study, ready to run or to resume.
pub(super) struct Planned {
    pub(super) study: Study,
    pub(super) preset: Preset,
    pub(super) dir: StudyDir,
    /// The data as split by the study.
    pub(super) data: Arc<Data>,
}

/// The data and the record that identifies it.
pub(super) type Named = (Arc<Data>, DataRecord);

/// Plan a new study and create its directory.
pub(super) fn create(
    args: &StudyArgs,
    kind: Kind,
    (preset, name): (&Preset, String),
    (data, record): Named,
    variants: Vec<Variant>,
    axes: Vec<Axis>,
    held_out: u64,
) -> Result<Planned, Failure> {
    let verb = if kind == Kind::Ablation { "ablation" } else { "sweep" };
    let out = plan::place(args.out.as_deref(), &format!("{verb}-{name}"));
    if let NewDir::Named(path) = &out {
        StudyDir::check_vacant(path).map_err(Failure::input)?;
    }
    let test = if held_out > 0 { held_out } else { data.test.len() as u64 };
    let train = data.train.len() as u64 - held_out;
    let test_images = match args.test_images {
        Some(n) if n == 0 || n > test => {
            return Err(Failure::input(format!("--test-images must be from 1 to {test} with this data, got {n}")));
        }
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
    // whether the network fits the images depends on the data
    faults.extend((0..study.variants.len()).filter_map(|n| {
        let built = study.preset_of(preset, n).map(|preset| crate::experiment::Trainer::check(&preset, &data));
        built.ok()?.err().map(|error| format!("{}: {error}", study.variants[n].name))
    }));
    Failure::faults(&faults)?;
    let dir = StudyDir::create(&out, &study, preset).map_err(Failure::input)?;
    Ok(Planned { study, preset: preset.clone(), dir, data })
}

/// Open an earlier study; `conducts` for the one process that runs it.
pub(super) fn reopen(path: &Path, data: Option<&Path>, conducts: bool) -> Result<Planned, Failure> {
    let (mut dir, study, preset) = StudyDir::open(path).map_err(Failure::input)?;
    let data = study.view(&plan::load_same_data(data, &study.data)?).map_err(Failure::input)?;
    if conducts {
        dir.lock().map_err(Failure::input)?;
    }
    Ok(Planned { study, preset, dir, data })
}

impl Campaign for Planned {
    fn head(&self) -> Head<'_> {
        let Study { kind, version, preset, seeds, variants, .. } = &self.study;
        let variants = variants.iter().map(|variant| variant.name.as_str()).collect();
        Head { kind: *kind, version, preset, seeds, variants, jobs: self.study.jobs() }
    }

    fn dir(&self) -> &StudyDir {
        &self.dir
    }

    fn is_done(&self, job: Job) -> bool {
        self.dir.result(&self.study, job).is_some()
    }

    fn load(&self) -> (&'static str, u64) {
        ("training", self.study.images)
    }

    fn remarks(&self) -> Vec<String> {
        self.data.remarks.iter().map(ToString::to_string).collect()
    }

    fn run(&self, jobs: &[Job], threads: usize, cancel: &AtomicBool, tell: &(dyn Fn(News) + Sync)) {
        let Self { study, preset, dir, data } = self;
        study::run((study, preset, dir), jobs, data, threads, cancel, &|event| {
            tell(match event {
                Event::Job(job, JobEvent::Learning(images, right)) => News::Progress(job, images, Some(format!("{:.1} %", right * 100.0))),
                Event::Job(job, JobEvent::Testing(..)) => News::Progress(job, study.images, None),
                Event::Done(job, _) => News::Done(job),
                Event::Failed(job, error) => News::Failed(job, error),
            });
        });
    }

    fn tell(&self, job: Job, reporter: &mut Reporter) {
        self.dir.result(&self.study, job).into_iter().for_each(|result| told(reporter, job, &result));
    }

    fn save_tables(&self) -> Result<(), StudyError> {
        study::save_tables(&self.dir, &self.study).map(drop)
    }

    fn conclude(&self, reporter: &mut Reporter) -> Result<(), StudyError> {
        let Self { study, dir, .. } = self;
        let summary = study::save_tables(dir, study)?;
        for figure in study_figures(study, &dir.results(study)) {
            dir.write(&format!("{}.svg", figure.name), figure.standalone().as_bytes())?;
        }
        finish(study, &summary, &dir.path().display().to_string(), reporter);
        Ok(())
    }
}
