//! Sections on free runs: activity, commands and references.

use super::facts::{FreeGroup, FreeRunFacts};
use crate::params::REFERENCES;
use crate::report::figures::{Axis, Lines, Series, css, linear, look};
use crate::report::words::{maybe, number, plural, quoted};
use maud::{Markup, PreEscaped, html};

pub(in crate::report) fn activity(groups: &[FreeGroup]) -> Markup {
    let content = html! {
        @for group in groups {
            h3 { (group.label) }
            div.scroll { (table(group)) }
            (rates(group))
            @for run in group.runs.iter().filter(|run| run.raster.is_some()).take(1) { (raster(run)) }
        }
    };
    html! { section id="free-runs" { h2 { "Free runs" } (content) } }
}

/// A value and its standard deviation over the seeds.
fn spread(value: Option<(f64, Option<f64>)>) -> String {
    maybe(value.map(|(mean, deviation)| match deviation {
        Some(deviation) => format!("{}\u{a0}±\u{a0}{}", number(mean), number(deviation)),
        None => number(mean),
    }))
}

fn table(group: &FreeGroup) -> Markup {
    let first = group.first();
    let seeds = group.runs.iter().map(|run| run.session.seed.to_string()).collect::<Vec<_>>().join(", ");
    let incomplete = group.runs.iter().filter(|run| run.activity.steps() < run.session.steps).count();
    html! {
        table {
            thead { tr { th { "population" } th { "neurons" } th { "spikes" } th { "mean rate (Hz)" } th { "CV of inter-spike intervals" } } }
            tbody { @for (index, population) in first.preset.network.firing() {
                tr {
                    th scope="row" { (population.name) }
                    td { (number(population.size().into())) }
                    td { (spread(group.spread(|run| Some(run.activity.spikes(index) as f64)))) }
                    td { (spread(group.spread(|run| Some(run.activity.rate_hz(index, run.grid()))))) }
                    td { (spread(group.spread(|run| run.activity.irregularity(index).map(|irregular| irregular.cv)))) }
                }
            } }
            caption {
                (number(first.simulated_ms())) " ms simulated, seed " (seeds)
                @if group.runs.len() > 1 { "; mean ± sample standard deviation over the seeds" }
                @if !first.is_plain() { "; " (plural(first.session.applied.len(), "change")) " during the run" }
                @if incomplete > 0 { "; " (plural(incomplete, "run")) " not ended" }
                ". The CV is the mean over the neurons that fired often enough, among the first 1,000: 0 for a clock, 1 for a Poisson process."
            }
        }
        @if !first.weights.is_empty() {
            table {
                thead { tr { th { "plastic projection" } th { "mean weight at the end" } } }
                tbody { @for (index, projection) in first.weights.iter().enumerate() {
                    tr { th scope="row" { (projection.name) } td { (spread(group.spread(|run| run.weights.get(index)?.mean_mv))) " " (first.preset.network.projection(&projection.name).map_or("", |one| first.preset.network.weight_unit(one))) } }
                } }
            }
        }
    }
}

/// The legend of the populations.
fn legend(run: &FreeRunFacts) -> Markup {
    html! { ul.legend { @for (index, population) in run.preset.network.firing() {
        @let (colour, dashed) = look(index);
        li { span.dashed[dashed] style=(format!("border-top-color:{}", css(colour))) {} (population.name) }
    } } }
}

/// Rates over time of the first run, in the bins of `metrics.csv`.
fn rates(group: &FreeGroup) -> Markup {
    let run = group.first();
    let rows = run.activity.rates(run.grid());
    let curve = |index: usize| rows.iter().map(|(ms, rates)| (ms * 1e-3, rates[index])).collect::<Vec<_>>();
    let series = |index: usize| Series { look: look(index), faint: false, points: curve(index), dots: false, spread: Vec::new() };
    let most = rows.iter().flat_map(|(_, rates)| rates).fold(0.0, |most: f64, &rate| most.max(rate)).max(0.1) * 1.05;
    let end = run.simulated_ms() * 1e-3;
    let lines = Lines {
        x: Axis { label: "time (s)".to_owned(), range: (0.0, end), marks: linear(0.0, end, 6), log: false },
        y: Axis { label: "mean rate (Hz)".to_owned(), range: (0.0, most), marks: linear(0.0, most, 5), log: false },
        series: run.preset.network.firing().map(|(index, _)| series(index)).collect(),
    };
    let alt = format!("Mean rates of the populations of {} over time", group.label);
    let bin = run.activity.bin() as f64 * run.preset.network.dt_ms;
    html! { figure {
        (PreEscaped(lines.svg((760, 300), &alt)))
        (legend(run))
        figcaption { "Mean rate of every population in bins of " (number(bin)) " ms, seed " (run.session.seed) "." }
    } }
}

fn raster(run: &FreeRunFacts) -> Markup {
    let Some(raster) = &run.raster else { return html! {} };
    let (low, high) = raster.span_ms;
    let alt = format!("Spikes of {} from {} to {} ms", run.session.preset, number(low), number(high));
    html! { figure {
        (PreEscaped(raster.svg(&alt)))
        figcaption { "Recorded spikes at the end of the run with seed " (run.session.seed) ", of the first 60 neurons of each population." }
    } }
}

/// Runs, seeds, versions, and the commands that reproduce them.
pub(in crate::report) fn commands(groups: &[FreeGroup], folder: &str) -> Markup {
    let runs = || groups.iter().flat_map(|group| &group.runs);
    let place = |run: &FreeRunFacts| if run.name == folder { folder.to_owned() } else { format!("{folder}/{}", run.name) };
    html! { section id="free-commands" {
        h2 { "Free runs and commands" }
        div.scroll { table {
            thead { tr { th { "run" } th { "seed" } th { "simulated (ms)" } th { "version" } th { "final state" } } }
            tbody { @for run in runs() {
                tr {
                    th scope="row" { (run.name) } td { (run.session.seed) } td { (number(run.simulated_ms())) } td { (run.session.version) }
                    td { @if let Some(ending) = &run.session.ending { code { (ending.digest) } } @else { "not ended" } }
                }
            } }
            caption { "The state is given as a hash; equal hashes mean equal bits." }
        } }
        p { "These commands repeat the runs and check that they have the same state." }
        pre { @for run in runs() { (format!("spikescope replay {}\n", quoted(&place(run)))) } }
        @for group in groups {
            h3 { code { (group.first().name) "/preset.ron" } }
            pre { (group.first().preset.to_ron()) }
        }
    } }
}

/// References of the models and rules.
pub(in crate::report) fn references(groups: &[FreeGroup]) -> Markup {
    let sources: Vec<&str> =
        groups.iter().flat_map(|group| group.first().preset.network.entries().into_iter().map(|entry| entry.field.source)).collect();
    let cited = |short: &str| {
        let given = |text: &str| text.contains(short);
        sources.iter().any(|source| source.starts_with(short)) || groups.iter().any(|group| given(&group.first().preset.citation))
    };
    html! { section id="free-references" {
        h2 { "References of the free runs" }
        ul { @for work in REFERENCES.iter().filter(|work| cited(work.short)) { li { (work.full) } } }
    } }
}
