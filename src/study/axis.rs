//! Axes of a sweep: arguments -> values of parameters. The axes span a grid, or a box for random points.
//!
//! `id=a,b,c` lists values, with or without unit. `id=a..b:n` is n values from a to b, evenly spaced, on a
//! logarithmic scale where the declaration says so. `id=a..b` is a range for random points. In a described network `id` is
//! the path of a quantity, and a listed value can be a distribution. Several names, separated by commas, have the same value in
//! every variant.

use super::plan::{Axis, Variant};
use crate::model::{self, NetworkSpec, TaskSpec, assignment, listed, sentence};
use crate::params::{Domain, ParamId, ParamSpec, Setup, Task, format_quantity, format_value, parse_value};
use crate::preset::Preset;

/// Maximum number of variants.
const MOST: usize = 10_000;

/// One parsed axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// Names in the registry, or paths, of quantities that are varied together.
    names: Vec<String>,
    scale: Scale,
    values: Values,
}

/// How the numbers of a quantity are spaced and written.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    domain: Domain,
    unit: &'static str,
    /// The time step, for a quantity that is a whole number of steps.
    step: Option<f64>,
}

#[derive(Debug, Clone, PartialEq)]
enum Values {
    /// As text with unit.
    Listed(Vec<String>),
    Range(f64, f64),
}

impl Typed {
    /// Read an axis of a sweep of a preset that learns from images; quantities of a described network have paths.
    pub fn parse(text: &str, preset: &Preset) -> Result<Self, String> {
        Self::together(text, |text| Self::parse_one(text, preset))
    }

    /// Read an axis of a sweep of a described network: a quantity of the network, or a field of its task. Numbers have their units.
    pub fn of_network(text: &str, network: &NetworkSpec, task: &TaskSpec) -> Result<Self, String> {
        Self::together(text, |text| Self::one_of_network(text, network, task))
    }

    /// Read the axis of each name, which must have the same values.
    fn together(text: &str, one: impl Fn(&str) -> Result<Self, String>) -> Result<Self, String> {
        let (names, values) = split(text)?;
        let mut axis: Option<Self> = None;
        for name in listed(names) {
            let next = one(&format!("{name}={values}"))?;
            match &mut axis {
                None => axis = Some(next),
                Some(axis) if axis.values == next.values => axis.names.extend(next.names),
                Some(axis) => {
                    let first = &axis.names[0];
                    return Err(format!(
                        "--axis {text}: {first} and {name} are spaced or written differently; list the values that both shall have"
                    ));
                }
            }
        }
        axis.ok_or_else(|| format!("--axis {text}: a name is missing before the equals sign"))
    }

    fn parse_one(text: &str, preset: &Preset) -> Result<Self, String> {
        let (name, values) = split(text)?;
        if let Some(described) = preset.network.as_ref().filter(|_| !Setup::Described(Task::Classify).has_parameter(name)) {
            let task = preset.task();
            let mut axis = Self::one_of_network(text, &described.network, task.as_ref().unwrap_or(&described.file.task))?;
            // a parameter of the task has its name in the registry
            for name in &mut axis.names {
                if let Some(of_task) = name.strip_prefix("task.").filter(|name| Setup::Described(Task::Classify).has_parameter(name)) {
                    *name = of_task.to_owned();
                }
            }
            return Ok(axis);
        }
        // the error of the registry suggests a name
        let id = ParamId::from_name(name).ok_or_else(|| {
            let error = preset.params.clone().set_text(name, "0").err();
            let error = error.map(|error| error.within(preset.setup));
            error.map_or_else(|| format!("--axis {text}: unknown parameter {name}"), |error| format!("--axis {text}: {error}"))
        })?;
        let spec = id.spec();
        if !spec.belongs_to(preset.setup) {
            return Err(format!("--axis {text}: {name} has no effect in {}", preset.setup));
        }
        let scale = Scale { domain: spec.domain, unit: spec.unit, step: None };
        let listed = |value: &str| parse(spec, value).map(|number| format_value(spec, number));
        Self::of(name, values, scale, &listed, &|value| parse(spec, value)).map_err(|fault| format!("--axis {text}: {fault}"))
    }

    fn one_of_network(text: &str, network: &NetworkSpec, task: &TaskSpec) -> Result<Self, String> {
        let fault = |fault: &dyn std::fmt::Display| format!("--axis {text}: {fault}");
        let (name, values) = split(text)?;
        let path: model::Path = name.parse().map_err(|error| fault(&error))?;
        let of_task = path.is_task(network);
        let entry = if of_task { task.entry(network, &path) } else { network.entry(&path) };
        // the error suggests a name
        let unknown = || {
            if of_task {
                task.with(&path.field, "0", network.dt_ms).err()
            } else {
                network.read(&path, "0").err().map(|faults| sentence(&faults))
            }
        };
        let entry = entry.ok_or_else(|| fault(&unknown().unwrap_or_else(|| "it has no value yet; give it one in the file".to_owned())))?;
        let scale = Scale { domain: entry.field.domain, unit: entry.field.unit, step: entry.on_grid().then_some(network.dt_ms) };
        let read = |value: &str| {
            if of_task {
                let changed = task.with(&path.field, value, network.dt_ms).map_err(|message| format!("{path}: {message}"))?;
                return changed.entry(network, &path).map(|entry| entry.value).ok_or_else(|| format!("{path} has no value"));
            }
            network.check_units(&path, value).and_then(|()| network.read(&path, value)).map_err(|faults| sentence(&faults))
        };
        let number = |value: &str| read(value)?.number().ok_or_else(|| format!("{} is no number; list the values instead", value.trim()));
        Self::of(&path.to_string(), values, scale, &|value| Ok(read(value)?.text(&entry.field)), &number).map_err(|error| fault(&error))
    }

    /// `listed` brings a value into its usual form, `number` reads a limit of a range.
    fn of(
        name: &str,
        values: &str,
        scale: Scale,
        listed: &dyn Fn(&str) -> Result<String, String>,
        number: &dyn Fn(&str) -> Result<f64, String>,
    ) -> Result<Self, String> {
        let typed = |values| Self { names: vec![name.to_owned()], scale, values };
        let Some((from, rest)) = values.split_once("..") else {
            let values: Result<Vec<String>, String> = items(values).into_iter().map(listed).collect();
            return Ok(typed(Values::Listed(values?)));
        };
        if let Domain::Choice(_) = scale.domain {
            return Err(format!("{name} is a choice; list its values: {}", scale.domain.range_text(scale.unit)));
        }
        let (to, n) = rest.split_once(':').map_or((rest, None), |(to, n)| (to, Some(n)));
        // a unit after the second value applies to both
        let unit = to.trim().trim_start_matches(is_of_number);
        let bare = from.trim().chars().all(is_of_number);
        let (from, to) = (number(&if bare { format!("{from}{unit}") } else { from.to_owned() })?, number(to)?);
        if from == to {
            return Err("the two values of a range must differ".to_owned());
        }
        let Some(n) = n else { return Ok(typed(Values::Range(from, to))) };
        let n: usize = n.trim().parse().ok().filter(|n| (2..=1000).contains(n)).ok_or("N must be from 2 to 1000")?;
        let mut listed: Vec<String> = (0..n).map(|k| scale.text(scale.between(from, to, k as f64 / (n - 1) as f64))).collect();
        listed.dedup();
        Ok(typed(Values::Listed(listed)))
    }
}

/// Whether a character is part of a number.
fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || "+-.eE".contains(c)
}

/// Name and values of an axis.
fn split(text: &str) -> Result<(&str, &str), String> {
    let (name, values) = assignment(text).ok_or_else(|| format!("--axis {text}: expected ID=VALUE,VALUE or ID=FROM..TO:N"))?;
    Ok((name.trim(), values))
}

/// The values of a list; commas within brackets do not separate.
fn items(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let separates = |c: char| {
        depth += i32::from("([".contains(c)) - i32::from(")]".contains(c));
        c == ',' && depth <= 0
    };
    text.split(separates).map(str::trim).collect()
}

fn parse(spec: &ParamSpec, text: &str) -> Result<f64, String> {
    let value = parse_value(spec, text).map_err(|fault| fault.to_string())?;
    if spec.admits(value) {
        Ok(value)
    } else {
        Err(format!("{} = {} is out of range; allowed: {}", spec.name, text.trim(), spec.range_text()))
    }
}

impl Scale {
    /// The value at a fraction of the range, rounded to three significant digits for readability, or to a whole number of
    /// steps.
    fn between(self, from: f64, to: f64, share: f64) -> f64 {
        let value = match self.domain {
            Domain::Integer { .. } => (from + (to - from) * share).round(),
            Domain::Real { log: true, .. } if from > 0.0 && share > 0.0 && share < 1.0 => three_digits(from * libm::pow(to / from, share)),
            _ if share >= 1.0 => to,
            _ => three_digits(from + (to - from) * share),
        };
        // in binary, 3 * 0.1 is not 0.3
        self.step.map_or(value, |step| format!("{:.9e}", (value / step).round() * step).parse().unwrap_or(value))
    }

    fn text(self, value: f64) -> String {
        format_quantity(self.domain, self.unit, value)
    }
}

fn three_digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// The variants of a sweep and its axes. With `random`, points are drawn uniformly from the box (Bergstra & Bengio 2012, JMLR
/// 13:281), by `uniform`; without it, the variants are all combinations of values.
pub fn variants(typed: &[Typed], random: Option<usize>, mut uniform: impl FnMut() -> f64) -> Result<(Vec<Variant>, Vec<Axis>), String> {
    let names: Vec<&String> = typed.iter().flat_map(|axis| &axis.names).collect();
    if let Some((_, name)) = names.iter().enumerate().find(|(n, name)| names[..*n].contains(name)) {
        return Err(format!("--axis {name}: given more than once"));
    }
    let points: Vec<Vec<String>> = match random {
        Some(n) => (0..n).map(|_| typed.iter().map(|axis| axis.draw(uniform())).collect()).collect(),
        None => grid(typed)?,
    };
    if points.is_empty() || points.len() > MOST {
        return Err(format!("this sweep would have {} variants; allowed: 1 to {MOST}", points.len()));
    }
    let variant = |point: &Vec<String>| {
        let of_axis = |(axis, value): (&'_ Typed, &String)| axis.names.iter().map(|name| (name.clone(), value.clone())).collect::<Vec<_>>();
        let sets: Vec<(String, String)> = typed.iter().zip(point).flat_map(of_axis).collect();
        let sets: Vec<(&str, String)> = sets.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let named: Vec<String> = sets.iter().map(|(id, value)| format!("{id}={value}")).collect();
        Variant::new(&named.join(" "), "", &sets)
    };
    let variants: Vec<Variant> = points.iter().map(variant).collect();
    let axes = typed.iter().enumerate().flat_map(|(n, axis)| {
        let values: Vec<String> = points.iter().map(|point| point[n].clone()).collect();
        axis.names.iter().map(move |name| Axis { id: name.clone(), values: values.clone() })
    });
    Ok((variants, axes.collect()))
}

fn grid(typed: &[Typed]) -> Result<Vec<Vec<String>>, String> {
    let mut points = vec![Vec::new()];
    for axis in typed {
        let Values::Listed(values) = &axis.values else {
            return Err(format!(
                "--axis {}: a range needs a number of values, for example FROM..TO:5, or --random N",
                axis.names.join(",")
            ));
        };
        if points.len().saturating_mul(values.len()) > MOST {
            return Err(format!("this sweep would have more than {MOST} variants; allowed: 1 to {MOST}"));
        }
        points = points
            .iter()
            .flat_map(|point| values.iter().map(move |value| [point.as_slice(), std::slice::from_ref(value)].concat()))
            .collect();
    }
    Ok(points)
}

impl Typed {
    /// Names in the registry, or paths.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    fn draw(&self, share: f64) -> String {
        match &self.values {
            Values::Listed(values) => values[((share * values.len() as f64) as usize).min(values.len() - 1)].clone(),
            Values::Range(from, to) => self.scale.text(self.scale.between(*from, *to, share)),
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
            Values::Listed(values) => values.join(", "),
            Values::Range(from, to) => format!("{from} to {to}"),
        };
        assert_eq!(values("tau_m=10..1000ms:3"), "10 ms, 100 ms, 1000 ms");
        assert_eq!(values("inhibition=0..100mV:5"), "0 mV, 25 mV, 50 mV, 75 mV, 100 mV");
        assert_eq!(values("n_neurons=10..20:3"), "10, 15, 20");
        assert_eq!(values("tau_m=0.02..0.1s"), "20 to 100");
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
            ("i_ext=1", "Competing"),
            ("bounds=soft..hard", "soft, hard"),
            ("tau_m=20..20:3", "--axis"),
            ("tau_m=10..20:1", "2 to 1000"),
        ] {
            let fault = Typed::parse(text, &preset()).unwrap_err();
            assert!(fault.contains(word) && fault.contains(text), "{fault}");
        }
        assert!(variants(&axes(&["tau_m=10..20"]), None, || 0.0).unwrap_err().contains("--random"));
        assert!(variants(&axes(&["tau_m=10", "tau_m=20"]), None, || 0.0).unwrap_err().contains("--axis tau_m"));
    }

    fn network() -> NetworkSpec {
        let text = r#"(populations: {"E": (size: 10, model: Lif()), "a, b=c": (size: 5, model: Poisson(rate: "5 Hz"))},
            projections: {"E->E": (wiring: Indegree(2), weight: "1 mV", delay: "1 ms", rule: PairStdp())})"#;
        NetworkSpec::from_ron(text).unwrap()
    }

    fn task() -> TaskSpec {
        TaskSpec::free(100.0)
    }

    #[test]
    fn quantities_of_a_network_are_varied_by_their_paths() {
        let values = |text: &str| match Typed::of_network(text, &network(), &task()).unwrap() {
            Typed { names, values: Values::Listed(values), .. } => format!("{}: {}", names.join(" & "), values.join("; ")),
            other => format!("{other:?}"),
        };
        assert_eq!(values("E->E.weight=0.1..0.4mV:4"), "E->E.weight: 0.1 mV; 0.2 mV; 0.3 mV; 0.4 mV");
        assert_eq!(values("E.tau_m=10..1000 ms:3"), "E.tau_m: 10 ms; 100 ms; 1000 ms");
        assert_eq!(
            values("E->E.weight=1 mV, Uniform(1 mV, 2 mV),Normal(1 mV,500 uV)"),
            "E->E.weight: 1 mV; Uniform(1 mV, 2 mV); Normal(1 mV, 0.5 mV)"
        );
        assert_eq!(values("E->E.weight=-80..-200mV:4"), "E->E.weight: -80 mV; -120 mV; -160 mV; -200 mV");
        assert_eq!(values("E.tau_syn_exc, E.tau_syn_inh=1ms,2ms"), "E.tau_syn_exc & E.tau_syn_inh: 1 ms; 2 ms");
        assert_eq!(values("\"a, b=c\".rate=1 Hz,0.01 kHz"), "\"a, b=c\".rate: 1 Hz; 10 Hz");
        assert_eq!(values("E->E.pairing=nearest,all-to-all"), "E->E.pairing: nearest; all-to-all");
        // evenly spaced on a logarithmic scale, then a whole number of steps
        assert_eq!(values("E->E.delay=1..5ms:4"), "E->E.delay: 1 ms; 1.7 ms; 2.9 ms; 5 ms");
        assert_eq!(values("E.size=5..10:3"), "E.size: 5; 8; 10");
        assert_eq!(values("task.duration=100ms,0.5 s"), "task.duration: 100 ms; 500 ms");
        assert_eq!(values("task.duration=0.1..0.5s:3"), "task.duration: 100 ms; 224 ms; 500 ms");
    }

    #[test]
    fn quantities_that_are_varied_together_are_one_dimension_of_the_grid() {
        let of = |text: &str| Typed::of_network(text, &network(), &task()).unwrap();
        let typed = [of("E.tau_syn_exc,E.tau_syn_inh=1ms,2ms"), of("E.size=5,10")];
        let (all, axes) = variants(&typed, None, || 0.0).unwrap();
        assert_eq!(all.len(), 4);
        assert_eq!(all[1].name, "E.tau_syn_exc=1 ms E.tau_syn_inh=1 ms E.size=10");
        assert_eq!(axes.iter().map(|axis| axis.id.as_str()).collect::<Vec<_>>(), ["E.tau_syn_exc", "E.tau_syn_inh", "E.size"]);
        assert_eq!(axes[0].values, axes[1].values);
        assert!(
            variants(&[of("E.tau_syn_exc,E.tau_syn_inh=1ms"), of("E.tau_syn_inh=1ms")], None, || 0.0)
                .unwrap_err()
                .contains("E.tau_syn_inh")
        );
    }

    #[test]
    fn errors_of_paths_name_path_and_range() {
        for (text, facts) in [
            ("E.taum=1 ms", ["tau_m", "--axis E.taum"]),
            ("X.tau_m=1 ms", ["\"X\"", "population"]),
            ("E.tau_m=0.5 ms,20 ms", ["E.tau_m", "1 to 1000 ms"]),
            ("E.tau_m=5 mV", ["E.tau_m", "1 to 1000 ms"]),
            ("E.tau_m=10,20ms", ["10 has no unit", "\"10 ms\""]),
            ("E.tau_m=10..20:3", ["no unit", "\"10 ms\""]),
            ("E->E.weight=Uniform(1,2)", ["1 has no unit", "mV"]),
            ("task.duration=3", ["task.duration", "\"3 ms\""]),
            ("task.durations=3ms", ["task", "duration"]),
            ("task.rewards=3", ["task", "file"]),
            ("E->E.delay=0.05 ms", ["E->E.delay", "0.1 ms"]),
            ("E->E.weight=Uniform(2 mV, 1 mV)", ["E->E.weight", "exchange"]),
            ("E->E.pairing=nearest..all-to-all", ["E->E.pairing", "nearest, all-to-all"]),
            ("E->E.weight=Uniform(1 mV,2 mV)..3mV:4", ["E->E.weight", "no number"]),
            ("E.tau_m=20..20 ms:3", ["E.tau_m", "differ"]),
            ("E->E.weight,E.size=1,2", ["E->E.weight", "no unit"]),
            ("E->E.weight,=1mV", ["--axis", "path"]),
            ("E.tau_m", ["E.tau_m", "ID=VALUE"]),
            ("E.v=nan", ["E.v", "no value"]),
        ] {
            let fault = Typed::of_network(text, &network(), &task()).unwrap_err();
            assert!(facts.iter().all(|fact| fault.contains(fact)), "{text}: {fault}");
        }
    }
}
