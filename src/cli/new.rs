//! `new`: the file of a network to start from, and what to do with it.

use super::args::NewArgs;
use super::failure::Failure;
use super::{locate, streams};
use crate::files::is_stream;
use crate::model::template::Frame;
use crate::preset::{NEW_NETWORK, NetworkPreset, Opened, open, read};
use std::borrow::Cow;
use std::path::Path;

/// Write the file. An existing one is replaced with `--force` only.
pub(super) fn new(args: &NewArgs) -> Result<(), Failure> {
    let NewArgs { file, from, scale, force } = args;
    let shown = file.display();
    let to_stdout = streams::is_stdout(file);
    if file.is_dir() {
        return Err(Failure::input(format!("{shown} is a folder; name a file in it, as {}", file.join("mine.ron").display())));
    }
    if !to_stdout && !is_stream(file) && file.exists() && !force {
        return Err(Failure::input(format!("{shown} exists; name another file, or replace it with --force")));
    }
    let (text, verb) = match (from, scale) {
        (None, _) => (Cow::Borrowed(NEW_NETWORK), "run"),
        (Some(named), None) => of_preset(named)?,
        (Some(named), Some(factor)) => (Cow::Owned(scaled(named, *factor)?), "run"),
    };
    streams::write_out(file, |target| target.write_all(text.as_bytes()))
        .map_err(|error| Failure::input(format!("cannot write {shown}: {error}")))?;
    if to_stdout {
        return Ok(());
    }
    let next = format!("{shown} is written. Edit it, then:\n  spikescope check {shown}\n  spikescope {verb} {shown}\n");
    streams::print(&next).map_err(|error| Failure::run(format!("cannot write to standard output: {error}")))
}

/// The text of a preset that states its scale, at another one.
fn scaled(named: &Path, factor: f64) -> Result<String, Failure> {
    let shown = named.display();
    let without = || {
        let scale = "scale: (factor: 1, full: {\"E\": (size: 8000, rate: \"5 Hz\")})";
        Failure::input(format!("{shown} does not state the size of its full network, which --scale needs; add to the file {scale}"))
    };
    let Opened::Network(preset) = open(&locate::preset(named).map_err(Failure::input)?)? else { return Err(without()) };
    let scale = preset.scale.as_ref().ok_or_else(without)?;
    let (network, scale) =
        scale.apply(&preset.network, factor).map_err(|faults| Failure::input(format!("{shown} at the scale {factor}: {faults}")))?;
    Ok(NetworkPreset { network, scale: Some(scale), ..*preset }.to_ron())
}

/// The text of a preset of schema 2, with its comments, or a preset with images written out; and the subcommand that uses it.
fn of_preset(named: &Path) -> Result<(Cow<'static, str>, &'static str), Failure> {
    let path = locate::preset(named).map_err(Failure::input)?;
    Ok(match open(&path)? {
        Opened::Network(_) => (read(&path)?, "run"),
        Opened::Experiment(preset) if preset.network.is_some() => (read(&path)?, "train"),
        Opened::Experiment(preset) => {
            let network = preset.written_out(Frame::MNIST).ok_or_else(|| {
                let named = named.display();
                Failure::input(format!(
                    "{named} has one neuron or one synapse and no network to write; open it with `spikescope --preset {named}`, or name another preset with --from"
                ))
            })?;
            (Cow::Owned(network.to_ron()), "train")
        }
    })
}
