//! What becomes of the results of workers.

use super::App;
use super::jobs::Outcome;
use crate::gui::state::compare;
use crate::gui::window::notices::{Place, Tone};
use crate::session::Command;

impl App {
    /// Take over the result of a worker.
    pub(super) fn receive(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Library(entries) => self.library = entries,
            Outcome::Own(entries) => self.gallery.own = entries,
            Outcome::Opened(Ok(preset)) => self.load_opened(&preset),
            Outcome::Data(Ok(opened)) => self.use_data(opened),
            Outcome::Opened(Err(reason)) | Outcome::Data(Err(reason)) => {
                self.notices.say(Place::Preset, Tone::Bad, reason);
            }
            Outcome::Text(path, text) => self.keep_text(&path, &text),
            Outcome::Saved(Ok((preset, path))) => self.note_saved(&preset, path),
            Outcome::Exists(ask, then, path) => self.prompt.ask_to_replace(ask, then, path),
            Outcome::Exported(Ok((path, None))) => self.notices.say(Place::Strip, Tone::Good, format!("Saved {}", path.display())),
            Outcome::Exported(Ok((path, Some(remark)))) => self.notices.say_for_long(format!("Saved {}. {remark}", path.display())),
            Outcome::OpenRun(path) => self.outbox.push(Command::OpenRun(path)),
            Outcome::Run(Ok(run)) => compare::add(&mut self.state.compared, *run),
            Outcome::Run(Err(reason)) | Outcome::Exported(Err(reason)) | Outcome::Saved(Err(reason)) => {
                self.notices.say(Place::Strip, Tone::Bad, reason);
            }
            Outcome::NoDialog(ask, then) => self.prompt.open(ask, then),
            Outcome::Cancelled | Outcome::Ended => {}
        }
    }
}
