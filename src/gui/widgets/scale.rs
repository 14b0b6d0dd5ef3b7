//! The scale of a slider: value to position and back, and the values that the pointer can set. Separate from painting, so that
//! it can be tested without a window.

use crate::params::{Domain, ParamId, ParamSpec, Params};

/// Mapping of the values from `min` to `max` to positions on a slider.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    /// Value at the left end.
    pub min: f64,
    /// Value at the right end.
    pub max: f64,
    /// Logarithmic.
    pub log: bool,
    /// Distance between neighbouring values; 0 means two significant digits instead.
    pub step: f64,
}

/// A range from 0 that is so many times as wide as a usual value is of use on a logarithmic scale only.
const WIDE: f64 = 1e5;
/// Durations, which the engine counts in steps of `dt`.
const ON_GRID: &[ParamId] = &[ParamId::TRef, ParamId::PresentMs, ParamId::RestMs, ParamId::RewardDelay, ParamId::PairLag];

impl Scale {
    /// The scale of a parameter; `None` for a choice. Durations are multiples of the time step in `params`.
    pub(crate) fn of(spec: &ParamSpec, params: &Params) -> Option<Self> {
        match spec.domain {
            Domain::Real { min, max, log } => {
                let step = if log { 0.0 } else { nice_step((max - min) / 250.0) };
                let dt = params.get(ParamId::Dt);
                let step = if ON_GRID.contains(&spec.id) { (step / dt).round().max(1.0) * dt } else { step };
                Some(Self { min, max, log, step })
            }
            // Counts that span several decades are logarithmic as well.
            Domain::Integer { .. } | Domain::Choice(_) => Self::of_domain(spec.domain),
        }
    }

    /// The scale of allowed values; `None` for a choice.
    pub(crate) fn of_domain(domain: Domain) -> Option<Self> {
        match domain {
            Domain::Real { min, max, log } => Some(Self { min, max, log, step: if log { 0.0 } else { nice_step((max - min) / 250.0) } }),
            Domain::Integer { min, max } => Some(Self { min, max, log: min > 0.0 && max / min > 300.0, step: 1.0 }),
            Domain::Choice(_) => None,
        }
    }

    /// The scale of allowed values near a value, up to ten times as large as it or as `usual`, where the whole range is much wider;
    /// logarithmic around `usual` where that is 0 to [`WIDE`] times it. `None` for a choice.
    pub(crate) fn near(domain: Domain, value: f64, usual: f64) -> Option<Self> {
        let whole = Self::of_domain(domain)?;
        let widest = whole.min.abs().max(whole.max.abs());
        let size = value.abs().max(usual.abs());
        if matches!(domain, Domain::Real { .. }) && whole.min == 0.0 && usual > 0.0 && widest >= WIDE * usual {
            // a larger value that was typed can be reached again
            let most = (1e3 * usual).max(10_f64.powf(value.max(usual).log10().ceil()));
            return Some(Self { min: 1e-2 * usual, max: most.min(widest), log: true, step: 0.0 });
        }
        let reach = nice_step(10.0 * if size > 0.0 { size } else { 0.01 * widest });
        if whole.log || reach >= widest {
            return Some(whole);
        }
        let (min, max) = (whole.min.max(-reach), whole.max.min(reach));
        Some(Self { min, max, step: whole.step.min(nice_step((max - min) / 250.0)), ..whole })
    }

    /// Position of `value`: 0 at the left end, 1 at the right.
    pub(crate) fn position(&self, value: f64) -> f64 {
        let value = value.clamp(self.min, self.max);
        if self.log { (value / self.min).ln() / (self.max / self.min).ln() } else { (value - self.min) / (self.max - self.min) }
    }

    /// The value at `position`.
    pub(crate) fn value(&self, position: f64) -> f64 {
        let position = position.clamp(0.0, 1.0);
        self.round(if self.log { self.min * (self.max / self.min).powf(position) } else { self.min + position * (self.max - self.min) })
    }

    /// The value after `steps` key presses.
    pub(crate) fn nudged(&self, value: f64, steps: f64) -> f64 {
        let coarse = if self.log { value * 1.05_f64.powf(steps) - value } else { self.step * steps };
        // A key press moves at least to the neighbouring value.
        let least = if self.step > 0.0 { self.step } else { unit_of(value) } * steps;
        let change = if coarse.abs() > least.abs() { coarse } else { least };
        self.round(value + change)
    }

    /// The nearest value on the grid of the slider.
    pub(crate) fn round(&self, value: f64) -> f64 {
        let step = if self.log { unit_of(value).max(self.step) } else { self.step };
        let rounded = if step > 0.0 { (value / step).round() * step } else { value };
        tidy(rounded).clamp(self.min, self.max)
    }
}

/// The unit of the second significant digit of `value`.
fn unit_of(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { 10_f64.powf(value.abs().log10().floor() - 1.0) }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
fn nice_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= least * 0.999).unwrap_or(10.0 * power)
}

/// Remove rounding errors: 0.30000000000000004 becomes 0.3.
fn tidy(value: f64) -> f64 {
    format!("{value:.9e}").parse().unwrap_or(value)
}

/// A value for display: at most four significant digits, thousands grouped, very small and very large values as powers of ten.
pub(crate) fn short(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e6).contains(&size) {
        let exponent = size.log10().floor();
        let mantissa = tidy(value / 10_f64.powf(exponent));
        return format!("{}e{exponent}", trim(format!("{mantissa:.2}")));
    }
    if size >= 10_000.0 && value.fract() == 0.0 {
        return grouped(value as i64);
    }
    let decimals = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
    trim(format!("{value:.decimals$}")).replace('-', "−")
}

/// A count with grouped thousands: 60,000.
pub(crate) fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if count < 0 { format!("−{text}") } else { text }
}

fn trim(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A value for display, with its unit.
pub(crate) fn with_unit(spec: &ParamSpec, value: f64) -> String {
    match spec.domain {
        Domain::Choice(words) => words.get(value as usize).copied().unwrap_or("?").to_owned(),
        Domain::Real { .. } | Domain::Integer { .. } if spec.unit.is_empty() => short(value),
        Domain::Real { .. } | Domain::Integer { .. } => in_seconds(format!("{} {}", short(value), spec.unit)),
    }
}

/// A time, or the end of a range of times, in s if it is ten seconds or longer: "1000 s", "0.1 ms to 1000 s". Other texts stay as they are.
pub(crate) fn in_seconds(text: String) -> String {
    let Some(rest) = text.strip_suffix(" ms") else { return text };
    let (before, number) = rest.rfind(' ').map_or(("", rest), |at| rest.split_at(at + 1));
    let value = number.replace(',', "").parse::<f64>().ok().filter(|ms| *ms >= LONG_MS);
    // typed again, it is the same time
    let Some(seconds) = value.map(|ms| ms / 1000.0).filter(|seconds| Some(seconds * 1000.0) == value) else { return text };
    let before = before.strip_suffix(" to ").map_or(before.to_owned(), |lowest| format!("{lowest} ms to "));
    format!("{before}{seconds} s")
}

/// A time from which on it is shown in seconds, in ms.
const LONG_MS: f64 = 1e4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::REGISTRY;

    #[test]
    fn long_times_are_shown_in_seconds_and_mean_the_same() {
        for (text, shown) in [
            ("200 ms", "200 ms"),
            ("9999 ms", "9999 ms"),
            ("1000000 ms", "1000 s"),
            ("0.1 to 1000000 ms", "0.1 ms to 1000 s"),
            ("12345.5 ms", "12.3455 s"),
            ("-60 mV", "-60 mV"),
            ("one of: soft, hard", "one of: soft, hard"),
            ("Uniform(0.5 ms, 10000 ms)", "Uniform(0.5 ms, 10000 ms)"),
        ] {
            assert_eq!(in_seconds(text.to_owned()), shown);
        }
        for spec in REGISTRY.iter().filter(|spec| spec.unit == "ms") {
            let shown = with_unit(spec, spec.default);
            assert_eq!(crate::params::parse_value(spec, &shown).ok(), Some(spec.default), "{}: {shown}", spec.name);
        }
    }

    #[test]
    fn every_position_of_every_slider_is_an_allowed_value() {
        let params = Params::default();
        for spec in REGISTRY {
            let Some(scale) = Scale::of(spec, &params) else {
                continue;
            };
            for k in 0..=1000 {
                let value = scale.value(f64::from(k) / 1000.0);
                assert!(spec.admits(value), "{}: {value}", spec.name);
            }
            assert_eq!((scale.value(0.0), scale.value(1.0)), (scale.min, scale.max), "{}", spec.name);
        }
    }

    #[test]
    fn key_press_changes_the_value_within_the_range() {
        let params = Params::default();
        for spec in REGISTRY {
            let Some(scale) = Scale::of(spec, &params) else {
                continue;
            };
            for start in [scale.min, spec.default, scale.max] {
                let (up, down) = (scale.nudged(start, 1.0), scale.nudged(start, -1.0));
                assert!(up > start || start == scale.max, "{} from {start}: {up}", spec.name);
                assert!(down < start || start == scale.min, "{} from {start}: {down}", spec.name);
                assert!(spec.admits(up) && spec.admits(down), "{}", spec.name);
            }
        }
    }

    #[test]
    fn wide_range_is_shown_near_the_value() {
        // the rate of a Poisson source: 0.1 Hz to 10 kHz, and more if more was typed
        let rate = Domain::Real { min: 0.0, max: 1e6, log: false };
        for (value, max) in [(0.0, 10_000.0), (1600.0, 10_000.0), (30_000.0, 100_000.0), (1e6, 1e6)] {
            let scale = Scale::near(rate, value, 10.0).unwrap();
            assert_eq!((scale.min, scale.max, scale.log), (0.1, max, true), "{value}");
            assert!((scale.nudged(value.max(0.1), 1.0) > value || value == max) && (0.0..=1.0).contains(&scale.position(value)));
        }
        let current = Domain::Real { min: -1000.0, max: 1000.0, log: false };
        let scale = Scale::near(current, -20.0, 0.0).unwrap();
        assert_eq!((scale.min, scale.max), (-200.0, 200.0));
        assert!(Scale::near(current, 0.0, 0.0).unwrap().max < 500.0);
        // a range that is not wide, and a logarithmic one, are shown whole
        for whole in [Domain::Real { min: -200.0, max: 200.0, log: false }, Domain::Real { min: 1.0, max: 1000.0, log: true }] {
            assert_eq!(Scale::near(whole, 50.0, 0.0), Scale::of_domain(whole));
        }
    }

    #[test]
    fn durations_stay_on_the_time_grid() {
        let mut params = Params::default();
        params.set(ParamId::Dt, 0.5).unwrap();
        let spec = ParamId::TRef.spec();
        let scale = Scale::of(spec, &params).unwrap();
        for k in 0..=100 {
            let value = scale.value(f64::from(k) / 100.0);
            assert_eq!((value / 0.5).fract(), 0.0, "{value}");
        }
    }

    #[test]
    fn values_are_written_with_four_significant_digits() {
        for (value, text) in
            [(0.05, "0.05"), (1e7, "1e7"), (-52.0, "−52"), (0.0, "0"), (60_000.0, "60,000"), (1.05, "1.05"), (1e-6, "1e-6"), (128.0, "128")]
        {
            assert_eq!(short(value), text);
        }
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
