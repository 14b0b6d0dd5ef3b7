//! Reading a preset of either schema.

use super::file::{NETWORK_SCHEMA, PresetError, read, schema_of};
use super::network::NetworkPreset;
use super::schema::Preset;
use super::shipped::shipped;
use std::path::{Path, PathBuf};

/// A preset of either schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    /// Schema 1: an experiment with images, or a laboratory.
    Experiment(Box<Preset>),
    /// Schema 2: a network that the file describes.
    Network(Box<NetworkPreset>),
}

/// Read and check a preset file or a shipped preset of either schema.
pub fn open(path: &Path) -> Result<Opened, PresetError> {
    let text = read(path)?;
    if schema_of(&text, path)? == NETWORK_SCHEMA {
        return NetworkPreset::parse(&text, path).map(|preset| Opened::Network(Box::new(preset)));
    }
    Preset::parse(&text, path).map(|preset| Opened::Experiment(Box::new(preset)))
}

/// The paths of the shipped presets of schema 1, which [`Preset::load`](super::Preset::load) accepts.
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
}
