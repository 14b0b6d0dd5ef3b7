//! Common layouts and containers of labelled images, generated here: all of them give the same images.

use super::{TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, gz, idx};
use image::{ExtendedColorType, ImageFormat};
use proptest::prelude::*;
use spikescope::datasets::{Data, Remark, Split, describe, load_dir, parse_arrays, parse_images, parse_picture, parse_table};
use std::io::{Cursor, Write};
use std::path::Path;

pub(super) const SIDE: usize = 12;

/// Images of two bars, whose position determines one of four classes.
pub(super) fn bars(count: usize) -> (Vec<Vec<u8>>, Vec<u8>) {
    let labels: Vec<u8> = (0..count).map(|k| (k % 4) as u8).collect();
    let image = |k: usize| -> Vec<u8> {
        let line = (2 + 3 * (k % 4) + k / 4 % 3) % SIDE;
        (0..SIDE * SIDE).map(|p| if p / SIDE == line || p % SIDE == line { 230 } else { ((p * 7 + k * 13) % 30) as u8 }).collect()
    };
    ((0..count).map(image).collect(), labels)
}

pub(super) fn put(dir: &Path, name: &str, bytes: &[u8]) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn image_file(images: &[Vec<u8>]) -> Vec<u8> {
    idx(&[0x803, images.len() as u32, SIDE as u32, SIDE as u32], &images.concat())
}

fn label_file(labels: &[u8]) -> Vec<u8> {
    idx(&[0x801, labels.len() as u32], labels)
}

/// The four files, by their contents.
fn four() -> [(&'static str, Vec<u8>); 4] {
    let ((train, train_labels), (test, test_labels)) = (bars(40), bars(12));
    [
        (TRAIN_IMAGES, image_file(&train)),
        (TRAIN_LABELS, label_file(&train_labels)),
        (TEST_IMAGES, image_file(&test)),
        (TEST_LABELS, label_file(&test_labels)),
    ]
}

/// Load what `make` puts into a folder.
fn loaded(make: impl FnOnce(&Path)) -> Data {
    let dir = tempfile::tempdir().unwrap();
    make(dir.path());
    load_dir(dir.path()).unwrap_or_else(|error| panic!("{error}"))
}

/// Asserts that the data equals the images of `four`.
fn is_four(data: &Data) {
    let ((train, train_labels), (test, test_labels)) = (bars(40), bars(12));
    assert_eq!((data.train.width, data.train.height, data.train.classes), (SIDE, SIDE, 4));
    assert_eq!((&data.train.labels, &data.test.labels), (&train_labels, &test_labels));
    assert_eq!(data.train.images.as_slice().unwrap(), train.concat());
    assert_eq!(data.test.images.as_slice().unwrap(), test.concat());
}

#[test]
fn all_common_idx_layouts_are_found() {
    is_four(&loaded(|dir| four().iter().for_each(|(name, bytes)| put(dir, name, bytes))));
    // the folders created by loaders of other libraries, beside their processed files
    let nested = loaded(|dir| {
        four().iter().for_each(|(name, bytes)| put(dir, &format!("MNIST/raw/{name}"), bytes));
        four().iter().for_each(|(name, bytes)| put(dir, &format!("MNIST/raw/{name}.gz"), &gz(bytes)));
        put(dir, "MNIST/processed/training.pt", b"\x80\x02");
    });
    is_four(&nested);
    assert!(nested.remarks.iter().any(|remark| matches!(remark, Remark::ReadFrom(path) if path.ends_with("MNIST/raw"))));
    // each file twice, once in a folder of its name
    is_four(&loaded(|dir| {
        for (name, bytes) in four() {
            put(dir, &name.replace("-idx", ".idx"), &bytes);
            put(dir, &format!("{name}/{name}"), &bytes);
        }
    }));
    is_four(&loaded(|dir| four().iter().for_each(|(name, bytes)| put(dir, &format!("{name}/{name}"), bytes))));
    // files beside them
    is_four(&loaded(|dir| {
        for (name, bytes) in four() {
            put(dir, name, &bytes);
            put(dir, &format!("._{name}"), b"\0\x05\x16\x07");
            put(dir, &format!("{name}.md5"), b"d41d8cd98f00b204e9800998ecf8427e");
            put(dir, &format!("{name}.gz.sha256"), b"0");
        }
        put(dir, ".DS_Store", b"Bud1");
        put(dir, "Thumbs.db", b"\xd0\xcf");
        put(dir, "@eaDir/x", b"");
    }));
}

/// Number formats of grey levels.
type Encode<'a> = &'a dyn Fn(u8) -> Vec<u8>;

#[test]
fn idx_files_of_any_type_and_rank_are_read() {
    let typed = |code: u32, shape: &[usize], bytes: Vec<u8>| {
        let words: Vec<u32> = std::iter::once(code << 8 | shape.len() as u32).chain(shape.iter().map(|&side| side as u32)).collect();
        idx(&words, &bytes)
    };
    let records = |labels: &[u8]| -> Vec<u8> {
        labels.iter().flat_map(|&label| [i32::from(label), 9, 9, 9, 9, 9, 9, 9]).flat_map(i32::to_be_bytes).collect()
    };
    let ((train, train_labels), (test, test_labels)) = (bars(40), bars(12));
    // QMNIST
    let records_of = |labels: &[u8]| typed(0x0c, &[labels.len(), 8], records(labels));
    let qmnist = loaded(|dir| {
        put(dir, "qmnist-train-images-idx3-ubyte", &image_file(&train));
        put(dir, "qmnist-test-images-idx3-ubyte", &image_file(&test));
        put(dir, "qmnist-train-labels-idx2-int", &records_of(&train_labels));
        put(dir, "qmnist-test-labels-idx2-int.gz", &gz(&records_of(&test_labels)));
    });
    is_four(&qmnist);
    assert_eq!(qmnist.remarks, [Remark::FirstColumn { columns: 8 }]);
    let kinds: [(u32, Encode<'_>); 4] = [
        (0x0b, &|v| i16::from(v).to_be_bytes().to_vec()),
        (0x0c, &|v| i32::from(v).to_be_bytes().to_vec()),
        (0x0d, &|v| (f32::from(v) / 255.0).to_be_bytes().to_vec()),
        (0x0e, &|v| (f64::from(v) / 255.0).to_be_bytes().to_vec()),
    ];
    for (code, number) in kinds {
        let shapes: [fn(usize) -> Vec<usize>; 3] = [|n| vec![n, SIDE, SIDE], |n| vec![n, SIDE * SIDE], |n| vec![n, SIDE, SIDE, 1]];
        for shape in shapes {
            let file =
                |images: &[Vec<u8>]| typed(code, &shape(images.len()), images.iter().flatten().flat_map(|&pixel| number(pixel)).collect());
            is_four(&loaded(|dir| {
                put(dir, "a-train-images-idx3", &file(&train));
                put(dir, "a-test-images-idx3", &file(&test));
                put(dir, "a-train-labels-idx1", &label_file(&train_labels));
                put(dir, "a-test-labels-idx1", &label_file(&test_labels));
            }));
        }
    }
    // zeros after a gzip stream are padding
    let padded = [gz(&image_file(&train)), vec![0; 500]].concat();
    assert_eq!(parse_images(&padded).unwrap().count, 40);
    let broken = [gz(&image_file(&train)), vec![1; 5]].concat();
    assert!(parse_images(&broken).is_err());
}

fn encoded(pixels: &[u8], format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let rgb: Vec<u8> = pixels.iter().flat_map(|&grey| [grey; 3]).collect();
    image::write_buffer_with_format(&mut file, &rgb, SIDE as u32, SIDE as u32, ExtendedColorType::Rgb8, format).unwrap();
    file.into_inner()
}

/// Class folders in a split of some names.
fn classes(dir: &Path, split: &str, count: usize, extension: &str, format: ImageFormat) {
    let (images, labels) = bars(count);
    for (k, (image, label)) in images.iter().zip(labels).enumerate() {
        put(dir, &format!("{split}/{}/{k:03}.{extension}", ["a", "b", "c", "d"][usize::from(label)]), &encoded(image, format));
    }
}

#[test]
fn all_common_picture_layouts_and_formats_are_read() {
    let plain = loaded(|dir| classes(dir, ".", 40, "png", ImageFormat::Png));
    assert_eq!((plain.train.len(), plain.test.len(), plain.split), (32, 8, Split::LastFifth));
    for (extension, format) in
        [("bmp", ImageFormat::Bmp), ("TIFF", ImageFormat::Tiff), ("webp", ImageFormat::WebP), ("dat.png", ImageFormat::Bmp)]
    {
        let same = loaded(|dir| classes(dir, ".", 40, extension, format));
        assert_eq!((&same.train, &same.test), (&plain.train, &plain.test), "{extension}");
    }
    // JPEG loses a little
    for extension in ["jpg", "JPEG", "jfif"] {
        let near = loaded(|dir| classes(dir, ".", 40, extension, ImageFormat::Jpeg));
        let far = near.train.images.iter().zip(&plain.train.images).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
        assert!(far as usize <= 20 * near.train.images.len() && near.train.labels == plain.train.labels, "{extension}: {far}");
    }
    for (train, test) in
        [("train", "test"), ("training", "testing"), ("Train", "Test"), ("TRAIN", "val"), ("mnist_png/training", "mnist_png/testing")]
    {
        let split = loaded(|dir| {
            classes(dir, train, 40, "png", ImageFormat::Png);
            classes(dir, test, 12, "png", ImageFormat::Png);
        });
        assert_eq!((split.train.len(), split.test.len(), split.split, split.train.classes), (40, 12, Split::Given, 4), "{train}");
    }
}

#[test]
fn skipped_files_are_counted_and_system_folders_are_not_classes() {
    let data = loaded(|dir| {
        classes(dir, ".", 40, "png", ImageFormat::Png);
        for name in ["a/x.heic", "a/y.HEIC", "b/x.avif", "c/x.svg", "d/x.npy", "d/Thumbs.db", "d/._1.png"] {
            put(dir, name, b"\0");
        }
        for name in ["@eaDir/a", "__MACOSX/b", ".git/c", "runs/first/session.ron", "runs/first/preset.ron", "notes/a.txt"] {
            put(dir, name, b"\0");
        }
    });
    assert_eq!((data.train.classes, data.train.len()), (4, 32));
    let count = |n: usize, name: &str| (format!(".{name}"), n);
    let left_out = vec![count(1, "avif"), count(2, "heic"), count(1, "npy"), count(1, "svg"), count(1, "txt")];
    assert_eq!(data.remarks, [Remark::LeftOut(left_out), Remark::NoClasses(vec!["notes".to_owned()])]);
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "a/x.heic", b"\0");
    put(dir.path(), "b/x.heic", b"\0");
    let message = load_dir(dir.path()).unwrap_err().to_string();
    assert!(message.contains("2 .heic") && message.contains("convert"), "{message}");
}

fn npy(descr: &str, shape: &[usize], body: &[u8]) -> Vec<u8> {
    let sides = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(",") + ",";
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sides}), }}\n");
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), body].concat()
}

fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in arrays {
        zip.start_file(format!("{name}.npy"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The arrays of `four` under these names.
fn arrays(names: [&'static str; 4]) -> Vec<(&'static str, Vec<u8>)> {
    let ((train, train_labels), (test, test_labels)) = (bars(40), bars(12));
    let long = |labels: &[u8]| labels.iter().flat_map(|&label| i64::from(label).to_le_bytes()).collect::<Vec<u8>>();
    vec![
        (names[0], npy("|u1", &[40, SIDE, SIDE], &train.concat())),
        (names[1], npy("<i8", &[40, 1], &long(&train_labels))),
        (names[2], npy("|u1", &[12, SIDE, SIDE], &test.concat())),
        (names[3], npy("<i8", &[12], &long(&test_labels))),
    ]
}

#[test]
fn numpy_arrays_are_read_from_one_file_or_a_folder() {
    for names in [["x_train", "y_train", "x_test", "y_test"], ["train_images", "train_labels", "test_images", "test_labels"]] {
        is_four(&loaded(|dir| put(dir, "mnist.npz", &npz(&arrays(names)))));
    }
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "mnist.npz", &npz(&arrays(["x_train", "y_train", "x_test", "y_test"])));
    is_four(&load_dir(&dir.path().join("mnist.npz")).unwrap());
    assert!(describe(&dir.path().join("mnist.npz")).unwrap().contains("40 training and 12 test images of 4 classes"));
    let mut unequal = arrays(["x_train", "y_train", "x_test", "y_test"]);
    unequal[1] = ("y_train", npy("<i8", &[2], &[0; 16]));
    put(dir.path(), "unequal.npz", &npz(&unequal));
    let fault = describe(&dir.path().join("unequal.npz")).unwrap_err().to_string();
    assert!(["x_train", "40 images", "y_train", "2 labels"].iter().all(|fact| fault.contains(fact)), "{fault}");
    put(dir.path(), "alone.npy", &arrays([""; 4])[0].1);
    assert!(describe(&dir.path().join("alone.npy")).unwrap().contains("40 x 12 x 12"));
    // a file for each array
    is_four(&loaded(|dir| {
        let names = ["k-train-imgs.npz", "k-train-labels.npz", "k-test-imgs.npz", "k-test-labels.npz"];
        for (name, (_, bytes)) in names.iter().zip(arrays(["", "", "", ""])) {
            put(dir, name, &npz(&[("arr_0", bytes)]));
        }
    }));
    // without test images a fifth of each class is held out
    for names in [["x", "y"], ["images", "labels"], ["data", "target"], ["arr_0", "arr_1"]] {
        let all = arrays(["", "", "", ""]);
        let data = loaded(|dir| {
            let labels = npy("|u1", &[40], &bars(40).1);
            put(dir, "digits.npz", &npz(&[(names[0], all[0].1.clone()), (names[1], labels)]));
        });
        assert_eq!((data.train.histogram(), data.test.histogram(), data.split), (vec![8; 4], vec![2; 4], Split::LastFifth), "{names:?}");
    }
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "a.npz", &npz(&[("weights", npy("|u1", &[1], &[1]))]));
    let message = load_dir(dir.path()).unwrap_err().to_string();
    assert!(message.contains("a.weights (1)") && message.contains("x_train"), "{message}");
}

fn csv(count: usize, header: bool, label_last: bool) -> String {
    let (images, labels) = bars(count);
    let mut text = String::new();
    if header {
        let pixels: Vec<String> = (0..SIDE * SIDE).map(|k| format!("pixel{k}")).collect();
        text = ["label,", &pixels.join(","), "\n"].concat();
    }
    for (image, label) in images.iter().zip(labels) {
        let pixels: Vec<String> = image.iter().map(ToString::to_string).collect();
        // the first pixel is equal in every row, so that a label column after the pixels can be recognised
        let row = if label_last { format!("0,{},{label}\n", pixels[1..].join(",")) } else { format!("{label},{}\n", pixels.join(",")) };
        text += &row;
    }
    text
}

#[test]
fn tables_are_read_with_and_without_a_header() {
    for header in [true, false] {
        is_four(&loaded(|dir| {
            put(dir, "mnist_train.csv", csv(40, header, false).as_bytes());
            put(dir, "mnist_test.csv", csv(12, header, false).as_bytes());
        }));
    }
    let competition = loaded(|dir| {
        put(dir, "train.csv", csv(40, true, false).as_bytes());
        let unlabelled: String = csv(12, true, false).lines().map(|line| line.split_once(',').unwrap().1.to_owned() + "\n").collect();
        put(dir, "test.csv", unlabelled.as_bytes());
        put(dir, "sample_submission.csv", b"ImageId,Label\n1,0\n");
    });
    assert_eq!((competition.train.len(), competition.test.len(), competition.split), (32, 8, Split::LastFifth));
    assert_eq!(competition.remarks.iter().filter(|remark| matches!(remark, Remark::Unused { .. })).count(), 2);
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "optdigits.csv", csv(40, false, true).as_bytes());
    let last = load_dir(&dir.path().join("optdigits.csv")).unwrap();
    assert_eq!((last.train.histogram(), &last.remarks[0]), (vec![8; 4], &Remark::LabelColumn { column: SIDE * SIDE + 1 }));
    // text labels become classes in natural order
    let text =
        csv(40, true, false).replace("\n0,", "\nkind 10,").replace("\n1,", "\nkind 9,").replace("\n2,", "\nant,").replace("\n3,", "\nbee,");
    put(dir.path(), "words.csv", text.as_bytes());
    assert_eq!(load_dir(&dir.path().join("words.csv")).unwrap().class_names.to_vec(), ["ant", "bee", "kind 9", "kind 10"]);
    put(dir.path(), "odd.csv", b"label,a,b,c\n0,1,2,3\n1,1,2,3\n");
    let message = load_dir(&dir.path().join("odd.csv")).unwrap_err().to_string();
    assert!(message.contains("3 pixels") && message.contains("square"), "{message}");
    assert_eq!(describe(&dir.path().join("odd.csv")).unwrap_err().to_string(), message, "a check applies the rules of training");
}

#[test]
fn file_of_another_format_is_named_with_a_remedy() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes, words) in [
        ("a.zip", &b"PK\x03\x04"[..], &["zip archive", "unpack"][..]),
        ("a.heic", b"\0\0\0\x18ftypheic", &["picture", "convert it to PNG"]),
        ("a.gif", b"GIF89a", &["GIF", "convert it to PNG"]),
        ("a.mat", b"MATLAB 5.0", &["numpy.savez"]),
        ("a.pkl", b"\x80\x04", &["numpy.savez"]),
        ("a.txt", b"hello", &["text file"]),
        ("a.jpg", b"nothing", &["although its name"]),
        ("a.npz", b"nothing", &["NPZ", "numpy.savez_compressed"]),
        ("a.csv", b"label,x\n", &["no rows"]),
        ("train-images-idx3-ubyte", b"<!DOCTYPE html>", &["web page"]),
    ] {
        put(dir.path(), name, bytes);
        let message = describe(&dir.path().join(name)).unwrap_err().to_string();
        assert!(message.contains(name) && words.iter().all(|word| message.contains(word)), "{message}");
        assert!(!["download it again", "take"].iter().any(|harm| message.contains(harm)), "{message}");
    }
    let (images, _) = bars(1);
    put(dir.path(), "a.jpg", &encoded(&images[0], ImageFormat::Jpeg));
    assert_eq!(describe(&dir.path().join("a.jpg")).unwrap(), "a JPEG picture of 12 x 12 pixels");
    put(dir.path(), "a.csv", csv(40, true, false).as_bytes());
    assert!(describe(&dir.path().join("a.csv")).unwrap().contains("images of 4 classes, 12 x 12 pixels"));
}

#[test]
fn oversized_picture_is_refused_by_its_header() {
    // the sides of a BMP lie in bytes 18 to 26
    let mut bmp = encoded(&bars(1).0[0], ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&30_000_i32.to_le_bytes());
    bmp[22..26].copy_from_slice(&30_000_i32.to_le_bytes());
    let message = parse_picture(&bmp).unwrap_err().to_string();
    assert!(message.contains("30000 x 30000"), "{message}");
}

proptest! {
    #[test]
    fn mutated_files_of_every_format_never_panic(which in 0..8_usize, at in any::<prop::sample::Index>(), value in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let image = &bars(1).0[0];
        let pictures = [ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::Png];
        let mut bytes = match which {
            0..5 => encoded(image, pictures[which]),
            5 => npz(&[("x", npy("<f4", &[2, 2], &[1; 16]))]),
            6 => npy("<f4", &[2, 2], &[1; 16]),
            _ => csv(3, true, false).into_bytes(),
        };
        let at = at.index(bytes.len());
        bytes[at] = value;
        let cut = cut.index(bytes.len());
        for bytes in [&bytes[..], &bytes[..cut]] {
            if let Ok(picture) = parse_picture(bytes) {
                prop_assert_eq!(picture.pixels.len(), picture.width * picture.height);
            }
            for (_, shape) in parse_arrays(bytes, "x").unwrap_or_default() {
                prop_assert!(shape.iter().product::<usize>() <= bytes.len() * 1032);
            }
            if let Ok(table) = parse_table(bytes) {
                prop_assert!(table.pixels.len() % table.labels.len() == 0);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused_by_every_reader(bytes in prop::collection::vec(any::<u8>(), 0..300), which in 0..7_usize) {
        let heads: [&[u8]; 7] = [b"\xff\xd8\xff\xe0", b"RIFF\x40\0\0\0WEBPVP8 ", b"BM", b"II*\0", b"\x93NUMPY\x01\0", b"PK\x03\x04", b"label,"];
        let bytes = [heads[which], &bytes].concat();
        if let Ok(picture) = parse_picture(&bytes) {
            prop_assert_eq!(picture.pixels.len(), picture.width * picture.height);
        }
        parse_arrays(&bytes, "x").ok();
        parse_table(&bytes).ok();
    }
}
