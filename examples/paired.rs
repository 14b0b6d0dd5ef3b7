//! Accuracy of the presets against that of earlier versions of them, with the same seeds: `bash experiments/paired.sh`.
//! Arguments: a folder with the earlier presets in `before/` and the table `results.csv`, then names of presets; without names,
//! all. Rows that are in the table are not computed again.

use spikescope::datasets::load_dir;
use spikescope::experiment::Trainer;
use spikescope::preset::Preset;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=5;
/// Preset and epochs.
const PLAN: &[(&str, u32)] = &[
    ("mnist-rstdp", 1),
    ("mnist-rstdp", 3),
    ("mnist-diehl-cook-100", 1),
    ("mnist-diehl-cook-400", 1),
    ("mnist-stdp-then-reward", 2),
    ("mnist-diehl-cook-1600", 1),
];
const HEAD: &str = "preset,epochs,seed,version,test_accuracy,digest\n";

type Failure = Box<dyn std::error::Error>;

/// The accuracy in a row of the table that begins with `key`.
fn accuracy(table: &str, key: &str) -> Option<f64> {
    let row = table.lines().find(|row| row.starts_with(key))?;
    row[key.len()..].split(',').next()?.parse().ok()
}

fn summary(table: &str) -> Result<String, Failure> {
    let mut text = String::from(
        "| preset | epochs | before, %, seeds 1 to 5 | now, %, seeds 1 to 5 | mean difference, points |\n|---|---|---|---|---|\n",
    );
    for (preset, epochs) in PLAN {
        let of =
            |version: &str| SEEDS.filter_map(|seed| accuracy(table, &format!("{preset},{epochs},{seed},{version},"))).collect::<Vec<f64>>();
        let (before, now) = (of("before"), of("now"));
        if before.len() != now.len() || now.is_empty() {
            continue;
        }
        let list = |values: &[f64]| values.iter().map(|v| format!("{:.2}", 100.0 * v)).collect::<Vec<_>>().join(" ");
        let mean = before.iter().zip(&now).map(|(before, now)| 100.0 * (now - before)).sum::<f64>() / now.len() as f64;
        writeln!(text, "| {preset} | {epochs} | {} | {} | **{mean:+.2}** |", list(&before), list(&now))?;
    }
    Ok(text)
}

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, names @ ..] = args.as_slice() else { return Err("usage: paired FOLDER [PRESET ...]".into()) };
    let folder = PathBuf::from(folder);
    let file = folder.join("results.csv");
    let mut table = if file.exists() { std::fs::read_to_string(&file)? } else { HEAD.to_owned() };
    let data = Arc::new(load_dir(Path::new("data/mnist"))?);
    for (name, epochs) in PLAN.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|n| n == name)) {
        for (seed, version) in SEEDS.flat_map(|seed| [(seed, "now"), (seed, "before")]) {
            let key = format!("{name},{epochs},{seed},{version},");
            if accuracy(&table, &key).is_some() {
                continue;
            }
            let presets = if version == "now" { PathBuf::from("presets") } else { folder.join("before") };
            let preset = Preset::load(&presets.join(format!("{name}.ron")))?;
            let mut trainer = Trainer::new(&preset, data.clone(), seed, Some(u64::from(*epochs) * data.train.len() as u64))?;
            while trainer.images_done() < trainer.plan() {
                trainer.train_image()?;
            }
            let tested = trainer.evaluator().run(data.test.len(), 1, &|_| {}, &AtomicBool::new(false)).ok_or("the test was stopped")?;
            writeln!(table, "{key}{:.4},{}", tested.accuracy, trainer.digest())?;
            std::fs::write(&file, &table)?;
            eprintln!("{key}{:.4}", tested.accuracy);
        }
    }
    println!("{}", summary(&table)?);
    Ok(())
}
