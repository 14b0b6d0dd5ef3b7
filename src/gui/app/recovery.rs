//! What a program that died left behind, and what this one leaves if it dies. A banner offers to go on; nothing waits for the
//! answer. Files are looked for and removed on workers.

use crate::gui::paint::numbers::ago;
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::scale::grouped;
use crate::session::{Command, DamagedRun, Found, Rescue};
use crossbeam_channel::{Receiver, bounded};
use egui::{CornerRadius, Frame, Margin, Stroke, Ui};
use std::path::PathBuf;

/// Files of runs that may have to be gone on with.
#[derive(Default)]
pub(crate) struct Recovery {
    /// The file of this window; none if nothing is kept.
    own: Option<PathBuf>,
    search: Option<Receiver<Found>>,
    found: Option<Rescue>,
    /// A file that could not be read.
    damaged: Option<DamagedRun>,
}

impl Recovery {
    /// Keep this window's runs in `folder`, and look there for the run of a window that died.
    pub(crate) fn new(folder: PathBuf, ctx: egui::Context) -> Self {
        let own = Rescue::own_file(&folder);
        let (send, search) = bounded(1);
        worker(move || {
            // a window that is gone needs no answer
            send.send(Rescue::look(&folder)).ok();
            ctx.request_repaint();
        });
        Self { own: Some(own), search: Some(search), found: None, damaged: None }
    }

    /// What a new session is to be told.
    pub(crate) fn command(&self) -> Option<Command> {
        self.own.clone().map(Command::Autosave)
    }

    /// Hear what was found.
    pub(crate) fn poll(&mut self) {
        if let Some(answer) = self.search.as_ref().and_then(|search| search.try_recv().ok()) {
            (self.found, self.damaged, self.search) = (answer.run, answer.damaged, None);
        }
    }

    /// The window closed in order, with nothing left to lose.
    pub(crate) fn forget(&self) {
        self.own.iter().for_each(|own| Rescue::remove(own));
    }

    /// The window closed in order, and its run stays to be gone on with.
    pub(crate) fn leave(&self) {
        self.own.iter().for_each(|own| Rescue::mark_closed(own));
    }

    /// The line that offers to go on, if there is something to go on with.
    pub(crate) fn banner(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.damage(ui, cx);
        let Some(rescue) = &self.found else { return };
        let palette = cx.palette;
        let mut decided = false;
        let frame = Frame::new().fill(palette.tint(palette.accent)).stroke(Stroke::new(1.0, palette.accent));
        frame.corner_radius(CornerRadius::same(6)).inner_margin(Margin::symmetric(10, 6)).show(ui, |ui| {
            let images = grouped(rescue.images as i64);
            ui.horizontal(|ui| {
                let room = ui.available_width() - 258.0;
                ui.scope(|ui| {
                    ui.set_width(room);
                    let whose = if rescue.closed { "Your last run" } else { "A window closed unexpectedly. Its run" };
                    let text = format!("{whose} ({}, seed {}) was kept {}.", rescue.title, rescue.seed, since(rescue.written));
                    ui.add(egui::Label::new(text).truncate()).on_hover_text(rescue.path.display().to_string());
                });
                if theme::button(ui, Sign::None, &format!("Resume image {images}"), Weight::Main, 160.0).clicked() {
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
    /// The line that says what was kept and cannot be read.
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
                            egui::Label::new(format!("A run that was kept {} cannot be read: {reason}", since(*written)))
                                .wrap()
                                .selectable(true),
                        );
                    });
                    let button = |ui: &mut Ui, words| theme::button(ui, Sign::None, words, Weight::Usual, 82.0).clicked();
                    (button(ui, "Discard"), button(ui, "Leave it"))
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
fn since(written: std::time::SystemTime) -> String {
    ago(written.elapsed().unwrap_or_default())
}

fn worker(work: impl FnOnce() + Send + 'static) {
    // without a thread nothing is offered or removed; the next start tries again
    std::thread::Builder::new().name("recovery".to_owned()).spawn(work).ok();
}
