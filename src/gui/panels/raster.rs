//! Spikes over time: one row per neuron, grouped and coloured by class, with the input above.

mod images;

use super::{derived, options};
use crate::gui::export::tables;
use crate::gui::paint::numbers::{fixed, plural};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::raster::{Mark, Rows, Span, marks, paint};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::state::choices::{Neurons, RasterChoice, span_ms};
use crate::gui::theme;
use crate::session::{Aspect, Layer, Snapshot, SpikeEvent};
use egui::{Align2, Color32, Key, Painter, Pos2, Rect, Sense, Stroke, TextureOptions, Ui, pos2, vec2};
use std::cell::RefCell;

/// View "Raster".
#[derive(Default)]
pub(super) struct Raster {
    rows: Option<(RowsKey, Rows)>,
    /// The visible neurons in ascending order: neuron `k` of the list is row `k`.
    shown: Vec<u32>,
    output: Cached<PictureKey>,
    input: Cached<PictureKey>,
    /// The last spike counts and their key, so that large numbers of spikes are not counted in every frame.
    counted: RefCell<Option<(CountKey, (u64, f64))>>,
}

/// Key of the counts.
type CountKey = (Same<[SpikeEvent]>, RasterChoice, Span, u64);

/// Key of the rows.
#[derive(PartialEq)]
struct RowsKey {
    class_of: Same<[Option<u8>]>,
    choice: RasterChoice,
    height: usize,
}

/// Texture key of the spikes.
#[derive(PartialEq)]
struct PictureKey {
    spikes: Same<[SpikeEvent]>,
    class_of: Same<[Option<u8>]>,
    choice: RasterChoice,
    span: Span,
    size: [usize; 2],
    dark: bool,
}

/// Maximum distance of the pointer from the centre of a mark to select it, in points.
const REACH: egui::Vec2 = vec2(3.0, 5.0);
/// Height of the strip above the spikes for number and class of the images, in points.
const HEAD: f32 = 13.0;
/// Width of the class labels, in points.
const LABELS: f32 = 26.0;

impl Panel for Raster {
    fn id(&self) -> &'static str {
        "raster"
    }

    fn title(&self) -> &'static str {
        "Raster"
    }

    fn help(&self) -> &'static str {
        "Each mark is a spike: the horizontal axis is time, each row is a neuron, the colour is its class. The number and the class \
         of each image are shown above it. Look for neurons of the right class that fire together, and for neurons that \
         never fire. A click selects a neuron; the options set how many images are shown."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Layers]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let (choice, snapshot) = (cx.ui_state.raster, cx.snapshot);
        let (spikes, rate) = self.activity(snapshot, &choice);
        let window = if snapshot.shows(Aspect::Answers) && choice.images > 1 {
            format!("last {} images", choice.images)
        } else {
            derived::words_over(snapshot, span_ms(snapshot, choice.images))
        };
        let left_out = choice.words(snapshot);
        let which = if left_out.is_empty() { left_out } else { format!("{left_out} · ") };
        let colour = if snapshot.shows(Aspect::Answers) { " · colour = class" } else { "" };
        (format!("{which}{window}{colour}"), format!("{} · {} Hz", plural(spikes, "spike"), fixed(rate, 1)))
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::raster(ui, cx);
    }

    fn table(&self) -> Table {
        tables::spikes
    }

    fn chosen_table(&self, state: &UiState) -> ChosenTable {
        let choice = state.raster;
        Box::new(move |snapshot| {
            let span = derived::window_over(snapshot, span_ms(snapshot, choice.images));
            let shown = choice.output.shown(&snapshot.class_of);
            let drawn = |spike: &SpikeEvent| match spike.layer {
                Layer::Input => true,
                Layer::Output => place(&shown, spike.neuron).is_some(),
            };
            let within = |spike: &SpikeEvent| (span.from..span.to).contains(&i64::try_from(spike.step).unwrap_or(i64::MAX));
            tables::spikes_of(snapshot, |spike| choice.draws(spike.layer) && within(spike) && drawn(spike))
        })
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        if derived::neurons(cx.snapshot) == 0 {
            text::calm_sentence(ui, cx.palette, "Spikes are drawn here, one row per neuron, once the network is built.");
            return;
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::click());
        let choice = cx.ui_state.raster;
        text::label(&response, egui::Role::Image, || summary(cx.snapshot, &choice));
        let snapshot = cx.snapshot;
        let window = span_ms(snapshot, choice.images);
        let head = if rect.height() > 150.0 && snapshot.shows(Aspect::Answers) { HEAD } else { 0.0 };
        let painter = ui.painter_at(rect);
        let left = if rect.width() > 120.0 { label_room(&painter, rect.width(), cx) } else { 2.0 };
        let frame = Rect::from_min_max(pos2(rect.left() + left, rect.top() + head), rect.max);
        let plot = Plot::new(&painter, frame, Some(Axis::new((-window, 0.0), "ms")), None, cx.palette);

        let mut output = plot.area;
        let images = images::in_sight(&plot, cx);
        let alone = !choice.draws(Layer::Output);
        let has_input = choice.draws(Layer::Input) && snapshot.spikes.iter().any(|spike| spike.layer == Layer::Input);
        if head > 0.0 {
            images::name(&painter, &plot, rect.top(), &images, cx);
        }
        if alone || (has_input && (output.height() > 170.0 || theme::is_figure(ui.ctx()))) {
            let height = if alone { output.height() } else { (output.height() * 0.14).clamp(26.0, 70.0) };
            let input = Rect::from_min_size(output.min, vec2(output.width(), height));
            output.min.y = if alone { output.bottom() } else { input.bottom() + 8.0 };
            self.paint_input(ui, &painter, input, cx);
            label(&painter, input.center().y, rect.left(), input.left(), "in", cx.palette.dim);
        }
        if alone {
            paint_unknown(&plot, cx);
            return;
        }
        self.paint_output(ui, &painter, output, cx);
        paint_unknown(&plot, cx);
        self.paint_labels(&painter, output, rect.left(), ui.pixels_per_point(), cx);
        self.select(ui, &response, &plot, output, cx);
    }
}

impl Raster {
    /// Like the free function of the same name, computed once per snapshot.
    fn activity(&self, snapshot: &Snapshot, choice: &RasterChoice) -> (u64, f64) {
        let span = derived::window_over(snapshot, span_ms(snapshot, choice.images));
        let key = (Same(snapshot.spikes.clone()), *choice, span, snapshot.window_start.0);
        let mut counted = self.counted.borrow_mut();
        if let Some((_, known)) = counted.as_ref().filter(|(other, _)| *other == key) {
            return *known;
        }
        let fresh = activity(snapshot, choice);
        *counted = Some((key, fresh));
        fresh
    }

    fn lay_out(&mut self, class_of: &std::sync::Arc<[Option<u8>]>, choice: RasterChoice, height: usize, scale: f32) {
        let key = RowsKey { class_of: Same(class_of.clone()), choice, height };
        if self.rows.as_ref().is_none_or(|(old, _)| *old != key) {
            self.shown = choice.output.shown(class_of);
            let classes: Vec<Option<u8>> = self.shown.iter().map(|&j| class_of[j as usize]).collect();
            self.rows = Some((key, Rows::new(&classes, height, 4.0 * scale)));
        }
    }

    fn paint_output(&mut self, ui: &Ui, painter: &Painter, area: Rect, cx: &Context) {
        let Context { snapshot, palette, .. } = cx;
        let scale = ui.pixels_per_point();
        let size = pixels(area, scale);
        let choice = cx.ui_state.raster;
        self.lay_out(&snapshot.class_of, choice, size[1], scale);
        let Self { rows, output, shown, .. } = self;
        let Some((_, rows)) = rows else { return };
        let span = span(cx);
        // A thin line between classes.
        for pair in rows.groups().windows(2) {
            let y = area.top() + f32::midpoint(pair[0].bottom, pair[1].top) / scale;
            painter.hline(area.x_range(), painter.round_to_pixel_center(y), Stroke::new(1.0, palette.line.gamma_multiply(0.7)));
        }
        let key = key(snapshot, choice, span, size, palette.dark);
        let spikes = || {
            let mut colours = palette.classes.to_vec();
            colours.push(if snapshot.shows(Aspect::Answers) { palette.dim } else { palette.accent });
            let from = span.from.max(0) as u64;
            // with a hundred thousand spikes, the lookup must be fast
            let mut places = vec![None; derived::neurons(snapshot)];
            shown.iter().zip(0..).for_each(|(&neuron, place)| places[neuron as usize] = Some(place));
            let place = |spike: &SpikeEvent| Some((spike.step, (*places.get(spike.neuron as usize)?)?));
            let events: Vec<(u64, u32)> = derived::spikes_since(snapshot, Layer::Output, from).filter_map(place).collect();
            let step_width = size[0] as f32 / (span.to - span.from).max(1) as f32;
            let spikes = activity(snapshot, &choice).0.max(1) as f32;
            let mark = Mark::fitting(rows.pitch(), step_width, (size[0] * size[1]) as f32 / spikes, scale);
            (events.into_iter(), mark, colours)
        };
        if theme::is_figure(ui.ctx()) {
            let (events, mark, colours) = spikes();
            painter.add(marks(area, size, events, span, (rows, mark), &colours));
            return;
        }
        let texture = output.get(ui.ctx(), "raster", TextureOptions::NEAREST, key, || {
            let (events, mark, colours) = spikes();
            paint(size, events, span, rows, mark, &colours)
        });
        painter.image(texture, area, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::WHITE);
    }

    fn paint_input(&mut self, ui: &Ui, painter: &Painter, area: Rect, cx: &Context) {
        let Context { snapshot, palette, .. } = cx;
        let scale = ui.pixels_per_point();
        let size = pixels(area, scale);
        let span = span(cx);
        painter.rect_filled(area, 2.0, palette.raised.gamma_multiply(0.7));
        let events = || derived::spikes_since(snapshot, Layer::Input, span.from.max(0) as u64).map(|s| (s.step, s.neuron));
        let input_rows = || {
            // The image size gives the number of channels; additional channels with spikes still get rows.
            let seen = events().map(|(_, channel)| channel as usize + 1).max().unwrap_or(0).min(1 << 20);
            Rows::new(&vec![None; (snapshot.trial.size.0 * snapshot.trial.size.1).max(seen)], size[1], 0.0)
        };
        let side = scale.round().max(1.0) as usize;
        let mark = Mark { width: side, height: side };
        if theme::is_figure(ui.ctx()) {
            painter.add(marks(area, size, events(), span, (&input_rows(), mark), &[palette.faint]));
            return;
        }
        let texture = self.input.get(
            ui.ctx(),
            "raster input",
            TextureOptions::NEAREST,
            key(snapshot, cx.ui_state.raster, span, size, palette.dark),
            || paint(size, events(), span, &input_rows(), mark, &[palette.faint]),
        );
        painter.image(texture, area, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::WHITE);
    }

    fn paint_labels(&self, painter: &Painter, area: Rect, left: f32, scale: f32, cx: &Context) {
        let Some((_, rows)) = &self.rows else { return };
        let mut free_from = f32::NEG_INFINITY;
        for group in rows.groups().iter().filter(|_| area.left() - left > 12.0) {
            let y = area.top() + f32::midpoint(group.top, group.bottom) / scale;
            if y - 6.0 < free_from {
                continue;
            }
            if group.class.is_none() && rows.groups().len() == 1 {
                continue;
            }
            label(painter, y, left, area.left(), &derived::class_name(cx.snapshot, group.class), cx.palette.class(group.class));
            free_from = y + 6.0;
        }
        // The neuron selected in the other views.
        let place = place(&self.shown, cx.ui_state.selected_neuron);
        if let Some(middle) = place.and_then(|place| rows.middle(place)).filter(|_| rows.groups().len() > 1) {
            let y = area.top() + middle / scale;
            let tip = pos2(area.left() - 1.0, y);
            let triangle = vec![tip, tip + vec2(-6.0, -4.0), tip + vec2(-6.0, 4.0)];
            painter.add(egui::Shape::convex_polygon(triangle, cx.palette.accent, Stroke::NONE));
            painter.hline(area.x_range(), painter.round_to_pixel_center(y), Stroke::new(1.0, cx.palette.accent.gamma_multiply(0.28)));
        }
    }

    fn select(&self, ui: &Ui, response: &egui::Response, plot: &Plot, area: Rect, cx: &mut Context) {
        let Some((_, rows)) = &self.rows else { return };
        let scale = ui.pixels_per_point();
        let at = response.hover_pos().filter(|&at| area.contains(at));
        let snapshot = cx.snapshot;
        let marks = |span: Span| {
            let to = span.to as f64;
            derived::spikes_since(snapshot, Layer::Output, span.from.max(0) as u64).filter_map(move |spike| {
                let middle = rows.middle(place(&self.shown, spike.neuron)?)?;
                let ms = (spike.step as f64 + 0.5 - to) * snapshot.dt_ms;
                Some((pos2(plot.x.at(ms), area.top() + middle / scale), spike.neuron))
            })
        };
        // a mark is taller than its row
        let spike = at.and_then(|at| nearest(marks(span(cx)), at));
        let row = at.and_then(|at| rows.neuron_at((at.y - area.top()) * scale));
        if let Some(neuron) = spike.or_else(|| row.and_then(|row| self.shown.get(row as usize).copied())) {
            if response.clicked() {
                cx.ui_state.select_neuron(neuron);
            }
            if let Some((ms, _)) = plot.hover(response, cx.palette) {
                let class = derived::class_of(cx.snapshot, neuron);
                let class = if rows.groups().len() > 1 { format!(", {}", derived::class_words(cx.snapshot, class)) } else { String::new() };
                response.clone().on_hover_text_at_pointer(format!(
                    "{}neuron {neuron}{class}\n{} ms",
                    if spike.is_some() { "spike of " } else { "" },
                    fixed(ms, 0)
                ));
            }
        }
        if response.has_focus() {
            let arrows = egui::EventFilter { vertical_arrows: true, ..Default::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
            let by = ui.input(|i| i64::from(i.key_pressed(Key::ArrowDown)) - i64::from(i.key_pressed(Key::ArrowUp)));
            let from = place(&self.shown, cx.ui_state.selected_neuron).unwrap_or(0);
            let next = rows.neighbour(from, by).filter(|_| by != 0);
            if let Some(&neuron) = next.and_then(|next| self.shown.get(next as usize)) {
                cx.ui_state.select_neuron(neuron);
            }
        }
    }
}

/// The neuron whose mark is nearest to a point, within the maximum distance.
fn nearest(marks: impl Iterator<Item = (Pos2, u32)>, at: Pos2) -> Option<u32> {
    let near = marks.filter(|(mark, _)| (mark.x - at.x).abs() <= REACH.x && (mark.y - at.y).abs() <= REACH.y);
    near.min_by(|a, b| a.0.distance_sq(at).total_cmp(&b.0.distance_sq(at))).map(|(_, neuron)| neuron)
}

/// Labels between the left edge of the view at `left` and the raster at `right`.
fn label(painter: &Painter, y: f32, left: f32, right: f32, words: &str, color: Color32) {
    text::line(painter, pos2(right - 11.0, y), Align2::RIGHT_CENTER, words, text::number_font(), color, right - 11.0 - left);
}

/// Width for class names: digits need little, longer names at most a quarter of the view.
fn label_room(painter: &Painter, width: f32, cx: &Context) -> f32 {
    let names = cx.snapshot.class_names.iter();
    let widest = names.map(|name| text::width(painter, name, &text::number_font())).fold(0.0, f32::max);
    (widest + 13.0).clamp(LABELS, (0.22 * width).max(LABELS))
}

fn pixels(area: Rect, scale: f32) -> [usize; 2] {
    // GPUs limit the size of textures; windows do not need more.
    [area.width(), area.height()].map(|side| ((side * scale).round().max(1.0) as usize).min(8192))
}

fn key(snapshot: &Snapshot, choice: RasterChoice, span: Span, size: [usize; 2], dark: bool) -> PictureKey {
    PictureKey { spikes: Same(snapshot.spikes.clone()), class_of: Same(snapshot.class_of.clone()), choice, span, size, dark }
}

/// The row of a neuron, if it is visible.
fn place(shown: &[u32], neuron: u32) -> Option<u32> {
    shown.binary_search(&neuron).ok().map(|place| place as u32)
}

/// The steps of the time axis.
fn span(cx: &Context) -> Span {
    derived::window_over(cx.snapshot, span_ms(cx.snapshot, cx.ui_state.raster.images))
}

/// Number of spikes of the visible neurons, and their mean rate in Hz.
fn activity(snapshot: &Snapshot, choice: &RasterChoice) -> (u64, f64) {
    let span = derived::window_over(snapshot, span_ms(snapshot, choice.images));
    let (all, shown) = (choice.output.neurons == Neurons::All, choice.output.shown(&snapshot.class_of));
    let events = derived::spikes_since(snapshot, Layer::Output, span.from.max(0) as u64);
    let spikes = events.filter(|spike| all || place(&shown, spike.neuron).is_some()).count() as u64;
    let neuron_seconds = shown.len() as f64 * derived::known_over(snapshot, span) / 1000.0;
    (spikes, if neuron_seconds > 0.0 { spikes as f64 / neuron_seconds } else { 0.0 })
}

/// Shade the time before the recorded history, so that it is not mistaken for silence.
fn paint_unknown(plot: &Plot, cx: &Context) {
    let known = derived::known_over(cx.snapshot, span(cx));
    let right = plot.x.at(-known);
    if right - plot.area.left() < 4.0 {
        return;
    }
    let rect = Rect::from_min_max(plot.area.min, pos2(right, plot.area.bottom()));
    plot.painter().rect_filled(rect, 0.0, cx.palette.ground.gamma_multiply(0.6));
    if rect.width() > 110.0 {
        let asked = span_ms(cx.snapshot, cx.ui_state.raster.images);
        let words = match options::cut(cx.snapshot, asked) {
            _ if cx.snapshot.window_start.0 == 0 && derived::window_end(cx.snapshot) == cx.snapshot.step.0 => "before the start",
            Some(_) => "not kept: memory limit",
            None => "not recorded",
        };
        plot.painter().text(rect.center(), Align2::CENTER_CENTER, words, text::note_font(), cx.palette.faint);
    }
}

fn summary(snapshot: &Snapshot, choice: &RasterChoice) -> String {
    let (spikes, rate) = activity(snapshot, choice);
    format!(
        "Raster: {}, {} ms, {}, mean {} Hz",
        plural(choice.output.shown(&snapshot.class_of).len() as u64, "neuron"),
        fixed(span_ms(snapshot, choice.images), 0),
        plural(spikes, "spike"),
        fixed(rate, 1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointer_on_a_mark_selects_its_neuron_in_any_row() {
        let marks = || [(pos2(100.0, 50.0), 7), (pos2(104.0, 53.0), 9)].into_iter();
        for y in [46.0, 49.0, 50.0] {
            assert_eq!(nearest(marks(), pos2(100.0, y)), Some(7));
        }
        assert_eq!(nearest(marks(), pos2(103.0, 53.0)), Some(9), "the nearer of two marks");
        assert_eq!(nearest(marks(), pos2(100.0, 58.0)), None);
        assert_eq!(nearest(marks(), pos2(110.0, 52.0)), None);
    }
}
