//! One parameter: name and symbol, value with unit, slider or choice, the dot that restores the preset value, and a tooltip with
//! the registry entry.

use crate::gui::panel::Context;
use crate::gui::theme::{self, Palette};
use crate::gui::widgets::list::list;
use crate::gui::widgets::rail::rail;
use crate::gui::widgets::scale::{Scale, in_seconds, with_unit};
use crate::params::{Change, Domain, ParamId, ParamSpec, parse_value};
use crate::session::Command;
use egui::{FontId, Response, RichText, Role, Sense, Ui, WidgetInfo, vec2};

/// The value last requested, which may not have reached the simulation yet.
pub(crate) fn wanted(cx: &Context, id: ParamId) -> f64 {
    cx.outbox.wanted(id).unwrap_or_else(|| cx.snapshot.params.get(id))
}

/// Two lines: the name above the slider and value. A choice is on the line of its name if both fit.
pub(crate) fn param_slider(ui: &mut Ui, id: ParamId, cx: &mut Context) {
    let spec = id.spec();
    let value = wanted(cx, id);
    let preset = cx.snapshot.preset_params.get(id);
    // parameters without effect are disabled, except for the dot that restores the preset value
    let idle = cx.snapshot.params.idle(id, cx.snapshot.setup).map(|idle| idle.words(|spec| spec.label));
    ui.spacing_mut().item_spacing = vec2(4.0, 1.0);
    let inner = ui.push_id(spec.name, |ui| {
        let mut chosen = None;
        let beside = match spec.domain {
            Domain::Choice(words) => {
                Some((words, choice_width(ui, words))).filter(|(_, width)| head_width(ui, spec) + width <= ui.available_width())
            }
            Domain::Real { .. } | Domain::Integer { .. } => None,
        };
        ui.horizontal(|ui| {
            ui.set_height(if beside.is_some() { 26.0 } else { 18.0 });
            let taken = beside.map_or(0.0, |(_, width)| width);
            head(ui, spec, taken, idle.as_deref(), cx.palette);
            if value != preset && back_dot(ui, spec, preset, cx.palette).clicked() {
                chosen = Some(preset);
            }
            if let Some((words, width)) = beside {
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    chosen = enabled(ui, idle.as_deref(), |ui| choice(ui, spec, words, value, width)).or(chosen);
                });
            }
        });
        chosen = match spec.domain {
            Domain::Choice(words) if beside.is_none() => {
                enabled(ui, idle.as_deref(), |ui| choice(ui, spec, words, value, ui.available_width())).or(chosen)
            }
            Domain::Choice(_) => chosen,
            Domain::Real { .. } | Domain::Integer { .. } => {
                enabled(ui, idle.as_deref(), |ui| rail_and_number(ui, spec, (value, preset), cx)).or(chosen)
            }
        };
        chosen
    });
    if let Some(chosen) = inner.inner
        && chosen != value
    {
        // A rebuild is requested once, when the pointer is released, not for every value in between.
        if spec.change == Change::Rebuild && ui.input(|input| input.pointer.any_down()) {
            cx.outbox.hold(id, chosen);
        } else {
            cx.outbox.push(Command::Set(id, chosen));
        }
    }
}

/// A control of a parameter, disabled with the reason as hover text if the parameter has no effect.
fn enabled(ui: &mut Ui, idle: Option<&str>, control: impl FnOnce(&mut Ui) -> Option<f64>) -> Option<f64> {
    let shown = ui.add_enabled_ui(idle.is_none(), control);
    if let Some(reason) = idle {
        shown.response.on_disabled_hover_text(sentence(reason));
    }
    shown.inner
}

/// A phrase as a sentence: first letter capital, full stop.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// The slider, followed by the value in a column as wide as the longest value.
fn rail_and_number(ui: &mut Ui, spec: &'static ParamSpec, (value, preset): (f64, f64), cx: &Context) -> Option<f64> {
    let scale = Scale::of(spec, &cx.snapshot.params)?;
    ui.horizontal(|ui| {
        ui.set_height(18.0);
        // independent of the value, so that the slider keeps its width while it is dragged
        let longest = if spec.unit.is_empty() { "0.00000".to_owned() } else { format!("0.00000 {}", spec.unit) };
        let column = text_width(ui, &longest).max(text_width(ui, &with_unit(spec, value))).max(COLUMN);
        let width = (ui.available_width() - column - ui.spacing().item_spacing.x).max(40.0);
        let (response, moved) = rail(ui, spec.label, value, &scale, width);
        let chosen = if response.double_clicked() { Some(preset) } else { moved };
        response.on_hover_text("Drag or use the arrow keys; double-click to restore the value of the preset.");
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        ui.with_layout(layout, |ui| number(ui, spec, value, value != preset, cx)).inner.or(chosen)
    })
    .inner
}

/// Minimum width of the value column, in points.
const COLUMN: f32 = 76.0;
/// Width of the rebuild icon and of the dot that restores the preset value, in points.
const MARKS: f32 = 15.0 + 18.0;

/// Width of a list of choices: its longest text, the arrow and the margins.
fn choice_width(ui: &Ui, words: &[&str]) -> f32 {
    let width = |word: &&str| {
        egui::WidgetText::from(*word).into_galley(ui, Some(egui::TextWrapMode::Extend), f32::INFINITY, egui::TextStyle::Button).size().x
    };
    words.iter().map(width).fold(0.0, f32::max) + ui.spacing().icon_width + ui.spacing().icon_spacing + 2.0 * ui.spacing().button_padding.x
}

/// Width of the name and its icons.
fn head_width(ui: &Ui, spec: &ParamSpec) -> f32 {
    let name = egui::WidgetText::from(spec.label).into_galley(ui, Some(egui::TextWrapMode::Extend), f32::INFINITY, egui::TextStyle::Body);
    name.size().x + MARKS + 8.0
}

/// Name, symbol and, for a rebuild, the circular arrow. The symbol is left out if it does not fit; the tooltip shows it. `idle`
/// is the reason why the parameter has no effect.
fn head(ui: &mut Ui, spec: &'static ParamSpec, taken: f32, idle: Option<&str>, palette: &Palette) -> Response {
    let symbol = ui.painter().layout_job(theme::symbol(spec.symbol, palette.dim));
    let room = ui.available_width() - taken;
    let with_symbol = !spec.symbol.is_empty() && head_width(ui, spec) + symbol.size().x <= room;
    let colour = if idle.is_some() { palette.faint } else { ui.visuals().text_color() };
    let mut response = ui.add(egui::Label::new(RichText::new(spec.label).color(colour)).truncate().sense(Sense::hover()));
    if with_symbol {
        response |= ui.add(egui::Label::new(symbol).sense(Sense::hover()));
    }
    if spec.change == Change::Rebuild || response.hovered() {
        let (rect, mark) = ui.allocate_exact_size(vec2(11.0, 11.0), Sense::hover());
        match spec.change {
            Change::Live => theme::paint_lightning(ui.painter(), rect, palette.faint),
            Change::Rebuild => theme::paint_rebuild(ui.painter(), rect, palette.dim),
        }
        mark.on_hover_text(acts(spec.change));
    }
    response.on_hover_ui(|ui| tooltip(ui, spec, idle, palette))
}

fn text_width(ui: &Ui, text: &str) -> f32 {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), FontId::monospace(theme::NUMBER), egui::Color32::PLACEHOLDER);
    galley.size().x + 8.0
}

pub(crate) fn acts(change: Change) -> &'static str {
    match change {
        Change::Live => "Takes effect at the next step.",
        Change::Rebuild => "Rebuilds the network: the run restarts with the same seed.",
    }
}

/// The dot beside a value that differs from the preset; a click restores the preset value.
fn back_dot(ui: &mut Ui, spec: &ParamSpec, preset: f64, palette: &Palette) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::click());
    let back = format!("Back to the preset: {}", with_unit(spec, preset));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), format!("{}: {back}", spec.label)));
    let grown = if response.hovered() || response.has_focus() { 1.5 } else { 0.0 };
    ui.painter().circle_filled(rect.center(), 2.8 + grown, palette.accent);
    response.on_hover_text(back)
}

fn choice(ui: &mut Ui, spec: &ParamSpec, words: &'static [&'static str], value: f64, width: f32) -> Option<f64> {
    let current = words.get(value as usize).copied().unwrap_or("?");
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt("choice").width(width - 2.0).truncate();
    list(ui, (combo, spec.label), current, |list| {
        for (index, word) in words.iter().enumerate() {
            if list.item(*word == current, word, "") {
                chosen = Some(index as f64);
            }
        }
    });
    chosen
}

/// The value field: drag it, or type a value with or without a unit.
fn number(ui: &mut Ui, spec: &'static ParamSpec, value: f64, changed: bool, cx: &Context) -> Option<f64> {
    let scale = Scale::of(spec, &cx.snapshot.params)?;
    let mut edited = value;
    let speed = if scale.log { value.abs().max(1e-9) * 0.01 } else { scale.step };
    let visuals = ui.visuals_mut();
    visuals.widgets.inactive.bg_fill = egui::Color32::TRANSPARENT;
    visuals.widgets.inactive.weak_bg_fill = egui::Color32::TRANSPARENT;
    visuals.widgets.inactive.bg_stroke = egui::Stroke::NONE;
    if changed {
        for state in [&mut visuals.widgets.inactive, &mut visuals.widgets.hovered] {
            state.fg_stroke.color = cx.palette.accent;
        }
    }
    ui.spacing_mut().button_padding = vec2(2.0, 1.0);
    ui.spacing_mut().interact_size = vec2(24.0, 18.0);
    let response = ui.add(
        egui::DragValue::new(&mut edited)
            .speed(speed)
            .range(scale.min..=scale.max)
            .clamp_existing_to_range(false)
            .update_while_editing(false)
            .custom_formatter(|value, _| with_unit(spec, value))
            .custom_parser(|text| parse_value(spec, &text.replace('−', "-").replace(',', "")).ok()),
    );
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::SpinButton, ui.is_enabled(), format!("{} value", spec.label));
        info.value = Some(value);
        info
    });
    // Leaving the field without a change must not round the value to the displayed digits.
    let shown_as_before = with_unit(spec, edited) == with_unit(spec, value);
    if edited == value || shown_as_before {
        return None;
    }
    Some(if response.dragged() { scale.round(edited) } else { edited })
}

fn tooltip(ui: &mut Ui, spec: &ParamSpec, idle: Option<&str>, palette: &Palette) {
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.label(theme::strong(spec.label));
    if let Some(idle) = idle {
        ui.label(RichText::new(sentence(idle)).color(palette.accent));
    }
    ui.label(spec.help);
    if !spec.equation.is_empty() {
        ui.add_space(2.0);
        ui.label(theme::equation(spec.equation, palette.accent));
    }
    ui.add_space(2.0);
    let line = |ui: &mut Ui, name: &str, text: String| {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(name).color(palette.dim).small());
            ui.label(RichText::new(text).small());
        });
    };
    line(ui, "Range", in_seconds(spec.range_text()));
    line(ui, "Default", with_unit(spec, spec.default));
    line(ui, "Effect", acts(spec.change).to_owned());
    line(ui, "In presets", spec.name.to_owned());
    line(ui, "Source", spec.source.to_owned());
}
