//! The exact contribution of every presynaptic spike to a membrane potential. Between two resets a membrane is linear, so
//! the potential is a sum: rest, the remainder of the last reset, weight times kernel of each input spike, lateral
//! inhibition, noise and, with first-spike readout, the ramp. The sum equals the potential; no fit or gradient is used.
//!
//! Contributions of hidden spikes are attributed to pixels: each is divided among the spikes that drove its hidden neuron,
//! in proportion to their exact contributions to the hidden potential at its spike. Contributions can be negative.
//!
//! With `d = e^{−dt/τ_m}`, `s = e^{−dt/τ_s}` and g the gain of a synaptic current over one step, a spike that arrives in step a
//! contributes `k = g Σ_{t=max(f,a)}^{T} d^{T−t} s^{t−a}` in step T, f being the first step since the refractory period (delta
//! synapses: s = 0, g = 1). For escape-noise output neurons it contributes `gain (d^{T−a} − s^{T−a})`.

mod back;
mod story;

pub use back::{Painted, paint_back};
pub use story::{Columns, Story};

use super::network::{Network, Projection, Source};
use super::neuron::{LifParams, LifStep, NeuronParams, RaceParams, psp_gain};
use super::projection::Synapses;
use crate::time::TimeGrid;

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
            None => Account::default(),
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
        let left = |t: u32| libm::pow(c.decay, f64::from(step - t));
        let kernel = Kernel::membrane(&c, step, free);
        let shares = self.shares(population, neuron, &kernel, columns);
        let mut terms = Terms { rest_mv, input_mv: sum(&shares), ..Terms::default() };
        if own.is_some() {
            terms.reset_mv = c.reset * left(free) * c.decay;
        }
        terms.current_mv = c.bias * (free..=step).map(left).sum::<f64>();
        // spikes of a step inhibit in the next one, and none inhibits its own neuron
        let inhibitors = self.story.spikes(population).iter().filter(|&&(t, j)| j != neuron && (free..=step).contains(&(t + 1)));
        terms.inhibition_mv = -params.inhibition_mv * inhibitors.map(|&(t, _)| left(t + 1)).sum::<f64>();
        if let Some(noise) = columns.and_then(|columns| columns.noise(neuron)).filter(|_| params.sigma_mv > 0.0) {
            let fired = |t: u32| own.is_some_and(|spike| spike + 1 == t);
            let given_back = |t: u32| if fired(t) { params.inhibition_mv } else { 0.0 };
            let at = |t: u32| noise.get(t as usize).map_or(0.0, |&mv| f64::from(mv) - given_back(t));
            terms.noise_mv = (free..=step).map(|t| at(t) * left(t)).sum();
        }
        Account { neuron, step, terms, shares, held: false }
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
        Source::Population { index, .. } => Some(index),
    }
}

/// The presynaptic rows that reach a neuron, with their weights in mV.
fn onto(synapses: &Synapses, neuron: usize) -> Vec<(usize, f64)> {
    match synapses {
        Synapses::Dense(dense) => (0..dense.n_pre()).map(|row| (row, f64::from(dense.get(row, neuron)))).collect(),
        Synapses::Conv(conv) => {
            let (site, channel) = (neuron / conv.channels(), neuron % conv.channels());
            let under = conv.geometry().under(site).enumerate();
            under.filter_map(|(tap, row)| Some((row?, f64::from(conv.get(tap, channel))))).collect()
        }
    }
}

/// Contribution of a unit spike to the potential of one step, by its step of arrival.
struct Kernel {
    /// By lag.
    by_lag: Vec<f64>,
    step: u32,
    /// First step since a refractory period, and what a current keeps in a step.
    free: u32,
    syn_decay: f64,
}

impl Kernel {
    fn membrane(c: &LifStep<f64>, step: u32, free: u32) -> Self {
        let mut by_lag = Vec::with_capacity(step as usize + 1);
        let (mut u, mut i) = (0.0, 1.0);
        for _ in 0..=step {
            u = u * c.decay + i * c.syn_gain;
            i *= c.syn_decay;
            by_lag.push(u);
        }
        Self { by_lag, step, free, syn_decay: c.syn_decay }
    }

    fn psp(params: &RaceParams, grid: TimeGrid, step: u32) -> Self {
        let gain = psp_gain(params.tau_m_ms, params.tau_syn_ms);
        let [slow, fast] = [params.tau_m_ms, params.tau_syn_ms].map(|tau_ms| f64::from(grid.decay(tau_ms) as f32));
        let at = |lag: u32| gain * (libm::pow(slow, f64::from(lag)) - libm::pow(fast, f64::from(lag)));
        Self { by_lag: (0..=step).map(at).collect(), step, free: 0, syn_decay: 0.0 }
    }

    fn at(&self, arrived: u32) -> f64 {
        if arrived > self.step {
            return 0.0;
        }
        // a current that arrived during the refractory period decays and acts after it
        let held = self.free.saturating_sub(arrived);
        let kept = if held == 0 { 1.0 } else { libm::pow(self.syn_decay, f64::from(held)) };
        kept * self.by_lag[(self.step - arrived.max(self.free)) as usize]
    }
}
