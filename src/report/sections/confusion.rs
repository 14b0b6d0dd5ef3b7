//! Confusion matrices.

use super::super::facts::Group;
use super::super::material::Report;
use super::super::words::{count, percent, plural};
use super::{main_groups, section};
use maud::{Markup, html};

/// Maximum number of classes for a readable matrix.
const CLASSES: usize = 30;

pub(in crate::report) fn confusion(report: &Report) -> Markup {
    let groups = main_groups(report.groups);
    let content = html! {
        p { "Rows are labels, columns are answers; counts are summed over the seeds. The shade is the fraction of the row." }
        @for (_, group) in groups {
            h3 { (group.label) }
            @let matrix = sum(group);
            @if matrix.len() > CLASSES {
                p { "There are " (matrix.len()) " classes, too many to show here; see " code { "confusion.csv" } "." }
            } @else {
                div.scroll { (table(&matrix, &group.first().measured.classes, group.runs.len())) }
            }
        }
    };
    section("confusion", "Confusion", &content)
}

/// Sum of the matrices of all runs.
fn sum(group: &Group) -> Vec<Vec<u64>> {
    let mut sum = group.first().measured.confusion.clone();
    for run in &group.runs[1..] {
        for (row, other) in sum.iter_mut().zip(&run.measured.confusion) {
            row.iter_mut().zip(other).for_each(|(sum, n)| *sum += n);
        }
    }
    sum
}

fn table(matrix: &[Vec<u64>], names: &[String], runs: usize) -> Markup {
    let classes = matrix.len();
    let name = |class: usize| names.get(class).map_or("", String::as_str);
    let worst = matrix.iter().enumerate().flat_map(|(label, row)| row.iter().enumerate().map(move |(answer, &n)| (n, label, answer)));
    let worst = worst.filter(|(n, label, answer)| label != answer && *n > 0).max();
    html! {
        table.confusion {
            thead { tr {
                th { "shown" }
                @for class in 0..classes { th scope="col" { (name(class)) } }
                th scope="col" { "none" } th scope="col" { "right (%)" }
            } }
            tbody {
                @for (label, row) in matrix.iter().enumerate() {
                    @let total = row.iter().sum::<u64>();
                    tr {
                        th scope="row" { (name(label)) }
                        @for (answer, &n) in row.iter().enumerate() { (cell(n, total, answer == label)) }
                        td style="--hue:0 0 0;--much:0" { (percent(row[label] as f64 / total.max(1) as f64)) }
                    }
                }
            }
            caption {
                (plural(runs, "run")) "."
                @if let Some((n, label, answer)) = worst {
                    " Most frequent error: " (name(label)) " was "
                    @if answer == classes { "not answered" } @else { "taken for " (name(answer)) }
                    " (" (count(n)) ")."
                }
            }
        }
    }
}

/// A count with a shade: blue on the diagonal, orange elsewhere, visible from a hundredth of a row on.
fn cell(n: u64, total: u64, right: bool) -> Markup {
    let share = n as f64 / total.max(1) as f64;
    let (hue, much) =
        if right { ("0 114 178", 0.35 * share) } else { ("213 94 0", (0.1 + 5.0 * share).min(0.7) * f64::from(u8::from(n > 0))) };
    html! {
        td style=(format!("--hue:{hue};--much:{much:.2}")) { @if n > 0 { (count(n)) } }
    }
}
