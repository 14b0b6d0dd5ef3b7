//! The parameters of what is selected, beside the drawing.

use super::{network, population, projection};
use crate::gui::panel::Context;
use crate::gui::state::editing::Editing;
use crate::gui::window::notices::close_cross;
use crate::model::Element;
use egui::{CornerRadius, Frame, Margin, RichText, ScrollArea, Stroke, Ui};

/// The column of parameters.
pub(super) fn side(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    ScrollArea::vertical().auto_shrink([false, false]).id_salt(format!("{:?}", editing.selected)).show(ui, |ui| {
        // beside the scroll bar
        ui.set_width(ui.available_width() - 8.0);
        ui.spacing_mut().item_spacing.y = 6.0;
        refused(ui, editing, cx);
        match editing.selected.clone() {
            Element::Network | Element::Task => network::network(ui, editing, cx),
            Element::Population(name) => population::population(ui, &name, editing, cx),
            Element::Projection(name) => projection::projection(ui, &name, editing, cx),
        }
        ui.add_space(8.0);
    });
}

/// Why the last edit was refused, until it is closed or another edit succeeds.
fn refused(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    let Some(reason) = editing.refused.clone() else { return };
    let frame = Frame::new().fill(cx.palette.tint(cx.palette.bad)).stroke(Stroke::new(1.0, cx.palette.bad.gamma_multiply(0.6)));
    frame.corner_radius(CornerRadius::same(6)).inner_margin(Margin::symmetric(8, 6)).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            let wide = ui.available_width() - 22.0;
            ui.vertical(|ui| {
                ui.set_width(wide);
                ui.add(egui::Label::new(RichText::new(&reason).size(12.0)).wrap());
            });
            if close_cross(ui, "Close message", cx.palette).clicked() {
                editing.refused = None;
            }
        });
    });
}
