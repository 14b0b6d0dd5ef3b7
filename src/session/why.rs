//! Explanations of answers on a worker thread, which replays the trial.

mod spike;

pub use spike::SpikeAsked;
pub(super) use spike::{Scene, SpikeExplainer, SpikeTold};

use super::laboratory::Laboratory;
use crate::experiment::{Asked, Why};
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Minimum time between two explanations while running.
const PERIOD: Duration = Duration::from_millis(300);

/// An explanation, or why there is none.
pub(super) type Told = Arc<Result<Why, String>>;

/// Subject of an explanation: run, image, step, question.
type Key = (u64, u64, u32, Asked);

/// Computes at most one explanation at a time.
#[derive(Default)]
pub(super) struct Teller {
    pending: Option<Receiver<Told>>,
    asked: Option<Key>,
    told: Option<Told>,
    due: Option<Instant>,
}

impl Teller {
    /// Whether an explanation is being computed.
    pub(super) fn is_busy(&self) -> bool {
        self.pending.is_some()
    }

    /// Whether the next explanation is due, so that a trial should start with a copy at full speed.
    pub(super) fn is_due(&self) -> bool {
        self.pending.is_none() && self.due.is_none_or(|due| Instant::now() >= due)
    }

    /// The last explanation.
    pub(super) fn told(&self) -> Option<Told> {
        self.told.clone()
    }

    /// Collect the result and start the next explanation if it is due. Returns whether there is a new result.
    pub(super) fn poll(&mut self, lab: &Laboratory, generation: u64, question: Option<Asked>, running: bool) -> bool {
        let (Some(question), Laboratory::Images(trainer)) = (question, lab) else {
            let known = self.told.is_some();
            *self = Self::default();
            return known;
        };
        let mut news = false;
        match self.pending.as_ref().map(Receiver::try_recv) {
            Some(Ok(told)) => (self.told, self.pending, news) = (Some(told), None, true),
            Some(Err(TryRecvError::Disconnected)) => self.pending = None,
            Some(Err(TryRecvError::Empty)) => return false,
            None => {}
        }
        let trial = trainer.trial();
        let key = (generation, trial.index, trial.elapsed_steps, question);
        if self.asked == Some(key) || (running && !self.is_due()) {
            return news;
        }
        let Some(onset) = trainer.onset().filter(|onset| onset.index() == trial.index).map(Arc::clone) else {
            if running {
                // image without recording: keep the last explanation
                return news;
            }
            let words = if trial.elapsed_steps == 0 {
                "Run or step: this view splits the potentials of the image into their terms."
            } else {
                "This image was simulated without recording, or a parameter changed during it. Step one image to explain the next one."
            };
            self.asked = Some(key);
            self.told = Some(Arc::new(Err(words.to_owned())));
            return true;
        };
        self.asked = Some(key);
        self.due = Some(Instant::now() + PERIOD);
        let (send, receive) = bounded(1);
        let elapsed = trial.elapsed_steps;
        // the explanation is out of date
        let tell = move || drop(send.send(Arc::new(onset.explain(elapsed, question))));
        if std::thread::Builder::new().name("explanation".to_owned()).spawn(tell).is_ok() {
            self.pending = Some(receive);
        }
        news
    }
}
