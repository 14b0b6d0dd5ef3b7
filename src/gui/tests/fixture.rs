//! Synthetic snapshots of plausible runs, for tests and pictures of the window that need no engine. Weights are mean MNIST
//! digits with noise if `data/mnist` exists, otherwise drawn blobs.

mod anatomy;
mod answers;
mod aspects;
mod characterised;
mod digits;
mod free;
mod kinds;
mod runs;
mod why_spike;

use crate::params::{ParamId, Params, Setup, Template};
use crate::preset::Preset;
use crate::session::{
    AccuracyPoint, BankView, Condition, Evaluation, FiCurve, Finding, Health, HiddenSpike, Layer, LinkView, NetworkView, Outgoing, Pace,
    PartKind, PotentialTrace, Remedy, RunState, Snapshot, Speed, SpikeEvent, StdpWindow, TrialRecord, TrialView, WeightView,
};
use crate::time::Step;
use anatomy::{anatomy, deep_anatomy, link, part};
use aspects::{aspects, be};
pub(crate) use characterised::characterised;
use digits::digits;
pub(crate) use free::{free, free_small, rewarded};
pub(crate) use kinds::{deep, of, suited};
use std::path::Path;
use std::sync::Arc;

/// Side of an image in pixels.
const SIDE: usize = 28;
/// Pixels per image.
const PIXELS: usize = SIDE * SIDE;
/// Number of classes.
const CLASSES: usize = 10;
/// History on the time axes in ms.
const WINDOW: u64 = 500;
/// Step of the snapshots.
const NOW: u64 = 310_212;

/// A deterministic sequence of numbers that look random.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// Roughly normal with unit variance.
    fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.next()).sum::<f32>() - 6.0
    }
}

/// The default preset after 1,240 images: 400 neurons, a 7 being shown.
pub(crate) fn classification() -> Snapshot {
    let mut snapshot = network(400, 90.0);
    snapshot.why = Some(Arc::new(Ok(answers::why(&snapshot))));
    snapshot.probed = Some(Arc::new(answers::probed(&snapshot)));
    snapshot.eligibility = Some(answers::eligibility(&snapshot));
    snapshot.habit = Some(Arc::new(answers::habit(&snapshot)));
    snapshot.study = Some(Arc::new(answers::study()));
    snapshot
}

/// Like `classification`, with any number of neurons, and output spikes at `rate` Hz in the pool of the correct class.
pub(crate) fn network(neurons: usize, rate: f32) -> Snapshot {
    let mut noise = Noise(7);
    let (images, labels) = digits();
    let shown = labels.iter().rposition(|&label| label == 7).unwrap_or(0);
    let class_of: Arc<[Option<u8>]> = (0..neurons).map(|n| Some((n * CLASSES / neurons.max(1)) as u8)).collect();
    let elapsed = 162;
    let spikes = spikes(&images[shown], &class_of, rate, elapsed, &mut noise);
    let mut votes = vec![0.0; CLASSES];
    for spike in spikes.iter().filter(|s| s.layer == Layer::Output && s.step >= NOW - elapsed) {
        if let Some(class) = class_of[spike.neuron as usize] {
            votes[class as usize] += 1.0;
        }
    }
    let params = Params::default();
    let trials = trials(&mut noise);
    Snapshot {
        aspects: aspects(Setup::Template(Template::Competing)),
        rest_mv: -65.0,
        setup: Setup::Template(Template::Competing),
        title: "MNIST · R-STDP 784→400".to_owned(),
        preset_path: None,
        preset_params: params.clone(),
        params,
        seed: 42,
        generation: 1,
        step: Step(NOW),
        dt_ms: 1.0,
        state: RunState::Running,
        pace: Pace { times_real_time: 35.0, steps_per_s: 35_000.0, images_per_s: 100.0 },
        speed: Speed::ModelMsPerSecond(25_000.0),
        classes: CLASSES,
        test_images: 10_000,
        class_names: (0..CLASSES).map(|class| class.to_string()).collect(),
        data_name: "mnist".to_owned(),
        data: "a".into(),
        trial: TrialView {
            index: 1239,
            total: 60_000,
            elapsed_ms: elapsed as f64,
            duration_ms: 250.0,
            image: images[shown].iter().copied().collect(),
            size: (SIDE, SIDE),
            drawn: false,
            label: 7,
            votes,
            answer: Some(7),
            reward: Some(1.0),
            modulation: 0.13,
            reward_in_ms: 0.0,
            awaits_reward: false,
        },
        window_ms: WINDOW as f64,
        window_start: Step(NOW - WINDOW),
        window_end: Step(NOW),
        onsets: Arc::from([]),
        potentials: if neurons > 0 { vec![potential((neurons * 7 / 10 + 3).min(neurons - 1) as u32, &mut noise)] } else { vec![] },
        v_mv: (0..neurons).map(|_| -58.0 + 3.0 * noise.normal()).collect(),
        theta_mv: (0..neurons).map(|_| 3.0 + noise.next()).collect(),
        rates: (0..neurons).map(|_| 2.0 + 3.0 * noise.next()).collect(),
        weights: Arc::new(weights(&images, &labels, &class_of, &mut noise)),
        spikes: spikes.into(),
        class_of,
        hidden: Arc::from([]),
        trials: trials.into(),
        accuracy: accuracy(&mut noise),
        confusion: confusion(&mut noise),
        dopamine: (0..WINDOW).map(|ms| ((ms + 212) % 250) as f32).map(|ms| 0.62 * (-ms / 200.0).exp()).collect(),
        evaluation: Some(Evaluation { after_images: 1000, test_images: 10_000, accuracy: 0.871 }),
        applied: Arc::new([]),
        work: Arc::from([]),
        digest: None,
        free: None,
        quantities: None,
        fi: None,
        stdp: None,
        applied_images: Arc::new([]),
        looking_back: None,
        lost_runs: 0,
        put_aside: None,
        forked_at: None,
        run_id: 0,
        preset: Arc::new(about()),
        runs: runs::finished(&mut noise).into(),
        stop_when: None,
        given: None,
        safe: None,
        why: None,
        why_spike: None,
        characterised: None,
        probed: None,
        lesions: answers::lesions(),
        study: None,
        eligibility: None,
        health: Arc::new(health()),
        network: Arc::new(anatomy(neurons)),
        flow: Arc::new([3_240, 61]),
        flow_ms: elapsed as f64,
        history_limit_ms: 10_000.0,
        inspected: None,
        habit: None,
    }
}

/// Health report of a network without problems.
fn health() -> Health {
    let facts = [("output spikes", "42.3 per image"), ("fired in ~300 images", "380 of 400"), ("right, last 50", "88 %")];
    Health { judged: 50, facts: facts.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(), ..Health::default() }
}

/// The same network with silent output neurons.
pub(crate) fn silent() -> Snapshot {
    let mut snapshot = network(400, 0.0);
    let remedy = Remedy {
        id: ParamId::VTh,
        value: -52.0,
        reason: "Threshold is −20 mV, above the −52 mV of the preset, which is known to work.".to_owned(),
    };
    let evidence = "0 output spikes in the last 50 images; highest V −58.2 mV, threshold −20.0 mV".to_owned();
    let finding = Finding { condition: Condition::Silent, evidence, remedy };
    snapshot.health = Arc::new(Health { findings: vec![finding], ..health() });
    snapshot
}

/// The preset named in the snapshots.
fn about() -> Preset {
    Preset::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/mnist-rstdp.ron")).expect("the default preset")
}

/// Ten escape-noise output neurons behind a hidden layer of two filter banks, at the end of an image.
pub(crate) fn features() -> Snapshot {
    let mut snapshot = network(CLASSES, 0.0);
    be(&mut snapshot, Setup::Template(Template::Features));
    let (onset, winner) = (NOW - 13, 7);
    snapshot.trial.elapsed_ms = 13.0;
    snapshot.trial.duration_ms = 13.0;
    snapshot.spikes = Arc::new([SpikeEvent { step: onset + 11, neuron: winner, layer: Layer::Output }]);
    let trace = |neuron: u32| {
        let slope = if neuron == winner { 0.5 } else { 0.04 * neuron as f32 - 0.3 };
        let v = |step: u64| -65.0 + slope * step as f32 + if step == 11 { 20.0 } else { 0.0 };
        let v_mv: Vec<f32> = (0..WINDOW).map(|k| v((k + 13).saturating_sub(WINDOW))).collect();
        PotentialTrace {
            neuron,
            threshold_mv: vec![-45.0; v_mv.len()].into(),
            v_mv: v_mv.into(),
            injected_mv: Arc::from([]),
            spikes: Vec::new(),
        }
    };
    snapshot.potentials = (0..CLASSES as u32).map(trace).collect();
    let bank = |size: usize, across: usize| {
        let wave =
            |channel: usize, tap: usize| (channel as f32 + (tap % size) as f32 * 0.9 + (tap / size) as f32 * (channel % 3) as f32).sin();
        let spike =
            |k: usize| HiddenSpike { step: onset + k as u64 / 40, site: ((k * 37) % (across * across)) as u32, channel: (k % 24) as u32 };
        BankView {
            sites: (across, across),
            size,
            stride: 2,
            pad: 2,
            filters: (0..32 * size * size).map(|i| 0.1 * wave(i / (size * size), i % (size * size))).collect(),
            spikes: (0..300).map(spike).collect(),
            pooled: (0..49).map(|cell| cell % 9).collect(),
            cells: 7,
            outgoing: Arc::new(Outgoing {
                targets: CLASSES,
                filters: false,
                synapses: 49,
                mean_mv: (0..32 * CLASSES).map(|i| 0.2 * wave(i / CLASSES, i % CLASSES)).collect(),
            }),
        }
    };
    snapshot.hidden = Arc::new([bank(11, 11), bank(7, 13)]);
    snapshot.network = Arc::new(deep_anatomy());
    snapshot.flow = Arc::new([105, 300, 300, 88, 1]);
    snapshot.flow_ms = 13.0;
    snapshot
}

/// A session at its start: the network exists, no image has been shown.
pub(crate) fn untouched() -> Snapshot {
    let mut snapshot = classification();
    snapshot.step = Step(0);
    snapshot.window_start = Step(0);
    snapshot.state = RunState::Paused;
    snapshot.spikes = Arc::new([]);
    snapshot.trials = Arc::new([]);
    snapshot.accuracy = Arc::new([]);
    snapshot.confusion = Arc::new([0; CLASSES * CLASSES]);
    snapshot.dopamine = Arc::new([]);
    snapshot.potentials.clear();
    snapshot.evaluation = None;
    (snapshot.why, snapshot.probed, snapshot.eligibility, snapshot.habit, snapshot.study) = (None, None, None, None, None);
    snapshot.trial = TrialView::default();
    snapshot
}

/// One neuron under a constant current.
pub(crate) fn first_neuron() -> Snapshot {
    let mut snapshot = network(1, 0.0);
    let rate = |current: f64| {
        // tau_m 20 ms, t_ref 5 ms, V_th 13 mV and V_reset 5 mV above rest, R 10 MΩ.
        let drive = 10.0 * current;
        if drive <= 13.0 { 0.0 } else { 1000.0 / (5.0 + 20.0 * libm::log((drive - 5.0) / (drive - 13.0))) }
    };
    be(&mut snapshot, Setup::Template(Template::Neuron));
    "First neuron".clone_into(&mut snapshot.title);
    snapshot.health = Arc::default();
    snapshot.network = Arc::new(NetworkView {
        parts: vec![part(PartKind::Input, "Electrode", 1, "1", "2 nA"), part(PartKind::Output, "Neuron", 1, "1", "LIF")],
        links: vec![link((0, 1), "current through 10 MΩ", 0, None)],
    });
    snapshot.flow = Arc::new([0, 11]);
    snapshot.flow_ms = WINDOW as f64;
    snapshot.class_of = Arc::new([None]);
    snapshot.weights = Arc::default();
    snapshot.trial = TrialView::default();
    snapshot.spikes = (0..11).map(|k| SpikeEvent { step: NOW - 490 + k * 46, neuron: 0, layer: Layer::Output }).collect();
    snapshot.rates = Arc::new([rate(2.0) as f32]);
    snapshot.fi = Some(Arc::new(FiCurve {
        theory: (0..=200).map(|k| f64::from(k) * 0.02).map(|current| (current, rate(current))).collect(),
        measured: [0.5, 1.0, 1.5, 2.0, 2.5, 3.0].map(|current| (current, rate(current).round())).to_vec(),
        now: (2.0, rate(2.0)),
    }));
    snapshot
}

/// Pairs of spikes at varying time differences.
pub(crate) fn pairing() -> Snapshot {
    let mut snapshot = network(1, 0.0);
    let change = |lag: f64| {
        let size = libm::exp(-lag.abs() / 20.0);
        if lag >= 0.0 { 0.05 * size } else { -0.0525 * size }
    };
    let trace = |at: i32| {
        move |t: i32| {
            if t < at { 0.0 } else { libm::exp(-f64::from(t - at) / 20.0) as f32 }
        }
    };
    be(&mut snapshot, Setup::Template(Template::Pair));
    "STDP window".clone_into(&mut snapshot.title);
    let ends = [(PartKind::Input, "Presynaptic"), (PartKind::Output, "Postsynaptic")];
    snapshot.network = Arc::new(NetworkView {
        parts: ends.map(|(kind, name)| part(kind, name, 1, "1", "spikes when told")).to_vec(),
        links: vec![LinkView { modulated: false, ..link((0, 1), "one synapse", 1, Some("pair-stdp, nearest")) }],
    });
    snapshot.flow = Arc::new([0, 0]);
    snapshot.trial = TrialView::default();
    snapshot.spikes = Arc::new([]);
    snapshot.weights = Arc::default();
    snapshot.stdp = Some(Arc::new(StdpWindow {
        theory: (-120..=120).map(|k| f64::from(k) * 0.5).map(|lag| (lag, change(lag))).collect(),
        measured: (-30..=6).map(|k| f64::from(k) * 2.0).map(|lag| (lag, change(lag))).collect(),
        lag_ms: 12.0,
        x_pre: (0..200).map(trace(60)).collect(),
        x_post: (0..200).map(trace(72)).collect(),
        w: (0..200).map(|t| if t < 72 { 0.5 } else { 0.5 + change(12.0) as f32 }).collect(),
    }));
    snapshot
}

fn spikes(image: &[u8], class_of: &[Option<u8>], rate: f32, elapsed: u64, noise: &mut Noise) -> Vec<SpikeEvent> {
    let mut events = Vec::new();
    for step in NOW - WINDOW..NOW {
        for (channel, &pixel) in image.iter().enumerate() {
            if noise.next() < f32::from(pixel) / 255.0 * 0.128 {
                events.push(SpikeEvent { step, neuron: channel as u32, layer: Layer::Input });
            }
        }
        let favoured = if step >= NOW - elapsed { 7 } else { 4 };
        for (neuron, &class) in class_of.iter().enumerate() {
            let rate = if class == Some(favoured) { rate } else { rate * 0.012 };
            if noise.next() < rate / 1000.0 {
                events.push(SpikeEvent { step, neuron: neuron as u32, layer: Layer::Output });
            }
        }
    }
    events
}

fn potential(neuron: u32, noise: &mut Noise) -> PotentialTrace {
    let (mut v_mv, mut threshold_mv, mut spikes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut v, mut held) = (-60.0_f32, 0);
    for step in 0..WINDOW as u32 {
        let threshold = -52.0 + 3.42;
        if held > 0 {
            held -= 1;
            v = -60.0;
        } else {
            v += (-65.0 - v) / 100.0 + 0.72 + 0.5 * noise.normal();
        }
        if v >= threshold {
            spikes.push(step);
            held = 5;
        }
        v_mv.push(v.min(threshold));
        threshold_mv.push(threshold);
    }
    PotentialTrace { neuron, v_mv: v_mv.into(), threshold_mv: threshold_mv.into(), injected_mv: Arc::from([]), spikes }
}

fn weights(images: &[Vec<u8>], labels: &[u8], class_of: &[Option<u8>], noise: &mut Noise) -> WeightView {
    let mut w = Vec::with_capacity(class_of.len() * PIXELS);
    for &class in class_of {
        let own: Vec<usize> = (0..labels.len()).filter(|&i| Some(labels[i]) == class).collect();
        // Each neuron is the mean of a few images of its class, so that no two are equal.
        let picked: Vec<usize> = (0..6).filter_map(|_| own.get((noise.next() * own.len() as f32) as usize).copied()).collect();
        let mut field: Vec<f32> = (0..PIXELS)
            .map(|p| {
                let mean = picked.iter().map(|&i| f32::from(images[i][p])).sum::<f32>() / picked.len().max(1) as f32 / 255.0;
                (mean + 0.03 * noise.next()).max(0.0)
            })
            .collect();
        let sum: f32 = field.iter().sum();
        field.iter_mut().for_each(|value| *value *= 40.0 / sum.max(1e-6));
        w.extend(field);
    }
    WeightView { n_pre: PIXELS, n_post: class_of.len(), field: (SIDE, SIDE), w: w.into(), w_max: 1.0 }
}

fn trials(noise: &mut Noise) -> Vec<TrialRecord> {
    let mut expectation = 0.55_f64;
    (739..1239)
        .map(|index| {
            let label = (noise.next() * 10.0) as u8 % 10;
            let right = noise.next() < 0.87;
            let reward = f64::from(u8::from(right));
            let modulation = reward - expectation;
            let record = TrialRecord {
                index,
                image: index as u32,
                label,
                answer: Some(if right { label } else { (label + 5) % 10 }),
                reward: Some(reward),
                expectation,
                modulation,
                spikes: 40,
            };
            expectation += 0.02 * modulation;
            record
        })
        .collect()
}

fn accuracy(noise: &mut Noise) -> Arc<[AccuracyPoint]> {
    (1..=124)
        .map(|bin| {
            let mean = 0.88 - 0.78 * (-(bin as f32) / 22.0).exp();
            AccuracyPoint { image: bin * 10, raw: (mean + 0.05 * noise.normal()).clamp(0.0, 1.0), mean: mean + 0.006 * noise.normal() }
        })
        .collect()
}

fn confusion(noise: &mut Noise) -> Arc<[u32]> {
    (0..CLASSES * CLASSES)
        .map(|cell| {
            let (label, answer) = (cell / CLASSES, cell % CLASSES);
            match (label, answer) {
                _ if label == answer => 100 + (noise.next() * 20.0) as u32,
                (4, 9) | (9, 4) => 14,
                (3 | 8, 5) | (5, 8) => 8,
                _ => (noise.next() * 3.0) as u32,
            }
        })
        .collect()
}
