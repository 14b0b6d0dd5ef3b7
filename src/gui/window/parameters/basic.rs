//! The basic parameters: the few of each kind of experiment that change what one sees.

use crate::params::{ParamId, ParamSpec, Protocol};

/// Whether a parameter belongs to the basic ones of an experiment with this protocol.
pub(super) fn is_basic(spec: &ParamSpec, protocol: Protocol) -> bool {
    use ParamId as P;
    let basic: &[ParamId] = match protocol {
        Protocol::Classification => &[
            P::NNeurons,
            P::TauM,
            P::VTh,
            P::ThetaPlus,
            P::Inhibition,
            P::Encoder,
            P::RateMax,
            P::PresentMs,
            P::Rule,
            P::Eta,
            P::Norm,
            P::RewardMode,
            P::RewardDelay,
            P::RewardNoise,
            P::Readout,
        ],
        Protocol::Features => &[
            P::NNeurons,
            P::FeatureKind,
            P::NFeatures,
            P::FilterA,
            P::Winners,
            P::DeltaU,
            P::Gate,
            P::PresentMs,
            P::AugmentP,
            P::Rule,
            P::Eta,
            P::RewardMode,
            P::RewardDelay,
            P::RewardNoise,
        ],
        Protocol::Deep => &[
            P::NNeurons,
            P::Retina,
            P::Maps1,
            P::VTh1,
            P::Maps2,
            P::VTh2,
            P::DeltaU,
            P::Gate,
            P::PresentMs,
            P::Rule,
            P::Eta,
            P::RewardMode,
            P::RewardDelay,
            P::RewardNoise,
        ],
        Protocol::CurrentStep => &[P::TauM, P::VTh, P::VReset, P::TRef, P::Sigma, P::RM, P::IExt],
        // its quantities have paths
        Protocol::Free => &[],
        Protocol::Pairing => &[P::Rule, P::Eta, P::TauPlus, P::TauMinus, P::APlus, P::AMinus, P::PairLag],
    };
    basic.contains(&spec.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::REGISTRY;

    #[test]
    fn every_experiment_has_a_few_basic_parameters_and_more_that_are_not() {
        for protocol in [Protocol::Classification, Protocol::Features, Protocol::Deep, Protocol::CurrentStep, Protocol::Pairing] {
            let of = |spec: &&ParamSpec| spec.protocols.contains(&protocol);
            let basic = REGISTRY.iter().filter(of).filter(|spec| is_basic(spec, protocol)).count();
            assert!((5..=16).contains(&basic), "{protocol:?}: {basic}");
            assert!(REGISTRY.iter().filter(of).count() > basic, "{protocol:?}");
        }
    }
}
