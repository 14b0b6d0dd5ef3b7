//! Arguments of `run`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct RunArgs {
    /// Preset file that describes a network, or the name of one in presets/
    #[arg(required_unless_present = "resume")]
    pub(in crate::cli) preset: Option<PathBuf>,
    /// Resume an interrupted run from its last checkpoint; with --duration, to that duration in all, also a finished one
    #[arg(long, value_name = "DIR", conflicts_with_all = ["preset", "seed", "set", "out", "record", "checkpoint_every"])]
    pub(in crate::cli) resume: Option<PathBuf>,
    /// Simulated time from the start, with its unit, for example 10s or 500ms [default: the preset's]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) duration: Option<String>,
    /// Master seed: the same seed gives the same result
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub(in crate::cli) seed: u64,
    /// Set a quantity by its path, with its unit, for example E.tau_m=10ms or "E->I.weight=0.2 mV"; can be repeated;
    /// `spikescope params PRESET` lists the paths
    #[arg(long = "set", value_name = "PATH=VALUE", allow_hyphen_values = true)]
    pub(in crate::cli) set: Vec<String>,
    /// Run directory [default: runs/PRESET-SEED-TIME]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Record spikes and membrane potentials, of all populations or of one, of all neurons or of a range with its end
    /// excluded: spikes,potentials:E[0..10]
    #[arg(long, value_name = "WHAT[:POPULATION[A..B]]")]
    pub(in crate::cli) record: Option<String>,
    /// Write a checkpoint after every so much simulated time, for example 1s [default: every 10 seconds of real time]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) checkpoint_every: Option<String>,
    /// One JSON object per line on standard output
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// No progress and no notices on standard error; results are printed
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}
