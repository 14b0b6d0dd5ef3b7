//! The files about one neuron: figures and tables of its f-I curve, step response, intervals and phase plane.

use super::figures::{Axis, Bars, Lines, Series, linear, look};
use super::{ReportError, write};
use crate::experiment::characterise::{NoisyIntervals, PhasePlane, Protocol, RateCurve, StepResponse, Subject};
use std::path::Path;

/// Size of a chart in points.
const SIZE: (u32, u32) = (760, 300);
/// Bins of the histogram of intervals.
const BINS: usize = 40;

/// All that was measured of a neuron.
#[derive(Debug, Clone, PartialEq)]
pub struct Characterised {
    /// The neuron.
    pub subject: Subject,
    /// What it was given.
    pub protocol: Protocol,
    /// Rates over the current.
    pub curve: RateCurve,
    /// Response to a step.
    pub step: StepResponse,
    /// Intervals under noise.
    pub noise: NoisyIntervals,
    /// Phase plane, or why there is none.
    pub plane: Result<PhasePlane, String>,
}

/// Write figures as SVG and tables as CSV into a folder; returns their names.
pub fn write_characterised(folder: &Path, done: &Characterised) -> Result<Vec<String>, ReportError> {
    let unit = done.subject.unit();
    let mut files: Vec<(&str, Vec<u8>)> = vec![
        ("f-i.svg", curve_figure(done).into_bytes()),
        ("f-i.csv", curve_table(&done.curve, unit)),
        ("step.svg", potential_figure(done).into_bytes()),
        ("step.csv", step_table(&done.step)),
        ("spikes.csv", table(&["time_ms"], done.step.spikes_ms.iter().map(|ms| vec![Some(*ms)]))),
        ("intervals.svg", intervals_figure(done).into_bytes()),
        ("intervals.csv", table(&["interval_ms"], done.noise.intervals_ms.iter().map(|ms| vec![Some(*ms)]))),
    ];
    files.extend(second_figure(done).map(|svg| ("step-second.svg", svg.into_bytes())));
    if let Ok(plane) = &done.plane {
        files.push(("phase-plane.svg", plane_figure(done, plane).into_bytes()));
        files.push(("nullclines.csv", nullclines_table(plane)));
    }
    for (name, bytes) in &files {
        write(&folder.join(name), bytes)?;
    }
    Ok(files.into_iter().map(|(name, _)| name.to_owned()).collect())
}

/// A table of numbers; cells without one are empty.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<Option<f64>>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // invariant: every row has one cell per column, and writing to memory cannot fail
    writer.write_record(head).ok();
    for row in rows {
        writer.write_record(row.into_iter().map(|value| value.map_or_else(String::new, |value| value.to_string()))).ok();
    }
    writer.into_inner().unwrap_or_default()
}

fn curve_table(curve: &RateCurve, unit: &str) -> Vec<u8> {
    let current = format!("current_{}", column(unit));
    let rows = curve.points.iter().map(|point| vec![Some(point.current), Some(point.rate_hz), point.first_hz, point.closed_hz]);
    table(&[&current, "rate_hz", "first_interval_hz", "closed_form_hz"], rows)
}

/// A unit in the name of a column.
fn column(unit: &str) -> String {
    unit.to_lowercase().replace('/', "_per_")
}

fn step_table(step: &StepResponse) -> Vec<u8> {
    let second = step.second_name.map(|(name, unit)| format!("{name}_{}", column(unit)));
    let head: Vec<&str> = ["time_ms", "v_mv"].into_iter().chain(second.as_deref()).collect();
    let rows = step
        .potential()
        .enumerate()
        .map(|(k, (ms, v_mv))| [Some(ms), Some(v_mv)].into_iter().chain(second.is_some().then(|| step.second.get(k).copied())).collect());
    table(&head, rows)
}

fn nullclines_table(plane: &PhasePlane) -> Vec<u8> {
    let name = plane.second.0;
    let head =
        ["v_mv".to_owned(), format!("{name}_where_v_rests"), format!("{name}_where_v_rests_in_step"), format!("{name}_where_{name}_rests")];
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let [without, during] = &plane.v_nullclines;
    let rows = without.iter().zip(during).zip(&plane.second_nullcline);
    table(&head, rows.map(|((without, during), second)| vec![Some(without.0), Some(without.1), Some(during.1), Some(second.1)]))
}

/// An axis over these values, with a margin above.
fn axis(label: String, (low, high): (f64, f64)) -> Axis {
    let high = if high > low { high } else { low + 1.0 };
    Axis { label, range: (low, high), marks: linear(low, high, 6), log: false }
}

fn series(index: usize, points: Vec<(f64, f64)>) -> Series {
    Series { look: look(index), faint: false, points, dots: false, spread: Vec::new() }
}

/// Lowest and highest value, with a margin of a twentieth.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let room = 0.05 * (high - low).max(1e-6);
    if low <= high { (low - room, high + room) } else { (0.0, 1.0) }
}

fn curve_figure(done: &Characterised) -> String {
    let points = &done.curve.points;
    let of = |value: fn(&crate::experiment::characterise::CurvePoint) -> Option<f64>| -> Vec<(f64, f64)> {
        points.iter().filter_map(|point| Some((point.current, value(point)?))).collect()
    };
    let (rates, closed) = (of(|point| Some(point.rate_hz)), of(|point| point.closed_hz));
    let most = rates.iter().chain(&closed).map(|point| point.1).fold(10.0, f64::max);
    let range = (points.first().map_or(0.0, |point| point.current), points.last().map_or(1.0, |point| point.current));
    let mut all = vec![Series { dots: true, ..series(0, rates) }];
    let mut caption = format!("Rate of {} over the constant current (points: simulated", done.subject.population);
    if !closed.is_empty() {
        all.push(series(1, closed));
        caption.push_str("; second line: closed form");
    }
    let label = format!("{} ({})", done.subject.current_words(), done.subject.unit());
    Lines { x: axis(label, range), y: axis("rate (Hz)".to_owned(), (0.0, 1.05 * most)), series: all }.svg(SIZE, &(caption + ")"))
}

/// The potential with a stroke up to the top at every spike.
fn potential_figure(done: &Characterised) -> String {
    let step = &done.step;
    let (low, high) = span(step.v_mv.iter().copied());
    let top = high + 0.3 * (high - low);
    let end = step.v_mv.len() as f64 * step.sample_ms;
    let strokes = step.spikes_ms.iter().map(|ms| series(1, vec![(*ms, high), (*ms, top)]));
    let all = std::iter::once(series(0, step.potential().collect())).chain(strokes).collect();
    let caption = format!(
        "Potential of {} under a step of {} {} from {} to {} ms; strokes: spikes",
        done.subject.population,
        step.current,
        done.subject.unit(),
        step.step_ms[0],
        step.step_ms[1]
    );
    Lines { x: axis("time (ms)".to_owned(), (0.0, end)), y: axis("potential (mV)".to_owned(), (low, top)), series: all }.svg(SIZE, &caption)
}

fn second_figure(done: &Characterised) -> Option<String> {
    let (step, (name, unit)) = (&done.step, done.step.second_name?);
    let end = step.second.len() as f64 * step.sample_ms;
    let y = axis(format!("{name} ({unit})"), span(step.second.iter().copied()));
    let lines = Lines { x: axis("time (ms)".to_owned(), (0.0, end)), y, series: vec![series(2, step.second().collect())] };
    Some(lines.svg(SIZE, &format!("{name} of {} under the same step", done.subject.population)))
}

fn intervals_figure(done: &Characterised) -> String {
    let (width, shares) = done.noise.histogram(BINS);
    let columns: Vec<(f64, f64)> = shares.iter().enumerate().map(|(bin, share)| (bin as f64 * width, *share)).collect();
    let most = shares.iter().copied().fold(1.0, f64::max);
    let bars = Bars {
        x: axis("interval (ms)".to_owned(), (0.0, BINS as f64 * width)),
        y: axis("intervals (%)".to_owned(), (0.0, 1.1 * most)),
        width: 0.9 * width,
        columns,
        colour: look(0).0,
    };
    let cv = done.noise.cv.map_or_else(String::new, |cv| format!(", CV {cv:.2}"));
    bars.svg(SIZE, &format!("Intervals of {} under noise{cv}", done.subject.population))
}

/// Course, nullclines (the potential's without current dashed) and fixed points.
fn plane_figure(done: &Characterised, plane: &PhasePlane) -> String {
    let inside = |points: &[(f64, f64)]| {
        let [low, high] = plane.second_range;
        points.iter().copied().filter(|point| (low..=high).contains(&point.1)).collect::<Vec<_>>()
    };
    let [without, during] = &plane.v_nullclines;
    let dashed = |mut line: Series| {
        line.look.1 = true;
        line
    };
    let mut all: Vec<Series> = parts(&inside(without)).map(|part| dashed(series(1, part))).collect();
    all.extend(parts(&inside(during)).map(|part| series(1, part)));
    all.extend(parts(&inside(&plane.second_nullcline)).map(|part| series(2, part)));
    let course = plane.course.split(|point| point.0.is_nan());
    all.extend(course.filter(|part| part.len() > 1).map(|part| Series { faint: true, ..series(0, part.to_vec()) }));
    let points = plane.fixed_points.iter().flatten();
    all.extend(
        points.map(|point| Series {
            dots: true,
            ..series(if point.stability.is_stable() { 2 } else { 1 }, vec![(point.v_mv, point.second)])
        }),
    );
    let (name, unit) = plane.second;
    let caption = format!(
        "Phase plane of {}: nullcline of the potential during the step (without current: dashed), nullcline of {name}, fixed points, and the course during the step",
        done.subject.population
    );
    let y = axis(format!("{name} ({unit})"), (plane.second_range[0], plane.second_range[1]));
    Lines { x: axis("potential (mV)".to_owned(), (plane.v_mv[0], plane.v_mv[1])), y, series: all }.svg((760, 420), &caption)
}

/// A nullcline that leaves the figure in between, in parts.
fn parts(points: &[(f64, f64)]) -> impl Iterator<Item = Vec<(f64, f64)>> + '_ {
    let width = points.windows(2).map(|pair| pair[1].0 - pair[0].0).fold(f64::INFINITY, f64::min);
    points.chunk_by(move |a, b| b.0 - a.0 < 1.5 * width).map(<[_]>::to_vec)
}
