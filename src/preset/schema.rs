//! The current schema. Unknown fields and newer schemas are errors.

use crate::model::{Fault, sentence};
use crate::params::{ParamError, Params, Protocol, REGISTRY, format_value};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The schema of experiments with images, and of the laboratories.
pub const SCHEMA: u32 = 1;

/// The schema of networks that a file describes.
pub const NETWORK_SCHEMA: u32 = 2;

/// Maximum size of a preset file.
const MAX_BYTES: u64 = 1 << 20;

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
    /// File it was read from.
    pub path: Option<PathBuf>,
}

/// Why a preset cannot be used. Every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// The file cannot be read.
    #[error("cannot read preset {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file cannot be written; an existing file is unchanged.
    #[error("cannot write preset {}: {source}; nothing was changed", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// It is not a preset.
    #[error("{} is not a preset: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The error of the parser, with line and column.
        reason: String,
    },
    /// It was written by a newer version.
    #[error("{} has preset schema {found}, this program reads up to {NETWORK_SCHEMA}; update Spikescope to open it", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
    },
    /// It describes a network, where an experiment of schema 1 is needed.
    #[error("{} describes a network (schema 2), which does not apply here; simulate it with `spikescope run {}`", path.display(), path.display())]
    Network {
        /// The file.
        path: PathBuf,
    },
    /// The description of a network has faults; all are listed.
    #[error("{}: {}", path.display(), sentence(faults))]
    Faults {
        /// The file.
        path: PathBuf,
        /// All faults.
        faults: Vec<Fault>,
    },
    /// One or more parameters are invalid; all are listed.
    #[error("{}: {}", path.display(), faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// All errors.
        faults: Vec<ParamError>,
    },
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

#[derive(Deserialize)]
#[serde(rename = "Preset")]
struct Probe {
    schema: u32,
}

/// The text of a preset file or a shipped preset.
pub(super) fn read(path: &Path) -> Result<Cow<'static, str>, PresetError> {
    if let Some(text) = super::shipped::text(path) {
        return Ok(Cow::Borrowed(text));
    }
    let unreadable = |source| PresetError::Unreadable { path: path.to_owned(), source };
    let malformed = |reason| PresetError::Malformed { path: path.to_owned(), reason };
    let meta = std::fs::metadata(path).map_err(unreadable)?;
    if meta.is_dir() {
        return Err(unreadable(std::io::Error::other("it is a directory, not a file")));
    }
    if meta.len() > MAX_BYTES {
        return Err(malformed(format!("it has {} bytes; the maximum is {MAX_BYTES}", meta.len())));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    super::text::decode(&bytes).map(Cow::Owned).map_err(malformed)
}

/// The schema of a preset, one that this program reads.
pub(super) fn schema_of(text: &str, path: &Path) -> Result<u32, PresetError> {
    let Probe { schema } = ron::from_str(text).map_err(|error| malformed(&error, text, path))?;
    match schema {
        SCHEMA | NETWORK_SCHEMA => Ok(schema),
        0 => {
            let reason = "schema 0 does not exist; the first is 1".to_owned();
            Err(PresetError::Malformed { path: path.to_owned(), reason })
        }
        found => Err(PresetError::Newer { path: path.to_owned(), found }),
    }
}

/// The error of the parser, with line and column.
pub(super) fn malformed(error: &ron::error::SpannedError, text: &str, path: &Path) -> PresetError {
    PresetError::Malformed { path: path.to_owned(), reason: super::text::fault(error, text) }
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
        if file.training.epochs == 0 || file.training.epochs > 1000 {
            faults.push(ParamError::Conflict(format!("training.epochs = {} is out of range; allowed: 1 to 1000", file.training.epochs)));
        }
        faults.extend(params.conflicts(file.protocol));
        if !faults.is_empty() {
            return Err(PresetError::Invalid { path: path.to_owned(), faults });
        }
        let File { schema: _, title, description, citation, look_for, protocol, training, params: _ } = file;
        let path = Some(path.to_owned());
        Ok(Self { title, description, citation, look_for, protocol, training, params, path })
    }

    /// The preset as text; only values that differ from the registry defaults are written.
    pub fn to_ron(&self) -> String {
        let Self { title, description, citation, look_for, protocol, training, params, path: _ } = self;
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
