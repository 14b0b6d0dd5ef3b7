//! The membrane potential of the selected neuron with threshold, spikes and injected current.

mod injected;

use super::{derived, options, populations};
use crate::gui::export::tables;
use crate::gui::paint::axis::Knee;
use crate::gui::paint::numbers::{fixed, plural};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::pyramid::Pyramid;
use crate::gui::paint::text;
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::state::choices::{MOST_TRACES, span_ms};
use crate::gui::state::colours::Colours;
use crate::gui::theme::Palette;
use crate::params::ParamId;
use crate::session::{Aspect, PotentialTrace, Snapshot};
use egui::{Align2, Color32, Rect, Sense, Stroke, Ui, pos2, vec2};
use injected::Injected;

/// View "Membrane".
#[derive(Default)]
pub(super) struct Membrane {
    v: Pyramid,
    threshold: Pyramid,
    injected: Injected,
    /// Additional neurons, with their potentials.
    others: Vec<(u32, Pyramid)>,
    /// The step and neurons of the pyramids.
    built: Option<(u64, u64, u32, usize)>,
}

/// Width of the names of threshold and reset at the right of the curves, of a tile that has room for them, and distance of the two, in
/// points.
const GUTTER: f32 = 58.0;
const ROOMY: f32 = 240.0;
const NAME: f32 = 13.0;
/// Minimum distance of the threshold from the upper edge, in points, at which its label is drawn there.
const FAR: f32 = 44.0;
/// Depth below the reset potential, in mV, at which compression of the axis starts. Reversal potentials of inhibition lie above
/// it.
const DEEP_MV: f64 = 60.0;

impl Panel for Membrane {
    fn id(&self) -> &'static str {
        "membrane"
    }

    fn title(&self) -> &'static str {
        "Membrane"
    }

    fn help(&self) -> &'static str {
        "The membrane potential of one neuron in mV, with its threshold and its spikes. Input spikes in its receptive field \
         raise it; lateral inhibition lowers it when another neuron fires. In a network of named populations a curve has the colour of its \
         population, and further neurons of it have other shades. If sources of currents reach the neuron, the current that they inject is \
         drawn below the potential."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Potentials]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some(trace) = chosen(cx) else {
            return (derived::neuron_words(cx.snapshot, cx.ui_state.selected_neuron), "V in mV".to_owned());
        };
        let class = derived::class_of(cx.snapshot, trace.neuron)
            .map_or(String::new(), |class| format!(" · class {}", cx.snapshot.class_name(class)));
        let now = trace.v_mv.last().map_or(String::new(), |&v| format!("V = {} mV", fixed(f64::from(v), 1)));
        (format!("{}{class}", derived::neuron_words(cx.snapshot, trace.neuron)), now)
    }

    fn table(&self) -> Table {
        tables::potentials
    }

    fn chosen_table(&self, state: &UiState) -> ChosenTable {
        let (selected, pinned) = (state.selected_neuron, state.membrane.pinned.clone());
        Box::new(move |snapshot| {
            let first = snapshot.potentials.iter().find(|trace| trace.neuron == selected).or(snapshot.potentials.first());
            let first = first.map(|trace| trace.neuron);
            tables::potentials_of(snapshot, |neuron| Some(neuron) == first || pinned.contains(&neuron))
        })
    }

    fn has_options(&self) -> bool {
        true
    }

    fn options(&mut self, ui: &mut Ui, cx: &mut Context) {
        options::membrane(ui, cx);
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(trace) = chosen(cx).filter(|trace| trace.v_mv.len() > 1) else {
            let words = "The membrane potential of the selected neuron is drawn here once the run starts.";
            text::calm_sentence(ui, cx.palette, words);
            return;
        };
        let snapshot = cx.snapshot;
        let palette = cx.palette;
        let key = (snapshot.generation, snapshot.step.0, trace.neuron, trace.v_mv.len());
        if self.built != Some(key) {
            self.v.rebuild(&trace.v_mv);
            self.threshold.rebuild(&trace.threshold_mv);
            self.built = Some(key);
        }
        self.build_others(trace.neuron, cx);
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(trace, snapshot));

        let (reset, v_th) = levels(snapshot, trace.neuron);
        let (axis, top) = self.axis(reset, v_th);
        let window = span_ms(snapshot, cx.ui_state.membrane.images);
        let painter = ui.painter_at(rect);
        let axes = [Axis::new((-window, 0.0), "ms"), axis];
        let gutter = if rect.width() > ROOMY { GUTTER } else { 0.0 };
        let (plot, strip) = self.injected.plots((&painter, rect.with_max_x(rect.right() - gutter)), trace, axes, snapshot, palette);
        if let Some(knee) = axis.knee {
            let below = Rect::from_min_max(pos2(plot.area.left(), plot.y.at(knee.at)), plot.area.max);
            plot.painter().rect_filled(below, 0.0, palette.raised.gamma_multiply(0.75));
        }
        derived::paint_onsets(&plot, snapshot, palette);
        plot.level(reset, palette.faint);
        let start = -((trace.v_mv.len() - 1) as f64) * snapshot.dt_ms;
        plot.trace(&self.threshold, start, snapshot.dt_ms, Stroke::new(1.0, palette.bad));
        let colours = self.colours(trace.neuron, cx);
        for ((_, v), colour) in self.others.iter().zip(&colours[1..]) {
            plot.trace(v, start, snapshot.dt_ms, Stroke::new(1.0, *colour));
        }
        plot.trace(&self.v, start, snapshot.dt_ms, Stroke::new(1.4, colours[0]));
        // above the spikes, not over them
        let named = plot.area.height() > 70.0;
        let tips = plot.area.top() + if named { 13.0 } else { 0.0 };
        for &spike in &trace.spikes {
            let x = plot.painter().round_to_pixel_center(plot.x.at(start + f64::from(spike) * snapshot.dt_ms));
            let foot = trace.threshold_mv.get(spike as usize).map_or(top, |&mv| f64::from(mv));
            let ends = [pos2(x, plot.y.at(foot)), pos2(x, tips.min(plot.y.at(foot) - 4.0))];
            plot.painter().line_segment(ends, Stroke::new(1.6, palette.accent));
        }
        let line = trace.threshold_mv.last().map_or(plot.area.top(), |&mv| plot.y.at(f64::from(mv)));
        if gutter > 0.0 {
            // beside the curves, which they would hide
            let threshold = line.clamp(plot.area.top(), plot.area.bottom());
            let below = plot.y.at(reset).max(threshold + NAME).min(plot.area.bottom());
            for (y, name, colour) in [(threshold, "threshold", palette.bad), (below, "reset", palette.dim)] {
                let at = pos2(plot.area.right() + 5.0, y);
                text::line(&painter, at, Align2::LEFT_CENTER, name, text::note_font(), colour, GUTTER - 5.0);
            }
        }
        if named {
            if gutter == 0.0 {
                let right = plot.area.right() - 3.0;
                // above the spikes if these start near the upper edge, otherwise at the threshold line
                let top = if line - plot.area.top() > FAR { line + 2.0 } else { plot.area.top() - 1.0 };
                plot.note(pos2(right, top), Align2::RIGHT_TOP, "threshold", palette.bad, palette);
                plot.note(pos2(right, plot.y.at(reset) + 2.0), Align2::RIGHT_TOP, "reset", palette.dim, palette);
            }
            if axis.knee.is_some() {
                let words = "inhibition; scale compressed";
                plot.note(plot.area.right_bottom() + vec2(-3.0, -2.0), Align2::RIGHT_BOTTOM, words, palette.dim, palette);
            }
        }
        self.legend(&plot, trace.neuron, cx);
        let known = -start;
        if window - known > 0.5 * snapshot.dt_ms + 1.0 && options::cut(snapshot, window).is_some() {
            plot.note(plot.area.left_bottom() + vec2(4.0, -3.0), Align2::LEFT_BOTTOM, "not kept: memory limit", palette.dim, palette);
        }
        let hovered = plot.hover(&response, palette).or_else(|| strip.and_then(|strip| strip.hover(&response, palette)));
        if let Some((ms, _)) = hovered {
            let index = ((ms - start) / snapshot.dt_ms).round();
            if let Some(&v) = (index >= 0.0).then(|| trace.v_mv.get(index as usize)).flatten() {
                let current = injected::words(trace, index as usize, snapshot).map_or(String::new(), |words| format!("\n{words}"));
                response.on_hover_text_at_pointer(format!("{} ms\nV = {} mV{current}", fixed(ms, 1), fixed(f64::from(v), 2)));
            }
        }
    }
}

impl Membrane {
    /// The potentials of the pinned neurons other than `first`.
    fn build_others(&mut self, first: u32, cx: &Context) {
        let pinned = cx.ui_state.membrane.pinned.iter().take(MOST_TRACES).filter(|&&neuron| neuron != first);
        let traces: Vec<&PotentialTrace> = pinned
            .filter_map(|&neuron| cx.snapshot.potentials.iter().find(|trace| trace.neuron == neuron && !trace.v_mv.is_empty()))
            .collect();
        self.others.resize_with(traces.len(), Default::default);
        for ((neuron, v), trace) in self.others.iter_mut().zip(traces) {
            *neuron = trace.neuron;
            v.rebuild(&trace.v_mv);
        }
    }

    /// The colours of the curves, that of `first` at the beginning.
    fn colours(&self, first: u32, cx: &Context) -> Vec<Color32> {
        let neurons: Vec<u32> = std::iter::once(first).chain(self.others.iter().map(|(neuron, _)| *neuron)).collect();
        colours(&neurons, cx.snapshot, &cx.ui_state.colours, cx.palette)
    }

    /// Legend of the curves, if there are several.
    fn legend(&self, plot: &Plot, first: u32, cx: &Context) {
        if self.others.is_empty() || plot.area.height() < 60.0 {
            return;
        }
        let mut left = plot.area.left() + 6.0;
        let neurons = std::iter::once(first).chain(self.others.iter().map(|(neuron, _)| *neuron));
        let names = neurons.zip(self.colours(first, cx));
        for (neuron, colour) in names {
            let class = derived::class_of(cx.snapshot, neuron)
                .map_or(String::new(), |class| format!(" ({})", derived::short_name(cx.snapshot, Some(class), 10)));
            let name = cx.snapshot.free.as_ref().map_or_else(|| neuron.to_string(), |view| view.name(neuron));
            let words = format!("{name}{class}");
            let width = text::width(plot.painter(), &words, &text::note_font()) + 12.0;
            if left + width > plot.area.right() - 110.0 {
                return;
            }
            plot.name(pos2(left, plot.area.top() - 1.0), Align2::LEFT_TOP, &words, colour, cx.palette);
            left += width;
        }
    }

    /// The axis, and the threshold, or a substitute if it is unknown, from which spikes are drawn. A quarter of the axis above
    /// the threshold is for spikes. Current-based inhibition can lower a potential far below all others; this part is
    /// compressed, because threshold and reset would otherwise coincide.
    fn axis(&self, reset: f64, v_th: f64) -> (Axis<'static>, f64) {
        let all = |trace: &Pyramid| trace.extremes(0, trace.samples().len()).filter(|e| e.0.is_finite() && e.1.is_finite());
        let drawn = std::iter::once(&self.v).chain(self.others.iter().map(|(_, v)| v)).filter_map(all);
        let joined = drawn.reduce(|(low, high), (a, b)| (low.min(a), high.max(b)));
        let (low, high) = joined.map_or((reset, reset), |(low, high)| (f64::from(low), f64::from(high)));
        let top = all(&self.threshold).map_or(v_th, |(_, high)| f64::from(high)).max(high);
        let height = (top - reset).max(1.0);
        let bottom = low.min(reset);
        if bottom < reset - (1.5 * height).max(DEEP_MV) {
            let knee = Knee { at: reset - 0.4 * height, unit: height * 0.12 };
            return (Axis { knee: Some(knee), ..Axis::new((bottom * 1.05, top + 0.3 * height), "mV") }, top);
        }
        let height = (top - bottom).max(1.0);
        (Axis::new((bottom - 0.14 * height, top + 0.3 * height), "mV"), top)
    }
}

/// The colours of the curves of these neurons. In a network of named populations that of the population, in another shade for each
/// further neuron of it. Otherwise class colours that only distinguish curves; the legend shows neuron and class.
fn colours(neurons: &[u32], snapshot: &Snapshot, chosen: &Colours, palette: &Palette) -> Vec<Color32> {
    let plain = |k: usize| if k == 0 { palette.trace } else { palette.classes[(3 * (k - 1) + 5) % palette.classes.len()] };
    let Some(view) = &snapshot.free else { return (0..neurons.len()).map(plain).collect() };
    let mut drawn = vec![0; view.populations.len()];
    let of = |(k, &neuron): (usize, &u32)| {
        let Some(index) = view.populations.partition_point(|one| one.first <= neuron).checked_sub(1) else { return plain(k) };
        drawn[index] += 1;
        shade(populations::colour(view, index, chosen, palette), drawn[index] - 1, palette)
    };
    neurons.iter().enumerate().map(of).collect()
}

/// The shade of a colour for the curve of this number: the colour itself, then in turn nearer to the text and to the background.
fn shade(colour: Color32, number: usize, palette: &Palette) -> Color32 {
    let most = MOST_TRACES.div_ceil(2) as f32 + 1.0;
    let part = number.div_ceil(2) as f32 / most;
    colour.lerp_to_gamma(if number.is_multiple_of(2) { palette.panel } else { palette.text }, part)
}

/// The trace of the selected neuron, or the first trace.
fn chosen<'a>(cx: &Context<'a>) -> Option<&'a PotentialTrace> {
    let traces = &cx.snapshot.potentials;
    traces.iter().find(|trace| trace.neuron == cx.ui_state.selected_neuron).or(traces.first())
}

/// Reset and resting threshold of a neuron, in mV.
fn levels(snapshot: &Snapshot, neuron: u32) -> (f64, f64) {
    let of = |field: &str| match (&snapshot.free, &snapshot.quantities) {
        (Some(view), _) => view.network.population(&view.locate(neuron)?.0.name)?.model.value(field),
        // the readout of a described network that learns from images
        (None, Some(quantities)) => quantities.network.populations.last()?.model.value(field),
        (None, None) => None,
    };
    // Izhikevich neurons call them c and v_peak
    let value = |fields: [&str; 2], id| fields.into_iter().find_map(of).unwrap_or_else(|| snapshot.params.get(id));
    (value(["v_reset", "c"], ParamId::VReset), value(["v_th", "v_peak"], ParamId::VTh))
}

fn summary(trace: &PotentialTrace, snapshot: &Snapshot) -> String {
    let v = trace.v_mv.last().map_or(String::new(), |&v| format!(", now {} mV", fixed(f64::from(v), 1)));
    let span = fixed(trace.v_mv.len() as f64 * snapshot.dt_ms, 0);
    let name = derived::neuron_words(snapshot, trace.neuron);
    let last = trace.v_mv.len().saturating_sub(1);
    let current = injected::words(trace, last, snapshot).map_or(String::new(), |words| format!(", {words}"));
    format!("Membrane potential of {name}, {span} ms, {}{v}{current}", plural(trace.spikes.len() as u64, "spike"))
}

#[cfg(all(test, feature = "ui-tests"))]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;

    #[test]
    fn curves_have_the_colour_of_their_population_in_shades_that_differ() {
        let (snapshot, chosen) = (fixture::free(), Colours::default());
        let view = snapshot.free.as_deref().expect("a described network");
        for theme in [egui::Theme::Dark, egui::Theme::Light] {
            let palette = Palette::of(theme);
            let of = |index: usize| populations::colour(view, index, &chosen, palette);
            // two neurons of I, then eight of E
            let neurons: Vec<u32> = [8003, 8004].into_iter().chain(12..20).collect();
            let found = colours(&neurons, &snapshot, &chosen, palette);
            assert_eq!((found[0], found[2]), (of(1), of(0)));
            let different = |a: Color32, b: Color32| (0..3).map(|k| u32::from(a[k].abs_diff(b[k]))).sum::<u32>() > 20;
            for (k, &colour) in found.iter().enumerate() {
                assert!(found[..k].iter().all(|&other| different(other, colour)), "{theme:?}: {found:?}");
            }
        }
        // images: the colour of a trace, as before
        let images = fixture::classification();
        assert_eq!(colours(&[3, 4], &images, &chosen, Palette::of(egui::Theme::Dark))[0], Palette::of(egui::Theme::Dark).trace);
    }
}
