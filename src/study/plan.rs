//! The plan of a study, stored in `study.ron`.

use crate::datasets::{Data, DataError};
use crate::experiment::Damage;
use crate::model::{Path, PathError, sentence, set_all};
use crate::params::{Idle, ParamError, ParamId, Setup, Task};
use crate::preset::Preset;
use crate::rundir::DataRecord;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Format number of studies that train on images.
const SCHEMA: u32 = 1;
/// Format number of studies of free runs.
pub(super) const FREE_SCHEMA: u32 = 2;

/// What kind of study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// One mechanism is removed at a time.
    Ablation,
    /// Parameters are varied.
    Sweep,
}

/// A parameter that a sweep varies, and its value in each variant, as text with unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Name in the registry, or path of a quantity of a described network.
    pub id: String,
    /// One value for each variant of the study.
    pub values: Vec<String>,
}

/// The dimensions of a sweep: of axes that are varied together, the first.
pub fn dimensions(axes: &[Axis]) -> Vec<usize> {
    (0..axes.len()).filter(|&axis| axes[..axis].iter().all(|other| other.values != axes[axis].values)).collect()
}

/// A variant of the preset; without settings the preset itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Short name, unique in the study.
    pub name: String,
    /// Description, one sentence; can be empty.
    pub about: String,
    /// Parameters by name in the registry, or by path, and values as text with unit.
    pub sets: Vec<(String, String)>,
    /// Damages with which the trained network is also tested.
    pub damages: Vec<Damage>,
    /// Populations of a described network and the share of their neurons that does not fire.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<(String, f64)>,
    /// Projections of a described network that learns from images whose weights are 0 and stay 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// Projections of such a network whose weights do not change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
}

/// The plan of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// Format of this record.
    pub schema: u32,
    /// Version of the program that planned it.
    pub version: String,
    /// Ablation or sweep.
    pub kind: Kind,
    /// Name of the preset.
    pub preset: String,
    /// The seeds, each for all variants.
    pub seeds: Vec<u64>,
    /// Training images of each network.
    pub images: u64,
    /// Test images per network.
    pub test_images: u64,
    /// Training images held out for scoring, so that the test images are not used for selection; 0 to score on the test
    /// images.
    pub held_out: u64,
    /// The data.
    pub data: DataRecord,
    /// Axes of a sweep; empty in an ablation.
    pub axes: Vec<Axis>,
    /// The variants; in an ablation the first is the intact network.
    pub variants: Vec<Variant>,
}

/// One network to train and test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Its number in the study.
    pub index: usize,
    /// Index of the variant.
    pub variant: usize,
    /// The seed.
    pub seed: u64,
}

impl Study {
    /// Current format number.
    pub const SCHEMA: u32 = SCHEMA;

    /// All jobs: the first seed of every variant, then the second, so that an incomplete study can be evaluated.
    pub fn jobs(&self) -> Vec<Job> {
        jobs(&self.seeds, self.variants.len())
    }

    /// The preset of a variant.
    pub fn preset_of(&self, preset: &Preset, variant: usize) -> Result<Preset, Vec<ParamError>> {
        let mut preset = preset.clone();
        let faults = self.variants[variant].apply(&mut preset);
        if faults.is_empty() { Ok(preset) } else { Err(faults) }
    }

    /// The errors of all variants, each with the name of its variant.
    pub fn faults(&self, preset: &Preset) -> Vec<String> {
        let of = |variant: usize| self.preset_of(preset, variant).err().unwrap_or_default();
        let named = |variant: usize| of(variant).into_iter().map(move |fault| format!("{}: {fault}", self.variants[variant].name));
        (0..self.variants.len()).flat_map(named).collect()
    }

    /// The data as split by this study.
    pub fn view(&self, data: &Arc<Data>) -> Result<Arc<Data>, DataError> {
        if self.held_out == 0 { Ok(Arc::clone(data)) } else { data.holdout(self.held_out as usize).map(Arc::new) }
    }

    /// The record as text.
    pub fn to_ron(&self) -> String {
        to_ron(self)
    }

    /// Read a record.
    pub fn parse(text: &str) -> Result<Self, String> {
        match schema_of(text)? {
            FREE_SCHEMA => return Err("it is a study of free runs, which have no images".to_owned()),
            newer if newer > SCHEMA => return Err(too_new(newer)),
            _ => {}
        }
        let study: Self = ron::from_str(text).map_err(|error| error.to_string())?;
        sound(&study.axes, &study.variants, &study.seeds)?;
        Ok(study)
    }
}

/// All jobs: the first seed of every variant, then the second.
pub(super) fn jobs(seeds: &[u64], variants: usize) -> Vec<Job> {
    let pairs = seeds.iter().flat_map(|&seed| (0..variants).map(move |variant| (variant, seed)));
    pairs.enumerate().map(|(index, (variant, seed))| Job { index, variant, seed }).collect()
}

/// A record as text.
pub(super) fn to_ron(record: &impl Serialize) -> String {
    let style = ron::ser::PrettyConfig::new().struct_names(true).depth_limit(3);
    // invariant: the record can be serialised as RON
    ron::ser::to_string_pretty(record, style).expect("a study is plain data") + "\n"
}

/// The format of a record.
pub(super) fn schema_of(text: &str) -> Result<u32, String> {
    #[derive(Deserialize)]
    #[serde(rename = "Study")]
    struct Probe {
        schema: u32,
    }
    ron::from_str(text).map(|probe: Probe| probe.schema).map_err(|error| error.to_string())
}

pub(super) fn too_new(schema: u32) -> String {
    format!("it has study schema {schema}, this program reads up to {FREE_SCHEMA}; update Spikescope to open it")
}

/// Whether there is something to do, and every axis has a value for every variant.
pub(super) fn sound(axes: &[Axis], variants: &[Variant], seeds: &[u64]) -> Result<(), String> {
    let count = variants.len();
    match axes.iter().find(|axis| axis.values.len() != count) {
        _ if count == 0 || seeds.is_empty() => Err("it has no variants or no seeds".to_owned()),
        Some(axis) => Err(format!("axis {} has {} values for {count} variants", axis.id, axis.values.len())),
        None => Ok(()),
    }
}

impl Variant {
    /// A variant that is trained in another way.
    pub fn new(name: &str, about: &str, sets: &[(&str, String)]) -> Self {
        let sets = sets.iter().map(|(id, value)| ((*id).to_owned(), value.clone())).collect();
        Self {
            name: name.to_owned(),
            about: about.to_owned(),
            sets,
            damages: Vec::new(),
            silent: Vec::new(),
            removed: Vec::new(),
            fixed: Vec::new(),
        }
    }

    /// Why a parameter has no effect in this variant of a preset; none where it has one.
    pub fn idle(&self, id: ParamId, preset: &Preset) -> Option<Idle> {
        let mut changed = preset.clone();
        self.apply(&mut changed);
        changed.params.idle(id, preset.setup)
    }

    /// Change the parameters of a preset, and the quantities of a described network, which have paths.
    fn apply(&self, preset: &mut Preset) -> Vec<ParamError> {
        let mut faults: Vec<ParamError> = self.take_away(preset).err().map(ParamError::Conflict).into_iter().collect();
        let (named, paths): (Vec<_>, Vec<_>) =
            self.sets.iter().partition(|(name, _)| preset.network.is_none() || Setup::Described(Task::Classify).has_parameter(name));
        if let Some(mut task) = preset.task()
            && let Some(described) = &mut preset.network
        {
            let typed =
                paths.iter().map(|(path, value)| Ok((path.parse::<Path>()?, value.as_str()))).collect::<Result<Vec<_>, PathError>>();
            match typed.map(|typed| set_all(Arc::make_mut(&mut described.network), &mut task, &typed)) {
                Ok(found) => faults.extend(found.iter().map(|(_, found)| ParamError::Conflict(sentence(found)))),
                Err(fault) => faults.push(ParamError::Conflict(fault.to_string())),
            }
            preset.set_task(task);
        }
        let Preset { params, setup, .. } = preset;
        let setup = *setup;
        for (name, value) in named {
            match params.set_text(name, value) {
                Ok(id) if !id.spec().belongs_to(setup) => {
                    faults.push(ParamError::Conflict(format!("{name} has no effect in {setup}")));
                }
                Ok(_) => {}
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { params.conflicts(setup) } else { faults }
    }
}
