//! Edits of the network that were not applied: kept in a file while the window is open, and offered again after it was killed.

use super::App;
use super::recovery::{since, worker};
use crate::gui::panel::Context;
use crate::gui::state::editing::{Editing, Sheet};
use crate::gui::theme::{self, Sign, Weight};
use crate::preset::Draft;
use crate::session::{EditsFile, FoundEdits};
use crossbeam_channel::{Receiver, bounded};
use egui::{CornerRadius, Frame, Margin, Stroke, Ui};
use std::path::PathBuf;

/// Time between two copies, in seconds.
const EVERY_S: f64 = 2.0;

/// The file of the edits of this window, and those of another that ended.
#[derive(Default)]
pub(crate) struct Unapplied {
    file: Option<EditsFile>,
    /// What the file has, and the edit and the time at which it was written.
    kept: Option<(String, u64)>,
    at: f64,
    search: Option<Receiver<Option<FoundEdits>>>,
    found: Option<FoundEdits>,
    /// The edits that are to be restored.
    restores: Option<FoundEdits>,
}

impl Unapplied {
    /// Keep edits in `folder`, and search it for those of a window that ended.
    pub(crate) fn new(folder: PathBuf, ctx: egui::Context) -> Self {
        let file = EditsFile::new(&folder);
        let (send, search) = bounded(1);
        worker(move || {
            // the window may have been closed
            send.send(FoundEdits::find(&folder)).ok();
            ctx.request_repaint();
        });
        Self { file: Some(file), search: Some(search), ..Self::default() }
    }

    /// Receive the result of the search.
    pub(crate) fn poll(&mut self) {
        if let Some(found) = self.search.as_ref().and_then(|search| search.try_recv().ok()) {
            (self.found, self.search) = (found, None);
        }
    }

    /// Keep the edits of the network in the file, or remove it if there are none.
    fn keep(&mut self, editing: Option<&Editing>, ctx: &egui::Context) {
        let Some(file) = &self.file else { return };
        let Some(editing) = editing.filter(|editing| editing.is_unapplied()) else {
            if self.kept.is_some() && file.keep(None) {
                self.kept = None;
            }
            return;
        };
        let typed = editing.sheet.as_ref().filter(|sheet| sheet.is_changed()).map(|sheet| &sheet.text);
        let same = self.kept.as_ref().is_some_and(|(text, revision)| typed.map_or(*revision == editing.revision(), |typed| typed == text));
        if same {
            return;
        }
        let now = ctx.input(|input| input.time);
        let left = self.at + EVERY_S - now;
        if self.kept.is_some() && left > 0.0 {
            return ctx.request_repaint_after_secs(left as f32);
        }
        let text = typed.cloned().unwrap_or_else(|| editing.draft.text());
        if file.keep(Some(text.clone())) {
            (self.kept, self.at) = (Some((text, editing.revision())), now);
        }
    }

    /// The window closes; `forget` if its edits are not needed any more.
    pub(crate) fn end(&mut self, forget: bool) {
        if let Some(mut file) = self.file.take() {
            file.finish(forget);
        }
    }

    /// The banner that offers to restore edits, if there are any.
    pub(crate) fn banner(&mut self, ui: &mut Ui, cx: &Context) {
        let Some(found) = &self.found else { return };
        let palette = cx.palette;
        let frame = Frame::new().fill(palette.tint(palette.accent)).stroke(Stroke::new(1.0, palette.accent));
        let frame = frame.corner_radius(CornerRadius::same(6)).inner_margin(Margin::symmetric(10, 6));
        let pressed = frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                let room = ui.available_width() - 258.0;
                ui.scope(|ui| {
                    ui.set_width(room);
                    let words = format!("Changes of a network that were not applied were kept {}.", since(found.written));
                    ui.add(egui::Label::new(words).truncate()).on_hover_text(found.path.display().to_string());
                });
                let restores = theme::button(ui, Sign::None, "Restore changes", Weight::Main, 160.0);
                let help = "Open the network editor with these changes; the network that runs stays as it is until they are applied.";
                let restores = restores.on_hover_text(help).clicked();
                (restores, theme::button(ui, Sign::None, "Discard", Weight::Usual, 82.0).clicked())
            })
            .inner
        });
        ui.add_space(6.0);
        let (restores, discards) = pressed.inner;
        if restores || discards {
            let Some(found) = self.found.take() else { return };
            if restores {
                self.restores = Some(found);
            } else {
                worker(move || FoundEdits::remove(&found.path));
            }
        }
    }
}

impl App {
    /// Keep the edits that were not applied, and restore those of another window if that was asked for.
    pub(super) fn keep_edits(&mut self, ctx: &egui::Context) {
        if let Some(FoundEdits { text, path, .. }) = self.unapplied.restores.take() {
            let mut draft = Draft::blank();
            let before = draft.text();
            let faulty = draft.set_text(&text).is_err();
            let mut editing = Editing::new(draft, false);
            if faulty {
                let mut sheet = Sheet { text, before, ..Sheet::default() };
                sheet.check(&editing.draft);
                editing.sheet = Some(sheet);
            }
            self.begin_editing(editing);
            worker(move || FoundEdits::remove(&path));
        }
        self.unapplied.keep(self.state.editing.as_deref(), ctx);
    }
}
