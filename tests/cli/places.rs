//! Output paths: simultaneous runs get separate directories, each directory has one writer, and `--out`
//! accepts a file, a link, a pipe or standard output.

use crate::export::array;
use crate::lab::{Lab, Ran, finish};
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn wait(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_mins(1), "{} never came", path.display());
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn simultaneous_runs_get_separate_directories() {
    let lab = Lab::new();
    let starts =
        ["train small.ron --data data --images 40 --json", "sweep small.ron --data data --images 10 --seeds 1 --axis eta=0.1 --json"];
    let words: Vec<Vec<&str>> = starts.iter().map(|line| line.split(' ').collect()).collect();
    let children: Vec<Child> = (0..8).map(|k| lab.command(&words[k % 2]).spawn().unwrap()).collect();
    let mut places: Vec<String> = children.into_iter().map(|child| wait(child).good().last()["out"].as_str().unwrap().to_owned()).collect();
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 8, "{places:?}");
    for place in &places {
        if place.contains("sweep") {
            lab.line(&format!("sweep --resume {place}")).good();
        } else {
            lab.line(&format!("replay {place}")).good();
        }
    }
    // of several runs with the same `--out`, one gets the directory
    let words: Vec<&str> = "train small.ron --data data --images 2000 --out same".split(' ').collect();
    let children: Vec<Child> = (0..4).map(|_| lab.command(&words).spawn().unwrap()).collect();
    let codes: Vec<Option<i32>> = children.into_iter().map(|child| wait(child).code).collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == Some(2)).count(), 3, "{codes:?}");
    lab.line("replay same").good();
}

#[test]
fn a_run_has_one_writer_and_any_number_of_readers() {
    let lab = Lab::new();
    let words: Vec<&str> = "train small.ron --data data --images 1000000 --checkpoint-every 50 --out run".split(' ').collect();
    let mut child = lab.command(&words).spawn().unwrap();
    wait_for(&lab.path("run/checkpoint.bin"));
    for line in ["train --resume run", "train small.ron --data data --out run"] {
        let ran = lab.line(line);
        assert_eq!(ran.code, Some(2), "{line}: {ran:?}");
    }
    let ran = lab.line("train --resume run");
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    assert!(ran.stderr.contains(&format!("process {}", child.id())) && ran.stderr.contains(&host), "{ran:?}");
    for line in ["eval run --test-images 20", "replay run", "check run", "export run --what rewards --format csv --out r.csv"] {
        lab.line(line).good();
    }
    // the lock ends with the process, also after a kill
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(lab.path("run/run.lock").exists(), "what the dead program left");
    let mut going = lab.command(&["train", "--resume", "run"]).spawn().unwrap();
    while std::fs::read_to_string(lab.path("run/run.lock")).unwrap_or_default().lines().next() != Some(&format!("pid: {}", going.id())) {
        assert_eq!(going.try_wait().unwrap(), None, "it goes on");
        std::thread::sleep(Duration::from_millis(1));
    }
    going.kill().unwrap();
    going.wait().unwrap();
    // a lock left by another host is reported with a remedy
    std::fs::write(lab.path("run/run.lock"), "pid: 17\nhost: node-b\nsince: 2026-01-01T00:00:00Z\n").unwrap();
    let ran = lab.line("train --resume run");
    assert!(ran.code == Some(2) && ["17", "node-b", "run.lock"].iter().all(|word| ran.stderr.contains(word)), "{ran:?}");
    lab.line("eval run --test-images 20").good();
}

#[test]
fn study_has_one_writer() {
    let lab = Lab::new();
    let words: Vec<&str> = "sweep small.ron --data data --images 100000 --seeds 1 --axis eta=0.1,0.2 --out s".split(' ').collect();
    let mut child = lab.command(&words).spawn().unwrap();
    wait_for(&lab.path("s/study.ron"));
    let ran = lab.line("sweep --resume s");
    assert!(ran.code == Some(2) && ran.stderr.contains(&format!("process {}", child.id())), "{ran:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn results_inside_an_image_collection_are_not_read_as_a_class() {
    let lab = Lab::new();
    let picture = |class: usize, k: usize| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 4, 4);
        encoder.set_color(png::ColorType::Grayscale);
        encoder
            .write_header()
            .unwrap()
            .write_image_data(&(0..16).map(|n| if n / 8 == class { 200 + k as u8 } else { n as u8 }).collect::<Vec<_>>())
            .unwrap();
        bytes
    };
    for class in 0..2 {
        std::fs::create_dir_all(lab.path(&format!("mine/{class}"))).unwrap();
        (0..10).for_each(|k| std::fs::write(lab.path(&format!("mine/{class}/{k}.png")), picture(class, k)).unwrap());
    }
    let inside = |line: &str| finish(lab.command(&line.split(' ').collect::<Vec<_>>()).current_dir(lab.path("mine")));
    let preset = lab.path("small.ron").display().to_string();
    let train = format!("train {preset} --data . --images 5 --json");
    let first = inside(&train).good().last();
    let second = inside(&train).good().last();
    inside(&format!("train {preset} --data . --images 5 --out own-place")).good();
    inside(&format!("sweep {preset} --data . --images 5 --test-images 2 --seeds 1 --axis eta=0.1 --out study")).good();
    assert_eq!(first["digest"], second["digest"]);
    for place in [&first["out"], &second["out"]].map(|out| out.as_str().unwrap()) {
        inside(&format!("eval {place}")).good();
        inside(&format!("replay {place}")).good();
    }
    let output = inside("check .").good().stdout;
    assert!(output.contains("2 classes"), "{output}");
    // as written by 0.1
    std::fs::remove_file(lab.path("mine/runs/.spikescope-runs")).unwrap();
    inside(&train).good();
}

#[test]
fn out_preserves_the_file_type() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 20 --test-images 5 --out r").good();
    let export = |out: &str| lab.line(&format!("export r --what rewards --format csv --force --out {out}"));
    export("plain.csv").good();
    let wanted = std::fs::read(lab.path("plain.csv")).unwrap();
    std::fs::write(lab.path("target.csv"), "old").unwrap();
    std::fs::set_permissions(lab.path("target.csv"), std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("target.csv", lab.path("link.csv")).unwrap();
    export("link.csv").good();
    assert!(lab.path("link.csv").is_symlink());
    assert_eq!((std::fs::read(lab.path("target.csv")).unwrap(), mode(&lab.path("target.csv"))), (wanted.clone(), 0o640));

    std::fs::write(lab.path("ro.csv"), "keep").unwrap();
    std::fs::set_permissions(lab.path("ro.csv"), std::fs::Permissions::from_mode(0o444)).unwrap();
    let ran = export("ro.csv");
    assert!(ran.code == Some(2) && ran.stderr.contains("read-only"), "{ran:?}");
    assert_eq!(std::fs::read(lab.path("ro.csv")).unwrap(), b"keep");

    // the umask sets the mode of new files, in run directories too
    let script = "umask 077; \"$0\" export r --what rewards --format csv --out um.csv && \"$0\" train small.ron --data data --images 5 --test-images 0 --out private";
    let program = env!("CARGO_BIN_EXE_spikescope");
    finish(Command::new("sh").args(["-c", script, program]).current_dir(lab.path(""))).good();
    assert_eq!((mode(&lab.path("um.csv")), mode(&lab.path("private/session.ron"))), (0o600, 0o600));

    // waiting for a reader can be interrupted
    assert!(Command::new("mkfifo").arg(lab.path("unread")).status().unwrap().success());
    let child = lab.command(&"export r --what rewards --format csv --out unread".split(' ').collect::<Vec<_>>()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(700));
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let ran = wait(child);
    assert!(matches!(ran.code, Some(130) | None), "{ran:?}");

    for format in ["csv", "npz"] {
        let pipe = format!("pipe.{format}");
        assert!(Command::new("mkfifo").arg(lab.path(&pipe)).status().unwrap().success());
        let words = format!("export r --what rewards --format {format} --out {pipe}");
        let child = lab.command(&words.split(' ').collect::<Vec<_>>()).spawn().unwrap();
        let bytes = std::fs::read(lab.path(&pipe)).unwrap();
        wait(child).good();
        assert!(std::fs::metadata(lab.path(&pipe)).unwrap().file_type().is_fifo());
        std::fs::write(lab.path(&format!("through.{format}")), bytes).unwrap();
    }
    assert_eq!(std::fs::read(lab.path("through.csv")).unwrap(), wanted);
    lab.line("export r --what rewards --format npz --out plain.npz").good();
    assert_eq!(array(&lab.path("through.npz"), "reward"), array(&lab.path("plain.npz"), "reward"));
}

#[test]
fn dash_writes_only_the_file_to_standard_output() {
    let lab = Lab::new();
    lab.line("train small.ron --data data --images 20 --test-images 5 --out r").good();
    lab.line("export r --what rewards --format csv --out plain.csv").good();
    let wanted = std::fs::read_to_string(lab.path("plain.csv")).unwrap();
    for out in ["-", "/dev/stdout", "/dev/fd/1"] {
        let ran = lab.line(&format!("export r --what rewards --format csv --out {out}")).good();
        assert_eq!(ran.stdout, wanted, "{out}");
    }
    assert!(!lab.path("-").exists());
    let ran = lab.line("export r --what rewards --format csv --out - --json");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    // process substitution passes a descriptor path
    let script = "\"$0\" export r --what rewards --format csv --out >(cat > sub.csv) --quiet && wait $!";
    let mut bash = Command::new("bash");
    bash.args(["-c", script, env!("CARGO_BIN_EXE_spikescope")]).current_dir(lab.path(""));
    finish(&mut bash).good();
    assert_eq!(std::fs::read_to_string(lab.path("sub.csv")).unwrap(), wanted);
    // a closed pipe is not an error
    let mut child = lab.command(&"export r --what spikes --format csv --out - --quiet".split(' ').collect::<Vec<_>>());
    let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = wait(child);
    assert!(ran.code == Some(0) && ran.stderr.is_empty(), "{ran:?}");
}
