//! Sources of currents and regular spikes in descriptions: what fits, what is refused, edits and remarks.

use crate::faults::SMALL;
use spikescope::model::{Fault, NetworkSpec, Path, TaskSpec, Value, Wiring};

/// The network of the tests of faults with a step of current onto E.
fn with_step() -> String {
    let step = "\"step\": (size: 1, model: StepCurrent(ri: \"5 mV\", start: \"10 ms\", stop: \"20 ms\")),\n        \"kicks\":";
    let onto = "\"step->E\": (wiring: AllToAll, weight: Uniform(0.5, 1.5), delay: \"0 ms\"),\n        \"kicks->I\":";
    SMALL.replacen("\"kicks\":", step, 1).replacen("\"kicks->I\":", onto, 1)
}

fn faults(from: &str, to: &str) -> Vec<Fault> {
    let text = with_step();
    assert!(text.contains(from), "{from}");
    NetworkSpec::from_ron(&text.replacen(from, to, 1)).err().map_or_else(Vec::new, Vec::from)
}

#[test]
fn a_current_has_factors_as_weights_no_delay_and_no_receptor() {
    let network = NetworkSpec::from_ron(&with_step()).unwrap();
    let step = network.projection("step->E").unwrap();
    assert!(network.is_current(step) && network.weight_unit(step).is_empty());
    assert_eq!(NetworkSpec::from_ron(&network.to_ron()).as_ref(), Ok(&network));
    let line = &network.describe(None).projections[4];
    assert_eq!((line.name.as_str(), line.receptor.as_str(), line.shortest_delay_ms), ("step->E", "current", 0.0));
    assert!(network.describe(None).populations[0].unknown_input.iter().all(|name| name != "step->E"));
    let onto = "\"step->E\": (wiring: AllToAll, weight: Uniform(0.5, 1.5), delay: \"0 ms\"";
    let with = |more: &str| format!("{onto}, {more}");
    for (from, to, path, fact) in [
        ("delay: \"0 ms\"", "delay: \"1 ms\"", "projections.\"step->E\".delay", "0 ms"),
        ("Uniform(0.5, 1.5)", "\"1 mV\"", "projections.\"step->E\".weight", "mV"),
        ("stop: \"20 ms\"", "stop: \"10 ms\"", "populations.\"step\".model.stop", "above start"),
        ("start: \"10 ms\"", "start: \"10.05 ms\"", "populations.\"step\".model.start", "10.05"),
        (onto, &with("receptor: \"current\""), "projections.\"step->E\".receptor", "remove"),
        (onto, &with("rule: PairStdp()"), "projections.\"step->E\".rule", "remove"),
        (onto, &onto.replace("step->E", "step->noise"), "projections.\"step->noise\".to", "Lif, LifCond, AdEx, Izhikevich"),
    ] {
        let found = faults(from, to);
        assert!(found.iter().any(|fault| fault.path == path && fault.message.contains(fact)), "{to}: {found:?}");
    }
}

#[test]
fn uniform_noise_has_no_correlation_time() {
    let noise = |tau: &str| {
        NetworkSpec::from_ron(&format!(
            "(populations: {{\"n\": (size: 2, model: NoiseCurrent(distribution: \"uniform\", tau: \"{tau}\"))}})"
        ))
    };
    assert!(noise("0 ms").is_ok());
    let faults = noise("5 ms").unwrap_err();
    assert!(faults.len() == 1 && faults[0].path.ends_with("model.tau") && faults[0].message.contains("0 ms"), "{faults:?}");
}

#[test]
fn regular_spikes_are_at_most_one_in_a_step() {
    let network = |rate: &str| {
        format!("(dt: \"1 ms\", populations: {{\"n\": (size: 2, model: Regular(rate: \"{rate}\"), start: {{\"phase\": Uniform(0, 1)}})}})")
    };
    assert!(NetworkSpec::from_ron(&network("1 kHz")).is_ok());
    let faults = NetworkSpec::from_ron(&network("1001 Hz")).unwrap_err();
    assert!(faults.len() == 1 && faults[0].path.ends_with("rate") && faults[0].message.contains("1000 Hz"), "{faults:?}");
}

#[test]
fn currents_need_a_free_run() {
    let text = "(populations: {\"image\": (shape: (8, 8), model: Image()), \"s\": (size: 1, model: NoiseCurrent()), \"o\": (size: 4, model: CompetingLif())},
        projections: {\"image->o\": (wiring: AllToAll, weight: \"1 mV\", delay: \"0 ms\")})";
    let faults = NetworkSpec::from_ron(text).unwrap_err();
    assert!(faults.iter().any(|fault| fault.path == "populations.\"s\".model"), "{faults:?}");
}

#[test]
fn a_source_is_connected_and_exchanged_in_the_editor() {
    let mut network = NetworkSpec::new(0.1);
    let [noise, step, lif, cond] = ["NoiseCurrent", "StepCurrent", "Lif", "LifCond"].map(|model| network.add_population(model).unwrap());
    let [to_lif, to_cond] = [(&noise, &lif), (&step, &cond)].map(|(from, to)| network.connect(from, to).unwrap());
    assert_eq!(network.check(), Ok(()));
    let wiring = |network: &NetworkSpec, name: &str| network.projection(name).unwrap().wiring.clone();
    assert_eq!((wiring(&network, &to_lif), wiring(&network, &to_cond)), (Wiring::OneToOne, Wiring::AllToAll));
    // a source of spikes in the place of a source of currents, and back
    for model in ["Poisson", "NoiseCurrent", "Regular", "RampCurrent"] {
        network.set_model(&noise, model).unwrap();
        assert_eq!(network.check(), Ok(()), "{model}");
        assert_eq!(wiring(&network, &to_lif), Wiring::OneToOne);
    }
    assert!(network.connect(&noise, &step).is_err());
    network.set(&Path::new(&step, "ri"), "3 mV").unwrap();
    assert_eq!(network.get(&Path::new(&step, "ri")), Some(Value::Number(3.0)));
}

#[test]
fn a_current_that_can_make_a_neuron_fire_is_no_remark_and_one_without_effect_is() {
    let network = |step: &str, weight: &str| {
        let text = format!(
            "(populations: {{\"s\": (size: 1, model: {step}), \"A\": (size: 1, model: Lif())}},
             projections: {{\"s->A\": (wiring: AllToAll, weight: {weight}, delay: \"0 ms\")}})"
        );
        let task = TaskSpec::free(1000.0);
        NetworkSpec::from_ron(&text).unwrap().remarks(&task).into_iter().map(|remark| remark.path).collect::<Vec<_>>()
    };
    for (source, weight) in
        [("StepCurrent()", "1"), ("RampCurrent(from: \"5 mV\")", "1"), ("NoiseCurrent()", "-1"), ("StepCurrent(ri: \"-20 mV\")", "-1")]
    {
        assert_eq!(network(source, weight), [""; 0], "{source}");
    }
    // 5 mV of 15
    assert_eq!(network("StepCurrent(ri: \"5 mV\")", "1"), ["populations.\"A\".model.v_th"]);
    assert_eq!(network("StepCurrent()", "0"), ["projections.\"s->A\".weight", "populations.\"A\""]);
    assert_eq!(network("StepCurrent(ri: \"0 mV\")", "1"), ["populations"]);
    assert_eq!(network("StepCurrent(start: \"2 s\", stop: \"3 s\")", "1"), ["populations"]);
}
