//! Rates over the constant current (f-I curve), and the rheobase.

use super::closed::rate_hz;
use super::simulate::{Input, Record, simulate, steps};
use super::{Protocol, Subject, evenly};

/// Currents that are simulated at once to narrow the rheobase, the limits included.
const AT_ONCE: usize = 32;
/// Times that it is narrowed.
const NARROWED: usize = 2;

/// A current and what a neuron does under it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct CurvePoint {
    /// The constant current, in the unit of currents.
    pub current: f64,
    /// Rate in Hz after the discarded time: that of the mean interval, 0 without spikes.
    pub rate_hz: f64,
    /// Rate in Hz of the first interval; none with fewer than two spikes.
    pub first_hz: Option<f64>,
    /// The closed form, where there is one, in Hz.
    pub closed_hz: Option<f64>,
}

/// The f-I curve.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RateCurve {
    /// By current.
    pub points: Vec<CurvePoint>,
    /// The current above which a neuron at rest fires when the current sets in, as simulated; none if it is not in the range of the
    /// currents, or lost in membrane noise.
    pub rheobase: Option<f64>,
}

impl RateCurve {
    /// Simulate one neuron for each current. With false from `go_on` the answer is none.
    pub fn of(subject: &Subject, protocol: &Protocol, go_on: &dyn Fn() -> bool) -> Result<Option<Self>, String> {
        let [discard, measure] = [protocol.discard_ms, protocol.measure_ms].map(|ms| steps(subject, ms));
        let all = discard + measure;
        let run =
            |subject: &Subject, currents: &[f64]| simulate(subject, &Input::Steps(currents, [0, all]), (all, protocol.seed, false), go_on);
        let Some(record) = run(subject, &protocol.currents)? else { return Ok(None) };
        let point = |(&current, spikes): (&f64, &Vec<u64>)| {
            let first_hz = spikes.get(1).map(|second| 1e3 / ((second - spikes[0]) as f64 * subject.dt_ms));
            let counted = &spikes[spikes.partition_point(|step| *step < discard)..];
            let rate = mean_rate_hz(counted, subject.dt_ms, measure);
            CurvePoint { current, rate_hz: rate, first_hz, closed_hz: rate_hz(&subject.model, subject.dt_ms, current) }
        };
        let points = protocol.currents.iter().zip(&record.spikes).map(point).collect();
        let quiet = subject.without_noise();
        let mut bracket = if subject.is_noisy() {
            let Some(record) = run(&quiet, &protocol.currents)? else { return Ok(None) };
            first_firing(&protocol.currents, &record)
        } else {
            first_firing(&protocol.currents, &record)
        };
        for _ in 0..NARROWED {
            let Some([silent, firing]) = bracket else { break };
            let currents = evenly(silent, firing, AT_ONCE);
            let Some(record) = run(&quiet, &currents)? else { return Ok(None) };
            bracket = first_firing(&currents, &record);
        }
        Ok(Some(Self { points, rheobase: bracket.map(|[silent, firing]| 0.5 * (silent + firing)) }))
    }

    /// The slope in Hz per unit of current of the line of least squares through the points that fire; none with fewer than two.
    pub fn gain(&self) -> Option<f64> {
        let firing: Vec<_> = self.points.iter().filter(|point| point.rate_hz > 0.0).collect();
        let mean = |of: fn(&CurvePoint) -> f64| firing.iter().map(|point| of(point)).sum::<f64>() / firing.len() as f64;
        let (x, y) = (mean(|point| point.current), mean(|point| point.rate_hz));
        let sum = |of: &dyn Fn(&CurvePoint) -> f64| firing.iter().map(|point| of(point)).sum::<f64>();
        let square = sum(&|point| (point.current - x) * (point.current - x));
        (square > 0.0).then(|| sum(&|point| (point.current - x) * (point.rate_hz - y)) / square)
    }
}

/// The current below which all neurons are silent, and the next one, whose neuron fires.
fn first_firing(currents: &[f64], record: &Record) -> Option<[f64; 2]> {
    let first = record.spikes.iter().position(|spikes| !spikes.is_empty())?;
    Some([currents[first.checked_sub(1)?], currents[first]])
}

/// Of the mean interval; with one spike, one in the whole time.
fn mean_rate_hz(spikes: &[u64], dt_ms: f64, measured: u64) -> f64 {
    match spikes {
        [first, .., last] => 1e3 * (spikes.len() - 1) as f64 / ((last - first) as f64 * dt_ms),
        _ => 1e3 * spikes.len() as f64 / (measured as f64 * dt_ms),
    }
}
