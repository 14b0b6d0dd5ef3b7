//! The limits of image size and class count that README.md and docs/DATA.md state.

use ndarray::Array2;
use spikescope::datasets::Dataset;
use spikescope::experiment::{Trainer, fit};
use spikescope::preset::{Preset, shipped_experiments};
use std::path::Path;

fn data(side: usize, classes: usize) -> spikescope::datasets::Data {
    let set = |n| Dataset { images: Array2::zeros((n, side * side)), labels: vec![0; n], width: side, height: side, classes };
    spikescope::datasets::Data::numbered("sizes", set(1), set(1))
}

fn takes(preset: &Preset, side: usize, classes: usize) -> bool {
    let (mut preset, data) = (preset.clone(), data(side, classes));
    fit(&mut preset.params, preset.setup, &data.train);
    Trainer::check(&preset, &data).is_ok()
}

#[test]
fn every_preset_accepts_256_classes_and_the_documented_image_size() {
    let text = |file: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (readme, table) = (text("README.md"), text("docs/DATA.md"));
    let (mut missing, mut least, mut tried) = (Vec::new(), usize::MAX, 0);
    for path in shipped_experiments() {
        let preset = Preset::load(&path).unwrap();
        if !preset.setup.classifies() {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let largest = |classes| (28..=512).rev().find(|&side| takes(&preset, side, classes)).unwrap_or(0);
        let (ten, all) = (largest(10), largest(256));
        assert!(all >= 28, "{name} refuses 256 classes of 28 x 28 pixels");
        let row = format!("| `{name}` | {ten} x {ten} | {all} x {all} |");
        missing.extend((!table.contains(&row)).then_some(row));
        (least, tried) = (least.min(all), tried + 1);
    }
    assert!(missing.is_empty(), "docs/DATA.md lacks\n{}", missing.join("\n"));
    assert!(tried >= 12, "only {tried} presets found");
    let promise = format!("at least {least} x {least} pixels");
    assert!(readme.contains(&promise), "README.md lacks {promise}");
}
