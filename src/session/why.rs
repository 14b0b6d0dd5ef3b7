//! Explanations on a thread of their own: a trial is lived through again there, so that nothing here waits for it.

use super::laboratory::Laboratory;
use crate::experiment::{Asked, Why};
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Least time between two explanations while model time passes.
const PERIOD: Duration = Duration::from_millis(300);

/// What is known, or a sentence on why nothing is.
pub(super) type Told = Arc<Result<Why, String>>;

/// What an explanation is of: run, image, step, question.
type Key = (u64, u64, u32, Asked);

/// Has at most one explanation made at a time.
#[derive(Default)]
pub(super) struct Teller {
    pending: Option<Receiver<Told>>,
    asked: Option<Key>,
    told: Option<Told>,
    due: Option<Instant>,
}

impl Teller {
    /// Whether an explanation is being made.
    pub(super) fn is_busy(&self) -> bool {
        self.pending.is_some()
    }

    /// Whether the next explanation may be made: only then the beginning of a trial is worth a copy at full speed.
    pub(super) fn is_due(&self) -> bool {
        self.pending.is_none() && self.due.is_none_or(|due| Instant::now() >= due)
    }

    /// The last explanation.
    pub(super) fn told(&self) -> Option<Told> {
        self.told.clone()
    }

    /// Take in what is done and have the next one made if it is due. Says whether there is news.
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
                // an image computed unseen: the last explanation is the best there is until one is watched
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
        // nobody waits for an explanation that is out of date
        let tell = move || drop(send.send(Arc::new(onset.explain(elapsed, question))));
        if std::thread::Builder::new().name("explanation".to_owned()).spawn(tell).is_ok() {
            self.pending = Some(receive);
        }
        news
    }
}
