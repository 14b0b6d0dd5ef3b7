//! Where no file dialog appears: a field to type a path into.

use crate::gui::app::jobs::{Jobs, Then};
use crate::gui::theme::{self, Palette, Sign, Weight};
use crate::gui::window::dialogs::Ask;
use egui::{Id, Key, Modal, RichText, Role, WidgetInfo};
use std::path::{Path, PathBuf};

/// The field, while something is asked for.
#[derive(Debug, Default)]
pub(crate) struct PathPrompt {
    asked: Option<Asked>,
}

#[derive(Debug)]
struct Asked {
    ask: Ask,
    then: Then,
    text: String,
    fresh: bool,
    /// The file that would be replaced.
    replaces: Option<PathBuf>,
}

/// Width of the window.
const WIDTH: f32 = 480.0;

/// The title, the path to start from in the folder the program was started in, and the button.
fn words(ask: &Ask, here: &Path) -> (&'static str, PathBuf, &'static str) {
    match ask {
        Ask::OpenPreset => ("Open preset", here.join("presets").join("mnist-rstdp.ron"), "Open"),
        Ask::SavePreset { name, folder } => ("Save preset", folder.as_deref().unwrap_or(here).join(name), "Save"),
        Ask::Export { name, .. } => ("Save", here.join(name), "Save"),
        Ask::OpenData => ("Open data folder", here.join("data").join("mnist"), "Open"),
        Ask::ContinueRun => ("Open run", here.join("runs"), "Open"),
        Ask::OpenRun => ("Add a run to compare", here.join("runs"), "Open"),
    }
}

impl PathPrompt {
    /// Ask for a path that no dialog could be opened for.
    pub(crate) fn open(&mut self, ask: Ask, then: Then) {
        let here = std::env::current_dir().unwrap_or_default();
        let text = words(&ask, &here).1.display().to_string();
        self.asked = Some(Asked { ask, then, text, fresh: true, replaces: None });
    }

    /// Ask whether a file is to be replaced.
    pub(crate) fn ask_to_replace(&mut self, ask: Ask, then: Then, path: PathBuf) {
        let text = path.display().to_string();
        self.asked = Some(Asked { ask, then, text, fresh: true, replaces: Some(path) });
    }

    /// Whether something is asked for.
    pub(crate) fn is_open(&self) -> bool {
        self.asked.is_some()
    }

    /// Ask for nothing.
    pub(crate) fn close(&mut self) {
        self.asked = None;
    }

    /// Show it, if something is asked for; a path goes on its way at once.
    pub(crate) fn show(&mut self, ctx: &egui::Context, jobs: &Jobs, palette: &Palette) {
        // a dialog that came late after all has answered
        self.asked.take_if(|asked| asked.then.is_done());
        if self.asked.as_ref().is_some_and(|asked| asked.replaces.is_some()) {
            return self.show_replace(ctx, jobs, palette);
        }
        let Some(asked) = &mut self.asked else { return };
        let (mut chosen, mut cancelled) = (false, false);
        let title = words(&asked.ask, Path::new("")).0;
        let dialog = Modal::new(Id::unique("path")).show(ctx, |ui| {
            ui.set_width(WIDTH);
            ui.label(RichText::new(title).heading());
            ui.add_space(2.0);
            let why = "No file dialog has appeared: neither a desktop portal nor zenity answered. Type the path instead.";
            ui.add(egui::Label::new(RichText::new(why).color(palette.dim)).wrap());
            ui.add_space(6.0);
            let field = ui.add(egui::TextEdit::singleline(&mut asked.text).desired_width(f32::INFINITY));
            let text = asked.text.clone();
            field.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::TextInput, true, "Path");
                info.current_text_value = Some(text.clone());
                info
            });
            if std::mem::take(&mut asked.fresh) {
                field.request_focus();
            }
            chosen = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                chosen |= theme::button(ui, Sign::None, words(&asked.ask, Path::new("")).2, Weight::Main, 90.0).clicked();
                cancelled = theme::button(ui, Sign::None, "Cancel", Weight::Usual, 90.0).clicked();
            });
        });
        chosen &= !asked.text.trim().is_empty();
        // a click beside it does not lose what was typed
        cancelled |= dialog.should_close() && !dialog.backdrop_response.clicked();
        if !chosen && !cancelled {
            return;
        }
        if let Some(asked) = self.asked.take().filter(|_| chosen) {
            jobs.go_on(asked.ask, asked.then, PathBuf::from(asked.text.trim()), false);
        }
    }

    /// The question before a file is replaced.
    fn show_replace(&mut self, ctx: &egui::Context, jobs: &Jobs, palette: &Palette) {
        let Some(path) = self.asked.as_ref().and_then(|asked| asked.replaces.clone()) else { return };
        let mut answer = None;
        let modal = Modal::new(Id::unique("replace a file")).show(ctx, |ui| {
            ui.set_width(WIDTH);
            ui.label(theme::strong("Replace the file?"));
            ui.add_space(4.0);
            let words = format!("{} exists. Its content, comments included, is lost if it is replaced.", path.display());
            ui.add(egui::Label::new(RichText::new(words).color(palette.dim)).wrap());
            ui.add_space(10.0);
            ui.horizontal(|ui| {
                for (words, weight, replace) in [("Replace", Weight::Main, true), ("Choose another name", Weight::Usual, false)] {
                    if theme::button(ui, Sign::None, words, weight, 90.0).clicked() {
                        answer = Some(replace);
                    }
                }
            });
        });
        match answer {
            Some(true) => {
                if let Some(asked) = self.asked.take() {
                    jobs.go_on(asked.ask, asked.then, path, true);
                }
            }
            Some(false) => self.asked.iter_mut().for_each(|asked| (asked.replaces, asked.fresh) = (None, true)),
            None if modal.should_close() => self.asked = None,
            None => {}
        }
    }
}
