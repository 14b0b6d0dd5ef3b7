//! Currents: what sources of currents generate in a chunk, and what every population receives of it.

use super::{Network, Projection, Source};
use crate::engine::block::Row;
use crate::engine::neuron::NeuronIdx;

impl Network {
    /// The currents of the coming chunk.
    pub(super) fn generate_currents(&mut self, steps: usize) {
        for (population, currents) in self.populations.iter_mut().zip(&mut self.currents) {
            currents.clear();
            population.emit(steps, currents);
        }
    }

    /// The current R I in mV that a neuron receives in the first step of the chunk: for monitors, with which every chunk is one step.
    pub fn current_mv(&self, population: usize, neuron: NeuronIdx) -> f32 {
        let mut sum = 0.0;
        for projection in self.projections.iter().filter(|p| p.target == population) {
            let Source::Current(index) = projection.source else { continue };
            let of_step = &self.currents[index];
            sum = projection.synapses.onto(neuron as usize).into_iter().fold(sum, |sum, (pre, w)| sum + w * of_step[pre]);
        }
        sum
    }
}

/// What a population receives in the steps of a chunk, `[step][block]`; `None` if nothing injects a current into it.
pub(super) fn inject<'a>(
    projections: &[Projection],
    currents: &[Vec<f32>],
    target: usize,
    (steps, blocks): (usize, usize),
    received: &'a mut Vec<Row>,
) -> Option<&'a [Row]> {
    let onto = |p: &&Projection| p.target == target && matches!(p.source, Source::Current(_));
    projections.iter().find(onto)?;
    received.clear();
    received.resize(steps * blocks, Row::ZERO);
    for projection in projections.iter().filter(onto) {
        let Source::Current(index) = projection.source else { continue };
        projection.synapses.inject(&currents[index], received);
    }
    Some(received)
}
