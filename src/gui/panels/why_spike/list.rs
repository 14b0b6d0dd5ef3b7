//! The terms of the potential, the strongest senders, or the strongest spikes.

use super::{chart, ms, name, sender};
use crate::gui::paint::axis::Scale;
use crate::gui::paint::numbers::{fixed, plural, signed};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::state::choices::SpikeList;
use crate::gui::theme;
use crate::gui::widgets::rows::{self, Rows};
use crate::session::{FreeView, SpikeMoment, WhySpike};
use egui::{Align2, Color32, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

/// Height of a row, in points.
const LINE: f32 = 18.0;
/// Rows of the lists of senders and spikes, in the window and in a figure.
const MOST: usize = 300;
const MOST_IN_A_FIGURE: usize = 24;
/// Width of the numbers, in points.
const NUMBER: f32 = 82.0;

/// A row.
#[derive(Default)]
struct Row {
    name: String,
    /// What is written between name and number, if there is room.
    middle: String,
    number: String,
    /// Start and end of the bar in mV.
    bar: Option<(f64, f64)>,
    colour: Option<Color32>,
    strong: bool,
    /// Neuron and moment that a click selects.
    picks: Option<(u32, SpikeMoment)>,
    /// Its description.
    label: String,
}

/// Paint the list; returns what was selected.
pub(super) fn ui(ui: &mut Ui, (view, why): (&FreeView, &WhySpike), cx: &Context) -> Option<(u32, SpikeMoment)> {
    let rows = match cx.ui_state.spike_list {
        SpikeList::Terms => terms(view, why, cx),
        SpikeList::Senders => senders(view, why, cx),
        SpikeList::Spikes => spikes(view, why, cx),
    };
    let figure = theme::is_figure(ui.ctx());
    let rows = &rows[..rows.len().min(if figure { MOST_IN_A_FIGURE } else { MOST })];
    if rows.is_empty() {
        text::calm_sentence(ui, cx.palette, "No spike that arrived contributes to this potential.");
        return None;
    }
    let mut picked = None;
    let look = Look::new(ui, rows);
    let name = match cx.ui_state.spike_list {
        SpikeList::Terms => "Terms of the potential",
        SpikeList::Senders => "Senders by contribution",
        SpikeList::Spikes => "Spikes by contribution",
    };
    let list = Rows::new(ui, ui.available_rect_before_wrap(), name, rows.len());
    theme::scrolled(ui, name, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, row) in rows.iter().enumerate() {
            picked = paint(ui, row, (&list, index), &look, cx).or(picked);
        }
    });
    picked
}

/// Sum of the contributions of each population of senders: population, whether it inhibits, and mV.
pub(super) fn sums(why: &WhySpike) -> Vec<(Option<usize>, bool, f64)> {
    let mut sums: Vec<(Option<usize>, bool, f64)> = Vec::new();
    for (arrival, mv) in &why.breakdown.contributions {
        let key = (arrival.source, arrival.weight_mv < 0.0);
        match sums.iter_mut().find(|(source, inhibits, _)| (*source, *inhibits) == key) {
            Some(sum) => sum.2 += mv,
            None => sums.push((key.0, key.1, *mv)),
        }
    }
    sums.sort_by_key(|&(source, inhibits, _)| (inhibits, source));
    sums
}

fn terms(view: &FreeView, why: &WhySpike, cx: &Context) -> Vec<Row> {
    let (all, palette) = (&why.breakdown, cx.palette);
    let t = &all.terms;
    let plain = |name: &str, mv: f64, strong: bool| {
        let number = format!("{} mV", fixed(mv, 3));
        Row { label: format!("{name} {number}"), name: name.to_owned(), number, strong, ..Row::default() }
    };
    let mut at = t.rest_mv;
    let mut rows = vec![plain("rest", t.rest_mv, false)];
    let mut add = |name: String, mv: f64, colour: Color32| {
        let number = format!("{} mV", signed(mv, 3));
        let label = format!("{name} {number}");
        rows.push(Row { name, number, bar: Some((at, at + mv)), colour: Some(colour), label, ..Row::default() });
        at += mv;
    };
    let begin = match (all.held, all.last_spike, all.from) {
        (true, ..) => "clamped at reset",
        (_, Some(_), _) => "last reset",
        (_, None, 0) => "start",
        (_, None, _) => "earlier potential",
    };
    add(begin.to_owned(), t.begin_mv, palette.faint);
    let optional = [
        ("earlier spikes", t.earlier_mv, t.earlier_mv.abs() >= 5e-4),
        ("current R I", t.current_mv, t.current_mv != 0.0),
        ("membrane noise", t.noise_mv, t.noise_mv != 0.0),
        ("lateral inhibition", t.inhibition_mv, t.inhibition_mv != 0.0),
    ];
    optional.into_iter().filter(|(.., shown)| *shown).for_each(|(name, mv, _)| add(name.to_owned(), mv, palette.faint));
    for (source, inhibits, mv) in sums(why) {
        let name = format!("{}{}", sender(view, source), if inhibits { ", inhibitory" } else { "" });
        add(name, mv, chart::colour(view, source, cx));
    }
    rows.push(plain("= V", t.v_mv(), true));
    rows.push(plain("threshold", all.threshold_mv, false));
    rows.push(plain("simulated V", why.simulated_mv, false));
    rows
}

fn senders(view: &FreeView, why: &WhySpike, cx: &Context) -> Vec<Row> {
    let row = |synapse: &crate::session::SynapseSum| {
        let (name, number) = (name(view, synapse.source, synapse.neuron), format!("{} mV", signed(synapse.mv, 3)));
        let middle = plural(synapse.spikes.into(), "spike");
        Row {
            label: format!("{name}: {middle}, {number}"),
            picks: picks(view, synapse.source, synapse.neuron, SpikeMoment::LastSpike),
            colour: Some(chart::colour(view, synapse.source, cx)),
            bar: Some((0.0, synapse.mv)),
            name,
            middle,
            number,
            strong: false,
        }
    };
    why.synapses.iter().filter(|synapse| synapse.mv != 0.0).take(MOST).map(row).collect()
}

fn spikes(view: &FreeView, why: &WhySpike, cx: &Context) -> Vec<Row> {
    let dt_ms = cx.snapshot.dt_ms;
    let row = |(arrival, mv): &(crate::session::Arrival, f64)| {
        let (name, number) = (name(view, arrival.source, arrival.neuron), format!("{} mV", signed(*mv, 3)));
        let (fired, delay) = (ms(arrival.emitted, dt_ms), ms(arrival.arrived - arrival.emitted, dt_ms));
        let weight = fixed(arrival.weight_mv.into(), 3);
        Row {
            label: format!("{name}: fired at {fired} ms, delay {delay} ms, weight {weight} mV, contribution {number}"),
            middle: format!("{fired} + {delay} ms · w {weight}"),
            picks: picks(view, arrival.source, arrival.neuron, SpikeMoment::At(arrival.emitted)),
            colour: Some(chart::colour(view, arrival.source, cx)),
            bar: Some((0.0, *mv)),
            name,
            number,
            strong: false,
        }
    };
    why.breakdown.contributions.iter().filter(|(_, mv)| *mv != 0.0).take(MOST).map(row).collect()
}

/// The sender as the neuron to show; sources of spikes have no potential.
fn picks(view: &FreeView, source: Option<usize>, neuron: u32, moment: SpikeMoment) -> Option<(u32, SpikeMoment)> {
    let population = view.populations.get(source?).filter(|population| population.has_potential)?;
    Some((population.first + neuron, moment))
}

/// The columns of a list.
struct Look {
    names: f32,
    middle: bool,
    range: (f64, f64),
}

impl Look {
    fn new(ui: &Ui, rows: &[Row]) -> Self {
        let (painter, width) = (ui.painter(), ui.available_width());
        let widest = |of: fn(&Row) -> &str, font: &egui::FontId| {
            rows.iter().take(40).map(|row| text::width(painter, of(row), font)).fold(0.0, f32::max)
        };
        let names = (widest(|row| &row.name, &text::strong_font()) + 22.0).min((width - NUMBER).max(20.0));
        let middle = widest(|row| &row.middle, &text::tick_font());
        let ends = || rows.iter().filter_map(|row| row.bar).flat_map(|(from, to)| [from, to]).filter(|mv| mv.is_finite());
        let range = (ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
        Self { names, middle: middle > 0.0 && names + middle + NUMBER + 12.0 < width, range }
    }
}

fn paint(ui: &mut Ui, row: &Row, (list, index): (&Rows, usize), look: &Look, cx: &Context) -> Option<(u32, SpikeMoment)> {
    let palette = cx.palette;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width() - 4.0, LINE), Sense::hover());
    let rows::Row { response, is_current, chosen } = list.row(ui, index, rect, &row.label);
    let painter = ui.painter();
    if row.picks.is_some() && response.hovered() {
        painter.rect_filled(rect, 3.0, palette.raised);
    }
    if is_current {
        painter.rect_stroke(rect, 3.0, Stroke::new(1.5, palette.trace), StrokeKind::Inside);
    }
    let (middle, mut left) = (rect.center().y, rect.left() + 3.0);
    if let Some(colour) = row.colour {
        painter.rect_filled(Rect::from_center_size(pos2(left + 4.0, middle), vec2(8.0, 8.0)), 2.0, colour);
    }
    left += 14.0;
    let (font, colour) = if row.strong { (text::strong_font(), palette.text) } else { (text::body_font(), palette.dim) };
    let colour = if row.picks.is_some() { palette.text } else { colour };
    text::line(painter, pos2(left, middle), Align2::LEFT_CENTER, &row.name, font, colour, look.names - 17.0);
    let right = rect.right() - 3.0;
    text::line(painter, pos2(right, middle), Align2::RIGHT_CENTER, &row.number, text::number_font(), palette.text, NUMBER);
    let room = Rect::from_min_max(pos2(rect.left() + look.names, rect.top()), pos2(right - NUMBER, rect.bottom()));
    if look.middle {
        text::line(painter, pos2(room.left(), middle), Align2::LEFT_CENTER, &row.middle, text::tick_font(), palette.faint, room.width());
    } else if let (Some((from, to)), true) = (row.bar, row.middle.is_empty() && room.width() > 40.0 && look.range.0 < look.range.1) {
        let scale = Scale::new(look.range, room.left(), room.right() - 4.0);
        let (a, b) = (scale.at(from), scale.at(to));
        let bar = Rect::from_min_max(pos2(a.min(b), rect.top() + 4.0), pos2(a.max(b).max(a.min(b) + 1.0), rect.bottom() - 4.0));
        painter.rect_filled(bar, 1.0, row.colour.unwrap_or(palette.dim));
    }
    if row.picks.is_some() {
        response.on_hover_text(format!("{}. Click or Enter: select this neuron and explain its spike.", row.label));
    } else {
        response.on_hover_text(&row.label);
    }
    row.picks.filter(|_| chosen)
}
