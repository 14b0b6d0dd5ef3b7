//! Currents: what sources of currents generate in a chunk, and what every population receives of it.

use super::{Network, Projection, Source};
use crate::engine::block::Row;
use crate::engine::neuron::NeuronIdx;

/// A synapse that transmits a current.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurrentSynapse {
    /// Index of the population of sources.
    pub source: usize,
    /// Index of the source in it.
    pub neuron: usize,
    /// By which its current is multiplied.
    pub factor: f32,
}

impl Network {
    /// The currents of the coming chunk.
    pub(super) fn generate_currents(&mut self, steps: usize) {
        for (population, currents) in self.populations.iter_mut().zip(&mut self.currents) {
            currents.clear();
            population.emit(steps, currents);
        }
    }

    /// The synapses by which a neuron receives currents.
    pub fn current_synapses(&self, population: usize, neuron: NeuronIdx) -> Vec<CurrentSynapse> {
        let onto = self.projections.iter().filter(|p| p.target == population);
        let onto = onto.filter_map(|p| if let Source::Current(source) = p.source { Some((source, p)) } else { None });
        let of = |(source, projection): (usize, &Projection)| {
            let synapses = projection.synapses.onto(neuron as usize).into_iter();
            synapses.map(move |(neuron, factor)| CurrentSynapse { source, neuron, factor }).collect::<Vec<_>>()
        };
        onto.flat_map(of).collect()
    }

    /// The current R I in mV that these synapses transmit in the first step of the chunk: for monitors, with which every chunk is one step.
    pub fn transmitted_mv(&self, synapses: &[CurrentSynapse]) -> f32 {
        synapses.iter().fold(0.0, |sum, one| sum + one.factor * self.currents[one.source][one.neuron])
    }

    /// The current R I in mV that a neuron receives in the first step of the chunk: for monitors.
    pub fn current_mv(&self, population: usize, neuron: NeuronIdx) -> f32 {
        self.transmitted_mv(&self.current_synapses(population, neuron))
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
