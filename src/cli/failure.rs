//! How a verb can fail, and the exit code that says so.

use super::stop::INTERRUPTED;
use std::fmt::Display;
use std::process::ExitCode;

/// Why a verb did not do what was asked. Its message is one sentence: what, where, what is allowed, what to do.
#[derive(Debug)]
pub(super) enum Failure {
    /// Bad usage or bad input; nothing was changed.
    Input(anyhow::Error),
    /// The run failed or fell short.
    Run(anyhow::Error),
    /// The user stopped it; the text says how to go on.
    Interrupted(String),
}

impl Failure {
    /// Bad usage or bad input.
    pub(super) fn input(message: impl Display) -> Self {
        Self::Input(anyhow::anyhow!("{message}"))
    }

    /// The run failed or fell short.
    pub(super) fn run(message: impl Display) -> Self {
        Self::Run(anyhow::anyhow!("{message}"))
    }

    /// Several faults of the input at once.
    pub(super) fn faults(faults: &[String]) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::input(faults.join("; "))) }
    }

    /// The same fault, of the run and not of the command line.
    pub(super) fn of_the_run(self) -> Self {
        match self {
            Self::Input(error) => Self::Run(error),
            other => other,
        }
    }

    /// What to print, on one line whatever a file name or parser put into it.
    pub(super) fn message(&self) -> String {
        let text = match self {
            Self::Input(error) | Self::Run(error) => format!("error: {error}"),
            Self::Interrupted(how) => how.clone(),
        };
        text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
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

impl From<super::stop::ListenError> for Failure {
    fn from(error: super::stop::ListenError) -> Self {
        Self::run(format!("cannot listen for Ctrl-C: {error}"))
    }
}
