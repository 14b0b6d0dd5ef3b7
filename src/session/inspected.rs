//! One neuron of a network that runs freely: its state, its synapses, how it fires in a window of time, and why it does not.

use super::free_view::FreeView;
use crate::engine::neuron::RECEPTORS;
use crate::experiment::LEAST_INTERVALS;
use std::ops::Range;
use std::sync::Arc;

/// Intervals that a neuron needs for a coefficient of variation, as for those of a population.
const LEAST: usize = LEAST_INTERVALS as usize;

/// The state of a neuron and its synapses, at the moment of a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspected {
    /// The neuron, counted over all populations.
    pub neuron: u32,
    /// Membrane potential and threshold in mV; sources have none.
    pub potential: Option<(f64, f64)>,
    /// Spikes since the start.
    pub spikes: u32,
    /// What constant input does to its potential, of models that are linear in their input.
    pub steady: Option<Steady>,
    /// The projections onto its population, with the synapses onto this neuron.
    pub incoming: Arc<[Incoming]>,
}

/// The mean potential that input leads to if the neuron does not fire.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Steady {
    /// Resting potential in mV.
    pub rest_mv: f64,
    /// What the constant current adds in mV.
    pub current_mv: f64,
    /// What one spike per second at a synapse of 1 mV adds in mV, by receptor.
    pub mv_per_hz: [f64; RECEPTORS],
}

/// The synapses of one projection onto one neuron.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Incoming {
    /// Name of the projection.
    pub projection: String,
    /// Index of the population that it comes from.
    pub from: usize,
    /// Whether it transmits currents instead of spikes; its weights are factors without a unit.
    pub is_current: bool,
    /// Index of the receptor; 0 of currents.
    pub receptor: usize,
    /// Whether it inhibits: by negative weights, or at an inhibitory receptor.
    pub inhibits: bool,
    /// Whether every spike has the effect of its weight: without short-term plasticity and pooling.
    pub constant: bool,
    /// Presynaptic neuron, counted over all populations, and weight of every synapse in the unit of its receptor. With pooling, the first of the population.
    pub synapses: Vec<(u32, f32)>,
}

impl Incoming {
    /// Mean and standard deviation of the weights in the unit of their receptor; none without synapses.
    pub fn weights_mv(&self) -> Option<(f64, f64)> {
        let n = self.synapses.len() as f64;
        let mean = self.synapses.iter().map(|&(_, weight)| f64::from(weight)).sum::<f64>() / n;
        let squares = self.synapses.iter().map(|&(_, weight)| (f64::from(weight) - mean).powi(2)).sum::<f64>();
        (n > 0.0).then(|| (mean, (squares / n).sqrt()))
    }
}

/// How a neuron fires in a window of time, and what arrives at it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NeuronFiring {
    /// Length of the window in ms.
    pub ms: f64,
    /// Spikes in it.
    pub spikes: u64,
    /// Intervals between them in ms.
    pub intervals_ms: Vec<f64>,
    /// Standard deviation of the intervals divided by their mean.
    pub cv: Option<f64>,
    /// Irregularity of neighbouring intervals, see `Firing::cv2`.
    pub cv2: Option<f64>,
    /// Step of the last spike in the whole record.
    pub last: Option<u64>,
    /// What arrives by each of the projections of `Inspected::incoming`.
    pub arrivals: Vec<Arrivals>,
}

/// What arrives at a neuron by one projection.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Arrivals {
    /// Spikes per second over all synapses.
    pub hz: f64,
    /// Spikes per second times weight, in mV/s.
    pub weighted: f64,
    /// Mean current that sources of currents inject, in mV, or in mV per ms onto Izhikevich neurons; expected where it is noise. `None` of spikes.
    pub current_mv: Option<f64>,
    /// What they add to the mean potential in mV, if that is known.
    pub mv: Option<f64>,
}

/// The mean potential that the input of a neuron leads to without spikes, and what the parts of the input add to it, in mV.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MeanDrive {
    /// The mean potential.
    pub mean_mv: f64,
    /// Currents of sources of currents.
    pub injected_mv: f64,
    /// Spikes with positive weights.
    pub excitation_mv: f64,
    /// Spikes with negative weights.
    pub inhibition_mv: f64,
}

/// Why a neuron has not fired in the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Silence {
    /// No synapse reaches it, and without input it stays below its threshold.
    NoSynapses,
    /// No spike arrived at its synapses: their number.
    NoArrivals(usize),
    /// Its input holds it below the threshold on average: the mean, and its excitatory and inhibitory part in mV.
    Below {
        /// The mean potential and its parts.
        drive: MeanDrive,
    },
    /// The same where it would exceed the threshold without inhibition.
    Inhibited {
        /// Mean potential in mV.
        mean_mv: f64,
        /// Mean potential without inhibition in mV.
        without_mv: f64,
    },
    /// Its mean input exceeds the threshold: it has not acted for long, or arrives too irregularly.
    Above {
        /// Mean potential in mV.
        mean_mv: f64,
    },
    /// Its model is not linear in its input: excitatory and inhibitory spikes per second, and the mean injected current.
    Unknown {
        /// Spikes per second that excite it.
        excitatory_hz: f64,
        /// Spikes per second that inhibit it.
        inhibitory_hz: f64,
        /// Mean current in mV, or in mV per ms of Izhikevich neurons; `None` if no source of currents reaches it.
        injected_mv: Option<f64>,
    },
}

impl FreeView {
    /// How a neuron fires in these steps, and what arrives at it. Senders of which not all spikes are recorded count with the mean rate
    /// of their population.
    pub fn neuron(&self, one: &Inspected, steps: &Range<u64>) -> NeuronFiring {
        let dt_ms = self.network.dt_ms;
        let mut counts = vec![0_u32; self.populations.last().map_or(0, |last| last.first as usize + last.size as usize)];
        let mut own = Vec::new();
        for (step, neuron) in self.spikes_since(steps.start).take_while(|(step, _)| *step < steps.end) {
            counts.get_mut(neuron as usize).into_iter().for_each(|count| *count += 1);
            if neuron == one.neuron {
                own.push(step);
            }
        }
        let ms = (steps.end - steps.start) as f64 * dt_ms;
        let seconds = (ms * 1e-3).max(1e-9);
        let arrivals = one.incoming.iter().map(|incoming| {
            let from = &self.populations[incoming.from];
            let mean_hz = self.rate_hz(incoming.from, steps.start).unwrap_or(0.0);
            let exact = incoming.constant && from.every == 1;
            let hz = |sender: u32| {
                if exact { f64::from(counts.get(sender as usize).copied().unwrap_or(0)) / seconds } else { mean_hz }
            };
            if incoming.is_current {
                let (from_ms, to_ms) = (steps.start as f64 * dt_ms, steps.end as f64 * dt_ms);
                let source = self.network.populations.get(incoming.from);
                let mean = source.and_then(|source| source.model.mean_current_mv(from_ms, to_ms)).unwrap_or(0.0);
                let current_mv = Some(mean * incoming.synapses.iter().map(|&(_, factor)| f64::from(factor)).sum::<f64>());
                // a constant current R I shifts the mean potential by as much
                return Arrivals { current_mv, mv: current_mv.filter(|_| one.steady.is_some()), ..Arrivals::default() };
            }
            let (mut all, mut weighted) = (0.0, 0.0);
            for &(sender, weight) in &incoming.synapses {
                let hz = hz(sender);
                all += hz;
                weighted += hz * f64::from(weight);
            }
            let mv = one.steady.filter(|_| incoming.constant).map(|steady| weighted * steady.mv_per_hz[incoming.receptor]);
            Arrivals { hz: all, weighted, current_mv: None, mv }
        });
        let arrivals = arrivals.collect();
        let intervals_ms: Vec<f64> = own.windows(2).map(|pair| (pair[1] - pair[0]) as f64 * dt_ms).collect();
        NeuronFiring {
            ms,
            spikes: own.len() as u64,
            cv: cv(&intervals_ms),
            cv2: cv2(&intervals_ms),
            intervals_ms,
            last: own.last().copied().or_else(|| self.last_spike(one.neuron)),
            arrivals,
        }
    }

    /// The last recorded spike of a neuron.
    fn last_spike(&self, neuron: u32) -> Option<u64> {
        self.blocks.iter().rev().find_map(|block| {
            let own = block.spikes.iter().rev().find(|(_, other)| *other == neuron);
            own.map(|&(step, _)| block.from + u64::from(step))
        })
    }
}

/// Standard deviation of the intervals divided by their mean.
fn cv(intervals: &[f64]) -> Option<f64> {
    let n = intervals.len();
    let mean = intervals.iter().sum::<f64>() / n as f64;
    let squares: f64 = intervals.iter().map(|one| (one - mean).powi(2)).sum();
    (n >= LEAST && mean > 0.0).then(|| (squares / (n - 1) as f64).sqrt() / mean)
}

fn cv2(intervals: &[f64]) -> Option<f64> {
    let pairs = intervals.windows(2).map(|pair| 2.0 * (pair[0] - pair[1]).abs() / (pair[0] + pair[1]));
    (intervals.len() >= LEAST).then(|| pairs.sum::<f64>() / (intervals.len() - 1) as f64)
}

impl NeuronFiring {
    /// Mean rate in Hz.
    pub fn rate_hz(&self) -> f64 {
        self.spikes as f64 / (self.ms * 1e-3).max(1e-9)
    }

    /// The mean potential that the input leads to without spikes; `None` if the model or a synapse is not linear.
    pub fn drive(&self, one: &Inspected) -> Option<MeanDrive> {
        let steady = one.steady?;
        let mut drive = MeanDrive { injected_mv: self.injected_mv().unwrap_or(0.0), ..MeanDrive::default() };
        for arrivals in self.arrivals.iter().filter(|arrivals| arrivals.current_mv.is_none()) {
            let mv = arrivals.mv.or((arrivals.hz == 0.0).then_some(0.0))?;
            if mv < 0.0 { drive.inhibition_mv += mv } else { drive.excitation_mv += mv }
        }
        drive.mean_mv = steady.rest_mv + steady.current_mv + drive.injected_mv + drive.excitation_mv + drive.inhibition_mv;
        Some(drive)
    }

    /// The mean current that sources of currents inject, in mV, or in mV per ms onto Izhikevich neurons; `None` without such sources.
    pub fn injected_mv(&self) -> Option<f64> {
        self.arrivals.iter().filter_map(|arrivals| arrivals.current_mv).reduce(|sum, mv| sum + mv)
    }

    /// Why it did not fire in the window; `None` if it did, or if it is a source.
    pub fn silence(&self, one: &Inspected) -> Option<Silence> {
        let (_, threshold_mv) = one.potential.filter(|_| self.spikes == 0 && self.ms > 0.0)?;
        let of = |currents: bool| one.incoming.iter().filter(move |incoming| incoming.is_current == currents);
        let synapses = of(false).map(|incoming| incoming.synapses.len()).sum();
        let has_current = of(true).any(|incoming| !incoming.synapses.is_empty());
        let drive = self.drive(one);
        let quiet = !has_current && self.arrivals.iter().all(|arrivals| arrivals.hz == 0.0);
        let reaches = drive.is_some_and(|drive| drive.mean_mv >= threshold_mv);
        Some(match drive {
            _ if quiet && synapses == 0 && !reaches => Silence::NoSynapses,
            _ if quiet && !reaches => Silence::NoArrivals(synapses),
            Some(MeanDrive { mean_mv, .. }) if reaches => Silence::Above { mean_mv },
            Some(MeanDrive { mean_mv, inhibition_mv, .. }) if mean_mv - inhibition_mv >= threshold_mv => {
                Silence::Inhibited { mean_mv, without_mv: mean_mv - inhibition_mv }
            }
            Some(drive) => Silence::Below { drive },
            None => {
                let sum = |inhibits: bool| {
                    let all = self.arrivals.iter().zip(&*one.incoming).filter(|(_, incoming)| incoming.inhibits == inhibits);
                    all.map(|(arrivals, _)| arrivals.hz).sum()
                };
                Silence::Unknown {
                    excitatory_hz: sum(false),
                    inhibitory_hz: sum(true),
                    injected_mv: self.injected_mv().filter(|_| has_current),
                }
            }
        })
    }
}
