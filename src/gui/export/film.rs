//! Recording of the window or of one tile as a GIF, over a chosen number of images, or a span of model time or of seconds.
//! Frames are captured from the screen while a worker encodes them, so that the window never blocks and memory stays bounded.
//! Missed frames are counted.

use super::Maker;
use crate::gui::paint::numbers::count;
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::gui::tiles::dock::Dock;
use crate::gui::widgets::list::list;
use crate::gui::window::modal::{focus_first, modal};
use crate::gui::window::notices::close_cross;
use crate::session::{RunState, Snapshot};
use crate::work::Work;
use crossbeam_channel::{Sender, bounded};
use egui::{ColorImage, Rect, Ui};
use std::sync::{Arc, Mutex};

/// Unit of the recorded span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Images,
    ModelMs,
    Seconds,
}

impl Unit {
    const ALL: [(Self, &str); 3] = [(Self::Images, "images"), (Self::ModelMs, "ms of model time"), (Self::Seconds, "seconds")];

    fn words(self) -> &'static str {
        Self::ALL.iter().find(|(unit, _)| *unit == self).map_or("", |(_, words)| words)
    }

    /// Current value of the clock in this unit.
    fn clock(self, snapshot: &Snapshot, now: f64) -> f64 {
        match self {
            Self::Images => snapshot.trial.index as f64,
            Self::ModelMs => snapshot.step.0 as f64 * snapshot.dt_ms,
            Self::Seconds => now,
        }
    }
}

/// Title of the dialog.
const TITLE: &str = "Record GIF";

/// Recording settings, as chosen in the recording window.
pub(crate) struct Film {
    open: bool,
    subject: Option<&'static str>,
    unit: Unit,
    span: f64,
    fps: f64,
    taking: Option<Take>,
}

impl Default for Film {
    fn default() -> Self {
        Self { open: false, subject: None, unit: Unit::Seconds, span: 10.0, fps: 10.0, taking: None }
    }
}

/// A recording in progress.
struct Take {
    from: f64,
    /// Time of the previous frame, in seconds.
    seen: f64,
    /// Total time in which nothing was to be recorded, in seconds; it is cut out: the simulation paused, or the view was hidden.
    idle: f64,
    /// Whether the view is hidden: behind another tab, or closed.
    hidden: bool,
    /// When the next frame is due, and when the last screenshot was requested, in seconds.
    due: Option<f64>,
    asked: f64,
    taken: u64,
    dropped: u64,
    picture: Arc<Mutex<Option<Arc<ColorImage>>>>,
    waiting: bool,
    frames: Option<Sender<(ColorImage, f64)>>,
    encoded: Encoded,
    work: Arc<Work>,
}

/// Where the worker puts the finished recording, with the number of frames whose size differed from that of the first.
type Encoded = Arc<Mutex<Option<Result<(Vec<u8>, u64), String>>>>;

/// Maximum number of frames waiting for the worker.
const WAITING: usize = 4;
/// Maximum width of a recording in pixels; wider frames are halved until they fit.
const WIDEST: usize = 1920;
/// Seconds after which a requested screenshot counts as lost.
const NO_PICTURE_S: f64 = 5.0;

impl Film {
    /// Open the recording window, or stop the recording and save it.
    pub(crate) fn toggle(&mut self) {
        match &mut self.taking {
            Some(take) => take.frames = None,
            None => self.open = !self.open,
        }
    }

    /// Whether the recording window is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Close the recording window.
    pub(crate) fn close(&mut self) {
        self.open = false;
    }

    /// Whether a recording is in progress.
    pub(crate) fn is_taking(&self) -> bool {
        self.taking.is_some()
    }

    /// The dialog with the recording settings.
    pub(crate) fn show(&mut self, ctx: &egui::Context, snapshot: &Snapshot, dock: &mut Dock, palette: &Palette) {
        if !self.open {
            return;
        }
        let mut start = false;
        let closes = modal(ctx, TITLE, 330.0, palette, |ui| {
            let tiles: Vec<_> = dock.titles(snapshot.aspects).filter(|(id, _)| dock.is_open(id)).collect();
            egui::Grid::new("film").num_columns(2).spacing([14.0, 8.0]).show(ui, |ui| {
                ui.label("View");
                let name = tiles.iter().find(|(id, _)| Some(*id) == self.subject).map_or("the whole window", |(_, title)| title);
                let combo = egui::ComboBox::from_id_salt("subject").width(190.0);
                list(ui, (combo, "View"), name, |list| {
                    if list.item(self.subject.is_none(), "the whole window", "") {
                        self.subject = None;
                    }
                    for (id, title) in &tiles {
                        if list.item(self.subject == Some(*id), title, "") {
                            self.subject = Some(*id);
                        }
                    }
                });
                ui.end_row();
                ui.label("Length");
                ui.horizontal(|ui| {
                    let span = ui.add(egui::DragValue::new(&mut self.span).range(1.0..=10_000.0).speed(1.0).max_decimals(0));
                    span.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "Length"));
                    let combo = egui::ComboBox::from_id_salt("unit").width(134.0);
                    list(ui, (combo, "Unit"), self.unit.words(), |list| {
                        for (unit, words) in Unit::ALL {
                            if list.item(self.unit == unit, words, "") {
                                self.unit = unit;
                            }
                        }
                    });
                });
                ui.end_row();
                ui.label("Frames per second");
                let fps = ui.add(egui::DragValue::new(&mut self.fps).range(1.0..=25.0).speed(0.1).max_decimals(0));
                fps.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "Frames per second"));
                ui.end_row();
            });
            ui.add_space(6.0);
            ui.colored_label(palette.dim, "Recording starts on Run, skips pauses and is saved as a GIF.");
            ui.add_space(6.0);
            let record = theme::button(ui, Sign::None, "Record", Weight::Main, 90.0);
            focus_first(&record, TITLE);
            start = record.clicked();
        });
        self.open = !closes && !start;
        if start {
            // a view behind another tab has no picture
            if let Some(id) = self.subject.filter(|id| dock.area(id).is_none()) {
                dock.reveal(id);
            }
            self.start(snapshot, ctx.input(|input| input.time));
        }
    }

    fn start(&mut self, snapshot: &Snapshot, now: f64) {
        let work = Arc::new(Work::new("Recording", (1000.0 * self.span) as u64));
        let encoded = Encoded::default();
        let (frames, taken) = bounded::<(ColorImage, f64)>(WAITING);
        let (place, watched) = (Arc::clone(&encoded), Arc::clone(&work));
        let worker = std::thread::Builder::new().name("recording".to_owned()).spawn(move || {
            let film = encode(taken.iter(), &watched);
            if let Ok(mut place) = place.lock() {
                *place = Some(film);
            }
        });
        if let Err(error) = worker
            && let Ok(mut place) = encoded.lock()
        {
            *place = Some(Err(format!("cannot start a thread for the recording: {error}; close other programs")));
        }
        let from = self.unit.clock(snapshot, now);
        self.taking = Some(Take {
            from,
            seen: now,
            idle: 0.0,
            hidden: false,
            due: None,
            asked: now,
            taken: 0,
            dropped: 0,
            picture: Arc::default(),
            waiting: false,
            frames: Some(frames),
            encoded,
            work,
        });
    }

    /// Progress of the recording with its stop and discard buttons, for a bar laid out from the right: a card over the tiles
    /// would be in every frame. Returns whether to stop and save.
    pub(crate) fn recording(&self, ui: &mut Ui, running: bool, palette: &Palette) -> bool {
        let Some(take) = &self.taking else { return false };
        let words = match take.work.share() {
            _ if take.frames.is_none() => "Saving the recording …".to_owned(),
            _ if !running => "Recording starts on Run".to_owned(),
            _ if take.hidden => "Recording paused: the view is hidden".to_owned(),
            share => format!("Recording {:.0} %", 100.0 * share.unwrap_or(0.0)),
        };
        if close_cross(ui, "Discard recording", palette).on_hover_text("Stop the recording and discard it").clicked() {
            take.work.cancel();
        }
        let button = egui::Button::new(egui::RichText::new(words).size(12.0)).frame_when_inactive(false);
        let stop = ui.add(button).on_hover_text("Stop the recording and save it").clicked();
        let (dot, _) = ui.allocate_exact_size(egui::vec2(10.0, 10.0), egui::Sense::hover());
        ui.painter().circle_filled(dot.center(), 4.0, palette.bad);
        stop
    }

    /// Call after each frame. Returns the finished recording once it is encoded, with a note on missing frames.
    pub(crate) fn frame(&mut self, ctx: &egui::Context, snapshot: &Snapshot, dock: &Dock) -> Option<(Maker, Option<String>)> {
        let now = ctx.input(|input| input.time);
        let take = self.taking.as_mut()?;
        ctx.request_repaint_after_secs(0.02);
        let running = snapshot.state == RunState::Running;
        let area = match self.subject {
            Some(id) => dock.area(id),
            None => Some(ctx.content_rect()),
        };
        take.hidden = area.is_none();
        if !running || take.hidden {
            take.idle += now - take.seen;
        }
        take.seen = now;
        let passed = self.unit.clock(snapshot, now - take.idle) - take.from;
        take.work.set_done((1000.0 * passed.max(0.0)) as u64);
        // a reset restarts the clock; frames recorded before it are kept
        if passed < 0.0 || passed >= self.span || take.work.is_cancelled() {
            take.frames = None;
        }
        take.step(ctx, now, if running && !take.hidden { self.fps } else { 0.0 }, area);
        let film = take.encoded.lock().ok().and_then(|mut place| place.take())?;
        let cancelled = take.work.is_cancelled();
        take.work.finish();
        let resized = film.as_ref().map_or(0, |(_, resized)| *resized);
        let remark = remark(take.taken.saturating_sub(resized), take.dropped, resized);
        self.taking = None;
        (!cancelled).then(|| (Box::new(move || film.map(|(bytes, _)| bytes)) as Maker, remark))
    }
}

impl Take {
    /// Receive the requested screenshot, and request the next one when it is due; never at 0 frames per second.
    fn step(&mut self, ctx: &egui::Context, now: f64, fps: f64, area: Option<Rect>) {
        let Some(frames) = &self.frames else { return };
        let picture = self.picture.lock().ok().and_then(|mut place| place.take());
        if let (Some(picture), Some(area)) = (picture, area) {
            self.waiting = false;
            let part = halved(cut(&picture, area * ctx.pixels_per_point()));
            // if the worker is behind, skip this frame instead of blocking
            let sent = frames.try_send((part, now - self.idle)).is_ok();
            self.taken += u64::from(sent);
            self.dropped += u64::from(!sent);
        }
        // a lost screenshot is requested again
        self.waiting &= now - self.asked < NO_PICTURE_S;
        let due = self.due.unwrap_or(now);
        if fps <= 0.0 {
            // no frames are due while the simulation is paused or the view is hidden
            self.due = None;
        } else if now >= due {
            // count the frames that were due since then without a screenshot
            let missed = ((now - due) * fps).floor();
            if area.is_none() || self.waiting || frames.len() >= WAITING {
                return;
            }
            self.dropped += missed as u64;
            self.due = Some(due + (missed + 1.0) / fps);
            self.asked = now;
            self.waiting = true;
            let (place, waker) = (Arc::clone(&self.picture), ctx.clone());
            ctx.request_screenshot(move |image| {
                if let Ok(mut place) = place.lock() {
                    *place = Some(image);
                }
                waker.request_repaint();
            });
        }
    }
}

/// The part of an image inside `area`, in pixels.
fn cut(image: &ColorImage, area: Rect) -> ColorImage {
    let clamp = |value: f32, most: usize| (value.round().max(0.0) as usize).min(most);
    let [width, height] = image.size;
    let (left, right) = (clamp(area.left(), width), clamp(area.right(), width));
    let (top, bottom) = (clamp(area.top(), height), clamp(area.bottom(), height));
    let rows = (top..bottom).flat_map(|y| image.pixels[y * width + left..y * width + right].iter().copied());
    ColorImage::new([right - left, bottom - top], rows.collect())
}

/// Every second pixel, repeatedly, until the image is no wider than `WIDEST`.
fn halved(mut image: ColorImage) -> ColorImage {
    while image.size[0] > WIDEST {
        let [w, h] = image.size;
        let rows = (0..h / 2).flat_map(|y| (0..w / 2).map(move |x| (2 * x, 2 * y)));
        image = ColorImage::new([w / 2, h / 2], rows.map(|(x, y)| image.pixels[y * w + x]).collect());
    }
    image
}

/// The notice about missing frames; `None` if there are none.
fn remark(taken: u64, dropped: u64, resized: u64) -> Option<String> {
    let all = count(taken + dropped + resized);
    let slow = (dropped > 0)
        .then(|| format!("{} of {all} frames were dropped because encoding or the display was too slow; record fewer frames per second or a single view.", count(dropped)));
    let other = (resized > 0).then(|| format!("{} of {all} frames were left out because the window was resized.", count(resized)));
    let words: Vec<String> = slow.into_iter().chain(other).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Frames with their times as a looping GIF that plays at the recorded speed, and the number of frames left out because of their
/// size.
fn encode(frames: impl Iterator<Item = (ColorImage, f64)>, work: &Work) -> Result<(Vec<u8>, u64), String> {
    let failed = |error: gif::EncodingError| format!("the recording cannot be encoded: {error}");
    let mut frames = frames.peekable();
    let size = frames
        .peek()
        .map(|(first, _)| first.size)
        .ok_or("no frame was recorded; start the network, with the view in sight, before the recording is stopped")?;
    let [width, height] = size.map(|length| length.min(usize::from(u16::MAX)) as u16);
    let mut encoder = gif::Encoder::new(Vec::new(), width, height, &[]).map_err(failed)?;
    encoder.set_repeat(gif::Repeat::Infinite).map_err(failed)?;
    // frames of another size come from a window that was resized during the recording
    let resized = std::cell::Cell::new(0);
    let fits = |(image, _): &(ColorImage, f64)| {
        let fits = image.size == size;
        resized.set(resized.get() + u64::from(!fits));
        fits
    };
    let mut frames = frames.filter(fits).peekable();
    while let Some((image, at)) = frames.next() {
        if work.is_cancelled() {
            return Err("the recording was stopped".to_owned());
        }
        let next = frames.peek().map_or(at + 0.5, |(_, next)| *next);
        let mut pixels: Vec<u8> = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b(), 255]).collect();
        let mut frame = gif::Frame::from_rgba_speed(width, height, &mut pixels, 20);
        frame.delay = (100.0 * (next - at)).round().clamp(2.0, 1000.0) as u16;
        encoder.write_frame(&frame).map_err(failed)?;
    }
    drop(frames);
    let bytes = encoder.into_inner().map_err(|error| format!("the recording cannot be encoded: {error}"))?;
    Ok((bytes, resized.get()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Color32;

    #[test]
    fn gif_reads_back_with_its_frames_size_and_delays() {
        let picture = |grey| ColorImage::filled([6, 4], Color32::from_gray(grey));
        let frames = [(picture(10), 1.0), (picture(200), 1.25), (ColorImage::filled([3, 3], Color32::RED), 1.3), (picture(90), 1.5)];
        let (bytes, resized) = encode(frames.into_iter(), &Work::new("film", 0)).unwrap();
        assert_eq!(resized, 1);
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(bytes.as_slice()).unwrap();
        assert_eq!((decoder.width(), decoder.height()), (6, 4));
        let mut seen = Vec::new();
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            seen.push((frame.delay, frame.buffer[0]));
        }
        assert_eq!(seen.len(), 3, "the resized frame is left out");
        assert_eq!(seen.iter().map(|(delay, _)| *delay).collect::<Vec<_>>(), [25, 25, 50]);
        assert!(seen.iter().zip([10i32, 200, 90]).all(|((_, grey), meant)| (i32::from(*grey) - meant).abs() < 4), "{seen:?}");
        assert!(encode(std::iter::empty(), &Work::new("film", 0)).is_err());
    }

    #[test]
    fn frame_is_cropped_to_the_tile_and_the_window() {
        let image = ColorImage::new([4, 3], (0..12).map(Color32::from_gray).collect());
        let part = cut(&image, Rect::from_min_max(egui::pos2(1.2, 0.9), egui::pos2(9.0, 2.1)));
        assert_eq!(part.size, [3, 1]);
        assert_eq!(part.pixels, [5, 6, 7].map(Color32::from_gray));
    }

    #[test]
    fn notice_counts_missing_frames_and_is_absent_if_there_are_none() {
        assert_eq!(remark(100, 0, 0), None);
        let words = remark(88, 12, 3).unwrap();
        assert!(words.contains("12 of 103 ") && words.contains("3 of 103 "), "{words}");
    }

    #[test]
    fn wide_frame_is_halved() {
        let image = ColorImage::new([2562, 4], (0..10_248).map(|k| Color32::from_gray((k % 251) as u8)).collect());
        let half = halved(image);
        assert_eq!(half.size, [1281, 2]);
        assert_eq!(half.pixels[1], Color32::from_gray(2));
    }
}
