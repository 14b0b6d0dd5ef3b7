//! One frame of the window: bars above and below, parameters on the left, tiles in the middle.

use crate::gui::action::{self, Action, Facts};
use crate::gui::app::App;
use crate::gui::panel::Context;
use crate::gui::state::UiState;
use crate::gui::state::editing::Editing;
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::gui::window::{drop, hints, history_bar, status_bar, top_bar};
use crate::gui::window::{parameters::parameters, preset_picker::PanelParts};
use crate::session::{Aspect, Command, RunState, Snapshot};
use crate::work::Work;
use egui::{CentralPanel, CornerRadius, Frame, Key, Margin, Panel, RichText, Stroke, Ui};
use std::sync::Arc;

impl App {
    /// Lay out a frame; what is asked for ends in `actions`.
    pub(crate) fn frame(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let ctx = ui.ctx().clone();
        let palette = Self::palette(&ctx);
        let Some(snapshot) = self.snapshot.clone() else {
            self.waiting(ui, palette, actions);
            return;
        };
        let bar = Frame::new().fill(palette.panel).inner_margin(Margin::symmetric(12, 0));
        let commands = action::commands(&self.facts(&snapshot));
        let mut cx = Context { snapshot: &snapshot, ui_state: &mut self.state, outbox: &mut self.outbox, palette, whole: false };
        Panel::top("top bar").exact_size(42.0).frame(bar).resizable(false).show(ui, |ui| {
            let mut top = top_bar::Top { commands: &commands, speed: self.speed, actions };
            top_bar::top_bar(ui, &mut cx, &mut top);
        });
        Panel::bottom("status bar").exact_size(28.0).frame(bar).resizable(false).show(ui, |ui| {
            status_bar::status_bar(ui, &mut cx, (&self.meter, &self.film), &mut self.notices, actions);
        });
        let mut below = 28.0;
        if snapshot.shows(Aspect::Answers) || snapshot.free.is_some() {
            below += 28.0;
            let bar = bar.fill(history_bar::ground(&snapshot, palette));
            Panel::bottom("history bar").exact_size(28.0).frame(bar).resizable(false).show(ui, |ui| {
                history_bar::history_bar(ui, &mut cx);
            });
        }
        let (strip, undo) = self.notices.show_strip(ui, palette, !cx.ui_state.show_parameters);
        if undo {
            actions.push(if self.undo.builds() { Action::UndoRun } else { Action::BringBack });
        }
        below += strip;
        if cx.ui_state.show_parameters {
            let width = if ui.available_width() < 1200.0 { 256.0 } else { 264.0 };
            let frame = Frame::new().fill(palette.panel).inner_margin(Margin { left: 12, right: 10, top: 10, bottom: 8 });
            Panel::left("parameters").default_size(width).size_range(216.0..=380.0).frame(frame).show(ui, |ui| {
                let mut panel_parts = PanelParts { library: &self.library, notices: &mut self.notices, actions };
                parameters(ui, &mut cx, &mut panel_parts);
            });
        }
        CentralPanel::no_frame().frame(Frame::new().fill(palette.ground).inner_margin(Margin::same(8))).show(ui, |ui| {
            self.recovery.banner(ui, &mut cx);
            self.unapplied.banner(ui, &cx);
            if let Some(reason) = &self.notices.crashed {
                banner(
                    ui,
                    palette,
                    &format!("The simulation crashed: {reason}. The parameters are kept."),
                    ("Restart", Action::Restart),
                    actions,
                );
            } else if let RunState::Halted(reason) = &snapshot.state {
                banner(ui, palette, &format!("Stopped: {reason}"), ("Reset", Action::ResetSameSeed), actions);
            } else {
                let dock = &self.dock;
                let views = hints::Views {
                    exists: &|id| dock.titles(snapshot.aspects).any(|(other, _)| other == id),
                    in_sight: &|id| dock.area(id).is_some(),
                };
                hints::hint_strip(ui, &mut cx, &views, actions);
            }
            follow_attention(ui.ctx(), cx.ui_state);
            self.dock.ui(ui, &mut cx, strip, actions);
            if let Some(id) = cx.ui_state.wants_panel.take() {
                // the tiles beside the editor are too small to read in
                if id == "help" && cx.ui_state.editing.is_some() {
                    self.dock.enlarge(id);
                } else {
                    self.dock.reveal(id);
                }
                ui.ctx().request_repaint();
            }
        });
        self.gallery.show(&ctx, &self.library, palette, actions);
        self.finder.show(&ctx, &mut cx, &commands, &self.library, actions);
        self.film.show(&ctx, &snapshot, &mut self.dock, palette);
        let works: Vec<Arc<Work>> = self.works().cloned().collect();
        if self.jobs.is_reading() {
            ctx.request_repaint_after_secs(0.1);
        }
        self.progress.show(&ctx, palette, &works.iter().collect::<Vec<_>>(), below);
        self.help.show(&ctx, &self.preset, palette);
        self.prompt.show(&ctx, &self.jobs, palette);
        drop::dropped(&ctx, palette, actions);
        if ctx.input(|input| input.key_pressed(Key::Escape)) && !ctx.any_popup_open() && !self.close_window() {
            let was_enlarged = self.dock.shrink();
            if !was_enlarged || self.state.help_asked {
                self.close_help();
            }
        }
        self.keep_speed(&snapshot);
    }

    /// Before the first snapshot: progress, or the error with its remedies.
    fn waiting(&mut self, ui: &mut Ui, palette: &Palette, actions: &mut Vec<Action>) {
        let ground = Frame::new().fill(palette.ground).inner_margin(Margin::same(24));
        // there is no run to bring back yet
        let (strip, _) = self.notices.show_strip(ui, palette, false);
        CentralPanel::no_frame().frame(ground).show(ui, |ui| {
            let Some(reason) = &self.notices.crashed else {
                ui.centered_and_justified(|ui| ui.label(RichText::new("Building the network …").color(palette.dim)));
                return;
            };
            banner(ui, palette, &format!("The simulation did not start: {reason}"), ("Restart", Action::Restart), actions);
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                for (words, action) in [("Open data folder…", Action::OpenData), ("Open preset…", Action::OpenPreset)] {
                    if theme::button(ui, Sign::None, words, Weight::Usual, 0.0).clicked() {
                        actions.push(action);
                    }
                }
            });
            ui.add_space(8.0);
            self.notices.show_preset(ui, palette);
        });
        let ctx = ui.ctx();
        let works: Vec<&Arc<Work>> = self.jobs.work().into_iter().collect();
        if self.jobs.is_reading() {
            ctx.request_repaint_after_secs(0.1);
        }
        self.progress.show(ctx, palette, &works, strip);
        self.prompt.show(ctx, &self.jobs, palette);
        drop::dropped(ctx, palette, actions);
    }

    /// Close the windows over the tiles. Returns whether there was one.
    fn close_window(&mut self) -> bool {
        let open = self.help.about || self.help.keys || self.gallery.open || self.film.is_open() || self.prompt.is_open();
        self.help = crate::gui::window::help::Help::default();
        self.gallery.open = false;
        self.film.close();
        self.prompt.close();
        open
    }

    /// Close the help view if it was asked for, or is attended to.
    fn close_help(&mut self) {
        let asked = std::mem::take(&mut self.state.help_asked) || self.state.attended() == Some("help");
        if asked && self.dock.area("help").is_some() {
            self.dock.toggle("help");
            self.state.editing.iter_mut().for_each(|editing| editing.wants_focus = true);
        }
    }

    /// All work in progress: that of the simulation, then that of the window.
    pub(super) fn works(&self) -> impl Iterator<Item = &Arc<Work>> {
        self.snapshot.iter().flat_map(|snapshot| snapshot.work.iter()).chain(self.jobs.work()).filter(|work| !work.is_finished())
    }

    /// The facts that commands depend on.
    fn facts(&self, snapshot: &Snapshot) -> Facts<'_> {
        let editing = self.state.editing.as_deref();
        let tiles = self.dock.titles(snapshot.aspects).map(|(id, title)| (id, title, self.dock.is_open(id))).collect();
        Facts {
            aspects: snapshot.aspects,
            seed: snapshot.seed,
            tiles,
            layout: self.dock.layout(),
            enlarged: self.dock.enlarged(),
            theme: self.state.theme,
            parameters: self.state.show_parameters,
            recent: &self.state.recent_presets,
            works: self.works().filter(|work| work.can_stop()).map(|work| work.name().to_owned()).collect(),
            filming: self.film.is_taking(),
            figure: self.state.figure,
            aside: snapshot.put_aside.as_ref().map(crate::session::PutAside::words),
            kept: Self::other_runs(snapshot),
            test_images: snapshot.test_images,
            in_the_past: snapshot.looking_back.is_some(),
            undo: self.undo.words(),
            editing: self.state.editing.is_some(),
            as_text: editing.is_some_and(|editing| editing.sheet.is_some()),
            // they are listed in the palette only
            acts: editing.filter(|_| self.finder.is_open()).map_or(Vec::new(), Editing::acts),
            unapplicable: self.state.editing.as_ref().and_then(|editing| editing.why_not()),
            discarded: self.discarded.is_some(),
        }
    }

    /// Other runs that are kept and can be restored, as menu entries.
    fn other_runs(snapshot: &Snapshot) -> Vec<(u64, String)> {
        let words = |run: &crate::session::FinishedRun| format!("Restore the run of {}, seed {} ({})", run.length(), run.seed, run.title);
        let aside = snapshot.put_aside.as_ref().map(|aside| aside.id);
        snapshot.runs.iter().rev().filter(|run| run.kept && Some(run.id) != aside).map(|run| (run.id, words(run))).collect()
    }

    /// The speed control shows the last requested speed.
    fn keep_speed(&mut self, snapshot: &Snapshot) {
        let asked = self.outbox.waiting().filter_map(|command| match command {
            Command::SetSpeed(speed) => Some(*speed),
            _ => None,
        });
        if let Some(speed) = asked.last() {
            self.speed = speed;
            if snapshot.shows(Aspect::Answers) {
                self.state.speed = Some(speed);
            }
        }
    }
}

/// Before the tiles report pointer and focus: which of the two was used last. Focus that moves while the pointer does not is
/// moved by a key or a screen reader.
fn follow_attention(ctx: &egui::Context, state: &mut UiState) {
    (state.pointed, state.focused) = (None, None);
    let place = egui::Id::unique("focus before");
    let focus = ctx.memory(egui::Memory::focused);
    let before = ctx.data_mut(|data| std::mem::replace(data.get_temp_mut_or_default(place), focus));
    let pointer = ctx.input(|input| input.pointer.delta() != egui::Vec2::ZERO || input.pointer.any_down() || input.pointer.any_released());
    if pointer {
        state.by_keyboard = false;
    } else if focus != before {
        state.by_keyboard = true;
    }
}

/// A banner above the tiles: the problem and a button with the remedy.
fn banner(ui: &mut Ui, palette: &Palette, text: &str, remedy: (&str, Action), actions: &mut Vec<Action>) {
    Frame::new()
        .fill(palette.tint(palette.bad))
        .stroke(Stroke::new(1.0, palette.bad))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(10, 6))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                let room = ui.available_width() - 110.0;
                ui.scope(|ui| {
                    ui.set_width(room);
                    ui.add(egui::Label::new(text).wrap().selectable(true));
                });
                if theme::button(ui, Sign::None, remedy.0, Weight::Main, 92.0).clicked() {
                    actions.push(remedy.1);
                }
            });
        });
}
