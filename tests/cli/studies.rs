//! Ablations and sweeps are complete, independent of threads and interruptions, and can be resumed after a kill.

use crate::lab::{Lab, finish};
use serde_json::Value;
use std::path::Path;

/// The rows of a CSV file, without the column of processor time.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows: Vec<Vec<String>> = text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    if let Some(cpu) = rows[0].iter().position(|name| name == "train_cpu_s") {
        rows.iter_mut().for_each(|row| drop(row.remove(cpu)));
    }
    rows
}

fn line<'a>(finished: &'a Value, name: &str) -> &'a Value {
    finished["lines"].as_array().unwrap().iter().find(|line| line["name"] == name).unwrap_or_else(|| panic!("no {name}: {finished}"))
}

#[test]
fn ablation_shows_what_the_accuracy_depends_on() {
    let lab = Lab::new();
    let ran = lab.line("ablate small.ron --data data --images 2500 --seeds 3 --json --out study").good();
    let finished = ran.last();
    let (intact, lame) = (line(&finished, "intact"), line(&finished, "shuffled reward"));
    assert!(intact["accuracy_mean"].as_f64().unwrap() > 0.8, "{intact}");
    assert!(intact["difference"].is_null() && intact["p_holm"].is_null());
    let difference = lame["difference"].as_f64().unwrap();
    let means = [intact, lame].map(|line| line["accuracy_mean"].as_f64().unwrap());
    assert!((difference - (means[1] - means[0])).abs() < 1e-12 && difference < -0.2, "{finished}");
    // removing neurons does not improve an untrained network
    assert!(line(&finished, "dead neurons 50 %")["damage"] == true);
    let table = rows(&lab.path("study/results.csv"));
    let variants = ran.events()[0]["variants"].as_u64().unwrap() as usize;
    // as trained, and the intact network with six damages
    assert_eq!(table.len(), 1 + 3 * (variants + 6));
    assert_eq!(rows(&lab.path("study/summary.csv")).len(), 1 + variants + 6);
    assert!(rows(&lab.path("study/curves.csv")).len() > 3 * variants);
}

#[test]
fn job_equals_the_training_run_of_the_same_seed_and_settings() {
    let lab = Lab::new();
    lab.run(&[
        "ablate",
        "small.ron",
        "--data",
        "data",
        "--images",
        "150",
        "--seeds",
        "4,9",
        "--only",
        "fixed thresholds",
        "--out",
        "study",
    ])
    .good();
    let table = rows(&lab.path("study/results.csv"));
    let digest = table[0].iter().position(|name| name == "digest").unwrap();
    let row = table.iter().find(|row| row[1] == "fixed thresholds" && row[3] == "9").unwrap();
    let run = lab.line("train small.ron --data data --images 150 --seed 9 --set theta_plus=0 --json --out run").good().last();
    assert_eq!(run["digest"], row[digest].as_str());
}

#[test]
fn results_are_independent_of_threads_and_interruptions() {
    let lab = Lab::new();
    let study = "--data data --epochs 2 --seeds 2 --axis tau_m=50ms,200ms --axis eta=0.02,0.1";
    lab.line(&format!("sweep small.ron {study} --threads 1 --out one")).good();
    lab.line(&format!("sweep small.ron {study} --threads 3 --out three")).good();
    assert_eq!(rows(&lab.path("one/results.csv")), rows(&lab.path("three/results.csv")));
    // killed while it runs
    let mut child =
        lab.command(&format!("sweep small.ron {study} --threads 2 --out killed").split_whitespace().collect::<Vec<_>>()).spawn().unwrap();
    while !lab.path("killed/jobs/0001.json").exists() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was killed");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let resumed = lab.line("sweep --resume killed --json").good();
    assert!(resumed.events()[0]["done"].as_u64().unwrap() >= 1, "{resumed:?}");
    assert_eq!(rows(&lab.path("one/results.csv")), rows(&lab.path("killed/results.csv")));
    assert_eq!(std::fs::read(lab.path("one/curves.csv")).unwrap(), std::fs::read(lab.path("killed/curves.csv")).unwrap());
}

#[test]
fn sweep_writes_one_table_of_held_out_results() {
    let lab = Lab::new();
    let ran =
        lab.line("sweep small.ron --data data --images 60 --seeds 1 --axis tau_m=0.05s,200 --axis bounds=soft,hard --json --out s").good();
    let table = rows(&lab.path("s/results.csv"));
    assert_eq!(table[0][..6], ["job", "variant", "damage", "seed", "tau_m_ms", "bounds"]);
    let points: Vec<&[String]> = table[1..].iter().map(|row| &row[4..6]).collect();
    assert_eq!(points, [["50", "soft"], ["50", "hard"], ["200", "soft"], ["200", "hard"]]);
    let study = std::fs::read_to_string(lab.path("s/study.ron")).unwrap();
    assert!(study.contains("held_out: 50") && study.contains("test_images: 50"), "{study}");
    assert_eq!(ran.last()["lines"].as_array().unwrap().len(), 4);
    // a line for every bound along tau_m, and a heatmap of the two with a number in each of four cells
    let figure = |name: &str| std::fs::read_to_string(lab.path(&format!("s/{name}.svg"))).unwrap();
    let accuracy = |row: &Vec<String>| format!("{:.2}<", 100.0 * row[8].parse::<f64>().unwrap());
    assert!(table[0][8] == "accuracy" && table[1..].iter().all(|row| figure("heat-tau_m-bounds").contains(&accuracy(row))));
    assert!(figure("along-tau_m").contains("Membrane time constant (ms)") && figure("accuracy").contains("tau_m=200 ms bounds=hard"));
    // drawn points are part of the study
    lab.line("sweep small.ron --data data --images 20 --seeds 1 --axis tau_m=20..200ms --axis bounds=soft,hard --random 5 --out r").good();
    let drawn = rows(&lab.path("r/results.csv"));
    assert!(drawn.len() == 6 && drawn[1..].iter().all(|row| (20.0..=200.0).contains(&row[4].parse::<f64>().unwrap())), "{drawn:?}");
}

#[test]
fn invalid_studies_are_refused_before_anything_is_written() {
    let lab = Lab::new();
    lab.line("ablate small.ron --data data --images 20 --seeds 1 --only intact --out done").good();
    let before = lab.contents();
    for (words, said) in [
        ("ablate small.ron --data data --only nothing --out x", "no reward"),
        ("ablate small.ron --data data --out done", "--resume"),
        ("ablate small.ron --data data --out data", "no study"),
        ("sweep --resume done", "spikescope ablate --resume"),
        ("ablate --resume data", "study.ron"),
        ("sweep small.ron --data data --axis tau_mm=1 --axis eta=-1 --out x", "tau_m\""),
        ("sweep small.ron --data data --axis n_neurons=3,8 --out x", "4 classes"),
        ("sweep small.ron --data data --axis v_reset=-60,-10 --out x", "v_reset=-10 mV"),
        ("sweep small.ron --data data --axis eta=0.1..0.2 --out x", "--random"),
        ("ablate small.ron --data data --seeds 0 --out x", "1 to 1000 seeds"),
        ("ablate small.ron --data data --test-images 121 --out x", "1 to 120"),
    ] {
        let ran = lab.line(words);
        assert_eq!(ran.code, Some(2), "{words}: {ran:?}");
        assert!(ran.stderr.contains(said), "{words}: {ran:?}");
        assert_eq!(lab.contents(), before, "{words}");
    }
}

#[test]
fn halted_network_is_a_result_of_a_sweep() {
    let lab = Lab::new();
    let ran = lab.line("sweep small.ron --data data --images 60 --seeds 1 --set t_ref=0 --set theta_plus=0 --set inhibition=0 --set norm=0 --axis w_max=1,100 --set w_init_max=100 --json --out s");
    let finished = ran.good().last();
    let halted: Vec<u64> = finished["lines"].as_array().unwrap().iter().map(|line| line["halted"].as_u64().unwrap()).collect();
    assert_eq!(halted, [0, 1], "{finished}");
    let table = std::fs::read_to_string(lab.path("s/results.csv")).unwrap();
    assert!(table.contains("runaway activity"), "{table}");
}

/// A fake cluster of shell scripts: it loses the first task of every array and runs the others before `sbatch` returns.
#[cfg(unix)]
#[test]
fn jobs_lost_by_a_cluster_are_resubmitted() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Lab::new();
    std::fs::create_dir(lab.path("bin")).unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(lab.path(name), text).unwrap();
        std::fs::set_permissions(lab.path(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    write(
        "bin/sbatch",
        "#!/bin/bash\nfor script; do :; done\nfor word; do case $word in --array=*) last=${word##*-}; last=${last%%\\%*};; esac; done\n\
         echo \"$@\" >> sbatch.log\nfor ((task = 1; task <= last || task == 1; task++)); do SLURM_ARRAY_TASK_ID=$((last ? task : 0)) bash \"$script\" >&2; done\n\
         echo \"17;here\"\n",
    );
    write("bin/squeue", "#!/bin/bash\necho 'slurm_load_jobs error: Invalid job id specified' >&2\nexit 1\n");
    let path = format!("{}:{}", lab.path("bin").display(), std::env::var("PATH").unwrap());
    let words =
        "sweep small.ron --data data --images 60 --seeds 2 --axis tau_m=50,100,200 --engine slurm --sbatch=--partition=long --json --out s";
    let ran = finish(lab.command(&words.split_whitespace().collect::<Vec<_>>()).env("PATH", &path)).good();
    assert_eq!(ran.events().iter().filter(|event| event["event"] == "job").count(), 6);
    lab.line("sweep small.ron --data data --images 60 --seeds 2 --axis tau_m=50,100,200 --out here").good();
    assert_eq!(rows(&lab.path("s/results.csv")), rows(&lab.path("here/results.csv")));
    let log = std::fs::read_to_string(lab.path("sbatch.log")).unwrap();
    assert!(log.lines().count() == 2 && log.contains("--array=0-5%100") && log.contains("--partition=long"), "{log}");
    // submitted with --no-wait: the fake cluster has completed five of six jobs on return; the sixth can be submitted again
    let ran = finish(
        lab.command(&format!("{} --no-wait", words.replace("--out s", "--out left")).split_whitespace().collect::<Vec<_>>())
            .env("PATH", &path),
    );
    assert!(ran.code == Some(0) && ran.stderr.contains("1 of 6 jobs") && ran.stderr.contains("--resume left --engine slurm"), "{ran:?}");
    finish(lab.command(&["sweep", "--resume", "left", "--engine", "slurm"]).env("PATH", &path)).good();
    assert_eq!(rows(&lab.path("left/results.csv")), rows(&lab.path("here/results.csv")));
    // runs of a described network are jobs like any other
    let words = "sweep ring-of-two --duration 20ms --seeds 2 --axis A.tau_m=10ms,20ms,30ms";
    finish(lab.command(&format!("{words} --engine slurm --out net").split_whitespace().collect::<Vec<_>>()).env("PATH", &path)).good();
    lab.line(&format!("{words} --out net-here")).good();
    let without_cpu = |file: &str| {
        let text = std::fs::read_to_string(lab.path(file)).unwrap();
        let cpu = text.lines().next().unwrap().split(',').position(|name| name == "cpu_s").unwrap();
        text.lines().map(|line| line.split(',').enumerate().filter(|(n, _)| *n != cpu).map(|(_, cell)| cell.to_owned()).collect()).collect()
    };
    let tables: [Vec<Vec<String>>; 2] = ["net/results.csv", "net-here/results.csv"].map(without_cpu);
    assert!(tables[0].len() == 7 && tables[0] == tables[1], "{tables:?}");
    // without a cluster the error names sbatch and the remedy
    let ran = finish(lab.command(&["sweep", "--resume", "s", "--engine", "slurm"]).env("PATH", "/nowhere"));
    assert_eq!(ran.code, Some(0), "everything is done: {ran:?}");
    std::fs::remove_file(lab.path("s/jobs/0000.json")).unwrap();
    let ran = finish(lab.command(&["sweep", "--resume", "s", "--engine", "slurm"]).env("PATH", "/nowhere"));
    assert!(ran.code == Some(2) && ran.stderr.contains("sbatch") && ran.stderr.contains("--engine local"), "{ran:?}");
}

#[test]
fn parameter_without_effect_is_reported_and_refused_as_a_sweep_axis() {
    let lab = Lab::new();
    // r-stdp has no postsynaptic trace, and the code is poisson
    let train = "train small.ron --data data --images 20 --test-images 0";
    let warned = lab.line(&format!("{train} --set tau_minus=5ms --set latency=9ms --set tau_plus=9ms --out a")).good();
    let warnings: Vec<&str> = warned.stderr.lines().filter(|line| line.starts_with("warning: --set")).collect();
    assert_eq!(warnings.len(), 2, "{warned:?}");
    for (warning, name, needs) in [(warnings[0], "tau_minus", "rule = pair-stdp"), (warnings[1], "latency", "encoder = latency")] {
        assert!(warning.contains(name) && warning.contains(needs), "{warning}");
    }
    // the order of the settings does not matter
    let both = lab.line(&format!("{train} --set tau_minus=5ms --set rule=pair-stdp --out b")).good();
    assert!(!both.stderr.contains("warning: --set"), "{both:?}");

    let sweep = "sweep small.ron --data data --images 20 --seeds 1";
    let refused = lab.line(&format!("{sweep} --axis tau_minus=5,10 --out c"));
    assert!(refused.code == Some(2) && refused.stderr.contains("tau_minus") && !lab.path("c").exists(), "{refused:?}");
    let partly = lab.line(&format!("{sweep} --axis tau_minus=5,10 --axis rule=r-stdp,pair-stdp --set a_minus=1 --out d")).good();
    let warnings: Vec<&str> = partly.stderr.lines().filter(|line| line.starts_with("warning: --")).collect();
    assert!(warnings.len() == 1 && warnings[0].contains("--axis tau_minus") && warnings[0].contains("2 of 4"), "{partly:?}");
    let ablated = lab.line("ablate small.ron --data data --images 20 --seeds 1 --only intact --set tau_minus=5 --out e").good();
    assert!(ablated.stderr.contains("warning: --set tau_minus=5"), "{ablated:?}");

    let listed = lab.line("params small.ron --json").good().events();
    let of = |name: &str| listed.iter().find(|line| line["id"] == name);
    assert!(of("norm").is_some_and(|line| line["idle"].is_null() && line["value"] == "12 mV"), "{listed:?}");
    assert!(of("tau_minus").is_some_and(|line| line["idle"].as_str().is_some_and(|why| why.contains("pair-stdp"))));
    assert!(of("n_features").is_none(), "a parameter of another template");
    assert!(lab.line("params small.ron").good().stdout.contains("needs rule = pair-stdp"));
    assert_eq!(lab.line("params nothing.ron").code, Some(2));
}
