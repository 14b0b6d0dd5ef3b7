//! Command line arguments. `plan` checks and interprets them.

mod characterise;
mod export_network;
mod new;
mod reproduce;
mod run;
mod study;
mod window;
mod within;

pub(super) use characterise::CharacteriseArgs;
pub(super) use export_network::{ExportNetworkArgs, Target, Trains};
pub(super) use new::NewArgs;
pub(super) use reproduce::ReproduceArgs;
pub(super) use run::RunArgs;

#[cfg(feature = "gui")]
pub(super) use window::ThemeArg;
pub(super) use window::WindowArgs;

pub(super) use study::{AblateArgs, Engine, JobArgs, StudyArgs, SweepArgs};

use super::recording::Record;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use within::within;

/// Watch a spiking neural network learn from reward. Without a subcommand the window opens.
#[derive(Debug, Parser)]
#[command(name = "spikescope", version, args_conflicts_with_subcommands = true)]
#[command(after_help = "Exit codes: 0 done; 1 the run failed or a check did not pass; 2 invalid usage or input; 130 stopped by Ctrl-C.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
    #[command(flatten)]
    pub(super) window: WindowArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Write the file of a network to start from
    New(NewArgs),
    /// Train a preset on labelled images and test it, without a window
    Train(TrainArgs),
    /// Simulate a network that a file describes, without trials
    Run(RunArgs),
    /// Test a trained run again: accuracy, confusion matrix, spikes per image
    Eval(EvalArgs),
    /// Ablation study: remove one mechanism or part at a time, train or simulate each variant with several seeds, and compare them
    Ablate(AblateArgs),
    /// Parameter sweep: train or simulate a preset at many values of its parameters, on this machine or on a cluster
    Sweep(SweepArgs),
    /// Run one job of a study (used by cluster jobs)
    #[command(hide = true)]
    StudyJob(JobArgs),
    /// Compare two runs, or two folders of runs: different parameters, curves, significance
    Compare(CompareArgs),
    /// Recompute a recorded run; exit code 0 only if every digest is equal
    Replay(ReplayArgs),
    /// Export the complete spikes, potentials, weights or rewards of a run, whether or not they were recorded
    Export(ExportArgs),
    /// Write a described network as a script for another simulator, with every synapse as drawn
    ExportNetwork(ExportNetworkArgs),
    /// Write an HTML report on a run, or on all runs of a folder: figures, tables, methods
    Report(ReportArgs),
    /// Simulate a preset as in its paper and compare what is measured with the published results; exit code 1 outside their ranges
    Reproduce(ReproduceArgs),
    /// Characterise a neuron of a population: f-I curve, response to a step, intervals under noise, phase plane
    Characterise(CharacteriseArgs),
    /// List the presets
    Presets(ListArgs),
    /// List all parameters with units, ranges and defaults
    Params(ParamsArgs),
    /// Describe the network of a preset: populations, projections, synapses, memory, delays, input
    Describe(DescribeArgs),
    /// Check presets, images, folders of images and run directories
    Check(CheckArgs),
    /// Check this machine: processor, memory, data, presets, display
    Doctor(DoctorArgs),
}

impl Verb {
    /// Whether output is JSON, one object per line.
    pub(super) fn json(&self) -> bool {
        match self {
            Self::Train(TrainArgs { output, .. })
            | Self::Eval(EvalArgs { output, .. })
            | Self::Compare(CompareArgs { output, .. })
            | Self::Replay(ReplayArgs { output, .. })
            | Self::Export(ExportArgs { output, .. })
            | Self::Report(ReportArgs { output, .. }) => output.json,
            Self::Run(args) => args.json,
            Self::Reproduce(args) => args.json,
            Self::Characterise(args) => args.json,
            Self::ExportNetwork(args) => args.json,
            Self::Ablate(AblateArgs { study, .. }) | Self::Sweep(SweepArgs { study, .. }) => study.output.json,
            Self::Presets(list) | Self::Params(ParamsArgs { list, .. }) | Self::Describe(DescribeArgs { list, .. }) => list.json,
            Self::New(_) | Self::StudyJob(_) | Self::Check(_) | Self::Doctor(_) => false,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    /// Preset file, or the name of one in presets/
    #[arg(required_unless_present = "resume")]
    pub(super) preset: Option<PathBuf>,
    /// Resume an interrupted run from its last checkpoint; with --epochs or --images, to that length in all
    #[arg(long, value_name = "DIR", conflicts_with_all = ["preset", "seed", "test_images", "set", "out", "record", "invert"])]
    pub(super) resume: Option<PathBuf>,
    /// Master seed: the same seed gives the same result
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Number of training images, repeated if the data has fewer
    #[arg(long, value_name = "N", conflicts_with = "epochs", allow_negative_numbers = true, value_parser = within::<u64>(1, 10_000_000_000))]
    pub(super) images: Option<u64>,
    /// Passes over the training images
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = within::<u32>(1, 1000))]
    pub(super) epochs: Option<u32>,
    /// Test images to be tested on at the end, drawn from all classes; 0 skips the test [default: all]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) test_images: Option<u64>,
    /// Set a parameter, with or without unit, for example tau_m=20ms, or a quantity of a described network by its path, with its
    /// unit, for example out.delta_u=1mV or task.stages; can be repeated
    #[arg(long = "set", value_name = "ID=VALUE", allow_hyphen_values = true)]
    pub(super) set: Vec<String>,
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Run directory [default: runs/PRESET-SEED-TIME]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Record spikes, potentials, weights, rewards; "spikes,weights:last 100 trials" keeps only the last ones
    #[arg(long, value_name = "WHAT[:last N trials]")]
    pub(super) record: Option<String>,
    /// Write a checkpoint every N images [default: every 10 seconds]
    #[arg(long, value_name = "N", value_parser = within::<u64>(1, u64::MAX))]
    pub(super) checkpoint_every: Option<u64>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Run directory of an earlier `train`
    pub(super) run_dir: PathBuf,
    /// Test images to be tested on, drawn from all classes [default: all]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = within::<u64>(1, u64::MAX))]
    pub(super) test_images: Option<u64>,
    /// Folder of the same data, if it has moved
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// Run directory with a recorded session
    pub(super) run_dir: PathBuf,
    /// Folder of the same data, if it has moved
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Run directory of `train` or `run`; the run is replayed, bit for bit, with monitors
    pub(super) run_dir: PathBuf,
    /// What to export
    #[arg(long)]
    pub(super) what: Record,
    /// Output format
    #[arg(long)]
    pub(super) format: FileFormat,
    /// The file to write; - for standard output
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    pub(super) force: bool,
    /// Only these trials, counted from 0, end excluded [default: all]
    #[arg(long, value_name = "A..B", value_parser = trials)]
    pub(super) trials: Option<(u64, Option<u64>)>,
    /// Export weights before the first trial and after every N trials [default: once, at the end]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = within::<u64>(1, u64::MAX))]
    pub(super) every: Option<u64>,
    /// Only these neurons of a free run, for example "E[0..10], I" [default: all]
    #[arg(long, value_name = "POPULATION[A..B]")]
    pub(super) neurons: Option<String>,
    /// Folder of the same data, if it has moved
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FileFormat {
    /// NumPy arrays, for numpy.load
    Npz,
    /// Table with units in the column names
    Csv,
}

impl FileFormat {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Npz => "npz",
            Self::Csv => "csv",
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Run directory, or folder of run directories and studies; its notes.md is included in the report
    pub(super) dir: PathBuf,
    /// Page to write, a file whose name ends in .html; its tables go beside it. A pipe or - takes the page alone
    /// [default: DIR/report/index.html]
    #[arg(long, value_name = "FILE.html")]
    pub(super) out: Option<PathBuf>,
    /// Folder of the same data, if it has moved
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Test images to be tested on, drawn from all classes [default: all]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = within::<u64>(1, u64::MAX))]
    pub(super) test_images: Option<u64>,
    /// Test images shown in every one of the 12 distorted versions, at most; all for as many as are tested
    #[arg(long, value_name = "N", default_value = "1000", value_parser = distorted)]
    pub(super) distorted_images: u64,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// Run directory, or folder of runs that differ in their seed
    #[arg(value_name = "A")]
    pub(super) first: PathBuf,
    /// Run directory or folder to compare it with
    #[arg(value_name = "B")]
    pub(super) second: PathBuf,
    /// Test images to be tested on, drawn from all classes [default: all]
    #[arg(long, value_name = "N", value_parser = within::<u64>(1, u64::MAX))]
    pub(super) test_images: Option<u64>,
    /// Folder of the same data, if it has moved
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Images to learn from.
#[derive(Debug, Args)]
pub(super) struct DataArgs {
    /// Folder of IDX files, of pictures by class (train/CLASS and test/CLASS, or CLASS), or of NPZ or CSV files; or such a file
    /// [default: data/mnist]
    #[arg(long, value_name = "DIR|FILE")]
    pub(super) data: Option<PathBuf>,
    /// Invert the images, because they are dark on bright; the run records it
    #[arg(long)]
    pub(super) invert: bool,
}

/// Output options.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Threads for testing; the result does not depend on the number [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = within::<u16>(1, 1024))]
    pub(super) threads: Option<u16>,
    /// One JSON object per line on standard output
    #[arg(long)]
    pub(super) json: bool,
    /// No progress and no notices on standard error; results are printed
    #[arg(long)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// One JSON object per line
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ParamsArgs {
    /// Preset file or name: only its parameters, with the values it gives them and what has no effect beside those
    pub(super) preset: Option<PathBuf>,
    #[command(flatten)]
    pub(super) list: ListArgs,
}

#[derive(Debug, Args)]
pub(super) struct DescribeArgs {
    /// Preset file that describes a network
    pub(super) preset: PathBuf,
    #[command(flatten)]
    pub(super) list: ListArgs,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Presets, files or folders of images, run directories
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub(super) data: DataArgs,
}

fn distorted(text: &str) -> Result<u64, String> {
    match text.parse() {
        _ if text == "all" => Ok(u64::MAX),
        Ok(images) if images > 0 => Ok(images),
        _ => Err("expected a whole number of at least 1, or all".to_owned()),
    }
}

/// What to do about an argument that cannot be used together with --resume; `None` for other errors.
pub(super) fn beside_resume(error: &clap::Error) -> Option<String> {
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let named: Vec<String> = [ContextKind::InvalidArg, ContextKind::PriorArg].into_iter().flat_map(texts).collect();
    let (resume, others): (Vec<&String>, Vec<&String>) = named.iter().partition(|name| name.starts_with("--resume"));
    if error.kind() != ErrorKind::ArgumentConflict || resume.is_empty() {
        return None;
    }
    let names: Vec<&str> = others
        .iter()
        .filter_map(|name| name.split([' ', '=']).next())
        .map(|name| if name == "[PRESET]" { "a preset" } else { name })
        .collect();
    Some(format!(
        "{} cannot be given with --resume, which continues with the settings of the directory; leave it out, or start a new run without --resume",
        names.join(", ")
    ))
}

fn trials(text: &str) -> Result<(u64, Option<u64>), String> {
    let fault = || "expected A..B, A.. or ..B: whole numbers counted from 0, B excluded".to_owned();
    let (from, to) = text.split_once("..").ok_or_else(fault)?;
    let from = if from.is_empty() { 0 } else { from.parse().map_err(|_| fault())? };
    let to = if to.is_empty() { None } else { Some(to.parse().map_err(|_| fault())?) };
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn trials_are_a_range_open_at_either_end() {
        assert_eq!(trials("3..7"), Ok((3, Some(7))));
        assert_eq!((trials("3.."), trials("..7")), (Ok((3, None)), Ok((0, Some(7)))));
        for text in ["3", "a..b", "-1..3", "3...7", "1..=2"] {
            assert!(trials(text).unwrap_err().contains("A..B"), "{text}");
        }
    }
}
