//! What an edit leaves alone: places, colours, arrangement, history, and what was typed.

#![allow(clippy::unwrap_used)]

use crate::gui::action::Action;
use crate::gui::state::ThemeChoice;
use crate::gui::state::editing::{Editing, Standing};
use crate::gui::tests::editor::{Window, applied, editing, editor, fill, press, says, select};
use crate::gui::tests::stage::{free_window, has};
use crate::gui::tiles::layouts::LayoutKind;
use crate::model::{Distribution, Element};
use crate::preset::{Draft, Preset};
use crate::session::Command;
use egui::{Key, Modifiers, Pos2, Role};
use egui_kittest::kittest::{NodeT, Queryable};

fn center(harness: &Window, population: &str) -> Pos2 {
    let begins = format!("Population {population}, ");
    harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with(&begins))).rect().center()
}

fn act(harness: &mut Window, action: Action) {
    let ctx = harness.ctx.clone();
    harness.state_mut().act(&ctx, vec![action]);
    harness.run_steps(4);
}

#[test]
fn populations_keep_their_places_while_others_are_added_connected_and_deleted() {
    let (mut harness, _) = editor();
    let before = ["E", "I", "noise"].map(|name| center(&harness, name));
    press(&mut harness, "Lif");
    harness.state_mut().state.editing.as_mut().unwrap().connect("A", "E");
    harness.run_steps(3);
    assert_eq!(["E", "I", "noise"].map(|name| center(&harness, name)), before);
    let new = center(&harness, "A");
    assert!(before.iter().all(|other| other.distance(new) > 40.0));
    select(&mut harness, "Population I, ");
    press(&mut harness, "Delete");
    assert_eq!(["E", "noise", "A"].map(|name| center(&harness, name)), [before[0], before[2], new]);
}

#[test]
fn pair_of_limits_keeps_what_was_typed_and_marks_the_fault() {
    let (mut harness, _) = editor();
    select(&mut harness, "Population E, ");
    let value = |harness: &Window| editing(harness).network().population("E").unwrap().start[0].1;
    let Distribution::Uniform { high, .. } = value(&harness) else { panic!("another kind") };
    fill(&mut harness, "E.v low", "0 mV");
    assert_eq!(value(&harness), Distribution::Uniform { low: 0.0, high });
    assert_eq!(editing(&harness).standing, Standing::Faulty);
    harness.get_by(|node| node.label().is_some_and(|label| label.starts_with("Faults of E.v: ")));
    fill(&mut harness, "E.v high", "15 mV");
    assert_eq!(value(&harness), Distribution::Uniform { low: 0.0, high: 15.0 });
    assert!(editing(&harness).draft.faults().is_empty());
}

#[test]
fn blank_network_pauses_the_run_until_it_is_applied_or_closed() {
    let (mut harness, sent) = editor();
    press(&mut harness, "Close");
    for applies in [false, true] {
        sent.lock().unwrap().clear();
        act(&mut harness, Action::NewBlank);
        assert!(has(&sent, |command| *command == Command::Pause), "{applies}");
        assert!(harness.state().messages().iter().any(|text| text.contains("is paused while the new network is assembled")));
        sent.lock().unwrap().clear();
        if applies {
            press(&mut harness, "Add Lif");
            press(&mut harness, "Apply");
            assert!(applied(&sent).is_some());
        } else {
            press(&mut harness, "Close");
        }
        assert!(has(&sent, |command| *command == Command::Run), "{applies}");
    }
}

#[test]
fn arrangements_keep_the_editor_and_reset_restores_it() {
    let (mut harness, _) = editor();
    for kind in LayoutKind::ALL {
        act(&mut harness, Action::Layout(kind));
        let area = harness.state().dock.area("graph").unwrap();
        assert!(area.width() > 600.0 && area.height() > 500.0, "{kind:?}: {area:?}");
        assert!(says(&harness, "Running") && harness.state().dock.layout() == kind);
    }
    act(&mut harness, Action::ResetLayout);
    assert!(harness.state().dock.area("graph").unwrap().width() > 600.0);
    press(&mut harness, "Close");
    assert_eq!(harness.state().dock.layout(), LayoutKind::Compare);
}

#[test]
fn history_goes_on_when_the_editor_is_opened_again() {
    let (mut harness, _) = editor();
    select(&mut harness, "Population I, ");
    fill(&mut harness, "I.size", "1500");
    press(&mut harness, "Undo");
    assert!(editing(&harness).draft.redoes().is_some());
    press(&mut harness, "Close");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.run_steps(4);
    assert!(editing(&harness).draft.redoes().is_some());
    assert_eq!(editing(&harness).standing, Standing::Same);
}

#[test]
fn state_says_when_what_was_applied_is_paused_and_what_has_no_effect() {
    let (mut harness, _) = editor();
    let mut paused = (**harness.state().snapshot.as_ref().unwrap()).clone();
    paused.state = crate::session::RunState::Paused;
    harness.state_mut().snapshot = Some(std::sync::Arc::new(paused));
    harness.run_steps(3);
    assert!(says(&harness, "Applied · paused"));
    press(&mut harness, "Lif");
    harness.state_mut().state.editing.as_mut().unwrap().select(Element::Network);
    harness.run_steps(3);
    assert!(says(&harness, "populations.\"A\""), "a population without projections is remarked on");
}

#[test]
fn weight_says_what_it_does_and_shows_the_peak() {
    let (mut harness, _) = editor();
    select(&mut harness, "Projection E->E, ");
    let peak = editing(&harness).network().psp_peak_mv("E->E").unwrap();
    assert!(peak > 0.0 && says(&harness, "EPSP peak"));
    select(&mut harness, "Projection I->E, ");
    assert!(says(&harness, "IPSP peak"));
}

/// A network of six populations with sources, loops and projections in both directions.
fn six() -> Draft {
    let mut draft = Draft::blank();
    draft
        .edit("Assemble", |network| {
            for model in ["Poisson", "Lif", "Lif", "Poisson", "Lif", "Izhikevich"] {
                network.add_population(model)?;
            }
            let names: Vec<String> = network.populations.iter().map(|one| one.name.clone()).collect();
            for (from, to) in [(0, 1), (0, 2), (1, 2), (2, 1), (1, 1), (2, 2), (3, 4), (2, 4), (4, 5), (5, 1), (5, 5)] {
                network.connect(&names[from], &names[to])?;
            }
            Ok(())
        })
        .unwrap();
    draft
}

/// Populations and the texts of projections lie apart, in every network. Set `SPIKESCOPE_GALLERY` to a folder to save pictures.
#[test]
fn labels_and_boxes_of_drawings_do_not_overlap() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = ["ring-of-two", "balanced-network", "conductance-network", "vogels-2011", "song-abbott-2000", "six"];
    let gallery = std::env::var("SPIKESCOPE_GALLERY").ok();
    let mut wrong = Vec::new();
    for theme in [ThemeChoice::Dark, ThemeChoice::Light].into_iter().take(if gallery.is_some() { 2 } else { 1 }) {
        for size in [[1024.0, 700.0], [1920.0, 1080.0]] {
            let (mut harness, _) = free_window(size, theme);
            press(&mut harness, "Edit network");
            for name in names {
                let draft = if name == "six" {
                    six()
                } else {
                    Draft::of(&Preset::open(&root.join(format!("presets/{name}.ron"))).unwrap()).unwrap()
                };
                let mut editing = Editing::new(draft, false);
                editing.select(Element::Projection(editing.network().projections[0].name.clone()));
                harness.state_mut().state.editing = Some(Box::new(editing));
                harness.run_steps(4);
                if let Some(folder) = &gallery {
                    let tag = if theme == ThemeChoice::Dark { "dark" } else { "light" };
                    harness.render().unwrap().save(format!("{folder}/drawing-{name}-{}-{tag}.png", size[0])).unwrap();
                }
                let shown = harness.query_all_by(|node| {
                    node.role() == Role::Button
                        && node.label().is_some_and(|label| label.starts_with("Population ") || label.starts_with("Projection "))
                });
                let shown: Vec<(String, egui::Rect)> =
                    shown.map(|node| (node.accesskit_node().label().unwrap(), node.rect().shrink(1.0))).collect();
                for (k, (one, place)) in shown.iter().enumerate() {
                    let over = shown[..k].iter().filter(|(_, other)| other.intersects(*place));
                    wrong.extend(over.map(|(other, _)| format!("{one} lies over {other}: {name} at {size:?}")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
