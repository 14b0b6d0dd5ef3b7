//! The inspector of a network that runs freely, by role and label, with values counted from the snapshot.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::paint::numbers::{fixed, short};
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{free_window, has};
use crate::session::Command;
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

fn told(harness: &Harness<'_, App>) -> Option<String> {
    let all = harness.query_all_by(|node| node.role() == Role::Image && node.label().is_some_and(|label| label.starts_with("Neuron ")));
    all.into_iter().next().and_then(|node| node.accesskit_node().label())
}

/// Select E[12] and open the view.
fn inspect(harness: &mut Harness<'static, App>) {
    harness.state_mut().state.select_neuron(12);
    harness.state_mut().dock.reveal("inspector");
    harness.run_steps(4);
}

#[test]
fn a_neuron_of_a_described_network_is_inspected_with_counted_numbers() {
    let (mut harness, sent) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    inspect(&mut harness);
    assert!(has(&sent, |command| matches!(command, Command::Watch(watch) if watch.inspected == Some(12))));
    let snapshot = fixture::free();
    let view = snapshot.free.as_deref().unwrap();
    let spikes: Vec<u64> = view.spikes_since(0).filter(|&(_, neuron)| neuron == 12).map(|(step, _)| step).collect();
    let said = told(&harness).unwrap();
    let holds = |words: &str| assert!(said.contains(words), "{words} is not in: {said}");
    assert!(said.starts_with("Neuron E[12]: "), "{said}");
    holds(&format!("rate, last 5 s {} Hz, {} spikes", fixed(spikes.len() as f64 / 5.0, 2), spikes.len()));
    let last = *spikes.last().unwrap();
    holds(&format!("last spike at {} s, {} ms ago", fixed(last as f64 * 1e-4, 4), fixed((view.step - last) as f64 * 0.1, 1)));
    holds("potential now −57.31 mV; threshold now −50.00 mV");
    // weights of E->E, and what arrives by it
    let synapses = &snapshot.inspected.as_ref().unwrap().incoming[0].synapses;
    let weights: Vec<f64> = synapses.iter().map(|(_, weight)| f64::from(*weight)).collect();
    let mean = weights.iter().sum::<f64>() / 80.0;
    let sd = (weights.iter().map(|w| (w - mean).powi(2)).sum::<f64>() / 80.0).sqrt();
    let arrived = view.spikes_since(0).map(|(_, neuron)| synapses.iter().filter(|(sender, _)| *sender == neuron).count()).sum::<usize>();
    holds(&format!(
        "E->E: synapses 80; weight, mean ± SD {} ± {} mV; spikes that arrive {} /s",
        short(mean),
        short(sd),
        fixed(arrived as f64 / 5.0, 1)
    ));
    holds("I->E: synapses 20");
    // of the source every 40th neuron is recorded: the mean rate of the population
    let noise = view.rate_hz(2, 0).unwrap();
    holds(&format!("noise->E: synapses 1; weight, mean ± SD 0.650 ± 0 mV; spikes that arrive {} /s", fixed(noise, 1)));
    assert!(!said.contains("Silent"), "{said}");
}
