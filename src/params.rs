//! The one parameter registry. A parameter is declared once, in `params/table.rs`; sliders, presets, `--set`,
//! help texts, property tests and the reference in the docs all read that declaration.

mod idle;
mod quantity;
mod references;
mod setup;
mod table;

pub use idle::Idle;
pub use quantity::{QuantityError, format_quantity, format_value, parse_quantity, parse_value};
pub use references::{REFERENCES, Reference};
pub use setup::{Setup, Task, Template};
pub use table::{ParamId, REGISTRY};

use serde::{Deserialize, Serialize};

/// When a change of a parameter takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Before the next step.
    Live,
    /// Only in a newly built network: the session is reset with the same seed.
    Rebuild,
}

/// The allowed values of a parameter. All are stored as `f64`; a choice as its index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Domain {
    /// A real number in `[min, max]`; `log` selects a logarithmic slider.
    Real {
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
        /// Whether the slider is logarithmic.
        log: bool,
    },
    /// A whole number in `[min, max]`.
    Integer {
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
    },
    /// One of these names.
    Choice(&'static [&'static str]),
}

/// Where a parameter has an effect.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Templates that have it.
    pub templates: &'static [Template],
    /// The task it belongs to; without one, it belongs to the network.
    pub task: Option<Task>,
}

/// The declaration of one parameter.
#[derive(Debug, Clone, Copy)]
pub struct ParamSpec {
    /// Its identity in code.
    pub id: ParamId,
    /// Its identity in presets, `--set`, sweeps and logs.
    pub name: &'static str,
    /// Label in the window.
    pub label: &'static str,
    /// Its symbol in equations, e.g. `τ_m`.
    pub symbol: &'static str,
    /// Its unit, or `""`.
    pub unit: &'static str,
    /// Section of the parameter panel.
    pub group: &'static str,
    /// Allowed values.
    pub domain: Domain,
    /// Value if a preset does not set it.
    pub default: f64,
    /// Live or rebuild.
    pub change: Change,
    /// Where it has an effect.
    pub scope: Scope,
    /// One sentence for a tooltip.
    pub help: &'static str,
    /// The equation in which it appears.
    pub equation: &'static str,
    /// The source of that equation.
    pub source: &'static str,
}

impl Domain {
    /// Whether `value` is allowed.
    pub fn admits(self, value: f64) -> bool {
        match self {
            Self::Real { min, max, .. } => (min..=max).contains(&value),
            Self::Integer { min, max } => (min..=max).contains(&value) && value.fract() == 0.0,
            Self::Choice(words) => value >= 0.0 && value.fract() == 0.0 && (value as usize) < words.len(),
        }
    }

    /// The allowed values as text: "0.1 to 1000 ms" or "one of: soft, hard".
    pub fn range_text(self, unit: &str) -> String {
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        match self {
            Self::Real { min, max, .. } if min == max => format!("{min}{unit}"),
            Self::Real { min, max, .. } => format!("{min} to {max}{unit}"),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}{unit}"),
            Self::Choice(words) => format!("one of: {}", words.join(", ")),
        }
    }
}

impl ParamSpec {
    /// Whether `value` is allowed.
    pub fn admits(&self, value: f64) -> bool {
        self.domain.admits(value)
    }

    /// The allowed values as text: "0.1 to 1000 ms" or "one of: soft, hard".
    pub fn range_text(&self) -> String {
        self.domain.range_text(self.unit)
    }
}

impl ParamId {
    /// The declaration.
    pub fn spec(self) -> &'static ParamSpec {
        &REGISTRY[self as usize]
    }

    /// The parameter called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        REGISTRY.iter().find(|spec| spec.name == name).map(|spec| spec.id)
    }
}

/// An error in a parameter's name or value. The message contains the parameter, the given value and the allowed values.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParamError {
    /// No parameter has this name.
    #[error("unknown parameter \"{name}\"{}; `spikescope params` lists all parameters", suggestion(.name, *.setup))]
    Unknown {
        /// The name given.
        name: String,
        /// The experiment whose parameters can be meant; all if `None`.
        setup: Option<Setup>,
    },
    /// The text is not a value of this parameter.
    #[error("{name}: {source}; allowed: {allowed}")]
    Malformed {
        /// The parameter.
        name: &'static str,
        /// What is wrong with the text.
        source: QuantityError,
        /// The allowed values as text.
        allowed: String,
    },
    /// The value lies outside its range.
    #[error("{name} = {got} is out of range; allowed: {allowed}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// The given value.
        got: String,
        /// The allowed values as text.
        allowed: String,
    },
    /// Two values contradict each other.
    #[error("{0}")]
    Conflict(String),
}

impl ParamError {
    /// The same error in such an experiment, where other parameters cannot be meant.
    #[must_use]
    pub fn within(self, setup: Setup) -> Self {
        match self {
            Self::Unknown { name, .. } => Self::Unknown { name, setup: Some(setup) },
            other => other,
        }
    }
}

fn suggestion(name: &str, setup: Option<Setup>) -> String {
    let specs = REGISTRY.iter().filter(|spec| setup.is_none_or(|setup| spec.belongs_to(setup)));
    nearest(name, specs.map(|spec| spec.name)).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"))
}

/// The name that was probably meant: the one that differs from `name` by the fewest characters, by two at most and by a third of
/// them at most. Upper and lower case do not differ.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (name, most) = (name.to_lowercase(), (name.chars().count() / 3).min(2));
    let distance = |candidate: &str| edit_distance(&name, &candidate.to_lowercase());
    names.map(|candidate| (distance(candidate), candidate)).min().filter(|&(distance, _)| distance <= most).map(|(_, near)| near)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

/// One value for every parameter of the registry.
#[derive(Debug, Clone, PartialEq)]
pub struct Params(Vec<f64>);

impl Default for Params {
    fn default() -> Self {
        Self(REGISTRY.iter().map(|spec| spec.default).collect())
    }
}

impl Params {
    /// The value of a parameter, in its registry unit.
    pub fn get(&self, id: ParamId) -> f64 {
        self.0[id as usize]
    }

    /// The value of a whole-number parameter.
    pub fn count(&self, id: ParamId) -> usize {
        self.0[id as usize] as usize
    }

    /// The selected name of a choice.
    pub fn choice(&self, id: ParamId) -> &'static str {
        match id.spec().domain {
            Domain::Choice(words) => words[self.count(id).min(words.len() - 1)],
            Domain::Real { .. } | Domain::Integer { .. } => "",
        }
    }

    /// The values of parameters that belong to such an experiment; all others have their defaults.
    #[must_use]
    pub(crate) fn only(&self, setup: Setup) -> Self {
        let mut own = Self::default();
        setup.parameters().for_each(|spec| own.0[spec.id as usize] = self.0[spec.id as usize]);
        own
    }

    /// The same values with the time step of a described network, which has a range of its own.
    #[must_use]
    pub(crate) fn with_time_step(mut self, dt_ms: f64) -> Self {
        self.0[ParamId::Dt as usize] = dt_ms;
        self
    }

    /// Duration of an image in ms: presentation, reward delay and rest.
    pub fn image_ms(&self) -> f64 {
        [ParamId::PresentMs, ParamId::RewardDelay, ParamId::RestMs].map(|id| self.get(id)).iter().sum()
    }

    /// Set a parameter after checking its range.
    pub fn set(&mut self, id: ParamId, value: f64) -> Result<(), ParamError> {
        let spec = id.spec();
        if !spec.admits(value) {
            return Err(ParamError::OutOfRange { name: spec.name, got: format_value(spec, value), allowed: spec.range_text() });
        }
        self.0[id as usize] = value;
        Ok(())
    }

    /// Set a parameter by name from text with or without a unit, as in presets and `--set`.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<ParamId, ParamError> {
        let id = ParamId::from_name(name).ok_or_else(|| ParamError::Unknown { name: name.to_owned(), setup: None })?;
        let spec = id.spec();
        let value =
            parse_value(spec, text).map_err(|source| ParamError::Malformed { name: spec.name, source, allowed: spec.range_text() })?;
        self.set(id, value)?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declaration_is_complete_and_its_default_is_allowed() {
        for (index, spec) in REGISTRY.iter().enumerate() {
            assert_eq!(spec.id as usize, index, "{} is out of order", spec.name);
            assert!(spec.admits(spec.default), "{}: default {} outside {}", spec.name, spec.default, spec.range_text());
            for text in [spec.name, spec.label, spec.group, spec.help, spec.source] {
                assert!(!text.is_empty(), "{} has an empty field", spec.name);
            }
            assert!(!spec.scope.templates.is_empty(), "{} has an effect nowhere", spec.name);
            assert!(!spec.admits(f64::NAN) && !spec.admits(f64::INFINITY), "{} admits a non-number", spec.name);
            assert_eq!(ParamId::from_name(spec.name), Some(spec.id), "{} is declared twice", spec.name);
        }
    }

    #[test]
    fn a_group_is_one_run_of_the_registry_in_every_template() {
        for template in Template::ALL {
            let mut groups: Vec<&str> = Vec::new();
            for spec in Setup::Template(template).parameters() {
                if groups.last() != Some(&spec.group) {
                    assert!(!groups.contains(&spec.group), "{} comes twice in {template:?}", spec.group);
                    groups.push(spec.group);
                }
            }
        }
    }

    #[test]
    fn a_misspelt_name_suggests_the_nearest() {
        let error = Params::default().set_text("tau_mm", "20 ms").unwrap_err();
        assert!(error.to_string().contains("did you mean \"tau_m\"?"), "{error}");
    }

    #[test]
    fn a_value_outside_its_range_names_the_range_and_changes_nothing() {
        let mut params = Params::default();
        let error = params.set_text("tau_m", "0 ms").unwrap_err();
        assert!(["tau_m", "1 to 1000 ms", "0 ms"].iter().all(|fact| error.to_string().contains(fact)), "{error}");
        assert_eq!(params, Params::default());
    }
}
