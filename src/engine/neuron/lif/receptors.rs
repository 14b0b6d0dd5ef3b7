//! Receptors of LIF neurons: excitatory and inhibitory synaptic currents with time constants of their own, and input that acts
//! at once. The sum is what the membrane receives in a step; each current is integrated exactly.

use super::{LifParams, LifStep};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{LANES, Row};
use crate::engine::neuron::Drive;
use crate::time::TimeGrid;

/// Names of the receptors, in the order of the drive.
pub(super) const NAMES: &[&str] = &["excitatory", "inhibitory", "current"];

/// The synaptic currents of a population.
#[derive(Debug, Clone)]
pub(super) struct Receptors {
    /// Factor over a step, and potential of a step per unit of current.
    factors: [(f32, f32); 2],
    currents: [Vec<Row>; 2],
    /// What the membranes receive in the current step.
    input: Vec<Row>,
}

impl Receptors {
    /// No currents; `None` for a population with one receptor.
    pub(super) fn new(blocks: usize, params: &LifParams, grid: TimeGrid) -> Option<Self> {
        let zero = vec![Row::ZERO; blocks];
        let factors = factors(params, grid)?;
        Some(Self { factors, currents: [zero.clone(), zero.clone()], input: zero })
    }

    /// New time constants; currents stay.
    pub(super) fn set(&mut self, params: &LifParams, grid: TimeGrid) {
        self.factors = factors(params, grid).unwrap_or(self.factors);
    }

    /// Input of the membranes in step `t` of a drive.
    pub(super) fn step(&mut self, drive: Drive<'_>, t: usize) -> &[Row] {
        let blocks = self.input.len();
        let of_step = |receptor| &drive.receptor(receptor)[t * blocks..][..blocks];
        self.input.copy_from_slice(of_step(2));
        for (receptor, (current, (keep, gain))) in self.currents.iter_mut().zip(self.factors).enumerate() {
            for ((current, arriving), input) in current.iter_mut().zip(of_step(receptor)).zip(&mut self.input) {
                for lane in 0..LANES {
                    let i = current.0[lane] + arriving.0[lane];
                    input.0[lane] += i * gain;
                    current.0[lane] = i * keep;
                }
            }
        }
        &self.input
    }

    /// The current, its factor over a step and its gain, of one neuron at both receptors.
    pub(super) fn of(&self, block: usize, lane: usize) -> [(f32, f32, f32); 2] {
        let [excitatory, inhibitory] = &self.currents;
        let of = |current: &[Row], (keep, gain)| (current[block].0[lane], keep, gain);
        [of(excitatory, self.factors[0]), of(inhibitory, self.factors[1])]
    }

    /// No currents.
    pub(super) fn clear(&mut self) {
        self.currents.iter_mut().for_each(|current| current.fill(Row::ZERO));
    }

    /// All currents, for checks.
    pub(super) fn currents(&self) -> &[Vec<Row>; 2] {
        &self.currents
    }
}

fn factors(params: &LifParams, grid: TimeGrid) -> Option<[(f32, f32); 2]> {
    let factor = |tau_syn_ms| {
        let LifStep { syn_decay, syn_gain, .. } = LifStep::<f32>::new(&LifParams { tau_syn_ms, ..*params }, grid);
        (syn_decay, syn_gain)
    };
    params.tau_receptors_ms.map(|taus| taus.map(factor))
}

impl Persist for Receptors {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { factors: _, currents, input: _ } = self;
        currents.iter_mut().try_for_each(|current| archive.rows("synaptic currents", current))
    }
}
