//! `run`: free runs of networks, their directories, `--set`, `--record`, resumption and replay.

use crate::lab::{Lab, Ran, finish};
use std::collections::BTreeSet;

/// A small network with a plastic projection and random delays.
const PAIR: &str = r#"Preset(
    schema: 2,
    title: "Pair",
    network: (
        dt: "0.5 ms",
        populations: {
            "E": (size: 40, model: Lif(tau_syn_exc: "5 ms")),
            "my own": (size: 10, model: Lif()),
            "noise": (size: 40, model: Poisson(rate: "500 Hz")),
        },
        projections: {
            "noise->E": (wiring: OneToOne, weight: "8 mV", delay: "1 ms"),
            "E->my own": (wiring: Probability(0.5), weight: "3 mV", delay: Uniform("0.5 ms", "4 ms"), rule: PairStdp(w_max: "6 mV")),
        },
    ),
    task: FreeRun(duration: "400 ms"),
)
"#;

fn lab() -> Lab {
    let lab = Lab::new();
    std::fs::write(lab.path("pair.ron"), PAIR).unwrap();
    lab
}

fn read(lab: &Lab, file: &str) -> String {
    std::fs::read_to_string(lab.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Exit code 2 and a line for each fault, with these facts; no file is changed.
fn refuses(lab: &Lab, args: &[&str], facts: &[&str]) {
    let before = lab.contents();
    let ran = lab.run(args);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.has_a_line_per_fault()), (Some(2), "", true), "{args:?}: {ran:?}");
    assert!(facts.iter().all(|fact| ran.stderr.contains(fact)), "{args:?}: {facts:?} in {ran:?}");
    assert!(lab.contents() == before, "{args:?} changed files");
}

/// Everything that a run leaves, except log and checkpoint, whose times differ.
fn assert_same_run(lab: &Lab, a: &str, b: &str) {
    let files = |run: &str| {
        let root = lab.path(run);
        let found = lab.contents().into_iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&root).ok()?.to_owned(), bytes)));
        found.filter(|(path, _)| !path.ends_with("log.txt") && !path.ends_with("checkpoint.bin")).collect::<Vec<_>>()
    };
    let names = |run: &str| files(run).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(names(a), names(b));
    for (one, other) in files(a).iter().zip(files(b)) {
        assert!(one.1 == other.1, "{} differs", one.0.display());
    }
}

#[test]
fn free_run_writes_its_directory_reports_rates_and_replays() {
    let lab = lab();
    let set = ["--set", "E.tau_m=10ms", "--set", "\"my own\".size=12", "--set", "E->my own.delay=1.5 ms"];
    let ran = lab.run(&[&["run", "pair.ron", "--seed", "3", "--duration", "0.55s", "--out", "a", "--json"][..], &set].concat());
    // a name with a space needs quotes
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("quotes") && !lab.path("a").exists(), "{ran:?}");
    let set = [
        "--set",
        "E.tau_m=10ms",
        "--set",
        "\"my own\".size=12",
        "--set",
        "\"E->my own\".delay=1.5 ms",
        "--set",
        "E.t_ref, \"my own\".t_ref=3 ms",
    ];
    let ran = lab.run(&[&["run", "pair.ron", "--seed", "3", "--duration", "0.55s", "--out", "a", "--json"][..], &set].concat()).good();
    let events = ran.events();
    assert_eq!((&events[0]["event"], &events[0]["done_ms"]), (&"started".into(), &0.0.into()));
    let last = ran.last();
    assert_eq!((&last["event"], &last["duration_ms"], &last["seed"]), (&"finished".into(), &550.0.into(), &3.into()));
    let [cpu_s, events, ns] = ["cpu_s", "synaptic_events", "ns_per_synaptic_event"].map(|key| last[key].as_f64().unwrap());
    assert!(events > 1000.0 && (ns / (cpu_s * 1e9 / events) - 1.0).abs() < 1e-9, "{last}");
    let populations = last["populations"].as_array().unwrap();
    assert_eq!(populations.len(), 3);
    let noise = populations[2]["rate_hz"].as_f64().unwrap();
    assert!((noise - 500.0).abs() < 25.0, "{noise}");
    assert!(populations[0]["cv_isi"].as_f64().is_some_and(|cv| cv > 0.1 && cv < 1.5) && populations[2]["cv_isi"].is_null(), "{last}");

    let names: BTreeSet<String> =
        std::fs::read_dir(lab.path("a")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, ["checkpoint.bin", "log.txt", "metrics.csv", "preset.ron", "session.ron"].map(str::to_owned).into());
    let preset = read(&lab, "a/preset.ron");
    assert!(["tau_m: \"10 ms\"", "size: 12", "delay: \"1.5 ms\"", "550 ms"].iter().all(|fact| preset.contains(fact)), "{preset}");
    assert_eq!(preset.matches("t_ref: \"3 ms\"").count(), 2, "{preset}");
    let session = read(&lab, "a/session.ron");
    assert!(session.contains("seed: 3") && session.contains("steps: 1100") && session.contains(last["digest"].as_str().unwrap()));
    let metrics = read(&lab, "a/metrics.csv");
    assert_eq!(metrics.lines().next(), Some("time_ms,E_hz,my own_hz,noise_hz"));
    assert_eq!(
        metrics.lines().map(|line| line.split(',').next().unwrap()).collect::<Vec<_>>()[1..],
        ["100", "200", "300", "400", "500", "550"]
    );

    assert_eq!(lab.line("replay a --json").good().events().iter().filter(|event| event["equal"] == true).count(), 2);
    assert!(lab.line("check a").good().stdout.contains("550 of 550 ms"));
    // the effective description with the same seed is the same run
    let again = lab.line("run a/preset.ron --seed 3 --out b --json").good().last();
    assert_eq!(again["digest"], last["digest"]);
    let text = lab.line("run pair.ron --out c").good().stdout;
    assert!(["E fires at", "CV", "noise emits", "real time", "digest", "c"].iter().all(|fact| text.contains(fact)), "{text}");
    // without progress and notices, the results are the same
    let quiet = lab.line("run pair.ron --quiet --out d").good();
    assert_eq!((quiet.stderr.as_str(), quiet.stdout.lines().count()), ("", text.lines().count()), "{quiet:?}");
    let again = lab.line("replay d --quiet").good();
    assert!(again.stderr.is_empty() && again.stdout.contains("equal"), "{again:?}");
}

#[test]
fn a_record_that_was_changed_is_found_by_replay() {
    let lab = lab();
    lab.line("run pair.ron --out a").good();
    let preset = read(&lab, "a/preset.ron").replace("tau_syn_exc: \"5 ms\"", "tau_syn_exc: \"4 ms\"");
    std::fs::write(lab.path("a/preset.ron"), preset).unwrap();
    let ran = lab.line("replay a");
    assert!(ran.code == Some(1) && ran.stderr.contains("differs"), "{ran:?}");
}

#[test]
fn all_faults_of_a_run_are_reported_at_once_and_nothing_is_written() {
    let lab = lab();
    let sets = ["E.tau_m=10mV", "E.taum=1ms", "X.tau_m=1ms", "E.size=0", "noise->E.delay=0.7ms", "E.tau_m"];
    let mut args = vec![
        "run",
        "pair.ron",
        "--duration",
        "10",
        "--record",
        "potentials:noise,weights",
        "--checkpoint-every",
        "0.2 ms",
        "--out",
        "data",
    ];
    sets.iter().for_each(|set| args.extend(["--set", set]));
    let facts = [
        "E.tau_m=10mV",
        "E.taum",
        "X.tau_m",
        "E.size",
        "0.7 ms",
        "PATH=VALUE",
        "--duration 10",
        "\"10 ms\"",
        "\"noise\"",
        "\"weights\"",
        "--checkpoint-every",
        "data is not empty",
    ];
    refuses(&lab, &args, &facts);
    for (args, facts) in [
        (&["run", "pair.ron", "--duration", "0.3ms"][..], &["--duration", "0.5 to 2147483647.5 ms"][..]),
        (&["run", "pair.ron", "--duration", "-1s"], &["--duration"]),
        (&["run", "pair.ron", "--duration", "1e300s"], &["--duration"]),
        (&["run", "pair.ron", "--set", "dt=0.3ms"], &["dt"]),
        // the shell cut "noise->E.weight=1 mV"
        (&["run", "pair.ron", "--set", "noise-"], &["quotes", "writes to a file"]),
        (&["run", "pair.ron", "--set", "noise->E.outdegree=3"], &["its wiring is"]),
        (&["run", "pair.ron", "--record", "spikes:E,noise"], &["spikes:noise"]),
        (&["run", "small.ron"], &["spikescope train small.ron"]),
        (&["run", "first-neuron"], &["window"]),
        (&["run", "no-such"], &["ring-of-two", "balanced-network"]),
        (&["run", "--resume", "data"], &["data", "spikescope run"]),
        (&["train", "pair.ron", "--data", "data", "--out", "x"], &["spikescope run pair.ron"]),
    ] {
        refuses(&lab, args, facts);
    }
}

#[test]
fn values_that_need_each_other_are_set_in_any_order() {
    let lab = lab();
    // each alone is out of order with the present value of the other
    for sets in [["E.v_reset=-45mV", "E.v_th=-40mV"], ["E.v_th=-40mV", "E.v_reset=-45mV"]] {
        let out = format!("run{}", sets[0].len());
        lab.run(&["run", "pair.ron", "--duration", "1ms", "--set", sets[0], "--set", sets[1], "--out", &out]).good();
    }
}

#[test]
fn resumed_and_extended_runs_equal_the_uninterrupted_one() {
    let lab = lab();
    let record = "--record spikes,potentials:E[0..3]";
    let run = |duration: &str, out: &str| {
        lab.line(&format!("run pair.ron --seed 7 --duration {duration} {record} --out {out} --json")).good().last()
    };
    let whole = run("730ms", "whole");
    run("250ms", "part");
    let before = lab.contents();
    let again = lab.line("run --resume part --json").good();
    assert!(again.stderr.contains("finished") && again.stderr.contains("--duration"), "{again:?}");
    assert_eq!((&again.last()["event"], &again.last()["duration_ms"]), (&"finished".into(), &250.0.into()));
    assert!(lab.contents() == before || lab.path("part/run.lock").exists(), "a finished run is not changed");
    refuses(&lab, &["run", "--resume", "part", "--duration", "200ms"], &["250 ms", "--duration"]);
    lab.line("run --resume part --duration 400ms").good();
    let extended = lab.line("run --resume part --duration 730ms --json").good();
    assert_eq!((&extended.events()[0]["event"], &extended.events()[0]["done_ms"]), (&"resumed".into(), &400.0.into()));
    assert_eq!(extended.last()["digest"], whole["digest"]);
    assert_eq!(extended.last()["populations"], whole["populations"]);
    assert_same_run(&lab, "whole", "part");
    lab.line("replay part").good();

    for verb in ["eval part", "train --resume part"] {
        refuses(&lab, &verb.split(' ').collect::<Vec<_>>(), &["part is a free run"]);
    }
    lab.line("train small.ron --data data --images 20 --out runs/trained").good();
    lab.line("run pair.ron --duration 1ms --out runs/free").good();
    // a folder with both kinds is compared as training, and reported whole
    lab.line("compare runs runs").good();
    let reported = lab.line("report runs --json").good().last();
    assert_eq!((reported["experiments"].as_array().unwrap().len(), reported["networks"].as_array().unwrap().len()), (1, 1));
    let trained = lab.path("trained");
    std::fs::rename(lab.path("runs/trained"), &trained).unwrap();
    refuses(&lab, &["run", "--resume", "trained"], &["spikescope train --resume trained"]);
    refuses(&lab, &["run", "pair.ron", "--out", "part"], &["spikescope run --resume part"]);
    assert_eq!(lab.line("run --resume part --seed 3").code, Some(2));
}

#[cfg(unix)]
#[test]
fn interrupted_and_killed_runs_resume_to_the_same_bits() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::time::{Duration, Instant};
    let lab = lab();
    let line = "run pair.ron --seed 9 --duration 60s --checkpoint-every 500ms --record spikes:E[0..20],potentials:E[3] --json";
    lab.line(&format!("{line} --out whole")).good();
    for (kill, out) in [(false, "stopped"), (true, "killed")] {
        let mut child = lab.command(&format!("{line} --out {out}").split(' ').collect::<Vec<_>>()).spawn().unwrap();
        let start = Instant::now();
        while !lab.path(out).join("checkpoint.bin").exists() {
            assert!(start.elapsed() < Duration::from_mins(1) && child.try_wait().unwrap().is_none(), "no checkpoint");
            std::thread::sleep(Duration::from_millis(1));
        }
        if kill {
            child.kill().unwrap();
        } else {
            // one writer at a time
            let second = lab.line(&format!("run --resume {out}"));
            assert!(second.code == Some(2) && second.stderr.contains("process"), "{second:?}");
            kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        }
        let output = child.wait_with_output().unwrap();
        if !kill {
            let ran = Ran {
                code: output.status.code(),
                stdout: String::from_utf8(output.stdout).unwrap(),
                stderr: String::from_utf8(output.stderr).unwrap(),
            };
            assert_eq!(ran.code, Some(130), "{ran:?}");
            assert!(ran.stderr.contains(&format!("run --resume {out}")) && ran.last()["event"] == "interrupted", "{ran:?}");
        }
        lab.line(&format!("check {out}")).good();
        lab.line(&format!("replay {out}")).good();
        lab.line(&format!("run --resume {out}")).good();
        assert_same_run(&lab, "whole", out);
    }
}

/// Rows of a CSV without its header, and the header.
fn table(lab: &Lab, file: &str) -> (String, Vec<Vec<String>>) {
    let mut rows = csv::Reader::from_path(lab.path(file)).unwrap();
    let head = rows.headers().unwrap().iter().collect::<Vec<_>>().join(",");
    (head, rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect())
}

#[test]
fn spikes_potentials_and_weights_of_a_free_run_are_exported_complete() {
    let lab = lab();
    let last = lab.line("run pair.ron --out a --json").good().last();
    let export = |line: &str| lab.line(&format!("export a --what {line} --json")).good().last();
    let spikes = export("spikes --format csv --out s.csv");
    let counted: u64 = last["populations"].as_array().unwrap().iter().map(|population| population["spikes"].as_u64().unwrap()).sum();
    assert_eq!((spikes["records"].as_u64(), spikes["proven"].as_bool()), (Some(counted), Some(true)));
    let (head, rows) = table(&lab, "s.csv");
    assert_eq!((head.as_str(), rows.len() as u64), ("step,time_ms,population,neuron", counted));
    let of = |name: &str| rows.iter().filter(|row| row[2] == name).count() as u64;
    assert_eq!(Some(of("my own")), last["populations"][1]["spikes"].as_u64());
    assert!(rows.iter().all(|row| row[1].parse::<f64>().unwrap() == row[0].parse::<f64>().unwrap() * 0.5));

    let run = ["export", "a", "--what", "potentials", "--format", "csv", "--out", "v.csv", "--neurons", "E[2..5], \"my own\"[9]"];
    lab.run(&run).good();
    let (head, rows) = table(&lab, "v.csv");
    assert_eq!((head.as_str(), rows.len()), ("step,time_ms,population,neuron,v_mv", 800 * 4));
    assert_eq!(rows[..4].iter().map(|row| row[2..4].join(" ")).collect::<Vec<_>>(), ["E 2", "E 3", "E 4", "my own 9"]);

    let weights = export("weights --format csv --out w.csv");
    let (head, rows) = table(&lab, "w.csv");
    assert_eq!((head.as_str(), Some(rows.len() as u64)), ("projection,pre,post,weight,unit,delay_ms", weights["records"].as_u64()));
    let noise =
        rows.iter().filter(|row| row[0] == "noise->E" && row[1] == row[2] && row[3] == "8" && row[4] == "mV" && row[5] == "1").count();
    assert_eq!(noise, 40);
    let plastic: Vec<f64> = rows.iter().filter(|row| row[0] == "E->my own").map(|row| row[3].parse().unwrap()).collect();
    assert!(plastic.iter().any(|w| *w != 3.0) && plastic.iter().all(|w| (0.0..=6.0).contains(w)), "{plastic:?}");
    export("spikes --format npz --out s.npz");
    assert!(std::fs::read(lab.path("s.npz")).unwrap().starts_with(b"PK"));

    for (line, fact) in [
        ("--what rewards", "rewards"),
        ("--what spikes --trials 0..3", "--trials"),
        ("--what weights --every 3", "--every"),
        ("--what weights --neurons E", "--neurons"),
        ("--what potentials --neurons noise", "\"noise\""),
        ("--what spikes --neurons E[0..99]", "at most 40"),
    ] {
        refuses(&lab, &format!("export a {line} --format csv --out x.csv").split(' ').collect::<Vec<_>>(), &[fact]);
    }
}

#[test]
fn progress_is_written_to_a_log_file() {
    let lab = lab();
    let mut command = lab.command(&["run", "pair.ron", "--duration", "5s", "--out", "a"]);
    let stderr = finish(command.env("SPIKESCOPE_PROGRESS_SECONDS", "0.001")).good().stderr;
    assert!(stderr.lines().filter(|line| line.starts_with("simulated ms: ") && line.contains("of 5000")).count() >= 2, "{stderr}");
}

#[test]
fn a_damaged_record_is_reported_as_that_of_a_free_run() {
    let lab = lab();
    lab.line("run pair.ron --duration 2ms --out a").good();
    let record = read(&lab, "a/session.ron");
    for (text, fact) in [("garbage".to_owned(), "not the record of a free run"), (record.replace("schema: 2", "schema: 3"), "update")] {
        std::fs::write(lab.path("a/session.ron"), text).unwrap();
        for verb in ["run --resume a", "replay a", "export a --what spikes --format csv --out s.csv", "check a", "report a", "compare a a"]
        {
            refuses(&lab, &verb.split(' ').collect::<Vec<_>>(), &["a/session.ron", fact]);
        }
    }
}

#[test]
fn numbers_need_units_paths_are_set_once_and_the_task_has_paths() {
    let lab = Lab::new();
    std::fs::write(
        lab.path("net.ron"),
        std::fs::read_to_string(format!("{}/presets/ring-of-two.ron", env!("CARGO_MANIFEST_DIR"))).unwrap(),
    )
    .unwrap();
    for (line, facts) in [
        ("run net.ron --set A.tau_m=20 --out r", &["20 has no unit", "\"20 ms\""][..]),
        ("run net.ron --set B->A.weight=0 --out r", &["0 has no unit", "\"0 mV\""]),
        ("run net.ron --set A->B.weight=Uniform(1,2) --out r", &["1 has no unit"]),
        ("run net.ron --set task.duration=3 --out r", &["3 has no unit", "task.duration"]),
        ("sweep net.ron --axis A.tau_m=10,20 --out r", &["10 has no unit"]),
        ("sweep net.ron --set A.tau_m=10 --axis B.tau_m=10ms --out r", &["10 has no unit"]),
        ("run net.ron --set A.tau_m=20ms --set A.tau_m=30ms --out r", &["A.tau_m=30ms", "twice"]),
        ("run net.ron --set \"A\".tau_m=20ms --set A.tau_m=30ms --out r", &["A.tau_m=30ms", "twice"]),
        ("run net.ron --set task.duration=1s --duration 2s --out r", &["task.duration=1s", "--duration"]),
        ("run net.ron --set task.rewards=1 --out r", &["task.rewards", "file"]),
        ("run net.ron --set task.duratoin=1s --out r", &["did you mean duration"]),
        ("run net.ron --set task.duration=0.05ms --out r", &["task.duration", "0.1 to"]),
        ("sweep net.ron --axis task.duration=1s,0.05ms --out r", &["task.duration", "0.1 to"]),
        ("train small.ron --data data --set tau_m=20ms --set tau_m=30 --out r", &["tau_m=30", "twice"]),
    ] {
        refuses(&lab, &line.split(' ').collect::<Vec<_>>(), facts);
    }
    for (line, facts) in [
        ("run --resume r --set A.tau_m=20ms", &["--set", "--resume", "new run"][..]),
        ("train --resume r --set tau_m=20ms", &["--set", "--resume"]),
        ("run net.ron --resume r", &["a preset", "--resume"]),
    ] {
        refuses(&lab, &line.split(' ').collect::<Vec<_>>(), facts);
    }
    let line = "run net.ron --set task.duration=20ms --set A.tau_m=10ms --out short";
    lab.run(&line.split(' ').collect::<Vec<_>>()).good();
    lab.run(&["run", "net.ron", "--duration", "10ms", "--out", "shorter"]).good();
    assert!(lab.run(&["replay", "short"]).good().stdout.contains("20"));
    let text = lab.run(&["compare", "short", "shorter"]).good().stdout;
    assert!(["task.duration", "20 ms", "10 ms", "A.tau_m"].iter().all(|fact| text.contains(fact)), "{text}");
    let text = lab.run(&["params", "net.ron"]).good().stdout;
    assert!(text.contains("task.duration") && text.contains("10000 ms"), "{text}");
    let sweep = ["sweep", "net.ron", "--axis", "task.duration=10ms,20ms", "--seeds", "1", "--out", "s"];
    lab.run(&sweep).good();
    let table = std::fs::read_to_string(lab.path("s/results.csv")).unwrap();
    let head: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let column = |name: &str| head.iter().position(|head| *head == name).unwrap_or_else(|| panic!("{name} in {table}"));
    for row in table.lines().skip(1) {
        let row: Vec<&str> = row.split(',').collect();
        assert_eq!(row[column("task.duration_ms")], row[column("duration_ms")], "{table}");
    }
    lab.run(&["report", "s", "--out", "s.html"]).good();
}
