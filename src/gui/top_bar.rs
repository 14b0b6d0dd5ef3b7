//! The bar at the top: menus, run and step, reset, speed.

use super::action::Action;
use super::dock::{Dock, LayoutKind};
use super::panel::Context;
use super::speed;
use super::state::ThemeChoice;
use super::theme::{self, Sign, Weight};
use crate::session::{RunState, Speed};
use egui::{Button, Popup, Ui};

/// What the top bar knows besides the context.
pub(super) struct Top<'a> {
    /// The tiles, for the View menu.
    pub dock: &'a Dock,
    /// The speed as last asked for.
    pub speed: Speed,
    /// What is asked for.
    pub actions: &'a mut Vec<Action>,
}

/// The whole bar.
pub(super) fn top_bar(ui: &mut Ui, cx: &mut Context, top: &mut Top) {
    let roomy = ui.available_width() > 1150.0;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = if roomy { 10.0 } else { 6.0 };
        ui.label(theme::strong("Spikescope"));
        menus(ui, cx, top);
        if roomy {
            ui.add_space(6.0);
        }
        let running = cx.snapshot.state == RunState::Running;
        let (sign, words) = if running { (Sign::Pause, "Pause") } else { (Sign::Play, "Run") };
        if theme::button(ui, sign, words, Weight::Main, 82.0).on_hover_text("Space").clicked() {
            top.actions.push(Action::RunPause);
        }
        let step =
            |ui: &mut Ui, words: &str, help: &str| theme::button(ui, Sign::None, words, Weight::Usual, 0.0).on_hover_text(help).clicked();
        if step(ui, "Step 1 ms", "Compute one millisecond of model time, then pause. Key: .") {
            top.actions.push(Action::StepMs);
        }
        if cx.snapshot.protocol.classifies() && step(ui, "Step image", "To the end of this image or the next, then pause. Key: Enter") {
            top.actions.push(Action::StepImage);
        }
        let reset = theme::button(ui, Sign::More, "Reset", Weight::Usual, 0.0).on_hover_text("Start again from step 0");
        Popup::menu(&reset).show(|ui| reset_items(ui, cx, top));
        if roomy {
            ui.add_space(6.0);
        }
        ui.label(egui::RichText::new("Speed").color(cx.palette.dim));
        let room = (ui.available_width() - 132.0).clamp(70.0, 190.0);
        if let Some(command) = speed::speed_slider(ui, top.speed, room) {
            cx.outbox.push(command);
        }
        ui.label(theme::mono(speed::words(cx.snapshot, top.speed)).color(cx.palette.text));
    });
}

fn reset_items(ui: &mut Ui, cx: &Context, top: &mut Top) {
    let seed = cx.snapshot.seed;
    item(ui, top, &format!("With the same seed ({seed})"), Action::ResetSameSeed);
    item(ui, top, &format!("With a new seed ({})", seed.wrapping_add(1)), Action::ResetNewSeed);
}

fn menus(ui: &mut Ui, cx: &mut Context, top: &mut Top) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.spacing_mut().button_padding.x = 7.0;
        menu(ui, "File", |ui| {
            item(ui, top, "Open preset…", Action::OpenPreset);
            item(ui, top, "Save preset as…", Action::SavePreset);
            item(ui, top, "Save run…", Action::SaveRun);
            ui.separator();
            item(ui, top, "Quit", Action::Quit);
        });
        menu(ui, "Edit", |ui| {
            item(ui, top, "Search parameters", Action::Search);
            item(ui, top, "Every parameter back to the preset", Action::BackToPreset);
        });
        menu(ui, "View", |ui| view_items(ui, cx, top));
        menu(ui, "Run", |ui| {
            item(ui, top, "Run or pause", Action::RunPause);
            item(ui, top, "Step 1 ms", Action::StepMs);
            if cx.snapshot.protocol.classifies() {
                item(ui, top, "Step image", Action::StepImage);
                ui.separator();
                item(ui, top, "Test on 1,000 images", Action::Evaluate(1_000));
                item(ui, top, "Test on 10,000 images", Action::Evaluate(10_000));
            }
            ui.separator();
            item(ui, top, "Reset with the same seed", Action::ResetSameSeed);
            item(ui, top, "Reset with a new seed", Action::ResetNewSeed);
        });
        menu(ui, "Help", |ui| {
            item(ui, top, "Views, parameters, references", Action::Help);
            item(ui, top, "About this experiment", Action::About);
            item(ui, top, "Keys and marks", Action::Shortcuts);
            item(ui, top, "Show the hints again", Action::ShowHints);
        });
    });
}

fn menu(ui: &mut Ui, words: &str, content: impl FnOnce(&mut Ui)) {
    egui::containers::menu::MenuButton::from_button(Button::new(words).frame_when_inactive(false)).ui(ui, |ui| {
        ui.set_min_width(210.0);
        content(ui);
    });
}

fn item(ui: &mut Ui, top: &mut Top, words: &str, action: Action) {
    let key = action.key_text(ui.ctx());
    let button = Button::new(words).shortcut_text(theme::mono(key)).frame_when_inactive(false);
    if ui.add_sized([ui.available_width(), 24.0], button).clicked() {
        top.actions.push(action);
    }
}

fn tick(ui: &mut Ui, top: &mut Top, chosen: bool, words: &str, action: Action) {
    if ui.selectable_label(chosen, words).clicked() {
        top.actions.push(action);
        ui.close();
    }
}

fn view_items(ui: &mut Ui, cx: &Context, top: &mut Top) {
    theme::section_head(ui, "Layout");
    for kind in LayoutKind::ALL {
        tick(ui, top, top.dock.layout() == kind, kind.words(), Action::Layout(kind));
    }
    item(ui, top, "Reset layout", Action::ResetLayout);
    ui.separator();
    theme::section_head(ui, "Tiles");
    let tiles: Vec<_> = top.dock.titles(cx.snapshot.protocol).collect();
    for (id, title) in tiles {
        tick(ui, top, top.dock.is_open(id), title, Action::TogglePanel(id));
    }
    ui.separator();
    tick(ui, top, cx.ui_state.show_parameters, "Parameters", Action::ToggleParameters);
    ui.separator();
    theme::section_head(ui, "Colours");
    for (choice, words) in [
        (ThemeChoice::Dark, "Dark"),
        (ThemeChoice::Light, "Light"),
        (ThemeChoice::System, "As the desktop"),
        (ThemeChoice::DarkContrast, "Dark, high contrast"),
        (ThemeChoice::LightContrast, "Light, high contrast"),
    ] {
        tick(ui, top, cx.ui_state.theme == choice, words, Action::Theme(choice));
    }
}
