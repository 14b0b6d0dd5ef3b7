//! Projections: synapses from one group of neurons to another.

mod conv;
mod dense;
mod sparse;
mod store;
mod synapse_list;
mod wiring;

pub use conv::{Conv, Geometry};
pub use dense::Dense;
pub use sparse::{Sparse, Synapse};
pub use store::Store;
pub use wiring::{Draw, Wiring};

use super::archive::{Archive, ArchiveError, Persist};
use super::block::{Row, clear};
use super::neuron::{NeuronIdx, Policy};
use super::rule::{Changes, PlasticityParams};
use super::spikes::SpikeChunk;
use crate::time::TimeGrid;
use ndarray::Array2;
use pulp::Arch;

/// The synapses of a projection and their learning rule.
#[derive(Clone)]
pub enum Synapses {
    /// All-to-all.
    Dense(Store<Dense>),
    /// Local, with weights shared by all sites.
    Shared(Store<Conv>),
    /// A list of synapses, each with a delay.
    Sparse(Store<Sparse>),
}

impl From<Store<Dense>> for Synapses {
    fn from(store: Store<Dense>) -> Self {
        Self::Dense(store)
    }
}

impl From<Store<Conv>> for Synapses {
    fn from(store: Store<Conv>) -> Self {
        Self::Shared(store)
    }
}

impl From<Store<Sparse>> for Synapses {
    fn from(mut store: Store<Sparse>) -> Self {
        if store.rule.is_some() {
            store.weights.index_incoming();
        }
        Self::Sparse(store)
    }
}

/// The same expression for every store.
macro_rules! each {
    ($synapses:expr, $store:ident => $result:expr) => {
        match $synapses {
            Synapses::Dense($store) => $result,
            Synapses::Shared($store) => $result,
            Synapses::Sparse($store) => $result,
        }
    };
}

impl Synapses {
    /// Presynaptic neurons.
    pub fn n_pre(&self) -> usize {
        each!(self, store => store.weights.n_pre())
    }

    /// Postsynaptic neurons.
    pub fn n_post(&self) -> usize {
        each!(self, store => store.weights.n_post())
    }

    /// Shape of the weights as an array: (pre, post), (tap, channel) if they are shared, (synapse, 1) if they are sparse.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Self::Dense(store) => (store.weights.n_pre(), store.weights.n_post()),
            Self::Shared(store) => (store.weights.geometry().taps(), store.weights.channels()),
            Self::Sparse(store) => (store.weights.len(), 1),
        }
    }

    /// Number of weights.
    pub fn weights(&self) -> usize {
        let (rows, columns) = self.shape();
        rows * columns
    }

    /// Synapses that a spike of row `pre` reaches: its synaptic events.
    pub fn fan_out(&self, pre: usize) -> usize {
        match self {
            Self::Dense(store) => store.weights.n_post(),
            Self::Shared(store) => store.weights.geometry().over(pre) * store.weights.channels(),
            Self::Sparse(store) => store.weights.out_degree(pre),
        }
    }

    /// The synapses onto a neuron: row and weight in mV.
    pub fn onto(&self, post: usize) -> Vec<(usize, f32)> {
        match self {
            Self::Dense(Store { weights, .. }) => (0..weights.n_pre()).map(|row| (row, weights.get(row, post))).collect(),
            Self::Shared(Store { weights: conv, .. }) => {
                let (site, channel) = (post / conv.channels(), post % conv.channels());
                let under = conv.geometry().under(site).enumerate();
                under.filter_map(|(tap, row)| Some((row?, conv.get(tap, channel)))).collect()
            }
            Self::Sparse(Store { weights, .. }) => {
                let onto = weights.onto(post as NeuronIdx).into_iter();
                onto.map(|(pre, _, index)| (pre as usize, weights.weight_mv(index))).collect()
            }
        }
    }

    /// Steps by which the longest delay of the synapses exceeds the shortest.
    pub fn delay_span(&self) -> usize {
        match self {
            Self::Dense(_) | Self::Shared(_) => 0,
            Self::Sparse(store) => store.weights.delay_span(),
        }
    }

    /// The weights in mV, in the shape of `shape`.
    pub fn to_array(&self) -> Array2<f32> {
        match self {
            Self::Dense(store) => store.weights.to_array(),
            Self::Shared(Store { weights, .. }) => Array2::from_shape_fn(self.shape(), |(tap, channel)| weights.get(tap, channel)),
            Self::Sparse(Store { weights, .. }) => {
                let mut all = weights.weights_mv();
                Array2::from_shape_simple_fn(self.shape(), || all.next().unwrap_or_default())
            }
        }
    }

    /// Replace the weights by those of an array in the shape of `to_array`.
    pub fn set(&mut self, weights: &Array2<f32>) {
        match self {
            Self::Dense(store) => weights.indexed_iter().for_each(|((pre, post), &w)| *store.weights.get_mut(pre, post) = w),
            Self::Shared(store) => weights.indexed_iter().for_each(|((tap, channel), &w)| *store.weights.get_mut(tap, channel) = w),
            Self::Sparse(store) => store.weights.weights_mut().zip(weights).for_each(|(mine, &w)| *mine = w),
        }
    }

    /// Whether every weight belongs to the same pair of neurons as in other synapses, with the same delay.
    pub fn connects_alike(&self, other: &Self) -> bool {
        let sizes = |synapses: &Self| (synapses.n_pre(), synapses.n_post());
        match (self, other) {
            (Self::Dense(_), Self::Dense(_)) => sizes(self) == sizes(other),
            (Self::Sparse(a), Self::Sparse(b)) => sizes(self) == sizes(other) && a.weights.connects_alike(&b.weights),
            (Self::Shared(_), Self::Shared(_)) => sizes(self) == sizes(other) && self.shape() == other.shape(),
            _ => false,
        }
    }

    /// The all-to-all matrix, if there is one.
    pub fn dense(&self) -> Option<&Dense> {
        match self {
            Self::Dense(store) => Some(&store.weights),
            Self::Shared(_) | Self::Sparse(_) => None,
        }
    }

    /// The all-to-all matrix, mutable.
    pub fn dense_mut(&mut self) -> Option<&mut Dense> {
        match self {
            Self::Dense(store) => Some(&mut store.weights),
            Self::Shared(_) | Self::Sparse(_) => None,
        }
    }

    /// The shared filters, if there are any.
    pub fn conv(&self) -> Option<&Conv> {
        match self {
            Self::Shared(store) => Some(&store.weights),
            Self::Dense(_) | Self::Sparse(_) => None,
        }
    }

    /// The sparse synapses, if there are any.
    pub fn sparse(&self) -> Option<&Sparse> {
        match self {
            Self::Sparse(store) => Some(&store.weights),
            Self::Dense(_) | Self::Shared(_) => None,
        }
    }

    /// The same weights without a rule.
    #[must_use]
    pub fn fixed(&self) -> Self {
        match self {
            Self::Dense(store) => Self::Dense(store.fixed()),
            Self::Shared(store) => Self::Shared(store.fixed()),
            Self::Sparse(store) => Self::Sparse(store.fixed()),
        }
    }

    /// Move every weight by a fraction `share` toward that of another projection of the same shape.
    pub fn approach(&mut self, other: &Self, share: f32) {
        let toward = |mine: &mut f32, other: &f32| *mine += share * (other - *mine);
        let (mine, other) = match (self, other) {
            (Self::Dense(mine), Self::Dense(other)) => (mine.weights.rows_mut(), other.weights.rows()),
            (Self::Shared(mine), Self::Shared(other)) => (mine.weights.rows_mut(), other.weights.rows()),
            (Self::Sparse(mine), Self::Sparse(other)) => {
                mine.weights.weights_mut().zip(other.weights.weights_mv()).for_each(|(mine, other)| toward(mine, &other));
                return;
            }
            _ => return,
        };
        for (mine, other) in mine.iter_mut().zip(other) {
            mine.0.iter_mut().zip(&other.0).for_each(|(mine, other)| toward(mine, other));
        }
    }

    /// Set the drive of the postsynaptic population to the weights of all spikes of a chunk; with `ADD`, add them to it. The
    /// spikes of sparse synapses begin `delay_span` steps before the chunk.
    pub fn deliver<const ADD: bool>(&self, arch: Arch, spikes: &SpikeChunk, drive: &mut [Row]) {
        match self {
            Self::Dense(store) => store.weights.deliver::<ADD>(arch, spikes, drive),
            Self::Shared(store) => store.weights.deliver::<ADD>(arch, spikes, drive),
            Self::Sparse(Store { weights, .. }) => {
                if !ADD {
                    clear(arch, drive);
                }
                weights.deliver(|t, delay| weights.arriving(t, delay, spikes), drive);
            }
        }
    }

    /// Add currents to what the postsynaptic population receives, laid out `[step][block]`: those of all presynaptic neurons, laid out
    /// `[step][neuron]`, times their weights, in the order of these neurons. Shared weights transmit none.
    pub(super) fn inject(&self, currents: &[f32], received: &mut [Row]) {
        match self {
            Self::Dense(store) => store.weights.inject(currents, received),
            Self::Shared(_) => {}
            Self::Sparse(store) => store.weights.inject(currents, received),
        }
    }

    /// Compute the drive of one neuron again for the steps `from..` of a chunk, after its weights changed after a spike of
    /// its own.
    pub(super) fn redeliver(&self, post: usize, spikes: &SpikeChunk, from: usize, drive: &mut [Row]) {
        if let Self::Dense(store) = self {
            store.weights.redeliver(post, spikes, from, drive);
        }
    }
}

/// What the learning rule does.
impl Synapses {
    /// Whether there is a rule.
    pub fn learns(&self) -> bool {
        each!(self, store => store.rule.is_some())
    }

    /// When the rule changes weights.
    pub fn changes(&self) -> Option<Changes> {
        each!(self, store => store.rule.as_ref().map(|rule| rule.changes()))
    }

    /// New parameters of the rule, from the next spike on.
    pub fn set_params(&mut self, params: &PlasticityParams, grid: TimeGrid) {
        each!(self, store => store.rule.iter_mut().for_each(|rule| rule.set_params(params, grid)));
    }

    /// See `Rule::supervise`.
    pub fn supervise(&mut self, action: usize) {
        each!(self, store => store.rule.iter_mut().for_each(|rule| rule.supervise(action)));
    }

    /// See `Rule::eligibility`.
    pub fn eligibility(&self, post: NeuronIdx, step: u64) -> Option<Vec<f32>> {
        each!(self, store => store.rule.as_ref().and_then(|rule| rule.eligibility(post, step)))
    }

    /// See `Rule::modulator`.
    pub fn modulator(&self, step: u64) -> Option<f64> {
        each!(self, store => store.rule.as_ref().and_then(|rule| rule.modulator(step)))
    }

    /// See `Rule::begin_trial`.
    pub fn begin_trial(&mut self, step: u64) {
        each!(self, store => store.rule.iter_mut().for_each(|rule| rule.begin_trial(step)));
    }

    /// See `Rule::consolidate`.
    pub(super) fn consolidate(&mut self, step: u64, m: f32) {
        each!(self, store => if let Some(rule) = &mut store.rule { rule.consolidate(step, m, &mut store.weights) });
    }

    /// See `Rule::bring_up_to_date`.
    pub fn bring_up_to_date(&mut self, step: u64) {
        each!(self, store => if let Some(rule) = &mut store.rule { rule.bring_up_to_date(step, &mut store.weights) });
    }

    /// The spikes that arrive in step `t` of a chunk that begins in step `start`.
    pub(super) fn on_pre(&mut self, start: u64, t: usize, spikes: &SpikeChunk) {
        match self {
            Self::Dense(Store { weights, rule: Some(rule) }) => rule.on_pre(start + t as u64, 0, spikes.at(t), weights),
            Self::Shared(Store { weights, rule: Some(rule) }) => rule.on_pre(start + t as u64, 0, spikes.at(t), weights),
            Self::Sparse(Store { weights, rule: Some(rule) }) => {
                for k in 0..weights.delays().len() {
                    let delay = usize::from(weights.delays()[k]);
                    rule.on_pre(start + t as u64, delay, weights.arriving(t, delay, spikes), weights);
                }
            }
            _ => {}
        }
    }

    /// See `Rule::on_post`.
    pub(super) fn on_post(&mut self, step: u64, fired: &[NeuronIdx], v_mv: &dyn Fn(NeuronIdx) -> f32) {
        each!(self, store => if let Some(rule) = &mut store.rule { rule.on_post(step, fired, v_mv, &mut store.weights) });
    }

    /// See `Rule::on_policy`.
    pub(super) fn on_policy(&mut self, step: u64, policy: &Policy<'_>, fired: &[NeuronIdx]) {
        each!(self, store => store.rule.iter_mut().for_each(|rule| rule.on_policy(step, policy, fired)));
    }
}

impl Persist for Synapses {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        each!(self, store => store.persist(archive))
    }
}
