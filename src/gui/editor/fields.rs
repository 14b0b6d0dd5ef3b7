//! One quantity of an element: its name, its value as text with its unit, a slider where it acts at once, and below them its help,
//! its range and what is wrong with it.

mod spread;

use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::state::editing::Editing;
use crate::gui::theme::{self, Palette};
use crate::gui::widgets::list::list;
use crate::gui::widgets::rail::rail_near;
use crate::gui::widgets::scale::{in_seconds, short};
use crate::gui::widgets::typed::{typed, width_of};
use crate::model::{Element, Entry, NetworkSpec, Value};
use crate::params::{Change, Domain};
use egui::{Align, Checkbox, Color32, ComboBox, Label, Layout, Rect, RichText, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

/// Least and largest width of a value, in points.
pub(super) const VALUE: f32 = 92.0;
pub(super) const WIDEST: f32 = 170.0;
/// Height of the line of a value, in points.
pub(super) const LINE: f32 = 26.0;

/// Quantities of one element.
pub(super) fn rows(ui: &mut Ui, editing: &mut Editing, entries: &[Entry], element: &Element, cx: &Context) {
    for entry in entries {
        row(ui, editing, entry, element, cx);
    }
}

/// A quantity.
pub(super) fn row(ui: &mut Ui, editing: &mut Editing, entry: &Entry, element: &Element, cx: &Context) {
    let name = entry.path.to_string();
    ui.push_id(entry.field.name, |ui| {
        if let Value::Distribution(value) = entry.value {
            spread::spread(ui, editing, entry, value, cx);
        } else {
            line(ui, entry.field.name, cx.palette, |ui| control(ui, editing, entry, (&name, element), cx));
        }
        peak(ui, editing, entry, cx.palette);
        let words = help(entry, editing.network());
        noted(ui, editing, &name, (element, &[entry.field.name]), &words, cx.palette);
    });
}

/// Help and range of a quantity.
pub(super) fn help(entry: &Entry, network: &NetworkSpec) -> String {
    let words = network.help(entry);
    match entry.field.domain {
        Domain::Choice(_) => words,
        // a limit that nobody reaches
        Domain::Real { max, .. } | Domain::Integer { max, .. } if max > 1e9 => words,
        Domain::Real { .. } | Domain::Integer { .. } => format!("{words} {}.", in_seconds(entry.range.replace('-', "−"))),
    }
}

/// The peak of the potential after a spike, beside a weight.
fn peak(ui: &mut Ui, editing: &Editing, entry: &Entry, palette: &Palette) {
    let owner = entry.path.owner.as_ref().filter(|_| entry.field.name == "weight");
    let Some(peak) = owner.and_then(|owner| editing.network().psp_peak_mv(owner)) else { return };
    let name = if peak < 0.0 { "IPSP peak" } else { "EPSP peak" };
    line(ui, name, palette, |ui| {
        let words = format!("{} mV", short(peak));
        let help = "Largest change of the membrane potential after one spike, from rest and without other input, at the mean weight.";
        ui.label(RichText::new(words).monospace().color(palette.text)).on_hover_text(help);
    });
}

/// A name at the left and controls at the right edge.
pub(super) fn line<R>(ui: &mut Ui, name: &str, palette: &Palette, controls: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        ui.set_height(LINE);
        ui.add(Label::new(RichText::new(name).color(palette.text)).sense(Sense::hover()).truncate());
        ui.with_layout(Layout::right_to_left(Align::Center), controls).inner
    })
    .inner
}

/// The head of a section, with space above it.
pub(super) fn section(ui: &mut Ui, name: &str) {
    ui.add_space(8.0);
    theme::section_head(ui, name);
}

/// Dim text below a field.
pub(super) fn note(ui: &mut Ui, words: &str, palette: &Palette) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add(Label::new(RichText::new(words).small().color(palette.dim)).wrap().selectable(false));
}

/// The help of the field called `label`, or in the same space what is wrong with it, so that the fields below stay where they are.
pub(super) fn noted(
    ui: &mut Ui,
    editing: &mut Editing,
    label: &str,
    (element, fields): (&Element, &[&str]),
    help: &str,
    palette: &Palette,
) {
    let wrong = wrong_with(editing, label, (element, fields)).join("; ");
    if wrong.is_empty() {
        note(ui, help, palette);
    } else {
        ui.spacing_mut().item_spacing.y = 2.0;
        let (width, font) = (ui.available_width(), egui::TextStyle::Small.resolve(ui.style()));
        let rows = ui.painter().layout(help.to_owned(), font.clone(), palette.dim, width);
        let mut job = egui::text::LayoutJob::simple(wrong.clone(), font, palette.bad, width);
        job.wrap.max_rows = rows.rows.len().max(1);
        let galley = ui.painter().layout_job(job);
        let (place, response) = ui.allocate_exact_size(vec2(width, rows.size().y), Sense::hover());
        ui.painter().galley(place.min, galley, palette.bad);
        text::label(&response, Role::Label, || wrong.clone());
        response.on_hover_text(&wrong);
    }
    problems(ui, editing, label, (element, fields), palette);
}

/// Take note of what became of an edit of the field called `label`; why it was refused is shown below it.
pub(super) fn told<T>(editing: &mut Editing, label: &str, done: Result<T, String>) -> Option<T> {
    match done {
        Ok(done) => editing.note(Ok(done)),
        Err(reason) => {
            editing.refused_field = Some((label.to_owned(), reason));
            None
        }
    }
}

/// Why the last edit of the field called `label` was refused, and the faults of the element at one of `fields`.
fn wrong_with(editing: &Editing, label: &str, (element, fields): (&Element, &[&str])) -> Vec<String> {
    let refused = editing.refused_field.iter().filter(|(own, _)| own == label).map(|(_, reason)| reason.clone());
    let own = editing.faults_of(element).filter(|fault| fields.contains(&fault.field().as_str())).map(|fault| fault.message.clone());
    refused.chain(own).collect()
}

/// Mark the field called `label`, laid out in this part of the column, if something is wrong with it, and scroll to it if that was
/// asked for.
pub(super) fn problems(ui: &mut Ui, editing: &mut Editing, label: &str, at: (&Element, &[&str]), palette: &Palette) {
    let words = wrong_with(editing, label, at);
    if words.is_empty() {
        return;
    }
    // a line below the field would move the next ones; the words are listed below all fields
    let area = ui.min_rect();
    let mark = Rect::from_min_max(area.left_top() - vec2(6.0, 0.0), pos2(area.left() - 2.0, area.bottom()));
    ui.painter().rect_filled(mark.shrink2(vec2(1.0, 0.0)), 1.0, palette.bad);
    let response = ui.interact(mark.expand(3.0), ui.scope_id().with(("problems", label)), Sense::hover());
    text::label(&response, Role::Image, || format!("Faults of {label}: {}", words.join("; ")));
    if std::mem::take(&mut editing.wants_fault) {
        response.scroll_to_me(Some(Align::Center));
    }
    response.on_hover_text(words.join("\n"));
}

/// The colour of a value that differs from that of the network that runs.
pub(super) fn colour(entry: &Entry, editing: &Editing, cx: &Context) -> Option<Color32> {
    if !editing.has_run() {
        // another network, whose values say nothing about this one
        return None;
    }
    let running = cx.snapshot.quantities.as_ref()?.entry(&entry.path)?;
    (running.value != entry.value).then_some(cx.palette.accent)
}

/// Set a quantity of the network or of the task from text.
fn set(editing: &mut Editing, entry: &Entry, element: &Element, text: &str) {
    let done = if *element == Element::Task {
        editing.draft.set_task_value(entry.field.name, text)
    } else {
        editing.draft.edit(&format!("Change {}", entry.path), |network| network.set_quantity(&entry.path, text).map(drop))
    };
    told(editing, &entry.path.to_string(), done);
}

fn control(ui: &mut Ui, editing: &mut Editing, entry: &Entry, (name, element): (&str, &Element), cx: &Context) {
    match (&entry.value, entry.field.domain) {
        (Value::Choice(chosen), Domain::Choice(["false", "true"])) => {
            let mut on = chosen == "true";
            let check = ui.add(Checkbox::without_text(&mut on));
            check.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, name));
            if check.changed() {
                set(editing, entry, element, if on { "true" } else { "false" });
            }
        }
        (Value::Choice(chosen), Domain::Choice(names)) => {
            let names: Vec<(&str, &str)> = names.iter().map(|name| (*name, "")).collect();
            if let Some(other) = choose(ui, name, chosen, &names, VALUE + 20.0) {
                set(editing, entry, element, other);
            }
        }
        (value, _) => {
            let current = in_seconds(entry.text());
            let width = width_of(ui, &current).clamp(VALUE, WIDEST);
            // the field is at the right edge; Tab reaches the slider at its left first, as it is seen
            let (place, _) = ui.allocate_exact_size(vec2(width + 8.0, 22.0), Sense::hover());
            if *element != Element::Task {
                slider(ui, editing, entry, name, value);
            }
            let mut field = ui.new_child(UiBuilder::new().max_rect(place).id_salt("value").layout(Layout::left_to_right(Align::Center)));
            if let Some(text) = typed(&mut field, name, &current, width, colour(entry, editing, cx)) {
                set(editing, entry, element, &text.replace('−', "-"));
            }
        }
    }
}

/// A slider for a value that acts at once, if there is room.
fn slider(ui: &mut Ui, editing: &mut Editing, entry: &Entry, name: &str, value: &Value) {
    let width = ui.available_width() - 6.0;
    let Value::Number(value) = value else { return };
    if entry.field.change != Change::Live || width <= 40.0 {
        return;
    }
    let Some((response, moved)) = rail_near(ui, name, *value, &entry.field, width.min(110.0)) else { return };
    if let Some(moved) = moved {
        let text = entry.field.format(moved);
        let done = editing.draft.adjust(&format!("Change {name}"), |network| network.set_quantity(&entry.path, &text));
        told(editing, name, done);
    }
    if response.drag_stopped() {
        editing.draft.settle();
    }
}

/// A list of names with their help. Returns the one that was chosen, if it is another.
pub(super) fn choose<'a>(ui: &mut Ui, label: &str, current: &str, names: &[(&'a str, &'a str)], width: f32) -> Option<&'a str> {
    let mut chosen = None;
    let combo = ComboBox::from_id_salt(label.rsplit_once('.').map_or(label, |(_, field)| field)).width(width);
    list(ui, (combo, label), current, |list| {
        for &(name, help) in names {
            if list.item(name == current, name, help) {
                chosen = Some(name).filter(|name| *name != current);
            }
        }
    });
    chosen
}
