//! Arguments of `ablate`, `sweep` and of cluster jobs.

use super::within::within;
use super::{DataArgs, OutputArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments that ablations and sweeps have in common.
#[derive(Debug, Args)]
pub(in crate::cli) struct StudyArgs {
    /// Preset file, or the name of one in presets/
    #[arg(required_unless_present = "resume")]
    pub(in crate::cli) preset: Option<PathBuf>,
    /// Resume a study: run the jobs that are not complete
    #[arg(long, value_name = "DIR", conflicts_with_all = ["preset", "seeds", "images", "epochs", "test_images", "duration", "set", "out", "invert"])]
    pub(in crate::cli) resume: Option<PathBuf>,
    /// Number of seeds (1 to N), or a list such as 1,4,7
    #[arg(long, value_name = "N", default_value = "3", value_parser = seeds)]
    pub(in crate::cli) seeds: Seeds,
    /// Training images of each network [default: the preset's epochs]
    #[arg(long, value_name = "N", conflicts_with = "epochs", value_parser = within::<u64>(1, 10_000_000_000))]
    pub(in crate::cli) images: Option<u64>,
    /// Passes over the training images
    #[arg(long, value_name = "N", value_parser = within::<u32>(1, 1000))]
    pub(in crate::cli) epochs: Option<u32>,
    /// Images each network is tested on, drawn from all classes [default: all]
    #[arg(long, value_name = "N")]
    pub(in crate::cli) test_images: Option<u64>,
    /// Simulated time of each run of a described network, with its unit, for example 2s [default: the preset's]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(in crate::cli) duration: Option<String>,
    /// Set a parameter, or a quantity of a described network by its path, in all variants, for example tau_m=20ms or
    /// E.tau_m=20ms; can be repeated
    #[arg(long = "set", value_name = "ID=VALUE", allow_hyphen_values = true)]
    pub(in crate::cli) set: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) data: DataArgs,
    /// Directory of the study [default: runs/KIND-PRESET-TIME]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
    /// Where jobs run: on the cores of this machine, or as job arrays on a Slurm cluster with a shared file system
    #[arg(long, value_name = "WHERE", default_value = "local")]
    pub(in crate::cli) engine: Engine,
    /// Maximum number of concurrent cluster jobs
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = within::<u32>(1, 100_000))]
    pub(in crate::cli) at_once: u32,
    /// Tasks of one job array at most [default: what the cluster allows, up to 1000]
    #[arg(long, value_name = "N", value_parser = within::<u32>(1, 1_000_000))]
    pub(in crate::cli) array_size: Option<u32>,
    /// Option passed to sbatch, for example --sbatch=--partition=long; can be repeated
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true)]
    pub(in crate::cli) sbatch: Vec<String>,
    /// Submit the jobs and exit; collect the results later with --resume, which submits what is neither done nor queued
    #[arg(long)]
    pub(in crate::cli) no_wait: bool,
    #[command(flatten)]
    pub(in crate::cli) output: OutputArgs,
}

/// Where jobs run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Engine {
    /// On the cores of this machine
    Local,
    /// On a Slurm cluster
    Slurm,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AblateArgs {
    #[command(flatten)]
    pub(in crate::cli) study: StudyArgs,
    /// Run only this ablation; can be repeated
    #[arg(long, value_name = "LESION")]
    pub(in crate::cli) only: Vec<String>,
    /// Run an ablation of a described network in which this fraction of a population does not fire, for example E=0.3; can be
    /// repeated
    #[arg(long, value_name = "POPULATION=FRACTION")]
    pub(in crate::cli) silence: Vec<String>,
    /// List the ablations of the preset and exit
    #[arg(long)]
    pub(in crate::cli) list: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SweepArgs {
    #[command(flatten)]
    pub(in crate::cli) study: StudyArgs,
    /// Parameter, or path of a quantity of a described network or its task, and its values: ID=A,B,C or ID=FROM..TO:N, for example
    /// "E->I.weight=0.1..0.4mV:4"; several make a grid. Quantities that have the same value in every variant are separated by commas:
    /// "I->E.weight,I->I.weight=-80..-200mV:4"
    #[arg(long, value_name = "ID=VALUES", required_unless_present = "resume", allow_hyphen_values = true)]
    pub(in crate::cli) axis: Vec<String>,
    /// Number of random points instead of a grid; axes can then be ranges, ID=FROM..TO
    #[arg(long, value_name = "N", value_parser = within::<u16>(1, 10_000))]
    pub(in crate::cli) random: Option<u16>,
    /// Seed of the random points
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) random_seed: u64,
    /// Score on the test images, which then must not be used to report the accuracy of the selected parameters [default: held-out training images]
    #[arg(long)]
    pub(in crate::cli) on_test_images: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct JobArgs {
    /// Directory of the study
    pub(in crate::cli) dir: PathBuf,
    /// Number of the job
    pub(in crate::cli) job: usize,
}

/// The seeds of a study.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Seeds(pub(in crate::cli) Vec<u64>);

fn seeds(text: &str) -> Result<Seeds, String> {
    let fault = || "expected 1 to 1000 seeds: a number, or a list such as 1,4,7 without repetition".to_owned();
    let numbers: Vec<u64> = text.split(',').map(|n| n.trim().parse().map_err(|_| fault())).collect::<Result<_, _>>()?;
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    sorted.dedup();
    match numbers.as_slice() {
        [n] if (1..=1000).contains(n) && !text.contains(',') => Ok(Seeds((1..=*n).collect())),
        [_, _, ..] if sorted.len() == numbers.len() && numbers.len() <= 1000 => Ok(Seeds(numbers)),
        _ => Err(fault()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_a_number_or_a_list() {
        assert_eq!(seeds("3").unwrap().0, [1, 2, 3]);
        assert_eq!(seeds("4, 0,9").unwrap().0, [4, 0, 9]);
        for text in ["0", "", "1,1", "a", "-1", "1,"] {
            assert!(seeds(text).is_err(), "{text}");
        }
    }
}
