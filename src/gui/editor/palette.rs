//! The models from which populations are added: beside the drawing, and as the start of an empty network.

use crate::gui::paint::text;
use crate::gui::state::editing::Editing;
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::model::ModelSpec;
use egui::{Align, Layout, Popup, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

/// Width of a card with a model, in points.
const CARD: f32 = 400.0;
/// Width of a drawing that has a button for every model, in points; a narrower one has a menu.
const WIDE: f32 = 460.0;
/// Most models that have a button each in any drawing.
const FEW: usize = 3;

/// A button for every model above the drawing, or a menu if there are many.
pub(super) fn row(ui: &mut Ui, editing: &mut Editing, palette: &Palette) {
    let models = editing.models();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
        if models.len() > FEW && ui.available_width() < WIDE {
            let button = theme::button(ui, Sign::More, "Add population", Weight::Usual, 0.0);
            Popup::menu(&button).width(CARD - 60.0).show(|ui| {
                for model in &models {
                    if card(ui, model, palette).clicked() {
                        editing.add(model.name());
                        ui.close();
                    }
                }
            });
            return;
        }
        ui.label(RichText::new("Add population").color(palette.dim));
        for model in &models {
            let button = theme::button(ui, Sign::None, model.name(), Weight::Usual, 0.0);
            if button.on_hover_text(model.help()).clicked() {
                editing.add(model.name());
            }
        }
    });
}

/// A network without populations: its models as cards, and what to do next.
pub(super) fn start(ui: &mut Ui, editing: &mut Editing, palette: &Palette) {
    let models = editing.models();
    let room = ui.available_size();
    let high = 46.0 * models.len() as f32 + 84.0;
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.add_space((0.5 * (room.y - high)).max(4.0));
            ui.label(RichText::new("Add the first population").heading());
            ui.add_space(4.0);
            for model in &models {
                ui.scope(|ui| {
                    ui.set_width(CARD.min(room.x - 24.0));
                    let card = card(ui, model, palette);
                    if std::mem::take(&mut editing.wants_focus) {
                        card.request_focus();
                    }
                    if card.clicked() {
                        editing.add(model.name());
                    }
                });
            }
            ui.add_space(4.0);
            let next = "Then drag from the dot of one population to another to connect them, and press Apply to run the network.";
            ui.scope(|ui| {
                ui.set_width(CARD.min(room.x - 24.0));
                ui.add(egui::Label::new(RichText::new(next).color(palette.dim)).wrap());
            });
        });
    });
}

/// A model with its help, to click.
fn card(ui: &mut Ui, model: &ModelSpec, palette: &Palette) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 44.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Add {}", model.name())));
    let lit = response.hovered() || response.has_focus();
    let border = if lit { palette.accent } else { palette.line };
    ui.painter().rect(rect, 6.0, palette.raised, Stroke::new(1.0, border), StrokeKind::Inside);
    let color = if model.receptors().is_empty() { palette.dim } else { palette.trace };
    ui.painter().circle_filled(rect.left_center() + vec2(16.0, 0.0), 5.0, color);
    let (left, wide) = (rect.left() + 32.0, rect.width() - 40.0);
    let line = |y: f32, words: &str, font, color| {
        text::line(ui.painter(), egui::pos2(left, y), egui::Align2::LEFT_CENTER, words, font, color, wide);
    };
    line(rect.top() + 14.0, model.name(), text::strong_font(), palette.text);
    line(rect.top() + 31.0, model.help(), text::note_font(), palette.dim);
    response.on_hover_text(model.help())
}
