//! The commands of the user besides moving a control. One enum behind menus, keys, palette, buttons and tooltips; one list,
//! `commands`, with the label, menu, help and key of each.

mod keys;
mod menu;

pub(crate) use keys::{Pressed, key_name, keys, pressed};
pub(crate) use menu::{EDITS, EXPORT, Menu, SHOW};

use super::export::Format;
use super::paint::numbers::count;
use super::state::ThemeChoice;
use super::state::editing::acts::Act;
use super::state::figure::FigureChoice;
use crate::gui::tiles::layouts::LayoutKind;
use crate::session::{Aspect, Aspects};
use egui::{Key, Modifiers};
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
    /// Close the window.
    Quit,
}

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

/// What there is to choose from at the moment.
pub(crate) struct Facts<'a> {
    /// What the network has to show.
    pub aspects: Aspects,
    /// Master seed.
    pub seed: u64,
    /// Views: id, title, whether it has a tile.
    pub tiles: Vec<(&'static str, &'static str, bool)>,
    /// The arrangement chosen last.
    pub layout: LayoutKind,
    /// Colours chosen.
    pub theme: ThemeChoice,
    /// Whether the left panel shows.
    pub parameters: bool,
    /// Presets opened last, newest first.
    pub recent: &'a [PathBuf],
    /// Whether a recording goes on.
    pub filming: bool,
    /// How figures are saved.
    pub figure: FigureChoice,
    /// The run that can be brought back, in words.
    pub aside: Option<String>,
    /// Other runs that can be gone back to, with their numbers.
    pub kept: Vec<(u64, String)>,
    /// Images it can be tested on.
    pub test_images: u64,
    /// Whether the past is shown.
    pub in_the_past: bool,
    /// What Undo and Redo would do, in words.
    pub undo: (Option<String>, Option<String>),
    /// Whether a network is being edited.
    pub editing: bool,
    /// Whether it is shown as text, and what can be done with it, in words.
    pub as_text: bool,
    pub acts: Vec<(Act, String)>,
    /// Why the network that is being edited cannot be applied, if so.
    pub unapplicable: Option<&'static str>,
    /// Whether edits were discarded that can be restored.
    pub discarded: bool,
}

const CTRL: Modifiers = Modifiers::COMMAND;
const BARE: Modifiers = Modifiers::NONE;

fn entry(menu: Menu, section: &'static str, action: Action, words: &str) -> Entry {
    Entry { action, menu, section, words: words.to_owned(), help: "", key: None, ticked: None, images: false, off: None }
}

impl Entry {
    fn key(self, modifiers: Modifiers, key: Key) -> Self {
        Self { key: Some((modifiers, key)), ..self }
    }
    fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }
    fn images(self) -> Self {
        Self { images: true, ..self }
    }
    fn ticked(self, ticked: bool) -> Self {
        Self { ticked: Some(ticked), ..self }
    }
}

/// The commands that are always the same, in the order of the menus.
fn fixed() -> Vec<Entry> {
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
        entry(Help, "about", Action::Help, "Views, parameters, references").key(BARE, Key::F1).help("Help on the view under the pointer."),
        entry(Help, "about", Action::About, "About this experiment"),
        entry(Help, "about", Action::Shortcuts, "Keys and symbols"),
        entry(Help, "about", Action::ShowHints, "Start the tour"),
    ]
}

/// Everything there is to do at the moment, menu by menu.
pub(crate) fn commands(facts: &Facts) -> Vec<Entry> {
    let free = facts.aspects.has(Aspect::Populations);
    let shown = |entry: &Entry| match entry.action {
        // a reward of 0 answers the question for an image; a network that runs freely asks none
        Action::Reward(amount) => facts.aspects.has(Aspect::Reward) && (!free || amount != 0.0),
        _ => !entry.images || facts.aspects.has(Aspect::Answers) || (free && entry.action == Action::SaveRun),
    };
    let mut all: Vec<Entry> = fixed().into_iter().filter(shown).collect();
    for entry in &mut all {
        match &entry.action {
            Action::ApplyEdits | Action::DiscardEdits | Action::EditText if !facts.editing => {
                entry.off = Some("No network is being edited.");
            }
            Action::ApplyEdits => entry.off = facts.unapplicable,
            Action::RestoreEdits if !facts.discarded => entry.off = Some("No changes of a network were discarded."),
            Action::EditNetwork => entry.ticked = Some(facts.editing),
            Action::EditText if facts.as_text => "Drawing of the network".clone_into(&mut entry.words),
            _ => {}
        }
        let what = match entry.action {
            Action::Undo => &facts.undo.0,
            Action::Redo => &facts.undo.1,
            _ => continue,
        };
        if let Some(what) = what {
            entry.words = format!("{} {what}", entry.words);
        }
    }
    all.extend(facts.acts.iter().map(|(act, words)| entry(Menu::Edit, EDITS, Action::Edit(act.clone()), words)));
    let of = Menu::View;
    all.extend(LayoutKind::ALL.map(|kind| entry(of, "LAYOUT", Action::Layout(kind), kind.words()).ticked(facts.layout == kind)));
    all.push(entry(of, "LAYOUT", Action::ResetLayout, "Reset layout"));
    all.extend(facts.tiles.iter().map(|&(id, title, open)| entry(of, "TILES", Action::TogglePanel(id), title).ticked(open)));
    all.extend(facts.tiles.iter().map(|&(id, title, _)| {
        let show = entry(of, SHOW, Action::ShowPanel(id), &format!("Show {title}"));
        match id {
            "draw" => show.help("Draw with the pointer, or with the arrow keys; Space lowers and lifts the pen."),
            "inspector" => show.help("State, firing and input of the selected neuron, and why it is silent."),
            "health" => show.help("Silent or dead neurons, saturated weights and other problems, with a remedy."),
            "why_spike" => show.help("What made the selected neuron fire, or kept it silent."),
            _ => show,
        }
    }));
    let side = entry(of, "TILES", Action::ToggleParameters, "Parameters").key(CTRL, Key::B);
    all.push(side.help("Show or hide the parameters at the left.").ticked(facts.parameters));
    let colours = [
        (ThemeChoice::Dark, "Dark"),
        (ThemeChoice::Light, "Light"),
        (ThemeChoice::System, "System"),
        (ThemeChoice::DarkContrast, "Dark, high contrast"),
        (ThemeChoice::LightContrast, "Light, high contrast"),
    ];
    all.extend(colours.map(|(choice, words)| entry(of, "COLOURS", Action::Theme(choice), words).ticked(facts.theme == choice)));
    all.extend(facts.recent.iter().map(|path| {
        let name = |path: &PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let twice = facts.recent.iter().filter(|other| name(other) == name(path)).count() > 1;
        let folder = path.parent().filter(|_| twice).map_or(String::new(), |folder| format!(" in {}", folder.display()));
        entry(Menu::File, "RECENT", Action::LoadPreset(path.clone()), &format!("{}{folder}", name(path)))
    }));
    if facts.filming
        && let Some(film) = all.iter_mut().find(|entry| entry.action == Action::Film)
    {
        (film.words, film.help) = ("Stop and save the recording".to_owned(), "");
    }
    let open = facts.tiles.iter().filter(|(.., open)| *open);
    all.extend(open.flat_map(|&(id, title, _)| {
        Format::ALL
            .map(|format| entry(Menu::File, EXPORT, Action::Export(id, format), &format!("{title}: {}", format.words().to_lowercase())))
    }));
    all.extend(FigureChoice::RESOLUTIONS.map(|dpi| {
        let words = format!("Figure resolution: {dpi} dpi");
        entry(Menu::File, EXPORT, Action::FigureDpi(dpi), &words).ticked(facts.figure.dpi() == dpi)
    }));
    let window = !facts.figure.window_colours;
    let words = if window { "Save figures in window colours" } else { "Save figures dark on white" };
    all.push(entry(Menu::File, EXPORT, Action::FigureColours(window), words));
    let (tests, few) = (facts.test_images, 1_000);
    let sizes = if facts.aspects.has(Aspect::Answers) { [Some(few).filter(|few| *few < tests), Some(tests)] } else { [None; 2] };
    all.extend(sizes.into_iter().flatten().map(|images| {
        let words = format!("Test on {} images", count(images));
        let help = "Measure the accuracy on test images without learning; training continues.";
        entry(Menu::Run, "test", Action::Evaluate(images as usize), &words).help(help)
    }));
    let seed = facts.seed;
    let reset = |action, words: &str, seed: u64| entry(Menu::Run, "RESET", action, &format!("{words} ({seed})"));
    all.push(reset(Action::ResetSameSeed, "Reset with the same seed", seed).key(BARE, Key::R).help("Restart training from step 0."));
    all.push(reset(Action::ResetNewSeed, "Reset with a new seed", seed.wrapping_add(1)).help("Restart training from step 0."));
    all.extend(facts.aside.iter().map(|words| entry(Menu::Run, "RESET", Action::BringBack, words)));
    if facts.in_the_past {
        let here = [
            (Action::Fork, "Fork here", "Continue from this moment as a new run. The original run is kept in Runs."),
            (Action::BackToPresent, "Back to the present", "Return to the present state."),
        ];
        all.extend(here.map(|(action, words, help)| entry(Menu::Run, "TIME TRAVEL", action, words).help(help)));
    }
    all.extend(facts.kept.iter().map(|(id, words)| entry(Menu::Run, "RESET", Action::GoBackTo(*id), words)));
    let place = |entry: &Entry| Menu::ALL.iter().position(|menu| *menu == entry.menu);
    // what ends everything stands last
    all.sort_by_key(|entry| (place(entry), entry.action == Action::Quit));
    all
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_and_every_command_has_words() {
        let keys = keys();
        for (index, (modifiers, key, ..)) in keys.iter().enumerate() {
            let again = keys[index + 1..].iter().any(|(m, k, ..)| m == modifiers && k == key);
            assert!(!again, "{modifiers:?} {key:?}");
        }
        let facts = Facts {
            aspects: Aspects::of(&[Aspect::Answers, Aspect::Reward]),
            seed: 1,
            tiles: vec![("raster", "Raster", true)],
            layout: LayoutKind::default(),
            theme: ThemeChoice::Dark,
            parameters: true,
            recent: &[PathBuf::from("presets/mine.ron")],
            filming: false,
            figure: FigureChoice::default(),
            aside: None,
            kept: vec![(3, "Go back to another run".to_owned())],
            test_images: 10_000,
            in_the_past: true,
            undo: (Some("Membrane time constant".to_owned()), None),
            editing: false,
            as_text: false,
            acts: Vec::new(),
            unapplicable: None,
            discarded: false,
        };
        let commands = commands(&facts);
        assert!(commands.iter().all(|entry| !entry.words.is_empty()));
        for (index, one) in commands.iter().enumerate() {
            assert!(commands[index + 1..].iter().all(|other| other.action != one.action), "{:?} stands in two places", one.action);
        }
        assert!(commands.iter().any(|entry| entry.words == "Undo Membrane time constant"));
        for (.., action, _) in keys {
            assert!(commands.iter().any(|entry| entry.action == action), "{action:?} has a key and no menu");
        }
    }
}
