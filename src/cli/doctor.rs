//! `doctor`: checks whether this machine can train the default preset on MNIST. Every problem is reported with a remedy.

use super::args::DoctorArgs;
use super::failure::Failure;
use super::{locate, machine, streams};
use crate::datasets::{self, Reading};
use crate::files::without_os_codes;
use std::fmt::Write;

/// Peak memory of training the default preset, in MiB.
const NEEDED_MIB: f64 = 300.0;

/// Severity of a finding.
enum Finding {
    /// No problem.
    Good(String),
    /// Training is possible nevertheless.
    Note(String),
    /// Training is not possible.
    Bad(String),
}

/// Check the machine.
pub(super) fn doctor(args: &DoctorArgs) -> Result<(), Failure> {
    use Finding::{Bad, Good, Note};
    let mut findings = vec![Good(format!("version: {} ({})", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH))];
    findings.push(Good(format!("processor: {} cores, vector instructions: {}", machine::cores(), machine::vector_instructions())));
    findings.push(match machine::available_mib() {
        Some(mib) if mib < NEEDED_MIB => {
            Bad(format!("memory: {mib:.0} MiB are free, training takes {NEEDED_MIB} MiB; close other programs"))
        }
        Some(mib) => Good(format!("memory: {mib:.0} MiB free")),
        None => Note("memory: not reported by this system".to_owned()),
    });
    let folder = locate::data(args.data.data.as_deref());
    let reading = Reading::inverted(args.data.invert);
    findings.push(match datasets::load(&folder, reading, &mut |_, _| true) {
        Ok(data) => Good(format!("data: {}: {}", folder.display(), data.words())),
        Err(fault) => Bad(format!("data: {fault}")),
    });
    findings.push(match display() {
        Ok(display) => Good(format!("display: {display}")),
        Err(remedy) => Note(format!("display: {remedy}")),
    });
    let mut text = String::new();
    let mut ill = 0;
    for finding in &findings {
        let (mark, line) = match finding {
            Good(line) => ("ok  ", line),
            Note(line) => ("note", line),
            Bad(line) => ("BAD ", line),
        };
        ill += usize::from(matches!(finding, Bad(_)));
        // invariant: writing to a string cannot fail
        writeln!(text, "{mark} {}", without_os_codes(line)).ok();
    }
    streams::print(&text).map_err(|error| Failure::run(format!("cannot write to standard output: {error}")))?;
    if ill == 0 { Ok(()) } else { Err(Failure::run(format!("{ill} of the problems above prevent training"))) }
}

/// The display a window would open on, found by connecting to it, or why there is none.
#[cfg(feature = "gui")]
fn display() -> Result<String, String> {
    let found = crate::gui::display::find().map(|found| found.display.to_string());
    found.map_err(|reason| {
        format!("no window can be opened: {reason}; `spikescope train` and all other verbs need none, and `xvfb-run` provides a display")
    })
}

#[cfg(not(feature = "gui"))]
fn display() -> Result<String, String> {
    Err("this program was built without the window; build it with the feature gui".to_owned())
}
