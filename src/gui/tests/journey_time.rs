//! Time travel and recovery in the window, driven by role and label: the history bar, the banner of a recovered run.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::painter::Painter;
use crate::gui::tests::stage::{Sent, has, usual, wait_for, window};
use crate::params::ParamId;
use crate::preset::Preset;
use crate::session::{
    Applied, Command, Launch, LookingBack, PutAside, PutAsideBy, Recorded, Rescue, Session, Snapshot, Speed, StopCondition,
};
use crate::time::Step;
use egui::{Key, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn show(harness: &mut Harness<'static, App>, snapshot: Snapshot) {
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(2);
}

fn changed() -> Snapshot {
    let mut snapshot = fixture::classification();
    let change = |step, change| Applied { before: Step(step), change };
    let set = |value| Recorded::Set("tau_m".to_owned(), value);
    snapshot.applied = Arc::new([
        change(50_000, set(60.0)),
        change(100_100, Recorded::Reward(1.0)),
        change(100_600, Recorded::Reward(-1.0)),
        change(200_000, set(80.0)),
    ]);
    snapshot.applied_images = Arc::new([200, 400, 402, 800]);
    snapshot
}

fn in_the_past(images: u64, target: Option<u64>) -> Snapshot {
    let mut snapshot = changed();
    snapshot.state = crate::session::RunState::Paused;
    snapshot.trial.index = images.saturating_sub(1);
    snapshot.looking_back = Some(LookingBack { images, present_images: 1239, present_step: Step(310_212), target });
    snapshot
}

fn last(sent: &Sent) -> Command {
    sent.lock().unwrap().last().unwrap().clone()
}

#[test]
fn history_bar_is_moved_by_pointer_keys_and_screen_readers() {
    let (mut harness, sent) = usual();
    show(&mut harness, changed());
    let bar = harness.get_by_role_and_label(Role::Slider, "History");
    assert_eq!(bar.accesskit_node().numeric_value(), Some(1239.0));
    let said = bar.accesskit_node().description().unwrap();
    assert_eq!(said, "History: live after 1,239 images; 2 parameter changes, 2 rewards by hand");
    bar.click();
    harness.run_steps(2);
    let Command::LookBack(middle) = last(&sent) else { panic!("{:?}", last(&sent)) };
    assert!(middle.abs_diff(620) < 8, "half way is image 620, got {middle}");
    show(&mut harness, in_the_past(600, None));
    for (key, image) in [(Key::ArrowLeft, 599), (Key::ArrowRight, 601), (Key::Home, 0), (Key::PageUp, 477)] {
        harness.key_press(key);
        harness.run_steps(2);
        assert_eq!(last(&sent), Command::LookBack(image), "{key:?}");
    }
    harness.key_press(Key::End);
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::BackToPresent, "the right end is the present");
    harness.get_by_role_and_label(Role::Slider, "History").decrement_accesskit();
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::LookBack(599));
    harness.key_press(Key::Space);
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::Run, "with the keyboard on the bar Space still runs");
    harness.get_by_role_and_label(Role::ProgressIndicator, "Planned training: 1,239 of 60,000 images");
}

#[test]
fn the_past_offers_the_way_back_and_the_fork() {
    let (mut harness, sent) = usual();
    assert!(harness.query_by_role_and_label(Role::Button, "Fork here").is_none());
    show(&mut harness, in_the_past(120, None));
    harness.get_by_label_contains("image 120 of 1,239");
    harness.get_by_role_and_label(Role::Button, "Fork here").click();
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::ForkHere);
    harness.get_by_role_and_label(Role::Button, "Live").click();
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::BackToPresent);
    // by the palette, too
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    crate::gui::tests::stage::type_text(&mut harness, "fork");
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(last(&sent), Command::ForkHere);
    show(&mut harness, in_the_past(120, Some(1000)));
    harness.get_by_label_contains("computing 1,000");
}

/// In the past the bar has another background than in the present, and its handle is at the moment shown.
#[test]
fn history_bar_is_drawn_correctly_in_both_themes() {
    for (size, theme) in [([1440.0, 900.0], ThemeChoice::Dark), ([1024.0, 700.0], ThemeChoice::Light)] {
        let (mut harness, _) = window(size, theme, None);
        let palette = if theme == ThemeChoice::Dark { crate::gui::theme::DARK } else { crate::gui::theme::LIGHT };
        for (name, snapshot) in [("live", changed()), ("past", in_the_past(700, None)), ("far", in_the_past(100, Some(900)))] {
            let (shown, last) = match snapshot.looking_back {
                Some(back) => (back.target.unwrap_or(back.images), back.present_images),
                None => (1, 1),
            };
            let ground = crate::gui::window::history_bar::ground(&snapshot, &palette);
            show(&mut harness, snapshot);
            let picture = harness.render().unwrap();
            if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
                picture.save(Path::new(&folder).join(format!("history-{name}-{theme:?}.png"))).unwrap();
            }
            let bar = harness.get_by_role_and_label(Role::Slider, "History").rect();
            let at = |x: f32, y: f32| picture.get_pixel(x as u32, y as u32).0;
            assert_eq!(at(4.0, bar.center().y)[..3], ground.to_array()[..3], "{name} in {theme:?}");
            // only the handle is 12 points high in the accent colour
            let column = |x: u32| (0..12).all(|dy| at(x as f32, bar.center().y - 7.0 + dy as f32)[..3] == palette.accent.to_array()[..3]);
            let found = (bar.left() as u32..bar.right() as u32).find(|&x| column(x)).expect("a handle");
            let wanted = bar.left() + 5.0 + (bar.width() - 10.0) * shown as f32 / last as f32;
            assert!((found as f32 - wanted).abs() < 5.0, "{name} in {theme:?}: {found} for {wanted}");
        }
    }
}

/// An autosave left behind by another process.
fn left_behind(folder: &Path) -> std::path::PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let preset = Preset::load(&root.join("presets/mnist-rstdp.ron")).unwrap();
    let launch = Launch { preset, data_dir: root.join("data/mnist"), seed: 5, speed: Speed::Full };
    let mut session = Session::start(launch, || {}).unwrap();
    let file = Rescue::own_file(folder);
    session.send(Command::Autosave(file.clone())).unwrap();
    let start = Instant::now();
    while session.take_snapshot().is_none_or(|s| s.trial.index <= 10) && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    session.stop();
    file
}

#[test]
fn autosave_of_a_crashed_window_is_offered_and_resumed_or_discarded() {
    for word in ["Resume", "Discard"] {
        let folder = tempfile::tempdir().unwrap();
        let file = left_behind(folder.path());
        let (mut harness, sent) = usual();
        let ctx = harness.ctx.clone();
        harness.state_mut().recovery = crate::gui::app::recovery::Recovery::new(folder.path().to_owned(), ctx);
        assert!(wait_for(&mut harness, |harness| harness.query_by_label_contains("Resume image").is_some()));
        harness.get_by_label_contains("closed unexpectedly");
        if let Ok(gallery) = std::env::var("SPIKESCOPE_GALLERY") {
            harness.render().unwrap().save(Path::new(&gallery).join("recovery.png")).unwrap();
        }
        harness.get_by_label_contains(if word == "Resume" { "Resume image" } else { "Discard" }).click();
        harness.run_steps(2);
        assert!(harness.query_by_label_contains("Resume image").is_none());
        let resumed = has(&sent, |command| *command == Command::Resume(file.clone()));
        if word == "Resume" {
            assert!(resumed && file.exists(), "the session removes it when the run is safe");
        } else {
            assert!(!resumed && wait_for(&mut harness, |_| !file.exists()));
        }
    }
}

#[test]
fn pause_condition_is_chosen_in_the_popup_shown_on_its_button_and_removed() {
    let (mut harness, sent) = usual();
    harness.get_by_role_and_label(Role::Button, "Pause when").click();
    harness.run_steps(3);
    if let Ok(gallery) = std::env::var("SPIKESCOPE_GALLERY") {
        harness.render().unwrap().save(Path::new(&gallery).join("stop-when.png")).unwrap();
    }
    for label in ["Accuracy to pause at", "Image to pause at", "Neuron to pause at", "Model time to pause at"] {
        harness.get_by_role_and_label(Role::SpinButton, label);
    }
    harness.get_by_role_and_label(Role::Button, "Pause when an answer is wrong").click();
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::StopWhen(Some(StopCondition::Answered { right: false })));
    let mut snapshot = fixture::classification();
    snapshot.stop_when = Some(StopCondition::Answered { right: false });
    show(&mut harness, snapshot);
    harness.get_by_role_and_label(Role::Button, "Pauses when wrong").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "Remove").click();
    harness.run_steps(2);
    assert_eq!(last(&sent), Command::StopWhen(None));
}

#[test]
fn run_from_disk_is_added_by_dialog_and_an_invalid_one_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("kept run");
    let file = left_behind(folder.path());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let preset = Preset::load(&root.join("presets/mnist-rstdp.ron")).unwrap();
    let mut session =
        Session::start(Launch { preset, data_dir: root.join("data/mnist"), seed: 5, speed: Speed::ModelMsPerSecond(1.0) }, || {}).unwrap();
    for command in [Command::Resume(file), Command::Pause, Command::SaveRun(crate::files::NewDir::Named(run.clone()))] {
        session.send(command).unwrap();
    }
    let start = Instant::now();
    while !run.join("log.txt").exists() && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    session.stop();

    let (mut harness, _) = window([1440.0, 900.0], ThemeChoice::Dark, Some(run));
    harness.get_by_role_and_label(Role::Button, "View").click();
    harness.run_steps(3);
    harness.get_by_label("Compare").click();
    harness.run_steps(6);
    harness.get_by_role_and_label(Role::Button, "Add run…").click();
    assert!(wait_for(&mut harness, |harness| harness.query_by_label("kept run").is_some()), "{:?}", harness.state().messages());
    assert_eq!(harness.state().state.compared.runs[0].seed, 5);
    if let Ok(gallery) = std::env::var("SPIKESCOPE_GALLERY") {
        harness.render().unwrap().save(Path::new(&gallery).join("compare.png")).unwrap();
    }
    harness.get_by_role_and_label(Role::Button, "Remove kept run").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("kept run").is_none());
    let nothing = folder.path().to_owned();
    let (mut harness, _) = window([1440.0, 900.0], ThemeChoice::Dark, Some(nothing.clone()));
    harness.state_mut().state.compared.wants_more = true;
    let named = nothing.display().to_string();
    assert!(wait_for(&mut harness, |harness| harness.state().messages().iter().any(|text| text.contains(&named))));
}

#[test]
fn labels_are_swapped_by_two_pickers_and_apply_and_the_swap_can_be_ended() {
    let (mut harness, sent) = usual();
    "swap".clone_into(&mut harness.state_mut().state.search);
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::ComboBox, "Second class").click();
    harness.run_steps(3);
    harness.get_all_by_label("7").last().unwrap().click();
    harness.run_steps(3);
    let is_swap = |command: &Command| matches!(command, Command::Set(ParamId::SwapA | ParamId::SwapB, _));
    assert!(!has(&sent, is_swap), "nothing is swapped while it is being chosen");
    harness.get_by_role_and_label(Role::Button, "Apply").click();
    harness.run_steps(3);
    for wanted in [Command::Set(ParamId::SwapA, 0.0), Command::Set(ParamId::SwapB, 7.0)] {
        assert!(has(&sent, |command| *command == wanted), "{wanted:?} in {:?}", sent.lock().unwrap());
    }
    let mut snapshot = fixture::classification();
    snapshot.params.set(ParamId::SwapB, 7.0).unwrap();
    show(&mut harness, snapshot);
    harness.get_by_role_and_label(Role::Button, "End swap").click();
    harness.run_steps(3);
    assert!(has(&sent, |command| *command == Command::Set(ParamId::SwapB, 0.0)));
}

#[test]
fn pending_reward_and_swapped_label_are_shown() {
    let (mut harness, _) = usual();
    let mut snapshot = fixture::classification();
    (snapshot.trial.reward, snapshot.trial.reward_in_ms) = (None, 12.0);
    snapshot.params.set(ParamId::SwapA, 7.0).unwrap();
    snapshot.params.set(ParamId::SwapB, 2.0).unwrap();
    show(&mut harness, snapshot);
    harness.get_by_label("Current image: 1,240, label 7, swapped, answer 7, right, reward in 12 ms");
}

#[test]
fn reset_run_is_restored_from_the_menu() {
    let (mut harness, sent) = usual();
    let mut snapshot = fixture::classification();
    snapshot.put_aside = Some(PutAside { id: 1, title: "a run".to_owned(), seed: 3, images: 1240, model_ms: None, by: PutAsideBy::Reset });
    show(&mut harness, snapshot);
    harness.get_by_role_and_label(Role::Button, "Reset").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Undo the reset (1240 images, seed 3)").click();
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::UndoRun));
}

/// A window with a real simulation.
pub(crate) fn real() -> Harness<'static, App> {
    real_with(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/mnist"))
}

/// Like `real`, with images from this folder.
pub(crate) fn real_with(data: std::path::PathBuf) -> Harness<'static, App> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let preset = Preset::load(&root.join("presets/mnist-rstdp.ron")).unwrap();
    Harness::builder().with_size([1440.0, 900.0]).with_max_steps(30).renderer(Painter::default()).build_eframe(move |creation| {
        let parts = crate::gui::Parts {
            preset,
            shipped: Vec::new(),
            complaint: None,
            seed: 3,
            state: crate::gui::state::UiState { speed: Some(Speed::Full), digest: true, ..Default::default() },
            dock: None,
            launcher: crate::gui::session_launcher(data, crate::datasets::Reading::default()),
            dialogs: Box::new(crate::gui::window::dialogs::NativeDialogs),
            screenshot: None,
            begun: None,
        };
        App::new(&creation.egui_ctx, parts)
    })
}

/// Step the window until `holds` is true for a snapshot.
pub(crate) fn until(harness: &mut Harness<'static, App>, what: &str, holds: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
    assert!(wait_for(harness, |harness| harness.state().snapshot.as_ref().is_some_and(|s| holds(s))), "never saw: {what}");
    harness.state().snapshot.clone().unwrap()
}

#[test]
fn real_window_goes_back_forks_and_restores_the_other_run() {
    let mut harness = real();
    until(&mut harness, "a run", |s| s.trial.index > 300);
    harness.get_by_role_and_label(Role::Button, "Pause").click();
    let present = until(&mut harness, "a pause", |s| s.digest.is_some());
    let bar = harness.get_by_role_and_label(Role::Slider, "History");
    bar.click();
    let past = until(&mut harness, "the past", |s| s.looking_back.is_some_and(|back| back.target.is_none()) && s.digest.is_some());
    let images = past.looking_back.unwrap().images;
    assert!(images.abs_diff(present.trial.index / 2) < 10 && past.accuracy.len() < present.accuracy.len());
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Live").click();
    let live = until(&mut harness, "the present", |s| s.looking_back.is_none() && s.digest.is_some());
    assert_eq!(live.digest, present.digest);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Slider, "History").click();
    until(&mut harness, "the past", |s| s.looking_back.is_some_and(|back| back.images == images && back.target.is_none()));
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Fork here").click();
    let fork = until(&mut harness, "a fork", |s| s.looking_back.is_none() && s.digest.is_some());
    assert_eq!((&fork.digest, fork.runs.len()), (&past.digest, 1));
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Reset").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Return to the original run").click();
    let back = until(&mut harness, "the run it left", |s| s.generation > fork.generation && s.digest.is_some());
    assert_eq!(back.digest, present.digest);
}

/// A truncated autosave, as after a full disk: it is named with the reason, and can be discarded.
#[test]
fn damaged_autosave_is_named_and_can_be_discarded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("7-7.autosave");
    std::fs::write(&path, b"SPK").unwrap();
    let (mut harness, _) = usual();
    let ctx = harness.ctx.clone();
    harness.state_mut().recovery = crate::gui::app::recovery::Recovery::new(folder.path().to_owned(), ctx);
    assert!(crate::gui::tests::stage::wait_for(&mut harness, |harness| harness.query_by_label_contains("cannot be read").is_some()));
    harness.get_by_label_contains("The run autosaved just now cannot be read");
    harness.get_by_label_contains("7-7.autosave");
    harness.get_by_role_and_label(Role::Button, "Discard").click();
    harness.run_steps(2);
    assert!(crate::gui::tests::stage::wait_for(&mut harness, |_| !path.exists()));
    assert!(harness.query_by_label_contains("cannot be read").is_none());
}
