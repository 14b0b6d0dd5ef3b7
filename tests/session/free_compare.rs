//! Runs of described networks are compared: the numbers are those of the report, over the same time, after the last change.

use super::free_kept::{begin, run_to, save, set, stdout};
use crate::Probe;
use spikescope::session::{Command, Difference, Firing, FreeView, Snapshot, common_ms, differences, stored};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

fn free(snapshot: &Snapshot) -> &FreeView {
    snapshot.free.as_deref().unwrap()
}

fn reset(probe: &mut Probe, seed: u64) -> Arc<Snapshot> {
    let generation = probe.until("something", |_| true).generation;
    probe.send(Command::Reset { seed });
    probe.until("a reset", |s| s.generation > generation)
}

/// A column of a table of the report, by the first column that names the row.
fn column(table: &Path, row: &str, value: &str) -> BTreeMap<String, Option<f64>> {
    let mut reader = csv::Reader::from_path(table).unwrap();
    let head = reader.headers().unwrap().clone();
    let place = |name: &str| head.iter().position(|column| column == name).unwrap();
    let (row, value) = (place(row), place(value));
    reader.records().map(Result::unwrap).map(|record| (record[row].to_owned(), record[value].parse().ok())).collect()
}

fn of<'a>(firing: &'a [Firing], name: &str) -> &'a Firing {
    firing.iter().find(|one| one.activity.name == name).unwrap()
}

#[test]
fn compared_numbers_are_those_of_the_report() {
    let mut probe = begin();
    run_to(&mut probe, 1000.0);
    let folder = tempfile::tempdir().unwrap();
    let run = save(&mut probe, folder.path());
    reset(&mut probe, 6);
    let now = run_to(&mut probe, 700.0);
    let [earlier] = &*now.runs else { panic!("{} earlier runs", now.runs.len()) };
    let kept = earlier.free.as_deref().unwrap();
    assert_eq!((earlier.seed, earlier.kept, kept.step, earlier.length().as_str()), (5, true, 10_000, "1 s"));
    assert_eq!(common_ms([kept, free(&now)].into_iter()), Some(700.0), "what both have");
    assert_eq!((kept.last(700.0), free(&now).last(700.0)), (Some(3000..10_000), Some(0..7000)));
    assert_eq!(kept.last(1000.1), None);

    let page = folder.path().join("report.html");
    stdout(&["report", run.to_str().unwrap(), "--out", page.to_str().unwrap()]);
    let file = |name: &str| spikescope::report::tables_of(&page).join(name);
    let whole = kept.firing(&kept.last(1000.0).unwrap());
    let again = stored(&run).unwrap();
    for firing in [&whole, &again.free.as_ref().unwrap().firing(&(0..10_000))] {
        assert_eq!(firing.iter().map(|one| one.activity.name.as_str()).collect::<Vec<_>>(), ["A", "B"], "sources are given");
        let (rates, cvs) =
            (column(&file("free_runs.csv"), "population", "mean_rate_hz"), column(&file("free_runs.csv"), "population", "cv_isi"));
        for name in ["A", "B"] {
            assert!(rates[name].is_some_and(|rate| rate > 0.0));
            assert_eq!((Some(of(firing, name).activity.rate_hz), of(firing, name).activity.cv_isi), (rates[name], cvs[name]), "{name}");
        }
    }
    let means = column(&file("free_weights.csv"), "projection", "mean_weight");
    for view in [kept, again.free.as_deref().unwrap()] {
        let history = &view.weight_history;
        for (range, latest) in history.projections.iter().zip(&history.latest) {
            let (mean, sd) = latest.unwrap();
            assert!((mean - means[&range.name].unwrap()).abs() < 1e-9, "{}: {mean}", range.name);
            // the weights of one projection differ; rewards have depressed those of the other one
            assert_eq!(sd > 0.0, range.name == "in->A", "{}: {sd}", range.name);
        }
        assert_eq!(history.projections.len(), 2);
    }
    // the fraction that did not fire, counted one by one
    let fired = |view: &FreeView, first: u32, size: u32| {
        let all: std::collections::BTreeSet<u32> = view.spikes_since(0).map(|(_, neuron)| neuron).collect();
        all.into_iter().filter(|neuron| (first..first + size).contains(neuron)).count()
    };
    let b = &kept.populations[2];
    assert!((of(&whole, "B").silent - (1.0 - fired(kept, b.first, b.size) as f64 / f64::from(b.size))).abs() < 1e-12);
}

#[test]
fn statistics_begin_after_a_change_while_it_runs() {
    let mut probe = begin();
    run_to(&mut probe, 500.0);
    set(&mut probe, "in.rate", 900.0);
    let now = run_to(&mut probe, 900.0);
    let view = free(&now);
    assert_eq!((view.changed, view.window(0), view.window(7000)), (5000, 5000..9000, 7000..9000));
    assert_eq!(common_ms([view].into_iter()), Some(400.0));
    let firing = view.firing(&view.window(0));
    let a = of(&firing, "A");
    let spikes = view.spikes_since(5000).filter(|(_, neuron)| view.locate(*neuron).is_some_and(|(one, _)| one.name == "A")).count();
    assert_eq!(a.activity.spikes, spikes as u64);
    let late = view.firing(&(8000..9000));
    assert!(of(&late, "A").all_intervals() < a.all_intervals());
    // looked back on, the moment before the change is not yet changed
    probe.send(Command::LookBack(4000));
    let past = probe.until("the past", |s| s.step.0 == 4000);
    assert_eq!(free(&past).changed, 0);
    probe.send(Command::BackToPresent);
    probe.until("the present", |s| s.step.0 == 9000);
    // the kept run has its changes, and the network in force at its end
    reset(&mut probe, 5);
    let after = run_to(&mut probe, 300.0);
    let kept = &after.runs[0];
    assert_eq!(kept.applied.len(), 1);
    assert_eq!(common_ms([kept.free.as_deref().unwrap(), free(&after)].into_iter()), Some(300.0));
}

#[test]
fn run_that_is_returned_to_goes_on_with_its_record() {
    let mut probe = begin();
    let first = run_to(&mut probe, 400.0);
    for seed in [6, 7] {
        reset(&mut probe, seed);
        run_to(&mut probe, 200.0);
    }
    let now = probe.until("two runs", |s| s.runs.len() == 2);
    let wanted = now.runs[0].id;
    probe.send(Command::GoBackTo(wanted));
    let back = probe.until("the first run", |s| s.run_id == wanted);
    assert_eq!((back.step, free(&back).span(), free(&back).firing(&(0..4000))), (first.step, (0, 4000), free(&first).firing(&(0..4000))));
    assert!(back.runs.iter().all(|run| run.id != wanted) && back.runs.len() == 2, "it is no earlier run any more");
    let on = run_to(&mut probe, 600.0);
    assert_eq!((free(&on).span(), free(&on).weight_history.times[0].0 < 2000), ((0, 6000), true));
}

#[test]
fn differences_are_named_by_path_with_both_values_and_parts_by_name() {
    let network = |text: &str| {
        let text = super::free_kept::NETWORK.replace("rate: \"300 Hz\"", text);
        spikescope::preset::NetworkPreset::parse(&text, Path::new("two.ron")).unwrap().network
    };
    let (this, mut other) = (network("rate: \"300 Hz\""), network("rate: \"350 Hz\""));
    assert!(differences(&this, &this).is_empty());
    let found = |path: &str, this: Option<&str>, other: Option<&str>| Difference {
        path: path.to_owned(),
        this: this.map(str::to_owned),
        other: other.map(str::to_owned),
    };
    assert_eq!(differences(&this, &other), [found("in.rate", Some("300 Hz"), Some("350 Hz"))]);
    other.projections.retain(|projection| projection.name != "B->A");
    let all = differences(&this, &other);
    assert_eq!(all.len(), 2, "the weight of a missing projection is not told apart from it: {all:?}");
    assert!(all[0].path == "B->A" && all[0].this.is_some() && all[0].other.is_none());
}
