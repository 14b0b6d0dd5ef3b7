//! A new study, or an existing one to resume.

use crate::cli::args::StudyArgs;
use crate::cli::failure::Failure;
use crate::cli::plan;
use crate::datasets::Data;
use crate::files::NewDir;
use crate::preset::Preset;
use crate::rundir::DataRecord;
use crate::study::{Axis, Kind, Study, StudyDir, Variant};
use std::path::Path;
use std::sync::Arc;

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

/// Open an existing study of this kind to resume it.
pub(super) fn reopen(path: &Path, data: Option<&Path>, kind: Kind) -> Result<Planned, Failure> {
    let mut planned = reopen_any(path, data)?;
    if planned.study.kind == kind {
        planned.dir.lock().map_err(Failure::input)?;
        return Ok(planned);
    }
    let verb = if kind == Kind::Ablation { "sweep" } else { "ablate" };
    Err(Failure::input(format!("{0} is a study of another kind; resume it with `spikescope {verb} --resume {0}`", path.display())))
}

/// Open an earlier study.
pub(super) fn reopen_any(path: &Path, data: Option<&Path>) -> Result<Planned, Failure> {
    let (dir, study, preset) = StudyDir::open(path).map_err(Failure::input)?;
    let data = study.view(&plan::load_same_data(data, &study.data)?).map_err(Failure::input)?;
    Ok(Planned { study, preset, dir, data })
}
