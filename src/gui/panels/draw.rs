//! Draw an image: a canvas for mouse, pen and keyboard, the network's input, its answer without learning, and a button to train
//! on the drawing.

mod answer;

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::colour::Map;
use crate::gui::paint::numbers::{count, plural};
use crate::gui::paint::strokes::Strokes;
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::list::list;
use crate::session::{Aspect, Command, Picture, RunState};
use egui::{
    Color32, ColorImage, EventFilter, Key, Pos2, Rect, RichText, Sense, Shape, Stroke, StrokeKind, TextureOptions, Ui, UiBuilder, pos2,
    vec2,
};
use std::sync::Arc;

/// Texture key: pixels and size of the image.
type PictureKey = (Same<[u8]>, (usize, usize));

/// View "Draw an image".
pub(super) struct Draw {
    strokes: Strokes,
    pen: Pos2,
    down: bool,
    label: usize,
    /// The drawing as network input; `None` until something is drawn.
    seen: Option<Arc<[u8]>>,
    size: (usize, usize),
    picture: Cached<PictureKey>,
    /// When the drawing was last tested, in seconds of the window's clock.
    asked: f64,
    /// The run, and the image before which the drawing was queued for training.
    taught: Option<(u64, u64)>,
    /// Whether the label was set by the user or by training; until then it is the network's answer.
    labelled: bool,
}

impl Default for Draw {
    fn default() -> Self {
        Self {
            strokes: Strokes::default(),
            pen: pos2(0.5, 0.25),
            down: false,
            label: 0,
            seen: None,
            size: (0, 0),
            picture: Cached::default(),
            asked: f64::NEG_INFINITY,
            taught: None,
            labelled: false,
        }
    }
}

/// Distance by which an arrow key moves the pen, as a fraction of the canvas.
const STEP: f32 = 1.0 / 28.0;
/// Width of the pen on the canvas.
const PEN: f32 = 0.09;
/// Interval in seconds at which the drawing is tested again while the network learns.
const AGAIN_S: f64 = 0.5;

impl Panel for Draw {
    fn id(&self) -> &'static str {
        "draw"
    }

    fn title(&self) -> &'static str {
        "Draw an image"
    }

    fn tab(&self) -> &'static str {
        "Draw"
    }

    fn help(&self) -> &'static str {
        "Draw with the pointer, or with the arrow keys and Space. The drawing is centred and scaled like the images of MNIST and tested \
         without learning: the bars are the votes, and the neuron that fired first is named. Choose a label and press Teach to show \
         the drawing as the next training image; the label is kept until the drawing changes."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Answers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let answer = cx.snapshot.probed.as_ref().filter(|probed| self.is_of(probed)).and_then(|probed| probed.answer);
        let right = answer.map_or(String::new(), |class| format!("answer {}", cx.snapshot.class_name(class)));
        ("tested without learning".to_owned(), right)
    }

    fn table(&self) -> Table {
        tables::probed
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let size = cx.snapshot.trial.size;
        if size.0 * size.1 == 0 {
            text::calm_sentence(ui, cx.palette, "Draw here once the network runs to see its answer.");
            return;
        }
        if size != self.size {
            self.size = size;
            self.changed(ui, cx);
        }
        // another run has not been trained on the drawing
        self.taught = self.taught.filter(|&(generation, _)| generation == cx.snapshot.generation);
        let answer = cx.snapshot.probed.as_ref().filter(|probed| self.is_of(probed)).and_then(|probed| probed.answer);
        if let Some(answer) = answer.filter(|_| !self.labelled) {
            self.label = usize::from(answer);
        }
        let rect = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(rect);
        let beside = rect.width() > rect.height() * 0.9;
        let rows = if rect.width() < 430.0 && rect.height() > 180.0 { 2.0 } else { 1.0 };
        let foot = if rect.height() > 84.0 && rect.width() > 150.0 { 32.0 * rows } else { 0.0 };
        let tall = rect.height() - foot;
        let side = if beside { tall.min(rect.width() * 0.5) } else { rect.width().min(tall * 0.55) }.max(16.0);
        let canvas = Rect::from_min_size(rect.min, vec2(side, side));
        self.canvas(ui, canvas, cx);
        let rest = if beside {
            Rect::from_min_max(pos2(canvas.right() + 12.0, rect.top()), pos2(rect.right(), rect.top() + tall))
        } else {
            Rect::from_min_max(pos2(rect.left(), canvas.bottom() + 8.0), pos2(rect.right(), rect.top() + tall))
        };
        if rest.width() > 40.0 && rest.height() > 24.0 {
            self.beside(ui, rest, cx);
        }
        if foot > 0.0 {
            let area = Rect::from_min_max(pos2(rect.left(), rect.bottom() - foot + 6.0), rect.max);
            let mut inner = ui.new_child(UiBuilder::new().max_rect(area).id_salt("teach"));
            inner.set_clip_rect(area.expand(2.0).intersect(ui.clip_rect()));
            inner.spacing_mut().item_spacing = vec2(6.0, 6.0);
            if rows > 1.0 {
                self.classes(&mut inner, cx, area.width());
                inner.horizontal(|ui| self.buttons(ui, cx, false));
            } else {
                inner.horizontal(|ui| self.buttons(ui, cx, true));
            }
        }
        self.ask_again(ui, cx);
    }
}

impl Draw {
    fn is_of(&self, probed: &crate::session::Probed) -> bool {
        self.seen.as_deref() == Some(&probed.pixels[..])
    }

    /// After a change of the drawing: test it on a copy of the network.
    fn changed(&mut self, ui: &Ui, cx: &mut Context) {
        (self.taught, self.labelled) = (None, false);
        self.seen = (!self.strokes.is_empty()).then(|| self.strokes.image(self.size).into());
        self.ask(ui, cx);
    }

    fn ask(&mut self, ui: &Ui, cx: &mut Context) {
        if let Some(seen) = &self.seen {
            cx.outbox.push(Command::Probe(seen.to_vec()));
            self.asked = ui.input(|input| input.time);
        }
    }

    /// The answer may change by learning, so test again.
    fn ask_again(&mut self, ui: &Ui, cx: &mut Context) {
        let known = cx.snapshot.probed.as_ref().filter(|probed| self.is_of(probed));
        let old = known.is_none_or(|probed| probed.after_images != cx.snapshot.trial.index);
        let due = self.asked + AGAIN_S;
        if old && self.seen.is_some() && !self.down && ui.input(|input| input.time) > due {
            self.ask(ui, cx);
        }
    }

    fn canvas(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Context) {
        let response = ui.interact(rect, ui.scope_id().with("canvas"), Sense::drag());
        text::label(&response, egui::Role::Canvas, || {
            let pen = if self.down { "down" } else { "up" };
            let strokes = plural(self.strokes.all().len() as u64, "stroke");
            format!("Canvas with {strokes}, pen {pen}: arrow keys move it, Space lowers or lifts it, Backspace undoes, Delete clears")
        });
        if cx.ui_state.wants_focus == Some("draw") {
            // a closing popup may return the focus to the previous element, so request it until the canvas has it
            if response.has_focus() {
                cx.ui_state.wants_focus = None;
            } else {
                response.request_focus();
                ui.ctx().request_repaint();
            }
        }
        let painter = ui.painter_at(rect.expand(1.0));
        painter.rect(rect, 4.0, cx.palette.ground, Stroke::new(1.0, cx.palette.line), StrokeKind::Inside);
        let at = |point: Pos2| rect.min + point.to_vec2() * rect.size();
        let from = |at: Pos2| ((at - rect.min) / rect.size()).to_pos2();
        if let Some(pointer) = response.interact_pointer_pos() {
            if response.drag_started() {
                response.request_focus();
                self.lift(ui, cx);
                self.strokes.begin(from(pointer));
            }
            self.strokes.extend(from(pointer));
            self.pen = from(pointer).clamp(Pos2::ZERO, pos2(1.0, 1.0));
        }
        if response.drag_stopped() {
            self.changed(ui, cx);
        }
        if response.has_focus() {
            self.keys(ui, &response, cx);
        } else if self.down {
            self.lift(ui, cx);
        }
        let width = (PEN * rect.width()).max(2.0);
        for stroke in self.strokes.all() {
            let points: Vec<Pos2> = stroke.iter().map(|&point| at(point)).collect();
            if let (Some(&first), Some(&last)) = (points.first(), points.last()) {
                for end in [first, last] {
                    painter.circle_filled(end, width / 2.0, cx.palette.text);
                }
            }
            painter.add(Shape::line(points, Stroke::new(width, cx.palette.text)));
        }
        if self.strokes.is_empty() && rect.width() > 110.0 {
            let words = if response.has_focus() { "Arrow keys move the pen, Space lowers it" } else { "Draw here" };
            let mut job = egui::text::LayoutJob::simple(words.to_owned(), text::body_font(), cx.palette.faint, rect.width() - 12.0);
            job.halign = egui::Align::Center;
            let galley = painter.layout_job(job);
            painter.galley(pos2(rect.center().x, rect.center().y - galley.size().y / 2.0), galley, cx.palette.faint);
        }
        if response.has_focus() {
            painter.rect_stroke(rect, 4.0, Stroke::new(1.5, cx.palette.trace), StrokeKind::Inside);
            let pen = at(self.pen);
            let colour = if self.down { cx.palette.accent } else { cx.palette.trace };
            painter.circle_stroke(pen, width / 2.0 + 2.0, Stroke::new(1.5, colour));
        }
    }

    fn keys(&mut self, ui: &Ui, response: &egui::Response, cx: &mut Context) {
        let arrows = EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let pressed = |key: Key| ui.input(|input| input.num_presses(key)) as f32;
        let by = vec2(pressed(Key::ArrowRight) - pressed(Key::ArrowLeft), pressed(Key::ArrowDown) - pressed(Key::ArrowUp)) * STEP;
        if by != egui::Vec2::ZERO {
            self.pen = (self.pen + by).clamp(Pos2::ZERO, pos2(1.0, 1.0));
            if self.down {
                self.strokes.extend(self.pen);
            }
        }
        if pressed(Key::Space) > 0.0 {
            if self.down {
                self.lift(ui, cx);
            } else {
                self.down = true;
                self.strokes.begin(self.pen);
            }
        }
        if pressed(Key::Delete) > 0.0 {
            self.clear(ui, cx);
        }
        if pressed(Key::Backspace) > 0.0 {
            self.undo(ui, cx);
        }
    }

    /// Lift the pen: the stroke is complete.
    fn lift(&mut self, ui: &Ui, cx: &mut Context) {
        if std::mem::take(&mut self.down) {
            self.changed(ui, cx);
        }
    }

    fn clear(&mut self, ui: &Ui, cx: &mut Context) {
        (self.down, self.labelled) = (false, false);
        self.strokes.clear();
        self.changed(ui, cx);
    }

    fn undo(&mut self, ui: &Ui, cx: &mut Context) {
        self.down = false;
        self.strokes.undo();
        self.changed(ui, cx);
    }

    /// The network's input and its answer.
    fn beside(&mut self, ui: &mut Ui, rect: Rect, cx: &Context) {
        let small = (rect.height() * 0.3).min(rect.width() * 0.3).clamp(20.0, 76.0);
        let painter = ui.painter_at(rect);
        let picture = Rect::from_min_size(rect.min, vec2(small, small));
        painter.rect_filled(picture, 2.0, Map::Grey.at(0.0));
        if let Some(seen) = &self.seen {
            let (wide, tall) = self.size;
            let texture = self.picture.get(ui.ctx(), "drawing", TextureOptions::NEAREST, (Same(Arc::clone(seen)), self.size), || {
                ColorImage::new([wide, tall], seen.iter().map(|&p| Map::Grey.table()[p as usize]).collect())
            });
            let shape = vec2(wide as f32, tall as f32) * (small / wide.max(tall) as f32);
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(texture, Rect::from_center_size(picture.center(), shape), whole, Color32::WHITE);
        }
        painter.rect_stroke(picture, 2.0, Stroke::new(1.0, cx.palette.line), StrokeKind::Outside);
        let probed = cx.snapshot.probed.as_deref().filter(|probed| self.is_of(probed));
        let state = match (&self.seen, self.taught) {
            (Some(_), Some((_, before))) => taught_words(before, cx),
            _ => answer::SEEN.to_owned(),
        };
        let beside = Rect::from_min_max(pos2(picture.right() + 10.0, rect.top()), pos2(rect.right(), picture.bottom()));
        answer::head(&painter, beside, probed, &state, cx);
        let bars = Rect::from_min_max(pos2(rect.left(), picture.bottom() + 8.0), rect.max);
        let response = ui.interact(rect, ui.scope_id().with("answer"), Sense::hover());
        text::label(&response, egui::Role::Label, || answer::summary(probed, &state, cx.snapshot));
        if bars.height() > 30.0 {
            answer::bars(&painter, bars, probed, cx);
        }
    }

    /// The label of the drawing.
    fn classes(&mut self, ui: &mut Ui, cx: &Context, room: f32) {
        let classes = cx.snapshot.classes.min(256);
        self.label = self.label.min(classes.saturating_sub(1));
        let words: Vec<String> = (0..classes).map(|class| derived::class_name(cx.snapshot, u8::try_from(class).ok())).collect();
        if classes <= 10 && room > 17.0 * classes as f32 && words.iter().all(|word| word.chars().count() < 3) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Some(class) = theme::segments(ui, &words, Some(self.label), room.min(26.0 * classes as f32)) {
                (self.label, self.labelled) = (class, true);
            }
        } else {
            let shown = derived::short_name(cx.snapshot, u8::try_from(self.label).ok(), 14);
            let combo = egui::ComboBox::from_id_salt("class").width(room.clamp(40.0, 110.0));
            let button = list(ui, (combo, "Label of the drawing"), &shown, |list| {
                for (class, word) in words.iter().enumerate() {
                    if list.item(self.label == class, word, "") {
                        (self.label, self.labelled) = (class, true);
                    }
                }
            });
            button.on_hover_text("The label of the drawing");
        }
    }

    fn buttons(&mut self, ui: &mut Ui, cx: &mut Context, with_classes: bool) {
        if theme::button(ui, Sign::None, "Clear", Weight::Usual, 0.0).clicked() {
            self.clear(ui, cx);
        }
        let room = ui.available_width();
        if (room > 140.0 && !with_classes || room > 190.0)
            && theme::button(ui, Sign::None, "Undo", Weight::Usual, 0.0).on_hover_text("Remove the last stroke").clicked()
        {
            self.undo(ui, cx);
        }
        if with_classes {
            let room = ui.available_width() - 84.0;
            self.classes(ui, cx, room);
        }
        let hover = "Show this drawing with this label as the next training image; it is rewarded and recorded like any other.";
        let weight = if self.seen.is_some() { Weight::Main } else { Weight::Usual };
        ui.add_enabled_ui(self.seen.is_some(), |ui| {
            let teach = theme::button(
                ui,
                Sign::None,
                &format!("Teach {}", derived::short_name(cx.snapshot, u8::try_from(self.label).ok(), 10)),
                weight,
                78.0,
            );
            if teach.on_hover_text(hover).clicked()
                && let Some(seen) = &self.seen
            {
                cx.outbox.push(Command::Teach(Picture { label: self.label as u8, pixels: seen.to_vec() }));
                // the label is kept until the drawing changes, whatever the network answers after learning
                (self.taught, self.labelled) = (Some((cx.snapshot.generation, cx.snapshot.trial.index)), true);
            }
        });
        if self.seen.is_none() && ui.available_width() > 150.0 {
            ui.label(RichText::new("keys: arrows, Space, Delete").small().color(cx.palette.dim));
        }
    }
}

/// State of a queued drawing; `before` is the image that was shown when it was sent.
fn taught_words(before: u64, cx: &Context) -> String {
    let trial = &cx.snapshot.trial;
    if trial.drawn {
        let reward =
            trial.reward.map_or(String::new(), |reward| format!(", reward {}", crate::gui::paint::numbers::signed(f64::from(reward), 0)));
        return format!("shown as image {}{reward}", count(trial.index + 1));
    }
    if trial.index > before + 1 {
        return "shown and trained on".to_owned();
    }
    match cx.snapshot.state {
        RunState::Running => "Queued: next image".to_owned(),
        _ => "Queued: press Enter".to_owned(),
    }
}
