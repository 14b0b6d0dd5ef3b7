//! Ctrl-C and termination: while training, the run stops at a step boundary with a checkpoint; otherwise, and
//! when asked twice, the program ends at once. Files are atomic, so neither leaves a torn one.

use super::output::complain;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a program that was interrupted.
pub(super) const INTERRUPTED: u8 = 130;

/// The system does not let this program listen for signals.
pub(super) use ctrlc::Error as ListenError;

/// Whether the user asked to stop.
#[derive(Clone)]
pub(super) struct Stop {
    asked: Arc<AtomicBool>,
    graceful: Arc<AtomicBool>,
}

impl Stop {
    /// Listen from now on. Until `graceful` is set, an interrupt ends the program at once.
    pub(super) fn listen() -> Result<Self, ListenError> {
        let stop = Self { asked: Arc::default(), graceful: Arc::default() };
        let Self { asked, graceful } = stop.clone();
        ctrlc::set_handler(move || {
            if !graceful.load(Ordering::SeqCst) || asked.swap(true, Ordering::SeqCst) {
                std::process::exit(i32::from(INTERRUPTED));
            }
            complain("stopping; once more to stop at once");
        })?;
        Ok(stop)
    }

    /// Whether the loop should look at `asked` itself.
    pub(super) fn set_graceful(&self, on: bool) {
        self.graceful.store(on, Ordering::SeqCst);
    }

    /// What `asked` looks at, for a test that can be cancelled.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.asked
    }

    /// Whether to stop at the next step boundary.
    pub(super) fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}
