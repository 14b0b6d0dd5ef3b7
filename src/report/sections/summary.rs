//! What was run and what came of it, in one table.

use super::super::facts::Group;
use super::super::material::Report;
use super::super::words::{count, number, percent, plural};
use super::{accuracy, known, main_groups, section, seeds};
use maud::{Markup, html};

pub(in crate::report) fn summary(report: &Report) -> Markup {
    let groups: Vec<&Group> = main_groups(report.groups).into_iter().map(|(_, group)| group).collect();
    let changed = report.groups.len() - groups.len();
    let images = groups.iter().flat_map(|group| &group.runs).map(|run| run.measured.images);
    let (least, most) = (images.clone().min().unwrap_or(0), images.max().unwrap_or(0));
    let shown = if least == most { count(most as u64) } else { format!("{} to {}", count(least as u64), count(most as u64)) };
    let content = html! {
        div.scroll {
            table {
                thead { tr {
                    th { "preset" } th { "seeds" } th { "training images" } th { "right on test images (%)" }
                    th { "CPU of training (s)" } th { "output spikes an image" } th { "synaptic events an image" }
                } }
                tbody {
                    @for group in &groups {
                        tr {
                            th scope="row" { (group.label) }
                            td { (seeds(group)) }
                            td { (count(group.first().images)) }
                            td { (accuracy(group)) }
                            td { (known(group, |run| run.cpu_s)) }
                            td { (number(group.mean(|run| run.measured.per_image(run.measured.layers.last().map_or(0, |layer| layer.spikes))))) }
                            td { (number(group.mean(|run| run.measured.events()))) }
                        }
                    }
                }
                caption {
                    "Mean ± sample standard deviation over the seeds, on " (shown) " test images that no run learnt from. "
                    "Each of these accuracies has a standard error of counting of " (counting(&groups)) " percentage points. "
                    "A synaptic event is a spike that reaches a synapse."
                    @if changed > 0 { " " a href="#variants" { "Below" } ": " (plural(changed, "more experiment")) " with something changed." }
                }
            }
        }
        (checks(report.groups))
    };
    section("summary", "Summary", &content)
}

/// The standard error of the least and the most certain fraction.
fn counting(groups: &[&Group]) -> String {
    let errors = groups.iter().flat_map(|group| &group.runs);
    let errors: Vec<f64> =
        errors.map(|run| super::super::statistics::standard_error(run.measured.accuracy(), run.measured.images)).collect();
    let (least, most) = (errors.iter().copied().fold(1.0, f64::min), errors.iter().copied().fold(0.0, f64::max));
    let (least, most) = (percent(least), percent(most));
    if least == most { most } else { format!("{least} to {most}") }
}

/// Whether what was measured now is what training noted at its end.
fn checks(groups: &[Group]) -> Markup {
    let noted = || groups.iter().flat_map(|group| &group.runs).filter_map(|run| Some((run, run.noted_accuracy()?)));
    let wrong: Vec<_> = noted().filter(|(run, noted)| *noted != run.measured.accuracy()).collect();
    html! {
        @if noted().next().is_some() && wrong.is_empty() {
            p.note { "Measured anew from the checkpoints, every accuracy equals the one its training noted at its end (" (noted().count()) " runs)." }
        }
        @for (run, noted) in wrong {
            p { strong { "Differs: " } (run.name) " noted " (percent(noted)) " % at the end of its training (version " (run.session.version)
                "), measured anew it is " (percent(run.measured.accuracy())) " %." }
        }
    }
}
