//! Spike traces, `τ dx/dt = −x`, stored as a value and its step, so that no update is needed between spikes.

use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::time::TimeGrid;
use std::collections::VecDeque;

/// `exp(−k dt/τ)`, from a table for common distances.
#[derive(Debug, Clone)]
pub struct Decay {
    table: Vec<f32>,
    rate: f64,
}

impl Decay {
    /// Decay with time constant `tau_ms` on a grid.
    pub fn new(tau_ms: f64, grid: TimeGrid) -> Self {
        let rate = grid.dt_ms() / tau_ms;
        Self { table: (0..2048).map(|k| libm::exp(-f64::from(k) * rate) as f32).collect(), rate }
    }

    /// Set the time constant; the table is recomputed only if it differs.
    pub fn set(&mut self, tau_ms: f64, grid: TimeGrid) {
        if self.rate != grid.dt_ms() / tau_ms {
            *self = Self::new(tau_ms, grid);
        }
    }

    /// The factor over `steps` steps.
    #[inline(always)]
    pub fn over(&self, steps: u64) -> f32 {
        match self.table.get(steps as usize) {
            Some(&factor) => factor,
            // less than half of the smallest number
            None if steps as f64 * self.rate > 104.0 => 0.0,
            None => libm::exp(-(steps as f64) * self.rate) as f32,
        }
    }
}

/// The trace of one neuron as of its last spike.
#[derive(Debug, Clone, Copy, Default)]
struct Trace {
    since: u64,
    value: f32,
    is_active: bool,
}

/// One trace per neuron of a group.
#[derive(Debug, Clone)]
pub struct Traces {
    all: Vec<Trace>,
    /// Neurons that spiked since the last reset, the only ones with a trace.
    active: Vec<u32>,
    decay: Decay,
    nearest: bool,
}

impl Traces {
    /// Traces at zero. `nearest`: a spike sets the trace to 1; otherwise it adds 1.
    pub fn new(n: usize, tau_ms: f64, nearest: bool, grid: TimeGrid) -> Self {
        Self { all: vec![Trace::default(); n], active: Vec::with_capacity(n), decay: Decay::new(tau_ms, grid), nearest }
    }

    /// Neurons.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether the group is empty.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Change time constant and pairing; values are kept as of their last spike.
    pub fn set(&mut self, tau_ms: f64, nearest: bool, grid: TimeGrid) {
        self.decay.set(tau_ms, grid);
        self.nearest = nearest;
    }

    /// A spike: decay first, then jump (the order of Brian2's event-driven traces).
    #[inline(always)]
    pub fn bump(&mut self, neuron: u32, step: u64) {
        let Self { all, active, decay, nearest } = self;
        let trace = &mut all[neuron as usize];
        trace.value = if *nearest { 1.0 } else { trace.value * decay.over(step.saturating_sub(trace.since)) + 1.0 };
        trace.since = step;
        if !trace.is_active {
            trace.is_active = true;
            active.push(neuron);
        }
    }

    /// The trace in step `step`.
    #[inline(always)]
    pub fn at(&self, neuron: u32, step: u64) -> f32 {
        let trace = &self.all[neuron as usize];
        trace.value * self.decay.over(step.saturating_sub(trace.since))
    }

    /// Neurons that spiked since the last reset.
    pub fn active(&self) -> &[u32] {
        &self.active
    }

    /// All traces to zero.
    pub fn clear(&mut self) {
        for &neuron in &self.active {
            let trace = &mut self.all[neuron as usize];
            (trace.value, trace.is_active) = (0.0, false);
        }
        self.active.clear();
    }
}

impl Persist for Traces {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { all, active, decay: _, nearest: _ } = self;
        let mut value: Vec<f32> = all.iter().map(|trace| trace.value).collect();
        let mut since: Vec<u64> = all.iter().map(|trace| trace.since).collect();
        let mut is_active: Vec<u8> = all.iter().map(|trace| trace.is_active.into()).collect();
        archive.f32s("traces", &mut value)?;
        archive.u64s("traces", &mut since)?;
        archive.u8s("traces", &mut is_active)?;
        for (trace, ((value, since), is_active)) in all.iter_mut().zip(value.into_iter().zip(since).zip(is_active)) {
            *trace = Trace { since, value, is_active: is_active != 0 };
        }
        let n = all.len();
        archive.indices("traces", active, n, n)
    }
}

/// Traces that can be read as of some steps before the last spike, for synapses with different delays.
#[derive(Debug, Clone)]
pub struct DelayedTraces {
    /// Step of the last spikes of every neuron, and the trace after each.
    spikes: Vec<VecDeque<(u64, f32)>>,
    /// The last of them, which is nearly always the one that is read; a trace of 0 before the first.
    last: Vec<(u64, f32)>,
    /// How many steps before the last spike of all a trace is read at most.
    span: u64,
    decay: Decay,
    nearest: bool,
}

impl DelayedTraces {
    /// Traces at zero, to be read up to `span` steps back. `nearest`: a spike sets the trace to 1; otherwise it adds 1.
    pub fn new(n: usize, span: u64, tau_ms: f64, nearest: bool, grid: TimeGrid) -> Self {
        Self { spikes: vec![VecDeque::new(); n], last: vec![(0, 0.0); n], span, decay: Decay::new(tau_ms, grid), nearest }
    }

    /// Change time constant and pairing; values are kept as of their spikes.
    pub fn set(&mut self, tau_ms: f64, nearest: bool, grid: TimeGrid) {
        self.decay.set(tau_ms, grid);
        self.nearest = nearest;
    }

    /// A spike, no earlier than the last.
    pub fn bump(&mut self, neuron: u32, step: u64) {
        let Self { spikes, last: all_last, span, decay, nearest } = self;
        let spikes = &mut spikes[neuron as usize];
        while spikes.get(1).is_some_and(|&(next, _)| next + *span <= step) {
            spikes.pop_front();
        }
        let before = spikes.back().map_or(0.0, |&(last, value)| value * decay.over(step - last));
        // a source can fire more than once in a step
        spikes.pop_back_if(|(last, _)| *last == step);
        let now = (step, if *nearest { 1.0 } else { before + 1.0 });
        spikes.push_back(now);
        all_last[neuron as usize] = now;
    }

    /// The trace in step `step`.
    #[inline(always)]
    pub fn at(&self, neuron: u32, step: u64) -> f32 {
        let (when, value) = self.last[neuron as usize];
        if when <= step { value * self.decay.over(step - when) } else { self.earlier(neuron, step, |when| when <= step) }
    }

    /// The trace in step `step` without the spikes of that step, which can be as many steps back as one less than the span.
    #[inline(always)]
    pub fn before(&self, neuron: u32, step: u64) -> f32 {
        let (when, value) = self.last[neuron as usize];
        if when < step { value * self.decay.over(step - when) } else { self.earlier(neuron, step, |when| when < step) }
    }

    /// The trace in step `step`, from the last spike that counts.
    fn earlier(&self, neuron: u32, step: u64, counts: impl Fn(u64) -> bool) -> f32 {
        let last = self.spikes[neuron as usize].iter().rev().find(|&&(when, _)| counts(when));
        last.map_or(0.0, |&(when, value)| value * self.decay.over(step - when))
    }

    /// All traces to zero.
    pub fn clear(&mut self) {
        self.spikes.iter_mut().for_each(VecDeque::clear);
        self.last.fill((0, 0.0));
    }
}

impl Persist for DelayedTraces {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { spikes, last, span, decay: _, nearest: _ } = self;
        let most = *span as usize + 3;
        let mut lengths: Vec<u32> = spikes.iter().map(|spikes| spikes.len() as u32).collect();
        archive.u32s("traces", &mut lengths)?;
        if lengths.iter().any(|&length| length as usize > most) {
            return Err(ArchiveError::Value("traces"));
        }
        let (mut steps, mut values): (Vec<u64>, Vec<f32>) = spikes.iter().flatten().copied().unzip();
        let all = lengths.iter().map(|&length| length as usize).sum();
        steps.resize(all, 0);
        values.resize(all, 0.0);
        archive.u64s("traces", &mut steps)?;
        archive.f32s("traces", &mut values)?;
        let mut all = steps.into_iter().zip(values);
        for (spikes, length) in spikes.iter_mut().zip(lengths) {
            *spikes = all.by_ref().take(length as usize).collect();
            if !spikes.iter().map(|&(step, _)| step).is_sorted() {
                return Err(ArchiveError::Value("traces"));
            }
        }
        last.iter_mut().zip(spikes).for_each(|(last, spikes)| *last = spikes.back().copied().unwrap_or((0, 0.0)));
        Ok(())
    }
}
