//! The basic parameters: the few of each kind of network that change what one sees.

use crate::params::{ParamId as P, ParamSpec};
use crate::session::{Aspect, Aspects};

/// The basic parameters of networks with a fact. Quantities of described networks have paths instead.
const BASIC: &[(Aspect, &[P])] = &[
    (Aspect::Answers, &[P::NNeurons, P::PresentMs, P::Rule, P::Eta, P::RewardMode, P::RewardDelay, P::RewardNoise]),
    (Aspect::Competition, &[P::TauM, P::VTh, P::ThetaPlus, P::Inhibition, P::Encoder, P::RateMax, P::Norm, P::Readout]),
    (Aspect::FirstSpike, &[P::DeltaU, P::Gate]),
    (Aspect::FeatureReadout, &[P::FeatureKind, P::NFeatures, P::FilterA, P::Winners, P::AugmentP]),
    (Aspect::SharedOutputs, &[P::Retina, P::Maps1, P::VTh1, P::Maps2, P::VTh2]),
    (Aspect::CurrentStep, &[P::TauM, P::VTh, P::VReset, P::TRef, P::Sigma, P::RM, P::IExt]),
    (Aspect::Pairs, &[P::Eta, P::TauPlus, P::TauMinus, P::APlus, P::AMinus, P::PairLag]),
];

/// Whether a parameter belongs to the basic ones of a network with these facts.
pub(super) fn is_basic(spec: &ParamSpec, aspects: Aspects) -> bool {
    BASIC.iter().any(|(aspect, basic)| aspects.has(*aspect) && basic.contains(&spec.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;
    use crate::params::REGISTRY;

    #[test]
    fn every_experiment_has_a_few_basic_parameters_and_more_that_are_not() {
        let moments = [
            (fixture::classification(), 15),
            (fixture::features(), 14),
            (fixture::deep(), 14),
            (fixture::first_neuron(), 7),
            (fixture::pairing(), 6),
        ];
        for (moment, number) in moments {
            let of = |spec: &&ParamSpec| spec.belongs_to(moment.setup);
            let basic = REGISTRY.iter().filter(of).filter(|spec| is_basic(spec, moment.aspects)).count();
            assert_eq!(basic, number, "{}", moment.title);
            assert!(REGISTRY.iter().filter(of).count() > basic, "{}", moment.title);
        }
    }
}
