//! The plan of a study of free runs, stored in `study.ron`. The duration of the runs is that of the task in `preset.ron`.

use crate::model::{Fault, FaultList, Faults, NetworkSpec, Path, PathError, TaskSpec, set_all};
use crate::preset::NetworkPreset;
use crate::study::plan::{self, Axis, FREE_SCHEMA, Job, Kind, Variant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The plan of a study of free runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Study", deny_unknown_fields)]
pub struct FreeStudy {
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
    /// Axes of a sweep; empty in an ablation.
    pub axes: Vec<Axis>,
    /// The variants; in an ablation the first is the intact network.
    pub variants: Vec<Variant>,
}

impl FreeStudy {
    /// Current format number.
    pub const SCHEMA: u32 = FREE_SCHEMA;

    /// All jobs: the first seed of every variant, then the second, so that an incomplete study can be evaluated.
    pub fn jobs(&self) -> Vec<Job> {
        plan::jobs(&self.seeds, self.variants.len())
    }

    /// The record as text.
    pub fn to_ron(&self) -> String {
        plan::to_ron(self)
    }

    /// Read a record.
    pub fn parse(text: &str) -> Result<Self, String> {
        match plan::schema_of(text)? {
            FREE_SCHEMA => {}
            newer if newer > FREE_SCHEMA => return Err(plan::too_new(newer)),
            _ => return Err("it is a study of networks that learn from images, not of free runs".to_owned()),
        }
        let study: Self = ron::from_str(text).map_err(|error| error.to_string())?;
        plan::sound(&study.axes, &study.variants, &study.seeds)?;
        Ok(study)
    }

    /// The faults of all variants, each once, with the name of the first variant that has it.
    pub fn faults(&self, preset: &NetworkPreset) -> Vec<String> {
        let (mut faults, mut known) = (Vec::new(), BTreeSet::new());
        for variant in &self.variants {
            let found = variant.changed(&preset.network, &preset.task).and_then(|(network, task)| {
                let mut faults = Faults::default();
                // a variant can have another time step
                task.check(network.dt_ms, &mut faults);
                faults.or(())
            });
            for fault in found.err().into_iter().flatten().map(|fault| fault.to_string()) {
                if known.insert(fault.clone()) {
                    faults.push(format!("{}: {fault}", variant.name));
                }
            }
        }
        faults
    }
}

impl Variant {
    /// The network and the task of this variant.
    pub fn changed(&self, network: &NetworkSpec, task: &TaskSpec) -> Result<(NetworkSpec, TaskSpec), FaultList> {
        let fault = |path: &str, message: String| FaultList::from(Fault { path: path.to_owned(), message });
        let mut sets: Vec<(Path, &str)> = Vec::new();
        for (path, value) in &self.sets {
            sets.push((path.parse().map_err(|error: PathError| fault(path, error.to_string()))?, value));
        }
        if let Some((name, _)) = self.silent.iter().find(|(name, _)| network.population(name).is_none()) {
            return Err(fault(name, "there is no such population".to_owned()));
        }
        let (mut network, mut task) = (network.clone(), task.clone());
        let faults: Vec<Fault> = set_all(&mut network, &mut task, &sets).into_iter().flat_map(|(_, faults)| faults).collect();
        if faults.is_empty() { Ok((network, task)) } else { Err(faults.into()) }
    }
}
