//! Sources of currents and regular spikes: trajectories of Brian2 and NEST, and closed forms.

use super::golden::Table;
use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, StepSpikes};
use spikescope::experiment::FreeRun;
use spikescope::lower;
use spikescope::model::{Distribution, ModelSpec, NetworkSpec, Path, PopulationSpec, ProjectionSpec, SpikeSource, Value, Wiring};

/// Spike steps of the first population, and the potentials of its first neurons.
#[derive(Default)]
struct Seen {
    neurons: u32,
    spikes: Vec<(u64, u32)>,
    potentials_mv: Vec<Vec<f64>>,
}

impl Monitor for Seen {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        self.spikes.extend(spikes.populations[0].iter().map(|&neuron| (step, neuron)));
        self.potentials_mv.push((0..self.neurons).map(|j| f64::from(network.populations()[0].v_mv(j))).collect());
    }
}

fn network(dt_ms: f64, populations: &[(&str, u32, &str)]) -> NetworkSpec {
    let mut network = NetworkSpec::new(dt_ms);
    network.populations.extend(populations.iter().map(|&(name, n, model)| PopulationSpec::new(name, n, ModelSpec::named(model).unwrap())));
    network
}

fn set(network: &mut NetworkSpec, values: &[(&str, &str)]) {
    for (path, value) in values {
        network.set(&path.parse().unwrap(), value).unwrap_or_else(|faults| panic!("{path}: {faults:?}"));
    }
}

/// A projection that transmits a current.
fn inject(network: &mut NetworkSpec, name: &str, wiring: Wiring, weight: Distribution) {
    let delay = Distribution::Constant(0.0);
    network.projections.push(ProjectionSpec { weight, delay, ..ProjectionSpec::new(name, wiring) });
}

fn run(network: &NetworkSpec, steps: u64, neurons: u32) -> Seen {
    let mut seen = Seen { neurons, ..Seen::default() };
    lower::network(network, 1).unwrap().run(steps, &mut [&mut seen]);
    seen
}

#[test]
fn every_model_fires_the_spikes_of_brian2_under_a_step_and_a_ramp() {
    let (spikes, potentials) = (Table::read("currents_spikes.csv"), Table::read("currents_potentials.csv"));
    let cases =
        [("integrating", "Lif"), ("conductances", "LifCond"), ("adapting", "AdEx"), ("regular", "Izhikevich"), ("half", "Izhikevich")];
    for (case, (name, model)) in cases.into_iter().enumerate() {
        let p = |key: &str| spikes.params.get(&format!("{name}.{key}")).copied();
        let mut network = network(spikes.params["dt"], &[("E", 1, model), ("ramp", 1, "RampCurrent"), ("step", 1, "StepCurrent")]);
        for field in ModelSpec::named(model).unwrap().fields() {
            if let Some(value) = p(field.name) {
                set(&mut network, &[(&format!("E.{}", field.name), &format!("{value} {}", field.unit))]);
            }
        }
        if name == "regular" {
            set(&mut network, &[("E.scheme", "Euler")]);
        }
        for (field, unit) in [
            ("step.ri", "mV"),
            ("ramp.from", "mV"),
            ("ramp.to", "mV"),
            ("step.stop", "ms"),
            ("step.start", "ms"),
            ("ramp.stop", "ms"),
            ("ramp.start", "ms"),
        ] {
            set(&mut network, &[(field, &format!("{} {unit}", p(field).unwrap()))]);
        }
        for source in ["step", "ramp"] {
            inject(&mut network, &format!("{source}->E"), Wiring::AllToAll, Distribution::Constant(1.0));
        }
        let seen = run(&network, spikes.params["steps"] as u64, 1);
        let rows = |table: &Table, column: &str| -> Vec<f64> {
            table.column("case").iter().zip(table.column(column)).filter(|&(&of, _)| of == case as f64).map(|(_, &value)| value).collect()
        };
        let expected: Vec<u64> = rows(&spikes, "step").into_iter().map(|step| step as u64).collect();
        assert_eq!(seen.spikes.iter().map(|&(step, _)| step).collect::<Vec<_>>(), expected, "{name}");
        let steps = rows(&potentials, "step");
        let worst = steps.iter().zip(rows(&potentials, "v")).map(|(&step, v)| (seen.potentials_mv[step as usize][0] - v).abs());
        let worst = worst.fold(0.0, f64::max);
        println!("{name}: {} spikes, potentials differ by at most {worst:.1e} mV", expected.len());
        // the upstroke of a spike magnifies the last digit
        assert!(worst < 1e-3, "{name}: {worst}");
    }
}

#[test]
fn steps_of_current_fire_the_spikes_of_nest() {
    let table = Table::read("nest_currents.csv");
    let p = |key: &str| table.params[key];
    for (case, model) in ["Lif", "Izhikevich"].into_iter().enumerate() {
        let mut network = network(p("dt"), &[("E", 1, model), ("step", 1, "StepCurrent")]);
        let ms = |steps: f64| format!("{} ms", steps * p("dt"));
        set(&mut network, &[("step.stop", &ms(p("stop"))), ("step.start", &ms(p("start")))]);
        if model == "Lif" {
            set(
                &mut network,
                &[("E.v_th", "-52 mV"), ("E.v_reset", "-60 mV"), ("E.ri", "1 mV"), ("step.ri", &format!("{} mV", p("lif.ri")))],
            );
        } else {
            set(&mut network, &[("E.scheme", "Euler"), ("step.ri", &format!("{} mV", p("izhikevich.ri")))]);
        }
        inject(&mut network, "step->E", Wiring::OneToOne, Distribution::Constant(1.0));
        let of_case = table.column("case").iter().zip(table.column("step")).filter(|&(&of, _)| of == case as f64);
        let expected: Vec<(u64, u32)> = of_case.map(|(_, &step)| (step as u64, 0)).collect();
        assert!(expected.len() > 5);
        assert_eq!(run(&network, p("steps") as u64, 1).spikes, expected, "{model}");
    }
}

/// Mean, standard deviation and correlation at a distance of some steps.
fn moments(values: &[Vec<f64>], lag: usize) -> (f64, f64, f64) {
    let n = (values.len() * values[0].len()) as f64;
    let mean = values.iter().flatten().sum::<f64>() / n;
    let variance = values.iter().flatten().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    let pairs = values.iter().zip(&values[lag..]).flat_map(|(a, b)| a.iter().zip(b));
    let product = pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / ((values.len() - lag) * values[0].len()) as f64;
    (mean, variance.sqrt(), product / variance)
}

#[test]
fn noise_has_the_mean_deviation_and_correlation_of_its_closed_form() {
    let (dt, tau_m) = (0.1_f64, 10.0_f64);
    for tau in [0.0, 5.0] {
        let mut network = network(dt, &[("E", 200, "Lif"), ("noise", 200, "NoiseCurrent")]);
        // far below threshold
        let values =
            [("noise.mean", "2 mV"), ("noise.sd", if tau > 0.0 { "3 mV" } else { "30 mV" }), ("E.v_th", "100 mV"), ("E.tau_m", "10 ms")];
        set(&mut network, &values);
        set(&mut network, &[("noise.tau", &format!("{tau} ms"))]);
        inject(&mut network, "noise->E", Wiring::OneToOne, Distribution::Constant(0.5));
        let seen = run(&network, 6000, 200);
        // without what is left of the start
        let (mean, sd, correlation) = moments(&seen.potentials_mv[1000..], 50);
        // u(k+1) = a u(k) + (1 - a) R I(k), with R I of correlation b from step to step
        let (a, b) = ((-dt / tau_m).exp(), if tau > 0.0 { (-dt / tau).exp() } else { 0.0 });
        let expected = 0.5 * if tau > 0.0 { 3.0 } else { 30.0 } * ((1.0 - a) / (1.0 + a) * (1.0 + a * b) / (1.0 - a * b)).sqrt();
        // of a process with two time constants; of one where the input is white
        let lagged = |k: i32| {
            let (slow, fast) = (a.powi(k), b.powi(k));
            if tau > 0.0 { (a * (1.0 - b * b) * slow - b * (1.0 - a * a) * fast) / ((a - b) * (1.0 + a * b)) } else { slow }
        };
        println!(
            "tau {tau} ms: mean {mean:.4}, sd {sd:.4} (expected {expected:.4}), correlation {correlation:.4} (expected {:.4})",
            lagged(50)
        );
        // about 200 x 500 ms / 2 tau_m independent values: four standard errors
        assert!((mean - (-65.0 + 0.5 * 2.0)).abs() < 4.0 * expected / (200.0_f64 * 25.0).sqrt(), "{mean}");
        assert!((sd / expected - 1.0).abs() < 4.0 / (2.0 * 200.0_f64 * 25.0).sqrt(), "{sd} and {expected}");
        assert!((correlation - lagged(50)).abs() < 0.06, "{correlation} and {}", lagged(50));
    }
}

#[test]
fn uniform_noise_has_the_moments_and_limits_of_its_distribution() {
    let mut network = network(0.1, &[("E", 500, "Lif"), ("noise", 500, "NoiseCurrent")]);
    set(&mut network, &[("noise.mean", "2 mV"), ("noise.sd", "3 mV"), ("noise.tau", "0 ms"), ("noise.distribution", "uniform")]);
    set(&mut network, &[("E.v_th", "100 mV"), ("E.tau_m", "10 ms")]);
    inject(&mut network, "noise->E", Wiring::OneToOne, Distribution::Constant(1.0));
    let seen = run(&network, 200, 500);
    // the current of a step, from the potentials before and after it
    let a = (-0.01_f64).exp();
    let of =
        |pair: &[Vec<f64>]| pair[0].iter().zip(&pair[1]).map(|(u, next)| (next + 65.0 - a * (u + 65.0)) / (1.0 - a)).collect::<Vec<_>>();
    let z: Vec<f64> = seen.potentials_mv.windows(2).flat_map(of).map(|ri| (ri - 2.0) / 3.0).collect();
    let moment = |k: i32| z.iter().map(|z| z.powi(k)).sum::<f64>() / z.len() as f64;
    // of 99,500 numbers: mean 0, variance 1, fourth moment 9/5 (3 of a normal distribution)
    assert!(moment(1).abs() < 0.015 && (moment(2) - 1.0).abs() < 0.015 && (moment(4) - 1.8).abs() < 0.05, "{:?}", [1, 2, 4].map(moment));
    let most = z.iter().fold(0.0, |most: f64, z| most.max(z.abs()));
    // potentials are stored in single precision
    assert!(most < 3.0_f64.sqrt() + 1e-3 && most > 1.73, "{most}");
}

#[test]
fn noise_is_independent_for_each_neuron_and_shared_by_all_to_all_synapses() {
    let mut network = network(0.1, &[("E", 3, "Lif"), ("F", 3, "Lif"), ("noise", 3, "NoiseCurrent")]);
    inject(&mut network, "noise->E", Wiring::OneToOne, Distribution::Constant(1.0));
    inject(&mut network, "noise->F", Wiring::AllToAll, Distribution::Constant(1.0));
    let mut lowered = lower::network(&network, 1).unwrap();
    lowered.run(100, &mut []);
    let v = |population: usize, j| lowered.populations()[population].v_mv(j);
    assert!(v(0, 0) != v(0, 1) && v(0, 1) != v(0, 2));
    assert!(v(1, 0) == v(1, 1) && v(1, 1) == v(1, 2));
    // the sum of independent inputs is that of the shared ones
    let sum: f32 = (0..3).map(|j| v(0, j) + 65.0).sum();
    assert!((sum - (v(1, 0) + 65.0)).abs() < 1e-3, "{sum}");
}

#[test]
fn currents_act_from_their_first_to_their_last_step_and_values_change_live() {
    let mut network = network(1.0, &[("E", 1, "Lif"), ("step", 1, "StepCurrent")]);
    set(&mut network, &[("E.v_th", "100 mV"), ("step.start", "3 ms"), ("step.stop", "9 ms"), ("step.ri", "10 mV")]);
    inject(&mut network, "step->E", Wiring::AllToAll, Distribution::Constant(1.0));
    let mut free = FreeRun::new(network, 1).unwrap();
    let a = (-1.0_f64 / 20.0).exp();
    let mut u = 0.0;
    for step in 0..14 {
        if step == 6 {
            free.set(&"step.ri".parse::<Path>().unwrap(), &Value::Number(-4.0)).unwrap();
        }
        let ri = if (3..6).contains(&step) {
            10.0
        } else if (6..9).contains(&step) {
            -4.0
        } else {
            0.0
        };
        u = a * u + (1.0 - a) * ri;
        free.advance(1, &mut []).unwrap();
        let v = f64::from(free.network().populations()[0].v_mv(0)) + 65.0;
        assert!((v - u).abs() < 1e-4, "step {step}: {v} and {u}");
    }
}

#[test]
fn regular_spikes_have_equal_intervals_their_phase_and_no_drift() {
    let mut clocks = network(0.1, &[("clock", 3, "Regular")]);
    // 7 Hz: 1428.57 steps
    set(&mut clocks, &[("clock.rate", "7 Hz")]);
    let mut lowered = lower::network(&clocks, 1).unwrap();
    let phases = [0.0, 0.25, 0.9];
    (0..3).for_each(|j| lowered.populations_mut()[0].set_start("phase", j, phases[j as usize]));
    let mut seen = Seen::default();
    lowered.run(1_000_000, &mut [&mut seen]);
    for j in 0..3 {
        let steps: Vec<u64> = seen.spikes.iter().filter(|spike| spike.1 == j).map(|spike| spike.0).collect();
        let first = if j == 0 { 0.0 } else { (1.0 - phases[j as usize]) * 10_000.0 / 7.0 };
        let expected: Vec<u64> = (0..700).map(|k| (first + f64::from(k) * 10_000.0 / 7.0 + 1e-6) as u64).collect();
        assert_eq!(steps, expected, "neuron {j}");
    }
}

#[test]
fn the_phase_of_regular_spikes_continues_when_the_rate_changes() {
    let mut clock = network(1.0, &[("clock", 1, "Regular")]);
    set(&mut clock, &[("clock.rate", "100 Hz")]);
    let mut free = FreeRun::new(clock, 1).unwrap();
    let mut seen = Seen::default();
    free.advance(25, &mut [&mut seen]).unwrap();
    // half of an interval has passed: the other half lasts 25 ms at 20 Hz
    free.set(&"clock.rate".parse::<Path>().unwrap(), &Value::Number(20.0)).unwrap();
    free.advance(80, &mut [&mut seen]).unwrap();
    assert_eq!(seen.spikes.iter().map(|spike| spike.0).collect::<Vec<_>>(), [0, 10, 20, 50, 100]);
}

#[test]
fn alpha_shaped_currents_fire_the_spikes_of_nest_one_step_earlier() {
    let (table, fired) = (Table::read("nest_lif_alpha.csv"), Table::read("nest_lif_alpha_spikes.csv"));
    let (inputs, weights) = (Table::read("lif_poisson_inputs.csv"), Table::read("lif_poisson_weights.csv"));
    let p = |key: &str| table.params[key];
    let mut network = network(p("dt"), &[("E", 1, "Lif")]);
    let tau = format!("{} ms", p("tau_s"));
    let ri = format!("{} mV", p("ri"));
    set(&mut network, &[("E.v_th", "-52 mV"), ("E.v_reset", "-60 mV"), ("E.ri", &ri), ("E.tau_syn_exc", &tau), ("E.synapse", "alpha")]);
    let trains = weights.column("weight").len();
    // a delay of one step; iaf_psc_alpha adds the input of step k after the potential is integrated, so that ours comes in step k + 1
    let times = |train: usize| -> Vec<f64> {
        let of_train = inputs.column("step").iter().zip(inputs.column("index")).filter(|&(_, &index)| index == train as f64);
        let once: Vec<f64> = of_train.map(|(&step, _)| step).collect();
        (0..5).flat_map(|k| once.iter().map(move |step| step + f64::from(k) * 2000.0)).map(|step| step * 0.1).collect()
    };
    let source = SpikeSource { spikes_ms: (0..trains).map(times).collect() };
    network.populations.push(PopulationSpec::new("in", trains as u32, ModelSpec::SpikeSource(source)));
    for (index, &weight) in weights.column("weight").iter().enumerate() {
        let projection = ProjectionSpec::new(format!("s{index}"), Wiring::Explicit(vec![(index as u32, 0)]));
        let delay = Distribution::Constant(0.1);
        let (from, to, weight) = ("in".to_owned(), "E".to_owned(), Distribution::Constant(weight));
        network.projections.push(ProjectionSpec { from, to, weight, delay, ..projection });
    }
    let seen = run(&network, p("steps") as u64, 1);
    let expected: Vec<(u64, u32)> = fired.column("step").iter().map(|&step| (step as u64, 0)).collect();
    assert!(expected.len() > 100);
    assert_eq!(seen.spikes, expected);
    let v = table.column("step").iter().zip(table.column("v"));
    let worst = v.map(|(&step, v)| (seen.potentials_mv[step as usize][0] - v).abs()).fold(0.0, f64::max);
    println!("{} spikes, potentials differ by at most {worst:.1e} mV", expected.len());
    assert!(worst < 1e-3, "{worst}");
}

#[test]
fn an_alpha_shaped_current_follows_its_closed_form_also_at_equal_time_constants() {
    for (tau, tau_m) in [(5.0_f64, 20.0_f64), (20.0, 20.0), (19.99, 20.0), (40.0, 20.0)] {
        let mut network = network(0.1, &[("E", 1, "Lif"), ("in", 1, "SpikeSource")]);
        network.populations[1].model = ModelSpec::SpikeSource(SpikeSource { spikes_ms: vec![vec![0.0]] });
        set(
            &mut network,
            &[("E.v_th", "100 mV"), ("E.tau_m", &format!("{tau_m} ms")), ("E.tau_syn_exc", &format!("{tau} ms")), ("E.synapse", "alpha")],
        );
        let projection = ProjectionSpec::new("in->E", Wiring::AllToAll);
        network.projections.push(ProjectionSpec { weight: Distribution::Constant(10.0), delay: Distribution::Constant(0.1), ..projection });
        let seen = run(&network, 1500, 1);
        let beta = 1.0 / tau - 1.0 / tau_m;
        let mut peak = 0.0_f64;
        for (step, v) in seen.potentials_mv.iter().enumerate() {
            // the current begins with step 1
            let t = step as f64 * 0.1;
            let x = beta * t;
            let integral = if x.abs() < 1e-3 { 0.5 - x / 3.0 + x * x / 8.0 } else { (1.0 - (-x).exp() * (1.0 + x)) / (x * x) };
            let expected = 10.0 * std::f64::consts::E / (tau * tau_m) * (-t / tau_m).exp() * t * t * integral;
            assert!((v[0] + 65.0 - expected).abs() < 2e-4, "tau {tau}, step {step}: {} and {expected}", v[0] + 65.0);
            peak = peak.max(expected);
        }
        let psp = network.psp_peak_mv("in->E").unwrap();
        assert!((psp / peak - 1.0).abs() < 1e-3, "tau {tau}: {psp} and {peak}");
    }
}
