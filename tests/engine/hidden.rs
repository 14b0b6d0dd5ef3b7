//! Hidden layers against a reference without vector blocks, recursion or time steps between spikes: potentials are sums
//! of kernels over all input spikes, inhibition takes the best of a list, winners are found as by SpykeTorch.

use super::common::{Dice, Script, trains};
use proptest::prelude::*;
use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, Projection, Source, StepSpikes};
use spikescope::engine::neuron::{LocalParams, LocalPopulation};
use spikescope::engine::plasticity::{PlasticityParams, Rule, WinnerStdp, WinnerTakeAll};
use spikescope::engine::projection::{Conv, Geometry};
use spikescope::time::TimeGrid;

const STEPS: usize = 12;
const E_L_MV: f64 = -65.0;
const THRESHOLD_MV: f64 = 0.8;
/// Two potentials closer than this may be ordered differently in f32; trials that contain such a pair are skipped.
const TOO_CLOSE: f64 = 1e-4;

/// Spikes as (step, neuron, potential above rest).
#[derive(Default)]
struct Spikes(Vec<(usize, usize, f64)>);

impl Monitor for Spikes {
    fn record(&mut self, step: u64, network: &Network, spikes: &StepSpikes<'_>) {
        let output = network.output().unwrap();
        let fired = spikes.populations[0].iter();
        self.0.extend(fired.map(|&j| (step as usize, j as usize, f64::from(output.v_mv(j)) - E_L_MV)));
    }
}

#[derive(Debug, Clone, Copy)]
struct Case {
    geometry: Geometry,
    channels: usize,
    winners: u32,
    taus_ms: (f64, f64),
    seed: u64,
}

impl Case {
    /// Weight of a tap in a filter, from -0.2 to 0.8.
    fn weights(&self) -> Vec<Vec<f64>> {
        let mut dice = Dice::new(self.seed);
        (0..self.geometry.taps()).map(|_| (0..self.channels).map(|_| f64::from((dice.unit() - 0.2) as f32)).collect()).collect()
    }

    fn train(&self) -> Vec<Vec<u32>> {
        trains(self.geometry.inputs(), STEPS, 0.08, &mut Dice::new(!self.seed))
    }

    fn network(&self, rule: Option<Box<dyn Rule<Conv>>>) -> Network {
        let mut conv = Conv::new(self.geometry, self.channels);
        for (tap, row) in self.weights().iter().enumerate() {
            row.iter().enumerate().for_each(|(channel, &w)| *conv.get_mut(tap, channel) = w as f32);
        }
        let params = LocalParams {
            tau_m_ms: self.taus_ms.0,
            tau_syn_ms: self.taus_ms.1,
            e_l_mv: E_L_MV,
            v_th_mv: E_L_MV + THRESHOLD_MV,
            winners: self.winners,
            theta_plus_mv: 0.0,
        };
        let population = LocalPopulation::new(self.geometry.len(), self.channels, params, TimeGrid::new(1.0));
        let encoder = Script::new(self.geometry.inputs(), self.train());
        let projection = Projection::new(Source::Encoder, 0, conv, rule);
        Network::new(Some(Box::new(encoder)), vec![Box::new(population)], vec![projection])
    }

    /// Potential that a spike leaves behind a weight of 1 at the end of the step `steps` after it.
    fn kernel(&self, steps: usize) -> f64 {
        let (m, s) = self.taus_ms;
        let t = steps as f64 + 1.0;
        if s == 0.0 {
            (-(t - 1.0) / m).exp()
        } else if m == s {
            t / m * (-t / m).exp()
        } else {
            s / (s - m) * ((-t / s).exp() - (-t / m).exp())
        }
    }

    /// Where the patch of a site holds an input: its tap.
    fn tap(&self, site: usize, input: usize) -> Option<usize> {
        let Geometry { width, depth, size, stride, pad, .. } = self.geometry;
        let (across, _) = self.geometry.sites();
        let (x, y) = (input / depth % width + pad, input / depth / width + pad);
        let (x, y) = (x.checked_sub(site % across * stride)?, y.checked_sub(site / across * stride)?);
        (x < size && y < size).then_some((y * size + x) * depth + input % depth)
    }

    /// All spikes of a trial; none where two potentials are too close to tell.
    fn reference(&self) -> Option<Vec<(usize, usize, f64)>> {
        let (weights, train) = (self.weights(), self.train());
        let mut spikes: Vec<(usize, usize, f64)> = Vec::new();
        for now in 0..STEPS {
            for site in 0..self.geometry.len() {
                let of_site = |spikes: &[(usize, usize, f64)]| spikes.iter().filter(|s| s.1 / self.channels == site).count();
                let left = self.winners as usize - of_site(&spikes);
                let mut over = Vec::new();
                for channel in 0..self.channels {
                    let neuron = site * self.channels + channel;
                    let arrived = train[..=now].iter().enumerate().flat_map(|(t, inputs)| inputs.iter().map(move |&i| (t, i)));
                    let v: f64 =
                        arrived.filter_map(|(t, i)| Some(weights[self.tap(site, i as usize)?][channel] * self.kernel(now - t))).sum();
                    if (v - THRESHOLD_MV).abs() < TOO_CLOSE {
                        return None;
                    }
                    if v >= THRESHOLD_MV && !spikes.iter().any(|&(_, fired, _)| fired == neuron) {
                        over.push((now, neuron, v));
                    }
                }
                over.sort_by(|a, b| b.2.total_cmp(&a.2));
                if over.windows(2).any(|pair| pair[0].2 - pair[1].2 < TOO_CLOSE) {
                    return None;
                }
                over.truncate(left);
                spikes.extend(over);
            }
        }
        Some(spikes)
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let taus = prop::sample::select(vec![(5.0, 5.0), (10.0, 4.0), (1e9, 0.0), (6.0, 0.0)]);
    let shape = (3..7_usize, 3..7_usize, 1..3_usize, 2..4_usize, 1..3_usize, 0..2_usize);
    (shape, 1..40_usize, 1..4_u32, taus, any::<u64>()).prop_map(
        |((width, height, depth, size, stride, pad), channels, winners, taus_ms, seed)| Case {
            geometry: Geometry { width, height, depth, size, stride, pad },
            channels,
            winners,
            taus_ms,
            seed,
        },
    )
}

/// Winners as SpykeTorch finds them: the best of all spikes, then the best of those it leaves, and so on.
fn winners(case: &Case, competition: WinnerTakeAll, mut spikes: Vec<(usize, usize, f64)>) -> Vec<(usize, usize)> {
    let (across, _) = case.geometry.sites();
    let place = |neuron: usize| (neuron / case.channels % across, neuron / case.channels / across, neuron % case.channels);
    let mut found = Vec::new();
    while found.len() < competition.winners {
        let best = spikes.iter().copied().min_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)));
        let Some((step, neuron, _)) = best else { break };
        found.push((step, neuron));
        let (x, y, channel) = place(neuron);
        spikes.retain(|&(_, other, _)| {
            let (ox, oy, other_channel) = place(other);
            other_channel != channel && x.abs_diff(ox).max(y.abs_diff(oy)) > competition.radius
        });
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn potentials_are_sums_of_kernels_and_one_neuron_per_site_fires(case in cases()) {
        let Some(mut expected) = case.reference() else { return Ok(()) };
        let mut network = case.network(None);
        let mut found = Spikes::default();
        network.begin_trial(&[], 0);
        network.run(STEPS as u64, &mut [&mut found]);
        expected.sort_by_key(|&(step, neuron, _)| (step, neuron));
        let order = |spikes: &[(usize, usize, f64)]| spikes.iter().map(|&(step, neuron, _)| (step, neuron)).collect::<Vec<_>>();
        prop_assert_eq!(order(&found.0), order(&expected));
        for ((_, neuron, found), (_, _, expected)) in found.0.iter().zip(&expected) {
            prop_assert!((found - expected).abs() < 1e-4, "neuron {}: {} instead of {}", neuron, found, expected);
        }
    }

    #[test]
    fn winners_potentiate_inputs_that_preceded_their_spike(case in cases(), k in 1..6_usize, radius in 0..3_usize, reward in prop::option::of(-1.0..1.0_f64)) {
        let competition = WinnerTakeAll { winners: k, radius };
        let p = PlasticityParams {
            eta: 0.3, a_plus: 1.0, a_minus: 0.6, a_punish: 0.2, w_min_mv: 0.1, w_max_mv: 0.7, filter_eta: 0.1, ..PlasticityParams::default()
        };
        let rule = WinnerStdp::new(case.geometry, case.channels, competition, reward.is_some(), &p);
        let mut network = case.network(Some(Box::new(rule)));
        let mut found = Spikes::default();
        network.begin_trial(&[], 0);
        network.run(STEPS as u64, &mut [&mut found]);
        network.consolidate(reward.unwrap_or(0.0) as f32);
        let (mut expected, train) = (case.weights(), case.train());
        for (step, winner) in winners(&case, competition, found.0) {
            let (site, channel) = (winner / case.channels, winner % case.channels);
            let causal: Vec<usize> = train[..=step].iter().flatten().filter_map(|&i| case.tap(site, i as usize)).collect();
            for (tap, row) in expected.iter_mut().enumerate() {
                let (w, causal) = (&mut row[channel], causal.contains(&tap));
                match reward {
                    None => *w = (*w + if causal { 0.1 } else { -0.075 } * *w * (1.0 - *w)).clamp(0.0, 1.0),
                    Some(m) if causal => *w = (*w + 0.3 * m).clamp(0.1, 0.7),
                    Some(m) => *w = (*w - 0.3 * m * if m > 0.0 { 0.6 } else { 0.2 }).clamp(0.1, 0.7),
                }
            }
        }
        let learnt = network.projections()[0].synapses.to_array();
        for (tap, row) in expected.iter().enumerate() {
            for (channel, w) in row.iter().enumerate() {
                prop_assert!((f64::from(learnt[[tap, channel]]) - w).abs() < 1e-5, "tap {} of filter {}", tap, channel);
            }
        }
    }
}
