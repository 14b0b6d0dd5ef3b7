//! The results of a study as tidy tables, and their summary.

use super::compare::{Compared, compare, holm};
use super::plan::{Job, Kind, Study};
use super::result::{JobResult, Outcome};
use super::store::{StudyDir, StudyError};
use crate::experiment::Damage;
use crate::params::ParamId;

/// One line of the summary: a variant, or a variant with a damage.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Index of the variant.
    pub variant: usize,
    /// The damage, if any.
    pub damage: Option<Damage>,
    /// Its name.
    pub name: String,
    /// Seeds so far, in the order of the study, and the accuracy of each.
    pub accuracies: Vec<(u64, f64)>,
    /// Number of halted runs.
    pub halted: usize,
    /// The difference from the intact network with the same seeds; `None` for itself and in sweeps.
    pub against: Option<Compared>,
    /// The p value of that difference, corrected for all lines (Holm 1979).
    pub p_holm: Option<f64>,
}

impl Summary {
    /// Mean accuracy of the seeds; `None` before the first.
    pub fn mean(&self) -> Option<f64> {
        let n = self.accuracies.len();
        (n > 0).then(|| self.accuracies.iter().map(|(_, a)| a).sum::<f64>() / n as f64)
    }

    /// Standard deviation over the seeds; `None` for fewer than two.
    pub fn sd(&self) -> Option<f64> {
        let (n, mean) = (self.accuracies.len(), self.mean()?);
        (n > 1).then(|| libm::sqrt(self.accuracies.iter().map(|(_, a)| (a - mean).powi(2)).sum::<f64>() / (n - 1) as f64))
    }

    /// Summary of the results so far, in the order of the study: every variant, followed by its damages.
    pub fn of(study: &Study, results: &[(Job, JobResult)]) -> Vec<Self> {
        let conditions = |variant: usize| std::iter::once(None).chain(study.variants[variant].damages.iter().copied().map(Some));
        let lines = (0..study.variants.len()).flat_map(|variant| conditions(variant).map(move |damage| (variant, damage)));
        let mut lines: Vec<Self> = lines.map(|(variant, damage)| Self::line(study, results, variant, damage)).collect();
        if study.kind == Kind::Ablation {
            let intact = lines[0].accuracies.clone();
            lines.iter_mut().skip(1).for_each(|line| line.against = compare(&line.accuracies, &intact));
            let p: Vec<Option<f64>> = lines.iter().map(|line| line.against.and_then(|against| against.p)).collect();
            lines.iter_mut().zip(holm(&p)).for_each(|(line, p)| line.p_holm = p);
        }
        lines
    }

    fn line(study: &Study, results: &[(Job, JobResult)], variant: usize, damage: Option<Damage>) -> Self {
        let of_variant = || results.iter().filter(|(job, _)| job.variant == variant);
        let accuracy = |(job, result): &(Job, JobResult)| {
            let outcome = result.outcomes.iter().find(|outcome| outcome.damage == damage)?;
            Some((job.seed, outcome.accuracy))
        };
        Self {
            variant,
            damage,
            name: damage.map_or_else(|| study.variants[variant].name.clone(), Damage::name),
            accuracies: of_variant().filter_map(accuracy).collect(),
            halted: of_variant().filter(|(_, result)| result.halted.is_some()).count(),
            against: None,
            p_holm: None,
        }
    }
}

/// Write the tables of all results so far; returns their summary.
pub fn save_tables(dir: &StudyDir, study: &Study) -> Result<Vec<Summary>, StudyError> {
    let results = dir.results(study);
    let summary = Summary::of(study, &results);
    let tables = [("results.csv", rows(study, &results)), ("curves.csv", curves(&results)), ("summary.csv", summaries(&summary))];
    tables.into_iter().try_for_each(|(name, rows)| write_table(dir, name, rows))?;
    Ok(summary)
}

/// Write a table of the study.
pub(super) fn write_table(dir: &StudyDir, name: &str, rows: Vec<Vec<String>>) -> Result<(), StudyError> {
    let unwritten = |error: csv::Error| StudyError::Unwritable { path: dir.path().join(name), source: std::io::Error::other(error) };
    dir.write(name, &table(rows).map_err(unwritten)?)
}

fn table(rows: Vec<Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.into_iter().try_for_each(|row| writer.write_record(row))?;
    writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
}

pub(super) fn maybe(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The column name of a parameter: name and unit, for example `tau_m_ms`.
fn column(id: &str) -> String {
    let unit = ParamId::from_name(id).map_or("", |id| id.spec().unit);
    let unit: String = unit.chars().map(|c| if c == 'Ω' { "Ohm".to_owned() } else { c.to_string() }).collect();
    if unit.is_empty() { id.to_owned() } else { format!("{id}_{}", unit.replace('/', "_per_")) }
}

/// A value in the unit of its column, without the unit; a distribution is unchanged.
pub(super) fn cell(value: &str) -> String {
    value.split_once(' ').filter(|(number, _)| number.parse::<f64>().is_ok()).map_or(value, |(number, _)| number).to_owned()
}

fn rows(study: &Study, results: &[(Job, JobResult)]) -> Vec<Vec<String>> {
    let axes: Vec<String> = study.axes.iter().map(|axis| column(&axis.id)).collect();
    let fixed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let head = [
        fixed(&["job", "variant", "damage", "seed"]),
        axes,
        fixed(&["train_images", "test_images", "accuracy", "surprise_nats", "output_spikes_per_image", "train_cpu_s", "halted", "digest"]),
    ];
    let row = |job: &Job, result: &JobResult, outcome: &Outcome| {
        let Outcome { damage, accuracy, surprise, spikes_per_image } = outcome;
        let damage = damage.map_or_else(String::new, Damage::name);
        let settings: Vec<String> = study.axes.iter().map(|axis| cell(&axis.values[job.variant])).collect();
        [
            vec![job.index.to_string(), result.variant.clone(), damage, job.seed.to_string()],
            settings,
            vec![
                result.train_images.to_string(),
                result.test_images.to_string(),
                accuracy.to_string(),
                maybe(*surprise),
                spikes_per_image.to_string(),
                maybe(result.train_cpu_s),
                result.halted.clone().unwrap_or_default(),
                result.digest.clone(),
            ],
        ]
        .concat()
    };
    let all = results.iter().flat_map(|(job, result)| result.outcomes.iter().map(move |outcome| row(job, result, outcome)));
    std::iter::once(head.concat()).chain(all).collect()
}

fn curves(results: &[(Job, JobResult)]) -> Vec<Vec<String>> {
    let head = ["job", "variant", "seed", "images", "accuracy_last_1000"].map(str::to_owned).to_vec();
    let of = |(job, result): &(Job, JobResult)| {
        let (job, variant) = (*job, result.variant.clone());
        let row = move |&(images, accuracy): &(u64, f32)| {
            vec![job.index.to_string(), variant.clone(), job.seed.to_string(), images.to_string(), accuracy.to_string()]
        };
        result.curve.iter().map(row).collect::<Vec<_>>()
    };
    std::iter::once(head).chain(results.iter().flat_map(of)).collect()
}

fn summaries(lines: &[Summary]) -> Vec<Vec<String>> {
    let head =
        ["name", "damage", "seeds", "accuracy_mean", "accuracy_sd", "difference", "difference_ci95_half_width", "p", "p_holm", "halted"];
    let row = |line: &Summary| {
        let against = line.against;
        vec![
            line.name.clone(),
            line.damage.is_some().to_string(),
            line.accuracies.len().to_string(),
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
