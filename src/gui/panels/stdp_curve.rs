//! The STDP curve of the current rule: weight change of one pair of spikes against its lag, with handles, over a histogram of
//! the lags that occurred.

use super::derived;
use super::stdp_handles::{Branch, edit};
use crate::gui::export::tables;
use crate::gui::paint::axis::ceiling;
use crate::gui::paint::numbers::{plural, short, signed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::widgets::param_slider::wanted;
use crate::params::ParamId as P;
use crate::session::{Aspect, Layer, Snapshot};
use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

/// View "STDP curve".
#[derive(Default)]
pub(super) struct Curve {
    /// Axis ranges, fixed while a handle is dragged.
    held: Option<(f64, f64)>,
}

/// Histogram bins on each side of lag zero.
const BINS: usize = 40;

/// The current rule, by its name in presets.
fn rule(snapshot: &Snapshot) -> &'static str {
    match snapshot.params.choice(P::Rule) {
        "stdp-then-r-stdp" if snapshot.trial.index < snapshot.params.count(P::StdpImages) as u64 => "stdp",
        "stdp-then-r-stdp" => "r-stdp",
        rule => rule,
    }
}

/// The branches of the rule's STDP curve; empty for a rule without one.
fn branches(cx: &Context) -> Vec<Branch> {
    let (good, bad) = (cx.palette.good, cx.palette.bad);
    let up = |amplitude, unit| Branch { amplitude, tau: P::TauPlus, unit, causal: true, color: good };
    match rule(cx.snapshot) {
        "pair-stdp" => {
            let eta = wanted(cx, P::Eta);
            vec![up(P::APlus, eta), Branch { amplitude: P::AMinus, tau: P::TauMinus, unit: -eta, causal: false, color: bad }]
        }
        "stdp" if cx.snapshot.params.choice(P::Rule) == "stdp-then-r-stdp" => vec![up(P::StdpEta, 1.0)],
        "stdp" | "r-stdp" => vec![up(P::Eta, 1.0)],
        _ => Vec::new(),
    }
}

impl Panel for Curve {
    fn id(&self) -> &'static str {
        "stdp_curve"
    }

    fn title(&self) -> &'static str {
        "STDP curve"
    }

    fn tab(&self) -> &'static str {
        "STDP"
    }

    fn help(&self) -> &'static str {
        "Weight change of one pair of spikes against the lag between them, before weight bounds. Drag a handle or move it with the \
         arrow keys: the one at lag zero sets the amplitude, the other the time constant. The bars are the lags measured between \
         input spikes and the next spike of the selected neuron. With reward-modulated STDP the curve shows the eligibility of a \
         pair, which is the weight change for M = 1."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Competition]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        (format!("rule {}", rule(cx.snapshot)), "drag the handles, or Tab and arrow keys".to_owned())
    }

    fn table(&self) -> Table {
        tables::spikes
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let branches = branches(cx);
        if branches.is_empty() {
            text::calm_sentence(ui, cx.palette, "This rule has no STDP curve: its weight changes do not depend on the lag between spikes.");
            return;
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        let reward = rule(cx.snapshot) == "r-stdp";
        let neuron = cx.ui_state.selected_neuron;
        let taus = branches.iter().map(|branch| wanted(cx, branch.tau)).fold(10.0, f64::max);
        let peaks = branches.iter().map(|branch| branch.peak(cx).abs()).fold(1e-12, f64::max);
        let (reach, size) = *self.held.get_or_insert((ceiling(3.0 * taus), ceiling(1.15 * peaks)));
        let two_sided = branches.len() > 1;
        let low = if two_sided { -size } else { 0.0 };
        let lags = lags(cx.snapshot, neuron, reach);
        text::label(&response, egui::Role::Image, || summary(cx, &branches, &lags));
        let painter = ui.painter_at(rect);
        let from = if two_sided { -reach } else { -0.2 * reach };
        let plot = Plot::new(&painter, rect, Some(Axis::new((from, reach), "ms")), Some(Axis::new((low, size), "")), cx.palette);
        bars(&plot, &lags, reach, cx);
        let axes = Stroke::new(1.0, cx.palette.faint);
        plot.painter().hline(plot.area.x_range(), plot.painter().round_to_pixel_center(plot.y.at(0.0)), axes);
        plot.painter().vline(plot.painter().round_to_pixel_center(plot.x.at(0.0)), plot.area.y_range(), axes);
        for branch in &branches {
            plot.curve(branch.curve(cx, reach), Stroke::new(2.0, branch.color));
        }
        if !two_sided {
            plot.curve([(from, 0.0), (0.0, 0.0)], Stroke::new(2.0, cx.palette.good));
        }
        if plot.area.height() > 80.0 && plot.area.width() > 200.0 {
            let words = if reward { "Δw for M = 1, before bounds" } else { "Δw of a pair, before bounds" };
            plot.note(plot.area.right_top() + vec2(-5.0, 3.0), Align2::RIGHT_TOP, words, cx.palette.dim, cx.palette);
            let corner = plot.area.right_bottom() - vec2(5.0, 3.0);
            plot.note(corner, Align2::RIGHT_BOTTOM, "Δt = t_post − t_pre", cx.palette.dim, cx.palette);
        }
        if !edit(ui, &plot, &branches, cx) {
            self.held = None;
        }
    }
}

/// Number of occurrences of each lag from an input spike to the next spike of the neuron, in bins from 0 to `reach`. Only the
/// last spike of each pixel counts, as in nearest-neighbour pairing.
fn lags(snapshot: &Snapshot, neuron: u32, reach: f64) -> Vec<u32> {
    let mut bins = vec![0; BINS];
    let pixels = snapshot.trial.size.0 * snapshot.trial.size.1;
    let mut last: Vec<Option<u64>> = vec![None; pixels];
    for spike in snapshot.spikes.iter() {
        match spike.layer {
            Layer::Input => {
                if let Some(last) = last.get_mut(spike.neuron as usize) {
                    *last = Some(spike.step);
                }
            }
            Layer::Output if spike.neuron == neuron => {
                for lag in last.iter().flatten().map(|&step| spike.step.saturating_sub(step) as f64 * snapshot.dt_ms) {
                    if let Some(bin) = bins.get_mut((lag / reach * BINS as f64) as usize) {
                        *bin += 1;
                    }
                }
            }
            Layer::Output => {}
        }
    }
    bins
}

fn bars(plot: &Plot, lags: &[u32], reach: f64, cx: &Context) {
    let most = lags.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return;
    }
    let base = plot.y.at(0.0);
    let tall = (base - plot.area.top()) * 0.55;
    for (k, &n) in lags.iter().enumerate().filter(|(_, n)| **n > 0) {
        let left = plot.x.at(reach * k as f64 / BINS as f64);
        let right = plot.x.at(reach * (k + 1) as f64 / BINS as f64);
        let top = base - tall * n as f32 / most as f32;
        plot.painter().rect_filled(Rect::from_min_max(pos2(left + 0.5, top), pos2(right - 0.5, base)), 1.0, cx.palette.line);
    }
}

fn summary(cx: &Context, branches: &[Branch], lags: &[u32]) -> String {
    let sides: Vec<String> = branches
        .iter()
        .map(|branch| format!("{} at lag zero, falling with {} ms", signed_short(branch.peak(cx)), short(wanted(cx, branch.tau))))
        .collect();
    let pairs = plural(lags.iter().map(|&n| u64::from(n)).sum(), "pair");
    let class = derived::class_words(cx.snapshot, derived::class_of(cx.snapshot, cx.ui_state.selected_neuron));
    format!(
        "STDP curve of the rule {}: {}; {pairs} of neuron {}, {class}",
        rule(cx.snapshot),
        sides.join("; "),
        cx.ui_state.selected_neuron
    )
}

fn signed_short(value: f64) -> String {
    if value.abs() < 0.01 { short(value) } else { signed(value, 3) }
}
