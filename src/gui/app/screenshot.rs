//! `--screenshot`: train so many images, pause, write what the window shows, close. Every way this can fail ends with a
//! message and exit code 1; it never hangs.

use crate::gui::export::png::png_bytes;
use crate::gui::state::outbox::Outbox;
use crate::session::{Aspect, Command, RunState, Snapshot, Speed, StopCondition};
use egui::{ColorImage, ViewportCommand};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What to take a picture of.
#[derive(Debug, Clone)]
pub struct ScreenshotPlan {
    /// The PNG to write.
    pub path: PathBuf,
    /// Images to train first. In experiments without images: milliseconds of model time.
    pub after_images: u64,
}

/// The result; `None` while it is in progress.
pub(crate) type Result = std::result::Result<PathBuf, String>;

/// The plan as it is carried out.
pub struct Screenshot {
    plan: ScreenshotPlan,
    stage: Stage,
    slot: Arc<Mutex<Option<Result>>>,
    progress: (u64, Instant),
    /// Where the display puts the picture.
    picture: Arc<Mutex<Option<Arc<ColorImage>>>>,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    Starting,
    Training,
    /// One image more, which ends after this step.
    Answering(u64),
    /// Views settle: textures load, hover fades.
    Settling(Instant),
    Waiting(Instant),
    Done,
}

/// Speed until the simulation knows where to pause: no image ends before that.
pub(super) const AT_FIRST: Speed = Speed::ModelMsPerSecond(1.0);
/// No new step for this long: the simulation hangs.
const STALLED: Duration = Duration::from_mins(1);
/// A picture that takes longer than this does not come.
const NO_PICTURE: Duration = Duration::from_secs(20);
const SETTLE: Duration = Duration::from_millis(700);

impl Screenshot {
    /// Carry out `plan`; the result appears in `slot`. The simulation starts at [`AT_FIRST`].
    pub fn new(plan: ScreenshotPlan, slot: Arc<Mutex<Option<Result>>>) -> Self {
        Self { plan, stage: Stage::Starting, slot, progress: (0, Instant::now()), picture: Arc::default() }
    }

    /// Take the next step of the plan. `dead` says why the simulation no longer runs, and `speed` is what the picture shows.
    pub fn drive(&mut self, ctx: &egui::Context, snapshot: Option<&Snapshot>, dead: Option<&str>, speed: Speed, outbox: &mut Outbox) {
        // the time has to be checked also while no snapshot arrives
        ctx.request_repaint_after(Duration::from_millis(100));
        if let Some(reason) = dead {
            return self.finish(ctx, Err(reason.to_owned()));
        }
        match self.stage {
            Stage::Done => {}
            Stage::Starting | Stage::Training | Stage::Answering(_) => self.train(ctx, snapshot, speed, outbox),
            Stage::Settling(since) if since.elapsed() > SETTLE => {
                let (place, waker) = (self.picture.clone(), ctx.clone());
                ctx.request_screenshot(move |image| {
                    if let Ok(mut place) = place.lock() {
                        *place = Some(image);
                    }
                    waker.request_repaint();
                });
                self.stage = Stage::Waiting(Instant::now());
            }
            Stage::Settling(_) => ctx.request_repaint(),
            Stage::Waiting(since) => {
                ctx.request_repaint();
                let picture = self.picture.lock().ok().and_then(|mut picture| picture.take());
                if let Some(image) = picture {
                    let written = write_png(&self.plan.path, &image).map(|()| self.plan.path.clone());
                    self.finish(ctx, written);
                } else if since.elapsed() > NO_PICTURE {
                    self.finish(ctx, Err("the display delivered no picture within 20 s".to_owned()));
                }
            }
        }
    }

    fn train(&mut self, ctx: &egui::Context, snapshot: Option<&Snapshot>, speed: Speed, outbox: &mut Outbox) {
        let step = snapshot.map_or(0, |snapshot| snapshot.step.0);
        if step != self.progress.0 {
            self.progress = (step, Instant::now());
        } else if self.progress.1.elapsed() > STALLED {
            return self.finish(ctx, Err(format!("the simulation did not get past step {step} within 60 s")));
        }
        let Some(snapshot) = snapshot else { return };
        if let RunState::Halted(reason) = &snapshot.state {
            return self.finish(ctx, Err(format!("the run stopped before the picture: {reason}")));
        }
        let images = snapshot.shows(Aspect::Answers);
        let now = if images { snapshot.trial.index } else { (snapshot.step.0 as f64 * snapshot.dt_ms) as u64 };
        let target = self.plan.after_images;
        let resting = matches!(snapshot.state, RunState::Paused | RunState::Finished);
        match self.stage {
            Stage::Starting if now < target => {
                let there = if images { StopCondition::Image { index: target } } else { StopCondition::ModelTime { ms: target as f64 } };
                outbox.push(Command::StopWhen(Some(there)));
                outbox.push(Command::SetSpeed(Speed::Full));
                self.stage = Stage::Training;
            }
            // between two images the last one is shown, so that its number is still below
            Stage::Starting | Stage::Training if now >= target || resting => {
                outbox.push(Command::SetSpeed(speed));
                // show an image that was answered and rewarded
                outbox.push(if images { Command::StepTrial } else { Command::Pause });
                let answers = images && snapshot.state != RunState::Finished;
                self.stage = Stage::Answering(if answers { step + 1 } else { 0 });
            }
            Stage::Answering(after) if resting && step >= after => self.stage = Stage::Settling(Instant::now()),
            _ => {}
        }
    }

    fn finish(&mut self, ctx: &egui::Context, result: Result) {
        if matches!(self.stage, Stage::Done) {
            return;
        }
        self.stage = Stage::Done;
        if let Ok(mut slot) = self.slot.lock() {
            *slot = Some(result);
        }
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}

/// Write a picture whole or not at all.
pub(crate) fn write_png(path: &Path, image: &ColorImage) -> std::result::Result<(), String> {
    let bytes = png_bytes(image).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    crate::files::write_atomic(path, &bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;
    use crate::session::{Launch, Session};

    /// The state of a session when the views settle before the picture.
    fn at_picture(preset: &str, after_images: u64) -> Arc<Snapshot> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let preset = Preset::open(&root.join("presets").join(preset)).unwrap();
        let launch = Launch { preset, data_dir: root.join("data/mnist"), seed: 0, speed: AT_FIRST };
        let mut session = Session::start(launch, || {}).unwrap();
        let plan = ScreenshotPlan { path: PathBuf::new(), after_images };
        let (mut screenshot, mut outbox, ctx) = (Screenshot::new(plan, Arc::default()), Outbox::default(), egui::Context::default());
        let (mut snapshot, begun) = (None, Instant::now());
        while !matches!(screenshot.stage, Stage::Settling(_)) {
            snapshot = session.take_snapshot().or(snapshot);
            screenshot.drive(&ctx, snapshot.as_deref(), None, Speed::ModelMsPerSecond(100.0), &mut outbox);
            outbox.flush(&mut |command| session.send(command));
            assert!(begun.elapsed() < Duration::from_mins(1), "no picture of {}", snapshot.map_or(0, |snapshot| snapshot.step.0));
            std::thread::sleep(Duration::from_millis(2));
        }
        session.stop();
        snapshot.unwrap()
    }

    #[test]
    fn a_picture_is_of_exactly_so_many_images_or_milliseconds() {
        for images in [0, 3, 700] {
            let snapshot = at_picture("mnist-rstdp.ron", images);
            assert_eq!((snapshot.trial.index, snapshot.trial.answer.is_some()), (images, true));
            assert_eq!(snapshot.speed, Speed::ModelMsPerSecond(100.0));
        }
        let snapshot = at_picture("ring-of-two.ron", 250);
        assert_eq!(snapshot.step.0 as f64 * snapshot.dt_ms, 250.0);
    }
}
