//! Output: results on standard output, progress and messages on standard error.

use super::args::OutputArgs;
use super::failure::Failure;
use super::progress::Progress;
use super::streams::{complain, print};
use serde::Serialize;
use std::io;

/// Results, progress and messages of a long subcommand.
pub(super) struct Reporter {
    json: bool,
    /// Without progress and notices on standard error.
    quiet: bool,
    bar: Progress,
    /// Why output could not be written.
    unwritten: Option<io::Error>,
    /// What else could not be saved.
    lost: Vec<String>,
}

/// Losses that are kept: on a full disk every checkpoint fails.
const MOST_LOSSES: usize = 3;

impl Reporter {
    pub(super) fn new(args: &OutputArgs) -> Self {
        Self::plain(args.json, args.quiet)
    }

    /// The same for a subcommand without threads.
    pub(super) fn plain(json: bool, quiet: bool) -> Self {
        Self { json, quiet, bar: Progress::hidden(), unwritten: None, lost: Vec::new() }
    }

    /// One event of `--json`. If it cannot be written, the work continues and the error is reported at the end.
    pub(super) fn event(&mut self, event: &impl Serialize) {
        if self.json {
            // invariant: events can be serialised as JSON
            let line = serde_json::to_string(event).expect("an event is plain data");
            self.put(&(line + "\n"));
        }
    }

    /// One line of the results, which --quiet does not silence.
    pub(super) fn say(&mut self, line: &str) {
        if !self.json {
            self.put(&format!("{line}\n"));
        }
    }

    fn put(&mut self, text: &str) {
        if let Err(error) = self.bar.beside(|| print(text)) {
            self.unwritten.get_or_insert(error);
        }
    }

    /// A message on standard error, without `--json` only.
    pub(super) fn note(&self, line: &str) {
        if !self.quiet {
            self.bar.beside(|| complain(line));
        }
    }

    /// A problem that does not end the run.
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

    /// Set the text beside the bar.
    pub(super) fn label_bar(&self, text: String) {
        self.bar.label(text);
    }

    /// The bar itself, for worker threads of a test.
    pub(super) fn bar(&self) -> Progress {
        self.bar.clone()
    }

    /// Clear the bar.
    pub(super) fn end_bar(&mut self) {
        self.bar.end();
        self.bar = Progress::hidden();
    }

    /// Report what could not be saved. The work continues, and `end` fails.
    pub(super) fn lose(&mut self, loss: Option<String>) {
        let Some(loss) = loss else { return };
        self.warn(&loss);
        if self.lost.len() < MOST_LOSSES {
            self.lost.push(loss);
        }
    }

    /// The first of what could not be saved.
    pub(super) fn first_loss(&self) -> Option<&str> {
        self.lost.first().map(String::as_str)
    }

    /// The end of the subcommand: whether everything could be saved and written.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        self.bar.end();
        self.lost.extend(self.unwritten.map(|error| format!("results could not be written to standard output: {error}")));
        if self.lost.is_empty() { Ok(()) } else { Err(Failure::run(self.lost.join("; "))) }
    }
}
