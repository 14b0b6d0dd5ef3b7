//! Two dialogs: the description of the experiment, and the keys and symbols.

use crate::gui::action::{key_name, keys};
use crate::gui::theme::{self, Palette};
use crate::gui::window::modal::modal;
use crate::params::Change;
use crate::preset::Preset;
use egui::{RichText, Sense, Ui, vec2};

/// Which of them are open.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Help {
    /// The description of the experiment.
    pub about: bool,
    /// Keys and symbols.
    pub keys: bool,
}

impl Help {
    /// Draw the open ones.
    pub(crate) fn show(&mut self, ctx: &egui::Context, preset: &Preset, palette: &Palette) {
        if self.about && modal(ctx, "About this experiment", 440.0, palette, |ui| about(ui, preset, palette)) {
            self.about = false;
        }
        if self.keys && modal(ctx, "Keys and symbols", 560.0, palette, |ui| keys_and_marks(ui, palette)) {
            self.keys = false;
        }
    }
}

fn about(ui: &mut Ui, preset: &Preset, palette: &Palette) {
    ui.label(theme::strong(&preset.title));
    ui.label(&preset.description);
    if !preset.look_for.is_empty() {
        theme::section_head(ui, "What to look for");
        for line in &preset.look_for {
            ui.horizontal_top(|ui| {
                let (dot, _) = ui.allocate_exact_size(vec2(10.0, 16.0), Sense::hover());
                ui.painter().circle_filled(dot.center(), 2.5, palette.accent);
                ui.add(egui::Label::new(line).wrap());
            });
        }
    }
    theme::section_head(ui, "Source");
    ui.label(RichText::new(&preset.citation).color(palette.dim));
    if let Some(path) = &preset.path {
        ui.label(theme::mono(path.display().to_string()).color(palette.dim));
    }
}

/// Width of the column of keys, in points.
const KEYS: f32 = 140.0;

/// Keys, and beside them what they do.
fn key_row(ui: &mut Ui, keys: &str, words: &str, palette: &Palette) {
    ui.horizontal_top(|ui| {
        let left = egui::Layout::left_to_right(egui::Align::Min);
        ui.allocate_ui_with_layout(vec2(KEYS, 16.0), left, |ui| {
            ui.set_min_width(KEYS);
            ui.label(theme::mono(keys).color(palette.text));
        });
        ui.add(egui::Label::new(words).wrap());
    });
}

fn keys_and_marks(ui: &mut Ui, palette: &Palette) {
    ui.spacing_mut().item_spacing.y = 5.0;
    for (modifiers, key, _, words) in keys() {
        key_row(ui, &key_name(ui.ctx(), modifiers, key), &words, palette);
    }
    for (keys, words) in [
        ("Esc", "show all tiles again, close a dialog, clear the search"),
        ("Tab", "next control; arrow keys move sliders, the selected neuron, the history"),
        ("arrows, Enter", "in Spikes: select a neuron and one of its spikes, explain it"),
        ("Ctrl+P, E[5]", "select neuron 5 of the population E"),
        ("Ctrl+P, show", "open a view and give it the focus"),
        ("F1", "over the network editor: its keys"),
        ("arrows, Space", "on the canvas: move the pen, lower or lift it"),
        ("Backspace, Del", "on the canvas: remove the last stroke, clear"),
    ] {
        key_row(ui, keys, words, palette);
    }
    ui.separator();
    for (change, words) in [(Change::Live, "takes effect with the next step"), (Change::Rebuild, "rebuilds the network; training restarts")]
    {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
            match change {
                Change::Live => theme::paint_lightning(ui.painter(), rect, palette.dim),
                Change::Rebuild => theme::paint_rebuild(ui.painter(), rect, palette.dim),
            }
            ui.label(words);
        });
    }
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
        ui.painter().circle_filled(rect.center(), 2.8, palette.accent);
        ui.label("differs from the preset; a click, or Space with the focus, restores its value");
    });
}
