//! Every fault is found, at its place, with the given value and what is allowed; all faults of a file at once.

use spikescope::model::{Distribution, Fault, FaultList, Lif, ModelSpec, NetworkSpec, PopulationSpec, ProjectionSpec, RuleSpec, Wiring};
use spikescope::preset::Preset;
use std::path::Path;

/// A valid network, in which each case replaces one text.
pub(crate) const SMALL: &str = r#"(
    dt: "0.1 ms",
    populations: {
        "E": (size: 80, model: Lif(tau_m: "20 ms"), start: {"v": Uniform("-65 mV", "-50 mV")}),
        "I": (size: 20, model: Lif()),
        "noise": (size: 80, model: Poisson(rate: "1 kHz")),
        "kicks": (size: 2, model: SpikeSource(spikes: [["1 ms", "5.5 ms"], []])),
    },
    projections: {
        "E->I": (wiring: Indegree(10), weight: "0.1 mV", delay: Uniform("0.5 ms", "2.5 ms")),
        "I->E": (wiring: Probability(0.2), weight: "-0.4 mV", delay: "1.5 ms"),
        "E->E": (wiring: Probability(0.1), weight: "0.1 mV", delay: "1.5 ms", rule: PairStdp(a_plus: 0.02)),
        "noise->E": (wiring: OneToOne, weight: "0.1 mV", delay: "1 ms"),
        "kicks->I": (wiring: Explicit([(0, 3), (1, 4)]), weight: "5 mV", delay: "1 ms", receptor: "current"),
    },
)"#;

/// The faults of the network with one text replaced.
fn faults(from: &str, to: &str) -> Vec<Fault> {
    assert!(SMALL.contains(from), "{from}");
    NetworkSpec::from_ron(&SMALL.replacen(from, to, 1)).err().map_or_else(Vec::new, Vec::from)
}

#[test]
fn a_poisson_source_fires_up_to_a_hundred_times_in_a_step() {
    let network = |rate: &str| format!("(dt: \"1 ms\", populations: {{\"n\": (size: 2, model: Poisson(rate: \"{rate}\"))}})");
    assert!(NetworkSpec::from_ron(&network("100 kHz")).is_ok());
    let faults = NetworkSpec::from_ron(&network("101 kHz")).unwrap_err();
    assert!(faults.len() == 1 && faults[0].message.contains("100000 Hz") && faults[0].path.ends_with("rate"), "{faults:?}");
}

/// What a user of the library writes: faults pass through `?` as any error does.
fn built(text: &str) -> Result<NetworkSpec, Box<dyn std::error::Error + Send + Sync>> {
    let mut network = NetworkSpec::from_ron(text)?;
    network.set(&"E.tau_m".parse()?, "10 ms")?;
    network.check()?;
    spikescope::experiment::FreeRun::new(network.clone(), 1)?;
    Ok(network)
}

#[test]
fn faults_are_errors_with_a_line_each() {
    assert!(built(SMALL).is_ok());
    let one = built(&SMALL.replacen("size: 80", "size: 0", 1)).unwrap_err();
    assert!(one.downcast_ref::<FaultList>().is_some_and(|faults| faults.len() == 1), "{one}");
    assert_eq!(one.to_string().lines().count(), 1);
    let error = built(&SMALL.replacen("size: 80", "size: 0", 1).replace("\"-0.4 mV\"", "0.4")).unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert!(lines.len() == 3 && lines[0].contains('2') && lines[1].contains("size") && lines[2].contains("weight"), "{error}");
    // what `main` prints of an error that it returns
    let many = built(&SMALL.replacen("size: 80", "size: 0", 1).replace("\"-0.4 mV\"", "0.4")).unwrap_err();
    assert_eq!(format!("{many:?}"), many.to_string());
    let preset =
        |title: &str| format!("Preset(schema: 2, {title}network: {}, task: FreeRun(duration: \"1 s\"))", SMALL.replacen("80", "0", 1));
    let shown = |title: &str| format!("{:?}", spikescope::preset::NetworkPreset::parse(&preset(title), Path::new("p.ron")).unwrap_err());
    assert_eq!((shown("").lines().count(), shown("title: \"t\", ").lines().count()), (3, 1));
    assert!(shown("").starts_with("p.ron: 2 faults\n") && !shown("").contains("Faults {"), "{}", shown(""));
    let fault: Box<dyn std::error::Error> = Fault { path: "E.v".to_owned(), message: "no".to_owned() }.into();
    assert_eq!(fault.to_string(), "E.v: no");
}

#[test]
fn the_network_of_these_tests_is_valid() {
    assert!(NetworkSpec::from_ron(SMALL).is_ok(), "{:?}", NetworkSpec::from_ron(SMALL));
}

#[test]
fn each_fault_is_named_alone_with_its_path_and_facts() {
    let mut wrong = Vec::new();
    for (from, to, path, facts) in [
        // the time step
        ("\"0.1 ms\"", "\"0 ms\"", "dt", &["0 ms", "0.001 to 10 ms"][..]),
        ("\"0.1 ms\"", "0.1", "dt", &["0.1", "0.1 ms"]),
        ("\"0.1 ms\"", "\"NaN\"", "dt", &["NaN", "0.001 to 10 ms"]),
        ("dt:", "dtt:", "dtt", &["dt"]),
        // populations
        ("size: 80", "size: 1000000000000", "populations.\"E\".size", &["1000000000000", "1 to 4294967295"]),
        ("size: 80", "size: 0", "populations.\"E\".size", &["0", "1 to 4294967295"]),
        ("size: 80", "size: 2.5", "populations.\"E\".size", &["2.5", "1 to 4294967295"]),
        ("size: 80", "size: \"80\"", "populations.\"E\".size", &["\"80\"", "1 to 4294967295"]),
        ("size: 80, model: Lif(tau", "model: Lif(tau", "populations.\"E\".size", &["missing", "size: 100"]),
        ("size: 80,", "size: 80, shape: (8, 10),", "populations.\"E\".shape", &["remove"]),
        ("size: 80", "shape: (100000, 100000)", "populations.\"E\".shape", &["100000 x 100000", "4294967295"]),
        ("size: 80,", "size: 80, colour: \"red\",", "populations.\"E\".colour", &["size, shape, model, start"]),
        ("\"noise\": (", "\"x->y\": (size: 1, model: Lif()), \"noise\": (", "populations.\"x->y\"", &["->"]),
        ("model: Lif()", "model: Lyf()", "populations.\"I\".model", &["Lyf", "did you mean Lif", "SpikeSource"]),
        ("model: Lif()", "model: \"Lif\"", "populations.\"I\".model", &["\"Lif\"", "Poisson"]),
        // fields of a model
        ("\"20 ms\"", "\"0 ms\"", "populations.\"E\".model.tau_m", &["0 ms", "1 to 1000 ms"]),
        ("\"20 ms\"", "\"20 mV\"", "populations.\"E\".model.tau_m", &["\"mV\"", "1 to 1000 ms"]),
        ("\"20 ms\"", "20", "populations.\"E\".model.tau_m", &["20", "\"20 ms\""]),
        ("\"20 ms\"", "\"20\"", "populations.\"E\".model.tau_m", &["20", "\"20 ms\""]),
        ("\"20 ms\"", "\"NaN ms\"", "populations.\"E\".model.tau_m", &["NaN", "1 to 1000 ms"]),
        ("\"20 ms\"", "inf", "populations.\"E\".model.tau_m", &["inf"]),
        ("\"20 ms\"", "\"1e400 ms\"", "populations.\"E\".model.tau_m", &["inf ms", "1 to 1000 ms"]),
        ("\"20 ms\"", "[1]", "populations.\"E\".model.tau_m", &["1 to 1000 ms"]),
        ("tau_m:", "tau_n:", "populations.\"E\".model.tau_n", &["tau_m"]),
        ("tau_m: \"20 ms\"", "v_reset: \"-40 mV\"", "populations.\"E\".model.v_reset", &["-40 mV", "-50 mV", "raise v_th"]),
        (
            "model: Lif()",
            "model: Lif(), params: (tau_m: \"20 ms\")",
            "populations.\"I\".params",
            &["params does not exist", "within the model"],
        ),
        ("tau_m: \"20 ms\"", "t_ref: \"0.25 ms\"", "populations.\"E\".model.t_ref", &["0.25 ms", "0.1 ms"]),
        ("\"1 kHz\"", "\"1100 kHz\"", "populations.\"noise\".model.rate", &["1100000 Hz", "1000000 Hz"]),
        ("[[\"1 ms\", \"5.5 ms\"], []]", "[[\"1 ms\", \"5.5 ms\"]]", "populations.\"kicks\".model.spikes", &["1 list", "2 neurons"]),
        ("\"5.5 ms\"", "\"0.5 ms\"", "populations.\"kicks\".model.spikes[0]", &["0.5 ms", "sort"]),
        ("\"5.5 ms\"", "\"5.55 ms\"", "populations.\"kicks\".model.spikes[0]", &["5.55 ms", "0.1 ms"]),
        ("\"5.5 ms\"", "5.5", "populations.\"kicks\".model.spikes[0]", &["\"5.5 ms\""]),
        ("\"20 ms\"", "Some(\"20 ms\")", "populations.\"E\".model.tau_m", &["Some(..)", "1 to 1000 ms"]),
        ("\"20 ms\"", "None", "populations.\"E\".model.tau_m", &["None", "1 to 1000 ms"]),
        // start values
        ("\"v\":", "\"u\":", "populations.\"E\".start.\"u\"", &["Lif", "v"]),
        ("\"-65 mV\", \"-50 mV\"", "\"-50 mV\", \"-65 mV\"", "populations.\"E\".start.\"v\"", &["-50 mV", "-65 mV", "exchange"]),
        ("\"-65 mV\", \"-50 mV\"", "\"-65 mV\"", "populations.\"E\".start.\"v\"", &["Uniform", "Normal"]),
        // projections
        ("\"E->I\"", "\"E->Inh\"", "projections.\"E->Inh\".to", &["\"Inh\"", "\"I\"", "\"noise\""]),
        ("\"E->I\": (", "\"to I\": (to: \"I\", ", "projections.\"to I\".from", &["missing", "E->I"]),
        ("\"I->E\": (", "\"I->E\": (from: \"noise\", to: \"X\", ", "projections.\"I->E\".to", &["\"X\"", "\"E\""]),
        ("\"noise->E\": (", "\"back\": (from: \"E\", to: \"noise\", ", "projections.\"back\".to", &["Poisson", "receives nothing"]),
        (
            "receptor: \"current\"",
            "receptor: \"nmda\"",
            "projections.\"kicks->I\".receptor",
            &["\"nmda\"", "excitatory, inhibitory, current"],
        ),
        ("\"-0.4 mV\"", "Uniform(\"-1 mV\", \"1 mV\")", "projections.\"I->E\".receptor", &["both signs"]),
        ("\"-0.4 mV\"", "Normal(\"0 mV\", \"1 mV\")", "projections.\"I->E\".receptor", &["both signs"]),
        ("\"-0.4 mV\"", "Normal(\"-1 mV\", \"-1 mV\")", "projections.\"I->E\".weight", &["-1 mV", "0 to"]),
        ("\"-0.4 mV\"", "\"-0.4 ms\"", "projections.\"I->E\".weight", &["\"ms\"", "mV"]),
        ("\"-0.4 mV\"", "-0.4", "projections.\"I->E\".weight", &["-0.4", "\"-0.4 mV\""]),
        ("\"-0.4 mV\"", "\"-40 V\"", "projections.\"I->E\".weight", &["-40000 mV", "-10000 to 10000 mV"]),
        // delays
        ("delay: \"1.5 ms\"", "delay: \"0.05 ms\"", "projections.\"I->E\".delay", &["0.05 ms", "one step of 0.1 ms"]),
        ("delay: \"1.5 ms\"", "delay: \"0 ms\"", "projections.\"I->E\".delay", &["0 ms", "one step of 0.1 ms"]),
        ("delay: \"1.5 ms\"", "delay: \"10 s\"", "projections.\"I->E\".delay", &["10000 ms", "65535 steps", "6553.5 ms"]),
        ("delay: \"1.5 ms\"", "delay: \"1.55 ms\"", "projections.\"I->E\".delay", &["1.55 ms", "0.1 ms"]),
        ("delay: \"1.5 ms\"", "delay: \"-1 ms\"", "projections.\"I->E\".delay", &["-1 ms", "0.1 ms"]),
        ("Uniform(\"0.5 ms\", \"2.5 ms\")", "Uniform(\"0 ms\", \"2.5 ms\")", "projections.\"E->I\".delay", &["0 ms", "0.1 ms"]),
        ("Uniform(\"0.5 ms\", \"2.5 ms\")", "Uniform(\"2 ms\", \"1 ms\")", "projections.\"E->I\".delay", &["2 ms", "1 ms"]),
        ("delay: \"1.5 ms\"", "delay: \"1.5 mV\"", "projections.\"I->E\".delay", &["\"mV\"", "0.1 to 6553.5 ms"]),
        (", delay: \"1.5 ms\")", ")", "projections.\"I->E\".delay", &["missing", "\"1 ms\""]),
        // wirings
        ("Probability(0.2)", "Probability(1.2)", "projections.\"I->E\".wiring", &["1.2", "0 to 1"]),
        ("Probability(0.2)", "Probability(NaN)", "projections.\"I->E\".wiring", &["NaN", "0 to 1"]),
        ("Probability(0.2)", "Probability(\"20 %\")", "projections.\"I->E\".wiring", &["0 to 1"]),
        ("Probability(0.2)", "Probability", "projections.\"I->E\".wiring", &["0 to 1"]),
        ("Probability(0.2)", "Probabilty(0.2)", "projections.\"I->E\".wiring", &["did you mean Probability"]),
        ("Indegree(10)", "fixed_indegree(16)", "projections.\"E->I\".wiring", &["is called Indegree(16) here"]),
        (
            "Indegree(10)",
            "{\"rule\": \"fixed_indegree\", \"indegree\": 16}",
            "projections.\"E->I\".wiring",
            &["a map in braces", "is called Indegree(16) here"],
        ),
        ("Indegree(10)", "(rule: \"pairwise_bernoulli\", p: 0.3)", "projections.\"E->I\".wiring", &["is called Probability(0.3) here"]),
        ("Indegree(10)", "FixedIndegree", "projections.\"E->I\".wiring", &["is called Indegree("]),
        ("Indegree(10)", "Indegree(-1)", "projections.\"E->I\".wiring", &["-1", "0 to 4294967295"]),
        ("Indegree(10)", "Indegree(81), multapses: false", "projections.\"E->I\".wiring", &["81", "80", "multapses"]),
        ("Indegree(10)", "Outdegree(21), multapses: false", "projections.\"E->I\".wiring", &["21", "20"]),
        ("Indegree(10)", "OneToOne", "projections.\"E->I\".wiring", &["80", "20"]),
        ("Indegree(10)", "AllToAll, multapses: false", "projections.\"E->I\".multapses", &["AllToAll", "Indegree"]),
        ("Indegree(10)", "AllToAll, self_connections: true", "projections.\"E->I\".self_connections", &["remove"]),
        ("Indegree(10)", "AllToAll, self_connections: 1", "projections.\"E->I\".self_connections", &["true, false"]),
        ("(1, 4)", "(2, 4)", "projections.\"kicks->I\".wiring", &["(2, 4)", "0 to 1"]),
        ("(1, 4)", "(1, 20)", "projections.\"kicks->I\".wiring", &["(1, 20)", "0 to 19"]),
        ("(1, 4)", "(1, -4)", "projections.\"kicks->I\".wiring", &["whole numbers"]),
        ("Probability(0.1)", "OneToOne", "projections.\"E->E\".wiring", &["itself", "self_connections"]),
        ("Probability(0.1)", "Explicit([(3, 3)])", "projections.\"E->E\".wiring", &["(3, 3)", "self_connections"]),
        ("Probability(0.1)", "Indegree(80), multapses: false", "projections.\"E->E\".wiring", &["80", "79"]),
        // rules
        ("PairStdp(a_plus: 0.02)", "VoltageStdp()", "projections.\"E->E\".rule", &["VoltageStdp", "PairStdp"]),
        ("PairStdp(a_plus: 0.02)", "Stdp()", "projections.\"E->E\".rule", &["Stdp", "Probability", "AllToAll"]),
        ("a_plus: 0.02", "alpha: 1.05", "projections.\"E->E\".rule.alpha", &["is called a_minus here", "alpha lambda"]),
        ("a_plus: 0.02", "a_plus: 3", "projections.\"E->E\".rule.a_plus", &["3", "0 to 2"]),
        ("a_plus: 0.02", "tau_plus: 20", "projections.\"E->E\".rule.tau_plus", &["\"20 ms\""]),
        ("a_plus: 0.02", "bounds: \"firm\"", "projections.\"E->E\".rule.bounds", &["firm", "soft, hard"]),
        ("a_plus: 0.02", "w_max: \"0.05 mV\"", "projections.\"E->E\".weight", &["0.1 mV", "0 to 0.05 mV"]),
        ("PairStdp(a_plus: 0.02)", "TripletStdp(tau_x: 101)", "projections.\"E->E\".rule.tau_x", &["\"101 ms\""]),
        ("PairStdp(a_plus: 0.02)", "TripletStdp(w_max: \"0.05 mV\")", "projections.\"E->E\".weight", &["0.1 mV", "0 to 0.05 mV"]),
        ("PairStdp(a_plus: 0.02)", "InhibitoryStdp()", "projections.\"E->E\".weight", &["InhibitoryStdp", "negative"]),
        ("PairStdp(a_plus: 0.02)", "SymmetricStdp(alpha: -1)", "projections.\"E->E\".rule.alpha", &["-1", "0 to 100"]),
        ("PairStdp(a_plus: 0.02)", "TsodyksMarkram(u: 0)", "projections.\"E->E\".rule.u", &["0.001 to 1"]),
        ("PairStdp(a_plus: 0.02)", "SynapticScaling(target: \"mean\")", "projections.\"E->E\".rule.target", &["mean", "rate, sum"]),
        (
            "\"-0.4 mV\"",
            "\"-0.4 mV\", rule: InhibitoryStdp(w_max: \"0.3 mV\")",
            "projections.\"I->E\".weight",
            &["-0.4 mV", "-0.3 to 0 mV"],
        ),
        ("\"-0.4 mV\"", "\"-0.4 mV\", rule: TripletStdp()", "projections.\"I->E\".weight", &["-0.4 mV", "0 to 1 mV"]),
        ("\"-0.4 mV\"", "\"-0.4 mV\", rule: PairStdp()", "projections.\"I->E\".weight", &["-0.4 mV", "PairStdp", "0 to 1 mV"]),
    ] {
        let found = faults(from, to);
        let right = matches!(&found[..], [fault] if fault.path == path && facts.iter().all(|fact| fault.message.contains(fact)) && !fault.message.contains('\n'));
        if !right {
            wrong.push(format!("{to}: {path}, {facts:?}, but {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_given_twice_are_noticed() {
    let twice = faults("\"I\": (size: 20", "\"E\": (size: 20");
    assert!(twice.iter().any(|fault| fault.path == "populations.\"E\"" && fault.message.contains("twice")), "{twice:?}");
    let twice = faults("\"I->E\": (", "\"E->I\": (");
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert_eq!(twice[0].path, "projections.\"E->I\"");
    let twice = faults("size: 20,", "size: 20, size: 30,");
    assert_eq!(twice.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), ["populations.\"I\".size"]);
    // paths could not tell a projection from a population
    let twice = faults("\"noise->E\": (", "\"E\": (from: \"noise\", to: \"E\", ");
    assert_eq!(twice.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), ["projections.\"E\""]);
}

#[test]
fn all_faults_of_a_file_are_reported_at_once() {
    let text = SMALL
        .replace("\"20 ms\"", "\"20 mV\"")
        .replace("size: 20,", "size: 1e12,")
        .replace("Probability(0.2)", "Probability(7)")
        .replace("\"E->I\"", "\"E->J\"")
        .replace("a_plus: 0.02", "a_plas: 0.02")
        .replace("delay: \"1 ms\", receptor", "delay: \"0.04 ms\", receptor");
    let found = NetworkSpec::from_ron(&text).unwrap_err();
    let paths: Vec<&str> = found.iter().map(|fault| fault.path.as_str()).collect();
    for path in [
        "populations.\"E\".model.tau_m",
        "populations.\"I\".size",
        "projections.\"I->E\".wiring",
        "projections.\"E->J\".to",
        "projections.\"E->E\".rule.a_plas",
        "projections.\"kicks->I\".delay",
    ] {
        assert!(paths.contains(&path), "{path} in {found:?}");
    }
    assert_eq!(paths.len(), 6, "{found:?}");
}

#[test]
fn a_network_made_in_code_is_checked_like_a_file() {
    let mut network = NetworkSpec::new(0.1);
    assert_eq!(network.check().unwrap_err()[0].path, "populations");
    network.populations.push(PopulationSpec::new("E", 10, ModelSpec::Lif(Lif::default())));
    assert_eq!(network.check(), Ok(()));
    let projection = ProjectionSpec::new("E->E", Wiring::Probability(0.5));
    for (weight, delay, path) in
        [(f64::NAN, 1.0, "weight"), (f64::INFINITY, 1.0, "weight"), (0.1, f64::NAN, "delay"), (0.1, 1e300, "delay")]
    {
        let (weight, delay) = (Distribution::Constant(weight), Distribution::Constant(delay));
        network.projections = vec![ProjectionSpec { weight, delay, ..projection.clone() }];
        let found = network.check().unwrap_err();
        assert_eq!(found.iter().map(|fault| fault.path.clone()).collect::<Vec<_>>(), [format!("projections.\"E->E\".{path}")]);
    }
    network.projections.clear();
    for (name, valid) in [("", false), (" E", false), ("a\nb", false), ("a.b", true), ("my pop", true), ("\u{3b1}\"", true)] {
        network.populations[0].name = name.to_owned();
        assert_eq!(network.check().is_ok(), valid, "{name:?}");
    }
    network.populations[0].name = "E".to_owned();
    let ModelSpec::Lif(lif) = &mut network.populations[0].model else { panic!("not a Lif") };
    lif.tau_m_ms = f64::NAN;
    assert_eq!(network.check().unwrap_err()[0].path, "populations.\"E\".model.tau_m");
}

#[test]
fn errors_of_syntax_name_their_line() {
    for (from, to, place) in [("size: 20,", "size: 20", "line 5"), ("\"I->E\": (", "\"I->E\" (", "line 11")] {
        let [fault] = &faults(from, to)[..] else { panic!("{to}") };
        assert!(fault.message.contains(place), "{fault}");
    }
    let [fault] = &NetworkSpec::from_ron(&format!("#![enable(implicit_some)]\n{SMALL}")).unwrap_err()[..] else { panic!("one fault") };
    assert!(fault.message.contains("extensions"), "{fault}");
    let mut deep = "[".repeat(100_000);
    assert!(NetworkSpec::from_ron(&deep).is_err());
    deep = format!("(populations: {}{})", "[".repeat(100), "]".repeat(100));
    assert!(NetworkSpec::from_ron(&deep).is_err());
}

#[test]
fn without_populations_their_projections_are_not_judged() {
    let paths: Vec<String> = faults("populations:", "people:").into_iter().map(|fault| fault.path).collect();
    assert_eq!(paths, ["populations", "people"]);
}

#[test]
fn comments_raw_texts_and_line_breaks_do_not_change_a_network() {
    let plain = NetworkSpec::from_ron(SMALL).unwrap();
    let odd = SMALL
        .replace("size: 80", "size /* a, (b: /* c */ */ :\r\n\t80 // d, e)\n")
        .replace("\"E->I\":", "r#\"E->I\"# :")
        .replace("\"1.5 ms\"", "\"1.5\\u{20}ms\"")
        .replace("[(0, 3), (1, 4)]", "[ ( 0,3, ) , (1, 4,), ]");
    assert_eq!(NetworkSpec::from_ron(&odd).as_ref(), Ok(&plain));
}

#[test]
fn a_file_full_of_pairs_is_read() {
    let pairs: Vec<(u32, u32)> = (0..60_000_u32).map(|k| (k * 7919 % 90_000, k * 7 % 90_000)).collect();
    let list: Vec<String> = pairs.iter().map(|(pre, post)| format!("({pre}, {post})")).collect();
    let text = format!(
        "(populations: {{\"A\": (size: 90000, model: Poisson()), \"B\": (size: 90000, model: Lif())}},
        projections: {{\"A->B\": (wiring: Explicit([{}]), weight: \"1 mV\", delay: \"1 ms\")}})",
        list.join(", ")
    );
    let network = NetworkSpec::from_ron(&text).unwrap();
    assert_eq!(network.projections[0].wiring, Wiring::Explicit(pairs));
    // the last pair out of range is found
    let wrong = text.replace(&format!("{}]", list[list.len() - 1]), "(90000, 0)]");
    let found = NetworkSpec::from_ron(&wrong).unwrap_err();
    assert!(found.len() == 1 && found[0].message.contains("pair 59999"), "{found:?}");
}

#[test]
fn a_rule_that_needs_a_matrix_is_refused_where_all_to_all_is_a_list() {
    let text = |to: &str, delay: &str, rule: &str| {
        format!(
            "(dt: \"1 ms\", populations: {{\"A\": (size: 9, model: CompetingLif()), \"B\": (size: 9, model: CompetingLif())}}, \
             projections: {{\"A->{to}\": (wiring: AllToAll, weight: Uniform(\"0 mV\", \"0.3 mV\"), delay: {delay}, rule: {rule})}})"
        )
    };
    for rule in ["Stdp()", "TrialRStdp(classes: 3)"] {
        NetworkSpec::from_ron(&text("B", "\"1 ms\"", rule)).unwrap();
        for (to, delay) in [("B", "Uniform(\"1 ms\", \"3 ms\")"), ("A", "\"1 ms\"")] {
            let found = NetworkSpec::from_ron(&text(to, delay, rule)).unwrap_err();
            let path = format!("projections.\"A->{to}\".rule");
            assert!(found.len() == 1 && found[0].path == path && found[0].message.contains("one delay"), "{found:?}");
        }
    }
    NetworkSpec::from_ron(&text("A", "\"1 ms\"", "PairStdp()")).unwrap();
}

#[test]
fn rules_in_continuous_time_are_refused_by_name_for_images_filters_and_trials() {
    let text = |from: &str, wiring: &str, rule: &str| {
        format!(
            "Preset(schema: 2, title: \"t\", network: (dt: \"1 ms\", populations: {{\"image\": (shape: (28, 28), model: Image()), \
             \"A\": (shape: (28, 28), model: Lif()), \"out\": (size: 10, model: Lif())}}, projections: {{\"image->A\": (wiring: AllToAll, \
             weight: \"0.1 mV\", delay: \"0 ms\"), \"x\": (from: \"{from}\", to: \"out\", wiring: {wiring}, weight: \"0 mV\", delay: \"{}\", \
             rule: {rule}())}}), task: Classify())",
            if from == "image" { "0 ms" } else { "1 ms" }
        )
    };
    let rules = ["RStdp", "TripletStdp", "InhibitoryStdp", "SymmetricStdp", "SynapticScaling", "TsodyksMarkram"];
    for rule in rules {
        assert!(RuleSpec::named(rule).unwrap().is_continuous(), "{rule}");
        for (from, wiring) in [("image", "AllToAll"), ("A", "Indegree(5)"), ("A", "AllToAll"), ("A", "Shared(size: 1)")] {
            let Err(error) = Preset::parse(&text(from, wiring, rule), Path::new("t.ron")) else { panic!("{rule} on {from}, {wiring}") };
            let message = error.to_string();
            assert!(message.contains(rule) && message.contains("rule"), "{rule} on {from}, {wiring}: {message}");
        }
    }
    let all: Vec<&str> = RuleSpec::NAMES.iter().copied().filter(|name| RuleSpec::named(name).unwrap().is_continuous()).collect();
    assert_eq!(all.len(), rules.len());
}
