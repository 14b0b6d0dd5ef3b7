//! A handle on a plot: a slider drawn at the position of its value, moved by pointer, arrow keys and screen readers.

use crate::gui::theme::{Palette, is_figure};
use crate::gui::widgets::rail::{asked_by_reader, remember_focus};
use crate::gui::widgets::scale::Scale;
use egui::accesskit::Action;
use egui::{Color32, CursorIcon, EventFilter, Key, Pos2, Rect, Response, Sense, Stroke, Ui, WidgetInfo, vec2};

/// Properties of a handle.
pub(crate) struct Grip<'a> {
    /// Name and unit, as the accessible name: "Presynaptic trace in ms".
    pub label: &'a str,
    /// The current value.
    pub value: f64,
    /// The values it can take.
    pub scale: &'a Scale,
    /// Position on the screen.
    pub at: Pos2,
    /// Direction in which the pointer drags it.
    pub cursor: CursorIcon,
    /// Colour of the curve that it changes.
    pub color: Color32,
}

/// Draw a handle. Returns the new value while it changes; `value_at` maps the pointer to a value.
pub(crate) fn handle(ui: &mut Ui, grip: &Grip, value_at: impl Fn(Pos2) -> f64) -> (Response, Option<f64>) {
    let palette = Palette::of(ui.theme());
    let rect = Rect::from_center_size(grip.at, vec2(18.0, 18.0));
    if is_figure(ui.ctx()) {
        return (ui.interact(rect, ui.scope_id().with(("grip", grip.label)), Sense::hover()), None);
    }
    let response = ui.interact(rect, ui.scope_id().with(("grip", grip.label)), Sense::click_and_drag()).on_hover_cursor(grip.cursor);
    let mut wanted = grip.value;
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    if response.dragged()
        && response.drag_delta() != egui::Vec2::ZERO
        && let Some(pointer) = response.interact_pointer_pos()
    {
        wanted = grip.scale.round(value_at(pointer));
    }
    let steps = key_steps(ui, &response);
    if steps != 0.0 {
        wanted = grip.scale.nudged(grip.value, steps);
    }
    if let Some(asked) = asked_by_reader(ui, &response) {
        wanted = asked.clamp(grip.scale.min, grip.scale.max);
    }
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), wanted, grip.label));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(grip.scale.min);
        node.set_max_numeric_value(grip.scale.max);
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
    remember_focus(ui, &response);
    let painter = ui.painter();
    if response.hovered() || response.dragged() || response.has_focus() {
        painter.circle_filled(grip.at, 9.0, palette.tint(grip.color));
    }
    if response.has_focus() {
        painter.circle_stroke(grip.at, 8.5, Stroke::new(1.0, palette.trace));
    }
    painter.circle(grip.at, 5.0, palette.panel, Stroke::new(2.0, grip.color));
    (response, (wanted != grip.value).then_some(wanted))
}

/// All four arrow keys move it: the direction of the handle depends on the plot.
fn key_steps(ui: &Ui, response: &Response) -> f64 {
    let mut steps = 0.0;
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        steps += ui.input(|input| {
            let faster = if input.modifiers.shift { 10.0 } else { 1.0 };
            let presses = |more, less| input.num_presses(more) as f64 - input.num_presses(less) as f64;
            (presses(Key::ArrowRight, Key::ArrowLeft) + presses(Key::ArrowUp, Key::ArrowDown)) * faster
        });
    }
    steps
        + ui.input(|input| {
            let presses = |action| input.num_accesskit_action_requests(response.id, action) as f64;
            presses(Action::Increment) - presses(Action::Decrement)
        })
}
