//! Everything that touches the disk or waits for a person, done on worker threads. The window polls for results once a
//! frame. One dialog at a time: a second click while one is open does nothing.

use super::dialogs::{Ask, Dialogs};
use super::library::{self, Entry};
use crate::preset::Preset;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::path::PathBuf;

/// What a worker brings back.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The presets that come with the program.
    Library(Vec<Entry>),
    /// A preset was read, or why not.
    Opened(Result<Box<Preset>, String>),
    /// A preset was written, or why not.
    Saved(Result<PathBuf, String>),
    /// The dialog was closed without an answer.
    Cancelled,
}

/// The workers of one window.
pub(super) struct Jobs {
    dialogs: Box<dyn Dialogs>,
    sender: Sender<Outcome>,
    receiver: Receiver<Outcome>,
    dialog_open: bool,
    ctx: egui::Context,
}

impl Jobs {
    /// No work yet. Results wake `ctx`.
    pub(super) fn new(dialogs: Box<dyn Dialogs>, ctx: egui::Context) -> Self {
        let (sender, receiver) = bounded(32);
        Self {
            dialogs,
            sender,
            receiver,
            dialog_open: false,
            ctx,
        }
    }

    /// Results since the last call.
    pub(super) fn poll(&mut self) -> Vec<(Outcome, bool)> {
        let outcomes: Vec<_> = self.receiver.try_iter().collect();
        outcomes
            .into_iter()
            .map(|outcome| {
                let from_dialog = self.dialog_open && !matches!(outcome, Outcome::Library(_));
                if from_dialog {
                    self.dialog_open = false;
                }
                (outcome, from_dialog)
            })
            .collect()
    }

    /// Whether a dialog waits for its answer.
    pub(super) fn dialog_open(&self) -> bool {
        self.dialog_open
    }

    /// List the presets that come with the program.
    pub(super) fn list_presets(&self, files: Vec<PathBuf>) {
        self.spawn(move || Outcome::Library(library::list(files)));
    }

    /// Read and check a preset.
    pub(super) fn open(&self, path: PathBuf) {
        self.spawn(move || open(&path));
    }

    /// Ask for a preset file, then read and check it.
    pub(super) fn ask_open(&mut self) {
        if let Some(answer) = self.begin(&Ask::OpenPreset) {
            self.spawn(move || answer().map_or(Outcome::Cancelled, |path| open(&path)));
        }
    }

    /// Ask for a file, then write the preset to it.
    pub(super) fn ask_save(&mut self, mut preset: Preset) {
        let name = preset
            .path
            .as_ref()
            .and_then(|path| path.file_name())
            .map_or_else(
                || "my-preset.ron".to_owned(),
                |name| format!("my-{}", name.to_string_lossy().trim_start_matches("my-")),
            );
        if let Some(answer) = self.begin(&Ask::SavePreset { name }) {
            self.spawn(move || {
                let Some(path) = answer() else {
                    return Outcome::Cancelled;
                };
                let path = if path.extension().is_none() {
                    path.with_extension("ron")
                } else {
                    path
                };
                if preset.path.as_ref() != Some(&path)
                    && let Some(stem) = path.file_stem()
                {
                    preset.title = stem.to_string_lossy().replace(['-', '_'], " ");
                }
                Outcome::Saved(
                    preset
                        .save(&path)
                        .map(|()| path)
                        .map_err(|error| error.to_string()),
                )
            });
        }
    }

    fn begin(&mut self, ask: &Ask) -> Option<super::dialogs::Answer> {
        if self.dialog_open {
            return None;
        }
        self.dialog_open = true;
        Some(self.dialogs.ask(ask))
    }

    fn spawn(&self, work: impl FnOnce() -> Outcome + Send + 'static) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        let worker = move || {
            // A window that is gone needs no result.
            sender.send(work()).ok();
            ctx.request_repaint();
        };
        if let Err(error) = std::thread::Builder::new()
            .name("files".to_owned())
            .spawn(worker)
        {
            let reason = format!(
                "cannot start a thread for this: {error}; close other programs and try again"
            );
            self.sender.try_send(Outcome::Opened(Err(reason))).ok();
        }
    }
}

fn open(path: &std::path::Path) -> Outcome {
    Outcome::Opened(
        Preset::load(path)
            .map(Box::new)
            .map_err(|error| error.to_string()),
    )
}
