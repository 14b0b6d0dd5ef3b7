//! Interrupts, kills and full disks: no file is incomplete, saved data is not lost, and a resumed run equals an uninterrupted one.

use crate::lab::{Lab, Ran, finish};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run of about a second with frequent checkpoints.
const LONG: &str =
    "train small.ron --data data --seed 9 --images 12000 --json --record rewards,weights,spikes:last_11000 --checkpoint-every 40";

fn long(out: &str) -> Vec<String> {
    let words = LONG.split(' ').map(|word| word.replace("last_11000", "last 11000 trials"));
    words.chain(["--out".to_owned(), out.to_owned()]).collect()
}

fn wait_for(path: &Path, child: &mut Child) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_mins(1), "{} never came", path.display());
        assert!(child.try_wait().unwrap().is_none(), "the run ended too early");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn wait(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// Whether a signal is ignored by this process, and therefore by its child processes.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 1)
}

/// All files of two runs are equal, except for log and times.
fn assert_same_run(lab: &Lab, a: &str, b: &str) {
    for name in ["session.ron", "preset.ron", "metrics.csv", "recordings/rewards.npz", "recordings/weights.npz", "recordings/spikes.npz"] {
        let read = |run: &str| std::fs::read(lab.path(run).join(name)).unwrap();
        assert!(read(a) == read(b), "{name} differs");
    }
    lab.line(&format!("replay {b}")).good();
}

/// No temporary file is left.
fn assert_swept(lab: &Lab) {
    let mut names = lab.contents().into_keys().filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned()));
    assert_eq!(names.find(|name| name.starts_with(".tmp")), None);
}

#[test]
fn repeatedly_killed_run_equals_an_uninterrupted_one() {
    let lab = Lab::new();
    let whole = lab.run(&long("whole")).good().last();
    let mut child = lab.command(&long("cut")).spawn().unwrap();
    wait_for(&lab.path("cut/checkpoint.bin"), &mut child);
    for pause in [3, 17, 40, 90] {
        std::thread::sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
        // every file is complete
        lab.line("check cut").good();
        let session = std::fs::read_to_string(lab.path("cut/session.ron")).unwrap();
        assert!(session.contains("ending: None"), "the run had ended before it was killed");
        child = lab.command(&["train", "--resume", "cut", "--json"]).spawn().unwrap();
    }
    let resumed = wait(child).good().last();
    assert_eq!(resumed["digest"], whole["digest"]);
    assert_eq!(resumed["test_accuracy"], whole["test_accuracy"]);
    assert_same_run(&lab, "whole", "cut");
    assert_swept(&lab);
}

#[test]
fn interrupted_run_prints_how_to_resume_and_resumes() {
    let lab = Lab::new();
    lab.run(&long("whole")).good();
    for (kind, out) in [(Signal::INT, "interrupted"), (Signal::TERM, "terminated"), (Signal::HUP, "hung-up")] {
        if is_ignored(kind) {
            // as by nohup, around these tests
            continue;
        }
        let mut child = lab.command(&long(out)).spawn().unwrap();
        wait_for(&lab.path(out).join("checkpoint.bin"), &mut child);
        signal(&child, kind);
        let ran = wait(child);
        assert_eq!(ran.code, Some(130), "{ran:?}");
        assert!(ran.stderr.contains(&format!("train --resume {out}")), "{ran:?}");
        assert_eq!(ran.last()["event"], "interrupted");
        // an interrupted run can be examined before it is resumed
        lab.line(&format!("replay {out}")).good();
        lab.line(&format!("eval {out}")).good();
        lab.line(&format!("train --resume {out}")).good();
        assert_same_run(&lab, "whole", out);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn signals_that_the_parent_ignored_stay_ignored() {
    let lab = Lab::new();
    // as set by nohup, and by a shell for its background jobs
    let start = |ignored: &str, out: &str| {
        let script = format!("trap '' {ignored}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_spikescope")]).args(long(out)).current_dir(lab.path(""));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_for(&lab.path(out).join("checkpoint.bin"), &mut child);
        child
    };
    let child = start("HUP INT", "kept");
    for kind in [Signal::HUP, Signal::INT, Signal::HUP] {
        signal(&child, kind);
    }
    let ran = wait(child).good();
    assert_eq!(ran.last()["event"], "finished");
    let child = start("HUP", "ended");
    signal(&child, Signal::HUP);
    signal(&child, Signal::TERM);
    assert_eq!(wait(child).code, Some(130));
}

#[test]
fn a_run_killed_before_its_first_checkpoint_starts_again() {
    let lab = Lab::new();
    let whole = lab.line("train small.ron --data data --images 100 --json --out whole").good().last();
    lab.line("train small.ron --data data --images 100 --out cut").good();
    // the state after a kill right after the start
    std::fs::remove_file(lab.path("cut/checkpoint.bin")).unwrap();
    std::fs::remove_file(lab.path("cut/metrics.csv")).unwrap();
    std::fs::write(lab.path("cut/.tmpAbCdEf"), "half").unwrap();
    let session = std::fs::read_to_string(lab.path("cut/session.ron")).unwrap();
    let start = session.find("ending: ").unwrap();
    std::fs::write(lab.path("cut/session.ron"), format!("{}ending: None,\n)\n", &session[..start])).unwrap();
    let ran = lab.line("replay cut");
    assert!(ran.code == Some(2) && ran.stderr.contains("--resume cut"), "{ran:?}");
    let ran = lab.line("eval cut");
    assert!(ran.code == Some(2) && ran.stderr.contains("--resume cut"), "{ran:?}");
    let resumed = lab.line("train --resume cut --json").good().last();
    assert_eq!(resumed["digest"], whole["digest"]);
    assert!(!lab.path("cut/.tmpAbCdEf").exists());
}

#[test]
fn run_continues_on_a_full_disk_without_files() {
    let lab = Lab::new();
    let whole = lab.line("train small.ron --data data --images 400 --json --out whole").good().last();
    // files may have 4 KiB: preset and session fit, a checkpoint does not
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let words = "train small.ron --data data --images 400 --json --checkpoint-every 50 --record spikes --out full";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_spikescope")]).args(words.split(' ')).current_dir(lab.path(""));
    let ran = finish(&mut command);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.last()["digest"], whole["digest"], "the run went on");
    for words in ["checkpoint.bin", "spikes"] {
        assert!(ran.stderr.contains(words), "{words}: {ran:?}");
    }
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    assert!(!lab.path("full/checkpoint.bin").exists() && !lab.path("full/recordings/spikes.npz").exists());
    assert_swept(&lab);
}

#[test]
fn run_continues_without_its_removed_directory() {
    let lab = Lab::new();
    let mut child = lab.command(&long("gone")).spawn().unwrap();
    wait_for(&lab.path("gone/checkpoint.bin"), &mut child);
    // the program may write while it is removed
    while std::fs::remove_dir_all(lab.path("gone")).is_err() {}
    let ran = wait(child);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.last()["event"], "finished");
    assert!(ran.stderr.contains("gone/") && !ran.stderr.contains("panicked"), "{ran:?}");
}

#[test]
fn halted_run_gives_the_reason_and_keeps_its_last_checkpoint() {
    let lab = Lab::new();
    let flags = "--set norm=10000mV --set w_max=100mV --set inhibition=0mV --set t_ref=0ms --set w_init_max=100mV";
    let ran = lab.line(&format!("train small.ron --data data --images 50 --out run {flags}"));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("runaway activity") && ran.stderr.contains("run directory run"), "{ran:?}");
    let log = std::fs::read_to_string(lab.path("run/log.txt")).unwrap();
    assert!(log.contains("halted: runaway activity"), "{log}");
}

/// Ctrl-C in the first moments: exit code 130, and either a directory that can be resumed or a sentence that nothing was written.
#[test]
fn an_interrupt_in_the_first_moments_leaves_a_run_or_nothing() {
    let lab = Lab::new();
    for (kind, line) in [("run", "run balanced-network --duration 60s"), ("train", "train small.ron --data data --images 1000000 --seed 2")]
    {
        for (number, pause) in [30, 80, 200, 700, 1500].into_iter().enumerate() {
            let out = format!("{kind}-{number}");
            let words: Vec<&str> = line.split(' ').chain(["--out", &out]).collect();
            let child = lab.command(&words).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(pause));
            signal(&child, Signal::INT);
            let ran = wait(child);
            if is_ignored(Signal::INT) {
                return;
            }
            // before the program has begun, the signal itself ends it
            assert!(ran.code == Some(130) || ran.code.is_none() && !lab.path(&out).exists(), "{out}: {ran:?}");
            if lab.path(&out).exists() {
                assert!(ran.stderr.contains("resume with"), "{out}: {ran:?}");
                assert!(lab.path(&format!("{out}/session.ron")).exists() && lab.path(&format!("{out}/checkpoint.bin")).exists(), "{out}");
            } else {
                assert!(ran.code.is_none() || ran.stderr.contains("nothing was written"), "{out}: {ran:?}");
            }
        }
    }
}

/// The peak of the memory of a program, in MiB.
#[cfg(target_os = "linux")]
fn peak_mib(lab: &Lab, words: &[&str]) -> f64 {
    let mut child = lab.command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut peak = 0.0_f64;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        peak = peak.max(kib.unwrap_or(0.0) / 1024.0);
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn the_estimate_of_memory_is_the_peak_of_a_run() {
    let lab = Lab::new();
    let base = peak_mib(&lab, &["presets"]);
    let lif = "Lif(tau_syn_exc: \"5 ms\")";
    let recurrent = "\"A->A\": (wiring: Indegree(1000), weight: \"0.1 mV\", delay: Uniform(\"1 ms\", \"5 ms\"), rule: PairStdp())";
    let dense = "\"P->A\": (wiring: AllToAll, weight: \"0.1 mV\", delay: \"1 ms\")";
    for (name, populations, projections) in [
        ("neurons", format!("\"A\": (size: 1000000, model: {lif})"), ""),
        ("sparse", format!("\"A\": (size: 3000, model: {lif})"), recurrent),
        ("dense", format!("\"P\": (size: 3000, model: Poisson()), \"A\": (size: 3000, model: {lif})"), dense),
    ] {
        let network = format!("(populations: {{{populations}}}, projections: {{{projections}}})");
        let text = format!("Preset(schema: 2, title: \"m\", network: {network}, task: FreeRun(duration: \"5 ms\"))");
        std::fs::write(lab.path(&format!("{name}.ron")), text).unwrap();
        let file = format!("{name}.ron");
        let estimate = lab.run(&["describe", &file, "--json"]).good().last()["bytes"].as_f64().unwrap() / f64::from(1 << 20);
        let peak = peak_mib(&lab, &["run", &file, "--out", name]) - base;
        assert!(peak < 1.25 * estimate && peak > 0.5 * estimate, "{name}: {peak:.0} MiB at the peak, {estimate:.0} estimated");
    }
}
