//! Projections: synapses from one group of neurons to another.

mod conv;
mod dense;

pub use conv::{Conv, Geometry};
pub use dense::Dense;

use super::archive::{Archive, ArchiveError, Persist};
use super::block::Row;
use super::spikes::SpikeChunk;
use ndarray::Array2;
use pulp::Arch;

/// The synapses of a projection, all-to-all or shared.
#[derive(Debug, Clone)]
pub enum Synapses {
    /// All-to-all.
    Dense(Dense),
    /// Local, with weights shared by all sites.
    Conv(Conv),
}

impl From<Dense> for Synapses {
    fn from(dense: Dense) -> Self {
        Self::Dense(dense)
    }
}

impl From<Conv> for Synapses {
    fn from(conv: Conv) -> Self {
        Self::Conv(conv)
    }
}

impl Synapses {
    /// Presynaptic neurons.
    pub fn n_pre(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.n_pre(),
            Self::Conv(conv) => conv.n_pre(),
        }
    }

    /// Postsynaptic neurons.
    pub fn n_post(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.n_post(),
            Self::Conv(conv) => conv.n_post(),
        }
    }

    /// Shape of the weights as an array: (pre, post), or (tap, channel) if they are shared.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Self::Dense(dense) => (dense.n_pre(), dense.n_post()),
            Self::Conv(conv) => (conv.geometry().taps(), conv.channels()),
        }
    }

    /// Synapses that a spike of row `pre` reaches: its synaptic events.
    pub fn fan_out(&self, pre: usize) -> usize {
        match self {
            Self::Dense(dense) => dense.n_post(),
            Self::Conv(conv) => conv.geometry().over(pre) * conv.channels(),
        }
    }

    /// The weights in mV: of shape (pre, post) if all-to-all, of shape (tap, channel) if shared.
    pub fn to_array(&self) -> Array2<f32> {
        match self {
            Self::Dense(dense) => dense.to_array(),
            Self::Conv(conv) => Array2::from_shape_fn((conv.geometry().taps(), conv.channels()), |(tap, channel)| conv.get(tap, channel)),
        }
    }

    /// Replace the weights by those of an array in the shape of `to_array`.
    pub fn set(&mut self, weights: &Array2<f32>) {
        for ((row, column), &w) in weights.indexed_iter() {
            match self {
                Self::Dense(dense) => *dense.get_mut(row, column) = w,
                Self::Conv(conv) => *conv.get_mut(row, column) = w,
            }
        }
    }

    /// The all-to-all matrix, if there is one.
    pub fn dense(&self) -> Option<&Dense> {
        match self {
            Self::Dense(dense) => Some(dense),
            Self::Conv(_) => None,
        }
    }

    /// The all-to-all matrix, mutable.
    pub fn dense_mut(&mut self) -> Option<&mut Dense> {
        match self {
            Self::Dense(dense) => Some(dense),
            Self::Conv(_) => None,
        }
    }

    /// The shared filters, if there are any.
    pub fn conv(&self) -> Option<&Conv> {
        match self {
            Self::Conv(conv) => Some(conv),
            Self::Dense(_) => None,
        }
    }

    /// Move every weight by a fraction `share` toward that of another projection of the same shape.
    pub fn approach(&mut self, other: &Self, share: f32) {
        let (mine, other) = match (self, other) {
            (Self::Dense(mine), Self::Dense(other)) => (mine.rows_mut(), other.rows()),
            (Self::Conv(mine), Self::Conv(other)) => (mine.rows_mut(), other.rows()),
            (Self::Dense(_), Self::Conv(_)) | (Self::Conv(_), Self::Dense(_)) => return,
        };
        for (mine, other) in mine.iter_mut().zip(other) {
            mine.0.iter_mut().zip(other.0).for_each(|(mine, other)| *mine += share * (other - *mine));
        }
    }

    /// Set the drive of the postsynaptic population to the weights of all spikes of a chunk; with `ADD`, add them to it.
    pub fn deliver<const ADD: bool>(&self, arch: Arch, spikes: &SpikeChunk, drive: &mut [Row]) {
        match self {
            Self::Dense(dense) => dense.deliver::<ADD>(arch, spikes, drive),
            Self::Conv(conv) => conv.deliver::<ADD>(arch, spikes, drive),
        }
    }
}

impl Persist for Synapses {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        match self {
            Self::Dense(dense) => dense.persist(archive),
            Self::Conv(conv) => conv.persist(archive),
        }
    }
}
