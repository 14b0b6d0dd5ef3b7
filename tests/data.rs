//! Readers of image files: MNIST, a corpus of damaged files, arbitrary bytes.
#![allow(clippy::unwrap_used)] // in a test a panic is the report

#[path = "data/collections.rs"]
mod collections;
#[path = "data/folders.rs"]
mod folders;
#[path = "data/limits.rs"]
mod limits;
#[path = "data/sorted.rs"]
mod sorted;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use spikescope::datasets::{Data, Values, load_dir, parse_images, parse_labels};
use std::io::Write;
use std::path::{Path, PathBuf};

const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

fn mnist() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/mnist")
}

fn idx(words: &[u32], body: &[u8]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).chain(body.iter().copied()).collect()
}

fn images(count: u32, rows: u32, columns: u32) -> Vec<u8> {
    let body: Vec<u8> = (0..count * rows * columns).map(|i| (i * 7 % 251) as u8).collect();
    idx(&[0x803, count, rows, columns], &body)
}

fn labels(classes: &[u8]) -> Vec<u8> {
    idx(&[0x801, classes.len() as u32], classes)
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A folder of four small valid files, which tests then damage.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        (TRAIN_IMAGES, images(4, 4, 5)),
        (TRAIN_LABELS, labels(&[0, 1, 2, 3])),
        (TEST_IMAGES, images(2, 4, 5)),
        (TEST_LABELS, labels(&[3, 0])),
    ] {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    dir
}

/// The error message for the folder after `name` was replaced by `bytes`.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let dir = folder();
    std::fs::write(dir.path().join(name), bytes).unwrap();
    load_dir(dir.path()).unwrap_err().to_string()
}

#[test]
fn mnist_has_its_known_counts_and_first_labels() {
    let Data { name, class_names, train, test, .. } = load_dir(&mnist()).unwrap();
    assert_eq!(name, "mnist");
    assert_eq!(class_names.to_vec(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!((train.len(), test.len()), (60_000, 10_000));
    assert_eq!((train.width, train.height, train.classes), (28, 28, 10));
    assert_eq!(train.histogram(), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert_eq!(test.histogram(), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    assert_eq!(train.labels[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    assert_eq!(test.labels[..10], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // mean grey level of the training images, usually quoted as 0.1307
    let sum: u64 = train.images.iter().map(|&p| u64::from(p)).sum();
    let mean = sum as f64 / train.images.len() as f64 / 255.0;
    assert!((mean - 0.1307).abs() < 5e-5, "{mean}");
}

#[test]
fn checksums_in_the_readme_equal_those_of_the_files() {
    let readme = std::fs::read_to_string(mnist().join("README.md")).unwrap();
    let mut checked = 0;
    for line in readme.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, bytes, sum, _] = cells[..] else { continue };
        if !name.contains("ubyte") {
            continue;
        }
        let zipped = std::fs::read(mnist().join(name.trim_end_matches(".gz").to_owned() + ".gz")).unwrap();
        let content = if Path::new(name).extension().is_some() { zipped } else { gunzip(&zipped) };
        assert_eq!(content.len().to_string(), bytes.replace(',', ""), "size of {name}");
        assert_eq!(format!("{:x}", Sha256::digest(&content)), sum.trim_matches('`'), "SHA-256 of {name}");
        checked += 1;
    }
    assert_eq!(checked, 8, "the README lists four packed and four unpacked files");
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::copy(&mut flate2::read::MultiGzDecoder::new(bytes), &mut out).unwrap();
    out
}

#[test]
fn held_out_images_come_from_the_training_images() {
    let data = load_dir(&mnist()).unwrap();
    let tuned = data.holdout(5000).unwrap();
    assert_eq!((tuned.train.len(), tuned.test.len()), (55_000, 5000));
    // in proportion, to within two images: 5923 of 60,000 are 494 of 5000
    assert!(tuned.test.histogram().iter().zip(data.train.histogram()).all(|(&held, all)| held.abs_diff(all / 12) <= 2));
    assert_eq!(tuned, load_dir(&mnist()).unwrap().holdout(5000).unwrap(), "the same every time");
    let mut all: Vec<_> = tuned.train.images.rows().into_iter().chain(tuned.test.images.rows()).map(|row| row.to_vec()).collect();
    let mut before: Vec<_> = data.train.images.rows().into_iter().map(|row| row.to_vec()).collect();
    all.sort();
    before.sort();
    assert!(all == before, "every training image is in one of both");
    let small = load_dir(folder().path()).unwrap();
    assert!(small.holdout(0).is_err() && small.holdout(1).is_err(), "each class keeps its only image");
}

#[test]
fn sizes_classes_names_and_packing_of_idx_files_may_differ() {
    let plain = load_dir(folder().path()).unwrap();
    assert_eq!((plain.train.width, plain.train.height), (5, 4));
    assert_eq!(plain.train.classes, 4, "the largest label of both halves counts");

    let dir = folder();
    for name in [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS] {
        let old = dir.path().join(name);
        let bytes = std::fs::read(&old).unwrap();
        std::fs::remove_file(&old).unwrap();
        let dotted = name.replace("-idx", ".idx").replace("t10k", "test");
        std::fs::write(dir.path().join(dotted + ".gz"), gz(&bytes)).unwrap();
    }
    let packed = load_dir(dir.path()).unwrap();
    assert_eq!((&packed.train, &packed.test), (&plain.train, &plain.test));

    // the compression is recognised by contents, not by the file name
    let dir = folder();
    std::fs::write(dir.path().join(TRAIN_IMAGES), gz(&images(4, 4, 5))).unwrap();
    assert_eq!(load_dir(dir.path()).unwrap().train, plain.train);
}

#[test]
fn damaged_file_is_refused_with_name_fault_and_remedy() {
    let good = images(4, 4, 5);
    let cut_gz = {
        let whole = gz(&good);
        whole[..whole.len() / 2].to_vec()
    };
    let cut_trailer = {
        let whole = gz(&good);
        whole[..whole.len() - 3].to_vec()
    };
    let bad_sum = {
        let mut whole = gz(&good);
        let at = whole.len() - 6;
        whole[at] ^= 1;
        whole
    };
    let corpus: &[(&str, &str, Vec<u8>, &str)] = &[
        ("empty", TRAIN_IMAGES, vec![], "is empty"),
        ("inside the header", TRAIN_IMAGES, good[..9].to_vec(), "ends inside its header after 9 of 16 bytes"),
        ("inside the magic", TRAIN_LABELS, vec![0, 0], "ends inside its header after 2 of 8 bytes"),
        ("truncated", TRAIN_IMAGES, good[..good.len() - 1].to_vec(), "claims 96 bytes, 95 are there"),
        ("oversized", TRAIN_IMAGES, [&good[..], &[0]].concat(), "goes on after the 96 bytes"),
        ("floats by the header alone", TRAIN_IMAGES, idx(&[0x0d03, 4, 4, 5], &good[16..]), "claims 336 bytes, 96 are there"),
        ("a type that is none", TRAIN_IMAGES, idx(&[0x0a03, 4, 4, 5], &good[16..]), "starts with 0x00000a03"),
        ("five sides", TRAIN_IMAGES, idx(&[0x0805, 4, 4, 5, 1, 1], &good[16..]), "starts with 0x00000805"),
        ("labels for images", TRAIN_IMAGES, labels(&[0; 20]), "this is a file of labels"),
        ("images for labels", TRAIN_LABELS, good.clone(), "this is a file of images"),
        ("no image", TRAIN_IMAGES, idx(&[0x803, 0, 4, 5], &[]), "0 x 4 x 5"),
        ("no label", TRAIN_LABELS, idx(&[0x801, 0], &[]), "claims 0 numbers"),
        ("no pixel", TRAIN_IMAGES, idx(&[0x803, 4, 0, 5], &[]), "4 x 0 x 5"),
        ("10^19 pixels", TRAIN_IMAGES, idx(&[0x803, u32::MAX, u32::MAX, u32::MAX], &[]), "each side 1 to 4096"),
        ("70 TB", TRAIN_IMAGES, idx(&[0x803, u32::MAX, 128, 128], &[]), "at most 4294967296 bytes"),
        ("4 GiB that are not there", TRAIN_IMAGES, idx(&[0x803, 1 << 20, 64, 64], &[]), "claims 4294967312 bytes, 16 are there"),
        ("4 GiB packed into 40 bytes", TRAIN_IMAGES, gz(&idx(&[0x803, 1 << 20, 64, 64], &[])), "it can unpack to at most"),
        ("4 billion labels", TRAIN_LABELS, idx(&[0x801, u32::MAX], &[0]), "claims 4294967303 bytes, 9 are there"),
        ("truncated gzip", TRAIN_IMAGES, cut_gz, "truncated"),
        ("gzip without its checksum", TRAIN_IMAGES, cut_trailer, "gzip stream is damaged"),
        ("gzip with a wrong checksum", TRAIN_IMAGES, bad_sum, "gzip stream is damaged"),
        ("surplus in gzip", TRAIN_IMAGES, gz(&[&good[..], &[0]].concat()), "goes on after"),
        ("gzip magic, then noise", TRAIN_IMAGES, vec![0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9], "gzip stream is damaged"),
        ("a web page", TRAIN_IMAGES, b"<!DOCTYPE html><title>404</title>".to_vec(), "starts with 0x3c21444f"),
        ("too few labels", TRAIN_LABELS, labels(&[0, 1]), "holds 4 images but"),
    ];
    for (what, name, bytes, expected) in corpus {
        let message = refusal(name, bytes);
        assert!(message.contains(name) && message.contains(expected), "{what}: {message}");
        let remedy = ["copy", "allowed", "this is a file", "same collection", "original file", "images are", "gzip stream"]
            .iter()
            .any(|word| message.contains(word));
        assert!(remedy, "{what}: no remedy in: {message}");
    }
}

#[test]
fn mixed_sizes_and_a_single_class_are_refused() {
    let message = refusal(TEST_IMAGES, &images(2, 5, 5));
    assert!(message.contains("5 x 4 pixels, test images 5 x 5"), "{message}");
    let dir = folder();
    std::fs::write(dir.path().join(TRAIN_LABELS), labels(&[0; 4])).unwrap();
    std::fs::write(dir.path().join(TEST_LABELS), labels(&[0; 2])).unwrap();
    let message = load_dir(dir.path()).unwrap_err().to_string();
    assert!(message.contains("at least 2 classes"), "{message}");
}

#[test]
fn missing_folder_and_missing_files_are_named() {
    let dir = folder();
    let message = load_dir(&dir.path().join("nowhere")).unwrap_err().to_string();
    assert!(message.contains("nowhere") && message.contains("--data"), "{message}");
    let message = load_dir(&dir.path().join(TRAIN_LABELS)).unwrap_err().to_string();
    assert!(message.contains("it is a file"), "{message}");
    std::fs::remove_file(dir.path().join(TRAIN_LABELS)).unwrap();
    std::fs::remove_file(dir.path().join(TEST_IMAGES)).unwrap();
    let message = load_dir(dir.path()).unwrap_err().to_string();
    assert!(message.contains(TRAIN_LABELS) && message.contains(TEST_IMAGES), "{message}");
    assert!(!message.contains(TRAIN_IMAGES), "{message}");
    std::fs::create_dir(dir.path().join(TRAIN_LABELS)).unwrap();
    std::fs::write(dir.path().join(TEST_IMAGES), images(2, 4, 5)).unwrap();
    let message = load_dir(dir.path()).unwrap_err().to_string();
    assert!(message.contains("lacks") && message.contains(TRAIN_LABELS), "a folder is not a file: {message}");
}

/// The readers return an error or data of the stated shape.
fn survives(bytes: &[u8]) {
    if let Ok(images) = parse_images(bytes) {
        assert_eq!(images.values.len(), images.count * images.width * images.height);
        assert!(images.count > 0);
    }
    if let Ok(labels) = parse_labels(bytes) {
        assert!(!labels.classes.is_empty());
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), prefix in 0..6_usize) {
        let head: &[u8] = [&[][..], &[0x1f, 0x8b, 8, 0], &[0, 0, 8, 3], &[0, 0, 8, 1], &[0, 0, 12, 2], &[0, 0, 14, 4, 0, 0, 0, 1]][prefix];
        survives(&[head, &bytes].concat());
    }

    #[test]
    fn mutated_files_never_panic(at in 0..76_usize, value in any::<u8>(), cut in 0..120_usize, zipped in any::<bool>()) {
        let mut bytes = images(3, 4, 5);
        if zipped {
            bytes = gz(&bytes);
        }
        let at = at % bytes.len();
        bytes[at] = value;
        survives(&bytes);
        bytes.truncate(cut);
        survives(&bytes);
    }

    #[test]
    fn plain_and_gzip_files_give_the_same_images(count in 1..5_u32, rows in 1..9_u32, columns in 1..9_u32) {
        let plain = images(count, rows, columns);
        let packed = parse_images(&gz(&plain)).unwrap();
        prop_assert_eq!(&packed, &parse_images(&plain).unwrap());
        prop_assert_eq!(packed.values, Values::Bytes(plain[16..].to_vec()));
    }

    #[test]
    fn changed_contents_never_pass_a_gzip_checksum(at in 10..60_usize, flip in 1..=255_u8) {
        let plain = images(3, 4, 5);
        let mut packed = gz(&plain);
        let at = at % packed.len();
        prop_assume!(at >= 10); // the time stamp in the gzip header is not checked
        packed[at] ^= flip;
        if let Ok(read) = parse_images(&packed) {
            prop_assert_eq!(read.values, Values::Bytes(plain[16..].to_vec()));
        }
    }
}
