//! One parameter: its name and symbol, its value with unit, its slider or choice, the dot that leads back to the
//! preset, and a tooltip that says all the registry knows.

use crate::gui::panel::Context;
use crate::gui::theme::{self, Palette};
use crate::gui::widgets::rail::rail;
use crate::gui::widgets::scale::{Scale, short};
use crate::params::{Change, Domain, ParamId, ParamSpec, parse_value};
use crate::session::Command;
use egui::{FontId, Response, RichText, Role, Sense, Ui, WidgetInfo, vec2};

/// The value as the person wants it, which may not have reached the simulation yet.
pub(crate) fn wanted(cx: &Context, id: ParamId) -> f64 {
    cx.outbox.wanted(id).unwrap_or_else(|| cx.snapshot.params.get(id))
}

/// Two lines: name and value, and the slider under them. One line for a choice.
pub(crate) fn param_slider(ui: &mut Ui, id: ParamId, cx: &mut Context) {
    let spec = id.spec();
    let value = wanted(cx, id);
    let preset = cx.snapshot.preset_params.get(id);
    ui.spacing_mut().item_spacing = vec2(4.0, 1.0);
    let inner = ui.push_id(spec.name, |ui| {
        let mut chosen = None;
        let words = match spec.domain {
            Domain::Choice(words) => Some(words),
            Domain::Real { .. } | Domain::Integer { .. } => None,
        };
        ui.horizontal(|ui| {
            ui.set_height(if words.is_some() { 26.0 } else { 18.0 });
            let value_width = if words.is_some() { 128.0 } else { text_width(ui, &with_unit(spec, value)) };
            head(ui, spec, value_width, value != preset, cx.palette);
            if value != preset && back_dot(ui, spec, preset, cx.palette).clicked() {
                chosen = Some(preset);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| match words {
                Some(words) => chosen = choice(ui, spec, words, value).or(chosen),
                None => chosen = number(ui, spec, value, value != preset, cx).or(chosen),
            });
        });
        if words.is_none()
            && let Some(scale) = Scale::of(spec, &cx.snapshot.params)
        {
            let width = ui.available_width();
            let (response, moved) = rail(ui, spec.label, value, &scale, width);
            if response.double_clicked() {
                chosen = Some(preset);
            } else if moved.is_some() {
                chosen = moved;
            }
            response.on_hover_text("Arrow keys move it, a double click goes back to the preset.");
        }
        chosen
    });
    if let Some(chosen) = inner.inner
        && chosen != value
    {
        // a network is built once, when the hand lets go, not for every value it passes
        if spec.change == Change::Rebuild && ui.input(|input| input.pointer.any_down()) {
            cx.outbox.hold(id, chosen);
        } else {
            cx.outbox.push(Command::Set(id, chosen));
        }
    }
}

/// Name, symbol, and for a rebuild the circular arrow.
fn head(ui: &mut Ui, spec: &'static ParamSpec, value_width: f32, dotted: bool, palette: &Palette) -> Response {
    let symbol = ui.painter().layout_job(theme::symbol(spec.symbol, palette.dim));
    // What cannot be cut: dot, mark and value. Where room is short the symbol goes first (the tooltip has it), then letters.
    let mark = if spec.change == Change::Rebuild { 15.0 } else { 0.0 };
    let dot = if dotted { 18.0 } else { 0.0 };
    let room = (ui.available_width() - value_width - mark - dot - 6.0).max(40.0);
    let name = egui::WidgetText::from(spec.label).into_galley(ui, Some(egui::TextWrapMode::Extend), room, egui::TextStyle::Body);
    let with_symbol = !spec.symbol.is_empty() && name.size().x + symbol.size().x + 4.0 <= room;
    let mut response = ui
        .scope(|ui| {
            ui.set_max_width(room);
            ui.add(egui::Label::new(spec.label).truncate().sense(Sense::hover()))
        })
        .inner;
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
    response.on_hover_ui(|ui| tooltip(ui, spec, palette))
}

fn text_width(ui: &Ui, text: &str) -> f32 {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), FontId::monospace(theme::NUMBER), egui::Color32::PLACEHOLDER);
    galley.size().x + 8.0
}

fn acts(change: Change) -> &'static str {
    match change {
        Change::Live => "Acts before the next step.",
        Change::Rebuild => "Builds the network anew: training starts again with the same seed.",
    }
}

/// The dot that says "not the preset's value" and leads back to it.
fn back_dot(ui: &mut Ui, spec: &ParamSpec, preset: f64, palette: &Palette) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::click());
    let back = format!("Back to the preset: {}", with_unit(spec, preset));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), format!("{}: {back}", spec.label)));
    let grown = if response.hovered() || response.has_focus() { 1.5 } else { 0.0 };
    ui.painter().circle_filled(rect.center(), 2.8 + grown, palette.accent);
    response.on_hover_text(back)
}

fn choice(ui: &mut Ui, spec: &ParamSpec, words: &'static [&'static str], value: f64) -> Option<f64> {
    let current = words.get(value as usize).copied().unwrap_or("?");
    let mut chosen = None;
    let width = (ui.available_width() - 2.0).clamp(60.0, 124.0);
    let combo = egui::ComboBox::from_id_salt("choice").selected_text(current).width(width).truncate().show_ui(ui, |ui| {
        for (index, word) in words.iter().enumerate() {
            if ui.selectable_label(*word == current, *word).clicked() {
                chosen = Some(index as f64);
            }
        }
    });
    combo.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, spec.label);
        info.current_text_value = Some(current.to_owned());
        info
    });
    chosen
}

/// The number, which can be dragged or typed over, with or without a unit.
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
        let mut info = WidgetInfo::labeled(Role::SpinButton, true, format!("{} value", spec.label));
        info.value = Some(value);
        info
    });
    // Leaving the field without a change must not round the value to what was shown.
    let shown_as_before = with_unit(spec, edited) == with_unit(spec, value);
    if edited == value || shown_as_before {
        return None;
    }
    Some(if response.dragged() { scale.round(edited) } else { edited })
}

/// A value and its unit, short.
pub(crate) fn with_unit(spec: &ParamSpec, value: f64) -> String {
    match spec.domain {
        Domain::Choice(words) => words.get(value as usize).copied().unwrap_or("?").to_owned(),
        Domain::Real { .. } | Domain::Integer { .. } if spec.unit.is_empty() => short(value),
        Domain::Real { .. } | Domain::Integer { .. } => format!("{} {}", short(value), spec.unit),
    }
}

fn tooltip(ui: &mut Ui, spec: &ParamSpec, palette: &Palette) {
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.label(theme::strong(spec.label));
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
    line(ui, "Range", spec.range_text());
    line(ui, "Default", with_unit(spec, spec.default));
    line(ui, "Acts", acts(spec.change).to_owned());
    line(ui, "In presets", spec.name.to_owned());
    line(ui, "Source", spec.source.to_owned());
}
