//! Tests of drawings without learning, on a worker thread. The run does not change.

use super::laboratory::Laboratory;
use crate::experiment::Probed;
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use std::sync::Arc;

/// Tests one drawing at a time; of pending drawings only the last is kept.
#[derive(Default)]
pub(super) struct Prober {
    pending: Option<Receiver<Probed>>,
    waiting: Option<Vec<u8>>,
    last: Option<Arc<Probed>>,
}

impl Prober {
    /// Whether a test is running.
    pub(super) fn is_busy(&self) -> bool {
        self.pending.is_some() || self.waiting.is_some()
    }

    /// Result of the last drawing.
    pub(super) fn last(&self) -> Option<Arc<Probed>> {
        self.last.clone()
    }

    /// Test this drawing as soon as possible, or return an error.
    pub(super) fn ask(&mut self, lab: &Laboratory, pixels: Vec<u8>) -> Result<(), String> {
        let Laboratory::Images(trainer) = lab else { return Err("this experiment has no images".to_owned()) };
        let train = &trainer.data().train;
        if pixels.len() != train.width * train.height {
            let wanted = train.width * train.height;
            return Err(format!("the drawing has {} pixels, the network expects {wanted}; clear it and draw again", pixels.len()));
        }
        self.waiting = Some(pixels);
        Ok(())
    }

    /// Collect results and start the pending test. Returns whether there is a new result.
    pub(super) fn poll(&mut self, lab: &Laboratory) -> bool {
        let mut news = false;
        match self.pending.as_ref().map(Receiver::try_recv) {
            Some(Ok(probed)) => (self.last, self.pending, news) = (Some(Arc::new(probed)), None, true),
            Some(Err(TryRecvError::Disconnected)) => self.pending = None,
            Some(Err(TryRecvError::Empty)) => return false,
            None => {}
        }
        let (Some(pixels), Laboratory::Images(trainer)) = (self.waiting.take(), lab) else { return news };
        let (evaluator, after) = (trainer.evaluator(), trainer.images_done());
        let (send, receive) = bounded(1);
        // the drawing was cleared
        let show = move || drop(send.send(evaluator.probe(&pixels, after)));
        if std::thread::Builder::new().name("probe".to_owned()).spawn(show).is_ok() {
            self.pending = Some(receive);
        }
        news
    }
}
