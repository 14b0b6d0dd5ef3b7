//! Hints for the first minutes: one at a time, one line, over the tiles, gone for good when closed.

use super::action::Action;
use super::notices::close_cross;
use super::panel::Context;
use super::theme;
use egui::{Align, CornerRadius, Frame, Layout, Margin, RichText, Sense, Ui, vec2};

/// The hints in their order.
pub(super) const HINTS: [&str; 4] = [
    "It starts slowly: within half a minute the fields turn into digits. Speed, above, goes up to full.",
    "Each tile is one view of the running network. Drag its head to move it, double-click it to enlarge it.",
    "Space pauses and goes on. The full stop steps one millisecond, Enter one image.",
    "Change one thing and watch. An orange dot marks what differs from the preset: click it to go back.",
];

/// The hint that is due, if any.
pub(super) fn hint_strip(ui: &mut Ui, cx: &Context, actions: &mut Vec<Action>) {
    let Some(text) = due(cx) else { return };
    let palette = cx.palette;
    Frame::new().fill(palette.tint(palette.accent)).corner_radius(CornerRadius::same(6)).inner_margin(Margin::symmetric(10, 4)).show(
        ui,
        |ui| {
            ui.horizontal(|ui| {
                let (dot, _) = ui.allocate_exact_size(vec2(8.0, 16.0), Sense::hover());
                ui.painter().circle_filled(dot.center(), 3.0, palette.accent);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if close_cross(ui, "Close hint", palette).clicked() {
                        actions.push(Action::CloseHint);
                    }
                    let number = format!("{} of {}", cx.ui_state.hints_seen + 1, HINTS.len());
                    ui.label(theme::mono(number).color(palette.dim));
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(egui::Label::new(RichText::new(text).size(12.5)).truncate());
                    });
                });
            });
        },
    );
}

/// Whether a hint is due.
pub(super) fn due(cx: &Context) -> Option<&'static str> {
    let index = cx.ui_state.hints_seen as usize;
    HINTS.get(index).copied().filter(|_| cx.snapshot.protocol.classifies())
}
