//! Statistics of a trainer and its last trials, which `health` evaluates.

use super::trainer::{Trainer, TrialRecord};
use crate::engine::block::LANES;
use crate::engine::neuron::NeuronModel;
use crate::engine::projection::Dense;
use crate::params::{ParamId as P, Params, Setup, Template};

/// Number of evaluated trials.
pub(super) const WINDOW: usize = 50;
/// Number of evaluated neurons, enough for a fraction at negligible cost.
const FIELDS: usize = 64;
/// A weight this close to the maximum of its neuron counts as maximum.
const NEAR: f32 = 0.98;

/// Fraction of the weights of a neuron at their bounds, which is large where weight changes reach the bounds, also after
/// normalisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtBound {
    /// Fraction of the weights that are 0.
    pub zero: f64,
    /// Fraction of the weight sum in weights at the neuron's maximum.
    pub top: f64,
}

/// Statistics of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Vitals<'a> {
    /// Template and task.
    pub setup: Setup,
    /// Parameters in force.
    pub params: &'a Params,
    /// Parameters of the preset, the first remedy for changed parameters.
    pub preset: &'a Params,
    /// Number of classes.
    pub classes: usize,
    /// Images since the outputs started to learn; `None` while a hidden layer learns.
    pub outputs_learn_since: Option<u64>,
    /// Last trials, oldest first.
    pub trials: &'a [TrialRecord],
    /// Output neurons.
    pub neurons: usize,
    /// Output neurons that fired at least once in about the last three hundred images: then a mean over 200 is down to 0.001.
    pub active: usize,
    /// Output neurons that could not fire with 1.5 times the input of the best of thirty images.
    pub dead: usize,
    /// The highest membrane potential and the lowest threshold of the outputs, in mV.
    pub peak_mv: Option<(f64, f64)>,
    /// Weights of the neurons that fired most, at their bounds.
    pub at_bound: Option<AtBound>,
}

/// Whether the outputs are one layer of competing neurons, for which most of the remedies are.
fn competes(setup: Setup) -> bool {
    setup.template() == Some(Template::Competing)
}

impl<'a> Vitals<'a> {
    pub(super) fn competes(&self) -> bool {
        competes(self.setup)
    }

    /// Statistics of a trainer. `trials` are the last ones, `rates` the spikes per image of each output neuron.
    pub fn of(trainer: &'a Trainer, preset: &'a Params, trials: &'a [TrialRecord], rates: &[f32]) -> Self {
        let (params, setup) = (trainer.params(), trainer.setup());
        let done = trainer.images_done();
        let waits = trainer.waits();
        let fired = |&rate: &f32| f64::from(rate) > 1e-3;
        let dense = trainer.network().projections().first().and_then(|p| p.synapses.dense());
        Self {
            setup,
            params,
            preset,
            classes: trainer.data().train.classes,
            outputs_learn_since: done.checked_sub(waits),
            trials: &trials[trials.len().saturating_sub(WINDOW.max(PLATEAU))..],
            neurons: rates.len(),
            active: rates.iter().filter(|rate| fired(rate)).count(),
            dead: dense.filter(|_| competes(setup)).map_or(0, |dense| dead(trainer, dense)),
            peak_mv: trainer.network().output().and_then(peak),
            at_bound: dense.filter(|_| competes(setup)).and_then(|dense| at_bound(dense, rates)),
        }
    }
}

/// Number of trials for the comparison with chance.
pub(super) const PLATEAU: usize = 200;

/// The highest potential and the lowest threshold of a population.
fn peak(population: &dyn NeuronModel) -> Option<(f64, f64)> {
    let neurons = 0..population.len() as u32;
    let highest = neurons.clone().map(|j| population.v_mv(j)).fold(f32::NEG_INFINITY, f32::max);
    let lowest = neurons.map(|j| population.threshold_mv(j)).fold(f32::INFINITY, f32::min);
    (highest.is_finite() && lowest.is_finite()).then_some((f64::from(highest), f64::from(lowest)))
}

/// Number of images whose input is computed.
const TRIED: usize = 30;
/// Safety factor for the input of other images and for noise.
const MARGIN: f64 = 1.5;

/// Neurons that cannot reach their threshold. The depolarisation by an image is the sum of the weights, each times the
/// intensity of its pixel and the number of spikes of a white pixel within a time constant.
fn dead(trainer: &Trainer, dense: &Dense) -> usize {
    let (params, images) = (trainer.params(), &trainer.data().train.images);
    let tau_ms = params.get(P::TauM);
    let spikes = match params.choice(P::Encoder) {
        // in a rate code the input lasts for the whole presentation
        "poisson" => params.get(P::RateMax) * 1e-3 * tau_ms * (1.0 - libm::exp(-params.get(P::PresentMs) / tau_ms)),
        _ => 1.0,
    };
    let Some(population) = trainer.network().output() else { return 0 };
    let mut dead = 0;
    for block in (0..dense.n_post()).step_by(LANES) {
        let (rows, _) = dense.column(block);
        let mut best = [0.0_f32; LANES];
        for image in images.rows().into_iter().take(TRIED) {
            let mut drive = [0.0_f32; LANES];
            for (row, &pixel) in rows.iter().zip(image).filter(|(_, pixel)| **pixel > 0) {
                let x = f32::from(pixel) / 255.0;
                drive.iter_mut().zip(row.0).for_each(|(drive, w)| *drive += x * w);
            }
            best.iter_mut().zip(drive).for_each(|(best, drive)| *best = best.max(drive));
        }
        for (lane, &drive) in best.iter().enumerate().take(dense.n_post() - block) {
            let reached = params.get(P::EL) + MARGIN * spikes * f64::from(drive);
            dead += usize::from(reached < f64::from(population.threshold_mv((block + lane) as u32)));
        }
    }
    dead
}

/// The mean over the neurons that fired most.
fn at_bound(dense: &Dense, rates: &[f32]) -> Option<AtBound> {
    let mut fired: Vec<usize> = (0..rates.len().min(dense.n_post())).filter(|&j| rates[j] > 0.0).collect();
    fired.sort_by(|&a, &b| rates[b].total_cmp(&rates[a]));
    let (mut zeros, mut top) = (0.0, 0.0);
    let looked = fired.len().min(FIELDS);
    for &j in &fired[..looked] {
        let (rows, lane) = dense.column(j);
        let weights = || rows.iter().map(|row| row.0[lane]);
        let largest = weights().fold(0.0_f32, f32::max);
        let (all, near) = weights()
            .fold((0.0_f64, 0.0_f64), |(all, near), w| (all + f64::from(w), near + if w >= NEAR * largest { f64::from(w) } else { 0.0 }));
        top += if all > 0.0 { near / all } else { 0.0 };
        zeros += weights().filter(|&w| w <= 0.0).count() as f64 / rows.len().max(1) as f64;
    }
    (looked > 0).then(|| AtBound { zero: zeros / looked as f64, top: top / looked as f64 })
}

/// Presentation time in ms, and the maximum number of spikes of one neuron in it.
pub(super) fn ceiling(params: &Params) -> f64 {
    params.get(P::PresentMs) / (params.get(P::TRef) + params.get(P::Dt)).max(1e-9)
}
