//! Findings of the health check on MNIST: faults are reported within fifty images, working presets have no findings.
#![allow(clippy::unwrap_used)] // in a test a panic is the report

use spikescope::datasets::{Data, load_dir};
use spikescope::experiment::{Condition, Health, Trainer, TrialRecord, Vitals, examine};
use spikescope::params::{Domain, ParamId, Params};
use spikescope::preset::Preset;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn mnist() -> Arc<Data> {
    static DATA: OnceLock<Arc<Data>> = OnceLock::new();
    Arc::clone(DATA.get_or_init(|| Arc::new(load_dir(&root("data/mnist")).unwrap())))
}

/// A run of a preset, examined as a session does it.
struct Examined {
    trainer: Trainer,
    usual: Params,
    trials: Vec<TrialRecord>,
    rates: Vec<f32>,
}

impl Examined {
    /// The preset with these parameters changed.
    fn new(name: &str, changed: &[(&str, &str)], seed: u64) -> Self {
        let mut preset = Preset::load(&root(&format!("presets/{name}.ron"))).unwrap();
        let usual = preset.params.clone();
        for (name, text) in changed {
            let id = ParamId::from_name(name).unwrap();
            match id.spec().domain {
                Domain::Choice(_) => drop(preset.params.set_text(name, text).unwrap()),
                Domain::Real { .. } | Domain::Integer { .. } => preset.params.set(id, text.parse().unwrap()).unwrap(),
            }
        }
        let trainer = Trainer::new(&preset, mnist(), seed, None).unwrap();
        let shown = trainer.network().output().unwrap().channels();
        Self { trainer, usual, trials: Vec::new(), rates: vec![0.0; shown] }
    }

    fn show(&mut self) {
        self.trials.push(self.trainer.train_image().unwrap());
        let gain = 1.0 / 200_f32.min(self.trials.len() as f32);
        let shown = self.rates.len();
        let mut counts = vec![0.0; shown];
        self.trainer.network().counts().iter().enumerate().for_each(|(j, &count)| counts[j % shown] += count as f32);
        self.rates.iter_mut().zip(counts).for_each(|(rate, count)| *rate += gain * (count - *rate));
    }

    fn health(&self) -> Health {
        examine(&Vitals::of(&self.trainer, &self.usual, &self.trials, &self.rates))
    }
}

fn conditions(health: &Health) -> Vec<Condition> {
    health.findings.iter().map(|finding| finding.condition).collect()
}

/// Shows at most fifty images; the condition must be reported, with a valid value for one parameter.
#[track_caller]
fn named(name: &str, changed: &[(&str, &str)], condition: Condition, remedy: &str) {
    let mut run = Examined::new(name, changed, 7);
    let mut health = Health::default();
    for _ in 0..50 {
        run.show();
        health = run.health();
        if conditions(&health).contains(&condition) {
            break;
        }
    }
    let Some(finding) = health.findings.iter().find(|finding| finding.condition == condition) else {
        panic!("{name} with {changed:?}: {condition:?} is not named; {health:?}");
    };
    let spec = finding.remedy.id.spec();
    assert!(spec.admits(finding.remedy.value), "{:?}", finding.remedy);
    assert_eq!(finding.remedy.words(), remedy, "{finding:?}");
    assert_ne!(finding.remedy.value, run.trainer.params().get(finding.remedy.id), "the suggested value equals the present one");
    assert!(finding.evidence.chars().any(|c| c.is_ascii_digit()), "evidence is numbers: {}", finding.evidence);
}

const DEFAULT: &str = "mnist-rstdp";

#[test]
fn outputs_that_do_not_fire_are_silent() {
    named(DEFAULT, &[("rate_max", "5")], Condition::Silent, "rate_max = 128 Hz");
    named(DEFAULT, &[("v_th", "0"), ("tau_m", "20")], Condition::Silent, "v_th = -52 mV");
    named("mnist-gabor-rstdp", &[("v_th_out", "100")], Condition::Silent, "v_th_out = 20 mV");
    named("mnist-gabor-rstdp", &[("ramp", "0.1")], Condition::Silent, "ramp = 20 mV/ms");
}

#[test]
fn missing_inhibition_or_excessive_weight_is_runaway_activity() {
    named(DEFAULT, &[("inhibition", "0")], Condition::Runaway, "inhibition = 250 mV");
    named(DEFAULT, &[("norm", "500")], Condition::Runaway, "norm = 60 mV");
    named("mnist-diehl-cook-400", &[("inhibition", "0")], Condition::Runaway, "inhibition = 120 mV");
}

#[test]
fn excessive_learning_rate_saturates_weights() {
    named(DEFAULT, &[("eta", "100")], Condition::Saturated, "eta = 0.1");
    named("mnist-diehl-cook-100", &[("eta", "1")], Condition::Saturated, "eta = 0.003");
    named("mnist-stdp-then-reward", &[("eta_stdp", "1")], Condition::Saturated, "eta_stdp = 0.003");
}

#[test]
fn neurons_that_cannot_reach_threshold_are_dead() {
    // negative rewards depress the weights of active inputs, and without normalisation nothing restores them
    let teaching = [("reward_right", "-1"), ("reward_wrong", "-1"), ("modulator", "raw reward"), ("eta", "50")];
    let punished = [&[("n_neurons", "40"), ("norm", "0"), ("w_init_max", "0.02")][..], &teaching].concat();
    named(DEFAULT, &punished, Condition::Dead, "eta = 0.1");
}

/// The threshold is so high, or the weights are so low, that few neurons respond; this is evident after a thousand images.
#[test]
fn network_in_which_few_neurons_fire_is_reported() {
    for (changed, remedy) in [([("v_th", "0")], "v_th = -52 mV"), ([("norm", "5")], "norm = 60 mV")] {
        let mut run = Examined::new(DEFAULT, &changed, 7);
        (0..1050).for_each(|_| run.show());
        let health = run.health();
        let finding = health.findings.iter().find(|finding| finding.condition == Condition::Dead);
        let finding = finding.unwrap_or_else(|| panic!("{changed:?}: {health:?}"));
        assert_eq!(finding.remedy.words(), remedy);
        assert!(finding.evidence.contains("of 400 neurons fired in the last few hundred images"), "{}", finding.evidence);
    }
}

/// A higher `norm` is applied at once, also to neurons that never fire.
#[test]
fn suggested_change_makes_silent_network_fire() {
    let mut run = Examined::new(DEFAULT, &[("norm", "1")], 7);
    (0..30).for_each(|_| run.show());
    let finding = run.health().findings[0].clone();
    assert_eq!((finding.condition, finding.remedy.words().as_str()), (Condition::Silent, "norm = 60 mV"));
    run.trainer.set(finding.remedy.id, finding.remedy.value).unwrap();
    (0..80).for_each(|_| run.show());
    assert!(run.health().findings.is_empty(), "{:?}", run.health().findings);
}

/// A threshold below the reset potential is invalid and must not be suggested.
#[test]
fn suggested_values_are_valid() {
    // the potentials stay near rest: a threshold within reach would lie below the reset potential
    let mut run = Examined::new(DEFAULT, &[("norm", "4"), ("w_init_max", "0.01")], 7);
    run.usual = run.trainer.params().clone();
    for _ in 0..50 {
        run.show();
        for finding in run.health().findings {
            let mut params = run.trainer.params().clone();
            params.set(finding.remedy.id, finding.remedy.value).unwrap();
            assert!(params.conflicts(run.trainer.setup()).is_empty(), "{finding:?}");
        }
    }
}

#[test]
fn identical_answers_are_reported_as_collapse() {
    let current = [("inhibition_type", "current"), ("norm", "50"), ("eta", "0.05"), ("eta_boost", "1"), ("theta_plus", "0")];
    named(DEFAULT, &current, Condition::Collapse, "theta_plus = 0.05 mV");
    named("mnist-gabor-rstdp", &[("eta", "100")], Condition::Collapse, "eta = 5");
}

#[test]
fn missing_reward_or_rule_is_reported() {
    named(DEFAULT, &[("reward_mode", "off")], Condition::NothingToLearn, "reward_mode = automatic");
    named(DEFAULT, &[("rule", "none")], Condition::NothingToLearn, "rule = r-stdp");
    named(DEFAULT, &[("reward_noise", "0.5")], Condition::NothingToLearn, "reward_noise = 0");
    named(DEFAULT, &[("reward_right", "0")], Condition::NothingToLearn, "reward_right = 1");
    named("mnist-gabor-rstdp", &[("reward_mode", "by hand")], Condition::NothingToLearn, "reward_mode = automatic");
}

#[test]
fn accuracy_at_chance_is_reported_after_enough_images() {
    for (name, changed, remedy) in [
        (DEFAULT, [("eta", "1e-6")], "eta = 0.1"),
        ("mnist-gabor-rstdp", [("eta", "0.0001")], "eta = 5"),
        (DEFAULT, [("reward_mode", "inverted")], "reward_mode = automatic"),
    ] {
        let mut run = Examined::new(name, &changed, 7);
        (0..1050).for_each(|_| run.show());
        let health = run.health();
        let finding = health.findings.iter().find(|finding| finding.condition == Condition::Chance);
        let finding = finding.unwrap_or_else(|| panic!("{name} with {changed:?}: {health:?}"));
        assert_eq!(finding.remedy.words(), remedy);
        assert!(finding.evidence.contains("of the last 200 answers right"), "{}", finding.evidence);
    }
}

#[test]
fn shipped_presets_have_no_findings() {
    for (name, images) in [
        ("mnist-rstdp", 4000),
        ("mnist-diehl-cook-100", 4000),
        ("mnist-diehl-cook-400", 3000),
        ("mnist-diehl-cook-1600", 1500),
        ("mnist-stdp-then-reward", 4000),
        ("mnist-gabor-rstdp", 3000),
        ("mnist-gabor-rstdp-128", 2000),
        ("mnist-pixels-rstdp", 4000),
        ("mnist-record", 2000),
        ("mnist-record-learnt", 6000),
        ("mnist-stdp-features-rstdp", 6500),
        ("mnist-mozafari-conv", 300),
    ] {
        // the seed of the first start and three others
        for (seed, images) in [(0, images), (1, 1500.min(images)), (2, 1500.min(images)), (3, 1500.min(images))] {
            let mut run = Examined::new(name, &[], seed);
            for image in 1..=images {
                run.show();
                if image <= 300 || image % 25 == 0 {
                    let health = run.health();
                    assert!(health.findings.is_empty(), "{name}, seed {seed}, after {image} images: {:?}", health.findings);
                }
            }
        }
    }
}
