//! Jobs of a study as job arrays of a Slurm cluster (Yoo, Jette & Grondona 2003). The cluster shares the directory of the
//! study, and that is all that nodes and this process exchange: a job is done when its file is there. What the queue
//! says only decides how long to wait. A job that was lost, killed or requeued goes on from its checkpoint, and jobs
//! that left the queue without result are submitted again, a few times.

use super::args::StudyArgs;
use super::failure::Failure;
use super::output::Reporter;
use super::stop::Stop;
use super::study::{Planned, told};
use crate::files::write_atomic;
use crate::study::Job;
use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

/// Tasks of one array: what every cluster allows unless told otherwise (MaxArraySize is 1001).
const MOST_TASKS: usize = 1000;
/// How often a job that left the queue without result is submitted again.
const ROUNDS: usize = 3;
/// Time between two looks at the queue.
const LOOK_PAUSE: Duration = Duration::from_secs(2);
/// Where scripts, logs and the numbers of submitted arrays are, below the study.
const FOLDER: &str = "slurm";
const SUBMITTED: &str = "slurm/submitted.txt";

/// Submit the jobs and wait for their results, or leave if the caller does not want to wait. Returns what was lost.
pub(super) fn submit(
    planned: &Planned,
    missing: &[Job],
    args: &StudyArgs,
    stop: &Stop,
    reporter: &mut Reporter,
) -> Result<Vec<String>, Failure> {
    let Planned { study, dir, .. } = planned;
    let folder = dir.path().join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| Failure::run(format!("cannot make {}: {error}", folder.display())))?;
    let mut open: HashSet<usize> = missing.iter().map(|job| job.index).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let total = study.jobs().len();
    reporter.start_bar("jobs", (total - open.len()) as u64, total as u64);
    // arrays that an earlier process submitted may still be in the queue
    let mut arrays = earlier(&dir.path().join(SUBMITTED));
    for round in 0..=ROUNDS {
        while !arrays.is_empty() && queued(&arrays)? > 0 {
            if stop.asked() {
                return Ok(Vec::new());
            }
            collect(planned, missing, &mut open, reporter);
            std::thread::sleep(LOOK_PAUSE);
        }
        collect(planned, missing, &mut open, reporter);
        if open.is_empty() || round == ROUNDS {
            break;
        }
        let mut left: Vec<usize> = open.iter().copied().collect();
        left.sort_unstable();
        arrays = left
            .chunks(MOST_TASKS)
            .enumerate()
            .map(|(n, jobs)| array(planned, jobs, &format!("{round}-{n}"), args))
            .collect::<Result<_, _>>()?;
        reporter.note(&format!("submitted {} jobs to Slurm as {}", left.len(), arrays.join(", ")));
        record(&dir.path().join(SUBMITTED), &arrays)?;
        if args.no_wait {
            return Ok(Vec::new());
        }
    }
    reporter.end_bar();
    if open.is_empty() {
        // nothing to wait for when the study is opened again
        std::fs::remove_file(dir.path().join(SUBMITTED)).ok();
        return Ok(Vec::new());
    }
    Ok(vec![format!("{} jobs left the queue {ROUNDS} times without result; their logs are in {}", open.len(), folder.display())])
}

/// Tell of every job whose file has come.
fn collect(planned: &Planned, missing: &[Job], open: &mut HashSet<usize>, reporter: &mut Reporter) {
    let Planned { study, dir, .. } = planned;
    for &job in missing {
        if open.contains(&job.index)
            && let Some(result) = dir.result(study, job)
        {
            open.remove(&job.index);
            told(reporter, job, &result);
        }
    }
    reporter.advance_bar((study.jobs().len() - open.len()) as u64);
}

/// Submit one array; returns its number.
fn array(planned: &Planned, jobs: &[usize], name: &str, args: &StudyArgs) -> Result<String, Failure> {
    let path = planned.dir.path();
    let absolute = path.canonicalize().map_err(|error| Failure::run(format!("cannot find {}: {error}", path.display())))?;
    let program = std::env::current_exe().map_err(|error| Failure::run(format!("cannot find this program: {error}")))?;
    let numbers: Vec<String> = jobs.iter().map(ToString::to_string).collect();
    // exec: the signal that ends a task reaches the program, which leaves a checkpoint
    let script = format!(
        "#!/bin/bash\njobs=({})\nexec {} study-job {} \"${{jobs[$SLURM_ARRAY_TASK_ID]}}\"\n",
        numbers.join(" "),
        quoted(&program)?,
        quoted(&absolute)?
    );
    let file = absolute.join(FOLDER).join(format!("array-{name}.sh"));
    write_atomic(&file, script.as_bytes()).map_err(|error| Failure::run(format!("cannot write {}: {error}", file.display())))?;
    let output = absolute.join(FOLDER).join("%A_%a.log");
    let mut sbatch = Command::new("sbatch");
    sbatch.args(["--parsable", "--requeue", "--open-mode=append", "--ntasks=1", "--cpus-per-task=1", "--signal=TERM@30"]);
    sbatch.arg(format!("--job-name=spikescope-{}", planned.study.preset));
    sbatch.arg(format!("--array=0-{}%{}", jobs.len() - 1, args.at_once));
    sbatch.arg("--output").arg(&output).args(&args.sbatch).arg(&file);
    let said = run(&mut sbatch)?;
    if !said.status.success() {
        return Err(Failure::run(format!("sbatch refused: {}", String::from_utf8_lossy(&said.stderr).trim())));
    }
    // "number" or "number;cluster"
    let text = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    Ok(text.split(';').next().unwrap_or_default().to_owned())
}

/// Tasks of these arrays that wait or run.
fn queued(arrays: &[String]) -> Result<usize, Failure> {
    let said = run(Command::new("squeue").args(["--noheader", "--array", "--format=%i", "--jobs"]).arg(arrays.join(",")))?;
    if !said.status.success() {
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        // a number the controller has forgotten is in no queue; a controller that does not answer may come back
        return if words.contains("Invalid job id") { Ok(0) } else { Ok(1) };
    }
    Ok(String::from_utf8_lossy(&said.stdout).lines().filter(|line| !line.trim().is_empty()).count())
}

fn run(command: &mut Command) -> Result<Output, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.output().map_err(|error| {
        Failure::input(format!(
            "cannot run {name}: {error}; --engine slurm needs the commands of a Slurm cluster, --engine local needs none"
        ))
    })
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().ok_or_else(|| Failure::input(format!("{} is not UTF-8, which a job script must be", path.display())))?;
    Ok(format!("'{}'", text.replace('\'', r"'\''")))
}

fn earlier(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(str::trim).filter(|line| !line.is_empty() && line.chars().all(|c| c.is_ascii_digit())).map(str::to_owned).collect()
}

fn record(file: &Path, arrays: &[String]) -> Result<(), Failure> {
    let text = arrays.join("\n") + "\n";
    write_atomic(file, text.as_bytes()).map_err(|error| Failure::run(format!("cannot write {}: {error}", file.display())))
}
