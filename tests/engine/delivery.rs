//! Ways in which spikes reach sparse synapses: all of them give the same bits.

use pulp::Arch;
use spikescope::engine::archive::{restore, save};
use spikescope::engine::monitor::ActivityMonitor;
use spikescope::engine::network::{Network, Projection, Source};
use spikescope::engine::neuron::{
    IzhikevichParams, LifCondParams, LifParams, LifPopulation, Membranes, NeuronModel, PoissonSource, SpikeSource,
};
use spikescope::engine::plasticity::{DelayedPairStdp, PlasticityParams, Rule};
use spikescope::engine::projection::{Draw, Sparse, Store, Synapse, Synapses, Wiring};
use spikescope::time::TimeGrid;

const N: usize = 70;

fn grid() -> TimeGrid {
    TimeGrid::new(0.1)
}

fn lif() -> LifPopulation {
    let params = LifParams {
        tau_m_ms: 20.0,
        e_l_mv: -65.0,
        v_th_mv: -50.0,
        v_reset_mv: -65.0,
        t_ref_steps: 20,
        theta_plus_mv: 0.0,
        inhibition_mv: 0.0,
        tau_receptors_ms: Some([5.0, 10.0]),
        ..LifParams::default()
    };
    LifPopulation::new(N, params, grid(), 3)
}

fn onto(index: usize, delay: usize, target: usize, receptor: usize, store: Store<Sparse>) -> Projection {
    Projection { receptor, ..Projection::new(Source::Population { index, delay }, target, store.weights, store.rule) }
}

/// Poisson spikes of 3 kHz for every neuron, each of this weight.
fn noise(weight_mv: f32) -> (PoissonSource, Store<Sparse>) {
    let one_to_one = Sparse::from_rows(N, (0..N as u32).map(|post| [Synapse { post, weight_mv, delay: 1 }]));
    (PoissonSource::new(N, 3000.0, grid(), 7), Store::new(one_to_one, None))
}

/// Neurons driven by noise and connected by these synapses. `gathered`: with a rule that changes nothing, for which spikes are
/// gathered and every synapse keeps a weight of its own.
fn network(synapses: Sparse, gathered: bool) -> Network {
    let p = PlasticityParams { eta: 0.0, tau_plus_ms: 20.0, tau_minus_ms: 20.0, w_max_mv: 10.0, ..PlasticityParams::default() };
    let rule = gathered.then(|| Box::new(DelayedPairStdp::new(&synapses, &p, grid())) as Box<dyn Rule<Sparse>>);
    let delay = synapses.min_delay();
    let (source, one_to_one) = noise(0.6);
    let populations: Vec<Box<dyn NeuronModel>> = vec![Box::new(source), Box::new(lif())];
    let projections = vec![onto(0, 1, 1, 2, one_to_one), onto(1, delay, 1, 0, Store::new(synapses, rule))];
    Network::new(None, populations, projections)
}

/// Spike counts and potentials.
fn state(network: &Network, population: usize) -> (Vec<u32>, Vec<u32>) {
    let potentials = (0..N as u32).map(|j| network.populations()[population].v_mv(j).to_bits()).collect();
    (network.counts_of(population).to_vec(), potentials)
}

/// Synapses with random weights and delays of 3 to 40 steps.
fn different() -> Sparse {
    let wiring = Wiring::Indegree { synapses: 12, multapses: true };
    wiring.build((N, N), true, Draw::Uniform { low: 0.2, high: 1.0 }, Draw::Uniform { low: 3.0, high: 40.0 }, (1, 1))
}

/// Synapses of one weight and a delay of 15 steps.
fn alike() -> Sparse {
    let wiring = Wiring::Indegree { synapses: 12, multapses: true };
    wiring.build((N, N), true, Draw::Constant(0.6), Draw::Constant(15.0), (1, 1))
}

fn double(network: &mut Network) {
    let Synapses::Sparse(store) = &mut network.projections_mut()[1].synapses else { panic!("they are sparse") };
    store.weights.weights_mut().for_each(|weight| *weight *= 2.0);
}

#[test]
fn spikes_on_their_way_add_what_gathered_spikes_add() {
    for synapses in [different, alike] {
        let run = |gathered: bool| {
            let mut network = network(synapses(), gathered);
            network.run(3000, &mut []);
            network
        };
        let (mut fast, gathered) = (run(false), run(true));
        assert!(fast.counts_of(1).iter().sum::<u32>() > 1000);
        assert_eq!(state(&fast, 1), state(&gathered, 1));
        // any cuts, a monitor, a copy and a restored state on the way
        let mut cut = network(synapses(), false);
        [1, 2, 0, 997].into_iter().for_each(|steps| cut.run(steps, &mut []));
        cut.run(500, &mut [&mut ActivityMonitor::default()]);
        let mut cut = cut.twin();
        cut.run(700, &mut []);
        let bytes = save(&mut cut);
        let mut restored = network(synapses(), false);
        restored.run(37, &mut []);
        restore(&mut restored, &bytes).unwrap();
        restored.run(800, &mut []);
        assert_eq!(state(&fast, 1), state(&restored, 1));
        assert_eq!(save(&mut fast), save(&mut restored));
    }
}

#[test]
fn weights_that_change_act_on_spikes_that_are_on_their_way() {
    for synapses in [different, alike] {
        let run = |gathered: bool| {
            let mut network = network(synapses(), gathered);
            network.run(1000, &mut []);
            double(&mut network);
            network.run(500, &mut []);
            state(&network, 1)
        };
        let mut unchanged = network(synapses(), false);
        unchanged.run(1500, &mut []);
        assert_eq!(run(false), run(true));
        assert_ne!(run(false), state(&unchanged, 1));
    }
}

#[test]
fn synapses_of_one_weight_need_two_bytes_and_can_get_weights_of_their_own() {
    let row = |n: u32| (0..n).map(|post| Synapse { post, weight_mv: 0.5, delay: 2 }).collect::<Vec<_>>();
    let bytes = |n: u32| Sparse::from_rows(n as usize, [row(n)]).bytes() as f64 / f64::from(n);
    assert!((bytes(60_000) - 2.0).abs() < 0.01 && (bytes(70_000) - 4.0).abs() < 0.01, "{} {}", bytes(60_000), bytes(70_000));
    for n in [60_000, 70_000] {
        let mut synapses = Sparse::from_rows(n as usize, [row(n)]);
        assert!(synapses.triplets().map(|(_, synapse)| synapse).eq(row(n)));
        *synapses.weights_mut().next().unwrap() = 0.25;
        let first = Synapse { post: 0, weight_mv: 0.25, delay: 2 };
        assert!(synapses.triplets().map(|(_, synapse)| synapse).eq(std::iter::once(first).chain(row(n).into_iter().skip(1))));
        assert!((synapses.bytes() as f64 / f64::from(n) - 8.0).abs() < 0.01);
    }
}

#[test]
fn every_vector_unit_integrates_the_receptors_alike() {
    let izhikevich = IzhikevichParams { a: 0.02, b: 0.2, c_mv: -65.0, d: 8.0, v_peak_mv: 30.0, i: 4.0, half_steps: true, dt_ms: 0.1 };
    let conductance = LifCondParams {
        tau_m_ms: 20.0,
        e_l_mv: -60.0,
        v_th_mv: -50.0,
        v_reset_mv: -60.0,
        t_ref_steps: 50,
        ri_mv: 0.0,
        g_l_ns: 10.0,
        e_rev_mv: [0.0, -80.0],
        keep_half: [0.99, 0.995],
        dt_ms: 0.1,
    };
    let build = |model: usize| -> Box<dyn NeuronModel> {
        match model {
            0 => Box::new(lif()),
            1 => Box::new(Membranes::new(N, conductance)),
            _ => Box::new(Membranes::new(N, izhikevich)),
        }
    };
    for model in 0..3 {
        let run = |arch: Arch| {
            let (source, one_to_one) = noise(3.0);
            let synapses = alike();
            let projections = vec![onto(0, 1, 1, 0, one_to_one), onto(1, synapses.min_delay(), 1, 1, Store::new(synapses, None))];
            let mut network = Network::new(None, vec![Box::new(source), build(model)], projections);
            network.set_arch(arch);
            network.run(3000, &mut []);
            state(&network, 1)
        };
        assert!(run(Arch::new()).0.iter().sum::<u32>() > 10);
        assert_eq!(run(Arch::Scalar), run(Arch::new()));
    }
}

#[test]
fn synaptic_events_are_spikes_times_synapses() {
    let spikes = (0..50).map(|k| (k * 7, (k % 5) as u32)).collect();
    let synapses = different();
    let per_neuron: Vec<u64> = (0..5).map(|j| synapses.out_degree(j) as u64).collect();
    let populations: Vec<Box<dyn NeuronModel>> = vec![Box::new(SpikeSource::new(N, spikes)), Box::new(lif())];
    let delay = synapses.min_delay();
    let mut network = Network::new(None, populations, vec![onto(0, delay, 1, 0, Store::new(synapses, None))]);
    let mut activity = ActivityMonitor::default();
    network.run(1000, &mut [&mut activity]);
    assert_eq!(network.synaptic_events(), 10 * per_neuron.iter().sum::<u64>());
    assert_eq!(activity.events, [network.synaptic_events()]);
}
