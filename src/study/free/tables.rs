//! The results of a study of free runs as tidy tables, and their summary.

use super::plan::FreeStudy;
use super::result::{Activities, FreeResult, Weights};
use crate::model::{NetworkSpec, Path, unit_of};
use crate::study::compare::{Compared, compare, holm};
use crate::study::plan::{Job, Kind};
use crate::study::store::{StudyDir, StudyError};
use crate::study::tables::{cell, maybe, write_table};

/// A measured quantity of one variant.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeSummary {
    /// Index of the variant.
    pub variant: usize,
    /// Name of the variant.
    pub name: String,
    /// Its index in [`quantities`].
    pub quantity: usize,
    /// Seeds so far, in the order of the study, and the value of each that has one.
    pub values: Vec<(u64, f64)>,
    /// Number of halted runs.
    pub halted: usize,
    /// The difference from the intact network with the same seeds; `None` for itself and in sweeps.
    pub against: Option<Compared>,
    /// The p value of that difference, corrected for all lines (Holm 1979).
    pub p_holm: Option<f64>,
}

/// A measured quantity: its path and unit. The names end in what was measured, so that none is that of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// `E.mean_rate`, `E.cv_isi` or `A->B.mean_weight`.
    pub path: String,
    /// Its unit, or `""`.
    pub unit: &'static str,
    /// Whether variants are compared in it. Sources of spikes do not depend on the network.
    pub compared: bool,
}

impl Quantity {
    /// Its name in a table: `E.mean_rate_Hz`.
    pub fn column(&self) -> String {
        if self.unit.is_empty() { self.path.clone() } else { format!("{}_{}", self.path, self.unit) }
    }
}

/// What is measured of every run of a network: rates of all populations that fire, irregularity of those with membranes, and the mean
/// weights of plastic projections.
pub fn quantities(network: &NetworkSpec) -> Vec<Quantity> {
    let quantity = |owner: &str, field: &str, unit, compared| Quantity { path: Path::new(owner, field).to_string(), unit, compared };
    let mut all: Vec<Quantity> = Vec::new();
    for (_, population) in network.firing() {
        let membranes = population.model.has_potential();
        all.push(quantity(&population.name, "mean_rate", "Hz", membranes));
        if membranes {
            all.push(quantity(&population.name, "cv_isi", "", true));
        }
    }
    let plastic = network.projections.iter().filter(|projection| projection.learns());
    all.extend(plastic.map(|projection| quantity(&projection.name, "mean_weight", network.weight_unit(projection), true)));
    all
}

/// The quantities of a run, in the order of [`quantities`].
pub fn measure(network: &NetworkSpec, populations: &[Activities], projections: &[Weights]) -> Vec<Option<f64>> {
    let mut all = Vec::new();
    for (spec, measured) in network.firing().filter_map(|(index, spec)| Some((spec, populations.get(index)?))) {
        all.push(Some(measured.rate_hz));
        if spec.model.has_potential() {
            all.push(measured.cv_isi);
        }
    }
    all.extend(projections.iter().map(|projection| projection.mean_mv));
    all
}

impl FreeSummary {
    /// Mean over the seeds; `None` before the first.
    pub fn mean(&self) -> Option<f64> {
        let n = self.values.len();
        (n > 0).then(|| self.values.iter().map(|(_, value)| value).sum::<f64>() / n as f64)
    }

    /// Standard deviation over the seeds; `None` for fewer than two.
    pub fn sd(&self) -> Option<f64> {
        let (n, mean) = (self.values.len(), self.mean()?);
        (n > 1).then(|| libm::sqrt(self.values.iter().map(|(_, value)| (value - mean).powi(2)).sum::<f64>() / (n - 1) as f64))
    }

    /// Summary of the results so far: every variant with all its quantities.
    pub fn of(study: &FreeStudy, network: &NetworkSpec, results: &[(Job, FreeResult)]) -> Vec<Self> {
        let quantities = quantities(network);
        let count = quantities.len();
        let measured: Vec<(Job, Vec<Option<f64>>)> =
            results.iter().map(|(job, result)| (*job, measure(network, &result.populations, &result.projections))).collect();
        let line = |variant: usize, quantity: usize| Self {
            variant,
            name: study.variants[variant].name.clone(),
            quantity,
            values: measured
                .iter()
                .filter(|(job, _)| job.variant == variant)
                .filter_map(|(job, all)| Some((job.seed, all.get(quantity).copied().flatten()?)))
                .collect(),
            halted: results.iter().filter(|(job, result)| job.variant == variant && result.halted.is_some()).count(),
            against: None,
            p_holm: None,
        };
        let mut lines: Vec<Self> = (0..study.variants.len())
            .flat_map(|variant| (0..count).map(move |quantity| (variant, quantity)))
            .map(|(v, q)| line(v, q))
            .collect();
        if study.kind == Kind::Ablation {
            let (intact, rest) = lines.split_at_mut(count);
            for line in rest.iter_mut().filter(|line| quantities[line.quantity].compared) {
                line.against = compare(&line.values, &intact[line.quantity].values);
            }
            let p: Vec<Option<f64>> = lines.iter().map(|line| line.against.and_then(|against| against.p)).collect();
            lines.iter_mut().zip(holm(&p)).for_each(|(line, p)| line.p_holm = p);
        }
        lines
    }
}

/// Write the tables of all results so far; returns their summary.
pub fn save_tables(dir: &StudyDir, study: &FreeStudy, network: &NetworkSpec) -> Result<Vec<FreeSummary>, StudyError> {
    let results = dir.free_results(study);
    let summary = FreeSummary::of(study, network, &results);
    write_table(dir, "results.csv", rows(study, network, &results))?;
    write_table(dir, "summary.csv", summaries(network, &summary))?;
    Ok(summary)
}

/// One row for each run: variant, seed, values of the axes, measured quantities.
fn rows(study: &FreeStudy, network: &NetworkSpec, results: &[(Job, FreeResult)]) -> Vec<Vec<String>> {
    let column = |id: &str| {
        let unit = id.parse().ok().and_then(|path| unit_of(network, &path));
        unit.filter(|unit| !unit.is_empty()).map_or_else(|| id.to_owned(), |unit| format!("{id}_{unit}"))
    };
    let fixed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let head = [
        fixed(&["job", "variant", "seed"]),
        study.axes.iter().map(|axis| column(&axis.id)).collect(),
        fixed(&["duration_ms"]),
        quantities(network).iter().map(Quantity::column).collect(),
        network.firing().map(|(_, population)| Path::new(&population.name, "spikes").to_string()).collect(),
        fixed(&["cpu_s", "halted", "digest"]),
    ];
    let row = |(job, result): &(Job, FreeResult)| {
        [
            vec![job.index.to_string(), result.variant.clone(), job.seed.to_string()],
            study.axes.iter().map(|axis| cell(&axis.values[job.variant])).collect(),
            vec![result.duration_ms.to_string()],
            measure(network, &result.populations, &result.projections).into_iter().map(maybe).collect(),
            network.firing().filter_map(|(index, _)| Some(result.populations.get(index)?.spikes.to_string())).collect(),
            vec![maybe(result.cpu_s), result.halted.clone().unwrap_or_default(), result.digest.clone()],
        ]
        .concat()
    };
    std::iter::once(head.concat()).chain(results.iter().map(row)).collect()
}

fn summaries(network: &NetworkSpec, lines: &[FreeSummary]) -> Vec<Vec<String>> {
    let head = ["name", "quantity", "seeds", "mean", "sd", "difference", "difference_ci95_half_width", "p", "p_holm", "halted"];
    let columns: Vec<String> = quantities(network).iter().map(Quantity::column).collect();
    let row = |line: &FreeSummary| {
        let against = line.against;
        vec![
            line.name.clone(),
            columns[line.quantity].clone(),
            line.values.len().to_string(),
            maybe(line.mean()),
            maybe(line.sd()),
            maybe(against.map(|against| against.difference)),
            maybe(against.and_then(|against| against.half_width)),
            maybe(against.and_then(|against| against.p)),
            maybe(line.p_holm),
            line.halted.to_string(),
        ]
    };
    std::iter::once(head.map(str::to_owned).to_vec()).chain(lines.iter().map(row)).collect()
}
