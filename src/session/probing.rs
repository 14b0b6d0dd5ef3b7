//! Pictures shown to frozen copies of the network on a thread of their own. The run is not touched.

use super::laboratory::Laboratory;
use crate::experiment::Probed;
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use std::sync::Arc;

/// Shows one picture at a time; of those that wait only the last is of interest.
#[derive(Default)]
pub(super) struct Prober {
    pending: Option<Receiver<Probed>>,
    waiting: Option<Vec<u8>>,
    last: Option<Arc<Probed>>,
}

impl Prober {
    /// Whether a picture is being shown.
    pub(super) fn is_busy(&self) -> bool {
        self.pending.is_some() || self.waiting.is_some()
    }

    /// What came of the last picture.
    pub(super) fn last(&self) -> Option<Arc<Probed>> {
        self.last.clone()
    }

    /// Show this picture as soon as possible, or say in a sentence why that cannot be.
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

    /// Take in what is done and show what waits. Says whether there is news.
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
        // nobody waits for a picture that was wiped away
        let show = move || drop(send.send(evaluator.probe(&pixels, after)));
        if std::thread::Builder::new().name("probe".to_owned()).spawn(show).is_ok() {
            self.pending = Some(receive);
        }
        news
    }
}
