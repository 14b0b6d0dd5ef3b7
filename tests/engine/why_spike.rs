//! Explanations of free runs: the terms of a potential must add up to it, and the contribution of a spike must be what its absence changes.

use spikescope::engine::monitor::Monitor;
use spikescope::engine::why::{Breakdown, InputRecord};
use spikescope::experiment::{FreeRun, SpikeQuestion, record_from, refusal};
use spikescope::model::{Path as Quantity, Value};
use spikescope::preset::NetworkPreset;
use std::path::Path;

fn run(network: &str, task: &str, seed: u64) -> FreeRun {
    let text = format!("Preset(schema: 2, title: \"t\", network: ({network}), task: FreeRun(duration: \"1 s\"{task}))");
    let preset = NetworkPreset::parse(&text, Path::new("t.ron")).unwrap_or_else(|error| panic!("{text}: {error}"));
    FreeRun::new(preset.network.clone(), seed).unwrap().with_task(&preset.task)
}

fn set(run: &mut FreeRun, path: &str, value: f64) {
    run.set(&path.parse::<Quantity>().unwrap(), &Value::Number(value)).unwrap();
}

/// Potentials of a population in the next step, before any reset.
fn without_reset(run: &FreeRun, population: usize, neurons: &[u32]) -> Vec<f64> {
    let mut copy = run.twin();
    copy.silence(population, 1.0);
    copy.advance(1, &mut []).unwrap();
    neurons.iter().map(|&j| f64::from(copy.network().populations()[population].v_mv(j))).collect()
}

/// The largest difference to the simulation, and the largest that rounding explains.
#[derive(Debug, Default)]
struct Worst {
    difference_mv: f64,
    rounding_mv: f64,
    compared: u32,
    fired: u32,
    held: u32,
}

fn compare(all: &Breakdown, truth: f64, worst: &mut Worst) {
    let difference = (all.terms.v_mv() - truth).abs();
    assert!(difference <= all.rounding_mv, "step {}: {} is not {truth}; {all:?}", all.step, all.terms.v_mv());
    worst.difference_mv = worst.difference_mv.max(difference);
    worst.rounding_mv = worst.rounding_mv.max(all.rounding_mv);
    worst.compared += 1;
    worst.fired += u32::from(all.fired);
    worst.held += u32::from(all.held);
    let reached = all.terms.v_mv() >= all.threshold_mv - 1e-3;
    assert_eq!(all.fired, reached && !all.held, "step {}: {all:?}", all.step);
}

/// Recurrent networks of every kind that is linear: time constants of the receptors, refractory period, noise, plasticity, rewards.
fn network(dt: &str, [exc, inh]: [f64; 2], extra: &str) -> String {
    format!(
        r#"dt: "{dt}", populations: {{
            "noise": (size: 60, model: Poisson(rate: "180 Hz")),
            "E": (size: 40, model: Lif(t_ref: "2 ms", v_reset: "-60 mV", tau_syn_exc: "{exc} ms", tau_syn_inh: "{inh} ms"{extra}),
                  start: {{"v": Uniform("-70 mV", "-52 mV")}}),
            "I": (size: 10, model: Lif(tau_m: "10 ms", t_ref: "0 ms", tau_syn_exc: "{inh} ms", synapse: "alpha")),
            "C": (size: 8, model: CompetingLif(tau_syn: "{exc} ms", inhibition: "4 mV", t_ref: "1 ms")),
            "G": (size: 8, model: CompetingLif(tau_syn: "{inh} ms", inhibition: "30 mV", inhibition_type: "conductance", sigma: "1 mV")),
            "currents": (size: 3, model: NoiseCurrent(mean: "1 mV", sd: "4 mV")),
        }}, projections: {{
            "noise->E": (wiring: Probability(0.3), weight: Uniform("3 mV", "6 mV"), delay: Uniform("1 ms", "4 ms")),
            "noise->I": (wiring: Indegree(20), weight: "5 mV", delay: "1 ms"),
            "noise->C": (wiring: Indegree(20), weight: "6 mV", delay: "1 ms"),
            "noise->G": (wiring: Indegree(20), weight: "6 mV", delay: "1 ms"),
            "E->E": (wiring: Probability(0.2), weight: "1 mV", delay: Uniform("1 ms", "9 ms"), rule: PairStdp(a_plus: 0.05, w_max: "4 mV")),
            "E->I": (wiring: AllToAll, weight: Uniform("0 mV", "2 mV"), delay: "2 ms", rule: RStdp(eta: 0.01, w_max: "5 mV")),
            "I->E": (wiring: Indegree(5), weight: "-1.5 mV", delay: "3 ms"),
            "direct": (from: "I", to: "E", wiring: Probability(0.2), weight: "-1 mV", delay: "1 ms", receptor: "current"),
            "E->C": (wiring: Indegree(5), weight: "2 mV", delay: "1 ms"),
            "currents->E": (wiring: AllToAll, weight: Uniform(-0.5, 1), delay: "0 ms"),
        }}"#
    )
}

#[test]
fn terms_sum_to_the_potential_in_every_step_of_random_networks() {
    let mut seed = 0;
    for dt in ["0.1 ms", "0.5 ms", "1 ms"] {
        for (taus, extra) in [
            ([0.0, 0.0], ", ri: \"4 mV\""),
            ([5.0, 10.0], ", ri: \"25 mV\", theta_plus: \"0.3 mV\", tau_theta: \"50 ms\""),
            // as slow as the membrane, and slower
            ([20.0, 60.0], ", ri: \"25 mV\", sigma: \"1.5 mV\""),
        ] {
            seed += 1;
            let mut run = run(&network(dt, taus, extra), ", rewards: [(\"40 ms\", 2), (\"55 ms\", -1)]", seed);
            let mut worst = Worst::default();
            // the record begins within the run: its beginning is a term
            run.advance(37, &mut []).unwrap();
            let asked: Vec<(usize, Vec<u32>)> = vec![(1, vec![0, 17, 39]), (2, vec![4]), (3, vec![0, 7]), (4, vec![1, 5])];
            let new = |run: &FreeRun| -> Vec<Vec<InputRecord>> {
                let of =
                    |(p, neurons): &(usize, Vec<u32>)| neurons.iter().map(|&j| InputRecord::new(run.network(), *p, j).unwrap()).collect();
                asked.iter().map(of).collect()
            };
            let mut records = new(&run);
            for step in 37..800 {
                if step == 300 {
                    // live changes
                    for (path, value) in [("E.tau_m", 13.0), ("E.e_l", -66.5), ("E.ri", 2.0), ("E.v_reset", -61.0), ("I.tau_m", 8.0)] {
                        set(&mut run, path, value);
                    }
                }
                let truths: Vec<Vec<f64>> = asked.iter().map(|(p, neurons)| without_reset(&run, *p, neurons)).collect();
                let mut monitors: Vec<&mut dyn Monitor> = records.iter_mut().flatten().map(|one| one as &mut dyn Monitor).collect();
                run.advance(1, &mut monitors).unwrap();
                if step % 7 == 0 || step < 60 {
                    for (records, truths) in records.iter().zip(&truths) {
                        for (record, &truth) in records.iter().zip(truths) {
                            compare(&record.breakdown(step).unwrap(), truth, &mut worst);
                        }
                    }
                }
            }
            println!("dt {dt}, {taus:?} ms: {worst:?}");
            assert!(worst.compared > 800 && worst.fired > 10 && worst.held > 5, "silence proves nothing: {worst:?}");
            assert!(worst.difference_mv < 0.002 && worst.rounding_mv < 0.1, "{worst:?}");
        }
    }
}

#[test]
fn record_may_begin_anywhere_and_the_run_may_be_cut_in_any_way() {
    let text = network("0.1 ms", [5.0, 8.0], ", ri: \"25 mV\"");
    let begin = run(&text, "", 3);
    let explained = |from: u64, cut: u64| {
        let mut run = begin.twin();
        run.advance(from, &mut []).unwrap();
        let mut record = InputRecord::new(run.network(), 1, 17).unwrap();
        while record.end() < 2500 {
            run.advance(cut.min(2500 - record.end()), &mut [&mut record]).unwrap();
        }
        record
    };
    let whole = explained(0, 1);
    let mut resets = 0;
    for (from, cut) in [(0, 64), (900, 1), (900, 333), (1700, 10)] {
        let part = explained(from, cut);
        for step in (from + 1..2500).step_by(37) {
            let (a, b) = (whole.breakdown(step).unwrap(), part.breakdown(step).unwrap());
            assert!((a.terms.v_mv() - b.terms.v_mv()).abs() <= a.rounding_mv + b.rounding_mv, "{a:?} {b:?}");
            // arrivals that both contain have the same contribution, as both begin after the same reset
            if a.last_spike == b.last_spike && a.last_spike.is_some() {
                resets += 1;
                let known = a.contributions.iter().filter(|(arrival, _)| arrival.arrived >= from);
                for ((one, mv), (other, same)) in known.zip(&b.contributions) {
                    assert!(one == other && (mv - same).abs() < 1e-12, "{one:?} {mv}, {other:?} {same}");
                }
            }
        }
    }
    assert!(resets > 50, "{resets}");
}

#[test]
fn contribution_of_a_spike_is_what_its_absence_changes() {
    // without recurrence: the input is given, and every spike of "trigger" makes the neuron fire
    let build = |trains: &[Vec<u64>]| {
        let of = |train: &Vec<u64>| train.iter().map(|&step| format!("\"{:.1} ms\"", step as f64 / 10.0)).collect::<Vec<_>>().join(", ");
        let trains: Vec<String> = trains.iter().map(|train| format!("[{}]", of(train))).collect();
        let network = format!(
            r#"dt: "0.1 ms", populations: {{
                "trigger": (size: 1, model: SpikeSource(spikes: [["10 ms", "22 ms"]])),
                "in": (size: 4, model: SpikeSource(spikes: [{}])),
                "out": (size: 2, model: Lif(tau_syn_exc: "5 ms", tau_syn_inh: "12 ms", t_ref: "3 ms", v_reset: "-62 mV")),
            }}, projections: {{
                "trigger->out": (wiring: AllToAll, weight: "30 mV", delay: "1 ms", receptor: "current"),
                "in->out": (wiring: Probability(1), weight: Uniform("2 mV", "4 mV"), delay: Uniform("0.5 ms", "3 ms")),
                "inhibition": (from: "in", to: "out", wiring: Indegree(3), weight: Uniform("-3 mV", "-1 mV"), delay: "2 ms"),
                "direct": (from: "in", to: "out", wiring: AllToAll, weight: "0.3 mV", delay: "0.5 ms", receptor: "current"),
            }}"#,
            trains.join(", ")
        );
        run(&network, "", 5)
    };
    let trains = [vec![20, 99, 104, 230], vec![40, 82, 99, 113, 130, 200, 238], vec![61, 107, 122, 175, 249], vec![15, 144, 145, 221]];
    // potential before a reset, whether it fired, and the number of spikes until then
    let potential = |trains: &[Vec<u64>], step: u64| {
        let mut run = build(trains);
        run.advance(step, &mut []).unwrap();
        let v = without_reset(&run, 2, &[1])[0];
        let before = run.network().counts_of(2)[1];
        run.advance(1, &mut []).unwrap();
        (v, run.network().counts_of(2)[1] > before, before)
    };
    let (mut removed, mut of_currents, mut lost) = (0, 0, 0);
    // before any spike, at a spike, during and after the refractory period, at the second spike, and late
    for step in [90, 110, 125, 145, 180, 219, 230, 251, 300, 420] {
        let mut run = build(&trains);
        let mut record = InputRecord::new(run.network(), 2, 1).unwrap();
        run.advance(step + 1, &mut [&mut record]).unwrap();
        let all = record.breakdown(step).unwrap();
        let (v, fired, before) = potential(&trains, step);
        assert!((all.terms.v_mv() - v).abs() <= all.rounding_mv && all.fired == fired, "{all:?}, {v}");
        for (neuron, train) in trains.iter().enumerate() {
            for (k, &emitted) in train.iter().enumerate() {
                let mut without = trains.to_vec();
                without[neuron].remove(k);
                let (other, same, times) = potential(&without, step);
                assert_eq!((same, times), (fired, before), "the other spikes stay");
                let own = all
                    .contributions
                    .iter()
                    .filter(|(arrival, _)| (arrival.source, arrival.neuron as usize, arrival.emitted) == (Some(1), neuron, emitted));
                let term: f64 = own.clone().map(|(_, mv)| mv).sum();
                assert!(
                    (v - other - term).abs() <= 2.0 * all.rounding_mv,
                    "step {step}, {neuron} at {emitted}: {} is not {term}",
                    v - other
                );
                removed += 1;
                let before_reset = |arrived: u64| all.last_spike.is_some_and(|spike| arrived <= spike + 30);
                of_currents += u32::from(own.clone().any(|(arrival, mv)| before_reset(arrival.arrived) && mv.abs() > 0.01));
                lost += u32::from(own.clone().any(|(arrival, mv)| arrival.receptor == 2 && before_reset(arrival.arrived) && *mv == 0.0));
            }
        }
    }
    assert!(removed == 200 && of_currents > 40 && lost > 20, "{removed} {of_currents} {lost}");
}

#[test]
fn models_that_are_not_linear_are_refused_by_name() {
    let run = run(
        r#"populations: {"a": (size: 2, model: AdEx()), "c": (size: 2, model: LifCond()), "z": (size: 2, model: Izhikevich()),
            "p": (size: 2, model: Poisson(rate: "5 Hz")), "l": (size: 2, model: Lif())}"#,
        "",
        1,
    );
    for (population, model) in ["AdEx", "LifCond", "Izhikevich", "Poisson"].into_iter().enumerate() {
        let words = refusal(run.spec(), run.network(), population, 1).unwrap();
        assert!(words.contains(model) && words.contains("Lif"), "{words}");
        let asked = SpikeQuestion { population, neuron: 1, step: 5 };
        assert!(run.twin().why_spike(asked, 0, drop, || true).is_err());
    }
    assert_eq!(refusal(run.spec(), run.network(), 4, 1), None);
}

#[test]
fn explanation_of_a_replay_begins_where_the_past_is_negligible() {
    let text = network("0.1 ms", [5.0, 10.0], ", ri: \"25 mV\"").replace("-1.5 mV", "-0.2 mV");
    let start = run(&text, "", 9);
    let mut live = start.twin();
    let mut spikes: Vec<u64> = Vec::new();
    for step in 0..6000 {
        let before = live.network().counts_of(1)[17];
        live.advance(1, &mut []).unwrap();
        if live.network().counts_of(1)[17] > before {
            spikes.push(step);
        }
    }
    assert!(spikes.len() > 3, "{spikes:?}");
    let (last, step) = (spikes[spikes.len() - 2], spikes[spikes.len() - 1]);
    let asked = SpikeQuestion { population: 1, neuron: 17, step };
    let from = record_from(&live, &asked, Some(last));
    assert_eq!(from, last - 2000, "twenty time constants of 10 ms before the reset");
    let mut begun = None;
    let why = start.twin().why_spike(asked, from, |run| begun = Some(run), || true).unwrap().unwrap();
    assert!(why.breakdown.fired && why.breakdown.last_spike == Some(last));
    assert!((why.breakdown.terms.v_mv() - why.simulated_mv).abs() <= why.breakdown.rounding_mv);
    assert!(why.breakdown.terms.earlier_mv.abs() < 1e-6 && why.breakdown.rounding_mv < 0.01, "{:?}", why.breakdown.terms);
    // of each moment of the course, the parts sum to the potential
    let course = &why.course;
    assert!(course.steps.len() > 20 && *course.steps.last().unwrap() == step);
    for k in 0..course.steps.len() {
        let sum: f32 = course.without_input_mv[k] + course.senders.iter().map(|sender| sender.mv[k]).sum::<f32>();
        assert!((sum - course.v_mv[k]).abs() < 1e-2, "{k}: {sum} {}", course.v_mv[k]);
    }
    // the sums agree: by spike, by synapse, by population
    let by_spike: f64 = why.breakdown.contributions.iter().map(|(_, mv)| mv).sum();
    let by_synapse: f64 = why.synapses.iter().map(|synapse| synapse.mv).sum();
    let by_sender: f64 = course.senders.iter().map(|sender| f64::from(*sender.mv.last().unwrap())).sum();
    assert!((by_spike - by_synapse).abs() < 1e-9 && (by_spike - by_sender).abs() < 1e-3);
    // from the copy at the beginning of the record, the answer is the same, and an answer that is not wanted ends early
    let again = begun.unwrap().why_spike(asked, from, drop, || true).unwrap().unwrap();
    assert_eq!(again, why);
    assert_eq!(start.twin().why_spike(asked, from, drop, || false).unwrap(), None);
    // nothing was changed
    let mut other = start.twin();
    other.advance(6000, &mut []).unwrap();
    assert_eq!(other.digest(), live.digest());
}
