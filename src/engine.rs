//! The spiking engine. It knows no thread, clock, file, channel or window: time is a count of steps, randomness comes
//! from named streams, and the same inputs give the same bits on every machine of one target.
//!
//! Order of one step: deliver due spikes -> encode the stimulus -> advance populations (exact integration, refractory
//! period, threshold, reset) -> plasticity (pre, then post) -> neuromodulator and consolidation -> homeostasis ->
//! fill delay rings -> monitors and checkers -> step += 1. A presynaptic spike that arrives in the step in which the
//! postsynaptic neuron fires counts as causal.

pub mod archive;
pub mod block;
pub mod encoder;
pub mod homeostasis;
pub mod monitor;
pub mod network;
pub mod neuromodulator;
pub mod neuron;
pub mod plasticity;
pub mod projection;
pub mod relay;
pub mod sight;
pub mod spikes;
pub mod trace;
pub mod why;
