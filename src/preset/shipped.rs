//! The presets that come with the program. Their files are compiled in, so that an installed program does not need the
//! folder `presets/` of the source.

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
    "actor-critic-maze.ron",
    "balanced-network.ron",
    "brunel-2000.ron",
    "conductance-network.ron",
    "distal-reward-2007.ron",
    "f-i-curves.ron",
    "firing-patterns.ron",
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
    "potjans-diesmann-2014.ron",
    "ring-of-two.ron",
    "song-abbott-2000.ron",
    "stdp-window.ron",
    "vogels-2011.ron",
    "vogels-abbott-2005-cuba.ron",
    "vogels-abbott-2005.ron",
];

/// The file of a network to start from, with comments: excitatory and inhibitory neurons driven by noise, and one projection that learns.
pub const NEW_NETWORK: &str = include_str!("../../assets/network.ron");

/// The paths of all shipped presets, which [`open`](super::open) accepts.
pub fn shipped() -> Vec<PathBuf> {
    FILES.iter().map(|(name, _)| Path::new(FOLDER).join(name)).collect()
}

/// The text of a shipped preset; `None` for any other path.
pub(super) fn text(path: &Path) -> Option<&'static str> {
    let name = path.strip_prefix(FOLDER).ok()?;
    FILES.iter().find(|(file, _)| name == Path::new(file)).map(|(_, text)| *text)
}
