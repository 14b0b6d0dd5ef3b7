//! `ablate` and `sweep`: plan or resume a study, run its jobs on this machine or on a cluster, and print the summary. Presets
//! of schema 1 are trained (`images`), described networks are simulated (`network`).

mod campaign;
mod cluster;
mod conduct;
mod here;
mod images;
mod network;
mod planned;
mod summary;

use super::args::{AblateArgs, JobArgs, StudyArgs, SweepArgs};
use super::failure::Failure;
use super::locate;
use super::output::Reporter;
use super::stop::Stop;
use crate::preset::{Opened, open};
use crate::study::{Kind, StudyDir, Variant};
use campaign::Campaign;
use conduct::{carry_out, one_job};
use std::path::Path;

/// `ablate`: remove one mechanism at a time.
pub(super) fn ablate(args: &AblateArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let planned = match &args.study.resume {
        Some(path) => Some(resume(path, (&args.study, &stop), Kind::Ablation)?),
        None => match subject(&args.study)? {
            (Opened::Experiment(preset), name) => images::ablate(args, *preset, name, &stop)?,
            (Opened::Network(preset), name) => network::ablate(args, *preset, name, &stop)?,
        },
    };
    planned.map_or(Ok(()), |planned| carry_out(&*planned, &args.study, &stop))
}

/// `sweep`: vary parameters.
pub(super) fn sweep(args: &SweepArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    let planned = match &args.study.resume {
        Some(path) => resume(path, (&args.study, &stop), Kind::Sweep)?,
        None => match subject(&args.study)? {
            (Opened::Experiment(preset), name) => images::sweep(args, *preset, name, &stop)?,
            (Opened::Network(preset), name) => network::sweep(args, *preset, name, &stop)?,
        },
    };
    carry_out(&*planned, &args.study, &stop)
}

/// `study-job`: one job of a study in a separate process, as cluster tasks run it.
pub(super) fn job(args: &JobArgs) -> Result<(), Failure> {
    let stop = Stop::listen()?;
    one_job(&*reopen(&args.dir, None, false)?, args.job, &stop)
}

/// The preset and its name.
fn subject(args: &StudyArgs) -> Result<(Opened, String), Failure> {
    let named = args.preset.as_deref().ok_or_else(|| Failure::input("name a preset, or a study or run with --resume DIR"))?;
    let path = locate::preset(named).map_err(Failure::input)?;
    Ok((open(&path)?, locate::preset_name(&path)))
}

/// Open an earlier study of this kind to resume it.
fn resume(path: &Path, (args, stop): (&StudyArgs, &Stop), kind: Kind) -> Result<Box<dyn Campaign>, Failure> {
    stop.set_graceful(true);
    let campaign = reopen(path, args.data.data.as_deref(), true)?;
    if campaign.head().kind == kind {
        return Ok(campaign);
    }
    let verb = if kind == Kind::Ablation { "sweep" } else { "ablate" };
    Err(Failure::input(format!("{0} is a study of another kind; resume it with `spikescope {verb} --resume {0}`", path.display())))
}

/// Open an earlier study; `conducts` for the one process that runs it.
fn reopen(path: &Path, data: Option<&Path>, conducts: bool) -> Result<Box<dyn Campaign>, Failure> {
    Ok(if StudyDir::is_free(path) {
        Box::new(network::reopen(path, data, conducts)?)
    } else {
        Box::new(planned::reopen(path, data, conducts)?)
    })
}

/// The requested ablations, including the intact network, which is the first.
fn chosen(variants: Vec<Variant>, only: &[String]) -> Result<Vec<Variant>, Failure> {
    let known = |name: &String| variants.iter().any(|variant| &variant.name == name);
    let unknown: Vec<String> = only.iter().filter(|name| !known(name)).map(|name| format!("\"{name}\"")).collect();
    if !unknown.is_empty() {
        let width = width(&variants);
        let lines = variants.iter().skip(1).map(|variant| format!("{:width$} {}", variant.name, variant.about)).collect();
        let what = format!("--only {}: there is no such ablation; those of this preset are", unknown.join(", "));
        return Err(Failure::table(what, lines));
    }
    let wanted = |(n, variant): &(usize, Variant)| *n == 0 || only.is_empty() || only.contains(&variant.name);
    Ok(variants.into_iter().enumerate().filter(wanted).map(|(_, variant)| variant).collect())
}

/// The width of the names of ablations in a table.
fn width(variants: &[Variant]) -> usize {
    variants.iter().map(|variant| variant.name.chars().count()).max().unwrap_or(0)
}

/// Print the ablations of a preset and those that do not apply to it.
fn list<'a>(args: &StudyArgs, variants: &[Variant], left_out: impl Iterator<Item = (&'a str, &'a str)>) -> Result<(), Failure> {
    let mut reporter = Reporter::new(&args.output);
    let width = width(variants);
    for variant in variants {
        let sets: Vec<String> = variant.sets.iter().map(|(id, value)| format!("{id}={value}")).collect();
        reporter.say(format!("{:width$} {}  {}", variant.name, variant.about, sets.join(" ")).trim_end());
        for damage in &variant.damages {
            reporter.say(&format!("  tested with {}", damage.name()));
        }
    }
    left_out.for_each(|(name, why)| reporter.say(&format!("{name:width$} not applicable: {why}")));
    reporter.end()
}
