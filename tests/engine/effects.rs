//! Parameters act as the registry states: one that is offered and not idle changes a short training, one
//! that is idle or belongs to another template changes nothing, and every interface refuses the latter.

use super::common::Dice;
use rayon::prelude::*;
use spikescope::datasets::{Data, Dataset};
use spikescope::experiment::{NeuronLab, PairingLab, TestResult, Trainer};
use spikescope::params::{Change, Domain, ParamId, ParamSpec, Params, REGISTRY, Setup, Template, format_value};
use spikescope::preset::Preset;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

const IMAGES: u32 = 14;
const TESTED: usize = 8;

/// Three classes of bars, 16 pixels wide and high, in all shades. Before the last hundred training images the classes have other
/// names, so that it matters how many of them neurons are assigned from.
fn data() -> Arc<Data> {
    static DATA: OnceLock<Arc<Data>> = OnceLock::new();
    let set = |n: usize, seed| {
        let mut dice = Dice::new(seed);
        let labels: Vec<u8> = (0..n).map(|k| ((k + usize::from(n - k > 100)) % 3) as u8).collect();
        let mut images = ndarray::Array2::zeros((n, 256));
        for (k, mut image) in images.rows_mut().into_iter().enumerate() {
            let at = 3 + dice.below(6);
            for (p, pixel) in image.iter_mut().enumerate() {
                let (x, y) = (p % 16, p / 16);
                let along = [x, y, usize::midpoint(x, y)][k % 3];
                *pixel = if along.abs_diff(at) < 2 { 90 + dice.below(166) as u8 } else { (dice.below(5) * 12) as u8 };
            }
        }
        Dataset { images, labels, width: 16, height: 16, classes: 3 }
    };
    Arc::clone(DATA.get_or_init(|| Arc::new(Data::numbered("bars", set(400, 1), set(TESTED, 2)))))
}

fn shipped() -> Vec<Preset> {
    spikescope::preset::shipped_experiments().iter().map(|path| Preset::load(path).unwrap()).collect()
}

/// A preset with few neurons and short stages, so that a few images pass through all stages.
fn small(mut preset: Preset, sets: &[(&str, &str)]) -> Preset {
    let size: &[(&str, &str)] = match preset.setup {
        Setup::Template(Template::Competing) => &[("n_neurons", "12"), ("stdp_images", "5"), ("assign_images", "100")],
        Setup::Template(Template::Features) => &[
            ("n_neurons", "12"),
            ("n_features", "10"),
            ("winners", "3"),
            ("filter_images", "3"),
            ("filter_images_second", "3"),
            ("cells", "5"),
        ],
        Setup::Template(Template::Deep) => &[("n_neurons", "12"), ("maps_1", "6"), ("maps_2", "10"), ("images_1", "3"), ("images_2", "4")],
        Setup::Template(Template::Neuron | Template::Pair) | Setup::Described(_) => &[],
    };
    for (name, value) in size.iter().chain(sets) {
        preset.params.set_text(name, value).unwrap();
    }
    preset.title = format!("{} {sets:?}", preset.path.as_ref().and_then(|path| path.file_stem()).unwrap().to_string_lossy());
    preset
}

/// Every shipped preset, and combinations that no shipped preset has.
fn kinds() -> Vec<Preset> {
    let more: &[(&str, &[(&str, &str)])] = &[
        ("mnist-rstdp", &[("encoder", "latency")]),
        ("mnist-rstdp", &[("rule", "none")]),
        ("mnist-rstdp", &[("rule", "pair-stdp"), ("theta_plus", "0 mV")]),
        ("mnist-rstdp", &[("reward_mode", "by hand"), ("augment", "0.5")]),
        ("mnist-rstdp", &[("modulator", "label (comparison)")]),
        ("mnist-rstdp", &[("modulator", "raw reward"), ("eta_final", "1")]),
        ("mnist-gabor-rstdp", &[("rule", "none"), ("w_init_sd", "0.3")]),
        // in this one and the next, some images have no answer
        (
            "mnist-gabor-rstdp",
            &[
                ("n_features_second", "12"),
                ("winners_second", "2"),
                ("filter_reward", "0.3"),
                ("rule", "none"),
                ("w_init_sd", "0.3"),
                ("v_th_out", "40 mV"),
                ("reward_wrong", "-1"),
            ],
        ),
        ("mnist-gabor-rstdp", &[("credit", "integral"), ("reward_delay", "20 ms"), ("v_th_out", "37 mV"), ("reward_wrong", "-1")]),
        ("mnist-gabor-rstdp", &[("modulator", "minus running mean"), ("retina", "on-off")]),
        ("mnist-gabor-rstdp", &[("modulator", "label (comparison)"), ("glances", "3"), ("augment", "0")]),
        ("mnist-stdp-features-rstdp", &[("n_features_second", "12"), ("winners_second", "2"), ("reward_mode", "shuffled")]),
        ("mnist-stdp-features-rstdp", &[("filter_images", "0")]),
        ("mnist-pixels-rstdp", &[("retina", "on-off"), ("modulator", "sign")]),
        (
            "mnist-mozafari-conv",
            &[("rule", "r-stdp"), ("eta", "0.1"), ("modulator", "minus running mean"), ("v_th_out", "80 mV"), ("w_min", "0.75 mV")],
        ),
        ("mnist-mozafari-conv", &[("rule", "none"), ("images_1", "0"), ("v_th_out", "80 mV")]),
    ];
    let of = |name: &str| Preset::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("presets").join(name).with_extension("ron")).unwrap();
    let more = more.iter().map(|(name, sets)| small(of(name), sets));
    shipped().into_iter().map(|preset| small(preset, &[])).chain(more).collect()
}

/// Everything a parameter may affect: the network, the answers, and tests during training and at its end.
#[derive(Debug, Clone, Default, PartialEq)]
struct Effect {
    step: u64,
    parts: Vec<(String, u64)>,
    answers: Vec<(Option<u8>, u8, u32)>,
    tests: Vec<Option<TestResult>>,
    measured: Vec<(f64, f64)>,
}

/// Rewards are recorded even if they reach no synapse; records, baselines and counts are therefore not compared.
fn parts(digest: spikescope::engine::archive::Digest) -> Vec<(String, u64)> {
    digest.0.into_iter().filter(|(part, _)| !["trial", "neuromodulator", "clocks"].contains(&part.as_str())).collect()
}

/// The result of a short training with one parameter changed; `None` if the value conflicts with the other parameters.
fn effect(preset: &Preset, change: Option<(ParamId, f64)>) -> Option<Effect> {
    let mut effect = Effect::default();
    let live = change.filter(|(id, _)| id.spec().change == Change::Live && id.spec().belongs_to(preset.setup));
    let changed = change.map_or_else(|| preset.clone(), |(id, value)| with(preset, id, value));
    match preset.setup {
        // laboratories are changed while they run
        Setup::Template(Template::Neuron) => {
            let mut lab = NeuronLab::new(if live.is_some() { preset } else { &changed }, 5).ok()?;
            live.map_or(Ok(()), |(id, value)| lab.set(id, value)).ok()?;
            lab.advance(6000, &mut []);
            (effect.parts, effect.measured) = (parts(lab.digest()), lab.measured().to_vec());
        }
        // its quantities are not in the registry
        Setup::Described(_) => {}
        Setup::Template(Template::Pair) => {
            let mut lab = PairingLab::new(if live.is_some() { preset } else { &changed }).ok()?;
            live.map_or(Ok(()), |(id, value)| lab.set(id, value)).ok()?;
            lab.advance(4000);
            (effect.parts, effect.measured) = (parts(lab.digest()), lab.measured().to_vec());
        }
        Setup::Template(Template::Competing | Template::Features | Template::Deep) => {
            // averages are updated with every fiftieth image
            let images = if change.is_some_and(|(id, _)| id == ParamId::Average) { 52 } else { IMAGES };
            let mut trainer = Trainer::new(&changed, data(), 5, Some(u64::from(IMAGES))).ok()?;
            for image in 0..images {
                if image % 2 == 0 && changed.params.choice(ParamId::RewardMode) == "by hand" {
                    // a manual reward is given during the image
                    trainer.advance(1, &mut []).unwrap();
                    trainer.give_reward(1.0);
                }
                // a halt is an effect, too
                let Ok(record) = trainer.train_image() else { break };
                effect.answers.push((record.answer, record.label, record.spikes));
                if image + 1 == images || image == 3 && preset.setup == Setup::Template(Template::Competing) {
                    effect.tests.push(trainer.evaluator().run(TESTED, 1, &|_| {}, &AtomicBool::new(false)));
                }
            }
            (effect.step, effect.parts) = (trainer.step(), parts(trainer.digest()));
        }
    }
    Some(effect)
}

/// Values that differ from the present one, near it first.
fn others(spec: &ParamSpec, now: f64) -> Vec<f64> {
    let candidates = match spec.domain {
        Domain::Choice(words) => (0..words.len()).map(|word| word as f64).collect(),
        Domain::Integer { min, max } => vec![(now + 1.0).min(max), (now - 1.0).max(min), min, 2.0 * now, max],
        Domain::Real { min, max, .. } => {
            let near = if now == 0.0 { [0.02, 0.001].map(|share| min + share * (max - min)) } else { [0.5 * now, 2.0 * now] };
            // durations are whole steps
            let whole = |value: f64| if spec.unit == "ms" && value > 1.0 { value.round() } else { value };
            near.into_iter().map(whole).chain([min, max]).map(|value| value.clamp(min, max)).collect::<Vec<f64>>()
        }
    };
    candidates.into_iter().filter(|&value| value != now && spec.admits(value)).collect()
}

fn with(preset: &Preset, id: ParamId, value: f64) -> Preset {
    let mut preset = preset.clone();
    preset.params.set(id, value).unwrap();
    preset
}

/// Parameters that affect only the displayed concentration.
const DISPLAYED: [ParamId; 1] = [ParamId::TauD];

#[test]
fn parameters_act_only_where_the_registry_states() {
    let faults: Vec<String> = kinds()
        .par_iter()
        .flat_map(|preset| {
            let intact = effect(preset, None).unwrap();
            REGISTRY.par_iter().filter(|spec| !DISPLAYED.contains(&spec.id)).filter_map(move |spec| {
                let (id, now) = (spec.id, preset.params.get(spec.id));
                let unchanged = if id == ParamId::Average { effect(preset, Some((id, now))).unwrap() } else { intact.clone() };
                let idle = preset.params.idle(id, preset.setup);
                let mut possible = 0;
                // for refused parameters a few combinations are sufficient
                let most = if spec.belongs_to(preset.setup) { usize::MAX } else { 3 };
                let differs = others(spec, now).into_iter().take(most).find(|&value| {
                    let effect = effect(preset, Some((id, value)));
                    possible += usize::from(effect.is_some());
                    effect.is_some_and(|effect| effect != unchanged)
                });
                match (idle, differs) {
                    (None, None) if possible > 0 => Some(format!("{}: {} is offered and has no effect", preset.title, spec.name)),
                    (Some(idle), Some(value)) => {
                        Some(format!("{}: {} = {} has an effect, but {idle:?}", preset.title, spec.name, format_value(spec, value)))
                    }
                    _ => None,
                }
            })
        })
        .collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn parameter_of_another_template_is_refused_by_every_interface() {
    for preset in shipped().into_iter().map(|preset| small(preset, &[])) {
        let mut trainer = Trainer::new(&preset, data(), 5, None).ok();
        for spec in REGISTRY.iter().filter(|spec| !spec.belongs_to(preset.setup)) {
            let value = others(spec, preset.params.get(spec.id))[0];
            if let Some(trainer) = trainer.as_mut().filter(|_| spec.change == Change::Live) {
                assert!(trainer.set(spec.id, value).is_err(), "{}: {} is set", preset.title, spec.name);
            }
            let text = with(&preset, spec.id, value).to_ron();
            assert_eq!(Preset::parse(&text, Path::new("p.ron")).unwrap().params.get(spec.id), Params::default().get(spec.id));
            let line = format!("\n        \"{}\": \"{}\",", spec.name, format_value(spec, value));
            let forced = preset.to_ron().replacen("params: {", &format!("params: {{{line}"), 1);
            assert!(Preset::parse(&forced, Path::new("p.ron")).is_err(), "{}: {} is read", preset.title, spec.name);
        }
    }
}
