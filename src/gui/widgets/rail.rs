//! The slider: a thin rail, moved by dragging, clicks, arrow keys or a screen reader. The caller handles double clicks.

use crate::gui::theme::Palette;
use crate::gui::widgets::scale::Scale;
use crate::model::Field;
use egui::accesskit::{Action, ActionData};
use egui::{EventFilter, Key, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

const HANDLE: f32 = 5.5;
const HEIGHT: f32 = 14.0;

/// A slider of this width in points, with `label` as its accessible name. Returns the new value while it changes.
pub(crate) fn rail(ui: &mut Ui, label: &str, value: f64, scale: &Scale, width: f32) -> (Response, Option<f64>) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click_and_drag());
    let span = Rect::from_center_size(rect.center(), vec2(rect.width() - 2.0 * HANDLE, 4.0));
    let mut wanted = value;
    if (response.dragged() || response.clicked() || response.is_pointer_button_down_on())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let position = f64::from((pointer.x - span.left()) / span.width());
        // A press without movement must not change a value that lies between two pixels.
        let moved = (position - scale.position(value)).abs() * f64::from(span.width()) > 0.75;
        if moved {
            wanted = scale.value(position);
        }
        response.request_focus();
    }
    // a screen reader can send requests to a disabled slider, which must ignore them
    if ui.is_enabled() {
        let steps = key_steps(ui, &response);
        if steps != 0.0 {
            wanted = scale.nudged(value, steps);
        }
        if let Some(asked) = asked_by_reader(ui, &response) {
            wanted = asked.clamp(scale.min, scale.max);
        }
    }
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), wanted, label));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(scale.min);
        node.set_max_numeric_value(scale.max);
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
    remember_focus(ui, &response);
    paint(ui, &response, span, scale.position(wanted) as f32);
    let changed = (wanted != value).then_some(wanted);
    (response, changed)
}

/// A slider near the value of a field, as [`Scale::near`]; while it is dragged its range stays. `None` for a choice.
pub(crate) fn rail_near(ui: &mut Ui, label: &str, value: f64, field: &Field, width: f32) -> Option<(Response, Option<f64>)> {
    let id = ui.make_persistent_id(("rail near", label));
    let from = ui.data(|data| data.get_temp::<f64>(id)).unwrap_or(value);
    let scale = Scale::near(field.domain, from, field.default)?;
    let (response, moved) = rail(ui, label, value, &scale, width);
    ui.data_mut(|data| {
        if response.is_pointer_button_down_on() {
            data.insert_temp(id, from);
        } else {
            data.remove::<f64>(id);
        }
    });
    Some((response, moved))
}

/// Whether a slider has the keyboard focus. Space and Enter then still mean Run and Step.
pub(crate) fn has_focus(ctx: &egui::Context) -> bool {
    let rail = ctx.data(|data| data.get_temp::<egui::Id>(focus_key()));
    rail.is_some() && ctx.memory(egui::Memory::focused) == rail
}

/// Keep Space and Enter as Run and Step while this slider has the focus.
pub(crate) fn remember_focus(ui: &Ui, response: &Response) {
    if response.has_focus() {
        ui.ctx().data_mut(|data| data.insert_temp(focus_key(), response.id));
    }
}

fn focus_key() -> egui::Id {
    egui::Id::unique("spikescope rail focus")
}

/// Steps requested by arrow keys and screen readers.
pub(crate) fn key_steps(ui: &Ui, response: &Response) -> f64 {
    let mut steps = 0.0;
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        steps += ui.input(|input| {
            let faster = if input.modifiers.shift { 10.0 } else { 1.0 };
            (input.num_presses(Key::ArrowRight) as f64 - input.num_presses(Key::ArrowLeft) as f64) * faster
        });
    }
    steps
        + ui.input(|input| {
            let presses = |action| input.num_accesskit_action_requests(response.id, action) as f64;
            presses(Action::Increment) - presses(Action::Decrement)
        })
}

/// The value requested by a screen reader, if any.
pub(crate) fn asked_by_reader(ui: &Ui, response: &Response) -> Option<f64> {
    ui.input(|input| {
        input
            .accesskit_action_requests(response.id, Action::SetValue)
            .filter_map(|request| match request.data {
                Some(ActionData::NumericValue(value)) => Some(value),
                _ => None,
            })
            .last()
    })
}

fn paint(ui: &Ui, response: &Response, span: Rect, position: f32) {
    if !ui.is_rect_visible(response.rect) {
        return;
    }
    let palette = Palette::of(ui.theme());
    let painter = ui.painter();
    let center = pos2(span.left() + position * span.width(), span.center().y);
    let full = span.expand2(vec2(HANDLE, 0.0));
    painter.rect_filled(full, 2.0, palette.line);
    let mut filled = full;
    filled.set_right(center.x);
    let strength = if ui.is_enabled() { 1.0 } else { 0.4 };
    painter.rect_filled(filled, 2.0, palette.trace.gamma_multiply(strength));
    let active = response.hovered() || response.dragged() || response.has_focus();
    if active {
        painter.circle_filled(center, HANDLE + 4.0, palette.tint(palette.trace));
    }
    if response.has_focus() {
        painter.circle_stroke(center, HANDLE + 3.0, Stroke::new(1.0, palette.trace));
    }
    painter.circle(center, HANDLE, palette.text.gamma_multiply(strength), Stroke::new(1.5, palette.panel));
}
