//! The one parameter registry. A parameter is declared once, in `params/table.rs`; sliders, presets, `--set`,
//! help texts, property tests and the reference in the docs all read that declaration.

mod conditions;
mod quantity;
mod references;
mod table;

pub use conditions::Idle;
pub use quantity::{QuantityError, format_quantity, format_value, parse_quantity, parse_value};
pub use references::{REFERENCES, Reference};
pub use table::{ParamId, REGISTRY};

use serde::{Deserialize, Serialize};

/// The kind of experiment; each parameter lists those in which it has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// One layer of competing neurons classifies images; each answer is rewarded.
    Classification,
    /// Classification with a hidden layer of local features and first-spike readout.
    Features,
    /// Classification with three layers of shared filters, after Mozafari et al. 2019.
    Deep,
    /// One neuron under a constant current.
    CurrentStep,
    /// Pairs of a presynaptic and a postsynaptic spike at given lags: the STDP window.
    Pairing,
    /// A network that a file of schema 2 describes and that classifies images. Its quantities have paths; the registry has those of
    /// the task.
    Images,
    /// A network that a file of schema 2 describes, without images. Its quantities have paths, not names in the registry.
    Free,
}

impl Protocol {
    /// Whether the output neurons have escape noise and the first spike is the answer.
    pub fn races(self) -> bool {
        matches!(self, Self::Features | Self::Deep)
    }

    /// Whether a parameter of this name belongs to it.
    pub fn has_parameter(self, name: &str) -> bool {
        ParamId::from_name(name.trim()).is_some_and(|id| id.spec().protocols.contains(&self))
    }

    /// Whether it classifies images.
    pub fn classifies(self) -> bool {
        matches!(self, Self::Classification | Self::Features | Self::Deep | Self::Images)
    }
}

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
    /// Protocols in which it has an effect.
    pub protocols: &'static [Protocol],
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
    #[error("unknown parameter \"{name}\"{}; `spikescope params` lists all parameters", suggestion(.name, *.protocol))]
    Unknown {
        /// The name given.
        name: String,
        /// The protocol whose parameters can be meant; all if `None`.
        protocol: Option<Protocol>,
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
    /// The same error in a preset of this protocol, where other parameters cannot be meant.
    #[must_use]
    pub fn within(self, protocol: Protocol) -> Self {
        match self {
            Self::Unknown { name, .. } => Self::Unknown { name, protocol: Some(protocol) },
            other => other,
        }
    }
}

fn suggestion(name: &str, protocol: Option<Protocol>) -> String {
    let specs = REGISTRY.iter().filter(|spec| protocol.is_none_or(|protocol| spec.protocols.contains(&protocol)));
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

    /// The values of parameters that belong to a protocol; all others have their defaults.
    #[must_use]
    pub(crate) fn only(&self, protocol: Protocol) -> Self {
        let mut own = Self::default();
        let specs = REGISTRY.iter().filter(|spec| spec.protocols.contains(&protocol));
        specs.for_each(|spec| own.0[spec.id as usize] = self.0[spec.id as usize]);
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
        let id = ParamId::from_name(name).ok_or_else(|| ParamError::Unknown { name: name.to_owned(), protocol: None })?;
        let spec = id.spec();
        let value =
            parse_value(spec, text).map_err(|source| ParamError::Malformed { name: spec.name, source, allowed: spec.range_text() })?;
        self.set(id, value)?;
        Ok(id)
    }

    /// All contradictions between parameters.
    pub fn conflicts(&self, protocol: Protocol) -> Vec<ParamError> {
        use ParamId as P;
        let mut faults = Vec::new();
        let mut fault = |text: String| faults.push(ParamError::Conflict(text));
        if matches!(protocol, Protocol::Classification | Protocol::CurrentStep) {
            let [e_l, v_th, v_reset] = [P::EL, P::VTh, P::VReset].map(|id| self.get(id));
            if v_reset >= v_th {
                fault(format!("v_reset = {v_reset} mV must be below v_th = {v_th} mV"));
            }
            if e_l >= v_th {
                fault(format!("e_l = {e_l} mV must be below v_th = {v_th} mV"));
            }
        }
        if protocol == Protocol::Classification && self.choice(P::InhibitionType) == "conductance" {
            let [e_inh, e_l] = [P::EInh, P::EL].map(|id| self.get(id));
            if e_inh >= e_l {
                fault(format!("e_inh must lie below e_l = {e_l} mV, got {e_inh} mV"));
            }
        }
        if protocol == Protocol::Classification && self.get(P::WInitMin) > self.get(P::WInitMax) {
            fault(format!("w_init_min = {} mV must not exceed w_init_max = {} mV", self.get(P::WInitMin), self.get(P::WInitMax)));
        }
        if protocol == Protocol::Features {
            let [slow, fast] = [P::TauMOut, P::TauSOut].map(|id| self.get(id));
            if slow <= fast {
                fault(format!("tau_m_out = {slow} ms must exceed tau_s_out = {fast} ms"));
            }
        }
        if protocol.races() {
            let [gate, present] = [P::Gate, P::PresentMs].map(|id| self.get(id));
            if gate >= present {
                fault(format!("gate = {gate} ms must be below present = {present} ms, the end of the presentation"));
            }
        }
        if protocol == Protocol::Deep && self.get(P::WMin) > self.get(P::WMax) {
            fault(format!("w_min = {} mV must not exceed w_max = {} mV", self.get(P::WMin), self.get(P::WMax)));
        }
        if protocol.classifies() && protocol != Protocol::Images {
            let (rule, races) = (self.choice(P::Rule), protocol.races());
            let rules: &[&str] = match protocol {
                Protocol::Features => &["r-max", "none"],
                Protocol::Deep => &["r-max", "r-stdp", "none"],
                Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing | Protocol::Images | Protocol::Free => {
                    &["r-stdp", "stdp", "stdp-then-r-stdp", "pair-stdp", "none"]
                }
            };
            if !rules.contains(&rule) {
                fault(format!("rule = {rule} does not apply to the protocol {protocol:?}; allowed: {}", rules.join(", ")));
            }
            let modulator = self.choice(P::Modulator);
            if !races && matches!(modulator, "minus own probability" | "over own doubt") {
                fault(format!("modulator = {modulator} requires escape-noise output neurons, that is, the protocol Features or Deep"));
            }
            if !races && modulator == "label (comparison)" && (rule != "r-stdp" || self.choice(P::Readout) != "class pools") {
                fault("modulator = label (comparison) requires rule = r-stdp and readout = class pools, so that neurons have classes from the start".to_owned());
            }
        }
        let grid = crate::time::TimeGrid::new(self.get(P::Dt));
        for id in [P::TRef, P::PresentMs, P::RestMs, P::Gate, P::RewardDelay, P::PairLag] {
            let spec = id.spec();
            if !spec.protocols.contains(&protocol) {
                continue;
            }
            if let Err(source) = grid.steps(self.get(id).abs()) {
                fault(format!("{}: {source}", spec.name));
            }
        }
        faults
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
            assert!(!spec.protocols.is_empty(), "{} has an effect nowhere", spec.name);
            assert!(!spec.admits(f64::NAN) && !spec.admits(f64::INFINITY), "{} admits a non-number", spec.name);
            assert_eq!(ParamId::from_name(spec.name), Some(spec.id), "{} is declared twice", spec.name);
        }
    }

    #[test]
    fn a_group_is_one_run_of_the_registry_in_every_protocol() {
        for protocol in [Protocol::Classification, Protocol::Features, Protocol::Deep, Protocol::CurrentStep, Protocol::Pairing] {
            let mut groups: Vec<&str> = Vec::new();
            for spec in REGISTRY.iter().filter(|spec| spec.protocols.contains(&protocol)) {
                if groups.last() != Some(&spec.group) {
                    assert!(!groups.contains(&spec.group), "{} comes twice in {protocol:?}", spec.group);
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

    #[test]
    fn conflicting_values_are_all_reported_at_once() {
        let mut params = Params::default();
        params.set(ParamId::VReset, -40.0).unwrap();
        params.set(ParamId::TRef, 0.5).unwrap();
        assert_eq!(params.conflicts(Protocol::Classification).len(), 2);
    }
}
