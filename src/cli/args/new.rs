//! Arguments of `new`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct NewArgs {
    /// The file to write, for example mine.ron; - for standard output
    pub(in crate::cli) file: PathBuf,
    /// Preset file, or the name of one in presets/, to start from; one that learns from images is written out as a network of schema 2
    /// [default: a small network of excitatory and inhibitory neurons, driven by noise]
    #[arg(long, value_name = "PRESET")]
    pub(in crate::cli) from: Option<PathBuf>,
    /// Size relative to that of the full network, for presets that state theirs (field scale), as potjans-diesmann-2014: 0.2 for a fifth of
    /// its neurons and of the synapses onto each, with stronger weights and a constant current that keep the input of a neuron
    #[arg(long, value_name = "FACTOR", requires = "from")]
    pub(in crate::cli) scale: Option<f64>,
    /// Replace the file if it exists
    #[arg(long)]
    pub(in crate::cli) force: bool,
}
