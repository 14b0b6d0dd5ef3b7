//! Every instruction set gives the same bits.

use super::common::{Dice, plasticity, weights};
use pulp::Arch;
use spikescope::engine::archive::Digest;
use spikescope::engine::encoder::{EncoderParams, Poisson};
use spikescope::engine::network::{Network, Norm, Projection, Source};
use spikescope::engine::neuron::{LifParams, LifPopulation};
use spikescope::engine::plasticity::RStdp;
use spikescope::time::TimeGrid;

fn after_three_images(arch: Arch, (n_post, sigma_mv, tau_syn_ms, e_inh_mv): (usize, f64, f64, Option<f64>)) -> (Digest, u32) {
    let grid = TimeGrid::new(1.0);
    let n_pre = 196;
    let encoder = Poisson::new(n_pre, &EncoderParams { rate_max_hz: 128.0, latency_ms: 20.0, floor: 0.0 }, grid).with_arch(arch);
    let neurons = LifParams { sigma_mv, tau_syn_ms, inhibition_mv: 10.0, e_inh_mv, tau_inh_ms: 20.0, ..LifParams::default() };
    let population = LifPopulation::new(n_post, neurons, grid, 3).with_arch(arch);
    let synapses = weights(n_pre, n_post, 0.0, if tau_syn_ms > 0.0 { 4.0 } else { 0.5 }, &mut Dice::new(4));
    let rule = RStdp::new(n_pre, n_post, 1, &plasticity(), grid);
    let projection = Projection::new(Source::Encoder, 0, synapses, Some(Box::new(rule)));
    let mut network = Network::new(Some(Box::new(encoder)), vec![Box::new(population)], vec![projection]).with_arch(arch);
    let mut spikes = 0;
    for image in 0..3u8 {
        network.begin_trial(&(0..n_pre).map(|i| (i * (7 + image as usize) % 256) as u8).collect::<Vec<_>>(), u64::from(image));
        network.run(250, &mut []);
        network.consolidate(0.5);
        network.set_norm(Norm { sum_mv: 40.0, w_max_mv: 1.0 });
        network.homeostasis();
        spikes += network.counts().iter().sum::<u32>();
    }
    (network.digest(), spikes)
}

#[test]
fn scalar_and_vector_instructions_give_the_same_bits() {
    let currents = [(100, 0.0, 0.0, None), (64, 2.0, 0.0, None), (33, 0.0, 5.0, None), (1, 1.0, 5.0, None)];
    let conductances = [(100, 0.0, 0.0, Some(-90.0)), (64, 2.0, 5.0, Some(-70.0))];
    for network in currents.into_iter().chain(conductances) {
        let (scalar, spikes) = after_three_images(Arch::Scalar, network);
        assert!(spikes > 10, "{spikes} spikes are nothing to compare");
        assert_eq!(after_three_images(Arch::new(), network), (scalar.clone(), spikes));
        for arch in others() {
            assert_eq!(after_three_images(arch, network), (scalar.clone(), spikes), "{arch:?}");
        }
    }
}

/// Instruction sets of this machine between scalar code and the widest.
#[cfg(target_arch = "x86_64")]
fn others() -> Vec<Arch> {
    pulp::x86::V3::try_new().map(Arch::V3).into_iter().collect()
}
#[cfg(not(target_arch = "x86_64"))]
fn others() -> Vec<Arch> {
    Vec::new()
}
