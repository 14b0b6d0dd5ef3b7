//! Long work as others see it: its name, how far it is, and a way to stop it. Shared between the thread that does it and
//! the one that shows it; neither waits for the other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A piece of work that takes long enough to be watched.
#[derive(Debug, Default)]
pub struct Work {
    name: String,
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
    finished: AtomicBool,
}

impl Work {
    /// Work of `total` parts; 0 if nobody knows how many.
    pub fn new(name: impl Into<String>, total: u64) -> Self {
        Self { name: name.into(), total: AtomicU64::new(total), ..Self::default() }
    }

    /// What is being done.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// So many parts are done.
    pub fn set_done(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// The number of parts became known, or changed.
    pub fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// Share that is done, 0 to 1; `None` if nobody knows.
    pub fn share(&self) -> Option<f64> {
        let total = self.total.load(Ordering::Relaxed);
        (total > 0).then(|| (self.done.load(Ordering::Relaxed) as f64 / total as f64).min(1.0))
    }

    /// Ask whoever does it to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it is to stop. Looked at by whoever does it, many times a second.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The flag itself, for code that wants one.
    pub fn cancel_flag(&self) -> &AtomicBool {
        &self.cancelled
    }

    /// It has come to an end, whichever.
    pub fn finish(&self) {
        self.finished.store(true, Ordering::Relaxed);
    }

    /// Whether it has come to an end.
    pub fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_needs_a_total_and_never_exceeds_one() {
        let work = Work::new("counting", 0);
        assert_eq!(work.share(), None);
        work.set_total(4);
        work.set_done(1);
        assert_eq!(work.share(), Some(0.25));
        work.set_done(9);
        assert_eq!(work.share(), Some(1.0));
    }
}
