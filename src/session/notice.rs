//! Messages of the simulation thread.

use crate::files::NewDir;
use std::path::PathBuf;

/// A message that must not be lost.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A command succeeded.
    Done(String),
    /// A run was written to disk: the requested directory and the actual one.
    Saved {
        /// The requested directory.
        asked: NewDir,
        /// The directory that was written.
        run: PathBuf,
        /// Whether it is a free run, which has no images to be tested on.
        is_free: bool,
    },
    /// A run was not written to disk.
    NotSaved {
        /// The requested directory.
        asked: NewDir,
        /// The reason, and the remedy.
        reason: String,
    },
    /// A command was refused and nothing changed; contains the reason and the allowed values.
    Refused(String),
    /// A command that was to start or open another run was refused, and the present one continues; contains the reason.
    NotStarted(String),
    /// A change was requested while the past is shown, which cannot be changed; contains the remedy.
    RefusedInThePast(String),
    /// The simulation paused at the condition that was set.
    Paused(String),
    /// The run halted.
    Halted(String),
    /// The simulation thread panicked; contains the message and the remedy.
    Crashed(String),
}
