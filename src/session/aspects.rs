//! What a running network has to show. Views and controls ask for these facts, not for the kind of experiment, so that they
//! work for every network that has the data. They are determined here only, from the network that runs.

use super::laboratory::Laboratory;
use crate::engine::network::Network;
use crate::engine::neuron::{NeuronModel, RaceParams};
use crate::engine::projection::Synapses;
use crate::experiment::characterise::Subject;
use crate::model::{NetworkSpec, RuleSpec};
use crate::params::ParamId as P;

/// One fact about a running network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    /// Labelled images are presented, answered and rewarded.
    Answers,
    /// Spikes of an input layer and an output layer, and the state of every output neuron.
    Layers,
    /// Every output neuron has synapses from the pixels; each output spike inhibits the other outputs.
    Competition,
    /// The first spike of the outputs is the answer.
    FirstSpike,
    /// Hidden layers between image and outputs.
    Hidden,
    /// A hidden layer of features that is read out by all-to-all synapses.
    FeatureReadout,
    /// The outputs share weights across sites.
    SharedOutputs,
    /// One neuron under a constant current.
    CurrentStep,
    /// Pairs of spikes at one synapse.
    Pairs,
    /// Named populations that run freely.
    Populations,
    /// Neurons whose state is simulated.
    Neurons,
    /// Neurons that receive currents, of a described network.
    Currents,
    /// Membrane potentials.
    Potentials,
    /// Synaptic weights.
    Weights,
    /// Weights that a learning rule changes.
    Learning,
    /// Rewards, and a neuromodulator that changes weights.
    Reward,
    /// A health report.
    Health,
    /// Runs that can be compared.
    Runs,
}

impl Aspect {
    /// One sentence for a network without it.
    pub fn absent(self) -> &'static str {
        match self {
            Self::Answers => "This network is not given images to classify.",
            Self::Layers => "This network has no input and output layer; its populations are shown in the view Spikes.",
            Self::Competition => "This view needs output neurons with synapses from the pixels that inhibit each other.",
            Self::FirstSpike => "The answer of this network is not the first spike of its outputs.",
            Self::Hidden => "This network has no hidden layer.",
            Self::FeatureReadout => "This network has no hidden layer with an all-to-all readout.",
            Self::SharedOutputs => "The outputs of this network do not share weights.",
            Self::CurrentStep => "This view needs one neuron under a constant current, as in the preset First neuron.",
            Self::Pairs => "This view needs pairs of spikes at one synapse, as in the preset STDP window.",
            Self::Populations => "This view needs a described network that runs freely.",
            Self::Currents => "This view needs a described network with neurons that receive currents.",
            Self::Potentials => "The neurons of this network have no membrane potential.",
            Self::Neurons => "This view needs neurons that are simulated; here the times of all spikes are given.",
            Self::Weights => "This network has no synaptic weights.",
            Self::Learning => "No projection of this network has a learning rule.",
            Self::Reward => "No projection of this network has a learning rule that uses rewards, such as RStdp.",
            Self::Health => "There is no health report for this network.",
            Self::Runs => "Runs of a single neuron or a single synapse are not compared.",
        }
    }
}

/// A set of facts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Aspects(u32);

impl Aspects {
    /// These facts.
    pub const fn of(list: &[Aspect]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < list.len() {
            bits |= 1 << list[index] as u16;
            index += 1;
        }
        Self(bits)
    }

    /// Whether a fact holds.
    pub const fn has(self, aspect: Aspect) -> bool {
        self.0 & 1 << aspect as u16 != 0
    }

    /// The same facts, and `aspect` if `holds`.
    #[must_use]
    pub const fn with(self, aspect: Aspect, holds: bool) -> Self {
        Self(if holds { self.0 | 1 << aspect as u16 } else { self.0 })
    }

    /// The first of `needs` that does not hold.
    pub fn first_absent(self, needs: &[Aspect]) -> Option<Aspect> {
        needs.iter().copied().find(|&need| !self.has(need))
    }
}

/// The facts about an experiment.
pub(super) fn aspects(lab: &Laboratory) -> Aspects {
    use Aspect::{
        Answers, Competition, CurrentStep, FeatureReadout, FirstSpike, Health, Hidden, Layers, Learning, Neurons, Pairs, Potentials,
        Reward, Runs, SharedOutputs, Weights,
    };
    match lab {
        Laboratory::Images(trainer) => {
            let network = trainer.network();
            let hidden = network.populations().len() > 1;
            let first_spike = network.output().is_some_and(NeuronModel::fires_once);
            let shared = network.projections().last().is_some_and(|last| matches!(last.synapses, Synapses::Shared(_)));
            Aspects::of(&[Answers, Layers, Neurons, Potentials, Weights, Learning, Reward, Health, Runs])
                .with(Aspect::Currents, trainer.described().is_some_and(|spec| receives_currents(spec)))
                .with(Hidden, hidden)
                .with(FirstSpike, first_spike)
                .with(Competition, !hidden && !first_spike)
                .with(SharedOutputs, shared)
                .with(FeatureReadout, hidden && !shared)
        }
        Laboratory::Neuron(_) => Aspects::of(&[CurrentStep, Layers, Neurons, Potentials, Health]),
        Laboratory::Pairing(_) => Aspects::of(&[Pairs]),
        Laboratory::Free(lab) => described(lab.spec(), lab.network()),
    }
}

fn described(spec: &NetworkSpec, network: &Network) -> Aspects {
    let mut rules = spec.projections.iter().filter_map(|projection| projection.rule.as_ref());
    Aspects::of(&[Aspect::Populations, Aspect::Neurons, Aspect::Runs])
        .with(Aspect::Currents, receives_currents(spec))
        .with(Aspect::Potentials, network.populations().iter().any(|population| population.has_potential()))
        .with(Aspect::Weights, network.projections().iter().any(|projection| projection.synapses.weights() > 0))
        .with(Aspect::Learning, network.projections().iter().any(|projection| projection.synapses.learns()))
        .with(Aspect::Reward, rules.any(|rule| matches!(rule, RuleSpec::RStdp(_))))
}

/// Whether a neuron of it can be characterised.
fn receives_currents(spec: &NetworkSpec) -> bool {
    spec.populations.iter().any(|population| Subject::can_be(spec, &population.name))
}

/// Resting potential of the output neurons in mV; that of the default model where there are none.
pub(super) fn rest_mv(lab: &Laboratory) -> f64 {
    if let Laboratory::Images(trainer) = lab
        && let Some(e_l) = trainer.described().and_then(|network| network.populations.last()?.model.value("e_l"))
    {
        return e_l;
    }
    match lab {
        Laboratory::Images(trainer) if trainer.network().output().is_some_and(NeuronModel::fires_once) => RaceParams::default().e_l_mv,
        _ => lab.params().get(P::EL),
    }
}
