//! Errors of syntax name line, column and remedy; suggestions are near and of the same kind.

use spikescope::model::NetworkSpec;
use spikescope::params::nearest;
use spikescope::preset::{NetworkPreset, Preset, PresetError};
use std::path::Path;

/// The message about the ring with one text replaced.
fn message(from: &str, to: &str) -> String {
    let ring = include_str!("../../presets/ring-of-two.ron");
    assert!(ring.contains(from), "{from}");
    match Preset::parse(&ring.replacen(from, to, 1), Path::new("r.ron")) {
        // a network without faults is no experiment
        Ok(_) | Err(PresetError::Network { .. }) => panic!("{to} is accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_error_of_syntax_names_line_column_and_remedy() {
    for (from, to, place, facts) in [
        // brackets
        ("delay: \"5 ms\"),", "delay: \"5 ms\",", "line 25, column 9", &["( of line 24", "add )"][..]),
        (
            "Lif(tau_syn_exc: \"5 ms\")),\n            \"B\"",
            "Lif(tau_syn_exc: \"5 ms\"),\n            \"B\"",
            "line 14, column 13",
            &["( of line 13", "add )"],
        ),
        ("        },\n        projections", "        projections", "line 25, column 5", &["{ of line 11", "add }"]),
        ("\"10 s\"),\n)", "\"10 s\"),\n", "line 27, column 37", &["( of line 1", "add )"]),
        ("delay: \"5 ms\"),", "delay: \"5 ms\")),", "line 24", &["remove the )"]),
        ("delay: \"5 ms\"),", "delay: \"5 ms\"],", "line 24", &["( of line 24", "]"]),
        ("populations: {", "populations: (", "line 12", &["braces"]),
        // commas and colons
        ("OneToOne, weight", "OneToOne weight", "line 17, column 43", &["comma", "before weight"]),
        ("\"1 ms\"),\n            \"A->B\"", "\"1 ms\")\n            \"A->B\"", "line 18, column 13", &["comma", "\"A->B\""]),
        ("schema: 2,", "schema: 2", "line 3, column 5", &["comma", "before title"]),
        ("grow.\",", "grow.\"", "line 8", &["comma"]),
        ("weight: \"7 mV\"", "weight \"7 mV\"", "line 17", &["colon", "weight: "]),
        ("populations: {", "populations {", "line 11", &["colon", "populations: "]),
        ("\"B->A\": (", "\"B->A\" (", "line 24", &["colon", "\"B->A\": "]),
        ("weight: \"7 mV\"", "weight = \"7 mV\"", "line 17", &["colon", "weight: "]),
        ("weight: \"7 mV\",", "weight: \"7 mV\";", "line 17", &["commas"]),
        ("a_plus: 0.02", "a_plus: 0,02", "line 22", &["decimal point"]),
        // quotes
        ("\"Ring of two\"", "Ring of two", "line 3", &["quotes", "\"Ring of two\""]),
        ("\"Ring of two\"", "\"Ring of two", "line 4", &["quote of line 3"]),
        ("\"10 s\"", "10 s", "line 27", &["quotes", "\"10 s\""]),
        ("\"10 s\"", "10s", "line 27", &["quotes", "\"10 s\""]),
        ("weight: \"7 mV\"", "weight: -7 mV", "line 17", &["\"-7 mV\""]),
        ("Normal(\"0.5 mV\", \"0.1 mV\")", "Normal(0.5 mV, 0.1 mV)", "line 24", &["\"0.5 mV\""]),
        ("\"7 mV\"", "'7 mV'", "line 17", &["double quotes"]),
        ("\"B->A\"", "\u{201c}B->A\u{201d}", "line 24", &["straight"]),
        ("\"B->A\"", "B->A", "line 24", &["quotes", "\"B->A\""]),
        ("a_minus: 0.021", "pairing: all-to-all", "line 22", &["quotes", "\"all-to-all\""]),
        ("schema: 2,", "schema: 2, # two", "line 2", &["//"]),
        ("Probability(0.5)", "Probability(50%)", "line 19", &["0.5"]),
        // what stands in the wrong place or twice
        ("schema: 2", "schema: \"2\"", "line 2, column 12", &["whole number"]),
        ("schema: 2", "schema: two", "line 2, column 12", &["whole number"]),
        ("schema: 2", "schema: 2.0", "line 2", &["comma"]),
        ("schema: 2,", "schema: 2,,", "line 2, column 15", &["before this comma"]),
        ("schema: 2", "schema:: 2", "line 2", &["colon", "twice"]),
        ("schema: 2,", "schema: 2, schema: 2,", "line 2", &["schema is given twice"]),
        ("size: 100,", "size: ,", "line 12", &["value is missing"]),
        ("look_for: [", "look-for: [", "line 6", &["look_for"]),
        ("schema: 2,", "schema: 2, /* two", "line 2", &["comment", "*/"]),
        ("Preset(", "Network(", "line 1", &["Preset"]),
        ("Preset(", "Preset {", "line 1", &["Preset(schema: 2"]),
        ("Preset(", "{", "line 1, column 1", &["Preset(schema: 2"]),
        ("Preset(\n    schema: 2,", "schema: 2\n", "line 1", &["Preset(schema: 2"]),
        ("noise->A\": (wiring: OneToOne", "noise->A\": (multapses: True, wiring: OneToOne", "multapses", &["true, false"]),
        // what is read as a tree
        ("bounds: \"hard\"", "bounds: hard", "projections.\"A->B\".rule.bounds", &["\"hard\""]),
        ("delay: \"5 ms\"),", "delay: \"5 ms\", receptor: excitatory),", "projections.\"B->A\".receptor", &["\"excitatory\""]),
        ("\"B->A\"", "\"B\u{2192}A\"", "projections.\"B\u{2192}A\"", &["\"B->A\""]),
        ("\"B->A\"", "\"B=>A\"", "projections.\"B=>A\"", &["\"B->A\""]),
    ] {
        let message = message(from, to);
        assert!(message.contains(place) && facts.iter().all(|fact| message.contains(fact)), "{to}: {place}, {facts:?} in {message}");
        assert!(!message.contains("Expected") && message.lines().count() == 1, "{message}");
    }
    let fault = NetworkSpec::from_ron("(populations: {\"A\": (size: 1 model: Lif())})").unwrap_err();
    assert!(fault[0].message.contains("comma") && fault[0].message.contains("line 1, column 30"), "{fault}");
    let empty = Preset::parse("", Path::new("p.ron")).err().map_or_else(String::new, |error| error.to_string());
    assert!(empty.contains("Preset(schema: 2"), "{empty}");
    let path = Path::new("p.ron");
    assert!(matches!(NetworkPreset::parse("Preset(", path), Err(PresetError::Malformed { .. })));
}

#[test]
fn suggestions_are_near_and_of_the_same_kind() {
    let names = ["tau_m", "E", "Lif", "Poisson"];
    let near = |name: &str| nearest(name, names.into_iter());
    assert_eq!([near("LIF"), near("Lyf"), near("poison"), near("tau_mm")], [Some("Lif"), Some("Lif"), Some("Poisson"), Some("tau_m")]);
    assert_eq!([near("I"), near("xy"), near("Fi"), near("tauxx")], [None; 4]);
    let mut network = NetworkSpec::from_ron(crate::faults::SMALL).unwrap();
    let mut told = |path: &str| network.set(&path.parse().unwrap(), "1 ms").unwrap_err().to_string();
    assert!(told("noisy.rate").contains("\"noise\"") && told("\"E=>I\".delay").contains("\"E->I\""));
    assert!(!told("noise_E.rate").contains("noise->E") && !told("X.rate").contains("did you mean"));
}

#[test]
fn advice_about_receptors_names_those_of_the_model() {
    let text = crate::faults::SMALL;
    let both = NetworkSpec::from_ron(&text.replace("\"-0.4 mV\"", "Uniform(\"-1 mV\", \"1 mV\")")).unwrap_err();
    assert!(both[0].message.contains("\"excitatory\", \"inhibitory\", \"current\""), "{both}");
    let competing = text.replace(
        "\"E\": (size: 80, model: Lif(tau_m: \"20 ms\"), start: {\"v\": Uniform(\"-65 mV\", \"-50 mV\")})",
        "\"E\": (size: 80, model: CompetingLif())",
    );
    let negative = NetworkSpec::from_ron(&competing).unwrap_err();
    let message = &negative[0].message;
    assert!(
        negative[0].path == "projections.\"I->E\".weight" && message.contains("CompetingLif") && message.ends_with("excitatory"),
        "{negative}"
    );
}
