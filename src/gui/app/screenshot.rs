//! `--screenshot`: train so many images, pause, write what the window shows, close. Every way this can fail ends with a
//! message and exit code 1; it never hangs.

use crate::gui::export::png::png_bytes;
use crate::gui::state::outbox::Outbox;
use crate::gui::window::speed::image_ms;
use crate::session::{Aspect, Command, RunState, Snapshot, Speed};
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
    Training,
    Pausing,
    /// Views settle: textures load, hover fades.
    Settling(Instant),
    Waiting(Instant),
    Done,
}

/// No new step for this long: the simulation hangs.
const STALLED: Duration = Duration::from_mins(1);
/// A picture that takes longer than this does not come.
const NO_PICTURE: Duration = Duration::from_secs(20);
const SETTLE: Duration = Duration::from_millis(700);

impl Screenshot {
    /// Carry out `plan`; the result appears in `slot`.
    pub fn new(plan: ScreenshotPlan, slot: Arc<Mutex<Option<Result>>>) -> Self {
        Self { plan, stage: Stage::Training, slot, progress: (0, Instant::now()), picture: Arc::default() }
    }

    /// Take the next step of the plan. `dead` says why the simulation no longer runs.
    pub fn drive(&mut self, ctx: &egui::Context, snapshot: Option<&Snapshot>, dead: Option<&str>, outbox: &mut Outbox) {
        // the time has to be checked also while no snapshot arrives
        ctx.request_repaint_after(Duration::from_millis(100));
        if let Some(reason) = dead {
            return self.finish(ctx, Err(reason.to_owned()));
        }
        match self.stage {
            Stage::Done => {}
            Stage::Training | Stage::Pausing => self.train(ctx, snapshot, outbox),
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

    fn train(&mut self, ctx: &egui::Context, snapshot: Option<&Snapshot>, outbox: &mut Outbox) {
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
        let left = self.plan.after_images.saturating_sub(now);
        let resting = matches!(snapshot.state, RunState::Paused | RunState::Finished);
        match self.stage {
            Stage::Training if left == 0 || snapshot.state == RunState::Finished => {
                // show an image that was answered and rewarded
                outbox.push(if images { Command::StepTrial } else { Command::Pause });
                self.stage = Stage::Pausing;
            }
            Stage::Training if images => {
                // slower towards the goal, so as not to overshoot it
                let images_per_s = (3.0 * left as f64).max(40.0);
                let paced = Speed::ModelMsPerSecond(images_per_s * image_ms(snapshot));
                outbox.push(Command::SetSpeed(if images_per_s > 20_000.0 { Speed::Full } else { paced }));
            }
            Stage::Pausing if resting => self.stage = Stage::Settling(Instant::now()),
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
