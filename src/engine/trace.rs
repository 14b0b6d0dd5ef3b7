//! Spike traces, `τ dx/dt = −x`, that cost nothing while their neuron is silent: a value and the step it is from.

use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::time::TimeGrid;

/// `exp(−k dt/τ)` by table for the distances that occur, computed beyond it.
#[derive(Debug, Clone)]
pub struct Decay {
    table: Vec<f32>,
    rate: f64,
}

impl Decay {
    /// Decay with time constant `tau_ms` on a grid.
    pub fn new(tau_ms: f64, grid: TimeGrid) -> Self {
        let rate = grid.dt_ms() / tau_ms;
        Self { table: (0..512).map(|k| libm::exp(-f64::from(k) * rate) as f32).collect(), rate }
    }

    /// The factor over `steps` steps.
    #[inline(always)]
    pub fn over(&self, steps: u64) -> f32 {
        match self.table.get(steps as usize) {
            Some(&factor) => factor,
            None => libm::exp(-(steps as f64) * self.rate) as f32,
        }
    }
}

/// One trace per neuron of a group.
#[derive(Debug, Clone)]
pub struct Traces {
    value: Vec<f32>,
    since: Vec<u64>,
    /// Neurons that spiked since the last clearing: the only ones with a trace.
    active: Vec<u16>,
    is_active: Vec<u8>,
    decay: Decay,
    nearest: bool,
}

impl Traces {
    /// Traces at zero. `nearest`: a spike sets the trace to 1; otherwise it adds 1.
    pub fn new(n: usize, tau_ms: f64, nearest: bool, grid: TimeGrid) -> Self {
        Self {
            value: vec![0.0; n],
            since: vec![0; n],
            active: Vec::with_capacity(n),
            is_active: vec![0; n],
            decay: Decay::new(tau_ms, grid),
            nearest,
        }
    }

    /// Change time constant and pairing; values so far are kept as of their last spike.
    pub fn set(&mut self, tau_ms: f64, nearest: bool, grid: TimeGrid) {
        self.decay = Decay::new(tau_ms, grid);
        self.nearest = nearest;
    }

    /// A spike: decay first, then jump (the order of Brian2's event-driven traces).
    #[inline(always)]
    pub fn bump(&mut self, neuron: u16, step: u64) {
        let i = neuron as usize;
        self.value[i] = if self.nearest { 1.0 } else { self.at(neuron, step) + 1.0 };
        self.since[i] = step;
        if self.is_active[i] == 0 {
            self.is_active[i] = 1;
            self.active.push(neuron);
        }
    }

    /// The trace in step `step`.
    #[inline(always)]
    pub fn at(&self, neuron: u16, step: u64) -> f32 {
        let i = neuron as usize;
        self.value[i] * self.decay.over(step.saturating_sub(self.since[i]))
    }

    /// Neurons that spiked since the last clearing.
    pub fn active(&self) -> &[u16] {
        &self.active
    }

    /// All traces to zero.
    pub fn clear(&mut self) {
        for &neuron in &self.active {
            self.value[neuron as usize] = 0.0;
            self.is_active[neuron as usize] = 0;
        }
        self.active.clear();
    }
}

impl Persist for Traces {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { value, since, active, is_active, decay: _, nearest: _ } = self;
        archive.f32s("traces", value)?;
        archive.u64s("traces", since)?;
        archive.u8s("traces", is_active)?;
        let n = value.len();
        archive.list("traces", active, n, Archive::u16s)?;
        if active.iter().any(|&i| i as usize >= n) {
            return Err(ArchiveError::Size { part: "traces", found: u64::MAX, expected: n as u64 });
        }
        Ok(())
    }
}
