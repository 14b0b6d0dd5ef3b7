//! `check`: are these files what they should be? All are looked at, and every fault is told.

use super::args::CheckArgs;
use super::failure::Failure;
use super::streams;
use crate::datasets;
use crate::preset::Preset;
use crate::rundir::RunDir;
use std::ffi::OsStr;
use std::path::Path;

/// Check files and directories.
pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let mut faults = Vec::new();
    for path in &args.files {
        match look_at(path) {
            Ok(what) => {
                let line = format!("ok: {}: {what}\n", path.display());
                streams::print(&line).map_err(|error| Failure::run(format!("cannot write to standard output: {error}")))?;
            }
            Err(fault) => faults.push(fault),
        }
    }
    Failure::faults(&faults)
}

/// What a file or directory is, or what is wrong with it.
fn look_at(path: &Path) -> Result<String, String> {
    if path.is_dir() {
        return if path.join("session.ron").exists() { run(path) } else { data(path) };
    }
    if path.extension() == Some(OsStr::new("ron")) {
        let preset = Preset::load(path).map_err(|fault| fault.to_string())?;
        return Ok(format!("preset \"{}\", {:?}", preset.title, preset.protocol));
    }
    datasets::describe_file(path).map_err(|fault| fault.to_string())
}

fn data(path: &Path) -> Result<String, String> {
    Ok(datasets::load_dir(path).map_err(|fault| fault.to_string())?.words())
}

fn run(path: &Path) -> Result<String, String> {
    let words = |fault: crate::rundir::RunDirError| fault.to_string();
    let run = RunDir::open(path).map_err(words)?;
    run.preset().map_err(words)?;
    let session = run.session().map_err(words)?;
    let checkpoint = run.checkpoint().map_err(words)?;
    let done = session.ending.as_ref().map_or_else(|| checkpoint.map_or(0, |checkpoint| checkpoint.images), |ending| ending.images);
    Ok(format!("run of \"{}\", seed {}, {done} of {} training images done", session.preset, session.seed, session.images))
}
