//! The unit of weights: mV at the receptors of currents, nS at those of conductances, wherever weights and their limits are given
//! or shown.

use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, StepSpikes};
use spikescope::lower;
use spikescope::model::{Distribution, NetworkSpec, Path, Value};

/// Two projections with a rule and its limits, onto neurons with currents and with conductances.
fn network(weight: &str, w_max: &str, model: &str) -> String {
    format!(
        r#"(populations: {{"a": (size: 5, model: Poisson(rate: "50 Hz")), "b": (size: 5, model: {model}())}},
            projections: {{"a->b": (wiring: AllToAll, weight: {weight}, delay: "1 ms", rule: PairStdp(w_max: "{w_max}"))}})"#
    )
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

#[test]
fn weights_take_the_unit_of_their_receptor_and_no_other() {
    for (model, unit, other) in [("LifCond", "nS", "mV"), ("Lif", "mV", "nS"), ("AdEx", "mV", "nS"), ("Izhikevich", "mV", "nS")] {
        let good = network(&format!("Uniform(\"0.1 {unit}\", \"0.4 {unit}\")"), &format!("2 {unit}"), model);
        let mut good = NetworkSpec::from_ron(&good).unwrap_or_else(|faults| panic!("{model}: {faults:?}"));
        // written, read and described in that unit
        assert_eq!(NetworkSpec::from_ron(&good.to_ron()).unwrap(), good);
        assert!(good.to_ron().contains(&format!("\"2 {unit}\"")), "{}", good.to_ron());
        let line = good.describe(None).projections.remove(0);
        assert!(line.weight.contains(unit) && line.rule.unwrap().contains(&format!("w_max: 2 {unit}")), "{}", line.weight);
        for name in ["a->b.weight", "a->b.w_max"] {
            let entry = good.entry(&path(name)).unwrap();
            assert!(entry.field.unit == unit && entry.range.ends_with(unit) && entry.text().contains(unit), "{entry:?}");
        }
        // each other unit is refused with the path, the unit that applies, and an example
        let bad = network(&format!("\"1 {other}\""), &format!("2 {other}"), model);
        let faults = NetworkSpec::from_ron(&bad).unwrap_err();
        for place in ["projections.\"a->b\".weight", "projections.\"a->b\".rule.w_max"] {
            let fault = faults.iter().find(|fault| fault.path == place).unwrap_or_else(|| panic!("{model}: {faults:?}"));
            assert!(fault.message.contains(&format!("expected {unit}")) && fault.message.contains("write for example"), "{fault:?}");
        }
        for name in ["a->b.weight", "a->b.w_max"] {
            let before = good.clone();
            let faults = good.set(&path(name), &format!("1 {other}")).unwrap_err();
            assert!(faults.iter().all(|fault| fault.path == name && fault.message.contains(unit)), "{faults:?}");
            assert_eq!(good, before);
        }
        assert_eq!(good.set(&path("a->b.w_max"), &format!("3 {unit}")).unwrap(), Value::Number(3.0));
    }
    let text = network("\"1200 pS\"", "0.002 uS", "LifCond");
    let spec = NetworkSpec::from_ron(&text).unwrap();
    assert_eq!((spec.projections[0].weight, spec.projections[0].limits_mv().1), (Distribution::Constant(1.2), 2.0));
}

/// The potential of the last population after every step, and its steps with spikes.
#[derive(Default)]
struct Seen {
    v_mv: Vec<f64>,
    spikes: usize,
}

impl Monitor for Seen {
    fn record(&mut self, _step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        self.v_mv.push(f64::from(network.populations()[1].v_mv(0)));
        self.spikes += spikes.populations[1].len();
    }
}

fn seen(spec: &NetworkSpec, steps: u64) -> Seen {
    let mut seen = Seen::default();
    lower::network(spec, 1).unwrap().run(steps, &mut [&mut seen]);
    seen
}

fn pulses(model: &str, projections: &str) -> NetworkSpec {
    let text = format!(
        r#"(dt: "0.01 ms", populations: {{"in": (size: 1, model: SpikeSource(spikes: [["1 ms"]])), "n": (size: 1, model: {model})}}, projections: {{{projections}}})"#
    );
    NetworkSpec::from_ron(&text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

const CONDUCTANCE: &str = r#"LifCond(tau_m: "20 ms", g_l: "10 nS", e_l: "-60 mV", v_th: "0 mV", e_exc: "20 mV", e_inh: "-60 mV", tau_syn_exc: "5 ms", tau_syn_inh: "10 ms")"#;

/// With e_inh = e_l an inhibitory spike alone moves nothing, and it divides what excitation does: the potential follows the exact
/// solution of its equation, here integrated by the Runge-Kutta method in small steps.
#[test]
fn shunting_inhibition_moves_nothing_at_rest_and_reduces_an_epsp() {
    let exc = r#""e": (from: "in", to: "n", wiring: AllToAll, weight: "4 nS", delay: "1 ms")"#;
    let inh = r#""i": (from: "in", to: "n", wiring: AllToAll, weight: "-8 nS", delay: "1 ms")"#;
    let alone = seen(&pulses(CONDUCTANCE, inh), 3000);
    assert!(alone.v_mv.iter().all(|v| *v == -60.0));
    let [plain, shunted] = [exc.to_owned(), format!("{exc}, {inh}")].map(|projections| seen(&pulses(CONDUCTANCE, &projections), 3000));
    let peak = |seen: &Seen| seen.v_mv.iter().fold(f64::MIN, |most, v| most.max(*v)) + 60.0;
    let exact = |exc: f64, inh: f64| {
        let slope = |t: f64, u: f64| (-u + exc / 10.0 * (-t / 5.0).exp() * (80.0 - u) - inh / 10.0 * (-t / 10.0).exp() * u) / 20.0;
        let (mut t, mut u, mut most, h) = (0.0, 0.0f64, 0.0f64, 1e-3);
        while t < 25.0 {
            let k1 = slope(t, u);
            let k2 = slope(t + h / 2.0, u + h / 2.0 * k1);
            let k3 = slope(t + h / 2.0, u + h / 2.0 * k2);
            let k4 = slope(t + h, u + h * k3);
            (t, u) = (t + h, u + h / 6.0 * (k1 + 2.0 * (k2 + k3) + k4));
            most = most.max(u);
        }
        most
    };
    for (seen, (exc, inh)) in [(&plain, (4.0, 0.0)), (&shunted, (4.0, 8.0))] {
        let (peak, exact) = (peak(seen), exact(exc, inh));
        println!("peak {peak}, exact {exact}");
        assert!((peak - exact).abs() < 1e-3, "{peak} {exact}");
    }
    assert!(peak(&shunted) < 0.9 * peak(&plain));
}

/// What the editor shows beside a weight is the peak that the simulation has, for currents and conductances.
#[test]
fn the_peak_beside_a_weight_is_that_of_the_simulation() {
    for (model, weight) in [
        (CONDUCTANCE, "4 nS"),
        (CONDUCTANCE, "-4 nS"),
        (r#"LifCond(e_inh: "-90 mV", v_th: "0 mV", tau_syn_inh: "80 ms")"#, "-30 nS"),
        (r#"Lif(tau_m: "20 ms", v_th: "0 mV", tau_syn_exc: "5 ms")"#, "2 mV"),
        (r#"Lif(v_th: "0 mV")"#, "2 mV"),
    ] {
        let projection = format!(r#""in->n": (wiring: AllToAll, weight: "{weight}", delay: "1 ms")"#);
        let spec = pulses(model, &projection);
        let seen = seen(&spec, 20_000);
        let rest = seen.v_mv[0];
        let most = seen.v_mv.iter().map(|v| v - rest).fold(0.0f64, |most, u| if u.abs() > most.abs() { u } else { most });
        let peak = spec.psp_peak_mv("in->n").unwrap();
        println!("{model} {weight}: {peak} and {most}");
        assert!((peak - most).abs() < 5e-3, "{model} {weight}: {peak} and {most}");
    }
}

/// Another model converts weights and their limits to its unit, so that a spike has the same effect at rest, and back.
#[test]
fn a_model_with_another_unit_converts_weights_and_their_limits() {
    let text = network("\"1 mV\"", "3 mV", "Lif");
    let mut spec = NetworkSpec::from_ron(&text.replace("model: Lif()", "model: Lif(tau_syn_exc: \"5 ms\")")).unwrap();
    spec.set_model("b", "LifCond").unwrap();
    // the same time constants: 1 mV is g/g_l times the distance of e_exc from e_l, 65 mV
    let weight = spec.projections[0].weight.constant().unwrap();
    assert!((weight - 10.0 / 65.0).abs() < 1e-4, "{weight}");
    assert_eq!(spec.get(&path("a->b.w_max")).unwrap().number().map(|w_max| (w_max / weight * 100.0).round()), Some(300.0));
    assert_eq!(spec.entry(&path("a->b.w_max")).unwrap().field.unit, "nS");
    assert_eq!(spec.check(), Ok(()));
    spec.set_model("b", "Lif").unwrap();
    let back = spec.projections[0].weight.constant().unwrap();
    assert!((back - 1.0).abs() < 1e-3, "{back}");
}

/// Delta currents, as in Brunel 2000: with `tau_syn_exc: 0`, and at the receptor `current`, a spike changes the potential by its weight at
/// once, and the change decays with tau_m: V = E_L + w exp(-t/tau_m).
#[test]
fn a_delta_current_changes_the_potential_at_once_by_its_weight() {
    for (model, receptor) in [
        (r#"Lif(tau_m: "20 ms", e_l: "0 mV", v_th: "20 mV", v_reset: "10 mV")"#, ""),
        (r#"Lif(tau_m: "20 ms", e_l: "0 mV", v_th: "20 mV", v_reset: "10 mV", tau_syn_exc: "5 ms")"#, r#", receptor: "current""#),
    ] {
        let spec = pulses(model, &format!(r#""in->n": (wiring: AllToAll, weight: "0.1 mV", delay: "1.5 ms"{receptor})"#));
        let seen = seen(&spec, 3000);
        // fired in the step at 1 ms, arrives 1.5 ms later
        let arrival = seen.v_mv.iter().position(|v| *v != 0.0).unwrap();
        assert_eq!(arrival, 250);
        for (step, v) in seen.v_mv[arrival..].iter().enumerate() {
            let exact = 0.1 * (-(step as f64) * 0.01 / 20.0).exp();
            assert!((v - exact).abs() < 1e-5, "{v} and {exact} mV, {step} steps after the arrival");
        }
        assert_eq!(spec.psp_peak_mv("in->n"), Some(0.1));
    }
}
