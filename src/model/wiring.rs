//! Which neurons a projection connects.

use super::fault::Faults;
use super::field::{Field, log, real, whole};
use super::node::{Body, Fields, Node};
use crate::params::Change;

/// The longest delay, in steps.
pub const MAX_DELAY_STEPS: u32 = 65_535;

/// The connections between two populations. Drawn wirings follow NEST: `Indegree` is `fixed_indegree`, `Outdegree` is
/// `fixed_outdegree`, `Probability` is `pairwise_bernoulli`.
#[derive(Debug, Clone, PartialEq)]
pub enum Wiring {
    /// Every neuron with every neuron.
    AllToAll,
    /// Neuron `i` with neuron `i`; both populations have the same size.
    OneToOne,
    /// Every pair independently with this probability.
    Probability(f64),
    /// So many synapses onto every postsynaptic neuron. Sources are drawn with replacement (a pair can have several
    /// synapses, called multapses) unless `multapses` is false.
    Indegree(u32),
    /// So many synapses from every presynaptic neuron. Targets are drawn as the sources of `Indegree`.
    Outdegree(u32),
    /// So many neighbours on either side, where the neurons of both populations form a ring in the order of their indices; both have the
    /// same size.
    Ring(u32),
    /// These pairs of a presynaptic and a postsynaptic index, in this order.
    Explicit(Vec<(u32, u32)>),
    /// Filters shared by all sites: each postsynaptic site receives a patch of `size` × `size` presynaptic sites, all maps of them;
    /// its neurons are the maps of the postsynaptic population. Weight sharing has no biological counterpart.
    Shared {
        /// Width and height of a patch in presynaptic sites.
        size: u32,
        /// Presynaptic sites from one patch to the next.
        stride: u32,
        /// Sites by which the first patch extends beyond the edge.
        pad: u32,
    },
}

/// The number that a wiring has, as a field.
const fn number(name: &'static str, domain: crate::params::Domain, help: &'static str) -> Field {
    Field { name, unit: "", domain, default: 0.0, change: Change::Rebuild, help, source: "NEST 3.10, connection rules" }
}

pub(crate) static PROBABILITY: Field = number("probability", real(0.0, 1.0), "Probability with which a pair of neurons is connected.");
pub(crate) static INDEGREE: Field = number("indegree", whole(0.0, 4_294_967_295.0), "Number of synapses onto every postsynaptic neuron.");
static FILTER: Field = Field {
    source: "Mozafari et al. 2019, Pattern Recognition 94:87",
    ..number("size", whole(1.0, 1000.0), "Width and height of a patch in presynaptic sites.")
};
static STRIDE: Field = Field { name: "stride", default: 1.0, help: "Presynaptic sites from one patch to the next.", ..FILTER };
static PAD: Field =
    Field { name: "pad", domain: whole(0.0, 1000.0), help: "Sites by which the first patch extends beyond the edge.", ..FILTER };

pub(crate) static OUTDEGREE: Field = number("outdegree", whole(0.0, 4_294_967_295.0), "Number of synapses from every presynaptic neuron.");

pub(crate) static NEIGHBOURS: Field = Field {
    source: "Ben-Yishai, Bar-Or & Sompolinsky 1995, PNAS 92:3844",
    ..number("neighbours", whole(0.0, 2_147_483_647.0), "Number of neighbours on either side with which a neuron of a ring is connected.")
};

/// The weight of a synapse.
pub(crate) static WEIGHT: Field = Field {
    name: "weight",
    unit: "mV",
    domain: real(-10_000.0, 10_000.0),
    default: 0.0,
    change: Change::Rebuild,
    help: "What a spike adds at its receptor: in mV to the current R I or to the potential, in nS to the conductance of neurons with conductances; negative weights inhibit.",
    source: "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1",
};

/// The sum of the weights onto a neuron.
pub(crate) static NORM: Field = Field {
    name: "norm",
    unit: "mV",
    domain: real(0.0, 10_000.0),
    default: 0.0,
    change: Change::Live,
    help: "Sum of the weights onto every neuron, to which they are scaled after every trial; 0 for no scaling.",
    source: "Diehl & Cook 2015, Front Comput Neurosci 9:99",
};

/// The largest weight of a projection without a rule.
pub(crate) static CAP: Field = Field {
    name: "cap",
    domain: real(0.01, 100.0),
    default: 1.0,
    help: "Largest weight of a projection with a constant sum of weights but without a rule.",
    ..NORM
};

/// The delay of a synapse; its limits follow from the time step.
pub(crate) static DELAY: Field = Field {
    name: "delay",
    unit: "ms",
    domain: log(0.0, 1e9),
    default: 1.0,
    change: Change::Rebuild,
    help: "Time from a presynaptic spike to its effect; from one step to 65,535 steps, and 0 for the spikes of an image and for currents.",
    source: "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459",
};

impl Wiring {
    /// The names of all wirings.
    pub const NAMES: &[&str] = &["AllToAll", "OneToOne", "Probability", "Indegree", "Outdegree", "Ring", "Explicit", "Shared"];

    /// Its name in files.
    pub fn name(&self) -> &'static str {
        Self::NAMES[match self {
            Self::AllToAll => 0,
            Self::OneToOne => 1,
            Self::Probability(_) => 2,
            Self::Indegree(_) => 3,
            Self::Outdegree(_) => 4,
            Self::Ring(_) => 5,
            Self::Explicit(_) => 6,
            Self::Shared { .. } => 7,
        }]
    }

    /// Whether partners are drawn one after the other, so that a pair can be drawn twice.
    pub fn draws_partners(&self) -> bool {
        matches!(self, Self::Indegree(_) | Self::Outdegree(_))
    }

    /// Expected number of synapses between `from` and `to` neurons; `own` for a projection of a population onto itself
    /// without connections of a neuron with itself.
    pub fn synapses(&self, from: u32, to: u32, own: bool) -> f64 {
        let (from, to) = (f64::from(from), f64::from(to));
        let pairs = from * to - if own { from } else { 0.0 };
        match self {
            Self::AllToAll => pairs,
            Self::OneToOne => from,
            Self::Probability(p) => p * pairs,
            Self::Indegree(k) => f64::from(*k) * to,
            Self::Outdegree(k) => f64::from(*k) * from,
            Self::Ring(k) => from * (2.0 * f64::from(*k) + f64::from(u8::from(!own))),
            Self::Explicit(pairs) => pairs.len() as f64,
            // its filters depend on the maps of both populations, see `ProjectionSpec::weights`
            Self::Shared { .. } => f64::INFINITY,
        }
    }

    /// The numbers of the wiring with their declarations.
    pub(crate) fn numbers(&self) -> Vec<(&'static Field, f64)> {
        match self {
            Self::Probability(p) => vec![(&PROBABILITY, *p)],
            Self::Indegree(k) => vec![(&INDEGREE, f64::from(*k))],
            Self::Outdegree(k) => vec![(&OUTDEGREE, f64::from(*k))],
            Self::Ring(k) => vec![(&NEIGHBOURS, f64::from(*k))],
            Self::Shared { size, stride, pad } => vec![(&FILTER, f64::from(*size)), (&STRIDE, f64::from(*stride)), (&PAD, f64::from(*pad))],
            Self::AllToAll | Self::OneToOne | Self::Explicit(_) => Vec::new(),
        }
    }

    /// Set one of these numbers by its place; it has been checked.
    pub(crate) fn set_number(&mut self, index: usize, value: f64) {
        match self {
            Self::Probability(p) => *p = value,
            Self::Indegree(k) | Self::Outdegree(k) | Self::Ring(k) => *k = value as u32,
            Self::Shared { size, stride, pad } => *[size, stride, pad][index] = value as u32,
            Self::AllToAll | Self::OneToOne | Self::Explicit(_) => {}
        }
    }

    /// The pairs of a ring of `n` neurons, by presynaptic neuron; `own` leaves out those of a neuron with itself.
    pub(crate) fn ring(n: u32, neighbours: u32, own: bool) -> Vec<(u32, u32)> {
        let n = i64::from(n);
        let reach = i64::from(neighbours);
        let onto = |pre: i64| (-reach..=reach).filter(move |step| !own || *step != 0).map(move |step| (pre, (pre + step).rem_euclid(n)));
        (0..n).flat_map(onto).map(|(pre, post)| (pre as u32, post as u32)).collect()
    }

    /// As text: `Indegree(800)`, `Explicit(12 pairs)`.
    pub fn text(&self) -> String {
        match (self, self.numbers().as_slice()) {
            (Self::Explicit(pairs), _) => format!("Explicit({} pairs)", pairs.len()),
            (_, []) => self.name().to_owned(),
            (_, [(_, number)]) => format!("{}({number})", self.name()),
            (_, numbers) => {
                let numbers: Vec<String> = numbers.iter().map(|(field, number)| format!("{}: {number}", field.name)).collect();
                format!("{}({})", self.name(), numbers.join(", "))
            }
        }
    }

    pub(crate) fn read(node: &Node, path: &str, faults: &mut Faults) -> Option<Self> {
        let values = match &node.body {
            Body::Items(values) => values.as_slice(),
            _ => &[],
        };
        let count = |field: &Field, faults: &mut Faults| match values {
            [Node { name: None, body: Body::Number(value) }] if field.domain.admits(*value) => Some(*value),
            [Node { name: None, body: Body::Number(value) }] => faults.none(path, field.out_of_range(*value).unwrap_or_default()),
            _ => faults.none(path, format!("{} needs one number in parentheses; allowed: {}", node.what(), field.range())),
        };
        let plain = matches!(node.body, Body::Nothing);
        match node.name.as_deref() {
            Some("AllToAll") if plain => Some(Self::AllToAll),
            Some("OneToOne") if plain => Some(Self::OneToOne),
            Some("Probability") => count(&PROBABILITY, faults).map(Self::Probability),
            Some("Indegree") => count(&INDEGREE, faults).map(|k| Self::Indegree(k as u32)),
            Some("Outdegree") => count(&OUTDEGREE, faults).map(|k| Self::Outdegree(k as u32)),
            Some("Ring") => count(&NEIGHBOURS, faults).map(|k| Self::Ring(k as u32)),
            Some("Explicit") => {
                let [Node { body: Body::List(pairs), .. }] = values else {
                    return faults.none(path, "Explicit needs a list of pairs of indices; write it as Explicit([(0, 1), (0, 2)])");
                };
                pairs.iter().map(|node| pair(node, path, faults)).collect::<Option<_>>().map(Self::Explicit)
            }
            Some("Shared") => Some(Self::shared(node, path, faults)),
            _ => {
                let forms =
                    "AllToAll, OneToOne, Probability(0.1), Indegree(100), Outdegree(100), Ring(10), Explicit([(0, 1)]) or Shared(size: 5)";
                faults.none(path, format!("{} is no wiring; write {forms}{}", node.what(), meant(node)))
            }
        }
    }

    fn shared(node: &Node, path: &str, faults: &mut Faults) -> Self {
        let mut wiring = Self::Shared { size: 1, stride: 1, pad: 0 };
        let mut fields = Fields::open(node.clone(), path, "Shared(size: 5, stride: 1, pad: 2)", faults);
        for (index, (declared, _)) in wiring.clone().numbers().into_iter().enumerate() {
            let node = if index == 0 { fields.require(declared.name, "5", faults) } else { fields.take(declared.name) };
            match node.map(|node| (node.what(), node.body)) {
                None => {}
                Some((_, Body::Number(value))) if declared.domain.admits(value) => wiring.set_number(index, value),
                Some((what, _)) => faults.at(&fields.path(declared.name), format!("{what} does not apply; allowed: {}", declared.range())),
            }
        }
        fields.close(faults);
        wiring
    }

    pub(crate) fn node(&self) -> Node {
        let index = |index: u32| Node::number(index);
        match self {
            Self::AllToAll | Self::OneToOne => Node::named(self.name(), Body::Nothing),
            Self::Probability(p) => Node::named(self.name(), Body::Items(vec![Node::number(*p)])),
            Self::Indegree(k) | Self::Outdegree(k) | Self::Ring(k) => Node::named(self.name(), Body::Items(vec![index(*k)])),
            Self::Shared { .. } => {
                let numbers = self.numbers().into_iter().map(|(field, number)| (field.name.to_owned(), Node::number(number)));
                Node::named(self.name(), Body::Fields(numbers.collect()))
            }
            Self::Explicit(pairs) => {
                let pairs = pairs.iter().map(|(pre, post)| Body::Items(vec![index(*pre), index(*post)]).into()).collect();
                Node::named(self.name(), Body::Items(vec![Body::List(pairs).into()]))
            }
        }
    }
}

/// What to write in place of what is no wiring, with the number that it has: `fixed_indegree(16)`, and NEST's
/// `{"rule": "fixed_indegree", "indegree": 16}` with any brackets.
fn meant(node: &Node) -> String {
    let (pairs, items) = match &node.body {
        Body::Map(pairs) | Body::Fields(pairs) => (pairs.as_slice(), [].as_slice()),
        Body::Items(items) => ([].as_slice(), items.as_slice()),
        _ => ([].as_slice(), [].as_slice()),
    };
    let rule = pairs.iter().find(|(name, _)| name == "rule").map(|(_, rule)| rule);
    let name = match rule {
        Some(Node { name: None, body: Body::Text(text) }) => Node::named(text, Body::Nothing),
        Some(rule) => rule.clone(),
        None => node.clone(),
    };
    let number = pairs.iter().map(|(_, value)| value).chain(items).find_map(|value| match value.body {
        Body::Number(number) => Some(number),
        _ => None,
    });
    let advice = name.instead(Wiring::NAMES);
    // a total number is no number of synapses of one neuron
    match number.filter(|_| name.name.as_deref() != Some("fixed_total_number")) {
        Some(number) => ["(100)", "(0.1)"].iter().fold(advice, |text, example| text.replacen(example, &format!("({number})"), 1)),
        None => advice,
    }
}

/// A pair of indices.
fn pair(node: &Node, path: &str, faults: &mut Faults) -> Option<(u32, u32)> {
    if let Body::Items(values) = &node.body
        && let [Node { body: Body::Number(pre), .. }, Node { body: Body::Number(post), .. }] = values[..]
        && [pre, post].iter().all(|index| (0.0..=f64::from(u32::MAX)).contains(index) && index.fract() == 0.0)
    {
        return Some((pre as u32, post as u32));
    }
    faults.at(path, "a pair of Explicit is two whole numbers counted from 0, as (0, 1)");
    None
}
