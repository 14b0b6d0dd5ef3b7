//! The commands that are always the same: menu, words, help and key of each.

use super::{Action, Menu};
use egui::{Key, Modifiers};

pub(super) const CTRL: Modifiers = Modifiers::COMMAND;
pub(super) const BARE: Modifiers = Modifiers::NONE;

/// A command as menus, palette, tooltips and the help of keys show it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What it does.
    pub action: Action,
    /// Its menu.
    pub menu: Menu,
    /// Its section of the menu; a name in capitals stands above it, others only separate.
    pub section: &'static str,
    /// What it is called.
    pub words: String,
    /// What it does, for a tooltip; may be empty.
    pub help: &'static str,
    /// Its key.
    pub key: Option<(Modifiers, Key)>,
    /// For what is chosen among several or switched: whether it is.
    pub ticked: Option<bool>,
    /// Whether it makes sense only where images are classified.
    pub images: bool,
    /// Why it cannot be used now, if so; it is then shown disabled.
    pub off: Option<&'static str>,
}

pub(super) fn entry(menu: Menu, section: &'static str, action: Action, words: &str) -> Entry {
    Entry { action, menu, section, words: words.to_owned(), help: "", key: None, ticked: None, images: false, off: None }
}

impl Entry {
    pub(super) fn key(self, modifiers: Modifiers, key: Key) -> Self {
        Self { key: Some((modifiers, key)), ..self }
    }
    pub(super) fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }
    pub(super) fn images(self) -> Self {
        Self { images: true, ..self }
    }
    pub(super) fn ticked(self, ticked: bool) -> Self {
        Self { ticked: Some(ticked), ..self }
    }
}

/// What enlarging a view does.
pub(super) const ENLARGED: &str = "Maximise one view: it gets the room of all tiles. Again, or Esc, shows all tiles.";

/// The command that enlarges the view that is attended to.
pub(super) fn enlarge() -> Entry {
    entry(Menu::View, "LAYOUT", Action::Enlarge, "Enlarge this view").key(BARE, Key::F11).help(ENLARGED)
}

/// The commands that are always the same, in the order of the menus.
pub(super) fn fixed() -> Vec<Entry> {
    use Menu::{Edit, File, Help, Run};
    vec![
        entry(File, "preset", Action::NewNetwork, "New network…")
            .key(CTRL, Key::N)
            .help("Assemble a network from nothing, or open a preset and change its network."),
        entry(File, "preset", Action::OpenPreset, "Open preset…").key(CTRL, Key::O).help("Load an experiment from a file."),
        entry(File, "preset", Action::OpenData, "Open data folder…")
            .help("Train on your own images: IDX files, one folder of images per class, NPZ or CSV."),
        entry(File, "preset", Action::InvertData, "Invert images")
            .images()
            .help("Restart with dark and bright exchanged, for images that are dark on bright. Undo restores the run."),
        entry(File, "preset", Action::SavePreset, "Save preset")
            .key(CTRL, Key::S)
            .help("Write the current parameters to the file they were opened from or saved to; without one, a file is asked for."),
        entry(File, "preset", Action::SavePresetAs, "Save preset as…")
            .key(CTRL.plus(Modifiers::SHIFT), Key::S)
            .help("Write the current parameters to a preset file, for this window or the command line."),
        entry(File, "preset", Action::SaveRun, "Save run")
            .images()
            .help("Write a run directory: checkpoint, session log and metrics, to resume or replay."),
        entry(File, "preset", Action::OpenRun, "Open run…")
            .help("Continue a free run of a run directory, which does not change; save it again to keep what follows."),
        entry(File, "preset", Action::AddRun, "Add run to compare…")
            .images()
            .help("Add the accuracy curve of a run directory to the Runs view."),
        entry(File, "film", Action::Film, "Record GIF…").help("Record the window or one view over images, model time or seconds."),
        entry(File, "quit", Action::Quit, "Quit").key(CTRL, Key::Q),
        entry(Edit, "undo", Action::Undo, "Undo").key(CTRL, Key::Z).help("Undo the last change."),
        entry(Edit, "undo", Action::Redo, "Redo").key(CTRL.plus(Modifiers::SHIFT), Key::Z).help("Redo the change that was undone."),
        entry(Edit, "network", Action::EditNetwork, "Edit network")
            .key(CTRL, Key::E)
            .help("Add, connect, change and delete populations and projections in the Network view."),
        entry(Edit, "network", Action::ApplyEdits, "Apply changes of the network")
            .key(CTRL, Key::Enter)
            .help("Build the network that is being edited and run it; the run before it can be restored."),
        entry(Edit, "network", Action::EditText, "Text of the network")
            .key(CTRL, Key::T)
            .help("Show the network that is being edited as text, or as a drawing again."),
        entry(Edit, "network", Action::DiscardEdits, "Close the network editor")
            .help("Close the editor; changes that were not applied are discarded."),
        entry(Edit, "network", Action::RestoreEdits, "Restore discarded changes")
            .help("Open the editor with the changes that were discarded last."),
        entry(Edit, "parameters", Action::Palette, "Command palette…")
            .key(CTRL, Key::P)
            .help("Find a command, view, preset or parameter by typing; tau_m=20ms sets a parameter."),
        entry(Edit, "parameters", Action::Search, "Search parameters").key(CTRL, Key::F),
        entry(Edit, "parameters", Action::BackToPreset, "Reset all parameters to the preset"),
        entry(Run, "pace", Action::RunPause, "Run or pause").key(BARE, Key::Space),
        entry(Run, "pace", Action::StepMs, "Step 1 ms").key(BARE, Key::Period).help("Compute one millisecond of model time, then pause."),
        entry(Run, "pace", Action::StepImage, "Step image")
            .key(BARE, Key::Enter)
            .images()
            .help("Run to the end of the current image, then pause."),
        entry(Run, "REWARD", Action::Reward(1.0), "Reward +1").key(BARE, Key::Plus),
        entry(Run, "REWARD", Action::Reward(0.0), "Reward 0").key(BARE, Key::Num0),
        entry(Run, "REWARD", Action::Reward(-1.0), "Reward −1").key(BARE, Key::Minus),
        entry(Help, "about", Action::Help, "Views, parameters, references")
            .key(BARE, Key::F1)
            .help("Help on the view with the focus, or under the pointer."),
        entry(Help, "about", Action::About, "About this experiment"),
        entry(Help, "about", Action::Shortcuts, "Keys and symbols").help("All keyboard shortcuts, and the symbols of the window."),
        entry(Help, "about", Action::ShowHints, "Start the tour"),
    ]
}
