//! Runs that could not be measured, because their images were not found: what was recorded during training.

use super::super::facts::{Group, Run};
use super::super::material::Report;
use super::super::words::{count, maybe, percent, plural};
use super::section;
use maud::{Markup, html};
use std::collections::BTreeSet;

pub(in crate::report) fn recorded(report: &Report) -> Markup {
    let groups: Vec<&Group> = report.groups.iter().filter(|group| !group.is_measured()).collect();
    let runs: Vec<&Run> = groups.iter().flat_map(|group| &group.runs).collect();
    if runs.is_empty() {
        return html! {};
    }
    let reasons: BTreeSet<&str> = runs.iter().filter_map(|run| run.unmeasured.as_deref()).collect();
    let content = html! {
        p { (plural(runs.len(), "run")) " could not be measured, because the images were not found. This report shows the metrics that were "
            "recorded during training; confusion, receptive fields, spikes and events, robustness and comparisons are missing for these runs." }
        ul { @for reason in reasons { li { (reason) } } }
        div.scroll { table {
            thead { tr {
                th { "experiment" } th { "seed" } th { "training images" } th { "training accuracy (%)" } th { "test images" } th { "test accuracy (%)" }
            } }
            tbody { @for group in groups { @for run in &group.runs {
                tr {
                    th scope="row" { (group.label) } td { (run.session.seed) } td { (count(run.images)) }
                    td { (maybe(run.curve.last().map(|row| percent(f64::from(row.2))))) }
                    td { (maybe(run.recorded_test().map(|(images, _)| count(images)))) }
                    td { (maybe(run.recorded_test().map(|(_, accuracy)| percent(accuracy)))) }
                }
            } } }
            caption { "As recorded in the run directories: accuracy over the last 1,000 training images, and the test at the end of training." }
        } }
    };
    section("recorded", "Recorded results", &content)
}
