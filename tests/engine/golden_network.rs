//! A recurrent network with excitatory and inhibitory currents and a delay for every synapse, described as data: every spike
//! of a Brian2 trajectory, in its step.

use super::golden::Table;
use spikescope::engine::monitor::Monitor;
use spikescope::engine::network::{Network, StepSpikes};
use spikescope::lower;
use spikescope::model::{Distribution, Lif, ModelSpec, NetworkSpec, PopulationSpec, ProjectionSpec, SpikeSource, Wiring};

#[derive(Default)]
struct Spikes(Vec<(u64, u32)>);

impl Monitor for Spikes {
    fn record(&mut self, step: u64, _network: &Network, spikes: &StepSpikes<'_>) {
        self.0.extend(spikes.populations[1].iter().map(|&j| (step, j)));
    }
}

#[test]
fn a_recurrent_network_fires_every_spike_of_brian2() {
    let (synapses, spikes) = (Table::read("network_synapses.csv"), Table::read("network_spikes.csv"));
    let p = |name: &str| synapses.params[name];
    let (n_in, n) = (p("n_inputs") as u32, p("n_neurons") as u32);
    let rows = |table: &Table, origin: f64, columns: [&str; 2]| -> Vec<(u64, u32)> {
        let of = table.column("origin").iter().enumerate().filter(|&(_, &from)| from == origin);
        of.map(|(row, _)| (table.column(columns[0])[row] as u64, table.column(columns[1])[row] as u32)).collect()
    };
    let mut given = vec![Vec::new(); n_in as usize];
    rows(&spikes, 0.0, ["step", "neuron"]).into_iter().for_each(|(step, i)| given[i as usize].push(step as f64 * p("dt")));
    let lif = Lif {
        tau_m_ms: p("tau_m"),
        e_l_mv: p("E_L"),
        v_th_mv: p("V_th"),
        v_reset_mv: p("V_reset"),
        t_ref_ms: p("t_ref"),
        tau_syn_exc_ms: p("tau_exc"),
        tau_syn_inh_ms: p("tau_inh"),
        ..Lif::default()
    };
    let mut network = NetworkSpec::new(p("dt"));
    network.populations.push(PopulationSpec::new("in", n_in, ModelSpec::SpikeSource(SpikeSource { spikes_ms: given })));
    network.populations.push(PopulationSpec::new("neurons", n, ModelSpec::Lif(lif)));
    // a projection for each synapse: its own weight and delay
    for row in 0..synapses.column("pre").len() {
        let at = |name: &str| synapses.column(name)[row];
        let mut projection = ProjectionSpec::new(format!("s{row}"), Wiring::Explicit(vec![(at("pre") as u32, at("post") as u32)]));
        projection.from = if at("origin") == 0.0 { "in" } else { "neurons" }.to_owned();
        projection.to = "neurons".to_owned();
        projection.weight = Distribution::Constant(at("weight"));
        projection.delay = Distribution::Constant(at("delay") * p("dt"));
        network.projections.push(projection);
    }
    let mut built = lower::network(&network, 1).unwrap();
    let mut seen = Spikes::default();
    built.run(p("steps") as u64, &mut [&mut seen]);
    let expected = rows(&spikes, 1.0, ["step", "neuron"]);
    assert!(expected.len() > 150);
    assert_eq!(seen.0, expected);
}
