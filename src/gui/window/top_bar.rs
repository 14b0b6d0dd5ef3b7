//! The bar at the top: menus, run and step, reset, speed.

use crate::gui::action::{Action, EDITS, EXPORT, Entry, Menu, SHOW, key_name};
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::window::speed;
use crate::gui::window::stop_when;
use crate::session::{RunState, Speed};
use egui::{Button, Popup, Ui};

/// What the top bar needs besides the context.
pub(crate) struct Top<'a> {
    /// All commands.
    pub commands: &'a [Entry],
    /// The speed last requested.
    pub speed: Speed,
    /// Requested actions.
    pub actions: &'a mut Vec<Action>,
}

/// The whole bar.
pub(crate) fn top_bar(ui: &mut Ui, cx: &mut Context, top: &mut Top) {
    let roomy = ui.available_width() > 1150.0;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = if roomy { 10.0 } else { 6.0 };
        ui.label(theme::strong("Spikescope"));
        menus(ui, top);
        if roomy {
            ui.add_space(6.0);
        }
        let running = cx.snapshot.state == RunState::Running;
        let (sign, words) = if running { (Sign::Pause, "Pause") } else { (Sign::Play, "Run") };
        if theme::button(ui, sign, words, Weight::Main, 82.0).on_hover_text(Action::RunPause.tooltip(ui.ctx())).clicked() {
            top.actions.push(Action::RunPause);
        }
        for (words, action) in [("Step 1 ms", Action::StepMs), ("Step image", Action::StepImage)] {
            let exists = top.commands.iter().any(|entry| entry.action == action);
            let tooltip = action.tooltip(ui.ctx());
            if exists && theme::button(ui, Sign::None, words, Weight::Usual, 0.0).on_hover_text(tooltip).clicked() {
                top.actions.push(action);
            }
        }
        stop_when::stop_button(ui, cx, ui.available_width() > 760.0);
        let reset = theme::button(ui, Sign::More, "Reset", Weight::Usual, 0.0).on_hover_text("Restart the run from step 0.");
        Popup::menu(&reset).show(|ui| section_items(ui, top, Menu::Run, "RESET"));
        if roomy {
            ui.add_space(6.0);
        }
        ui.label(egui::RichText::new("Speed").color(cx.palette.dim));
        let room = (ui.available_width() - 200.0).clamp(70.0, 190.0);
        if let Some(command) = speed::speed_slider(ui, top.speed, room) {
            cx.outbox.push(command);
        }
        ui.label(theme::mono(speed::words(cx.snapshot, top.speed)).color(cx.palette.text));
        let key = Action::Palette.key_text(ui.ctx());
        let words = if ui.available_width() > 150.0 { format!("Find… {key}") } else { "Find…".to_owned() };
        if ui.available_width() > 62.0 {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let found = theme::button(ui, Sign::None, &words, Weight::Usual, 0.0);
                if found.on_hover_text(Action::Palette.tooltip(ui.ctx())).clicked() {
                    top.actions.push(Action::Palette);
                }
            });
        }
    });
}

/// Width of a menu with two columns.
const TWO_COLUMNS: f32 = 340.0;

/// The items of one section of a menu.
fn section_items(ui: &mut Ui, top: &mut Top, menu: Menu, section: &str) {
    let entries: Vec<&Entry> = top.commands.iter().filter(|entry| entry.menu == menu && entry.section == section).collect();
    if entries.len() < if menu == Menu::View { FEW } else { MANY } {
        entries.into_iter().for_each(|entry| item(ui, entry, top.actions));
        return;
    }
    let (left, right) = entries.split_at(entries.len().div_ceil(2));
    ui.set_min_width(TWO_COLUMNS);
    ui.columns(2, |columns| {
        left.iter().for_each(|entry| item(&mut columns[0], entry, top.actions));
        right.iter().for_each(|entry| item(&mut columns[1], entry, top.actions));
    });
}

fn menus(ui: &mut Ui, top: &mut Top) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.spacing_mut().button_padding.x = 7.0;
        for menu in Menu::ALL {
            let button = Button::new(menu.words()).frame_when_inactive(false);
            egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
                ui.set_min_width(230.0);
                // a menu that is too long scrolls
                let room = ui.ctx().content_rect().height() - 80.0;
                // the default of a popup is 400 points
                ui.set_max_height(room);
                let mut items = egui::ScrollArea::vertical().max_height(room);
                if opens_anew(ui, menu) {
                    // opens at its first entry, wherever it was scrolled before
                    items = items.vertical_scroll_offset(0.0);
                }
                items.show(ui, |ui| menu_items(ui, top, menu));
            });
        }
    });
}

/// Whether an open menu was closed in the previous frame.
fn opens_anew(ui: &Ui, menu: Menu) -> bool {
    let place = egui::Id::unique(("menu seen", menu.words()));
    let now = ui.ctx().cumulative_frame_nr();
    let before = ui.ctx().data_mut(|data| data.get_temp_mut_or_default::<Option<u64>>(place).replace(now));
    before.is_none_or(|before| before + 1 < now)
}

/// Items from which on a section has two columns.
const MANY: usize = 12;
/// The same in the View menu, which is the longest.
const FEW: usize = 4;

fn menu_items(ui: &mut Ui, top: &mut Top, menu: Menu) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut sections: Vec<&str> = Vec::new();
    for entry in top.commands.iter().filter(|entry| entry.menu == menu && ![EDITS, EXPORT, SHOW].contains(&entry.section)) {
        if !sections.contains(&entry.section) {
            sections.push(entry.section);
        }
    }
    for (index, section) in sections.into_iter().enumerate() {
        if index > 0 {
            ui.separator();
        }
        if section.chars().any(char::is_uppercase) {
            theme::section_head(ui, section);
        }
        section_items(ui, top, menu, section);
    }
}

fn item(ui: &mut Ui, entry: &Entry, actions: &mut Vec<Action>) {
    let clicked = if let Some(ticked) = entry.ticked {
        ui.selectable_label(ticked, &entry.words).clicked()
    } else {
        let key = entry.key.map_or(String::new(), |(modifiers, key)| key_name(ui.ctx(), modifiers, key));
        let button = Button::new(&entry.words).shortcut_text(theme::mono(key)).frame_when_inactive(false);
        if let Some(reason) = entry.off {
            ui.add_enabled_ui(false, |ui| ui.add_sized([ui.available_width(), 24.0], button)).inner.on_disabled_hover_text(reason);
            return;
        }
        let response = ui.add_sized([ui.available_width(), 24.0], button);
        if entry.help.is_empty() { response } else { response.on_hover_text(entry.help) }.clicked()
    };
    if clicked {
        actions.push(entry.action.clone());
        ui.close();
    }
}
