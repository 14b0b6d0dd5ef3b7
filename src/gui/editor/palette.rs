//! The models from which populations are added: beside the drawing, and as the start of an empty network.

use crate::gui::paint::text;
use crate::gui::state::editing::Editing;
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::model::ModelSpec;
use egui::{Popup, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

/// Maximum width of a card with a model, and minimum width of one of two beside each other, in points.
const CARD: f32 = 400.0;
const LEAST_CARD: f32 = 250.0;
/// Space between two columns of cards, in points.
const GAP: f32 = 14.0;
/// Width of the names of the lines of buttons, in points.
const TITLE: f32 = 82.0;
/// Width of a drawing that has a button for every model, in points; a narrower one has a menu.
const WIDE: f32 = 460.0;
/// Most models that have a button each in any drawing.
const FEW: usize = 3;

/// The models of neurons, and those of sources of spikes and of currents.
fn groups(models: &[ModelSpec]) -> [(&'static str, Vec<&ModelSpec>); 2] {
    let (sources, neurons) = models.iter().partition(|model| model.receptors().is_empty());
    [("Neurons", neurons), ("Sources", sources)]
}

/// A line of buttons for neurons and one for sources above the drawing, or a menu if there is little room.
pub(super) fn row(ui: &mut Ui, editing: &mut Editing, palette: &Palette) {
    let models = editing.models();
    if models.len() > FEW && ui.available_width() < WIDE {
        let button = theme::button(ui, Sign::More, "Add population", Weight::Usual, 0.0);
        let groups = groups(&models);
        return menu(&button, palette, &groups, editing);
    }
    ui.spacing_mut().item_spacing.y = 4.0;
    for (title, models) in groups(&models) {
        // sources of currents share a menu, so that a line has room for all
        let (currents, own): (Vec<&ModelSpec>, Vec<&ModelSpec>) = models.into_iter().partition(|model| model.emits_current());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
            let place = ui.allocate_exact_size(vec2(TITLE, ui.spacing().interact_size.y), Sense::hover()).0;
            let words = format!("Add {}", title.to_lowercase());
            text::line(ui.painter(), place.left_center(), egui::Align2::LEFT_CENTER, &words, text::body_font(), palette.dim, TITLE);
            for model in own {
                let button = theme::button(ui, Sign::None, model.name(), Weight::Usual, 0.0);
                if button.on_hover_text(model.help()).clicked() {
                    editing.add(model.name());
                }
            }
            if !currents.is_empty() {
                let button = theme::button(ui, Sign::More, "Current", Weight::Usual, 0.0);
                menu(&button, palette, &[("", currents)], editing);
            }
        });
    }
}

/// The cards of models in a menu that a button opens.
fn menu(button: &Response, palette: &Palette, groups: &[(&str, Vec<&ModelSpec>)], editing: &mut Editing) {
    Popup::menu(button).width(CARD - 60.0).show(|ui| {
        let room = ui.ctx().content_rect().bottom() - button.rect.bottom() - 40.0;
        egui::ScrollArea::vertical().max_height(room.max(140.0)).show(ui, |ui| {
            for (title, models) in groups {
                if !title.is_empty() {
                    theme::section_head(ui, title);
                }
                for model in models {
                    if card(ui, model, palette).clicked() {
                        editing.add(model.name());
                        ui.close();
                    }
                }
            }
        });
    });
}

/// A network without populations: its models as cards, neurons beside sources if there is room, and what to do next.
pub(super) fn start(ui: &mut Ui, editing: &mut Editing, palette: &Palette) {
    let models = editing.models();
    let groups = groups(&models);
    let room = ui.available_size();
    let wide = CARD.min(room.x - 24.0);
    let columns = if room.x > 2.0 * LEAST_CARD + 2.0 * GAP { 2 } else { 1 };
    let rows = if columns == 2 { groups.iter().map(|(_, models)| models.len()).max().unwrap_or(0) } else { models.len() };
    let high = 66.0 * rows as f32 + 100.0;
    let card_width = if columns == 2 { ((room.x - 2.0 * GAP) / 2.0).min(CARD) } else { wide };
    let width = columns as f32 * card_width + (columns - 1) as f32 * GAP;
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.add_space((0.5 * (room.y - high)).max(4.0));
        ui.vertical_centered(|ui| ui.label(RichText::new("Add the first population").heading()));
        ui.add_space(4.0);
        let column = |ui: &mut Ui, (title, models): &(&str, Vec<&ModelSpec>), editing: &mut Editing| {
            ui.set_width(card_width);
            theme::section_head(ui, title);
            for model in models {
                let card = card(ui, model, palette);
                if std::mem::take(&mut editing.wants_focus) {
                    card.request_focus();
                }
                if card.clicked() {
                    editing.add(model.name());
                }
            }
        };
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            ui.add_space((0.5 * (room.x - width) - GAP).max(0.0));
            if columns == 2 {
                groups.iter().for_each(|group| {
                    ui.vertical(|ui| column(ui, group, editing));
                });
            } else {
                ui.vertical(|ui| groups.iter().for_each(|group| column(ui, group, editing)));
            }
        });
        ui.add_space(6.0);
        let next = "Then connect them: drag from the dot of one population to another, or press Ctrl+P and type “connect”. Apply \
                    (Ctrl+Enter) runs the network.";
        ui.vertical_centered(|ui| {
            ui.set_max_width(room.x - 24.0);
            ui.add(egui::Label::new(RichText::new(next).color(palette.dim)).wrap());
        });
    });
}

/// A model with its help, to click.
fn card(ui: &mut Ui, model: &ModelSpec, palette: &Palette) -> Response {
    let wide = ui.available_width() - 40.0;
    let help = ui.painter().layout(model.help().to_owned(), text::note_font(), palette.dim, wide);
    let (rect, response) = ui.allocate_exact_size(vec2(wide + 40.0, 30.0 + help.size().y), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Add {}", model.name())));
    let lit = response.hovered() || response.has_focus();
    let border = if lit { palette.accent } else { palette.line };
    ui.painter().rect(rect, 6.0, palette.raised, Stroke::new(1.0, border), StrokeKind::Inside);
    let color = if model.receptors().is_empty() { palette.dim } else { palette.trace };
    ui.painter().circle_filled(rect.left_center() + vec2(16.0, 0.0), 5.0, color);
    let left = rect.left() + 32.0;
    let name = egui::pos2(left, rect.top() + 14.0);
    text::line(ui.painter(), name, egui::Align2::LEFT_CENTER, model.name(), text::strong_font(), palette.text, wide);
    ui.painter().galley(egui::pos2(left, rect.top() + 24.0), help, palette.dim);
    response.on_hover_text(model.help())
}
