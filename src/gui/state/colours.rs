//! The colours of populations: each keeps its own while others are added and removed.

use std::collections::BTreeMap;

/// The places of populations in the order of colours, by their names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Colours(BTreeMap<String, usize>);

impl Colours {
    /// These populations have a colour. Those that had one keep it; others get the first that is free.
    pub(crate) fn see<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let names: Vec<&str> = names.collect();
        if names.len() == self.0.len() && names.iter().all(|name| self.0.contains_key(*name)) {
            return;
        }
        self.0.retain(|name, _| names.contains(&name.as_str()));
        for name in names {
            if !self.0.contains_key(name) {
                let free = (0..=self.0.len()).find(|place| !self.0.values().any(|taken| taken == place)).unwrap_or_default();
                self.0.insert(name.to_owned(), free);
            }
        }
    }

    /// The place of a population.
    pub(crate) fn of(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_stay_when_another_population_is_removed() {
        let mut colours = Colours::default();
        colours.see(["E", "I", "R"].into_iter());
        colours.see(["I", "R"].into_iter());
        assert_eq!((colours.of("I"), colours.of("R"), colours.of("E")), (Some(1), Some(2), None));
        colours.see(["I", "R", "new"].into_iter());
        assert_eq!((colours.of("I"), colours.of("new")), (Some(1), Some(0)));
    }
}
