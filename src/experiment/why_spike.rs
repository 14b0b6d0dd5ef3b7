//! Why this spike? A copy of a free run is replayed with a record of the input of one neuron, and its potential in one step is split
//! into the contributions of the spikes that arrived. `engine::why` contains the arithmetic.

use super::free_run::FreeRun;
use crate::engine::network::Network;
use crate::engine::neuron::NeuronIdx;
use crate::engine::why::{Breakdown, Course, InputRecord};
use crate::model::NetworkSpec;
use crate::time::TimeGrid;

/// Time constants after which what came before is negligible: e^-20 = 2e-9.
const NEGLIGIBLE: f64 = 20.0;
/// Time constants of the course before the moment in question.
const SHOWN: f64 = 6.0;
/// Maximum number of samples of the course.
const MOST_SAMPLES: u64 = 600;
/// Maximum length of the record in ms.
const MOST_MS: f64 = 5_000.0;
/// Steps between two checks whether the answer is still wanted.
const SLICE: u64 = 50;

/// The moment in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SpikeMoment {
    /// The last spike of the neuron.
    #[default]
    LastSpike,
    /// The last step computed.
    Now,
    /// This step.
    At(u64),
}

/// A question about a neuron of a population in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpikeQuestion {
    /// Index of the population.
    pub population: usize,
    /// The neuron in it.
    pub neuron: NeuronIdx,
    /// The step.
    pub step: u64,
}

/// All spikes of one presynaptic neuron.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SynapseSum {
    /// Its population; `None` for the encoder.
    pub source: Option<usize>,
    /// The presynaptic neuron.
    pub neuron: NeuronIdx,
    /// Number of its spikes that arrived.
    pub spikes: u32,
    /// Sum of their contributions in mV.
    pub mv: f64,
}

/// The potential of a neuron in one step, explained.
#[derive(Debug, Clone, PartialEq)]
pub struct WhySpike {
    /// The question.
    pub asked: SpikeQuestion,
    /// The terms and contributions, the largest contribution first.
    pub breakdown: Breakdown,
    /// The contributions of each presynaptic neuron, the largest first.
    pub synapses: Vec<SynapseSum>,
    /// The potential and its parts over time.
    pub course: Course,
    /// The potential that the simulation computed, before a reset; the terms sum to it.
    pub simulated_mv: f64,
}

/// Why the potential of a neuron is no sum of contributions, in one sentence; `None` if it is one.
pub fn refusal(spec: &NetworkSpec, network: &Network, population: usize, neuron: NeuronIdx) -> Option<String> {
    if InputRecord::new(network, population, neuron).is_some() {
        return None;
    }
    let name = &spec.populations.get(population)?.name;
    let model = spec.populations.get(population)?.model.name();
    let has_potential = network.populations().get(population).is_some_and(|one| one.has_potential());
    let why = if has_potential {
        "which is not linear in its input, so its potential is no sum of contributions"
    } else {
        "which has no membrane potential"
    };
    Some(format!("{name} has the model {model}, {why}; select a neuron of a population of the model Lif or CompetingLif."))
}

/// The first step that has to be recorded to explain a step: what came before is negligible, or is the last reset, after the spike of
/// the neuron in `last_spike`, with what its synaptic currents held.
pub fn record_from(run: &FreeRun, asked: &SpikeQuestion, last_spike: Option<u64>) -> u64 {
    let Some(equation) = run.network().populations().get(asked.population).and_then(|one| one.linear(asked.neuron)) else {
        return asked.step;
    };
    let steps = |factor: f64| steps(factor, NEGLIGIBLE);
    let currents = equation.currents.iter().map(|current| steps(current.keep)).max().unwrap_or(0);
    let all = steps(equation.decay).saturating_add(currents).min((MOST_MS / run.grid().dt_ms()) as u64);
    let since_reset = last_spike.map_or(0, |spike| spike.saturating_sub(currents));
    asked.step.saturating_sub(all).max(since_reset)
}

/// Steps of `many` time constants of a decay by `factor` in each step; 0 for what does not outlast a step.
fn steps(factor: f64, many: f64) -> u64 {
    if factor > 0.0 { (many / -libm::log(factor)).min(1e15) as u64 } else { 0 }
}

impl FreeRun {
    /// Explain a step of a run that is at an earlier step: replay it to step `from`, and record from there. `begun` gets a copy of the run at
    /// that step, from which later steps can be explained. `goes_on` is asked at intervals; after `false` there is no answer.
    pub fn why_spike(
        mut self,
        asked: SpikeQuestion,
        from: u64,
        begun: impl FnOnce(Self),
        mut goes_on: impl FnMut() -> bool,
    ) -> Result<Option<WhySpike>, String> {
        let SpikeQuestion { population, neuron, step } = asked;
        while self.step().0 < from {
            if !goes_on() {
                return Ok(None);
            }
            let steps = SLICE.min(from - self.step().0);
            self.advance(steps, &mut []).map_err(|fault| fault.to_string())?;
        }
        begun(self.twin());
        let Some(mut record) = InputRecord::new(self.network(), population, neuron) else {
            return Err(refusal(self.spec(), self.network(), population, neuron).unwrap_or_default());
        };
        while self.step().0 < step {
            if !goes_on() {
                return Ok(None);
            }
            let steps = SLICE.min(step - self.step().0);
            self.advance(steps, &mut [&mut record]).map_err(|fault| fault.to_string())?;
        }
        let mut unreset = self.twin();
        unreset.network_mut().populations_mut()[population].silence(&[neuron]);
        unreset.advance(1, &mut []).map_err(|fault| fault.to_string())?;
        let simulated_mv = f64::from(unreset.network().populations()[population].v_mv(neuron));
        self.advance(1, &mut [&mut record]).map_err(|fault| fault.to_string())?;
        Ok(explained(&record, asked, simulated_mv, self.grid()))
    }
}

fn explained(record: &InputRecord, asked: SpikeQuestion, simulated_mv: f64, grid: TimeGrid) -> Option<WhySpike> {
    let mut breakdown = record.breakdown(asked.step)?;
    breakdown.contributions.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let mut synapses: Vec<SynapseSum> = Vec::new();
    let mut all: Vec<_> = breakdown.contributions.iter().map(|(arrival, mv)| (arrival.source, arrival.neuron, *mv)).collect();
    all.sort_by_key(|&(source, neuron, _)| (source, neuron));
    for (source, neuron, mv) in all {
        match synapses.last_mut() {
            Some(last) if (last.source, last.neuron) == (source, neuron) => (last.spikes, last.mv) = (last.spikes + 1, last.mv + mv),
            _ => synapses.push(SynapseSum { source, neuron, spikes: 1, mv }),
        }
    }
    synapses.sort_by(|a, b| b.mv.abs().total_cmp(&a.mv.abs()));
    let slowest = record.slowest(asked.step).map_or(1, |factor| steps(factor, SHOWN)).max((1.0 / grid.dt_ms()) as u64).max(1);
    let first = asked.step.saturating_sub(slowest).max(breakdown.last_spike.unwrap_or(0)).max(breakdown.from);
    let every = (asked.step - first).div_ceil(MOST_SAMPLES).max(1);
    let course = record.course(asked.step, simulated_mv, first, every)?;
    Some(WhySpike { asked, breakdown, synapses, course, simulated_mv })
}
