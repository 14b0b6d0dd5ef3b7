//! Drawing a digit, explaining an answer, and choosing what views show, driven by role, label and keyboard.

#![allow(clippy::unwrap_used)]

use crate::gui::panel::{Context, Panel};
use crate::gui::panels::all_panels;
use crate::gui::state::choices::{Layers, Neurons};
use crate::gui::state::outbox::Outbox;
use crate::gui::state::{ThemeChoice, UiState};
use crate::gui::tests::fixture;
use crate::gui::tests::painter::Painter;
use crate::gui::theme::{self, Palette};
use crate::session::{Command, Moment, Snapshot};
use egui::{Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

struct Stage {
    snapshot: Snapshot,
    state: UiState,
    outbox: Outbox,
    panel: Box<dyn Panel>,
}

fn stage(id: &str) -> Harness<'static, Stage> {
    stage_of(id, vec2(520.0, 300.0))
}

fn stage_of(id: &str, size: egui::Vec2) -> Harness<'static, Stage> {
    let panel = all_panels().into_iter().find(|panel| panel.id() == id).unwrap();
    let stage = Stage { snapshot: fixture::classification(), state: UiState::default(), outbox: Outbox::default(), panel };
    let mut harness = Harness::builder().with_size(size).renderer(Painter::default()).build_ui_state(
        |ui, stage: &mut Stage| {
            theme::apply(ui.ctx(), ThemeChoice::Dark);
            let Stage { snapshot, state, outbox, panel } = stage;
            let mut cx = Context { snapshot, ui_state: state, outbox, palette: Palette::of(ui.theme()), whole: false };
            panel.ui(ui, &mut cx);
        },
        stage,
    );
    harness.run_steps(3);
    harness
}

/// The options of a view, as shown in its popup.
fn options_of(id: &str) -> Harness<'static, Stage> {
    let panel = all_panels().into_iter().find(|panel| panel.id() == id).unwrap();
    assert!(panel.has_options());
    let state = UiState { selected_neuron: 283, ..UiState::default() };
    let stage = Stage { snapshot: fixture::classification(), state, outbox: Outbox::default(), panel };
    let mut harness = Harness::builder().with_size(vec2(300.0, 420.0)).build_ui_state(
        |ui, stage: &mut Stage| {
            theme::apply(ui.ctx(), ThemeChoice::Dark);
            let Stage { snapshot, state, outbox, panel } = stage;
            let mut cx = Context { snapshot, ui_state: state, outbox, palette: Palette::of(ui.theme()), whole: false };
            panel.options(ui, &mut cx);
        },
        stage,
    );
    harness.run_steps(3);
    harness
}

#[test]
fn dots_in_the_title_bar_of_a_tile_open_its_options() {
    let (mut harness, sent) = crate::gui::tests::stage::usual();
    harness.get_by_role_and_label(Role::Button, "Options of Raster").click();
    harness.run_steps(3);
    if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
        harness.render().unwrap().save(format!("{folder}/options.png")).unwrap();
    }
    harness.get_by_role_and_label(Role::Button, "10").click();
    harness.run_steps(3);
    assert_eq!(harness.state().state.raster.images, 10);
    let asked = sent.lock().unwrap().iter().rev().find_map(|c| if let Command::Watch(watch) = c { Some(watch.history) } else { None });
    assert_eq!(asked, Some(10), "the same history is requested from the simulation");
}

#[test]
fn layers_neurons_and_span_of_the_raster_are_chosen_by_buttons() {
    let mut harness = options_of("raster");
    for label in ["Output", "Class", "20"] {
        harness.get_by_role_and_label(Role::Button, label).click();
        harness.run_steps(2);
    }
    let choice = harness.state().state.raster;
    assert_eq!((choice.layers, choice.output.neurons, choice.images), (Layers::Output, Neurons::Class, 20));
    assert_eq!(choice.output.shown(&harness.state().snapshot.class_of).len(), 40);
    harness.get_by_label_contains("10,000 ms");
    harness.state_mut().snapshot.history_limit_ms = 2000.0;
    harness.run_steps(2);
    harness.get_by_label_contains("only 2,000 ms are kept");
}

#[test]
fn walls_show_the_neurons_of_a_class_and_curves_the_last_images() {
    let mut harness = options_of("fields");
    harness.get_by_role_and_label(Role::Button, "Class").click();
    harness.run_steps(2);
    let choice = harness.state().state.fields;
    assert_eq!(choice.words(&harness.state().snapshot), "class 0");
    assert_eq!(choice.shown(&harness.state().snapshot.class_of), (0..40).collect::<Vec<_>>());
    let mut harness = options_of("reward");
    harness.get_by_role_and_label(Role::Button, "50").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state.reward_images, Some(50));
    let mut harness = options_of("accuracy");
    harness.get_by_role_and_label(Role::Button, "1,000").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state.curve_images, Some(1000));
    harness.get_by_role_and_label(Role::Button, "All").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state.curve_images, None);
}

#[test]
fn neurons_are_pinned_and_unpinned_in_the_membrane_view() {
    let mut harness = options_of("membrane");
    for neuron in [283, 40, 41] {
        harness.state_mut().state.selected_neuron = neuron;
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::Button, &format!("Pin neuron {neuron}")).click();
        harness.run_steps(2);
    }
    assert_eq!(harness.state().state.membrane.pinned, [283, 40, 41]);
    harness.get_all_by_role_and_label(Role::Button, "Unpin").nth(1).unwrap().click();
    harness.run_steps(2);
    assert_eq!(harness.state().state.membrane.pinned, [283, 41]);
    harness.get_by_role_and_label(Role::Button, "Unpin all").click();
    harness.run_steps(2);
    assert!(harness.state().state.membrane.pinned.is_empty());
}

fn probes(harness: &Harness<'_, Stage>) -> Vec<Vec<u8>> {
    let pixels = |command: &Command| if let Command::Probe(pixels) = command { Some(pixels.clone()) } else { None };
    harness.state().outbox.waiting().filter_map(pixels).collect()
}

fn press(harness: &mut Harness<'_, Stage>, key: egui::Key, times: usize) {
    for _ in 0..times {
        harness.key_press(key);
        harness.run_steps(1);
    }
}

#[test]
fn mouse_stroke_is_tested_at_once_and_can_be_learnt() {
    let mut harness = stage("draw");
    let canvas = harness.get_by_role(Role::Canvas).rect();
    harness.drag_at(canvas.center() - vec2(40.0, 60.0));
    harness.run_steps(1);
    for k in 0..8 {
        harness.hover_at(canvas.center() - vec2(40.0 - 8.0 * k as f32, 60.0 - 14.0 * k as f32));
        harness.run_steps(1);
    }
    assert!(probes(&harness).is_empty(), "not tested before the stroke ends");
    harness.drop_at(canvas.center() + vec2(20.0, 50.0));
    harness.run_steps(2);
    let asked = probes(&harness);
    assert_eq!(asked.len(), 1);
    assert!(asked[0].len() == 784 && asked[0].iter().any(|&p| p > 200));
    let answer = crate::session::Probed { pixels: asked[0].clone(), ..(**harness.state().snapshot.probed.as_ref().unwrap()).clone() };
    harness.state_mut().snapshot.probed = Some(std::sync::Arc::new(answer));
    harness.run_steps(2);
    harness.get_by_label_contains("Answer to the drawing: answer 7, 72 %, first spike: neuron 280 after 21.0 ms");
    if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
        harness.render().unwrap().save(format!("{folder}/drawn.png")).unwrap();
    }
    // until the user sets a label, it is the network's answer
    harness.get_by_role_and_label(Role::Button, "Teach 7");
    harness.get_by_role_and_label(Role::Button, "3").click();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::Button, "Teach 3").click();
    harness.run_steps(2);
    let taught = harness.state().outbox.waiting().find_map(|c| if let Command::Teach(picture) = c { Some(picture.clone()) } else { None });
    let taught = taught.unwrap();
    assert_eq!((taught.label, &taught.pixels), (3, &asked[0]));
    harness.get_by_label_contains("Queued");
    // the network is tested again after learning; the user's label stays until the drawing changes
    let answer = crate::session::Probed { answer: Some(9), ..(**harness.state().snapshot.probed.as_ref().unwrap()).clone() };
    harness.state_mut().snapshot.probed = Some(std::sync::Arc::new(answer));
    harness.state_mut().snapshot.trial.index += 3;
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "Teach 3");
    // another run has not been shown the drawing
    harness.state_mut().snapshot.generation += 1;
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("Queued").is_none() && harness.query_by_label_contains("shown and trained on").is_none());
}

#[test]
fn drawing_by_keyboard_alone() {
    let mut harness = stage("draw");
    harness.get_by_role(Role::Canvas).focus();
    harness.run_steps(2);
    press(&mut harness, egui::Key::Space, 1);
    press(&mut harness, egui::Key::ArrowDown, 6);
    press(&mut harness, egui::Key::ArrowRight, 3);
    harness.get_by_label_contains("Canvas with 1 stroke, pen down");
    press(&mut harness, egui::Key::Space, 1);
    harness.get_by_label_contains("Canvas with 1 stroke, pen up");
    let first = probes(&harness);
    assert_eq!(first.len(), 1, "tested when the pen is lifted");
    press(&mut harness, egui::Key::ArrowLeft, 5);
    press(&mut harness, egui::Key::Space, 1);
    press(&mut harness, egui::Key::ArrowUp, 5);
    press(&mut harness, egui::Key::Space, 1);
    harness.get_by_label_contains("Canvas with 2 strokes");
    press(&mut harness, egui::Key::Backspace, 1);
    harness.get_by_label_contains("Canvas with 1 stroke");
    assert_eq!(probes(&harness).last(), first.last(), "undoing the second stroke restores the first drawing");
    press(&mut harness, egui::Key::Delete, 1);
    harness.get_by_label_contains("Canvas with 0 strokes");
}

#[test]
fn time_neuron_and_map_of_an_explanation_are_chosen_by_buttons() {
    let mut harness = stage("why");
    harness.get_by_label_contains("Why this answer: neuron 280, class 7 had a potential of");
    for label in ["Last spike", "Neuron 0", "7 vs 9"] {
        harness.get_by_role_and_label(Role::Button, label).click();
        harness.run_steps(2);
    }
    let state = &harness.state().state;
    assert!(state.why_moment == Moment::LastSpike && state.why_selected && state.why_difference);
}

#[test]
fn ablation_is_chosen_started_and_stopped_by_label() {
    let mut harness = stage_of("ablation", vec2(900.0, 420.0));
    // the study of the fixture is running: it can be stopped, and no other can be started
    assert!(harness.query_by_role_and_label(Role::Button, "Start ablation").is_none());
    harness.get_by_role_and_label(Role::Button, "Stop ablation").click();
    harness.run_steps(2);
    let study = harness.state().snapshot.study.clone().unwrap();
    assert!(study.work.is_cancelled());
    let words = "Ablation of MNIST · R-STDP 784→400, 5 of 8 networks: intact 76.75 % ±0.49; weight noise 50 % 51.50 % ±0.71, −25.00 points, p=0.048;";
    assert!(harness.query_all_by_role(Role::Image).any(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with(words))));

    harness.state_mut().snapshot.study = None;
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::CheckBox, "shuffled reward").click();
    harness.run_steps(2);
    // the intact network and four ablations, two seeds each
    harness.get_by_label_contains("10 networks to train, 5,000 images each. With so few seeds");
    harness.get_by_role_and_label(Role::Button, "Start ablation").click();
    harness.run_steps(2);
    let choice = &harness.state().state.ablation;
    assert!(choice.begins && choice.left_out.iter().eq(["shuffled reward"]));
}
