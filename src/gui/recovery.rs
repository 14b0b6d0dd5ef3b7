//! What a program that died left behind, and what this one leaves if it dies. A banner offers to go on; nothing waits for the
//! answer. Files are looked for and removed on workers.

use super::panel::Context;
use super::scale::grouped;
use super::theme::{self, Sign, Weight};
use crate::session::{Command, Rescue};
use crossbeam_channel::{Receiver, bounded};
use egui::{CornerRadius, Frame, Margin, Stroke, Ui};
use std::path::PathBuf;

/// Files of runs that may have to be gone on with.
#[derive(Default)]
pub(super) struct Recovery {
    /// The file of this window; none if nothing is kept.
    own: Option<PathBuf>,
    search: Option<Receiver<Option<Rescue>>>,
    found: Option<Rescue>,
}

impl Recovery {
    /// Keep this window's runs in `folder`, and look there for the run of a window that died.
    pub(super) fn new(folder: PathBuf, ctx: egui::Context) -> Self {
        let own = Rescue::own_file(&folder);
        let (send, search) = bounded(1);
        worker(move || {
            // a window that is gone needs no answer
            send.send(Rescue::find(&folder)).ok();
            ctx.request_repaint();
        });
        Self { own: Some(own), search: Some(search), found: None }
    }

    /// What a new session is to be told.
    pub(super) fn command(&self) -> Option<Command> {
        self.own.clone().map(Command::Autosave)
    }

    /// Hear what was found.
    pub(super) fn poll(&mut self) {
        if let Some(answer) = self.search.as_ref().and_then(|search| search.try_recv().ok()) {
            (self.found, self.search) = (answer, None);
        }
    }

    /// The window closed in order, with nothing left to lose.
    pub(super) fn forget(&self) {
        self.own.iter().for_each(|own| Rescue::remove(own));
    }

    /// The line that offers to go on, if there is something to go on with.
    pub(super) fn banner(&mut self, ui: &mut Ui, cx: &mut Context) {
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
                    let text = format!("A window closed unexpectedly. Its run ({}, seed {}) was kept.", rescue.title, rescue.seed);
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

fn worker(work: impl FnOnce() + Send + 'static) {
    // without a thread nothing is offered or removed; the next start tries again
    std::thread::Builder::new().name("recovery".to_owned()).spawn(work).ok();
}
