//! Handle of a background job: name, progress and cancellation. Shared without locks between the worker thread and the
//! thread that displays it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A background job with progress.
#[derive(Debug, Default)]
pub struct Work {
    name: String,
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
    finished: AtomicBool,
    endures: bool,
    brief: bool,
}

impl Work {
    /// A job of `total` parts; 0 if the number is unknown.
    pub fn new(name: impl Into<String>, total: u64) -> Self {
        Self { name: name.into(), total: AtomicU64::new(total), ..Self::default() }
    }

    /// A job whose progress is unknown and that cannot be stopped.
    pub fn without_stop(name: impl Into<String>) -> Self {
        Self { endures: true, ..Self::new(name, 0) }
    }

    /// The same job, which usually ends before there is time to read about it.
    #[must_use]
    pub fn usually_brief(self) -> Self {
        Self { brief: true, ..self }
    }

    /// Whether it is worth showing only once it has taken a while.
    pub fn is_usually_brief(&self) -> bool {
        self.brief
    }

    /// Whether it can be stopped.
    pub fn can_stop(&self) -> bool {
        !self.endures
    }

    /// Name of the job.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Set the number of completed parts.
    pub fn set_done(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// Set the total number of parts.
    pub fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// Completed fraction, 0 to 1; `None` if the total is unknown.
    pub fn share(&self) -> Option<f64> {
        let total = self.total.load(Ordering::Relaxed);
        (total > 0).then(|| (self.done.load(Ordering::Relaxed) as f64 / total as f64).min(1.0))
    }

    /// Request cancellation.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether cancellation was requested. The worker checks this many times a second.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The cancellation flag itself.
    pub fn cancel_flag(&self) -> &AtomicBool {
        &self.cancelled
    }

    /// Mark the job as ended, successfully or not.
    pub fn finish(&self) {
        self.finished.store(true, Ordering::Relaxed);
    }

    /// Whether the job has ended.
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
