//! Values that a new element gets: those of the projection that was changed last, of the parameters of the neurons, or defaults that
//! suit the sizes; and what a weight does.

use spikescope::model::{Distribution, NetworkSpec, Path, Wiring};

/// Brunel's neurons: potentials from 0 to 15 mV, currents of 0.5 ms.
fn brunel() -> NetworkSpec {
    NetworkSpec::from_ron(
        r#"(
        dt: "0.1 ms",
        populations: {
            "noise": (size: 100, model: Poisson(rate: "1600 Hz")),
            "E": (size: 400, model: Lif(e_l: "0 mV", v_th: "15 mV", v_reset: "2 mV", tau_syn_exc: "0.5 ms", tau_syn_inh: "20 ms")),
            "I": (size: 100, model: Lif(e_l: "0 mV", v_th: "15 mV", v_reset: "2 mV", tau_syn_exc: "0.5 ms")),
        },
        projections: {
            "E->E": (wiring: Indegree(40), weight: "4 mV", delay: "1.5 ms"),
            "I->E": (wiring: Indegree(10), weight: "-20 mV", delay: "1.5 ms"),
        },
    )"#,
    )
    .unwrap()
}

#[test]
fn new_projection_is_like_the_one_changed_last_with_the_same_sign() {
    let mut network = brunel();
    let constant = |value| Distribution::Constant(value);
    let made = network.connect_like("E", "I", &["E->E"]).unwrap();
    assert_eq!((made.name.as_str(), made.like.as_deref()), ("E->I", Some("E->E")));
    let own = network.projection("E->I").unwrap();
    assert_eq!((&own.wiring, own.weight, own.delay), (&Wiring::Indegree(40), constant(4.0), constant(1.5)));
    // the last one excites, the source inhibits
    let made = network.connect_like("I", "I", &["E->I"]).unwrap();
    assert_eq!(made.like.as_deref(), Some("I->E"));
    let own = network.projection("I->I").unwrap();
    assert_eq!((&own.wiring, own.weight), (&Wiring::Indegree(10), constant(-20.0)));
    // a wiring that does not fit is left out, weight and delay are kept
    network.set_wiring("E->E", "AllToAll").unwrap();
    network.set_shape("E", spikescope::model::Shape::Line(40_000)).unwrap();
    network.connect_like("noise", "E", &["E->E"]).unwrap();
    network.connect_like("E", "E", &["E->E"]).unwrap();
    let own = network.projection("E->E 2").unwrap();
    assert!(matches!(own.wiring, Wiring::Indegree(_)) && own.weight == constant(4.0));
}

#[test]
fn without_another_projection_the_wiring_suits_the_sizes() {
    for (size, all) in [(100, true), (101, false), (8000, false)] {
        let mut network = NetworkSpec::new(0.1);
        network.add_population("Lif").unwrap();
        network.add_population("Lif").unwrap();
        network.set_shape("A", spikescope::model::Shape::Line(size)).unwrap();
        let made = network.connect_like("A", "B", &[]).unwrap();
        assert_eq!(made.like, None);
        assert_eq!(network.projection("A->B").unwrap().wiring == Wiring::AllToAll, all, "{size}");
    }
}

/// A neuron of its own noise, or a sample of it, so that neurons do not fire in unison.
#[test]
fn noise_drives_every_neuron_by_trains_of_its_own() {
    let mut network = brunel();
    network.set_wiring("E->E", "AllToAll").unwrap();
    // sizes 100 and 400: a sample for each neuron; not the wiring of another projection
    let made = network.connect_like("noise", "E", &["E->E"]).unwrap();
    let own = network.projection("noise->E").unwrap();
    assert_eq!((made.like, &own.wiring), (None, &Wiring::Indegree(10)));
    // sizes that are equal
    network.remove_projection("noise->E").unwrap();
    network.connect_like("noise", "I", &["E->E"]).unwrap();
    assert_eq!(network.projection("noise->I").unwrap().wiring, Wiring::OneToOne);
    // that of another source of noise is taken over
    network.set_wiring("noise->I", "AllToAll").unwrap();
    let made = network.connect_like("noise", "I", &["noise->I"]).unwrap();
    assert_eq!((made.like.as_deref(), &network.projection(&made.name).unwrap().wiring), (Some("noise->I"), &Wiring::AllToAll));
    // and not by neurons
    let made = network.connect_like("E", "I", &["noise->I"]).unwrap();
    assert_ne!(made.like.as_deref(), Some("noise->I"));
    // the mean potential of the input is above the threshold of 15 mV at any rate: rate, synapses, and a weight that acts for 0.5 ms
    for name in ["noise->I", "noise->I 2"] {
        network.remove_projection(name).unwrap();
    }
    for rate in ["100 Hz", "1600 Hz", "20 kHz"] {
        network.set(&"noise.rate".parse().unwrap(), rate).unwrap();
        let name = network.connect_like("noise", "E", &[]).unwrap().name;
        let own = network.projection(&name).unwrap();
        let (per_s, effect) = (10.0 * network.population("noise").unwrap().model.value("rate").unwrap(), 0.5e-3);
        let drive = own.weight.mean() * per_s * effect;
        assert!((15.0..25.0).contains(&drive), "{rate}: {drive} mV");
        network.remove_projection(&name).unwrap();
    }
}

#[test]
fn start_values_lie_between_reset_and_threshold() {
    let mut network = brunel();
    let usual = Distribution::Uniform { low: 2.0, high: 15.0 };
    assert_eq!(network.usual_start("E", "v"), Some(usual));
    let path = Path::new("E", "v");
    network.set_start("E", "v", Some("0 mV")).unwrap();
    network.set_distribution(&path, "Uniform").unwrap();
    assert_eq!(network.population("E").unwrap().start[0].1, usual);
    network.add_population("Izhikevich").unwrap();
    assert_eq!(network.usual_start("A", "v"), Some(Distribution::Constant(-65.0)));
}

#[test]
fn limits_in_the_wrong_order_are_a_fault_not_refused() {
    let mut network = brunel();
    network.set_start("E", "v", Some("Uniform(-78 mV, -52 mV)")).unwrap();
    let path = Path::new("E", "v");
    network.set_quantity(&path, "Uniform(0 mV, -52 mV)").unwrap();
    let fault = &network.check().unwrap_err()[0];
    assert_eq!((fault.field().as_str(), fault.path.as_str()), ("v", "populations.\"E\".start.\"v\""));
    network.set_quantity(&path, "Uniform(0 mV, 15 mV)").unwrap();
    assert!(network.check().is_ok());
    // the same of delays, which have to fit the time step
    network.set_quantity(&Path::new("E->E", "delay"), "1.55 ms").unwrap();
    assert_eq!(network.check().unwrap_err()[0].field(), "delay");
    assert!(network.set_quantity(&path, "Uniform(0 mV, 1500 mV)").is_err(), "out of range");
}

/// The largest potential after one spike, by small steps of the two equations.
fn peak(weight: f64, tau_m: f64, tau_syn: f64) -> f64 {
    let (mut v, mut current, mut most, dt) = (0.0_f64, weight, 0.0_f64, 1e-4);
    for _ in 0..2_000_000 {
        v += dt * (current - v) / tau_m;
        current -= dt * current / tau_syn;
        most = most.max(v);
    }
    most
}

#[test]
fn peak_after_a_spike_is_that_of_the_equations() {
    let mut network = brunel();
    for (tau_m, tau_syn) in [(20.0, 0.5), (20.0, 5.0), (10.0, 10.0), (10.0, 15.0)] {
        network.set(&Path::new("E", "tau_m"), &format!("{tau_m} ms")).unwrap();
        network.set(&Path::new("E", "tau_syn_exc"), &format!("{tau_syn} ms")).unwrap();
        let (found, right) = (network.psp_peak_mv("E->E").unwrap(), peak(4.0, tau_m, tau_syn));
        assert!((found - right).abs() < 1e-3 * right, "{tau_m} {tau_syn}: {found} {right}");
    }
    assert!(network.psp_peak_mv("I->E").unwrap() < 0.0);
    let entry = network.entry(&Path::new("E->E", "weight")).unwrap();
    let help = network.help(&entry);
    assert!(help.contains("R I") && help.contains("tau_syn_exc"), "{help}");
    network.set(&Path::new("E", "tau_syn_exc"), "0 ms").unwrap();
    assert_eq!(network.psp_peak_mv("E->E"), Some(4.0));
}

#[test]
fn all_parameters_are_described() {
    let network = brunel();
    let line = &network.describe(None).populations[1];
    for name in ["tau_m", "t_ref", "e_l", "tau_syn_exc"] {
        assert!(line.parameters.iter().any(|(own, _)| own == name), "{name}: {:?}", line.parameters);
    }
}
