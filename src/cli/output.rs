//! What a person or a script sees: results on standard output, progress and notices on standard error.

use super::args::OutputArgs;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// Write text to standard output. A reader that went away, as `head` does, is no fault.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Write a line to standard error. If even that fails there is nobody left to tell.
pub(super) fn complain(line: &str) {
    writeln!(io::stderr(), "{line}").ok();
}

/// Results, progress and notices of a long verb.
pub(super) struct Reporter {
    json: bool,
    quiet: bool,
    bar: ProgressBar,
    lost: Option<io::Error>,
}

impl Reporter {
    pub(super) fn new(args: &OutputArgs) -> Self {
        Self { json: args.json, quiet: args.quiet, bar: ProgressBar::hidden(), lost: None }
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
        if let Err(error) = self.bar.suspend(|| print(text)) {
            self.lost.get_or_insert(error);
        }
    }

    /// Something a person should know but a script need not.
    pub(super) fn note(&self, line: &str) {
        if !self.quiet {
            self.bar.suspend(|| complain(line));
        }
    }

    /// Something that went wrong without ending the run.
    pub(super) fn warn(&self, line: &str) {
        self.bar.suspend(|| complain(&format!("warning: {line}")));
    }

    /// Show a new progress bar, if a terminal looks on.
    pub(super) fn start_bar(&mut self, what: &'static str, done: u64, total: u64) {
        self.bar.finish_and_clear();
        if self.quiet || !io::stderr().is_terminal() {
            return;
        }
        let template = "{prefix} {wide_bar} {human_pos}/{human_len} {per_sec} ETA {eta} {msg}";
        // invariant: the template is constant and correct, so the fallback is never taken
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        // the rate is that of this process, also when a run goes on from a checkpoint
        self.bar = ProgressBar::new(total).with_style(style).with_prefix(what).with_position(done);
        self.bar.reset_eta();
    }

    /// Move the bar.
    pub(super) fn advance_bar(&self, done: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_position(done);
        }
    }

    /// Write beside the bar.
    pub(super) fn label_bar(&self, text: String) {
        self.bar.set_message(text);
    }

    /// The bar itself, for threads that report from inside a test.
    pub(super) fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    /// Clear the bar.
    pub(super) fn end_bar(&mut self) {
        self.bar.finish_and_clear();
        self.bar = ProgressBar::hidden();
    }

    /// Whether every result could be written.
    pub(super) fn into_lost(self) -> Option<io::Error> {
        self.bar.finish_and_clear();
        self.lost
    }
}
