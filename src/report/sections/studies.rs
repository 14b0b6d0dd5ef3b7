//! Studies: ablations and sweeps. Shown is the summary, with spread and test for every variant, or, without a summary, the
//! table of results.

use super::super::find::Study;
use super::super::free;
use super::super::material::Report;
use super::super::studies::StudyFigure;
use super::super::words::{percent, plural};
use super::{figure, section};
use maud::{Markup, html};

/// Maximum number of rows of a results table.
const ROWS: usize = 60;

pub(in crate::report) fn studies(report: &Report) -> Markup {
    let studies = &report.found.studies;
    if studies.is_empty() {
        return html! {};
    }
    let content = html! {
        @for study in studies {
            h3 { (study.name) }
            @for StudyFigure { svg, caption, curves, .. } in &study.figures {
                @let legend: Vec<(String, usize)> = curves.iter().cloned().zip(0..).collect();
                (figure(svg.clone(), &legend, &html! { (caption) }))
            }
            div.scroll { @if is_summary(study) { (summary(study)) } @else if let Some(table) = free::summary(&study.columns, &study.rows) { (table) } @else { (plain(study)) } }
        }
    };
    section("studies", "Studies", &content)
}

fn is_summary(study: &Study) -> bool {
    ["name", "seeds", "accuracy_mean"].iter().all(|name| study.columns.iter().any(|column| column == name))
}

/// One line per variant: accuracy with spread, and difference from the intact network with confidence interval.
fn summary(study: &Study) -> Markup {
    let place = |name: &str| study.columns.iter().position(|column| column == name);
    let places = ["seeds", "accuracy_mean", "accuracy_sd", "difference", "difference_ci95_half_width", "p_holm"].map(place);
    let lines: Vec<(&str, [Option<f64>; 6])> = study
        .rows
        .iter()
        .map(|row| {
            let cell = |place: Option<usize>| place.and_then(|at| row.get(at)).map_or("", String::as_str);
            (cell(place("name")), places.map(|place| cell(place).parse().ok()))
        })
        .collect();
    let compares = lines.iter().any(|(_, [_, _, _, difference, ..])| difference.is_some());
    html! {
        table {
            thead { tr {
                th { "variant" } th { "seeds" } th { "right (%)" }
                @if compares { th { "difference (percentage points)" } th { "p" } }
            } }
            tbody { @for (name, [seeds, mean, sd, difference, half, p]) in &lines {
                tr {
                    th scope="row" { (name) }
                    td { (seeds.map_or_else(|| "–".to_owned(), |n| n.to_string())) }
                    td { (spread(mean.map(percent), *sd)) }
                    @if compares {
                        td { (spread(difference.map(|points| format!("{:+.2}", 100.0 * points).replace('-', "−")), *half)) }
                        td { (p.map_or_else(|| "–".to_owned(), |p| if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") })) }
                    }
                }
            } }
            caption {
                "Mean ± sample standard deviation over the seeds."
                @if compares { " Differences from the unchanged preset are paired by seed, ± half the width of the 95 % confidence interval; p values are of a paired t test, corrected for all lines (Holm 1979)." }
            }
        }
    }
}

/// A value and its uncertainty, in percent.
fn spread(value: Option<String>, by: Option<f64>) -> String {
    match (value, by) {
        (Some(value), Some(by)) => format!("{value}\u{a0}±\u{a0}{}", percent(by)),
        (Some(value), None) => value,
        (None, _) => "–".to_owned(),
    }
}

/// The table of results.
fn plain(study: &Study) -> Markup {
    let Study { columns, rows, .. } = study;
    html! {
        table {
            thead { tr { @for column in columns { th { (column) } } } }
            tbody { @for row in rows.iter().take(ROWS) { tr { @for cell in row { td { (cell) } } } } }
            caption { (plural(rows.len(), "row")) @if rows.len() > ROWS { ", of which the first " (ROWS) " are shown" } ", from " code { "results.csv" } " of the study." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_set_in_percent_with_what_chance_makes() {
        let line = |cells: &str| cells.split(',').map(str::to_owned).collect::<Vec<_>>();
        let study = Study {
            name: "ablation".to_owned(),
            columns: line("name,damage,seeds,accuracy_mean,accuracy_sd,difference,difference_ci95_half_width,p,p_holm,halted"),
            rows: vec![line("intact,false,3,0.91,0.004,,,,,0"), line("no inhibition,false,3,0.5,0.1,-0.41,0.02,0.0001,0.0004,1")],
            figures: Vec::new(),
        };
        assert!(is_summary(&study) && !is_summary(&Study { columns: line("name,seeds"), ..study.clone() }));
        let html = summary(&study).into_string();
        for part in ["91.00\u{a0}±\u{a0}0.40", "−41.00\u{a0}±\u{a0}2.00", "&lt; 0.001", "no inhibition", "<td>–</td>"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
}
