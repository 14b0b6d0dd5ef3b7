//! Preset files of schema 2, opened beside those of schema 1.

use spikescope::experiment::{Activity, FreeRun};
use spikescope::model::{Fault, TaskSpec};
use spikescope::preset::{NEW_NETWORK, NetworkPreset, Opened, Preset, PresetError, open, shipped};
use spikescope::time::TimeGrid;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("presets").join(name)
}

fn network(name: &str) -> NetworkPreset {
    match open(&file(name)).unwrap_or_else(|error| panic!("{error}")) {
        Opened::Network(preset) => *preset,
        Opened::Experiment(_) => panic!("{name} is not of schema 2"),
    }
}

#[test]
fn both_networks_load_and_can_be_described() {
    let balanced = network("balanced-network.ron");
    assert_eq!(balanced.task, TaskSpec::free(10_000.0));
    let facts = balanced.network.describe(None);
    assert_eq!((facts.neurons, facts.synapses), (20_000, 10_000.0 * 1001.0));
    assert_eq!((facts.shortest_delay_ms, facts.longest_delay_ms), (Some(0.5), Some(2.5)));
    let e = &facts.populations[0];
    assert_eq!((e.name.as_str(), e.size, e.input_hz), ("E", 8000, 2000.0));
    assert!((e.drive_mv_per_s - 1300.0).abs() < 1e-9);
    assert_eq!(e.unknown_input, ["E->E", "I->E"]);
    let i_to_e = &facts.projections[2];
    assert_eq!((i_to_e.receptor.as_str(), i_to_e.indegree, i_to_e.outdegree), ("inhibitory", 200.0, 800.0));

    let ring = network("ring-of-two.ron");
    let facts = ring.network.describe(None);
    assert_eq!((facts.dt_ms, facts.neurons), (0.1, 250));
    assert_eq!((facts.shortest_delay_ms, facts.longest_delay_ms), (Some(1.0), Some(5.0)));
    assert!(facts.projections[1].rule.as_ref().is_some_and(|rule| rule.contains("w_max: 6 mV")));
}

#[test]
fn the_text_of_a_file_reads_back() {
    for name in ["balanced-network.ron", "ring-of-two.ron"] {
        let preset = network(name);
        let text = preset.to_ron();
        let again = NetworkPreset::parse(&text, &file(name)).unwrap();
        assert_eq!((again.to_ron(), &again), (text, &preset));
        let dir = tempfile::tempdir().unwrap();
        preset.save(&dir.path().join("copy.ron")).unwrap();
        assert!(matches!(open(&dir.path().join("copy.ron")), Ok(Opened::Network(_))));
    }
}

#[test]
fn schema_1_opens_as_before_and_refuses_networks_by_name() {
    for path in shipped() {
        match open(&path).unwrap() {
            Opened::Experiment(preset) => assert!(Preset::load(&path).is_ok_and(|loaded| loaded == *preset)),
            Opened::Network(_) => assert!(matches!(Preset::load(&path), Err(PresetError::Network { .. }))),
        }
    }
    assert!(matches!(Preset::load(&file("ring-of-two.ron")), Err(PresetError::Network { .. })));
}

#[test]
fn faults_beside_the_network_are_reported_with_those_of_the_network() {
    let text = std::fs::read_to_string(file("ring-of-two.ron")).unwrap();
    let faults = |text: &str| match NetworkPreset::parse(text, Path::new("p.ron")) {
        Err(PresetError::Faults { faults, .. }) => faults,
        other => panic!("{other:?}"),
    };
    let paths = |faults: &[Fault]| faults.iter().map(|fault| fault.path.clone()).collect::<Vec<_>>();
    for (from, to, path) in [
        ("title: \"Ring of two\",", "", "title"),
        ("title:", "titel: \"\", title:", "titel"),
        ("title: \"Ring of two\"", "title: 3", "title"),
        ("task: FreeRun(duration: \"10 s\"),", "", "task"),
        ("FreeRun(duration: \"10 s\")", "Train(epochs: 1)", "task"),
        ("\"10 s\"", "10", "task.duration"),
        ("\"10 s\"", "\"0 s\"", "task.duration"),
        ("\"10 s\"", "\"0.15 ms\"", "task.duration"),
        ("\"10 s\"", "\"1e300 s\"", "task.duration"),
        ("look_for: [", "look_for: [3, ", "look_for"),
        ("network: (", "network: 5, network_: (", "network"),
        ("populations: {", "populations: [], population: {", "population"),
    ] {
        assert!(text.contains(from));
        let found = paths(&faults(&text.replacen(from, to, 1)));
        assert!(found.contains(&path.to_owned()), "{to}: {found:?}");
    }
    let both = faults(&text.replace("\"500 Hz\"", "\"500 ms\"").replace("\"10 s\"", "\"10 mV\""));
    assert_eq!(paths(&both), ["populations.\"noise\".model.rate", "task.duration"]);
}

#[test]
fn comments_and_any_order_of_fields_are_read() {
    let text = "// a network\nPreset( /* two */ task: FreeRun(duration: \"1 s\"), network: (populations: { // one\n E /* E */ : (model: Lif, size: 1_0), }),\n title: r#\"a \"b\"\"#, schema: 2) // end\n";
    let preset = NetworkPreset::parse(text, Path::new("p.ron")).unwrap();
    assert_eq!((preset.title.as_str(), preset.network.populations[0].size()), ("a \"b\"", 10));
}

#[test]
fn network_to_start_from_is_complete_and_fires_irregularly() {
    let preset = NetworkPreset::parse(NEW_NETWORK, Path::new("new.ron")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(preset.network.remarks(&preset.task), []);
    assert_eq!(NetworkPreset::parse(&preset.to_ron(), Path::new("new.ron")).unwrap().network, preset.network);
    assert_eq!(preset.network.projections.iter().filter(|projection| projection.rule.is_some()).count(), 1);
    for name in ["LifCond", "AdEx", "Izhikevich", "OneToOne", "AllToAll", "Probability", "Indegree", "Outdegree"] {
        assert!(NEW_NETWORK.contains(name), "{name}");
    }
    let (grid, steps) = (TimeGrid::new(preset.network.dt_ms), 20_000);
    let mut run = FreeRun::new(preset.network, 0).unwrap();
    let mut activity = Activity::new(run.spec(), steps);
    run.advance(steps, &mut [&mut activity]).unwrap();
    for index in [0, 1] {
        let (rate, cv) = (activity.rate_hz(index, grid), activity.irregularity(index).unwrap().cv);
        assert!((5.0..20.0).contains(&rate) && (0.8..1.25).contains(&cv), "{rate} Hz, CV {cv}");
    }
}

#[test]
fn network_in_a_file_of_schema_1_is_answered_with_the_schema_to_write() {
    let text = NEW_NETWORK.replacen("schema: 2", "schema: 1", 1);
    let error = Preset::parse(&text, Path::new("p.ron")).unwrap_err().to_string();
    assert!(error.contains("write schema: 2"), "{error}");
}

#[test]
fn duration_without_a_unit_is_answered_in_seconds_and_milliseconds() {
    let fault = spikescope::model::duration_ms("5", 0.1).unwrap_err();
    assert!(fault.contains("\"5 s\"") && fault.contains("\"5 ms\""), "{fault}");
}

#[test]
fn mean_depolarisation_by_sources_is_rate_weight_and_time_constant() {
    let facts = network("balanced-network.ron").network.describe(None);
    // 2 kHz of 0.65 mV with a membrane of 20 ms, and 20 mV to the threshold
    let [mean, gap] = facts.populations[0].depolarisation_mv.unwrap();
    assert!((mean - 26.0).abs() < 1e-9 && gap == 20.0, "{mean} {gap}");
    assert_eq!(facts.populations[2].depolarisation_mv, None);
}
