//! The commands of Slurm, and the record of submitted arrays: one line per array, its number and its jobs.

use crate::cli::failure::Failure;
use crate::files::write_atomic;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Tasks of one array unless the cluster allows fewer: the default of Slurm (MaxArraySize is 1001).
const MOST_TASKS: usize = 1000;

/// An array that the cluster has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Array {
    /// Its number.
    pub(super) id: String,
    /// The jobs of its tasks; unknown for arrays submitted by version 0.1.
    pub(super) jobs: Vec<usize>,
}

/// All submitted arrays of a study.
pub(super) struct Arrays {
    file: PathBuf,
    arrays: Vec<Array>,
}

/// The answer of the cluster to an array.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Accepted, with this number.
    Taken(String),
    /// Too large, or the queue is full.
    TooMany(String),
    /// Refused for another reason.
    Refused(String),
}

impl Arrays {
    /// The record in a file; empty if the file does not exist.
    pub(super) fn open(file: PathBuf) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            other => other.map_err(|error| Failure::run(format!("cannot read {}: {error}", file.display())))?,
        };
        Ok(Self { file, arrays: text.lines().filter_map(parse).collect() })
    }

    /// Number of arrays.
    pub(super) fn len(&self) -> usize {
        self.arrays.len()
    }

    /// Record an accepted array.
    pub(super) fn record(&mut self, array: Array) -> Result<(), Failure> {
        self.arrays.push(array);
        let line = |Array { id, jobs }: &Array| {
            let jobs: Vec<String> = jobs.iter().map(ToString::to_string).collect();
            format!("{id}: {}\n", jobs.join(" "))
        };
        let text: String = self.arrays.iter().map(line).collect();
        write_atomic(&self.file, text.as_bytes()).map_err(|error| Failure::run(format!("cannot write {}: {error}", self.file.display())))
    }

    /// Remove the record when every job is complete.
    pub(super) fn forget(&self) {
        // a remaining record is harmless, because its arrays are no longer queued
        std::fs::remove_file(&self.file).ok();
    }

    /// Jobs that are pending or running; `None` if unknown, because the controller does not answer or because tasks of
    /// version 0.1 are queued.
    pub(super) fn queued(&self) -> Result<Option<HashSet<usize>>, Failure> {
        if self.arrays.is_empty() {
            return Ok(Some(HashSet::new()));
        }
        let ids: Vec<&str> = self.arrays.iter().map(|array| array.id.as_str()).collect();
        let said = run(Command::new("squeue").args(["--noheader", "--array", "--format=%i", "--jobs"]).arg(ids.join(",")))?;
        if !said.status.success() {
            // an unknown array number is no longer queued; a controller that does not answer may be available later
            let forgotten = String::from_utf8_lossy(&said.stderr).contains("Invalid job id");
            return Ok(forgotten.then(HashSet::new));
        }
        let tasks = String::from_utf8_lossy(&said.stdout).into_owned();
        Ok(tasks
            .lines()
            .map(str::trim)
            .filter(|task| !task.is_empty())
            .map(|task| self.jobs_of(task))
            .collect::<Option<Vec<_>>>()
            .map(|jobs| jobs.into_iter().flatten().collect()))
    }

    /// The job of a task such as `17_3`; all jobs of its array if the task has another format; none if they are unknown.
    fn jobs_of(&self, task: &str) -> Option<Vec<usize>> {
        let (id, index) = task.split_once('_').unwrap_or((task, ""));
        let Some(array) = self.arrays.iter().rev().find(|array| array.id == id) else { return Some(Vec::new()) };
        if array.jobs.is_empty() {
            return None;
        }
        Some(index.parse::<usize>().map_or_else(|_| array.jobs.clone(), |index| array.jobs.get(index).copied().into_iter().collect()))
    }
}

fn parse(line: &str) -> Option<Array> {
    let (id, jobs) = line.split_once(':').unwrap_or((line, ""));
    let id = id.trim();
    let is_number = !id.is_empty() && id.chars().all(|c| c.is_ascii_digit());
    is_number.then(|| Array { id: id.to_owned(), jobs: jobs.split_whitespace().filter_map(|job| job.parse().ok()).collect() })
}

/// Maximum number of tasks per array; task indices are below MaxArraySize.
pub(super) fn largest_array() -> usize {
    // without the command, sbatch reports arrays that are too large
    let said = Command::new("scontrol").args(["show", "config"]).output();
    let text = said.map_or_else(|_| String::new(), |said| String::from_utf8_lossy(&said.stdout).into_owned());
    max_array_size(&text).map_or(MOST_TASKS, |size| size.saturating_sub(1).clamp(1, MOST_TASKS))
}

fn max_array_size(config: &str) -> Option<usize> {
    let line = config.lines().find_map(|line| line.trim().strip_prefix("MaxArraySize"))?;
    line.trim().strip_prefix('=')?.trim().parse().ok()
}

/// Submit an array of `tasks` tasks with a limit of concurrent tasks.
pub(super) fn sbatch(
    name: &str,
    (tasks, at_once): (usize, u32),
    output: &Path,
    options: &[String],
    script: &Path,
) -> Result<Answer, Failure> {
    let mut sbatch = Command::new("sbatch");
    sbatch.args(["--parsable", "--requeue", "--open-mode=append", "--ntasks=1", "--cpus-per-task=1", "--signal=TERM@30"]);
    sbatch.arg(format!("--job-name={name}"));
    sbatch.arg(format!("--array=0-{}%{at_once}", tasks - 1));
    sbatch.arg("--output").arg(output).args(options).arg(script);
    let said = run(&mut sbatch)?;
    if !said.status.success() {
        return Ok(refusal(String::from_utf8_lossy(&said.stderr).trim()));
    }
    // "number" or "number;cluster"
    let text = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    Ok(Answer::Taken(text.split(';').next().unwrap_or_default().to_owned()))
}

/// Classify a refusal. Limits of users, accounts and arrays can be met with fewer tasks.
fn refusal(words: &str) -> Answer {
    let lower = words.to_lowercase();
    let fewer = ["invalid job array", "limit", "maxjobcount", "temporarily unable"].iter().any(|sign| lower.contains(sign));
    if fewer { Answer::TooMany(words.to_owned()) } else { Answer::Refused(words.to_owned()) }
}

fn run(command: &mut Command) -> Result<Output, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.output().map_err(|error| {
        Failure::input(format!("cannot run {name}: {error}; --engine slurm needs the commands of Slurm, --engine local does not"))
    })
}

/// A path quoted for the shell.
pub(super) fn quoted(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().ok_or_else(|| Failure::input(format!("{} is not UTF-8, which a job script requires", path.display())))?;
    Ok(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_submitted_is_read_back_and_tasks_are_jobs() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("submitted.txt");
        let mut arrays = Arrays::open(file.clone()).unwrap();
        arrays.record(Array { id: "17".to_owned(), jobs: vec![3, 5, 8] }).unwrap();
        arrays.record(Array { id: "18".to_owned(), jobs: vec![9] }).unwrap();
        let again = Arrays::open(file).unwrap();
        assert_eq!(again.arrays, arrays.arrays);
        assert_eq!(["17_1", "18_0", "17_3"].map(|task| again.jobs_of(task)), [Some(vec![5]), Some(vec![9]), Some(vec![])]);
        assert_eq!(["17_[0-2]", "19_0"].map(|task| again.jobs_of(task)), [Some(vec![3, 5, 8]), Some(vec![])]);
        // in the format of version 0.1
        let old = Arrays { file: PathBuf::new(), arrays: vec![parse("42").unwrap()] };
        assert_eq!((old.jobs_of("42_0"), old.jobs_of("43_0")), (None, Some(vec![])));
    }

    #[test]
    fn the_size_of_arrays_is_read_and_refusals_are_told_apart() {
        assert_eq!(max_array_size("X = 1\nMaxArraySize            = 101\nMaxDBDMsgs = 20\n"), Some(101));
        assert!(matches!(refusal("Batch job submission failed: Invalid job array specification"), Answer::TooMany(_)));
        assert!(matches!(refusal("Job violates accounting/QOS policy (job submit limit, ...)"), Answer::TooMany(_)));
        assert!(matches!(refusal("invalid partition specified: lang"), Answer::Refused(_)));
    }
}
