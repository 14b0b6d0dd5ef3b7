//! Regular spike trains: a clock for each neuron, all of one rate.

use super::{Drive, NeuronIdx, NeuronModel, NeuronParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::time::TimeGrid;

/// A fraction of an interval far below a step and far above the error of rounding.
const EPSILON: f64 = 1e-9;

/// Neurons that fire at equal intervals: neuron j in every step in which `phase_j + rate t` passes a whole number, that is for the first
/// time at `(1 - phase_j)/rate`, and with a phase of 0 also in step 0.
///
/// The phase is computed from the number of steps since the rate changed, not summed up step by step, so that intervals do not drift.
#[derive(Debug, Clone)]
pub struct RegularSource {
    grid: TimeGrid,
    /// Intervals that pass in a step, at most 1.
    per_step: f64,
    /// Intervals that had passed when the rate changed last.
    phases: Vec<f64>,
    /// The step in which it did.
    since: u64,
    clock: u64,
    /// In ascending order.
    silent: Vec<NeuronIdx>,
}

impl RegularSource {
    /// `n` neurons of `rate_hz` Hz and phase 0.
    pub fn new(n: usize, rate_hz: f64, grid: TimeGrid) -> Self {
        Self { grid, per_step: per_step(rate_hz, grid), phases: vec![0.0; n], since: 0, clock: 0, silent: Vec::new() }
    }

    /// Intervals that have passed since the rate changed.
    fn passed(&self) -> f64 {
        self.per_step * (self.clock - self.since) as f64
    }
}

fn per_step(rate_hz: f64, grid: TimeGrid) -> f64 {
    rate_hz * 1e-3 * grid.dt_ms()
}

impl NeuronModel for RegularSource {
    fn len(&self) -> usize {
        self.phases.len()
    }

    fn receptors(&self) -> &'static [&'static str] {
        &[]
    }

    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<NeuronIdx>) -> usize {
        for t in from..drive.steps() {
            let (begin, end) = (self.passed() - EPSILON, self.passed() + self.per_step - EPSILON);
            let fires = |phase: f64| (phase + begin).ceil() < (phase + end).ceil();
            fired.extend((0..).zip(&self.phases).filter(|&(_, &phase)| fires(phase)).map(|(j, _)| j));
            fired.retain(|j| self.silent.binary_search(j).is_err());
            self.clock += 1;
            if !fired.is_empty() {
                return t + 1;
            }
        }
        drive.steps()
    }

    fn variable(&self, variable: &str, neuron: NeuronIdx) -> Option<f64> {
        let phase = self.phases[neuron as usize] + self.passed();
        (variable == "phase").then_some(phase - phase.floor())
    }

    fn set_start(&mut self, variable: &str, neuron: NeuronIdx, value: f64) {
        if variable == "phase" {
            self.phases[neuron as usize] = value;
        }
    }

    fn set_params(&mut self, params: &NeuronParams) {
        let NeuronParams::Regular { rate_hz } = *params else { return };
        let (per_step, passed) = (per_step(rate_hz, self.grid), self.passed());
        if per_step != self.per_step {
            self.phases.iter_mut().for_each(|phase| *phase = (*phase + passed).fract());
            (self.per_step, self.since) = (per_step, self.clock);
        }
    }

    fn silence(&mut self, neurons: &[NeuronIdx]) {
        self.silent.extend_from_slice(neurons);
        self.silent.sort_unstable();
    }

    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }
}

impl Persist for RegularSource {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { grid: _, per_step: _, phases, since, clock, silent: _ } = self;
        archive.f64s("phases", phases)?;
        archive.clock(since)?;
        archive.clock(clock)?;
        if since > clock || phases.iter().any(|phase| !phase.is_finite()) {
            return Err(ArchiveError::Value("phases"));
        }
        Ok(())
    }
}
