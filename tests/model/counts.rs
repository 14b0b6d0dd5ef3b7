//! Sizes before anything is built, against closed forms.

use spikescope::model::{
    Distribution, Lif, MEMORY_LIMIT, ModelSpec, NetworkSpec, PairStdp, PopulationSpec, ProjectionSpec, RuleSpec, Wiring,
};

fn network(from: u32, to: u32, name: &str, wiring: Wiring) -> NetworkSpec {
    let mut network = NetworkSpec::new(0.1);
    network.populations.push(PopulationSpec::new("A", from, ModelSpec::Lif(Lif::default())));
    network.populations.push(PopulationSpec::new("B", to, ModelSpec::Lif(Lif::default())));
    network.projections.push(ProjectionSpec::new(name, wiring));
    network
}

#[test]
fn synapses_and_degrees_follow_closed_forms() {
    for (name, wiring, synapses, exact) in [
        ("A->B", Wiring::AllToAll, 30.0 * 20.0, true),
        ("A->A", Wiring::AllToAll, 30.0 * 29.0, true),
        ("A->B", Wiring::Probability(0.25), 0.25 * 600.0, false),
        ("A->A", Wiring::Probability(0.5), 0.5 * 870.0, false),
        ("A->B", Wiring::Indegree(7), 140.0, true),
        ("A->B", Wiring::Outdegree(7), 210.0, true),
        ("A->B", Wiring::Explicit(vec![(0, 1), (2, 3), (2, 3)]), 3.0, true),
    ] {
        let network = network(30, 20, name, wiring);
        assert_eq!(network.check(), Ok(()), "{name}");
        let counts = network.counts();
        let [projection] = counts.projections[..] else { panic!("one projection") };
        assert_eq!((counts.neurons, counts.synapses, projection.exact), (50, synapses, exact), "{:?}", network.projections);
        let to = f64::from(network.population(&network.projections[0].to).unwrap().size());
        assert!((projection.indegree - synapses / to).abs() < 1e-12);
        assert!((projection.outdegree - synapses / 30.0).abs() < 1e-12);
    }
    let mut own = network(30, 30, "A->A", Wiring::AllToAll);
    own.projections[0].self_connections = true;
    assert_eq!(own.counts().synapses, 900.0);
    assert_eq!(network(30, 30, "A->B", Wiring::OneToOne).counts().synapses, 30.0);
}

#[test]
fn networks_that_do_not_fit_are_refused_before_anything_is_allocated() {
    // more synapses than a projection can have
    let found = network(70_000, 70_000, "A->B", Wiring::AllToAll).check().unwrap_err();
    assert!(found[0].path == "projections.\"A->B\"" && found[0].message.contains("4294967295"), "{found:?}");
    // more memory than the limit: the largest part is named
    let mut large = network(60_000, 60_000, "A->B", Wiring::Indegree(15_000));
    large.projections.push(ProjectionSpec::new("B->A", Wiring::Indegree(10)));
    let found = large.check().unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "projections.\"A->B\"");
    assert!(["8.0 GiB", "900000000 synapses"].iter().all(|fact| found[0].message.contains(fact)), "{found:?}");
    large.projections[0].wiring = Wiring::Indegree(5000);
    assert_eq!(large.check(), Ok(()));
    // neurons alone
    let found = network(1_000_000_000, 10, "B->A", Wiring::Indegree(0)).check().unwrap_err();
    assert_eq!(found[0].path, "populations.\"A\"");
    let most = network(u32::MAX, u32::MAX, "A->B", Wiring::Indegree(u32::MAX));
    assert!(most.check().is_err() && most.counts().bytes > MEMORY_LIMIT as f64);
}

#[test]
fn rules_and_lists_of_synapses_take_more_memory() {
    let plain = network(1000, 1000, "A->B", Wiring::AllToAll);
    let mut listed = plain.clone();
    listed.projections[0].delay = Distribution::Uniform { low: 1.0, high: 5.0 };
    // without connections of a neuron with itself there is no full matrix
    let own = network(1000, 1000, "A->A", Wiring::AllToAll);
    assert!(own.counts().synapses < plain.counts().synapses && own.counts().bytes > plain.counts().bytes);
    let mut plastic = plain.clone();
    plastic.projections[0].rule = Some(RuleSpec::PairStdp(PairStdp::default()));
    assert!(plain.counts().bytes < listed.counts().bytes);
    assert!(plain.counts().bytes < plastic.counts().bytes);
}
