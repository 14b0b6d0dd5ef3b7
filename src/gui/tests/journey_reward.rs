//! Manual reward by keys alone, with a real simulation; and file dialogs that fail to appear.

#![allow(clippy::unwrap_used)]

use crate::gui::app::source::session_launcher;
use crate::gui::state::{ThemeChoice, UiState};
use crate::gui::tests::fixture;
use crate::gui::tests::painter::Painter;
use crate::gui::tests::stage::{Chosen, default_preset, usual, window_with};
use crate::gui::window::dialogs::{Answer, Ask, Dialogs, Reply};
use crate::gui::{App, Parts};
use crate::params::ParamId;
use crate::session::{HandReward, RunState, Speed};
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A window on a real simulation with manual reward.
fn by_hand() -> Harness<'static, App> {
    let mut preset = default_preset();
    preset.params.set(ParamId::RewardMode, 1.0).unwrap();
    let mut harness =
        Harness::builder().with_size([1440.0, 900.0]).with_max_steps(30).renderer(Painter::default()).build_eframe(move |creation| {
            let parts = Parts {
                preset,
                shipped: Vec::new(),
                complaint: None,
                seed: 0,
                state: UiState { theme: ThemeChoice::Dark, speed: Some(Speed::Full), ..UiState::default() },
                dock: None,
                launcher: session_launcher(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/mnist"), crate::datasets::Reading::default()),
                dialogs: Box::new(Chosen(None)),
                screenshot: None,
                begun: None,
            };
            App::new(&creation.egui_ctx, parts)
        });
    harness.run_steps(2);
    harness
}

fn until(harness: &mut Harness<'static, App>, what: &str, holds: impl Fn(&crate::session::Snapshot) -> bool) {
    let start = Instant::now();
    while !harness.state().snapshot.as_ref().is_some_and(|snapshot| holds(snapshot)) {
        assert!(start.elapsed() < Duration::from_mins(1), "never seen: {what}");
        std::thread::sleep(Duration::from_millis(5));
        harness.run_steps(1);
    }
    harness.run_steps(2);
}

#[test]
fn answers_are_rewarded_by_keys_alone_while_shown() {
    let mut harness = by_hand();
    for (image, key, words) in
        [(0, Key::Plus, "+1 given to image 1 "), (1, Key::Num0, "0 given to image 2 "), (2, Key::Minus, "−1 given to image 3 ")]
    {
        until(&mut harness, "it waits", |s| s.trial.awaits_reward && s.trial.index == image);
        assert_eq!(harness.state().snapshot.as_ref().unwrap().state, RunState::Running);
        assert!(harness.query_all_by_label_contains("to reward it").next().is_some(), "the controls ask for a reward");
        harness.get_by_label_contains("Waiting for your reward");
        harness.key_press(key);
        until(&mut harness, "the verdict", |s| s.given.is_some_and(|given| given.image == image && given.answer.is_some()));
        assert!(harness.query_all_by_label_contains(words).next().is_some(), "{words}");
    }
    let rewards: Vec<Option<f64>> = harness.state().snapshot.as_ref().unwrap().trials.iter().map(|trial| trial.reward).collect();
    assert_eq!(rewards[..2], [Some(1.0), Some(0.0)]);
    // Space pauses and resumes while the session waits for a reward
    until(&mut harness, "it waits again", |s| s.trial.awaits_reward && s.trial.index == 3);
    harness.key_press(Key::Space);
    until(&mut harness, "a pause", |s| s.state == RunState::Paused && s.trial.awaits_reward);
    harness.key_press(Key::Space);
    until(&mut harness, "running", |s| s.state == RunState::Running && s.trial.awaits_reward);
    harness.key_press(Key::Plus);
    until(&mut harness, "the next image", |s| s.trial.index == 4);
}

#[test]
fn reward_in_continuous_running_is_confirmed_for_its_image() {
    let (mut harness, _) = usual();
    let mut snapshot = fixture::classification();
    let image = snapshot.trial.index - 3;
    snapshot.pace.images_per_s = 4.0;
    snapshot.given = Some(HandReward { image, reward: -1.0, answer: Some(Some(7)) });
    let words = format!("−1 given to image {} (answer 7)", crate::gui::paint::numbers::count(image + 1));
    assert_eq!(snapshot.given_words().as_deref(), Some(words.as_str()));
    harness.state_mut().snapshot = Some(Arc::new(snapshot.clone()));
    harness.run_steps(2);
    assert!(harness.query_all_by_label_contains(&words).next().is_some());
    snapshot.trial.index += 400;
    assert_eq!(snapshot.given_words(), None, "the confirmation is only shown for recent images");
}

/// A dialog that returns without having been shown, or never returns.
struct Failing {
    after: Duration,
}

impl Dialogs for Failing {
    fn ask(&mut self, _ask: &Ask) -> Answer {
        let after = self.after;
        Box::new(move || {
            std::thread::sleep(after);
            Reply::Nothing
        })
    }
}

#[test]
fn a_dialog_that_fails_late_or_never_answers_leads_to_a_field_for_the_path() {
    for after in [Duration::from_secs(1), Duration::from_hours(1)] {
        let (mut harness, _) = window_with([1440.0, 900.0], ThemeChoice::Dark, Box::new(Failing { after }));
        harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
        let start = Instant::now();
        while !harness.state().prompt.is_open() {
            assert!(start.elapsed() < Duration::from_secs(20), "no field after {after:?}");
            harness.run_steps(1);
            std::thread::sleep(Duration::from_millis(20));
        }
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::TextInput, "Path");
    }
}
