//! The results of every shipped preset, as digests in `tests/reference/digests.tsv`. A digest that changes means that results
//! change: of the arithmetic, the random streams, the state or its persisted form.
//!
//! `SPIKESCOPE_RECORD=1 cargo test --no-default-features --test bits presets` writes the table; a change of it is declared in
//! CHANGELOG.md.

use crate::{digits, levels};
use rayon::prelude::*;
use spikescope::engine::archive::{Digest, Persist, save};
use spikescope::experiment::{Evaluator, NeuronLab, PairingLab, Trainer};
use spikescope::params::{ParamId, Params, REGISTRY, Setup, Template, format_value};
use spikescope::preset::{Preset, shipped_experiments};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use xxhash_rust::xxh3::Xxh3;

const TABLE: &str = "tests/reference/digests.tsv";

/// Header of the table.
const HEADER: &str = "\
# Results of every shipped preset as digests (form 1 of the persisted state, docs/adr/0017).
# generator: SPIKESCOPE_RECORD=1 cargo test --no-default-features --test bits presets
# They depend on the preset with the settings of the row, the seed, the number of images (steps in a laboratory) and the
# images of tests/digits, which are made by arithmetic. They do not depend on the machine, its vector instructions, the
# build profile or the number of threads: the part after the resume is computed with the narrowest instructions.
# column preset: name of the file
# column settings: changes against the preset
# column effective: digest of every parameter that differs from its registry default
# column seed
# column phase: checkpoint = bytes saved during the image in the middle of training; training = state at the end, the same after
#   a resume from that checkpoint; test = answer to every test image, confusion matrix, spikes and log-likelihood
# column images: images of the phase (steps in a laboratory)
# column digest: XXH3, 64 bits
";

/// Settings that differ from those of the preset.
type Settings = &'static [(&'static str, &'static str)];

/// A preset with changes, the number of its training images and that of its test images, which exceeds 100, the images of one
/// task of a test, where that is quick.
struct Case(&'static str, Settings, u64, usize);

const FILTERS: (&str, &str) = ("filter_images", "30");

const CASES: &[Case] = &[
    Case("mnist-rstdp", &[], 300, 130),
    Case("mnist-rstdp", &[("sigma", "2 mV")], 200, 110),
    Case("mnist-rstdp", &[("reward_delay", "40 ms"), ("tau_e", "100 ms"), ("sigma", "1 mV")], 200, 110),
    Case("mnist-stdp-then-reward", &[("stdp_images", "100")], 300, 130),
    Case("mnist-diehl-cook-100", &[], 300, 130),
    Case("mnist-diehl-cook-400", &[], 200, 110),
    Case("mnist-diehl-cook-1600", &[], 100, 20),
    Case("mnist-gabor-rstdp", &[], 300, 130),
    Case("mnist-gabor-rstdp", &[("reward_delay", "10 ms"), ("tau_e", "30 ms")], 200, 110),
    Case("mnist-gabor-rstdp-128", &[], 200, 110),
    Case("mnist-pixels-rstdp", &[], 300, 130),
    Case("mnist-stdp-features-rstdp", &[FILTERS], 230, 110),
    Case("mnist-stdp-features-rstdp", &[FILTERS, ("n_features_second", "40"), ("filter_images_second", "30"), ("average", "100")], 260, 40),
    Case("mnist-record", &[("glances", "2")], 120, 20),
    Case("mnist-record-learnt", &[FILTERS, ("glances", "2")], 150, 20),
    Case("mnist-mozafari-conv", &[("images_1", "30"), ("images_2", "30")], 160, 20),
];

/// Steps of a laboratory, before and after a change of this parameter.
const LABS: &[(&str, u64, ParamId, f64)] = &[("first-neuron", 20_000, ParamId::IExt, 3.0), ("stdp-window", 20_000, ParamId::TauPlus, 12.0)];

const SEEDS: [u64; 2] = [1, 2];

fn preset(name: &str, settings: Settings) -> Preset {
    let mut preset = Preset::load(&Path::new("presets").join(name).with_extension("ron")).unwrap();
    for (name, value) in settings {
        preset.params.set_text(name, value).unwrap();
    }
    preset
}

fn hash(bytes: &[u8]) -> String {
    let mut hash = Xxh3::new();
    hash.update(bytes);
    format!("{:016x}", hash.digest())
}

/// The parameters that determine a row: a preset that is tuned again changes this, a change of the engine does not.
fn effective(params: &Params) -> String {
    let changed = REGISTRY.iter().filter(|spec| params.get(spec.id) != spec.default);
    let values: Vec<String> = changed.map(|spec| format!("{}={};", spec.name, format_value(spec, params.get(spec.id)))).collect();
    hash(values.concat().as_bytes())
}

/// The rows of a run: what they have in common, then phase, number and digest.
fn rows(name: &str, settings: Settings, params: &Params, seed: u64, phases: &[(&str, u64, String)]) -> Vec<[String; 7]> {
    let settings = settings.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ");
    let row = |(phase, images, digest): &(&str, u64, String)| {
        [name.to_owned(), settings.clone(), effective(params), seed.to_string(), (*phase).to_owned(), images.to_string(), digest.clone()]
    };
    phases.iter().map(row).collect()
}

/// The answers to all test images.
fn answers(evaluator: &mut Evaluator, images: usize, threads: usize) -> Vec<u8> {
    let answers = evaluator.answers(images, threads, &|_| {}, &AtomicBool::new(false)).unwrap();
    answers.into_iter().map(|(answer, _)| answer.unwrap_or(u8::MAX)).collect()
}

fn train(trainer: &mut Trainer, images: u64) -> u32 {
    (trainer.images_done()..images).map(|_| trainer.train_image().unwrap().spikes).sum()
}

fn learn(&Case(name, settings, images, tested): &Case, seed: u64) -> Vec<[String; 7]> {
    let preset = preset(name, settings);
    let fresh = || Trainer::new(&preset, digits::data_of(100, tested), seed, Some(images)).unwrap();
    let what = format!("{name}, {settings:?}, seed {seed}");

    let mut trainer = fresh();
    let mut spikes = train(&mut trainer, images / 2);
    trainer.advance(7, &mut []).unwrap();
    let checkpoint = trainer.save();
    spikes += train(&mut trainer, images);
    let digest = trainer.digest();
    let mut evaluator = trainer.evaluator();
    let answered = answers(&mut evaluator, tested, 3);
    let test = evaluator.run(tested, 3, &|_| {}, &AtomicBool::new(false)).unwrap();
    assert!(spikes > 0 && test.spikes_per_image > 0.0, "{what}: silence proves nothing");

    let mut resumed = fresh();
    resumed.set_arch(levels()[0]);
    resumed.restore(&checkpoint).unwrap();
    train(&mut resumed, images);
    assert_eq!(resumed.digest().differences(&digest), Vec::<String>::new(), "{what}, resumed");
    assert_eq!(answers(&mut resumed.evaluator(), tested, 1), answered, "{what}, tested on one thread");

    let counts = test.confusion.iter().flatten().flat_map(|count| count.to_le_bytes());
    let sums = [test.spikes_per_image, test.surprise.unwrap_or_default()].map(f64::to_le_bytes);
    let tested_bytes: Vec<u8> = answered.into_iter().chain(counts).chain(sums.into_iter().flatten()).collect();
    let phases = [
        ("checkpoint", images / 2, hash(&checkpoint)),
        ("training", images, digest.to_string()),
        ("test", tested as u64, hash(&tested_bytes)),
    ];
    rows(name, settings, &preset.params, seed, &phases)
}

/// A laboratory: `advance` through half of the steps, set a parameter, then the other half.
fn experiment(&(name, steps, id, value): &(&str, u64, ParamId, f64), seed: u64) -> Vec<[String; 7]> {
    let preset = preset(name, &[]);
    let of = |lab: &mut dyn Persist, measured: &[(f64, f64)]| {
        assert!(measured.len() > 1, "{name} measured {measured:?}");
        let bytes: Vec<u8> = measured.iter().flat_map(|(x, y)| [x.to_le_bytes(), y.to_le_bytes()]).flatten().collect();
        [("checkpoint", steps, hash(&save(lab))), ("training", steps, Digest::of(lab).to_string()), ("test", steps, hash(&bytes))]
    };
    let phases = if preset.setup == Setup::Template(Template::Neuron) {
        let mut lab = NeuronLab::new(&preset, seed).unwrap();
        lab.advance(steps / 2, &mut []);
        lab.set(id, value).unwrap();
        lab.advance(steps / 2, &mut []);
        let measured = lab.measured().to_vec();
        of(&mut lab, &measured)
    } else {
        let mut lab = PairingLab::new(&preset).unwrap();
        lab.advance(steps / 2);
        lab.set(id, value).unwrap();
        lab.advance(steps / 2);
        let measured = lab.measured().to_vec();
        of(&mut lab, &measured)
    };
    rows(name, &[], &preset.params, seed, &phases)
}

/// The whole table, in the order of the lists.
fn table() -> Vec<[String; 7]> {
    let cases: Vec<(&Case, u64)> = CASES.iter().flat_map(|case| SEEDS.map(|seed| (case, seed))).collect();
    let learnt: Vec<Vec<[String; 7]>> = cases.par_iter().with_max_len(1).map(|(case, seed)| learn(case, *seed)).collect();
    let labs = LABS.iter().flat_map(|lab| SEEDS.map(|seed| experiment(lab, seed)));
    learnt.into_iter().chain(labs).flatten().collect()
}

#[test]
fn presets_give_the_committed_digests() {
    let shipped: BTreeSet<String> =
        shipped_experiments().iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let listed = CASES.iter().map(|case| case.0).chain(LABS.iter().map(|lab| lab.0)).map(str::to_owned).collect();
    assert_eq!(shipped, listed, "every shipped preset has digests");

    let found = table();
    if std::env::var_os("SPIKESCOPE_RECORD").is_some() {
        let mut text = HEADER.to_owned() + "preset\tsettings\teffective\tseed\tphase\timages\tdigest\n";
        found.iter().for_each(|row| writeln!(text, "{}", row.join("\t")).unwrap());
        std::fs::write(TABLE, text).unwrap();
        return;
    }
    let text = std::fs::read_to_string(TABLE).unwrap();
    let committed: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect()).collect();
    let mut faults = Vec::new();
    for [name, settings, effective, seed, phase, images, digest] in &found {
        let named = |row: &&Vec<&str>| row[..2] == [name, settings] && row[3..6] == [seed, phase, images];
        let what = format!("{name} ({settings}), seed {seed}, {phase} of {images}");
        match committed.iter().find(named) {
            None => faults.push(format!("{what}: not in the table")),
            Some(row) if row[2] != effective => faults.push(format!("{what}: the preset or a default has other values; record again")),
            Some(row) if row[6] != digest => faults.push(format!("{what}: {digest} instead of {}", row[6])),
            Some(_) => {}
        }
    }
    assert!(faults.is_empty(), "{} of {} digests of {TABLE} differ:\n{}", faults.len(), found.len(), faults.join("\n"));
    assert_eq!(committed.len(), found.len(), "{TABLE} has rows that nothing computes");
}
