//! `check`: validate files and directories. All are checked, and every error is reported.

use super::args::CheckArgs;
use super::failure::{Failure, Faulty};
use super::{locate, streams};
use crate::datasets;
use crate::model::template::Frame;
use crate::preset::{NetworkPreset, Opened, open};
use crate::rundir::RunDir;
use std::io::Read;
use std::path::Path;

/// Check files and directories.
pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    let mut faults = Vec::new();
    for named in &args.files {
        // the name of a shipped preset, where it is not that of a file or folder
        let path = locate::preset(named);
        let path = path.map_err(Faulty::from);
        match path.and_then(|path| look_at(&path)) {
            Ok(what) => {
                let line = format!("ok: {}: {what}\n", named.display());
                streams::print(&line).map_err(|error| Failure::run(format!("cannot write to standard output: {error}")))?;
            }
            Err(fault) => faults.push(fault),
        }
    }
    Failure::files(faults)
}

/// Whether a file is to be a preset: by its name, or by its first word, whatever editors put before it.
fn is_preset(path: &Path) -> bool {
    let mut start = [0; 64];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut start)).unwrap_or(0);
    let text: String = String::from_utf8_lossy(&start[..read]).replace('\0', "");
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ron"))
        || text.trim_start_matches('\u{feff}').starts_with("Preset(")
}

/// Description of a file or directory, or of its error.
fn look_at(path: &Path) -> Result<String, Faulty> {
    if path.join("session.ron").exists() {
        return Ok(run(path)?);
    }
    if !path.is_dir() && is_preset(path) {
        return Ok(match open(path)? {
            Opened::Experiment(preset) => {
                let what = format!("preset \"{}\", {}", preset.title, preset.setup);
                what + &preset.written_out(Frame::MNIST).map_or_else(String::new, |preset| remarks(&preset))
            }
            Opened::Network(preset) => {
                let counts = preset.network.counts();
                let what = format!("network \"{}\", {} neurons, {:.0} synapses", preset.title, counts.neurons, counts.synapses);
                what + &remarks(&preset)
            }
        });
    }
    Ok(datasets::describe(path).map_err(|fault| fault.to_string())?)
}

/// Lines on what has no effect.
fn remarks(preset: &NetworkPreset) -> String {
    preset.network.remarks(&preset.task).iter().fold(String::new(), |text, remark| text + &format!("\n  remark: {remark}"))
}

fn run(path: &Path) -> Result<String, String> {
    let words = |fault: crate::rundir::RunDirError| fault.to_string();
    let run = RunDir::open(path).map_err(words)?;
    if run.is_free() {
        return super::run::check(&run);
    }
    run.preset().map_err(words)?;
    let session = run.session().map_err(words)?;
    let checkpoint = run.checkpoint().map_err(words)?;
    let done = session.ending.as_ref().map_or_else(|| checkpoint.map_or(0, |checkpoint| checkpoint.images), |ending| ending.images);
    Ok(format!("run of \"{}\", seed {}, {done} of {} training images done", session.preset, session.seed, session.images))
}
