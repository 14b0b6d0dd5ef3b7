//! Tests without learning, on a worker thread.

use super::{Laboratory, Simulation};
use crate::experiment::{Evaluator, TestResult};
use crate::session::notice::Notice;
use crate::session::snapshot::Evaluation;
use crate::work::Work;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::sync::Arc;

/// A test on a worker thread.
pub(super) struct Test {
    pub(super) done: Receiver<(u64, Option<TestResult>)>,
    pub(super) work: Arc<Work>,
}

impl Simulation {
    /// Start a test of a copy without learning on a worker thread.
    pub(super) fn evaluate(&mut self, images: usize) {
        let Laboratory::Images(trainer) = &self.run.lab else { return };
        if self.test.is_some() {
            return;
        }
        let (evaluator, after) = (trainer.evaluator(), trainer.images_done());
        let (send, done) = bounded(1);
        let images = images.min(trainer.data().test.len());
        let work = Arc::new(Work::new("Testing", images as u64));
        let shown = Arc::clone(&work);
        let spawned =
            std::thread::Builder::new().name("evaluation".to_owned()).spawn(move || test(evaluator, images, after, &shown, &send));
        match spawned {
            Ok(_) => self.test = Some(Test { done, work }),
            Err(error) => self.waiting.push_back(Notice::Refused(format!("cannot start the test: {error}; close other programs"))),
        }
    }

    pub(super) fn cancel_test(&mut self) {
        if let Some(test) = self.test.take() {
            test.work.cancel();
        }
    }

    pub(super) fn collect_test(&mut self) {
        let Some(test) = &self.test else { return };
        match test.done.try_recv() {
            Ok((after_images, Some(TestResult { images, accuracy, .. }))) => {
                self.run.history.evaluation = Some(Evaluation { after_images, test_images: images as u64, accuracy });
                let text = format!("test accuracy {:.2} % on {images} images, after {after_images} training images", 100.0 * accuracy);
                self.waiting.push_back(Notice::Done(text));
                self.test = None;
                self.publish();
            }
            Ok((_, None)) | Err(crossbeam_channel::TryRecvError::Disconnected) => self.test = None,
            Err(crossbeam_channel::TryRecvError::Empty) => {}
        }
    }
}

fn test(mut evaluator: Evaluator, images: usize, after: u64, work: &Work, done: &Sender<(u64, Option<TestResult>)>) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let result = evaluator.run(images, threads, &|shown| work.set_done(shown as u64), work.cancel_flag());
    work.finish();
    // the test was cancelled
    done.send((after, result)).ok();
}
