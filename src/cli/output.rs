//! What a person or a script sees: results on standard output, progress and notices on standard error.

use super::args::OutputArgs;
use super::progress::Progress;
use super::streams::{complain, print};
use serde::Serialize;
use std::io;

/// Results, progress and notices of a long verb.
pub(super) struct Reporter {
    json: bool,
    quiet: bool,
    bar: Progress,
    lost: Option<io::Error>,
}

impl Reporter {
    pub(super) fn new(args: &OutputArgs) -> Self {
        Self { json: args.json, quiet: args.quiet, bar: Progress::hidden(), lost: None }
    }

    /// One event for scripts. Results go on if nobody can take them; the loss is told at the end.
    pub(super) fn event(&mut self, event: &impl Serialize) {
        if self.json {
            // invariant: events are plain data that JSON can write
            let line = serde_json::to_string(event).expect("an event is plain data");
            self.put(&(line + "\n"));
        }
    }

    /// One result for people.
    pub(super) fn say(&mut self, line: &str) {
        if !self.json && !self.quiet {
            self.put(&format!("{line}\n"));
        }
    }

    fn put(&mut self, text: &str) {
        if let Err(error) = self.bar.beside(|| print(text)) {
            self.lost.get_or_insert(error);
        }
    }

    /// Something a person should know but a script need not.
    pub(super) fn note(&self, line: &str) {
        if !self.quiet {
            self.bar.beside(|| complain(line));
        }
    }

    /// Something that went wrong without ending the run.
    pub(super) fn warn(&self, line: &str) {
        self.bar.beside(|| complain(&format!("warning: {line}")));
    }

    /// Show how far something is that begins now.
    pub(super) fn start_bar(&mut self, what: &'static str, done: u64, total: u64) {
        self.bar.end();
        self.bar = if self.quiet { Progress::hidden() } else { Progress::start(what, done, total) };
    }

    /// So much is done.
    pub(super) fn advance_bar(&self, done: u64) {
        self.bar.set(done);
    }

    /// Write beside the bar.
    pub(super) fn label_bar(&self, text: String) {
        self.bar.label(text);
    }

    /// The bar itself, for threads that report from inside a test.
    pub(super) fn bar(&self) -> Progress {
        self.bar.clone()
    }

    /// Clear the bar.
    pub(super) fn end_bar(&mut self) {
        self.bar.end();
        self.bar = Progress::hidden();
    }

    /// Whether every result could be written.
    pub(super) fn into_lost(self) -> Option<io::Error> {
        self.bar.end();
        self.lost
    }
}
