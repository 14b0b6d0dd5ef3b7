//! The parameters of what is selected, beside the drawing, and below them everything that is wrong: messages never move the fields.

use super::{network, population, projection};
use crate::gui::paint::numbers::plural;
use crate::gui::panel::Context;
use crate::gui::state::editing::Editing;
use crate::gui::theme::Palette;
use crate::gui::widgets::typed::{focus_next, repeat};
use crate::gui::window::notices::close_cross;
use crate::model::{Element, Fault};
use egui::{Button, FontId, Label, Rect, RichText, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

/// Faults that are listed, at most.
const LISTED: usize = 30;
/// Size of their text, and the space between two of them and around them, in points.
const TEXT: f32 = 12.0;
const GAP: f32 = 4.0;
const MARGIN: egui::Vec2 = vec2(8.0, 6.0);
/// Width of the cross that closes a message, with the space before it, in points.
const CROSS: f32 = 24.0;
/// Most of the height that the list has.
const SHARE: f32 = 0.5;

/// What is wrong, in words.
struct Wrong {
    /// Why the last edit was refused.
    refused: Option<String>,
    /// The faults, those of what is selected first, and the elements they are about.
    faults: Vec<(Element, String)>,
    /// How many more there are.
    more: usize,
}

/// The column of parameters.
pub(super) fn side(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    let room = ui.available_rect_before_wrap();
    let wrong = wrong(editing);
    let high = wrong.height(ui, room.width() - 2.0 * MARGIN.x).min(SHARE * room.height());
    let below = Rect::from_min_max(pos2(room.left(), room.bottom() - high), room.max);
    let above = Rect::from_min_max(room.min, pos2(room.right(), if high > 0.0 { below.top() - GAP } else { room.bottom() }));
    repeat(ui.ctx(), editing.refused_field.is_some());
    ui.scope_builder(UiBuilder::new().max_rect(above).id_salt("fields"), |ui| fields(ui, editing, cx));
    repeat(ui.ctx(), false);
    editing.wants_fault = false;
    if high > 0.0 {
        ui.scope_builder(UiBuilder::new().max_rect(below).id_salt("faults"), |ui| list(ui, &wrong, editing, cx.palette));
    }
}

fn fields(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
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

/// Why the last edit was refused, and all faults.
fn wrong(editing: &Editing) -> Wrong {
    let refused = editing.refused.clone().or_else(|| editing.refused_field.as_ref().map(|(field, reason)| format!("{field}: {reason}")));
    // an empty drawing says what to do
    let all: &[Fault] = if editing.network().populations.is_empty() { &[] } else { editing.draft.faults() };
    let is_own = |fault: &&Fault| fault.element() == editing.selected;
    let own = all.iter().filter(is_own).map(|fault| (fault.element(), said(&fault.field(), &fault.message)));
    let others = all.iter().filter(|fault| !is_own(fault)).map(|fault| (fault.element(), fault.to_string()));
    Wrong { refused, faults: own.chain(others).take(LISTED).collect(), more: all.len().saturating_sub(LISTED) }
}

impl Wrong {
    fn rest(&self) -> Option<String> {
        (self.more > 0).then(|| format!("And {} more.", plural(self.more as u64, "fault")))
    }

    /// Height of the list in this width, in points; 0 if nothing is wrong.
    fn height(&self, ui: &Ui, width: f32) -> f32 {
        let high = |words: &String, width: f32| {
            let galley = ui.painter().layout(words.clone(), FontId::proportional(TEXT), egui::Color32::PLACEHOLDER, width);
            galley.size().y + GAP
        };
        let refused = self.refused.iter().map(|words| high(words, width - CROSS).max(20.0));
        // beside the scroll bar
        let faults =
            self.faults.iter().map(|(_, words)| words).chain(self.rest().as_ref()).map(|words| high(words, width - 8.0)).sum::<f32>();
        let all = refused.sum::<f32>() + faults;
        if all > 0.0 { all + 2.0 * MARGIN.y } else { 0.0 }
    }
}

/// What is wrong; a click on a fault selects its element and scrolls to its field.
fn list(ui: &mut Ui, wrong: &Wrong, editing: &mut Editing, palette: &Palette) {
    let rect = ui.max_rect();
    let stroke = Stroke::new(1.0, palette.bad.gamma_multiply(0.6));
    ui.painter().rect(rect, 6.0, palette.tint(palette.bad), stroke, StrokeKind::Inside);
    ui.scope_builder(UiBuilder::new().max_rect(rect.shrink2(MARGIN)), |ui| {
        ScrollArea::vertical().min_scrolled_height(0.0).auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = GAP;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.spacing_mut().button_padding = vec2(0.0, 0.0);
            if let Some(reason) = &wrong.refused {
                ui.horizontal_top(|ui| {
                    let wide = ui.available_width() - CROSS;
                    ui.vertical(|ui| {
                        ui.set_width(wide);
                        ui.add(Label::new(RichText::new(reason).size(TEXT)).wrap());
                    });
                    if close_cross(ui, "Close message", palette).clicked() {
                        (editing.refused, editing.refused_field) = (None, None);
                    }
                });
            }
            ui.set_width(ui.available_width() - 8.0);
            for (element, words) in &wrong.faults {
                let words = RichText::new(words).color(palette.bad).size(TEXT);
                if ui.add(Button::new(words).frame_when_inactive(false).wrap()).clicked() {
                    editing.show_fault(element.clone());
                }
            }
            if let Some(words) = wrong.rest() {
                ui.label(RichText::new(words).color(palette.bad).size(TEXT));
            }
        });
    });
}

/// A message with the field it is about.
fn said(field: &str, message: &str) -> String {
    if field.is_empty() { message.to_owned() } else { format!("{field}: {message}") }
}
