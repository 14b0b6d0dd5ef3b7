//! Invalid usage and input: exit code 2, one sentence with the facts (field, path, range, remedy), no file changed.

use crate::lab::{Lab, Ran, SMALL, finish};
use std::ffi::{OsStr, OsString};

/// The program exits with code 2 and one sentence that contains each of these facts, and changes no file.
fn refuses<A: AsRef<OsStr>>(lab: &Lab, args: &[A], words: &[&str]) {
    let before = lab.contents();
    let ran = lab.run(args);
    let shown: Vec<_> = args.iter().map(AsRef::as_ref).collect();
    assert_refusal(&ran, words, &format!("{shown:?}"));
    assert!(lab.contents() == before, "{shown:?} changed files");
}

fn assert_refusal(ran: &Ran, words: &[&str], what: &str) {
    assert_eq!(ran.code, Some(2), "{what}: {ran:?}");
    assert!(ran.has_a_line_per_fault(), "{what}: {ran:?}");
    let line = &ran.stderr;
    assert!(line.starts_with("error: ") && !line.contains("panicked") && !line.contains("os error"), "{what}: {line}");
    for word in words {
        assert!(line.contains(word), "{what}: \"{word}\" is missing in: {line}");
    }
    assert_eq!(ran.stdout, "", "{what}");
}

fn refuses_line(lab: &Lab, line: &str, words: &[&str]) {
    refuses(lab, &line.split_whitespace().collect::<Vec<_>>(), words);
}

/// The small preset with one text replaced.
fn spoilt(lab: &Lab, from: &str, to: &str) {
    assert!(SMALL.contains(from));
    std::fs::write(lab.path("bad.ron"), SMALL.replace(from, to)).unwrap();
}

#[test]
fn files_that_are_not_presets() {
    let lab = Lab::new();
    refuses_line(&lab, "train nowhere.ron --data data", &["nowhere.ron", "no such file or directory"]);
    refuses_line(&lab, "train no-such-preset --data data", &["no-such-preset", "mnist-rstdp"]);
    refuses_line(&lab, "train data --data data", &["data", "directory"]);
    std::fs::write(lab.path("bad.ron"), [0xff, 0xfe, 0x00]).unwrap();
    refuses_line(&lab, "train bad.ron --data data", &["bad.ron", "UTF-8"]);
    std::fs::write(lab.path("bad.ron"), "").unwrap();
    refuses_line(&lab, "train bad.ron --data data", &["bad.ron", "line 1, column 1"]);
    std::fs::write(lab.path("bad.ron"), vec![b' '; 2 << 20]).unwrap();
    refuses_line(&lab, "train bad.ron --data data", &["bad.ron", "2097152", "1048576"]);
}

#[test]
fn presets_with_a_wrong_field_or_value() {
    let lab = Lab::new();
    for (from, to, words) in [
        ("schema: 1", "schema: 99", &["bad.ron", "schema 99", "up to 2"][..]),
        ("schema: 1", "schema: 0", &["schema 0"]),
        ("title:", "subtitle:", &["subtitle"]),
        ("epochs: 1", "epochs: 0", &["epochs", "1 to 1000"]),
        ("\"12 mV\"", "\"NaN\"", &["norm", "\"NaN\"", "0 to 10000 mV"]),
        ("\"12 mV\"", "\"inf mV\"", &["norm", "\"inf mV\"", "0 to 10000 mV"]),
        ("\"12 mV\"", "\"12 ms\"", &["norm", "\"ms\"", "mV"]),
        ("\"12 mV\"", "\"1e300 mV\"", &["norm", "0 to 10000 mV"]),
        ("\"norm\": \"12 mV\"", "\"tau_m\": \"0 ms\"", &["tau_m", "1 to 1000 ms", "0 ms"]),
        ("\"norm\": \"12 mV\"", "\"eta\": \"-0.1\"", &["eta", "0.000001 to 100", "-0.1"]),
        ("\"norm\": \"12 mV\"", "\"tau_mm\": \"20 ms\"", &["\"tau_mm\"", "\"tau_m\""]),
        ("\"norm\": \"12 mV\"", "\"i_ext\": \"1 nA\"", &["i_ext", "Competing"]),
        ("\"24\"", "\"3\"", &["n_neurons", "4 classes"]),
        ("\"24\"", "\"1000000000000\"", &["n_neurons", "1 to 10000", "1000000000000"]),
        ("\"24\"", "\"2.5\"", &["n_neurons", "1 to 10000", "2.5"]),
        ("Classification", "CurrentStep", &["n_neurons", "Neuron"]),
    ] {
        spoilt(&lab, from, to);
        refuses_line(&lab, "train bad.ron --data data --out out", words);
    }
}

#[test]
fn all_errors_of_a_command_line_are_reported_together() {
    let lab = Lab::new();
    let line = "train small.ron --data data --set tau_mm=1 --set eta=-1 --set tau_m=20mV --set what --record smells --out data";
    refuses_line(&lab, line, &["\"tau_m\"", "eta", "0.000001 to 100", "\"mV\"", "ID=VALUE", "smells", "--out"]);
    let conflict = "train small.ron --data data --set v_reset=-10mV --set t_ref=0.5ms";
    refuses_line(&lab, conflict, &["v_reset", "-10 mV", "v_th", "-52 mV", "t_ref", "0.5 ms"]);
    refuses_line(&lab, "train small.ron --data data --set n_neurons=2", &["n_neurons", "4"]);
    refuses_line(&lab, "train small.ron --data data --test-images 121", &["--test-images", "0 to 120"]);
}

#[test]
fn sizes_beyond_a_limit_are_refused() {
    let lab = Lab::new();
    let side = 512_u32;
    for (split, count) in [("train", 4_u32), ("t10k", 2)] {
        let words = [0x803, count, side, side];
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        bytes.extend((0..count * side * side).map(|pixel| (pixel % 251) as u8));
        std::fs::write(lab.path(&format!("data/{split}-images-idx3-ubyte")), bytes).unwrap();
        let labels: Vec<u8> = [0x801, count].iter().flat_map(|word: &u32| word.to_be_bytes()).chain((0..count).map(|i| i as u8)).collect();
        std::fs::write(lab.path(&format!("data/{split}-labels-idx1-ubyte")), labels).unwrap();
    }
    refuses_line(
        &lab,
        "train small.ron --data data --set n_neurons=10000 --out out",
        &["262144 input channels", "2048 MiB", "smaller images"],
    );
    let lab = Lab::new();
    let record = "train small.ron --data data --record potentials --images 10000000 --out out";
    refuses_line(&lab, record, &["potentials", "GiB", "last N trials"]);
}

#[test]
fn invalid_data() {
    let lab = Lab::new();
    refuses_line(&lab, "train small.ron --data nowhere --out out", &["nowhere", "--data"]);
    refuses_line(&lab, "train small.ron --data small.ron --out out", &["small.ron"]);
    let images = lab.path("data/train-images-idx3-ubyte");
    let good = std::fs::read(&images).unwrap();
    std::fs::write(&images, &good[..good.len() / 2]).unwrap();
    refuses_line(&lab, "train small.ron --data data --out out", &["train-images-idx3-ubyte", "truncated"]);
    refuses_line(&lab, "check data/train-images-idx3-ubyte", &["train-images-idx3-ubyte", "truncated"]);
    std::fs::remove_file(&images).unwrap();
    refuses_line(&lab, "train small.ron --data data --out out", &["lacks train-images-idx3-ubyte"]);
}

#[test]
fn directories_without_a_run() {
    let lab = Lab::new();
    for verb in ["train --resume", "eval", "replay"] {
        refuses_line(&lab, &format!("{verb} nowhere"), &["nowhere", "no such file or directory"]);
        refuses_line(&lab, &format!("{verb} data"), &["data", "session.ron"]);
        refuses_line(&lab, &format!("{verb} small.ron"), &["small.ron"]);
    }
    refuses_line(&lab, "train small.ron --data data --out data", &["data", "--out"]);
    refuses_line(&lab, "train small.ron --data data --out small.ron", &["small.ron"]);
    lab.line("train small.ron --data data --images 20 --out run").good();
    refuses_line(&lab, "train small.ron --data data --images 20 --out run", &["--resume run", "--out"]);
    std::fs::write(lab.path("run/session.ron"), "Session(schema: 7)").unwrap();
    refuses_line(&lab, "eval run", &["session.ron", "schema 7"]);
}

#[test]
fn other_data_than_that_of_the_run() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 20 --out run").good();
    let labels = lab.path("data/t10k-labels-idx1-ubyte");
    let mut bytes = std::fs::read(&labels).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&labels, bytes).unwrap();
    for verb in ["train --resume", "eval", "replay"] {
        refuses_line(&lab, &format!("{verb} run"), &["data", "--data"]);
    }
}

#[cfg(unix)]
#[test]
fn paths_that_are_not_utf8() {
    use std::os::unix::ffi::OsStringExt;
    let lab = Lab::new();
    let odd = OsString::from_vec(b"odd-\xff-name".to_vec());
    let args = |words: &[&str], last: &OsString| -> Vec<OsString> { words.iter().map(OsString::from).chain([last.clone()]).collect() };
    refuses(&lab, &args(&["train", "--data", "data"], &odd), &["odd-"]);
    refuses(&lab, &args(&["eval"], &odd), &["odd-"]);
    refuses(&lab, &args(&["check"], &odd), &["odd-"]);
    // a valid path that is not UTF-8 works
    lab.run(&args(&["train", "small.ron", "--data", "data", "--images", "20", "--out"], &odd)).good();
    lab.run(&args(&["eval"], &odd)).good();
    lab.run(&args(&["replay"], &odd)).good();
}

#[test]
fn directories_that_cannot_be_written() {
    let lab = Lab::new();
    if cfg!(target_os = "linux") {
        refuses_line(&lab, "train small.ron --data data --out /proc/no/run", &["/proc/no/run", "--out", "no such file or directory"]);
    }
    let locked = lab.path("locked");
    std::fs::create_dir(&locked).unwrap();
    let mut permissions = std::fs::metadata(&locked).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&locked, permissions).unwrap();
    // root can write to every directory
    if std::fs::write(locked.join("probe"), "").is_err() {
        refuses_line(&lab, "train small.ron --data data --out locked/run", &["locked", "permission denied"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error_and_a_closed_one_is_not() {
    let lab = Lab::new();
    for line in ["params", "presets --json", "check small.ron"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = finish(lab.command(&line.split(' ').collect::<Vec<_>>()).stdout(full));
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.contains("no space left") && ran.stderr.lines().count() == 1, "{ran:?}");
    }
    let mut child = lab.command(&["params"]).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}

#[test]
fn invalid_usage_names_the_argument() {
    let lab = Lab::new();
    for (line, word) in [
        ("train", "<PRESET>"),
        ("trian small.ron", "trian"),
        ("train small.ron --seed -1", "-1"),
        ("train small.ron --seed one", "one"),
        ("train small.ron --images 0", "from 1 to 10000000000"),
        ("train small.ron --epochs 0", "from 1 to 1000"),
        ("eval run --test-images 0", "at least 1"),
        ("train small.ron --images 5 --epochs 1", "--epochs"),
        ("train small.ron --resume run", "--resume"),
        ("train small.ron --threads 0", "from 1 to 1024"),
        ("train small.ron --imges 5", "--images"),
        ("--size 9x9", "1440x900"),
        ("--scale NaN", "0.5 to 4"),
        ("--after-images 5", "--screenshot"),
        ("check", "<FILE>"),
    ] {
        let ran = lab.line(line);
        assert_eq!(ran.code, Some(2), "{line}: {ran:?}");
        assert!(ran.stderr.contains(word) && !ran.stderr.contains("panicked"), "{line}: {}", ran.stderr);
    }
}

#[cfg(not(feature = "gui"))]
#[test]
fn without_a_window_the_subcommands_are_listed() {
    refuses::<&str>(&Lab::new(), &[], &["window", "train", "doctor"]);
}
