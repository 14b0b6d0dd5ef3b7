//! The sections of the page, one per file, and common elements: figures with captions, legends, tables.

mod activity;
mod appendix;
mod comparison;
mod confusion;
mod learning;
mod method;
mod recorded;
mod robust;
mod seen;
mod studies;
mod summary;

pub(super) use activity::activity;
pub(super) use appendix::{commands, parameters, references};
pub(super) use comparison::{published, variants};
pub(super) use confusion::confusion;
pub(super) use learning::learning;
pub(super) use method::method;
pub(super) use recorded::recorded;
pub(super) use robust::robust;
pub(super) use seen::seen;
pub(super) use studies::studies;
pub(super) use summary::summary;

use super::facts::Group;
use super::figures::{css, look};
use super::words::{maybe, percent};
use maud::{Markup, PreEscaped, html};

/// A section with its heading; `id` is the target of the table of contents.
fn section(id: &str, title: &str, content: &Markup) -> Markup {
    html! { section id=(id) { h2 { (title) } (content) } }
}

/// A figure with its caption and, for several curves, a legend.
fn figure(svg: String, legend: &[(String, usize)], caption: &Markup) -> Markup {
    html! {
        figure {
            (PreEscaped(svg))
            @if legend.len() > 1 { (names(legend)) }
            figcaption { (caption) }
        }
    }
}

/// The legend of the colours.
fn names(legend: &[(String, usize)]) -> Markup {
    html! {
        ul.legend {
            @for (name, index) in legend {
                @let (colour, dashed) = look(*index);
                li { span.dashed[dashed] style=(format!("border-top-color:{}", css(colour))) {} (name) }
            }
        }
    }
}

/// Groups shown in detail: those with unchanged presets; all if every preset is changed.
fn main_groups(groups: &[Group]) -> Vec<(usize, &Group)> {
    let plain: Vec<(usize, &Group)> = groups.iter().enumerate().filter(|(_, group)| group.changes.is_empty()).collect();
    if plain.is_empty() { groups.iter().enumerate().collect() } else { plain }
}

/// Labels of groups with the index of their colour.
fn legend(groups: &[(usize, &Group)]) -> Vec<(String, usize)> {
    groups.iter().map(|(index, group)| (group.label.clone(), *index)).collect()
}

/// Mean accuracy in percent, with its spread over the seeds or, for a single run, the binomial standard error.
fn accuracy(group: &Group) -> String {
    match group.deviation(|run| run.measured.accuracy()) {
        // no line break within the number
        Some(deviation) => format!("{}\u{a0}±\u{a0}{}", percent(group.accuracy()), percent(deviation)),
        None => percent(group.accuracy()),
    }
}

/// Seeds of a group: "1, 2, 3".
fn seeds(group: &Group) -> String {
    group.runs.iter().map(|run| run.session.seed.to_string()).collect::<Vec<_>>().join(", ")
}

/// Mean of a quantity that is not known for every run.
fn known_mean(group: &Group, of: impl Fn(&super::facts::Run) -> Option<f64>) -> Option<f64> {
    let values: Option<Vec<f64>> = group.runs.iter().map(of).collect();
    values.and_then(|values| super::statistics::mean(&values))
}

/// The same as text.
fn known(group: &Group, of: impl Fn(&super::facts::Run) -> Option<f64>) -> String {
    maybe(known_mean(group, of).map(super::words::number))
}
