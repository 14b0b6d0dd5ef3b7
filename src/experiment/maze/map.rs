//! What the weights of a network in a maze say of every place: the value that the critic expects, and the direction that the actor prefers.

use super::MazeRun;
use crate::engine::network::{Network, Projection};
use crate::experiment::characterise;
use crate::model::{Lif, ModelSpec, NetworkSpec, Point};

/// The value at the points of a square grid.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueMap {
    /// Points along a side, in the middles of equal squares.
    pub along: usize,
    /// Values, row by row from the lower left.
    pub values: Vec<f32>,
}

/// Preferred directions at the points of a square grid.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyMap {
    /// Points along a side, in the middles of equal squares.
    pub along: usize,
    /// The mean input of the actor neurons as vectors in their directions, relative to the largest, row by row from the lower left.
    pub arrows: Vec<[f32; 2]>,
}

impl MazeRun {
    /// The value at `along` × `along` points: that of the mean rate of the critic neurons there, by the closed form of `Lif` with membrane
    /// noise for the mean and the variance of what the place cells send. `None` with neurons of another model, or if the place cells do
    /// not reach them.
    pub fn value_map(&self, network: &Network, spec: &NetworkSpec, along: usize) -> Option<ValueMap> {
        let ModelSpec::Lif(lif) = &spec.population(&self.maze.critic)?.model else { return None };
        let peak_hz = spec.population(&self.maze.place_cells)?.model.value("rate")?;
        let mut weights = vec![[0.0; 2]; self.places.len()];
        self.each_weight(network, self.critic.population, |pre, _, weight| {
            weights[pre][0] += weight / self.critic.neurons;
            weights[pre][1] += weight * weight / self.critic.neurons;
        })?;
        let numbers = &self.maze.numbers;
        // the mean of the current for a rate of 1 Hz, and the variance of the potential for one spike per ms, of weights of 1
        let mean_s = lif.tau_syn_exc_ms * 1e-3;
        let spread_ms = lif.tau_syn_exc_ms * lif.tau_syn_exc_ms / (2.0 * (lif.tau_m_ms + lif.tau_syn_exc_ms));
        let value = |point: Point| {
            let (mut mean_mv, mut variance) = (lif.ri_mv, lif.sigma_mv * lif.sigma_mv);
            for (gain, [weight, square]) in self.places.gains(point).iter().zip(&weights) {
                mean_mv += gain * peak_hz * weight * mean_s;
                variance += gain * peak_hz * 1e-3 * square * spread_ms;
            }
            let noisy = ModelSpec::Lif(Lif { sigma_mv: variance.sqrt().max(1e-3), ..lif.clone() });
            // the current of the closed form is all of the input
            let rate_hz = characterise::rate_hz(&noisy, spec.dt_ms, mean_mv)?;
            Some((numbers.value_per_hz * rate_hz + numbers.value_at_rest) as f32)
        };
        let values = points(numbers.side_cm, along).map(value).collect::<Option<_>>()?;
        Some(ValueMap { along, values })
    }

    /// The directions that the actor neurons prefer at `along` × `along` points. `None` if the place cells do not reach them.
    pub fn policy_map(&self, network: &Network, along: usize) -> Option<PolicyMap> {
        let mut vectors = vec![[0.0; 2]; self.places.len()];
        self.each_weight(network, self.actor, |pre, post, weight| {
            let [x, y] = self.directions[post];
            vectors[pre][0] += weight * x;
            vectors[pre][1] += weight * y;
        })?;
        let arrow = |point: Point| {
            let gains = self.places.gains(point);
            [0, 1].map(|axis| gains.iter().zip(&vectors).map(|(gain, vector)| gain * vector[axis]).sum::<f64>())
        };
        let arrows: Vec<[f64; 2]> = points(self.maze.numbers.side_cm, along).map(arrow).collect();
        let longest = arrows.iter().map(|[x, y]| x * x + y * y).fold(0.0, f64::max).sqrt().max(f64::MIN_POSITIVE);
        Some(PolicyMap { along, arrows: arrows.into_iter().map(|arrow| arrow.map(|length| (length / longest) as f32)).collect() })
    }

    /// Visit the present weights from the place cells onto a population; `None` if no projection has any.
    fn each_weight(&self, network: &Network, target: usize, mut visit: impl FnMut(usize, usize, f64)) -> Option<()> {
        let from_places = |projection: &&Projection| {
            projection.target == target && projection.source.population().map(|(index, _)| index) == Some(self.places.population())
        };
        let mut found = None;
        for projection in network.projections().iter().filter(from_places) {
            let mut synapses = projection.synapses.clone();
            synapses.bring_up_to_date(network.step());
            for post in 0..synapses.n_post() {
                synapses.onto(post).into_iter().for_each(|(pre, weight)| visit(pre, post, f64::from(weight)));
            }
            found = Some(());
        }
        found
    }
}

/// The middles of `along` × `along` equal squares, row by row from the lower left.
fn points(side_cm: f64, along: usize) -> impl Iterator<Item = Point> {
    let middle = move |index: usize| (index as f64 + 0.5) * side_cm / along as f64;
    (0..along * along).map(move |index| [middle(index % along), middle(index / along)])
}
