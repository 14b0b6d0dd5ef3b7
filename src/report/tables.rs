//! The tables of the report: tidy, one observation per row, with units in the column names.

use super::facts::{Group, Run};
use crate::params::{REGISTRY, format_value};
use csv::Writer;

/// Every table: file name and contents.
pub(super) fn all(groups: &[Group]) -> Vec<(&'static str, Vec<u8>)> {
    let tables: [Table; 7] = [
        ("runs.csv", RUNS, runs),
        ("curves.csv", &["images", "right", "right_last_1000"], curves),
        ("confusion.csv", &["label", "answer", "images"], confusion),
        ("output_spikes.csv", &["output_spikes", "images"], output_spikes),
        ("times.csv", &["event", "time_ms", "images"], times),
        ("activity.csv", &["kind", "name", "neurons", "synapses", "weights", "spikes", "events", "images"], activity),
        ("robustness.csv", &["change", "strength", "unit", "right", "images"], robustness),
    ];
    // the runs of an experiment have the same parameters
    let firsts: Vec<Group> = groups.iter().map(|group| Group { runs: vec![group.first().clone()], ..group.clone() }).collect();
    let parameters = table(&firsts, &["parameter", "symbol", "value", "default", "source"], parameters);
    let tables = tables.map(|(name, columns, fill)| (name, table(groups, columns, fill)));
    tables.into_iter().chain([("parameters.csv", parameters)]).collect()
}

type Rows = Vec<Vec<String>>;
/// File name, columns, and the function that adds the rows of a run.
type Table = (&'static str, &'static [&'static str], fn(&Run, &mut Rows));

/// A table whose first columns are experiment, preset and seed.
fn table(groups: &[Group], columns: &[&str], fill: impl Fn(&Run, &mut Rows)) -> Vec<u8> {
    let mut writer = Writer::from_writer(Vec::new());
    let header = ["experiment", "preset", "seed"].into_iter().chain(columns.iter().copied());
    // invariant: every row has one cell per column, and writing to memory cannot fail
    writer.write_record(header).ok();
    for (group, run) in groups.iter().flat_map(|group| group.runs.iter().map(move |run| (group, run))) {
        let mut rows = Vec::new();
        fill(run, &mut rows);
        for row in rows {
            let who = [group.label.clone(), run.session.preset.clone(), run.session.seed.to_string()];
            debug_assert_eq!(row.len(), columns.len());
            writer.write_record(who.into_iter().chain(row)).ok();
        }
    }
    writer.into_inner().unwrap_or_default()
}

const RUNS: &[&str] = &[
    "run",
    "version",
    "data",
    "training_images",
    "test_images",
    "right",
    "accuracy",
    "training_cpu_s",
    "output_spikes_per_image",
    "events_per_image",
    "silent_images",
    "state",
];

fn runs(run: &Run, rows: &mut Rows) {
    let measured = &run.measured;
    let outputs = measured.layers.last().map_or(0, |layer| layer.spikes);
    let missing = run.unmeasured.is_some();
    let known = |value: &dyn std::fmt::Display| if missing { String::new() } else { value.to_string() };
    rows.push(vec![
        run.name.clone(),
        run.session.version.clone(),
        run.session.data.digest.clone(),
        run.images.to_string(),
        run.recorded_test().filter(|_| missing).map_or_else(|| known(&measured.images), |(images, _)| images.to_string()),
        known(&measured.right()),
        run.recorded_test().filter(|_| missing).map_or_else(|| known(&measured.accuracy()), |(_, accuracy)| accuracy.to_string()),
        run.cpu_s.map_or_else(String::new, |s| format!("{s:.3}")),
        known(&measured.per_image(outputs)),
        known(&measured.events()),
        known(&measured.silent()),
        run.session.ending.as_ref().map_or_else(String::new, |ending| ending.digest.clone()),
    ]);
}

fn curves(run: &Run, rows: &mut Rows) {
    rows.extend(run.curve.iter().map(|(images, right, running)| vec![images.to_string(), right.to_string(), running.to_string()]));
}

fn confusion(run: &Run, rows: &mut Rows) {
    let name = |class: usize| run.measured.classes.get(class).cloned();
    for (label, row) in run.measured.confusion.iter().enumerate() {
        // no answer is an empty cell
        let cells = |(answer, n): (usize, &u64)| vec![name(label).unwrap_or_default(), name(answer).unwrap_or_default(), n.to_string()];
        rows.extend(row.iter().enumerate().map(cells));
    }
}

fn output_spikes(run: &Run, rows: &mut Rows) {
    rows.extend(run.measured.spikes.iter().map(|(spikes, images)| vec![spikes.to_string(), images.to_string()]));
}

fn times(run: &Run, rows: &mut Rows) {
    let ms = |steps: u32| (f64::from(steps) * run.measured.step_ms).to_string();
    for (event, histogram) in [("first output spike", &run.measured.first), ("decision", &run.measured.decided)] {
        rows.extend(histogram.iter().map(|(&steps, images)| vec![event.to_owned(), ms(steps), images.to_string()]));
    }
    let mut right = 0;
    rows.extend(run.measured.right.iter().map(|(&steps, change)| {
        right += change;
        vec!["right so far".to_owned(), ms(steps), right.to_string()]
    }));
}

fn activity(run: &Run, rows: &mut Rows) {
    let measured = &run.measured;
    let images = measured.images.to_string();
    for layer in &measured.layers {
        let (neurons, spikes) = (layer.neurons.to_string(), layer.spikes.to_string());
        rows.push(["layer", &layer.name, &neurons, "", "", &spikes, "", &images].map(str::to_owned).into());
    }
    for path in &measured.paths {
        let [synapses, weights, events] = [path.synapses, path.weights, path.events].map(|n| n.to_string());
        rows.push(["synapses", &path.name, "", &synapses, &weights, "", &events, &images].map(str::to_owned).into());
    }
}

fn robustness(run: &Run, rows: &mut Rows) {
    if run.unmeasured.is_some() {
        return;
    }
    let [images, distorted] = [run.measured.images, run.measured.distorted].map(|n| n.to_string());
    rows.push(vec!["none".to_owned(), "0".to_owned(), String::new(), run.measured.right().to_string(), images]);
    rows.extend(run.measured.stood.iter().map(|stood| {
        let (change, unit) = (stood.change.name().to_owned(), stood.change.unit().to_owned());
        vec![change, stood.strength.to_string(), unit, stood.right.to_string(), distorted.clone()]
    }));
}

fn parameters(run: &Run, rows: &mut Rows) {
    for spec in REGISTRY.iter().filter(|spec| spec.belongs_to(run.preset.setup)) {
        let [value, default] = [run.preset.params.get(spec.id), spec.default].map(|value| format_value(spec, value));
        rows.push(vec![spec.name.to_owned(), spec.symbol.to_owned(), value, default, spec.source.to_owned()]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::groups;
    use super::super::facts::tests::run;
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_table_reads_back_with_a_cell_for_every_column() {
        let found = groups(vec![run(1, &[]), run(2, &[("bounds", "hard")])], &BTreeMap::new());
        for (name, bytes) in all(&found) {
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let columns = reader.headers().unwrap().len();
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            assert!(rows.iter().all(|row| row.len() == columns), "{name}");
            let expected = match name {
                "runs.csv" | "robustness.csv" => 2,
                "curves.csv" => 4,
                "confusion.csv" => 2 * 6,
                "parameters.csv" => 2 * REGISTRY.iter().filter(|spec| spec.belongs_to(found[0].first().preset.setup)).count(),
                _ => 0,
            };
            assert_eq!(rows.len(), expected, "{name}");
        }
    }

    #[test]
    fn right_answers_of_the_runs_are_those_of_the_confusion() {
        let found = groups(vec![run(1, &[])], &BTreeMap::new());
        let tables: BTreeMap<&str, Vec<u8>> = all(&found).into_iter().collect();
        let column = |name: &str, column: &str| -> Vec<String> {
            let mut reader = csv::Reader::from_reader(tables[name].as_slice());
            let at = reader.headers().unwrap().iter().position(|header| header == column).unwrap();
            reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
        };
        assert_eq!((column("runs.csv", "right"), column("runs.csv", "accuracy")), (vec!["8".to_owned()], vec!["0.8".to_owned()]));
        let on_diagonal =
            column("confusion.csv", "label").into_iter().zip(column("confusion.csv", "answer")).zip(column("confusion.csv", "images"));
        let right: u64 = on_diagonal.filter(|((label, answer), _)| label == answer).map(|(_, n)| n.parse::<u64>().unwrap()).sum();
        assert_eq!(right, 8);
    }
}
