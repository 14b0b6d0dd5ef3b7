//! The one parameter registry. A parameter is declared once, in `params/table.rs`; sliders, presets, `--set`,
//! help texts, property tests and the reference in the docs all read that declaration.

mod quantity;
mod references;
mod table;

pub use quantity::{QuantityError, format_value, parse_value};
pub use references::{REFERENCES, Reference};
pub use table::{ParamId, REGISTRY};

use serde::{Deserialize, Serialize};

/// What an experiment does with its network; a parameter names those in which it has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// Present images, read an answer from output spikes, reward it.
    Classification,
    /// The same with a hidden layer of local features and output neurons that race for the answer.
    Features,
    /// The same with three layers of shared filters one behind the other, after Mozafari et al. 2019.
    Deep,
    /// One neuron under a constant current.
    CurrentStep,
    /// A presynaptic and a postsynaptic spike at a chosen distance: the STDP window.
    Pairing,
}

impl Protocol {
    /// Whether its output neurons have escape noise and race for the answer.
    pub fn races(self) -> bool {
        matches!(self, Self::Features | Self::Deep)
    }

    /// Whether it learns to classify images.
    pub fn classifies(self) -> bool {
        matches!(self, Self::Classification | Self::Features | Self::Deep)
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

/// The values a parameter may take. All are carried as `f64`; a choice as its index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Domain {
    /// A real number in `[min, max]`; `log` asks for a logarithmic slider.
    Real {
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
        /// Whether equal ratios, not equal differences, are equally far apart on a slider.
        log: bool,
    },
    /// A whole number in `[min, max]`.
    Integer {
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// The declaration of one parameter.
#[derive(Debug, Clone, Copy)]
pub struct ParamSpec {
    /// Its identity in code.
    pub id: ParamId,
    /// Its identity in presets, `--set`, sweeps and logs.
    pub name: &'static str,
    /// What it is called on the screen.
    pub label: &'static str,
    /// Its symbol in equations, e.g. `τ_m`.
    pub symbol: &'static str,
    /// Its unit, or `""`.
    pub unit: &'static str,
    /// Section of the parameter panel.
    pub group: &'static str,
    /// Allowed values.
    pub domain: Domain,
    /// Value where a preset is silent.
    pub default: f64,
    /// Live or rebuild.
    pub change: Change,
    /// Protocols in which it has an effect.
    pub protocols: &'static [Protocol],
    /// One sentence for a tooltip.
    pub help: &'static str,
    /// The equation it stands in.
    pub equation: &'static str,
    /// The source of that equation.
    pub source: &'static str,
}

impl ParamSpec {
    /// Whether `value` is allowed.
    pub fn admits(&self, value: f64) -> bool {
        match self.domain {
            Domain::Real { min, max, .. } => (min..=max).contains(&value),
            Domain::Integer { min, max } => (min..=max).contains(&value) && value.fract() == 0.0,
            Domain::Choice(words) => value >= 0.0 && value.fract() == 0.0 && (value as usize) < words.len(),
        }
    }

    /// The allowed values in words: "0.1 to 1000 ms" or "one of: soft, hard".
    pub fn range_text(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        match self.domain {
            Domain::Real { min, max, .. } => format!("{min} to {max}{unit}"),
            Domain::Integer { min, max } => format!("a whole number from {min} to {max}{unit}"),
            Domain::Choice(words) => format!("one of: {}", words.join(", ")),
        }
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

/// A fault in a parameter's name or value. The message holds the parameter, what was given and what is allowed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParamError {
    /// No parameter has this name.
    #[error("no parameter is called \"{name}\"{}; `spikescope params` lists them all", suggestion(.name))]
    Unknown {
        /// The name given.
        name: String,
    },
    /// The text is not a value of this parameter.
    #[error("{name}: {source}; allowed is {allowed}")]
    Malformed {
        /// The parameter.
        name: &'static str,
        /// What is wrong with the text.
        source: QuantityError,
        /// The allowed values in words.
        allowed: String,
    },
    /// The value lies outside its range.
    #[error("{name} must lie in {allowed}, got {got}")]
    OutOfRange {
        /// The parameter.
        name: &'static str,
        /// What was given.
        got: String,
        /// The allowed values in words.
        allowed: String,
    },
    /// Two values exclude each other.
    #[error("{0}")]
    Conflict(String),
}

fn suggestion(name: &str) -> String {
    let near = REGISTRY.iter().map(|s| (edit_distance(name, s.name), s.name)).min();
    match near {
        Some((distance, candidate)) if distance <= 2 => format!("; did you mean \"{candidate}\"?"),
        _ => String::new(),
    }
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

    /// The chosen word of a choice.
    pub fn choice(&self, id: ParamId) -> &'static str {
        match id.spec().domain {
            Domain::Choice(words) => words[self.count(id).min(words.len() - 1)],
            Domain::Real { .. } | Domain::Integer { .. } => "",
        }
    }

    /// How long an image takes from its first step to the next one's: presentation, wait for the reward, rest, in ms.
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
        let id = ParamId::from_name(name).ok_or_else(|| ParamError::Unknown { name: name.to_owned() })?;
        let spec = id.spec();
        let value =
            parse_value(spec, text).map_err(|source| ParamError::Malformed { name: spec.name, source, allowed: spec.range_text() })?;
        self.set(id, value)?;
        Ok(id)
    }

    /// Faults that no single range can express. All of them, not the first.
    pub fn conflicts(&self, protocol: Protocol) -> Vec<ParamError> {
        use ParamId as P;
        let mut faults = Vec::new();
        let mut fault = |text: String| faults.push(ParamError::Conflict(text));
        if matches!(protocol, Protocol::Classification | Protocol::CurrentStep) {
            let [e_l, v_th, v_reset] = [P::EL, P::VTh, P::VReset].map(|id| self.get(id));
            if v_reset >= v_th {
                fault(format!("v_reset must lie below v_th = {v_th} mV, got {v_reset} mV"));
            }
            if e_l >= v_th {
                fault(format!("e_l must lie below v_th = {v_th} mV, got {e_l} mV"));
            }
        }
        if protocol == Protocol::Classification && self.get(P::WInitMin) > self.get(P::WInitMax) {
            fault(format!("w_init_min must not exceed w_init_max = {} mV, got {} mV", self.get(P::WInitMax), self.get(P::WInitMin)));
        }
        if protocol == Protocol::Features {
            let [slow, fast] = [P::TauMOut, P::TauSOut].map(|id| self.get(id));
            if slow <= fast {
                fault(format!("tau_m_out must exceed tau_s_out = {fast} ms, got {slow} ms"));
            }
        }
        if protocol.races() {
            let [gate, present] = [P::Gate, P::PresentMs].map(|id| self.get(id));
            if gate >= present {
                fault(format!("gate must lie before the end of the presentation at present = {present} ms, got {gate} ms"));
            }
        }
        if protocol == Protocol::Deep && self.get(P::WMin) > self.get(P::WMax) {
            fault(format!("w_min must not exceed w_max = {} mV, got {} mV", self.get(P::WMax), self.get(P::WMin)));
        }
        if protocol.classifies() {
            let (rule, races) = (self.choice(P::Rule), protocol.races());
            let rules: &[&str] = match protocol {
                Protocol::Features => &["r-max", "none"],
                Protocol::Deep => &["r-max", "r-stdp", "none"],
                Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing => {
                    &["r-stdp", "stdp", "stdp-then-r-stdp", "pair-stdp", "none"]
                }
            };
            if !rules.contains(&rule) {
                fault(format!("rule = {rule} is not for the protocol {protocol:?}; choose one of: {}", rules.join(", ")));
            }
            let modulator = self.choice(P::Modulator);
            if !races && matches!(modulator, "minus own probability" | "over own doubt") {
                fault(format!("modulator = {modulator} needs neurons with escape noise, which the protocols Features and Deep have"));
            }
            if !races && modulator == "label (comparison)" && (rule != "r-stdp" || self.choice(P::Readout) != "class pools") {
                fault("modulator = label (comparison) needs rule = r-stdp and readout = class pools, so that neurons have classes from the start".to_owned());
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
        assert!(error.to_string().contains("tau_m must lie in"), "{error}");
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
