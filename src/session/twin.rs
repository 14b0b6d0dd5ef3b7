//! A copy of the state of a run, to be serialised on another thread.

use super::free::FreeMoment;
use crate::experiment::Trainer;
use crossbeam_channel::{Sender, bounded};

/// The copy.
pub(super) enum Twin {
    /// Of a training run.
    Images(Box<Trainer>),
    /// Of a network that runs freely, with the rates until then.
    Free(Box<FreeMoment>),
}

impl Twin {
    /// The state as bytes.
    pub(super) fn save(&mut self) -> Vec<u8> {
        match self {
            Self::Images(trainer) => trainer.save(),
            Self::Free(moment) => moment.run.save(),
        }
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// A thread for short jobs, one after the other. It ends with this value.
pub(super) struct Worker {
    jobs: Option<Sender<Job>>,
}

impl Worker {
    pub(super) fn start(name: &str) -> Self {
        let (jobs, queue) = bounded::<Job>(1);
        let work = move || queue.into_iter().for_each(|job| job());
        let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(work);
        Self { jobs: spawned.ok().map(|_| jobs) }
    }

    /// Do this now or after the present job. Returns false, and drops it, if one waits already; without a thread it is done here.
    pub(super) fn take(&self, job: impl FnOnce() + Send + 'static) -> bool {
        let Some(jobs) = &self.jobs else {
            job();
            return true;
        };
        jobs.try_send(Box::new(job)).is_ok()
    }

    /// Whether a job would be taken.
    pub(super) fn is_free(&self) -> bool {
        self.jobs.as_ref().is_none_or(|jobs| !jobs.is_full())
    }
}
