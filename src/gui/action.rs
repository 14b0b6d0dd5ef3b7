//! The commands of the user besides moving a control. One enum behind menus, keys, palette, buttons and tooltips; one list,
//! `commands`, with the label, menu, help and key of each.

mod commands;
mod entry;
mod keys;
mod menu;

pub(crate) use commands::{Facts, commands};
pub(crate) use entry::Entry;
pub(crate) use keys::{Pressed, key_name, keys, pressed};
pub(crate) use menu::{EDITS, EXPORT, Menu, SHOW};

use super::export::Format;
use super::state::ThemeChoice;
use super::state::editing::acts::Act;
use crate::gui::tiles::layouts::LayoutKind;
use entry::fixed;
use std::path::PathBuf;

/// One thing to do. Carried out by the app after the frame is laid out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// Run, or pause what runs.
    RunPause,
    /// One millisecond, then pause.
    StepMs,
    /// To the end of the image, then pause.
    StepImage,
    /// From the start with the same seed.
    ResetSameSeed,
    /// From the start with the next seed.
    ResetNewSeed,
    /// Reward the current image.
    Reward(f32),
    /// Measure the accuracy on this many test images.
    Evaluate(usize),
    /// Choose a preset file and load it.
    OpenPreset,
    /// Load this preset file.
    LoadPreset(PathBuf),
    /// Choose a folder of images and train on them.
    OpenData,
    /// Restart with the images inverted, or no longer inverted.
    InvertData,
    /// Open what was dropped on the window: a preset file or a folder of images.
    OpenDropped(PathBuf),
    /// Save the parameters as a preset, to its file if it has one.
    SavePreset,
    /// Choose a file and save the parameters as a preset.
    SavePresetAs,
    /// Choose a folder and write checkpoint and session log to it.
    SaveRun,
    /// Edit the network that runs.
    EditNetwork,
    /// Choose what a new network starts from.
    NewNetwork,
    /// Edit an empty network.
    NewBlank,
    /// Load this preset file and edit its network.
    EditPreset(PathBuf),
    /// Run the network that is being edited.
    ApplyEdits,
    /// Close the editor without changes that were not applied.
    DiscardEdits,
    /// Edit again what was discarded last.
    RestoreEdits,
    /// An edit of the network that is being edited, by name.
    Edit(Act),
    /// Show the network that is being edited as text, or as a drawing again.
    EditText,
    /// Take back the last change of parameters.
    Undo,
    /// Make it again.
    Redo,
    /// Take back the last change of the run, whatever is being edited: the button of a notice.
    UndoRun,
    /// Return to the run before a reset, a preset, a rebuild or a fork.
    BringBack,
    /// Continue from the displayed moment of the past as a new run.
    Fork,
    /// Leave the past.
    BackToPresent,
    /// Return to an earlier run.
    GoBackTo(u64),
    /// Choose the folder of a run and add it to those that are compared.
    AddRun,
    /// Choose the folder of a free run and continue it.
    OpenRun,
    /// Reset all parameters to the preset.
    BackToPreset,
    /// Put the cursor into the search box.
    Search,
    /// Find any of these by typing.
    Palette,
    /// Show or hide the left panel.
    ToggleParameters,
    /// Arrange the tiles like this.
    Layout(LayoutKind),
    /// Arrange the tiles as they first were.
    ResetLayout,
    /// Bring one view to the front, opening it if need be.
    ShowPanel(&'static str),
    /// Give the view that is attended to the room of all tiles, or show all tiles again.
    Enlarge,
    /// Give this view the room of all tiles.
    EnlargePanel(&'static str),
    /// Show or close one tile.
    TogglePanel(&'static str),
    /// Write a view to a file.
    Export(&'static str, Format),
    /// Set the resolution of saved figures.
    FigureDpi(u16),
    /// Save figures in the colours of the window, or of paper.
    FigureColours(bool),
    /// Plan a recording, or stop the one that goes on.
    Film,
    /// Change the colours.
    Theme(ThemeChoice),
    /// What the experiment is and what to look for.
    About,
    /// The keys.
    Shortcuts,
    /// Start a crashed simulation again.
    Restart,
    /// The step of the tour is done.
    NextHint,
    /// Skip the tour.
    CloseHints,
    /// Start the tour.
    ShowHints,
    /// What the view under the pointer shows; the whole help where there is none.
    Help,
    /// Stop the work of this name.
    StopWork(String),
    /// Close the window.
    Quit,
}

impl Action {
    /// The key for this action as a menu shows it, or nothing.
    pub(crate) fn key_text(&self, ctx: &egui::Context) -> String {
        keys()
            .into_iter()
            .find(|(_, _, action, _)| action == self)
            .map(|(modifiers, key, ..)| key_name(ctx, modifiers, key))
            .unwrap_or_default()
    }

    /// What a tooltip says of it: its help and its key.
    pub(crate) fn tooltip(&self, ctx: &egui::Context) -> String {
        let help = fixed().into_iter().find(|entry| entry.action == *self).map_or("", |entry| entry.help);
        match (help, self.key_text(ctx)) {
            (help, key) if key.is_empty() => help.to_owned(),
            ("", key) => key,
            (help, key) => format!("{help} Key: {key}"),
        }
    }
}
