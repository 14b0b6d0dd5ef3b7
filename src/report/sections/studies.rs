//! Studies: ablations and sweeps, whose directories hold a tidy table of results.

use super::super::find::Study;
use super::super::page::Report;
use super::super::words::plural;
use super::section;
use maud::{Markup, html};

/// Rows of a study that are shown; all of them are in its own table.
const ROWS: usize = 60;

pub(in crate::report) fn studies(report: &Report) -> Markup {
    if report.found.studies.is_empty() {
        return html! {};
    }
    let content = html! { @for study in &report.found.studies { (table(study)) } };
    section("studies", "Studies", &content)
}

/// The results of a study as they were written.
fn table(study: &Study) -> Markup {
    let Study { name, columns, rows } = study;
    html! {
        h3 { (name) }
        div.scroll { table {
            thead { tr { @for column in columns { th { (column) } } } }
            tbody { @for row in rows.iter().take(ROWS) { tr { @for cell in row { td { (cell) } } } } }
            caption { (plural(rows.len(), "row")) @if rows.len() > ROWS { ", of which the first " (ROWS) " are shown" } ", from " code { "results.csv" } " of the study." }
        } }
    }
}
