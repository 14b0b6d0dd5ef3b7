//! Where snapshots come from and commands go. The window uses the simulation only through this trait, which tests replace.

use crate::datasets::Reading;
use crate::preset::Preset;
use crate::session::{Command, Launch, Notice, Session, Snapshot, Speed};
use std::path::PathBuf;
use std::sync::Arc;

/// A running session as the window sees it. No call may block.
pub trait Source {
    /// Queue a command; gives it back when the queue is full.
    fn send(&mut self, command: Command) -> Result<(), Command>;
    /// The newest snapshot, if there is one that was not taken yet.
    fn take_snapshot(&mut self) -> Option<Arc<Snapshot>>;
    /// Events since the last call, oldest first.
    fn take_notices(&mut self) -> Vec<Notice>;
    /// Whether the simulation thread still runs.
    fn is_alive(&self) -> bool;
    /// End it: Quit and join.
    fn stop(&mut self);
}

/// Starts a session with a preset, a seed and a pace. Called once at the start and again after a crash. The context is
/// what a new snapshot wakes.
pub type Launcher = Box<dyn FnMut(Preset, u64, Speed, egui::Context) -> Box<dyn Source>>;

/// A launcher of real sessions that read their images from `data_dir`.
pub fn session_launcher(data_dir: PathBuf, reading: Reading) -> Launcher {
    Box::new(move |preset, seed, speed, ctx| {
        let launch = Launch { preset, data_dir: data_dir.clone(), seed, speed };
        match Session::start_reading(launch, reading, move || ctx.request_repaint()) {
            Ok(session) => Box::new(session),
            Err(error) => Box::new(Stillborn(Some(format!("the system could not start a thread: {error}; close other programs")))),
        }
    })
}

impl Source for Session {
    fn send(&mut self, command: Command) -> Result<(), Command> {
        Self::send(self, command)
    }

    fn take_snapshot(&mut self) -> Option<Arc<Snapshot>> {
        Self::take_snapshot(self)
    }

    fn take_notices(&mut self) -> Vec<Notice> {
        Self::take_notices(self)
    }

    fn is_alive(&self) -> bool {
        Self::is_alive(self)
    }

    fn stop(&mut self) {
        Self::stop(self);
    }
}

/// A session that could not be started, and why.
struct Stillborn(Option<String>);

impl Source for Stillborn {
    fn send(&mut self, _command: Command) -> Result<(), Command> {
        Ok(())
    }

    fn take_snapshot(&mut self) -> Option<Arc<Snapshot>> {
        None
    }

    fn take_notices(&mut self) -> Vec<Notice> {
        self.0.take().map(Notice::Crashed).into_iter().collect()
    }

    fn is_alive(&self) -> bool {
        false
    }

    fn stop(&mut self) {}
}
