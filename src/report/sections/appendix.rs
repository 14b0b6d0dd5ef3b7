//! Everything needed to reproduce the report: all parameters, seeds and commands; and the references.

use super::super::facts::{Group, Run};
use super::super::material::Report;
use super::super::math::math;
use super::super::published::{MNIST, PUBLISHED};
use super::super::words::{count, quoted};
use super::{main_groups, section};
use crate::params::{ParamSpec, REFERENCES, REGISTRY, Setup, format_value};
use maud::{Markup, html};

/// The parameters of every preset shown in detail.
pub(in crate::report) fn parameters(report: &Report) -> Markup {
    let groups = main_groups(report.groups);
    let used = |spec: &&ParamSpec| groups.iter().any(|(_, group)| spec.belongs_to(group.first().preset.setup));
    let content = html! {
        p { "Values that differ from the default are bold; a dash means that the parameter has no effect. These parameters determine the network completely." }
        @if groups.iter().any(|(_, group)| !group.first().is_plain()) {
            p { "Interactive runs started with these values; changes during the run are in their " code { "session.ron" } "." }
        }
        div.scroll { table {
            thead { tr {
                th { "parameter" } th.text { "symbol" }
                @for (_, group) in &groups { th { (group.label) } }
                th { "default" } th.text { "meaning" } th.text { "equation" } th.text { "source" }
            } }
            tbody { @for spec in REGISTRY.iter().filter(used) {
                tr {
                    th scope="row" { code { (spec.name) } } td.text { (math(spec.symbol)) }
                    @for (_, group) in &groups { (value(spec, group)) }
                    td { (format_value(spec, spec.default)) } td.text { (spec.help) } td.text { (math(spec.equation)) } td.text { (spec.source) }
                }
            } }
        } }
    };
    section("parameters", "Parameters", &content)
}

fn value(spec: &ParamSpec, group: &Group) -> Markup {
    let preset = &group.first().preset;
    let value = preset.params.get(spec.id);
    html! {
        @if spec.belongs_to(preset.setup) {
            td.changed[value != spec.default] { (format_value(spec, value)) }
        } @else { td { "–" } }
    }
}

/// Runs, seeds, versions, and the commands that reproduce them and this page.
pub(in crate::report) fn commands(report: &Report) -> Markup {
    let runs = || report.groups.iter().flat_map(|group| group.runs.iter().map(move |run| (group, run)));
    let lines: Vec<String> = runs().map(|(group, run)| command(group, run, &report.found.name)).collect();
    let images: Vec<usize> = runs().filter(|(_, run)| run.unmeasured.is_none()).map(|(_, run)| run.measured.images).collect();
    let limit = images.first().filter(|first| images.iter().all(|n| n == *first)).map_or(String::new(), |n| format!(" --test-images {n}"));
    let unknown = report.groups.iter().filter(|group| !group.known && group.first().is_plain()).count() > 0;
    let content = html! {
        div.scroll { table {
            thead { tr { th { "run" } th { "seed" } th { "training images" } th { "version" } th { "data" } th { "final state" } } }
            tbody { @for (_, run) in runs() {
                tr {
                    th scope="row" { (run.name) } td { (run.session.seed) } td { (count(run.images)) } td { (run.session.version) }
                    td { code { (run.session.data.digest) } @if run.session.data.digest == MNIST { " (MNIST)" } }
                    td { @if let Some(ending) = &run.session.ending { code { (ending.digest) } } @else { "not ended" } }
                }
            } }
            caption { "Data and state are given as hashes; equal hashes mean equal bits." }
        } }
        p { "These commands reproduce the runs and this page. Results do not depend on the number of threads." }
        pre { @for line in lines { (line) "\n" } (format!("spikescope report {}{limit}", quoted(&report.found.name))) }
        @if unknown {
            p { "Presets that are not shipped with the program, as used:" }
            @for group in report.groups.iter().filter(|group| !group.known && group.first().is_plain()) {
                h3 { code { (group.first().name) "/preset.ron" } }
                pre { (group.first().preset.to_ron()) }
            }
        }
    };
    section("commands", "Runs and commands", &content)
}

/// The command that reproduces a run.
fn command(group: &Group, run: &Run, folder: &str) -> String {
    let place = if run.name == folder { folder.to_owned() } else { format!("{folder}/{}", run.name) };
    if !run.is_plain() {
        return format!("spikescope replay {}   # {} commands were applied during the run", quoted(&place), run.session.applied.len());
    }
    let session = &run.session;
    if let Some(schedule) = session.schedule {
        return format!("spikescope replay {}   # planned for {schedule} images and extended", quoted(&place));
    }
    let preset = if group.known { format!("presets/{}.ron", session.preset) } else { format!("{place}/preset.ron") };
    let sets =
        group.changes.iter().fold(String::new(), |sets, (spec, value)| sets + " --set " + &quoted(&format!("{}={value}", spec.name)));
    let folder = session.data.folder.as_deref().and_then(|folder| folder.rsplit(['/', '\\']).next());
    let data = folder.filter(|_| session.data.digest != MNIST).map_or(String::new(), |folder| format!(" --data {}", quoted(folder)));
    let tested = session.test_images;
    format!(
        "spikescope train {} --seed {} --images {}{sets}{data} --test-images {tested} --out {}",
        quoted(&preset),
        session.seed,
        session.images,
        quoted(&place)
    )
}

/// References of the parameters and figures shown.
pub(in crate::report) fn references(report: &Report) -> Markup {
    let setups: Vec<Setup> = report.groups.iter().map(|group| group.first().preset.setup).collect();
    let behind = |short: &str| {
        let sources = REGISTRY.iter().filter(|spec| setups.iter().any(|&setup| spec.belongs_to(setup)));
        sources.map(|spec| spec.source).any(|source| source.starts_with(short)) || PUBLISHED.iter().any(|one| one.work == short)
    };
    let content = html! { ul { @for work in REFERENCES.iter().filter(|work| behind(work.short)) { li { (work.full) } } } };
    section("references", "References", &content)
}

#[cfg(test)]
mod tests {
    use super::super::super::facts::groups;
    use super::super::super::facts::tests::run;
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn commands_name_what_was_changed_and_quote_what_a_shell_would_read() {
        let shipped = BTreeMap::from([("mnist-rstdp".to_owned(), run(0, &[]).preset)]);
        let found = groups(vec![run(3, &[("inhibition", "50 mV")])], &shipped);
        let line = command(&found[0], found[0].first(), "my runs");
        let expected =
            "spikescope train presets/mnist-rstdp.ron --seed 3 --images 600 --set 'inhibition=50 mV' --test-images 10 --out 'my runs/r/3'";
        assert_eq!(line, expected);
        let unknown = groups(vec![run(3, &[])], &BTreeMap::new());
        assert!(command(&unknown[0], unknown[0].first(), "f").starts_with("spikescope train f/r/3/preset.ron --seed 3"));
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
