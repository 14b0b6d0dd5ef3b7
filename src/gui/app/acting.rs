//! Carrying out every action of `gui::action`, undo and redo, exports.

use super::App;
use super::editing::History;
use crate::files::NewDir;
use crate::gui::action::Action;
use crate::gui::app::closing::{Closing, Decision};
use crate::gui::export::{self, Export, Format, Next, figure};
use crate::gui::paint::numbers;
use crate::gui::state::compare;
use crate::gui::state::editing::acts::Act;
use crate::gui::theme;
use crate::gui::window::notices::{Place, Tone};
use crate::gui::window::parameters;
use crate::params::{Change, REGISTRY};
use crate::session::words::time;
use crate::session::{Aspect, Command, OpenedData, PutAsideBy, RunState, Snapshot};
use egui::ViewportCommand;
use std::sync::Arc;

impl App {
    /// Carry out the actions of this frame.
    pub(crate) fn act(&mut self, ctx: &egui::Context, actions: Vec<Action>) {
        for action in actions {
            self.act_one(ctx, action);
        }
    }

    fn act_one(&mut self, ctx: &egui::Context, action: Action) {
        match action {
            Action::RunPause => self.outbox.push(if self.running() { Command::Pause } else { Command::Run }),
            Action::StepMs => self.outbox.push(Command::StepMs),
            Action::StepImage => self.outbox.push(Command::StepTrial),
            Action::ResetSameSeed => self.reset(self.seed),
            Action::ResetNewSeed => self.reset(self.seed.wrapping_add(1)),
            Action::Reward(reward) => self.outbox.push(Command::Reward(reward)),
            Action::Evaluate(images) => self.outbox.push(Command::Evaluate(images)),
            Action::OpenPreset => self.jobs.ask_open(),
            Action::LoadPreset(path) => self.jobs.open(path),
            Action::OpenData => self.jobs.ask_data(),
            Action::InvertData => self.invert_data(),
            Action::OpenDropped(path) => self.jobs.open_dropped(path),
            Action::EditNetwork => self.edit_network(),
            Action::NewNetwork => {
                self.gallery.open = true;
                self.jobs.list_own(self.state.own_presets.clone());
            }
            Action::NewBlank => self.edit_blank(),
            Action::EditPreset(path) => self.open_to_edit(path),
            Action::ApplyEdits => self.apply_edits(),
            Action::DiscardEdits => self.end_editing(),
            Action::RestoreEdits => self.restore_edits(),
            Action::Edit(act) => self.state.editing.iter_mut().for_each(|editing| editing.act(act.clone())),
            Action::EditText => self.state.editing.iter_mut().for_each(|editing| editing.act(Act::ShowText(editing.sheet.is_none()))),
            Action::SavePreset => self.save_preset(false),
            Action::SavePresetAs => self.save_preset(true),
            Action::SaveRun => self.outbox.push(Command::SaveRun(NewDir::Free(self.run_folder()))),
            Action::BringBack => {
                // what the last undo left is brought back by redo
                let aside = self.snapshot.as_ref().and_then(|snapshot| snapshot.put_aside.as_ref());
                let redoes = aside.is_some_and(|aside| aside.by == PutAsideBy::Undo);
                self.undo.note_brought_back(!redoes);
                self.outbox.push(if redoes { Command::RedoRun } else { Command::UndoRun });
            }
            Action::Fork => self.outbox.push(Command::ForkHere),
            Action::BackToPresent => self.outbox.push(Command::BackToPresent),
            Action::GoBackTo(run) => {
                self.undo.note_brought_back(false);
                self.outbox.push(Command::GoBackTo(run));
            }
            Action::AddRun => self.jobs.ask_run(),
            Action::OpenRun => self.jobs.ask_open_run(),
            Action::BackToPreset => self.back_to_preset(),
            Action::Undo if self.edits_first(History::Back) => self.state.editing.iter_mut().for_each(|editing| editing.undo()),
            Action::Redo if self.edits_first(History::Forth) => self.state.editing.iter_mut().for_each(|editing| editing.redo()),
            Action::Undo | Action::UndoRun => {
                self.reset_last = self.reset_last.map(|_| History::Forth);
                let back = self.undo.undo();
                self.tell_silently(back);
            }
            Action::Redo => {
                self.reset_last = self.reset_last.map(|_| History::Back);
                let again = self.undo.redo();
                self.tell_silently(again);
            }
            Action::Palette => self.finder.open(),
            Action::Search => self.search(ctx, String::new()),
            Action::ToggleParameters => self.state.show_parameters = !self.state.show_parameters,
            Action::Layout(kind) => self.dock.set_layout(kind),
            Action::ResetLayout => self.dock.reset(),
            Action::ShowPanel(id) => {
                // the pointer leaves Space and Enter to the run; only a drawing needs the keys at once
                self.state.wants_focus = (self.state.by_keyboard || id == "draw").then_some(id);
                self.dock.reveal(id);
                ctx.request_repaint();
            }
            Action::TogglePanel(id) => self.dock.toggle(id),
            Action::EnlargePanel(id) => self.enlarge(id),
            Action::Enlarge => self.enlarge_attended(),
            Action::Export(id, format) => self.export(id, format),
            Action::FigureDpi(dpi) => self.state.figure.dpi = dpi,
            Action::FigureColours(window) => self.state.figure.window_colours = window,
            Action::Film => self.film.toggle(),
            Action::Theme(choice) => {
                self.state.theme = choice;
                theme::apply(ctx, choice);
            }
            Action::About => self.help.about = !self.help.about,
            Action::Shortcuts => self.help.keys = !self.help.keys,
            Action::Restart => self.restart(ctx),
            Action::NextHint => self.state.hints_seen = self.state.hints_seen.saturating_add(1),
            Action::CloseHints => self.state.hints_seen = u8::MAX,
            Action::ShowHints => self.state.hints_seen = 0,
            Action::Help => {
                self.state.ask_for_help(self.state.attended());
                ctx.request_repaint();
            }
            Action::StopWork(name) => self.works().filter(|work| work.name() == name).for_each(|work| work.cancel()),
            Action::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
    }

    /// Give a view the room of all tiles; by keyboard it takes the focus as well.
    fn enlarge(&mut self, id: &'static str) {
        self.state.wants_focus = self.state.by_keyboard.then_some(id);
        self.dock.enlarge(id);
    }

    /// Give the view that is attended to, or was used last, the room of all tiles, or show all tiles again.
    fn enlarge_attended(&mut self) {
        if self.dock.shrink() {
            return;
        }
        if let Some(id) = self.state.attended().or(self.state.used) {
            return self.enlarge(id);
        }
        let words = "No view has the focus. Choose one in the palette, as “Enlarge Raster”, or point at it.";
        self.notices.say(Place::Strip, Tone::Good, words);
    }

    /// Send commands of undo and redo, which add no new step.
    fn tell_silently(&mut self, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::SetSpeed(speed) => self.set_speed(speed),
                other => self.outbox.push(other),
            }
        }
        self.outbox.take_changes();
        self.outbox.take_quantities();
        self.outbox.take_new_runs();
    }

    /// Record the changes of this frame for undo. `held`: whether a control is still being dragged.
    pub(super) fn note_changes(&mut self, held: bool) {
        let changes = self.outbox.take_changes();
        let quantities = self.outbox.take_quantities();
        for (command, words) in self.outbox.take_new_runs() {
            self.undo.note_new_run(command, words);
        }
        // while looking back the session refuses changes and says so
        if self.snapshot.as_ref().is_none_or(|snapshot| snapshot.looking_back.is_none()) {
            if quantities.is_empty() {
                self.undo.note(changes, held);
            } else {
                self.undo.note_quantities(quantities, held);
            }
        }
    }

    /// Put the cursor into the search box; text that was already typed replaces the old search.
    pub(super) fn search(&mut self, ctx: &egui::Context, typed: String) {
        (self.state.show_parameters, self.search_awaits) = (true, true);
        parameters::search_for(ctx, &self.state.search, &typed);
        if !typed.is_empty() {
            self.state.search = typed;
        }
    }

    /// A network that was rebuilt is named, with the way back.
    pub(super) fn tell_of_rebuild(&mut self, snapshot: &Snapshot) {
        let previous = self.snapshot.as_ref().filter(|before| before.generation != snapshot.generation);
        let aside = snapshot.put_aside.as_ref();
        self.notices.keep_undo(aside.map(|aside| aside.id));
        if let (Some(before), Some(aside)) = (previous, aside)
            && before.put_aside.as_ref().map(|known| known.id) != Some(aside.id)
            && let Some(text) = compare::rebuilt(before, snapshot, aside)
        {
            self.notices.offer_undo(text, aside.id);
        }
    }

    /// Send a command that replaces the run by another.
    pub(super) fn start_new_run(&mut self, command: Command, words: &'static str) {
        self.note_changes(false);
        self.undo.note_new_run(command.clone(), words);
        self.outbox.push(command);
    }

    /// Learn from other images.
    pub(super) fn use_data(&mut self, opened: OpenedData) {
        self.notices.forget_preset();
        self.state.neuron_pinned = false;
        self.state.selected_neuron = 0;
        let running = self.running();
        self.opened = Some(opened.clone());
        self.inverted = false;
        let learns = self.snapshot.as_ref().is_none_or(|snapshot| snapshot.shows(Aspect::Answers));
        if learns {
            self.start_new_run(Command::UseData(opened), "opening the data");
        } else {
            // it is used by the presets opened from now on
            self.outbox.push(Command::UseData(opened));
        }
        if running {
            self.outbox.push(Command::Run);
        }
    }

    fn invert_data(&mut self) {
        let running = self.running();
        self.inverted = !self.inverted;
        self.start_new_run(Command::InvertData, "inverting the images");
        if running {
            self.outbox.push(Command::Run);
        }
    }

    fn reset(&mut self, seed: u64) {
        let running = self.running();
        self.reset_last = Some(History::Back);
        self.start_new_run(Command::Reset { seed }, "reset");
        if running {
            self.outbox.push(Command::Run);
        }
    }

    fn back_to_preset(&mut self) {
        let Some(snapshot) = &self.snapshot else {
            return;
        };
        if let Some(view) = &snapshot.quantities {
            let changed = || view.entries.iter().filter(|entry| view.is_changed(entry));
            if changed().any(|entry| entry.field.change == Change::Rebuild) {
                // one new network for all of them
                let mut preset = self.preset.clone();
                preset.network.iter_mut().for_each(|described| described.network = Arc::new(described.file.network.clone()));
                return self.load(preset);
            }
            for (entry, original) in view.entries.iter().zip(view.original.iter()) {
                if entry.path == original.path && self.outbox.wanted_path(&entry.path).unwrap_or(&entry.value) != &original.value {
                    self.outbox.set_path(entry, original.value.clone());
                }
            }
        }
        for spec in REGISTRY.iter().filter(|spec| spec.belongs_to(snapshot.setup)) {
            let value = snapshot.preset_params.get(spec.id);
            if self.outbox.wanted(spec.id).unwrap_or_else(|| snapshot.params.get(spec.id)) != value {
                self.outbox.push(Command::Set(spec.id, value));
            }
        }
    }

    /// Write a view to a file: its table at once, its figure once it is laid out.
    fn export(&mut self, id: &'static str, format: Format) {
        let (Some(table), Some(snapshot)) = (self.dock.table(id, &self.state), &self.snapshot) else { return };
        if format == Format::Csv {
            let make = export::table(table, Arc::clone(snapshot));
            self.jobs.ask_export(self.export_name(id, "csv"), "csv", make, None);
        } else {
            let in_sight = self.dock.area(id).is_some();
            if !in_sight {
                // the data of what lies behind another tab are not there
                self.dock.reveal(id);
            }
            self.export = Some(Export::new(id, format, in_sight));
        }
    }

    fn export_name(&self, what: &str, ending: &str) -> String {
        // as the window counts them
        let image = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.trial.index + 1);
        format!("spikescope-{what}-{image}.{ending}")
    }

    /// Continue an export of a picture.
    pub(super) fn go_on_exporting(&mut self, ctx: &egui::Context) {
        let Some(snapshot) = self.snapshot.clone() else { return };
        if let Some((make, remark)) = self.film.frame(ctx, &snapshot, &self.dock) {
            self.jobs.ask_export(self.export_name("recording", "gif"), "gif", make, remark);
        }
        let Some(export) = &mut self.export else { return };
        let (id, format, area) = (export.id, export.format, self.dock.area(export.id));
        match (export.frame(area.is_some()), area, self.dock.panel_mut(id)) {
            (Next::Paint, Some(area), Some(panel)) => {
                let theme = theme::choice_of(ctx);
                let time = ctx.input(|input| input.time);
                let figure = figure::draw(panel, &snapshot, &self.state, area.size(), theme, time);
                theme::apply(ctx, self.state.theme);
                self.jobs.ask_export(self.export_name(id, format.ending()), format.ending(), export::picture(figure, format), None);
            }
            (Next::GiveUp, ..) => {
                let reason = "The view was closed before it was saved; open it and save it again.";
                self.notices.say(Place::Strip, Tone::Bad, reason);
            }
            _ => return ctx.request_repaint(),
        }
        self.export = None;
    }
}

impl App {
    /// Ask before a network that learns or runs freely is discarded.
    pub(super) fn ask_before_closing(&mut self, ctx: &egui::Context) {
        let running = self.snapshot.as_ref().filter(|s| s.state == RunState::Running && (s.shows(Aspect::Answers) || s.free.is_some()));
        let done = running.and_then(|s| match &s.free {
            Some(_) => (s.step.0 > 0).then(|| format!("It has simulated {}.", time(s.step.0 as f64 * s.dt_ms))),
            None => (s.trial.index > 0).then(|| format!("It has been shown {} images.", numbers::count(s.trial.index))),
        });
        let edits = self.has_unapplied_edits();
        let to_lose = (done.is_some() || edits) && self.screenshot.is_none() && self.notices.crashed.is_none();
        self.closing.intercept(ctx, to_lose);
        let faulty = self.closing == Closing::Asked && self.state.editing.as_ref().is_some_and(|editing| editing.has_faults());
        match self.closing.ask(ctx, &done.unwrap_or_default(), (edits, faulty), Self::palette(ctx)) {
            Some(Decision::Save) => {
                let folder = NewDir::Free(self.run_folder());
                self.closing = Closing::Saving(folder.clone());
                self.outbox.push(Command::SaveRun(folder));
            }
            Some(Decision::SavePreset) => {
                self.closing = Closing::No;
                self.save_preset(true);
            }
            Some(Decision::Discard) => self.closing.agree(ctx),
            Some(Decision::Stay) => self.closing = Closing::No,
            None => {}
        }
    }
}
