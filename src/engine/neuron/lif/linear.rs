//! The equation of one LIF neuron in the coming step, for explanations.

use super::{LifPopulation, LifStep};
use crate::engine::block::place;
use crate::engine::neuron::NeuronIdx;
use crate::engine::neuron::linear::{Current, Linear, RECEPTORS};

impl LifPopulation {
    /// With the coefficients that the simulation uses, rounded to f32.
    pub(super) fn equation(&self, neuron: NeuronIdx) -> Linear {
        let Self { grid, params, coefficients, u, i_syn, receptors, now, held_until, inhibitors, opening, conductances, .. } = self;
        let (block, lane) = place(neuron as usize);
        let g = if opening.is_some() { conductances.onto(neuron) } else { 0.0 };
        let plain = coefficients.widened();
        let here = if g > 0.0 { coefficients.inhibited(params, *grid, g).widened() } else { plain };
        let LifStep { decay, bias, syn_decay, syn_gain, .. } = here;
        let current_mv = if g > 0.0 { (1.0 - decay) * params.ri_mv / (1.0 + g) } else { bias };
        let by_spike = if opening.is_some() { 0.0 } else { f64::from(params.inhibition_mv as f32) };
        let returned_mv = if inhibitors.contains(&neuron) { by_spike } else { 0.0 };
        let one = Current { i_mv: i_syn[block].0[lane].into(), keep: syn_decay, gain: syn_gain, direct: 1.0, ..Current::default() };
        let at_once = Current { gain: 1.0, direct: 1.0, ..Current::default() };
        let currents: [Current; RECEPTORS] = match receptors {
            None => [one, Current::default(), Current::default()],
            Some(receptors) => {
                let [excitatory, inhibitory] = receptors.of(block, lane);
                [excitatory, inhibitory, at_once]
            }
        };
        Linear {
            rest_mv: params.e_l_mv,
            u_mv: u[block].0[lane].into(),
            reset_mv: plain.reset,
            decay,
            current_mv,
            inhibition_mv: bias - current_mv - by_spike * inhibitors.len() as f64,
            returned_mv,
            noisy: params.sigma_mv > 0.0,
            held: held_until[block].0[lane] > *now,
            currents,
        }
    }
}
