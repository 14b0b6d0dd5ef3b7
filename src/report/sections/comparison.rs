//! Comparison with published results, and with changed parameters.

use super::super::facts::Group;
use super::super::material::Report;
use super::super::methods::signal;
use super::super::published::{MNIST, PUBLISHED};
use super::super::words::count;
use super::{accuracy, main_groups, section, seeds};
use crate::params::REFERENCES;
use maud::{Markup, html};

/// Published results, if the data is the one they refer to.
pub(in crate::report) fn published(report: &Report) -> Markup {
    let ours: Vec<&Group> =
        main_groups(report.groups).into_iter().map(|(_, group)| group).filter(|group| group.first().session.data.digest == MNIST).collect();
    if ours.is_empty() {
        return html! {};
    }
    let mut rows: Vec<(f64, Markup)> = ours
        .iter()
        .map(|group| {
            let shown = count(group.first().measured.images as u64);
            let row = html! {
                th scope="row" { strong { (group.label) } } td.text { (group.first().preset.title) } td.text { (signal(&group.first().preset.params)) }
                td { strong { (accuracy(group)) } } td.text { "this report, " (shown) " test images" }
            };
            (group.accuracy(), row)
        })
        .collect();
    rows.extend(PUBLISHED.iter().map(|one| {
        let full = REFERENCES.iter().find(|work| work.short == one.work).map_or(one.work, |work| work.full);
        let row = html! {
            th scope="row" { (one.work) } td.text { (one.network) } td.text { (one.signal) } td { (format!("{:.1}", 100.0 * one.accuracy)) } td.text { (full) }
        };
        (one.accuracy, row)
    }));
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let content = html! {
        div.scroll { table {
            thead { tr { th { "work" } th.text { "network" } th.text { "teaching signal" } th { "accuracy (%)" } th.text { "source" } } }
            tbody { @for (_, row) in rows { tr { (row) } } }
            caption { "MNIST. Published accuracies are those of the authors on the 10,000 test images. Networks, training and tuning differ, so the rows are not directly comparable." }
        } }
    };
    section("published", "Published results", &content)
}

/// The same preset with changed parameters.
pub(in crate::report) fn variants(report: &Report) -> Markup {
    let changed: Vec<&Group> = report.groups.iter().filter(|group| !group.changes.is_empty()).collect();
    if changed.is_empty() {
        return html! {};
    }
    let base = |group: &Group| {
        let alike = |other: &&Group| {
            let (ours, theirs) = (group.first(), other.first());
            other.changes.is_empty() && theirs.session.preset == ours.session.preset && theirs.images == ours.images
        };
        report.groups.iter().find(alike)
    };
    let content = html! {
        p { "Each row differs from its preset only in the named parameters, and is trained on the same number of images." }
        div.scroll { table {
            thead { tr { th { "preset" } th.text { "changed" } th { "seeds" } th { "accuracy (%)" } th { "unchanged (%)" } th { "difference (percentage points)" } } }
            tbody { @for group in changed {
                tr {
                    th scope="row" { (group.first().session.preset) }
                    td.text { @for (at, (spec, value)) in group.changes.iter().enumerate() { @if at > 0 { ", " } (spec.name) " = " (value) } }
                    td { (seeds(group)) } td { (accuracy(group)) }
                    @if let Some(base) = base(group) {
                        td { (accuracy(base)) } td { (format!("{:+.2}", 100.0 * (group.accuracy() - base.accuracy())).replace('-', "−")) }
                    } @else { td { "–" } td { "–" } }
                }
            } }
            caption { "Mean ± sample standard deviation over the seeds." }
        } }
    };
    section("variants", "Changed parameters", &content)
}
