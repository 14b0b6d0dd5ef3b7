//! The simulation engine. It uses no thread, clock, file, channel or window: time is an integer number of steps, random
//! numbers come from named streams, and the same inputs give the same bits on every machine of one target.
//!
//! Order of one step: deliver due spikes -> encode the stimulus -> update populations (exact integration, refractory
//! period, threshold, reset) -> plasticity (pre, then post) -> neuromodulator and weight update -> homeostasis ->
//! fill delay rings -> monitors and checkers -> step += 1. A presynaptic spike that arrives in the step in which the
//! postsynaptic neuron fires counts as causal.

pub mod archive;
pub mod block;
mod elementary;
pub mod encoder;
pub mod homeostasis;
pub mod monitor;
pub mod network;
pub mod neuromodulator;
pub mod neuron;
pub mod plasticity;
pub mod projection;
pub mod relay;
pub mod rule;
pub mod sight;
pub mod spikes;
pub mod trace;
pub mod why;
