//! Spikes over time of a network that runs freely: a band for each population.

mod keys;

use super::{derived, options};
use crate::gui::export::tables;
use crate::gui::paint::bands::{Band, marks, paint};
use crate::gui::paint::numbers::{count, fixed, plural};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::raster::Span;
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::state::choices::span_ms;
use crate::gui::state::colours::Colours;
use crate::gui::theme::Palette;
use crate::session::{Aspect, FreeView, PopulationView, Snapshot, SpikeBlock, SpikeMoment};
use egui::{Align2, Color32, Painter, Rect, Sense, Stroke, TextureOptions, Ui, pos2, vec2};
use std::sync::Arc;

/// View "Spikes".
#[derive(Default)]
pub(super) struct Populations {
    picture: Cached<Key>,
}

/// Texture key of the spikes.
#[derive(PartialEq)]
struct Key {
    blocks: Same<[Arc<SpikeBlock>]>,
    bands: Vec<Band>,
    span: Span,
    size: [usize; 2],
}

/// Distance between two bands, in points.
const GAP: f32 = 7.0;
/// Minimum height of a band, in points: its name and the number of its neurons.
const LEAST: f32 = 28.0;
/// Minimum height of a row where not all neurons have one, in points.
const ROW: f32 = 2.0;
/// Maximum width of the names, in points.
const NAMES: f32 = 150.0;
/// Rows of a population in a figure at most, whatever its size, unless all neurons are shown.
const FIGURE_ROWS: u32 = 100;
/// Spikes of a figure that are drawn one by one at most; of more, an image is embedded.
const MOST_MARKS: usize = 50_000;
/// Height of the name of the time axis of a figure, in points.
const AXIS_NAME: f32 = 16.0;

/// The colour of population `index`; sources are grey.
pub(super) fn colour(view: &FreeView, index: usize, colours: &Colours, palette: &Palette) -> Color32 {
    if !view.populations[index].has_potential {
        return palette.dim;
    }
    let rank = || view.populations[..index].iter().filter(|population| population.has_potential).count();
    let rank = colours.of(&view.populations[index].name).unwrap_or_else(rank);
    of_rank(rank, palette)
}

/// The colour of the population with this place in the order of colours.
pub(super) fn of_rank(rank: usize, palette: &Palette) -> Color32 {
    const ORDER: [usize; 10] = [1, 7, 4, 8, 0, 5, 2, 9, 6, 3];
    palette.classes[ORDER[rank % ORDER.len()]]
}

/// The steps of the time axis.
pub(super) fn span(snapshot: &Snapshot, state: &UiState) -> Span {
    derived::window_over(snapshot, span_ms(snapshot, state.raster.images))
}

/// "last 5 s".
pub(super) fn words(snapshot: &Snapshot, state: &UiState) -> String {
    format!("last {} s", fixed(span_ms(snapshot, state.raster.images) * 1e-3, 1).trim_end_matches(".0"))
}

impl Panel for Populations {
    fn id(&self) -> &'static str {
        "populations"
    }

    fn title(&self) -> &'static str {
        "Spikes"
    }

    fn help(&self) -> &'static str {
        "Every spike is a mark: time runs to the right, and each population has a band of its own with its name and colour. In a \
         large population every so many neurons have a row, as written below its name. A saved figure \
         has up to 100 rows for each population, and draws up to 50,000 spikes one by one. Sources of spikes are left out unless the \
         options show them. Vertical stripes are neurons that fire together. A click selects a neuron for all views; a double click \
         also opens it in the Inspector. By keyboard, up and down select a neuron, left and right one of its spikes, and Enter \
         explains the spike."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Populations]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some(view) = &cx.snapshot.free else { return Default::default() };
        let from = span(cx.snapshot, cx.ui_state).from.max(0) as u64;
        let rates = view.populations.iter().enumerate().filter(|(_, population)| population.has_potential);
        let rates =
            rates.filter_map(|(index, population)| Some(format!("{} {} Hz", population.name, fixed(view.rate_hz(index, from)?, 1))));
        let firing = view.populations.iter().filter(|population| !population.emits_current).count();
        let hidden = if shown(view, cx.ui_state.sources).len() < firing { " · sources left out" } else { "" };
        let drawn = if cx.whole { in_figure(cx.snapshot, view, cx.ui_state) } else { String::new() };
        (format!("{}{hidden}{drawn}", words(cx.snapshot, cx.ui_state)), rates.take(3).collect::<Vec<_>>().join(" · "))
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::populations(ui, cx);
    }

    fn table(&self) -> Table {
        |snapshot| table(snapshot, 0, false)
    }

    fn chosen_table(&self, state: &UiState) -> ChosenTable {
        let state = state.clone();
        Box::new(move |snapshot| table(snapshot, span(snapshot, &state).from.max(0) as u64, state.sources))
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let snapshot = cx.snapshot;
        let Some(view) = snapshot.free.as_deref().filter(|view| !view.populations.is_empty()) else {
            text::calm_sentence(ui, cx.palette, "Spikes are drawn here, in a band for each population, once the network is built.");
            return;
        };
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::click());
        let span = span(snapshot, cx.ui_state);
        text::label(&response, egui::Role::Image, || format!("{}; {}", summary(view, span), chosen(view, cx)));
        let painter = ui.painter_at(rect);
        let shown = shown(view, cx.ui_state.sources);
        let widest = shown.iter().map(|&index| &view.populations[index]).map(|population| {
            let rows = format!("{0} of {0} neurons", count(u64::from(population.size)));
            let rows = if cx.whole { rows.as_str() } else { rows.trim_end_matches(" neurons") };
            text::width(&painter, &population.name, &text::strong_font()).max(text::width(&painter, rows, &text::tick_font()))
        });
        let left = if rect.width() > 220.0 { widest.fold(52.0, f32::max).min(NAMES) + 12.0 } else { 2.0 };
        let frame = Rect::from_min_max(rect.min + vec2(left, 0.0), rect.max - vec2(0.0, if cx.whole { AXIS_NAME } else { 0.0 }));
        let ms = (span.to - span.from) as f64 * snapshot.dt_ms;
        let (length, unit) = if ms > 2000.0 { (ms * 1e-3, "s") } else { (ms, "ms") };
        let plot = Plot::new(&painter, frame, Some(Axis::new((-length, 0.0), unit)), None, cx.palette);
        let area = plot.area;
        // the marks of a figure are laid out in points
        let scale = if cx.whole { 1.0 } else { ui.pixels_per_point() };
        let rows = if cx.ui_state.all_neurons { Rows::All } else { Rows::Some(cx.whole.then_some(FIGURE_ROWS)) };
        let bands = bands(view, &shown, area.height(), (scale, rows), (&cx.ui_state.colours, cx.palette));
        for (band, &index) in bands.iter().zip(&shown) {
            let place = Rect::from_min_size(pos2(area.left(), area.top() + band.top / scale), vec2(area.width(), band.height / scale));
            painter.rect_filled(place, 2.0, cx.palette.raised.gamma_multiply(0.55));
            name(&painter, view, index, (rect.left(), place), band, cx);
        }
        if cx.whole {
            let words = format!("time before the end of the record ({unit})");
            painter.text(pos2(area.center().x, rect.bottom()), Align2::CENTER_BOTTOM, words, text::tick_font(), cx.palette.dim);
        }
        let spikes = || view.spikes_since(span.from.max(0) as u64);
        if cx.whole && with_rows(view, &bands, span) <= MOST_MARKS {
            painter.add(marks(area, spikes(), span, &bands));
            return unknown(&plot, view, span, ms / length, cx);
        }
        let scale = ui.pixels_per_point();
        let size = [area.width(), area.height()].map(|length| ((length * scale).round() as usize).max(1));
        let bands: Vec<Band> = if cx.whole { bands.iter().map(|band| band.scaled(scale)).collect() } else { bands };
        let key = Key { blocks: Same(Arc::clone(&view.blocks)), bands: bands.clone(), span, size };
        let texture = self.picture.get(ui.ctx(), "spikes by population", TextureOptions::NEAREST, key, || {
            paint(size, spikes(), span, &bands, scale.round().max(1.0) as usize)
        });
        painter.image(texture, area, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::WHITE);
        unknown(&plot, view, span, ms / length, cx);
        keys::keys(ui, &response, view, &bands, cx);
        let selected = bands.iter().find_map(|band| band.middle(cx.ui_state.selected_neuron));
        if let Some(y) = selected.map(|y| area.top() + y / scale) {
            let tip = pos2(area.left() - 1.0, y);
            let triangle = vec![tip, tip + vec2(-6.0, -4.0), tip + vec2(-6.0, 4.0)];
            painter.add(egui::Shape::convex_polygon(triangle, cx.palette.accent, Stroke::NONE));
            if let SpikeMoment::At(step) = cx.ui_state.spike_moment {
                let ago = (step as i64 - span.to) as f64 * snapshot.dt_ms * length / ms;
                painter.with_clip_rect(area).circle_stroke(pos2(plot.x.at(ago), y), 5.0, Stroke::new(1.5, cx.palette.accent));
            }
        }
        if response.has_focus() {
            painter.rect_stroke(rect.shrink(1.0), 3.0, Stroke::new(1.5, cx.palette.trace), egui::StrokeKind::Inside);
        }
        let at = response.hover_pos().filter(|&at| area.contains(at));
        let neuron = at.and_then(|at| bands.iter().find_map(|band| band.neuron_at((at.y - area.top()) * scale)));
        if let (Some(neuron), Some((ago, _))) = (neuron, plot.hover(&response, cx.palette)) {
            let has_potential = view.locate(neuron).is_some_and(|(population, _)| population.has_potential);
            if response.clicked_by(egui::PointerButton::Primary) && has_potential {
                cx.ui_state.select_neuron(neuron);
            }
            if response.double_clicked() && has_potential {
                cx.ui_state.wants_panel = Some("inspector");
            }
            response.on_hover_text_at_pointer(format!("{}\n{} {unit}", view.name(neuron), fixed(ago, 2)));
        }
    }
}

/// The selected neuron, and the spike of it that is chosen.
fn chosen(view: &FreeView, cx: &Context) -> String {
    let spike = match cx.ui_state.spike_moment {
        SpikeMoment::At(step) => format!(" at {} ms", fixed(step as f64 * cx.snapshot.dt_ms, 1)),
        SpikeMoment::LastSpike | SpikeMoment::Now => String::new(),
    };
    format!("selected {}{spike}", view.name(cx.ui_state.selected_neuron))
}

/// The populations that have a band: neurons, and sources of spikes if wanted or if there is nothing else.
fn shown(view: &FreeView, sources: bool) -> Vec<usize> {
    let neurons = view.populations.iter().any(|population| population.has_potential);
    let own = |population: &PopulationView| population.has_potential || (!population.emits_current && (sources || !neurons));
    view.populations.iter().enumerate().filter(|(_, population)| own(population)).map(|(index, _)| index).collect()
}

/// Which neurons have a row.
#[derive(Clone, Copy)]
enum Rows {
    All,
    /// As many as there is room for, or at most so many.
    Some(Option<u32>),
}

/// Recorded spikes of neurons with a row.
fn with_rows(view: &FreeView, bands: &[Band], span: Span) -> usize {
    let has_row = |neuron: u32| bands.iter().any(|band| band.middle(neuron).is_some());
    let to = span.to.max(0) as u64;
    view.spikes_since(span.from.max(0) as u64).filter(|&(step, neuron)| step < to && has_row(neuron)).count()
}

/// What a figure says of its rows and spikes: " · E 100 of 8,000 neurons".
fn in_figure(snapshot: &Snapshot, view: &FreeView, state: &UiState) -> String {
    let shown = shown(view, state.sources);
    let rows = if state.all_neurons { Rows::All } else { Rows::Some(Some(FIGURE_ROWS)) };
    let bands = bands(view, &shown, 1.0, (1.0, rows), (&state.colours, Palette::of(egui::Theme::Light)));
    let part = bands.iter().zip(&shown).filter(|(band, _)| band.every > 1);
    let part = part.map(|(band, &index)| format!("{} {}", view.populations[index].name, some_of(band)));
    let part: Vec<String> = part.collect();
    let part = if part.is_empty() { String::new() } else { format!(" · {} neurons", part.join(", ")) };
    let spikes = with_rows(view, &bands, span(snapshot, state));
    let image = format!(" · {} spikes as an image, for they are more than {}", count(spikes as u64), count(MOST_MARKS as u64));
    if spikes > MOST_MARKS { part + &image } else { part }
}

/// "100 of 8,000".
fn some_of(band: &Band) -> String {
    format!("{} of {}", count(u64::from(band.rows())), count(u64::from(band.size)))
}

/// The bands, from top to bottom in the order of the description: higher for larger populations, low for sources.
fn bands(view: &FreeView, shown: &[usize], height: f32, (scale, rows): (f32, Rows), (colours, palette): (&Colours, &Palette)) -> Vec<Band> {
    let populations: Vec<&PopulationView> = shown.iter().map(|&index| &view.populations[index]).collect();
    let weight =
        |population: &PopulationView| f64::from(population.size.max(1)).sqrt() as f32 * if population.has_potential { 1.0 } else { 0.25 };
    let sum: f32 = populations.iter().map(|population| weight(population)).sum();
    let gaps = GAP * populations.len().saturating_sub(1) as f32;
    let gaps = gaps.min(0.3 * height);
    let gap = gaps / populations.len().saturating_sub(1).max(1) as f32;
    let least = LEAST.min((height - gaps) / populations.len().max(1) as f32);
    let free = (height - gaps - least * populations.len() as f32).max(0.0);
    let mut top = 0.0;
    let bands = populations.iter().zip(shown).map(|(population, &index)| {
        let own = least + free * weight(population) / sum.max(1e-6);
        let recorded = population.every;
        // of a source, only every so many neurons are recorded
        let every = |most: u32| population.size.div_ceil(recorded).div_ceil(most.max(1)).max(1) * recorded;
        let every = match rows {
            Rows::All if population.has_potential => 1,
            Rows::Some(Some(most)) => every(most),
            Rows::All | Rows::Some(None) => every((own / ROW) as u32),
        };
        let color = colour(view, index, colours, palette);
        let band = Band {
            first: population.first,
            size: population.size,
            every,
            top: top * scale,
            height: own * scale,
            color,
            density: !population.has_potential,
        };
        top += own + gap;
        band
    });
    bands.collect()
}

/// Name and size to the left of a band.
fn name(painter: &Painter, view: &FreeView, index: usize, (left, place): (f32, Rect), band: &Band, cx: &Context) {
    let palette = cx.palette;
    let room = place.left() - left - 10.0;
    if room < 20.0 {
        return;
    }
    let population = &view.populations[index];
    let color = if population.has_potential { band.color } else { palette.text };
    let words = if band.every > 1 { some_of(band) } else { count(u64::from(band.size)) };
    let words = if cx.whole { words + " neurons" } else { words };
    let two = place.height() >= 26.0;
    let middle = place.center().y - if two { 7.0 } else { 0.0 };
    text::line(painter, pos2(left, middle), Align2::LEFT_CENTER, &population.name, text::strong_font(), color, room);
    if two {
        text::line(painter, pos2(left, middle + 14.0), Align2::LEFT_CENTER, &words, text::tick_font(), palette.faint, room);
    }
}

/// Shade the time of which spikes were forgotten to limit memory.
fn unknown(plot: &Plot, view: &FreeView, span: Span, per_unit: f64, cx: &Context) {
    let first = view.span().0 as i64;
    if first <= span.from || first == 0 {
        return;
    }
    let ago = (span.to - first) as f64 * cx.snapshot.dt_ms / per_unit;
    let place = Rect::from_min_max(plot.area.min, pos2(plot.x.at(-ago), plot.area.bottom()));
    plot.painter().rect_filled(place, 0.0, cx.palette.panel.gamma_multiply(0.8));
    plot.note(plot.area.left_bottom() + vec2(4.0, -3.0), Align2::LEFT_BOTTOM, "not kept: memory limit", cx.palette.dim, cx.palette);
}

fn summary(view: &FreeView, span: Span) -> String {
    let from = span.from.max(0) as u64;
    let band = |(index, population): (usize, &PopulationView)| {
        let rate = view.rate_hz(index, from).map_or(String::new(), |rate| format!(", {} Hz", fixed(rate, 1)));
        format!("{} ({}{rate})", population.name, plural(u64::from(population.size), "neuron"))
    };
    let firing = view.populations.iter().enumerate().filter(|(_, population)| !population.emits_current);
    format!("Spikes of {}", firing.map(band).collect::<Vec<_>>().join(", "))
}

/// The spikes of the populations that are shown, of all their neurons; of large sources every so many neurons are recorded.
fn table(snapshot: &Snapshot, from: u64, sources: bool) -> tables::Bytes {
    let head = ["population", "recorded_every_nth_neuron", "neuron", "step", "time_ms"];
    let Some(view) = &snapshot.free else { return tables::table(head, []) };
    let shown: Vec<u32> = shown(view, sources).into_iter().map(|index| view.populations[index].first).collect();
    let rows = view.spikes_since(from).filter_map(|(step, neuron)| {
        let (population, index) = view.locate(neuron).filter(|(population, _)| shown.contains(&population.first))?;
        let ms = tables::ms(snapshot, step);
        Some([population.name.clone(), population.every.to_string(), index.to_string(), step.to_string(), ms])
    });
    tables::table(head, rows)
}

#[cfg(all(test, feature = "ui-tests"))]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;

    #[test]
    fn sources_are_left_out_unless_wanted_or_alone() {
        let snapshot = fixture::free();
        let mut view = (**snapshot.free.as_ref().expect("a described network")).clone();
        assert_eq!((shown(&view, false), shown(&view, true)), (vec![0, 1], vec![0, 1, 2]));
        let all = bands(&view, &[0, 1, 2], 400.0, (1.0, Rows::Some(None)), (&Colours::default(), Palette::of(egui::Theme::Dark)));
        assert_eq!(all.iter().map(|band| band.density).collect::<Vec<_>>(), [false, false, true]);
        view.populations = view.populations.iter().filter(|population| !population.has_potential).cloned().collect();
        assert_eq!(shown(&view, false), [0]);
    }
}
