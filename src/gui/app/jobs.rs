//! Everything that touches the disk or waits for a dialog, done on worker threads. The window polls for results once a frame.
//! One dialog at a time: a second click while one is open does nothing. A dialog that does not appear is given up.

use crate::files::write_atomic;
use crate::gui::export::Maker;
use crate::gui::state::library::{self, Entry};
use crate::gui::window::dialogs::{Ask, Dialogs, Reply};
use crate::preset::{Preset, has_comments};
use crate::session::{FinishedRun, OpenedData};
use crate::work::Work;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a worker brings back.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The presets that come with the program.
    Library(Vec<Entry>),
    /// The user's own presets.
    Own(Vec<library::Entry>),
    /// A preset was read, or why not.
    Opened(Result<Box<Preset>, String>),
    /// Images were read, or why not.
    Data(Result<OpenedData, String>),
    /// The text of a preset file.
    Text(PathBuf, String),
    /// A preset was written to a file, or why not.
    Saved(Result<(Box<Preset>, PathBuf), String>),
    /// What was to be written would replace this file, which nobody was asked about.
    Exists(Ask, Then, PathBuf),
    /// An export was written, with a remark on it, or why not.
    Exported(Result<(PathBuf, Option<String>), String>),
    /// The dialog was closed without an answer.
    Cancelled,
    /// The dialog ended without a path, whether it was shown or not.
    Ended,
    /// A run directory to continue was chosen.
    OpenRun(PathBuf),
    /// A run to compare with was read, or why not.
    Run(Result<Box<FinishedRun>, String>),
    /// The desktop showed no dialog: what was asked for, and what to do with the path.
    NoDialog(Ask, Then),
}

type OnPath = Box<dyn FnOnce(PathBuf) -> Outcome + Send>;

/// What to do once there is a path: done once, whether the path comes from a dialog or is typed.
#[derive(Clone)]
pub(crate) struct Then(Arc<Mutex<Option<OnPath>>>);

impl Then {
    fn take(&self) -> Option<OnPath> {
        self.0.lock().ok().and_then(|mut then| then.take())
    }

    /// Whether it was done.
    pub(crate) fn is_done(&self) -> bool {
        self.0.lock().map_or(true, |then| then.is_none())
    }
}

impl std::fmt::Debug for Then {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Then")
    }
}

struct Report {
    outcome: Outcome,
    /// The dialog that ended with it.
    ends: Option<u64>,
}

/// A dialog that was asked for and has not ended.
struct Open {
    number: u64,
    ask: Ask,
    then: Then,
    since: Instant,
    /// Whether the window had the focus of the keyboard when the dialog was asked for, and whether it has lost it since: a
    /// dialog that is shown takes it.
    had_focus: bool,
    lost_focus: bool,
}

/// A dialog that has not taken the focus after this time is not coming: a path can be typed instead.
const NO_DIALOG: Duration = Duration::from_secs(4);

/// The workers of one window.
pub(crate) struct Jobs {
    dialogs: Box<dyn Dialogs>,
    sender: Sender<Report>,
    receiver: Receiver<Report>,
    dialog: Option<Open>,
    dialogs_asked: u64,
    reading: Option<Arc<Work>>,
    ctx: egui::Context,
}

impl Jobs {
    /// No work yet. Results wake `ctx`.
    pub(crate) fn new(dialogs: Box<dyn Dialogs>, ctx: egui::Context) -> Self {
        let (sender, receiver) = bounded(32);
        Self { dialogs, sender, receiver, dialog: None, dialogs_asked: 0, reading: None, ctx }
    }

    /// Results since the last call.
    pub(crate) fn poll(&mut self) -> Vec<Outcome> {
        self.watch_focus();
        let reports: Vec<Report> = self.receiver.try_iter().collect();
        let mut outcomes = Vec::new();
        for Report { outcome, ends } in reports {
            let open = self.dialog.take_if(|open| Some(open.number) == ends);
            outcomes.push(match (outcome, open) {
                // it was never seen
                (Outcome::Ended, Some(open)) if open.had_focus && !open.lost_focus => Outcome::NoDialog(open.ask, open.then),
                (Outcome::Ended, _) => Outcome::Cancelled,
                (other, _) => other,
            });
        }
        if let Some(open) = self.dialog.take_if(|open| open.had_focus && !open.lost_focus && open.since.elapsed() >= NO_DIALOG) {
            outcomes.push(Outcome::NoDialog(open.ask, open.then));
        }
        if outcomes.iter().any(|outcome| matches!(outcome, Outcome::Cancelled)) {
            // no folder was chosen: there is nothing to read
            self.reading.take_if(|work| work.share().is_none());
        }
        outcomes
    }

    /// A dialog that is shown takes the focus from the window.
    fn watch_focus(&mut self) {
        let Some(open) = &mut self.dialog else { return };
        open.lost_focus |= !self.ctx.input(|input| input.focused);
        let left = NO_DIALOG.saturating_sub(open.since.elapsed());
        if open.had_focus && !open.lost_focus {
            self.ctx.request_repaint_after(left.max(Duration::from_millis(50)));
        }
    }

    /// List the presets that come with the program.
    pub(crate) fn list_presets(&self, files: Vec<PathBuf>) {
        self.spawn(None, move || Outcome::Library(library::list(files)));
    }

    /// Read the user's own presets; those that are gone are left out.
    pub(crate) fn list_own(&self, files: Vec<PathBuf>) {
        self.spawn(None, move || Outcome::Own(library::list(files)));
    }

    /// Read and check a preset.
    pub(crate) fn open(&self, path: PathBuf) {
        self.spawn(None, move || open(&path));
    }

    /// Ask for a preset file, then read and check it.
    pub(crate) fn ask_open(&mut self) {
        self.ask(Ask::OpenPreset, |path| open(&path));
    }

    /// Read what was dropped on the window: a preset, or a folder of images.
    pub(crate) fn open_dropped(&mut self, path: PathBuf) {
        let work = self.reading();
        self.spawn(None, move || {
            let ends_in = |endings: &[&str]| {
                path.extension().is_some_and(|extension| endings.iter().any(|ending| extension.eq_ignore_ascii_case(ending)))
            };
            if ends_in(&["ron"]) {
                return open(&path);
            }
            if path.join("session.ron").is_file() {
                return Outcome::OpenRun(path);
            }
            if path.is_dir() || ends_in(&["npz", "csv"]) {
                return Outcome::Data(OpenedData::read(&path, &work));
            }
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            Outcome::Opened(Err(format!("“{name}” is neither a preset (.ron) nor images: a folder, or an NPZ or CSV file.")))
        });
    }

    /// Ask for a folder of images, then read them.
    pub(crate) fn ask_data(&mut self) {
        let work = self.reading();
        self.ask(Ask::OpenData, move |path| Outcome::Data(OpenedData::read(&path, &work)));
    }

    /// The reading of images that goes on, if any: it is shown once it is known how many there are.
    pub(crate) fn work(&self) -> Option<&Arc<Work>> {
        self.reading.as_ref().filter(|work| work.share().is_some() && !work.is_finished())
    }

    /// Whether images are being read, or waited for.
    pub(crate) fn is_reading(&self) -> bool {
        self.reading.as_ref().is_some_and(|work| !work.is_finished() && !work.is_cancelled()) && self.dialog.is_none()
    }

    /// A new reading of images; one that goes on is stopped.
    fn reading(&mut self) -> Arc<Work> {
        let work = Arc::new(Work::new("Reading images", 0));
        if let Some(before) = self.reading.replace(Arc::clone(&work)) {
            before.cancel();
        }
        work
    }

    /// Read the text of a preset file that was opened.
    pub(crate) fn read_text(&self, path: PathBuf) {
        self.spawn(None, move || match std::fs::read_to_string(&path) {
            Ok(text) => Outcome::Text(path, text),
            // a preset that is compiled in has no file
            Err(_) => Outcome::Ended,
        });
    }

    /// Ask for a file, beginning in a folder, then write the preset to it: exactly this text, if there is one.
    pub(crate) fn ask_save(&mut self, (preset, text): (Preset, Option<String>), folder: Option<PathBuf>) {
        let name = format!("{}.ron", file_stem(&preset.title));
        self.ask(Ask::SavePreset { name, folder }, move |path| save(preset, text, path));
    }

    /// Write the preset to the file that it was saved to before: exactly this text, if there is one. Comments in the file, which would
    /// otherwise be lost, are asked about.
    pub(crate) fn save(&self, (preset, text): (Preset, Option<String>), path: PathBuf) {
        self.spawn(None, move || {
            if text.is_some() || !std::fs::read_to_string(&path).is_ok_and(|text| has_comments(&text)) {
                return save(preset, text, path);
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let ask = Ask::SavePreset { name, folder: path.parent().map(Path::to_owned) };
            let then: OnPath = Box::new(move |path| save(preset, None, path));
            Outcome::Exists(ask, Then(Arc::new(Mutex::new(Some(then)))), path)
        });
    }

    /// Ask for a file, then make its bytes and write them, whole or not at all. The remark is shown with the path.
    pub(crate) fn ask_export(&mut self, name: String, ending: &'static str, make: Maker, remark: Option<String>) {
        self.ask(Ask::Export { name, ending }, move |path| {
            let written = make().and_then(|bytes| {
                write_atomic(&path, &bytes).map_err(|error| format!("cannot write {}: {error}; choose another place", path.display()))
            });
            Outcome::Exported(written.map(|()| (path, remark)))
        });
    }

    /// Ask for the folder of a run, then read its curve.
    pub(crate) fn ask_run(&mut self) {
        self.ask(Ask::OpenRun, |path| Outcome::Run(crate::gui::state::compare::read(&path).map(Box::new)));
    }

    /// Ask for the folder of a free run, which the session then opens.
    pub(crate) fn ask_open_run(&mut self) {
        self.ask(Ask::ContinueRun, Outcome::OpenRun);
    }

    /// Go on with a path that was typed, where there was no dialog. A file is replaced only if that was agreed to.
    pub(crate) fn go_on(&self, ask: Ask, then: Then, path: PathBuf, replace: bool) {
        self.spawn(None, move || use_path(ask, then, path, replace));
    }

    fn ask(&mut self, ask: Ask, then: impl FnOnce(PathBuf) -> Outcome + Send + 'static) {
        if self.dialog.is_some() {
            return;
        }
        let answer = self.dialogs.ask(&ask);
        let then = Then(Arc::new(Mutex::new(Some(Box::new(then)))));
        self.dialogs_asked += 1;
        let (number, had_focus) = (self.dialogs_asked, self.ctx.input(|input| input.focused));
        self.dialog = Some(Open { number, ask: ask.clone(), then: then.clone(), since: Instant::now(), had_focus, lost_focus: false });
        self.spawn(Some(number), move || match answer() {
            // a path that was typed meanwhile has been used already
            Reply::Path(path) => {
                // the dialog has asked about the name as it was typed
                let asked = ask.target(path.clone()) == path;
                use_path(ask, then, path, asked)
            }
            Reply::Closed => Outcome::Cancelled,
            Reply::Nothing => Outcome::Ended,
            Reply::Unavailable => Outcome::NoDialog(ask, then),
        });
    }

    fn spawn(&self, ends: Option<u64>, work: impl FnOnce() -> Outcome + Send + 'static) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        let worker = move || {
            // A window that is gone needs no result.
            sender.send(Report { outcome: work(), ends }).ok();
            ctx.request_repaint();
        };
        if let Err(error) = std::thread::Builder::new().name("files".to_owned()).spawn(worker) {
            let reason = format!("cannot start a thread for this: {error}; close other programs and try again");
            self.sender.try_send(Report { outcome: Outcome::Opened(Err(reason)), ends }).ok();
        }
    }
}

/// Do what was asked for with a path, unless it would replace a file that nobody agreed to replace.
fn use_path(ask: Ask, then: Then, path: PathBuf, replace: bool) -> Outcome {
    let path = ask.target(path);
    if !replace && ask.replaces(&path) {
        return Outcome::Exists(ask, then, path);
    }
    then.take().map_or(Outcome::Cancelled, |then| then(path))
}

/// Write a preset, as this text if there is one; one without a title gets the name of the file.
fn save(mut preset: Preset, text: Option<String>, path: PathBuf) -> Outcome {
    if let Some(text) = text.filter(|_| !preset.title.trim().is_empty()) {
        let written = write_atomic(&path, text.as_bytes());
        let written = written.map_err(|error| format!("cannot write preset {}: {error}; nothing was changed", path.display()));
        return Outcome::Saved(written.map(|()| (Box::new(preset), path)));
    }
    if preset.title.trim().is_empty()
        && let Some(stem) = path.file_stem()
    {
        preset.title = stem.to_string_lossy().replace(['-', '_'], " ");
    }
    Outcome::Saved(preset.save(&path).map(|()| (Box::new(preset), path)).map_err(|error| error.to_string()))
}

/// A title as the name of a file.
pub(crate) fn file_stem(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.collect::<Vec<_>>().join("-").to_lowercase().chars().take(60).collect();
    if name.is_empty() { "network".to_owned() } else { name.trim_end_matches('-').to_owned() }
}

fn open(path: &std::path::Path) -> Outcome {
    Outcome::Opened(Preset::open(path).map(Box::new).map_err(|error| error.to_string()))
}
