//! Reading a preset of either schema.

use super::file::{NETWORK_SCHEMA, PresetError, malformed, read, schema_of};
use super::network::NetworkPreset;
use super::schema::Preset;
use super::shipped::shipped;
use super::template::template;
use crate::model::{Body, Node, TaskSpec};
use std::path::{Path, PathBuf};

/// A preset of either schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    /// An experiment with images, or a laboratory: of schema 1, from a template, or a described network that classifies images.
    Experiment(Box<Preset>),
    /// A described network that runs freely.
    Network(Box<NetworkPreset>),
}

impl Preset {
    /// Read and check a preset file or a shipped preset, other than one of a network that runs freely.
    pub fn load(path: &Path) -> Result<Self, PresetError> {
        Self::parse(&read(path)?, path)
    }

    /// Check the text of a preset, other than one of a network that runs freely; `path` appears in errors.
    pub fn parse(text: &str, path: &Path) -> Result<Self, PresetError> {
        match of_text(text, path)? {
            Opened::Experiment(preset) => Ok(*preset),
            Opened::Network(_) => Err(PresetError::Network { path: path.to_owned() }),
        }
    }

    /// Read and check a preset file or a shipped preset of any kind.
    pub fn open(path: &Path) -> Result<Self, PresetError> {
        Ok(match open(path)? {
            Opened::Experiment(preset) => *preset,
            Opened::Network(preset) => (*preset).into(),
        })
    }
}

/// Read and check a preset file or a shipped preset of any kind.
pub fn open(path: &Path) -> Result<Opened, PresetError> {
    of_text(&read(path)?, path)
}

/// Whether the text of a preset has comments, which are not part of the preset and are lost when it is written.
pub fn has_comments(text: &str) -> bool {
    let (mut quoted, mut before) = (false, ' ');
    for now in text.chars() {
        match (quoted, before, now) {
            (false, '/', '/' | '*') => return true,
            (_, '\\', '"') if quoted => {}
            (_, _, '"') => quoted = !quoted,
            _ => {}
        }
        // a backslash that is escaped itself escapes nothing
        before = if (before, now) == ('\\', '\\') { ' ' } else { now };
    }
    false
}

pub(super) fn of_text(text: &str, path: &Path) -> Result<Opened, PresetError> {
    if schema_of(text, path)? != NETWORK_SCHEMA {
        let described = Node::parse(text)
            .is_ok_and(|node| matches!(node.body, Body::Fields(fields) if fields.iter().any(|(name, _)| name == "network")));
        if described {
            let reason = format!("a preset with the field network has schema {NETWORK_SCHEMA}; write schema: {NETWORK_SCHEMA}");
            return Err(PresetError::Malformed { path: path.to_owned(), reason });
        }
        return Preset::parse_first(text, path).map(Opened::from);
    }
    let node = Node::parse(text).map_err(|error| malformed(&error, text, path))?;
    if let Some(preset) = template(&node, path)? {
        return Ok(preset.into());
    }
    let preset = NetworkPreset::read(node, path)?;
    Ok(match preset.task {
        TaskSpec::FreeRun(_) => Opened::Network(Box::new(preset)),
        TaskSpec::Classify(_) => Preset::from(preset).into(),
    })
}

impl From<Preset> for Opened {
    fn from(preset: Preset) -> Self {
        Self::Experiment(Box::new(preset))
    }
}

/// The paths of the shipped presets that [`Preset::load`] accepts.
pub fn shipped_experiments() -> Vec<PathBuf> {
    let mut paths = shipped();
    paths.retain(|path| matches!(open(path), Ok(Opened::Experiment(_))));
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_compiled_in_and_valid() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets");
        let mut on_disk: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        on_disk.sort();
        let compiled: Vec<_> = shipped().iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        assert_eq!(compiled, on_disk);
        for path in shipped() {
            let found = match open(&path).unwrap() {
                Opened::Experiment(preset) => preset.path,
                Opened::Network(preset) => preset.path,
            };
            assert_eq!(found, Some(path));
        }
    }

    #[test]
    fn comments_are_told_from_quoted_text() {
        for text in ["// first\nPreset()", "Preset(title: \"a\" /* b */)", "(a: \"x\", // y\n)", r#"(a: "\\", // y"#] {
            assert!(has_comments(text), "{text}");
        }
        for text in ["", "Preset(title: \"https://example.org\")", r#"(a: "say \"x\" // y", b: 1)"#, "(a: 1 / 2)"] {
            assert!(!has_comments(text), "{text}");
        }
    }
}
