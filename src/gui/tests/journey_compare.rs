//! Runs of a described network side by side, found by role and label.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{free_window, has, type_text, wait_for};
use crate::session::{Command, FreeView, SpikeBlock};
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::path::Path;
use std::sync::Arc;

/// The label of an image that begins like this.
fn label(harness: &Harness<'static, App>, begin: &str) -> Option<String> {
    harness.query_all_by_role(Role::Image).filter_map(|node| node.accesskit_node().label()).find(|label| label.starts_with(begin))
}

fn summary(harness: &Harness<'static, App>) -> Option<String> {
    label(harness, "Runs, ")
}

#[test]
fn runs_are_compared_in_a_table_and_a_plot_and_returned_to() {
    for (size, theme) in [([1024.0, 700.0], ThemeChoice::Light), ([1920.0, 1080.0], ThemeChoice::Dark)] {
        let (mut harness, sent) = free_window(size, theme);
        harness.get_by_role_and_label(Role::Button, "View").click();
        harness.run_steps(3);
        harness.get_by_label("Compare").click();
        harness.run_steps(6);
        // the time that all three have, the rates, and the marked difference
        let words = summary(&harness).unwrap();
        assert!(
            words.starts_with("Runs, E. now: mean rate ") && words.contains("; Run 1: mean rate ") && words.contains("; Run 2: "),
            "{words}"
        );
        harness.get_by_label_contains("3 runs · last 2 s of each");
        let values = |node: &egui_kittest::Node<'_>| node.accesskit_node().label().or(node.accesskit_node().value()).unwrap_or_default();
        let listed: Vec<String> = harness.query_all_by_role(Role::Label).map(|node| values(&node)).collect();
        let find = |begin: &str, also: &str| listed.iter().any(|words| words.starts_with(begin) && words.contains(also));
        assert!(find("noise.rate 9", "; this run 2"), "{listed:?}");
        assert!(find("without E->I (", "E to I"), "{listed:?}");
        assert!(find("noise.rate set to 9 kHz at 120 ms", ""), "{listed:?}");
        if let Ok(gallery) = std::env::var("SPIKESCOPE_GALLERY") {
            let path = Path::new(&gallery).join(format!("compare-free-{}.png", size[0]));
            harness.render().unwrap().save(path).unwrap();
        }
        // without one of them
        harness.get_all_by_role(Role::CheckBox).next().unwrap().click();
        harness.run_steps(3);
        harness.get_by_label_contains("2 of 3 runs · last 2 s of each");
        assert!(!summary(&harness).unwrap().contains("; Run 1: "));
        harness.get_by_role_and_label(Role::Button, "Intervals").click();
        harness.run_steps(3);
        assert!(harness.state().state.compared.intervals);
        harness.get_all_by_role_and_label(Role::Button, "Go back to this run").last().unwrap().click();
        harness.run_steps(3);
        assert!(has(&sent, |command| *command == Command::GoBackTo(2)));
    }
}

#[test]
fn a_missing_cv_is_explained() {
    let (mut harness, _) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    let mut snapshot = fixture::free();
    // no neuron of this run fires in the time compared
    let view = snapshot.free.as_deref().unwrap();
    let silent = |block: &Arc<SpikeBlock>| Arc::new(SpikeBlock { spikes: Vec::new(), ..SpikeBlock::clone(block) });
    let blocks = view.blocks.iter().map(silent).collect();
    snapshot.free = Some(Arc::new(FreeView { blocks, ..view.clone() }));
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.state_mut().dock.enlarge("runs");
    harness.run_steps(6);
    let words = |node: &egui_kittest::Node<'_>| node.accesskit_node().label().or(node.accesskit_node().value()).unwrap_or_default();
    let missing = harness.query_all_by_role(Role::Label).find(|node| words(node) == "–").expect("no CV").rect().center();
    harness.hover_at(missing);
    let told = |harness: &Harness<'static, App>| harness.query_all_by_role(Role::Label).any(|node| words(&node).contains("five intervals"));
    assert!(wait_for(&mut harness, told));
}

#[test]
fn palette_finds_the_runs_and_the_layout_of_a_described_network() {
    for (words, kind) in [("runs", Role::Image), ("compare", Role::Image)] {
        let (mut harness, _) = free_window([1440.0, 900.0], ThemeChoice::Light);
        assert_eq!(summary(&harness), None);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
        harness.run_steps(3);
        type_text(&mut harness, words);
        harness.key_press(Key::Enter);
        harness.run_steps(6);
        assert!(summary(&harness).is_some(), "{words} {kind:?}");
    }
}

#[test]
fn intervals_begin_after_a_change_and_say_so() {
    let (mut harness, _) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    harness.state_mut().state.wants_panel = Some("intervals");
    harness.run_steps(4);
    let before = label(&harness, "Intervals ").unwrap();
    assert!(before.contains("E  CV ") && before.contains("CV₂"), "{before}");
    let mut snapshot = fixture::free();
    let step = snapshot.step.0;
    let view = FreeView { changed: step - 10_000, ..FreeView::clone(snapshot.free.as_ref().unwrap()) };
    let expected = view.firing(&(step - 10_000..step));
    snapshot.free = Some(Arc::new(view));
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(3);
    harness.get_by_label_contains("last 1 s, since the last change");
    let after = label(&harness, "Intervals ").unwrap();
    let all = crate::gui::paint::numbers::count(expected[0].all_intervals());
    assert!(after.contains(&format!(", {all} intervals")) && after != before, "{after}, expected {all}");
}

#[test]
fn table_names_the_runs_as_the_view_does() {
    let snapshot = fixture::free();
    let panel = crate::gui::panels::all_panels().into_iter().find(|panel| panel.id() == "runs").unwrap();
    let text = String::from_utf8(panel.table()(&snapshot).unwrap()).unwrap();
    let mut names: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    names.dedup();
    assert_eq!(names, ["now", "Run 1", "Run 2"]);
    crate::gui::tests::journey_why::no_noise_of_rounding(&text);
    // the means at the ends of the record are over whole bins only
    let view = snapshot.free.as_deref().unwrap();
    let (first, last) = view.span();
    let times: Vec<f64> =
        text.lines().filter(|line| line.starts_with("rate,now")).map(|line| line.split(',').nth(9).unwrap().parse().unwrap()).collect();
    assert!(times.iter().all(|time| (-((last - first) as f64) * 1e-4 + 0.012..=-0.012).contains(time)), "{:?}", times.last());
}
