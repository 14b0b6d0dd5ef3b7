//! Failures of a subcommand and their exit codes.

use super::stop::INTERRUPTED;
use std::fmt::Display;
use std::process::ExitCode;

/// Why a subcommand failed. The message is one sentence: what is wrong, where, the allowed values, the remedy.
#[derive(Debug)]
pub(super) enum Failure {
    /// Invalid usage or input; nothing was changed.
    Input(anyhow::Error),
    /// The run failed or a check did not pass.
    Run(anyhow::Error),
    /// Stopped by the user; the text says how to resume.
    Interrupted(String),
}

impl Failure {
    /// Invalid usage or input.
    pub(super) fn input(message: impl Display) -> Self {
        Self::Input(anyhow::anyhow!("{message}"))
    }

    /// The run failed or a check did not pass.
    pub(super) fn run(message: impl Display) -> Self {
        Self::Run(anyhow::anyhow!("{message}"))
    }

    /// Several errors of the input.
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

    /// The message on one line, whatever a file name or parser contributed.
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
        Self::run(format!("cannot install the handler for Ctrl-C: {error}"))
    }
}
