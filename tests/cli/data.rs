//! User data from `check` to `replay`: sorted by class, dark on bright, moved, in NPZ and
//! CSV files; and run directories of version 0.1, which record none of this.

use crate::lab::{Lab, SMALL};
use serde_json::Value;

/// The pixels and labels of an IDX pair of `Lab`.
fn pair(lab: &Lab, split: &str) -> (Vec<u8>, Vec<u8>) {
    let file = |kind: &str| std::fs::read(lab.path(&format!("data/{split}-{kind}-ubyte"))).unwrap();
    (file("images-idx3")[16..].to_vec(), file("labels-idx1")[8..].to_vec())
}

/// A folder with the images of `Lab`, changed.
fn changed(lab: &Lab, folder: &str, sort: bool, change: impl Fn(u8) -> u8) {
    std::fs::create_dir_all(lab.path(folder)).unwrap();
    for split in ["train", "t10k"] {
        let (pixels, labels) = pair(lab, split);
        let mut order: Vec<usize> = (0..labels.len()).collect();
        if sort {
            order.sort_by_key(|&index| labels[index]);
        }
        let head = |words: &[usize]| words.iter().flat_map(|&word| (word as u32).to_be_bytes()).collect::<Vec<u8>>();
        let (mut images, mut classes) = (head(&[0x803, labels.len(), 8, 8]), head(&[0x801, labels.len()]));
        for index in order {
            images.extend(pixels[64 * index..][..64].iter().map(|&pixel| change(pixel)));
            classes.push(labels[index]);
        }
        std::fs::write(lab.path(&format!("{folder}/{split}-images-idx3-ubyte")), images).unwrap();
        std::fs::write(lab.path(&format!("{folder}/{split}-labels-idx1-ubyte")), classes).unwrap();
    }
}

/// How many images of each class a test has shown.
fn shown(event: &Value) -> Vec<u64> {
    let rows = event["confusion"].as_array().unwrap();
    rows.iter().map(|row| row.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).sum()).collect()
}

#[test]
fn collection_sorted_by_class_is_tested_on_all_classes() {
    let lab = Lab::new();
    changed(&lab, "sorted", true, |pixel| pixel);
    lab.line("train small.ron --data sorted --images 40 --test-images 8 --out run").good();
    assert_eq!(shown(&lab.line("eval run --test-images 12 --json").good().last()), [3, 3, 3, 3]);
    let confusion = std::fs::read_to_string(lab.path("run/confusion.csv")).unwrap();
    let tested: u64 = confusion
        .lines()
        .skip(1)
        .filter(|line| line.starts_with("3,"))
        .map(|line| line.rsplit(',').next().unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(tested, 2, "{confusion}");
    lab.line("sweep small.ron --data sorted --images 20 --seeds 1 --axis tau_m=50,100 --out s").good();
    // a resumed study uses the same images
    std::fs::remove_file(lab.path("s/jobs/0001.json")).unwrap();
    lab.line("sweep --resume s").good();

    // version 0.1 used the first images, and its runs and studies still do
    let session = std::fs::read_to_string(lab.path("run/session.ron")).unwrap();
    let (before, rest) = session.split_once("reading:").unwrap();
    let (_, after) = rest.split_once("),").unwrap();
    std::fs::write(lab.path("run/session.ron"), format!("{before}{after}")).unwrap();
    assert_eq!(shown(&lab.line("eval run --test-images 12 --json").good().last()), [12, 0, 0, 0]);
    lab.line("replay run").good();
}

#[test]
fn dark_on_bright_images_are_reported_and_inverted_for_the_whole_run() {
    let lab = Lab::new();
    // the noise is faint; the bar covers a quarter
    changed(&lab, "dark", false, |pixel| 255 - pixel);
    let noticed = lab.line("check dark").good().stdout;
    assert!(noticed.contains("--invert"), "{noticed}");
    assert!(lab.line("train small.ron --data dark --images 5 --test-images 0 --out plain").good().stderr.contains("--invert"));
    let inverted = lab.line("train small.ron --data dark --invert --images 60 --out run --json").good().last();
    let bright = lab.line("train small.ron --data data --images 60 --out same --json").good().last();
    assert_eq!((&inverted["digest"], &inverted["test_accuracy"]), (&bright["digest"], &bright["test_accuracy"]));
    assert!(std::fs::read_to_string(lab.path("run/session.ron")).unwrap().contains("invert: true"));
    lab.line("replay run").good();
    assert_eq!(lab.line("eval run --json").good().last()["test_accuracy"], bright["test_accuracy"]);
    assert_eq!(lab.line("train --resume run --invert").code, Some(2));
}

#[test]
fn low_values_are_scaled_and_reported_once() {
    let lab = Lab::new();
    changed(&lab, "faint", false, |pixel| u8::from(pixel > 127));
    let ran = lab.line("train small.ron --data faint --images 200 --out run").good();
    assert_eq!(ran.stderr.matches("scaled to 0 to 255").count(), 1, "{ran:?}");
    assert!(lab.line("eval run --json").good().last()["test_accuracy"].as_f64().unwrap() > 0.5);
    assert!(lab.line("check faint").good().stdout.contains("lie in 0 to 1"));
}

#[test]
fn moved_images_are_reported_with_the_recorded_folder() {
    let lab = Lab::new();
    changed(&lab, "here", false, |pixel| pixel);
    lab.line("train small.ron --data here --images 20 --out run").good();
    lab.line("sweep small.ron --data here --images 20 --seeds 1 --axis tau_m=50,100 --out s").good();
    std::fs::rename(lab.path("here"), lab.path("there")).unwrap();
    // a report shows the recorded metrics
    for (verb, code) in [("eval run", 2), ("replay run", 2), ("train --resume run", 2), ("sweep --resume s", 2), ("report run", 0)] {
        let ran = lab.line(verb);
        assert!(ran.code == Some(code) && ran.stderr.contains("here, which held") && ran.stderr.contains("--data"), "{verb}: {ran:?}");
    }
    lab.line("eval run --data there").good();
    let ran = lab.line("eval run --data data");
    assert_eq!(ran.code, Some(0), "the same images from another folder: {ran:?}");
}

#[test]
fn csv_and_npz_files_are_trained_on() {
    let lab = Lab::new();
    let (pixels, labels) = pair(&lab, "train");
    let mut text = String::new();
    for (image, label) in pixels.chunks(64).zip(&labels) {
        let row: Vec<String> = image.iter().map(ToString::to_string).collect();
        text += &[&label.to_string(), ",", &row.join(","), "\n"].concat();
    }
    std::fs::write(lab.path("bars.csv"), text).unwrap();
    let ran = lab.line("train small.ron --data bars.csv --images 960 --out run --json").good();
    // chance is 0.25, and three standard errors of 60 answers are 0.17
    assert!(ran.last()["test_accuracy"].as_f64().unwrap() > 0.42, "{ran:?}");
    assert_eq!(ran.last()["test_images"], 60, "a fifth of each class is held out");
    assert!(ran.stderr.contains("column 1"), "{ran:?}");
    lab.line("replay run").good();
    lab.line("eval run --test-images 8").good();
}

#[test]
fn check_recognises_a_preset_by_its_contents() {
    let lab = Lab::new();
    for name in ["My Preset (2).RON", "preset.txt"] {
        std::fs::write(lab.path(name), SMALL).unwrap();
        let ran = lab.run(&["check", name]).good();
        assert!(ran.stdout.contains("preset \"Small\""), "{ran:?}");
    }
    std::fs::write(lab.path("bom.ron"), format!("\u{feff}{SMALL}")).unwrap();
    lab.line("check bom.ron").good();
    lab.line("train bom.ron --data data --images 5 --test-images 0 --out run").good();
}
