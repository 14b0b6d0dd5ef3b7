//! Damage to a trained network before it is tested.

use super::evaluate::Evaluator;
use crate::rng::{Purpose, normal, permutation, stream};
use serde::{Deserialize, Serialize};

/// A kind of damage and its strength.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Damage {
    /// Gaussian noise on every output weight, with this fraction of their root mean square as standard deviation.
    WeightNoise(f64),
    /// This fraction of the neurons falls silent: of the hidden neurons or relays that reach the outputs where neurons
    /// race for the answer, and of the output neurons where they vote by spikes.
    DeadNeurons(f64),
    /// Output weights are rounded to the nearest of `2^bits` levels between minimum and maximum.
    Quantised(u8),
}

impl Damage {
    /// Short name: "weight noise 50 %".
    pub fn name(self) -> String {
        match self {
            Self::WeightNoise(share) => format!("weight noise {:.0} %", share * 100.0),
            Self::DeadNeurons(share) => format!("dead neurons {:.0} %", share * 100.0),
            Self::Quantised(bits) => format!("weights of {bits} bit{}", if bits == 1 { "" } else { "s" }),
        }
    }
}

impl Evaluator {
    /// Damage the network that will be tested. The random numbers depend only on the seed of the run.
    pub fn damage(&mut self, damage: Damage) {
        let output = self.network.populations().len().saturating_sub(1);
        let racing = self.races;
        let projections = self.network.projections_mut().iter_mut();
        for (index, projection) in projections.enumerate().filter(|(_, p)| p.target == output) {
            let mut rng = stream(self.seed, Purpose::Damage, index as u64);
            let mut weights = projection.synapses.to_array();
            match damage {
                Damage::WeightNoise(share) => {
                    let mean_square = weights.iter().map(|&w| f64::from(w * w)).sum::<f64>() / weights.len().max(1) as f64;
                    let sd = share * libm::sqrt(mean_square);
                    weights.iter_mut().for_each(|w| *w += (sd * normal(&mut rng)) as f32);
                }
                Damage::DeadNeurons(share) => {
                    let axis = ndarray::Axis(usize::from(!racing));
                    let n = weights.len_of(axis);
                    let dead = (share * n as f64 + 0.5) as usize;
                    for &neuron in &permutation(n, &mut rng)[..dead.min(n)] {
                        weights.index_axis_mut(axis, neuron as usize).fill(0.0);
                    }
                }
                Damage::Quantised(bits) => {
                    let (least, most) = weights.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), &w| (a.min(w), b.max(w)));
                    let steps = ((1u32 << bits.clamp(1, 16)) - 1) as f32;
                    let size = (most - least) / steps;
                    if size > 0.0 {
                        weights.iter_mut().for_each(|w| *w = least + ((*w - least) / size).round() * size);
                    }
                }
            }
            projection.synapses.set(&weights);
        }
    }
}
