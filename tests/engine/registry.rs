//! Files of schema 1 hold only what differs from the defaults, and parameters by name: their meaning depends on the registry
//! of version 0.1, which `tests/corpus/0.1/registry.tsv` freezes. Parameters and choices may be added, and ranges widened.

use super::common::file;
use spikescope::params::{Domain, ParamId};

/// What the registry says otherwise than the line of a parameter of version 0.1.
fn differences(line: &str) -> Vec<String> {
    let [name, unit, values, default] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let Some(spec) = ParamId::from_name(name).map(ParamId::spec) else { return vec![format!("{name} is gone")] };
    let number = |text: &str| text.parse::<f64>().unwrap();
    let mut faults = Vec::new();
    if spec.unit != unit {
        faults.push(format!("{name} had the unit \"{unit}\", has \"{}\"", spec.unit));
    }
    if spec.default.to_bits() != number(default).to_bits() {
        faults.push(format!("{name} had the default {default}, has {}", spec.default));
    }
    let (kind, values) = values.split_once(' ').unwrap();
    let limits = |low: f64, high: f64| {
        let (min, max) = values.split_once(' ').unwrap();
        low <= number(min) && number(max) <= high
    };
    let keeps = match (kind, spec.domain) {
        // a file names a choice, a state its index
        ("choice", Domain::Choice(words)) => words.join("|") == values || words.join("|").starts_with(&format!("{values}|")),
        ("real", Domain::Real { min, max, .. }) | ("whole", Domain::Integer { min, max } | Domain::Real { min, max, .. }) => {
            limits(min, max)
        }
        _ => false,
    };
    if !keeps {
        faults.push(format!("{name} allowed {kind} {values}, allows {}", spec.range_text()));
    }
    faults
}

#[test]
fn defaults_choices_and_ranges_of_version_0_1_keep_their_meaning() {
    let table = std::fs::read_to_string(file("tests/corpus/0.1/registry.tsv")).unwrap();
    let lines: Vec<&str> = table.lines().skip(1).collect();
    assert!(lines.len() > 100, "{} parameters", lines.len());
    let faults: Vec<String> = lines.iter().flat_map(|line| differences(line)).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_changed_default_unit_choice_or_range_is_found() {
    let spec = ParamId::TauM.spec();
    assert_eq!(differences(&format!("tau_m\tms\treal 2.0 500.0\t{:?}", spec.default)), Vec::<String>::new());
    assert_eq!(differences("tau_m\ts\treal 2.0 5000.0\t1.0").len(), 3);
    assert_eq!(differences("no_such_parameter\t\treal 0.0 1.0\t0.0").len(), 1);
    assert_eq!(differences("encoder\t\tchoice poisson\t0.0"), Vec::<String>::new());
    assert_eq!(differences("encoder\t\tchoice latency|poisson\t0.0").len(), 1);
}
