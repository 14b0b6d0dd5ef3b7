//! A window with a fake session and simulated user input: dialogs that answer, dropped files, typed text.

#![allow(clippy::unwrap_used)]

use crate::gui::state::{ThemeChoice, UiState};
use crate::gui::tests::fixture;
use crate::gui::tests::painter::Painter;
use crate::gui::window::dialogs::{Answer, Ask, Dialogs, Reply};
use crate::gui::{App, Parts, Source};
use crate::preset::Preset;
use crate::session::{Command, Notice, Snapshot};
use egui_kittest::Harness;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub(crate) type Sent = Arc<Mutex<Vec<Command>>>;
/// Notices that the fake session will report.
pub(crate) type Heard = Arc<Mutex<Vec<Notice>>>;
/// Presets that sessions were started with.
pub(crate) type Launched = Arc<Mutex<Vec<Preset>>>;

struct Puppet {
    sent: Sent,
    notices: Heard,
    snapshot: Option<Arc<Snapshot>>,
}

impl Source for Puppet {
    fn send(&mut self, command: Command) -> Result<(), Command> {
        self.sent.lock().unwrap().push(command);
        Ok(())
    }
    fn take_snapshot(&mut self) -> Option<Arc<Snapshot>> {
        self.snapshot.take()
    }
    fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut *self.notices.lock().unwrap())
    }
    fn is_alive(&self) -> bool {
        true
    }
    fn stop(&mut self) {}
}

pub(crate) struct Chosen(pub(crate) Option<PathBuf>);

impl Dialogs for Chosen {
    fn ask(&mut self, _ask: &Ask) -> Answer {
        let reply = self.0.clone().map_or(Reply::Closed, Reply::Path);
        Box::new(move || reply)
    }
}

pub(crate) fn default_preset() -> Preset {
    Preset::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/mnist-rstdp.ron")).unwrap()
}

pub(crate) fn window(size: [f32; 2], theme: ThemeChoice, chosen: Option<PathBuf>) -> (Harness<'static, App>, Sent) {
    window_with(size, theme, Box::new(Chosen(chosen)))
}

/// A window with these dialogs.
pub(crate) fn window_with(size: [f32; 2], theme: ThemeChoice, dialogs: Box<dyn Dialogs>) -> (Harness<'static, App>, Sent) {
    let (harness, sent, ..) = stage_with(size, theme, dialogs);
    (harness, sent)
}

pub(crate) fn stage(size: [f32; 2], theme: ThemeChoice, chosen: Option<PathBuf>) -> (Harness<'static, App>, Sent, Heard, Launched) {
    stage_with(size, theme, Box::new(Chosen(chosen)))
}

fn stage_with(size: [f32; 2], theme: ThemeChoice, dialogs: Box<dyn Dialogs>) -> (Harness<'static, App>, Sent, Heard, Launched) {
    stage_showing(size, theme, dialogs, (default_preset(), fixture::classification()))
}

/// A window that shows a described network.
pub(crate) fn free_window(size: [f32; 2], theme: ThemeChoice) -> (Harness<'static, App>, Sent) {
    let snapshot = fixture::free();
    let shown = ((*snapshot.preset).clone(), snapshot);
    let (harness, sent, ..) = stage_showing(size, theme, Box::new(Chosen(None)), shown);
    (harness, sent)
}

/// A window that shows a described network without a file, with these dialogs.
pub(crate) fn free_window_with(size: [f32; 2], theme: ThemeChoice, dialogs: Box<dyn Dialogs>) -> (Harness<'static, App>, Sent) {
    let mut snapshot = fixture::free();
    snapshot.preset = Arc::new(Preset { path: None, ..(*snapshot.preset).clone() });
    let shown = ((*snapshot.preset).clone(), snapshot);
    let (harness, sent, ..) = stage_showing(size, theme, dialogs, shown);
    (harness, sent)
}

fn stage_showing(
    size: [f32; 2],
    theme: ThemeChoice,
    dialogs: Box<dyn Dialogs>,
    (preset, shown): (Preset, Snapshot),
) -> (Harness<'static, App>, Sent, Heard, Launched) {
    let (sent, heard, launched) = (Sent::default(), Heard::default(), Launched::default());
    let (inside, notices, started) = (sent.clone(), heard.clone(), launched.clone());
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(if theme == ThemeChoice::Light { egui::Theme::Light } else { egui::Theme::Dark })
        .with_max_steps(30)
        .renderer(Painter::default())
        .build_eframe(move |creation| {
            let parts = Parts {
                preset,
                shipped: Vec::new(),
                complaint: None,
                seed: 0,
                state: UiState { theme, ..UiState::default() },
                dock: None,
                launcher: Box::new(move |preset, _, _, _| {
                    started.lock().unwrap().push(preset);
                    let snapshot = Some(Arc::new(shown.clone()));
                    Box::new(Puppet { sent: inside.clone(), notices: notices.clone(), snapshot })
                }),
                dialogs,
                screenshot: None,
                begun: None,
            };
            App::new(&creation.egui_ctx, parts)
        });
    harness.run_steps(4);
    (harness, sent, heard, launched)
}

/// An app without a window.
pub(crate) fn app(ctx: &egui::Context) -> App {
    let parts = Parts {
        preset: default_preset(),
        shipped: Vec::new(),
        complaint: None,
        seed: 0,
        state: UiState { theme: ThemeChoice::Dark, ..UiState::default() },
        dock: None,
        launcher: Box::new(|_, _, _, _| Box::new(Puppet { sent: Sent::default(), notices: Heard::default(), snapshot: None })),
        dialogs: Box::new(Chosen(None)),
        screenshot: None,
        begun: None,
    };
    App::new(ctx, parts)
}

pub(crate) fn usual() -> (Harness<'static, App>, Sent) {
    window([1440.0, 900.0], ThemeChoice::Dark, None)
}

pub(crate) fn has(sent: &Sent, wanted: impl Fn(&Command) -> bool) -> bool {
    sent.lock().unwrap().iter().any(wanted)
}

pub(crate) fn wait_for(harness: &mut Harness<'static, App>, done: impl Fn(&Harness<'static, App>) -> bool) -> bool {
    for _ in 0..200 {
        harness.step();
        if done(harness) {
            return true;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    false
}

pub(crate) fn ask_to_close(harness: &mut Harness<'static, App>) {
    harness.input_mut().viewports.entry(egui::ViewportId::ROOT).or_default().events.push(egui::ViewportEvent::Close);
    harness.step();
}

/// A dropped file.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }
    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

pub(crate) fn drop_file(harness: &mut Harness<'static, App>, name: &str) {
    drop_path(harness, Path::new(env!("CARGO_MANIFEST_DIR")).join(name));
}

pub(crate) fn drop_path(harness: &mut Harness<'static, App>, path: PathBuf) {
    harness.input_mut().dropped_files.push(Arc::new(Dropped(path)));
    harness.step();
}

pub(crate) fn type_text(harness: &mut Harness<'static, App>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(2);
}
