//! The page "Assemble a network" and the README: their files are valid, and their tables are those of the program.

use spikescope::model::{Field, LIF, NetworkSpec, PAIR_STDP, POISSON, PopulationSpec, ProjectionSpec, R_STDP, Wiring};
use spikescope::preset::{NetworkPreset, Opened, open};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

/// The files shown in a page.
fn files(page: &str) -> Vec<NetworkPreset> {
    let text = read(page);
    let blocks = text.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(|block| NetworkPreset::parse(block, Path::new(page)).unwrap_or_else(|error| panic!("{error}"))).collect()
}

fn row(text: &mut String, field: &Field, range: &str, default: &str) {
    writeln!(text, "| `{}` | {default} | {range} | {} |", field.name, field.help).unwrap();
}

const HEAD: &str = "| field | default | allowed | meaning |\n|---|---|---|---|\n";

fn table(fields: &[Field]) -> String {
    let mut text = HEAD.to_owned();
    fields.iter().for_each(|field| row(&mut text, field, &field.range(), &field.format(field.default)));
    text
}

/// The quantities that every population and projection can have.
fn general() -> String {
    let mut network = NetworkSpec::new(0.1);
    network.populations.push(PopulationSpec::new("E", 9, spikescope::model::ModelSpec::named("Poisson").unwrap()));
    for (name, wiring) in [("p", Wiring::Probability(0.1)), ("i", Wiring::Indegree(1)), ("o", Wiring::Outdegree(1))] {
        let (from, to) = ("E".to_owned(), "E".to_owned());
        network.projections.push(ProjectionSpec { from, to, ..ProjectionSpec::new(name, wiring) });
    }
    let (mut text, mut seen) = (HEAD.to_owned(), BTreeSet::new());
    for entry in network.entries() {
        if entry.field.name != "rate" && seen.insert(entry.field.name) {
            let default = if entry.required() { String::new() } else { entry.field.format(entry.field.default) };
            let range = if entry.field.name == "delay" { "1 to 65535 steps".to_owned() } else { entry.range.clone() };
            row(&mut text, &entry.field, &range, &default);
        }
    }
    text
}

#[test]
fn tables_of_the_page_are_those_of_the_program() {
    let page = "docs/NETWORKS.md";
    let mut text = read(page);
    let tables = [
        ("projection", general()),
        ("Lif", table(LIF)),
        ("Poisson", table(POISSON)),
        ("PairStdp", table(PAIR_STDP)),
        ("RStdp", table(R_STDP)),
    ];
    for (name, table) in tables {
        let mark = format!("<!-- table: {name} -->\n");
        let (before, rest) = text.split_once(&mark).unwrap_or_else(|| panic!("{page} has no table {name}"));
        let (_, after) = rest.split_once("<!-- end -->").unwrap();
        text = format!("{before}{mark}{table}<!-- end -->{after}");
    }
    if std::env::var_os("SPIKESCOPE_RECORD").is_some() {
        std::fs::write(file(page), &text).unwrap();
    }
    assert_eq!(text, read(page), "run this test with SPIKESCOPE_RECORD=1 to update the tables");
    let models = spikescope::model::ModelSpec::NAMES.iter().chain(spikescope::model::RuleSpec::NAMES);
    for name in models.chain(Wiring::NAMES) {
        assert!(text.contains(&format!("### {name}\n")) || text.contains(&format!("`{name}")), "{name} is not on the page");
    }
}

#[test]
fn files_of_the_pages_are_valid_and_end_in_the_shipped_preset() {
    assert_eq!(files("README.md").len(), 1);
    let shown = files("docs/NETWORKS.md");
    let Opened::Network(ring) = open(&file("presets/ring-of-two.ron")).unwrap() else { panic!("a network") };
    let last = shown.last().unwrap();
    assert_eq!((shown.len(), &last.network, &last.task), (2, &ring.network, &ring.task));
}

/// The example, compiled here as it is.
mod own_network {
    include!("../../examples/own_network.rs");

    #[test]
    fn the_example_of_a_network_in_rust_runs_in_at_most_forty_lines() {
        let lines = include_str!("../../examples/own_network.rs").lines().count();
        assert!(lines <= 40, "{lines} lines");
        main().unwrap();
    }
}
