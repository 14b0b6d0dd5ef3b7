//! Reports contain the measured values, are byte-identical when repeated, and invalid input changes no file.

use crate::lab::{Lab, Ran};
use std::collections::BTreeMap;
use std::path::Path;

/// Two seeds of one preset and one run with something changed, below `runs`.
fn trained() -> (Lab, Vec<serde_json::Value>) {
    let lab = Lab::new();
    let lines = ["--seed 1 --out runs/plain/1", "--seed 2 --out runs/plain/2", "--seed 1 --set bounds=hard --out runs/hard"];
    let train = |line: &str| lab.line(&format!("train small.ron --data data --images 900 --json {line}")).good().last();
    let finished = lines.map(train).to_vec();
    (lab, finished)
}

fn page(lab: &Lab, path: &str) -> String {
    std::fs::read_to_string(lab.path(path)).unwrap()
}

/// The page and every table beside it.
fn written(lab: &Lab, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in ["index.html", "index-tables"] {
        let path = lab.path(folder).join(entry);
        if path.is_file() {
            files.insert(entry.to_owned(), std::fs::read(&path).unwrap());
        } else {
            for file in std::fs::read_dir(&path).unwrap().map(|file| file.unwrap().path()) {
                files.insert(file.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&file).unwrap());
            }
        }
    }
    files
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn report_is_byte_identical_and_reuses_measurements() {
    let (lab, _) = trained();
    let first = lab.line("report runs --json --threads 1").good().last();
    assert_eq!((&first["event"], &first["measured_runs"]), (&"reported".into(), &3.into()));
    let bytes = written(&lab, "runs/report");
    assert_eq!(bytes.len(), 9, "{:?}", bytes.keys());
    // again from cached measurements, without the images
    std::fs::rename(lab.path("data"), lab.path("elsewhere")).unwrap();
    let again = lab.line("report runs --json").good().last();
    assert_eq!(again["measured_runs"], 0);
    assert_eq!(again["experiments"], first["experiments"]);
    assert!(written(&lab, "runs/report") == bytes);
    // without cached measurements, as on another machine
    let second = lab.line("report runs --data elsewhere --threads 3 --out other/place/index.html --json").good().last();
    assert_eq!(second["measured_runs"], 3);
    assert!(written(&lab, "other/place") == bytes);
}

#[test]
fn report_to_a_stream_writes_only_the_page() {
    let (lab, _) = trained();
    lab.line("report runs --out here/index.html").good();
    let page = std::fs::read_to_string(lab.path("here/index.html")).unwrap();
    let alone = lab.line("report runs --out -").good().stdout;
    let sentence = " The data of every figure is in tables beside this page.";
    assert!(page.contains(sentence) && !alone.contains(sentence));
    assert_eq!(page.replace(sentence, "").trim(), alone.trim());
    assert!(!lab.path("-").exists() && !lab.path("runs/report").exists());
    let ran = lab.line("report runs --out - --json");
    assert!(ran.code == Some(2) && ran.stderr.contains("--json"), "{ran:?}");
}

#[test]
fn report_equals_the_results_of_train_and_eval() {
    let (lab, finished) = trained();
    lab.line("report runs").good();
    let runs = table(&lab.path("runs/report/index-tables/runs.csv"));
    assert_eq!(runs.iter().map(|run| run["run"].as_str()).collect::<Vec<_>>(), ["hard", "plain/1", "plain/2"]);
    for (run, at) in runs.iter().zip([2, 0, 1]) {
        assert_eq!(run["accuracy"].parse::<f64>().unwrap(), finished[at]["test_accuracy"].as_f64().unwrap());
        assert_eq!(run["state"], finished[at]["digest"]);
        let tested = lab.line(&format!("eval runs/{} --json", run["run"])).good().last();
        assert_eq!(run["output_spikes_per_image"].parse::<f64>().unwrap(), tested["spikes_per_image"].as_f64().unwrap());
        // all-to-all synapses: every input spike reaches all 24 neurons
        let activity = table(&lab.path("runs/report/index-tables/activity.csv"));
        let of = |name: &str, what: &str| {
            let row =
                activity.iter().find(|row| row["experiment"] == run["experiment"] && row["seed"] == run["seed"] && row["name"] == name);
            row.unwrap()[what].parse::<u64>().unwrap()
        };
        assert_eq!(of("input → outputs", "events"), 24 * of("input", "spikes"));
        assert_eq!(of("input → outputs", "synapses"), 24 * 64);
    }
    let robustness = table(&lab.path("runs/report/index-tables/robustness.csv"));
    assert_eq!(robustness.len(), 3 * 13);
    let right = |change: &str, strength: &str| {
        let rows = robustness.iter().filter(|row| row["change"] == change && row["strength"] == strength);
        rows.map(|row| row["right"].parse::<u64>().unwrap()).sum::<u64>()
    };
    let all: f64 = finished.iter().map(|run| 120.0 * run["test_accuracy"].as_f64().unwrap()).sum();
    assert_eq!(right("none", "0"), all.round() as u64);
    // an occluding square larger than the image removes all information; a bar shifted by a quarter is another class
    assert_eq!(right("erased square", "8"), 0);
    assert!(right("shift", "2") < right("none", "0"), "{} {all}", right("shift", "2"));
    // distorted versions can be limited
    lab.line("report runs --distorted-images 10 --out limited/index.html").good();
    let limited = table(&lab.path("limited/index-tables/robustness.csv"));
    assert!(limited.iter().all(|row| row["images"] == if row["change"] == "none" { "120" } else { "10" }), "{limited:?}");
    assert!(page(&lab, "limited/index.html").contains("10 were shown in every distorted version"));
    let html = page(&lab, "runs/report/index.html");
    assert!(html.contains("(3 runs)") && !html.contains("Differs"));
}

#[test]
fn page_is_self_contained_and_every_figure_has_a_caption() {
    let (lab, _) = trained();
    lab.line("report runs/plain/1").good();
    let html = page(&lab, "runs/plain/1/report/index.html");
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("<html lang=\"en\">"));
    let figures = html.matches("<svg").count();
    assert!(figures >= 6, "{figures} figures");
    assert_eq!(html.matches("<svg role=\"img\"").count(), figures);
    for figure in html.split("<svg").skip(1) {
        let start = figure.find('>').unwrap();
        assert!(figure[start + 1..].trim_start().starts_with("<title>"), "{}", &figure[..start + 40]);
    }
    // one colour is that of the text; no network access, no scripts, no data of this machine
    for foreign in ["<script", "url(", "src=\"", "@import", "href=\"http", "<link", "NaN", "inf\"", "inf,", lab.path("").to_str().unwrap()]
    {
        assert!(!html.contains(foreign), "{foreign}");
    }
    assert!(html.contains("currentColor") && html.contains("prefers-color-scheme"));
    let opened: Vec<&str> = html.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for link in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(opened.contains(&link), "{link} has no target");
    }
}

#[test]
fn commands_of_a_page_reproduce_the_runs() {
    let (lab, finished) = trained();
    lab.line("report runs").good();
    let html = page(&lab, "runs/report/index.html");
    let commands: Vec<&str> =
        html.lines().map(|line| line.trim_start_matches(|c| c != 's')).filter(|line| line.contains("spikescope train")).collect();
    let commands: Vec<&str> = commands.iter().map(|line| &line[line.find("spikescope train").unwrap()..]).collect();
    assert_eq!(commands.len(), 3, "{commands:?}");
    for command in commands {
        let mut words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let at = words.iter().position(|word| *word == "--out").unwrap();
        let place = words[at + 1];
        words[at + 1] = "again";
        words.push("--json");
        let again = lab.run(&words).good().last();
        let seed = again["seed"].as_u64().unwrap();
        let expected = if place == "runs/hard" { &finished[2] } else { &finished[seed as usize - 1] };
        assert_eq!(again["digest"], expected["digest"], "{command}");
        std::fs::remove_dir_all(lab.path("again")).unwrap();
    }
}

#[test]
fn cached_measurements_are_not_used_for_other_networks_or_images() {
    let (lab, _) = trained();
    let measured = |line: &str| lab.line(line).good().last()["measured_runs"].clone();
    assert_eq!(measured("report runs --json --test-images 50"), 3);
    assert_eq!(measured("report runs --json --test-images 50"), 0);
    assert_eq!(measured("report runs --json --test-images 60"), 3);
    std::fs::copy(lab.path("runs/plain/1/checkpoint.bin"), lab.path("runs/plain/2/checkpoint.bin")).unwrap();
    assert_eq!(measured("report runs --json --test-images 60"), 1);
    std::fs::write(lab.path("runs/report/index-measured.json"), "{\"torn").unwrap();
    assert_eq!(measured("report runs --json --test-images 60"), 3);
}

#[test]
fn report_without_images_shows_recorded_results_and_what_is_missing() {
    let (lab, finished) = trained();
    std::fs::rename(lab.path("data"), lab.path("moved")).unwrap();
    let ran = lab.line("report runs --json").good();
    assert!(ran.stderr.lines().count() == 1 && ran.stderr.contains("--data"), "{ran:?}");
    let event = ran.last();
    assert_eq!(event["measured_runs"], 0);
    let single = |one: &&serde_json::Value| one["seeds"].as_array().unwrap().len() == 1;
    let hard = event["experiments"].as_array().unwrap().iter().find(single).unwrap();
    assert!(hard["test_accuracy"] == finished[2]["test_accuracy"] && hard["events_per_image"].is_null(), "{event}");
    let html = page(&lab, "runs/report/index.html");
    for part in ["id=\"recorded\"", "id=\"learning\"", "id=\"parameters\"", "id=\"commands\"", "3 runs could not be measured", "--data"] {
        assert!(html.contains(part), "{part}");
    }
    for part in ["id=\"summary\"", "id=\"confusion\"", "id=\"activity\"", "id=\"robustness\""] {
        assert!(!html.contains(part), "{part}");
    }
    let runs = table(&lab.path("runs/report/index-tables/runs.csv"));
    assert!(runs.len() == 3 && runs.iter().all(|row| !row["accuracy"].is_empty() && row["events_per_image"].is_empty()), "{runs:?}");
    // runs measured before are shown completely beside those that cannot be measured
    lab.line("report runs/hard --data moved --out runs/report/index.html").good();
    let event = lab.line("report runs --json").good().last();
    assert_eq!(event["experiments"].as_array().unwrap().iter().filter(|one| one["events_per_image"].is_number()).count(), 1, "{event}");
    let html = page(&lab, "runs/report/index.html");
    assert!(html.contains("id=\"summary\"") && html.contains("2 runs could not be measured"));
}

#[test]
fn notes_set_the_title_and_are_escaped() {
    let (lab, _) = trained();
    let notes = "# Bars & lines\n\nWhat *bars* teach.\n\n## What failed\n\nMuch. <script>alert(1)</script> ![x](http://x/y.png)\n";
    std::fs::write(lab.path("runs/notes.md"), notes).unwrap();
    lab.line("report runs").good();
    let html = page(&lab, "runs/report/index.html");
    for part in ["<title>Bars &amp; lines</title>", "What <em>bars</em> teach.", "<h3>What failed</h3>", "&lt;script&gt;"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("<script") && !html.contains("y.png"));
}

#[test]
fn study_results_are_shown_unchanged() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("studies/inhibition")).unwrap();
    std::fs::write(lab.path("studies/inhibition/study.ron"), "Study(schema: 1)").unwrap();
    std::fs::write(lab.path("studies/inhibition/results.csv"), "inhibition,accuracy\n\"5, or so\",0.5\n12,0.75\n").unwrap();
    lab.line("report studies").good();
    let html = page(&lab, "studies/report/index.html");
    for part in ["<h3>inhibition</h3>", "<td>5, or so</td>", "<td>0.75</td>", "2 rows"] {
        assert!(html.contains(part), "{part}");
    }
    std::fs::write(lab.path("studies/inhibition/summary.csv"), "name,seeds,accuracy_mean,accuracy_sd\nweak,2,0.5,0.25\n").unwrap();
    lab.line("report studies").good();
    assert!(page(&lab, "studies/report/index.html").contains("50.00\u{a0}±\u{a0}25.00"));
}

#[test]
fn bad_input_is_refused_and_nothing_is_written() {
    let (lab, _) = trained();
    let refuses = |line: &str, words: &[&str]| {
        let before = lab.contents();
        let ran: Ran = lab.line(line);
        assert_eq!(ran.code, Some(2), "{line}: {ran:?}");
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.lines().count() == 1, "{line}: {ran:?}");
        words.iter().for_each(|word| assert!(ran.stderr.contains(word), "{line}: \"{word}\" is missing in {}", ran.stderr));
        assert!(lab.contents() == before, "{line} changed files");
    };
    refuses("report nowhere", &["nowhere", "spikescope train"]);
    refuses("report small.ron", &["small.ron"]);
    refuses("report data", &["data", "spikescope train"]);
    refuses("report runs --out page.txt", &["--out", "page.txt", ".html"]);
    refuses("report runs --test-images 121", &["--test-images", "0 to 120", "121"]);
    refuses("report runs --data nowhere", &["nowhere", "--data"]);
    let checkpoint = std::fs::read(lab.path("runs/plain/2/checkpoint.bin")).unwrap();
    std::fs::remove_file(lab.path("runs/plain/2/checkpoint.bin")).unwrap();
    refuses("report runs", &["plain/2", "--resume"]);
    std::fs::write(lab.path("runs/plain/2/checkpoint.bin"), &checkpoint[..checkpoint.len() - 1]).unwrap();
    refuses("report runs", &["checkpoint.bin"]);
    std::fs::write(lab.path("runs/plain/2/checkpoint.bin"), checkpoint).unwrap();
    let session = page(&lab, "runs/plain/2/session.ron");
    std::fs::write(lab.path("runs/plain/2/session.ron"), session.replace("schema: 1", "schema: 99")).unwrap();
    refuses("report runs", &["schema 99", "up to 1"]);
    std::fs::write(lab.path("runs/plain/2/session.ron"), session).unwrap();
    std::fs::create_dir(lab.path("runs/study")).unwrap();
    std::fs::write(lab.path("runs/study/study.ron"), "").unwrap();
    refuses("report runs", &["results.csv"]);
}
