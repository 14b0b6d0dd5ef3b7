//! Preset files: their schemas, reading them, and what can be wrong with them.

use crate::model::{Fault, TextPlace, lines, sentence};
use crate::params::ParamError;
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

/// The schema of experiments with images, and of the laboratories.
pub const SCHEMA: u32 = 1;

/// The schema of networks that a file describes.
pub const NETWORK_SCHEMA: u32 = 2;

/// Maximum size of a preset file.
const MAX_BYTES: u64 = 1 << 20;

/// Why a preset cannot be used. Every message names the file. `Debug`, which `main` prints of an error that it returns, is the message
/// with each of several faults on a line of its own.
#[derive(thiserror::Error)]
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

impl fmt::Debug for PresetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults() {
            Some((path, faults)) if faults.len() > 1 => {
                write!(f, "{}: {} faults", path.display(), faults.len())?;
                faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
            }
            _ => fmt::Display::fmt(self, f),
        }
    }
}

impl PresetError {
    /// The file and all its faults, where there can be several.
    pub fn faults(&self) -> Option<(&Path, Vec<String>)> {
        match self {
            Self::Faults { path, faults } => Some((path, lines(faults))),
            Self::Invalid { path, faults } => Some((path, faults.iter().map(ToString::to_string).collect())),
            _ => None,
        }
    }

    /// What to do about a preset of a newer schema.
    pub(super) fn newer(found: u32) -> String {
        format!("the schema {found} is newer than this program, which reads up to {NETWORK_SCHEMA}; update Spikescope to open it")
    }
}

/// The message about a text that is too long to be a preset.
pub(super) fn too_long(bytes: u64) -> Option<String> {
    (bytes > MAX_BYTES).then(|| format!("it has {bytes} bytes; the maximum is {MAX_BYTES}"))
}

#[derive(Deserialize)]
#[serde(rename = "Preset")]
struct Probe {
    schema: u32,
}

/// The text of a preset file or a shipped preset, with its comments. The error names the file.
pub fn read(path: &Path) -> Result<Cow<'static, str>, PresetError> {
    if let Some(text) = super::shipped::text(path) {
        return Ok(Cow::Borrowed(text));
    }
    let unreadable = |source| PresetError::Unreadable { path: path.to_owned(), source };
    let malformed = |reason| PresetError::Malformed { path: path.to_owned(), reason };
    let meta = std::fs::metadata(path).map_err(unreadable)?;
    if meta.is_dir() {
        return Err(unreadable(std::io::Error::other("it is a directory, not a file")));
    }
    if let Some(reason) = too_long(meta.len()) {
        return Err(malformed(reason));
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
    let (TextPlace { line, column }, fault) = super::text::fault(error, text);
    let has_place = !matches!(error.code, ron::Error::MissingStructField { field: "schema", .. });
    let reason = if has_place { format!("line {line}, column {column}: {fault}") } else { fault };
    PresetError::Malformed { path: path.to_owned(), reason }
}
