//! A network that runs freely, in the session: the run, its record, and the changes of its quantities.

mod neuron;
mod rates;
mod record;
mod weight_history;

pub(crate) use rates::rates_csv;

use super::free_view::{FixedWeights, FreeView};
use super::inspected::Inspected;
use super::traces::{PotentialTrace, WeightView};
use super::weight_bins::WeightBins;
use crate::engine::monitor::Monitor;
use crate::engine::network::{Network, Projection};
use crate::engine::projection::{Store, Synapses};
use crate::experiment::{Activity, Applied, FreeRun, GoesOn, Origin, Recorded, rebuild};
use crate::model::{NetworkSpec, ProjectionSpec, RuleSpec, TaskSpec, sentence};
use crate::params::Params;
use crate::preset::Described;
use crate::time::TimeGrid;
use record::{Record, populations};
use std::cell::OnceCell;
use std::sync::Arc;
use weight_history::History;

/// The run with its record.
pub(super) struct FreeLab {
    origin: Origin,
    run: FreeRun,
    /// Rates since the start, for the run directory.
    activity: Activity,
    record: Record,
    /// The registry has no parameters of such a network: the defaults.
    params: Params,
    plastic: Arc<[(String, u64)]>,
    /// The weights that do not change, counted when they are first shown.
    fixed: OnceCell<Arc<[FixedWeights]>>,
    history: History,
    /// The digest and its step; cleared by changes.
    digest: Option<(u64, String)>,
}

/// A state of a run with the rates until then: everything from which it continues, besides its origin and its log.
pub(super) struct FreeMoment {
    pub(super) run: FreeRun,
    pub(super) activity: Activity,
}

impl FreeLab {
    /// Build the network as long as `goes_on` says so, or say in one sentence why not.
    pub(super) fn new(described: &Described, seed: u64, goes_on: GoesOn) -> Result<Self, String> {
        let origin = Origin { network: Arc::clone(&described.network), task: described.file.task.clone(), seed, start: None };
        let run = origin.run_while(&[], goes_on)?;
        let activity = Activity::new(run.spec(), planned(&origin));
        Ok(Self::at(origin, FreeMoment { run, activity }))
    }

    /// The run at a moment.
    pub(super) fn at(origin: Origin, FreeMoment { run, activity }: FreeMoment) -> Self {
        let spec = Arc::clone(run.spec());
        let record = Record::new(populations(&spec, run.network()), spec.dt_ms, run.step().0);
        let learns = spec.projections.iter().zip(run.network().projections()).filter(|(_, synapses)| synapses.synapses.learns());
        let plastic: Arc<[_]> = learns.map(|(spec, projection)| (spec.name.clone(), weights(&projection.synapses).len() as u64)).collect();
        let history = History::new(&spec, &plastic, run.step().0);
        Self { record, activity, params: Params::default(), plastic, fixed: OnceCell::new(), history, digest: None, run, origin }
    }

    /// An earlier moment of the same run: its start, or one whose state is known. The changes of the log are applied at their steps.
    pub(super) fn earlier(&self, log: &[Applied], known: Option<(&[u8], &Activity)>) -> Result<Self, String> {
        let (run, activity) = match known {
            Some((state, activity)) => (self.origin.rewound(&self.run, log, state)?, activity.clone()),
            None => (self.origin.run(log)?, Activity::new(&self.origin.network, planned(&self.origin))),
        };
        Ok(Self::at(self.origin.clone(), FreeMoment { run, activity }))
    }

    /// The shown moment becomes a run of its own: what the log says of later steps does not apply.
    pub(super) fn leave_log(&mut self) {
        self.run.leave_log();
    }

    pub(super) fn run(&self) -> &FreeRun {
        &self.run
    }

    /// What determines the run besides its log.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// A copy of the present state.
    pub(super) fn moment(&self) -> FreeMoment {
        FreeMoment { run: self.run.twin(), activity: self.activity.clone() }
    }

    /// Steps that the task plans.
    pub(super) fn planned(&self) -> u64 {
        planned(&self.origin)
    }

    /// The description with the values in force.
    pub(super) fn spec(&self) -> &Arc<NetworkSpec> {
        self.run.spec()
    }

    pub(super) fn params(&self) -> &Params {
        &self.params
    }

    pub(super) fn network(&self) -> &Network {
        self.run.network()
    }

    pub(super) fn advance(&mut self, steps: u64) -> Result<(), String> {
        self.digest = None;
        let monitors: &mut [&mut dyn Monitor] = &mut [&mut self.record, &mut self.activity];
        self.run.advance(steps, monitors).map_err(|fault| fault.to_string())?;
        let now = self.run.step().0;
        if self.history.is_due(now) {
            let weights = self.learnt();
            self.history.note(now, &weights);
        }
        Ok(())
    }

    /// The weights of every projection that learns.
    fn learnt(&self) -> Vec<Vec<f32>> {
        // some rules compute weights only at spikes and rewards
        let learn = self.run.network().projections().iter().enumerate().filter(|(_, projection)| projection.synapses.learns());
        learn.map(|(index, _)| weights(&self.run.present_synapses(index))).collect()
    }

    /// Another network with the same seed, which keeps the learnt weights of projections that did not change, and their names.
    pub(super) fn rebuilt(&self, network: &Arc<NetworkSpec>, task: &TaskSpec, goes_on: GoesOn) -> Result<(Self, Vec<String>), String> {
        let built = rebuild(&self.run, Arc::clone(network), task, self.origin.seed, goes_on);
        let (origin, run, kept) = built.map_err(|faults| sentence(&faults))?;
        let activity = Activity::new(network, planned(&origin));
        Ok((Self::at(origin, FreeMoment { run, activity }), kept))
    }

    /// Apply a change that acts at once, exactly as a replay of its record does.
    pub(super) fn apply(&mut self, change: &Recorded) -> Result<(), String> {
        self.run.apply(change)?;
        self.history.set_limits(self.run.spec());
        self.digest = None;
        Ok(())
    }

    /// Whether a projection learns.
    pub(super) fn learns(&self) -> bool {
        !self.plastic.is_empty()
    }

    /// Whether a projection learns from reward.
    pub(super) fn learns_from_reward(&self) -> bool {
        self.run.spec().projections.iter().any(|projection| matches!(projection.rule, Some(RuleSpec::RStdp(_))))
    }

    /// Record the potentials of these neurons over this time.
    pub(super) fn watch(&mut self, neurons: &[u32], ms: f64) {
        self.record.watch(neurons, (ms / self.run.spec().dt_ms) as u64, self.run.network());
    }

    pub(super) fn traces(&self) -> Vec<PotentialTrace> {
        self.record.traces()
    }

    /// First and last step of the recorded potentials.
    pub(super) fn window(&self) -> (u64, u64) {
        self.record.window()
    }

    /// Spikes of each population in the last second, and the duration in ms.
    pub(super) fn flow(&self) -> (Vec<u64>, f64) {
        self.record.flow()
    }

    /// Index of the population of a neuron that is counted over all populations, and its index there.
    pub(super) fn locate(&self, neuron: u32) -> Option<(usize, u32)> {
        self.record.locate(neuron)
    }

    /// Spikes of a neuron since the start.
    pub(super) fn spikes_of(&self, neuron: u32) -> u32 {
        let count = |(place, index): (usize, u32)| self.network().counts_of(place).get(index as usize).copied();
        self.locate(neuron).and_then(count).unwrap_or(0)
    }

    /// The last recorded spike of a neuron before step `before`.
    pub(super) fn spike_before(&self, neuron: u32, before: u64) -> Option<u64> {
        self.record.spike_before(neuron, before)
    }

    /// First step of the recorded spikes.
    pub(super) fn recorded_from(&self) -> u64 {
        self.record.recorded_from()
    }

    /// Number of neurons of all populations.
    pub(super) fn neurons(&self) -> u32 {
        self.record.populations.iter().fold(0, |sum, population| sum.saturating_add(population.size))
    }

    /// The digest, computed once for a state.
    pub(super) fn digest(&mut self) -> String {
        let step = self.run.step().0;
        if let Some((at, digest)) = &self.digest
            && *at == step
        {
            return digest.clone();
        }
        let digest = self.run.digest().to_string();
        self.digest = Some((step, digest.clone()));
        digest
    }

    /// All weights that learn, projection by projection.
    pub(super) fn weights(&self) -> WeightView {
        if self.plastic.is_empty() {
            return WeightView::default();
        }
        let w = self.learnt().concat();
        let w_max = w.iter().copied().fold(0.0, f32::max);
        WeightView { n_pre: 0, n_post: 0, field: (0, 0), w: w.into(), w_max }
    }

    /// The weights of every projection that does not learn.
    fn fixed(&self) -> Arc<[FixedWeights]> {
        let count = || {
            let all = self.run.spec().projections.iter().zip(self.run.network().projections());
            let fixed = all.filter(|(_, projection)| !projection.synapses.learns() && projection.synapses.weights() > 0);
            let one = |(spec, projection): (&ProjectionSpec, &Projection)| {
                let weights = weights(&projection.synapses);
                FixedWeights { name: spec.name.clone(), weights: weights.len() as u64, bins: WeightBins::of(&weights) }
            };
            fixed.map(one).collect()
        };
        Arc::clone(self.fixed.get_or_init(count))
    }

    /// The state of a neuron, with its synapses. These are the known ones if none of the projections onto it learns.
    pub(super) fn inspected(&self, neuron: u32, known: Option<&Inspected>) -> Option<Inspected> {
        neuron::inspected(&self.run, &self.record.populations, neuron, known)
    }

    /// What the window shows.
    pub(super) fn view(&self, (spikes, weights): (bool, bool), log: &[Applied]) -> FreeView {
        FreeView {
            network: Arc::clone(self.run.spec()),
            populations: Arc::clone(&self.record.populations),
            blocks: if spikes { self.record.blocks() } else { Arc::from([]) },
            plastic: Arc::clone(&self.plastic),
            fixed: if weights { self.fixed() } else { Arc::from([]) },
            step: self.run.step().0,
            learnt_before: self.origin.start.is_some(),
            changed: changed(log, self.run.step().0),
            weight_history: Arc::clone(self.history.shown()),
        }
    }

    /// What is kept of the run for comparison, with the weights of this moment.
    pub(super) fn ended(&self, log: &[Applied]) -> FreeView {
        let mut history = self.history.clone();
        if !self.plastic.is_empty() {
            history.note(self.run.step().0, &self.learnt());
        }
        FreeView { weight_history: Arc::clone(history.shown()), ..self.view((true, false), log) }
    }

    /// Continue the record of the same run, as it was at this moment.
    pub(super) fn recall(&mut self, before: &FreeView) {
        if before.step == self.run.step().0 {
            self.record.recall(&before.blocks);
            self.history.recall(&before.weight_history);
        }
    }
}

/// The step of the last change of a quantity up to `step`; 0 without one.
fn changed(log: &[Applied], step: u64) -> u64 {
    let before = log.iter().rev().filter(|change| change.before.0 <= step);
    before.filter(|change| matches!(change.change, Recorded::Quantity(..))).map(|change| change.before.0).next().unwrap_or(0)
}

/// Steps that the task of a run plans.
fn planned(origin: &Origin) -> u64 {
    TimeGrid::new(origin.network.dt_ms).steps(origin.task.duration_ms().unwrap_or_default()).map_or(0, u64::from)
}

fn weights(synapses: &Synapses) -> Vec<f32> {
    match synapses {
        Synapses::Dense(Store { weights, .. }) => weights.fields(),
        Synapses::Sparse(Store { weights, .. }) => weights.weights_mv().collect(),
        Synapses::Shared(_) => synapses.to_array().into_iter().collect(),
    }
}
