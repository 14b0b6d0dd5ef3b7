//! Views that change the run, by role and label: network graph, spike propagation, handles of the STDP window.

#![allow(clippy::unwrap_used)]

use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{has, usual};
use crate::gui::tiles::layouts::LayoutKind;
use crate::params::{ParamId, Setup, Template};
use crate::session::{Command, RunState, Snapshot, Speed};
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::sync::Arc;

fn show(harness: &mut Harness<'static, crate::gui::App>, snapshot: Snapshot, panel: &'static str) {
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(2);
    harness.state_mut().state.wants_panel = Some(panel);
    harness.run_steps(4);
}

#[test]
fn a_click_on_a_population_opens_a_view_of_its_neurons() {
    let (mut harness, _) = usual();
    show(&mut harness, fixture::features(), "graph");
    harness.state_mut().dock.toggle("hidden");
    harness.run_steps(3);
    assert!(!harness.state().dock.is_open("hidden"));
    harness.get_by_label_contains("Hidden 1: 7,744 of 11 × 11 × 64").click();
    harness.run_steps(4);
    assert!(harness.state().dock.is_open("hidden"));
}

#[test]
fn propagation_too_fast_to_follow_offers_slow_motion() {
    let (mut harness, sent) = usual();
    show(&mut harness, fixture::classification(), "way");
    harness.get_by_role_and_label(Role::Button, "Slow motion").click();
    harness.run_steps(2);
    assert!(has(&sent, |command| *command == Command::SetSpeed(Speed::ModelMsPerSecond(10.0))));
    let mut paused = fixture::classification();
    paused.state = RunState::Paused;
    harness.state_mut().snapshot = Some(Arc::new(paused));
    harness.run_steps(2);
    harness.get_by_label_contains("Propagation to neuron");
}

#[test]
fn stdp_handles_set_one_parameter_each_by_key_and_screen_reader() {
    let (mut harness, sent) = usual();
    harness.state_mut().snapshot = Some(Arc::new(fixture::pairing()));
    harness.run_steps(4);
    assert_eq!(harness.state().snapshot.as_ref().unwrap().setup, Setup::Template(Template::Pair));
    for (label, id) in [
        ("Potentiation on the curve", ParamId::APlus),
        ("Depression on the curve", ParamId::AMinus),
        ("Presynaptic trace on the curve, ms", ParamId::TauPlus),
        ("Postsynaptic trace on the curve, ms", ParamId::TauMinus),
    ] {
        sent.lock().unwrap().clear();
        harness.get_by_role_and_label(Role::Slider, label).increment_accesskit();
        harness.run_steps(2);
        assert!(has(&sent, |command| matches!(command, Command::Set(other, _) if *other == id)), "{label} by a reader");
        assert!(!has(&sent, |command| matches!(command, Command::Set(other, _) if *other != id)), "{label} moves no other");
        sent.lock().unwrap().clear();
        harness.get_by_role_and_label(Role::Slider, label).focus();
        harness.run_steps(1);
        harness.key_press(egui::Key::ArrowDown);
        harness.run_steps(2);
        assert!(has(&sent, |command| matches!(command, Command::Set(other, _) if *other == id)), "{label} by a key");
    }
}

#[test]
fn dragging_a_handle_right_increases_only_its_time_constant() {
    let (mut harness, sent) = usual();
    show(&mut harness, fixture::classification(), "stdp_curve");
    let before = harness.state().snapshot.as_ref().unwrap().params.get(ParamId::TauPlus);
    sent.lock().unwrap().clear();
    let at = harness.get_by_role_and_label(Role::Slider, "Presynaptic trace on the curve, ms").rect().center();
    harness.hover_at(at);
    harness.run_steps(1);
    harness.drag_at(at);
    harness.run_steps(1);
    for k in 1..=4 {
        harness.hover_at(at + egui::vec2(6.0 * k as f32, 0.0));
        harness.run_steps(1);
    }
    harness.drop_at(at + egui::vec2(24.0, 0.0));
    harness.run_steps(2);
    let sent = sent.lock().unwrap();
    let values: Vec<f64> = sent.iter().filter_map(|c| if let Command::Set(ParamId::TauPlus, v) = c { Some(*v) } else { None }).collect();
    assert!(!values.is_empty() && values.windows(2).all(|pair| pair[0] < pair[1]) && values[0] > before, "{before}: {values:?}");
    assert!(sent.iter().all(|c| !matches!(c, Command::Set(id, _) if *id != ParamId::TauPlus)));
}

#[test]
fn f1_over_a_tile_explains_it_and_the_search_finds_a_parameter() {
    let (mut harness, _) = usual();
    let tile = harness.get_by_label_contains("Confusion tile.").rect().center();
    harness.hover_at(tile + egui::vec2(0.0, 40.0));
    harness.run_steps(2);
    harness.key_press(egui::Key::F1);
    harness.run_steps(5);
    assert!(harness.state().dock.is_open("help"));
    harness.get_by_label_contains("one row per label, one column per answer");
    harness.get_by_role_and_label(Role::SearchInput, "Search help").focus();
    harness.run_steps(1);
    harness.get_by_role_and_label(Role::SearchInput, "Search help").type_text("τ_m membrane lif input");
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("one row per label, one column per answer").is_none(), "only matches are shown");
}

fn see(harness: &mut Harness<'static, crate::gui::App>, snapshot: crate::session::Snapshot) {
    harness.state_mut().snapshot = Some(std::sync::Arc::new(snapshot));
    harness.run_steps(3);
}

#[test]
fn tour_has_three_steps_that_end_when_done() {
    let (mut harness, sent) = usual();
    let mut moment = fixture::classification();
    moment.probed = None;
    harness.state_mut().state.hints_seen = 0;
    see(&mut harness, moment.clone());
    harness.get_by_label("1 of 3");
    harness.get_by_role_and_label(Role::Button, "Start drawing").click();
    harness.run_steps(3);
    assert!(harness.state().dock.is_open("draw"));
    harness.get_by_label("1 of 3");
    moment.probed = fixture::classification().probed;
    see(&mut harness, moment.clone());
    harness.get_by_label("2 of 3");
    assert!(harness.query_by_role_and_label(Role::Button, "Open drawing").is_none(), "the drawing is in sight");
    let picture = crate::session::Picture { pixels: vec![0; 784], label: 3 };
    moment.applied =
        std::sync::Arc::new([crate::session::Applied { before: crate::time::Step(1), change: crate::session::Recorded::Shown(picture) }]);
    see(&mut harness, moment.clone());
    harness.get_by_label("3 of 3");
    harness.get_by_role_and_label(Role::Button, "Reward by hand").click();
    harness.run_steps(3);
    assert!(has(&sent, |command| *command == Command::Set(ParamId::RewardMode, 1.0)));
    let mut changes = moment.applied.to_vec();
    changes.push(crate::session::Applied { before: crate::time::Step(2), change: crate::session::Recorded::Reward(1.0) });
    moment.applied = changes.into();
    see(&mut harness, moment);
    assert!(harness.query_by_role_and_label(Role::Button, "Skip tour").is_none(), "no further step after the last");
}

#[test]
fn the_tour_is_skipped_and_started_again_from_the_help_menu() {
    let (mut harness, _) = usual();
    harness.get_by_role_and_label(Role::Button, "Next").click();
    harness.run_steps(2);
    harness.get_by_label("2 of 3");
    harness.get_by_role_and_label(Role::Button, "Skip tour").click();
    harness.run_steps(2);
    assert!(harness.query_by_role_and_label(Role::Button, "Next").is_none());
    harness.get_by_role_and_label(Role::Button, "Help").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Start the tour").click();
    harness.run_steps(3);
    harness.get_by_label("1 of 3");
}

#[test]
fn f1_explains_the_focused_tile_or_after_a_move_the_one_under_the_pointer() {
    let (mut harness, _) = usual();
    let tile = harness.get_by_label_contains("Confusion tile.").rect().center();
    harness.hover_at(tile + egui::vec2(0.0, 40.0));
    harness.run_steps(2);
    harness.get_by_label_contains("Raster tile.").focus();
    harness.run_steps(2);
    assert_eq!(harness.state().state.attended(), Some("raster"));
    harness.key_press(egui::Key::F1);
    harness.run_steps(5);
    harness.get_by_label_contains("Each mark is a spike");
    // the help tile changed the layout
    let tile = harness.get_by_label_contains("Confusion tile.").rect().center();
    harness.hover_at(tile + egui::vec2(0.0, 44.0));
    harness.run_steps(2);
    assert_eq!(harness.state().state.attended(), Some("confusion"));
}

/// Only the element under the pointer has hover text.
#[test]
fn hover_text_of_the_raster_follows_the_pointer() {
    let (mut harness, _) = usual();
    let raster = harness.get_by_label_contains("Raster: 400 neurons").rect();
    let told = |harness: &Harness<'static, crate::gui::App>| {
        let words = |node: egui_kittest::Node<'_>| node.accesskit_node().label().or(node.accesskit_node().value());
        let mut all = harness.query_all_by_label_contains("neuron").filter_map(words);
        all.any(|words| words.ends_with(" ms") && words.contains('\n'))
    };
    for elsewhere in [Some(egui::pos2(20.0, 20.0)), None] {
        harness.hover_at(raster.center());
        harness.run_steps(8);
        assert!(told(&harness), "over the raster");
        match elsewhere {
            Some(at) => harness.hover_at(at),
            None => harness.event(egui::Event::PointerGone),
        }
        harness.run_steps(3);
        assert!(!told(&harness), "after the pointer left, to {elsewhere:?}");
    }
}

/// In every layout and at every size, no tab title is truncated.
#[test]
fn no_tab_is_truncated_in_any_layout() {
    for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
        let (mut harness, _) = crate::gui::tests::stage::window(size, ThemeChoice::Dark, None);
        for snapshot in [fixture::classification(), fixture::features(), fixture::first_neuron()] {
            harness.state_mut().snapshot = Some(Arc::new(snapshot));
            for kind in LayoutKind::ALL {
                harness.state_mut().dock.set_layout(kind);
                harness.run_steps(4);
                let scrolls = harness.query_all_by_label_contains("Scroll tabs").count();
                assert_eq!(scrolls, 0, "{kind:?} at {size:?}: a bar of tabs is too narrow for its tabs");
            }
        }
    }
}

#[test]
fn planned_length_line_is_labelled() {
    let (mut harness, _) = usual();
    let line = harness.get_by_role_and_label(Role::ProgressIndicator, "Planned training: 1,239 of 60,000 images").rect();
    harness.hover_at(line.center());
    harness.run_steps(8);
    harness.get_by_label("Planned training: 1,239 of 60,000 images, 2.1 %");
}

#[test]
fn high_contrast_theme_applies_to_the_whole_window_and_can_be_left() {
    use crate::gui::theme::{self, DARK, DARK_CONTRAST};
    let (mut harness, _) = usual();
    assert_eq!(harness.ctx.style_of(egui::Theme::Dark).visuals.panel_fill, DARK.panel);
    theme::apply(&harness.ctx, ThemeChoice::DarkContrast);
    harness.run_steps(2);
    assert_eq!(harness.ctx.style_of(egui::Theme::Dark).visuals.panel_fill, DARK_CONTRAST.panel);
    assert_eq!(crate::gui::App::palette(&harness.ctx), &DARK_CONTRAST);
    theme::apply(&harness.ctx, ThemeChoice::Dark);
    assert_eq!(crate::gui::App::palette(&harness.ctx), &DARK);
}

/// A neuron without spikes for a long time, shown in the Inspector of this window.
fn silent(harness: &mut Harness<'static, crate::gui::App>, neuron: u32) {
    let mut snapshot = fixture::classification();
    let nearest = Some(crate::session::Nearest { v_mv: -53.0, threshold_mv: -48.6, lowest_mv: -980.0 });
    let habit = crate::session::Habit { neuron, silent_images: 92, images: 20, nearest, ..Default::default() };
    snapshot.habit = Some(Arc::new(habit));
    snapshot.rates = vec![0.0; snapshot.rates.len()].into();
    harness.state_mut().state.select_neuron(neuron);
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(2);
    harness.state_mut().state.wants_panel = Some("inspector");
    harness.run_steps(4);
}

#[test]
fn reasons_for_silence_fit_without_scrolling() {
    for size in [[1024.0, 700.0], [1440.0, 900.0], [1920.0, 1080.0]] {
        for kind in [LayoutKind::Learn, LayoutKind::Debug] {
            let (mut harness, _) = crate::gui::tests::stage::window(size, ThemeChoice::Dark, None);
            harness.state_mut().dock.set_layout(kind);
            harness.run_steps(3);
            silent(&mut harness, 57);
            let tile = harness.state().dock.area("inspector").unwrap();
            let words = harness.get_by_label_contains("Silent for 92 recorded images").rect();
            assert!(tile.contains_rect(words), "{kind:?} at {size:?}: {words} leaves {tile}");
            harness.get_by_label_contains("rate, 200 images");
        }
    }
}

#[test]
fn inspector_shows_whether_it_follows_the_winner_or_a_pinned_neuron() {
    let (mut harness, _) = usual();
    harness.get_by_label("This neuron: following the winner");
    harness.get_by_role_and_label(Role::Button, "Pin").click();
    harness.run_steps(2);
    assert!(harness.state().state.neuron_pinned);
    harness.get_by_label("This neuron: pinned");
    harness.get_by_role_and_label(Role::Button, "Follow").click();
    harness.run_steps(2);
    assert!(!harness.state().state.neuron_pinned);
}

#[test]
fn clicking_a_filter_or_site_shows_it_in_the_inspector() {
    let (mut harness, _) = usual();
    show(&mut harness, fixture::features(), "hidden");
    let at = harness.get_by_label_contains("Hidden layer: 32 filters").rect();
    // the filters are at the right end of the first of two rows
    let click = |harness: &mut Harness<'static, crate::gui::App>, at| {
        harness.hover_at(at);
        harness.run_steps(1);
        harness.drag_at(at);
        harness.drop_at(at);
        harness.run_steps(5);
    };
    click(&mut harness, egui::pos2(at.right() - 40.0, at.top() + 12.0));
    let chosen = harness.state().state.selected_hidden.unwrap();
    assert_eq!((chosen.bank, chosen.site), (0, None));
    let said = format!("Filter: hidden layer 1, filter {} of 32, sites 11 × 11", chosen.channel);
    harness.get_by_label_contains(&said);
    let (target, w) = fixture::features().hidden[0].outgoing.strongest(chosen.channel as usize, 1)[0];
    let drives = format!("; drives neuron {target}, class {target} by {}", crate::gui::paint::numbers::signed(f64::from(w), 3));
    harness.get_by_label_contains(&drives);
    harness.get_by_label_contains("Hidden layer: 32 filters").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::ArrowLeft);
    harness.run_steps(3);
    assert_eq!(harness.state().state.selected_hidden.unwrap().channel, chosen.channel.saturating_sub(1));
    // a site in the map next to the first one, whose first spike is in the snapshot
    let tall = (at.height() - 10.0) / 2.0 - 17.0;
    let side = tall.min((at.width() - 30.0) / 4.0);
    click(&mut harness, at.min + egui::vec2(side + 10.0 + side * 4.5 / 11.0, side * 3.5 / 11.0));
    let chosen = harness.state().state.selected_hidden.unwrap();
    let site = chosen.site.unwrap();
    let first = fixture::features().hidden[0].spikes.iter().find(|spike| spike.site == site).copied().unwrap();
    assert_eq!(chosen.channel, first.channel);
    let (column, row) = (site % 11, site / 11);
    let (left, top) = (2 * column - 2, 2 * row - 2);
    let sees = format!("columns {left} to {}, rows {top} to {}, spikes this image", left + 10, top + 10);
    harness.get_by_label_contains(&format!("site column {column}, row {row}, {sees}"));
    harness.get_by_label_contains("Back to neuron").click();
    harness.run_steps(2);
    assert!(harness.state().state.selected_hidden.is_none());
}

/// Help and all other closed views, opened in a small window: readable, and no other tile becomes too small.
#[test]
fn opened_view_gets_room_without_squeezing_others() {
    let (mut harness, _) = crate::gui::tests::stage::window([1024.0, 700.0], ThemeChoice::Dark, None);
    let now = harness.state().dock.area("now").unwrap();
    for id in ["graph", "stdp_curve", "runs", "help"] {
        harness.state_mut().state.wants_panel = Some(id);
        harness.run_steps(4);
        let area = harness.state().dock.area(id).unwrap();
        assert!(area.height() > 150.0 && area.width() > 250.0, "{id} got {area}");
    }
    assert_eq!(harness.state().dock.area("now").unwrap(), now);
}

#[test]
fn a_digit_can_be_cleared_and_taught_in_a_small_window() {
    let (mut harness, _) = crate::gui::tests::stage::window([1024.0, 700.0], ThemeChoice::Dark, None);
    harness.state_mut().state.wants_panel = Some("draw");
    harness.run_steps(4);
    let tile = harness.state().dock.area("draw").unwrap();
    for words in ["Clear", "Teach 0"] {
        let button = harness.get_by_role_and_label(Role::Button, words).rect();
        assert!(tile.contains_rect(button), "{words}: {button} in {tile}");
    }
}

#[test]
fn escape_closes_overlays() {
    let (mut harness, _) = usual();
    harness.state_mut().help = crate::gui::window::help::Help { about: true, keys: true };
    harness.run_steps(3);
    harness.get_by_label("Keys and symbols");
    for _ in 0..2 {
        // the one on top first
        harness.key_press(egui::Key::Escape);
        harness.run_steps(3);
    }
    assert!(harness.query_by_label("Keys and symbols").is_none() && harness.query_by_label("About this experiment").is_none());
}
