//! Collections sorted by class, values that do not use their range, images that are dark on bright, and one set of rules for
//! the classes of every source.

use super::collections::{SIDE, bars, put};
use super::{TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, idx};
use spikescope::datasets::{Data, Reading, Remark, load, load_dir};
use std::path::Path;

fn write(dir: &Path, change: impl Fn(u8) -> u8, relabel: impl Fn(u8) -> u8) {
    for (count, images, labels) in [(40, TRAIN_IMAGES, TRAIN_LABELS), (12, TEST_IMAGES, TEST_LABELS)] {
        let (pixels, classes) = bars(count);
        let pixels: Vec<u8> = pixels.concat().into_iter().map(&change).collect();
        let classes: Vec<u8> = classes.into_iter().map(&relabel).collect();
        put(dir, images, &idx(&[0x803, count as u32, SIDE as u32, SIDE as u32], &pixels));
        put(dir, labels, &idx(&[0x801, count as u32], &classes));
    }
}

fn loaded(change: impl Fn(u8) -> u8) -> (tempfile::TempDir, Data) {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), change, |label| label);
    let data = load_dir(dir.path()).unwrap();
    (dir, data)
}

/// Sorted by class.
fn sorted() -> Data {
    let (_dir, data) = loaded(|pixel| pixel);
    let order = |set: &spikescope::datasets::Dataset| {
        let mut order: Vec<usize> = (0..set.len()).collect();
        order.sort_by_key(|&index| set.labels[index]);
        set.select(&order)
    };
    Data { train: order(&data.train), test: order(&data.test), ..data }
}

#[test]
fn test_subset_of_a_sorted_collection_contains_all_classes() {
    let data = sorted();
    assert_eq!(data.test.labels[..3], [0, 0, 0]);
    let shown: Vec<u8> = data.tested(8).into_iter().map(|index| data.test.labels[index]).collect();
    assert_eq!(shown, [0, 0, 1, 1, 2, 2, 3, 3]);
    assert_eq!(data.tested(8), data.tested(8));
    assert_eq!(data.tested(99), (0..12).collect::<Vec<_>>());
    let tuned = data.holdout(8).unwrap();
    assert_eq!((tuned.test.histogram(), tuned.train.histogram()), (vec![2; 4], vec![8; 4]));
    let assigning: Vec<u8> = data.assigning(8).into_iter().map(|index| data.train.labels[index]).collect();
    assert_eq!(assigning, [0, 0, 1, 1, 2, 2, 3, 3], "neurons get their classes from all of them");
    // and of a mixed one, the last images
    let (_dir, mixed) = loaded(|pixel| pixel);
    assert_eq!(mixed.assigning(8), (32..40).collect::<Vec<_>>());
}

#[test]
fn records_of_version_0_1_keep_their_subsets_and_values() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), |pixel| pixel / 128, |label| label);
    let old = load(dir.path(), Reading::of_0_1(), &mut |_, _| true).unwrap();
    assert_eq!((old.tested(3), old.train.images.iter().max()), (vec![0, 1, 2], Some(&1)));
    let tuned = old.holdout(5).unwrap();
    assert_eq!(tuned.test.image(0), old.train.image(35));
    assert_ne!(old.digest(), load_dir(dir.path()).unwrap().digest());
}

#[test]
fn values_that_do_not_use_their_range_are_scaled_with_a_note() {
    for (change, most) in [(&(|pixel: u8| pixel / 128) as &dyn Fn(u8) -> u8, 1.0), (&|pixel| pixel / 16, 14.0)] {
        let (_dir, data) = loaded(change);
        assert_eq!(data.train.images.iter().max(), Some(&255));
        let said = data.remarks.iter().any(|remark| matches!(remark, Remark::Scaled { from: 0.0, to, .. } if *to == most));
        assert!(said, "{:?}", data.remarks);
    }
    let (_dir, data) = loaded(|pixel| pixel);
    assert!(data.remarks.is_empty(), "{:?}", data.remarks);
}

#[test]
fn twelve_bits_in_pictures_of_sixteen_keep_their_precision() {
    let dir = tempfile::tempdir().unwrap();
    let (images, labels) = bars(40);
    for (k, (image, label)) in images.iter().zip(labels).enumerate() {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, SIDE as u32, SIDE as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Sixteen);
        let samples: Vec<u8> = image.iter().flat_map(|&pixel| (u16::from(pixel) * 16).to_be_bytes()).collect();
        encoder.write_header().unwrap().write_image_data(&samples).unwrap();
        put(dir.path(), &format!("{label}/{k}.png"), &file);
    }
    let data = load_dir(dir.path()).unwrap();
    let levels: std::collections::BTreeSet<u8> = data.train.images.iter().copied().collect();
    assert!(levels.len() > 25 && levels.contains(&255), "{levels:?}");
    assert!(data.remarks.iter().any(|remark| matches!(remark, Remark::Scaled { to: 3680.0, .. })), "{:?}", data.remarks);
}

#[test]
fn dark_on_bright_is_reported_and_inversion_gives_bright_on_dark() {
    let (_plain, bright) = loaded(|pixel| pixel);
    let (dir, dark) = loaded(|pixel| 255 - pixel);
    assert!(dark.remarks.iter().any(Remark::suggests_inversion), "{:?}", dark.remarks);
    let inverted = load(dir.path(), Reading::inverted(true), &mut |_, _| true).unwrap();
    assert_eq!((&inverted.train, &inverted.test), (&bright.train, &bright.test));
    assert_eq!(inverted.remarks, [Remark::Inverted]);
    assert_eq!((dark.inverted(), inverted.inverted()), (inverted, dark), "also when they are in memory");
}

#[test]
fn idx_files_follow_the_rules_of_class_folders() {
    let fault = |relabel: &dyn Fn(u8) -> u8| {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), |pixel| pixel, relabel);
        load_dir(dir.path()).unwrap_err().to_string()
    };
    assert!(fault(&|_| 5).contains("at least 2 classes"));
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), |pixel| pixel, |label| if label < 2 { 3 } else { 8 });
    let data = load_dir(dir.path()).unwrap();
    let empty = ["0", "1", "2", "4", "5", "6", "7"].map(str::to_owned).to_vec();
    assert_eq!((data.train.classes, &data.remarks), (9, &vec![Remark::Empty(empty)]));
    put(dir.path(), TEST_LABELS, &idx(&[0x801, 12], &[8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 9]));
    assert!(load_dir(dir.path()).unwrap_err().to_string().contains("class 9"));
    put(dir.path(), TEST_LABELS, &idx(&[0x801, 12], &[8; 12]));
    assert!(load_dir(dir.path()).unwrap().remarks.contains(&Remark::Untested(vec!["3".to_owned()])));
}
