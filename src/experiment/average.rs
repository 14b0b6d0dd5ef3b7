//! Averages of the output weights over the last part of training (Polyak & Juditsky 1992), which reduce the noise of single
//! rewards. Learning uses the current weights; only tests use the averages.

use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::network::Network;
use crate::engine::projection::Synapses;

/// Images between two samples of the weights.
const EVERY: u64 = 50;

/// The averages of every projection that learns from reward, by its index in the network.
#[derive(Clone, Default)]
pub(super) struct Average {
    means: Vec<(usize, Synapses)>,
    taken: u64,
}

impl Average {
    /// Called after image number `image`: sample the weights if due, and average over about `window` images. A window of 0
    /// clears the average.
    pub(super) fn observe(&mut self, network: &Network, image: u64, window: u64) {
        if window == 0 {
            *self = Self::default();
        } else if image.is_multiple_of(EVERY) {
            if self.means.is_empty() {
                self.means = learning(network).map(|(index, synapses)| (index, synapses.fixed())).collect();
            }
            self.taken += 1;
            let share = (1.0 / self.taken as f32).max(EVERY.min(window) as f32 / window as f32);
            for ((_, mean), (_, synapses)) in self.means.iter_mut().zip(learning(network)) {
                mean.approach(synapses, share);
            }
        }
    }

    /// Replace the weights of a copy of the network by the averages, if there are any.
    pub(super) fn install(&self, network: &mut Network) {
        for (index, mean) in &self.means {
            network.projections_mut()[*index].synapses = mean.clone();
        }
    }

    /// Save, restore or digest; `network` determines the projections.
    pub(super) fn persist(&mut self, network: &Network, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { means, taken } = self;
        archive.clock(taken)?;
        if matches!(archive, Archive::Load(_)) {
            *means = if *taken > 0 { learning(network).map(|(index, synapses)| (index, synapses.fixed())).collect() } else { Vec::new() };
        }
        means.iter_mut().try_for_each(|(_, mean)| mean.persist(archive))
    }
}

/// The projections that learn from reward: those onto the last population that have a rule.
fn learning(network: &Network) -> impl Iterator<Item = (usize, &Synapses)> {
    let learns = |(_, p): &(usize, &crate::engine::network::Projection)| p.synapses.learns();
    let last = network.projections().last().map(|p| p.target);
    let all = network.projections().iter().enumerate().filter(move |(_, p)| Some(p.target) == last);
    all.filter(learns).map(|(index, p)| (index, &p.synapses))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::network::{Projection, Source};
    use crate::engine::neuron::{RaceParams, RacePopulation};
    use crate::engine::plasticity::{PlasticityParams, RMax};
    use crate::engine::projection::Dense;
    use crate::time::TimeGrid;

    fn network(w: f32) -> Network {
        let grid = TimeGrid::new(1.0);
        let mut fixed = Dense::new(2, 2);
        *fixed.get_mut(0, 0) = w;
        let params = PlasticityParams { tau_psp_ms: (10.0, 5.0), ..PlasticityParams::default() };
        let rule = Box::new(RMax::new(2, 2, 2, &params, grid));
        let learning = Projection::new(Source::Population { index: 0, delay: 1 }, 1, fixed.clone(), Some(rule));
        let hidden = Projection::new(Source::Population { index: 1, delay: 1 }, 0, fixed, None);
        let population = || Box::new(RacePopulation::new(2, RaceParams::default(), grid, 1));
        Network::new(None, vec![population(), population()], vec![hidden, learning])
    }

    fn weight(network: &Network, projection: usize) -> f32 {
        network.projections()[projection].synapses.to_array()[[0, 0]]
    }

    #[test]
    fn an_average_is_the_mean_of_what_was_seen_and_then_forgets_as_slowly_as_its_window() {
        let mut average = Average::default();
        for (k, w) in [2.0, 4.0, 9.0].into_iter().enumerate() {
            average.observe(&network(w), 50 * k as u64, 1000);
            // between two looks nothing is seen
            average.observe(&network(100.0), 50 * k as u64 + 7, 1000);
        }
        let mut tested = network(9.0);
        average.install(&mut tested);
        assert!((weight(&tested, 1) - 5.0).abs() < 1e-6 && weight(&tested, 0) == 9.0, "only what learns is averaged");
        let mut short = Average::default();
        [0.0, 0.0, 0.0, 8.0].into_iter().for_each(|w| short.observe(&network(w), 0, 100));
        short.install(&mut tested);
        assert_eq!(weight(&tested, 1), 4.0, "a window of two looks moves half way");
        short.observe(&network(1.0), 50, 0);
        let mut plain = network(3.0);
        short.install(&mut plain);
        assert_eq!(weight(&plain, 1), 3.0, "switched off, weights are tested as they are");
    }
}
