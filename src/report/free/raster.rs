//! The last second of recorded spikes, or less where there are many, read from `recordings/spikes.npz`.

use crate::model::NetworkSpec;
use crate::report::ReportError;
use crate::report::figures::{css, linear, look};
use crate::report::words::number;
use maud::html;
use std::fs::File;
use std::io::{BufReader, Error, Read};
use std::path::Path;

/// Length of the excerpt in ms.
const EXCERPT_MS: f64 = 1000.0;
/// Rows of a population, at most.
const ROWS: u32 = 60;
/// Spikes of a drawing, at most.
const MOST: usize = 12_000;
const WIDTH: f64 = 760.0;
const ROW: f64 = 3.0;
const GAP: f64 = 10.0;

/// An excerpt of the spikes of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    /// First and last ms.
    pub span_ms: (f64, f64),
    /// Time in ms, population and neuron of every spike that is drawn.
    pub spikes: Vec<(f64, u32, u32)>,
    /// Populations with recorded spikes: index, name and rows.
    populations: Vec<(u32, String, u32)>,
}

impl Raster {
    /// Read the excerpt before step `end`; none if there is no such file.
    pub(super) fn read(path: &Path, network: &NetworkSpec, end: u64) -> Result<Option<Self>, ReportError> {
        if !path.is_file() {
            return Ok(None);
        }
        let unreadable = |error: Error| ReportError::Unreadable { path: path.to_owned(), reason: error.to_string() };
        let start = end.saturating_sub((EXCERPT_MS / network.dt_ms).round() as u64);
        let steps = column::<8>(path, "step", 0).map_err(unreadable)?;
        // in ascending order
        let first = steps.iter().position(|step| *step >= start).unwrap_or(steps.len());
        let [populations, neurons] = ["population", "neuron"].map(|name| column::<4>(path, name, first));
        let (populations, neurons) = (populations.map_err(unreadable)?, neurons.map_err(unreadable)?);
        let sizes: Vec<u32> = network.populations.iter().map(|population| population.size().min(ROWS)).collect();
        let all = steps[first..].iter().zip(populations).zip(neurons).map(|((step, population), neuron)| (*step, population, neuron));
        let drawn = all.filter(|(step, population, neuron)| {
            *step < end && sizes.get(*population as usize).is_some_and(|&rows| *neuron < u64::from(rows))
        });
        let drawn: Vec<(f64, u32, u32)> =
            drawn.map(|(step, population, neuron)| (step as f64 * network.dt_ms, population as u32, neuron as u32)).collect();
        let span_ms = (start as f64 * network.dt_ms, end as f64 * network.dt_ms);
        Ok(Some(Self::of(network, span_ms, drawn)))
    }

    /// An excerpt of spikes in the order of time, of up to 60 neurons of each population; of many spikes the last ones, in a shorter
    /// excerpt.
    pub(in crate::report) fn of(network: &NetworkSpec, (start, end): (f64, f64), mut spikes: Vec<(f64, u32, u32)>) -> Self {
        let left_out = spikes.len().saturating_sub(MOST);
        spikes.drain(..left_out);
        let begin = if left_out > 0 { spikes[0].0 } else { start };
        let seen = |index: u32| spikes.iter().any(|(_, population, _)| *population == index);
        let populations = (0..).zip(&network.populations).filter(|(index, _)| seen(*index));
        let populations = populations.map(|(index, population)| (index, population.name.clone(), population.size().min(ROWS))).collect();
        Self { span_ms: (begin, end), spikes, populations }
    }

    /// The drawing: a dot for every spike, a band for every population.
    pub(in crate::report) fn svg(&self, alt: &str) -> String {
        let (low, high) = self.span_ms;
        let left = self.populations.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or(0) as f64 * 7.5 + 14.0;
        let x = |ms: f64| left + (WIDTH - left - 14.0) * (ms - low) / (high - low).max(f64::MIN_POSITIVE);
        let mut tops = Vec::new();
        let mut bottom = 6.0;
        for (index, name, rows) in &self.populations {
            tops.push((*index, name, bottom, f64::from(*rows) * ROW));
            bottom += f64::from(*rows).max(5.0) * ROW + GAP;
        }
        let top = |population: u32| tops.iter().find(|(index, ..)| *index == population).map_or(0.0, |(_, _, top, _)| *top);
        let marks = linear(low, high, 5);
        html! {
            svg role="img" xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {WIDTH} {}", bottom + 40.0)) width=(WIDTH) font-family="sans-serif" font-size="13" fill="currentColor" {
                title { (alt) }
                @for (index, name, top, high) in &tops {
                    @let colour = css(look(*index as usize).0);
                    text x=(left - 10.0) y=(top + high / 2.0 + 4.5) text-anchor="end" { (name) }
                    line x1=(left) x2=(left) y1=(top) y2=(top + high) stroke=(colour) stroke-width="2" {}
                }
                @for (index, ..) in &tops {
                    @let colour = css(look(*index as usize).0);
                    g fill=(colour) {
                        @for (ms, _, neuron) in self.spikes.iter().filter(|(_, population, _)| population == index) {
                            rect x=(format!("{:.1}", x(*ms))) y=(format!("{:.1}", top(*index) + f64::from(*neuron) * ROW)) width="1.4" height="2.4" {}
                        }
                    }
                }
                @for mark in marks {
                    text x=(x(mark)) y=(bottom + 14.0) text-anchor="middle" { (number(mark)) }
                }
                text x=(left.midpoint(WIDTH)) y=(bottom + 34.0) text-anchor="middle" { "time (ms)" }
            }
        }
        .into_string()
    }
}

/// The little-endian integers of `N` bytes of an array in an NPZ file, from number `from` on.
fn column<const N: usize>(path: &Path, name: &str, from: usize) -> Result<Vec<u64>, Error> {
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?)).map_err(Error::other)?;
    let entry = archive.by_name(&format!("{name}.npy")).map_err(Error::other)?;
    let mut source = BufReader::with_capacity(1 << 16, entry);
    let mut start = [0; 10];
    source.read_exact(&mut start)?;
    if !start.starts_with(b"\x93NUMPY\x01") {
        return Err(Error::other(format!("{name} is no NumPy array of format 1")));
    }
    let header = u64::from(u16::from_le_bytes([start[8], start[9]]));
    let mut words = String::new();
    source.by_ref().take(header).read_to_string(&mut words)?;
    if !words.contains(if N == 8 { "'<u8'" } else { "'<u4'" }) {
        return Err(Error::other(format!("{name} has another type of numbers than `spikescope run` writes")));
    }
    std::io::copy(&mut source.by_ref().take((from * N) as u64), &mut std::io::sink())?;
    let (mut values, mut bytes) = (Vec::new(), [0; N]);
    loop {
        match source.read_exact(&mut bytes) {
            Ok(()) => values.push(bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(values),
            Err(error) => return Err(error),
        }
    }
}
