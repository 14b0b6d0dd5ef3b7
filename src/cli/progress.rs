//! Progress of a long command: a bar on a terminal, otherwise a line at regular intervals.

use super::streams::complain;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two lines.
const LINE_PAUSE: Duration = Duration::from_secs(10);
/// Environment variable with the seconds between two lines.
const LINE_PAUSE_VARIABLE: &str = "SPIKESCOPE_PROGRESS_SECONDS";

/// A bar or lines; clones are the same one.
#[derive(Clone)]
pub(super) struct Progress {
    bar: ProgressBar,
    lines: Option<Arc<Lines>>,
}

struct Lines {
    what: &'static str,
    from: u64,
    total: u64,
    begun: Instant,
    pause: Duration,
    /// When the last line was written, and what stands beside the numbers.
    last: Mutex<(Instant, String)>,
}

impl Progress {
    /// Nothing is shown.
    pub(super) fn hidden() -> Self {
        Self { bar: ProgressBar::hidden(), lines: None }
    }

    /// Start at `done` of `total`.
    #[allow(clippy::disallowed_methods)] // times the lines, decides nothing in the run
    pub(super) fn start(what: &'static str, done: u64, total: u64) -> Self {
        if !io::stderr().is_terminal() {
            let seconds = std::env::var(LINE_PAUSE_VARIABLE).ok().and_then(|text| text.parse().ok());
            let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(LINE_PAUSE);
            let now = Instant::now();
            let lines = Lines { what, from: done, total, begun: now, pause, last: Mutex::new((now, String::new())) };
            return Self { bar: ProgressBar::hidden(), lines: Some(Arc::new(lines)) };
        }
        let template = "{prefix} {wide_bar} {human_pos}/{human_len} {per_sec} ETA {eta} {msg}";
        // invariant: the template is constant and correct, so the fallback is never taken
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        // the rate is that of this process, also for a resumed run
        let bar = ProgressBar::new(total).with_style(style).with_prefix(what).with_position(done);
        bar.reset_eta();
        Self { bar, lines: None }
    }

    /// Set the number of finished items.
    pub(super) fn set(&self, done: u64) {
        match &self.lines {
            Some(lines) => lines.set(done),
            None if self.bar.is_hidden() => {}
            None => self.bar.set_position(done),
        }
    }

    /// What stands beside the numbers.
    pub(super) fn label(&self, text: String) {
        match &self.lines {
            Some(lines) => lines.last.lock().unwrap_or_else(PoisonError::into_inner).1 = text,
            None => self.bar.set_message(text),
        }
    }

    /// Write something else without tearing the bar.
    pub(super) fn beside<R>(&self, write: impl FnOnce() -> R) -> R {
        self.bar.suspend(write)
    }

    /// Remove the bar.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Lines {
    fn set(&self, done: u64) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let since = last.0.elapsed();
        if since < self.pause {
            return;
        }
        last.0 += since;
        complain(&self.line(done, self.begun.elapsed().as_secs_f64(), &last.1));
    }

    fn line(&self, done: u64, seconds: f64, label: &str) -> String {
        let Self { what, from, total, .. } = self;
        let rate = done.saturating_sub(*from) as f64 / seconds.max(1e-9);
        let left = total.saturating_sub(done) as f64 / rate;
        let left = if left.is_finite() { format!(", {} left", duration(left)) } else { String::new() };
        let label = if label.is_empty() { String::new() } else { format!(", {label}") };
        format!("{what}: {done} of {total} ({:.1} %), {rate:.0}/s{left}{label}", 100.0 * done as f64 / (*total).max(1) as f64)
    }
}

/// A time in the two largest of its units.
fn duration(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) => format!("{minutes} min {} s", seconds % 60),
        _ => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods)] // no result depends on it
    fn a_line_says_how_much_how_fast_and_how_long() {
        let now = Instant::now();
        let lines =
            Lines { what: "training", from: 1000, total: 61_000, begun: now, pause: LINE_PAUSE, last: Mutex::new((now, String::new())) };
        assert_eq!(lines.line(7000, 12.0, "80.1 % right"), "training: 7000 of 61000 (11.5 %), 500/s, 1 min 48 s left, 80.1 % right");
        assert_eq!(lines.line(1000, 0.0, ""), "training: 1000 of 61000 (1.6 %), 0/s");
        assert_eq!(duration(7260.0), "2 h 1 min");
    }
}
