//! What runs of networks that run freely have in common and in what they differ.

use super::free_view::FreeView;
use crate::model::{NetworkSpec, Path};
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

/// Where two networks differ: parts that only one of them has; the kinds of those that both have, as their model or wiring; and the
/// values of all quantities that both have.
pub fn differences(this: &NetworkSpec, other: &NetworkSpec) -> Vec<Difference> {
    let (own, others) = (parts(this), parts(other));
    let mut names: Vec<&String> = own.iter().chain(&others).map(|part| &part.name).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert((*name).clone()));
    let mut found = Vec::new();
    for name in names {
        let [one, two] = [&own, &others].map(|parts| parts.iter().find(|part| part.name == *name));
        match (one, two) {
            (Some(one), Some(two)) => {
                let kinds = one.kinds.iter().zip(&two.kinds).filter(|(one, two)| one.sort != two.sort);
                found.extend(kinds.map(|(one, two)| Difference {
                    path: Path::new(name, one.field).to_string(),
                    this: Some(one.text.clone()),
                    other: Some(two.text.clone()),
                }));
            }
            _ => found.push(Difference { path: name.clone(), this: one.map(Part::text), other: two.map(Part::text) }),
        }
    }
    // the others belong to a part, a model, a wiring or a rule that only one of them has
    let others = other.entries();
    found.extend(this.entries().iter().filter_map(|entry| {
        let (this, other) = (entry.text(), others.iter().find(|other| other.path == entry.path)?.text());
        (this != other).then(|| Difference { path: entry.path.to_string(), this: Some(this), other: Some(other) })
    }));
    found
}

/// A population or a projection, with what decides which quantities it has.
struct Part {
    name: String,
    /// The same fields for all populations, and for all projections.
    kinds: Vec<Kind>,
}

struct Kind {
    field: &'static str,
    /// Without its numbers: what has the same is of one sort.
    sort: String,
    text: String,
}

impl Part {
    /// "noise to E, AllToAll, PairStdp".
    fn text(&self) -> String {
        self.kinds.iter().filter(|kind| kind.text != NO_RULE).map(|kind| kind.text.as_str()).collect::<Vec<_>>().join(", ")
    }
}

const NO_RULE: &str = "none";

/// Populations with their models, and projections with their ends, wiring and rule.
fn parts(network: &NetworkSpec) -> Vec<Part> {
    let kind = |field, sort: &str, text: String| Kind { field, sort: sort.to_owned(), text };
    let plain = |field, text: &str| kind(field, text, text.to_owned());
    let populations = network.populations.iter().map(|one| Part { name: one.name.clone(), kinds: vec![plain("model", one.model.name())] });
    let projections = network.projections.iter().map(|one| {
        let rule = one.rule.as_ref().map_or(NO_RULE, |rule| rule.name());
        let ends = plain("ends", &format!("{} to {}", one.from, one.to));
        let wiring = kind("wiring", one.wiring.name(), one.wiring.text());
        Part { name: one.name.clone(), kinds: vec![ends, wiring, plain("rule", rule)] }
    });
    populations.chain(projections).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_wiring_does_not_hide_a_changed_weight() {
        let network = |noise: &str| {
            let text = format!(
                r#"(populations: {{"noise": (size: 30, model: Poisson()), "E": (size: 30, model: Lif())}}, projections: {{{noise}}})"#
            );
            NetworkSpec::from_ron(&text).unwrap()
        };
        let all = network(r#""noise->E": (wiring: AllToAll, weight: "1 mV", delay: "1 ms")"#);
        let some = network(r#""noise->E": (wiring: Indegree(20), weight: "3 mV", delay: "1 ms", rule: PairStdp(w_max: "9 mV"))"#);
        let told = |this: &NetworkSpec, other: &NetworkSpec| {
            let words = |value: Option<String>| value.unwrap_or_default();
            differences(this, other).into_iter().map(|one| (one.path, words(one.this), words(one.other))).collect::<Vec<_>>()
        };
        let row = |path: &str, this: &str, other: &str| (path.to_owned(), this.to_owned(), other.to_owned());
        let wanted = [
            row("noise->E.wiring", "AllToAll", "Indegree(20)"),
            row("noise->E.rule", "none", "PairStdp"),
            row("noise->E.weight", "1 mV", "3 mV"),
        ];
        assert_eq!(told(&all, &some), wanted);
        assert_eq!(told(&all, &all), []);
        let without = network("");
        assert_eq!(told(&some, &without), [row("noise->E", "noise to E, Indegree(20), PairStdp", "")]);
    }
}
