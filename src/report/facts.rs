//! The facts of a run, and groups of runs that differ only in their seed.

use super::ReportError;
use super::measure::Measured;
use super::statistics::{deviation, mean};
use super::words::count;
use crate::params::{ParamSpec, REGISTRY, format_value};
use crate::preset::Preset;
use crate::rundir::{Checkpoint, Metrics, RunDir, SessionRecord};
use std::collections::BTreeMap;

/// A run with its measurements.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its path below the folder of the report.
    pub name: String,
    /// Its session record.
    pub session: SessionRecord,
    /// The effective preset.
    pub preset: Preset,
    /// Completed training images.
    pub images: u64,
    /// Processor time of training, where the system reported it.
    pub cpu_s: Option<f64>,
    /// Training images, accuracy in the bin, accuracy over the last thousand.
    pub curve: Vec<(u64, f32, f32)>,
    /// Its measurements; empty if it was not measured.
    pub measured: Measured,
    /// Why it was not measured.
    pub unmeasured: Option<String>,
}

impl Run {
    /// Combine a run directory with its measurements, or with the reason why there are none.
    pub fn new(
        name: String,
        run: &RunDir,
        preset: Preset,
        checkpoint: &Checkpoint,
        measured: Result<Measured, String>,
    ) -> Result<Self, ReportError> {
        let (measured, unmeasured) = measured.map_or_else(|reason| (Measured::default(), Some(reason)), |measured| (measured, None));
        let metrics = run.metrics()?;
        let path = run.path().join("metrics.csv");
        // a run without metrics has no curve
        let curve = if metrics.is_empty() { Ok(Vec::new()) } else { Metrics::read_curve(&metrics) };
        let curve = curve.map_err(|reason| ReportError::Unreadable { path, reason })?;
        let (images, cpu_s) = (checkpoint.images, checkpoint.cpu_s);
        Ok(Self { name, session: run.session()?, preset, images, cpu_s, curve, measured, unmeasured })
    }

    /// Whether no command was applied during the run, so that preset and seed reproduce it.
    pub fn is_plain(&self) -> bool {
        self.session.applied.is_empty()
    }

    /// Test images and accuracy recorded at the end of training, if the run has ended with a test.
    pub fn recorded_test(&self) -> Option<(u64, f64)> {
        let ending = self.session.ending.as_ref().filter(|ending| ending.images == self.images)?;
        Some((ending.test_images, ending.test_accuracy?))
    }

    /// The measured test accuracy, or the recorded one if the run was not measured.
    pub fn accuracy(&self) -> Option<f64> {
        if self.unmeasured.is_none() { Some(self.measured.accuracy()) } else { Some(self.recorded_test()?.1) }
    }

    /// Number of images of this accuracy.
    pub fn test_images(&self) -> u64 {
        if self.unmeasured.is_none() { self.measured.images as u64 } else { self.recorded_test().map_or(0, |test| test.0) }
    }

    /// The test accuracy recorded at the end of training, if it was measured on the same number of images.
    pub fn noted_accuracy(&self) -> Option<f64> {
        let (images, accuracy) = self.recorded_test()?;
        (images == self.measured.images as u64).then_some(accuracy)
    }
}

/// Runs that differ only in their seed.
#[derive(Debug, Clone)]
pub struct Group {
    /// Label in the report.
    pub label: String,
    /// Parameters that differ from the shipped preset of this name: declaration and value.
    pub changes: Vec<(&'static ParamSpec, String)>,
    /// Whether the preset of this name is shipped, so that the list of changes is complete.
    pub known: bool,
    /// The runs, ordered by seed.
    pub runs: Vec<Run>,
}

impl Group {
    /// The first run, for properties that all runs share.
    pub fn first(&self) -> &Run {
        &self.runs[0]
    }

    /// Whether all runs were measured.
    pub fn is_measured(&self) -> bool {
        self.runs.iter().all(|run| run.unmeasured.is_none())
    }

    /// A quantity of every run.
    pub fn each(&self, of: impl Fn(&Run) -> f64) -> Vec<f64> {
        self.runs.iter().map(of).collect()
    }

    /// Mean over the runs.
    pub fn mean(&self, of: impl Fn(&Run) -> f64) -> f64 {
        mean(&self.each(of)).unwrap_or(0.0)
    }

    /// Standard deviation over the runs; `None` for a single one.
    pub fn deviation(&self, of: impl Fn(&Run) -> f64) -> Option<f64> {
        deviation(&self.each(of))
    }

    /// Mean and standard deviation of the measured or recorded accuracies; `None` if one of them is unknown.
    pub fn known_accuracy(&self) -> Option<(f64, Option<f64>)> {
        let values: Option<Vec<f64>> = self.runs.iter().map(Run::accuracy).collect();
        values.and_then(|values| Some((mean(&values)?, deviation(&values))))
    }

    /// Mean accuracy.
    pub fn accuracy(&self) -> f64 {
        self.mean(|run| run.measured.accuracy())
    }
}

/// Group runs by preset, parameters, length and applied commands. `shipped` are the shipped presets by name.
pub fn groups(runs: Vec<Run>, shipped: &BTreeMap<String, Preset>) -> Vec<Group> {
    let mut groups: Vec<(String, Vec<Run>)> = Vec::new();
    for run in runs {
        let applied = if run.is_plain() { String::new() } else { format!("{} {:?}", run.name, run.session.applied) };
        let (session, preset) = (&run.session, run.preset.to_ron());
        let (data, measured) = (session.data.identity(), run.unmeasured.is_none());
        let kind = format!("{}\n{} {:?}\n{preset}\n{data} {measured}\n{applied}", session.preset, run.images, session.schedule);
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, runs)) => runs.push(run),
            None => groups.push((kind, vec![run])),
        }
    }
    let lengths: Vec<(String, u64)> = groups.iter().map(|(_, runs)| (runs[0].session.preset.clone(), runs[0].images)).collect();
    let mut named: Vec<Group> = Vec::new();
    for (_, mut runs) in groups {
        runs.sort_by_key(|run| run.session.seed);
        let (name, images) = (runs[0].session.preset.clone(), runs[0].images);
        let known = shipped.get(&name).filter(|known| known.setup == runs[0].preset.setup);
        let changes = known.map_or_else(Vec::new, |known| changes(&runs[0].preset, known));
        let mut label = vec![name.clone()];
        if lengths.iter().any(|(other, length)| *other == name && *length != images) {
            label.push(format!("{} images", count(images)));
        }
        label.extend(changes.iter().map(|(spec, value)| format!("{} = {value}", spec.name)));
        if !runs[0].is_plain() {
            label.push(format!("interactive ({})", runs[0].name));
        }
        let mut label = label.join(", ");
        // an edited preset without a shipped original can have the same label as another
        if named.iter().any(|other| other.label == label) {
            label = format!("{label} ({})", runs[0].name);
        }
        named.push(Group { label, changes, known: known.is_some(), runs });
    }
    // unchanged presets before changed ones
    named.sort_by_key(|group| !group.changes.is_empty());
    named
}

/// Parameters in which a preset differs from another of the same template.
fn changes(preset: &Preset, known: &Preset) -> Vec<(&'static ParamSpec, String)> {
    let differs = |spec: &&ParamSpec| preset.params.get(spec.id) != known.params.get(spec.id) && spec.belongs_to(preset.setup);
    REGISTRY.iter().filter(differs).map(|spec| (spec, format_value(spec, preset.params.get(spec.id)))).collect()
}

/// The mean learning curve of some runs: images and mean accuracy over the last thousand, at rows that every run has.
pub(super) fn mean_curve(runs: &[Run]) -> Vec<(f64, f64)> {
    let mut sums: BTreeMap<u64, (usize, f64)> = BTreeMap::new();
    for (images, _, running) in runs.iter().flat_map(|run| &run.curve) {
        let (rows, sum) = sums.entry(*images).or_default();
        *rows += 1;
        *sum += f64::from(*running);
    }
    sums.retain(|_, (rows, _)| *rows == runs.len());
    sums.into_iter().map(|(images, (rows, sum))| (images as f64, sum / rows as f64)).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::rundir::DataRecord;
    use std::path::Path;

    /// A run of the shipped preset `mnist-rstdp` with parameters set.
    pub(in crate::report) fn run(seed: u64, set: &[(&str, &str)]) -> Run {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/mnist-rstdp.ron");
        let mut preset = Preset::load(&path).unwrap();
        for (name, value) in set {
            preset.params.set_text(name, value).unwrap();
        }
        let session = SessionRecord {
            schema: SessionRecord::SCHEMA,
            version: "0.1.0".to_owned(),
            preset: "mnist-rstdp".to_owned(),
            seed,
            images: 600,
            test_images: 10,
            schedule: None,
            data: DataRecord { folder: None, digest: "0f".to_owned(), classes: Vec::new(), reading: crate::datasets::Reading::default() },
            record: None,
            checkpoint_every: None,
            applied: Vec::new(),
            start: None,
            ending: None,
        };
        let curve = vec![(100, 0.5, 0.5), (200, 0.5 + seed as f32 / 100.0, 0.6 + seed as f32 / 100.0)];
        let (classes, confusion) = (["a", "b"].map(str::to_owned).to_vec(), vec![vec![5, 0, 0], vec![1, 3, 1]]);
        let measured = Measured { images: 10, step_ms: 1.0, classes, confusion, ..Measured::default() };
        Run { name: format!("r/{seed}"), session, preset, images: 600, cpu_s: Some(1.5), curve, measured, unmeasured: None }
    }

    #[test]
    fn runs_that_differ_by_their_seed_are_one_group_and_others_say_what_they_changed() {
        let shipped = BTreeMap::from([("mnist-rstdp".to_owned(), run(0, &[]).preset)]);
        let hard = || run(1, &[("bounds", "hard")]);
        let longer = Run { images: 700, ..run(9, &[]) };
        let found = groups(vec![hard(), run(3, &[]), run(2, &[]), longer.clone()], &shipped);
        let labels: Vec<&str> = found.iter().map(|group| group.label.as_str()).collect();
        assert_eq!(labels, ["mnist-rstdp, 600 images", "mnist-rstdp, 700 images", "mnist-rstdp, 600 images, bounds = hard"]);
        assert_eq!(found[0].runs.iter().map(|run| run.session.seed).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(found[0].accuracy(), 0.8);
        // without a shipped preset the two groups are distinguished by their path
        let unknown = groups(vec![hard(), run(3, &[])], &BTreeMap::new());
        assert_eq!(unknown.iter().map(|group| group.label.as_str()).collect::<Vec<_>>(), ["mnist-rstdp", "mnist-rstdp (r/3)"]);
    }

    #[test]
    fn a_mean_curve_has_the_points_that_all_runs_have() {
        let mut short = run(4, &[]);
        short.curve.pop();
        assert_eq!(mean_curve(&[run(0, &[]), short]), [(100.0, 0.5)]);
        let both = mean_curve(&[run(0, &[]), run(2, &[])]);
        assert!((both[1].1 - 0.61).abs() < 1e-6, "{both:?}");
    }
}
