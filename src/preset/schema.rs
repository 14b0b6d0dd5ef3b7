//! The current schema. Unknown fields and newer schemas are errors.

use super::file::{NETWORK_SCHEMA, PresetError, SCHEMA, malformed, read, schema_of};
use super::network::{Described, NetworkPreset};
use crate::params::{ParamError, Params, Protocol, REGISTRY, format_value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Amount of training, unless given on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Passes over the training images.
    pub epochs: u32,
}

/// An experiment: description, source, what to look for, and every parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// Displayed title.
    pub title: String,
    /// Description and typical results.
    pub description: String,
    /// Source of the model.
    pub citation: String,
    /// What to look for.
    pub look_for: Vec<String>,
    /// Kind of experiment.
    pub protocol: Protocol,
    /// Amount of training.
    pub training: Training,
    /// All parameters.
    pub params: Params,
    /// The network, if a file of schema 2 describes one; the protocol is then `Protocol::Free`.
    pub network: Option<Described>,
    /// File it was read from.
    pub path: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "Preset", deny_unknown_fields)]
struct File {
    schema: u32,
    title: String,
    description: String,
    citation: String,
    look_for: Vec<String>,
    protocol: Protocol,
    training: Training,
    #[serde(deserialize_with = "super::text::params")]
    params: BTreeMap<String, String>,
}

impl Preset {
    /// Read and check a preset file or a shipped preset.
    pub fn load(path: &Path) -> Result<Self, PresetError> {
        Self::parse(&read(path)?, path)
    }

    /// Check the text of a preset; `path` appears in errors.
    pub fn parse(text: &str, path: &Path) -> Result<Self, PresetError> {
        if schema_of(text, path)? == NETWORK_SCHEMA {
            return Err(PresetError::Network { path: path.to_owned() });
        }
        let malformed = |error| malformed(&error, text, path);
        let file: File = ron::from_str(text).map_err(malformed)?;
        let mut params = Params::default();
        let mut faults = Vec::new();
        for (name, value) in &file.params {
            match params.set_text(name, value) {
                Ok(id) if !id.spec().protocols.contains(&file.protocol) => {
                    faults.push(ParamError::Conflict(format!("{name} has no effect in the protocol {:?}; remove it", file.protocol)));
                }
                Ok(_) => {}
                Err(fault) => faults.push(fault),
            }
        }
        if file.protocol == Protocol::Free {
            let reason = "the protocol Free needs a network; write schema: 2 with a network and a task".to_owned();
            return Err(PresetError::Malformed { path: path.to_owned(), reason });
        }
        if file.training.epochs == 0 || file.training.epochs > 1000 {
            faults.push(ParamError::Conflict(format!("training.epochs = {} is out of range; allowed: 1 to 1000", file.training.epochs)));
        }
        faults.extend(params.conflicts(file.protocol));
        if !faults.is_empty() {
            return Err(PresetError::Invalid { path: path.to_owned(), faults });
        }
        let File { schema: _, title, description, citation, look_for, protocol, training, params: _ } = file;
        let path = Some(path.to_owned());
        Ok(Self { title, description, citation, look_for, protocol, training, params, network: None, path })
    }

    /// Read and check a preset file or a shipped preset of either schema.
    pub fn open(path: &Path) -> Result<Self, PresetError> {
        let text = read(path)?;
        if schema_of(&text, path)? == NETWORK_SCHEMA { NetworkPreset::parse(&text, path).map(Self::from) } else { Self::parse(&text, path) }
    }

    /// The preset as text of its schema; only values that differ from their defaults are written.
    pub fn to_ron(&self) -> String {
        let Self { title, description, citation, look_for, protocol, training, params, network, path: _ } = self;
        if let Some(Described { file, network }) = network {
            let (title, description, look_for) = (title.clone(), description.clone(), look_for.clone());
            return NetworkPreset { title, description, look_for, network: (**network).clone(), ..(**file).clone() }.to_ron();
        }
        let file = File {
            schema: SCHEMA,
            title: title.clone(),
            description: description.clone(),
            citation: citation.clone(),
            look_for: look_for.clone(),
            protocol: *protocol,
            training: *training,
            params: REGISTRY
                .iter()
                .filter(|spec| params.get(spec.id) != spec.default && spec.protocols.contains(protocol))
                .map(|spec| (spec.name.to_owned(), format_value(spec, params.get(spec.id))))
                .collect(),
        };
        let style = ron::ser::PrettyConfig::new().struct_names(true);
        // invariant: every type of the schema can be serialised as RON
        ron::ser::to_string_pretty(&file, style).expect("a preset is plain data") + "\n"
    }

    /// Write the preset atomically.
    pub fn save(&self, path: &Path) -> Result<(), PresetError> {
        crate::files::write_atomic(path, self.to_ron().as_bytes())
            .map_err(|source| PresetError::Unwritable { path: path.to_owned(), source })
    }
}

impl From<NetworkPreset> for Preset {
    /// The same preset, for the window: a network has no parameters of the registry.
    fn from(file: NetworkPreset) -> Self {
        let network = Arc::new(file.network.clone());
        Self {
            title: file.title.clone(),
            description: file.description.clone(),
            citation: file.citation.clone(),
            look_for: file.look_for.clone(),
            protocol: Protocol::Free,
            training: Training { epochs: 1 },
            params: Params::default(),
            path: file.path.clone(),
            network: Some(Described { file: Arc::new(file), network }),
        }
    }
}
