//! Policy-gradient plasticity of neurons with escape noise (R-max: Xie & Seung 2004; Pfister et al. 2006; Florian 2007;
//! Vasilaki et al. 2009; Frémaux, Sprekeler & Gerstner 2010).
//!
//! The eligibility of a synapse is presynaptic potential times postsynaptic spikes minus their expectation:
//! `e_ij = ∫ (s_j(t) − ρ_j(t)) ε_i(t) dt` with spike train s, hazard ρ and `ε_i` the potential that the spikes of i
//! cause through a weight of 1 (the double exponential that `RacePopulation` integrates). One global scalar converts it to
//! `Δw_ij = (η/N) M e_ij`; N is `Σ_i ε_i² + 1` or its running mean, whichever is larger, which makes η a bound on
//! the step in potential instead of a step in weight. With the mean alone an image with many spikes changes
//! potentials much more than an average one, and learnt features, whose number of spikes varies most, do not converge.
//!
//! Two credits:
//! - *expected*: the decision is one choice between neurons, so the integral is replaced by its mean given the first neuron:
//!   `e_ij = (1[j first] − p_j) ε_i` with p the fractions of the hazards at the decision. Neurons of the same action share its
//!   credit: `e_ij = ([j in action] p_j/P − p_j) ε_i`, `P = Σ_{j in action} p_j`, the exact gradient
//!   of log P.
//! - *integral*: the textbook rule, step by step.
//!
//! Eligibility is stored as a sum of a few outer products, one per step of the decision window.
//!
//! With shared filters the neurons of all sites take part in the decision. The gradient of a shared weight is the sum over
//! all sites; sites with negligible probability are left out.

use super::{Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::block::{LANES, Row, blocks_for, place_at_site};
use crate::engine::neuron::{NeuronIdx, Policy, psp_gain};
use crate::engine::projection::{Conv, Dense};
use crate::engine::trace::Traces;
use crate::time::TimeGrid;

/// Limits of the rate of the running mean in N.
const SLOWEST: f64 = 1e-3;
/// Minimum postsynaptic factor of a site in the gradient of a shared weight.
const LEAST_CREDIT: f32 = 1e-4;

/// One outer product of eligibility: presynaptic potentials and postsynaptic factors.
#[derive(Debug, Clone, Default)]
struct Credit {
    pre: Vec<NeuronIdx>,
    psp: Vec<f32>,
    own: Vec<Row>,
}

/// R-max on one projection.
#[derive(Debug, Clone)]
pub struct RMax {
    eta: f32,
    integral: bool,
    gain: f32,
    slow: Traces,
    fast: Traces,
    /// Number of sites and neurons per site; one site without shared weights.
    sites: usize,
    channels: usize,
    /// Channels c with equal `c * actions / channels` belong to the same action.
    actions: usize,
    credits: Vec<Credit>,
    /// Fractions of the hazards at the decision, for the supervised reference.
    share: Vec<f32>,
    /// Running mean of `Σ_i ε_i² + 1`, the same of this trial, and the number of trials in the mean.
    power: f64,
    now: f64,
    heard: u64,
}

impl RMax {
    /// A rule for a projection of the given size onto neurons of `actions` actions in consecutive pools.
    pub fn new(n_pre: usize, n_post: usize, actions: usize, p: &PlasticityParams, grid: TimeGrid) -> Self {
        Self::at_sites(n_pre, (1, n_post), actions, p, grid)
    }

    /// A rule for shared filters with `channels` neurons at each of `sites` sites.
    pub fn at_sites(n_pre: usize, (sites, channels): (usize, usize), actions: usize, p: &PlasticityParams, grid: TimeGrid) -> Self {
        let mut rule = Self {
            eta: 0.0,
            integral: false,
            gain: 1.0,
            slow: Traces::new(n_pre, p.tau_psp_ms.0, false, grid),
            fast: Traces::new(n_pre, p.tau_psp_ms.1, false, grid),
            sites,
            channels,
            actions,
            credits: Vec::new(),
            share: vec![0.0; sites * channels],
            power: 1.0,
            now: 1.0,
            heard: 0,
        };
        rule.tune(p, grid);
        rule
    }

    fn action(&self, neuron: usize) -> usize {
        neuron % self.channels * self.actions / self.channels
    }

    fn blocks(&self) -> usize {
        self.sites * blocks_for(self.channels)
    }

    /// Postsynaptic factors when `action` was chosen, from the fractions of the hazards.
    fn shared_credit(&self, action: usize) -> Vec<Row> {
        let speaks = |j: usize| self.action(j) == action;
        let total: f32 = self.share.iter().enumerate().filter(|&(j, _)| speaks(j)).map(|(_, share)| share).sum();
        let mut own = vec![Row::ZERO; self.blocks()];
        for (j, &share) in self.share.iter().enumerate() {
            let (block, lane) = place_at_site(j, self.channels);
            own[block].0[lane] = if speaks(j) { share / total.max(f32::MIN_POSITIVE) - share } else { -share };
        }
        own
    }

    /// Spikes minus expected spikes.
    fn own_credit(&self, expected: &[f32], fired: &[NeuronIdx]) -> Vec<Row> {
        let mut own = vec![Row::ZERO; self.blocks()];
        for (j, &expected) in expected.iter().enumerate() {
            let (block, lane) = place_at_site(j, self.channels);
            own[block].0[lane] = f32::from(u8::from(fired.contains(&(j as NeuronIdx)))) - expected;
        }
        own
    }

    fn tune(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.eta = p.eta as f32;
        self.integral = p.integral;
        let (tau_m_ms, tau_syn_ms) = p.tau_psp_ms;
        self.gain = psp_gain(tau_m_ms, tau_syn_ms) as f32;
        self.slow.set(tau_m_ms, false, grid);
        self.fast.set(tau_syn_ms, false, grid);
    }

    fn begin(&mut self) {
        self.slow.clear();
        self.fast.clear();
        self.credits.clear();
    }

    fn hear(&mut self, step: u64, arrived: &[NeuronIdx]) {
        for &i in arrived {
            self.slow.bump(i, step);
            self.fast.bump(i, step);
        }
    }

    fn watch(&mut self, step: u64, policy: &Policy<'_>, fired: &[NeuronIdx]) {
        if !self.integral && fired.is_empty() {
            return;
        }
        self.share.copy_from_slice(policy.share);
        let own = match fired.first() {
            Some(&first) if !self.integral => self.shared_credit(self.action(first as usize)),
            _ => self.own_credit(policy.expected, fired),
        };
        let pre = self.slow.active().to_vec();
        let psp: Vec<f32> = pre.iter().map(|&i| self.gain * (self.slow.at(i, step) - self.fast.at(i, step))).collect();
        if !fired.is_empty() {
            let power = 1.0 + psp.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>();
            self.heard += 1;
            self.power += (power - self.power) * (1.0 / self.heard as f64).max(SLOWEST);
            self.now = power;
        }
        self.credits.push(Credit { pre, psp, own });
    }

    fn pretend(&mut self, action: usize) {
        let own = self.shared_credit(action);
        if let Some(credit) = self.credits.last_mut() {
            credit.own = own;
        }
    }

    /// Weight change per unit of eligibility with `m`.
    fn worth(&self, m: f32) -> f32 {
        self.eta * m / self.power.max(self.now) as f32
    }
}

impl Rule<Dense> for RMax {
    fn changes(&self) -> Changes {
        Changes::AtConsolidation
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.tune(p, grid);
    }

    fn begin_trial(&mut self, _step: u64) {
        self.begin();
    }

    fn on_pre(&mut self, step: u64, _delay: usize, arrived: &[NeuronIdx], _w: &mut Dense) {
        self.hear(step, arrived);
    }

    fn on_post(&mut self, _step: u64, _fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, _w: &mut Dense) {}

    fn on_policy(&mut self, step: u64, policy: &Policy<'_>, fired: &[NeuronIdx]) {
        self.watch(step, policy, fired);
    }

    fn supervise(&mut self, action: usize) {
        self.pretend(action);
    }

    fn consolidate(&mut self, _step: u64, m: f32, w: &mut Dense) {
        if m == 0.0 {
            return;
        }
        let gain = self.worth(m);
        for Credit { pre, psp, own } in &self.credits {
            for (&i, &psp) in pre.iter().zip(psp) {
                let by = gain * psp;
                for (w, own) in w.fan_out_mut(i as usize).zip(own) {
                    for lane in 0..LANES {
                        w.0[lane] += by * own.0[lane];
                    }
                }
            }
        }
    }

    fn eligibility(&self, post: NeuronIdx, _step: u64) -> Option<Vec<f32>> {
        let (block, lane) = place_at_site(post as usize, self.channels);
        let mut e = vec![0.0; self.slow.len()];
        for Credit { pre, psp, own } in &self.credits {
            pre.iter().zip(psp).for_each(|(&i, psp)| e[i as usize] += psp * own[block].0[lane]);
        }
        Some(e)
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Dense>> {
        Box::new(self.clone())
    }
}

impl Rule<Conv> for RMax {
    fn changes(&self) -> Changes {
        Changes::AtConsolidation
    }

    fn set_params(&mut self, p: &PlasticityParams, grid: TimeGrid) {
        self.tune(p, grid);
    }

    fn begin_trial(&mut self, _step: u64) {
        self.begin();
    }

    fn on_pre(&mut self, step: u64, _delay: usize, arrived: &[NeuronIdx], _w: &mut Conv) {
        self.hear(step, arrived);
    }

    fn on_post(&mut self, _step: u64, _fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, _w: &mut Conv) {}

    fn on_policy(&mut self, step: u64, policy: &Policy<'_>, fired: &[NeuronIdx]) {
        self.watch(step, policy, fired);
    }

    fn supervise(&mut self, action: usize) {
        self.pretend(action);
    }

    fn consolidate(&mut self, _step: u64, m: f32, filters: &mut Conv) {
        if m == 0.0 {
            return;
        }
        let gain = self.worth(m);
        let blocks = blocks_for(self.channels);
        let geometry = filters.geometry();
        let mut at = vec![0.0; geometry.inputs()];
        for Credit { pre, psp, own } in &self.credits {
            pre.iter().zip(psp).for_each(|(&i, &psp)| at[i as usize] = psp);
            for (site, own) in own.chunks_exact(blocks).enumerate() {
                let most = own.iter().flat_map(|row| row.0).fold(0.0f32, |most, own| most.max(own.abs()));
                if most < LEAST_CREDIT {
                    continue;
                }
                for (spot, pixel) in geometry.spots(site).enumerate() {
                    let Some(pixel) = pixel else { continue };
                    let maps = at[pixel * geometry.depth..][..geometry.depth].iter().enumerate();
                    for (map, &psp) in maps.filter(|(_, psp)| **psp != 0.0) {
                        let by = gain * psp;
                        for (w, own) in filters.fan_out_mut(spot * geometry.depth + map).iter_mut().zip(own) {
                            for lane in 0..LANES {
                                w.0[lane] += by * own.0[lane];
                            }
                        }
                    }
                }
            }
            pre.iter().for_each(|&i| at[i as usize] = 0.0);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Conv>> {
        Box::new(self.clone())
    }
}

impl Persist for RMax {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let blocks = self.blocks();
        let Self { eta: _, integral: _, gain: _, slow, fast, sites: _, channels: _, actions: _, credits, share, power, now, heard } = self;
        slow.persist(archive)?;
        fast.persist(archive)?;
        archive.f32s("eligibility", share)?;
        archive.f64("eligibility", power)?;
        archive.f64("eligibility", now)?;
        archive.clock(heard)?;
        let mut n = credits.len() as u64;
        archive.u64("eligibility", &mut n)?;
        // a decision window has at most as many steps as a presentation
        if n > 1 << 16 {
            return Err(ArchiveError::Value("eligibility"));
        }
        credits.resize(n as usize, Credit::default());
        for Credit { pre, psp, own } in credits {
            archive.indices("eligibility", pre, slow.len(), slow.len())?;
            psp.resize(pre.len(), 0.0);
            archive.f32s("eligibility", psp)?;
            own.resize(blocks, Row::ZERO);
            archive.rows("eligibility", own)?;
        }
        Ok(())
    }
}
