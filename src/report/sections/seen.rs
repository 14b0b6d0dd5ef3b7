//! Receptive fields and filters.

use super::super::figures::sheet;
use super::super::material::Report;
use super::{figure, main_groups, section};
use maud::{Markup, html};

pub(in crate::report) fn seen(report: &Report) -> Markup {
    let groups = main_groups(report.groups);
    if groups.iter().all(|(_, group)| group.first().measured.sheets.is_empty()) {
        return html! {};
    }
    let content = html! {
        p { "Weights as images, for the run with the smallest seed of each preset. Rows are named by the class of their neurons. "
            "A receptive field projected through a hidden layer is the sum of the filters at their sites, weighted by the output weights." }
        @for (_, group) in groups.iter().filter(|(_, group)| !group.first().measured.sheets.is_empty()) {
            h3 { (group.label) }
            div.figures {
                @for one in &group.first().measured.sheets {
                    (figure(sheet(one), &[], &html! { (one.title) ", seed " (group.first().session.seed) ". One scale for all images." (in_order(&one.rows)) }))
                }
            }
        }
    };
    section("seen", "Receptive fields", &content)
}

/// The names of images that share one row because each class has only one.
fn in_order(rows: &[(String, Vec<Vec<u8>>)]) -> Markup {
    let alone = rows.len() > 1 && rows.iter().all(|(name, row)| row.len() == 1 && !name.is_empty());
    let names: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
    html! { @if alone { " From left to right: " (names.join(", ")) "." } }
}
