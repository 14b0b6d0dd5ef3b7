//! Form 1 of the persisted state (docs/adr/0017), read by an independent reader that knows names, widths and order, and no
//! type of the engine. What it reads must be everything, and its digest that of the engine.

use super::checkpoints::KINDS;
use super::common::{file, small, train};
use flate2::read::GzDecoder;
use spikescope::experiment::{Picture, Trainer};
use spikescope::rundir::{Checkpoint, RunDir};
use std::fs::File;
use std::io::Read;
use xxhash_rust::xxh3::Xxh3;

/// Reads sections: a length of 8 bytes, then so many values, little-endian.
struct Reader<'a> {
    rest: &'a [u8],
    /// Name, bytes of a value and all values of every section so far.
    sections: Vec<(&'static str, usize, &'a [u8])>,
}

impl<'a> Reader<'a> {
    /// Read `bytes` by a script; panics unless they end with it.
    fn read(bytes: &'a [u8], script: &str) -> Self {
        let mut reader = Self { rest: bytes, sections: Vec::new() };
        script.split_whitespace().for_each(|word| reader.part(word));
        assert!(reader.rest.is_empty(), "{} of {} bytes are left", reader.rest.len(), bytes.len());
        reader
    }

    fn many(&mut self, part: &'static str, width: usize) -> usize {
        let (length, rest) = self.rest.split_first_chunk::<8>().unwrap();
        let n = u64::from_le_bytes(*length) as usize;
        let (values, rest) = rest.split_at(n * width);
        self.sections.push((part, width, values));
        self.rest = rest;
        n
    }

    fn one(&mut self, part: &'static str, width: usize) -> u64 {
        assert_eq!(self.many(part, width), 1, "{part} is one value");
        let (.., value) = self.sections.last().unwrap();
        value.iter().rev().fold(0, |sum, &byte| (sum << 8) | u64::from(byte))
    }

    /// A list states its length in a section of its own.
    fn list(&mut self, part: &'static str, width: usize) {
        let length = self.one(part, 8);
        assert_eq!(self.many(part, width) as u64, length, "{part}");
    }

    /// Rows of 32 values of 4 bytes.
    fn rows(&mut self, part: &'static str) -> usize {
        self.many(part, 128)
    }

    /// Rows of 32 values of 4 bytes, each a section.
    fn bits(&mut self, part: &'static str, rows: usize) {
        (0..rows).for_each(|_| assert_eq!(self.many(part, 4), 32));
    }

    fn traces(&mut self) {
        [4, 8, 1].into_iter().for_each(|width| _ = self.many("traces", width));
        self.list("traces", 2);
    }

    /// A part of the state, by its word in a script.
    fn part(&mut self, word: &str) {
        match word {
            "trial" => {
                [8, 4, 4, 4].into_iter().for_each(|width| _ = self.one("trial", width));
                assert_eq!(self.many("trial", 1), 2);
                let flags = self.sections.last().unwrap().2[0];
                self.one("trial", 8);
                if flags & 2 != 0 {
                    [4, 1, 8].into_iter().for_each(|width| _ = self.one("trial", width));
                }
                for _ in 0..((flags >> 2) & 3).count_ones() {
                    self.one("trial", 1);
                    self.many("trial", 1);
                }
                if flags & 16 != 0 {
                    self.one("trial", 8);
                }
                [8, 4, 4].into_iter().for_each(|width| _ = self.one("trial", width));
                assert_eq!(self.many("trial", 1), 4);
                (0..3).for_each(|_| _ = self.one("trial", 8));
            }
            "stage" => _ = self.one("trial", 1),
            "rule-and-code" => assert_eq!(self.many("trial", 1), 2),
            "clock" => _ = self.one("clocks", 8),
            "poisson" => {
                (0..2).for_each(|_| self.list("encoder", 2));
                (0..4).for_each(|_| assert_eq!(self.many("encoder", 4), 16));
            }
            "latency" => {
                self.many("encoder", 4);
                self.one("encoder", 4);
            }
            "on-off" => {
                self.list("encoder", 2);
                self.list("encoder", 4);
                self.one("encoder", 4);
            }
            "lif" => {
                let rows = self.rows("potentials");
                self.rows("synaptic currents");
                self.bits("refractory", rows);
                self.many("thresholds", 8);
                self.one("clocks", 8);
                self.list("inhibition", 4);
            }
            "conductance" => {
                self.one("conductance", 8);
                self.list("conductance", 4);
                self.list("conductance", 8);
            }
            "k-winners" => {
                self.many("thresholds", 4);
                let rows = self.rows("potentials");
                self.rows("synaptic currents");
                self.bits("spent", rows);
                self.many("inhibition", 4);
                self.many("inhibition", 1);
            }
            "race" => {
                self.rows("potentials");
                self.rows("synaptic currents");
                self.one("clocks", 8);
                self.one("race", 4);
                [8, 8, 4, 4].into_iter().for_each(|width| _ = self.many("race", width));
                assert_eq!(self.many("race", 4), 2);
            }
            "relays" => _ = self.many("relays", 1),
            "weights" => _ = self.rows("weights"),
            "filters" => _ = self.rows("filters"),
            "r-stdp" => {
                self.traces();
                self.list("changed neurons", 4);
                self.many("eligibility", 8);
                self.many("eligibility", 4);
                self.list("changed neurons", 4);
            }
            "stdp" => {
                self.traces();
                self.list("changed neurons", 4);
            }
            "pair-stdp" => {
                self.traces();
                self.traces();
                self.list("changed neurons", 4);
            }
            "filter-stdp" => {
                self.many("traces", 4);
                self.one("clocks", 8);
                self.list("eligibility", 4);
                self.many("eligibility", 4);
            }
            "winner-stdp" => {
                self.one("clocks", 8);
                self.many("traces", 4);
                self.one("eligibility", 4);
                self.list("eligibility", 4);
                self.list("eligibility", 4);
            }
            "r-max" => {
                self.traces();
                self.traces();
                self.many("eligibility", 4);
                self.one("eligibility", 8);
                self.one("eligibility", 8);
                self.one("clocks", 8);
                for _ in 0..self.one("eligibility", 8) {
                    self.list("eligibility", 2);
                    self.many("eligibility", 4);
                    self.rows("eligibility");
                }
            }
            "ring" => {
                self.many("spike counts", 4);
                (0..self.one("delay rings", 8)).for_each(|_| self.list("delay rings", 2));
            }
            "modulator" => {
                self.one("neuromodulator", 8);
                self.many("neuromodulator", 8);
            }
            "readout" => {
                self.one("readout", 1);
                self.many("readout", 4);
                self.one("readout", 4);
                self.many("readout", 2);
            }
            _ => {
                let averaged = word.strip_prefix("average:").unwrap_or_else(|| panic!("unknown word {word}"));
                if self.one("clocks", 8) > 0 {
                    averaged.split(',').for_each(|word| self.part(word));
                }
            }
        }
    }

    /// The digest: XXH3 of every section, sections of one name combined in their order, then names and sums.
    fn digest(&self) -> String {
        let mut sums: Vec<(&str, u64)> = Vec::new();
        for &(part, _, bytes) in &self.sections {
            let hash = xxhash_rust::xxh3::xxh3_64(bytes);
            match sums.iter_mut().find(|(name, _)| *name == part) {
                Some((_, sum)) => *sum = sum.rotate_left(5).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ hash,
                None => sums.push((part, hash)),
            }
        }
        let mut hash = Xxh3::new();
        for (name, sum) in sums {
            hash.update(name.as_bytes());
            hash.update(&sum.to_le_bytes());
        }
        format!("{:016x}", hash.digest())
    }

    /// Every section as "name width x number", in order.
    fn outline(&self) -> Vec<String> {
        self.sections.iter().map(|(part, width, bytes)| format!("{part} {width} x {}", bytes.len() / width)).collect()
    }
}

const COMPETING: &str = "trial rule-and-code clock";
const FIRST_SPIKE: &str = "trial stage rule-and-code clock";
const END: &str = "modulator readout";

/// Inhibition as in version 0.1, which had no conductances.
const CURRENT: &[(&str, &str)] = &[("inhibition_type", "current")];

/// A kind of network of `KINDS`, trained images, and the script of its state.
const SCRIPTS: &[(usize, u64, [&str; 3])] = &[
    (0, 5, [COMPETING, "poisson lif weights r-stdp ring", END]),
    (1, 5, [COMPETING, "poisson lif weights stdp ring", END]),
    (2, 5, [COMPETING, "poisson lif conductance weights pair-stdp ring", END]),
    (3, 2, [COMPETING, "poisson lif weights stdp ring", END]),
    (3, 5, [COMPETING, "poisson lif weights r-stdp ring", END]),
    (4, 5, [COMPETING, "latency lif weights r-stdp ring", END]),
    (5, 5, [COMPETING, "poisson lif weights r-stdp ring", END]),
    (6, 5, [COMPETING, "poisson lif conductance weights ring", END]),
    (
        7,
        5,
        [
            FIRST_SPIKE,
            "latency k-winners k-winners race filters filters weights r-max weights r-max ring ring ring average:weights,weights",
            END,
        ],
    ),
    (8, 5, [FIRST_SPIKE, "latency race weights r-max ring average:weights", END]),
    (9, 2, [FIRST_SPIKE, "latency k-winners race filters filter-stdp weights r-max ring ring average:weights", END]),
    (9, 6, [FIRST_SPIKE, "latency k-winners race filters weights r-max ring ring average:weights", END]),
    (
        10,
        1,
        [FIRST_SPIKE, "on-off k-winners k-winners race filters filter-stdp filters weights r-max weights r-max ring ring ring clock", END],
    ),
    (
        10,
        3,
        [FIRST_SPIKE, "on-off k-winners k-winners race filters filters filter-stdp weights r-max weights r-max ring ring ring clock", END],
    ),
    (
        10,
        60,
        [
            FIRST_SPIKE,
            "on-off k-winners k-winners race filters filter-stdp filters filter-stdp weights r-max weights r-max ring ring ring \
             average:weights,weights",
            END,
        ],
    ),
    (11, 2, [FIRST_SPIKE, "on-off k-winners k-winners race filters winner-stdp relays filters relays filters ring ring ring clock", END]),
    (11, 5, [FIRST_SPIKE, "on-off k-winners k-winners race filters relays filters winner-stdp relays filters ring ring ring clock", END]),
    (11, 8, [FIRST_SPIKE, "on-off k-winners k-winners race filters relays filters relays filters r-max ring ring ring clock", END]),
    (12, 8, [FIRST_SPIKE, "latency k-winners k-winners race filters relays filters relays filters winner-stdp ring ring ring clock", END]),
];

fn saved(trainer: &mut Trainer, script: [&str; 3], what: &str) {
    let bytes = trainer.save();
    let found = Reader::read(&bytes, &script.join(" "));
    assert_eq!(found.digest(), trainer.digest().to_string(), "{what}");
}

#[test]
fn every_kind_of_state_is_read_by_a_reader_of_form_1() {
    for &(kind, images, script) in SCRIPTS {
        let current: &[(&str, &str)] = if script[1].contains("conductance") { &[] } else { CURRENT };
        let mut trainer = small(&[KINDS[kind], current].concat(), 9);
        train(&mut trainer, images);
        for steps in [0, 12, 10] {
            trainer.advance(steps, &mut []).unwrap();
            saved(&mut trainer, script, &format!("kind {kind}, image {images}, {steps} more steps"));
        }
    }
}

#[test]
fn optional_parts_of_a_trial_are_read_by_a_reader_of_form_1() {
    let mut trainer = small(&[("reward_mode", "shuffled"), ("reward_delay", "10 ms"), CURRENT[0]], 9);
    let script = [COMPETING, "poisson lif weights r-stdp ring", END];
    train(&mut trainer, 2);
    trainer.show_next(Picture { label: 2, pixels: vec![90; 36] }).unwrap();
    saved(&mut trainer, script, "a drawing that comes next");
    trainer.advance(45, &mut []).unwrap();
    trainer.give_reward(0.5);
    trainer.show_next(Picture { label: 1, pixels: vec![50; 36] }).unwrap();
    saved(&mut trainer, script, "a drawing between answer and reward, and the next");
}

/// Names, widths and numbers of a network of 12 neurons that see 36 pixels of four classes, before the first image.
#[test]
fn the_outline_of_a_small_state_is_pinned() {
    let bytes = small(CURRENT, 9).save();
    let found = Reader::read(&bytes, &[COMPETING, "poisson lif weights r-stdp ring", END].join(" "));
    let expected = [
        &["trial 8 x 1", "trial 4 x 1", "trial 4 x 1", "trial 4 x 1", "trial 1 x 2", "trial 8 x 1"][..],
        &["trial 8 x 1", "trial 4 x 1", "trial 4 x 1", "trial 1 x 4", "trial 8 x 1", "trial 8 x 1", "trial 8 x 1", "trial 1 x 2"],
        &["clocks 8 x 1", "encoder 8 x 1", "encoder 2 x 0", "encoder 8 x 1", "encoder 2 x 0"],
        &["encoder 4 x 16"; 4],
        &["potentials 128 x 1", "synaptic currents 128 x 1", "refractory 4 x 32", "thresholds 8 x 12", "clocks 8 x 1"],
        &["inhibition 8 x 1", "inhibition 4 x 0", "weights 128 x 36"],
        &["traces 4 x 36", "traces 8 x 36", "traces 1 x 36", "traces 8 x 1", "traces 2 x 0"],
        &["changed neurons 8 x 1", "changed neurons 4 x 0", "eligibility 8 x 0", "eligibility 4 x 0"],
        &["changed neurons 8 x 1", "changed neurons 4 x 0", "spike counts 4 x 12", "delay rings 8 x 1"],
        &["neuromodulator 8 x 1", "neuromodulator 8 x 4", "readout 1 x 1", "readout 4 x 0", "readout 4 x 1", "readout 2 x 12"],
    ];
    assert_eq!(found.outline(), expected.concat());
}

/// Checkpoints that version 0.1 wrote after its last image, and the digests it recorded.
#[test]
fn checkpoints_of_version_0_1_are_read_by_a_reader_of_form_1() {
    let features = "latency k-winners k-winners k-winners race filters filter-stdp filters filter-stdp filters filter-stdp \
                    weights r-max weights r-max weights r-max ring ring ring ring average:weights,weights,weights";
    let deep = "on-off k-winners k-winners race filters relays filters relays filters r-max ring ring ring clock";
    for (run, script) in [
        ("competing-finished", [COMPETING, "poisson lif weights r-stdp ring", END]),
        ("features-finished", [FIRST_SPIKE, features, END]),
        ("deep-finished", [FIRST_SPIKE, deep, END]),
    ] {
        let folder = file("tests/corpus/0.1").join(run);
        let mut bytes = Vec::new();
        GzDecoder::new(File::open(folder.join("checkpoint.bin.gz")).unwrap()).read_to_end(&mut bytes).unwrap();
        let state = Checkpoint::parse(&bytes).unwrap().state;
        let recorded = RunDir::open(&folder).unwrap().session().unwrap().ending.unwrap().digest;
        assert_eq!(Reader::read(&state, &script.join(" ")).digest(), recorded, "{run}");
    }
}
