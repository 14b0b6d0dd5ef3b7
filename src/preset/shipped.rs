//! The presets that come with the program. Their files are compiled in, so that an installed program does not need the
//! folder `presets/` of the source.

use super::network::{Opened, open};
use std::path::{Path, PathBuf};

/// The folder under which shipped presets appear in place of a path on disk.
const FOLDER: &str = "built-in:";

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../presets/", $name)))),*]
    };
}

/// File name and text of every shipped preset, by name.
const FILES: &[(&str, &str)] = shipped![
    "balanced-network.ron",
    "first-neuron.ron",
    "mnist-diehl-cook-100.ron",
    "mnist-diehl-cook-1600.ron",
    "mnist-diehl-cook-400.ron",
    "mnist-gabor-rstdp-128.ron",
    "mnist-gabor-rstdp.ron",
    "mnist-mozafari-conv.ron",
    "mnist-pixels-rstdp.ron",
    "mnist-record-learnt.ron",
    "mnist-record.ron",
    "mnist-rstdp.ron",
    "mnist-stdp-features-rstdp.ron",
    "mnist-stdp-then-reward.ron",
    "ring-of-two.ron",
    "stdp-window.ron",
];

/// The paths of all shipped presets, which [`open`](super::open) accepts.
pub fn shipped() -> Vec<PathBuf> {
    FILES.iter().map(|(name, _)| Path::new(FOLDER).join(name)).collect()
}

/// The paths of the shipped presets of schema 1, which [`Preset::load`](super::Preset::load) accepts.
pub fn shipped_experiments() -> Vec<PathBuf> {
    let mut paths = shipped();
    paths.retain(|path| matches!(open(path), Ok(Opened::Experiment(_))));
    paths
}

/// The text of a shipped preset; `None` for any other path.
pub(super) fn text(path: &Path) -> Option<&'static str> {
    let name = path.strip_prefix(FOLDER).ok()?;
    FILES.iter().find(|(file, _)| name == Path::new(file)).map(|(_, text)| *text)
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
