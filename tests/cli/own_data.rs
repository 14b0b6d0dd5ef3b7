//! User data: other sizes, other classes, class folders. Every preset accepts them unchanged.

use crate::lab::Lab;
use serde_json::Value;
use std::path::Path;

/// `count` images of `size` with alternating classes: a bright spot at a different position for each class, with noise.
fn pixels(image: usize, class: usize, classes: usize, (width, height): (usize, usize)) -> Vec<u8> {
    let spot = class * width * height / classes;
    let near = |k: usize| (k % width).abs_diff(spot % width) < 4 && (k / width).abs_diff(spot / width) < 4;
    let clutter = |k: usize| (image * 31 + k * 17) % 60;
    (0..width * height).map(|k| if near(k) { 180 + clutter(k) as u8 } else { clutter(k) as u8 }).collect()
}

fn idx(dir: &Path, classes: usize, (width, height): (usize, usize)) {
    std::fs::create_dir_all(dir).unwrap();
    for (split, count) in [("train", 2 * classes.max(20)), ("test", classes.max(10))] {
        let header = |words: &[usize]| words.iter().flat_map(|&word| (word as u32).to_be_bytes()).collect::<Vec<u8>>();
        let (mut images, mut labels) = (header(&[0x803, count, height, width]), header(&[0x801, count]));
        for image in 0..count {
            labels.push((image % classes) as u8);
            images.extend(pixels(image, image % classes, classes, (width, height)));
        }
        std::fs::write(dir.join(format!("own-{split}-images-idx3-ubyte")), images).unwrap();
        std::fs::write(dir.join(format!("own-{split}-labels-idx1-ubyte")), labels).unwrap();
    }
}

fn png(path: &Path, pixels: &[u8], (width, height): (usize, usize)) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(std::fs::File::create(path).unwrap(), width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
}

#[test]
fn every_image_preset_accepts_other_sizes_and_classes() {
    let lab = Lab::new();
    let shapes = [("narrow", 26, (32, 24)), ("small", 2, (16, 16)), ("many", 47, (28, 28))];
    for (name, classes, size) in shapes {
        idx(&lab.path(name), classes, size);
    }
    let mut tried = 0;
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("presets")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if !["Classification", "Features", "Deep"].iter().any(|protocol| text.contains(&format!("protocol: {protocol},"))) {
            continue;
        }
        let preset = path.file_stem().unwrap().to_str().unwrap();
        for (name, classes, _) in shapes {
            let out = format!("{preset}-{name}");
            let train = ["train", path.to_str().unwrap(), "--data", name, "--images", "12", "--test-images", "8", "--json", "--out", &out];
            let events = lab.run(&train).good().events();
            let tested = events.iter().find(|event| event["event"] == "evaluated").unwrap();
            let confusion = tested["confusion"].as_array().unwrap();
            assert_eq!((confusion.len(), confusion[0].as_array().unwrap().len()), (classes, classes + 1), "{out}");
            assert_eq!(tested["classes"].as_array().unwrap().len(), classes, "{out}");
        }
        // a replay of one of them is equal, changed neuron counts included
        lab.line(&format!("replay {preset}-narrow")).good();
        tried += 1;
    }
    assert!(tried >= 12, "only {tried} presets found");
}

#[test]
fn class_folders_are_trained_tested_replayed_and_exported_with_class_names() {
    let lab = Lab::new();
    let names = ["ant", "bee 2", "bee 10", "Ätna"];
    for (class, name) in names.iter().enumerate() {
        for k in 0..40 {
            png(&lab.path(&format!("zoo/{name}/{k}.png")), &pixels(k, class, 4, (8, 8)), (8, 8));
        }
    }
    let events = lab.line("train small.ron --data zoo --images 800 --json --out run --record rewards").good().events();
    let last = events.last().unwrap();
    assert_eq!(last["test_images"], 32, "the last fifth of each class");
    // four classes of spots are easy to separate; chance is 0.25
    assert!(last["test_accuracy"].as_f64().unwrap() > 0.8, "{last}");
    let tested = events.iter().find(|event| event["event"] == "evaluated").unwrap();
    assert_eq!(tested["classes"], Value::from(names.to_vec()));
    lab.line("replay run").good();
    let text = lab.line("eval run").good().stdout;
    assert!(text.contains("label \\ answer ant bee 2 bee 10 Ätna  none") && text.contains("\n          Ätna"), "{text}");
    assert_eq!(lab.line("eval run --json").good().last()["classes"], Value::from(names.to_vec()));
    assert!(std::fs::read_to_string(lab.path("run/session.ron")).unwrap().contains("\"bee 10\""));
    let confusion = std::fs::read_to_string(lab.path("run/confusion.csv")).unwrap();
    assert_eq!(confusion.lines().count(), 1 + 4 * 5);
    assert!(confusion.starts_with("label,answer,images\nant,ant,") && confusion.contains("\nÄtna,,"), "{confusion}");
    lab.line("export run --what rewards --format csv --out rewards.csv").good();
    let rewards = std::fs::read_to_string(lab.path("rewards.csv")).unwrap();
    assert!(names.iter().all(|name| rewards.contains(&format!(",{name},"))), "{rewards}");
    let text = lab.line("check zoo zoo/ant/3.png").good().stdout;
    for words in
        ["128 training and 32 test images of 4 classes (ant, bee 2, bee 10, Ätna), 8 x 8 pixels", "last fifth", "a PNG picture of 8 x 8"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    // a changed picture changes the data hash
    png(&lab.path("zoo/ant/3.png"), &[9; 64], (8, 8));
    let ran = lab.line("eval run");
    assert!(ran.code == Some(2) && ran.stderr.contains("--data"), "{ran:?}");
}

#[test]
fn unsuitable_data_is_refused_before_anything_is_written() {
    let lab = Lab::new();
    idx(&lab.path("own"), 12, (8, 8));
    let refused = |line: &str, words: &[&str]| {
        let before = lab.contents();
        let ran = lab.line(line);
        assert_eq!(ran.code, Some(2), "{line}: {ran:?}");
        assert!(words.iter().all(|word| ran.stderr.contains(word)), "{words:?}: {ran:?}");
        assert_eq!(before, lab.contents(), "{line}");
    };
    refused("train small.ron --data own --set n_neurons=11 --out run", &["n_neurons = 11", "12"]);
    refused("train small.ron --data own --set swap_a=3 --set swap_b=12 --out run", &["swap_a", "swap_b", "0 to 11"]);
    lab.line("train small.ron --data own --set swap_a=3 --set swap_b=11 --images 5 --out swapped").good();
    std::fs::write(lab.path("own/classes.txt"), "a\nb\n").unwrap();
    refused("train small.ron --data own --out run", &["classes.txt", "names 2 classes, but labels go up to 11"]);
    png(&lab.path("big/a/1.png"), &(0..300 * 300).map(|k| k as u8).collect::<Vec<_>>(), (300, 300));
    png(&lab.path("big/b/1.png"), &(0..300 * 300).map(|k| k as u8).collect::<Vec<_>>(), (300, 300));
    refused("train small.ron --data big --out run", &["big/a", "2"]);
    for class in ["a", "b"] {
        png(&lab.path(&format!("big/{class}/2.png")), &(0..300 * 300).map(|k| k as u8).collect::<Vec<_>>(), (300, 300));
    }
    // a spike has the index of its pixel, however many there are
    lab.line("train small.ron --data big --set n_neurons=4 --images 2 --out large").good();
    refused(
        "train small.ron --data big --set n_neurons=10000 --out run",
        &["90000 input channels", "10000 output", "6882 MiB", "2048 MiB"],
    );
}

#[test]
fn class_names_are_part_of_the_data_hash_and_records_of_0_1_are_accepted() {
    let lab = Lab::new();
    let classes = |names: &str| std::fs::write(lab.path("data/classes.txt"), names).unwrap();
    let train = |out: &str| drop(lab.line(&format!("train small.ron --data data --images 20 --out {out}")).good());
    let refused = |out: &str| {
        for verb in ["replay", "eval", "train --resume"] {
            let ran = lab.line(&format!("{verb} {out}"));
            assert!(ran.code == Some(2) && ran.stderr.contains("classes") && ran.stderr.contains("classes.txt"), "{verb}: {ran:?}");
        }
    };
    train("plain");
    classes("up\nmiddle\nlower\ndown\n");
    refused("plain");
    train("named");
    lab.line("replay named").good();
    // 0.1 recorded a hash of images and labels only
    let path = lab.path("named/session.ron");
    let session = std::fs::read_to_string(&path).unwrap();
    let start = session.find("digest: \"").unwrap() + 9;
    assert_eq!(session.as_bytes()[start + 16], b'-');
    let old = format!("{}{}", &session[..start + 16], &session[start + 33..]);
    std::fs::create_dir(lab.path("old")).unwrap();
    for file in ["preset.ron", "checkpoint.bin", "metrics.csv"] {
        std::fs::copy(lab.path("named").join(file), lab.path("old").join(file)).unwrap();
    }
    std::fs::write(lab.path("old/session.ron"), old).unwrap();
    lab.line("replay old").good();
    let compared = lab.line("compare named old --json").good().last();
    assert!(compared["differs"].as_array().unwrap().iter().all(|differs| differs["name"] != "data"), "{compared}");
    for names in ["up\nmiddle\nlower\ndown\nfifth\n", "up\nmiddle\nlow\ndown\n"] {
        classes(names);
        refused("named");
        refused("old");
    }
    std::fs::remove_file(lab.path("data/classes.txt")).unwrap();
    refused("named");
    lab.line("replay plain").good();
}
