//! What the engine and the experiments promise, each promise in a test that can fail.
#![allow(clippy::unwrap_used)] // in a test a panic is the report

mod engine {
    mod architecture;
    mod checkpoints;
    mod closed_forms;
    mod common;
    mod cuts;
    mod cycles;
    mod deep;
    mod delay;
    mod determinism;
    mod golden;
    mod golden_nest;
    mod hidden;
    mod inhibition;
    mod learning;
    mod pairings;
    mod pictures;
    mod policy;
    mod properties;
    mod reward;
    mod simd;
    mod statistics;
    mod watch;
    mod why;
}
