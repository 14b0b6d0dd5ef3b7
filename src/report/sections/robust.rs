//! Robustness: test images with noise, with an erased square, and shifted.

use super::super::distort::Distortion;
use super::super::facts::{Group, Run};
use super::super::figures::{Axis, Lines, Series, linear, look, strip};
use super::super::material::Report;
use super::super::words::percent;
use super::{figure, legend, main_groups, names, section};
use maud::{Markup, html};

pub(in crate::report) fn robust(report: &Report) -> Markup {
    let groups = main_groups(report.groups);
    let content = html! {
        @let measured = &groups[0].1.first().measured;
        @if measured.distorted < measured.images {
            p { "Of the " (measured.images) " test images, " (measured.distorted) " were shown in every distorted version." }
        }
        p { "The same test images, distorted before presentation. The distortion of an image depends only on its number, so all networks are tested on the same images. "
            "No network was trained for it, apart from the augmentation in its preset." }
        (samples(groups[0].1.first()))
        @if groups.len() > 1 { (names(&legend(&groups))) }
        div.figures { @for change in Distortion::ALL { (curves(change, &groups)) } }
        div.scroll { (table(&groups)) }
    };
    section("robustness", "Robustness", &content)
}

/// The first test image with every distortion.
fn samples(run: &Run) -> Markup {
    let sample = &run.measured.sample;
    let words = std::iter::once("unchanged".to_owned()).chain(run.measured.stood.iter().map(|stood| match stood.change {
        Distortion::Noise => format!("{} %", stood.strength),
        Distortion::Erase => format!("□ {} px", stood.strength),
        Distortion::Shift => format!("→ {} px", stood.strength),
    }));
    let images: Vec<(String, Vec<u8>)> = words.zip(sample.images.iter().cloned()).collect();
    let alt = "The first test image unchanged, with noise of four strengths, with squares of four sizes erased, and shifted by one to four pixels";
    figure(
        strip(alt, sample.size, &images),
        &[],
        &html! { "The first test image: unchanged, with noise (standard deviation in percent of white), with an erased square, shifted." },
    )
}

/// Accuracy at a strength; 0 is the unchanged image.
fn right(run: &Run, change: Distortion, strength: u8) -> f64 {
    let stood = run.measured.stood.iter().find(|stood| stood.change == change && stood.strength == strength);
    stood.map_or_else(|| run.measured.accuracy(), |stood| run.measured.distorted_accuracy(stood.right))
}

fn curves(change: Distortion, groups: &[(usize, &Group)]) -> Markup {
    let strengths: Vec<u8> = std::iter::once(0).chain(change.strengths()).collect();
    let series = groups.iter().map(|(index, group)| {
        let points =
            strengths.iter().map(|&strength| (f64::from(strength), 100.0 * group.mean(|run| right(run, change, strength)))).collect();
        let range = |&strength: &u8| {
            let all = group.each(|run| 100.0 * right(run, change, strength));
            (all.iter().copied().fold(f64::INFINITY, f64::min), all.iter().copied().fold(0.0, f64::max))
        };
        let spread = if group.runs.len() > 1 { strengths.iter().map(range).collect() } else { Vec::new() };
        Series { look: look(*index), faint: false, points, dots: true, spread }
    });
    let last = f64::from(change.strengths()[3]);
    let lines = Lines {
        x: Axis {
            label: change.axis().to_owned(),
            range: (0.0, last * 1.04),
            marks: strengths.iter().map(|&s| f64::from(s)).collect(),
            log: false,
        },
        y: Axis { label: "right (%)".to_owned(), range: (0.0, 100.0), marks: linear(0.0, 100.0, 5), log: false },
        series: series.collect(),
    };
    let alt = format!("Test accuracy over the strength of the distortion: {}", change.axis());
    figure(lines.svg((460, 280), &alt), &[], &html! { "Test accuracy: " (change.name()) ". Means; bars from the worst to the best seed." })
}

fn table(groups: &[(usize, &Group)]) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th rowspan="2" { "preset" } th rowspan="2" { "unchanged" }
                    @for change in Distortion::ALL { th colspan="4" style="text-align:center" { (change.name()) " (" (change.unit()) ")" } }
                }
                tr { @for change in Distortion::ALL { @for strength in change.strengths() { th style="text-align:right" { (strength) } } } }
            }
            tbody { @for (_, group) in groups {
                tr {
                    th scope="row" { (group.label) }
                    td { (percent(group.accuracy())) }
                    @for change in Distortion::ALL { @for strength in change.strengths() {
                        td { (percent(group.mean(|run| right(run, change, strength)))) }
                    } }
                }
            } }
            caption { "Accuracy in percent, mean over the seeds." }
        }
    }
}
