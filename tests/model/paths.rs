//! Paths: quoting, and every quantity of a network listed, read and set by its path.

use super::faults::SMALL;
use spikescope::model::{Distribution, LIF, NetworkSpec, PAIR_STDP, Path, PathError, Value};
use spikescope::params::ParamId;

fn small() -> NetworkSpec {
    NetworkSpec::from_ron(SMALL).unwrap()
}

fn path(text: &str) -> Path {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_path_splits_at_its_last_unquoted_dot() {
    for (text, owner, field) in [
        ("E.tau_m", Some("E"), "tau_m"),
        ("E->I.delay", Some("E->I"), "delay"),
        ("\"my pop\".v_th", Some("my pop"), "v_th"),
        ("\"my pop\"->I.delay", Some("my pop->I"), "delay"),
        ("\"my pop->I\".delay", Some("my pop->I"), "delay"),
        ("\"layer 2.3\".v_th", Some("layer 2.3"), "v_th"),
        ("\"a \\\"b\\\" \\\\\".v_th", Some("a \"b\" \\"), "v_th"),
        ("layer-4_b.v_th", Some("layer-4_b"), "v_th"),
        (" dt ", None, "dt"),
    ] {
        let read = path(text);
        assert_eq!((read.owner.as_deref(), read.field.as_str()), (owner, field), "{text}");
        assert_eq!(path(&read.to_string()), read, "{text}");
    }
    assert_eq!(path("\"E->I\".delay").to_string(), "E->I.delay");
    for text in ["", ".", "E.", ".tau_m", "\"E\"", "\"\".v"] {
        assert!(matches!(text.parse::<Path>(), Err(PathError::Incomplete(_))), "{text}");
    }
    assert!(matches!("\"E.tau_m".parse::<Path>(), Err(PathError::Open(_))));
    for (text, character) in [("my pop.v_th", ' '), ("a.b.c", '.'), ("E>I.delay", '>'), ("E.tau m", ' ')] {
        assert_eq!(text.parse::<Path>(), Err(PathError::Unquoted { text: text.to_owned(), character }));
    }
}

#[test]
fn every_quantity_is_listed_and_takes_the_text_it_shows() {
    let mut network = small();
    let entries = network.entries();
    for wanted in [
        "dt",
        "E.size",
        "E.tau_m",
        "E.v",
        "noise.rate",
        "E->I.indegree",
        "E->I.multapses",
        "I->E.probability",
        "E->E.a_plus",
        "E->E.self_connections",
        "E->I.delay",
        "kicks->I.weight",
    ] {
        assert!(entries.iter().any(|entry| entry.path == path(wanted)), "{wanted}");
    }
    for entry in &entries {
        assert!(!entry.field.help.is_empty() && !entry.field.source.is_empty() && !entry.range.is_empty(), "{}", entry.path);
        assert_eq!(network.set(&entry.path, &entry.text()), Ok(entry.value.clone()), "{}", entry.path);
        assert_eq!(network.set_value(&entry.path, &entry.value), Ok(()), "{}", entry.path);
        assert_eq!(network.get(&entry.path), Some(entry.value.clone()), "{}", entry.path);
    }
    assert_eq!(network, small());
}

#[test]
fn values_are_set_with_units_and_checked_as_a_whole() {
    let mut network = small();
    for (text, value, after) in [
        ("E.tau_m", "10ms", Value::Number(10.0)),
        ("E.tau_m", "0.015 s", Value::Number(15.0)),
        ("E.tau_m", "12", Value::Number(12.0)),
        ("I.size", "25", Value::Number(25.0)),
        ("I.v", "-60 mV", Value::Distribution(Distribution::Constant(-60.0))),
        ("E->I.delay", "Uniform(1 ms, 2ms)", Value::Distribution(Distribution::Uniform { low: 1.0, high: 2.0 })),
        ("E->I.weight", "Normal(\"0.2 mV\", \"0.1 mV\")", Value::Distribution(Distribution::Normal { mean: 0.2, sd: 0.1 })),
        ("E->I.indegree", "20", Value::Number(20.0)),
        ("E->E.pairing", "all-to-all", Value::Choice("all-to-all".to_owned())),
        ("E->I.multapses", "false", Value::Choice("false".to_owned())),
        ("dt", "0.5 ms", Value::Number(0.5)),
    ] {
        assert_eq!(network.set(&path(text), value), Ok(after.clone()), "{text}");
        assert_eq!(network.get(&path(text)), Some(after), "{text}");
    }
    let before = network.clone();
    for (text, value, facts) in [
        ("E.tau_m", "10 mV", &["E.tau_m", "mV", "1 to 1000 ms"][..]),
        ("E.tau_m", "0", &["E.tau_m", "1 to 1000 ms"]),
        ("E.size", "1e12", &["E.size", "1000000000000", "4294967295"]),
        ("E.size", "81", &["noise->E", "80", "81"]),
        ("E.v_reset", "-50 mV", &["v_reset", "v_th"]),
        ("E.tau_mm", "10 ms", &["tau_m"]),
        ("F.tau_m", "10 ms", &["\"F\"", "population"]),
        ("E->I.delay", "0.2 ms", &["0.2 ms", "0.5 ms"]),
        ("E->I.delay", "Uniform(1 ms)", &["Uniform"]),
        ("E->I.indegree", "81", &["81", "80"]),
        ("E->I.probability", "0.5", &["probability", "indegree"]),
        ("I->E.probability", "2", &["2", "0 to 1"]),
        // two delays are no whole number of steps of this length
        ("dt", "0.3 ms", &["0.3 ms"]),
        ("dtt", "1 ms", &["dt"]),
    ] {
        let faults = network.set(&path(text), value).unwrap_err();
        let told = faults.iter().map(ToString::to_string).collect::<String>();
        assert!(facts.iter().all(|fact| told.contains(fact)), "{text}: {facts:?} in {told}");
        assert_eq!(network, before, "{text}");
    }
}

#[test]
fn values_and_paths_survive_a_record() {
    for entry in small().entries() {
        let text = ron::to_string(&(&entry.path, &entry.value)).unwrap();
        assert_eq!(ron::from_str::<(Path, Value)>(&text).unwrap(), (entry.path, entry.value));
    }
}

#[test]
fn fields_that_the_registry_has_keep_its_units_and_ranges() {
    let registry = |name: &str| ParamId::from_name(name).unwrap().spec();
    for field in LIF.iter().chain(PAIR_STDP) {
        let Some(id) = ParamId::from_name(field.name) else { continue };
        assert_eq!(field.unit, id.spec().unit, "{}", field.name);
        // potentials of classic networks lie at 0 too, and weights of short synaptic currents are large
        if !["e_l", "v_th", "v_reset", "w_max"].contains(&field.name) {
            assert_eq!(field.domain, id.spec().domain, "{}", field.name);
        }
        assert!(field.domain.admits(field.default), "{}", field.name);
    }
    assert_eq!(registry("tau_syn").domain, LIF.iter().find(|field| field.name == "tau_syn_exc").unwrap().domain);
}
