//! A film of the window or of one tile over a chosen span of images, model time or seconds. Frames are taken as they are
//! shown; a worker turns each into the next of a GIF while the span goes on, so that no frame waits and little is kept.

use super::{Maker, NO_PICTURE_S, cut};
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::gui::tiles::dock::Dock;
use crate::gui::window::notices::close_cross;
use crate::session::{RunState, Snapshot};
use crate::work::Work;
use crossbeam_channel::{Sender, bounded};
use egui::{ColorImage, Rect, Ui};
use std::sync::{Arc, Mutex};

/// What a span is counted in.
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

    /// How far the clock of this unit is.
    fn clock(self, snapshot: &Snapshot, now: f64) -> f64 {
        match self {
            Self::Images => snapshot.trial.index as f64,
            Self::ModelMs => snapshot.step.0 as f64 * snapshot.dt_ms,
            Self::Seconds => now,
        }
    }
}

/// What is to be filmed, as chosen in its window.
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

/// A film being taken.
struct Take {
    from: f64,
    /// Time of the frame before, in seconds.
    seen: f64,
    /// Seconds in which nothing moved: they are cut out.
    idle: f64,
    last: Option<f64>,
    picture: Arc<Mutex<Option<Arc<ColorImage>>>>,
    waiting: bool,
    frames: Option<Sender<(ColorImage, f64)>>,
    encoded: Encoded,
    work: Arc<Work>,
}

/// Where the worker puts the finished film.
type Encoded = Arc<Mutex<Option<Result<Vec<u8>, String>>>>;

/// Frames between the screen and the worker.
const WAITING: usize = 4;
/// No film is wider than this; wider windows are halved until they fit.
const WIDEST: usize = 1920;

impl Film {
    /// Open its window, or stop what is being filmed and keep it.
    pub(crate) fn toggle(&mut self) {
        match &mut self.taking {
            Some(take) => take.frames = None,
            None => self.open = !self.open,
        }
    }

    /// Whether its window is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Close its window.
    pub(crate) fn close(&mut self) {
        self.open = false;
    }

    /// Whether a film is being taken.
    pub(crate) fn is_taking(&self) -> bool {
        self.taking.is_some()
    }

    /// The window in which a film is planned.
    pub(crate) fn show(&mut self, ctx: &egui::Context, snapshot: &Snapshot, dock: &Dock, palette: &Palette) {
        let mut open = self.open;
        let mut start = false;
        let place = egui::Window::new("Record a film").collapsible(false).resizable(false).pivot(egui::Align2::CENTER_CENTER);
        place.default_pos(ctx.content_rect().center()).open(&mut open).show(ctx, |ui| {
            ui.set_width(330.0);
            let tiles: Vec<_> = dock.titles(snapshot.protocol).filter(|(id, _)| dock.is_open(id)).collect();
            egui::Grid::new("film").num_columns(2).spacing([14.0, 8.0]).show(ui, |ui| {
                ui.label("Of");
                let name = tiles.iter().find(|(id, _)| Some(*id) == self.subject).map_or("the whole window", |(_, title)| title);
                let combo = egui::ComboBox::from_id_salt("subject").selected_text(name).width(190.0).show_ui(ui, |ui| {
                    ui.selectable_value(&mut self.subject, None, "the whole window");
                    for (id, title) in &tiles {
                        ui.selectable_value(&mut self.subject, Some(id), *title);
                    }
                });
                combo.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Of"));
                ui.end_row();
                ui.label("For");
                ui.horizontal(|ui| {
                    let span = ui.add(egui::DragValue::new(&mut self.span).range(1.0..=10_000.0).speed(1.0).max_decimals(0));
                    span.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "For"));
                    let combo = egui::ComboBox::from_id_salt("unit").selected_text(self.unit.words()).width(134.0).show_ui(ui, |ui| {
                        for (unit, words) in Unit::ALL {
                            ui.selectable_value(&mut self.unit, unit, words);
                        }
                    });
                    combo.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Unit"));
                });
                ui.end_row();
                ui.label("Frames a second");
                let fps = ui.add(egui::DragValue::new(&mut self.fps).range(1.0..=25.0).speed(0.1).max_decimals(0));
                fps.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "Frames a second"));
                ui.end_row();
            });
            ui.add_space(6.0);
            ui.colored_label(palette.dim, "The film is taken while the network runs, and saved as a GIF.");
            ui.add_space(6.0);
            start = theme::button(ui, Sign::None, "Record", Weight::Main, 90.0).clicked();
        });
        self.open = open && !start;
        if start {
            self.start(snapshot, ctx.input(|input| input.time));
        }
    }

    fn start(&mut self, snapshot: &Snapshot, now: f64) {
        let work = Arc::new(Work::new("Filming", (1000.0 * self.span) as u64));
        let encoded = Encoded::default();
        let (frames, taken) = bounded::<(ColorImage, f64)>(WAITING);
        let (place, watched) = (Arc::clone(&encoded), Arc::clone(&work));
        let worker = std::thread::Builder::new().name("film".to_owned()).spawn(move || {
            let film = encode(taken.iter(), &watched);
            if let Ok(mut place) = place.lock() {
                *place = Some(film);
            }
        });
        if let Err(error) = worker
            && let Ok(mut place) = encoded.lock()
        {
            *place = Some(Err(format!("cannot start a thread for the film: {error}; close other programs")));
        }
        let from = self.unit.clock(snapshot, now);
        self.taking = Some(Take {
            from,
            seen: now,
            idle: 0.0,
            last: None,
            picture: Arc::default(),
            waiting: false,
            frames: Some(frames),
            encoded,
            work,
        });
    }

    /// How far a film being taken is, with the ways to end it, for a bar that is laid out from the right: a card over the tiles
    /// would be in every picture. Says whether to stop it and keep it.
    pub(crate) fn recording(&self, ui: &mut Ui, running: bool, palette: &Palette) -> bool {
        let Some(take) = &self.taking else { return false };
        let words = match take.work.share() {
            _ if take.frames.is_none() => "Saving the film …".to_owned(),
            _ if !running => "The film waits for Run".to_owned(),
            share => format!("Filming {:.0} %", 100.0 * share.unwrap_or(0.0)),
        };
        if close_cross(ui, "Discard the film", palette).on_hover_text("Stop the film and discard it").clicked() {
            take.work.cancel();
        }
        let button = egui::Button::new(egui::RichText::new(words).size(12.0)).frame_when_inactive(false);
        let stop = ui.add(button).on_hover_text("Stop the film here and save it").clicked();
        let (dot, _) = ui.allocate_exact_size(egui::vec2(10.0, 10.0), egui::Sense::hover());
        ui.painter().circle_filled(dot.center(), 4.0, palette.bad);
        stop
    }

    /// Another frame was shown. The finished film, once it is made.
    pub(crate) fn frame(&mut self, ctx: &egui::Context, snapshot: &Snapshot, dock: &Dock) -> Option<Maker> {
        let now = ctx.input(|input| input.time);
        let take = self.taking.as_mut()?;
        ctx.request_repaint_after_secs(0.02);
        let running = snapshot.state == RunState::Running;
        if !running {
            take.idle += now - take.seen;
        }
        take.seen = now;
        let passed = self.unit.clock(snapshot, now - take.idle) - take.from;
        take.work.set_done((1000.0 * passed.max(0.0)) as u64);
        // a reset begins the count anew: what was filmed until then is the film
        if passed < 0.0 || passed >= self.span || take.work.is_cancelled() {
            take.frames = None;
        }
        let area = match self.subject {
            Some(id) => dock.area(id),
            None => Some(ctx.content_rect()),
        };
        take.step(ctx, now, if running { self.fps } else { 0.0 }, area);
        let film = take.encoded.lock().ok().and_then(|mut place| place.take())?;
        let cancelled = take.work.is_cancelled();
        take.work.finish();
        self.taking = None;
        (!cancelled).then(|| Box::new(move || film) as Maker)
    }
}

impl Take {
    /// Take in the picture that was asked for, and ask for the next when it is time: never at 0 a second.
    fn step(&mut self, ctx: &egui::Context, now: f64, fps: f64, area: Option<Rect>) {
        let Some(frames) = &self.frames else { return };
        let picture = self.picture.lock().ok().and_then(|mut place| place.take());
        if let (Some(picture), Some(area)) = (picture, area) {
            self.waiting = false;
            let part = halved(cut(&picture, area * ctx.pixels_per_point()));
            // a worker that is behind costs a frame, never time
            frames.try_send((part, now - self.idle)).ok();
        }
        // a picture that was lost is asked for again
        self.waiting &= self.last.is_none_or(|last| now - last < NO_PICTURE_S);
        if fps > 0.0 && area.is_some() && !self.waiting && self.last.is_none_or(|last| now - last >= 1.0 / fps) && frames.len() < WAITING {
            self.last = Some(now);
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

/// Every second pixel, until it is no wider than `WIDEST`.
fn halved(mut image: ColorImage) -> ColorImage {
    while image.size[0] > WIDEST {
        let [w, h] = image.size;
        let rows = (0..h / 2).flat_map(|y| (0..w / 2).map(move |x| (2 * x, 2 * y)));
        image = ColorImage::new([w / 2, h / 2], rows.map(|(x, y)| image.pixels[y * w + x]).collect());
    }
    image
}

/// Frames with the time they were taken at, as a GIF that plays at the same pace and begins again.
fn encode(frames: impl Iterator<Item = (ColorImage, f64)>, work: &Work) -> Result<Vec<u8>, String> {
    let failed = |error: gif::EncodingError| format!("the film cannot be encoded: {error}");
    let mut frames = frames.peekable();
    let size = frames.peek().map(|(first, _)| first.size).ok_or("no frame was taken before the film was stopped")?;
    let [width, height] = size.map(|length| length.min(usize::from(u16::MAX)) as u16);
    let mut encoder = gif::Encoder::new(Vec::new(), width, height, &[]).map_err(failed)?;
    encoder.set_repeat(gif::Repeat::Infinite).map_err(failed)?;
    // of another size than the first are frames of a window that was resized meanwhile
    let mut frames = frames.filter(|(image, _)| image.size == size).peekable();
    while let Some((image, at)) = frames.next() {
        if work.is_cancelled() {
            return Err("the film was stopped".to_owned());
        }
        let next = frames.peek().map_or(at + 0.5, |(_, next)| *next);
        let mut pixels: Vec<u8> = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b(), 255]).collect();
        let mut frame = gif::Frame::from_rgba_speed(width, height, &mut pixels, 20);
        frame.delay = (100.0 * (next - at)).round().clamp(2.0, 1000.0) as u16;
        encoder.write_frame(&frame).map_err(failed)?;
    }
    encoder.into_inner().map_err(|error| format!("the film cannot be encoded: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Color32;

    #[test]
    fn a_film_reads_back_with_its_frames_its_size_and_its_pace() {
        let picture = |grey| ColorImage::filled([6, 4], Color32::from_gray(grey));
        let frames = [(picture(10), 1.0), (picture(200), 1.25), (ColorImage::filled([3, 3], Color32::RED), 1.3), (picture(90), 1.5)];
        let bytes = encode(frames.into_iter(), &Work::new("film", 0)).unwrap();
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
    fn a_wide_picture_is_halved() {
        let image = ColorImage::new([2562, 4], (0..10_248).map(|k| Color32::from_gray((k % 251) as u8)).collect());
        let half = halved(image);
        assert_eq!(half.size, [1281, 2]);
        assert_eq!(half.pixels[1], Color32::from_gray(2));
    }
}
