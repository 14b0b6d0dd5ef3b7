//! The app: state with the lifetime of the window. `logic` drains the session, also while hidden; `ui` lays out one frame.

mod acting;
pub(crate) mod closing;
pub mod display;
mod editing;
mod fit;
pub(crate) mod frame;
pub(crate) mod jobs;
pub(crate) mod launch;
mod outcomes;
pub(crate) mod path_prompt;
mod presets;
pub(crate) mod recovery;
pub(crate) mod screenshot;
pub(crate) mod source;
pub(crate) mod unapplied;

use super::action;
use super::editor::gallery::Gallery;
use super::export::Export;
use super::export::film::Film;
use super::panels::all_panels;
use super::state::UiState;
use super::theme::{self, Palette};
use crate::gui::app::closing::Closing;
use crate::gui::app::jobs::Jobs;
use crate::gui::app::path_prompt::PathPrompt;
use crate::gui::app::recovery::Recovery;
use crate::gui::app::screenshot::{AT_FIRST, Screenshot};
use crate::gui::app::source::{Launcher, Source};
use crate::gui::app::unapplied::Unapplied;
use crate::gui::state::derived_preset;
use crate::gui::state::editing::Editing;
use crate::gui::state::follow::Follow;
use crate::gui::state::library::Entry;
use crate::gui::state::outbox::Outbox;
use crate::gui::state::undo::Undo;
use crate::gui::tiles::dock::{Dock, SavedDock};
use crate::gui::window::dialogs::Dialogs;
use crate::gui::window::finder::Finder;
use crate::gui::window::focus::Focus;
use crate::gui::window::help::Help;
use crate::gui::window::notices::{Notices, Place, Tone};
use crate::gui::window::progress::Progress;
use crate::gui::window::status_bar::FrameMeter;
use crate::preset::Preset;
use crate::session::{Command, Notice, OpenedData, RunState, Snapshot, Speed, Watch};
use egui::ViewportCommand;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// What an app is made from.
pub struct Parts {
    /// The preset to start with.
    pub preset: Preset,
    /// The preset files that come with the program.
    pub shipped: Vec<PathBuf>,
    /// Why it is not the one that was expected.
    pub complaint: Option<String>,
    /// Master seed.
    pub seed: u64,
    /// The window as last left.
    pub state: UiState,
    /// The tiles as last left.
    pub dock: Option<SavedDock>,
    /// Starts the simulation.
    pub launcher: Launcher,
    /// Asks for paths.
    pub dialogs: Box<dyn Dialogs>,
    /// Take a picture and close.
    pub screenshot: Option<Screenshot>,
    /// When the program began, to tell how long it took until there was something to see.
    pub begun: Option<Instant>,
}

/// The window's whole memory.
pub struct App {
    pub(crate) source: Box<dyn Source>,
    launcher: Launcher,
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    pub(crate) outbox: Outbox,
    pub(crate) state: UiState,
    pub(crate) dock: Dock,
    pub(crate) notices: Notices,
    pub(crate) jobs: Jobs,
    pub(crate) library: Vec<Entry>,
    pub(crate) help: Help,
    pub(crate) finder: Finder,
    pub(crate) undo: Undo,
    pub(crate) film: Film,
    pub(crate) progress: Progress,
    pub(crate) export: Option<Export>,
    pub(crate) meter: FrameMeter,
    pub(crate) speed: Speed,
    pub(crate) preset: Preset,
    seed: u64,
    screenshot: Option<Screenshot>,
    begun: Option<Instant>,
    watched: Option<Watch>,
    /// The data that were opened last.
    opened: Option<OpenedData>,
    /// Whether they, or the images the window began with, were inverted since.
    inverted: bool,
    follow: Follow,
    closing: Closing,
    title: String,
    /// Generation of the last snapshot.
    generation: u64,
    /// A preset that is being read, to edit its network.
    edits_opened: Option<PathBuf>,
    edited_beside: editing::Beside,
    /// Where the reset of the run is, if the network was not edited since.
    reset_last: Option<editing::History>,
    /// The network that was edited last, if it was applied: its history goes on when it is edited again.
    closed: Option<Box<Editing>>,
    /// The file of the preset that runs, once it was opened from one or saved.
    pub(crate) file: Option<PathBuf>,
    /// What was edited, if it was discarded before it was applied.
    discarded: Option<Box<Editing>>,
    pub(crate) gallery: Gallery,
    pub(crate) recovery: Recovery,
    pub(crate) unapplied: Unapplied,
    pub(crate) prompt: PathPrompt,
    focus: Focus,
    /// Whether the search was asked for in the last frame: it has the cursor from this one on.
    pub(crate) search_awaits: bool,
}

impl App {
    /// Where the window's state is kept between starts.
    pub const STATE_KEY: &'static str = "spikescope";
    /// Where the tiles are kept between starts.
    pub const DOCK_KEY: &'static str = "spikescope tiles";

    /// Start the simulation and let it run.
    pub fn new(ctx: &egui::Context, parts: Parts) -> Self {
        let Parts { preset, shipped, complaint, seed, mut state, dock, mut launcher, dialogs, screenshot, begun } = parts;
        theme::apply(ctx, state.theme);
        let mut notices = Notices::default();
        if let Some(complaint) = complaint {
            notices.say(Place::Preset, Tone::Bad, complaint);
        } else if let (Some(path), None) = (&preset.path, &screenshot) {
            state.remember_preset(path.clone());
        }
        let speed = presets::first_speed(&preset, &state);
        let at_first = if screenshot.is_some() { AT_FIRST } else { speed };
        let file = presets::own_file(&preset);
        let source = launcher(preset.clone(), seed, at_first, ctx.clone());
        let jobs = Jobs::new(dialogs, ctx.clone());
        jobs.list_presets(shipped);
        Self {
            source,
            launcher,
            snapshot: None,
            outbox: Outbox::default(),
            dock: Dock::new(all_panels(), dock),
            state,
            notices,
            jobs,
            library: Vec::new(),
            help: Help::default(),
            finder: Finder::default(),
            undo: Undo::default(),
            film: Film::default(),
            progress: Progress::default(),
            export: None,
            meter: FrameMeter::default(),
            speed,
            preset,
            seed,
            screenshot,
            begun,
            watched: None,
            opened: None,
            inverted: false,
            follow: Follow::default(),
            closing: Closing::default(),
            title: String::new(),
            generation: 0,
            edits_opened: None,
            edited_beside: editing::Beside::default(),
            reset_last: None,
            closed: None,
            file,
            discarded: None,
            gallery: Gallery::default(),
            recovery: Recovery::default(),
            unapplied: Unapplied::default(),
            prompt: PathPrompt::default(),
            focus: Focus::default(),
            search_awaits: false,
        }
    }

    /// Autosave the run in `folder`, and offer to resume a run that another window left there.
    #[must_use]
    pub fn with_autosave(mut self, folder: PathBuf, ctx: &egui::Context) -> Self {
        self.unapplied = Unapplied::new(folder.clone(), ctx.clone());
        self.recovery = Recovery::new(folder, ctx.clone());
        self.recovery.command().into_iter().for_each(|command| self.outbox.push(command));
        self
    }

    /// Receive snapshots, notices and results of workers. Runs before every frame, and while the window is hidden.
    pub fn drain(&mut self, ctx: &egui::Context) {
        if let Some(snapshot) = self.source.take_snapshot() {
            self.outbox.settle(&snapshot.params);
            self.outbox.settle_paths(snapshot.quantities.as_deref());
            self.seed = snapshot.seed;
            self.follow.see(&snapshot, &mut self.state);
            if snapshot.looking_back.is_none() && self.snapshot.as_ref().is_some_and(|before| before.looking_back.is_some()) {
                self.notices.forget_past();
            }
            self.tell_of_rebuild(&snapshot);
            self.undo.see_lost(snapshot.lost_runs);
            if snapshot.generation != self.generation {
                // a restored run has its own preset
                self.generation = snapshot.generation;
                if snapshot.preset.setup != self.preset.setup {
                    self.closed = None;
                }
                self.preset = (*snapshot.preset).clone();
            }
            if let Some(free) = &snapshot.free {
                self.state.colours.see(free.populations.iter().filter(|own| own.has_potential).map(|own| own.name.as_str()));
            }
            self.snapshot = Some(snapshot);
            // a snapshot means that the simulation runs; the notice of a crash comes after the last snapshot
            self.notices.crashed = None;
        }
        for notice in self.source.take_notices() {
            self.closing.hear(&notice, ctx);
            if let Notice::NotStarted(_) = notice {
                self.undo.forget_new_run();
            }
            if matches!(notice, Notice::Refused(_) | Notice::RefusedInThePast(_)) {
                let in_force = self.snapshot.as_ref().map(|snapshot| &snapshot.params);
                let refused = self.outbox.refused();
                let paths = self.outbox.refused_paths();
                self.undo.forget_quantities(&paths);
                let is_of_a_value = !refused.is_empty() || !paths.is_empty();
                self.undo.forget(refused.into_iter().filter(|&(id, value)| in_force.is_none_or(|params| params.get(id) != value)));
                if let (Notice::Refused(text), true) = (&notice, is_of_a_value) {
                    self.notices.refuse_value(text);
                    continue;
                }
            }
            // a picture shows the network, not why it was taken now
            if self.screenshot.is_none() || !matches!(notice, Notice::Paused(_)) {
                self.notices.hear(notice);
            }
        }
        if !self.source.is_alive() && self.notices.crashed.is_none() {
            self.notices.crashed = Some("the simulation thread ended unexpectedly".to_owned());
        }
        for outcome in self.jobs.poll() {
            self.receive(outcome);
        }
        self.recovery.poll();
        self.unapplied.poll();
        let Self { screenshot, snapshot, outbox, notices, speed, .. } = self;
        if let Some(screenshot) = screenshot {
            screenshot.drive(ctx, snapshot.as_deref(), notices.crashed.as_deref(), *speed, outbox);
        }
        self.flush();
        self.name_window(ctx);
    }

    /// Hand waiting commands to the session.
    pub(crate) fn flush(&mut self) {
        let Self { outbox, source, .. } = self;
        outbox.flush(&mut |command| source.send(command));
    }

    fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
        self.outbox.push(Command::SetSpeed(speed));
    }

    fn running(&self) -> bool {
        self.snapshot.as_ref().is_some_and(|snapshot| snapshot.state == RunState::Running)
    }

    /// Tell the simulation which data the views need, when that changes.
    pub(crate) fn watch(&mut self) {
        let watch = self.dock.watch(self.follow.watched(self.state.selected_neuron), &self.state);
        if self.watched.as_ref() != Some(&watch) {
            self.outbox.push(Command::Watch(watch.clone()));
            self.watched = Some(watch);
        }
    }

    fn name_window(&mut self, ctx: &egui::Context) {
        let Some(snapshot) = &self.snapshot else {
            return;
        };
        let quantities = snapshot.quantities.as_ref().is_some_and(|view| view.any_changed());
        let mut title = derived_preset::modified(&snapshot.title, quantities || snapshot.params != snapshot.preset_params);
        if self.has_unapplied_edits() {
            title.push_str(" · changes not applied");
        }
        if title != self.title {
            self.title = title;
            ctx.send_viewport_cmd(ViewportCommand::Title(format!("{} · Spikescope", self.title)));
        }
    }

    /// The palette of the theme in force.
    pub(crate) fn palette(ctx: &egui::Context) -> &'static Palette {
        Palette::of(ctx.theme())
    }

    /// Whether something over the tiles waits for an answer: keys are meant for it, not for the run behind it.
    fn asks_something(&self) -> bool {
        let help = self.help.about || self.help.keys;
        self.prompt.is_open() || self.gallery.open || self.film.is_open() || self.closing == Closing::Asked || help
    }

    /// Log the time from the start to the first spike.
    fn tell_first_spike(&mut self) {
        if self.snapshot.as_ref().is_some_and(|snapshot| !snapshot.spikes.is_empty())
            && let Some(begun) = self.begun.take()
        {
            tracing::info!(ms = begun.elapsed().as_millis() as u64, "the first spikes are laid out");
        }
    }

    /// After a crash: a new session with the parameters that were in force.
    fn restart(&mut self, ctx: &egui::Context) {
        self.source.stop();
        self.outbox.clear();
        self.notices.crashed = None;
        let preset = self.preset_now();
        let shown = self.snapshot.as_ref().map_or("", |snapshot| snapshot.data_name.as_str());
        let opened = self.opened.clone().filter(|opened| shown.is_empty() || shown == opened.data.name);
        self.snapshot = None;
        self.watched = None;
        self.generation = 0;
        self.closed = None;
        // the session that kept the earlier runs is gone
        self.undo = Undo::default();
        // opened images stay in use; a kept run has its own
        opened.into_iter().for_each(|opened| self.outbox.push(Command::UseData(opened)));
        if self.inverted {
            self.outbox.push(Command::InvertData);
        }
        self.recovery.command().into_iter().for_each(|command| self.outbox.push(command));
        self.source = (self.launcher)(preset, self.seed, self.speed, ctx.clone());
    }

    /// End the simulation. The window is about to close.
    pub fn stop(&mut self) {
        self.source.stop();
        self.unapplied.end(self.closing == Closing::Agreed);
        if self.closing == Closing::Agreed {
            self.recovery.forget();
        } else {
            self.recovery.leave();
        }
    }

    /// Notices on the screen, for tests.
    pub fn messages(&self) -> Vec<String> {
        self.notices.texts().map(str::to_owned).collect()
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.drain(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        let now = ui.input(|input| input.time);
        self.meter.tick(now, frame.info().cpu_usage);
        self.begin_focus(ui.ctx());
        let action::Pressed { mut actions, typed } =
            action::pressed(ui.ctx(), self.finder.is_open() || self.search_awaits || self.asks_something(), self.keys_are_quiet());
        self.search_awaits = false;
        self.state.by_keyboard |= actions.contains(&action::Action::EditNetwork);
        if let Some((field, typed)) = typed {
            // at once, so that no typed character is lost
            actions.retain(|action| *action != field);
            if field == action::Action::Palette {
                self.finder.open_with(ui.ctx(), typed);
            } else {
                self.search(ui.ctx(), typed);
            }
        }
        self.frame(ui, &mut actions);
        let ctx = ui.ctx().clone();
        if std::mem::take(&mut self.state.ablation.begins) {
            self.ablate();
        }
        actions.extend(self.state.compared.goes_back_to.take().map(action::Action::GoBackTo));
        if std::mem::take(&mut self.state.compared.wants_more) {
            actions.push(action::Action::AddRun);
        }
        self.tell_first_spike();
        self.act(&ctx, actions);
        self.follow_editing();
        self.keep_edits(&ctx);
        self.go_on_exporting(&ctx);
        let held = ctx.input(|input| input.pointer.any_down());
        if !held {
            self.outbox.release();
        }
        self.note_changes(held);
        self.ask_before_closing(&ctx);
        self.end_focus(&ctx);
        self.watch();
        self.flush();
        if !self.outbox.is_empty() {
            // A full queue: try again soon, without a busy loop.
            ctx.request_repaint_after(std::time::Duration::from_millis(16));
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        if self.screenshot.is_some() {
            return;
        }
        // the next start is not in the editor
        let parameters = self.state.show_parameters || self.state.editing.as_ref().is_some_and(|editing| editing.had_parameters);
        eframe::set_value(storage, Self::STATE_KEY, &UiState { show_parameters: parameters, ..self.state.clone() });
        eframe::set_value(storage, Self::DOCK_KEY, &self.dock.save());
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.stop();
    }

    fn raw_input_hook(&mut self, _ctx: &egui::Context, raw_input: &mut egui::RawInput) {
        // a picture must not depend on the position of the pointer
        if self.screenshot.is_some() {
            raw_input.events.retain(|event| !matches!(event, egui::Event::PointerMoved(_)));
        }
    }

    fn persist_egui_memory(&self) -> bool {
        self.screenshot.is_none()
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.extreme_bg_color.to_normalized_gamma_f32()
    }
}
