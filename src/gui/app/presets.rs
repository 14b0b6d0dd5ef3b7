//! The preset of the window and what is started from it: loading, saving under a title of its own, run directories, ablations.

use super::App;
use super::jobs::file_stem;
use crate::files::NewDir;
use crate::gui::state::editing::Standing;
use crate::gui::state::{UiState, derived_preset};
use crate::gui::window::notices::{Place, Tone};
use crate::gui::window::speed;
use crate::preset::Preset;
use crate::session::{AblationAsked, Command, Speed};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

impl App {
    pub(super) fn load(&mut self, preset: Preset) {
        self.notices.forget_preset();
        self.closed = None;
        self.file = own_file(&preset);
        if let Some(path) = &preset.path {
            self.state.remember_preset(path.clone());
        }
        if let Some(path) = self.file.clone() {
            self.state.preset_folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned);
            self.state.remember_own(path);
        }
        let command = Command::LoadPreset(Box::new(preset.clone()), self.seed);
        self.replace_run(&preset, command, "opening the preset");
        self.preset = preset;
    }

    /// Start the run of a preset with this command. Unless it has the same neurons, none of them stays selected.
    pub(super) fn replace_run(&mut self, preset: &Preset, command: Command, words: &'static str) {
        self.recovery.pass_over();
        let running = self.running();
        let other = preset.setup != self.preset.setup;
        let neurons = |preset: &Preset| {
            let network = &preset.network.as_ref()?.network;
            Some(network.populations.iter().map(|population| (population.name.clone(), population.size())).collect::<Vec<_>>())
        };
        let same = neurons(preset).is_some_and(|own| neurons(&self.preset) == Some(own));
        if !same {
            self.state.neuron_pinned = false;
            self.state.selected_neuron = 0;
            self.state.selected_hidden = None;
            // their numbers mean other neurons
            self.state.membrane.pinned.clear();
        }
        self.start_new_run(command, words);
        if other {
            let before = self.speed;
            self.set_speed(first_speed(preset, &self.state));
            self.undo.note_speeds(before, self.speed);
        }
        if running || other {
            self.outbox.push(Command::Run);
        }
    }

    /// The preset to save: the loaded one with the parameters in force, and a title and text that say what was changed.
    pub(super) fn preset_to_save(&self) -> Preset {
        let Some(snapshot) = &self.snapshot else { return self.preset.clone() };
        derived_preset::derived(&self.preset, (&snapshot.preset_params, &snapshot.params), snapshot.quantities.as_deref())
    }

    /// Save the network that is being edited, or else the preset with the parameters in force: to its file, or to one that is asked for.
    pub(super) fn save_preset(&mut self, asks: bool) {
        let (preset, text, file) = if let Some(editing) = &mut self.state.editing {
            if !editing.read_text() {
                return;
            }
            let Ok(preset) = editing.draft.preset() else {
                let reason = "A network with faults cannot be saved; they are listed beside the drawing.";
                return self.notices.say(Place::Strip, Tone::Bad, reason);
            };
            (preset, editing.draft.written().map(str::to_owned), editing.file.clone())
        } else {
            let mut preset = self.preset_to_save();
            let is_own = self.preset.path.is_none() && self.preset.network.is_some();
            if !asks && self.file.is_some() || is_own {
                // the same preset with other values, or a network that no file describes yet
                (preset.title, preset.description) = (self.preset.title.clone(), self.preset.description.clone());
                preset.look_for.clone_from(&self.preset.look_for);
            }
            (preset, None, self.file.clone())
        };
        match file.clone().filter(|_| !asks) {
            Some(path) => self.jobs.save((preset, text), path),
            None => self.jobs.ask_save((preset, text), self.folder_of(file.as_deref())),
        }
    }

    /// The folder that a file dialog begins in: that of this file, otherwise the last one that a preset was opened from or saved to, or
    /// the documents of the user.
    fn folder_of(&self, file: Option<&Path>) -> Option<PathBuf> {
        let own = file.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned);
        let documents = || directories::UserDirs::new().and_then(|dirs| dirs.document_dir().map(Path::to_owned));
        own.or_else(|| self.state.preset_folder.clone()).or_else(documents)
    }

    /// A preset was written to a file, which is that of the network that is being edited or runs from now on.
    pub(super) fn note_saved(&mut self, preset: &Preset, path: PathBuf) {
        self.notices.forget_preset();
        self.notices.say(Place::Strip, Tone::Good, format!("Saved {}", path.display()));
        self.state.preset_folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned);
        self.state.remember_preset(path.clone());
        self.state.remember_own(path.clone());
        match &mut self.state.editing {
            Some(editing) => {
                if editing.standing == Standing::Same {
                    self.file = Some(path.clone());
                }
                editing.note_saved(preset, path);
            }
            None => self.file = Some(path),
        }
    }

    /// The loaded preset with the parameters in force.
    pub(super) fn preset_now(&self) -> Preset {
        let mut preset = self.preset.clone();
        if let Some(snapshot) = &self.snapshot {
            preset.params = snapshot.params.clone();
            if let (Some(view), Some(described)) = (&snapshot.quantities, &mut preset.network) {
                described.network = std::sync::Arc::clone(&view.network);
            }
        }
        preset
    }

    /// A new folder for this run.
    pub(super) fn run_folder(&self) -> PathBuf {
        let name = self.preset.path.as_ref().and_then(|path| path.file_stem());
        let name = name.map_or_else(|| file_stem(derived_preset::plain(&self.preset.title)), |stem| stem.to_string_lossy().into_owned());
        // A clock before 1970 still gives a name.
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        PathBuf::from("runs").join(format!("{name}-{}-{seconds}", self.seed))
    }

    /// Begin the ablation that was chosen.
    pub(super) fn ablate(&mut self) {
        let Some(snapshot) = &self.snapshot else { return };
        let choice = &self.state.ablation;
        let lesions = snapshot.lesions.iter().map(|lesion| lesion.name.clone()).filter(|name| !choice.left_out.contains(name)).collect();
        let run = self.run_folder();
        let name = run.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let folder = run.with_file_name(format!("ablation-{name}"));
        self.outbox.push(Command::Ablate(AblationAsked {
            lesions,
            seeds: choice.seeds,
            images: choice.images,
            test_images: u64::MAX,
            folder: NewDir::Free(folder),
        }));
    }
}

/// The file that a preset was opened from; a shipped one has none, nor has its copy in a folder of presets of the program, which
/// Ctrl+S must not change.
pub(super) fn own_file(preset: &Preset) -> Option<PathBuf> {
    let shipped = crate::preset::shipped();
    let in_presets = |path: &Path| path.parent().is_some_and(|folder| folder.ends_with("presets"));
    let is_shipped = |path: &PathBuf| {
        shipped.contains(path) || in_presets(path) && shipped.iter().any(|shipped| shipped.file_name() == path.file_name())
    };
    preset.path.clone().filter(|path| !is_shipped(path))
}

/// The speed at the start: the last one chosen, else one slow enough to follow.
pub(super) fn first_speed(preset: &Preset, state: &UiState) -> Speed {
    if preset.setup.classifies() {
        state.speed.unwrap_or_else(|| Speed::ModelMsPerSecond(speed::FIRST_IMAGES_PER_S * preset.params.image_ms()))
    } else if preset.network.is_some() {
        Speed::ModelMsPerSecond(1000.0)
    } else {
        // slow enough to see one spike cross the threshold
        Speed::ModelMsPerSecond(200.0)
    }
}
