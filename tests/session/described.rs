//! The description of a network states what was built.

use super::super::Probe;
use spikescope::model::Distribution;
use spikescope::session::{Command, Layer, RunState, Snapshot, Speed};

/// Pixels of the image that a square patch covers, over all sites.
fn covered(width: usize, size: usize, stride: usize, pad: usize) -> u64 {
    let sites = (width + 2 * pad - size) / stride + 1;
    let along: usize = (0..sites).map(|s| (0..size).filter(|tap| (pad..pad + width).contains(&(s * stride + tap))).count()).sum();
    (along * along) as u64
}

#[test]
fn network_description_equals_the_built_network() {
    let describe = |name: &str| {
        let mut probe = Probe::start(name, Speed::ModelMsPerSecond(100.0));
        probe.send(Command::Pause);
        probe.until("paused", |s| s.state == RunState::Paused);
        probe.send(Command::StepTrial);
        probe.until("a while", |s| s.state == RunState::Paused && s.flow_ms > 0.0)
    };
    let shown = describe("mnist-rstdp");
    let sizes = |s: &Snapshot| s.network.parts.iter().map(|part| part.size).collect::<Vec<_>>();
    assert_eq!(sizes(&shown), [784, 400]);
    let [all, inhibition] = &shown.network.links[..] else { panic!("{:?}", shown.network) };
    assert_eq!((all.synapses, all.weights, all.rule.as_deref(), all.modulated), (313_600, 313_600, Some("r-stdp"), true));
    assert!(inhibition.from == inhibition.to && inhibition.kind.contains("250 mV") && inhibition.delay == Distribution::Constant(1.0));
    let count = |layer| shown.spikes.iter().filter(|s| s.layer == layer).count() as u64;
    assert_eq!(*shown.flow, [count(Layer::Input), count(Layer::Output)], "of the first image, which is the whole record");

    let shown = describe("mnist-gabor-rstdp");
    assert_eq!(sizes(&shown), [784, 11 * 11 * 64, 10]);
    let filters = &shown.network.links[0];
    assert_eq!((filters.synapses, filters.weights), (64 * covered(28, 11, 2, 2), 64 * 121));
    assert_eq!((filters.rule.as_deref(), filters.modulated, filters.delay), (None, false, Distribution::Constant(0.0)));
    let outputs = &shown.network.links[1];
    assert_eq!((outputs.synapses, outputs.rule.as_deref(), outputs.modulated), (7 * 7 * 64 * 10, Some("r-max"), true));
    assert!(outputs.pooling.as_ref().is_some_and(|pooling| pooling.contains("sum")) && outputs.delay.mean() >= 1.0);
    assert_eq!(shown.flow[1], shown.hidden[0].spikes.len() as u64);

    let shown = describe("mnist-mozafari-conv");
    assert_eq!(sizes(&shown)[..3], [784 * 6, 28 * 28 * 30, 14 * 14 * 250]);
    assert!(shown.network.links.iter().any(|link| link.pooling.as_ref().is_some_and(|pooling| pooling.contains("first spike"))));
    let rules: Vec<_> = shown.network.links.iter().filter(|link| link.from != link.to).map(|link| link.rule.is_some()).collect();
    assert_eq!(rules, [true, false, false], "one layer learns after the other");

    assert_eq!(sizes(&describe("first-neuron")), [1, 1]);
    let mut pairing = Probe::start("stdp-window", Speed::ModelMsPerSecond(100.0));
    let shown = pairing.until("a pair", |s| s.stdp.is_some());
    assert_eq!(shown.network.links[0].synapses, 1);
}
