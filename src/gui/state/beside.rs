//! Runs of networks that run freely, side by side: this run and the others, and what is measured of each over the same time.

use super::Compared;
use crate::session::{Applied, Difference, FinishedRun, Firing, FreeView, Snapshot, common_ms, differences};
use std::ops::Range;
use std::sync::Arc;

/// One of the runs that are compared.
pub(crate) struct Side<'a> {
    /// Its name in the view: "now" for the current run, then as [`run_label`].
    pub(crate) label: String,
    /// Its place among all runs, 0 for the current one.
    pub(crate) index: usize,
    pub(crate) title: &'a str,
    pub(crate) seed: u64,
    pub(crate) view: &'a FreeView,
    /// The changes made while it ran.
    pub(crate) applied: &'a [Applied],
    /// `None` for the current run.
    pub(crate) run: Option<&'a FinishedRun>,
    /// Its place among the runs from disk, if it is one.
    pub(crate) from_disk: Option<usize>,
}

impl Side<'_> {
    /// What identifies the run: its directory, or its number in the session.
    pub(crate) fn key(&self) -> String {
        let folder = |run: &FinishedRun| run.folder.as_ref().map_or_else(|| run.id.to_string(), |folder| folder.display().to_string());
        self.run.map_or_else(|| "now".to_owned(), folder)
    }

    /// Its name in a table: its directory, or as in the view.
    pub(crate) fn name(&self) -> String {
        self.run.map_or_else(|| self.label.clone(), |run| name_of(run, &self.label))
    }

    /// Whether it is shown in the comparison; the current run always is.
    pub(crate) fn is_chosen(&self, compared: &Compared) -> bool {
        self.run.is_none() || !compared.left_out.contains(&self.key())
    }

    /// In what it differs from another network.
    pub(crate) fn differences(&self, this: &FreeView) -> Vec<Difference> {
        differences(&this.network, &self.view.network)
    }
}

/// The name of an earlier run, counted from the oldest one, in views, figures and tables. Letters are names of populations.
pub(crate) fn run_label(index: usize) -> String {
    format!("Run {}", index + 1)
}

/// The current run first, then the others, oldest first, then those from disk. Runs of other experiments are left out.
pub(crate) fn sides<'a>(snapshot: &'a Snapshot, from_disk: &'a [Arc<FinishedRun>]) -> Vec<Side<'a>> {
    let Some(view) = snapshot.free.as_deref() else { return Vec::new() };
    let this = Side {
        label: "now".to_owned(),
        index: 0,
        title: &snapshot.title,
        seed: snapshot.seed,
        view,
        applied: &snapshot.applied,
        run: None,
        from_disk: None,
    };
    let others = snapshot.runs.iter().map(|run| (run, None)).chain(from_disk.iter().enumerate().map(|(k, run)| (&**run, Some(k))));
    let others = others.filter_map(|(run, from_disk)| Some((run, run.free.as_deref()?, from_disk)));
    let other = |(index, (run, view, from_disk)): (usize, (&'a FinishedRun, &'a FreeView, Option<usize>))| Side {
        label: run_label(index),
        index: index + 1,
        title: &run.title,
        seed: run.seed,
        view,
        applied: &run.applied,
        run: Some(run),
        from_disk,
    };
    std::iter::once(this).chain(others.enumerate().map(other)).collect()
}

/// The name of a run in a table: its directory, or its `label` in the window.
pub(crate) fn name_of(run: &FinishedRun, label: &str) -> String {
    run.folder.as_ref().map_or_else(|| label.to_owned(), |folder| folder.display().to_string())
}

/// The time over which the chosen runs are compared, in ms.
pub(crate) fn time_ms(sides: &[Side], compared: &Compared) -> Option<f64> {
    common_ms(sides.iter().filter(|side| side.is_chosen(compared)).map(|side| side.view))
}

/// One measured quantity of a population or a projection, in every run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Name of the population or projection.
    pub(crate) name: String,
    /// What was measured.
    pub(crate) quantity: &'static str,
    pub(crate) unit: &'static str,
    /// Decimals with which differences are shown.
    pub(crate) decimals: usize,
    /// One for each run, in their order; none where it cannot be measured.
    pub(crate) values: Vec<Option<f64>>,
}

/// What is measured of every population: name, unit, decimals, and the value.
type Quantity = (&'static str, &'static str, usize, fn(&Firing) -> Option<f64>);
const OF_POPULATIONS: [Quantity; 4] = [
    ("mean rate", "Hz", 2, |one| Some(one.activity.rate_hz)),
    ("CV", "", 2, |one| one.activity.cv_isi),
    ("CV₂", "", 2, |one| one.cv2),
    ("silent", "%", 1, |one| Some(100.0 * one.silent)),
];
/// What is measured of every projection that learns, from mean and standard deviation.
type OfWeights = (&'static str, fn((f64, f64)) -> f64);
const OF_PROJECTIONS: [OfWeights; 2] = [("mean weight", |(mean, _)| mean), ("SD of weights", |(_, sd)| sd)];

/// The rows of the table: populations, then projections that learn; those of the first run first. `firing` is that of every run over
/// the common time, empty where there is none.
pub(crate) fn rows(views: &[&FreeView], firing: &[Arc<[Firing]>]) -> Vec<Row> {
    let of = |firing: &[Firing], name: &str, value: fn(&Firing) -> Option<f64>| {
        firing.iter().find(|one| one.activity.name == name).and_then(value)
    };
    let populations = unique(firing.iter().flat_map(|firing| firing.iter().map(|one| one.activity.name.as_str())));
    let rows = populations.into_iter().flat_map(|name| {
        OF_POPULATIONS.map(|(quantity, unit, decimals, value)| {
            let values = firing.iter().map(|firing| of(firing, name, value)).collect();
            Row { name: name.to_owned(), quantity, unit, decimals, values }
        })
    });
    let projections = unique(views.iter().flat_map(|view| view.weight_history.projections.iter().map(|range| range.name.as_str())));
    let weights = |view: &FreeView, name: &str| {
        let place = view.weight_history.projections.iter().position(|range| range.name == name)?;
        view.weight_history.latest.get(place).copied().flatten()
    };
    let learnt = projections.into_iter().flat_map(|name| {
        OF_PROJECTIONS.map(|(quantity, value)| {
            let values = views.iter().map(|view| weights(view, name).map(value)).collect();
            Row { name: name.to_owned(), quantity, unit: "mV", decimals: 4, values }
        })
    });
    rows.chain(learnt).collect()
}

/// The moving mean of the rate of a population over a bin and `side` more on each side: middle of the bin in steps, and Hz. It is left out
/// at both ends, where the bins are incomplete or too few: a mean over fewer has peaks of its own.
pub(crate) fn moving_mean(view: &FreeView, index: usize, steps: Range<u64>, side: usize) -> Vec<(f64, f64)> {
    let inside = |bin: &(u64, u64, u32)| bin.0 >= steps.start && bin.0 + bin.1 <= steps.end;
    let mut bins: Vec<(u64, u64, u32)> = view.bins_since(index, steps.start).filter(inside).collect();
    let whole = bins.iter().map(|bin| bin.1).max().unwrap_or(0);
    while bins.last().is_some_and(|bin| bin.1 < whole) {
        bins.pop();
    }
    let size = f64::from(view.populations[index].size.max(1));
    let mean = |k: usize| {
        let around = &bins[k - side..=k + side];
        let (steps, spikes) = around.iter().fold((0, 0), |sum, bin| (sum.0 + bin.1, sum.1 + u64::from(bin.2)));
        let hz = spikes as f64 / size / (steps.max(1) as f64 * view.network.dt_ms * 1e-3);
        (bins[k].0 as f64 + 0.5 * bins[k].1 as f64, hz)
    };
    (side..bins.len().saturating_sub(side)).map(mean).collect()
}

/// The rate of a population over the last `ms`: seconds before the end, and Hz. The mean is over 25 ms, and over more of a long time.
pub(crate) fn rate(view: &FreeView, population: &str, ms: f64) -> Option<Vec<(f64, f64)>> {
    let index = view.populations.iter().position(|one| one.name == population)?;
    let steps = view.last(ms)?;
    let end = steps.end as f64;
    let points = moving_mean(view, index, steps, ((ms * 1e-3).round() as usize).max(2));
    Some(points.into_iter().map(|(step, hz)| ((step - end) * view.network.dt_ms * 1e-3, hz)).collect())
}

/// The names without repetitions, in their order.
pub(crate) fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
