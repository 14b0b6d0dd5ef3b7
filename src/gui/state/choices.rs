//! Which neurons and how much history the views show. Kept between starts.

use crate::session::{Layer, Snapshot};
use serde::{Deserialize, Serialize};

/// Neurons a membrane view draws at once.
pub(crate) const MOST_TRACES: usize = 8;
/// Images of history to choose from.
pub(crate) const SPANS: [u8; 5] = [1, 2, 5, 10, 20];

/// Images of the reward view to choose from; none for as many as can be distinguished.
pub(crate) const REWARDS: [Option<u16>; 4] = [None, Some(50), Some(100), Some(500)];
/// Images of the accuracy curve to choose from; none for the whole run.
pub(crate) const CURVES: [Option<u64>; 4] = [None, Some(20_000), Some(5_000), Some(1_000)];

/// What an ablation removes, and how long each network learns. Kept between starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AblationChoice {
    /// Names of the ablations that are left out.
    pub left_out: std::collections::BTreeSet<String>,
    /// Seeds 1 to this.
    pub seeds: u64,
    /// Training images of each network.
    pub images: u64,
    /// Requested by the user; the window clears it.
    #[serde(skip)]
    pub begins: bool,
}

impl Default for AblationChoice {
    fn default() -> Self {
        // long enough to see the curves separate, short enough to wait for
        Self { left_out: std::collections::BTreeSet::new(), seeds: 2, images: 5_000, begins: false }
    }
}

/// Layers of a raster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Layers {
    /// Input above, output below.
    #[default]
    Both,
    /// The encoder alone.
    Input,
    /// The output neurons alone.
    Output,
}

/// Output neurons of a raster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Neurons {
    /// All of them.
    #[default]
    All,
    /// Those of one class.
    Class,
    /// Those from one number to another, both included.
    Range,
}

/// The output neurons a view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NeuronChoice {
    /// All of them, or which.
    pub neurons: Neurons,
    /// The class, where one is chosen.
    pub class: u8,
    /// First and last neuron, where a range is chosen.
    pub range: (u32, u32),
}

impl Default for NeuronChoice {
    fn default() -> Self {
        Self { neurons: Neurons::All, class: 0, range: (0, 99) }
    }
}

impl NeuronChoice {
    /// Their numbers, in ascending order.
    pub fn shown(&self, class_of: &[Option<u8>]) -> Vec<u32> {
        let all = 0..class_of.len() as u32;
        match self.neurons {
            Neurons::All => all.collect(),
            Neurons::Class => all.filter(|&neuron| class_of[neuron as usize] == Some(self.class)).collect(),
            Neurons::Range => all.filter(|neuron| (self.range.0..=self.range.1).contains(neuron)).collect(),
        }
    }

    /// Those that are shown, in words; empty for all.
    pub fn words(&self, snapshot: &Snapshot) -> String {
        match self.neurons {
            Neurons::All => String::new(),
            Neurons::Class => format!("class {}", snapshot.class_name(self.class)),
            Neurons::Range => format!("neurons {} to {}", self.range.0, self.range.1),
        }
    }
}

/// The order of the receptive fields, and whether those that have not learnt are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldOrder {
    /// The fields that learnt most come first in their class; else neurons are in the order of their numbers.
    pub by_learnt: bool,
    /// Fields that have not learnt are left out.
    pub learnt_only: bool,
}

impl Default for FieldOrder {
    fn default() -> Self {
        Self { by_learnt: true, learnt_only: false }
    }
}

/// What a raster shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RasterChoice {
    /// Layers.
    pub layers: Layers,
    /// Output neurons.
    pub output: NeuronChoice,
    /// Images of history.
    pub images: u8,
}

impl Default for RasterChoice {
    fn default() -> Self {
        // several images, so that the answers can be compared
        Self { layers: Layers::Both, output: NeuronChoice::default(), images: 10 }
    }
}

impl RasterChoice {
    /// Whether a layer is drawn.
    pub fn draws(&self, layer: Layer) -> bool {
        match layer {
            Layer::Input => self.layers != Layers::Output,
            Layer::Output => self.layers != Layers::Input,
        }
    }

    /// What is left out, in words; empty if nothing is.
    pub fn words(&self, snapshot: &Snapshot) -> String {
        match (self.layers, self.output.neurons) {
            (Layers::Input, _) => "input".to_owned(),
            (Layers::Output, Neurons::All) => "output".to_owned(),
            _ => self.output.words(snapshot),
        }
    }
}

/// What a membrane view shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MembraneChoice {
    /// Neurons that are drawn besides the selected one.
    pub pinned: Vec<u32>,
    /// Images of history.
    pub images: u8,
}

impl Default for MembraneChoice {
    fn default() -> Self {
        Self { pinned: Vec::new(), images: 1 }
    }
}

impl MembraneChoice {
    /// Add a neuron; a full list stays as it is.
    pub fn pin(&mut self, neuron: u32) {
        if self.pinned.len() < MOST_TRACES && !self.pinned.contains(&neuron) {
            self.pinned.push(neuron);
        }
    }

    /// Remove a neuron.
    pub fn unpin(&mut self, neuron: u32) {
        self.pinned.retain(|&other| other != neuron);
    }
}

/// The duration of `images` windows in ms.
pub(crate) fn span_ms(snapshot: &Snapshot, images: u8) -> f64 {
    let window = if snapshot.window_ms.is_finite() && snapshot.window_ms > 0.0 { snapshot.window_ms } else { 1.0 };
    window * f64::from(images.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neurons_are_chosen_by_class_and_by_number() {
        let class_of = [Some(0), Some(1), None, Some(1)];
        let choice = |neurons| NeuronChoice { neurons, class: 1, range: (2, 9) }.shown(&class_of);
        assert_eq!(choice(Neurons::All), [0, 1, 2, 3]);
        assert_eq!(choice(Neurons::Class), [1, 3]);
        assert_eq!(choice(Neurons::Range), [2, 3]);
    }

    #[test]
    fn at_most_eight_neurons_are_pinned_each_once() {
        let mut choice = MembraneChoice::default();
        (0..20).for_each(|neuron| choice.pin(neuron / 2));
        assert_eq!(choice.pinned, [0, 1, 2, 3, 4, 5, 6, 7]);
        choice.unpin(3);
        choice.pin(11);
        assert_eq!(choice.pinned, [0, 1, 2, 4, 5, 6, 7, 11]);
    }
}
