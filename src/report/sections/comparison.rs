//! How far the networks get beside what others published, and beside themselves with something changed.

use super::super::facts::Group;
use super::super::material::Report;
use super::super::methods::signal;
use super::super::published::{MNIST, PUBLISHED};
use super::super::words::count;
use super::{accuracy, main_groups, section, seeds};
use crate::params::REFERENCES;
use maud::{Markup, html};

/// Published figures, if the images are those they are about.
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
            thead { tr { th { "work" } th.text { "network" } th.text { "what it is told" } th { "right (%)" } th.text { "source" } } }
            tbody { @for (_, row) in rows { tr { (row) } } }
            caption { "MNIST. Published figures are those of their authors on the 10,000 test images; networks, training and what they were tuned on differ, so a row is context, not a contest." }
        } }
    };
    section("published", "Beside published figures", &content)
}

/// The same preset with something changed.
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
        p { "Each row changes its preset in nothing but what is named, and learns from as many images." }
        div.scroll { table {
            thead { tr { th { "preset" } th.text { "changed" } th { "seeds" } th { "right (%)" } th { "unchanged (%)" } th { "difference (points)" } } }
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
    section("variants", "With something changed", &content)
}
