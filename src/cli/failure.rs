//! Failures of a subcommand and their exit codes.

use super::stop::INTERRUPTED;
use crate::model::{FaultList, lines};
use crate::preset::PresetError;
use crate::rundir::RunDirError;
use std::fmt::Display;
use std::process::ExitCode;

/// Why a subcommand failed. A fault is one sentence: what is wrong, where, the allowed values, the remedy.
#[derive(Debug)]
pub(super) enum Failure {
    /// Invalid usage or input; nothing was changed.
    Input(Vec<Faulty>),
    /// The run failed or a check did not pass.
    Run(anyhow::Error),
    /// Stopped by the user; the text says how to resume.
    Interrupted(String),
}

impl Failure {
    /// Invalid usage or input.
    pub(super) fn input(message: impl Display) -> Self {
        Self::Input(vec![Faulty::of_arguments(vec![message.to_string()])])
    }

    /// The run failed or a check did not pass.
    pub(super) fn run(message: impl Display) -> Self {
        Self::Run(anyhow::anyhow!("{message}"))
    }

    /// Several errors of the arguments.
    pub(super) fn faults(faults: &[String]) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::Input(vec![Faulty::of_arguments(faults.to_vec())])) }
    }

    /// A fault with a table of what is allowed.
    pub(super) fn table(what: String, lines: Vec<String>) -> Self {
        Self::Input(vec![Faulty { file: Some(what), faults: lines, counted: false }])
    }

    /// What is wrong with several files.
    pub(super) fn files(files: Vec<Faulty>) -> Result<(), Self> {
        if files.is_empty() { Ok(()) } else { Err(Self::Input(files)) }
    }

    /// The same fault, of the run and not of the command line.
    pub(super) fn of_the_run(self) -> Self {
        match self {
            Self::Input(files) => Self::Run(anyhow::anyhow!("{}", sentences(&files))),
            other => other,
        }
    }

    /// The message, with each of several faults on a line of its own; `short` for all on one line.
    pub(super) fn message(&self, short: bool) -> String {
        match self {
            Self::Input(files) if !short => format!("error: {}", files.iter().map(Faulty::lines).collect::<Vec<_>>().join("\n")),
            Self::Input(_) | Self::Run(_) => format!("error: {}", self.reason()),
            Self::Interrupted(_) => self.reason(),
        }
    }

    /// Why, on one line.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Input(files) => sentences(files),
            Self::Run(error) => one_line(&error.to_string()),
            Self::Interrupted(how) => one_line(how),
        }
    }

    /// The exit code.
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Input(_) => 2,
            Self::Run(_) => 1,
            Self::Interrupted(_) => INTERRUPTED,
        })
    }
}

/// A file, or the arguments, with all that is wrong with it.
#[derive(Debug)]
pub(super) struct Faulty {
    /// The file; none for arguments.
    file: Option<String>,
    faults: Vec<String>,
    /// Whether the lines are faults and not a table.
    counted: bool,
}

impl Faulty {
    fn of_arguments(faults: Vec<String>) -> Self {
        Self { file: None, faults, counted: true }
    }

    fn sentence(&self) -> String {
        let faults = self.faults.iter().map(|fault| one_line(fault)).collect::<Vec<_>>().join("; ");
        self.file.as_ref().map_or(faults.clone(), |file| format!("{}: {faults}", one_line(file)))
    }

    /// One fault on one line; of several, their number and each on a line of its own.
    fn lines(&self) -> String {
        if self.faults.len() < 2 {
            return self.sentence();
        }
        let file = self.file.as_ref().map_or_else(String::new, |file| format!("{}: ", one_line(file)));
        let head = if self.counted { format!("{file}{} faults", self.faults.len()) } else { file.trim_end().to_owned() };
        self.faults.iter().fold(head, |text, fault| text + "\n  " + &one_line(fault))
    }
}

impl From<String> for Faulty {
    fn from(fault: String) -> Self {
        Self::of_arguments(vec![fault])
    }
}

impl From<PresetError> for Faulty {
    fn from(error: PresetError) -> Self {
        match error.faults() {
            Some((path, faults)) => Self { file: Some(path.display().to_string()), faults, counted: true },
            None => error.to_string().into(),
        }
    }
}

impl From<PresetError> for Failure {
    fn from(error: PresetError) -> Self {
        Self::Input(vec![error.into()])
    }
}

impl From<FaultList> for Failure {
    fn from(faults: FaultList) -> Self {
        Self::Input(vec![Faulty::of_arguments(lines(&faults))])
    }
}

impl From<RunDirError> for Failure {
    fn from(error: RunDirError) -> Self {
        match error {
            RunDirError::Preset(error) => error.into(),
            other => Self::input(other),
        }
    }
}

fn sentences(files: &[Faulty]) -> String {
    files.iter().map(Faulty::sentence).collect::<Vec<_>>().join("; ")
}

/// A text on one line, whatever a file name or parser contributed.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

impl From<super::stop::ListenError> for Failure {
    fn from(error: super::stop::ListenError) -> Self {
        Self::run(format!("cannot install the handler for Ctrl-C: {error}"))
    }
}
