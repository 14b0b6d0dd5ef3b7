//! "Why this spike?" in the window, found by role and label: terms, senders, spikes, and the moment in question.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::state::choices::SpikeList;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{Sent, free_window, type_text};
use crate::session::{Command, SpikeMoment};
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::sync::Arc;

fn opened(size: [f32; 2]) -> (Harness<'static, App>, Sent) {
    opened_in(size, ThemeChoice::Dark)
}

fn opened_in(size: [f32; 2], theme: ThemeChoice) -> (Harness<'static, App>, Sent) {
    let (mut harness, sent) = free_window(size, theme);
    harness.state_mut().state.selected_neuron = 12;
    harness.state_mut().dock.reveal("why_spike");
    harness.run_steps(4);
    (harness, sent)
}

/// Save a picture of the window if there is a folder for it.
fn keep(harness: &mut Harness<'_, App>, name: &str) {
    if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
        std::fs::create_dir_all(&folder).unwrap();
        harness.render().unwrap().save(format!("{folder}/{name}.png")).unwrap();
    }
}

/// Moments that were asked for.
fn asked(sent: &Sent) -> Vec<(u32, SpikeMoment)> {
    let of = |command: &Command| match command {
        Command::Watch(watch) => watch.why_spike.map(|asked| (asked.neuron, asked.moment)),
        _ => None,
    };
    sent.lock().unwrap().iter().filter_map(of).collect()
}

fn says(harness: &Harness<'_, App>, words: &str) -> bool {
    harness.query_all_by(|node| node.label().or(node.value()).is_some_and(|label| label.contains(words))).next().is_some()
}

#[test]
fn spike_of_the_selected_neuron_is_explained_by_terms_senders_and_spikes() {
    for (size, theme) in
        [([1440.0, 900.0], ThemeChoice::Dark), ([1024.0, 700.0], ThemeChoice::Light), ([1920.0, 1080.0], ThemeChoice::Light)]
    {
        let (mut harness, sent) = opened_in(size, theme);
        keep(&mut harness, &format!("why-spike-{}-terms", size[0]));
        assert_eq!(asked(&sent).last(), Some(&(12, SpikeMoment::LastSpike)));
        harness.get_by(|node| {
            node.role() == Role::Image
                && node.label().is_some_and(|label| label.starts_with("E[12] fired at") && label.contains("threshold is −50.00 mV"))
        });
        // the terms, to the potential
        for term in ["rest −65.000 mV", "last reset +", "I, inhibitory −", "noise +", "= V −49.980 mV", "simulated V −49.980 mV"] {
            assert!(says(&harness, term), "{term} at {size:?}");
        }
        harness.get_by_role_and_label(Role::Button, "Senders").click();
        harness.run_steps(3);
        assert_eq!(harness.state().state.spike_list, SpikeList::Senders);
        assert!(says(&harness, ": 1 spike, "));
        keep(&mut harness, &format!("why-spike-{}-senders", size[0]));
        harness.get_by_role_and_label(Role::Button, "Spikes").click();
        harness.run_steps(3);
        assert!(says(&harness, "delay 1.5 ms, weight 0.650 mV, contribution +"));
        keep(&mut harness, &format!("why-spike-{}-spikes", size[0]));
    }
}

#[test]
fn sender_is_selected_by_the_keyboard_and_left_again() {
    let (mut harness, sent) = opened([1440.0, 900.0]);
    harness.get_by_role_and_label(Role::Button, "Spikes").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::ListBox, "Spikes by contribution").focus();
    harness.run_steps(2);
    let label = loop {
        let current = current(&harness).unwrap();
        if current.starts_with("I[") {
            break current;
        }
        harness.key_press(egui::Key::ArrowDown);
        harness.run_steps(2);
    };
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    // I begins after the 8,000 neurons of E, and its spike is the moment in question
    let number = |text: &str, from: &str, to: &str| -> f64 {
        let rest = text.split_once(from).unwrap().1;
        rest.split_once(to).unwrap().0.replace(',', "").parse().unwrap()
    };
    let neuron = 8000 + number(&label, "I[", "]") as u32;
    let step = (number(&label, "fired at ", " ms") * 10.0).round() as u64;
    assert_eq!(harness.state().state.selected_neuron, neuron);
    assert_eq!(asked(&sent).last(), Some(&(neuron, SpikeMoment::At(step))));
    harness.get_by_role_and_label(Role::Button, "Back").click();
    harness.run_steps(3);
    assert_eq!(asked(&sent).last(), Some(&(12, SpikeMoment::LastSpike)));
    assert!(harness.query_by_role_and_label(Role::Button, "Back").is_none());
}

/// The selected row of the list with the focus.
fn current(harness: &Harness<'static, App>) -> Option<String> {
    let rows = harness.query_all_by(|node| node.role() == Role::ListBoxOption && node.is_selected() == Some(true));
    rows.map(|node| node.accesskit_node().label().unwrap()).next()
}

/// A list of a hundred senders is one stop of Tab, and its rows, also those of sources, are reached by arrow keys.
#[test]
fn list_of_senders_is_one_stop_of_tab() {
    let (mut harness, _) = opened([1440.0, 900.0]);
    harness.get_by_role_and_label(Role::Button, "Senders").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::ListBox, "Senders by contribution").focus();
    harness.run_steps(2);
    let rows = harness.query_all_by(|node| node.role() == Role::ListBoxOption).count();
    assert!(rows > 90, "{rows}");
    let mut names = vec![current(&harness).unwrap()];
    for _ in 1..rows {
        harness.key_press(egui::Key::ArrowDown);
        harness.run_steps(2);
        names.push(current(&harness).unwrap());
    }
    assert!(["noise[", "E[", "I["].iter().all(|begin| names.iter().any(|name| name.starts_with(begin))), "{names:?}");
    names.dedup();
    assert_eq!(names.len(), rows);
    // a source has no potential that could be explained
    let before = harness.state().state.selected_neuron;
    harness.key_press(egui::Key::Home);
    harness.run_steps(2);
    while !current(&harness).unwrap().starts_with("noise[") {
        harness.key_press(egui::Key::ArrowDown);
        harness.run_steps(2);
    }
    harness.key_press(egui::Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().state.selected_neuron, before);
    // Tab leaves it, and comes back to it
    harness.key_press(egui::Key::Tab);
    harness.run_steps(2);
    assert_eq!(current(&harness), None);
    harness.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::Tab);
    harness.run_steps(3);
    assert!(current(&harness).unwrap().starts_with("noise["));
}

#[test]
fn any_time_is_chosen_by_its_number_the_curve_or_the_next_spike() {
    let (mut harness, sent) = opened([1440.0, 900.0]);
    harness.get_by_role_and_label(Role::Button, "Current").click();
    harness.run_steps(3);
    assert_eq!(asked(&sent).last(), Some(&(12, SpikeMoment::Now)));
    let time = harness.get_by_role_and_label(Role::SpinButton, "Time in ms");
    time.focus();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    type_text(&mut harness, "31000.5");
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
    assert_eq!(asked(&sent).last(), Some(&(12, SpikeMoment::At(310_005))));
    // the spikes of the neuron before and after that time
    let view = harness.state().snapshot.as_ref().unwrap().free.clone().unwrap();
    let own: Vec<u64> = view.spikes_since(0).filter(|&(_, neuron)| neuron == 12).map(|(step, _)| step).collect();
    let before = own.iter().rev().find(|&&step| step < 310_005).copied();
    if let Some(before) = before {
        harness.get_by_role_and_label(Role::Button, "Previous spike").click();
        harness.run_steps(3);
        assert_eq!(asked(&sent).last(), Some(&(12, SpikeMoment::At(before))));
    }
    // a click in the curve
    let image = harness.get_by(|node| node.role() == Role::Image && node.label().is_some_and(|label| label.starts_with("E[12] fired")));
    let at = image.rect().center();
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run_steps(3);
    let why_step = fixture::free().why_spike.unwrap().as_ref().as_ref().unwrap().asked.step;
    assert!(
        matches!(asked(&sent).last(), Some(&(12, SpikeMoment::At(step))) if (why_step - 300..why_step).contains(&step)),
        "{:?}",
        asked(&sent).last()
    );
}

#[test]
fn view_without_an_explanation_says_why() {
    let (mut harness, _) = opened([1440.0, 900.0]);
    let show = |harness: &mut Harness<'static, App>, told: Option<Result<crate::session::WhySpike, String>>| {
        let mut snapshot = (**harness.state().snapshot.as_ref().unwrap()).clone();
        snapshot.why_spike = told.map(Arc::new);
        harness.state_mut().snapshot = Some(Arc::new(snapshot));
        harness.run_steps(2);
    };
    show(&mut harness, Some(Err("E[12] has not fired in the recorded 5 s; choose Current or a time.".to_owned())));
    assert!(says(&harness, "has not fired in the recorded"));
    // the controls stay
    harness.get_by_role_and_label(Role::Button, "Current");
    show(&mut harness, None);
    assert!(says(&harness, "replayed"));
    let mut held = fixture::free().why_spike.unwrap().as_ref().clone().unwrap();
    (held.breakdown.held, held.breakdown.fired) = (true, false);
    held.breakdown.contributions.clear();
    held.synapses.clear();
    held.course = crate::session::Course::default();
    show(&mut harness, Some(Ok(held)));
    assert!(says(&harness, "was refractory"));
}

#[test]
fn table_holds_terms_spikes_and_the_course() {
    let snapshot = fixture::free();
    let panel = crate::gui::panels::all_panels().into_iter().find(|panel| panel.id() == "why_spike").unwrap();
    let bytes = panel.table()(&snapshot).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let rows = |kind: &str| text.lines().filter(|line| line.starts_with(kind)).count();
    let why = snapshot.why_spike.as_ref().unwrap().as_ref().as_ref().unwrap();
    assert_eq!(rows("spike,"), why.breakdown.contributions.len());
    assert_eq!(rows("potential over time"), why.course.steps.len());
    assert_eq!((rows("excitation over time"), rows("inhibition over time")), (2 * why.course.steps.len(), why.course.steps.len()));
    let sum: f64 =
        text.lines().filter(|line| line.starts_with("spike,")).map(|line| line.rsplit(',').next().unwrap().parse::<f64>().unwrap()).sum();
    assert!((sum - why.breakdown.terms.input_mv).abs() < 1e-9);
    no_noise_of_rounding(&text);
}

/// No number of a table has more than 12 significant digits, as 0.30000000000000004 has.
pub(super) fn no_noise_of_rounding(table: &str) {
    let digits = |cell: &str| cell.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').len();
    let numbers = table.split([',', '\n']).filter(|cell| cell.contains('.') && cell.parse::<f64>().is_ok());
    let long: Vec<&str> = numbers.filter(|cell| digits(cell) > 12).collect();
    assert!(long.is_empty(), "{:?}", &long[..long.len().min(5)]);
}
