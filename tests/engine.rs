//! Tests of the engine, the experiments, the module structure and the packaging files.
#![allow(clippy::unwrap_used)] // in a test a panic is the report

mod engine {
    mod architecture;
    mod characterise;
    mod checkpoints;
    mod closed_forms;
    mod common;
    mod conductance;
    mod currents;
    mod cuts;
    mod cycles;
    mod deep;
    mod delay;
    mod delivery;
    mod determinism;
    mod dopamine;
    mod effects;
    mod golden;
    mod golden_nest;
    mod golden_network;
    mod golden_neurons;
    mod golden_rules;
    mod hidden;
    mod inhibition;
    mod learning;
    mod packaging;
    mod pairings;
    mod persisted;
    mod pictures;
    mod policy;
    mod properties;
    mod registry;
    mod reward;
    mod rules;
    mod simd;
    mod sparse;
    mod statistics;
    mod watch;
    mod why;
    mod why_spike;
}
