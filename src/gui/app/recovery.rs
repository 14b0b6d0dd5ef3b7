//! Autosaved runs of windows that ended, and that of this window. A banner offers to resume; it does not block. Files are
//! searched and removed on workers.

use crate::gui::paint::numbers::ago;
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::scale::grouped;
use crate::session::{Command, DamagedRun, Found, Rescue};
use crossbeam_channel::{Receiver, bounded};
use egui::{CornerRadius, Frame, Margin, Stroke, Ui};
use std::path::PathBuf;

/// Files of runs that can be resumed.
#[derive(Default)]
pub(crate) struct Recovery {
    /// The autosave file of this window, if it has one.
    own: Option<PathBuf>,
    search: Option<Receiver<Found>>,
    found: Option<Rescue>,
    /// A file that could not be read.
    damaged: Option<DamagedRun>,
}

impl Recovery {
    /// Autosave this window's runs in `folder`, and search it for the run of a window that ended unexpectedly.
    pub(crate) fn new(folder: PathBuf, ctx: egui::Context) -> Self {
        let own = Rescue::own_file(&folder);
        let (send, search) = bounded(1);
        worker(move || {
            // the window may have been closed
            send.send(Rescue::look(&folder)).ok();
            ctx.request_repaint();
        });
        Self { own: Some(own), search: Some(search), found: None, damaged: None }
    }

    /// The command for a new session.
    pub(crate) fn command(&self) -> Option<Command> {
        self.own.clone().map(Command::Autosave)
    }

    /// Receive the result of the search.
    pub(crate) fn poll(&mut self) {
        if let Some(answer) = self.search.as_ref().and_then(|search| search.try_recv().ok()) {
            (self.found, self.damaged, self.search) = (answer.run, answer.damaged, None);
        }
    }

    /// The window was closed and its run is not needed any more.
    pub(crate) fn forget(&self) {
        self.own.iter().for_each(|own| Rescue::remove(own));
    }

    /// The window was closed and its run can be resumed.
    pub(crate) fn leave(&self) {
        self.own.iter().for_each(|own| Rescue::mark_closed(own));
    }

    /// Another network is run: no run of before is offered any more. Its file stays until a later run replaces it.
    pub(crate) fn pass_over(&mut self) {
        (self.found, self.search) = (None, None);
    }

    /// The banner that offers to resume, if there is a run.
    pub(crate) fn banner(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.damage(ui, cx);
        let Some(rescue) = &self.found else { return };
        let palette = cx.palette;
        let mut decided = false;
        let frame = Frame::new().fill(palette.tint(palette.accent)).stroke(Stroke::new(1.0, palette.accent));
        frame.corner_radius(CornerRadius::same(6)).inner_margin(Margin::symmetric(10, 6)).show(ui, |ui| {
            let moment = rescue
                .model_ms
                .map_or_else(|| format!("image {}", grouped(rescue.images as i64)), |ms| format!("at {}", crate::session::words::time(ms)));
            ui.horizontal(|ui| {
                let room = ui.available_width() - 258.0;
                ui.scope(|ui| {
                    ui.set_width(room);
                    let whose = if rescue.closed { "Your last run" } else { "A window closed unexpectedly. Its run" };
                    let text = format!("{whose} ({}, seed {}) was autosaved {}.", rescue.title, rescue.seed, since(rescue.written));
                    ui.add(egui::Label::new(text).truncate()).on_hover_text(rescue.path.display().to_string());
                });
                if theme::button(ui, Sign::None, &format!("Resume {moment}"), Weight::Main, 160.0).clicked() {
                    // the session removes the file once the run is safe in its own
                    cx.outbox.push(Command::Resume(rescue.path.clone()));
                    decided = true;
                }
                if theme::button(ui, Sign::None, "Discard", Weight::Usual, 82.0).clicked() {
                    let path = rescue.path.clone();
                    worker(move || Rescue::remove(&path));
                    decided = true;
                }
            });
        });
        ui.add_space(6.0);
        if decided {
            self.found = None;
        }
    }
}

impl Recovery {
    /// The banner about an autosave that cannot be read.
    fn damage(&mut self, ui: &mut Ui, cx: &Context) {
        let Some(DamagedRun { path, written, reason }) = &self.damaged else { return };
        let palette = cx.palette;
        let frame = Frame::new().fill(palette.tint(palette.bad)).stroke(Stroke::new(1.0, palette.bad));
        let place = path.display().to_string();
        let reason = if reason.contains(&place) { reason.clone() } else { format!("{place}: {reason}") };
        let (discard, keep) = frame
            .corner_radius(CornerRadius::same(6))
            .inner_margin(Margin::symmetric(10, 6))
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    let room = ui.available_width() - 180.0;
                    ui.scope(|ui| {
                        ui.set_width(room);
                        ui.add(
                            egui::Label::new(format!("The run autosaved {} cannot be read: {reason}", since(*written)))
                                .wrap()
                                .selectable(true),
                        );
                    });
                    let button = |ui: &mut Ui, words| theme::button(ui, Sign::None, words, Weight::Usual, 82.0).clicked();
                    (button(ui, "Discard"), button(ui, "Keep file"))
                })
                .inner
            })
            .inner;
        ui.add_space(6.0);
        if discard {
            let path = path.clone();
            worker(move || Rescue::remove(&path));
        }
        if discard || keep {
            self.damaged = None;
        }
    }
}

/// How long ago a file was written. A clock that was set back since says "just now".
pub(super) fn since(written: std::time::SystemTime) -> String {
    ago(written.elapsed().unwrap_or_default())
}

pub(super) fn worker(work: impl FnOnce() + Send + 'static) {
    // without a thread nothing is offered or removed; the next start tries again
    std::thread::Builder::new().name("recovery".to_owned()).spawn(work).ok();
}
