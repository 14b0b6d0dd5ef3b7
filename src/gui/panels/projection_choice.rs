//! The choice of a projection above a view of weights.

use egui::{ComboBox, Role, Ui, WidgetInfo};

/// A list of projections, of which `chosen` is shown; the one that was clicked.
pub(super) fn projection<'a>(ui: &mut Ui, names: impl Iterator<Item = &'a str>, chosen: &str, width: f32) -> Option<String> {
    one_of(ui, "Projection", names, chosen, width)
}

/// A list of names under a label, of which `chosen` is shown; the one that was clicked.
pub(super) fn one_of<'a>(ui: &mut Ui, label: &str, names: impl Iterator<Item = &'a str>, chosen: &str, width: f32) -> Option<String> {
    let combo = ComboBox::from_id_salt(label).selected_text(chosen).width(width.min(180.0)).truncate();
    let mut clicked = None;
    let combo = combo.show_ui(ui, |ui| {
        for name in names {
            if ui.selectable_label(name == chosen, name).clicked() {
                clicked = Some(name.to_owned());
            }
        }
    });
    combo.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, label);
        info.current_text_value = Some(chosen.to_owned());
        info
    });
    clicked
}
