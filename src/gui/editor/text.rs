//! The draft as the text of its preset file, with the numbers of the lines. Faults are marked at their lines and listed below while
//! it is typed; Apply, Save, Drawing and Close read it, and a text with faults changes nothing.

use crate::gui::panel::Context;
use crate::gui::state::editing::{Editing, Sheet};
use crate::gui::theme::{self, NUMBER, Palette, Sign, Weight};
use egui::{Align2, FontId, Label, Rect, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo, pos2, vec2};

/// Width of the column of line numbers, in points.
const GUTTER: f32 = 38.0;
/// Height of the line with the buttons, and of the list of faults, in points.
const BUTTONS: f32 = 36.0;
const FAULTS: f32 = 96.0;
/// Faults are found when nothing was typed for this time, in seconds.
const PAUSE_S: f64 = 0.4;

/// The text, its faults and what to do with it.
pub(super) fn sheet(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    let Some(mut sheet) = editing.sheet.take() else { return };
    let room = ui.available_rect_before_wrap();
    let below = BUTTONS + if sheet.faults.is_empty() { 0.0 } else { FAULTS };
    let field = Rect::from_min_max(room.min, pos2(room.right(), room.bottom() - below));
    ui.scope_builder(egui::UiBuilder::new().max_rect(field).id_salt("field"), |ui| {
        write(ui, &mut sheet, std::mem::take(&mut editing.wants_focus), cx.palette);
    });
    let foot = Rect::from_min_max(pos2(room.left(), field.bottom() + 4.0), room.max);
    check(ui, &mut sheet, editing);
    ui.scope_builder(egui::UiBuilder::new().max_rect(foot).id_salt("foot"), |ui| end(ui, &mut sheet, editing, cx.palette));
    editing.sheet = Some(sheet);
}

/// The field with the text; it takes the focus if it is opened by keyboard.
fn write(ui: &mut Ui, sheet: &mut Sheet, focus: bool, palette: &Palette) {
    ui.painter().rect_filled(ui.max_rect(), 6.0, palette.ground);
    ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
        let font = FontId::monospace(NUMBER);
        let left = ui.cursor().left();
        ui.horizontal_top(|ui| {
            ui.add_space(GUTTER);
            let high = ui.available_height();
            let field =
                TextEdit::multiline(&mut sheet.text).font(font.clone()).code_editor().frame(egui::Frame::NONE).desired_width(f32::INFINITY);
            let shown = field.min_size(vec2(0.0, high)).id_salt("text of the preset").show(ui);
            let response = shown.response.response;
            let lines = sheet.text.lines().count();
            response.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, format!("Text of the preset, {lines} lines")));
            let painter = ui.painter();
            let mut number = 1;
            let mut begins = true;
            for row in &shown.galley.rows {
                let (top, high) = (shown.galley_pos.y + row.min_y(), row.height());
                if begins {
                    let faulty = sheet.faults.iter().any(|(line, _)| *line == Some(number));
                    let at = pos2(left + GUTTER - 10.0, top + 0.5 * high);
                    let color = if faulty { palette.bad } else { palette.faint };
                    painter.text(at, Align2::RIGHT_CENTER, number, font.clone(), color);
                    if faulty {
                        let band = Rect::from_min_max(pos2(left, top), pos2(ui.clip_rect().right(), top + high));
                        painter.rect_filled(band, 0.0, palette.tint(palette.bad));
                    }
                    number += 1;
                }
                begins = row.ends_with_newline;
            }
            if focus {
                response.request_focus();
            }
            if response.changed() {
                sheet.typed = None;
            }
        });
    });
}

/// Faults, and the button that discards the text.
fn end(ui: &mut Ui, sheet: &mut Sheet, editing: &mut Editing, palette: &Palette) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let drops = ui.add_enabled_ui(sheet.is_changed(), |ui| theme::button(ui, Sign::None, "Discard text", Weight::Usual, 100.0)).inner;
        if drops
            .on_hover_text("Restore the text of the network that is edited.")
            .on_disabled_hover_text("The text was not changed.")
            .clicked()
        {
            *sheet = Sheet::new(editing.draft.text());
            editing.refused = None;
        }
        let (color, words) = match (sheet.faults.len(), sheet.is_changed()) {
            (0, false) => (palette.dim, "The text of the preset file; Apply runs it."),
            (0, true) if sheet.checked == sheet.text => (palette.dim, "No faults. Apply runs the text, Drawing shows it."),
            (0, true) => (palette.dim, ""),
            _ => (palette.bad, editing.refused.as_deref().unwrap_or("The text has faults; the network is unchanged.")),
        };
        ui.add(Label::new(RichText::new(words).color(color).size(12.0)).truncate());
    });
    if !sheet.faults.is_empty() {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for (index, (line, words)) in sheet.faults.iter().enumerate() {
                let place = line.map_or_else(String::new, |line| format!("Line {line}: "));
                ui.push_id(index, |ui| ui.add(Label::new(RichText::new(format!("{place}{words}")).color(palette.bad).size(12.0)).wrap()));
            }
        });
    }
}

/// Find the faults of the text once it was not changed for a moment.
fn check(ui: &Ui, sheet: &mut Sheet, editing: &Editing) {
    if sheet.checked == sheet.text {
        return;
    }
    let now = ui.input(|input| input.time);
    let since = *sheet.typed.get_or_insert(now);
    if now - since >= PAUSE_S {
        sheet.check(&editing.draft);
    } else {
        ui.ctx().request_repaint_after_secs((PAUSE_S - (now - since)) as f32);
    }
}
