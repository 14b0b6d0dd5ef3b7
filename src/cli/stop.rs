//! Ctrl-C, hang-up and termination: while training, the run stops at a step boundary with a checkpoint; otherwise, and when
//! asked twice, the program ends at once. Files are atomic, so neither leaves a torn one.
//!
//! A signal that the parent process had set to be ignored stays ignored: hang-up under `nohup`, interrupt in a
//! background job of a shell script.

use super::streams::complain;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of an interrupted program.
pub(super) const INTERRUPTED: u8 = 130;

/// The signal handler could not be installed.
#[cfg(not(unix))]
pub(super) use ctrlc::Error as ListenError;
/// The signal handler could not be installed.
#[cfg(unix)]
pub(super) use std::io::Error as ListenError;

/// Whether a stop was requested.
#[derive(Clone)]
pub(super) struct Stop {
    asked: Arc<AtomicBool>,
    graceful: Arc<AtomicBool>,
    /// Whether the subcommand may have written something.
    begun: Arc<AtomicBool>,
}

impl Stop {
    /// Install the handler. Until `graceful` is set, an interrupt ends the program at once.
    pub(super) fn listen() -> Result<Self, ListenError> {
        let stop = Self { asked: Arc::default(), graceful: Arc::default(), begun: Arc::default() };
        let Self { asked, graceful, begun } = stop.clone();
        on_signal(move || {
            if !graceful.load(Ordering::SeqCst) || asked.swap(true, Ordering::SeqCst) {
                if !begun.load(Ordering::SeqCst) {
                    complain("stopped; nothing was written");
                }
                std::process::exit(i32::from(INTERRUPTED));
            }
            complain("stopping; press Ctrl-C again to stop at once");
        })?;
        Ok(stop)
    }

    /// Whether the loop checks `asked` itself. Before the first call nothing is written.
    pub(super) fn set_graceful(&self, on: bool) {
        self.begun.store(true, Ordering::SeqCst);
        self.graceful.store(on, Ordering::SeqCst);
    }

    /// The flag behind `asked`, for a test that can be cancelled.
    pub(super) fn flag(&self) -> &AtomicBool {
        &self.asked
    }

    /// Whether to stop at the next step boundary.
    pub(super) fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}

#[cfg(not(unix))]
fn on_signal(act: impl FnMut() + Send + 'static) -> Result<(), ListenError> {
    ctrlc::set_handler(act)
}

#[cfg(unix)]
fn on_signal(mut act: impl FnMut() + Send + 'static) -> Result<(), ListenError> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    let ignored = ignored();
    let heard = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|&signal| match ignored {
        Some(mask) => mask >> (signal - 1) & 1 == 0,
        // a signal that is not listened for does what it was set to do
        None => signal == SIGTERM || signal == SIGINT && std::io::IsTerminal::is_terminal(&std::io::stdin()),
    });
    let mut signals = Signals::new(heard)?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || signals.forever().for_each(|_| act()))?;
    Ok(())
}

/// The signals that are ignored, one bit each from the lowest, where the system tells without being changed.
#[cfg(unix)]
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    u64::from_str_radix(status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?.trim(), 16).ok()
}
