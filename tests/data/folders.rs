//! User data: class folders of PNG files, IDX files of other names, class names, and the errors for invalid ones.

use super::{TEST_IMAGES, TRAIN_LABELS, folder, gz, images, labels};
use proptest::prelude::*;
use spikescope::datasets::{Data, Split, load_dir, parse_class_names, parse_picture};
use std::path::Path;

/// A grey PNG whose pixels count up from `first`; the last is white.
fn png(first: u8, (width, height): (u32, u32)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut pixels: Vec<u8> = (0..width * height).map(|k| first.wrapping_add(k as u8)).collect();
    if let [_, .., last] = pixels.as_mut_slice() {
        // without a bright pixel the values would be scaled
        *last = 255;
    }
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    file
}

fn put(dir: &Path, name: &str, bytes: &[u8]) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// Three classes of ten pictures of 3 x 2 pixels; the first pixel encodes the picture.
fn by_class() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (class, name) in ["b1", "b10", "b2"].into_iter().enumerate() {
        for k in 0..10 {
            put(dir.path(), &format!("{name}/{k}.png"), &png((class * 10 + k) as u8, (3, 2)));
        }
    }
    dir
}

fn fault(dir: &Path) -> String {
    load_dir(dir).unwrap_err().to_string()
}

#[test]
fn last_fifth_of_each_class_is_held_out_and_folders_name_the_classes() {
    let dir = by_class();
    put(dir.path(), ".DS_Store", b"left behind");
    put(dir.path(), "b1/notes.txt", b"no picture");
    let Data { class_names, train, test, split, .. } = load_dir(dir.path()).unwrap();
    assert_eq!((class_names.to_vec(), split), (vec!["b1".to_owned(), "b2".to_owned(), "b10".to_owned()], Split::LastFifth));
    assert_eq!((train.len(), test.len(), train.width, train.height, train.classes), (24, 6, 3, 2, 3));
    assert_eq!((train.histogram(), test.histogram()), (vec![8, 8, 8], vec![2, 2, 2]));
    // b10 was created second and sorts last
    let firsts = |set: &spikescope::datasets::Dataset, class: u8| -> Vec<u8> {
        (0..set.len()).filter(|&k| set.labels[k] == class).map(|k| set.image(k)[0]).collect()
    };
    assert_eq!((firsts(&train, 2), firsts(&test, 2)), ((10..18).collect(), vec![18, 19]));
    assert_eq!(train.image(0).to_vec(), [0, 1, 2, 3, 4, 255]);
    assert_eq!(&train.labels[..6], [0, 1, 2, 0, 1, 2], "any run of images has all classes");
}

#[test]
fn given_split_is_kept_and_a_class_may_be_named_train() {
    let dir = tempfile::tempdir().unwrap();
    for (name, first) in [("train/a/1.png", 1), ("train/a/2.PNG", 2), ("train/c/1.png", 3), ("test/c/9.png", 4)] {
        put(dir.path(), name, &png(first, (4, 4)));
    }
    let Data { class_names, train, test, split, .. } = load_dir(dir.path()).unwrap();
    assert_eq!((class_names.to_vec(), split), (vec!["a".to_owned(), "c".to_owned()], Split::Given));
    assert_eq!((train.labels.len(), test.labels, test.images[[0, 0]]), (3, vec![1], 4));
    put(dir.path(), "test/d/1.png", &png(1, (4, 4)));
    assert!(fault(dir.path()).contains("no training images of class d"));
    std::fs::remove_dir_all(dir.path().join("train")).unwrap();
    let message = fault(dir.path());
    assert!(message.contains("test is there but") && message.contains("train is not"), "{message}");

    let dir = tempfile::tempdir().unwrap();
    for class in ["car", "train"] {
        (0..2).for_each(|k| put(dir.path(), &format!("{class}/{k}.png"), &png(k, (2, 2))));
    }
    assert_eq!(load_dir(dir.path()).unwrap().class_names.to_vec(), ["car", "train"]);
}

#[test]
fn folder_errors_name_the_file_and_the_remedy() {
    let spoilt = |name: &str, bytes: &[u8]| {
        let dir = by_class();
        put(dir.path(), name, bytes);
        fault(dir.path())
    };
    let whole = png(0, (3, 2));
    let mut huge = whole.clone();
    huge[16..24].copy_from_slice(&[0, 0, 0x7d, 0, 0, 0, 0x7d, 0]);
    for (what, name, bytes, words) in [
        ("other size", "b2/7.png", png(0, (3, 3)), &["7.png has 3 x 3", "0.png has 3 x 2", "scale or crop"][..]),
        ("empty", "b2/7.png", Vec::new(), &["7.png", "empty"]),
        ("truncated", "b2/7.png", whole[..whole.len() - 20].to_vec(), &["7.png", "complete copy"]),
        ("a claim with a wrong checksum", "b2/7.png", huge, &["7.png"]),
        ("a PDF by another name", "b2/7.png", b"%PDF-1.7".to_vec(), &["7.png", "although its name", "convert"]),
        ("no more than the start of a JPEG", "b2/7.png", b"\xff\xd8\xff\xe0 JFIF".to_vec(), &["7.png", "complete copy"]),
        ("one picture only", "b3/7.png", whole.clone(), &["b3 has 1 images", "at least 2"]),
    ] {
        let message = spoilt(name, &bytes);
        assert!(words.iter().all(|word| message.contains(word)), "{what}: {message}");
    }
    let dir = tempfile::tempdir().unwrap();
    let message = fault(dir.path());
    assert!(["idx", "t10k", "CLASS/*", "NPZ", "CSV", "--data"].iter().all(|word| message.contains(word)), "{message}");
    (0..257).for_each(|k| put(dir.path(), &format!("{k}/0.png"), b""));
    assert!(fault(dir.path()).contains("257 class folders, the most is 256"));
    let dir = tempfile::tempdir().unwrap();
    (0..4).for_each(|k| put(dir.path(), &format!("only/{k}.png"), &png(k, (2, 2))));
    assert!(fault(dir.path()).contains("one class"));
    let dir = tempfile::tempdir().unwrap();
    ["a", "b"].iter().for_each(|class| (0..2).for_each(|k| put(dir.path(), &format!("{class}/{k}.png"), &png(0, (1, 1)))));
    let message = fault(dir.path());
    assert!(message.contains("the value 0"), "{message}");
}

#[test]
#[cfg(unix)]
fn unreadable_picture_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = by_class();
    let path = dir.path().join("b2/7.png");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(load_dir(dir.path()).unwrap().test.len(), 5, "a folder is not a picture");
    std::fs::remove_dir(&path).unwrap();
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    let message = fault(dir.path());
    assert!(message.contains("7.png") && message.contains("cannot read"), "{message}");
    std::fs::remove_file(&path).unwrap();
    put(dir.path(), "b2/7.png", &png(0, (3, 2)));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // root can read every file
    if let Err(error) = load_dir(dir.path()) {
        assert!(error.to_string().contains("7.png"), "{error}");
    }
}

#[test]
fn other_idx_collections_are_recognised_by_file_names() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "emnist-letters-train-images-idx3-ubyte.gz", &gz(&images(3, 4, 5)));
    put(dir.path(), "emnist-letters-train-labels-idx1-ubyte.gz", &gz(&labels(&[1, 26, 2])));
    put(dir.path(), "emnist-letters-test-images-idx3-ubyte", &images(2, 4, 5));
    put(dir.path(), "emnist-letters-test-labels-idx1-ubyte", &labels(&[26, 1]));
    let data = load_dir(dir.path()).unwrap();
    assert_eq!((data.train.len(), data.test.len(), data.train.classes), (3, 2, 27));
    assert_eq!((data.class_name(26), data.split), ("26".to_owned(), Split::Given));
    put(dir.path(), "emnist-digits-train-images-idx3-ubyte", &images(3, 4, 5));
    let message = fault(dir.path());
    assert!(message.contains("emnist-digits-train-images") && message.contains("emnist-letters-train-images"), "{message}");
    // the same file without compression counts once
    let dir = folder();
    put(dir.path(), "test.labels.idx1-ubyte.gz", &gz(&labels(&[0, 0])));
    put(dir.path(), "t10k-labels-idx1-ubyte.gz", &gz(&labels(&[0, 0])));
    assert_eq!(load_dir(dir.path()).unwrap().test.labels, [3, 0]);
}

#[test]
fn names_file_sets_the_class_names_of_idx_files() {
    let dir = folder();
    put(dir.path(), "classes.txt", "T-shirt\nTrouser\nPullover\nÄrmel\nno image yet\n".as_bytes());
    let data = load_dir(dir.path()).unwrap();
    assert_eq!((data.train.classes, data.test.classes), (5, 5));
    assert_eq!((data.class_name(0), data.class_name(3)), ("T-shirt".to_owned(), "Ärmel".to_owned()));
    put(dir.path(), "classes.txt", b"a\nb\nc");
    let message = fault(dir.path());
    assert!(message.contains("classes.txt") && message.contains("names 3 classes, but labels go up to 3"), "{message}");
    // the expected file names are always listed
    std::fs::remove_file(dir.path().join(TRAIN_LABELS)).unwrap();
    let message = fault(dir.path());
    assert!(
        message.contains("lacks train-labels-idx1-ubyte (training labels: any name with train and labels and idx)")
            && !message.contains(TEST_IMAGES),
        "{message}"
    );
}

proptest! {
    #[test]
    fn mutated_pictures_never_panic(at in 0..200_usize, value in any::<u8>(), cut in 0..300_usize, wide in 1..9_u32) {
        let mut bytes = png(7, (wide, 5));
        let at = at % bytes.len();
        bytes[at] = value;
        for bytes in [&bytes[..], &bytes[..cut.min(bytes.len())]] {
            if let Ok(picture) = parse_picture(bytes) {
                prop_assert_eq!(picture.pixels.len(), picture.width * picture.height);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused_as_pictures_and_names(bytes in prop::collection::vec(any::<u8>(), 0..200), signed in any::<bool>()) {
        let head: &[u8] = if signed { b"\x89PNG\r\n\x1a\n" } else { b"" };
        prop_assert!(parse_picture(&[head, &bytes].concat()).is_err());
        if let Ok(names) = parse_class_names(&bytes) {
            prop_assert!(names.iter().all(|name| !name.is_empty()));
        }
    }
}
