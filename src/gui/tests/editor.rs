//! The editor of networks by role and label: what it sends, what it refuses, and its layout at every size and in every theme.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::state::editing::{Editing, Standing};
use crate::gui::tests::fixture;
use crate::gui::tests::layout::Stage;
use crate::gui::tests::stage::{Sent, ask_to_close, free_window, has, type_text, usual};
use crate::gui::theme;
use crate::model::{Element, Shape, Value};
use crate::preset::{Draft, Preset};
use crate::session::{Command, Snapshot};
use egui::{Key, Modifiers, Role, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

pub(super) type Window = Harness<'static, App>;

/// A window that edits the balanced network, which runs.
pub(super) fn editor() -> (Window, Sent) {
    let (mut harness, sent) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    press(&mut harness, "Edit network");
    (harness, sent)
}

pub(super) fn editing(harness: &Window) -> &Editing {
    harness.state().state.editing.as_ref().unwrap()
}

pub(super) fn press(harness: &mut Window, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(4);
}

/// Click a population or projection in the drawing.
pub(super) fn select(harness: &mut Window, begins: &str) {
    harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with(begins))).click();
    harness.run_steps(4);
}

pub(super) fn fill(harness: &mut Window, name: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, name).focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    type_text(harness, text);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
}

pub(super) fn says(harness: &Window, words: &str) -> bool {
    harness.query_all_by(|node| node.label().or(node.value()).is_some_and(|label| label.contains(words))).next().is_some()
}

pub(super) fn applied(sent: &Sent) -> Option<Preset> {
    let preset = |command: &Command| match command {
        Command::Apply(preset) => Some((**preset).clone()),
        _ => None,
    };
    sent.lock().unwrap().iter().rev().find_map(preset)
}

#[test]
fn parameters_of_what_is_selected_stand_beside_it_with_unit_range_and_help() {
    let (mut harness, _) = editor();
    assert_eq!(editing(&harness).standing, Standing::Same);
    assert!(!harness.state().state.show_parameters && says(&harness, "3 populations · 10,000 neurons, 8,000 sources"));
    select(&mut harness, "Population E, 8000 Lif");
    assert_eq!(editing(&harness).selected, Element::Population("E".to_owned()));
    for field in ["E.size", "E.tau_m", "E.v_th", "E.v distribution", "E.v low"] {
        let found =
            harness.query_all_by(|node| matches!(node.role(), Role::TextInput | Role::ComboBox) && node.label().as_deref() == Some(field));
        assert_eq!(found.count(), 1, "{field}");
    }
    for field in editing(&harness).network().population("E").unwrap().model.fields() {
        assert!(says(&harness, field.help), "{}", field.name);
    }
    assert!(says(&harness, "1 to 1000 ms."));
    select(&mut harness, "Projection E->E, ");
    for field in ["Wiring", "E->E.indegree", "E->E.weight", "E->E.delay low", "Rule", "E->E.a_plus"] {
        let found =
            harness.query_all_by(|node| matches!(node.role(), Role::TextInput | Role::ComboBox) && node.label().as_deref() == Some(field));
        assert_eq!(found.count(), 1, "{field}");
    }
}

#[test]
fn value_that_acts_at_once_is_sent_and_undone_without_a_new_network() {
    let (mut harness, sent) = editor();
    select(&mut harness, "Population E, ");
    fill(&mut harness, "E.tau_m", "12");
    let set = |sent: &Sent, wanted: f64| {
        has(
            sent,
            |command| matches!(command, Command::SetPath(path, Value::Number(value)) if path.to_string() == "E.tau_m" && *value == wanted),
        )
    };
    assert!(set(&sent, 12.0) && applied(&sent).is_none());
    sent.lock().unwrap().clear();
    // the pointer is in the editor: Undo is for the draft
    harness.hover_at(harness.get_by_role_and_label(Role::TextInput, "E.v_th").rect().center());
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    assert!(set(&sent, 20.0) && !has(&sent, |command| *command == Command::UndoRun));
    // elsewhere it is for the run
    let raster = harness.state().dock.area("populations").unwrap();
    harness.hover_at(raster.center());
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    assert_eq!(editing(&harness).network().population("E").unwrap().model.value("tau_m"), Some(20.0));
}

#[test]
fn other_changes_are_applied_together_and_shown_until_then() {
    let (mut harness, sent) = editor();
    select(&mut harness, "Population I, ");
    fill(&mut harness, "I.size", "1,500");
    fill(&mut harness, "Name of the population", "inhibitory");
    assert_eq!(editing(&harness).standing, Standing::Differs);
    assert!(says(&harness, "Not applied") && applied(&sent).is_none());
    // its projections follow
    harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with("Projection inhibitory->E, ")));
    press(&mut harness, "Duplicate");
    press(&mut harness, "Delete");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    let network = applied(&sent).unwrap().network.unwrap().network;
    assert_eq!(network.population("inhibitory").unwrap().shape, Shape::Line(1500));
    assert_eq!((network.populations.len(), network.projections.len()), (3, 4));
}

#[test]
fn impossible_edits_are_refused_with_the_reason() {
    let (mut harness, sent) = editor();
    let before = editing(&harness).draft.text();
    select(&mut harness, "Population E, ");
    for (field, text, reason) in [
        ("Name of the population", "I", "already taken"),
        ("E.tau_m", "-5 ms", "out of range"),
        ("E.tau_m", "5 mV", "mV"),
        ("E.size", "a lot", "is no size"),
        ("E.v low", "soon", "soon"),
    ] {
        fill(&mut harness, field, text);
        assert!(says(&harness, reason), "{field} {text}");
        assert_eq!(editing(&harness).draft.text(), before, "{field} {text}");
    }
    // a source of spikes receives nothing
    press(&mut harness, "Connect to…");
    let noise = harness.get_by(|node| node.role() == Role::Button && node.label().as_deref() == Some("noise"));
    assert!(noise.accesskit_node().is_disabled());
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(applied(&sent).is_none());
}

#[test]
fn faults_are_on_their_element_and_beside_their_field_and_cannot_be_applied() {
    let (mut harness, sent) = editor();
    select(&mut harness, "Projection E->I, ");
    // fits no step of 0.1 ms
    fill(&mut harness, "E->I.delay", "1.55 ms");
    if editing(&harness).draft.faults().is_empty() {
        let edit = harness.state_mut().state.editing.as_mut().unwrap();
        edit.draft.edit("Coarser steps", |network| network.set_dt("1 ms")).unwrap();
        edit.select(Element::Network);
        edit.select(Element::Projection("E->I".to_owned()));
        edit.note(Ok(()));
        harness.run_steps(4);
    }
    assert_eq!(editing(&harness).standing, Standing::Faulty);
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Faults of E->I: ")));
    assert!(says(&harness, "1.5"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(4);
    assert!(applied(&sent).is_none() && editing(&harness).selected == Element::Network, "the list of faults is shown");
}

#[test]
fn closing_with_unapplied_changes_asks_first() {
    let (mut harness, sent) = editor();
    let mut paused = (**harness.state().snapshot.as_ref().unwrap()).clone();
    paused.state = crate::session::RunState::Paused;
    harness.state_mut().snapshot = Some(std::sync::Arc::new(paused));
    press(&mut harness, "Lif");
    ask_to_close(&mut harness);
    harness.run_steps(2);
    assert!(says(&harness, "Close with changes of the network?"));
    press(&mut harness, "Stay");
    assert!(!says(&harness, "Close with changes of the network?") && editing(&harness).network().populations.len() == 4);
    press(&mut harness, "Discard");
    assert!(harness.state().state.editing.is_none() && harness.state().state.show_parameters);
    assert!(applied(&sent).is_none());
    // nothing is lost
    harness.get_by_role_and_label(Role::Button, "Edit").click();
    harness.run_steps(3);
    harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with("Restore discarded"))).click();
    harness.run_steps(4);
    assert_eq!(editing(&harness).network().populations.len(), 4);
    press(&mut harness, "Undo");
    press(&mut harness, "Close");
    // the view shows the network that runs
    harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with("noise: 8,000")));
}

#[test]
fn template_becomes_explicit_and_an_experiment_without_a_network_says_so() {
    let (mut harness, sent) = usual();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run_steps(4);
    assert_eq!(editing(&harness).standing, Standing::Same);
    let names: Vec<String> = editing(&harness).network().populations.iter().map(|population| population.name.clone()).collect();
    assert_eq!(names, ["image", "output"]);
    select(&mut harness, "Population output, ");
    fill(&mut harness, "output.size", "100");
    press(&mut harness, "Apply");
    let preset = applied(&sent).unwrap();
    assert_eq!(preset.network.unwrap().network.population("output").unwrap().size(), 100);
    let (mut harness, _) = usual();
    harness.state_mut().preset = Preset::load(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/first-neuron.ron")).unwrap();
    let mut snapshot = fixture::first_neuron();
    snapshot.preset = std::sync::Arc::new(harness.state().preset.clone());
    harness.state_mut().snapshot = Some(std::sync::Arc::new(snapshot));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run_steps(4);
    assert!(harness.state().state.editing.is_none() && harness.state().messages().iter().any(|text| text.contains("New network")));
}

#[test]
fn elements_are_deleted_by_key_and_what_was_edited_survives_another_start() {
    let (mut harness, _) = editor();
    select(&mut harness, "Projection E->I, ");
    harness.key_press(Key::Delete);
    harness.run_steps(4);
    assert!(editing(&harness).network().projection("E->I").is_none());
    select(&mut harness, "Population noise, ");
    harness.key_press(Key::Backspace);
    harness.run_steps(4);
    let left = |harness: &Window| (editing(harness).network().populations.len(), editing(harness).network().projections.len());
    assert_eq!(left(&harness), (2, 2));
    // a key in a field is for its text
    select(&mut harness, "Population E, ");
    harness.get_by_role_and_label(Role::TextInput, "E.tau_m").focus();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.run_steps(2);
    assert_eq!(left(&harness), (2, 2));
    harness.key_press(Key::Escape);
    // an empty network takes the place of the draft, which can be restored
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_steps(3);
    select(&mut harness, "Blank: ");
    assert_eq!(left(&harness), (0, 0));
    assert!(harness.state().messages().iter().any(|text| text.contains("Restore discarded changes")));
    harness.get_by_role_and_label(Role::Button, "Edit").click();
    harness.run_steps(3);
    select(&mut harness, "Restore discarded");
    assert_eq!(left(&harness), (2, 2));
}

#[test]
fn network_that_is_not_started_leaves_no_step_of_undo() {
    let (mut harness, sent) = editor();
    press(&mut harness, "Lif");
    press(&mut harness, "Apply");
    assert!(applied(&sent).is_some() && harness.state().undo.words().0.is_some());
    harness.state_mut().undo.forget_new_run();
    assert!(harness.state().undo.words().0.is_none());
    assert_eq!(editing(&harness).standing, Standing::Differs, "the draft is kept");
    assert_eq!(harness.state().preset.network.as_ref().unwrap().network.populations.len(), 3, "the preset is that of the run");
}

/// A stage that edits the network of a snapshot.
fn stage(size: Vec2, snapshot: &Snapshot) -> Stage {
    let mut stage = Stage::new(size, snapshot.clone());
    stage.app.state.editing = Some(Box::new(Editing::new(Draft::of(&snapshot.preset).unwrap(), false)));
    stage.app.state.show_parameters = false;
    stage.app.dock.lend();
    stage.frames(5, Vec::new());
    stage
}

/// One snapshot of every kind of network that can be edited.
fn kinds() -> Vec<Snapshot> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let with = |mut snapshot: Snapshot, name: &str| {
        snapshot.preset = std::sync::Arc::new(Preset::open(&root.join(format!("presets/{name}.ron"))).unwrap());
        snapshot
    };
    vec![
        with(fixture::classification(), "mnist-rstdp"),
        with(fixture::features(), "mnist-gabor-rstdp"),
        with(fixture::deep(), "mnist-mozafari-conv"),
        with(fixture::free(), "ring-of-two"),
        fixture::free(),
    ]
}

#[test]
fn editor_fits_every_size_without_truncated_text() {
    let mut wrong = Vec::new();
    for size in [vec2(1024.0, 700.0), vec2(1440.0, 900.0), vec2(1920.0, 1080.0)] {
        for snapshot in kinds() {
            let mut stage = stage(size, &snapshot);
            let network = stage.app.state.editing.as_ref().unwrap().network().clone();
            let populations = network.populations.iter().map(|one| Element::Population(one.name.clone()));
            let projections = network.projections.iter().map(|one| Element::Projection(one.name.clone()));
            for selected in std::iter::once(Element::Network).chain(populations).chain(projections) {
                stage.app.state.editing.as_mut().unwrap().select(selected.clone());
                stage.frames(3, Vec::new());
                let at = format!("{selected:?} of {} at {size}", snapshot.preset.title);
                wrong.extend(stage.cut().into_iter().map(|words| format!("{words:?}: {at}")));
                wrong.extend(stage.misplaced().into_iter().map(|words| format!("{words}: {at}")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn editor_is_laid_out_in_all_themes_and_in_small_tiles() {
    for choice in [ThemeChoice::Dark, ThemeChoice::Light, ThemeChoice::DarkContrast, ThemeChoice::LightContrast] {
        let mut stage = stage(vec2(1024.0, 700.0), &fixture::free());
        theme::apply(&stage.ctx, choice);
        stage.frames(3, Vec::new());
        assert!(stage.texts().iter().any(|(galley, ..)| galley.text() == "Add neurons" || galley.text() == "Add population"), "{choice:?}");
    }
    for size in [vec2(500.0, 420.0), vec2(700.0, 300.0), vec2(320.0, 700.0)] {
        stage(size, &fixture::free());
    }
}
