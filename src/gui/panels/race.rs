//! The potentials of the output neurons from the onset of the image to the first spike, which gives the answer.

use super::derived;
use crate::gui::export::tables;
use crate::gui::paint::numbers::fixed;
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::params::ParamId;
use crate::session::{Aspect, Layer, PotentialTrace, Snapshot};
use egui::{Align2, Rect, Sense, Stroke, Ui, pos2};

/// View "Output potentials".
#[derive(Default)]
pub(super) struct Race;

/// The neuron that fired first in the current image, and the end of the step of its spike, in ms since onset.
fn winner(snapshot: &Snapshot) -> Option<(u32, f64)> {
    let onset = derived::onset(snapshot);
    let first = derived::spikes_since(snapshot, Layer::Output, onset).next()?;
    Some((first.neuron, first.step.saturating_sub(onset).saturating_add(1) as f64 * snapshot.dt_ms))
}

/// The samples of a trace in the current image, with the step of the first one since onset.
fn of_image<'a>(trace: &'a PotentialTrace, snapshot: &Snapshot) -> (&'a [f32], u64) {
    let onset = derived::onset(snapshot);
    let start = snapshot.window_start.0;
    let skip = (onset.saturating_sub(start) as usize).min(trace.v_mv.len());
    (&trace.v_mv[skip..], start.saturating_sub(onset))
}

impl Panel for Race {
    fn id(&self) -> &'static str {
        "race"
    }

    fn title(&self) -> &'static str {
        "Output potentials"
    }

    fn tab(&self) -> &'static str {
        "Outputs"
    }

    fn help(&self) -> &'static str {
        "The membrane potentials of the output neurons in the current image. In the decision window a common ramp drives all \
         of them; the first neuron to reach the threshold gives the answer. A small lead of the winner means an uncertain answer."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::FirstSpike]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let first = winner(cx.snapshot).map_or("no spike yet".to_owned(), |(neuron, ms)| {
            let class = derived::class_name(cx.snapshot, derived::class_of(cx.snapshot, neuron));
            format!("{class} first, {} ms", fixed(ms, 0))
        });
        ("colour = class".to_owned(), first)
    }

    fn table(&self) -> Table {
        tables::potentials
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Context { snapshot, palette, .. } = cx;
        let traces: Vec<_> = snapshot.potentials.iter().map(|trace| (trace, of_image(trace, snapshot))).collect();
        if traces.iter().all(|(_, (samples, _))| samples.is_empty()) {
            text::calm_sentence(ui, palette, "The potentials of the output neurons are drawn here from the first image on.");
            return;
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(snapshot));
        let threshold = traces.iter().find_map(|(trace, _)| trace.threshold_mv.last()).map_or(-45.0, |&mv| f64::from(mv));
        let values = || traces.iter().flat_map(|(_, (samples, _))| samples.iter()).filter(|v| v.is_finite()).map(|&v| f64::from(v));
        let (low, high) = values().fold((threshold - 20.0, threshold), |(low, high), v| (low.min(v), high.max(v)));
        let duration = if snapshot.trial.duration_ms > 0.0 { snapshot.trial.duration_ms } else { 1.0 };
        let room = (high - low).max(1.0);
        let axis = Axis::new((low - 0.05 * room, high + 0.12 * room), "mV");
        let painter = ui.painter_at(rect);
        let plot = Plot::new(&painter, rect, Some(Axis::new((0.0, duration), "ms")), Some(axis), palette);
        let gate = snapshot.params.get(ParamId::Gate);
        let open = Rect::from_min_max(pos2(plot.x.at(gate), plot.area.top()), plot.area.max);
        plot.painter().rect_filled(open, 0.0, palette.raised);
        plot.level(threshold, palette.bad);
        let first = winner(snapshot);
        for (trace, (samples, from)) in &traces {
            let wins = first.is_some_and(|(neuron, _)| neuron == trace.neuron);
            let colour = palette.class(derived::class_of(snapshot, trace.neuron));
            let width = if wins { 2.4 } else { 1.2 };
            let at = |k: usize| (*from as f64 + k as f64 + 1.0) * snapshot.dt_ms;
            // draw the spike itself up to the threshold at the end of its step
            let until = first
                .map_or(samples.len(), |(_, ms)| ((ms / snapshot.dt_ms).round() as usize).saturating_sub(1 + *from as usize))
                .min(samples.len());
            let spike = first.filter(|_| wins).map(|(_, ms)| (ms, high + 0.1 * room));
            let points = samples[..until].iter().enumerate().filter(|(_, v)| v.is_finite()).map(|(k, &v)| (at(k), f64::from(v)));
            plot.curve(points.chain(spike), Stroke::new(width, if wins || first.is_none() { colour } else { colour.gamma_multiply(0.7) }));
        }
        if plot.area.height() > 70.0 {
            plot.note(pos2(plot.area.left() + 4.0, plot.y.at(threshold) + 2.0), Align2::LEFT_TOP, "threshold", palette.bad, palette);
            plot.note(open.left_bottom() + egui::vec2(-4.0, -3.0), Align2::RIGHT_BOTTOM, "decision window", palette.dim, palette);
        }
        if let (Some((neuron, ms)), true) = (first, plot.area.height() > 70.0) {
            let class = derived::class_of(snapshot, neuron);
            let words = derived::class_name(snapshot, class);
            let at = pos2(plot.x.at(ms) + 6.0, plot.area.top() + 2.0);
            plot.note(at, Align2::LEFT_TOP, &words, palette.class(class), palette);
        }
    }
}

fn summary(snapshot: &Snapshot) -> String {
    winner(snapshot).map_or("Potentials of the output neurons, no spike yet".to_owned(), |(neuron, ms)| {
        let class = derived::class_words(snapshot, derived::class_of(snapshot, neuron));
        format!("Potentials of the output neurons: neuron {neuron}, {class}, fired first, {} ms after onset", fixed(ms, 0))
    })
}
