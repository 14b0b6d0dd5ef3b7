//! The page "Assemble a network" and the README: their files are valid, and their tables are those of the program.

use spikescope::model::{
    AD_EX, COMPETING_LIF, ESCAPE_NOISE, FILTER_STDP, Field, IMAGE, INHIBITORY_STDP, IZHIKEVICH, LIF, LIF_COND, MAZE, NOISE_CURRENT,
    NetworkSpec, PAIR_STDP, POISSON, Pooling, PopulationSpec, ProjectionSpec, R_MAX, R_STDP, RAMP_CURRENT, REGULAR, SITE_LIF, STDP,
    STEP_CURRENT, SYMMETRIC_STDP, SYNAPTIC_SCALING, TRIAL_R_STDP, TRIPLET_STDP, TSODYKS_MARKRAM, WINNER_R_STDP, WINNER_STDP, Wiring,
};
use spikescope::params::{REGISTRY, Setup, Task, Template, format_value};
use spikescope::preset::{NetworkPreset, Opened, Preset, open};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

/// The networks that run freely shown in a page.
fn files(page: &str) -> Vec<NetworkPreset> {
    let text = read(page);
    let blocks = text.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let free = blocks.filter(|block| block.contains("task: FreeRun("));
    free.map(|block| NetworkPreset::parse(block, Path::new(page)).unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// The limits of a field; of one that holds weights, with both units.
fn limits(field: &Field, of_weights: bool) -> String {
    if of_weights && field.unit == "mV" { format!("{} or nS", field.range()) } else { field.range() }
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

/// The table of a rule in continuous time, whose weights can be conductances.
fn rule(fields: &[Field]) -> String {
    let mut text = HEAD.to_owned();
    fields.iter().for_each(|field| row(&mut text, field, &limits(field, true), &field.format(field.default)));
    text
}

/// The quantities that every population and projection can have.
fn general() -> String {
    let mut network = NetworkSpec::new(0.1);
    network.populations.push(PopulationSpec::new("E", 9, spikescope::model::ModelSpec::named("Poisson").unwrap()));
    let shared = Wiring::Shared { size: 1, stride: 1, pad: 0 };
    for (name, wiring) in [
        ("p", Wiring::Probability(0.1)),
        ("i", Wiring::Indegree(1)),
        ("o", Wiring::Outdegree(1)),
        ("r", Wiring::Ring(1)),
        ("s", shared),
        ("n", Wiring::AllToAll),
    ] {
        let (from, to) = ("E".to_owned(), "E".to_owned());
        let norm_mv = matches!(wiring, Wiring::AllToAll).then_some(0.0);
        let pooling = matches!(wiring, Wiring::Shared { .. }).then_some(Pooling::Cells(1));
        network.projections.push(ProjectionSpec { from, to, norm_mv, pooling, ..ProjectionSpec::new(name, wiring) });
    }
    let (mut text, mut seen) = (HEAD.to_owned(), BTreeSet::new());
    for entry in network.entries() {
        if entry.field.name != "rate" && seen.insert(entry.field.name) {
            let default = if entry.required() { String::new() } else { entry.field.format(entry.field.default) };
            let range = if entry.field.name == "delay" {
                "1 to 65535 steps".to_owned()
            } else {
                limits(&entry.field, entry.field.name == "weight")
            };
            row(&mut text, &entry.field, &range, &default);
        }
    }
    text
}

/// The parameters of the task of classifying images.
fn task() -> String {
    let mut text = HEAD.to_owned();
    for spec in REGISTRY.iter().filter(|spec| spec.belongs_to(Setup::Described(Task::Classify))) {
        writeln!(text, "| `{}` | {} | {} | {} |", spec.name, format_value(spec, spec.default), spec.range_text(), spec.help).unwrap();
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
        ("LifCond", table(LIF_COND)),
        ("AdEx", table(AD_EX)),
        ("Izhikevich", table(IZHIKEVICH)),
        ("Poisson", table(POISSON)),
        ("Regular", table(REGULAR)),
        ("StepCurrent", table(STEP_CURRENT)),
        ("RampCurrent", table(RAMP_CURRENT)),
        ("NoiseCurrent", table(NOISE_CURRENT)),
        ("PairStdp", rule(PAIR_STDP)),
        ("TripletStdp", rule(TRIPLET_STDP)),
        ("InhibitoryStdp", rule(INHIBITORY_STDP)),
        ("SymmetricStdp", rule(SYMMETRIC_STDP)),
        ("SynapticScaling", rule(SYNAPTIC_SCALING)),
        ("TsodyksMarkram", table(TSODYKS_MARKRAM)),
        ("RStdp", rule(R_STDP)),
        ("Maze", table(MAZE)),
        ("Image", table(IMAGE)),
        ("CompetingLif", table(COMPETING_LIF)),
        ("SiteLif", table(SITE_LIF)),
        ("EscapeNoise", table(ESCAPE_NOISE)),
        ("Stdp", table(STDP)),
        ("TrialRStdp", table(TRIAL_R_STDP)),
        ("RMax", table(R_MAX)),
        ("FilterStdp", table(FILTER_STDP)),
        ("WinnerStdp", table(WINNER_STDP)),
        ("WinnerRStdp", table(WINNER_R_STDP)),
        ("Classify", task()),
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

/// The table of the README: every form can stand in its place, and its numbers are the defaults.
#[test]
fn forms_of_the_readme_can_be_read_and_have_the_defaults() {
    let text = read("README.md");
    let (_, rest) = text.split_once("<!-- forms -->\n").unwrap();
    let rows: Vec<&str> = rest.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    let mut seen = BTreeSet::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let place = cells[0].trim().trim_matches('`');
        for form in cells[1].split('`').skip(1).step_by(2) {
            let name = form.split('(').next().unwrap();
            seen.insert(name.to_owned());
            let mut given: [(&str, &str); 6] =
                [("model", "Lif()"), ("start", "{}"), ("wiring", "AllToAll"), ("weight", "\"0 mV\""), ("delay", "\"1 ms\""), ("rule", "")];
            given.iter_mut().find(|(own, _)| *own == place).unwrap().1 = form;
            let of = |place: &str| given.iter().find(|(own, _)| *own == place).unwrap().1;
            let rule = if of("rule").is_empty() { String::new() } else { format!(", rule: {}", of("rule")) };
            let network = format!(
                "(populations: {{\"A\": (size: 400, model: Poisson()), \"B\": (size: 400, model: Lif()), \"C\": (size: 1, model: {}, start: {})}}, \
                 projections: {{\"A->B\": (wiring: {}, weight: {}, delay: {}{rule})}})",
                of("model"),
                of("start"),
                of("wiring"),
                of("weight"),
                of("delay")
            );
            let network = NetworkSpec::from_ron(&network).unwrap_or_else(|faults| panic!("{form}: {faults}"));
            // given spike trains have no default
            if let Some(model) = spikescope::model::ModelSpec::named(name).filter(|_| name != "SpikeSource") {
                assert_eq!(network.populations[2].model, model, "{form}");
            }
            if let Some(rule) = spikescope::model::RuleSpec::named(name) {
                assert_eq!(network.projections[0].rule, Some(rule), "{form}");
            }
        }
    }
    for name in ["Lif", "LifCond", "Poisson", "SpikeSource", "AllToAll", "Indegree", "Normal", "PairStdp", "TsodyksMarkram"] {
        assert!(seen.contains(name), "{name}");
    }
}

/// The `Cargo.toml` of the page with the example as its program, outside the repository.
#[test]
#[ignore = "compiles the library once more; run it with --ignored"]
fn the_manifest_of_the_page_builds_the_example_in_a_crate_of_its_own() {
    let text = read("docs/NETWORKS.md");
    let manifest = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let here = env!("CARGO_MANIFEST_DIR");
    assert!(manifest.contains("\"../spikescope\""));
    std::fs::write(folder.path().join("Cargo.toml"), manifest.replace("\"../spikescope\"", &format!("{here:?}"))).unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    std::fs::copy(file("examples/own_network.rs"), folder.path().join("src/main.rs")).unwrap();
    let ran = std::process::Command::new(env!("CARGO")).arg("run").current_dir(folder.path()).output().unwrap();
    let printed = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && printed.contains("mean weight"), "{printed}{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn files_that_learn_from_images_are_valid() {
    let text = read("docs/NETWORKS.md");
    let blocks = text.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let learn = blocks.filter(|block| block.contains("task: Classify("));
    let setups: Vec<Setup> = learn.map(|block| Preset::parse(block, Path::new("own.ron")).unwrap().setup).collect();
    assert_eq!(setups, [Setup::Described(Task::Classify), Setup::Described(Task::Classify), Setup::Template(Template::Features)]);
}

/// The larger example: its rates are those of asynchronous irregular activity, and its files can be read.
mod brunel_network {
    include!("../../examples/brunel_network.rs");

    #[test]
    fn the_example_of_a_recurrent_network_runs_and_writes_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let activity = run(folder.path()).unwrap();
        let rate = activity.rate_hz(0, TimeGrid::new(0.1));
        let cv = activity.irregularity(0).unwrap().cv;
        assert!((5.0..60.0).contains(&rate) && (0.3..1.3).contains(&cv), "{rate} Hz, CV {cv}");
        let spikes = std::fs::read_to_string(folder.path().join("spikes.csv")).unwrap();
        assert_eq!(spikes.lines().count() as u64, 1 + activity.spikes(0) + activity.spikes(2));
        assert!(folder.path().join("brunel.ron").exists());
    }
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
