//! Checks the arguments and makes a plan of them. All errors are found before anything is written, and are reported together.

use super::args::{DataArgs, TrainArgs};
use super::failure::Failure;
use super::recording::RecordPlan;
use super::{locate, machine, quantities};
use crate::datasets::{self, Data, Reading};
use crate::experiment::fit;
use crate::files::NewDir;
use crate::model::assignment;
use crate::params::{Idle, ParamError, ParamId, Params, Setup, Task};
use crate::preset::Preset;
use crate::rundir::{DataRecord, RunDir, SessionRecord};
use std::path::Path;
use std::sync::Arc;

/// A training run, ready to start.
pub(super) struct TrainPlan {
    /// The preset with every `--set` applied.
    pub(super) preset: Preset,
    /// What determines the run besides the preset.
    pub(super) session: SessionRecord,
    /// The data.
    pub(super) data: Arc<Data>,
    /// What to record.
    pub(super) record: RecordPlan,
    /// The run directory.
    pub(super) out: NewDir,
    /// Description of the changes made to fit the preset to the data.
    pub(super) fitted: Option<String>,
    /// What was set without any effect, in words.
    pub(super) idle: Vec<String>,
}

/// The plan of `train PRESET ...`.
pub(super) fn train(args: &TrainArgs) -> Result<TrainPlan, Failure> {
    let named = args.preset.as_deref().ok_or_else(|| Failure::input("name a preset, or a run directory with --resume DIR"))?;
    let path = locate::preset(named).map_err(Failure::input)?;
    let mut preset = Preset::load(&path)?;
    let also: &[_] = if args.epochs.is_some() { &[("epochs", "--epochs")] } else { &[] };
    let mut faults = quantities::set_twice(&args.set, also);
    faults.extend(apply_sets(&mut preset, &args.set));
    if !preset.setup.classifies() {
        faults.push(format!("{} has {}, which runs in the window only; choose an MNIST preset", path.display(), preset.setup));
    }
    let record = args.record.as_deref().map_or(Ok(RecordPlan::default()), RecordPlan::parse).unwrap_or_else(|fault| {
        faults.push(fault);
        RecordPlan::default()
    });
    let name = locate::preset_name(&path);
    let out = place(args.out.as_deref(), &format!("{name}-{}", args.seed));
    if let NewDir::Named(path) = &out
        && let Err(fault) = RunDir::check_vacant(path)
    {
        faults.push(fault.to_string());
    }
    if let Some(epochs) = args.epochs {
        preset.training.epochs = epochs;
    }
    Failure::faults(&faults)?;

    let (data, data_record) = load_data(&args.data)?;
    // a number of neurons set explicitly is used unchanged or refused
    let chosen = args.set.iter().filter_map(|set| ParamId::from_name(set.split('=').next()?.trim())).any(|id| id == ParamId::NNeurons);
    let fitted = if chosen { None } else { fit(&mut preset.params, preset.setup, &data.train) };
    let epochs = u64::from(preset.training.epochs);
    let images = args.images.unwrap_or(epochs * data.train.len() as u64);
    let test_images = test_images(args.test_images, &data)?;
    let session = SessionRecord {
        schema: SessionRecord::SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        preset: name,
        seed: args.seed,
        images,
        test_images,
        schedule: None,
        data: data_record,
        record: args.record.clone(),
        checkpoint_every: args.checkpoint_every,
        applied: Vec::new(),
        start: None,
        ending: None,
    };
    let idle = idle_sets(&args.set, |id| preset.params.idle(id, preset.setup));
    Ok(TrainPlan { preset, session, data, record, out, fitted, idle })
}

/// Apply every `--set` and return every fault, conflicts between the resulting values included.
pub(super) fn apply_sets(preset: &mut Preset, sets: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    // quantities of a described network have paths; those of its task have names
    let by_path = |set: &String| {
        preset.network.is_some() && assignment(set).is_none_or(|(name, _)| !Setup::Described(Task::Classify).has_parameter(name))
    };
    let (paths, sets): (Vec<String>, Vec<String>) = sets.iter().cloned().partition(by_path);
    if let Some(mut task) = preset.task()
        && let Some(described) = &mut preset.network
    {
        faults.extend(quantities::apply_sets(Arc::make_mut(&mut described.network), &mut task, &paths));
        preset.set_task(task);
    }
    for set in &sets {
        if let Err(fault) = apply_set(&mut preset.params, set, preset.setup) {
            faults.push(format!("--set {set}: {fault}"));
        }
    }
    if faults.is_empty() {
        faults.extend(preset.params.conflicts(preset.setup).iter().map(|fault| format!("--set: {fault}")));
    }
    faults
}

fn apply_set(params: &mut Params, set: &str, setup: Setup) -> Result<(), ParamError> {
    let conflict = |text: &str| ParamError::Conflict(text.to_owned());
    let (name, value) = set.split_once('=').ok_or_else(|| conflict("expected ID=VALUE, for example tau_m=20ms"))?;
    let id = params.set_text(name.trim(), value).map_err(|error| error.within(setup))?;
    if id.spec().belongs_to(setup) {
        return Ok(());
    }
    Err(conflict(&format!("it has no effect in {setup}")))
}

/// A sentence for each `--set` of a parameter that `idle` says has no effect beside the other values.
pub(super) fn idle_sets(sets: &[String], idle: impl Fn(ParamId) -> Option<Idle>) -> Vec<String> {
    let idle = |set: &String| {
        let why = idle(ParamId::from_name(set.split('=').next()?.trim())?)?;
        Some(format!("--set {set}: {}", why.words(|spec| spec.name)))
    };
    sets.iter().filter_map(idle).collect()
}

/// Number of test images: as requested, otherwise all.
pub(super) fn test_images(asked: Option<u64>, data: &Data) -> Result<u64, Failure> {
    let all = data.test.len() as u64;
    match asked {
        Some(n) if n > all => Err(Failure::input(format!("--test-images must be from 0 to {all}, the number of test images, got {n}"))),
        other => Ok(other.unwrap_or(all)),
    }
}

/// The requested data, otherwise MNIST, and the record that identifies it.
pub(super) fn load_data(args: &DataArgs) -> Result<(Arc<Data>, DataRecord), Failure> {
    let folder = locate::data(args.data.as_deref());
    let data = datasets::load(&folder, Reading::inverted(args.invert), &mut |_, _| true).map_err(Failure::input)?;
    let record = DataRecord::of(&data, &folder);
    Ok((Arc::new(data), record))
}

/// The data of an earlier run: the requested folder, otherwise the folder of the run, otherwise MNIST, if the data is the same.
pub(super) fn load_same_data(named: Option<&Path>, record: &DataRecord) -> Result<Arc<Data>, Failure> {
    let before = record.folder.as_ref().map(Path::new);
    let gone = before.filter(|before| named.is_none() && !before.exists());
    let folder = locate::data(named.or(before.filter(|_| gone.is_none())));
    let fault = |fault: String| match gone {
        Some(gone) => Failure::input(format!(
            "{}, which held the images of this run, was not found; name their present folder with --data",
            gone.display()
        )),
        None => Failure::input(fault),
    };
    let data = datasets::load(&folder, record.reading, &mut |_, _| true).map_err(|error| fault(error.to_string()))?;
    let Err(why) = record.check(&data) else { return Ok(Arc::new(data)) };
    let other = before.filter(|before| *before != folder && before.exists());
    let hint = other.map_or_else(String::new, |before| format!("; they were in {}", before.display()));
    Err(fault(format!("{} {why}{hint}", folder.display())))
}

/// Where results go: the directory named, else one below runs/ with a free name.
pub(super) fn place(named: Option<&Path>, name: &str) -> NewDir {
    let default = || {
        let moment = machine::timestamp(std::time::SystemTime::now());
        let moment: String = moment.chars().filter(char::is_ascii_alphanumeric).collect();
        NewDir::Free(Path::new("runs").join(format!("{name}-{moment}")))
    };
    named.map_or_else(default, |path| NewDir::Named(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_of_all_sets_are_told_at_once() {
        let text = r#"Preset(schema: 1, title: "t", description: "d", citation: "c", look_for: [],
            protocol: Classification, training: (epochs: 1), params: {})"#;
        let mut preset = Preset::parse(text, Path::new("t.ron")).unwrap();
        let sets = ["tau_m=20", "tau_mm=1", "eta=-1", "rate_max=10 mV", "i_ext=1", "nonsense"].map(str::to_owned);
        let faults = apply_sets(&mut preset, &sets);
        assert_eq!(faults.len(), 5, "{faults:?}");
        assert!(faults[0].contains("did you mean \"tau_m\"") && faults[4].contains("ID=VALUE"), "{faults:?}");
        let faults = apply_sets(&mut preset, &["v_reset=-10mV".to_owned(), "t_ref=0.5".to_owned()]);
        assert_eq!(faults.len(), 2, "{faults:?}");
    }
}
