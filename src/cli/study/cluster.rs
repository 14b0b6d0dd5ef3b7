//! Jobs of a study as job arrays of a Slurm cluster (Yoo, Jette & Grondona 2003). Nodes and this process
//! communicate only through the directory of the study on a shared file system: a job is complete when its result file
//! exists. A job that was lost, killed or requeued resumes from its checkpoint, and jobs that left the queue without a
//! result are submitted again, a limited number of times.
//!
//! An array is recorded as soon as the cluster has accepted it (`queue`), so that no job is queued twice, also after
//! `--resume`. An array that is refused as too large is halved; jobs that the cluster does not accept are submitted later.

mod queue;

use super::campaign::Campaign;
use crate::cli::args::StudyArgs;
use crate::cli::failure::Failure;
use crate::cli::output::Reporter;
use crate::cli::stop::Stop;
use crate::files::write_atomic;
use crate::study::Job;
use queue::{Answer, Array, Arrays, largest_array, quoted, sbatch};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

/// Submissions of a job that leaves the queue without a result.
const ROUNDS: usize = 3;
/// Interval of queue queries.
const LOOK_PAUSE: Duration = Duration::from_secs(2);
/// Folder of scripts, logs and the record of submitted arrays, inside the study directory.
const FOLDER: &str = "slurm";

/// Submit the jobs and, unless `--no-wait` is given, wait for their results. Returns the failures.
pub(super) fn submit(
    campaign: &dyn Campaign,
    missing: &[Job],
    args: &StudyArgs,
    stop: &Stop,
    reporter: &mut Reporter,
) -> Result<Vec<String>, Failure> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let folder = campaign.dir().path().join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| Failure::run(format!("cannot create {}: {error}", folder.display())))?;
    let total = campaign.head().jobs.len();
    let mut open: BTreeSet<usize> = missing.iter().map(|job| job.index).collect();
    reporter.start_bar("jobs", (total - open.len()) as u64, total as u64);
    let mut queue = Queue::open(campaign, args, folder.clone())?;
    loop {
        let queued = queue.arrays.queued()?;
        collect(campaign, missing, &mut open, total, reporter);
        let waiting: Vec<usize> = open.iter().copied().filter(|job| queued.as_ref().is_some_and(|queued| !queued.contains(job))).collect();
        let (again, lost): (Vec<usize>, Vec<usize>) =
            waiting.into_iter().partition(|job| queue.rounds.get(job).is_none_or(|n| *n < ROUNDS));
        let in_queue = open.len() - again.len() - lost.len();
        let (submitted, refusal) = queue.submit(&again, in_queue, reporter)?;
        if args.no_wait {
            return match refusal {
                None => Ok(Vec::new()),
                Some(words) => Ok(vec![format!("the cluster did not accept {} jobs: {words}", again.len() - submitted)]),
            };
        }
        collect(campaign, missing, &mut open, total, reporter);
        if open.len() == lost.len() && again.is_empty() || open.is_empty() {
            break;
        }
        if stop.asked() {
            return Ok(Vec::new());
        }
        if submitted == 0 || refusal.is_some() {
            std::thread::sleep(LOOK_PAUSE);
        }
    }
    reporter.end_bar();
    if open.is_empty() {
        // no array is pending when the study is opened again
        queue.arrays.forget();
        return Ok(Vec::new());
    }
    Ok(vec![format!("{} jobs left the queue {ROUNDS} times without a result; their logs are in {}", open.len(), folder.display())])
}

/// Report every job whose result file has appeared.
fn collect(campaign: &dyn Campaign, missing: &[Job], open: &mut BTreeSet<usize>, total: usize, reporter: &mut Reporter) {
    for &job in missing {
        if open.contains(&job.index) && campaign.is_done(job) {
            open.remove(&job.index);
            campaign.tell(job, reporter);
        }
    }
    reporter.advance_bar((total - open.len()) as u64);
}

fn note_taken(jobs: usize, arrays: &[String], reporter: &Reporter) {
    if jobs > 0 {
        reporter.note(&format!("submitted {jobs} jobs to Slurm as {}", arrays.join(", ")));
    }
}

/// Jobs to submit, and options.
struct Queue<'a> {
    campaign: &'a dyn Campaign,
    args: &'a StudyArgs,
    folder: PathBuf,
    arrays: Arrays,
    /// Number of submissions of each job by this process.
    rounds: BTreeMap<usize, usize>,
    /// Known limit of tasks per array.
    most: usize,
    /// Jobs in the queue when the cluster last reported that it is full.
    full_at: Option<usize>,
}

impl<'a> Queue<'a> {
    fn open(campaign: &'a dyn Campaign, args: &'a StudyArgs, folder: PathBuf) -> Result<Self, Failure> {
        let arrays = Arrays::open(folder.join("submitted.txt"))?;
        let most = args.array_size.map_or_else(largest_array, |size| size as usize);
        Ok(Self { campaign, args, folder, arrays, rounds: BTreeMap::new(), most, full_at: None })
    }

    /// Submit jobs in arrays until the cluster accepts no more. Returns the number of accepted jobs and the reason of a refusal.
    fn submit(&mut self, jobs: &[usize], in_queue: usize, reporter: &Reporter) -> Result<(usize, Option<String>), Failure> {
        // after a refusal, submit again when a tenth of the queue has finished, not after every job
        if jobs.is_empty() || self.full_at.is_some_and(|full| in_queue > 0 && in_queue > full - full.div_ceil(10)) {
            return Ok((0, None));
        }
        self.full_at = None;
        let (mut left, mut size, mut taken) = (jobs, self.most, Vec::new());
        while !left.is_empty() {
            let (now, later) = left.split_at(size.min(left.len()));
            match self.array(now)? {
                Answer::Taken(id) => {
                    taken.push(id);
                    left = later;
                }
                Answer::TooMany(_) if now.len() > 1 => size = now.len() / 2,
                Answer::TooMany(words) if in_queue > 0 || !taken.is_empty() => {
                    let submitted = jobs.len() - left.len();
                    self.full_at = Some(in_queue + submitted);
                    note_taken(submitted, &taken, reporter);
                    reporter.note(&format!("{} jobs will be submitted when the cluster accepts them: {words}", left.len()));
                    return Ok((submitted, Some(words)));
                }
                Answer::TooMany(words) | Answer::Refused(words) => {
                    let (submitted, all, path) = (jobs.len() - left.len(), jobs.len(), self.campaign.dir().path().display());
                    return Err(Failure::run(format!(
                        "sbatch failed: {words}; {submitted} of {all} jobs are submitted; resume with --resume {path} --engine slurm"
                    )));
                }
            }
        }
        note_taken(jobs.len(), &taken, reporter);
        Ok((jobs.len(), None))
    }

    /// Submit one array, and record it if it was accepted.
    fn array(&mut self, jobs: &[usize]) -> Result<Answer, Failure> {
        let path = self.campaign.dir().path();
        let absolute = path.canonicalize().map_err(|error| Failure::run(format!("cannot resolve {}: {error}", path.display())))?;
        let program =
            std::env::current_exe().map_err(|error| Failure::run(format!("cannot determine the path of this program: {error}")))?;
        let numbers: Vec<String> = jobs.iter().map(ToString::to_string).collect();
        // exec: the signal that ends a task reaches the program, which writes a checkpoint
        let script = format!(
            "#!/bin/bash\njobs=({})\nexec {} study-job {} \"${{jobs[$SLURM_ARRAY_TASK_ID]}}\"\n",
            numbers.join(" "),
            quoted(&program)?,
            quoted(&absolute)?
        );
        let file = self.folder.join(format!("array-{}.sh", self.arrays.len()));
        write_atomic(&file, script.as_bytes()).map_err(|error| Failure::run(format!("cannot write {}: {error}", file.display())))?;
        let output = absolute.join(FOLDER).join("%A_%a.log");
        let name = format!("spikescope-{}", self.campaign.head().preset);
        let answer = sbatch(&name, (jobs.len(), self.args.at_once), &output, &self.args.sbatch, &file)?;
        if let Answer::Taken(id) = &answer {
            self.arrays.record(Array { id: id.clone(), jobs: jobs.to_vec() })?;
            jobs.iter().for_each(|&job| *self.rounds.entry(job).or_default() += 1);
        }
        Ok(answer)
    }
}
