//! Sizes before anything is allocated: neurons, expected synapses, memory.

use super::fault::{Fault, Faults, entry, field};
use super::rules::RuleSpec;
use super::shape::Shape;
use super::spec::{NetworkSpec, ProjectionSpec};
use super::wiring::Wiring;
use std::collections::BTreeMap;

/// The memory that a network may need, in bytes.
pub const MEMORY_LIMIT: u64 = 8 << 30;

/// The synapses that a projection may have.
pub const SYNAPSE_LIMIT: f64 = 4_294_967_295.0;

/// Sizes of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// Neurons of all populations.
    pub neurons: u64,
    /// Expected synapses of all projections; exact where none is drawn by probability.
    pub synapses: f64,
    /// Estimated memory in bytes.
    pub bytes: f64,
    /// One entry for each projection, in the order of the description.
    pub projections: Vec<ProjectionCount>,
}

/// Sizes of a projection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProjectionCount {
    /// Expected synapses.
    pub synapses: f64,
    /// Whether that number is exact.
    pub exact: bool,
    /// Estimated memory in bytes.
    pub bytes: f64,
    /// Mean number of synapses onto a postsynaptic neuron.
    pub indegree: f64,
    /// Mean number of synapses from a presynaptic neuron.
    pub outdegree: f64,
}

impl NetworkSpec {
    /// Sizes of the network. Projections whose ends do not exist count as empty.
    pub fn counts(&self) -> Counts {
        let shapes = self.populations.iter().map(|population| (population.name.as_str(), population.shape)).collect();
        let projections: Vec<ProjectionCount> = self.projections.iter().map(|projection| count(projection, &shapes)).collect();
        let populations: f64 = self.populations.iter().map(|population| population.model.model().bytes(population.size()) as f64).sum();
        Counts {
            neurons: self.populations.iter().map(|population| u64::from(population.size())).sum(),
            synapses: projections.iter().fold(0.0, |sum, count| sum + count.synapses),
            bytes: populations + projections.iter().map(|count| count.bytes).sum::<f64>(),
            projections,
        }
    }

    /// Too many synapses or too much memory; the message names the largest part. What has other faults is counted as far as it is known.
    pub(crate) fn check_counts(&self, faults: &mut Faults) {
        let (known, before) = (self.countable(faults), faults.len());
        let counts = known.counts();
        for (projection, count) in known.projections.iter().zip(&counts.projections) {
            if count.synapses > SYNAPSE_LIMIT && !matches!(projection.wiring, Wiring::Shared { .. }) {
                let message =
                    format!("it would have {:.0} synapses; the limit is {SYNAPSE_LIMIT}; {}", count.synapses, remedy(&projection.wiring));
                faults.at(&entry("projections", &projection.name), message);
            }
        }
        if counts.bytes > MEMORY_LIMIT as f64 && faults.len() == before {
            let fault = known.too_large(&counts, &format!("the limit is {}", gib(MEMORY_LIMIT as f64)));
            fault.into_iter().for_each(|Fault { path, message }| faults.at(&path, message));
        }
    }

    /// The network without the populations and projections whose sizes are not known because of a fault.
    pub(crate) fn countable(&self, faults: &Faults) -> Self {
        let mut known = self.clone();
        known.populations.retain(|one| {
            let path = entry("populations", &one.name);
            !["size", "shape"].iter().any(|name| faults.within(&field(&path, name)))
        });
        known.projections.retain(|one| !faults.within(&field(&entry("projections", &one.name), "wiring")));
        known
    }

    /// The fault of a network, within the limit of all machines, that needs more than `available` bytes of memory.
    pub fn beyond(&self, available: u64) -> Option<Fault> {
        let (counts, limit) = (self.counts(), MEMORY_LIMIT as f64);
        if counts.bytes > limit || counts.bytes <= available as f64 {
            return None;
        }
        self.too_large(&counts, &format!("{} are available on this machine, and the limit is {}", gib(available as f64), gib(limit)))
    }

    /// The fault of a network with too much memory, at its largest part.
    fn too_large(&self, counts: &Counts, bounds: &str) -> Option<Fault> {
        let projections = self.projections.iter().zip(&counts.projections).map(|(projection, count)| {
            let what = format!("this projection {} with {:.0} synapses; {}", gib(count.bytes), count.synapses, remedy(&projection.wiring));
            (count.bytes, entry("projections", &projection.name), what)
        });
        let populations = self.populations.iter().map(|population| {
            let bytes = population.model.model().bytes(population.size()) as f64;
            let what = format!("this population {} with {} neurons; choose fewer neurons", gib(bytes), population.size());
            (bytes, entry("populations", &population.name), what)
        });
        let (_, path, what) = projections.chain(populations).max_by(|one, other| one.0.total_cmp(&other.0))?;
        Some(Fault { path, message: format!("the network would need {} of memory, {bounds}; {what}", gib(counts.bytes)) })
    }
}

/// Sizes of a projection between populations of these sizes.
fn count(projection: &ProjectionSpec, shapes: &BTreeMap<&str, Shape>) -> ProjectionCount {
    let [pre, post] = [&projection.from, &projection.to].map(|name| shapes.get(name.as_str()).copied().unwrap_or(Shape::Line(0)));
    let input = projection.input(pre);
    let (from, to) = (input.size(), post.size());
    let wiring = &projection.wiring;
    let synapses = match *wiring {
        // a patch of each postsynaptic neuron, its edges included
        Wiring::Shared { size, .. } => f64::from(size) * f64::from(size) * f64::from(input.grid().2) * f64::from(to),
        _ => wiring.synapses(from, to, projection.leaves_out_self()),
    };
    let full = matches!(wiring, Wiring::AllToAll) && projection.delay.constant().is_some() && !projection.leaves_out_self();
    // measured at the peak, while a checkpoint is written: a full matrix, or a list with its index by postsynaptic neuron and with
    // an eligibility where a rule needs them
    let each = match (full, &projection.rule) {
        (_, None) | (true, Some(RuleSpec::PairStdp(_) | RuleSpec::Stdp(_))) => 12.0,
        (_, Some(RuleSpec::RStdp(_))) => 52.0,
        (_, Some(rule)) if !rule.learns() => 12.0,
        (false, Some(RuleSpec::PairStdp(_))) => 28.0,
        (_, Some(rule)) if rule.is_continuous() => 28.0,
        (_, Some(_)) => 20.0,
    };
    let stored = match *wiring {
        Wiring::Shared { .. } => synapses * f64::from(post.grid().2) / f64::from(to.max(1)),
        _ => synapses,
    };
    ProjectionCount {
        synapses,
        exact: !matches!(wiring, Wiring::Probability(_)),
        bytes: stored * each + 8.0 * f64::from(pre.size()),
        indegree: synapses / f64::from(to.max(1)),
        outdegree: synapses / f64::from(from.max(1)),
    }
}

/// How to make a projection smaller.
fn remedy(wiring: &Wiring) -> &'static str {
    match wiring {
        Wiring::AllToAll => "choose fewer neurons, or a wiring such as Probability or Indegree",
        Wiring::OneToOne => "choose fewer neurons",
        Wiring::Probability(_) => "choose fewer neurons or a lower probability",
        Wiring::Indegree(_) | Wiring::Outdegree(_) => "choose fewer neurons or a lower degree",
        Wiring::Ring(_) => "choose fewer neurons or fewer neighbours",
        Wiring::Explicit(_) => "list fewer pairs",
        Wiring::Shared { .. } => "choose fewer maps or smaller filters",
    }
}

fn gib(bytes: f64) -> String {
    format!("{:.1} GiB", bytes / f64::from(1 << 30))
}
