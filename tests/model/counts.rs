//! Sizes before anything is built, against closed forms.

use spikescope::model::{Distribution, Lif, MEMORY_LIMIT, ModelSpec, NetworkSpec, PopulationSpec, ProjectionSpec, RStdp, RuleSpec, Wiring};

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
        ("A->A", Wiring::Ring(7), 420.0, true),
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
    // beside other faults, as far as sizes are known
    let mut wrong = network(70_000, 70_000, "A->B", Wiring::AllToAll);
    wrong.projections.push(ProjectionSpec { delay: Distribution::Constant(0.0), ..ProjectionSpec::new("B->A", Wiring::Indegree(10)) });
    let found = wrong.check().unwrap_err();
    assert_eq!(found.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), ["projections.\"B->A\".delay", "projections.\"A->B\""]);
    let text = network(60_000, 60_000, "A->B", Wiring::Indegree(15_000)).to_ron();
    let unread = text.replace("model: Lif()", "model: Lif(tau: \"1 ms\")").replacen("size: 60000", "size: 60000, sizes: 1", 1);
    let found = NetworkSpec::from_ron(&unread).unwrap_err();
    assert!(found.iter().any(|fault| fault.path == "projections.\"A->B\"" && fault.message.contains("8.0 GiB")), "{found}");
    // a wiring that cannot be read is not counted as another one
    let found = NetworkSpec::from_ron(&text.replace("Indegree(15000)", "AllTo()")).unwrap_err();
    assert!(found.len() == 1 && found[0].field() == "wiring", "{found}");
    // what the machine has is named beside the limit
    assert_eq!(large.beyond(4 << 30), None);
    let fault = large.beyond(2 << 30).unwrap();
    assert!(fault.path == "projections.\"A->B\"" && ["2.0 GiB are available", "8.0 GiB"].iter().all(|fact| fault.message.contains(fact)));
    // 10^8 neurons need 10.4 GiB
    assert_eq!(network(100_000_000, 10, "B->A", Wiring::Indegree(0)).check().unwrap_err()[0].path, "populations.\"A\"");
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
    assert!(own.counts().synapses < plain.counts().synapses);
    let mut plastic = plain.clone();
    plastic.projections[0].rule = Some(RuleSpec::RStdp(RStdp::default()));
    assert!(plain.counts().bytes <= listed.counts().bytes);
    assert!(plain.counts().bytes < plastic.counts().bytes);
}

/// Mean and variance of weights drawn from a lognormal distribution, against closed forms.
#[test]
fn lognormal_weights_have_the_mean_and_deviation_that_are_given() {
    for (mean, sd) in [(0.5, 0.2), (-0.4, 0.4), (2.0, 1e-3)] {
        let mut network = network(300, 300, "A->B", Wiring::Indegree(200));
        network.projections[0].weight = Distribution::LogNormal { mean, sd };
        network.projections[0].delay = Distribution::LogNormal { mean: 5.0, sd: 2.0 };
        assert_eq!(network.check(), Ok(()));
        let text = network.to_ron();
        assert_eq!(NetworkSpec::from_ron(&text).as_ref(), Ok(&network), "{text}");
        let built = spikescope::lower::network(&network, 3).unwrap();
        let synapses: Vec<_> = built.projections()[0].synapses.sparse().unwrap().triplets().map(|(_, synapse)| synapse).collect();
        let moments = |values: &[f64]| {
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt(), n)
        };
        let weights: Vec<f64> = synapses.iter().map(|synapse| f64::from(synapse.weight_mv)).collect();
        let (drawn_mean, drawn_sd, n) = moments(&weights);
        assert!((drawn_mean - mean).abs() < 5.0 * sd / n.sqrt() + 1e-6, "{mean}: {drawn_mean}");
        // the variance of the sample variance follows from the fourth moment; with sd = mean its factor is 38
        assert!((drawn_sd / sd - 1.0).abs() < 5.0 * (38.0 / n).sqrt(), "{sd}: {drawn_sd}");
        assert!(weights.iter().all(|weight| weight * mean > 0.0));
        // the logarithm is normal with the variance ln(1 + (sd / mean)^2)
        let (_, sigma, _) = moments(&weights.iter().map(|weight| weight.abs().ln()).collect::<Vec<_>>());
        assert!((sigma / (sd / mean).powi(2).ln_1p().sqrt() - 1.0).abs() < 0.02, "{sigma}");
        let delays: Vec<f64> = synapses.iter().map(|synapse| f64::from(synapse.delay) * 0.1).collect();
        let (drawn_mean, drawn_sd, _) = moments(&delays);
        assert!((drawn_mean - 5.0).abs() < 0.05 && (drawn_sd - 2.0).abs() < 0.1, "{drawn_mean} {drawn_sd}");
    }
    for (value, fact) in [
        ("LogNormal(\"0 mV\", \"1 mV\")", "other than 0"),
        ("LogNormal(\"1 mV\", \"-1 mV\")", "0 to"),
        ("LogNormal(\"1 mV\", \"2 V\")", "1000 times"),
    ] {
        let text = crate::faults::SMALL.replace("\"-0.4 mV\"", value);
        let faults = NetworkSpec::from_ron(&text).unwrap_err();
        assert!(faults.len() == 1 && faults[0].path == "projections.\"I->E\".weight" && faults[0].message.contains(fact), "{faults}");
    }
}
