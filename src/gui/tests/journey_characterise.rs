//! A characterised neuron in the window: the population is chosen, plots are found by role and label, and wait for results.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::state::choices::TestPlot;
use crate::gui::tests::fixture;
use crate::gui::tests::layout::Stage;
use crate::gui::tests::stage::{Sent, free_window, has};
use crate::session::{Aspect, Aspects, Command};
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

fn open(size: [f32; 2]) -> (Harness<'static, App>, Sent) {
    let (mut harness, sent) = free_window(size, ThemeChoice::Dark);
    harness.state_mut().dock.reveal("characterise");
    harness.run_steps(4);
    (harness, sent)
}

fn images(harness: &Harness<'static, App>, beginning: &str) -> usize {
    let begins = |label: Option<String>| label.is_some_and(|label| label.starts_with(beginning));
    harness.query_all_by(|node| node.role() == Role::Image && begins(node.label())).count()
}

#[test]
fn open_view_asks_for_a_population_and_a_small_tile_shows_one_plot() {
    let (mut harness, sent) = open([1024.0, 700.0]);
    assert!(has(&sent, |command| matches!(command, Command::Watch(watch) if watch.characterised.as_deref() == Some(""))));
    assert_eq!((images(&harness, "f-I curve of E: rheobase 15"), images(&harness, "Intervals of E")), (1, 0));
    harness.get_by_role_and_label(Role::Button, "Step").click();
    harness.run_steps(3);
    assert_eq!(harness.state().state.characterise.plot, TestPlot::Step);
    assert_eq!((images(&harness, "Response of E to a step of 22.5 mV: tonic"), images(&harness, "f-I curve")), (1, 0));
}

#[test]
fn enlarged_view_shows_all_plots_and_offers_a_phase_plane_only_where_there_is_one() {
    let (mut harness, _) = open([1440.0, 900.0]);
    harness.state_mut().state.characterise.plot = TestPlot::Plane;
    harness.run_steps(3);
    // chosen for another model
    assert_eq!((images(&harness, "f-I curve of E"), harness.query_all_by_label("Phase plane").count()), (1, 0));
    harness.state_mut().dock.enlarge("characterise");
    harness.run_steps(4);
    for (beginning, count) in [("f-I curve of E", 1), ("Response of E", 1), ("Intervals of E under noise", 1), ("Phase plane", 0)] {
        assert_eq!(images(&harness, beginning), count, "{beginning}");
    }
    let mut snapshot = (**harness.state().snapshot.as_ref().unwrap()).clone();
    let text = r#"(populations: {"cell": (size: 1, model: AdEx())})"#;
    let network = crate::model::NetworkSpec::from_ron(text).unwrap();
    snapshot.characterised = Some(Arc::new(fixture::characterised(&network, "cell")));
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.run_steps(3);
    assert_eq!(images(&harness, "Phase plane of cell: without current stable"), 1);
}

#[test]
fn view_says_what_it_waits_for_and_why_there_is_nothing() {
    let (mut harness, _) = open([1440.0, 900.0]);
    let states = |harness: &Harness<'static, App>, words: &str| {
        harness.query_all_by(|node| node.label().or(node.value()).is_some_and(|label| label.contains(words))).next().is_some()
    };
    for (told, words) in [(None, "its curves appear here"), (Some(Arc::new(Err("a source".to_owned()))), "a source.")] {
        let mut snapshot = (**harness.state().snapshot.as_ref().unwrap()).clone();
        snapshot.characterised = told;
        harness.state_mut().snapshot = Some(Arc::new(snapshot));
        harness.run_steps(3);
        assert!(states(&harness, words), "{words}");
    }
    let mut snapshot = (**harness.state().snapshot.as_ref().unwrap()).clone();
    snapshot.aspects = Aspects::of(&[Aspect::Populations, Aspect::Neurons, Aspect::Runs]);
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.state_mut().dock.toggle("rates");
    harness.run_steps(3);
    assert!(states(&harness, Aspect::Currents.absent()));
}

/// Models with and without a phase plane, in every arrangement of tiles: nothing is cut, and no control lies over another.
#[test]
fn view_fits_every_size_in_every_theme() {
    let described = |model: &str| format!(r#"(populations: {{"cell": (size: 1, model: {model}())}})"#);
    let themes = [ThemeChoice::Dark, ThemeChoice::Light, ThemeChoice::DarkContrast, ThemeChoice::LightContrast];
    let mut wrong = Vec::new();
    for model in ["Lif", "LifCond", "AdEx", "Izhikevich"] {
        let network = crate::model::NetworkSpec::from_ron(&described(model)).unwrap();
        let mut snapshot = fixture::free();
        snapshot.characterised = Some(Arc::new(fixture::characterised(&network, "cell")));
        for size in [egui::vec2(1024.0, 700.0), egui::vec2(1440.0, 900.0), egui::vec2(1920.0, 1080.0)] {
            for (theme, enlarged) in themes.into_iter().zip([false, true, false, true]) {
                let mut stage = Stage::new(size, snapshot.clone());
                crate::gui::theme::apply(&stage.ctx, theme);
                if enlarged {
                    stage.app.dock.enlarge("characterise");
                } else {
                    stage.app.dock.reveal("characterise");
                }
                stage.frames(5, Vec::new());
                assert!(stage.app.dock.area("characterise").is_some());
                let of = |words: String| format!("{words} of {model} at {size} in {theme:?}");
                wrong.extend(stage.cut().into_iter().map(of).chain(stage.misplaced().into_iter().map(of)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
