//! Summary table of all experiments.

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
                    th { "preset" } th { "seeds" } th { "training images" } th { "test accuracy (%)" }
                    th { "CPU of training (s)" } th { "output spikes per image" } th { "synaptic events per image" }
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
                    "Mean ± sample standard deviation over the seeds, on " (shown) " test images that were not used for training. "
                    "The binomial standard error of these accuracies is " (counting(&groups)) " percentage points. "
                    "A synaptic event is a spike that reaches a synapse."
                    @if changed > 0 { " " a href="#variants" { "Below" } ": " (plural(changed, "more experiment")) " with changed parameters." }
                }
            }
        }
        (checks(report.groups))
    };
    section("summary", "Summary", &content)
}

/// The smallest and largest binomial standard error.
fn counting(groups: &[&Group]) -> String {
    let errors = groups.iter().flat_map(|group| &group.runs);
    let errors: Vec<f64> =
        errors.map(|run| super::super::statistics::standard_error(run.measured.accuracy(), run.measured.images)).collect();
    let (least, most) = (errors.iter().copied().fold(1.0, f64::min), errors.iter().copied().fold(0.0, f64::max));
    let (least, most) = (percent(least), percent(most));
    if least == most { most } else { format!("{least} to {most}") }
}

/// Whether the measured accuracy equals the one recorded at the end of training.
fn checks(groups: &[Group]) -> Markup {
    let noted = || groups.iter().flat_map(|group| &group.runs).filter_map(|run| Some((run, run.noted_accuracy()?)));
    let wrong: Vec<_> = noted().filter(|(run, noted)| *noted != run.measured.accuracy()).collect();
    html! {
        @if noted().next().is_some() && wrong.is_empty() {
            p.note { "Measured again from the checkpoints, every accuracy equals the one recorded at the end of training (" (noted().count()) " runs)." }
        }
        @for (run, noted) in wrong {
            p { strong { "Differs: " } (run.name) " recorded " (percent(noted)) " % at the end of training (version " (run.session.version)
                "), measured again it is " (percent(run.measured.accuracy())) " %." }
        }
    }
}
