//! Arguments of `export-network`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportNetworkArgs {
    /// Preset file that describes a network, or the name of one in presets/
    pub(in crate::cli) preset: PathBuf,
    /// The simulator
    #[arg(long)]
    pub(in crate::cli) to: Target,
    /// Folder to write network.py and network.npz into; it is created
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: PathBuf,
    /// Master seed: the network is that of a run with this seed
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub(in crate::cli) seed: u64,
    /// Simulated time, with its unit, for example 10s or 500ms [default: the preset's]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) duration: Option<String>,
    /// Set a quantity by its path, with its unit, for example E.tau_m=10ms; can be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", allow_hyphen_values = true)]
    pub(in crate::cli) set: Vec<String>,
    /// Spikes of Poisson populations
    #[arg(long, default_value = "given")]
    pub(in crate::cli) poisson: Trains,
    /// One JSON object on standard output
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// No notices on standard error; results are printed
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Target {
    /// NEST 3.10
    Nest,
    /// Brian2 2.9
    Brian2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Trains {
    /// Those of a run with this seed
    Given,
    /// Drawn by the other simulator
    Own,
}
