//! Axes of a sweep: arguments -> values of parameters. The axes span a grid, or a box for random points.
//!
//! `id=a,b,c` lists values, with or without unit. `id=a..b:n` is n values from a to b, evenly spaced, on a
//! logarithmic scale where the registry says so. `id=a..b` is a range for random points.

use super::plan::{Axis, Variant};
use crate::params::{Domain, ParamId, ParamSpec, format_value, parse_value};
use crate::preset::Preset;

/// Maximum number of variants.
const MOST: usize = 10_000;

/// One parsed axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    id: ParamId,
    values: Values,
}

#[derive(Debug, Clone, PartialEq)]
enum Values {
    Listed(Vec<f64>),
    Range(f64, f64),
}

impl Typed {
    /// Read an axis of a sweep of a preset.
    pub fn parse(text: &str, preset: &Preset) -> Result<Self, String> {
        let (name, values) = text.split_once('=').ok_or_else(|| format!("--axis {text}: expected ID=VALUE,VALUE or ID=FROM..TO:N"))?;
        let name = name.trim();
        // the error of the registry suggests a name
        let id = ParamId::from_name(name).ok_or_else(|| {
            let error = preset.params.clone().set_text(name, "0").err();
            error.map_or_else(|| format!("--axis {text}: unknown parameter {name}"), |error| format!("--axis {text}: {error}"))
        })?;
        let spec = id.spec();
        if !spec.protocols.contains(&preset.protocol) {
            return Err(format!("--axis {text}: {name} has no effect in the protocol {:?}", preset.protocol));
        }
        let read = |value: &str| parse(spec, value).map_err(|fault| format!("--axis {text}: {fault}"));
        let Some((from, rest)) = values.split_once("..") else {
            let listed: Result<Vec<f64>, String> = values.split(',').map(read).collect();
            return Ok(Self { id, values: Values::Listed(listed?) });
        };
        if let Domain::Choice(_) = spec.domain {
            return Err(format!("--axis {text}: {name} is a choice; list its values: {}", spec.range_text()));
        }
        let (to, n) = rest.split_once(':').map_or((rest, None), |(to, n)| (to, Some(n)));
        // a unit after the second value applies to both
        let unit: String = to.trim().chars().skip_while(|c| c.is_ascii_digit() || "+-.eE".contains(*c)).collect();
        let bare = from.trim().chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
        let (from, to) = (read(&if bare { format!("{from}{unit}") } else { from.to_owned() })?, read(to)?);
        if from >= to {
            return Err(format!("--axis {text}: the first value of a range must be below the second"));
        }
        let Some(n) = n else { return Ok(Self { id, values: Values::Range(from, to) }) };
        let n: usize =
            n.trim().parse().ok().filter(|n| (2..=1000).contains(n)).ok_or_else(|| format!("--axis {text}: N must be from 2 to 1000"))?;
        let mut listed: Vec<f64> = (0..n).map(|k| between(spec, from, to, k as f64 / (n - 1) as f64)).collect();
        listed.dedup();
        Ok(Self { id, values: Values::Listed(listed) })
    }
}

fn parse(spec: &ParamSpec, text: &str) -> Result<f64, String> {
    let value = parse_value(spec, text).map_err(|fault| fault.to_string())?;
    if spec.admits(value) {
        Ok(value)
    } else {
        Err(format!("{} = {} is out of range; allowed: {}", spec.name, text.trim(), spec.range_text()))
    }
}

/// The value at a fraction of the range, rounded to three significant digits for readability.
fn between(spec: &ParamSpec, from: f64, to: f64, share: f64) -> f64 {
    match spec.domain {
        Domain::Integer { .. } => (from + (to - from) * share).round(),
        Domain::Real { log: true, .. } if share > 0.0 && share < 1.0 => three_digits(from * libm::pow(to / from, share)),
        _ if share >= 1.0 => to,
        _ => three_digits(from + (to - from) * share),
    }
}

fn three_digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// The variants of a sweep and its axes. With `random`, points are drawn uniformly from the box (Bergstra & Bengio 2012, JMLR
/// 13:281), by `uniform`; without it, the variants are all combinations of values.
pub fn variants(typed: &[Typed], random: Option<usize>, mut uniform: impl FnMut() -> f64) -> Result<(Vec<Variant>, Vec<Axis>), String> {
    let twice = typed.iter().enumerate().find(|(n, axis)| typed[..*n].iter().any(|other| other.id == axis.id));
    if let Some((_, axis)) = twice {
        return Err(format!("--axis {}: given more than once", axis.id.spec().name));
    }
    let points: Vec<Vec<f64>> = match random {
        Some(n) => (0..n).map(|_| typed.iter().map(|axis| axis.draw(uniform())).collect()).collect(),
        None => grid(typed)?,
    };
    if points.is_empty() || points.len() > MOST {
        return Err(format!("this sweep would have {} variants; allowed: 1 to {MOST}", points.len()));
    }
    let text = |axis: &Typed, value: f64| format_value(axis.id.spec(), value);
    let name = |axis: &Typed| axis.id.spec().name;
    let variant = |point: &Vec<f64>| {
        let sets: Vec<(&str, String)> = typed.iter().zip(point).map(|(axis, &value)| (name(axis), text(axis, value))).collect();
        let named: Vec<String> = sets.iter().map(|(id, value)| format!("{id}={value}")).collect();
        Variant::new(&named.join(" "), "", &sets)
    };
    let variants: Vec<Variant> = points.iter().map(variant).collect();
    let axes = typed
        .iter()
        .enumerate()
        .map(|(n, axis)| Axis { id: name(axis).to_owned(), values: points.iter().map(|point| text(axis, point[n])).collect() });
    Ok((variants, axes.collect()))
}

fn grid(typed: &[Typed]) -> Result<Vec<Vec<f64>>, String> {
    let mut points = vec![Vec::new()];
    for axis in typed {
        let Values::Listed(values) = &axis.values else {
            return Err(format!("--axis {}: a range needs a number of values, for example FROM..TO:5, or --random N", axis.id.spec().name));
        };
        if points.len().saturating_mul(values.len()) > MOST {
            return Err(format!("this sweep would have more than {MOST} variants; allowed: 1 to {MOST}"));
        }
        points = points.iter().flat_map(|point| values.iter().map(move |&value| [point.as_slice(), &[value]].concat())).collect();
    }
    Ok(points)
}

impl Typed {
    /// The parameter.
    pub fn id(&self) -> ParamId {
        self.id
    }

    fn draw(&self, share: f64) -> f64 {
        match &self.values {
            Values::Listed(values) => values[((share * values.len() as f64) as usize).min(values.len() - 1)],
            Values::Range(from, to) => between(self.id.spec(), *from, *to, share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn preset() -> Preset {
        let text = r#"Preset(schema: 1, title: "t", description: "d", citation: "c", look_for: [],
            protocol: Classification, training: (epochs: 1), params: {})"#;
        Preset::parse(text, Path::new("t.ron")).unwrap()
    }

    fn axes(texts: &[&str]) -> Vec<Typed> {
        texts.iter().map(|text| Typed::parse(text, &preset()).unwrap()).collect()
    }

    #[test]
    fn a_grid_has_every_pair_and_says_units() {
        let (variants, axes) = variants(&axes(&["tau_m=20ms, 0.1 s", "bounds=soft,hard"]), None, || 0.0).unwrap();
        let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
        assert_eq!(names, ["tau_m=20 ms bounds=soft", "tau_m=20 ms bounds=hard", "tau_m=100 ms bounds=soft", "tau_m=100 ms bounds=hard"]);
        assert_eq!(axes[1].values, ["soft", "hard", "soft", "hard"]);
    }

    #[test]
    fn a_range_is_spaced_as_the_registry_shows_it() {
        let values = |text: &str| match axes(&[text]).remove(0).values {
            Values::Listed(values) => values,
            Values::Range(from, to) => vec![from, to],
        };
        assert_eq!(values("tau_m=10..1000ms:3"), [10.0, 100.0, 1000.0]);
        assert_eq!(values("inhibition=0..100mV:5"), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(values("n_neurons=10..20:3"), [10.0, 15.0, 20.0]);
        assert_eq!(values("tau_m=0.02..0.1s"), [20.0, 100.0]);
    }

    #[test]
    fn random_points_lie_in_the_box_and_are_those_of_the_draws() {
        let mut draws = [0.0, 0.999, 0.5, 0.0].into_iter();
        let (variants, _) = variants(&axes(&["tau_m=10..1000", "bounds=soft,hard"]), Some(2), || draws.next().unwrap()).unwrap();
        let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
        assert_eq!(names, ["tau_m=10 ms bounds=hard", "tau_m=100 ms bounds=soft"]);
    }

    #[test]
    fn errors_name_the_argument_and_the_allowed_values() {
        for (text, word) in [
            ("tau_m", "ID=VALUE"),
            ("tau_mm=1", "tau_m"),
            ("tau_m=0", "1"),
            ("tau_m=5 mV", "\"mV\""),
            ("i_ext=1", "Classification"),
            ("bounds=soft..hard", "soft, hard"),
            ("tau_m=20..10:3", "--axis"),
            ("tau_m=10..20:1", "2 to 1000"),
        ] {
            let fault = Typed::parse(text, &preset()).unwrap_err();
            assert!(fault.contains(word) && fault.contains(text), "{fault}");
        }
        assert!(variants(&axes(&["tau_m=10..20"]), None, || 0.0).unwrap_err().contains("--random"));
        assert!(variants(&axes(&["tau_m=10", "tau_m=20"]), None, || 0.0).unwrap_err().contains("--axis tau_m"));
    }
}
