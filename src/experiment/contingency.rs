//! Rewards of a free run for what it does: a delayed reward for one neuron that fires shortly after another one.

use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, StepSpikes};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Draw;
use crate::lower;
use crate::model::{Coincidence, NetworkSpec, NeuronAt};
use crate::rng::{Purpose, stream};
use crate::time::TimeGrid;

/// Rewards that are due at the same time, at most.
const MOST_DUE: usize = 1 << 20;

/// A condition of rewards, watched while a network runs.
#[derive(Debug, Clone)]
pub(super) struct Contingency {
    first: (usize, NeuronIdx),
    then: (usize, NeuronIdx),
    /// Steps between the two spikes, at most.
    within: u64,
    /// Steps from the second spike to the reward.
    after: Draw,
    amount: f32,
    seed: u64,
    /// The step after the last spike of the first neuron; 0 before it has fired.
    since: u64,
    /// Rewards so far, those that are still due included.
    drawn: u64,
    /// Steps of the rewards that are due, in rising order.
    due: Vec<u64>,
}

impl Contingency {
    /// The condition in a network; `None` if the network has not its neurons.
    pub(super) fn new(when: &Coincidence, network: &NetworkSpec, seed: u64) -> Option<Self> {
        let grid = TimeGrid::new(network.dt_ms);
        let place = |NeuronAt { population, index }: &NeuronAt| {
            let at = network.populations.iter().position(|own| own.name == *population)?;
            (*index < network.populations[at].size()).then_some((at, *index))
        };
        Some(Self {
            first: place(&when.first)?,
            then: place(&when.then)?,
            within: grid.steps(when.within_ms).unwrap_or(1).into(),
            after: lower::times(&when.after_ms, grid, f64::from(u32::MAX)),
            amount: when.amount as f32,
            seed,
            since: 0,
            drawn: 0,
            due: Vec::new(),
        })
    }

    /// Number of rewards given so far.
    pub(super) fn given(&self) -> u64 {
        self.drawn - self.due.len() as u64
    }

    /// Take the rewards that are due before step `step`.
    pub(super) fn take(&mut self, step: u64) -> impl Iterator<Item = f32> + use<> {
        let due = self.due.partition_point(|&at| at <= step);
        self.due.drain(..due);
        std::iter::repeat_n(self.amount, due)
    }

    /// The last step up to which a network at step `now` can be simulated before a reward may be due.
    pub(super) fn horizon(&self, now: u64) -> u64 {
        let soonest = match self.after {
            Draw::Constant(steps) => whole(steps),
            Draw::Uniform { low, .. } => whole(low),
            Draw::Normal { .. } | Draw::LogNormal { .. } => 1,
        };
        self.due.first().map_or(u64::MAX, |&at| at).min(now + soonest)
    }
}

/// A drawn time in whole steps, at least one.
fn whole(steps: f64) -> u64 {
    libm::round(steps).max(1.0) as u64
}

impl Monitor for Contingency {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        let fired = |(population, neuron): (usize, NeuronIdx)| spikes.populations[population].contains(&neuron);
        // the spikes of one step do not follow each other
        if self.since > 0 && step - (self.since - 1) <= self.within && fired(self.then) {
            let at = step + whole(self.after.sample(&mut stream(self.seed, Purpose::Contingency, self.drawn)));
            self.drawn += 1;
            if self.due.len() < MOST_DUE {
                self.due.insert(self.due.partition_point(|&other| other <= at), at);
            }
        }
        if fired(self.first) {
            self.since = step + 1;
        }
    }
}

impl Persist for Contingency {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { first: _, then: _, within: _, after: _, amount: _, seed: _, since, drawn, due } = self;
        archive.clock(since)?;
        archive.u64("rewards", drawn)?;
        archive.list("rewards", due, MOST_DUE, Archive::u64s)?;
        let valid = due.is_sorted() && due.iter().all(|&at| at <= 1 << 61) && *drawn >= due.len() as u64;
        if valid { Ok(()) } else { Err(ArchiveError::Value("rewards")) }
    }
}
