//! The inspected neuron of a network that runs freely, and the weights of projections that do not learn, against the engine.

use crate::Probe;
use spikescope::experiment::FreeRun;
use spikescope::preset::{NetworkPreset, Preset};
use spikescope::session::{
    Command, FreeView, Inspected, Launch, NeuronFiring, RunState, Session, Silence, Snapshot, Speed, StopCondition, Watch, WeightBins,
};
use std::path::Path;
use std::sync::Arc;

/// Neurons that fire, and one for each cause of silence.
const TEXT: &str = r#"Preset(
    schema: 2,
    title: "Causes of silence",
    network: (
        populations: {
            "noise": (size: 100, model: Poisson(rate: "50 Hz")),
            "brake": (size: 20, model: Poisson(rate: "100 Hz")),
            "mute": (size: 5, model: SpikeSource(spikes: [[], [], [], [], []])),
            "fires": (size: 3, model: Lif(tau_syn_exc: "5 ms")),
            "alone": (size: 2, model: Lif()),
            "unheard": (size: 2, model: Lif()),
            "weak": (size: 2, model: Lif(tau_syn_exc: "5 ms", ri: "2 mV")),
            "held": (size: 2, model: Lif(tau_syn_exc: "5 ms", tau_syn_inh: "10 ms")),
            "shunted": (size: 2, model: LifCond()),
            "step": (size: 2, model: StepCurrent(ri: "10 mV", start: "2 s", stop: "10 s")),
            "driven": (size: 2, model: Lif(ri: "1 mV")),
            "pulled": (size: 2, model: Izhikevich()),
        },
        projections: {
            "noise->fires": (wiring: AllToAll, weight: Uniform("0.8 mV", "1.2 mV"), delay: "1 ms"),
            "fires->fires": (wiring: Indegree(2), weight: "0.5 mV", delay: "1 ms", rule: PairStdp(w_max: "1 mV")),
            "mute->unheard": (wiring: AllToAll, weight: "5 mV", delay: "1 ms"),
            "fires->weak": (wiring: AllToAll, weight: "2 mV", delay: "2 ms"),
            "noise->held": (wiring: AllToAll, weight: "1 mV", delay: "1 ms"),
            "brake->held": (wiring: AllToAll, weight: "-2 mV", delay: "1 ms"),
            "noise->shunted": (wiring: AllToAll, weight: "0.0083 nS", delay: "1 ms"),
            "step->driven": (wiring: AllToAll, weight: 0.25, delay: "0 ms"),
            "step->pulled": (wiring: OneToOne, weight: 0.1, delay: "0 ms"),
        },
    ),
    task: FreeRun(duration: "10 s"),
)"#;

const RUN_MS: f64 = 4000.0;

fn start() -> Probe {
    let preset: Preset = NetworkPreset::parse(TEXT, Path::new("silence.ron")).unwrap().into();
    let launch = Launch { preset, data_dir: crate::root("data/mnist"), seed: 7, speed: Speed::Full };
    let mut probe = Probe { session: Session::start(launch, || {}).unwrap(), last: None, notices: Vec::new() };
    probe.send(Command::StopWhen(Some(StopCondition::ModelTime { ms: RUN_MS })));
    probe.send(Command::Run);
    probe.until("the end", |s| s.state == RunState::Paused && s.step.0 as f64 * s.dt_ms >= RUN_MS - 1e-9);
    probe
}

fn view(snapshot: &Snapshot) -> &FreeView {
    snapshot.free.as_deref().unwrap()
}

/// The neuron of a population as the session shows it, with its firing over the whole record.
fn inspect(probe: &mut Probe, population: &str, index: u32) -> (Arc<Snapshot>, Arc<Inspected>, NeuronFiring) {
    let all = Arc::clone(&view(probe.last.as_ref().unwrap()).populations);
    let neuron = all.iter().find(|one| one.name == population).unwrap().first + index;
    probe.send(Command::Watch(Watch { inspected: Some(neuron), ..Watch::default() }));
    let shown = probe.until("the neuron", |s| s.inspected.as_ref().is_some_and(|one| one.neuron == neuron));
    let one = Arc::clone(shown.inspected.as_ref().unwrap());
    let firing = view(&shown).neuron(&one, &view(&shown).window(0));
    (shown, one, firing)
}

fn close(a: f64, b: f64, part: f64) -> bool {
    (a - b).abs() <= part * b.abs().max(1e-9)
}

#[test]
fn inspected_neuron_equals_the_engine_and_its_arrivals_are_counted() {
    let mut probe = start();
    let (shown, one, firing) = inspect(&mut probe, "fires", 1);
    let mut run = FreeRun::new(view(&shown).network.clone(), 7).unwrap();
    run.advance(shown.step.0, &mut []).unwrap();
    let place = 3;
    let model = &run.network().populations()[place];
    assert_eq!(one.potential, Some((model.v_mv(1).into(), model.threshold_mv(1).into())));
    assert_eq!(one.spikes, run.network().counts_of(place)[1]);
    // synapses against the whole matrix of the engine
    let names: Vec<&str> = one.incoming.iter().map(|incoming| incoming.projection.as_str()).collect();
    assert_eq!(names, ["noise->fires", "fires->fires"]);
    let matrix = run.network().projections()[0].synapses.to_array();
    let column: Vec<f64> = (0..100).map(|pre| matrix[(pre, 1)].into()).collect();
    let mean = column.iter().sum::<f64>() / 100.0;
    let sd = (column.iter().map(|w| (w - mean).powi(2)).sum::<f64>() / 100.0).sqrt();
    let (found_mean, found_sd) = one.incoming[0].weights_mv().unwrap();
    assert!(close(found_mean, mean, 1e-9) && close(found_sd, sd, 1e-9) && (0.05..0.2).contains(&sd));
    let sparse = run.present_synapses(1);
    let onto: Vec<(u32, f32)> = sparse
        .sparse()
        .unwrap()
        .triplets()
        .filter(|(_, synapse)| synapse.post == 1)
        .map(|(pre, synapse)| (pre, synapse.weight_mv))
        .collect();
    let first = view(&shown).populations[place].first;
    let own: Vec<(u32, f32)> = one.incoming[1].synapses.iter().map(|&(sender, weight)| (sender - first, weight)).collect();
    assert_eq!((own.len(), &own), (2, &onto));
    // rate, last spike, CV and CV2 from the spikes
    let spikes: Vec<u64> = view(&shown).spikes_since(0).filter(|&(_, neuron)| neuron == one.neuron).map(|(step, _)| step).collect();
    assert!(spikes.len() > 20, "{}", spikes.len());
    assert_eq!((firing.spikes, firing.last), (spikes.len() as u64, spikes.last().copied()));
    assert!(close(firing.rate_hz(), spikes.len() as f64 / 4.0, 1e-9));
    let intervals: Vec<f64> = spikes.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
    let n = intervals.len() as f64;
    let mean = intervals.iter().sum::<f64>() / n;
    let cv = (intervals.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt() / mean;
    let cv2 = intervals.windows(2).map(|pair| 2.0 * (pair[0] - pair[1]).abs() / (pair[0] + pair[1])).sum::<f64>() / (n - 1.0);
    assert!(close(firing.cv.unwrap(), cv, 1e-6) && close(firing.cv2.unwrap(), cv2, 1e-6));
    // 100 senders of 50 Hz, of which 100 are recorded; an exponential current of 5 ms
    let hz = view(&shown).bins_since(0, 0).map(|(.., spikes)| f64::from(spikes)).sum::<f64>() / 4.0;
    assert!(close(firing.arrivals[0].hz, hz, 1e-9) && close(hz, 5000.0, 0.05));
    assert!(close(firing.arrivals[0].mv.unwrap(), hz * found_mean * 5e-3, 0.03), "{:?}", firing.arrivals[0]);
    assert_eq!(firing.silence(&one), None);
}

#[test]
fn every_cause_of_silence_is_told_with_its_numbers() {
    let mut probe = start();
    let silence = |probe: &mut Probe, name: &str| {
        let (_, one, firing) = inspect(probe, name, 0);
        assert_eq!(firing.spikes, 0, "{name}");
        (firing.silence(&one).unwrap(), firing, one)
    };
    assert_eq!(silence(&mut probe, "alone").0, Silence::NoSynapses);
    assert_eq!(silence(&mut probe, "unheard").0, Silence::NoArrivals(5));
    let (found, firing, _) = silence(&mut probe, "weak");
    let Silence::Below { drive } = found else { panic!("{found:?}") };
    assert!(close(drive.excitation_mv, firing.arrivals[0].hz * 2.0 * 5e-3, 0.03) && drive.inhibition_mv == 0.0);
    // rest and constant current
    assert!(close(drive.mean_mv, -65.0 + 2.0 + drive.excitation_mv, 1e-6));
    let (found, ..) = silence(&mut probe, "held");
    let Silence::Inhibited { mean_mv, without_mv } = found else { panic!("{found:?}") };
    // 100 · 50 Hz · 1 mV · 5 ms, and 20 · 100 Hz · 2 mV · 10 ms
    assert!(close(without_mv + 65.0, 25.0, 0.08) && close(without_mv - mean_mv, 40.0, 0.08), "{found:?}");
    // two sources of 10 mV times 0.25, over half of the window
    let (found, firing, _) = silence(&mut probe, "driven");
    let Silence::Below { drive } = found else { panic!("{found:?}") };
    assert!(close(drive.injected_mv, 2.5, 1e-6) && close(drive.mean_mv, -65.0 + 1.0 + 2.5, 1e-6), "{drive:?}");
    assert_eq!((firing.arrivals[0].hz, firing.injected_mv()), (0.0, Some(drive.injected_mv)));
    let (found, ..) = silence(&mut probe, "pulled");
    let Silence::Unknown { excitatory_hz, injected_mv: Some(current), .. } = found else { panic!("{found:?}") };
    assert!(excitatory_hz == 0.0 && close(current, 0.5, 1e-6), "{found:?}");
    let (found, firing, one) = silence(&mut probe, "shunted");
    assert!(one.steady.is_none() && firing.drive(&one).is_none(), "a conductance is not linear");
    assert!(
        matches!(found, Silence::Unknown { excitatory_hz, inhibitory_hz: 0.0, injected_mv: None } if close(excitatory_hz, 5000.0, 0.05)),
        "{found:?}"
    );
}

#[test]
fn injected_current_is_recorded_beside_the_potential() {
    let mut probe = start();
    let all = Arc::clone(&view(probe.last.as_ref().unwrap()).populations);
    let first = |name: &str| all.iter().find(|one| one.name == name).unwrap().first;
    let (driven, alone) = (first("driven"), first("alone"));
    probe.send(Command::Watch(Watch { potentials: vec![driven, alone], ..Watch::default() }));
    probe.send(Command::StopWhen(Some(StopCondition::ModelTime { ms: RUN_MS + 100.0 })));
    probe.send(Command::Run);
    let shown = probe.until("the end", |s| s.state == RunState::Paused && s.step.0 as f64 * s.dt_ms >= RUN_MS + 100.0 - 1e-9);
    let trace = |neuron: u32| shown.potentials.iter().find(|trace| trace.neuron == neuron).unwrap();
    let own = trace(driven);
    assert_eq!(own.injected_mv.len(), own.v_mv.len());
    // unknown before the neuron was watched, then 10 mV times 0.25 of each of two sources
    assert_eq!(own.injected_mv.last(), Some(&5.0));
    assert!(own.injected_mv.iter().all(|mv| mv.is_nan() || *mv == 5.0));
    assert!(trace(alone).injected_mv.is_empty(), "no source of currents reaches it");
    // it is what raises the potential: to rest, constant current and 5 mV
    assert!((own.v_mv.last().unwrap() - (-65.0 + 1.0 + 5.0)).abs() < 0.05, "{:?}", own.v_mv.last());
}

#[test]
fn mean_drive_is_the_mean_potential_of_a_neuron_that_does_not_fire() {
    let mut probe = start();
    let (_, one, firing) = inspect(&mut probe, "held", 1);
    let expected = firing.drive(&one).unwrap().mean_mv;
    let mut run = FreeRun::new(view(probe.last.as_ref().unwrap()).network.clone(), 7).unwrap();
    let (mut sum, mut n) = (0.0, 0_u32);
    for step in 0..40_000 {
        run.advance(1, &mut []).unwrap();
        if step >= 2000 {
            sum += f64::from(run.network().populations()[7].v_mv(1));
            n += 1;
        }
    }
    let mean = sum / f64::from(n);
    assert!((mean - expected).abs() < 0.5, "{mean} mV measured, {expected} mV computed");
}

#[test]
fn weights_of_every_projection_are_counted_once_also_of_those_that_do_not_learn() {
    let mut probe = start();
    let shown = probe.last.clone().unwrap();
    let shown_view = view(&shown);
    let names: Vec<(&str, u64)> = shown_view.fixed.iter().map(|fixed| (fixed.name.as_str(), fixed.weights)).collect();
    let expected = [
        ("noise->fires", 300),
        ("mute->unheard", 10),
        ("fires->weak", 6),
        ("noise->held", 200),
        ("brake->held", 40),
        ("noise->shunted", 200),
        ("step->driven", 4),
        ("step->pulled", 2),
    ];
    assert_eq!((names, &*shown_view.plastic), (expected.to_vec(), &[("fires->fires".to_owned(), 6)][..]));
    let run = FreeRun::new(shown_view.network.clone(), 7).unwrap();
    let weights: Vec<f32> = run.network().projections()[0].synapses.to_array().into_iter().collect();
    assert_eq!(shown_view.fixed[0].bins.counts, WeightBins::of(&weights).counts);
    assert!(close(shown_view.fixed[4].bins.mean, -2.0, 1e-6));
    // the same list in every snapshot of the network, and none for a window without the view
    probe.send(Command::SetSpeed(Speed::ModelMsPerSecond(100.0)));
    probe.send(Command::Run);
    let later = probe.until("a later step", |s| s.step.0 > shown.step.0);
    assert!(Arc::ptr_eq(&view(&later).fixed, &shown_view.fixed));
    probe.send(Command::Watch(Watch { weights: false, ..Watch::default() }));
    probe.until("no weights", |s| view(s).fixed.is_empty());
}
