//! Progress of a long command: a bar on a terminal, otherwise a line at regular intervals.

use super::streams::complain;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
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
    pace: Pace,
    begun: Instant,
    pause: Duration,
    /// When the last line was written, and what stands beside the numbers.
    last: Mutex<(Instant, String)>,
}

/// How fast this process advances: what was finished before it began, as in a resumed run, does not count.
#[derive(Clone, Copy)]
struct Pace {
    from: u64,
    total: u64,
}

impl Pace {
    /// Items a second, rounded.
    fn rate(self, done: u64, seconds: f64) -> u64 {
        self.per_second(done, seconds).round() as u64
    }

    /// The remaining time; `None` if nothing has been done.
    fn left(self, done: u64, seconds: f64) -> Option<String> {
        let left = self.total.saturating_sub(done) as f64 / self.per_second(done, seconds);
        left.is_finite().then(|| duration(left))
    }

    fn per_second(self, done: u64, seconds: f64) -> f64 {
        done.saturating_sub(self.from) as f64 / seconds.max(1e-9)
    }
}

impl Progress {
    /// Nothing is shown.
    pub(super) fn hidden() -> Self {
        Self { bar: ProgressBar::hidden(), lines: None }
    }

    /// Start at `done` of `total`.
    #[allow(clippy::disallowed_methods)] // times the lines, decides nothing in the run
    pub(super) fn start(what: &'static str, done: u64, total: u64) -> Self {
        let pace = Pace { from: done, total };
        if !io::stderr().is_terminal() {
            let seconds = std::env::var(LINE_PAUSE_VARIABLE).ok().and_then(|text| text.parse().ok());
            let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(LINE_PAUSE);
            let now = Instant::now();
            let lines = Lines { what, pace, begun: now, pause, last: Mutex::new((now, String::new())) };
            return Self { bar: ProgressBar::hidden(), lines: Some(Arc::new(lines)) };
        }
        Self { bar: bar(what, pace, ProgressDrawTarget::stderr()), lines: None }
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

/// A bar that begins at `pace.from`. The estimator of indicatif counts what was done before as done in no time.
fn bar(what: &'static str, pace: Pace, target: ProgressDrawTarget) -> ProgressBar {
    let template = "{prefix} {wide_bar} {human_pos}/{human_len} {rate} ETA {left} {msg}";
    // invariant: the template is constant and correct, so the fallback is never taken
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    // invariant, here and below: writing to a string cannot fail
    let rate = move |state: &ProgressState, out: &mut dyn Write| {
        write!(out, "{}/s", HumanCount(pace.rate(state.pos(), state.elapsed().as_secs_f64()))).unwrap_or_default();
    };
    let left = move |state: &ProgressState, out: &mut dyn Write| {
        let left = pace.left(state.pos(), state.elapsed().as_secs_f64());
        out.write_str(left.as_deref().unwrap_or("-")).unwrap_or_default();
    };
    let style = style.with_key("rate", rate).with_key("left", left);
    ProgressBar::with_draw_target(Some(pace.total), target).with_style(style).with_prefix(what).with_position(pace.from)
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
        let Self { what, pace, .. } = self;
        let (total, rate) = (pace.total, pace.rate(done, seconds));
        let left = pace.left(done, seconds).map_or_else(String::new, |left| format!(", {left} left"));
        let label = if label.is_empty() { String::new() } else { format!(", {label}") };
        format!("{what}: {done} of {total} ({:.1} %), {rate}/s{left}{label}", 100.0 * done as f64 / total.max(1) as f64)
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
        let pace = Pace { from: 1000, total: 61_000 };
        let lines = Lines { what: "training", pace, begun: now, pause: LINE_PAUSE, last: Mutex::new((now, String::new())) };
        assert_eq!(lines.line(7000, 12.0, "80.1 % right"), "training: 7000 of 61000 (11.5 %), 500/s, 1 min 48 s left, 80.1 % right");
        assert_eq!(lines.line(1000, 0.0, ""), "training: 1000 of 61000 (1.6 %), 0/s");
        assert_eq!(duration(7260.0), "2 h 1 min");
    }

    /// A terminal that keeps what is drawn.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl indicatif::TermLike for Screen {
        fn width(&self) -> u16 {
            120
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().clear();
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn bar_of_a_resumed_run_counts_what_this_process_has_done() {
        let screen = Screen::default();
        let pace = Pace { from: 1_000_000, total: 2_000_000 };
        let bar = bar("simulating", pace, ProgressDrawTarget::term_like(Box::new(screen.clone())));
        std::thread::sleep(Duration::from_millis(100));
        bar.set_position(1_000_100);
        bar.tick();
        let drawn = screen.0.lock().unwrap().clone();
        let rate = drawn.split_whitespace().find_map(|word| word.strip_suffix("/s")).unwrap();
        // 100 in at least 0.1 s
        assert!(rate.replace(',', "").parse::<u64>().unwrap() <= 1000, "{drawn}");
        assert!(drawn.contains("1,000,100/2,000,000") && !drawn.contains("ETA 0 s"), "{drawn}");
    }
}
