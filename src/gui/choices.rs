//! Which neurons and how much history raster and membrane show. Kept between starts.

use crate::session::{Layer, Snapshot};
use serde::{Deserialize, Serialize};

/// Neurons a membrane view draws at once.
pub(super) const MOST_TRACES: usize = 8;
/// Images of history to choose from.
pub(super) const SPANS: [u8; 5] = [1, 2, 5, 10, 20];

/// What an ablation takes away, and how long each network learns. Kept between starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AblationChoice {
    /// Names of the lesions that are not wanted.
    pub left_out: std::collections::BTreeSet<String>,
    /// Seeds 1 to this.
    pub seeds: u64,
    /// Training images of each network.
    pub images: u64,
    /// A person asks for it, until the window has heard it.
    #[serde(skip)]
    pub begins: bool,
}

impl Default for AblationChoice {
    fn default() -> Self {
        // long enough to see curves part, short enough to wait for
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

/// What a raster shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RasterChoice {
    /// Layers.
    pub layers: Layers,
    /// Output neurons.
    pub neurons: Neurons,
    /// The class, where one is chosen.
    pub class: u8,
    /// First and last neuron, where a range is chosen.
    pub range: (u32, u32),
    /// Images of history.
    pub images: u8,
}

impl Default for RasterChoice {
    fn default() -> Self {
        Self { layers: Layers::Both, neurons: Neurons::All, class: 0, range: (0, 99), images: 1 }
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

    /// The output neurons that are drawn, in ascending order.
    pub fn shown(&self, class_of: &[Option<u8>]) -> Vec<u32> {
        let all = 0..class_of.len() as u32;
        match self.neurons {
            Neurons::All => all.collect(),
            Neurons::Class => all.filter(|&neuron| class_of[neuron as usize] == Some(self.class)).collect(),
            Neurons::Range => all.filter(|neuron| (self.range.0..=self.range.1).contains(neuron)).collect(),
        }
    }

    /// What is left out, in words; empty if nothing is.
    pub fn words(&self, snapshot: &Snapshot) -> String {
        match (self.layers, self.neurons) {
            (Layers::Input, _) => "input".to_owned(),
            (_, Neurons::Class) => format!("class {}", snapshot.class_name(self.class)),
            (_, Neurons::Range) => format!("neurons {} to {}", self.range.0, self.range.1),
            (Layers::Output, Neurons::All) => "output".to_owned(),
            (Layers::Both, Neurons::All) => String::new(),
        }
    }
}

/// What a membrane view shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MembraneChoice {
    /// Neurons that are drawn whichever is selected.
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
    /// Draw this neuron from now on; a list that is full stays as it is.
    pub fn pin(&mut self, neuron: u32) {
        if self.pinned.len() < MOST_TRACES && !self.pinned.contains(&neuron) {
            self.pinned.push(neuron);
        }
    }

    /// Draw it no longer.
    pub fn unpin(&mut self, neuron: u32) {
        self.pinned.retain(|&other| other != neuron);
    }
}

/// A stretch of `images` windows in ms.
pub(super) fn span_ms(snapshot: &Snapshot, images: u8) -> f64 {
    let window = if snapshot.window_ms.is_finite() && snapshot.window_ms > 0.0 { snapshot.window_ms } else { 1.0 };
    window * f64::from(images.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neurons_are_chosen_by_class_and_by_number() {
        let class_of = [Some(0), Some(1), None, Some(1)];
        let choice = |neurons| RasterChoice { neurons, class: 1, range: (2, 9), ..RasterChoice::default() }.shown(&class_of);
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
