//! Damage to a trained network before it is tested.

use super::evaluate::Evaluator;
use crate::rng::{Purpose, normal, permutation, stream};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// A kind of damage and its strength.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Damage {
    /// Gaussian noise on every output weight; its standard deviation is this fraction of the root mean square of the weights of
    /// the projection. A weight that several sites share is one weight.
    WeightNoise(f64),
    /// This fraction of the neurons of every hidden layer never fires; in a network without hidden neurons, of the output
    /// neurons, which then have no class either. Weights stay, and the other neurons compete without those that are dead.
    DeadNeurons(f64),
    /// Output weights are rounded to the nearest of `2^bits` levels between minimum and maximum of the projection.
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
        match damage {
            Damage::WeightNoise(share) => self.change_output_weights(|weights, seed, index| {
                let mean_square = weights.iter().map(|&w| f64::from(w * w)).sum::<f64>() / weights.len().max(1) as f64;
                let sd = share * libm::sqrt(mean_square);
                let mut rng = stream(seed, Purpose::Damage, index);
                weights.iter_mut().for_each(|w| *w += (sd * normal(&mut rng)) as f32);
            }),
            Damage::DeadNeurons(share) => self.kill(share),
            Damage::Quantised(bits) => self.change_output_weights(|weights, _, _| {
                let (least, most) = weights.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), &w| (a.min(w), b.max(w)));
                let steps = ((1u32 << bits.clamp(1, 16)) - 1) as f32;
                let size = (most - least) / steps;
                if size > 0.0 {
                    weights.iter_mut().for_each(|w| *w = least + ((*w - least) / size).round() * size);
                }
            }),
        }
    }

    /// Change the weights of every projection onto the output neurons; `change` gets them, the seed of the run and the index of
    /// the projection.
    fn change_output_weights(&mut self, change: impl Fn(&mut Array2<f32>, u64, u64)) {
        let output = self.network.populations().len().saturating_sub(1);
        let projections = self.network.projections_mut().iter_mut();
        for (index, projection) in projections.enumerate().filter(|(_, p)| p.target == output) {
            let mut weights = projection.synapses.to_array();
            change(&mut weights, self.seed, index as u64);
            projection.synapses.set(&weights);
        }
    }

    /// Silence a share of every layer of neurons that may die.
    fn kill(&mut self, share: f64) {
        let hidden = self.network.populations().len().saturating_sub(1);
        let dying = hidden.max(1);
        for (index, population) in self.network.populations_mut().iter_mut().enumerate().take(dying) {
            let n = population.len();
            let order = permutation(n, &mut stream(self.seed, Purpose::Damage, index as u64));
            let dead = &order[..dead_of(n, share)];
            population.silence(dead);
            if hidden == 0 {
                self.readout.remove(dead);
            }
        }
    }
}

/// How many of `n` neurons a share of them is, to the nearest whole number.
pub(super) fn dead_of(n: usize, share: f64) -> usize {
    ((share * n as f64 + 0.5) as usize).min(n)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::datasets::Data;
    use crate::engine::block::{Row, place_at_site};
    use crate::engine::network::Network;
    use crate::engine::neuron::Drive;
    use crate::experiment::Trainer;
    use crate::preset::Preset;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    /// Networks of every preset that learns to classify, after a few images.
    fn evaluators() -> impl Iterator<Item = (String, Evaluator)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let data: Arc<Data> = Arc::new(crate::datasets::load_dir(&root.join("data/mnist")).unwrap());
        crate::preset::shipped_experiments().into_iter().filter_map(move |path| {
            let preset = Preset::load(&path).unwrap();
            preset.setup.classifies().then(|| {
                let mut trainer = Trainer::new(&preset, Arc::clone(&data), 3, Some(100)).unwrap();
                for _ in 0..5 {
                    trainer.train_image().unwrap();
                }
                (path.file_stem().unwrap().to_string_lossy().into_owned(), trainer.evaluator())
            })
        })
    }

    fn weights(network: &Network) -> Vec<Array2<f32>> {
        network.projections().iter().map(|p| p.synapses.to_array()).collect()
    }

    /// Which neurons of a population fire when they are driven hard: those of a filter at all sites together, for sites do not
    /// compete, and output neurons one by one.
    fn alive(network: &Network, index: usize) -> Vec<bool> {
        let mut population = network.populations()[index].boxed_clone();
        let (n, channels) = (population.len(), population.channels());
        let hidden = index + 1 < network.populations().len();
        let mut alive = vec![false; n];
        let groups: Vec<Vec<usize>> = if hidden {
            (0..channels).map(|channel| (channel..n).step_by(channels).collect()).collect()
        } else {
            (0..n).map(|j| vec![j]).collect()
        };
        for group in groups {
            population.settle();
            let mut drive = vec![Row::ZERO; population.blocks()];
            for &j in &group {
                let (block, lane) = place_at_site(j, channels);
                drive[block].0[lane] = 1e6;
            }
            let mut fired = Vec::new();
            // a race begins some steps later
            for _ in 0..if hidden { 1 } else { 25 } {
                population.advance(Drive::of_one(&drive, population.blocks()), 0, &mut fired);
                if !fired.is_empty() {
                    break;
                }
            }
            fired.iter().filter(|&&j| group.contains(&(j as usize))).for_each(|&j| alive[j as usize] = true);
        }
        alive
    }

    fn answers(evaluator: &mut Evaluator, images: usize) -> usize {
        let answers = evaluator.answers(images, 1, &|_| {}, &AtomicBool::new(false)).unwrap();
        answers.iter().filter(|(answer, _)| answer.is_some()).count()
    }

    #[test]
    fn exactly_so_many_neurons_are_dead_and_nothing_else_is_changed() {
        let mut networks = 0;
        for (name, mut evaluator) in evaluators() {
            networks += 1;
            let before = weights(&evaluator.network);
            evaluator.damage(Damage::DeadNeurons(0.2));
            let layers = evaluator.network.populations().len();
            for index in 0..layers {
                let alive = alive(&evaluator.network, index);
                let mortal = layers == 1 || index + 1 < layers;
                let expected = if mortal { (alive.len() as f64 * 0.2).round() as usize } else { 0 };
                assert_eq!(alive.iter().filter(|alive| !**alive).count(), expected, "{name}: layer {index} of {} neurons", alive.len());
                if layers == 1 && !evaluator.readout.is_open() {
                    let voters: Vec<bool> = evaluator.readout.class_of().iter().map(Option::is_some).collect();
                    assert_eq!(voters, alive, "{name}: who is dead has no vote");
                }
            }
            assert_eq!(weights(&evaluator.network), before, "{name}");
            evaluator.damage(Damage::DeadNeurons(1.0));
            assert_eq!(answers_of_dead(&mut evaluator), 0, "{name}: an answer without neurons");
        }
        assert!(networks >= 11, "only {networks} presets");
    }

    /// Answers of a network all of whose hidden neurons are dead, or all of whose outputs are: a race without any input is
    /// still won by somebody, so that its outputs are killed, too.
    fn answers_of_dead(evaluator: &mut Evaluator) -> usize {
        let output = evaluator.network.populations_mut().last_mut().unwrap();
        let all: Vec<u32> = (0..output.len() as u32).collect();
        output.silence(&all);
        evaluator.assign_images = 1;
        answers(evaluator, 2)
    }

    #[test]
    fn noise_has_the_deviation_it_names_and_reaches_the_outputs_alone() {
        for (name, mut evaluator) in evaluators() {
            let output = evaluator.network.populations().len() - 1;
            let before = weights(&evaluator.network);
            evaluator.damage(Damage::WeightNoise(0.5));
            let targets: Vec<usize> = evaluator.network.projections().iter().map(|p| p.target).collect();
            for ((was, is), target) in before.iter().zip(weights(&evaluator.network)).zip(targets) {
                let noise: Vec<f64> = was.iter().zip(&is).map(|(was, is)| f64::from(is - was)).collect();
                if target != output {
                    assert!(noise.iter().all(|&noise| noise == 0.0), "{name}: a hidden layer has noise");
                    continue;
                }
                let n = noise.len() as f64;
                let rms = (was.iter().map(|&w| f64::from(w).powi(2)).sum::<f64>() / n).sqrt();
                let mean = noise.iter().sum::<f64>() / n;
                let sd = (noise.iter().map(|noise| (noise - mean).powi(2)).sum::<f64>() / n).sqrt();
                // five standard errors of the estimates
                assert!(rms > 0.0 && (sd / (0.5 * rms) - 1.0).abs() < 5.0 / (2.0 * n).sqrt(), "{name}: {sd} of {rms}");
                assert!(mean.abs() < 5.0 * sd / n.sqrt(), "{name}: mean {mean}");
            }
        }
    }

    #[test]
    fn coarse_weights_have_so_many_levels_each_the_nearest() {
        for (name, mut evaluator) in evaluators() {
            let output = evaluator.network.populations().len() - 1;
            let before = weights(&evaluator.network);
            for bits in [3, 1] {
                // from the finer to the coarser: levels of one bit are levels of three
                evaluator.damage(Damage::Quantised(bits));
                let targets: Vec<usize> = evaluator.network.projections().iter().map(|p| p.target).collect();
                for ((was, is), target) in before.iter().zip(weights(&evaluator.network)).zip(targets) {
                    if target != output {
                        assert_eq!(*was, is, "{name}: a hidden layer is coarse");
                        continue;
                    }
                    let mut levels: Vec<f32> = is.iter().copied().collect();
                    levels.sort_by(f32::total_cmp);
                    levels.dedup();
                    let (least, most) = was.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), &w| (a.min(w), b.max(w)));
                    assert!(levels.len() >= 2 && levels.len() <= 1 << bits, "{name}: {} levels of {bits} bits", levels.len());
                    assert_eq!((levels[0], levels.len() > 1), (least, true), "{name}");
                    let step = (most - least) / ((1 << bits) - 1) as f32;
                    if bits == 3 {
                        let farthest = was.iter().zip(&is).map(|(was, is)| (was - is).abs()).fold(0.0, f32::max);
                        assert!(farthest <= 0.5001 * step, "{name}: {farthest} of {step}");
                    }
                }
            }
        }
    }
}
