//! The potential over time with the contribution of each population of senders as a band.

use super::{ms, sender, summary};
use crate::gui::paint::numbers::{fixed, signed};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::panels::populations;
use crate::session::{Course, FreeView, SenderCourse, SpikeMoment, WhySpike};
use egui::{Align2, Color32, Mesh, Rect, Sense, Stroke, Ui, pos2};

/// Minimum distance of the threshold from the upper edge, in points, at which its label is drawn there.
const FAR: f32 = 44.0;

/// Paint it; returns a time that was clicked.
pub(super) fn ui(ui: &mut Ui, rect: Rect, (view, why): (&FreeView, &WhySpike), cx: &Context) -> Option<SpikeMoment> {
    let response = ui.allocate_rect(rect, Sense::click());
    let dt_ms = cx.snapshot.dt_ms;
    text::label(&response, egui::Role::Image, || summary(view, why, dt_ms));
    let (course, palette) = (&why.course, cx.palette);
    let painter = ui.painter_at(rect);
    let step = why.asked.step;
    if course.steps.len() < 2 {
        let words = if why.breakdown.held {
            "The neuron is refractory: its potential is clamped at reset, whatever arrives."
        } else {
            "The neuron has just been released from its reset; there is no earlier potential to draw."
        };
        text::inside(&painter, rect, words, palette.dim);
        return None;
    }
    let at = |step_of: u64| (step_of as f64 - step as f64) * dt_ms;
    let stacks = stacks(course);
    let threshold = why.breakdown.threshold_mv;
    let drawn = stacks.iter().flat_map(|stack| stack.edges.iter().flat_map(|&(low, high)| [low, high]));
    let all = drawn.chain(course.v_mv.iter().copied()).chain(course.without_input_mv.iter().copied()).filter(|mv| mv.is_finite());
    let level = if threshold.is_finite() { threshold as f32 } else { f32::NAN };
    let (low, high) = all.chain([level]).fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), mv| (low.min(mv), high.max(mv)));
    let height = f64::from(high - low).max(1.0);
    let y = Axis::new((f64::from(low) - 0.06 * height, f64::from(high) + 0.26 * height), "mV");
    let from = at(course.steps[0]);
    let plot = Plot::new(&painter, rect, Some(Axis::new((from, -0.03 * from), "ms")), Some(y), palette);
    for stack in &stacks {
        let colour = colour(view, stack.sender.source, cx).gamma_multiply(if stack.sender.inhibits { 0.4 } else { 0.6 });
        let mut mesh = Mesh::default();
        // each step has its own value: the figure keeps rectangles
        for k in 1..course.steps.len() {
            let (low, high) = stack.edges[k];
            if high > low {
                let corners = [plot.at(at(course.steps[k - 1]), high.into()), plot.at(at(course.steps[k]), low.into())];
                mesh.add_colored_rect(Rect::from_two_pos(corners[0], corners[1]), colour);
            }
        }
        plot.painter().add(mesh);
    }
    if threshold.is_finite() {
        plot.level(threshold, palette.bad);
    }
    let curve = |values: &[f32]| course.steps.iter().zip(values).map(|(&step, &mv)| (at(step), f64::from(mv))).collect::<Vec<_>>();
    dashed(&plot, &curve(&course.without_input_mv), palette.dim);
    plot.curve(curve(&course.v_mv), Stroke::new(1.6, palette.text));
    if let Some(&v) = course.v_mv.last() {
        let tip = plot.at(0.0, v.into());
        plot.painter().circle_filled(tip, 3.5, if why.breakdown.fired { palette.accent } else { palette.text });
    }
    if plot.area.height() > 70.0 {
        let line = plot.y.at(threshold);
        let top = if line - plot.area.top() > FAR { line + 2.0 } else { plot.area.top() + 15.0 };
        if threshold.is_finite() {
            plot.note(pos2(plot.area.left() + 4.0, top), Align2::LEFT_TOP, "threshold", palette.bad, palette);
        }
        legend(&plot, view, course, cx);
    }
    let (ago, _) = plot.hover(&response, palette)?;
    let nearest = course.steps.iter().enumerate().min_by(|a, b| (at(*a.1) - ago).abs().total_cmp(&(at(*b.1) - ago).abs()))?.0;
    let mut lines = vec![
        format!("{} ms", ms(course.steps[nearest], dt_ms)),
        format!("V = {} mV", fixed(course.v_mv[nearest].into(), 2)),
        format!("without input {} mV", fixed(course.without_input_mv[nearest].into(), 2)),
    ];
    lines.extend(course.senders.iter().map(|one| format!("{} {} mV", words(view, one), signed(one.mv[nearest].into(), 2))));
    let clicked = response.clicked();
    response.on_hover_text_at_pointer(lines.join("\n"));
    clicked.then(|| SpikeMoment::At(course.steps[nearest]))
}

/// A population of senders with the lower and upper edge of its band at every sample.
struct Stack<'a> {
    sender: &'a SenderCourse,
    edges: Vec<(f32, f32)>,
}

/// Bands on the potential without input: excitatory ones upward, inhibitory ones downward. The first is next to it.
fn stacks<'a>(course: &'a Course) -> Vec<Stack<'a>> {
    let mut ends = [course.without_input_mv.clone(), course.without_input_mv.clone()];
    let one = |sender: &'a SenderCourse| {
        let end = &mut ends[usize::from(sender.inhibits)];
        let edges = end.iter_mut().zip(&sender.mv).map(|(end, mv)| {
            let before = *end;
            *end += mv;
            (before.min(*end), before.max(*end))
        });
        Stack { sender, edges: edges.collect() }
    };
    course.senders.iter().map(one).collect()
}

/// The colour of a population of senders, as in the view of the spikes.
pub(super) fn colour(view: &FreeView, source: Option<usize>, cx: &Context) -> Color32 {
    let known = source.filter(|&index| index < view.populations.len());
    known.map_or(cx.palette.dim, |index| populations::colour(view, index, &cx.ui_state.colours, cx.palette))
}

fn words(view: &FreeView, one: &SenderCourse) -> String {
    format!("{}{}", sender(view, one.source), if one.inhibits { ", inhibitory" } else { "" })
}

fn dashed(plot: &Plot, points: &[(f64, f64)], colour: Color32) {
    let points: Vec<_> = points.iter().map(|&(x, y)| plot.at(x, y)).collect();
    plot.painter().extend(egui::Shape::dashed_line(&points, Stroke::new(1.0, colour), 4.0, 3.0));
}

/// Names of the populations with their contribution at the moment in question, as far as there is room.
fn legend(plot: &Plot, view: &FreeView, course: &Course, cx: &Context) {
    let palette = cx.palette;
    let mut left = plot.area.left() + 4.0;
    for one in &course.senders {
        let mv = one.mv.last().copied().unwrap_or(0.0);
        let words = format!("{} {} mV", sender(view, one.source), signed(mv.into(), 1));
        let width = text::width(plot.painter(), &words, &text::note_font()) + 12.0;
        if left + width > plot.area.right() {
            return;
        }
        let colour = colour(view, one.source, cx);
        plot.name(pos2(left, plot.area.top() - 1.0), Align2::LEFT_TOP, &words, colour, palette);
        left += width;
    }
}
