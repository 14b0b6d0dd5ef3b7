//! Winner STDP: after a trial only the winning neurons change their filters.
//!
//! Winners are selected from the spikes of a trial, the earliest first, within a step the one with the highest potential.
//! A winner prevents its filter from winning at other sites, and other neurons within `radius` sites from winning. Only the
//! order of spikes counts: an input that fired before the winner or in the same step is causal, every other one is not.
//!
//! - Without reward: `Δw = A+ w (1 − w)` for a causal input, `−A− w (1 − w)` for any other. A+ starts with η, doubles every
//!   500 trials until it is 0.15; A− = ¾ A+. (Kheradpisheh et al. 2018, Neural Networks 99:56.)
//! - With reward (R-STDP): neuromodulator `M > 0`: `Δw = η M A+` for a causal input, `−η M A−` for any other; `M < 0`, the
//!   reverse: `η M A+` and `−η M A_p`. Bounds are hard. With `M = R − R̄` potentiation decreases with increasing
//!   accuracy and depression with decreasing accuracy, as in Mozafari et al. 2019, Pattern Recognition 94:87.

use super::{Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::{Conv, Geometry};
use crate::time::TimeGrid;

/// Trials after which A+ doubles, and its maximum (Mozafari et al. 2019).
const DOUBLES_EVERY: u32 = 500;
const STEEPEST: f32 = 0.15;
/// A− over A+ without reward.
const DEPRESSION: f32 = 0.75;
/// A pixel that has not fired.
const NEVER: u32 = u32::MAX;

/// Limits of winning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WinnerTakeAll {
    /// Maximum number of winners per trial.
    pub winners: usize,
    /// Inhibition radius of a winner in sites.
    pub radius: usize,
}

/// Winner STDP, with or without reward.
#[derive(Debug, Clone)]
pub struct WinnerStdp {
    competition: WinnerTakeAll,
    geometry: Geometry,
    channels: usize,
    rewarded: bool,
    params: PlasticityParams,
    onset: u64,
    /// Step of the trial in which each input fired first.
    when: Vec<u32>,
    /// Winners and the steps of the trial in which they fired.
    won: Vec<(u32, NeuronIdx)>,
    trials: u32,
}

impl WinnerStdp {
    /// A rule for filters at the sites of `geometry`; `rewarded` selects the rule with reward.
    pub fn new(geometry: Geometry, channels: usize, competition: WinnerTakeAll, rewarded: bool, params: &PlasticityParams) -> Self {
        let when = vec![NEVER; geometry.inputs()];
        Self { competition, geometry, channels, rewarded, params: *params, onset: 0, when, won: Vec::new(), trials: 0 }
    }

    /// Whether no earlier winner prevents this neuron from winning.
    fn may_win(&self, neuron: NeuronIdx) -> bool {
        let (across, _) = self.geometry.sites();
        let place = |neuron: NeuronIdx| {
            let (site, channel) = (neuron as usize / self.channels, neuron as usize % self.channels);
            (site % across, site / across, channel)
        };
        let (x, y, channel) = place(neuron);
        let radius = self.competition.radius;
        self.won.iter().all(|&(_, winner)| {
            let (other_x, other_y, other_channel) = place(winner);
            channel != other_channel && (x.abs_diff(other_x) > radius || y.abs_diff(other_y) > radius)
        })
    }

    /// Change of a causal weight and of any other, before bounds.
    fn steps(&self, m: f32) -> [f32; 2] {
        let p = &self.params;
        if !self.rewarded {
            let doublings = (self.trials / DOUBLES_EVERY).min(30);
            let up = (p.filter_eta as f32 * (1u32 << doublings) as f32).min(STEEPEST.max(p.filter_eta as f32));
            return [up, -DEPRESSION * up];
        }
        let gain = p.eta as f32 * m;
        [gain * p.a_plus as f32, -gain * if m > 0.0 { p.a_minus } else { p.a_punish } as f32]
    }
}

impl Rule<Conv> for WinnerStdp {
    fn changes(&self) -> Changes {
        Changes::AtConsolidation
    }

    fn set_params(&mut self, params: &PlasticityParams, _grid: TimeGrid) {
        self.params = *params;
    }

    fn begin_trial(&mut self, step: u64) {
        self.onset = step;
        self.when.fill(NEVER);
        self.won.clear();
    }

    fn on_pre(&mut self, step: u64, _delay: usize, arrived: &[NeuronIdx], _w: &mut Conv) {
        let now = step.saturating_sub(self.onset) as u32;
        for &i in arrived {
            let when = &mut self.when[i as usize];
            *when = now.min(*when);
        }
    }

    fn on_post(&mut self, step: u64, fired: &[NeuronIdx], v_mv: &dyn Fn(NeuronIdx) -> f32, _w: &mut Conv) {
        if self.won.len() >= self.competition.winners || fired.is_empty() {
            return;
        }
        let mut order: Vec<(f32, NeuronIdx)> = fired.iter().map(|&j| (v_mv(j), j)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, neuron) in order {
            if self.won.len() < self.competition.winners && self.may_win(neuron) {
                self.won.push((step.saturating_sub(self.onset) as u32, neuron));
            }
        }
    }

    fn consolidate(&mut self, _step: u64, m: f32, filters: &mut Conv) {
        let [causal, other] = self.steps(m);
        let (low, high) = if self.rewarded { (self.params.w_min_mv as f32, self.params.w_max_mv as f32) } else { (0.0, 1.0) };
        for &(step, winner) in &self.won {
            let (site, channel) = (winner as usize / self.channels, winner as usize % self.channels);
            for (tap, input) in self.geometry.under(site).enumerate() {
                let by = if input.is_some_and(|input| self.when[input] <= step) { causal } else { other };
                let w = filters.get_mut(tap, channel);
                *w = (*w + if self.rewarded { by } else { by * *w * (1.0 - *w) }).clamp(low, high.max(low));
            }
        }
        self.trials = self.trials.saturating_add(1);
        self.won.clear();
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Conv>> {
        Box::new(self.clone())
    }
}

impl Persist for WinnerStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let neurons = (self.geometry.len() * self.channels) as u32;
        let Self { competition: _, geometry: _, channels: _, rewarded: _, params: _, onset, when, won, trials } = self;
        archive.clock(onset)?;
        archive.u32s("traces", when)?;
        archive.u32("eligibility", trials)?;
        let (mut steps, mut winners): (Vec<u32>, Vec<u32>) = won.iter().copied().unzip();
        archive.list("eligibility", &mut steps, 1 << 16, Archive::u32s)?;
        archive.list("eligibility", &mut winners, 1 << 16, Archive::u32s)?;
        if steps.len() != winners.len() || winners.iter().any(|&winner| winner >= neurons) {
            return Err(ArchiveError::Value("eligibility"));
        }
        *won = steps.into_iter().zip(winners).collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GEOMETRY: Geometry = Geometry { width: 5, height: 4, depth: 2, size: 2, stride: 1, pad: 0 };
    const CHANNELS: usize = 3;

    fn params() -> PlasticityParams {
        PlasticityParams {
            filter_eta: 0.1,
            eta: 0.1,
            a_plus: 1.0,
            a_minus: 0.5,
            a_punish: 0.25,
            w_min_mv: 0.2,
            w_max_mv: 0.8,
            ..PlasticityParams::default()
        }
    }

    fn rule(winners: usize, radius: usize, rewarded: bool) -> WinnerStdp {
        WinnerStdp::new(GEOMETRY, CHANNELS, WinnerTakeAll { winners, radius }, rewarded, &params())
    }

    fn conv(w: f32) -> Conv {
        let mut conv = Conv::new(GEOMETRY, CHANNELS);
        for tap in 0..GEOMETRY.taps() {
            (0..CHANNELS).for_each(|channel| *conv.get_mut(tap, channel) = w);
        }
        conv
    }

    /// Sites lie 4 across; neuron = site * 3 + channel.
    fn neuron(x: u32, y: u32, channel: u32) -> NeuronIdx {
        (y * 4 + x) * 3 + channel
    }

    #[test]
    fn the_earliest_win_then_the_highest_and_winners_keep_filter_and_neighbours_down() {
        let mut rule = rule(3, 1, false);
        rule.begin_trial(10);
        rule.on_post(
            12,
            &[neuron(0, 0, 0), neuron(0, 0, 1), neuron(3, 0, 1)],
            &|j| if j == neuron(0, 0, 1) { 9.0 } else { 8.0 },
            &mut conv(0.0),
        );
        // (0, 0) is taken by the higher potential; the same filter does not win at (3, 0)
        assert_eq!(rule.won, [(2, neuron(0, 0, 1))]);
        rule.on_post(13, &[neuron(1, 1, 0), neuron(2, 0, 2), neuron(3, 2, 0)], &|_| 20.0, &mut conv(0.0));
        assert_eq!(rule.won[1..], [(3, neuron(2, 0, 2)), (3, neuron(3, 2, 0))]);
    }

    #[test]
    fn only_the_filter_of_a_winner_learns_up_for_causal_inputs_and_down_for_all_others() {
        let (mut rule, mut conv) = (rule(1, 0, false), conv(0.6));
        rule.begin_trial(100);
        // the patch of site (1, 0) holds pixels 1, 2, 6 and 7 with two maps each
        rule.on_pre(100, 0, &[2], &mut conv);
        rule.on_pre(103, 0, &[15], &mut conv);
        rule.on_post(103, &[neuron(1, 0, 2)], &|_| 0.0, &mut conv);
        rule.on_pre(104, 0, &[4], &mut conv);
        rule.consolidate(0, 0.0, &mut conv);
        for tap in 0..8 {
            let expected = if tap == 0 || tap == 7 { 0.6 + 0.1 * 0.24 } else { 0.6 - 0.075 * 0.24 };
            assert!((conv.get(tap, 2) - expected).abs() < 1e-6, "tap {tap}: {}", conv.get(tap, 2));
            assert_eq!((conv.get(tap, 0), conv.get(tap, 1)), (0.6, 0.6));
        }
    }

    #[test]
    fn the_rate_doubles_every_five_hundred_trials_to_its_ceiling() {
        let mut rule = rule(1, 0, false);
        rule.params.filter_eta = 0.004;
        let up = |rule: &WinnerStdp| rule.steps(0.0)[0];
        let mut seen = vec![up(&rule)];
        for _ in 0..4000 {
            rule.begin_trial(0);
            rule.consolidate(0, 0.0, &mut conv(0.5));
            if seen.last() != Some(&up(&rule)) {
                seen.push(up(&rule));
            }
        }
        assert_eq!(seen, [0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.15]);
    }

    #[test]
    fn punishment_reverses_reward_and_bounds_are_hard() {
        let after = |m: f32, w: f32| {
            let (mut rule, mut conv) = (rule(1, 0, true), conv(w));
            rule.begin_trial(0);
            rule.on_pre(0, 0, &[2], &mut conv);
            rule.on_post(0, &[neuron(1, 0, 0)], &|_| 0.0, &mut conv);
            rule.consolidate(0, m, &mut conv);
            (conv.get(0, 0), conv.get(1, 0))
        };
        let near = |(a, b): (f32, f32), (c, d): (f32, f32)| assert!((a - c).abs() < 1e-6 && (b - d).abs() < 1e-6, "{a} {b}");
        near(after(0.5, 0.5), (0.55, 0.475));
        near(after(-0.5, 0.5), (0.45, 0.5125));
        near(after(5.0, 0.5), (0.8, 0.25));
        assert_eq!(after(0.0, 0.5), (0.5, 0.5));
    }
}
