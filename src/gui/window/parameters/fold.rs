//! Groups of parameters that can be folded.

use crate::gui::panel::Context;
use crate::gui::theme;
use egui::{Align, Layout, Role, Sense, Ui, WidgetInfo, vec2};

/// The head of a group; a click folds it. `changed` values in it are marked while it is folded; the name is written as it is if `exact`. Returns whether it is open.
pub(super) fn group_head(ui: &mut Ui, cx: &mut Context, group: &str, (searching, exact): (bool, bool), changed: usize) -> bool {
    let folded = cx.ui_state.folded_groups.iter().any(|other| other == group);
    let open = searching || !folded;
    let palette = cx.palette;
    let inner = ui.horizontal(|ui| {
        let head = if exact { ui.label(theme::strong(group)) } else { theme::section_head(ui, group) };
        if changed > 0 && !open {
            let (rect, _) = ui.allocate_exact_size(vec2(8.0, 12.0), Sense::hover());
            ui.painter().circle_filled(rect.center(), 2.8, palette.accent);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
            let c = rect.center();
            let points = if open {
                vec![c + vec2(-3.5, -1.5), c + vec2(3.5, -1.5), c + vec2(0.0, 2.5)]
            } else {
                vec![c + vec2(-1.5, -3.5), c + vec2(2.5, 0.0), c + vec2(-1.5, 3.5)]
            };
            ui.painter().add(egui::Shape::convex_polygon(points, palette.faint, egui::Stroke::NONE));
        });
        head
    });
    let response = ui.interact(inner.response.rect, ui.scope_id().with(("group", group)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, group));
    if response.has_focus() {
        ui.painter().rect_stroke(response.rect.expand(2.0), 4.0, egui::Stroke::new(1.0, palette.trace), egui::StrokeKind::Inside);
    }
    if response.clicked() && !searching {
        if folded {
            cx.ui_state.folded_groups.retain(|other| other != group);
        } else {
            cx.ui_state.folded_groups.push(group.to_owned());
        }
    }
    open
}
