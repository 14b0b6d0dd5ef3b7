//! Carries out a study: its missing jobs, here or on a cluster, then tables and summary.

use super::campaign::{Campaign, Head, News};
use super::{cluster, here};
use crate::cli::args::{Engine, StudyArgs};
use crate::cli::events::StudyStarted;
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;
use crate::cli::stop::Stop;
use crate::study::{Job, Kind, StudyError};
use std::sync::{Mutex, PoisonError};

/// Run the jobs that are not complete, and conclude.
pub(super) fn carry_out(campaign: &dyn Campaign, args: &StudyArgs, stop: &Stop) -> Result<(), Failure> {
    let mut reporter = Reporter::new(&args.output);
    campaign.remarks().iter().for_each(|remark| reporter.note(remark));
    let Head { kind, version, preset, seeds, variants, jobs } = campaign.head();
    if version != env!("CARGO_PKG_VERSION") {
        let ours = env!("CARGO_PKG_VERSION");
        reporter.warn(&format!("this study was started by version {version}, this is version {ours}; results may differ"));
    }
    let missing: Vec<Job> = jobs.iter().copied().filter(|&job| !campaign.is_done(job)).collect();
    let out = campaign.dir().path().display().to_string();
    let (variants, done, jobs) = (variants.len(), jobs.len() - missing.len(), jobs.len());
    // before the event, so that a program that waits for it can interrupt the study
    stop.set_graceful(true);
    reporter.event(&StudyStarted { event: "started", preset, variants, seeds, jobs, done, out: &out });
    let losses = match args.engine {
        Engine::Local => here::here(campaign, &missing, args, stop, &mut reporter),
        Engine::Slurm => cluster::submit(campaign, &missing, args, stop, &mut reporter)?,
    };
    campaign.conclude(&mut reporter).map_err(Failure::run)?;
    let left = missing.iter().filter(|&&job| !campaign.is_done(job)).count();
    let verb = if kind == Kind::Ablation { "ablate" } else { "sweep" };
    let engine = if args.engine == Engine::Slurm { " --engine slurm" } else { "" };
    let how = format!("{left} of {jobs} jobs are not complete; resume with: spikescope {verb} --resume {out}{engine}");
    // with --no-wait the command is complete when the jobs are submitted
    let submitted = args.engine == Engine::Slurm && args.no_wait && !stop.asked();
    if submitted && left > 0 {
        reporter.note(&how);
    }
    match (losses.is_empty(), if submitted { 0 } else { left }) {
        (true, 0) => reporter.end(),
        (true, _) => Err(Failure::Interrupted(how)),
        (false, _) => Err(Failure::run(format!("{}; {how}", losses.join("; ")))),
    }
}

/// One job of a study in this process.
pub(super) fn one_job(campaign: &dyn Campaign, index: usize, stop: &Stop) -> Result<(), Failure> {
    let (jobs, path) = (campaign.head().jobs, campaign.dir().path());
    let job = jobs.get(index).copied();
    let job =
        job.ok_or_else(|| Failure::input(format!("{} has no job {index}; it has {} jobs, counted from 0", path.display(), jobs.len())))?;
    if campaign.is_done(job) {
        return Ok(());
    }
    stop.set_graceful(true);
    let lost: Mutex<Option<StudyError>> = Mutex::new(None);
    campaign.run(&[job], 1, stop.flag(), &|news| {
        if let News::Failed(_, error) = news {
            *lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    });
    if let Some(error) = lost.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(Failure::run(error));
    }
    if campaign.is_done(job) { Ok(()) } else { Err(Failure::Interrupted(format!("job {index} stopped with a checkpoint"))) }
}
