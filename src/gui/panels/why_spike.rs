//! Why this spike: the potential of a neuron of a network that runs freely as a sum over the spikes that arrived, over time and as a list.

mod chart;
mod controls;
mod list;
mod table;

use super::options;
use crate::gui::paint::numbers::{fixed, signed};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::session::{Aspect, FreeView, Snapshot, SpikeMoment, WhySpike};
use egui::{Rect, Ui, UiBuilder, pos2, vec2};

/// View "Why this spike?".
#[derive(Default)]
pub(super) struct WhySpikePanel {
    generation: u64,
    /// Neurons and moments shown before a sender was selected here, oldest first.
    before: Vec<(u32, SpikeMoment)>,
}

/// Minimum width of the chart beside the list, in points.
const BESIDE: f32 = 520.0;
/// The same in a low tile, and its height.
const NARROW: f32 = 390.0;
const LOW: f32 = 240.0;
/// Height below which a narrow tile has only the list, in points.
const LEAST: f32 = 110.0;
/// Maximum number of selections that can be gone back.
const MOST_BEFORE: usize = 64;

impl Panel for WhySpikePanel {
    fn id(&self) -> &'static str {
        "why_spike"
    }

    fn title(&self) -> &'static str {
        "Why this spike?"
    }

    fn tab(&self) -> &'static str {
        "Why?"
    }

    fn help(&self) -> &'static str {
        "The membrane potential of the selected neuron at one of its spikes, or at any other time, as a sum: rest, the remainder of the \
         last reset, and a contribution in mV of every spike that arrived. The sum is exact. The bands show what each population of \
         senders contributes over time, above or below the dashed potential without input; the lists show single senders and spikes. \
         A click on a sender selects it, and a click in the curve selects a time."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Populations, Aspect::Potentials]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some((view, why)) = shown(cx.snapshot) else { return Default::default() };
        (moment_words(view, why, cx.snapshot.dt_ms), format!("V = {} mV", fixed(why.breakdown.terms.v_mv(), 2)))
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::neuron(ui, cx);
    }

    fn table(&self) -> Table {
        table::rows
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        if self.generation != cx.snapshot.generation {
            // a time belongs to its run
            self.generation = cx.snapshot.generation;
            self.before.clear();
            cx.ui_state.spike_moment = SpikeMoment::LastSpike;
        }
        let rect = ui.available_rect_before_wrap();
        if rect.height() > 150.0 && rect.width() > 200.0 {
            controls::ui(ui, cx, &mut self.before);
        }
        let told = cx.snapshot.why_spike.clone();
        let Some((view, why)) = shown(cx.snapshot) else {
            let words = match told.as_deref() {
                Some(Err(reason)) => reason.as_str(),
                _ => "The run is replayed to explain this potential …",
            };
            return text::calm_sentence(ui, cx.palette, words);
        };
        let rect = ui.available_rect_before_wrap();
        // in a low tile side by side, even if both are narrow
        let beside = rect.width() >= if rect.height() < LOW { NARROW } else { BESIDE };
        let (chart, list) = if beside {
            let middle = rect.left() + if rect.width() < BESIDE { 0.48 } else { 0.54 } * rect.width();
            (Rect::from_min_max(rect.min, pos2(middle, rect.bottom())), Rect::from_min_max(pos2(middle + 14.0, rect.top()), rect.max))
        } else {
            let middle = rect.top() + if rect.height() < LEAST { 0.0 } else { 0.52 * rect.height() };
            (Rect::from_min_max(rect.min, pos2(rect.right(), middle)), Rect::from_min_max(pos2(rect.left(), middle + 4.0), rect.max))
        };
        let at = if chart.height() > 30.0 { chart::ui(ui, chart, (view, why), cx) } else { None };
        let mut inner = ui.new_child(UiBuilder::new().max_rect(list).id_salt("contributions"));
        inner.set_clip_rect(list.expand2(vec2(2.0, 0.0)).intersect(ui.clip_rect()));
        let picked = list::ui(&mut inner, (view, why), cx);
        if let Some(moment) = at {
            cx.ui_state.spike_moment = moment;
        }
        if let Some((neuron, moment)) = picked {
            self.before.push((cx.ui_state.selected_neuron, cx.ui_state.spike_moment));
            let spare = self.before.len().saturating_sub(MOST_BEFORE);
            self.before.drain(..spare);
            cx.ui_state.select_neuron(neuron);
            cx.ui_state.spike_moment = moment;
        }
    }
}

/// The explanation, if there is one.
fn shown(snapshot: &Snapshot) -> Option<(&FreeView, &WhySpike)> {
    snapshot.free.as_deref().zip(snapshot.why_spike.as_deref()?.as_ref().ok())
}

/// A neuron of a population as text: `E[12]`.
fn name(view: &FreeView, population: Option<usize>, neuron: u32) -> String {
    let population = population.and_then(|index| view.populations.get(index));
    population.map_or_else(|| neuron.to_string(), |population| format!("{}[{neuron}]", population.name))
}

/// The name of a population of senders.
fn sender(view: &FreeView, population: Option<usize>) -> &str {
    population.and_then(|index| view.populations.get(index)).map_or("input", |population| population.name.as_str())
}

/// Time in ms, with as many decimals as the time step has.
fn ms(step: u64, dt_ms: f64) -> String {
    fixed(step as f64 * dt_ms, decimals(dt_ms))
}

fn decimals(dt_ms: f64) -> usize {
    (1..4).find(|&n| (dt_ms * 10_f64.powi(n) - (dt_ms * 10_f64.powi(n)).round()).abs() < 1e-6).map_or(3, |n| n as usize)
}

/// "E[12] · spike at 401.2 ms".
fn moment_words(view: &FreeView, why: &WhySpike, dt_ms: f64) -> String {
    let what = if why.breakdown.fired { "spike at " } else { "" };
    format!("{} · {what}{} ms", name(view, Some(why.asked.population), why.asked.neuron), ms(why.asked.step, dt_ms))
}

/// The explanation in one sentence.
fn summary(view: &FreeView, why: &WhySpike, dt_ms: f64) -> String {
    let all = &why.breakdown;
    let verb = match (all.fired, all.held) {
        (true, _) => "fired",
        (_, true) => "was refractory",
        _ => "did not fire",
    };
    let parts: Vec<String> = list::sums(why)
        .into_iter()
        .map(|(source, inhibits, mv)| {
            format!("{}{} {} mV", sender(view, source), if inhibits { " (inhibitory)" } else { "" }, signed(mv, 2))
        })
        .collect();
    let input = if parts.is_empty() { "no input".to_owned() } else { parts.join(", ") };
    format!(
        "{} {verb} at {} ms: its potential of {} mV is {} mV without input, and {input}; the threshold is {} mV",
        name(view, Some(why.asked.population), why.asked.neuron),
        ms(why.asked.step, dt_ms),
        fixed(all.terms.v_mv(), 2),
        fixed(all.terms.without_input_mv(), 2),
        fixed(all.threshold_mv, 2)
    )
}
