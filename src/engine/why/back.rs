//! Attribution of contributions to pixels, through hidden layers if there are any.

use super::kernel::{Coefficients, Kernel};
use super::{Account, Share, Trial, onto, source_of};
use crate::engine::neuron::{LifStep, NeuronParams};

/// Contributions of pixels and hidden neurons to a potential, in mV.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Painted {
    /// By pixel.
    pub pixels: Vec<f32>,
    /// Contributing spikes of each pixel.
    pub spikes: Vec<u32>,
    /// By hidden population, the neurons whose spikes reached the neuron itself: neuron and contribution, the largest first.
    pub hidden: Vec<Vec<(u32, f64)>>,
    /// Contribution not attributed to pixels: hidden spikes without depolarisation.
    pub unpainted_mv: f64,
}

/// Attribute an account to an image of `pixels` pixels.
pub fn paint_back(trial: &Trial<'_>, account: &Account, pixels: usize) -> Painted {
    let story = trial.story;
    let layers = trial.network.populations().len().saturating_sub(1);
    let depth = trial.network.encoder().map_or(1, |encoder| encoder.depth().max(1));
    let mut painting = Painting {
        pixels: vec![0.0; pixels],
        spikes: vec![0; pixels],
        amounts: (0..layers).map(|layer| vec![0.0; story.spikes(layer).len()]).collect(),
        heard: vec![false; story.input().len()],
        depth,
    };
    account.shares.iter().for_each(|share| painting.give(trial, share, share.mv));
    let hidden = painting.amounts.iter().enumerate().map(|(layer, amounts)| by_neuron(story.spikes(layer), amounts)).collect();
    let mut unpainted_mv = 0.0;
    // sources precede their targets: from the last layer down, each has received all its contributions in turn
    for layer in (0..layers).rev() {
        let Some(NeuronParams::Local(params)) = trial.params.get(layer) else { continue };
        let c = LifStep::new(&params.lif(), trial.grid);
        let arrivals: Vec<_> = trial.network.projections().iter().filter(|p| p.target == layer).map(|p| (p, story.arrivals(p))).collect();
        let amounts = std::mem::take(&mut painting.amounts[layer]);
        for (&(step, neuron), amount) in story.spikes(layer).iter().zip(amounts).filter(|(_, amount)| *amount != 0.0) {
            let kernel = Kernel::membrane(&Coefficients::constant(&c, (0, step)));
            let mut shares: Vec<Share> = Vec::new();
            for (projection, arrivals) in &arrivals {
                for (row, w) in onto(&projection.synapses, neuron as usize) {
                    let of = |&(arrived, spike): &(u32, u32)| Share { source: source_of(projection), spike, mv: w * kernel.at(arrived) };
                    shares.extend(arrivals[row].iter().map(of).filter(|share| share.mv != 0.0));
                }
            }
            let u: f64 = shares.iter().map(|share| share.mv).sum();
            if u.abs() < 1e-9 {
                unpainted_mv += amount;
                continue;
            }
            shares.iter().for_each(|share| painting.give(trial, share, amount * share.mv / u));
        }
    }
    Painted { pixels: painting.pixels.into_iter().map(|mv| mv as f32).collect(), spikes: painting.spikes, hidden, unpainted_mv }
}

struct Painting {
    pixels: Vec<f64>,
    spikes: Vec<u32>,
    /// Contributions still to be distributed, by layer and spike.
    amounts: Vec<Vec<f64>>,
    heard: Vec<bool>,
    depth: usize,
}

impl Painting {
    fn give(&mut self, trial: &Trial<'_>, share: &Share, mv: f64) {
        let spike = share.spike as usize;
        if let Some(layer) = share.source {
            self.amounts[layer][spike] += mv;
            return;
        }
        let pixel = trial.story.input()[spike].1 as usize / self.depth;
        if let (Some(sum), Some(count)) = (self.pixels.get_mut(pixel), self.spikes.get_mut(pixel)) {
            *sum += mv;
            *count += u32::from(!std::mem::replace(&mut self.heard[spike], true));
        }
    }
}

fn by_neuron(spikes: &[(u32, u32)], amounts: &[f64]) -> Vec<(u32, f64)> {
    let mut sums: Vec<(u32, f64)> = Vec::new();
    let mut order: Vec<(u32, f64)> =
        spikes.iter().zip(amounts).filter(|&(_, &mv)| mv != 0.0).map(|(&(_, neuron), &mv)| (neuron, mv)).collect();
    order.sort_by_key(|&(neuron, _)| neuron);
    for (neuron, mv) in order {
        match sums.last_mut() {
            Some((last, sum)) if *last == neuron => *sum += mv,
            _ => sums.push((neuron, mv)),
        }
    }
    sums.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    sums
}
