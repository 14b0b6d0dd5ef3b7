//! A neuron of a network that runs freely: state, firing, input by projection, and why it does not fire.

use super::{head, histogram, line, silent};
use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, fixed, plural, short, signed};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::panels::populations::span;
use crate::gui::panels::{measured, options};
use crate::gui::theme;
use crate::session::{Arrivals, FreeView, Incoming, Inspected, NeuronFiring, RunState, Snapshot};
use egui::{RichText, Sense, Ui, UiBuilder};
use std::ops::Range;
use std::sync::Arc;

/// How the neuron fired, computed again when the time shown has moved on.
#[derive(Default)]
pub(super) struct Free {
    known: Option<(Key, Arc<NeuronFiring>)>,
}

/// Run, last change, steps and neuron.
type Key = (u64, u64, Range<u64>, u32);

/// While the network runs, the numbers are computed again whenever this part of the time shown has passed.
const PARTS: u64 = 50;
/// Minimum height of a tile with the choice of a neuron, in points.
const LOW: f32 = 120.0;
/// Minimum width for it.
const NARROW: f32 = 190.0;

impl Free {
    pub(super) fn ui(&mut self, ui: &mut Ui, view: &FreeView, cx: &mut Context) {
        let neuron = cx.ui_state.selected_neuron;
        if ui.available_height() > LOW && ui.available_width() > NARROW && !theme::is_figure(ui.ctx()) {
            options::pick(ui, cx);
            ui.add_space(2.0);
        }
        let Some(one) = cx.snapshot.inspected.as_deref().filter(|one| one.neuron == neuron) else {
            let words = match view.locate(neuron) {
                Some(_) => "The state of the selected neuron is shown here as soon as the network is built.".to_owned(),
                None => format!("Neuron {neuron} does not exist in this network; select one in the view Spikes."),
            };
            return text::calm_sentence(ui, cx.palette, &words);
        };
        let steps = view.window(span(cx.snapshot, cx.ui_state).from.max(0) as u64);
        let firing = self.firing(one, view, steps.clone(), cx.snapshot);
        let cause = silent::words(one, &firing, view, cx.snapshot);
        let rows = rows(one, &firing, view, &steps);
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(one, &firing, view, (&cause, &rows)));
        let mut inner = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("neuron"));
        inner.set_clip_rect(rect.intersect(ui.clip_rect()));
        theme::scrolled(&mut inner, "inspected neuron", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if let Some(words) = &cause {
                ui.add(egui::Label::new(RichText::new(words).size(theme::SMALL + 1.0).color(cx.palette.accent)).wrap());
                ui.add_space(6.0);
            }
            rows.iter().for_each(|(name, value)| line(ui, name, value, cx));
            for (incoming, arrivals) in one.incoming.iter().zip(&firing.arrivals) {
                head(ui, &format!("Input by {}", incoming.projection), cx);
                input_rows(incoming, arrivals, view).iter().for_each(|(name, value)| line(ui, name, value, cx));
            }
            if one.incoming.is_empty() {
                head(ui, "No projection ends at this population", cx);
            }
            if firing.intervals_ms.len() > 1 {
                head(ui, &format!("Interspike intervals, {}", count(firing.intervals_ms.len() as u64)), cx);
                histogram(ui, firing.intervals_ms.iter().copied(), cx);
            }
        });
    }

    fn firing(&mut self, one: &Inspected, view: &FreeView, steps: Range<u64>, snapshot: &Snapshot) -> Arc<NeuronFiring> {
        let late = if snapshot.state == RunState::Running { (steps.end - steps.start) / PARTS } else { 0 };
        let near = |known: &Key| {
            (known.0, known.1, known.3) == (snapshot.generation, view.changed, one.neuron)
                && known.2.start.abs_diff(steps.start) <= late
                && known.2.end.abs_diff(steps.end) <= late
        };
        if let Some((_, firing)) = self.known.as_ref().filter(|(key, _)| near(key)) {
            return Arc::clone(firing);
        }
        let firing = Arc::new(view.neuron(one, &steps));
        self.known = Some(((snapshot.generation, view.changed, steps, one.neuron), Arc::clone(&firing)));
        firing
    }
}

/// State and firing: name and value.
fn rows(one: &Inspected, firing: &NeuronFiring, view: &FreeView, steps: &Range<u64>) -> Vec<(String, String)> {
    let dt_ms = view.network.dt_ms;
    let mut rows = Vec::new();
    if firing.ms > 0.0 {
        let rate = format!("{} Hz, {}", fixed(firing.rate_hz(), 2), plural(firing.spikes, "spike"));
        rows.push((format!("rate, {}", measured::words(view, steps)), rate));
    }
    let last = match firing.last {
        Some(step) => {
            let ms = |step: u64| step as f64 * dt_ms;
            format!("at {} s, {} ms ago", fixed(ms(step) * 1e-3, 4), fixed(ms(view.step.saturating_sub(step)), 1))
        }
        None if one.spikes == 0 => "none since the start".to_owned(),
        None => format!("before the record; {} since the start", plural(one.spikes.into(), "spike")),
    };
    rows.push(("last spike".to_owned(), last));
    let irregular = |value: Option<f64>| value.map_or_else(|| "fewer than 5 intervals".to_owned(), |value| fixed(value, 2));
    rows.push(("CV of the intervals".to_owned(), irregular(firing.cv)));
    rows.push(("CV₂".to_owned(), irregular(firing.cv2)));
    if let Some((v_mv, threshold_mv)) = one.potential {
        rows.push(("potential now".to_owned(), format!("{} mV", fixed(v_mv, 2))));
        rows.push(("threshold now".to_owned(), format!("{} mV", fixed(threshold_mv, 2))));
    }
    if let Some((left, t_ref)) = refractory(one, firing, view) {
        rows.push(("state".to_owned(), format!("refractory, {} of {} ms left", fixed(left, 1), fixed(t_ref, 1))));
    }
    if let (Some(steady), Some(drive)) = (one.steady, firing.drive(one)) {
        rows.push(("mean drive, the sum of".to_owned(), format!("{} mV", fixed(drive.mean_mv, 2))));
        let parts = [("resting potential", fixed(steady.rest_mv, 2)), ("constant current", signed(steady.current_mv, 2))];
        let injected = firing.injected_mv().map(|mv| ("injected current", signed(mv, 2)));
        let spikes = [("excitation", signed(drive.excitation_mv, 2)), ("inhibition", signed(drive.inhibition_mv, 2))];
        let parts = parts.into_iter().chain(injected).chain(spikes);
        rows.extend(parts.map(|(name, mv)| (name.to_owned(), format!("{mv} mV"))));
    }
    rows
}

/// The rest of the refractory period in ms, and the whole, if the neuron is in it.
fn refractory(one: &Inspected, firing: &NeuronFiring, view: &FreeView) -> Option<(f64, f64)> {
    let (population, _) = view.locate(one.neuron)?;
    let t_ref = view.network.population(&population.name)?.model.value("t_ref")?;
    let since = view.step.checked_sub(firing.last? + 1)?;
    let left = t_ref - since as f64 * view.network.dt_ms;
    (left > 1e-9).then_some((left, t_ref))
}

/// The synapses of a projection and what arrives by them: name and value.
fn input_rows(incoming: &Incoming, arrivals: &Arrivals, view: &FreeView) -> Vec<(String, String)> {
    let synapses = count(incoming.synapses.len() as u64);
    if let Some(current) = arrivals.current_mv {
        let (mean, sd) = incoming.weights_mv().unwrap_or_default();
        let name = |words: &str| words.to_owned();
        return vec![
            (name("sources"), synapses),
            (name("factor, mean ± SD"), format!("{} ± {}", short(mean), short(sd))),
            (name("mean current"), format!("{} {}", signed(current, 2), current_unit(incoming, view))),
        ];
    }
    let mut rows = vec![("synapses".to_owned(), synapses)];
    if let Some((mean, sd)) = incoming.weights_mv() {
        let unit = view.weight_unit(&incoming.projection);
        rows.push(("weight, mean ± SD".to_owned(), format!("{} ± {} {unit}", short(mean), short(sd))));
    }
    rows.push(("spikes that arrive".to_owned(), format!("{} /s", fixed(arrivals.hz, 1))));
    if let Some(mv) = arrivals.mv {
        rows.push(("adds on average".to_owned(), format!("{} mV", signed(mv, 2))));
    }
    rows
}

/// The unit of the currents that a projection transmits.
fn current_unit(incoming: &Incoming, view: &FreeView) -> &'static str {
    let target = view.network.projection(&incoming.projection).and_then(|projection| view.network.population(&projection.to));
    target.map_or("mV", |target| target.model.current_unit())
}

fn summary(one: &Inspected, firing: &NeuronFiring, view: &FreeView, (cause, rows): (&Option<String>, &[(String, String)])) -> String {
    let list = |rows: &[(String, String)]| rows.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join("; ");
    let inputs = one.incoming.iter().zip(&firing.arrivals);
    let inputs = inputs.map(|(incoming, arrivals)| format!("{}: {}", incoming.projection, list(&input_rows(incoming, arrivals, view))));
    let parts: Vec<String> = cause.iter().cloned().chain([list(rows)]).chain(inputs).collect();
    format!("Neuron {}: {}", view.name(one.neuron), parts.join(". "))
}

/// All numbers of the inspected neuron over the time from step `from` on.
pub(super) fn table(snapshot: &Snapshot, from: u64) -> tables::Bytes {
    let head = ["neuron", "projection", "quantity", "unit", "value"];
    let Some((view, one)) = snapshot.free.as_deref().zip(snapshot.inspected.as_deref()) else { return tables::table(head, []) };
    let steps = view.window(from);
    let firing = view.neuron(one, &steps);
    let name = view.name(one.neuron);
    let row = |projection: &str, quantity: &str, unit: &str, value: Option<f64>| {
        let value = value.map_or(String::new(), tables::number);
        [name.clone(), projection.to_owned(), quantity.to_owned(), unit.to_owned(), value]
    };
    let ms = |step: u64| step as f64 * view.network.dt_ms;
    let mut rows = vec![
        row("", "window_from", "ms", Some(ms(steps.start))),
        row("", "window_to", "ms", Some(ms(steps.end))),
        row("", "spikes", "", Some(firing.spikes as f64)),
        row("", "rate", "Hz", (firing.ms > 0.0).then(|| firing.rate_hz())),
        row("", "last_spike", "ms", firing.last.map(ms)),
        row("", "spikes_since_start", "", Some(one.spikes.into())),
        row("", "cv", "", firing.cv),
        row("", "cv2", "", firing.cv2),
        row("", "potential", "mV", one.potential.map(|potential| potential.0)),
        row("", "threshold", "mV", one.potential.map(|potential| potential.1)),
        row("", "mean_drive", "mV", firing.drive(one).map(|drive| drive.mean_mv)),
    ];
    for (incoming, arrivals) in one.incoming.iter().zip(&firing.arrivals) {
        let of = |quantity: &str, unit: &str, value| row(&incoming.projection, quantity, unit, value);
        let (weights, unit) = (incoming.weights_mv(), view.weight_unit(&incoming.projection));
        rows.push(of("synapses", "", Some(incoming.synapses.len() as f64)));
        if arrivals.current_mv.is_some() {
            rows.push(of("factor_mean", "", weights.map(|weights| weights.0)));
            rows.push(of("factor_sd", "", weights.map(|weights| weights.1)));
            rows.push(of("mean_current", current_unit(incoming, view), arrivals.current_mv));
            rows.push(of("mean_contribution", "mV", arrivals.mv));
            continue;
        }
        rows.push(of("weight_mean", unit, weights.map(|weights| weights.0)));
        rows.push(of("weight_sd", unit, weights.map(|weights| weights.1)));
        rows.push(of("arriving_spikes", "1/s", Some(arrivals.hz)));
        rows.push(of("mean_contribution", "mV", arrivals.mv));
    }
    rows.extend(firing.intervals_ms.iter().map(|&interval| row("", "interval", "ms", Some(interval))));
    tables::table(head, rows)
}
