//! Rewards that depend on what a network does: a delayed reward for one neuron that fires shortly after another one.

use super::distribution::Distribution;
use super::fault::{Faults, field};
use super::field::{Field, log, real};
use super::node::{Fields, Node};
use super::read::{number, text};
use super::spec::NetworkSpec;
use super::syntax::syntax_error;
use super::write::{call, quantity};
use crate::params::Change;
use crate::time::TimeGrid;

/// The amount of a reward.
pub(super) static AMOUNT: Field = Field {
    name: "reward",
    unit: "",
    domain: real(-1000.0, 1000.0),
    default: 1.0,
    change: Change::Rebuild,
    help: "Amount that a reward adds to the concentration of the neuromodulator.",
    source: "Izhikevich 2007, Cereb Cortex 17:2443",
};
use std::fmt;
use std::str::FromStr;

const IZHIKEVICH: &str = "Izhikevich 2007, Cereb Cortex 17:2443";
/// The path of the condition.
const PATH: &str = "task.reward_when";
const FORM: &str = "Coincidence(first: \"E[0]\", then: \"E[1]\", within: \"20 ms\", after: Uniform(\"1 s\", \"3 s\"), amount: 0.5)";

/// Longest time in ms between the two spikes, and from them to the reward.
const LONGEST_MS: f64 = 100_000.0;

static WITHIN: Field = Field {
    name: "within",
    unit: "ms",
    domain: log(0.0, LONGEST_MS),
    default: 20.0,
    change: Change::Rebuild,
    help: "Longest time from the spike of the first neuron to that of the second one; spikes of the same step do not count.",
    source: IZHIKEVICH,
};

static AFTER: Field = Field {
    name: "after",
    unit: "ms",
    domain: log(0.0, LONGEST_MS),
    default: 1000.0,
    change: Change::Rebuild,
    help: "Time from the spike of the second neuron to the reward, drawn for every reward; at least one step.",
    source: IZHIKEVICH,
};

/// A neuron of a population, in files as `"E[0]"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeuronAt {
    /// Name of the population.
    pub population: String,
    /// Its index there, from 0.
    pub index: u32,
}

impl fmt::Display for NeuronAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.population, self.index)
    }
}

impl FromStr for NeuronAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.trim().strip_suffix(']').and_then(|text| text.rsplit_once('['));
        let read = parts.and_then(|(population, index)| Some((population.to_owned(), index.trim().parse().ok()?)));
        let (population, index) = read.ok_or_else(|| format!("\"{text}\" is no neuron; write a population and an index, as \"E[0]\""))?;
        Ok(Self { population, index })
    }
}

/// A reward for every spike of one neuron that follows a spike of another one within a time: the reward of the distal-reward
/// problem (Izhikevich 2007).
#[derive(Debug, Clone, PartialEq)]
pub struct Coincidence {
    /// The neuron that fires first.
    pub first: NeuronAt,
    /// The neuron that fires after it.
    pub then: NeuronAt,
    /// Longest time from the first spike to the second one in ms, above 0, a whole number of steps.
    pub within_ms: f64,
    /// Time from the second spike to the reward in ms, drawn for every reward, rounded to whole steps, at least one.
    pub after_ms: Distribution,
    /// Amount added to the concentration of the neuromodulator, -1000 to 1000.
    pub amount: f64,
}

impl Coincidence {
    /// Read the value of the field `reward_when`.
    pub(super) fn read(node: Node, faults: &mut Faults) -> Option<Self> {
        if node.name.as_deref() != Some("Coincidence") {
            return faults.none(PATH, format!("{} is no condition of a reward; write {FORM}", node.what()));
        }
        let mut fields = Fields::open(node, PATH, FORM, faults);
        let mut neuron = |name, example: &str, faults: &mut Faults| {
            let node = fields.require(name, example, faults)?;
            let path = field(PATH, name);
            let read = text(&node, &path, "a neuron, as \"E[0]\"", faults)?.parse::<NeuronAt>();
            read.map_err(|message| faults.at(&path, message)).ok()
        };
        let (first, then) = (neuron("first", "\"E[0]\"", faults), neuron("then", "\"E[1]\"", faults));
        let mut value = |declared: &Field, faults: &mut Faults| match fields.take(declared.name) {
            Some(node) => number(&node, declared, &field(PATH, declared.name), faults),
            None => Some(declared.default),
        };
        let (within_ms, amount) = (value(&WITHIN, faults), value(&Field { name: "amount", ..AMOUNT }, faults));
        let after_ms = match fields.take(AFTER.name) {
            Some(node) => Distribution::read(&node, &AFTER, &field(PATH, AFTER.name), faults),
            None => Some(Distribution::Constant(AFTER.default)),
        };
        fields.close(faults);
        Some(Self { first: first?, then: then?, within_ms: within_ms?, after_ms: after_ms?, amount: amount? })
    }

    /// Read a text such as `Coincidence(first: "E[0]", then: "E[1]")`; the error in one sentence.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut faults = Faults::default();
        let node = Node::parse(text).map_err(|error| syntax_error(&error, text).1)?;
        let read = Self::read(node, &mut faults);
        let read = faults.or(read).map_err(|faults| faults[0].message.clone())?;
        read.ok_or_else(|| format!("write {FORM}"))
    }

    pub(super) fn node(&self) -> Node {
        let fields = vec![
            ("first".to_owned(), Node::text(self.first.to_string())),
            ("then".to_owned(), Node::text(self.then.to_string())),
            (WITHIN.name.to_owned(), quantity(&WITHIN, self.within_ms)),
            (AFTER.name.to_owned(), self.after_ms.node(&AFTER)),
            ("amount".to_owned(), Node::number(self.amount)),
        ];
        call("Coincidence", fields)
    }

    /// As it stands in a file.
    pub fn text(&self) -> String {
        self.node().print().trim().to_owned()
    }

    /// In words: what is rewarded, and when.
    pub fn words(&self) -> String {
        let Self { first, then, within_ms, after_ms, amount } = self;
        format!("{amount} after {} for every spike of {then} within {within_ms} ms after one of {first}", after_ms.text(&AFTER))
    }

    /// The neurons by whose spikes it is given.
    pub fn neurons(&self) -> [&NeuronAt; 2] {
        [&self.first, &self.then]
    }

    /// The same, to follow a population that is renamed.
    pub(crate) fn neurons_mut(&mut self) -> [&mut NeuronAt; 2] {
        [&mut self.first, &mut self.then]
    }

    /// Values out of range or off the grid.
    pub(super) fn check(&self, dt_ms: f64, faults: &mut Faults) {
        let grid = TimeGrid::new(dt_ms);
        let within = field(PATH, WITHIN.name);
        match (WITHIN.out_of_range(self.within_ms), grid.steps(self.within_ms)) {
            (Some(message), _) => faults.at(&within, message),
            (None, Ok(0)) => {
                faults.at(&within, format!("{} ms is below one step of {dt_ms} ms; choose at least {dt_ms} ms", self.within_ms));
            }
            (None, Ok(_)) => {}
            (None, Err(fault)) => faults.at(&within, fault.to_string()),
        }
        let after = field(PATH, AFTER.name);
        match self.after_ms {
            Distribution::Gabor | Distribution::Noise => faults.at(&after, "filters are no times; write a time, as \"1 s\""),
            _ => self.after_ms.check(&AFTER, &after, faults),
        }
        if let Some(message) = AMOUNT.out_of_range(self.amount) {
            faults.at(&field(PATH, "amount"), message);
        }
    }

    /// What does not fit the network.
    pub(crate) fn check_neurons(&self, network: &NetworkSpec, faults: &mut Faults) {
        for (name, NeuronAt { population, index }) in [("first", &self.first), ("then", &self.then)] {
            match network.population(population).map(super::PopulationSpec::size) {
                None => faults.at(&field(PATH, name), format!("there is no population \"{population}\"")),
                Some(size) if *index >= size => {
                    let message = format!("\"{population}\" has {size} neurons; choose an index from 0 to {}", size.saturating_sub(1));
                    faults.at(&field(PATH, name), message);
                }
                Some(_) => {}
            }
        }
    }
}
