//! A run cut at arbitrary steps equals the uncut run bit for bit, for every rule, encoder and wiring, with and without monitors.

use super::common::{Dice, Script, plasticity, trains, weights};
use proptest::prelude::*;
use spikescope::engine::encoder::{Encoder, EncoderParams, Latency, Poisson};
use spikescope::engine::monitor::{DigestMonitor, Monitor, RateMonitor, SpikeMonitor, StateMonitor, WeightMonitor};
use spikescope::engine::network::{Network, Norm, Projection, Source};
use spikescope::engine::neuron::{LifParams, LifPopulation, NeuronModel};
use spikescope::engine::plasticity::{PairStdp, PlasticityParams, PostTraceStdp, RStdp, Rule};
use spikescope::engine::projection::Dense;
use spikescope::time::TimeGrid;

const INPUTS: usize = 36;

/// A network to cut in pieces.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Specimen {
    pub(crate) rule: u8,
    pub(crate) code: u8,
    /// Delays of the second population's input and of its projection onto itself; none for a single population.
    pub(crate) delays: Option<(usize, usize)>,
    pub(crate) sigma_mv: f64,
    pub(crate) tau_syn_ms: f64,
    pub(crate) e_inh_mv: Option<f64>,
    pub(crate) seed: u64,
}

impl Specimen {
    fn rule(&self, n_pre: usize, n_post: usize) -> Option<Box<dyn Rule<Dense>>> {
        let p = PlasticityParams { eta: 0.05, a_plus: 1.0, a_minus: 0.9, soft: true, w_max_mv: 6.0, ..plasticity() };
        let grid = TimeGrid::new(1.0);
        match self.rule {
            0 => None,
            1 => Some(Box::new(PostTraceStdp::new(n_pre, n_post, &p, grid))),
            2 => Some(Box::new(PairStdp::new(n_pre, n_post, &p, grid))),
            _ => Some(Box::new(RStdp::new(n_pre, n_post, 1, &p, grid))),
        }
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        let params = EncoderParams { rate_max_hz: 200.0, latency_ms: 60.0, floor: 0.0 };
        let grid = TimeGrid::new(1.0);
        match self.code {
            0 => Box::new(Poisson::new(INPUTS, &params, grid)),
            1 => Box::new(Latency::new(INPUTS, &params, grid)),
            _ => Box::new(Script::new(INPUTS, trains(INPUTS, 150, 0.08, &mut Dice::new(self.seed)))),
        }
    }

    /// The network at the onset of an image.
    pub(crate) fn build(&self) -> Network {
        let mut dice = Dice::new(self.seed ^ 1);
        let population = |n, seed| -> Box<dyn NeuronModel> {
            let params = LifParams {
                sigma_mv: self.sigma_mv,
                tau_syn_ms: self.tau_syn_ms,
                inhibition_mv: 2.0,
                e_inh_mv: self.e_inh_mv,
                tau_inh_ms: 3.0,
                tau_m_ms: 40.0,
                t_ref_steps: 3,
                tau_theta_ms: 3e4,
                ..LifParams::default()
            };
            Box::new(LifPopulation::new(n, params, TimeGrid::new(1.0), seed))
        };
        let gain = if self.tau_syn_ms > 0.0 { 3.0 } else { 1.0 };
        let mut projection = |source, target, n_pre, n_post, most: f64| {
            let synapses = weights(n_pre, n_post, 0.3 * most * gain, most * gain, &mut dice);
            Projection::new(source, target, synapses, self.rule(n_pre, n_post))
        };
        let mut populations = vec![population(40, 1)];
        let mut projections = vec![projection(Source::Encoder, 0, INPUTS, 40, 4.0)];
        if let Some((forward, back)) = self.delays {
            populations.push(population(33, 2));
            projections.push(projection(Source::Population { index: 0, delay: forward }, 1, 40, 33, 4.0));
            projections.push(projection(Source::Population { index: 1, delay: back }, 1, 33, 33, 1.0));
            projections.push(projection(Source::Population { index: 1, delay: back }, 0, 33, 40, 0.5));
        }
        let mut network = Network::new(Some(self.encoder()), populations, projections);
        let image: Vec<u8> = (0..INPUTS).map(|i| (i * 29 % 256) as u8).collect();
        network.begin_trial(&image, self.seed);
        network
    }
}

pub(crate) fn specimens() -> impl Strategy<Value = Specimen> {
    let delays = prop::option::of((1..=40usize, 1..=40usize));
    let sigma = prop::sample::select(vec![0.0, 2.0]);
    let tau_syn = prop::sample::select(vec![0.0, 5.0]);
    let e_inh = prop::sample::select(vec![None, Some(-75.0)]);
    (0..4u8, 0..3u8, delays, sigma, tau_syn, e_inh, any::<u64>()).prop_map(|(rule, code, delays, sigma_mv, tau_syn_ms, e_inh_mv, seed)| {
        Specimen { rule, code, delays, sigma_mv, tau_syn_ms, e_inh_mv, seed }
    })
}

/// All combinations of rule and code, single and in a chain.
fn all() -> impl Iterator<Item = Specimen> {
    (0..4u8).flat_map(|rule| (0..3u8).map(move |code| (rule, code))).flat_map(|(rule, code)| {
        [None, Some((1, 1)), Some((7, 3)), Some((40, 33))].into_iter().map(move |delays| Specimen {
            rule,
            code,
            delays,
            sigma_mv: 0.0,
            tau_syn_ms: 0.0,
            e_inh_mv: if code == 0 { None } else { Some(-90.0) },
            seed: 5,
        })
    })
}

/// Runs two networks to the end of the trial, reward included, and returns the parts in which they differ.
pub(crate) fn differences(a: &mut Network, b: &mut Network) -> Vec<String> {
    for network in [&mut *a, &mut *b] {
        network.consolidate(0.7);
        network.set_norm(Norm { sum_mv: 60.0, w_max_mv: 6.0 });
        network.homeostasis();
    }
    a.digest().differences(&b.digest())
}

const STEPS: u64 = 150;

fn cut(specimen: &Specimen, pieces: impl Iterator<Item = u64>) -> Network {
    let mut network = specimen.build();
    let mut left = STEPS;
    for piece in pieces {
        let now = piece.min(left);
        network.run(now, &mut []);
        left -= now;
    }
    network.run(left, &mut []);
    network
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn arbitrary_cuts_give_the_same_bits(specimen in specimens(), pieces in prop::collection::vec(0..70u64, 0..12)) {
        let mut whole = cut(&specimen, std::iter::empty());
        let mut pieces = cut(&specimen, pieces.into_iter());
        prop_assert_eq!(differences(&mut whole, &mut pieces), Vec::<String>::new());
    }
}

#[test]
fn single_steps_equal_one_run_for_every_rule_encoder_and_wiring() {
    for specimen in all() {
        let mut whole = cut(&specimen, std::iter::empty());
        let mut steps = cut(&specimen, std::iter::repeat_n(1, STEPS as usize));
        assert_eq!(whole.counts(), steps.counts(), "{specimen:?}");
        let start = specimen.build().projections().iter().map(|p| p.synapses.to_array()).collect::<Vec<_>>();
        assert_eq!(differences(&mut whole, &mut steps), Vec::<String>::new(), "{specimen:?}");
        assert!(whole.counts().iter().sum::<u32>() > 0, "no spikes in {specimen:?}");
        if specimen.rule > 0 {
            for (projection, start) in whole.projections().iter().zip(start) {
                assert_ne!(projection.synapses.to_array(), start, "a projection learns nothing in {specimen:?}");
            }
        }
    }
}

#[test]
fn monitors_record_all_spikes_and_have_no_side_effect() {
    for specimen in all() {
        let mut alone = cut(&specimen, std::iter::empty());
        let mut watched = specimen.build();
        let (mut spikes, mut state, mut rate) = (SpikeMonitor::default(), StateMonitor::new(&[0, 32]), RateMonitor::new(10));
        let (mut weights, mut digests) = (WeightMonitor::new(50), DigestMonitor::default());
        let mut monitors: [&mut dyn Monitor; 5] = [&mut spikes, &mut state, &mut rate, &mut weights, &mut digests];
        watched.run(60, &mut monitors);
        // the monitor is attached and detached at arbitrary steps
        let mut late = specimen.build();
        late.run(17, &mut []);
        late.run(43, &mut [&mut SpikeMonitor::default() as &mut dyn Monitor]);
        assert_eq!(late.digest().differences(&watched.digest()), Vec::<String>::new(), "{specimen:?}");
        watched.run(STEPS - 60, &mut monitors);
        assert_eq!(watched.counts(), alone.counts());
        assert_eq!(differences(&mut alone, &mut watched), Vec::<String>::new(), "{specimen:?}");

        let mut counts = vec![0; watched.counts().len()];
        spikes.output.iter().for_each(|&(_, j)| counts[j as usize] += 1);
        assert_eq!(counts, watched.counts(), "the raster holds every spike");
        assert_eq!(rate.counts.iter().sum::<u32>(), counts.iter().sum::<u32>());
        assert_eq!(state.v_mv[1].len() as u64, STEPS);
        assert_eq!(weights.samples.iter().map(|s| s.0).collect::<Vec<_>>(), [0, 50, 100]);
        assert_eq!(digests.digests.len() as u64, STEPS);
    }
}

#[test]
fn a_spike_arrives_exactly_its_delay_later() {
    for delay in [1, 2, 31, 32, 33, 40, 100] {
        let population = |seed| -> Box<dyn NeuronModel> { Box::new(LifPopulation::new(1, LifParams::default(), TimeGrid::new(1.0), seed)) };
        let strong = || {
            let mut synapse = spikescope::engine::projection::Dense::new(1, 1);
            *synapse.get_mut(0, 0) = 100.0;
            synapse
        };
        let first = Projection::new(Source::Encoder, 0, strong(), None);
        let second = Projection::new(Source::Population { index: 0, delay }, 1, strong(), None);
        let script = Script::new(1, (0..80).map(|t| if t == 5 || t == 70 { vec![0] } else { vec![] }).collect());
        let mut network = Network::new(Some(Box::new(script)), vec![population(1), population(2)], vec![first, second]);
        let mut raster = SpikeMonitor::default();
        network.run(60, &mut [&mut raster as &mut dyn Monitor]);
        network.run(140, &mut [&mut raster as &mut dyn Monitor]);
        assert_eq!(raster.output, [(5 + delay as u64, 0), (70 + delay as u64, 0)], "delay {delay}");
        // a new trial discards spikes in transit
        network.begin_trial(&[255], 0);
        network.run(6, &mut []);
        network.begin_trial(&[0], 0);
        network.encoder_mut().unwrap().rest();
        network.run(150, &mut []);
        assert_eq!(network.counts(), [0], "delay {delay}");
    }
}
