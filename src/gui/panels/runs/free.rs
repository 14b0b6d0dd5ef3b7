//! Runs of networks that run freely: a plot of one population or projection of all of them, and a table of what was measured over
//! the same time at the end of each.

use super::entries::{self, colour};
use super::kept::{Differences, Kept};
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{fixed, plural};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::paint::texture::Same;
use crate::gui::panel::Context;
use crate::gui::panels::intervals;
use crate::gui::panels::measured::Measured;
use crate::gui::panels::projection_choice::one_of;
use crate::gui::state::Compared;
use crate::gui::state::beside::{Row, Side, rate, rows, sides, time_ms, unique};
use crate::gui::theme;
use crate::session::{Firing, FreeView, INTERVAL_BINS, Snapshot, SpikeBlock, WEIGHT_BINS};
use egui::{Color32, Rect, RichText, Sense, Stroke, Ui, UiBuilder, vec2};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was measured of each run, by its key.
#[derive(Default)]
pub(super) struct Free {
    measured: BTreeMap<String, Measured>,
    pub(super) differences: Differences,
    pub(super) rates: Rates,
}

/// The rate of the population that is drawn, over a time in ms: its name, the time, the last change, and the spikes.
type Rates = Kept<(String, f64, u64, Same<[Arc<SpikeBlock>]>), Option<Vec<(f64, f64)>>>;

/// A curve: label, colour, points.
type Curve = (String, Color32, Vec<(f64, f64)>);

/// Minimum width for the list beside the numbers, in points; below it the list is under them.
const BESIDE: f32 = 680.0;
/// Height of a row of the table, with the space below it, in points.
const ROW: f32 = 18.0;
/// Width of a column of the table and of the names before it, in points.
const COLUMN: f32 = 104.0;
const NAMES: f32 = 100.0;

/// "3 runs · last 2.5 s of each".
pub(super) fn words(snapshot: &Snapshot, compared: &Compared) -> String {
    let sides = sides(snapshot, &compared.runs);
    let chosen = sides.iter().filter(|side| side.is_chosen(compared)).count();
    let runs =
        if chosen < sides.len() { format!("{chosen} of {}", plural(sides.len() as u64, "run")) } else { plural(chosen as u64, "run") };
    match time_ms(&sides, compared) {
        Some(ms) => format!("{runs} · last {} s of each{}", seconds(ms), limited(&sides, compared, ms)),
        None => runs,
    }
}

/// Which run is so short that no more of the others is compared.
fn limited(sides: &[Side], compared: &Compared, ms: f64) -> String {
    let length = |side: &Side| side.view.step as f64 * side.view.network.dt_ms;
    let mut chosen: Vec<&Side> = sides.iter().filter(|side| side.is_chosen(compared)).collect();
    chosen.sort_by(|a, b| length(a).total_cmp(&length(b)));
    match chosen.as_slice() {
        [short, .., long] if length(long) >= 1.5 * length(short) && ms <= length(short) && ms > 0.4 * length(short) => {
            format!(" (as {} is short)", short.label)
        }
        _ => String::new(),
    }
}

fn seconds(ms: f64) -> String {
    fixed(ms * 1e-3, 1).trim_end_matches(".0").to_owned()
}

impl Free {
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let compared = cx.ui_state.compared.clone();
        let snapshot = cx.snapshot;
        let sides = sides(snapshot, &compared.runs);
        let ms = time_ms(&sides, &compared);
        let keys: Vec<String> = sides.iter().map(Side::key).collect();
        self.measured.retain(|key, _| keys.contains(key));
        self.differences.retain(|run| keys.iter().any(|key| key == run));
        self.rates.retain(|run| keys.iter().any(|key| key == run));
        let chosen: Vec<&Side> = sides.iter().filter(|side| side.is_chosen(&compared)).collect();
        let firing: Vec<Arc<[Firing]>> = chosen.iter().map(|side| self.firing(side, ms, snapshot)).collect();
        let views: Vec<&FreeView> = chosen.iter().map(|side| side.view).collect();
        let rows = rows(&views, &firing);
        let rect = ui.available_rect_before_wrap();
        let (numbers, list) = if rect.width() > BESIDE {
            let list = (rect.width() * 0.34).clamp(220.0, 380.0);
            let (numbers, list) = rect.split_left_right_at_x(rect.right() - list - 12.0);
            (numbers, Some(Rect::from_min_max(list.min + vec2(12.0, 0.0), list.max)))
        } else {
            (rect, None)
        };
        let Self { differences, rates, .. } = self;
        let is_figure = theme::is_figure(ui.ctx());
        let share = numbers.height() * 0.45;
        // a figure is as high as its content, of which the plot must not take a share
        let high = if is_figure { share.min(0.6 * numbers.width()) } else { share };
        let (place, below) = numbers.split_top_bottom_at_y(numbers.top() + high);
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            ui.set_clip_rect(place.expand(2.0).intersect(ui.clip_rect()));
            plot(ui, &chosen, (&firing, ms), (&rows, rates), cx);
        });
        let mut below = below.with_min_y(below.top() + 6.0);
        if list.is_some() && !is_figure {
            // whole rows
            below.max.y = below.top() + (below.height() / ROW).floor() * ROW;
        }
        within(ui, below, "what was measured", |ui| {
            table(ui, &chosen, &rows, cx);
            if list.is_none() {
                ui.add_space(8.0);
                entries::list(ui, &sides, differences, cx);
            }
        });
        if let Some(list) = list {
            within(ui, list, "runs", |ui| entries::list(ui, &sides, differences, cx));
        }
        ui.allocate_rect(rect, Sense::hover());
    }

    /// How a run fires over the common time at its end.
    fn firing(&mut self, side: &Side, ms: Option<f64>, snapshot: &Snapshot) -> Arc<[Firing]> {
        let Some(steps) = ms.and_then(|ms| side.view.last(ms)) else { return Arc::from([]) };
        let measured = self.measured.entry(side.key()).or_default();
        measured.of(side.view, steps, snapshot)
    }
}

fn within(ui: &mut Ui, rect: Rect, id: &str, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt(id), |ui| {
        if !theme::is_figure(ui.ctx()) {
            ui.set_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
        }
        theme::scrolled(ui, id, content);
    });
}

/// The rate or the intervals of a population, or the weights of a projection, of all runs.
fn plot(
    ui: &mut Ui,
    sides: &[&Side],
    (firing, ms): (&[Arc<[Firing]>], Option<f64>),
    (rows, rates): (&[Row], &mut Rates),
    cx: &mut Context,
) {
    let names = unique(rows.iter().map(|row| row.name.as_str()));
    let own = cx.ui_state.compared.subject.clone();
    let Some(subject) = names.iter().copied().find(|name| *name == own).or(names.first().copied()) else {
        let words = "Runs are compared here once they have run for 100 ms, and 100 ms after the last change of a quantity.";
        return text::calm_sentence(ui, cx.palette, words);
    };
    let is_population = firing.iter().any(|firing| firing.iter().any(|one| one.activity.name == subject));
    let room = ui.available_size();
    let chooses = room.x > 150.0 && room.y > 90.0 && !theme::is_figure(ui.ctx());
    if chooses {
        ui.horizontal(|ui| {
            if let Some(name) = one_of(ui, "Drawn", names.iter().copied(), subject, room.x - 170.0) {
                cx.ui_state.compared.subject = name;
            }
            if is_population {
                let chosen = usize::from(cx.ui_state.compared.intervals);
                if let Some(index) = theme::segments(ui, &["Rate", "Intervals"], Some(chosen), 150.0) {
                    cx.ui_state.compared.intervals = index == 1;
                }
            }
        });
    }
    let rect = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(rect, Sense::hover());
    let painter = ui.painter_at(rect);
    let look = |side: &Side| colour(side, cx.palette);
    let (curves, x, y): (Vec<Curve>, Axis, &str) = if !is_population {
        let range = sides.iter().filter_map(|side| weights_range(side.view, subject));
        let range = range.fold((f64::INFINITY, f64::NEG_INFINITY), |all, one| (all.0.min(one.0), all.1.max(one.1)));
        let curve = |side: &&Side| Some((side.label.clone(), look(side), weights(side.view, subject)?));
        let unit = sides.first().map_or("mV", |side| side.view.weight_unit(subject));
        (sides.iter().filter_map(curve).collect(), Axis::new(range, unit), "%")
    } else if cx.ui_state.compared.intervals {
        let curve = |(side, firing): (&&Side, &Arc<[Firing]>)| {
            let one = firing.iter().find(|one| one.activity.name == subject && one.all_intervals() > 0)?;
            Some((side.label.clone(), look(side), intervals::outline(one)))
        };
        let x = Axis { unit: "ms", ..Axis::decades((0.0, INTERVAL_BINS as f64 / 10.0)) };
        (sides.iter().zip(firing).filter_map(curve).collect(), x, "%")
    } else {
        let ms = ms.unwrap_or(1.0);
        let mut curve = |side: &&Side| {
            let from = (subject.to_owned(), ms, side.view.changed, Same(Arc::clone(&side.view.blocks)));
            let points = rates.get(side.key(), from, || rate(side.view, subject, ms));
            Some((side.label.clone(), look(side), Option::clone(&points)?))
        };
        (sides.iter().filter_map(&mut curve).collect(), Axis::new((-ms * 1e-3, 0.0), "s"), "Hz")
    };
    text::label(&response, egui::Role::Image, || summary(sides, rows, subject));
    let most = curves.iter().flat_map(|(.., points)| points.iter().map(|point| point.1)).fold(0.0, f64::max);
    let plot = Plot::new(&painter, rect, Some(x), Some(Axis::new((0.0, ceiling((1.05 * most).max(1.0))), y)), cx.palette);
    for (label, color, points) in curves.iter().rev() {
        plot.curve(points.iter().copied(), Stroke::new(if label == "now" { 2.0 } else { 1.3 }, *color));
    }
    let mut left = plot.area.left() + 6.0;
    for (label, color, _) in curves.iter().filter(|_| plot.area.height() > 40.0) {
        plot.name(egui::pos2(left, plot.area.top()), egui::Align2::LEFT_TOP, label, *color, cx.palette);
        left += text::width(&painter, label, &text::note_font()) + 14.0;
    }
    if !chooses {
        // what the list above it would name
        plot.name(plot.area.right_top() - vec2(6.0, 0.0), egui::Align2::RIGHT_TOP, subject, cx.palette.dim, cx.palette);
    }
    if let Some((at, _)) = plot.hover(&response, cx.palette) {
        let value = |(label, _, points): &Curve| {
            let near = points.iter().min_by(|a, b| (a.0 - at).abs().total_cmp(&(b.0 - at).abs()))?;
            Some(format!("{label}: {} {y}", fixed(near.1, 1)))
        };
        response.on_hover_text_at_pointer(curves.iter().filter_map(value).collect::<Vec<_>>().join("\n"));
    }
}

fn weights_range(view: &FreeView, projection: &str) -> Option<(f64, f64)> {
    view.weight_history.projections.iter().find(|range| range.name == projection).map(|range| range.range_mv)
}

/// The outline of the histogram of the weights of a projection, and percent of all weights.
fn weights(view: &FreeView, projection: &str) -> Option<Vec<(f64, f64)>> {
    let (low, high) = weights_range(view, projection)?;
    let place = view.weight_history.projections.iter().position(|range| range.name == projection)?;
    let counts = view.weight_history.times.last()?.1.get(place)?;
    let all = counts.iter().sum::<u32>().max(1);
    let at = |bin: usize| low + (high - low) * bin as f64 / WEIGHT_BINS as f64;
    let bin = |(k, &n): (usize, &u32)| [k, k + 1].map(|edge| (at(edge), 100.0 * f64::from(n) / f64::from(all)));
    Some(counts.iter().enumerate().flat_map(bin).collect())
}

/// "12.34", or "12.34 +1.20" if it differs from that of this run.
fn cell(row: &Row, index: usize) -> (String, String) {
    let Some(value) = row.values[index] else { return ("–".to_owned(), String::new()) };
    let difference = row.values[0].filter(|_| index > 0).map(|this| fixed(value - this, row.decimals));
    // what is equal to the last decimal shown is not marked
    let difference = difference.filter(|words| words.chars().any(|c| ('1'..='9').contains(&c)));
    let signed = |words: String| if words.starts_with('−') { words } else { format!("+{words}") };
    (fixed(value, row.decimals), difference.map_or(String::new(), signed))
}

/// Why a value is missing.
fn why_not(row: &Row) -> &'static str {
    if row.quantity.starts_with("CV") {
        "No neuron has five intervals between spikes in the time compared."
    } else {
        "It was not measured in this run."
    }
}

/// Quantities of populations and projections as rows, runs as columns; of many runs, as many tables as needed, each with this run.
fn table(ui: &mut Ui, sides: &[&Side], rows: &[Row], cx: &Context) {
    ui.spacing_mut().interact_size.y = 16.0;
    let across = (((ui.available_width() - NAMES) / (COLUMN + 8.0)) as usize).max(2) - 1;
    let others: Vec<usize> = (1..sides.len()).collect();
    // every quantity of all populations together: in a small tile the rates of all are seen first
    let quantities = unique(rows.iter().map(|row| row.quantity));
    let groups: Vec<&[usize]> = if others.is_empty() { vec![&[]] } else { others.chunks(across).collect() };
    for (part, group) in groups.into_iter().enumerate().filter(|_| !rows.is_empty()) {
        egui::Grid::new(("compared", part)).min_col_width(0.0).spacing(vec2(8.0, 2.0)).show(ui, |ui| {
            let columns = || std::iter::once(0).chain(group.iter().copied());
            named(ui, RichText::new(""), NAMES);
            for column in columns() {
                let color = colour(sides[column], cx.palette);
                named(ui, theme::mono(&sides[column].label).color(color), COLUMN);
            }
            ui.end_row();
            let ordered = quantities.iter().flat_map(|quantity| rows.iter().filter(move |row| row.quantity == *quantity));
            let mut before = "";
            for row in ordered {
                if row.quantity != before {
                    let unit = if row.unit.is_empty() { String::new() } else { format!(" ({})", row.unit) };
                    named(ui, RichText::new(format!("{}{unit}", row.quantity)).size(12.0).color(cx.palette.dim), NAMES);
                    ui.end_row();
                    before = row.quantity;
                }
                named(ui, RichText::new(&row.name).size(12.0).strong(), NAMES);
                for column in columns() {
                    let (value, difference) = cell(row, column);
                    ui.horizontal(|ui| {
                        ui.set_min_width(COLUMN);
                        ui.spacing_mut().item_spacing.x = 5.0;
                        let value = ui.label(theme::mono(value));
                        if row.values[column].is_none() {
                            value.on_hover_text(why_not(row));
                        }
                        if !difference.is_empty() {
                            ui.label(theme::mono(difference).size(11.0).color(cx.palette.accent));
                        }
                    });
                }
                ui.end_row();
            }
        });
        ui.add_space(6.0);
    }
    if sides.len() > 1 && !rows.is_empty() {
        let words = "Small coloured numbers: that run minus this run (now).";
        ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
    }
}

fn named(ui: &mut Ui, words: RichText, width: f32) {
    ui.horizontal(|ui| {
        ui.set_min_width(width);
        ui.label(words);
    });
}

fn summary(sides: &[&Side], rows: &[Row], subject: &str) -> String {
    let of = |(column, side): (usize, &&Side)| {
        let values = rows.iter().filter(|row| row.name == subject).filter_map(|row| {
            let value = fixed(row.values.get(column).copied().flatten()?, row.decimals);
            Some(format!("{} {value}{}{}", row.quantity, if row.unit.is_empty() { "" } else { " " }, row.unit))
        });
        format!("{}: {}", side.label, values.collect::<Vec<_>>().join(", "))
    };
    format!("Runs, {subject}. {}", sides.iter().enumerate().map(of).collect::<Vec<_>>().join("; "))
}
