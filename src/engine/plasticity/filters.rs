//! Competitive learning of filters: at the end of a trial the filter that won a site moves toward the patch at that site.
//!
//! `Δw = max(1/(n + 1), η) (x̂ − w)`, `|w| = 1`, with n the wins of the filter so far and x̂ the presynaptic trace of the
//! patch, with zero mean and unit length. The trace of a pixel is `x = e^{−t/τ}` for a spike t after onset, so that earlier
//! spikes count more (shunting inhibition in rank-order coding, Thorpe, Delorme & Van Rullen 2001). Pre before and after
//! post count equally within the trial (symmetric STDP, Hao et al. 2020). The winner of a site is its first neuron to fire,
//! and adaptive thresholds balance the filters; neither label nor reward is used.
//!
//! The same rule modulated by reward, `Δw = η_M M (x̂ − w)`: filters of the neurons that fired move toward their patches for
//! M > 0 and away from them for M < 0 (three-factor rule; Frémaux & Gerstner 2016).

use super::{Changes, PlasticityParams, Rule};
use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::neuron::NeuronIdx;
use crate::engine::projection::Conv;
use crate::engine::trace::Decay;
use crate::time::TimeGrid;

/// Minimum trace per pixel of a patch for learning, so that filters do not learn the faint ends of strokes.
const LEAST_TRACE: f32 = 0.06;
/// Winners of a trial at most: one at each site of the largest layer.
const MOST_WINNERS: usize = 1 << 24;

/// Competitive STDP of shared filters.
#[derive(Debug, Clone)]
pub struct FilterStdp {
    rewarded: bool,
    eta: f32,
    decay: Decay,
    /// Trace of every pixel in this trial.
    trace: Vec<f32>,
    onset: u64,
    /// Winners of this trial, one neuron per site.
    winners: Vec<NeuronIdx>,
    wins: Vec<u32>,
}

impl FilterStdp {
    /// A rule for filters of `channels` channels over `n_pre` pixels.
    pub fn new(n_pre: usize, channels: usize, rewarded: bool, params: &PlasticityParams, grid: TimeGrid) -> Self {
        let decay = Decay::new(params.filter_tau_ms, grid);
        let mut rule = Self { rewarded, eta: 0.0, decay, trace: vec![0.0; n_pre], onset: 0, winners: Vec::new(), wins: vec![0; channels] };
        rule.set_params(params, grid);
        rule
    }
}

impl Rule<Conv> for FilterStdp {
    fn changes(&self) -> Changes {
        Changes::AtConsolidation
    }

    fn set_params(&mut self, params: &PlasticityParams, grid: TimeGrid) {
        self.eta = if self.rewarded { params.filter_reward } else { params.filter_eta } as f32;
        self.decay.set(params.filter_tau_ms, grid);
    }

    fn begin_trial(&mut self, step: u64) {
        self.onset = step;
        self.trace.fill(0.0);
        self.winners.clear();
    }

    fn on_pre(&mut self, step: u64, _delay: usize, arrived: &[NeuronIdx], _w: &mut Conv) {
        let x = self.decay.over(step.saturating_sub(self.onset));
        arrived.iter().for_each(|&i| self.trace[i as usize] = x);
    }

    fn on_post(&mut self, _step: u64, fired: &[NeuronIdx], _v_mv: &dyn Fn(NeuronIdx) -> f32, _w: &mut Conv) {
        self.winners.extend_from_slice(fired);
    }

    /// Update the winning filters.
    fn consolidate(&mut self, _step: u64, m: f32, conv: &mut Conv) {
        if self.rewarded && self.eta * m == 0.0 {
            return;
        }
        let (channels, taps) = (conv.channels(), conv.geometry().taps());
        let mut patch = vec![0.0; taps];
        for &winner in &self.winners {
            let (site, channel) = (winner as usize / channels, winner as usize % channels);
            conv.geometry().patch(site, &self.trace, &mut patch);
            let total: f32 = patch.iter().sum();
            if total < LEAST_TRACE * taps as f32 || !unit(&mut patch, total / taps as f32) {
                continue;
            }
            let rate = if self.rewarded { self.eta * m } else { (1.0 / (self.wins[channel] as f32 + 1.0)).max(self.eta) };
            self.wins[channel] = self.wins[channel].saturating_add(1);
            let mut filter: Vec<f32> = (0..taps).map(|tap| conv.get(tap, channel)).collect();
            filter.iter_mut().zip(&patch).for_each(|(w, x)| *w += rate * (x - *w));
            if unit(&mut filter, 0.0) {
                filter.into_iter().enumerate().for_each(|(tap, w)| *conv.get_mut(tap, channel) = w);
            }
        }
        self.winners.clear();
    }

    /// Subtract the mean of all filters from each.
    fn finish(&self, conv: &mut Conv) {
        if self.rewarded {
            return;
        }
        let channels = conv.channels();
        for tap in 0..conv.geometry().taps() {
            let mean = (0..channels).map(|channel| conv.get(tap, channel)).sum::<f32>() / channels.max(1) as f32;
            (0..channels).for_each(|channel| *conv.get_mut(tap, channel) -= mean);
        }
    }

    fn boxed_clone(&self) -> Box<dyn Rule<Conv>> {
        Box::new(self.clone())
    }
}

/// Subtract `mean` from all values and scale them to length 1, if the length is not zero.
fn unit(values: &mut [f32], mean: f32) -> bool {
    values.iter_mut().for_each(|v| *v -= mean);
    let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
    if length < 1e-6 {
        return false;
    }
    values.iter_mut().for_each(|v| *v /= length);
    true
}

impl Persist for FilterStdp {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { rewarded: _, eta: _, decay: _, trace, onset, winners, wins } = self;
        archive.f32s("traces", trace)?;
        archive.clock(onset)?;
        archive.list("eligibility", winners, MOST_WINNERS, Archive::u32s)?;
        archive.u32s("eligibility", wins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::projection::Geometry;

    fn rule(n_pre: usize, channels: usize) -> FilterStdp {
        let params = PlasticityParams { filter_eta: 0.1, filter_tau_ms: 4.0, ..PlasticityParams::default() };
        FilterStdp::new(n_pre, channels, false, &params, TimeGrid::new(1.0))
    }

    #[test]
    fn a_filter_that_wins_becomes_the_patch_and_the_others_stay() {
        let geometry = Geometry { width: 4, height: 3, depth: 1, size: 2, stride: 1, pad: 0 };
        let mut conv = Conv::new(geometry, 2);
        (0..4).for_each(|tap| *conv.get_mut(tap, 1) = 0.5);
        let mut rule = rule(12, 2);
        rule.begin_trial(100);
        rule.on_pre(100, 0, &[5], &mut conv);
        rule.on_pre(104, 0, &[6], &mut conv);
        // site 4 of 3 x 2 sees pixels 5, 6, 9 and 10; neuron 4 * 2 + 0 is its first channel
        rule.on_post(100, &[8], &|_| 0.0, &mut conv);
        rule.consolidate(0, 1.0, &mut conv);
        let late = (-1.0f32).exp();
        let mean = (1.0 + late) / 4.0;
        let patch = [1.0 - mean, late - mean, -mean, -mean];
        let length = patch.iter().map(|x| x * x).sum::<f32>().sqrt();
        for (tap, x) in patch.iter().enumerate() {
            assert!((conv.get(tap, 0) - x / length).abs() < 1e-6, "tap {tap}: {}", conv.get(tap, 0));
            assert_eq!(conv.get(tap, 1), 0.5);
        }
        // the second win moves half way, the twentieth by a tenth
        rule.begin_trial(200);
        rule.on_pre(200, 0, &[10], &mut conv);
        rule.on_post(100, &[8], &|_| 0.0, &mut conv);
        let before = conv.get(3, 0);
        rule.consolidate(0, 1.0, &mut conv);
        assert!(conv.get(3, 0) > before);
        let length: f32 = (0..4).map(|tap| conv.get(tap, 0).powi(2)).sum();
        assert!((length - 1.0).abs() < 1e-5);
    }

    #[test]
    fn faint_patches_teach_nothing() {
        let geometry = Geometry { width: 5, height: 5, depth: 1, size: 5, stride: 1, pad: 0 };
        let mut conv = Conv::new(geometry, 1);
        let mut rule = rule(25, 1);
        rule.begin_trial(0);
        rule.on_pre(0, 0, &[12], &mut conv);
        rule.on_post(0, &[0], &|_| 0.0, &mut conv);
        rule.consolidate(0, 1.0, &mut conv);
        assert!((0..25).all(|tap| conv.get(tap, 0) == 0.0), "one pixel in 25 is less than the least");
    }

    #[test]
    fn without_their_common_part_filters_sum_to_nothing() {
        let mut conv = Conv::new(Geometry { width: 3, height: 3, depth: 1, size: 2, stride: 1, pad: 0 }, 3);
        for tap in 0..4 {
            (0..3).for_each(|channel| *conv.get_mut(tap, channel) = (tap * channel + channel) as f32);
        }
        rule(9, 3).finish(&mut conv);
        assert!((0..4).all(|tap| (0..3).map(|channel| conv.get(tap, channel)).sum::<f32>().abs() < 1e-6));
    }
}
