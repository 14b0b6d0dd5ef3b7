//! Editing the network of the window: begin, apply, save, end.

use super::App;
use super::presets::own_file;
use crate::gui::state::editing::{self, Editing, Wish};
use crate::gui::state::{UiState, derived_preset};
use crate::gui::window::focus::Seen;
use crate::gui::window::notices::{Place, Tone};
use crate::model::Element;
use crate::model::template::Frame;
use crate::preset::{Changes, Draft, Preset};
use crate::session::{Aspect, Command, Quantities};
use egui::Key;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The view with the editor.
const VIEW: &str = "graph";

/// The network with which the one that is being edited was last compared.
#[derive(Default)]
pub(super) struct Beside {
    generation: u64,
    quantities: Option<Arc<Quantities>>,
    /// Number of values that were asked for and that no snapshot contains yet.
    asked: usize,
}

/// A direction of undo and redo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum History {
    Back,
    Forth,
}

impl Beside {
    fn is(&self, other: &Self) -> bool {
        let same = match (&self.quantities, &other.quantities) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (own, other) => own.is_none() && other.is_none(),
        };
        same && (self.generation, self.asked) == (other.generation, other.asked)
    }
}

impl App {
    /// Edit the network that runs, or bring the editor to the front. A key selects the first population, if nothing is selected:
    /// what has the focus is what Delete removes.
    pub(super) fn edit_network(&mut self) {
        let by_keyboard = self.state.by_keyboard;
        if self.state.editing.is_some() {
            self.dock.reveal(VIEW);
        } else {
            let preset = self.preset_now();
            if let Some(mut editing) = self.closed.take() {
                // what was changed elsewhere since becomes a step of its history
                editing.selected = Element::Network;
                self.begin_editing(*editing);
            } else {
                self.edit_preset(&preset);
            }
        }
        let Some(editing) = &mut self.state.editing else { return };
        editing.wants_focus = true;
        let first = editing.network().populations.first().map(|population| population.name.clone());
        if let Some(first) = first.filter(|_| by_keyboard && editing.selected == Element::Network) {
            editing.select(Element::Population(first));
        }
    }

    /// Before a frame is laid out: where Tab continues.
    pub(super) fn begin_focus(&mut self, ctx: &egui::Context) {
        let dialog = self.finder.is_open() || self.asks_something();
        // a view that was asked for comes before what had the focus
        let wanted = self.focus.begin(ctx, dialog) && self.state.wants_focus.is_none();
        let tab = !dialog && ctx.input(|input| input.key_pressed(Key::Tab) && !input.modifiers.shift);
        if tab && self.dock.is_enlarged("help") && ctx.memory(|memory| memory.focused().is_none()) {
            // it covers the editor; its first control is the search
            self.state.wants_focus = Some("help");
            return;
        }
        self.focus_editor(wanted);
    }

    /// After a frame was laid out: what became of the focus.
    pub(super) fn end_focus(&mut self, ctx: &egui::Context) {
        self.state.used = self.state.attended().or(self.state.used);
        let UiState { focused, pointed, by_keyboard, .. } = self.state;
        let wanted = self.focus.end(ctx, Seen { focused, pointed, by_keyboard }, Self::palette(ctx));
        self.focus_editor(wanted);
    }

    /// Give the focus to the selected element of the network that is edited, if the control that had it is gone.
    fn focus_editor(&mut self, wanted: bool) {
        self.state.editing.iter_mut().for_each(|editing| editing.wants_focus |= wanted);
    }

    /// Edit the network of a preset.
    pub(super) fn edit_preset(&mut self, preset: &Preset) {
        // the sizes of a template follow from the images
        let shown =
            self.snapshot.as_ref().filter(|snapshot| snapshot.shows(Aspect::Answers) && snapshot.trial.size.0 * snapshot.trial.size.1 > 0);
        let frame = shown.map(|snapshot| Frame { width: snapshot.trial.size.0, height: snapshot.trial.size.1, classes: snapshot.classes });
        let Some(draft) = frame.map_or_else(|| Draft::of(preset), |frame| Draft::of_images(preset, frame)) else {
            let reason = "This experiment has one neuron or one synapse and no network to edit; choose New network… in the File menu.";
            return self.notices.say(Place::Strip, Tone::Bad, reason);
        };
        let mut editing = Editing::new(draft, false);
        editing.frame = frame;
        if let Some(path) = own_file(preset).or_else(|| self.file.clone()) {
            editing.note_saved(preset, path);
        }
        editing.draft.file().path.clone().into_iter().for_each(|path| self.jobs.read_text(path));
        self.begin_editing(editing);
    }

    /// The text of a preset file was read: it is what the editor shows as long as nothing is edited.
    pub(super) fn keep_text(&mut self, path: &Path, text: &str) {
        let own = self.state.editing.as_mut().filter(|editing| editing.draft.file().path.as_deref() == Some(path));
        own.into_iter().for_each(|editing| editing.keep_text(text));
    }

    /// Edit an empty network. The one that runs is another: it is paused until the new one runs or the editor is closed.
    pub(crate) fn edit_blank(&mut self) {
        self.begin_editing(Editing::new(Draft::blank(), true));
    }

    /// Pause the run as long as another network is edited; `paused` says that it is paused for the one edited until now.
    fn pause_for(&mut self, editing: &mut Editing, paused: bool) {
        editing.pauses = editing.is_another() && (paused || self.running());
        if editing.pauses {
            self.outbox.push(Command::Pause);
            let title = self.snapshot.as_ref().map_or("", |snapshot| snapshot.title.as_str());
            let words = format!("“{title}” is paused while the new network is assembled; it continues when the editor is closed.");
            self.notices.say(Place::Strip, Tone::Good, words);
        } else if paused {
            self.outbox.push(Command::Run);
        }
    }

    /// Load a preset, then edit its network.
    pub(super) fn open_to_edit(&mut self, path: PathBuf) {
        self.edits_opened = Some(path.clone());
        self.jobs.open(path);
    }

    /// A preset was read: load it, and edit its network if that was asked for.
    pub(super) fn load_opened(&mut self, preset: &Preset) {
        let edits = self.edits_opened.take().is_some_and(|path| preset.path.as_ref() == Some(&path));
        self.load(preset.clone());
        if edits {
            self.edit_preset(preset);
        }
    }

    pub(super) fn begin_editing(&mut self, mut editing: Editing) {
        let paused = self.state.editing.as_mut().is_some_and(|before| std::mem::take(&mut before.pauses));
        let before = self.leave_editing();
        self.pause_for(&mut editing, paused);
        editing.had_parameters = before.unwrap_or_else(|| std::mem::take(&mut self.state.show_parameters));
        self.state.editing = Some(Box::new(editing));
        self.dock.lend();
    }

    /// Close the editor, unless it shows a text with faults.
    pub(super) fn end_editing(&mut self) {
        if !self.state.editing.as_mut().is_none_or(|editing| editing.read_text()) {
            return;
        }
        self.compare_edits();
        if let Some(had_parameters) = self.leave_editing() {
            self.state.show_parameters |= had_parameters;
            self.dock.give_back();
        }
    }

    /// Leave what is edited; changes that were not applied can be restored. Returns whether the parameters were visible before.
    fn leave_editing(&mut self) -> Option<bool> {
        let unapplied = self.has_unapplied_edits();
        let mut editing = self.state.editing.take()?;
        let had_parameters = editing.had_parameters;
        if std::mem::take(&mut editing.pauses) {
            self.outbox.push(Command::Run);
        }
        if unapplied {
            self.discarded = Some(editing);
            let text = "The changes of the network were not applied. “Restore discarded changes” in the Edit menu opens them again.";
            self.notices.say(Place::Strip, Tone::Good, text);
        } else {
            self.closed = editing.has_run().then_some(editing);
        }
        Some(had_parameters)
    }

    /// Edit what was discarded last.
    pub(super) fn restore_edits(&mut self) {
        if let Some(mut editing) = self.discarded.take() {
            editing.wants_focus = true;
            self.begin_editing(*editing);
        }
    }

    /// Run the network that is being edited: what needs no new network acts at once.
    pub(super) fn apply_edits(&mut self) {
        let running = self.preset_asked();
        let Some(editing) = &mut self.state.editing else { return };
        if !editing.read_text() {
            return;
        }
        let Ok(mut preset) = editing.draft.preset() else {
            // the faults are listed
            return editing.select(Element::Network);
        };
        // what the shipped preset of this title describes is another network; a file of the user keeps its title
        let shipped = preset.path.is_some() && editing.file.is_none();
        let changed = shipped && editing.draft.undoes().is_some() && editing.is_saved() != Some(true);
        preset.title = derived_preset::modified(&preset.title, changed);
        match editing.draft.needs_new_network(&running) {
            Changes::Live { quantities, params } => editing::send(&running, &quantities, &params, &mut self.outbox),
            // title and description
            Changes::None => self.outbox.push(Command::Apply(Box::new(preset))),
            Changes::Network => {
                let command = Command::Apply(Box::new(preset.clone()));
                let resumes = std::mem::take(&mut editing.pauses);
                self.file.clone_from(&editing.file);
                self.notices.expect_applied();
                self.replace_run(&preset, command, "applying the network");
                if resumes {
                    self.outbox.push(Command::Run);
                }
            }
        }
    }

    /// Carry out what the editor asked for in this frame, and keep the draft and the network that runs together.
    pub(super) fn follow_editing(&mut self) {
        let wishes = self.state.editing.as_mut().map_or(Vec::new(), |editing| std::mem::take(&mut editing.wishes));
        for wish in wishes {
            match wish {
                Wish::Apply => self.apply_edits(),
                Wish::Discard => self.end_editing(),
                Wish::SaveAs => self.save_preset(true),
            }
        }
        self.compare_edits();
        self.uncover_edits();
    }

    /// Close the help that covers the editor once something is edited or selected: the palette and the keys do that below it.
    fn uncover_edits(&mut self) {
        let Some(editing) = &mut self.state.editing else { return };
        if editing.changed_since_seen() && self.dock.is_enlarged("help") {
            self.state.help_asked = false;
            self.dock.toggle("help");
            self.dock.reveal(VIEW);
        }
    }

    /// Compare the draft with the network that runs.
    fn compare_edits(&mut self) {
        let Some(mut editing) = self.state.editing.take() else { return };
        let beside = Beside {
            generation: self.generation,
            quantities: self.snapshot.as_ref().and_then(|snapshot| snapshot.quantities.clone()),
            asked: self.outbox.asked().count(),
        };
        let changed = !beside.is(&self.edited_beside);
        self.edited_beside = beside;
        if editing.is_edited() {
            self.reset_last = None;
        }
        if editing.must_compare(changed) {
            let running = self.preset_asked();
            editing.compare(&running, &mut self.outbox);
        }
        self.state.editing = Some(editing);
    }

    /// The preset that runs, with the values that were asked for and that no snapshot contains yet.
    fn preset_asked(&self) -> Preset {
        let mut preset = self.preset_now();
        if let Some(described) = &mut preset.network {
            for (path, value) in self.outbox.asked() {
                // one that was refused is not in force
                Arc::make_mut(&mut described.network).set_value(path, value).ok();
            }
        }
        preset
    }

    /// Whether Undo or Redo is for the network that is being edited: its view was used last, and the run was not reset since.
    pub(super) fn edits_first(&self, history: History) -> bool {
        self.state.editing.is_some() && self.state.attended() == Some(VIEW) && self.reset_last != Some(history)
    }

    /// Whether single keys leave the run alone: a network is edited, and no view of the run has the focus.
    pub(super) fn keys_are_quiet(&self) -> bool {
        self.state.editing.is_some() && self.state.focused.is_none_or(|view| view == VIEW)
    }

    /// Whether closing the window would lose edits of the network.
    pub(super) fn has_unapplied_edits(&self) -> bool {
        self.state.editing.as_ref().is_some_and(|editing| editing.is_unapplied())
    }
}
