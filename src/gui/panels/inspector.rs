//! The selected neuron: weights and eligibility, numbers, interspike intervals, strongest synapses, and the cause if it is
//! silent.

mod facts;
mod filter;
mod following;
mod free;
mod pictures;
mod silence;
mod silent;

use super::derived;
use super::populations::span;
use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, fixed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::theme;
use crate::session::Aspect;
use egui::{Align2, Rect, RichText, Sense, Stroke, Ui, UiBuilder, pos2, vec2};
use pictures::Pictures;

/// View "Inspector".
#[derive(Default)]
pub(super) struct Inspector {
    pictures: Pictures,
    filter: filter::Picture,
    free: free::Free,
}

/// Height of a line of the table, in points.
const LINE: f32 = 18.0;
/// Height of the interval histogram, in points.
const HISTOGRAM: f32 = 84.0;
/// Minimum height of a tile that shows how the neuron was selected, in points.
const LOW: f32 = 110.0;

impl Panel for Inspector {
    fn id(&self) -> &'static str {
        "inspector"
    }

    fn title(&self) -> &'static str {
        "Inspector"
    }

    fn help(&self) -> &'static str {
        "One neuron in detail. With images: its weights, class, rate, adaptive threshold θ, potential and sum of weights; it follows \
         the winner until a neuron is selected by a click in any view or with Pin; a click on a hidden filter shows that filter. In a \
         network that runs freely: rate, CV and CV₂, last spike, potential, threshold, and the synapses, weights and arriving spikes of \
         every projection. If the neuron is silent, the cause is stated with its numbers. Mean drive is the potential that the mean \
         input, injected currents included, would hold without spikes, of models that are linear in their input. A double click in Spikes opens a neuron here."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Neurons]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let words = match filter::chosen(cx) {
            Some((choice, _)) => choice.words(),
            None => derived::neuron_words(cx.snapshot, cx.ui_state.selected_neuron),
        };
        (words, String::new())
    }

    fn table(&self) -> Table {
        |snapshot| if snapshot.free.is_some() { free::table(snapshot, 0) } else { tables::inspected(snapshot) }
    }

    fn chosen_table(&self, state: &UiState) -> ChosenTable {
        let state = state.clone();
        Box::new(move |snapshot| match &snapshot.free {
            Some(_) => free::table(snapshot, span(snapshot, &state).from.max(0) as u64),
            None => tables::inspected(snapshot),
        })
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        if let Some((choice, bank)) = filter::chosen(cx) {
            self.filter.ui(ui, choice, bank, cx);
            return;
        }
        if let Some(view) = cx.snapshot.free.as_deref() {
            return self.free.ui(ui, view, cx);
        }
        let neuron = cx.ui_state.selected_neuron;
        let n = derived::neurons(cx.snapshot);
        if n == 0 {
            text::calm_sentence(ui, cx.palette, "Select a neuron in any view to see its receptive field and its properties here.");
            return;
        }
        if neuron as usize >= n {
            let words = format!("Neuron {neuron} does not exist in this network of {}; select another one.", count(n as u64));
            text::calm_sentence(ui, cx.palette, &words);
            return;
        }
        if cx.snapshot.shows(Aspect::Answers) && ui.available_height() > LOW {
            following::row(ui, cx);
        }
        let rows = facts::rows(cx.snapshot, neuron);
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || {
            let facts: Vec<String> = rows.iter().map(|(name, value)| format!("{name} {value}")).collect();
            format!("Neuron {neuron}: {}", facts.join(", "))
        });
        let wide = rect.width() > 1.25 * rect.height() && rect.width() > 260.0;
        let mut body = rect;
        if wide {
            // side by side in a wide tile, otherwise in one scroll area
            body.min.x += self.pictures.beside(ui, rect, neuron, cx);
        }
        let mut inner = ui.new_child(UiBuilder::new().max_rect(body).id_salt("facts"));
        inner.set_clip_rect(body.intersect(ui.clip_rect()));
        theme::scrolled(&mut inner, "inspector", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            // the cause of silence comes first, so that it is visible in a low tile
            let habit = cx.snapshot.habit.as_ref().filter(|habit| habit.neuron == neuron);
            if let Some(words) = habit.and_then(|habit| silence::words(habit, cx.snapshot)) {
                ui.add(egui::Label::new(RichText::new(words).size(theme::SMALL + 1.0).color(cx.palette.accent)).wrap());
                ui.add_space(6.0);
            }
            if !wide {
                self.pictures.above(ui, rect.height(), neuron, cx);
            }
            rows.iter().for_each(|(name, value)| line(ui, name, value, cx));
            self::beyond_numbers(ui, neuron, cx);
        });
    }
}

/// A name and its value on one line.
fn line(ui: &mut Ui, name: &str, value: &str, cx: &Context) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let (middle, right) = (rect.center().y, pos2(rect.right() - 4.0, rect.center().y));
    let value = text::line(ui.painter(), right, Align2::RIGHT_CENTER, value, text::number_font(), cx.palette.text, rect.width() * 0.6);
    let room = value.left() - rect.left() - 6.0;
    // "rate, 200 images" is shortened to "rate" if room is short
    let fits = text::width(ui.painter(), name, &text::body_font()) <= room;
    let name = if fits { name } else { name.split(',').next().unwrap_or(name) };
    text::line(ui.painter(), pos2(rect.left(), middle), Align2::LEFT_CENTER, name, text::body_font(), cx.palette.dim, room);
}

/// Intervals and synapses.
fn beyond_numbers(ui: &mut Ui, neuron: u32, cx: &Context) {
    let habit = cx.snapshot.habit.as_ref().filter(|habit| habit.neuron == neuron);
    if let Some(habit) = habit.filter(|habit| habit.intervals_ms.len() > 1) {
        head(ui, &format!("Interspike intervals, last {}", count(habit.intervals_ms.len() as u64)), cx);
        histogram(ui, habit.intervals_ms.iter().map(|&ms| f64::from(ms)), cx);
    }
    let strongest = facts::strongest(cx.snapshot, neuron);
    if !strongest.is_empty() {
        head(ui, "Strongest synapses", cx);
        strongest.iter().for_each(|(place, w)| line(ui, place, w, cx));
    }
    head(ui, "Effect of a spike", cx);
    let words = RichText::new(facts::outgoing(cx.snapshot)).size(theme::SMALL + 1.0).color(cx.palette.dim);
    ui.add(egui::Label::new(words).wrap());
}

fn head(ui: &mut Ui, words: &str, cx: &Context) {
    ui.add_space(8.0);
    ui.add(egui::Label::new(RichText::new(words).size(theme::SMALL).color(cx.palette.text)).truncate());
    ui.add_space(2.0);
}

/// Histogram of the intervals.
fn histogram(ui: &mut Ui, intervals_ms: impl Iterator<Item = f64>, cx: &Context) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width() - 4.0, HISTOGRAM), Sense::hover());
    let known: Vec<f64> = intervals_ms.filter(|ms| ms.is_finite() && *ms >= 0.0).collect();
    let longest = known.iter().copied().fold(0.0, f64::max);
    let bin = (longest / 40.0).ceil().max(cx.snapshot.dt_ms.max(1e-3));
    let bins = (longest / bin) as usize + 1;
    let mut counts = vec![0_u32; bins];
    known.iter().for_each(|ms| counts[((ms / bin) as usize).min(bins - 1)] += 1);
    let most = f64::from(counts.iter().copied().max().unwrap_or(1));
    let painter = ui.painter_at(rect);
    let axis = Axis::new((0.0, bins as f64 * bin), "ms");
    let plot = Plot::new(&painter, rect, Some(axis), Some(Axis::whole((0.0, most * 1.08), "")), cx.palette);
    for (index, &n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let (from, to) = (index as f64 * bin, (index + 1) as f64 * bin);
        let bar = Rect::from_min_max(plot.at(from, f64::from(n)), plot.at(to, 0.0));
        plot.painter().rect_filled(bar.shrink2(vec2(0.5, 0.0)), 0.0, cx.palette.trace);
    }
    let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
    plot.painter().vline(plot.x.at(mean), plot.area.y_range(), Stroke::new(1.0, cx.palette.accent));
    text::label(&response, egui::Role::Image, || format!("Histogram of {} interspike intervals, mean {} ms", known.len(), fixed(mean, 1)));
    response.on_hover_text(format!("mean {} ms, longest {} ms; bins of {} ms", fixed(mean, 1), fixed(longest, 1), fixed(bin, 1)));
}
