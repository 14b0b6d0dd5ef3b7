//! Sources of currents: steps, ramps and noise, in mV as R I. They have no membrane and fire no spikes.

use super::{Drive, NeuronIdx, NeuronModel, NeuronParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::rng::{self, Purpose, normal, stream};

/// Random numbers that are drawn at a time.
const MANY: usize = 64;
const SQRT_3: f64 = 1.732_050_807_568_877_2;

/// The course of a current. Times are in steps; a current lasts from `start` to before `stop`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Waveform {
    /// A constant current for some time.
    Step {
        /// The current.
        ri_mv: f64,
        /// Its first step.
        start: u64,
        /// The step after its last.
        stop: u64,
    },
    /// A current that changes linearly from `from_mv` in step `start` to `to_mv`, which it would reach in step `stop`.
    Ramp {
        /// The current in its first step.
        from_mv: f64,
        /// The current at its end.
        to_mv: f64,
        /// Its first step.
        start: u64,
        /// The step after its last.
        stop: u64,
    },
    /// Noise of its own for each neuron, constant within a step: `mean + sd z`, where `z ← keep z + √(1 − keep²) ξ` in every step with
    /// ξ of mean 0 and variance 1, standard normal or uniform. Without correlation (`keep` 0) and normal this is NEST's
    /// `noise_generator`; with correlation and normal it is the exact solution of an Ornstein-Uhlenbeck process in its stationary state.
    Noise {
        /// Mean.
        mean_mv: f64,
        /// Standard deviation.
        sd_mv: f64,
        /// Correlation of neighbouring steps, `e^(−dt/τ)`.
        keep: f64,
        /// Whether ξ is uniform, between −√3 and √3.
        uniform: bool,
    },
}

impl Waveform {
    /// The current in a step, of waveforms without noise.
    fn at(&self, step: u64) -> f64 {
        match *self {
            Self::Step { ri_mv, start, stop } if (start..stop).contains(&step) => ri_mv,
            Self::Ramp { from_mv, to_mv, start, stop } if (start..stop).contains(&step) => {
                from_mv + (to_mv - from_mv) * ((step - start) as f64 / (stop - start) as f64)
            }
            Self::Noise { mean_mv, .. } => mean_mv,
            Self::Step { .. } | Self::Ramp { .. } => 0.0,
        }
    }

    fn is_noise(&self) -> bool {
        matches!(self, Self::Noise { .. })
    }
}

/// Sources of a current of the same course; noise is independent.
#[derive(Debug, Clone)]
pub struct CurrentSource {
    n: usize,
    waveform: Waveform,
    seed: u64,
    clock: u64,
    /// z of every neuron; empty without noise.
    noise: Vec<f64>,
    /// In ascending order.
    silent: Vec<NeuronIdx>,
}

impl CurrentSource {
    /// `n` sources. `seed` drives noise.
    pub fn new(n: usize, waveform: Waveform, seed: u64) -> Self {
        let noise = vec![0.0; if waveform.is_noise() { n } else { 0 }];
        Self { n, waveform, seed, clock: 0, noise, silent: Vec::new() }
    }

    /// Draw the noise of a step. A step has a random stream of its own, and the first one is in the stationary state.
    fn draw(&mut self, keep: f64, uniform: bool) {
        let keep = if self.clock == 0 { 0.0 } else { keep };
        let fresh = libm::sqrt(1.0 - keep * keep);
        let mut rng = stream(self.seed, Purpose::Source, self.clock);
        // numbers are drawn one after the other, and what follows is computed for many at once
        let mut drawn = [0.0; MANY];
        for noise in self.noise.chunks_mut(MANY) {
            if uniform {
                drawn[..noise.len()].iter_mut().for_each(|x| *x = rng::uniform(&mut rng));
                noise.iter_mut().zip(&drawn).for_each(|(z, x)| *z = keep * *z + fresh * SQRT_3 * (2.0 * x - 1.0));
            } else {
                noise.iter_mut().for_each(|z| *z = keep * *z + fresh * normal(&mut rng));
            }
        }
    }
}

impl NeuronModel for CurrentSource {
    fn len(&self) -> usize {
        self.n
    }

    fn receptors(&self) -> &'static [&'static str] {
        &[]
    }

    fn advance(&mut self, drive: Drive<'_>, _from: usize, _fired: &mut Vec<NeuronIdx>) -> usize {
        drive.steps()
    }

    fn emit(&mut self, steps: usize, currents: &mut Vec<f32>) {
        for _ in 0..steps {
            let begin = currents.len();
            if let Waveform::Noise { mean_mv, sd_mv, keep, uniform } = self.waveform {
                self.draw(keep, uniform);
                currents.extend(self.noise.iter().map(|z| (mean_mv + sd_mv * z) as f32));
            } else {
                currents.resize(begin + self.n, self.waveform.at(self.clock) as f32);
            }
            self.silent.iter().for_each(|&j| currents[begin + j as usize] = 0.0);
            self.clock += 1;
        }
    }

    fn set_params(&mut self, params: &NeuronParams) {
        if let NeuronParams::Current(waveform) = *params {
            self.waveform = waveform;
        }
    }

    fn silence(&mut self, neurons: &[NeuronIdx]) {
        self.silent.extend_from_slice(neurons);
        self.silent.sort_unstable();
    }

    fn reseed(&mut self, seed: u64) {
        (self.seed, self.clock) = (seed, 0);
    }

    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }
}

impl Persist for CurrentSource {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { n: _, waveform: _, seed: _, clock, noise, silent: _ } = self;
        archive.clock(clock)?;
        archive.f64s("noise", noise)?;
        if noise.iter().any(|z| !z.is_finite()) {
            return Err(ArchiveError::Value("noise"));
        }
        Ok(())
    }
}
