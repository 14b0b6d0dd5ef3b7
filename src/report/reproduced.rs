//! The report on a reproduced result: a page with the table of the quantities and the figures, the figures as files, and a CSV.

mod maze;

use super::css::CSS;
use super::figures::{Axis, Bars, Lines, Series, linear, look};
use super::free::Raster;
use super::words::number;
use super::{ReportError, write};
use crate::study::reproduce::{Checked, Reproduced, Seen};
use maud::{DOCTYPE, PreEscaped, html};
use std::path::Path;

/// Size of a chart in points.
const SIZE: (u32, u32) = (760, 240);

/// Where and when a result was computed.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Provenance {
    /// Version of the program.
    pub version: String,
    /// Processor architecture, operating system, cores and vector instructions.
    pub machine: String,
    /// Date and time in UTC.
    pub date: String,
    /// Simulated time in ms.
    pub simulated_ms: f64,
    /// Time that it took, in seconds.
    pub seconds: f64,
}

/// A figure: name of its file, caption, drawing.
struct Figure {
    file: String,
    caption: String,
    svg: String,
}

/// Write `report.html`, `quantities.csv` and the figures into a folder; returns the names of the figures.
pub fn write_reproduced(folder: &Path, title: &str, done: &Reproduced, from: &Provenance) -> Result<Vec<String>, ReportError> {
    let figures: Vec<Figure> = done.seen.iter().flat_map(figures).collect();
    for figure in &figures {
        write(&folder.join(&figure.file), figure.svg.as_bytes())?;
    }
    write(&folder.join("quantities.csv"), &table(done, from))?;
    write(&folder.join("report.html"), page(title, done, from, &figures).as_bytes())?;
    Ok(figures.into_iter().map(|figure| figure.file).collect())
}

/// Quantities beside their ranges, with what determines them in every row.
fn table(done: &Reproduced, from: &Provenance) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "preset",
        "form",
        "seed",
        "condition",
        "quantity",
        "value",
        "unit",
        "expected_from",
        "expected_to",
        "within",
        "source",
        "version",
        "machine",
        "date",
    ];
    // invariant: every row has one cell per column, and writing to memory cannot fail
    writer.write_record(head).ok();
    for one in &done.checked {
        let row = [
            done.preset.to_owned(),
            form(done).to_owned(),
            done.seed.to_string(),
            one.condition.clone(),
            one.quantity.clone(),
            one.value.map_or_else(String::new, |value| value.to_string()),
            one.unit.clone(),
            one.range.0.to_string(),
            one.range.1.to_string(),
            one.within.to_string(),
            one.source.clone(),
            from.version.clone(),
            from.machine.clone(),
            from.date.clone(),
        ];
        writer.write_record(row).ok();
    }
    writer.into_inner().unwrap_or_default()
}

fn form(done: &Reproduced) -> &'static str {
    if done.small { "small" } else { "full" }
}

/// A value with its unit.
fn value(one: &Checked) -> String {
    one.value.map_or_else(|| "none".to_owned(), |value| format!("{} {}", number(value), one.unit).trim_end().to_owned())
}

fn page(title: &str, done: &Reproduced, from: &Provenance, figures: &[Figure]) -> String {
    let right = done.checked.iter().filter(|one| one.within).count();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(CSS)) }
            }
            body {
                header {
                    h1 { (title) }
                    p.lead { (right) " of " (done.checked.len()) " quantities are within their expected ranges." }
                    p.note {
                        "Preset " code { (done.preset) } ", " (form(done)) " form, seed " (done.seed) "; "
                        (number(from.simulated_ms / 1000.0)) " s simulated in " (number(from.seconds)) " s by Spikescope " (from.version)
                        " on " (from.machine) ", " (from.date) "."
                    }
                }
                main {
                    div.scroll { table {
                        thead { tr { th { "condition" } th { "quantity" } th { "value" } th { "expected" } th { "within" } th { "source" } } }
                        tbody { @for one in &done.checked { tr {
                            td { (one.condition) }
                            td { (one.quantity) }
                            td { (value(one)) }
                            td { (number(one.range.0)) " to " (number(one.range.1)) " " (one.unit) }
                            td { @if one.within { "yes" } @else { strong { "no" } } }
                            td { (one.source) }
                        } } }
                    } }
                    h2 { "Conditions" }
                    dl { @for one in &done.conditions { dt { (one.name) } dd { (one.words) } } }
                    @for figure in figures { figure { (PreEscaped(&figure.svg)) figcaption { (figure.caption) } } }
                }
            }
        }
    }
    .into_string()
}

/// Raster, population rates and weights of a condition.
fn figures(seen: &Seen) -> Vec<Figure> {
    let stem = |what: &str| format!("{what}-{}.svg", seen.name.replace(' ', "-"));
    let mut all = Vec::new();
    let raster = seen.observed.raster();
    if !raster.is_empty() {
        let caption = format!("{}: spikes of up to 60 neurons of each population.", seen.name);
        let svg = Raster::of(&seen.network, seen.observed.span_ms(), raster).svg(&caption);
        all.push(Figure { file: stem("raster"), caption, svg });
    }
    all.extend(rates(seen, &stem));
    all.extend(curves(seen, &stem));
    all.extend(maze::figures(seen, &stem));
    for (index, weights) in seen.weights.iter().enumerate() {
        let (low, high) = weights.range;
        let width = (high - low) / weights.bins.len() as f64;
        let total = weights.bins.iter().sum::<u64>().max(1) as f64;
        let columns: Vec<(f64, f64)> =
            weights.bins.iter().enumerate().map(|(bin, n)| (low + bin as f64 * width, 100.0 * *n as f64 / total)).collect();
        let most = columns.iter().map(|column| column.1).fold(1.0, f64::max);
        let axis = |label: String, low: f64, high: f64| Axis { label, range: (low, high), marks: linear(low, high, 5), log: false };
        let bars = Bars {
            x: axis(format!("weight ({})", weights.unit), low, high),
            y: axis("weights (%)".to_owned(), 0.0, 1.1 * most),
            width: 0.9 * width,
            columns,
            colour: look(index).0,
        };
        let caption = format!("{}: weights of {} at the end.", seen.name, weights.projection);
        let svg = bars.svg(SIZE, &caption);
        let file = if seen.weights.len() > 1 { stem(&format!("weights-{index}")) } else { stem("weights") };
        all.push(Figure { file, caption, svg });
    }
    all
}

/// Rates of neurons over the current that they receive.
fn curves(seen: &Seen, stem: &impl Fn(&str) -> String) -> Option<Figure> {
    let points = || seen.curves.iter().flat_map(|curve| &curve.points);
    let most = |of: fn(&(f64, f64)) -> f64| points().map(of).reduce(f64::max).filter(|most| *most > 0.0);
    let (current, rate) = (most(|point| point.0)?, 1.1 * most(|point| point.1)?);
    let series = seen.curves.iter().enumerate();
    let lines = Lines {
        x: Axis { label: "current R I (mV)".to_owned(), range: (0.0, current), marks: linear(0.0, current, 5), log: false },
        y: Axis { label: "rate (Hz)".to_owned(), range: (0.0, rate), marks: linear(0.0, rate, 5), log: false },
        series: series
            .map(|(index, curve)| Series { look: look(index), faint: false, points: curve.points.clone(), dots: false, spread: Vec::new() })
            .collect(),
    };
    let names: Vec<&str> = seen.curves.iter().map(|curve| curve.population.as_str()).collect();
    let caption = format!("{}: rates over the current, in the order of the colours of {}.", seen.name, names.join(", "));
    let svg = lines.svg(SIZE, &caption);
    Some(Figure { file: stem("currents"), caption, svg })
}

/// Rates of the populations with membranes over the time of the raster.
fn rates(seen: &Seen, stem: &impl Fn(&str) -> String) -> Option<Figure> {
    let (low, high) = seen.observed.span_ms();
    let (bin_ms, all) = (seen.observed.bin_ms(), seen.observed.rates_hz());
    let shown = (((high - low) / bin_ms).round() as usize).max(2);
    let populations = seen.network.populations.iter().enumerate().filter(|(_, one)| one.model.has_potential() && one.size() > 1);
    let series: Vec<Series> = populations
        .map(|(index, _)| {
            let rates = &all[index];
            let last = &rates[rates.len().saturating_sub(shown)..];
            let points = last.iter().enumerate().map(|(bin, rate)| (high - (last.len() - bin) as f64 * bin_ms, *rate)).collect();
            Series { look: look(index), faint: false, points, dots: false, spread: Vec::new() }
        })
        .collect();
    let most = series.iter().flat_map(|one| one.points.iter().map(|point| point.1)).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let lines = Lines {
        x: Axis { label: "time (ms)".to_owned(), range: (low, high), marks: linear(low, high, 5), log: false },
        y: Axis { label: "rate (Hz)".to_owned(), range: (0.0, 1.1 * most), marks: linear(0.0, 1.1 * most, 5), log: false },
        series,
    };
    let caption = format!("{}: population rates in bins of {} ms, in the colours of the raster.", seen.name, bin_ms);
    let svg = lines.svg(SIZE, &caption);
    Some(Figure { file: stem("rates"), caption, svg })
}
