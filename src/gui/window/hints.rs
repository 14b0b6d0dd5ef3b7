//! Hints for the first minutes: one at a time, one line, over the tiles. "Next" leads on, the cross ends them for good.

use crate::gui::action::Action;
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::window::notices::close_cross;
use egui::{Align, CornerRadius, Frame, Layout, Margin, RichText, Sense, Ui, vec2};

/// One hint, and what it offers to do.
struct Hint {
    text: &'static str,
    /// A view to open, with the words of the button.
    offer: Option<(&'static str, &'static str)>,
}

/// The hints in their order: what a tile is, how to stop, and the first thing to do oneself.
const HINTS: [Hint; 3] = [
    Hint { text: "Each tile is one view of the network. Drag its head, double-click it to enlarge it; F1 explains it.", offer: None },
    Hint {
        text: "Space pauses and goes on. The full stop steps one millisecond, Enter one image. Speed, above, goes up to full.",
        offer: None,
    },
    Hint { text: "Draw your own digit: the network says at once what it takes it for.", offer: Some(("draw", "Draw a digit")) },
];

/// The hint that is due, if any. `exists` says which views there are.
pub(crate) fn hint_strip(ui: &mut Ui, cx: &mut Context, exists: impl Fn(&str) -> bool, actions: &mut Vec<Action>) {
    let hints: Vec<&Hint> = HINTS.iter().filter(|hint| hint.offer.is_none_or(|(id, _)| exists(id))).collect();
    let seen = cx.ui_state.hints_seen as usize;
    let Some(hint) = hints.get(seen).filter(|_| cx.snapshot.protocol.classifies()) else { return };
    let palette = cx.palette;
    Frame::new().fill(palette.tint(palette.accent)).corner_radius(CornerRadius::same(6)).inner_margin(Margin::symmetric(10, 4)).show(
        ui,
        |ui| {
            ui.horizontal(|ui| {
                let (dot, _) = ui.allocate_exact_size(vec2(8.0, 16.0), Sense::hover());
                ui.painter().circle_filled(dot.center(), 3.0, palette.accent);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let cross = close_cross(ui, "Close hints", palette);
                    if cross.on_hover_text("No more hints. The Help menu shows them again.").clicked() {
                        actions.push(Action::CloseHints);
                    }
                    if seen + 1 < hints.len() && theme::button(ui, Sign::None, "Next", Weight::Usual, 0.0).clicked() {
                        actions.push(Action::NextHint);
                    }
                    ui.label(theme::mono(format!("{} of {}", seen + 1, hints.len())).color(palette.dim));
                    if let Some((id, words)) = hint.offer
                        && theme::button(ui, Sign::None, words, Weight::Usual, 0.0).clicked()
                    {
                        cx.ui_state.wants_panel = Some(id);
                        actions.push(Action::NextHint);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(egui::Label::new(RichText::new(hint.text).size(12.5)).truncate());
                    });
                });
            });
        },
    );
}
