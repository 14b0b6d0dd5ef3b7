//! Learning curves.

use super::super::facts::{Group, mean_curve};
use super::super::figures::{Axis, Lines, Series, linear, look, powers};
use super::super::material::Report;
use super::super::words::{count, percent, plural};
use super::{figure, legend, main_groups, section};
use maud::{Markup, html};

pub(in crate::report) fn learning(report: &Report) -> Markup {
    let groups: Vec<(usize, &Group)> =
        main_groups(report.groups).into_iter().filter(|(_, group)| group.runs.iter().any(|run| !run.curve.is_empty())).collect();
    if groups.is_empty() {
        return html! {};
    }
    let content = html! {
        p { "Training accuracy is the accuracy over the last 1,000 images, each answered before its reward. It differs from test accuracy: "
            "images may be augmented, thresholds adapt, and escape-noise output neurons explore. While hidden layers learn by STDP, accuracy stays at chance." }
        @if groups.len() > 1 { (together(&groups)) }
        div.figures { @for (index, group) in &groups { (alone(*index, group)) } }
    };
    section("learning", "Learning curves", &content)
}

/// All presets in one figure, both axes logarithmic.
fn together(groups: &[(usize, &Group)]) -> Markup {
    let curve = |group: &Group| -> Vec<(f64, f64)> {
        let points = mean_curve(&group.runs).into_iter().filter(|&(images, right)| images > 0.0 && right < 1.0);
        points.map(|(images, right)| (libm::log10(images), libm::log10(100.0 * (1.0 - right)))).collect()
    };
    let series: Vec<Series> = groups
        .iter()
        .map(|(index, group)| Series { look: look(*index), faint: false, points: curve(group), dots: false, spread: Vec::new() })
        .collect();
    let (x, (low, _)) = (bounds(&series, |point| point.0), bounds(&series, |point| point.1));
    let low = low.min(1.0) - 0.05;
    let lines = Lines {
        x: Axis { label: "training images".to_owned(), range: x, marks: powers(x.0, x.1), log: true },
        y: Axis { label: "error (%)".to_owned(), range: (low, 2.0), marks: powers(low, 2.0), log: true },
        series,
    };
    let alt = "Training error over the number of training images, both on logarithmic axes, one curve per preset";
    figure(lines.svg((760, 380), alt), &legend(groups), &html! { "Error over the last 1,000 training images, mean over the seeds." })
}

/// The runs of one preset.
fn alone(index: usize, group: &Group) -> Markup {
    let most = group.runs.iter().filter_map(|run| run.curve.last()).map(|row| row.0 as f64).fold(1.0, f64::max);
    let mut series: Vec<Series> = Vec::new();
    if group.runs.len() > 1 {
        series.extend(group.runs.iter().map(|run| {
            let points = run.curve.iter().map(|&(images, _, running)| (images as f64, 100.0 * f64::from(running))).collect();
            Series { look: (look(index).0, false), faint: true, points, dots: false, spread: Vec::new() }
        }));
    }
    let points = mean_curve(&group.runs).into_iter().map(|(images, right)| (images, 100.0 * right)).collect();
    series.push(Series { look: (look(index).0, false), faint: false, points, dots: false, spread: Vec::new() });
    let lines = Lines {
        x: Axis { label: "training images".to_owned(), range: (0.0, most), marks: linear(0.0, most, 4), log: false },
        y: Axis { label: "right (%)".to_owned(), range: (0.0, 100.0), marks: linear(0.0, 100.0, 5), log: false },
        series,
    };
    let last = mean_curve(&group.runs).last().copied();
    let alt = format!("Training accuracy of {} over the number of training images", group.label);
    let caption = html! {
        (group.label) ": " (plural(group.runs.len(), "run"))
        @if group.runs.len() > 1 { " (thin) and their mean (thick)" }
        @if let Some((images, right)) = last { "; " (percent(right)) " % right after " (count(images as u64)) " images" }
        "."
    };
    figure(lines.svg((460, 280), &alt), &[], &caption)
}

/// Minimum and maximum over all points, or 0 to 1.
fn bounds(series: &[Series], of: impl Fn(&(f64, f64)) -> f64) -> (f64, f64) {
    let values = || series.iter().flat_map(|series| &series.points).map(&of);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    if low < high { (low, high) } else { (0.0, 1.0) }
}
