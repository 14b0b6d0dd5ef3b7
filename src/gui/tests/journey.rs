//! The window driven by role and label, as by a screen reader or a keyboard.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{drop_file, has, stage, type_text, usual, wait_for, window, window_with};
use crate::gui::window::dialogs::{Answer, Ask, Dialogs, Reply};
use crate::params::ParamId;
use crate::session::{Command, Notice};
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;
use std::sync::Arc;

/// `layout.rs` checks positions; this test checks the picture.
#[test]
fn the_window_lays_out_at_every_size_and_in_both_themes() {
    for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
        for theme in [ThemeChoice::Dark, ThemeChoice::Light] {
            let (mut harness, _) = window(size, theme, None);
            let picture = harness.render().unwrap();
            if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
                picture.save(Path::new(&folder).join(format!("window-{}-{theme:?}.png", size[0]))).unwrap();
            }
            assert_eq!([picture.width() as f32, picture.height() as f32], size);
            // the theme's background between the bars and tiles, and no large empty area
            let palette = if theme == ThemeChoice::Dark { crate::gui::theme::DARK } else { crate::gui::theme::LIGHT };
            let is = |pixel: &image::Rgba<u8>, colour: egui::Color32| pixel.0[..3] == colour.to_array()[..3];
            let share = |colour| picture.pixels().filter(|pixel| is(pixel, colour)).count() as f32 / picture.pixels().len() as f32;
            let (ground, panel) = (share(palette.ground), share(palette.panel));
            assert!(ground > 0.005 && ground < 0.3, "{theme:?} at {size:?}: {ground} of the ground");
            assert!(panel > 0.2 && panel < 0.9, "{theme:?} at {size:?}: {panel} of tiles");
            harness.check_accessibility();
        }
    }
}

#[test]
fn main_button_and_space_pause_a_run() {
    let (mut harness, sent) = usual();
    harness.get_by_role_and_label(Role::Button, "Pause").click();
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::Pause));
    sent.lock().unwrap().clear();
    harness.key_press(egui::Key::Space);
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::Pause));
}

#[test]
fn manual_reward_is_given_by_button_and_by_key() {
    let (mut harness, sent) = usual();
    harness.get_by_role_and_label(Role::Button, "+1").click();
    harness.run_steps(2);
    harness.key_press(egui::Key::Minus);
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::Reward(1.0)));
    assert!(has(&sent, |command| *command == Command::Reward(-1.0)));
}

#[test]
fn screen_reader_action_on_a_slider_sets_the_parameter() {
    let (mut harness, sent) = usual();
    harness.get_by_role_and_label(Role::Slider, "Membrane time constant").increment_accesskit();
    harness.run_steps(2);
    assert!(has(&sent, |command| matches!(command, Command::Set(ParamId::TauM, _))));
}

#[test]
fn search_shows_only_matching_parameters() {
    let (mut harness, _) = usual();
    harness.state_mut().state.search = "refractory".to_owned();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Slider, "Refractory period");
    assert!(harness.query_by_role_and_label(Role::Slider, "Membrane time constant").is_none());
}

#[test]
fn escape_clears_the_search() {
    let (mut harness, _) = usual();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::F);
    harness.run_steps(2);
    type_text(&mut harness, "refractory");
    assert!(harness.query_by_role_and_label(Role::Slider, "Membrane time constant").is_none());
    harness.key_press(egui::Key::Escape);
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Slider, "Membrane time constant");
}

/// A desktop without file dialogs.
struct NoDialogs;

impl Dialogs for NoDialogs {
    fn ask(&mut self, _ask: &Ask) -> Answer {
        Box::new(|| Reply::Unavailable)
    }
}

#[test]
fn path_is_typed_if_no_dialog_can_be_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("typed.ron");
    let (mut harness, sent) = window_with([1440.0, 900.0], ThemeChoice::Dark, Box::new(NoDialogs));
    let ask = |harness: &mut Harness<'static, App>, key, path: &Path| {
        harness.key_press_modifiers(egui::Modifiers::COMMAND, key);
        assert!(wait_for(harness, |harness| harness.query_by_role_and_label(Role::TextInput, "Path").is_some()));
        harness.run_steps(2);
        harness.get_by_label_contains("No file dialog");
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        type_text(harness, &path.display().to_string());
        harness.key_press(egui::Key::Enter);
        harness.run_steps(2);
    };
    ask(&mut harness, egui::Key::S, &path);
    assert!(wait_for(&mut harness, |harness| harness.state().messages().iter().any(|text| text.starts_with("Saved"))));
    assert!(harness.query_by_role_and_label(Role::TextInput, "Path").is_none());
    ask(&mut harness, egui::Key::O, &path);
    let loaded = sent.clone();
    assert!(wait_for(&mut harness, move |_| has(&loaded, |command| matches!(command, Command::LoadPreset(..)))));
}

/// While a question is open, letter keys must not act on the run, whatever has the focus behind it.
#[test]
fn keys_do_not_act_behind_a_question() {
    let (mut harness, sent) = window_with([1440.0, 900.0], ThemeChoice::Dark, Box::new(NoDialogs));
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::O);
    assert!(wait_for(&mut harness, |harness| harness.query_by_role_and_label(Role::TextInput, "Path").is_some()));
    harness.run_steps(2);
    let focus = harness.ctx.memory(egui::Memory::focused);
    focus.into_iter().for_each(|id| harness.ctx.memory_mut(|memory| memory.surrender_focus(id)));
    sent.lock().unwrap().clear();
    for key in [egui::Key::R, egui::Key::Space, egui::Key::Period, egui::Key::Plus] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    assert!(!has(&sent, |command| !matches!(command, Command::Watch(_))), "{:?}", sent.lock().unwrap());
}

#[test]
fn a_chosen_preset_is_loaded() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/mnist-diehl-cook-100.ron");
    let (mut harness, sent) = window([1440.0, 900.0], ThemeChoice::Dark, Some(path));
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::O);
    let loaded = sent.clone();
    assert!(wait_for(&mut harness, move |_| has(&loaded, |command| matches!(command, Command::LoadPreset(..)))));
}

#[test]
fn invalid_preset_file_is_refused_by_name_and_changes_nothing() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let (mut harness, sent) = window([1440.0, 900.0], ThemeChoice::Dark, Some(path));
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::O);
    assert!(wait_for(&mut harness, |harness| harness.state().messages().iter().any(|text| text.contains("Cargo.toml"))));
    assert!(!has(&sent, |command| matches!(command, Command::LoadPreset(..))));
}

#[test]
fn keys_step_and_reset() {
    let (mut harness, sent) = usual();
    for key in [egui::Key::Period, egui::Key::Enter, egui::Key::R] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    assert!(has(&sent, |command| *command == Command::StepMs));
    assert!(has(&sent, |command| *command == Command::StepTrial));
    assert!(has(&sent, |command| matches!(command, Command::Reset { .. })));
}

#[test]
fn window_survives_a_crash_and_restarts_with_the_current_parameters() {
    let (mut harness, _, heard, launched) = stage([1440.0, 900.0], ThemeChoice::Dark, None);
    let in_force = fixture::classification().params.get(ParamId::TauM) + 7.0;
    let mut snapshot = fixture::classification();
    snapshot.params.set(ParamId::TauM, in_force).unwrap();
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    heard.lock().unwrap().push(Notice::Crashed("asked to panic".to_owned()));
    harness.run_steps(2);
    harness.get_by_label_contains("asked to panic");
    harness.get_by_role_and_label(Role::Button, "Restart").click();
    harness.run_steps(3);
    assert!(harness.query_by_role_and_label(Role::Button, "Restart").is_none());
    let launched = launched.lock().unwrap();
    assert_eq!(launched.len(), 2);
    assert_eq!(launched[1].params.get(ParamId::TauM), in_force);
}

#[test]
fn a_dropped_preset_is_loaded_and_anything_else_is_refused_by_name() {
    let (mut harness, sent) = usual();
    drop_file(&mut harness, "README.md");
    let told =
        |harness: &Harness<'static, App>| harness.state().messages().iter().any(|text| text.contains("README.md") && text.contains(".ron"));
    assert!(wait_for(&mut harness, told));
    assert!(!has(&sent, |command| matches!(command, Command::LoadPreset(..))));
    drop_file(&mut harness, "presets/mnist-diehl-cook-100.ron");
    let loaded = sent.clone();
    assert!(wait_for(&mut harness, move |_| has(&loaded, |command| matches!(command, Command::LoadPreset(..)))));
    assert!(harness.state().messages().is_empty(), "the error message is removed");
}

#[test]
fn the_palette_finds_a_command_and_sets_a_parameter_by_keyboard_alone() {
    let (mut harness, sent) = usual();
    let open = |harness: &mut Harness<'static, App>| {
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::P);
        harness.run_steps(3);
    };
    open(&mut harness);
    type_text(&mut harness, "step im");
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    assert!(has(&sent, |command| *command == Command::StepTrial));
    assert!(harness.query_by_role(Role::SearchInput).is_some(), "the search box of the parameters is still there");
    open(&mut harness);
    type_text(&mut harness, "tau_m=33ms");
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    assert!(has(&sent, |command| *command == Command::Set(ParamId::TauM, 33.0)));
    open(&mut harness);
    harness.key_press(egui::Key::Escape);
    harness.run_steps(2);
    assert!(!has(&sent, |command| *command == Command::StepMs));
}

/// A slow frame can deliver the shortcut of the palette, letters and Enter at once; none of them may act on the run.
#[test]
fn letters_in_the_same_frame_as_the_palette_shortcut_go_to_the_palette() {
    let (mut harness, sent) = usual();
    let key = |key: egui::Key, modifiers| egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    let letter = |k: egui::Key, text: &str| [key(k, egui::Modifiers::NONE), egui::Event::Text(text.to_owned())];
    let mut events = vec![key(egui::Key::P, egui::Modifiers::COMMAND)];
    for (k, text) in [(egui::Key::R, "raster"), (egui::Key::Space, " "), (egui::Key::P, "pn")] {
        events.extend(letter(k, text));
    }
    harness.input_mut().events.extend(events);
    harness.step();
    // a new window is only measured in its first frame
    harness.step();
    assert!(harness.query_by_label_contains("Command palette. Raster: save image").is_some(), "the letters are in the search field");
    // the last letters and Enter, again in one frame
    harness.input_mut().events.extend([egui::Event::Text("g".to_owned()), key(egui::Key::Enter, egui::Modifiers::NONE)]);
    harness.step();
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("Command palette.").is_none(), "the best match was chosen");
    assert!(!has(&sent, |command| matches!(command, Command::Pause | Command::Run | Command::StepTrial | Command::Reset { .. })));
}

#[test]
fn long_menu_shows_all_items_if_there_is_room() {
    let (mut harness, sent) = usual();
    harness.get_by_role_and_label(Role::Button, "Run").click();
    harness.run_steps(4);
    harness.get_by_label_contains("Reset with a new seed").click();
    harness.run_steps(3);
    assert!(has(&sent, |command| matches!(command, Command::Reset { .. })), "the item is visible without scrolling");
}

/// Changes refused because the session shows the past cannot be undone.
#[test]
fn undo_does_not_offer_changes_refused_in_the_past() {
    let (mut harness, sent) = usual();
    let mut past = fixture::classification();
    past.looking_back = Some(crate::session::LookingBack { images: 600, present_images: 1239, present_step: past.step, target: None });
    harness.state_mut().snapshot = Some(Arc::new(past));
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Slider, "Membrane time constant").increment_accesskit();
    harness.run_steps(2);
    assert!(
        has(&sent, |command| matches!(command, Command::Set(ParamId::TauM, _))),
        "the command is sent, so that the session can report the refusal"
    );
    assert_eq!(harness.state().undo.words().0, None);
}

#[test]
fn undo_and_redo_a_slider_change() {
    let (mut harness, sent) = usual();
    let before = fixture::classification().params.get(ParamId::TauM);
    harness.get_by_role_and_label(Role::Slider, "Membrane time constant").increment_accesskit();
    harness.run_steps(2);
    let after = sent.lock().unwrap().iter().find_map(|c| if let Command::Set(ParamId::TauM, v) = c { Some(*v) } else { None }).unwrap();
    sent.lock().unwrap().clear();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::Set(ParamId::TauM, before)));
    sent.lock().unwrap().clear();
    harness.key_press_modifiers(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::Z);
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::Set(ParamId::TauM, after)));
}

#[test]
fn background_work_shows_progress_and_can_be_stopped() {
    let (mut harness, _) = usual();
    let work = Arc::new(crate::work::Work::new("Testing", 1000));
    let mut snapshot = fixture::classification();
    snapshot.work = Arc::new([Arc::clone(&work)]);
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    work.set_done(250);
    harness.run_steps(4);
    harness.get_by_label_contains("Testing: 25 %");
    harness.get_by_role_and_label(Role::Button, "Stop: Testing").click();
    harness.run_steps(2);
    assert!(work.is_cancelled());
    work.finish();
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("Testing:").is_none());
}
