//! What a look at a network needs to know: a few numbers read off a trainer and its last trials. Nothing is judged here;
//! `health` does that.

use super::build;
use super::trainer::{Trainer, TrialRecord};
use crate::engine::block::LANES;
use crate::engine::neuron::NeuronModel;
use crate::engine::projection::Dense;
use crate::params::{ParamId as P, Params, Protocol};

/// Trials that are looked at.
pub(super) const WINDOW: usize = 50;
/// Fields that are looked at: enough for a share, few enough to cost nothing.
const FIELDS: usize = 64;
/// A weight this close to the largest of its neuron counts as one of the largest.
const NEAR: f32 = 0.98;

/// How much of the weights of a neuron sits at a bound. Where it still tells pixels apart that is little; where every change
/// hits a bound it is much, also after the sum was scaled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtBound {
    /// Share of the weights that are 0.
    pub zero: f64,
    /// Share of the weight sum in weights as large as the neuron's largest.
    pub top: f64,
}

/// The state of a network in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Vitals<'a> {
    /// What kind of experiment it is.
    pub protocol: Protocol,
    /// Parameters in force.
    pub params: &'a Params,
    /// Parameters of the preset: where a fault comes from a change, the way back is the first remedy.
    pub preset: &'a Params,
    /// Number of classes.
    pub classes: usize,
    /// Images shown since the outputs began to learn; `None` while a hidden layer learns and outputs wait.
    pub outputs_learn_since: Option<u64>,
    /// Last trials, oldest first.
    pub trials: &'a [TrialRecord],
    /// Output neurons.
    pub neurons: usize,
    /// Output neurons that fired at least once in about the last three hundred images: then a mean over 200 is down to 0.001.
    pub active: usize,
    /// Output neurons that could not fire if an image drove them half as much again as the best of thirty does.
    pub dead: usize,
    /// The highest membrane potential and the lowest threshold of the outputs, in mV.
    pub peak_mv: Option<(f64, f64)>,
    /// Weights of the neurons that fired most, at their bounds.
    pub at_bound: Option<AtBound>,
}

impl<'a> Vitals<'a> {
    /// Read a trainer. `trials` are the last ones, `rates` the spikes per image of each output neuron as shown.
    pub fn of(trainer: &'a Trainer, preset: &'a Params, trials: &'a [TrialRecord], rates: &[f32]) -> Self {
        let (params, protocol) = (trainer.params(), trainer.protocol());
        let done = trainer.images_done();
        let waits: u64 = build::stage_lengths(params, protocol).iter().fold(0, |sum, &images| sum.saturating_add(images));
        let fired = |&rate: &f32| f64::from(rate) > 1e-3;
        let dense = trainer.network().projections().first().and_then(|p| p.synapses.dense());
        Self {
            protocol,
            params,
            preset,
            classes: trainer.data().train.classes,
            outputs_learn_since: done.checked_sub(waits),
            trials: &trials[trials.len().saturating_sub(WINDOW.max(PLATEAU))..],
            neurons: rates.len(),
            active: rates.iter().filter(|rate| fired(rate)).count(),
            dead: dense.filter(|_| protocol == Protocol::Classification).map_or(0, |dense| dead(trainer, dense)),
            peak_mv: trainer.network().output().and_then(peak),
            at_bound: dense.filter(|_| protocol == Protocol::Classification).and_then(|dense| at_bound(dense, rates)),
        }
    }
}

/// Trials over which chance is told from learning.
pub(super) const PLATEAU: usize = 200;

/// The highest potential and the lowest threshold of a population.
fn peak(population: &dyn NeuronModel) -> Option<(f64, f64)> {
    let neurons = 0..population.len() as u32;
    let highest = neurons.clone().map(|j| population.v_mv(j)).fold(f32::NEG_INFINITY, f32::max);
    let lowest = neurons.map(|j| population.threshold_mv(j)).fold(f32::INFINITY, f32::min);
    (highest.is_finite() && lowest.is_finite()).then_some((f64::from(highest), f64::from(lowest)))
}

/// Images whose drive is computed.
const TRIED: usize = 30;
/// How much more than the best of them some other image may drive a neuron, and noise with it.
const MARGIN: f64 = 1.5;

/// Neurons whose threshold is out of reach. An image depolarises a neuron by the sum of its weights, each times the intensity
/// of its pixel and the number of spikes that a white pixel sends in a time constant.
fn dead(trainer: &Trainer, dense: &Dense) -> usize {
    let (params, images) = (trainer.params(), &trainer.data().train.images);
    let tau_ms = params.get(P::TauM);
    let spikes = match params.choice(P::Encoder) {
        // a rate code fills the membrane for as long as the image is shown
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

/// Presentation time in ms, and how many spikes one neuron could fire in it at most.
pub(super) fn ceiling(params: &Params) -> f64 {
    params.get(P::PresentMs) / (params.get(P::TRef) + params.get(P::Dt)).max(1e-9)
}
