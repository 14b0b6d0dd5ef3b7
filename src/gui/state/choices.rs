//! Which neurons and how much history the views show. Saved between starts.

use crate::session::{Layer, Snapshot};
use serde::{Deserialize, Serialize};

/// Maximum number of neurons in a membrane view.
pub(crate) const MOST_TRACES: usize = 8;
/// Choices for the length of the history, in images.
pub(crate) const SPANS: [u8; 5] = [1, 2, 5, 10, 20];

/// Choices for the number of images in the reward view; `None` for as many as can be distinguished.
pub(crate) const REWARDS: [Option<u16>; 4] = [None, Some(50), Some(100), Some(500)];
/// Choices for the number of images in the accuracy view; `None` for the whole run.
pub(crate) const CURVES: [Option<u64>; 4] = [None, Some(20_000), Some(5_000), Some(1_000)];

/// Settings of an ablation study. Saved between starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AblationChoice {
    /// Names of the ablations that are not selected.
    pub left_out: std::collections::BTreeSet<String>,
    /// Number of seeds, starting at 1.
    pub seeds: u64,
    /// Training images of each network.
    pub images: u64,
    /// Start was requested; reset by the window.
    #[serde(skip)]
    pub begins: bool,
}

impl Default for AblationChoice {
    fn default() -> Self {
        // long enough for the curves to separate within an acceptable computing time
        Self { left_out: std::collections::BTreeSet::new(), seeds: 2, images: 5_000, begins: false }
    }
}

/// What the list of an explained spike shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SpikeList {
    /// The terms of the potential.
    #[default]
    Terms,
    /// Presynaptic neurons.
    Senders,
    /// Presynaptic spikes.
    Spikes,
}

/// The plots of a characterised neuron.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TestPlot {
    /// Rate over the constant current.
    #[default]
    Curve,
    /// Response to a step of current.
    Step,
    /// Intervals under noise.
    Intervals,
    /// Phase plane.
    Plane,
}

impl TestPlot {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Curve, Self::Step, Self::Intervals, Self::Plane];

    /// Its name.
    pub fn words(self) -> &'static str {
        match self {
            Self::Curve => "f–I curve",
            Self::Step => "Step",
            Self::Intervals => "Intervals",
            Self::Plane => "Phase plane",
        }
    }
}

/// What the view of a characterised neuron shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CharacteriseChoice {
    /// Name of the population; the first one that can be characterised if the network has none of this name.
    pub population: String,
    /// The plot that is drawn where not all have room.
    pub plot: TestPlot,
}

/// Layers of a raster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Layers {
    /// Input above output.
    #[default]
    Both,
    /// Input only.
    Input,
    /// Output neurons only.
    Output,
}

/// Which output neurons a raster shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Neurons {
    /// All of them.
    #[default]
    All,
    /// The neurons of one class.
    Class,
    /// A range of neuron numbers, both ends included.
    Range,
}

/// Selection of output neurons in a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NeuronChoice {
    /// Kind of selection.
    pub neurons: Neurons,
    /// The class, if one is selected.
    pub class: u8,
    /// First and last neuron, if a range is selected.
    pub range: (u32, u32),
}

impl Default for NeuronChoice {
    fn default() -> Self {
        Self { neurons: Neurons::All, class: 0, range: (0, 99) }
    }
}

impl NeuronChoice {
    /// The selected neuron numbers in ascending order.
    pub fn shown(&self, class_of: &[Option<u8>]) -> Vec<u32> {
        let all = 0..class_of.len() as u32;
        match self.neurons {
            Neurons::All => all.collect(),
            Neurons::Class => all.filter(|&neuron| class_of[neuron as usize] == Some(self.class)).collect(),
            Neurons::Range => all.filter(|neuron| (self.range.0..=self.range.1).contains(neuron)).collect(),
        }
    }

    /// Description of the selection; empty for all neurons.
    pub fn words(&self, snapshot: &Snapshot) -> String {
        match self.neurons {
            Neurons::All => String::new(),
            Neurons::Class => format!("class {}", snapshot.class_name(self.class)),
            Neurons::Range => format!("neurons {} to {}", self.range.0, self.range.1),
        }
    }
}

/// Order of the receptive fields, and whether those that have not learnt are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldOrder {
    /// Whether fields are sorted within their class by how much they have learnt, most first; otherwise by neuron number.
    pub by_learnt: bool,
    /// Whether fields that have not learnt are hidden.
    pub learnt_only: bool,
}

impl Default for FieldOrder {
    fn default() -> Self {
        Self { by_learnt: true, learnt_only: false }
    }
}

/// Settings of a raster.
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
        // several images, so that answers can be compared
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

    /// Description of what is hidden; empty if nothing is.
    pub fn words(&self, snapshot: &Snapshot) -> String {
        match (self.layers, self.output.neurons) {
            (Layers::Input, _) => "input".to_owned(),
            (Layers::Output, Neurons::All) => "output".to_owned(),
            _ => self.output.words(snapshot),
        }
    }
}

/// Settings of a membrane view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MembraneChoice {
    /// Neurons drawn in addition to the selected one.
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
    /// Add a neuron; ignored if the list is full.
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

/// The duration of `images` presentations in ms.
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
