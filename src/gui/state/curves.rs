//! Accuracy curves made comparable: the same smoothing for all, mean and spread over seeds, and marks of parameter changes.

use crate::gui::paint::numbers::count;
use crate::gui::widgets::scale::with_unit;
use crate::params::{ParamId, Params, Setup};
use crate::session::{AccuracyPoint, FinishedRun, Recorded, Snapshot, Until};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How curves are drawn. Saved between starts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CurveChoice {
    /// Weight of the past in the exponential moving average, per 100 images; 0 draws the bins without smoothing.
    pub smoothing: f32,
    /// Whether the image axis is logarithmic.
    pub log_images: bool,
    /// What is drawn for runs that differ only in their seed.
    pub band: Band,
}

impl Default for CurveChoice {
    fn default() -> Self {
        Self { smoothing: 0.6, log_images: false, band: Band::default() }
    }
}

/// Spread over the seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Band {
    /// Mean and standard deviation.
    #[default]
    Deviation,
    /// Mean, minimum and maximum.
    Range,
    /// Single runs only.
    Off,
}

impl Band {
    /// All bands, in button order.
    pub(crate) const ALL: [(Self, &str); 3] = [(Self::Deviation, "± SD"), (Self::Range, "Min–max"), (Self::Off, "Off")];

    /// Label of the band.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Deviation => "mean ± SD",
            Self::Range => "mean, min to max",
            Self::Off => "",
        }
    }
}

/// Number of images that one smoothing factor stands for, so that bins of any width are smoothed equally.
const EACH: f64 = 100.0;

impl CurveChoice {
    /// Maximum smoothing factor.
    pub(crate) const MOST: f32 = 0.99;

    /// The smoothing factor; an invalid stored value is replaced by a valid one.
    pub(crate) fn smoothing(self) -> f64 {
        if self.smoothing.is_finite() { f64::from(self.smoothing.clamp(0.0, Self::MOST)) } else { 0.0 }
    }

    /// Number of images whose unweighted mean has the same variance.
    pub(crate) fn images(self) -> u64 {
        (EACH * (1.0 + self.smoothing()) / (1.0 - self.smoothing())).round() as u64
    }

    /// Text of captions.
    pub(crate) fn words(self) -> String {
        if self.smoothing() == 0.0 { "not smoothed".to_owned() } else { format!("smoothing {:.2}", self.smoothing()) }
    }

    /// The curve in percent: an exponential moving average of the bins, with bias correction for its start at zero.
    pub(crate) fn smooth(self, points: &[AccuracyPoint]) -> Vec<(f64, f64)> {
        let (mut sum, mut weight, mut before) = (0.0, 0.0, 0);
        let finite = points.iter().filter(|point| point.raw.is_finite());
        finite
            .map(|point| {
                let images = point.image.saturating_sub(before) as f64;
                before = point.image;
                let past = self.smoothing().powf(images / EACH);
                sum = past * sum + (1.0 - past) * f64::from(point.raw);
                weight = past * weight + (1.0 - past);
                let value = if weight > 0.0 { sum / weight } else { f64::from(point.raw) };
                (point.image as f64, 100.0 * value)
            })
            .collect()
    }
}

/// A parameter that was changed during a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark {
    /// Images shown before the change.
    pub image: u64,
    /// Name and new value of the parameter.
    pub words: String,
}

fn mark(id: ParamId, value: f64, image: u64) -> Mark {
    let spec = id.spec();
    Mark { image, words: format!("{} {} from image {}", spec.label, with_unit(spec, value), count(image + 1)) }
}

/// The parameter changes of a run that ended with `params`.
pub(crate) fn marks(params: &Params, until: &[Until]) -> Vec<Mark> {
    let after =
        |index: usize, id: ParamId| until[index + 1..].iter().find(|later| later.id == id).map_or(params.get(id), |later| later.value);
    until.iter().enumerate().map(|(index, change)| mark(change.id, after(index, change.id), change.image)).collect()
}

/// The parameter changes of the current run.
pub(crate) fn live_marks(snapshot: &Snapshot) -> Vec<Mark> {
    let mut found: Vec<(ParamId, f64, u64)> = Vec::new();
    for (applied, &image) in snapshot.applied.iter().zip(snapshot.applied_images.iter()) {
        let Recorded::Set(name, value) = &applied.change else { continue };
        let Some(id) = ParamId::from_name(name).filter(|_| image > 0) else { continue };
        // of several values set during one image, only the last one was used
        match found.iter_mut().rev().find(|known| known.0 == id && known.2 == image) {
            Some(known) => known.1 = *value,
            None => found.push((id, *value, image)),
        }
    }
    found.into_iter().map(|(id, value, image)| mark(id, value, image)).collect()
}

/// The properties that must be equal for two runs to count as seeds of one experiment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conditions {
    setup: Setup,
    params: Params,
    marks: Vec<Mark>,
    planned: u64,
    data: Arc<str>,
}

impl Conditions {
    /// That of the current run.
    pub(crate) fn live(snapshot: &Snapshot) -> Self {
        let Snapshot { setup, params, trial, data, .. } = snapshot;
        let (params, data) = (params.clone(), Arc::clone(data));
        Self { setup: *setup, params, marks: live_marks(snapshot), planned: trial.total, data }
    }

    /// That of another run.
    pub(crate) fn of(run: &FinishedRun) -> Self {
        let FinishedRun { setup, params, until, planned, data, .. } = run;
        Self { setup: *setup, params: params.clone(), marks: marks(params, until), planned: *planned, data: Arc::clone(data) }
    }
}

/// Groups of at least two runs with the same setup and different seeds, as indices into `runs`.
pub(crate) fn seeds(runs: &[(Conditions, u64)]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, (setup, seed)) in runs.iter().enumerate() {
        match groups.iter_mut().find(|group| runs[group[0]].0 == *setup) {
            // the same run twice does not count as a second seed
            Some(group) if group.iter().all(|&other| runs[other].1 != *seed) => group.push(index),
            Some(_) => {}
            None => groups.push(vec![index]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// A point of a mean over seeds: images, mean, lower and upper edge of the band.
pub(crate) type Spread = (f64, f64, f64, f64);

/// Mean and band of several curves, up to the end of the shortest. Curves with other bins are interpolated.
pub(crate) fn spread(curves: &[&[(f64, f64)]], band: Band) -> Vec<Spread> {
    let first = curves.iter().filter_map(|curve| curve.first()).map(|point| point.0).fold(0.0, f64::max);
    let last = curves.iter().map(|curve| curve.last().map_or(0.0, |point| point.0)).fold(f64::INFINITY, f64::min);
    let Some(grid) = curves.iter().max_by_key(|curve| curve.len()) else { return Vec::new() };
    let n = curves.len() as f64;
    let of = |x: f64| {
        let values: Vec<f64> = curves.iter().map(|curve| at(curve, x)).collect();
        let mean = values.iter().sum::<f64>() / n;
        let (low, high) = match band {
            Band::Range => values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (low.min(v), high.max(v))),
            Band::Deviation | Band::Off => {
                let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
                (mean - sd, mean + sd)
            }
        };
        (x, mean, low, high)
    };
    grid.iter().map(|point| point.0).filter(|x| (first..=last).contains(x)).map(of).collect()
}

/// The value of a curve at `x`, linearly interpolated.
pub(crate) fn at(curve: &[(f64, f64)], x: f64) -> f64 {
    let after = curve.partition_point(|point| point.0 < x);
    match (after.checked_sub(1).and_then(|before| curve.get(before)), curve.get(after)) {
        (Some(a), Some(b)) if b.0 > a.0 => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
        (_, Some(point)) | (Some(point), None) => point.1,
        (None, None) => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Template;

    fn bins(width: u64, of: impl Fn(u64) -> f32) -> Vec<AccuracyPoint> {
        (1..=6000 / width).map(|k| AccuracyPoint { image: k * width, raw: of(k), mean: 0.0 }).collect()
    }

    #[test]
    fn smoothing_is_independent_of_bin_width_and_zero_changes_nothing() {
        let choice = CurveChoice { smoothing: 0.9, ..CurveChoice::default() };
        // a step from 0 to 1 at image 3000, with the bins of a live run and of a stored one
        let fine = choice.smooth(&bins(10, |k| f32::from(u8::from(k > 300))));
        let coarse = choice.smooth(&bins(100, |k| f32::from(u8::from(k > 30))));
        for image in [3000.0, 3500.0, 4000.0, 6000.0] {
            assert!((at(&fine, image) - at(&coarse, image)).abs() < 1e-9, "{image}");
        }
        let raw = CurveChoice { smoothing: 0.0, ..choice }.smooth(&bins(100, |k| k as f32 / 100.0));
        assert!(raw.iter().zip(1..).all(|(point, k)| (point.1 - f64::from(k)).abs() < 1e-5));
        // bias correction: a constant curve is unchanged from the first bin on
        assert!(choice.smooth(&bins(10, |_| 0.5)).iter().all(|point| (point.1 - 50.0).abs() < 1e-9));
        assert_eq!(CurveChoice { smoothing: f32::NAN, ..choice }.smoothing(), 0.0);
        assert!(CurveChoice { smoothing: 7.0, ..choice }.smoothing() < 1.0);
    }

    #[test]
    fn mean_and_band_end_with_the_shortest_run() {
        let curves =
            [vec![(100.0, 10.0), (200.0, 20.0), (300.0, 90.0)], vec![(100.0, 20.0), (200.0, 40.0)], vec![(50.0, 0.0), (250.0, 60.0)]];
        let all: Vec<&[(f64, f64)]> = curves.iter().map(Vec::as_slice).collect();
        let sd = spread(&all, Band::Deviation);
        assert_eq!(sd.iter().map(|point| point.0).collect::<Vec<_>>(), [100.0, 200.0]);
        let (_, mean, low, high) = sd[0];
        assert!((mean - 15.0).abs() < 1e-9 && (high - mean - 5.0).abs() < 1e-9 && (mean - low - 5.0).abs() < 1e-9, "{sd:?}");
        let range = spread(&all, Band::Range);
        assert_eq!((range[1].2, range[1].3), (20.0, 45.0));
        assert!(spread(&[], Band::Range).is_empty());
    }

    #[test]
    fn runs_are_grouped_only_if_only_the_seed_differs() {
        let setup = |planned, eta: f64| {
            let mut params = Params::default();
            params.set(ParamId::Eta, eta).unwrap();
            Conditions { setup: Setup::Template(Template::Competing), params, marks: Vec::new(), planned, data: "a".into() }
        };
        let changed = Conditions { marks: vec![mark(ParamId::Eta, 0.3, 100)], ..setup(60_000, 0.1) };
        let runs = [
            (setup(60_000, 0.1), 1),
            (setup(60_000, 0.1), 2),
            (setup(60_000, 0.1), 2),
            (setup(10_000, 0.1), 3),
            (setup(60_000, 0.2), 4),
            (changed, 5),
            (Conditions { data: "b".into(), ..setup(60_000, 0.1) }, 6),
        ];
        assert_eq!(seeds(&runs), [[0, 1]]);
    }

    #[test]
    fn mark_shows_the_new_value() {
        let mut params = Params::default();
        params.set(ParamId::Eta, 0.3).unwrap();
        let until = [Until { id: ParamId::Eta, value: 0.1, image: 99 }, Until { id: ParamId::Eta, value: 0.2, image: 199 }];
        let marks = marks(&params, &until);
        assert_eq!(marks.iter().map(|mark| mark.image).collect::<Vec<_>>(), [99, 199]);
        assert!(marks[0].words.contains("0.2") && marks[0].words.contains("100"), "{marks:?}");
        assert!(marks[1].words.contains("0.3"), "{marks:?}");
    }
}
