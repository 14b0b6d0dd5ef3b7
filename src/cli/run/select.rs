//! `--record` of a free run: which quantities of which neurons, for example `spikes,potentials:E[0..10]`.

use super::tape::{Neurons, Quantity};
use crate::cli::recording::MAX_BYTES;
use crate::model::NetworkSpec;
use std::ops::Range;

/// Recorded neurons by quantity and population.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Selection {
    /// Each quantity at most once, with the neurons of every population.
    pub(in crate::cli) quantities: Vec<(Quantity, Vec<Neurons>)>,
}

impl Selection {
    /// Read the argument; all its faults.
    pub(in crate::cli) fn read(text: Option<&str>, network: &NetworkSpec) -> Result<Self, Vec<String>> {
        let (mut selection, mut faults) = (Self::default(), Vec::new());
        for item in text.map(split).into_iter().flatten() {
            if let Err(fault) = selection.add(item, network) {
                faults.push(format!("--record {item}: {fault}"));
            }
        }
        selection.quantities.sort_by_key(|(quantity, _)| *quantity);
        if faults.is_empty() { Ok(selection) } else { Err(faults) }
    }

    /// A quantity of all neurons that have it.
    pub(in crate::cli) fn all(quantity: Quantity, network: &NetworkSpec) -> Self {
        let of = |population: &crate::model::PopulationSpec| {
            let has = quantity == Quantity::Spikes || population.model.has_potential();
            Neurons::from_iter(has.then(|| 0..population.size()))
        };
        Self { quantities: vec![(quantity, network.populations.iter().map(of).collect())] }
    }

    /// A quantity of the neurons named in a list as `E[0..10], I`, or of all.
    pub(in crate::cli) fn of(quantity: Quantity, neurons: Option<&str>, network: &NetworkSpec) -> Result<Self, Vec<String>> {
        let Some(text) = neurons else { return Ok(Self::all(quantity, network)) };
        let items: Vec<String> = split(text).iter().map(|item| format!("{}:{item}", quantity.name())).collect();
        Self::read(Some(&items.join(",")), network)
    }

    /// Number of recorded neurons.
    pub(in crate::cli) fn neurons(&self) -> u64 {
        self.quantities.iter().flat_map(|(_, of)| of).flatten().map(|range| u64::from(range.end - range.start)).sum()
    }

    fn add(&mut self, item: &str, network: &NetworkSpec) -> Result<(), String> {
        const FORM: &str =
            "expected spikes or potentials, optionally a colon and a population, and a range of its neurons, as potentials:E[0..10]";
        let (what, whose) = item.split_once(':').map_or((item, None), |(what, whose)| (what.trim(), Some(whose.trim())));
        let quantity = Quantity::ALL.into_iter().find(|quantity| quantity.name() == what);
        let quantity = quantity.ok_or_else(|| {
            let weights = "; weights are exported after the run: `spikescope export DIR --what weights`";
            let population = name_and_range(item).filter(|(name, _)| network.population(name).is_some());
            match population {
                Some(_) => format!("write what of it shall be recorded, as spikes:{item}"),
                None => format!("\"{what}\" cannot be recorded; {FORM}{}", if what == "weights" { weights } else { "" }),
            }
        })?;
        let more = match whose {
            None => Self::all(quantity, network).quantities.remove(0).1,
            Some(whose) => {
                let (name, range) = name_and_range(whose).ok_or(FORM)?;
                let names = || network.populations.iter().map(|one| format!("\"{}\"", one.name)).collect::<Vec<_>>().join(", ");
                let index = network.populations.iter().position(|population| population.name == name);
                let index = index.ok_or_else(|| format!("there is no population \"{name}\"; choose one of {}", names()))?;
                let population = &network.populations[index];
                if quantity == Quantity::Potentials && !population.model.has_potential() {
                    return Err(format!("the neurons of \"{name}\" are {} sources, which have no potential", population.model.name()));
                }
                let neurons = neurons(range, population.size()).ok_or_else(|| {
                    format!("\"{name}\" has {0} neurons; allowed: [A..B] with A < B and B at most {0}", population.size())
                })?;
                let mut more = vec![Vec::new(); network.populations.len()];
                more[index].push(neurons);
                more
            }
        };
        let known = self.quantities.iter().position(|(known, _)| *known == quantity).unwrap_or_else(|| {
            self.quantities.push((quantity, vec![Vec::new(); network.populations.len()]));
            self.quantities.len() - 1
        });
        for (have, more) in self.quantities[known].1.iter_mut().zip(more) {
            have.extend(more);
            have.sort_by_key(|range| range.start);
            have.dedup_by(|next, last| {
                let joined = next.start <= last.end;
                if joined {
                    last.end = last.end.max(next.end);
                }
                joined
            });
        }
        Ok(())
    }

    /// Refuse recordings above the size limit. The number of spikes is not known in advance.
    pub(in crate::cli) fn check(&self, steps: u64) -> Result<(), String> {
        for (quantity, populations) in &self.quantities {
            let neurons: u64 = populations.iter().flatten().map(|range| u64::from(range.end - range.start)).sum();
            let bytes = (quantity.record_size() as u64).saturating_mul(neurons).saturating_mul(steps);
            if *quantity == Quantity::Potentials && bytes > MAX_BYTES {
                return Err(format!(
                    "--record potentials of {neurons} neurons at {steps} steps would need {} GiB, the limit is {} GiB; name fewer neurons, \
                     as potentials:E[0..10], or choose a shorter --duration",
                    bytes >> 30,
                    MAX_BYTES >> 30
                ));
            }
        }
        Ok(())
    }
}

/// The items of the list: commas within quotes and brackets do not separate.
fn split(text: &str) -> Vec<&str> {
    let (mut quote, mut bracket) = (false, false);
    let separates = |c: char| {
        quote ^= c == '"';
        bracket = !quote && (c == '[' || bracket && c != ']');
        c == ',' && !quote && !bracket
    };
    text.split(separates).map(str::trim).collect()
}

/// `E[0..10]`, `E`, `"my population"[3]`.
fn name_and_range(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, rest) = match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => text.split_at(text.find('[').unwrap_or(text.len())),
    };
    let (name, rest) = (name.trim(), rest.trim());
    let range = if rest.is_empty() { None } else { Some(rest.strip_prefix('[')?.strip_suffix(']')?) };
    (!name.is_empty()).then_some((name, range))
}

/// `A..B`, `A..`, `..B`, one neuron, or all of `size` neurons.
fn neurons(text: Option<&str>, size: u32) -> Option<Range<u32>> {
    let Some(text) = text else { return Some(0..size) };
    let number = |text: &str, open: u32| if text.trim().is_empty() { Some(open) } else { text.trim().parse().ok() };
    let range = if let Some((from, to)) = text.split_once("..") {
        number(from, 0)?..number(to, size)?
    } else {
        let one: u32 = text.trim().parse().ok()?;
        one..one.checked_add(1)?
    };
    (range.start < range.end && range.end <= size).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Lif, ModelSpec, Poisson, PopulationSpec};

    fn network() -> NetworkSpec {
        let mut network = NetworkSpec::new(0.1);
        network.populations.push(PopulationSpec::new("E", 100, ModelSpec::Lif(Lif::default())));
        network.populations.push(PopulationSpec::new("my, [own]", 10, ModelSpec::Lif(Lif::default())));
        network.populations.push(PopulationSpec::new("noise", 20, ModelSpec::Poisson(Poisson::default())));
        network
    }

    fn read(text: &str) -> Result<Vec<(Quantity, Vec<Neurons>)>, Vec<String>> {
        Selection::read(Some(text), &network()).map(|selection| selection.quantities)
    }

    #[test]
    #[allow(clippy::single_range_in_vec_init)] // one range of neurons
    fn quantities_populations_and_ranges_are_read_and_joined() {
        let all = |ranges: [Neurons; 3]| ranges.to_vec();
        assert_eq!(read("spikes"), Ok(vec![(Quantity::Spikes, all([vec![0..100], vec![0..10], vec![0..20]]))]));
        assert_eq!(read("potentials"), Ok(vec![(Quantity::Potentials, all([vec![0..100], vec![0..10], vec![]]))]));
        let several = "potentials:E[0..10], spikes:\"my, [own]\"[3], potentials:E[5..], potentials:E[..2]";
        let spikes = (Quantity::Spikes, all([vec![], vec![3..4], vec![]]));
        assert_eq!(read(several), Ok(vec![spikes, (Quantity::Potentials, all([vec![0..100], vec![], vec![]]))]));
        assert_eq!(read("spikes:E[1..2],spikes:E[5..7]"), Ok(vec![(Quantity::Spikes, all([vec![1..2, 5..7], vec![], vec![]]))]));
    }

    #[test]
    fn every_fault_names_its_item_and_what_is_allowed() {
        let found = read("spikes,weights,potentials:noise,spikes:X,potentials:E[5..200],spikes:E[3..3],spikes:,spikes:E[1").unwrap_err();
        let facts = [
            "export DIR --what weights",
            "\"noise\"",
            "\"my, [own]\"",
            "at most 100",
            "A < B",
            "potentials:E[0..10]",
            "potentials:E[0..10]",
        ];
        assert_eq!(found.len(), facts.len(), "{found:?}");
        for (fault, fact) in found.iter().zip(facts) {
            assert!(fault.contains(fact), "{fact}: {fault}");
        }
        assert!(read("").is_err());
    }

    #[test]
    fn potentials_that_would_fill_the_disk_are_refused() {
        let selection = Selection::read(Some("spikes,potentials"), &network()).unwrap();
        assert_eq!(selection.check(1_000_000), Ok(()));
        assert!(selection.check(10_000_000).unwrap_err().contains("GiB"));
    }
}
