//! The parameters of what is selected, beside the drawing, and below them what is wrong: messages never move the fields.

use super::{network, population, projection};
use crate::gui::paint::numbers::plural;
use crate::gui::panel::Context;
use crate::gui::state::editing::Editing;
use crate::gui::theme::Palette;
use crate::gui::widgets::typed::focus_next;
use crate::gui::window::notices::close_cross;
use crate::model::Element;
use egui::{Button, CornerRadius, Frame, Label, Margin, Panel, RichText, ScrollArea, Stroke, Ui};

/// Faults that are listed, at most.
const LISTED: usize = 30;

/// The column of parameters.
pub(super) fn side(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    wrong(ui, editing, cx.palette);
    ScrollArea::vertical().auto_shrink([false, false]).id_salt(("parameters", editing.shown)).show(ui, |ui| {
        // beside the scroll bar
        ui.set_width(ui.available_width() - 8.0);
        ui.spacing_mut().item_spacing.y = 6.0;
        if std::mem::take(&mut editing.wants_fields) {
            focus_next(ui.ctx());
        }
        match editing.selected.clone() {
            Element::Network | Element::Task => network::network(ui, editing, cx),
            Element::Population(name) => population::population(ui, &name, editing, cx),
            Element::Projection(name) => projection::projection(ui, &name, editing, cx),
        }
        ui.add_space(8.0);
    });
}

/// Why the last edit was refused, and the faults of what is selected, or all faults; a click on one selects its element.
fn wrong(ui: &mut Ui, editing: &mut Editing, palette: &Palette) {
    let refused = editing.refused.clone().or_else(|| editing.refused_field.as_ref().map(|(field, reason)| format!("{field}: {reason}")));
    let of_all = matches!(editing.selected, Element::Network | Element::Task);
    // an empty drawing says what to do
    let faults = editing.draft.faults().iter().filter(|_| !editing.network().populations.is_empty());
    let faults: Vec<(Element, String)> = faults
        .filter(|fault| of_all || fault.element() == editing.selected)
        .map(|fault| (fault.element(), if of_all { fault.to_string() } else { said(&fault.field(), &fault.message) }))
        .collect();
    if refused.is_none() && faults.is_empty() {
        return;
    }
    let high = 0.4 * ui.available_height();
    let frame = Frame::new().fill(palette.tint(palette.bad)).stroke(Stroke::new(1.0, palette.bad.gamma_multiply(0.6)));
    let frame = frame.corner_radius(CornerRadius::same(6)).inner_margin(Margin::symmetric(8, 6));
    Panel::bottom("faults").resizable(false).show_separator_line(false).frame(frame).show(ui, |ui| {
        ScrollArea::vertical().max_height(high).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            if let Some(reason) = refused {
                ui.horizontal_top(|ui| {
                    let wide = ui.available_width() - 22.0;
                    ui.vertical(|ui| {
                        ui.set_width(wide);
                        ui.add(Label::new(RichText::new(&reason).size(12.0)).wrap());
                    });
                    if close_cross(ui, "Close message", palette).clicked() {
                        (editing.refused, editing.refused_field) = (None, None);
                    }
                });
            }
            for (element, words) in faults.iter().take(LISTED) {
                let words = RichText::new(words).color(palette.bad).size(12.0);
                if !of_all {
                    ui.add(Label::new(words).wrap());
                } else if ui.add(Button::new(words).frame_when_inactive(false).wrap()).clicked() {
                    editing.select(if *element == Element::Task { Element::Network } else { element.clone() });
                }
            }
            if let Some(more) = faults.len().checked_sub(LISTED).filter(|more| *more > 0) {
                ui.label(RichText::new(format!("And {} more.", plural(more as u64, "fault"))).color(palette.bad).size(12.0));
            }
        });
    });
}

/// A message with the field it is about.
fn said(field: &str, message: &str) -> String {
    if field.is_empty() { message.to_owned() } else { format!("{field}: {message}") }
}
