//! Values with units: "20 ms", "0.02 s", "soft". One parser for presets, `--set` and the value fields of the window.

use super::{Domain, ParamSpec};

/// Why a text is not a valid value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not a number.
    #[error("\"{0}\" is not a number")]
    NotANumber(String),
    /// A number with an incompatible unit.
    #[error("the unit \"{given}\" does not apply, expected {expected}{}", hint(.given, .expected))]
    WrongUnit {
        /// The given unit.
        given: String,
        /// The unit of the registry.
        expected: &'static str,
    },
    /// A decimal comma.
    #[error("\"{0}\" has a comma; write a decimal point, as in 0.5")]
    Comma(String),
    /// Not one of the names.
    #[error("unknown choice \"{0}\"")]
    NotAChoice(String),
}

/// How a current or conductance is written where a potential is expected.
fn hint(given: &str, expected: &str) -> &'static str {
    match (given.chars().last(), expected) {
        (Some('V'), "nS") => {
            "; the neurons have conductance-based synapses, whose weights are conductances: write for example \"6 nS\", which at g_l = 10 nS is 0.6 leak conductances"
        }
        (Some('S'), "mV") => {
            "; the neurons have current-based synapses, whose weights are in mV; write for example \"0.1 mV\", or choose neurons with conductances (LifCond)"
        }
        (Some('A'), "mV") => {
            "; a current I is written as R I, its depolarisation in the steady state: I tau_m/C_m, for example 250 pA x 20 ms/250 pF = 20 mV"
        }
        _ => "",
    }
}

/// Accepted unit, registry unit, conversion factor.
const CONVERSIONS: &[(&str, &str, f64)] = &[
    ("s", "ms", 1e3),
    ("us", "ms", 1e-3),
    // the micro sign, and the Greek letter that looks the same
    ("\u{b5}s", "ms", 1e-3),
    ("\u{3bc}s", "ms", 1e-3),
    ("V", "mV", 1e3),
    ("uV", "mV", 1e-3),
    ("\u{b5}V", "mV", 1e-3),
    ("\u{3bc}V", "mV", 1e-3),
    ("pS", "nS", 1e-3),
    ("uS", "nS", 1e3),
    ("\u{b5}S", "nS", 1e3),
    ("\u{3bc}S", "nS", 1e3),
    ("kHz", "Hz", 1e3),
    ("pA", "nA", 1e-3),
    ("uA", "nA", 1e3),
    ("\u{b5}A", "nA", 1e3),
    ("\u{3bc}A", "nA", 1e3),
    // Greek omega in the registry, and the sign for ohm that looks the same
    ("MOhm", "M\u{3a9}", 1.0),
    ("M\u{2126}", "M\u{3a9}", 1.0),
    ("G\u{3a9}", "M\u{3a9}", 1e3),
    ("G\u{2126}", "M\u{3a9}", 1e3),
    ("%", "", 1e-2),
];

/// Read a value of `spec` in its registry unit. A number without a unit is in that unit.
pub fn parse_value(spec: &ParamSpec, text: &str) -> Result<f64, QuantityError> {
    parse_quantity(spec.domain, spec.unit, text).map(|(value, _)| value)
}

/// Read a value of `domain` in `unit`, and whether the text names a unit; without one, the number is in `unit`. The index
/// of a choice. The range is not checked.
pub fn parse_quantity(domain: Domain, own: &'static str, text: &str) -> Result<(f64, bool), QuantityError> {
    let text = text.trim();
    if let Domain::Choice(words) = domain {
        return words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(text))
            .map(|index| (index as f64, false))
            .ok_or_else(|| QuantityError::NotAChoice(text.to_owned()));
    }
    let digits = text
        .char_indices()
        .take_while(|&(i, c)| {
            c.is_ascii_digit()
                || matches!(c, '.' | '+' | '-')
                // 1e-3, but not the e of an unknown unit
                || (matches!(c, 'e' | 'E') && i > 0 && text[i + 1..].starts_with(|n: char| n.is_ascii_digit() || n == '-' || n == '+'))
        })
        .last()
        .map_or(0, |(i, c)| i + c.len_utf8());
    let (number, unit) = (&text[..digits], text[digits..].trim());
    if unit.strip_prefix(',').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return Err(QuantityError::Comma(text.to_owned()));
    }
    let value: f64 = number.parse().map_err(|_| QuantityError::NotANumber(text.to_owned()))?;
    if unit.is_empty() || unit == own {
        return Ok((value, !unit.is_empty()));
    }
    CONVERSIONS
        .iter()
        .find(|&&(from, to, _)| from == unit && to == own)
        .map(|&(_, _, factor)| (value * factor, true))
        .ok_or(QuantityError::WrongUnit { given: unit.to_owned(), expected: if own.is_empty() { "no unit" } else { own } })
}

/// A value as text that `parse_value` reads back exactly.
pub fn format_value(spec: &ParamSpec, value: f64) -> String {
    format_quantity(spec.domain, spec.unit, value)
}

/// A value of `domain` in `unit` as text that `parse_quantity` reads back exactly.
pub fn format_quantity(domain: Domain, unit: &str, value: f64) -> String {
    // all digits of 1e300 are no help
    let value = NumberText(value);
    match domain {
        Domain::Choice(words) => words.get(value.0 as usize).map_or_else(|| value.to_string(), |word| (*word).to_owned()),
        Domain::Real { .. } | Domain::Integer { .. } if unit.is_empty() => value.to_string(),
        Domain::Real { .. } | Domain::Integer { .. } => format!("{value} {unit}"),
    }
}

/// A number in its usual form; a very large one with an exponent.
struct NumberText(f64);

impl std::fmt::Display for NumberText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.abs() >= 1e15 { write!(f, "{:e}", self.0) } else { write!(f, "{}", self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ParamId, REGISTRY};
    use super::*;

    #[test]
    fn units_of_the_same_kind_convert() {
        let tau = ParamId::TauM.spec();
        for text in ["20", "20ms", " 20 ms", "0.02 s", "2e1 ms", "20000us", "20000 \u{b5}s", "20000 \u{3bc}s", "20\u{a0}ms", "20\u{202f}ms"]
        {
            assert!((parse_value(tau, text).unwrap() - 20.0).abs() < 1e-12, "{text}");
        }
    }

    #[test]
    fn other_units_and_non_numbers_are_refused() {
        let tau = ParamId::TauM.spec();
        for text in ["20 mV", "ms", "", "NaN", "inf", "1e", "--3", "20 elephants", "0x10", "1e5x", "20,5 ms"] {
            assert!(parse_value(tau, text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back_exactly() {
        for spec in REGISTRY {
            for value in [spec.default, spec.default / 3.0] {
                if spec.admits(value) {
                    assert_eq!(parse_value(spec, &format_value(spec, value)), Ok(value), "{}", spec.name);
                }
            }
        }
    }
}
