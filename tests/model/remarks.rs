//! What has no effect in a valid network is remarked on by its path; the shipped presets have none.

use crate::faults::SMALL;
use spikescope::model::template::Frame;
use spikescope::model::{NetworkSpec, TaskSpec};
use spikescope::preset::{NetworkPreset, Opened, Preset, open, shipped};
use std::path::Path;

const FREE: &str = "FreeRun(duration: \"1 s\")";

const OWN: &str = r#"(
    dt: "1 ms",
    populations: {
        "image": (shape: (8, 8), model: Image(code: "latency")),
        "hidden": (shape: (6, 6, 8), model: SiteLif()),
        "out": (size: 20, model: EscapeNoise()),
    },
    projections: {
        "image->hidden": (wiring: Shared(size: 3, stride: 1), weight: Noise, delay: "0 ms", rule: FilterStdp()),
        "hidden->out": (wiring: AllToAll, weight: "0 mV", delay: "1 ms", rule: RMax(classes: 4)),
    },
)"#;

const LEARN: &str = "Classify(present: \"25 ms\", stages: [([\"image->hidden\"], 20)])";

/// The paths of the remarks on a network with a task.
fn remarks(network: &str, task: &str) -> Vec<String> {
    let text = format!("Preset(schema: 2, title: \"t\", network: {network}, task: {task})");
    let preset = NetworkPreset::parse(&text, Path::new("t.ron")).unwrap_or_else(|error| panic!("{error}"));
    preset.network.remarks(&preset.task).into_iter().map(|remark| remark.path).collect()
}

#[test]
fn what_has_no_effect_is_remarked_on_by_path() {
    assert_eq!(remarks(SMALL, FREE), [""; 0]);
    assert_eq!(remarks(OWN, LEARN), [""; 0]);
    let driven = "(populations: {\"A\": (size: 1, model: Lif())}, projections: {\"A->A\": (wiring: AllToAll, self_connections: true, weight: \"1 mV\", delay: \"1 ms\")})";
    assert_eq!(remarks(driven, FREE), ["populations"]);
    for (from, to) in [
        ("Lif()", "Lif(ri: \"15 mV\")"),
        ("Lif()", "Lif(sigma: \"2 mV\")"),
        ("Lif()", "Lif(), start: {\"v\": \"-50 mV\"}"),
        ("Lif()", "Lif(), start: {\"v\": Normal(\"-60 mV\", \"1 mV\")}"),
        ("Lif()", "Lif(e_l: \"-40 mV\")"),
    ] {
        assert_eq!(remarks(&driven.replace(from, to), FREE), [""; 0], "{to}");
    }
    let below = driven.replace("Lif()", "Lif(ri: \"14.9 mV\")");
    assert_eq!(remarks(&below, FREE), ["populations.\"A\".model.v_th"]);
}

/// A threshold given relative to rest: 20 mV is 85 mV above the default rest of -65 mV.
#[test]
fn a_threshold_that_the_input_cannot_reach_is_remarked_on() {
    let driven = r#"(
        populations: {
            "noise": (size: 200, model: Poisson(rate: "600 Hz")),
            "E": (size: 100, model: Lif(v_th: "20 mV", tau_syn_exc: "5 ms")),
            "I": (size: 50, model: Lif()),
        },
        projections: {
            "noise->E": (wiring: Indegree(10), weight: "1.5 mV", delay: "1 ms"),
            "E->I": (wiring: Indegree(20), weight: "2 mV", delay: "1 ms"),
            "E->E": (wiring: Indegree(20), weight: "2 mV", delay: "1 ms"),
        },
    )"#;
    // E never fires, so that nothing reaches I; spikes of E cannot raise E
    let out = ["populations.\"I\"", "populations.\"E\".model.v_th"];
    assert_eq!(remarks(driven, FREE), out);
    let text = format!("Preset(schema: 2, title: \"t\", network: {driven}, task: {FREE})");
    let preset = NetworkPreset::parse(&text, Path::new("t.ron")).unwrap();
    let message = preset.network.remarks(&preset.task).pop().unwrap().message;
    // 10 x 600 Hz x 1.5 mV x 5 ms
    assert!(["20 mV", "85 mV above", "-65 mV", "45 mV on average"].iter().all(|fact| message.contains(fact)), "{message}");
    // the same neurons in other places, and other causes to fire
    for (from, to) in [
        ("v_th: \"20 mV\"", "v_th: \"-45 mV\""),
        ("v_th: \"20 mV\"", "v_th: \"20 mV\", e_l: \"0 mV\", v_reset: \"10 mV\""),
        ("v_th: \"20 mV\"", "v_th: \"20 mV\", ri: \"30 mV\""),
        ("v_th: \"20 mV\"", "v_th: \"20 mV\", sigma: \"5 mV\""),
        ("weight: \"1.5 mV\"", "weight: Uniform(\"1 mV\", \"2.5 mV\")"),
        ("600 Hz", "1200 Hz"),
        ("weight: \"1.5 mV\", delay: \"1 ms\"", "weight: \"1.5 mV\", delay: \"1 ms\", rule: PairStdp(w_max: \"3 mV\")"),
        ("Lif(v_th", "CompetingLif(v_th"),
    ] {
        let changed = driven.replacen(from, to, 1);
        let changed = if to.contains("Competing") { changed.replace(", tau_syn_exc: \"5 ms\"", "") } else { changed };
        assert_eq!(remarks(&changed, FREE), [""; 0], "{to}");
    }
    // rare large pulses: four at once reach the threshold, one does not
    let rare = |weight: &str| {
        format!(
            "(populations: {{\"noise\": (size: 9, model: Poisson(rate: \"0.1 Hz\")), \"A\": (size: 9, model: Lif())}}, \
             projections: {{\"noise->A\": (wiring: OneToOne, weight: \"{weight}\", delay: \"1 ms\")}})"
        )
    };
    assert_eq!([remarks(&rare("4 mV"), FREE).len(), remarks(&rare("2 mV"), FREE).len()], [0, 1]);
    // a neuron with conductances does not pass the reversal potential
    let bounded = driven.replace("Lif(v_th: \"20 mV\"", "LifCond(v_th: \"20 mV\"").replace("weight: \"1.5 mV\"", "weight: \"50 nS\"");
    let bounded = bounded.replace("\"E->E\": (wiring: Indegree(20), weight: \"2 mV\"", "\"E->E\": (wiring: Indegree(20), weight: \"2 nS\"");
    assert_eq!(remarks(&bounded, FREE), out);
    assert_eq!(remarks(&bounded.replace("v_th: \"20 mV\"", "v_th: \"-20 mV\""), FREE), [""; 0]);
    // given spikes can arrive together
    let given = |times: &str| {
        format!(
            "(populations: {{\"kick\": (size: 3, model: SpikeSource(spikes: [[{times}], [{times}], [{times}]])), \"A\": (size: 2, model: Lif())}}, \
             projections: {{\"kick->A\": (wiring: Explicit([(0, 0), (1, 0), (2, 0), (1, 1)]), weight: \"3 mV\", delay: \"1 ms\")}})"
        )
    };
    assert_eq!([remarks(&given("\"1 ms\""), FREE).len(), remarks(&given("\"1 ms\", \"2 ms\""), FREE).len()], [1, 0]);
}

#[test]
fn neurons_that_can_only_fire_together_are_remarked_on() {
    let alike = "(populations: {\"noise\": (size: 50, model: Poisson()), \"A\": (size: 20, model: Lif())}, \
        projections: {\"noise->A\": (wiring: AllToAll, weight: \"1 mV\", delay: \"1 ms\")})";
    assert_eq!(remarks(alike, FREE), ["populations.\"A\""]);
    // each gets the spikes of all others, which are equal too
    let coupled = alike.replacen("\"noise->A\"", "\"A->A\": (wiring: AllToAll, weight: \"1 mV\", delay: \"1 ms\"), \"noise->A\"", 1);
    assert_eq!(remarks(&coupled, FREE), ["populations.\"A\""]);
    for (from, to) in [
        ("size: 20", "size: 1"),
        ("AllToAll", "Probability(0.5)"),
        ("\"1 mV\"", "Uniform(\"0 mV\", \"2 mV\")"),
        ("\"1 ms\"", "Uniform(\"1 ms\", \"2 ms\")"),
        ("Lif()", "Lif(sigma: \"1 mV\")"),
        ("Lif()", "Lif(), start: {\"v\": Uniform(\"-65 mV\", \"-50 mV\")}"),
        ("\"noise->A\"", "\"A->A\": (wiring: Indegree(5), weight: \"1 mV\", delay: \"1 ms\"), \"noise->A\""),
    ] {
        assert!(alike.contains(from));
        assert_eq!(remarks(&alike.replacen(from, to, 1), FREE), [""; 0], "{to}");
    }
}

#[test]
fn each_kind_of_idle_part_is_found_alone() {
    for (network, task, from, to, paths) in [
        (SMALL, FREE, "\"noise\": (", "\"idle\": (size: 3, model: Lif()), \"noise\": (", &["populations.\"idle\""][..]),
        (SMALL, FREE, "weight: \"-0.4 mV\"", "weight: \"0 mV\"", &["projections.\"I->E\".weight"]),
        (SMALL, FREE, "Probability(0.2)", "Probability(0)", &["projections.\"I->E\".wiring"]),
        (SMALL, FREE, "Indegree(10)", "Indegree(0)", &["projections.\"E->I\".wiring"]),
        (SMALL, FREE, "PairStdp(a_plus: 0.02)", "PairStdp(a_plus: 0, a_minus: 0)", &["projections.\"E->E\".rule"]),
        (SMALL, FREE, "PairStdp(a_plus: 0.02)", "PairStdp(bounds: \"hard\", mu_minus: 0.4)", &["projections.\"E->E\".rule"]),
        (SMALL, FREE, "PairStdp(a_plus: 0.02)", "RStdp()", &["projections.\"E->E\".rule"]),
        // the kicks reach I, but two of them do not make it fire
        (SMALL, FREE, "rate: \"1 kHz\"", "rate: \"0 Hz\"", &["populations.\"E\"", "populations.\"I\".model.v_th"]),
        (SMALL, "FreeRun(duration: \"1 ms\")", "rate: \"1 kHz\"", "rate: \"0 Hz\"", &["populations"]),
        // E is inhibited only
        (
            SMALL,
            FREE,
            "weight: \"0.1 mV\", delay: \"1 ms\"",
            "weight: \"-0.1 mV\", delay: \"1 ms\"",
            &["populations.\"E\"", "populations.\"I\".model.v_th"],
        ),
        (OWN, LEARN, ", rule: RMax(classes: 4)", "", &["projections.\"hidden->out\".weight", "populations.\"out\""]),
        (OWN, "Classify(present: \"25 ms\")", "", "", &["projections.\"image->hidden\".rule"]),
        (OWN, "Classify(present: \"25 ms\", stages: [([\"image->hidden\"], 0)])", "", "", &["projections.\"image->hidden\".rule"]),
        (
            OWN,
            "Classify(present: \"25 ms\", stages: [([\"image->hidden\"], 9)], reward_mode: \"off\")",
            "",
            "",
            &["projections.\"hidden->out\".rule"],
        ),
        (
            OWN,
            "Classify(present: \"25 ms\", stages: [([\"image->hidden\"], 9)], reward_right: 0)",
            "",
            "",
            &["projections.\"hidden->out\".rule"],
        ),
        (
            OWN,
            "Classify(present: \"25 ms\", reward_mode: \"off\")",
            "",
            "",
            &["projections.\"image->hidden\".rule", "projections.\"hidden->out\".rule", "projections"],
        ),
        (
            OWN,
            "Classify(present: \"25 ms\")",
            "weight: Noise, delay: \"0 ms\", rule: FilterStdp()",
            "weight: \"0 mV\", delay: \"0 ms\"",
            &["projections.\"image->hidden\".weight", "populations.\"out\"", "populations.\"hidden\""],
        ),
    ] {
        assert!(network.contains(from), "{from}");
        let network = network.replacen(from, to, 1);
        assert_eq!(remarks(&network, task), paths, "{from} -> {to}, {task}");
    }
}

#[test]
fn the_shipped_presets_have_no_remarks() {
    for path in shipped() {
        let preset = match open(&path).unwrap() {
            Opened::Network(preset) => Some(*preset),
            Opened::Experiment(preset) => preset.written_out(Frame::MNIST),
        };
        let Some(preset) = preset else { continue };
        assert_eq!(preset.network.remarks(&preset.task), [], "{}", path.display());
    }
    let off = |name: &str| {
        let mut preset = Preset::load(&Path::new("built-in:").join(name)).unwrap();
        preset.params.set_text("reward_mode", "off").unwrap();
        let preset = preset.written_out(Frame::MNIST).unwrap();
        preset.network.remarks(&preset.task).len()
    };
    assert_eq!([off("mnist-rstdp.ron"), off("mnist-gabor-rstdp.ron"), off("mnist-diehl-cook-100.ron")], [2, 2, 0]);
}

#[test]
fn delays_are_allowed_in_ms() {
    let range = |network: &str, path: &str| NetworkSpec::from_ron(network).unwrap().entry(&path.parse().unwrap()).unwrap().range;
    assert_eq!(range(SMALL, "E->I.delay"), "0.1 to 6553.5 ms");
    let coarse = "(dt: \"0.7 ms\", populations: {\"A\": (size: 2, model: Lif(t_ref: \"1.4 ms\"))}, projections: {\"A->A\": (wiring: AllToAll, weight: \"1 mV\", delay: \"0.7 ms\")})";
    assert_eq!(range(coarse, "A->A.delay"), "0.7 to 45874.5 ms");
    assert_eq!([range(OWN, "image->hidden.delay"), range(OWN, "hidden->out.delay")], ["0 ms", "1 to 65535 ms"]);
    let mut network = NetworkSpec::from_ron(SMALL).unwrap();
    let fault = network.set(&"E->I.delay".parse().unwrap(), "abc ms").unwrap_err();
    assert!(fault[0].message.contains("0.1 to 6553.5 ms"), "{fault}");
}

#[test]
fn a_network_without_a_task_of_images_needs_no_rule() {
    let network = NetworkSpec::from_ron(&SMALL.replace(", rule: PairStdp(a_plus: 0.02)", "")).unwrap();
    assert_eq!(network.remarks(&TaskSpec::free(100.0)), []);
}
