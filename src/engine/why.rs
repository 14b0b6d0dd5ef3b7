//! The exact contribution of every presynaptic spike to a membrane potential. Between two resets a membrane is linear, so
//! the potential is a sum: rest, the remainder of the last reset, weight times kernel of each input spike, lateral
//! inhibition, noise and, with first-spike readout, the ramp. The sum equals the potential; no fit or gradient is used.
//!
//! Contributions of hidden spikes are attributed to pixels: each is divided among the spikes that drove its hidden neuron,
//! in proportion to their exact contributions to the hidden potential at its spike. Contributions can be negative.
//!
//! With `d = e^{−dt/τ_m}`, `s = e^{−dt/τ_s}` and g the gain of a synaptic current over one step, a spike that arrives in step a
//! contributes `k = g Σ_{t=max(f,a)}^{T} d^{T−t} s^{t−a}` in step T, f being the first step since the refractory period (delta
//! synapses: s = 0, g = 1). For escape-noise output neurons it contributes `gain (d^{T−a} − s^{T−a})`. Where
//! inhibition is a conductance, each step has its own d and g.

mod back;
mod breakdown;
mod input;
mod kernel;
mod story;

pub use back::{Painted, paint_back};
pub use breakdown::{Breakdown, Course, InputTerms, SenderCourse};
pub use input::{Arrival, InputRecord};
pub use story::{Columns, Story};

use super::network::{Network, Projection, Source};
use super::neuron::{LifParams, LifStep, NeuronParams, Opening, RaceParams};
use super::projection::Synapses;
use crate::time::TimeGrid;
use kernel::{Coefficients, Kernel};

/// The terms of a membrane potential, in mV. They sum to `v_mv`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Terms {
    /// Resting potential.
    pub rest_mv: f64,
    /// Remainder of the last reset.
    pub reset_mv: f64,
    /// All presynaptic spikes.
    pub input_mv: f64,
    /// Lateral inhibition; never above zero.
    pub inhibition_mv: f64,
    /// A constant current.
    pub current_mv: f64,
    /// Membrane noise.
    pub noise_mv: f64,
    /// The ramp of the decision window, equal for all neurons.
    pub urgency_mv: f64,
}

impl Terms {
    /// The potential: the sum of all terms.
    pub fn v_mv(&self) -> f64 {
        let Self { rest_mv, reset_mv, input_mv, inhibition_mv, current_mv, noise_mv, urgency_mv } = *self;
        rest_mv + reset_mv + input_mv + inhibition_mv + current_mv + noise_mv + urgency_mv
    }
}

/// One presynaptic spike and its contribution to a potential.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Population it comes from; `None` for the encoder.
    pub source: Option<usize>,
    /// Index of the spike among those of its source.
    pub spike: u32,
    /// Its contribution in mV.
    pub mv: f64,
}

/// A potential and its contributions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Account {
    /// The neuron, in its population.
    pub neuron: u32,
    /// Steps since the trial began; the potential is that of this step before a reset.
    pub step: u32,
    /// The terms.
    pub terms: Terms,
    /// The spikes behind `input_mv`.
    pub shares: Vec<Share>,
    /// Whether it is clamped at its reset potential, so that input is lost.
    pub held: bool,
}

/// A trial: the network at its onset, all spikes since then, and the parameters in force.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    /// The network when the trial began.
    pub network: &'a Network,
    /// The spikes since then.
    pub story: &'a Story,
    /// Parameters of every population.
    pub params: &'a [NeuronParams],
    /// The time grid.
    pub grid: TimeGrid,
}

impl Trial<'_> {
    /// The potential of a neuron of the last population in step `step` of the trial, before a reset in that step. Where weights
    /// change within a trial, `columns` contains them.
    pub fn account(&self, neuron: u32, step: u32, columns: Option<&Columns>) -> Account {
        let population = self.network.populations().len().saturating_sub(1);
        match self.params.get(population) {
            Some(NeuronParams::Race(params)) => self.race(population, neuron, step, params),
            Some(NeuronParams::Lif(params)) => self.lif(population, neuron, step, params, columns),
            Some(NeuronParams::Local(params)) => self.lif(population, neuron, step, &params.lif(), columns),
            Some(
                NeuronParams::LifCond(_)
                | NeuronParams::AdEx(_)
                | NeuronParams::Izhikevich(_)
                | NeuronParams::Poisson { .. }
                | NeuronParams::Regular { .. }
                | NeuronParams::Given
                | NeuronParams::Current(_),
            )
            | None => Account::default(),
        }
    }

    fn lif(&self, population: usize, neuron: u32, step: u32, params: &LifParams, columns: Option<&Columns>) -> Account {
        let c = coefficients(params, self.grid);
        let rest_mv = params.e_l_mv;
        let own = self.story.last_spike(population, neuron, step);
        let free = own.map_or(0, |spike| spike + 1 + c.t_ref_steps);
        if own.is_some() && step < free {
            let terms = Terms { rest_mv, reset_mv: c.reset, ..Terms::default() };
            return Account { neuron, step, terms, shares: Vec::new(), held: true };
        }
        let course = self.course(population, neuron, params, (free, step));
        let kernel = Kernel::membrane(&course);
        let shares = self.shares(population, neuron, &kernel, columns);
        let mut terms = Terms { rest_mv, input_mv: sum(&shares), ..Terms::default() };
        if own.is_some() {
            terms.reset_mv = c.reset * course.left_of_begin();
        }
        terms.current_mv = course.sum(|g, c| (1.0 - c.decay) * params.ri_mv / (1.0 + g));
        let left = |t: u32| course.left(t);
        terms.inhibition_mv = if params.e_inh_mv.is_some() {
            course.sum(|g, c| c.bias - (1.0 - c.decay) * params.ri_mv / (1.0 + g))
        } else {
            // spikes of a step inhibit in the next one, and none inhibits its own neuron
            let inhibitors = self.story.spikes(population).iter().filter(|&&(t, j)| j != neuron && (free..=step).contains(&(t + 1)));
            -params.inhibition_mv * inhibitors.map(|&(t, _)| left(t + 1)).sum::<f64>()
        };
        if let Some(noise) = columns.and_then(|columns| columns.noise(neuron)).filter(|_| params.sigma_mv > 0.0) {
            let fired = |t: u32| own.is_some_and(|spike| spike + 1 == t);
            let given_back = |t: u32| if fired(t) && params.e_inh_mv.is_none() { params.inhibition_mv } else { 0.0 };
            let at = |t: u32| noise.get(t as usize).map_or(0.0, |&mv| f64::from(mv) - given_back(t));
            terms.noise_mv = (free..=step).map(|t| at(t) * left(t)).sum();
        }
        Account { neuron, step, terms, shares, held: false }
    }

    /// The coefficients of a neuron's steps `from..=to`.
    fn course(&self, population: usize, neuron: u32, params: &LifParams, (from, to): (u32, u32)) -> Coefficients {
        let plain = LifStep::<f32>::new(params, self.grid);
        let Some(Opening { keep, by_spike }) = Opening::new(params, self.grid) else { return Coefficients::constant(&plain, (from, to)) };
        let mut spikes = self.story.spikes(population).iter().filter(|&&(_, j)| j != neuron).peekable();
        let mut g = 0.0;
        let mut steps = Vec::with_capacity((to + 1).saturating_sub(from) as usize);
        for t in 0..=to {
            if t >= from {
                steps.push((g, plain.inhibited(params, self.grid, g)));
            }
            g *= keep;
            while spikes.next_if(|&&(fired, _)| fired == t).is_some() {
                g += by_spike;
            }
        }
        Coefficients::new(from, &steps)
    }

    fn race(&self, population: usize, neuron: u32, step: u32, params: &RaceParams) -> Account {
        let kernel = Kernel::psp(params, self.grid, step);
        let shares = self.shares(population, neuron, &kernel, None);
        let raced = f64::from((step + 1).saturating_sub(params.gate_steps)) * self.grid.dt_ms();
        // after a spike the ramp ends
        let over = self.story.spikes(population).iter().any(|&(t, _)| t < step);
        let urgency_mv = if over { 0.0 } else { params.ramp_mv_per_ms * raced };
        let terms = Terms { rest_mv: params.e_l_mv, input_mv: sum(&shares), urgency_mv, ..Terms::default() };
        Account { neuron, step, terms, shares, held: false }
    }

    /// The contribution of every spike that reached a neuron.
    fn shares(&self, population: usize, neuron: u32, kernel: &Kernel, columns: Option<&Columns>) -> Vec<Share> {
        let mut shares = Vec::new();
        for (index, projection) in self.network.projections().iter().enumerate().filter(|(_, p)| p.target == population) {
            let arrivals = self.story.arrivals(projection);
            let source = source_of(projection);
            let changing = columns.and_then(|columns| columns.of(index, neuron));
            for (row, w) in onto(&projection.synapses, neuron as usize) {
                for &(arrived, spike) in &arrivals[row] {
                    let w = changing.map_or(w, |column| f64::from(column.at(arrived, row)));
                    let k = kernel.at(arrived);
                    if k != 0.0 {
                        shares.push(Share { source, spike, mv: w * k });
                    }
                }
            }
        }
        shares
    }
}

/// The coefficients of a step as the simulation has them, rounded to f32.
fn coefficients(params: &LifParams, grid: TimeGrid) -> LifStep<f64> {
    LifStep::<f32>::new(params, grid).widened()
}

fn sum(shares: &[Share]) -> f64 {
    shares.iter().map(|share| share.mv).sum()
}

fn source_of(projection: &Projection) -> Option<usize> {
    match projection.source {
        Source::Encoder => None,
        Source::Population { index, .. } | Source::Current(index) => Some(index),
    }
}

/// The presynaptic rows that reach a neuron, with their weights in mV.
fn onto(synapses: &Synapses, neuron: usize) -> Vec<(usize, f64)> {
    synapses.onto(neuron).into_iter().map(|(row, weight)| (row, weight.into())).collect()
}
