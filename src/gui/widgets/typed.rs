//! A value as text that is read when the field is left: Enter or a click elsewhere accepts it, Escape restores it.

use crate::gui::theme;
use egui::{Color32, FontId, Id, Role, TextEdit, Ui, WidgetInfo, vec2};

/// A field with the value `current`, called `label`, of this width in points. Returns the text once it was changed and the field is
/// left.
pub(crate) fn typed(ui: &mut Ui, label: &str, current: &str, width: f32, color: Option<Color32>) -> Option<String> {
    typed_in(ui, label, current, |text| {
        TextEdit::singleline(text).font(FontId::monospace(theme::NUMBER)).text_color_opt(color).desired_width(width)
    })
}

/// A field for words, which has as many lines as they need.
pub(crate) fn words(ui: &mut Ui, (label, font): (&str, FontId), current: &str) -> Option<String> {
    let width = ui.available_width() - 10.0;
    typed_in(ui, label, current, |text| TextEdit::multiline(text).desired_rows(1).return_key(None).font(font).desired_width(width))
}

/// Width of a field for this value, in points.
pub(crate) fn width_of(ui: &Ui, text: &str) -> f32 {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), FontId::monospace(theme::NUMBER), Color32::PLACEHOLDER);
    galley.size().x + 14.0
}

/// The next field that is laid out takes the focus.
pub(crate) fn focus_next(ctx: &egui::Context) {
    ctx.data_mut(|data| data.insert_temp(next_key(), true));
}

/// In this frame, a field that was typed in and left with its old value returns that as well: it answers a refusal.
pub(crate) fn repeat(ctx: &egui::Context, repeats: bool) {
    ctx.data_mut(|data| data.insert_temp(repeat_key(), repeats));
}

fn repeat_key() -> Id {
    Id::unique("an old value is returned as well")
}

fn next_key() -> Id {
    Id::unique("next field takes the focus")
}

fn typed_in(ui: &mut Ui, label: &str, current: &str, field: impl FnOnce(&mut String) -> TextEdit<'_>) -> Option<String> {
    // the name of its element may be what is changed
    let field_name = label.rsplit_once('.').map_or(label, |(_, field)| field);
    let id = ui.make_persistent_id(("typed", field_name));
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| current.to_owned());
    let field = field(&mut text).id(id).align(egui::Align2::LEFT_CENTER).min_size(vec2(0.0, 20.0)).margin(egui::Margin::symmetric(4, 1));
    let response = ui.add(field);
    // the key that asked for it does not leave it again
    let is_entered = ui.data_mut(|data| data.remove_temp::<bool>(next_key())).is_some();
    if is_entered {
        response.request_focus();
    }
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, ui.is_enabled(), label);
        info.current_text_value = Some(text.clone());
        info
    });
    if response.has_focus() && !is_entered && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
        // one with several lines would keep it
        response.surrender_focus();
    } else if response.has_focus() {
        let edited = id.with("edited");
        ui.data_mut(|data| {
            let before = data.get_temp(edited).unwrap_or(false);
            data.insert_temp(edited, before || response.changed());
            data.insert_temp(id, text);
        });
        return None;
    } else if !response.lost_focus() {
        return None;
    }
    ui.data_mut(|data| data.remove::<String>(id));
    let edited = ui.data_mut(|data| data.remove_temp::<bool>(id.with("edited"))).unwrap_or(false);
    let repeats = edited && ui.data(|data| data.get_temp(repeat_key())).unwrap_or(false);
    let left = ui.input(|input| input.key_pressed(egui::Key::Escape)) || text.trim() == current && !repeats;
    (!left).then_some(text)
}
