//! What a person can do besides moving a control. One enum behind menu, button and key, so that a shortcut shown in a
//! menu is the one that works.

use super::dock::LayoutKind;
use super::state::ThemeChoice;
use egui::{Key, KeyboardShortcut, Modifiers};
use std::path::PathBuf;

/// One thing to do. Carried out by the app after the frame is laid out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
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
    /// Give this reward for the image being shown.
    Reward(f32),
    /// Measure the accuracy on this many test images.
    Evaluate(usize),
    /// Choose a preset file and load it.
    OpenPreset,
    /// Load this preset file.
    LoadPreset(PathBuf),
    /// Choose a file and save the parameters as a preset.
    SavePreset,
    /// Choose a folder and write checkpoint and session log to it.
    SaveRun,
    /// Every parameter back to its preset.
    BackToPreset,
    /// Put the cursor into the search box.
    Search,
    /// Show or hide the left panel.
    ToggleParameters,
    /// Arrange the tiles like this.
    Layout(LayoutKind),
    /// Arrange the tiles as they first were.
    ResetLayout,
    /// Show or close one tile.
    TogglePanel(&'static str),
    /// Change the colours.
    Theme(ThemeChoice),
    /// What the experiment is and what to look for.
    About,
    /// The keys.
    Shortcuts,
    /// Start a crashed simulation again.
    Restart,
    /// The hint was read.
    CloseHint,
    /// Show the hints from the beginning.
    ShowHints,
    /// What the view under the pointer shows; the whole help where there is none.
    Help,
    /// Close the window.
    Quit,
}

const CTRL: Modifiers = Modifiers::COMMAND;
const BARE: Modifiers = Modifiers::NONE;

/// Keys and what they do, in the order of the help. The words say it to a person.
pub(super) fn keys() -> Vec<(Modifiers, Key, Action, &'static str)> {
    vec![
        (BARE, Key::Space, Action::RunPause, "run or pause"),
        (BARE, Key::Period, Action::StepMs, "step 1 ms"),
        (BARE, Key::Enter, Action::StepImage, "step to the end of the image"),
        (BARE, Key::R, Action::ResetSameSeed, "reset with the same seed"),
        (BARE, Key::Plus, Action::Reward(1.0), "reward +1 for this image"),
        (BARE, Key::Num0, Action::Reward(0.0), "reward 0 for this image"),
        (BARE, Key::Minus, Action::Reward(-1.0), "reward −1 for this image"),
        (CTRL, Key::O, Action::OpenPreset, "open a preset"),
        (CTRL, Key::S, Action::SavePreset, "save the parameters as a preset"),
        (CTRL, Key::F, Action::Search, "search parameters"),
        (CTRL, Key::B, Action::ToggleParameters, "show or hide the parameters"),
        (BARE, Key::F1, Action::Help, "help on the view under the pointer"),
        (CTRL, Key::Q, Action::Quit, "quit"),
    ]
}

impl Action {
    /// The key for this action as a menu shows it, or nothing.
    pub(super) fn key_text(&self, ctx: &egui::Context) -> String {
        keys()
            .into_iter()
            .find(|(_, _, action, _)| action == self)
            .map(|(modifiers, key, ..)| key_name(ctx, modifiers, key))
            .unwrap_or_default()
    }
}

/// A key as a person reads it.
pub(super) fn key_name(ctx: &egui::Context, modifiers: Modifiers, key: Key) -> String {
    match (modifiers, key) {
        (BARE, Key::Period) => ".".to_owned(),
        (BARE, Key::Plus) => "+".to_owned(),
        (BARE, Key::Minus) => "−".to_owned(),
        _ => ctx.format_shortcut(&KeyboardShortcut::new(modifiers, key)),
    }
}

/// What the keyboard asks for in this frame. Keys that write stay with the text field that has the cursor; Space and
/// Enter stay with the button that has the focus.
pub(super) fn pressed(ctx: &egui::Context) -> Vec<Action> {
    let writing = ctx.text_edit_focused();
    let pressing = ctx.memory(|memory| memory.focused().is_some()) && !super::rail::has_focus(ctx);
    let popup = egui::Popup::is_any_open(ctx);
    let mut asked = Vec::new();
    ctx.input_mut(|input| {
        for (modifiers, key, action, _) in keys() {
            let taken = modifiers == BARE && (writing || popup || (pressing && matches!(key, Key::Space | Key::Enter)));
            if !taken && input.consume_key(modifiers, key) {
                asked.push(action);
            }
        }
        // On most keyboards + is the shifted =, which need not be shifted here.
        if !writing && !popup && input.consume_key(BARE, Key::Equals) {
            asked.push(Action::Reward(1.0));
        }
    });
    asked
}
