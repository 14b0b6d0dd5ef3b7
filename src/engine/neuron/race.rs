//! Escape-noise output neurons with first-spike readout: leaky integrators with a stochastic threshold and a decision window.
//!
//! The potential is a sum of double-exponential potentials, `u_c(t) = Σ_i w_ci ε(t − t_i)` with
//! `ε(s) ∝ e^{−s/τ_m} − e^{−s/τ_s}` and a peak of 1, so a weight is the height of its postsynaptic potential in mV.
//! In the decision window a drive that is equal for all neurons rises by `ramp` per ms, and each neuron fires with the hazard
//! `ρ_c(t) = ρ_0 exp((u_c(t) + ramp t − θ)/Δu)` (escape noise; Gerstner, Kistler, Naud & Paninski 2014, ch. 9). The first
//! spike is the answer: lateral inhibition ends the decision. As the ramp is common to all neurons, neuron c is first with
//! probability `softmax(u/Δu)_c`, independent of its slope.
//!
//! A neuron draws `E_c ~ Exp(1)` once per trial and fires when its integrated hazard `Λ_c = ∫ρ_c dt` reaches it. Potentials
//! are constant during a step; within it the hazard rises on `SUBSTEPS` sub-steps and the crossing is resolved to a
//! fraction of a sub-step, so that ties do not occur. Without exploration there is no noise: the neuron whose
//! `u_c + ramp t` first reaches θ fires.
//!
//! With shared filters, only the neuron with the highest potential of each filter takes part in the decision, at its site
//! (Mozafari et al. 2019).
//!
//! | parameter | symbol | default | unit |
//! |---|---|---|---|
//! | `tau_m_ms` | τ_m | 10 | ms |
//! | `tau_syn_ms` | τ_s | 5 | ms |
//! | `e_l_mv` | E_L | −65 | mV |
//! | `v_th_mv` | E_L + θ | −45 | mV |
//! | `ramp_mv_per_ms` | ramp | 20 | mV/ms |
//! | `delta_u_mv` | Δu | 1 | mV |
//! | `gate_steps` | t_gate | 11 | steps |

mod psp;

use super::{Drive, NeuronIdx, NeuronModel, NeuronParams};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{Row, blocks_for, place_at_site};
use crate::rng::{Purpose, stream, uniform};
use crate::time::TimeGrid;
use psp::Psp;
pub(crate) use psp::psp_gain;

/// Sub-steps of a step on which the hazard rises.
const SUBSTEPS: u32 = 4;
/// Hazard at the threshold, ρ_0, per ms.
const RHO_0: f64 = 1.0;
/// Limit of the exponent, so that the hazard remains finite.
const STEEPEST: f64 = 60.0;

/// Parameters of a population, with units; see the table above.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)] // see the table of the module
pub struct RaceParams {
    pub tau_m_ms: f64,
    pub tau_syn_ms: f64,
    pub e_l_mv: f64,
    pub v_th_mv: f64,
    pub ramp_mv_per_ms: f64,
    pub delta_u_mv: f64,
    pub gate_steps: u32,
}

impl Default for RaceParams {
    fn default() -> Self {
        Self { tau_m_ms: 10.0, tau_syn_ms: 5.0, e_l_mv: -65.0, v_th_mv: -45.0, ramp_mv_per_ms: 20.0, delta_u_mv: 1.0, gate_steps: 11 }
    }
}

/// Firing probabilities, the postsynaptic quantities of a policy-gradient rule.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    /// Fraction of each neuron in the total hazard: the probability that it fires first.
    pub share: &'a [f32],
    /// Integral of each hazard over the last step: the expected number of spikes in that step.
    pub expected: &'a [f32],
}

/// A population of escape-noise output neurons.
#[derive(Debug, Clone)]
pub struct RacePopulation {
    n: usize,
    /// Neurons per site; one site without shared weights.
    channels: usize,
    grid: TimeGrid,
    params: RaceParams,
    psp: Psp,
    seed: u64,
    explore: bool,
    /// Number of trials, for the random streams.
    trial: u64,
    slow: Vec<Row>,
    fast: Vec<Row>,
    /// Steps since the trial began.
    now: u32,
    /// By filter: the drawn threshold and the integrated hazard.
    draws: Vec<f64>,
    integrated: Vec<f64>,
    winner: Option<NeuronIdx>,
    /// Which neurons are dead; empty if none is.
    dead: Vec<bool>,
    /// Whether the decision window was open in the last step.
    racing: bool,
    share: Vec<f32>,
    expected: Vec<f32>,
}

impl RacePopulation {
    /// `n` neurons at rest. `seed` drives the escape noise.
    pub fn new(n: usize, params: RaceParams, grid: TimeGrid, seed: u64) -> Self {
        Self::at_sites(1, n, params, grid, seed)
    }

    /// `channels` neurons at each of `sites` sites, in one decision.
    pub fn at_sites(sites: usize, channels: usize, params: RaceParams, grid: TimeGrid, seed: u64) -> Self {
        let (n, blocks) = (sites * channels, sites * blocks_for(channels));
        let mut population = Self {
            n,
            channels,
            grid,
            params,
            psp: Psp::new(params.tau_m_ms, params.tau_syn_ms, grid),
            seed,
            explore: true,
            trial: 0,
            slow: vec![Row::ZERO; blocks],
            fast: vec![Row::ZERO; blocks],
            now: 0,
            draws: vec![0.0; channels],
            integrated: vec![0.0; channels],
            winner: None,
            dead: Vec::new(),
            racing: false,
            share: vec![0.0; n],
            expected: vec![0.0; n],
        };
        population.draw();
        population
    }

    fn draw(&mut self) {
        let mut rng = stream(self.seed, Purpose::Escape, self.trial);
        self.draws.iter_mut().for_each(|draw| *draw = -libm::log(1.0 - uniform(&mut rng)));
    }

    /// Depolarisation by the inputs, without the ramp, in mV.
    fn depolarisation(&self, neuron: usize) -> f64 {
        let (block, lane) = place_at_site(neuron, self.channels);
        f64::from(self.psp.gain * (self.slow[block].0[lane] - self.fast[block].0[lane]))
    }

    /// Ramp at a time in ms after the start of the decision window.
    fn urgency_mv(&self, since_gate_ms: f64) -> f64 {
        self.params.ramp_mv_per_ms * since_gate_ms
    }

    /// One step in the decision window.
    fn race(&mut self) {
        let p = self.params;
        let dt_ms = self.grid.dt_ms();
        let theta = p.v_th_mv - p.e_l_mv;
        // the neuron with the highest potential of each filter; a dead one has no hazard
        let raced = |j: usize| if self.dead.get(j) == Some(&true) { f64::NEG_INFINITY } else { self.depolarisation(j) };
        let mut speakers: Vec<usize> = (0..self.channels).collect();
        let mut u: Vec<f64> = speakers.iter().map(|&j| raced(j)).collect();
        for j in self.channels..self.n {
            let (channel, own) = (j % self.channels, raced(j));
            if own > u[channel] {
                (speakers[channel], u[channel]) = (j, own);
            }
        }
        let most = u.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if most == f64::NEG_INFINITY {
            // all neurons are dead
            self.share.fill(0.0);
            return self.expected.fill(0.0);
        }
        // hazards relative to the maximum, to avoid overflow
        let relative: Vec<f64> = u.iter().map(|u| libm::exp((u - most) / p.delta_u_mv)).collect();
        let total: f64 = relative.iter().sum();
        self.share.fill(0.0);
        speakers.iter().zip(&relative).for_each(|(&j, relative)| self.share[j] = (relative / total) as f32);
        self.expected.fill(0.0);
        let begun_ms = f64::from(self.now - p.gate_steps) * dt_ms;
        if !self.explore {
            if most + self.urgency_mv(begun_ms + dt_ms) >= theta {
                self.winner = u.iter().position(|&u| u == most).map(|channel| speakers[channel] as NeuronIdx);
            }
            return;
        }
        let piece_ms = dt_ms / f64::from(SUBSTEPS);
        for piece in 0..SUBSTEPS {
            let over = most + self.urgency_mv(begun_ms + f64::from(piece) * piece_ms) - theta;
            let gain = RHO_0 * piece_ms * libm::exp((over / p.delta_u_mv).min(STEEPEST));
            // of those that reach their threshold within the sub-step, the first
            let mut first = (1.0, None);
            for ((&j, (drawn, integrated)), relative) in speakers.iter().zip(self.draws.iter().zip(&self.integrated)).zip(&relative) {
                let fraction = (drawn - integrated) / (gain * relative).max(f64::MIN_POSITIVE);
                if fraction < first.0 {
                    first = (fraction, Some(j as NeuronIdx));
                }
            }
            for ((integrated, &j), relative) in self.integrated.iter_mut().zip(&speakers).zip(&relative) {
                let by = gain * relative * first.0;
                *integrated += by;
                self.expected[j] += by as f32;
            }
            if first.1.is_some() {
                self.winner = first.1;
                return;
            }
        }
    }
}

impl NeuronModel for RacePopulation {
    fn len(&self) -> usize {
        self.n
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn fires_once(&self) -> bool {
        true
    }

    fn blocks(&self) -> usize {
        self.slow.len()
    }

    fn advance(&mut self, drive: Drive<'_>, from: usize, fired: &mut Vec<NeuronIdx>) -> usize {
        let drive = drive.receptor(0);
        let blocks = self.slow.len();
        let steps = drive.len() / blocks.max(1);
        for t in from..steps {
            let Psp { slow: keep_slow, fast: keep_fast, .. } = self.psp;
            for ((slow, fast), drive) in self.slow.iter_mut().zip(&mut self.fast).zip(&drive[t * blocks..][..blocks]) {
                for ((slow, fast), drive) in slow.0.iter_mut().zip(&mut fast.0).zip(drive.0) {
                    (*slow, *fast) = (*slow * keep_slow + drive, *fast * keep_fast + drive);
                }
            }
            self.racing = self.winner.is_none() && self.now >= self.params.gate_steps;
            if self.racing {
                self.race();
                fired.extend(self.winner);
            }
            self.now += 1;
            // a step of a decision window is the last of its chunk, so that the policy read afterwards belongs to it
            if self.racing {
                return t + 1;
            }
        }
        steps
    }

    fn settle(&mut self) {
        self.slow.fill(Row::ZERO);
        self.fast.fill(Row::ZERO);
        (self.now, self.winner, self.racing) = (0, None, false);
        self.integrated.fill(0.0);
        self.trial += 1;
        self.draw();
    }

    fn v_mv(&self, neuron: NeuronIdx) -> f32 {
        let since_gate_ms = f64::from(self.now.saturating_sub(self.params.gate_steps)) * self.grid.dt_ms();
        // after the first spike the ramp ends and the other neurons cannot fire
        let urgency = if self.winner.is_some() { 0.0 } else { self.urgency_mv(since_gate_ms) };
        (self.params.e_l_mv + self.depolarisation(neuron as usize) + urgency) as f32
    }

    fn threshold_mv(&self, _neuron: NeuronIdx) -> f32 {
        self.params.v_th_mv as f32
    }

    fn theta_mv(&self, _neuron: NeuronIdx) -> f32 {
        0.0
    }

    fn set_params(&mut self, params: &NeuronParams) {
        if let NeuronParams::Race(params) = *params {
            self.params = params;
            self.psp = Psp::new(params.tau_m_ms, params.tau_syn_ms, self.grid);
        }
    }

    fn set_exploration(&mut self, on: bool) {
        self.explore = on;
    }

    fn policy(&self) -> Option<Policy<'_>> {
        self.racing.then_some(Policy { share: &self.share, expected: &self.expected })
    }

    fn shares(&self) -> Option<&[f32]> {
        self.winner.is_some().then_some(&self.share)
    }

    fn silence(&mut self, neurons: &[NeuronIdx]) {
        self.dead.resize(self.n, false);
        neurons.iter().for_each(|&j| self.dead[j as usize] = true);
    }

    fn reseed(&mut self, seed: u64) {
        (self.seed, self.trial) = (seed, 0);
        self.draw();
    }

    fn boxed_clone(&self) -> Box<dyn NeuronModel> {
        Box::new(self.clone())
    }

    fn not_finite(&self) -> Option<(&'static str, NeuronIdx)> {
        (0..self.n).find(|&j| !self.depolarisation(j).is_finite()).map(|j| ("membrane potential", j as NeuronIdx))
    }
}

impl Persist for RacePopulation {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self {
            n,
            channels: _,
            grid: _,
            params: _,
            psp: _,
            seed: _,
            explore: _,
            trial,
            slow,
            fast,
            now,
            draws,
            integrated,
            winner,
            dead: _,
            racing,
            share,
            expected,
        } = self;
        archive.rows("potentials", slow)?;
        archive.rows("synaptic currents", fast)?;
        archive.clock(trial)?;
        archive.u32("race", now)?;
        archive.f64s("race", draws)?;
        archive.f64s("race", integrated)?;
        archive.f32s("race", share)?;
        archive.f32s("race", expected)?;
        let mut state = [u32::from(*racing), winner.map_or(u32::MAX, |winner| winner)];
        archive.u32s("race", &mut state)?;
        (*racing, *winner) = (state[0] == 1, (state[1] != u32::MAX).then_some(state[1]));
        if winner.is_some_and(|winner| winner as usize >= *n) || *now > 1 << 30 {
            return Err(ArchiveError::Value("race"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(u: &[f64], explore: bool) -> RacePopulation {
        let params = RaceParams { gate_steps: 0, tau_m_ms: 2e9, tau_syn_ms: 1e-3, ..RaceParams::default() };
        let mut population = RacePopulation::new(u.len(), params, TimeGrid::new(1.0), 3);
        population.set_exploration(explore);
        for (j, &height) in u.iter().enumerate() {
            let (block, lane) = place_at_site(j, u.len());
            // a trace that neither falls nor has a fast part: the potential stays where it is put
            population.slow[block].0[lane] = (height / f64::from(population.psp.gain)) as f32;
        }
        population
    }

    fn run(population: &mut RacePopulation) -> NeuronIdx {
        let mut fired = Vec::new();
        let blocks = population.slow.len();
        for _ in 0..10 {
            population.advance(Drive::of_one(&vec![Row::ZERO; blocks], blocks), 0, &mut fired);
            if let [winner] = fired[..] {
                return winner;
            }
        }
        panic!("nobody fired: {fired:?}");
    }

    #[test]
    fn without_noise_the_highest_potential_is_first_and_the_lower_index_at_a_tie() {
        assert_eq!(run(&mut held(&[1.0, 3.0, 2.0], false)), 1);
        assert_eq!(run(&mut held(&[1.0, 3.0, 3.0], false)), 1);
    }

    /// Chi-square of first spikes against `softmax(u/Δu)`: 20,000 races, 4 neurons, 3 degrees of freedom. The 99.9 %
    /// quantile is 16.3.
    #[test]
    fn first_spikes_are_drawn_from_the_softmax() {
        let u = [0.5, 2.0, 1.0, -1.0];
        let mut population = held(&u, true);
        let slow = population.slow.clone();
        let races = 20_000;
        let mut counts = [0.0; 4];
        for _ in 0..races {
            population.settle();
            population.slow.clone_from(&slow);
            counts[run(&mut population) as usize] += 1.0;
        }
        let total: f64 = u.iter().map(|u| u.exp()).sum();
        let chi2: f64 = u
            .iter()
            .zip(counts)
            .map(|(u, n)| (n - f64::from(races) * u.exp() / total).powi(2) / (f64::from(races) * u.exp() / total))
            .sum();
        assert!(chi2 < 16.3, "chi-square {chi2}, counts {counts:?}");
        let shares: Vec<f64> = population.share.iter().map(|&share| f64::from(share)).collect();
        for (share, u) in shares.iter().zip(u) {
            assert!((share - u.exp() / total).abs() < 1e-6);
        }
    }

    /// E Λ = P(fires first): the compensator of a point process, which is what makes `s − ρ dt` a martingale.
    #[test]
    fn expected_spikes_are_as_many_as_spikes() {
        let mut population = held(&[0.5, 2.0, 1.0, -1.0], true);
        let slow = population.slow.clone();
        let races = 20_000;
        let (mut spikes, mut expected) = ([0.0; 4], [0.0; 4]);
        for _ in 0..races {
            population.settle();
            population.slow.clone_from(&slow);
            spikes[run(&mut population) as usize] += 1.0;
            expected.iter_mut().zip(&population.integrated).for_each(|(sum, value)| *sum += value);
        }
        for (s, e) in spikes.iter().zip(expected) {
            // the difference has a variance of about one spike count
            assert!((s - e).abs() < 5.0 * s.sqrt(), "{spikes:?} {expected:?}");
        }
    }
}
