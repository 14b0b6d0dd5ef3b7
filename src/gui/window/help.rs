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
        if self.keys && modal(ctx, "Keys and symbols", 380.0, palette, |ui| keys_and_marks(ui, palette)) {
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

fn keys_and_marks(ui: &mut Ui, palette: &Palette) {
    egui::Grid::new("keys").num_columns(2).spacing([18.0, 6.0]).show(ui, |ui| {
        for (modifiers, key, _, words) in keys() {
            ui.label(theme::mono(key_name(ui.ctx(), modifiers, key)).color(palette.text));
            ui.label(words);
            ui.end_row();
        }
        ui.label(theme::mono("Esc"));
        ui.label("restore an enlarged tile, clear the search");
        ui.end_row();
        for (keys, words) in [
            ("Tab", "next control; arrow keys move sliders, the selected neuron, the history"),
            ("arrows, Enter", "in Spikes: select a neuron and one of its spikes, explain it"),
            ("Ctrl+P, E[5]", "select neuron 5 of the population E"),
            ("F1", "over the network editor: its keys"),
            ("arrows, Space", "on the canvas: move the pen, lower or lift it"),
            ("Backspace, Del", "on the canvas: remove the last stroke, clear"),
        ] {
            ui.label(theme::mono(keys).color(palette.text));
            ui.label(words);
            ui.end_row();
        }
    });
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
        ui.label("differs from the preset; click to restore its value");
    });
}
