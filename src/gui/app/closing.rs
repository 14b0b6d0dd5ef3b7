//! The question before the window closes while a network is in training or runs freely.

use crate::files::NewDir;
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::gui::window::modal::focus_first;
use crate::session::Notice;
use egui::{Id, Key, Modal, ViewportCommand};

/// How far the closing of the window has come.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) enum Closing {
    /// Nothing asked the window to close.
    #[default]
    No,
    /// The question is on the screen.
    Asked,
    /// The run is being saved to this directory; the window closes once it is there.
    Saving(NewDir),
    /// The window may close.
    Agreed,
}

/// The answer to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Save,
    /// Save the network that is being edited; the window stays open.
    SavePreset,
    Discard,
    Stay,
}

impl Closing {
    /// Hold back a request to close if there is something to lose.
    pub(crate) fn intercept(&mut self, ctx: &egui::Context, something_to_lose: bool) {
        if ctx.input(|input| input.viewport().close_requested()) && *self != Self::Agreed && something_to_lose {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            if *self == Self::No {
                *self = Self::Asked;
            }
        }
    }

    /// The run it waits for was saved: the window closes. It was not saved, or the simulation ended: the window stays open. Other
    /// notices are about something else.
    pub(crate) fn hear(&mut self, notice: &Notice, ctx: &egui::Context) {
        let Self::Saving(place) = &*self else { return };
        match notice {
            Notice::Saved { asked, .. } if asked == place => self.agree(ctx),
            Notice::NotSaved { asked, .. } if asked == place => *self = Self::No,
            Notice::Crashed(_) => *self = Self::No,
            _ => {}
        }
    }

    /// Close the window for good.
    pub(crate) fn agree(&mut self, ctx: &egui::Context) {
        *self = Self::Agreed;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }

    /// Show the question, if it was asked; `done` says how far the run has come, or nothing if only edits would be lost, as `edits`
    /// says. Edits that are `faulty` cannot be saved as a preset.
    pub(crate) fn ask(&self, ctx: &egui::Context, done: &str, (edits, faulty): (bool, bool), palette: &Palette) -> Option<Decision> {
        if *self != Self::Asked {
            return None;
        }
        let mut decision = None;
        let modal = Modal::new(Id::unique("closing")).show(ctx, |ui| {
            ui.set_width(if edits && !done.is_empty() { 520.0 } else { 400.0 });
            let title = if done.is_empty() { "Close with changes of the network?" } else { "Close while the network is running?" };
            ui.label(theme::strong(title));
            ui.add_space(4.0);
            let run = if done.is_empty() { String::new() } else { format!("{done} A saved run can be resumed and replayed. ") };
            let lost = if edits { "Changes of the network that were not applied are lost unless they are saved as a preset." } else { "" };
            ui.colored_label(palette.dim, format!("{run}{lost}"));
            ui.add_space(10.0);
            ui.horizontal(|ui| {
                // Enter presses the button that stands out
                let main = match (done.is_empty(), faulty) {
                    (false, _) => Decision::Save,
                    (true, false) => Decision::SavePreset,
                    (true, true) => Decision::Stay,
                };
                let mut button = |words: &str, answer, on| {
                    let weight = if answer == main { Weight::Main } else { Weight::Usual };
                    let button = ui.add_enabled_ui(on, |ui| theme::button(ui, Sign::None, words, weight, 124.0)).inner;
                    let button = button.on_disabled_hover_text("The network has faults; stay to correct them, then save it.");
                    if answer == main {
                        focus_first(&button, "closing");
                    }
                    if button.clicked() {
                        decision = Some(answer);
                    }
                };
                if edits {
                    button("Save preset as…", Decision::SavePreset, !faulty);
                }
                if !done.is_empty() {
                    button(if edits { "Save run and close" } else { "Save and close" }, Decision::Save, true);
                }
                button("Discard", Decision::Discard, true);
                button("Stay", Decision::Stay, true);
            });
        });
        if modal.should_close() || ctx.input(|input| input.key_pressed(Key::Escape)) {
            decision = Some(Decision::Stay);
        }
        decision
    }
}
