//! What neurons have learnt to see.

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
        p { "Weights as pictures, of the run with the smallest seed of each preset. Rows are named by the class their neurons speak for. "
            "A field seen through a hidden layer is the sum of the filters, laid where they look and weighted by the weights onto the output." }
        @for (_, group) in groups.iter().filter(|(_, group)| !group.first().measured.sheets.is_empty()) {
            h3 { (group.label) }
            div.figures {
                @for one in &group.first().measured.sheets {
                    (figure(sheet(one), &[], &html! { (one.title) ", seed " (group.first().session.seed) ". One scale for all pictures." (in_order(&one.rows)) }))
                }
            }
        }
    };
    section("seen", "What neurons see", &content)
}

/// The names of pictures that stand in one row for want of others of their class.
fn in_order(rows: &[(String, Vec<Vec<u8>>)]) -> Markup {
    let alone = rows.len() > 1 && rows.iter().all(|(name, row)| row.len() == 1 && !name.is_empty());
    let names: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
    html! { @if alone { " From left to right: " (names.join(", ")) "." } }
}
