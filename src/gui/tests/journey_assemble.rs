//! Assembling a network in the window: from nothing to a run, changed, undone, saved and opened again. A real session computes it.
//! Set `SPIKESCOPE_GALLERY` to a folder to save pictures.

#![allow(clippy::unwrap_used)]

use crate::gui::state::editing::Standing;
use crate::gui::state::{ThemeChoice, UiState};
use crate::gui::tests::painter::Painter;
use crate::gui::tests::stage::{Chosen, drop_path, type_text, wait_for};
use crate::gui::{App, Parts};
use crate::model::{Element, Value};
use crate::preset::Preset;
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::path::{Path, PathBuf};

type Window = Harness<'static, App>;

/// A window with a session that runs the preset of two neurons.
fn open(size: [f32; 2], theme: ThemeChoice, chosen: Option<PathBuf>) -> Window {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(if theme == ThemeChoice::Light { egui::Theme::Light } else { egui::Theme::Dark })
        .with_max_steps(30)
        .renderer(Painter::default())
        .build_eframe(move |creation| {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let parts = Parts {
                preset: Preset::open(&root.join("presets/ring-of-two.ron")).unwrap(),
                shipped: crate::preset::shipped(),
                complaint: None,
                seed: 3,
                state: UiState { theme, hints_seen: u8::MAX, ..UiState::default() },
                dock: None,
                launcher: crate::gui::session_launcher(root.join("data/mnist"), crate::datasets::Reading::default()),
                dialogs: Box::new(Chosen(chosen)),
                screenshot: None,
                begun: None,
            };
            App::new(&creation.egui_ctx, parts)
        });
    assert!(wait_for(&mut harness, |harness| harness.state().snapshot.is_some() && !harness.state().library.is_empty()));
    harness.run_steps(3);
    harness
}

fn keep(harness: &mut Window, name: &str) {
    if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
        std::fs::create_dir_all(&folder).unwrap();
        harness.render().unwrap().save(format!("{folder}/{name}.png")).unwrap();
    }
}

fn press(harness: &mut Window, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(4);
}

/// Type into a field and leave it.
fn fill(harness: &mut Window, name: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, name).focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    type_text(harness, text);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
}

fn standing(harness: &Window) -> Standing {
    harness.state().state.editing.as_ref().unwrap().standing
}

/// Press Tab until the control called `name` has the focus, or one whose name begins so if `name` ends with a space.
fn tab_to(harness: &mut Window, role: Role, name: &str) {
    for _ in 0..200 {
        harness.key_press(Key::Tab);
        harness.step();
        let focused = harness.query_all_by(|node| node.is_focused() && node.role() == role);
        if focused.into_iter().any(|node| {
            node.accesskit_node().label().is_some_and(|label| label == name || (name.ends_with(' ') && label.starts_with(name)))
        }) {
            return;
        }
    }
    panic!("Tab does not reach {name}");
}

/// Reach a control by Tab and press Enter.
fn enter(harness: &mut Window, role: Role, name: &str) {
    tab_to(harness, role, name);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
}

/// Choose from a list that a control opens, by keyboard.
fn choose(harness: &mut Window, role: Role, control: &str, item: &str) {
    enter(harness, role, control);
    enter(harness, Role::Button, item);
}

/// Whether the populations of these names spike, in the views beside the editor.
fn spike(harness: &mut Window, names: &[&str]) -> bool {
    wait_for(harness, |harness| {
        let Some(free) = harness.state().snapshot.as_ref().and_then(|snapshot| snapshot.free.clone()) else { return false };
        let fires = |name: &&str| {
            let Some(own) = free.populations.iter().find(|own| own.name == **name) else { return false };
            let neurons = own.first..own.first + own.size;
            free.blocks.iter().any(|block| block.spikes.iter().any(|(_, neuron)| neurons.contains(neuron)))
        };
        names.iter().all(fires)
    })
}

fn names(harness: &Window) -> Vec<String> {
    let network = &harness.state().snapshot.as_ref().unwrap().free.as_ref().unwrap().network;
    network
        .populations
        .iter()
        .map(|population| population.name.clone())
        .chain(network.projections.iter().map(|one| one.name.clone()))
        .collect()
}

/// Noise drives A, A drives B: without a pointer, from nothing to a file.
#[test]
fn network_is_assembled_run_changed_saved_and_opened_by_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chain.ron");
    let mut harness = open([1440.0, 900.0], ThemeChoice::Dark, Some(file.clone()));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_steps(4);
    keep(&mut harness, "assemble-1-new");
    // every shipped preset has a card, those without a network too, which says what to look for
    for entry in &harness.state().library {
        let begins = format!("{}: ", entry.title);
        let card = harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with(&begins)));
        let label = card.accesskit_node().label().unwrap();
        let first = entry.look_for.first().expect("every shipped preset says what to look for");
        assert!(label.contains(&entry.summary) && label.ends_with(&format!("Look for: {first}")), "{label}");
    }
    // all of it, if the pointer rests on the card
    let ring = harness.state().library.iter().find(|entry| entry.title == "Ring of two").unwrap().look_for.clone();
    let card = harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with("Ring of two: ")));
    assert!(ring.len() > 1);
    harness.hover_at(card.rect().center());
    let tooltip = |label: Option<String>| label.is_some_and(|label| ring.iter().all(|line| label.contains(line)));
    assert!(wait_for(&mut harness, |harness| harness.query_all_by(|node| tooltip(node.label().or(node.value()))).next().is_some()));
    enter(&mut harness, Role::Button, "Blank: ");
    keep(&mut harness, "assemble-2-blank");
    enter(&mut harness, Role::Button, "Add Poisson");
    enter(&mut harness, Role::Button, "Lif");
    enter(&mut harness, Role::Button, "Lif");
    enter(&mut harness, Role::Button, "Population noise, ");
    choose(&mut harness, Role::Button, "Connect to…", "A");
    keep(&mut harness, "assemble-3-connected");
    enter(&mut harness, Role::Button, "Population A, ");
    choose(&mut harness, Role::Button, "Connect to…", "B");
    assert_eq!(standing(&harness), Standing::Differs);
    assert!(harness.state().snapshot.as_ref().unwrap().title == "Ring of two", "nothing was applied yet");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    assert!(wait_for(&mut harness, |harness| names(harness) == ["noise", "A", "B", "noise->A", "A->B"]));
    assert!(spike(&mut harness, &["A", "B"]));
    harness.run_steps(4);
    assert_eq!(standing(&harness), Standing::Same);
    keep(&mut harness, "assemble-4-runs");
    // a value that acts at once
    let before = harness.state().snapshot.as_ref().unwrap().generation;
    enter(&mut harness, Role::Button, "Population noise, ");
    fill(&mut harness, "noise.rate", "20 Hz");
    assert!(wait_for(&mut harness, |harness| {
        let rate = "noise.rate".parse().unwrap();
        harness.state().snapshot.as_ref().unwrap().quantities.as_ref().unwrap().entry(&rate).unwrap().value == Value::Number(20.0)
    }));
    assert_eq!((harness.state().snapshot.as_ref().unwrap().generation, standing(&harness)), (before, Standing::Same));
    // one that needs a new network, undone in the editor
    enter(&mut harness, Role::Button, "Population B, ");
    fill(&mut harness, "B.size", "200");
    assert_eq!(standing(&harness), Standing::Differs);
    keep(&mut harness, "assemble-5-changed");
    tab_to(&mut harness, Role::Button, "Population B, ");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(4);
    assert_eq!(standing(&harness), Standing::Same);
    harness.key_press_modifiers(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);
    harness.run_steps(4);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    assert!(wait_for(&mut harness, |harness| {
        harness.state().snapshot.as_ref().unwrap().free.as_ref().unwrap().network.population("B").unwrap().size() == 200
    }));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    assert!(wait_for(&mut harness, |_| file.exists()));
    let saved = Preset::open(&file).unwrap();
    assert_eq!((saved.title.as_str(), saved.network.unwrap().network.projections.len()), ("New network", 2));
    enter(&mut harness, Role::Button, "Close");
    assert!(harness.state().state.editing.is_none());
    drop_path(&mut harness, Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/ring-of-two.ron"));
    assert!(wait_for(&mut harness, |harness| names(harness).len() == 6));
    drop_path(&mut harness, file);
    assert!(wait_for(&mut harness, |harness| names(harness).len() == 5) && spike(&mut harness, &["A", "B"]));
}

/// The pointer: a drag from the dot of a box to another box, and to itself.
#[test]
fn projections_are_drawn_with_the_pointer() {
    let mut harness = open([1440.0, 900.0], ThemeChoice::Light, None);
    press(&mut harness, "Edit network");
    for (from, to, made) in [("B", "B", true), ("A", "noise", false)] {
        let dot =
            harness.get_by(|node| node.label().is_some_and(|label| label == format!("Drag from here to connect {from}"))).rect().center();
        let begins = format!("Population {to}, ");
        let body = harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with(&begins)));
        let target = body.rect().center();
        let before = harness.state().state.editing.as_ref().unwrap().network().projections.len();
        harness.drag_at(dot);
        harness.run_steps(2);
        harness.hover_at(dot.lerp(target, 0.5));
        harness.run_steps(2);
        harness.hover_at(target);
        harness.run_steps(2);
        keep(&mut harness, &format!("assemble-drag-{from}-{to}"));
        harness.drop_at(target);
        harness.run_steps(4);
        let editing = harness.state().state.editing.as_ref().unwrap();
        assert_eq!(editing.network().projections.len(), before + usize::from(made));
        assert_eq!(editing.refused.is_some(), !made);
    }
    keep(&mut harness, "assemble-drawn");
}

/// Pictures of the editor at the smallest and the largest window, in both themes.
#[test]
fn pictures_of_the_editor() {
    for (theme, name) in [(ThemeChoice::Dark, "dark"), (ThemeChoice::Light, "light")] {
        for size in [[1024.0, 700.0], [1920.0, 1080.0]] {
            let tag = format!("editor-{name}-{}", size[0]);
            let mut harness = open(size, theme, None);
            press(&mut harness, "Edit network");
            for _ in 0..20 {
                harness.step();
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            for selected in [Element::Network, Element::Population("A".to_owned()), Element::Projection("A->B".to_owned())] {
                let tag = format!(
                    "{tag}-{}",
                    match &selected {
                        Element::Network => "network",
                        Element::Population(_) => "population",
                        Element::Projection(_) => "projection",
                        Element::Task => "task",
                    }
                );
                harness.state_mut().state.editing.as_mut().unwrap().select(selected);
                harness.run_steps(3);
                keep(&mut harness, &tag);
            }
            press(&mut harness, "Text");
            let sheet = harness.state_mut().state.editing.as_mut().unwrap().sheet.as_mut().unwrap();
            sheet.text = sheet.text.replacen("size: 100", "size: -1", 1);
            harness.run_steps(2);
            press(&mut harness, "Drawing");
            keep(&mut harness, &format!("{tag}-text"));
            assert!(!harness.state().state.editing.as_ref().unwrap().sheet.as_ref().unwrap().faults.is_empty());
        }
    }
}
