//! A network that runs freely, in the session: the run, its record, and the changes of its quantities.

mod record;

use super::free_view::FreeView;
use super::traces::{PotentialTrace, WeightView};
use crate::engine::network::Network;
use crate::engine::projection::{Store, Synapses};
use crate::experiment::FreeRun;
use crate::model::{Entry, NetworkSpec, Path, Value, sentence};
use crate::params::{Change, Params};
use crate::preset::Described;
use record::{Record, populations};
use std::sync::Arc;

/// The run with its record.
pub(super) struct FreeLab {
    run: FreeRun,
    record: Record,
    /// The registry has no parameters of such a network: the defaults.
    params: Params,
    entries: Arc<[Entry]>,
    original: Arc<[Entry]>,
    plastic: Arc<[(String, u64)]>,
    /// The description with the values in force.
    network: Arc<NetworkSpec>,
    /// The digest and its step; cleared by changes.
    digest: Option<(u64, String)>,
}

/// How a change of a quantity takes effect.
pub(super) enum Effect {
    /// It was applied; the value as text.
    Live(String),
    /// It needs a new network, with this description.
    Rebuild(Box<Described>),
}

impl FreeLab {
    /// Build the network, or say in one sentence why not.
    pub(super) fn new(described: &Described, seed: u64) -> Result<Self, String> {
        let run = FreeRun::new((*described.network).clone(), seed).map_err(|faults| sentence(&faults))?;
        let run = run.with_task(&described.file.task);
        let spec = run.spec();
        let populations = populations(spec, run.network());
        let record = Record::new(populations, spec.dt_ms, run.step().0);
        let entries = spec.entries().into();
        let original = described.file.network.entries().into();
        let learns = spec.projections.iter().zip(run.network().projections()).filter(|(_, synapses)| synapses.synapses.learns());
        let plastic = learns.map(|(spec, projection)| (spec.name.clone(), weights(&projection.synapses).len() as u64)).collect();
        Ok(Self {
            record,
            params: Params::default(),
            entries,
            original,
            plastic,
            network: Arc::clone(&described.network),
            digest: None,
            run,
        })
    }

    pub(super) fn run(&self) -> &FreeRun {
        &self.run
    }

    /// The description with the values in force.
    pub(super) fn spec(&self) -> &Arc<NetworkSpec> {
        &self.network
    }

    pub(super) fn params(&self) -> &Params {
        &self.params
    }

    pub(super) fn network(&self) -> &Network {
        self.run.network()
    }

    pub(super) fn advance(&mut self, steps: u64) -> Result<(), String> {
        self.digest = None;
        self.run.advance(steps, &mut [&mut self.record]).map_err(|fault| fault.to_string())
    }

    /// Change a quantity, or prepare the description with the change; `described` is the current one.
    pub(super) fn set(&mut self, described: &Described, path: &Path, value: &Value) -> Result<Effect, String> {
        let mut network = self.run.spec().clone();
        network.set_value(path, value).map_err(|faults| sentence(&faults))?;
        let entry = network.entry(path);
        if entry.as_ref().is_some_and(|entry| entry.field.change == Change::Live) {
            self.run.set(path, value).map_err(|faults| sentence(&faults))?;
            self.network = Arc::new(network);
            self.entries = self.network.entries().into();
            self.digest = None;
            return Ok(Effect::Live(entry.map_or_else(String::new, |entry| entry.text())));
        }
        Ok(Effect::Rebuild(Box::new(Described { file: Arc::clone(&described.file), network: Arc::new(network) })))
    }

    /// Record the potentials of these neurons over this time.
    pub(super) fn watch(&mut self, neurons: &[u32], ms: f64) {
        self.record.watch(neurons, (ms / self.run.spec().dt_ms) as u64);
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

    /// Spikes of a neuron since the start.
    pub(super) fn spikes_of(&self, neuron: u32) -> u32 {
        let populations = &self.record.populations;
        let place = populations.iter().position(|p| (p.first..p.first.saturating_add(p.size)).contains(&neuron));
        let count = |place: usize| self.network().counts_of(place).get((neuron - populations[place].first) as usize).copied();
        place.and_then(count).unwrap_or(0)
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
        // some rules compute weights only at spikes and rewards
        let learn = self.run.network().projections().iter().enumerate().filter(|(_, projection)| projection.synapses.learns());
        let w: Vec<f32> = learn.flat_map(|(index, _)| weights(&self.run.present_synapses(index))).collect();
        let w_max = w.iter().copied().fold(0.0, f32::max);
        WeightView { n_pre: 0, n_post: 0, field: (0, 0), w: w.into(), w_max }
    }

    /// What the window shows.
    pub(super) fn view(&self, spikes: bool) -> FreeView {
        FreeView {
            network: Arc::clone(&self.network),
            entries: Arc::clone(&self.entries),
            original: Arc::clone(&self.original),
            populations: Arc::clone(&self.record.populations),
            blocks: if spikes { self.record.blocks() } else { Arc::from([]) },
            plastic: Arc::clone(&self.plastic),
        }
    }
}

fn weights(synapses: &Synapses) -> Vec<f32> {
    match synapses {
        Synapses::Dense(Store { weights, .. }) => weights.fields(),
        Synapses::Sparse(Store { weights, .. }) => weights.weights_mv().collect(),
        Synapses::Shared(_) => Vec::new(),
    }
}
