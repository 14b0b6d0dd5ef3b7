//! What runs of networks that run freely have in common and in what they differ.

use super::free_view::FreeView;
use crate::model::{Entry, NetworkSpec};
use std::ops::Range;

/// Runs are compared over whole multiples of this time in ms; what is shorter is not compared.
const UNIT_MS: f64 = 100.0;
/// Of longer times, over multiples of more of these units.
const LONG: f64 = 20.0;
const MORE: f64 = 5.0;

/// The time in ms over which runs are compared, at the end of each: the longest that all of them have recorded since their last
/// change, in tenths of a second, or in halves of two seconds and more. Runs with less than a tenth have no part in it.
pub fn common_ms<'a>(runs: impl Iterator<Item = &'a FreeView>) -> Option<f64> {
    let units = runs.filter_map(|run| {
        let steps = run.window(0);
        let units = ((steps.end - steps.start) as f64 * run.network.dt_ms / UNIT_MS + 1e-6).floor();
        (units >= 1.0).then_some(units)
    });
    let least = units.fold(f64::INFINITY, f64::min);
    let whole = if least >= LONG { (least / MORE).floor() * MORE } else { least };
    whole.is_finite().then_some(whole * UNIT_MS)
}

impl FreeView {
    /// The last `ms` of the record, if the network was the same over all of it.
    pub fn last(&self, ms: f64) -> Option<Range<u64>> {
        let steps = self.window(0);
        let length = (ms / self.network.dt_ms).round() as u64;
        (length > 0 && length <= steps.end - steps.start).then(|| steps.end - length..steps.end)
    }
}

/// A quantity or a part in which two networks differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Path of the quantity, or name of the part.
    pub path: String,
    /// What the first network has; `None` if it has no such quantity or part.
    pub this: Option<String>,
    /// What the other network has.
    pub other: Option<String>,
}

/// Where two networks differ: parts that only one of them has or whose kind differs, and the values of all other quantities.
pub fn differences(this: &NetworkSpec, other: &NetworkSpec) -> Vec<Difference> {
    let (own, others) = (parts(this), parts(other));
    let kind = |parts: &[(String, String)], name: &str| parts.iter().find(|part| part.0 == name).map(|part| part.1.clone());
    let mut names: Vec<&String> = own.iter().chain(&others).map(|part| &part.0).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert((*name).clone()));
    let of_parts = names.into_iter().map(|name| Difference { path: name.clone(), this: kind(&own, name), other: kind(&others, name) });
    let mut found: Vec<Difference> = of_parts.filter(|part| part.this != part.other).collect();
    // the quantities of a part that only one has follow from that
    let lone: Vec<String> = found.iter().map(|part| part.path.clone()).collect();
    let (own, others) = (this.entries(), other.entries());
    let text = |entries: &[Entry], of: &Entry| entries.iter().find(|entry| entry.path == of.path).map(Entry::text);
    let is_new = |entry: &&Entry| own.iter().all(|known| known.path != entry.path);
    for entry in own.iter().chain(others.iter().filter(is_new)) {
        let (this, other) = (text(&own, entry), text(&others, entry));
        if this != other && !entry.path.owner.as_ref().is_some_and(|owner| lone.contains(owner)) {
            found.push(Difference { path: entry.path.to_string(), this, other });
        }
    }
    found
}

/// Populations with their models, and projections with their ends, wiring and rule.
fn parts(network: &NetworkSpec) -> Vec<(String, String)> {
    let populations = network.populations.iter().map(|one| (one.name.clone(), one.model.name().to_owned()));
    let projections = network.projections.iter().map(|one| {
        let rule = one.rule.as_ref().map_or(String::new(), |rule| format!(", {}", rule.name()));
        (one.name.clone(), format!("{} to {}, {}{rule}", one.from, one.to, one.wiring.name()))
    });
    populations.chain(projections).collect()
}
