//! Arguments of `reproduce`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(in crate::cli) struct ReproduceArgs {
    /// Name of a preset whose paper gives results to compare with
    pub(in crate::cli) preset: String,
    /// A shorter run, of fewer neurons where the preset is large, with wider ranges
    #[arg(long)]
    pub(in crate::cli) small: bool,
    /// Master seed: the same seed gives the same result
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true)]
    pub(in crate::cli) seed: u64,
    /// Folder of the report [default: runs/reproduce-PRESET-SEED-TIME]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// One JSON object per line on standard output
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// No progress and no notices on standard error; results are printed
    #[arg(long)]
    pub(in crate::cli) quiet: bool,
}
