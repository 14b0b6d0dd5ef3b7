//! Sweeps and ablations of described networks, by path: tables, equality with `run`, threads, interruptions, a cluster, faults.

use crate::lab::{Lab, Ran};
use serde_json::Value;
use spikescope::study::{StudyDir, free};
use std::collections::BTreeMap;
#[cfg(unix)]
use std::io::{BufRead, BufReader};
#[cfg(unix)]
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

/// A small network with a plastic projection, random delays and inhibition.
const NET: &str = r#"Preset(
    schema: 2,
    title: "Net",
    network: (
        dt: "0.5 ms",
        populations: {
            "E": (size: 40, model: Lif(tau_syn_exc: "5 ms")),
            "my I": (size: 10, model: Lif()),
            "noise": (size: 40, model: Poisson(rate: "500 Hz")),
        },
        projections: {
            "noise->E": (wiring: OneToOne, weight: "8 mV", delay: "1 ms"),
            "E->my I": (wiring: Probability(0.5), weight: "3 mV", delay: Uniform("0.5 ms", "4 ms"), rule: PairStdp(w_max: "6 mV")),
            "my I->E": (wiring: Indegree(5), weight: "-2 mV", delay: "1 ms"),
        },
    ),
    task: FreeRun(duration: "400 ms"),
)
"#;

fn lab() -> Lab {
    let lab = Lab::new();
    std::fs::write(lab.path("net.ron"), NET).unwrap();
    lab
}

/// Arguments separated by spaces, `+` for a space within one.
fn run(lab: &Lab, line: &str) -> Ran {
    lab.run(&line.split(' ').map(|word| word.replace('+', " ")).collect::<Vec<_>>())
}

/// The rows of a table by column name, without processor times.
fn table(lab: &Lab, file: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(lab.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let head = reader.headers().unwrap().clone();
    let row = |row: Result<csv::StringRecord, _>| {
        let row = row.unwrap();
        head.iter().zip(row.iter()).map(|(name, cell)| (name.to_owned(), cell.to_owned())).filter(|(name, _)| name != "cpu_s").collect()
    };
    reader.records().map(row).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row.get(column).unwrap_or_else(|| panic!("no {column}: {row:?}")).parse().unwrap_or_else(|_| panic!("{column}: {row:?}"))
}

fn line<'a>(finished: &'a Value, name: &str, quantity: &str) -> &'a Value {
    let fits = |line: &&Value| line["name"] == name && line["quantity"] == quantity;
    finished["lines"].as_array().unwrap().iter().find(fits).unwrap_or_else(|| panic!("no {name} {quantity}: {finished}"))
}

/// Exit code 2 and a line for each fault, with these facts; no file is changed.
fn refuses(lab: &Lab, args: &str, facts: &[&str]) {
    let before = lab.contents();
    let ran = run(lab, args);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.has_a_line_per_fault()), (Some(2), "", true), "{args}: {ran:?}");
    assert!(facts.iter().all(|fact| ran.stderr.contains(fact)), "{args}: {facts:?} in {ran:?}");
    assert!(lab.contents() == before, "{args} changed files");
}

#[test]
fn sweep_by_path_writes_rates_irregularity_spikes_and_weights() {
    let lab = lab();
    let axes = "--axis \"E->my+I\".weight=1..4mV:2 --axis noise.rate=200Hz,0.5kHz";
    let ran = run(&lab, &format!("sweep net.ron {axes} --set E.tau_m=15ms --duration 0.6s --seeds 3,8 --json --out s")).good();
    let rows = table(&lab, "s/results.csv");
    assert_eq!(rows.len(), 8);
    let points: Vec<(f64, f64)> =
        rows[..4].iter().map(|row| (number(row, "\"E->my I\".weight_mV"), number(row, "noise.rate_Hz"))).collect();
    assert_eq!(points, [(1.0, 200.0), (1.0, 500.0), (4.0, 200.0), (4.0, 500.0)]);
    for row in &rows {
        assert_eq!((number(row, "duration_ms"), row["halted"].as_str()), (600.0, ""));
        let (rate, spikes) = (number(row, "noise.mean_rate_Hz"), number(row, "noise.spikes"));
        assert!((rate - number(row, "noise.rate_Hz")).abs() < 20.0 && (spikes / 40.0 / 0.6 - rate).abs() < 1e-9, "{row:?}");
        let silent = number(row, "noise.rate_Hz") < 300.0;
        assert!(silent || number(row, "E.cv_isi") < 1.5);
        assert!(number(row, "\"E->my I\".mean_weight_mV") > 0.1 && !row.contains_key("noise.cv_isi"));
    }
    // a run of the same seed and settings has the digest of the job
    let sets = "--set \"E->my+I\".weight=4mV --set noise.rate=200Hz --set E.tau_m=15ms";
    let alone = run(&lab, &format!("run net.ron {sets} --duration 600ms --seed 8 --json --out r")).good().last();
    let row = &rows[6];
    assert_eq!((alone["digest"].as_str(), row["seed"].as_str()), (Some(row["digest"].as_str()), "8"));
    assert_eq!(alone["populations"][0]["rate_hz"].as_f64(), Some(number(row, "E.mean_rate_Hz")));
    // the summary has the mean over both seeds
    let finished = ran.last();
    let name = "\"E->my I\".weight=4 mV noise.rate=200 Hz";
    let mean = f64::midpoint(number(&rows[2], "E.mean_rate_Hz"), number(&rows[6], "E.mean_rate_Hz"));
    assert!((line(&finished, name, "E.mean_rate")["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
    assert_eq!(table(&lab, "s/summary.csv").len(), 4 * 6);
    assert_eq!((&ran.events()[0]["jobs"], &ran.events()[0]["variants"]), (&8.into(), &4.into()));
    // distributions and choices are listed; random points lie in the box
    let axes = "--axis \"E->my+I\".delay=1ms,Uniform(1+ms,3+ms) --axis \"E->my+I\".bounds=soft,hard";
    run(&lab, &format!("sweep net.ron {axes} --duration 20ms --seeds 1 --out d")).good();
    let delays: Vec<String> = table(&lab, "d/results.csv").iter().map(|row| row["\"E->my I\".delay_ms"].clone()).collect();
    assert_eq!(delays, ["1", "1", "Uniform(1 ms, 3 ms)", "Uniform(1 ms, 3 ms)"]);
    run(&lab, "sweep net.ron --axis \"my+I->E\".delay=1..9ms --random 4 --duration 20ms --seeds 1 --out r4").good();
    assert!(table(&lab, "r4/results.csv").iter().all(|row| (number(row, "\"my I->E\".delay_ms") * 2.0).fract() == 0.0));
}

#[test]
fn results_are_independent_of_threads_and_interruptions() {
    let lab = lab();
    let study = "sweep net.ron --axis E.tau_m=10ms,20ms,30ms --seeds 2 --duration 3s";
    run(&lab, &format!("{study} --threads 1 --out one")).good();
    run(&lab, &format!("{study} --threads 3 --out three")).good();
    assert_eq!(table(&lab, "one/results.csv"), table(&lab, "three/results.csv"));
    let words: Vec<String> = format!("{study} --threads 2 --out killed").split(' ').map(str::to_owned).collect();
    let mut child = lab.command(&words).spawn().unwrap();
    while !lab.path("killed/jobs/0001.json").exists() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was killed");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let resumed = run(&lab, "sweep --resume killed --json").good();
    assert!(resumed.events()[0]["done"].as_u64().unwrap() >= 1, "{resumed:?}");
    assert_eq!(table(&lab, "one/results.csv"), table(&lab, "killed/results.csv"));
    // one task of a cluster makes the same result
    std::fs::remove_file(lab.path("one/jobs/0004.json")).unwrap();
    run(&lab, "study-job one 4").good();
    run(&lab, "sweep --resume one").good();
    assert_eq!(table(&lab, "one/results.csv"), table(&lab, "three/results.csv"));
}

#[test]
fn an_interrupted_ablation_resumes_with_silent_neurons() {
    let lab = lab();
    let study = "ablate net.ron --only no+my+I->E --silence E=0.4 --seeds 1 --threads 1 --duration 20s";
    run(&lab, &format!("{study} --out whole")).good();
    // the same study, interrupted in the first slice of its last job
    run(&lab, &format!("{study} --out cut")).good();
    let (dir, study, preset) = StudyDir::open_free(&lab.path("cut")).unwrap();
    let last = *study.jobs().last().unwrap();
    assert!(!study.variants[last.variant].silent.is_empty());
    let file = |end: &str| lab.path(&format!("cut/jobs/{:04}.{end}", last.index));
    std::fs::remove_file(file("json")).unwrap();
    let cancel = AtomicBool::new(false);
    free::run((&study, &preset, &dir), &[last], 1, &cancel, &|event| {
        assert!(matches!(event, free::FreeEvent::Simulated(_, ms) if ms > 0.0 && ms < 20_000.0), "{event:?}");
        cancel.store(true, Ordering::Relaxed);
    });
    drop(dir);
    assert!(file("checkpoint").exists() && !file("json").exists());
    run(&lab, "ablate --resume cut").good();
    assert!(file("json").exists() && !file("checkpoint").exists());
    assert_eq!(table(&lab, "whole/results.csv"), table(&lab, "cut/results.csv"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_study_has_exit_code_130() {
    let lab = lab();
    // long enough for any machine
    let mut child = lab.command(&["ablate", "net.ron", "--seeds", "1", "--duration", "36000s", "--json", "--out", "cut"]);
    let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
    let mut started = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut started).unwrap();
    assert!(started.contains("\"started\""), "{started}");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    // the tables are made, as at every ordered end
    assert!(lab.path("cut/results.csv").exists());
}

#[test]
fn ablations_take_away_what_their_names_say() {
    let lab = lab();
    let listed = run(&lab, "ablate net.ron --list").good().stdout;
    let names = ["intact", "silent E", "silent my I 50 %", "no noise->E", "no E->my I", "fixed E->my I", "equal delays E->my I"];
    assert!(names.iter().all(|name| listed.contains(name)) && listed.contains("\"E->my I\".weight=0 mV"), "{listed}");
    let ran = run(
        &lab,
        "ablate net.ron --seeds 3 --silence E=0.25 --only silent+E --only silent+my+I --only no+E->my+I --only fixed+E->my+I --only no+noise->E --only silent+noise+50+% --only equal+delays+E->my+I --json --out a",
    );
    let finished = ran.good().last();
    let mean = |name: &str, quantity: &str| line(&finished, name, quantity)["mean"].as_f64().unwrap_or_else(|| panic!("{name} {quantity}"));
    let intact = |quantity: &str| mean("intact", quantity);
    assert!(intact("E.mean_rate") > 5.0 && intact("\"my I\".mean_rate") > 1.0, "{finished}");
    assert_eq!((mean("silent E", "E.mean_rate"), mean("silent E", "\"my I\".mean_rate")), (0.0, 0.0));
    assert!(mean("silent my I", "E.mean_rate") > intact("E.mean_rate"), "without inhibition E fires more");
    assert_eq!(mean("no E->my I", "\"my I\".mean_rate"), 0.0);
    assert_eq!(mean("no E->my I", "\"E->my I\".mean_weight"), 0.0);
    assert!(
        (mean("fixed E->my I", "\"E->my I\".mean_weight") - 3.0).abs() < 1e-6 && (intact("\"E->my I\".mean_weight") - 3.0).abs() > 1e-3
    );
    assert_eq!(mean("no noise->E", "E.mean_rate"), 0.0);
    assert!((mean("silent noise 50 %", "noise.mean_rate") / intact("noise.mean_rate") - 0.5).abs() < 0.02);
    let share = mean("silent E 25 %", "E.mean_rate") / intact("E.mean_rate");
    assert!(share > 0.5 && share < 1.0, "{share}");
    // differences are paired by seed
    let lame = line(&finished, "silent my I", "E.mean_rate");
    let difference = lame["difference"].as_f64().unwrap();
    assert!(
        (difference - (mean("silent my I", "E.mean_rate") - intact("E.mean_rate"))).abs() < 1e-9 && lame["p_holm"].is_number(),
        "{lame}"
    );
    assert!(line(&finished, "intact", "E.mean_rate")["difference"].is_null());
    // sources do not depend on the network
    assert!(line(&finished, "silent E", "noise.mean_rate")["p_holm"].is_null());
    // sources are the same in every variant of a seed
    let rows = table(&lab, "a/results.csv");
    let noise =
        |variant: &str| rows.iter().filter(|row| row["variant"] == variant).map(|row| row["noise.spikes"].clone()).collect::<Vec<_>>();
    assert_eq!(noise("intact"), noise("no E->my I"));
}

#[test]
fn invalid_studies_are_refused_before_anything_is_written() {
    let lab = lab();
    run(&lab, "ablate net.ron --only silent+E --seeds 1 --duration 10ms --out done").good();
    for (args, facts) in [
        ("sweep net.ron --axis E.taum=1ms --out x", &["--axis E.taum", "tau_m"][..]),
        ("sweep net.ron --axis F.tau_m=1ms --out x", &["\"F\"", "population"]),
        ("sweep net.ron --axis E.tau_m=0.5..20ms:3 --out x", &["E.tau_m", "1 to 1000 ms"]),
        ("sweep net.ron --axis E.tau_m=5mV --axis noise.rate=-1Hz --out x", &["E.tau_m", "1 to 1000 ms", "noise.rate", "0 to 1000000 Hz"]),
        ("sweep net.ron --axis tau_m=1ms --out x", &["tau_m", "E.tau_m"]),
        ("sweep net.ron --axis \"my+I->E\".delay=0.7ms --out x", &["delay", "0.5 ms"]),
        ("sweep net.ron --axis E.v_th=-80mV,-50mV --out x", &["E.v_th=-80 mV", "v_reset"]),
        ("sweep net.ron --axis E.size=10,20 --out x", &["E.size=10", "OneToOne"]),
        ("sweep net.ron --axis E.tau_m=10..20ms --out x", &["--random"]),
        ("sweep net.ron --axis E.tau_m=10ms --axis E.tau_m=20ms --out x", &["more than once"]),
        ("sweep net.ron --axis E.tau_m=10ms --images 5 --on-test-images --out x", &["--images", "--on-test-images"]),
        ("sweep net.ron --axis dt=0.3ms --out x", &["dt=0.3 ms", "whole number of steps"]),
        ("sweep net.ron --axis E.tau_m=10ms --duration 0.7ms --out x", &["--duration", "0.5 ms"]),
        ("sweep net.ron --axis E.tau_m=10ms --set E.tau=5ms --out x", &["--set E.tau=5ms", "tau_m"]),
        ("sweep net.ron --axis noise.rate=1e7Hz --out x", &["noise.rate", "0 to 1000000 Hz"]),
        ("sweep net.ron --axis E.tau_m=10ms --out done", &["--resume done"]),
        ("sweep --resume done", &["spikescope ablate --resume done"]),
        ("ablate --resume done --data data", &["--data"]),
        ("ablate net.ron --only nothing --out x", &["silent E", "no noise->E"]),
        ("ablate net.ron --silence E=1.5 --out x", &["--silence E=1.5", "up to 1"]),
        ("ablate net.ron --silence F=0.5 --out x", &["\"F\"", "\"my I\""]),
        ("ablate net.ron --silence E --out x", &["POPULATION=FRACTION"]),
        ("ablate small.ron --data data --silence E=0.5 --out x", &["--silence"]),
        ("sweep small.ron --data data --axis tau_m=20 --duration 1s --out x", &["--duration"]),
        ("sweep small.ron --data data --axis E.tau_m=20ms --out x", &["E.tau_m"]),
    ] {
        refuses(&lab, args, facts);
    }
}
