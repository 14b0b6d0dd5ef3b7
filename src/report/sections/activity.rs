//! Output spikes, decision times and synaptic events per image.

use super::super::facts::Group;
use super::super::figures::{Axis, Bars, Lines, Series, linear, look, powers, roomy};
use super::super::material::Report;
use super::super::measure::Measured;
use super::super::statistics::{binned, histogram_mean, quantile};
use super::super::words::{count, maybe, number, percent};
use super::{figure, legend, main_groups, section};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Maximum number of bars in a histogram.
const BARS: u64 = 40;

pub(in crate::report) fn activity(report: &Report) -> Markup {
    let groups = main_groups(report.groups);
    let content = html! {
        h3 { "Decision time" }
        (latency(&groups))
        (over_time(&groups))
        @let several: Vec<_> = groups.iter().filter(|(_, group)| total(group, |run| &run.spikes).len() > 2).collect();
        @if !several.is_empty() {
            h3 { "Output spikes" }
            div.figures { @for (index, group) in several { (histogram(*index, group)) } }
        }
        h3 { "Synaptic events: a proxy for energy" }
        p { "A synaptic event is one spike that reaches one synapse: the sum of the fan-outs of all spikes that arrive within "
            "the presentation. On event-driven neuromorphic hardware the energy grows with this number; a frame-based layer "
            "instead needs one multiplication per synapse for every image. " strong { "It is not an energy: " }
            "the costs of neurons, learning, encoding and memory access are not included, and this program runs on a conventional processor." }
        div.scroll { (events(&groups)) }
        @if groups.len() > 1 { (price(&groups)) }
    };
    section("activity", "Spikes, time and energy", &content)
}

/// A histogram over all runs of a group.
fn total<K: Copy + Ord>(group: &Group, of: impl Fn(&Measured) -> &BTreeMap<K, u64>) -> BTreeMap<K, u64> {
    let mut sum = BTreeMap::new();
    group.runs.iter().flat_map(|run| of(&run.measured)).for_each(|(&value, &cases)| *sum.entry(value).or_default() += cases);
    sum
}

fn latency(groups: &[(usize, &Group)]) -> Markup {
    let ms = |group: &Group, steps: Option<u32>| maybe(steps.map(|steps| number(f64::from(steps) * group.first().measured.step_ms)));
    let spread = |group: &Group, histogram: &BTreeMap<u32, u64>| {
        let [low, middle, high] = [0.05, 0.5, 0.95].map(|share| ms(group, quantile(histogram, share)));
        format!("{middle} ({low} to {high})")
    };
    let share = |group: &Group, of: &dyn Fn(&Measured) -> u64| percent(group.mean(|run| run.measured.per_image(of(&run.measured))));
    html! {
        div.scroll {
            table {
                thead { tr {
                    th { "preset" } th { "first output spike (ms)" } th { "decision (ms)" } th { "output spikes per image" }
                    th { "no output spike (%)" } th { "no answer (%)" }
                } }
                tbody { @for (_, group) in groups {
                    tr {
                        th scope="row" { (group.label) }
                        td { (spread(group, &total(group, |run| &run.first))) }
                        td { (spread(group, &total(group, |run| &run.decided))) }
                        td { (maybe(histogram_mean(&total(group, |run| &run.spikes).into_iter().map(|(spikes, images)| (spikes as u32, images)).collect()).map(number))) }
                        td { (share(group, &Measured::silent)) }
                        td { (share(group, &|run| run.confusion.iter().filter_map(|row| row.last()).sum())) }
                    }
                } }
                caption { "Median (5th to 95th percentile) over all test images and seeds, from the onset of the image to the end of the step. "
                    "The decision is the spike after which the answer did not change; with first-spike readout, the first output spike." }
            }
        }
    }
}

/// Accuracy over the time at which the answer is read.
fn over_time(groups: &[(usize, &Group)]) -> Markup {
    let curve = |group: &Group| -> Vec<(f64, f64)> {
        let mut changes: BTreeMap<u32, i64> = BTreeMap::new();
        group.runs.iter().flat_map(|run| &run.measured.right).for_each(|(&steps, &change)| *changes.entry(steps).or_default() += change);
        let images = group.runs.iter().map(|run| run.measured.images).sum();
        let all = Measured { images, right: changes, step_ms: group.first().measured.step_ms, ..Measured::default() };
        // the answer is constant between two changes
        let mut points: Vec<(f64, f64)> = Vec::new();
        for (ms, right) in all.right_over_time() {
            points.push((libm::log10(ms), points.last().map_or(0.0, |last| last.1)));
            points.push((libm::log10(ms), 100.0 * right));
        }
        points
    };
    let mut series: Vec<Series> = groups
        .iter()
        .map(|(index, group)| Series { look: look(*index), faint: false, points: curve(group), dots: false, spread: Vec::new() })
        .collect();
    let times = || series.iter().flat_map(|series| &series.points).map(|point| point.0);
    let (low, high) = (libm::floor(times().fold(0.0, f64::min)), times().fold(0.5, f64::max));
    for Series { points, .. } in &mut series {
        points.extend(points.last().map(|last| (high, last.1)));
    }
    let lines = Lines {
        x: Axis { label: "time since onset (ms)".to_owned(), range: (low, high), marks: powers(low, high), log: true },
        y: Axis { label: "accuracy (%)".to_owned(), range: (0.0, 100.0), marks: linear(0.0, 100.0, 5), log: false },
        series,
    };
    let alt = "Test accuracy over the time at which the answer is read, one curve per preset";
    figure(lines.svg((760, 320), alt), &legend(groups), &html! { "Test accuracy if the answer is read at this time." })
}

fn histogram(index: usize, group: &Group) -> Markup {
    let all = total(group, |run| &run.spikes);
    let images: u64 = all.values().sum();
    let (width, bins) = binned(&all, BARS);
    let bars: Vec<(f64, f64)> = bins.iter().map(|&(start, n)| (start as f64, 100.0 * n as f64 / images.max(1) as f64)).collect();
    let top = bars.iter().map(|bar| bar.1).fold(0.0, f64::max) * 1.08;
    let end = bars.last().map_or(1.0, |bar| bar.0 + width as f64);
    let figure_of = Bars {
        x: Axis { label: "output spikes per image".to_owned(), range: (0.0, end), marks: linear(0.0, end, 6), log: false },
        y: Axis { label: "images (%)".to_owned(), range: (0.0, top), marks: linear(0.0, top, 4), log: false },
        width: width as f64,
        columns: bars,
        colour: look(index).0,
    };
    let alt = format!("Histogram of the output spikes per image of {}", group.label);
    let caption = html! { (group.label) ": test images by their number of output spikes"
    @if width > 1 { ", in bins of " (width) } ", all seeds." };
    figure(figure_of.svg((460, 240), &alt), &[], &caption)
}

fn events(groups: &[(usize, &Group)]) -> Markup {
    let mean = |group: &Group, of: &dyn Fn(&Measured) -> u64| number(group.mean(|run| run.measured.per_image(of(&run.measured))));
    html! {
        table {
            thead { tr {
                th { "preset" } th.text { "layer or synapses" } th { "neurons" } th { "spikes per image" } th { "synapses" } th { "weights" } th { "events per image" } th { "events per synapse" }
            } }
            tbody { @for (_, group) in groups {
                @let first = &group.first().measured;
                @for (at, layer) in first.layers.iter().enumerate() {
                    tr {
                        th scope="row" { @if at == 0 { (group.label) } }
                        td.text { (layer.name) } td { (count(layer.neurons as u64)) }
                        td { (mean(group, &|run| run.layers.get(at).map_or(0, |layer| layer.spikes))) }
                        td {} td {} td {} td {}
                    }
                }
                @for (at, path) in first.paths.iter().enumerate() {
                    @let events = group.mean(|run| run.measured.per_image(run.measured.paths.get(at).map_or(0, |path| path.events)));
                    tr {
                        th scope="row" {} td.text { (path.name) } td {} td {}
                        td { (count(path.synapses)) } td { (count(path.weights)) } td { (number(events)) }
                        td { (number(events / path.synapses.max(1) as f64)) }
                    }
                }
            } }
            caption { "Means over test images and seeds. Synapses that share a weight are counted individually. Spikes that relays do not transmit reach no synapse." }
        }
    }
}

/// Error over synaptic events.
fn price(groups: &[(usize, &Group)]) -> Markup {
    let point = |group: &Group| {
        (libm::log10(group.mean(|run| run.measured.events()).max(1.0)), libm::log10((100.0 * (1.0 - group.accuracy())).max(0.01)))
    };
    let series: Vec<Series> = groups
        .iter()
        .map(|(index, group)| Series {
            look: (look(*index).0, false),
            faint: false,
            points: vec![point(group)],
            dots: true,
            spread: Vec::new(),
        })
        .collect();
    let of = |coordinate: &dyn Fn((f64, f64)) -> f64| {
        let values: Vec<f64> = groups.iter().map(|(_, group)| coordinate(point(group))).collect();
        roomy(values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(f64::NEG_INFINITY, f64::max))
    };
    let (x, y) = (of(&|point| point.0), of(&|point| point.1));
    let lines = Lines {
        x: Axis { label: "synaptic events per image".to_owned(), range: x, marks: powers(x.0, x.1), log: true },
        y: Axis { label: "test error (%)".to_owned(), range: y, marks: powers(y.0, y.1), log: true },
        series,
    };
    let alt = "Test error over synaptic events per image, both on logarithmic axes, one point per preset";
    figure(lines.svg((760, 300), alt), &legend(groups), &html! { "Test error over synaptic events per image, means over the seeds." })
}
