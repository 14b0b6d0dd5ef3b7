//! The tables of free runs: one observation per row, with units in the column names.

use super::facts::{FreeGroup, FreeRunFacts};
use crate::model::PopulationSpec;
use csv::Writer;

type Rows = Vec<Vec<String>>;
/// File name, columns, and the function that adds the rows of a run.
type Table = (&'static str, &'static [&'static str], fn(&FreeRunFacts, &mut Rows));

/// Every table: file name and contents.
pub(in crate::report) fn all(groups: &[FreeGroup]) -> Vec<(&'static str, Vec<u8>)> {
    let tables: [Table; 4] = [
        ("free_runs.csv", &["population", "neurons", "spikes", "mean_rate_hz", "cv_isi"], populations),
        ("free_rates.csv", &["time_ms", "population", "mean_rate_hz"], rates),
        ("free_weights.csv", &["projection", "mean_weight", "unit"], weights),
        ("free_raster.csv", &["time_ms", "population", "neuron"], raster),
    ];
    tables.map(|(name, columns, fill)| (name, table(groups, columns, fill))).into_iter().collect()
}

fn table(groups: &[FreeGroup], columns: &[&str], fill: fn(&FreeRunFacts, &mut Rows)) -> Vec<u8> {
    let mut writer = Writer::from_writer(Vec::new());
    // invariant: every row has one cell per column, and writing to memory cannot fail
    writer.write_record(["network", "run", "seed"].iter().chain(columns)).ok();
    for (group, run) in groups.iter().flat_map(|group| group.runs.iter().map(move |run| (group, run))) {
        let mut rows = Vec::new();
        fill(run, &mut rows);
        for row in rows {
            let who = [group.label.clone(), run.name.clone(), run.session.seed.to_string()];
            writer.write_record(who.into_iter().chain(row)).ok();
        }
    }
    writer.into_inner().unwrap_or_default()
}

fn populations(run: &FreeRunFacts, rows: &mut Rows) {
    for (index, population) in run.preset.network.firing() {
        let activity = &run.activity;
        rows.push(vec![
            population.name.clone(),
            population.size().to_string(),
            activity.spikes(index).to_string(),
            activity.rate_hz(index, run.grid()).to_string(),
            activity.irregularity(index).map_or_else(String::new, |irregular| irregular.cv.to_string()),
        ]);
    }
}

fn rates(run: &FreeRunFacts, rows: &mut Rows) {
    for (ms, rates) in run.activity.rates(run.grid()) {
        let row = |(index, population): (usize, &PopulationSpec)| vec![ms.to_string(), population.name.clone(), rates[index].to_string()];
        rows.extend(run.preset.network.firing().map(row));
    }
}

fn weights(run: &FreeRunFacts, rows: &mut Rows) {
    let network = &run.preset.network;
    let unit = |name: &str| network.projection(name).map_or("", |projection| network.weight_unit(projection)).to_owned();
    let mean = |mean: Option<f64>| mean.map_or_else(String::new, |mean| mean.to_string());
    rows.extend(run.weights.iter().map(|one| vec![one.name.clone(), mean(one.mean_mv), unit(&one.name)]));
}

fn raster(run: &FreeRunFacts, rows: &mut Rows) {
    let name = |index: u32| run.preset.network.populations[index as usize].name.clone();
    let spikes = run.raster.iter().flat_map(|raster| &raster.spikes);
    rows.extend(spikes.map(|&(ms, population, neuron)| vec![ms.to_string(), name(population), neuron.to_string()]));
}
