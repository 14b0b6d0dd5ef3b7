//! Arguments of `characterise`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct CharacteriseArgs {
    /// Preset file that describes a network, or the name of one in presets/
    pub(in crate::cli) preset: PathBuf,
    /// Name of a population of neurons
    pub(in crate::cli) population: String,
    /// Constant currents of the f-I curve, N of them, for example 0..40mV:31; of Izhikevich neurons in mV/ms, without a unit
    /// [default: around the current at which the neuron begins to fire]
    #[arg(long, value_name = "FROM..TO:N", allow_hyphen_values = true)]
    pub(in crate::cli) current: Option<String>,
    /// Current of the step, for example 20mV [default: half as far again as the onset of firing, or the constant input of the population]
    #[arg(long, value_name = "CURRENT", allow_hyphen_values = true)]
    pub(in crate::cli) step: Option<String>,
    /// Mean and standard deviation of the fluctuating current, for example 12mV,9mV [default: mean just below the onset of firing]
    #[arg(long, value_name = "MEAN,SD", allow_hyphen_values = true)]
    pub(in crate::cli) noise: Option<String>,
    /// Set a quantity by its path, with its unit, for example E.tau_m=10ms; can be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", allow_hyphen_values = true)]
    pub(in crate::cli) set: Vec<String>,
    /// Seed of the noise: the same seed gives the same result
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true)]
    pub(in crate::cli) seed: u64,
    /// Folder for figures (SVG) and tables (CSV); it is created [default: they are not written]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// One JSON object per line on standard output
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// No notices on standard error; results are printed
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}
