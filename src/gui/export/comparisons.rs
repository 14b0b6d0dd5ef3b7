//! Runs and ablations as CSV: the curves as drawn, with their spread, and the test results.

use super::tables::{Bytes, number, or_nothing, table, text};
use crate::gui::state::beside::{name_of, run_label};
use crate::gui::state::curves::{self, Conditions, CurveChoice};
use crate::session::{AccuracyPoint, FinishedRun, Snapshot};
use std::sync::Arc;

/// The curves of the current run and of the other runs of the session.
pub(crate) fn runs(s: &Snapshot) -> Bytes {
    runs_with(s, &[], CurveChoice::default())
}

/// The data of a run that its table needs.
struct Entry<'a> {
    name: String,
    title: &'a str,
    seed: u64,
    planned: u64,
    points: &'a [AccuracyPoint],
    smooth: Vec<(f64, f64)>,
    setup: Conditions,
}

/// Like `runs`, with runs from disk and with the chosen smoothing and band.
pub(crate) fn runs_with(s: &Snapshot, compared: &[Arc<FinishedRun>], choice: CurveChoice) -> Bytes {
    let live = Entry {
        name: "now".to_owned(),
        title: &s.title,
        seed: s.seed,
        planned: s.trial.total,
        points: &s.accuracy,
        smooth: choice.smooth(&s.accuracy),
        setup: Conditions::live(s),
    };
    let others = s.runs.iter().chain(compared.iter().map(|run| &**run)).filter(|run| run.free.is_none());
    let others = others.enumerate().map(|(index, run)| Entry {
        name: name_of(run, &run_label(index)),
        title: &run.title,
        seed: run.seed,
        planned: run.planned,
        points: &run.accuracy,
        smooth: choice.smooth(&run.accuracy),
        setup: Conditions::of(run),
    });
    let all: Vec<Entry> = std::iter::once(live).chain(others).collect();
    let share = |percent: f64| number(percent / 100.0);
    let none = String::new;
    let mut rows = Vec::new();
    for entry in &all {
        for point in entry.points {
            let value = entry.smooth.iter().find(|(images, _)| *images == point.image as f64).map(|(_, percent)| share(*percent));
            let about = [text("run"), entry.name.clone(), entry.title.to_owned(), text(entry.seed), text(entry.planned)];
            rows.push(line(about, [text(point.image), text(point.raw), or_nothing(value), none(), none()]));
        }
    }
    let setups: Vec<(Conditions, u64)> = all.iter().map(|entry| (entry.setup.clone(), entry.seed)).collect();
    let groups = if choice.band == curves::Band::Off { Vec::new() } else { curves::seeds(&setups) };
    for group in groups {
        let smooth: Vec<&[(f64, f64)]> = group.iter().map(|&k| all[k].smooth.as_slice()).collect();
        let seeds: Vec<String> = group.iter().map(|&k| all[k].seed.to_string()).collect();
        let first = &all[group[0]];
        for (images, mean, low, high) in curves::spread(&smooth, choice.band) {
            let about =
                [text(choice.band.words()), format!("seeds {}", seeds.join(" ")), first.title.to_owned(), none(), text(first.planned)];
            rows.push(line(about, [text(images), none(), share(mean), share(low), share(high)]));
        }
    }
    let head =
        ["kind", "run", "title", "seed", "planned_images", "images", "accuracy_of_bin", "accuracy_smoothed", "band_low", "band_high"];
    table(head, rows)
}

fn line(about: [String; 5], values: [String; 5]) -> [String; 10] {
    let mut cells = about.into_iter().chain(values);
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

/// An ablation study: curve and accuracy of every network, and the comparison of every condition with the intact network.
pub(crate) fn ablation(s: &Snapshot) -> Bytes {
    let none = String::new;
    let mut rows: Vec<[String; 10]> = Vec::new();
    if let Some(study) = &s.study {
        for (variant, seeds) in study.seed_curves.iter().enumerate() {
            let name = study.summary.iter().find(|line| line.variant == variant && line.damage.is_none());
            let name = name.map_or_else(|| format!("variant {variant}"), |line| line.name.clone());
            for (seed, curve) in seeds {
                for (images, right) in curve {
                    let about = [text("curve"), name.clone(), text(false), text(seed), text(images)];
                    rows.push(line(about, [text(right), none(), none(), none(), none()]));
                }
            }
        }
        for summary in &study.summary {
            let damaged = text(summary.damage.is_some());
            for (seed, accuracy) in &summary.accuracies {
                let about = [text("test"), summary.name.clone(), damaged.clone(), text(seed), text(study.images)];
                rows.push(line(about, [text(accuracy), none(), none(), none(), none()]));
            }
            if let Some(mean) = summary.mean() {
                let against = summary.against.as_ref();
                let about = [text("summary"), summary.name.clone(), damaged, none(), text(study.images)];
                let values = [
                    text(mean),
                    or_nothing(summary.sd()),
                    or_nothing(against.map(|against| against.difference)),
                    or_nothing(against.and_then(|against| against.p)),
                    or_nothing(summary.p_holm),
                ];
                rows.push(line(about, values));
            }
        }
    }
    let head = ["kind", "network", "damaged", "seed", "images", "accuracy", "sd", "difference", "p", "p_holm"];
    table(head, rows)
}

#[cfg(all(test, feature = "ui-tests"))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::gui::tests::fixture;

    fn read(bytes: Bytes) -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(bytes.unwrap().as_slice()).records().map(Result::unwrap).collect()
    }

    #[test]
    fn ablation_table_holds_curves_test_results_and_p_values() {
        let s = fixture::classification();
        let study = s.study.as_ref().unwrap();
        let rows = read(ablation(&s));
        let of = |kind: &str| rows.iter().filter(|row| &row[0] == kind).collect::<Vec<_>>();
        let points: usize = study.seed_curves.iter().flatten().map(|(_, curve)| curve.len()).sum();
        assert!(points > 0 && of("curve").len() == points);
        assert_eq!(of("test").len(), study.summary.iter().map(|line| line.accuracies.len()).sum::<usize>());
        let line = study.summary.iter().find(|line| line.name == "no reward").unwrap();
        let row = of("summary").into_iter().find(|row| &row[1] == "no reward").unwrap().clone();
        let numbers = [line.mean(), line.sd(), line.against.map(|a| a.difference), line.against.and_then(|a| a.p), line.p_holm];
        assert_eq!((5..10).map(|k| row[k].parse::<f64>().ok()).collect::<Vec<_>>(), numbers);
    }

    #[test]
    fn run_table_holds_smoothed_runs_and_the_mean_over_seeds() {
        let mut s = fixture::classification();
        let twin = FinishedRun { seed: 99, ..s.runs[0].clone() };
        s.runs = s.runs.iter().cloned().chain([twin]).collect();
        let stored = Arc::new(FinishedRun { folder: Some("runs/stored".into()), ..s.runs[1].clone() });
        let rows = read(runs_with(&s, &[Arc::clone(&stored)], CurveChoice::default()));
        let of = |name: &str| rows.iter().filter(|row| &row[0] == "run" && &row[1] == name).count();
        assert_eq!((of("now"), of("runs/stored")), (s.accuracy.len(), stored.accuracy.len()));
        let mean: Vec<_> = rows.iter().filter(|row| &row[0] != "run").collect();
        assert_eq!(mean.len(), s.runs[0].accuracy.len(), "the two seeds have the same bins");
        assert!(mean.iter().all(|row| row[8].parse::<f64>().unwrap() <= row[9].parse::<f64>().unwrap()));
    }
}
