//! When a parameter has an effect beside the values of the others. One place says so: the panel of the window, `params`,
//! `--set`, sweeps and lesions ask here, and `tests/engine/effects.rs` compares the answer with what training does.

use super::{ParamId, ParamSpec, Params, Protocol};
use ParamId as P;

/// Why a parameter has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// It belongs to other protocols.
    Protocol(Protocol),
    /// One of these other parameters would have to have another value.
    Needs(&'static [(ParamId, &'static str)]),
    /// The experiment has no use for it.
    Never(&'static str),
}

impl Idle {
    /// What is missing, in words; `name` says what a parameter is called: its name in presets or its label on the screen.
    pub fn words(self, name: impl Fn(&'static ParamSpec) -> &'static str) -> String {
        match self {
            Self::Protocol(protocol) => format!("no effect in the protocol {protocol:?}"),
            Self::Needs(needs) => {
                let needs: Vec<String> = needs.iter().map(|(id, what)| format!("{} {what}", name(id.spec()))).collect();
                format!("no effect here: needs {}", needs.join(", or "))
            }
            Self::Never(why) => format!("no effect here: {why}"),
        }
    }
}

const LEARNS: Idle = Idle::Needs(&[(P::Rule, "other than none")]);
const PAIR_RULE: Idle = Idle::Needs(&[(P::Rule, "= pair-stdp")]);
const R_MAX: Idle = Idle::Needs(&[(P::Rule, "= r-max")]);
const WINNERS: Idle = Idle::Needs(&[(P::Rule, "= r-stdp")]);
const STDP_FIRST: Idle = Idle::Needs(&[(P::Rule, "= stdp-then-r-stdp")]);
const LATENCY_CODE: Idle = Idle::Needs(&[(P::Encoder, "= latency")]);
const POISSON_CODE: Idle = Idle::Needs(&[(P::Encoder, "= poisson")]);
const CHANGED_IMAGES: Idle = Idle::Needs(&[(P::AugmentP, "above 0"), (P::Glances, "above 1")]);
const HIDDEN: Idle = Idle::Needs(&[(P::FeatureKind, "other than pixels")]);
const SECOND: Idle = Idle::Needs(&[(P::NFeaturesSecond, "above 0")]);
const STDP_FILTERS: Idle = Idle::Needs(&[(P::FeatureKind, "= stdp")]);
const FILTER_IMAGES: Idle = Idle::Needs(&[(P::FilterImages, "above 0"), (P::FilterImagesSecond, "above 0")]);
const LEARNT_FILTERS: Idle = Idle::Needs(&[(P::FeatureKind, "= stdp"), (P::NFeaturesSecond, "above 0")]);
const TRACED_FILTERS: Idle = Idle::Needs(&[(P::FeatureKind, "= stdp"), (P::NFeaturesSecond, "above 0"), (P::FilterReward, "above 0")]);

impl Params {
    /// Why `id` has no effect beside the other values; none where it has one. A change of another parameter may change that.
    pub fn idle(&self, id: ParamId, protocol: Protocol) -> Option<Idle> {
        if !id.spec().protocols.contains(&protocol) {
            return Some(Idle::Protocol(protocol));
        }
        let conditions = match protocol {
            Protocol::Classification => self.competing(id),
            Protocol::Features => self.features(id),
            Protocol::Deep => self.deep(id),
            Protocol::Pairing if id == P::Pairing => vec![(false, Idle::Never("each neuron fires once, so there is one pair"))],
            Protocol::CurrentStep | Protocol::Pairing | Protocol::Images | Protocol::Free => Vec::new(),
        };
        let shared = if protocol.classifies() && protocol != Protocol::Images { self.learning(id, protocol) } else { Vec::new() };
        let adapts = (id != P::TauTheta || self.get(P::ThetaPlus) > 0.0, Idle::Needs(&[(P::ThetaPlus, "above 0")]));
        conditions.into_iter().chain(shared).chain([adapts]).find(|(holds, _)| !holds).map(|(_, idle)| idle)
    }

    fn is(&self, id: ParamId, words: &[&str]) -> bool {
        words.contains(&self.choice(id))
    }

    fn has(&self, id: ParamId) -> bool {
        self.get(id) > 0.0
    }

    /// Whether a rule turns rewards into changes of weights, and what it takes.
    fn rewarded(&self, protocol: Protocol) -> (bool, Idle) {
        match protocol {
            Protocol::Features => {
                let filters = !self.is(P::FeatureKind, &["pixels"]) && self.has(P::FilterReward);
                (self.is(P::Rule, &["r-max"]) || filters, Idle::Needs(&[(P::Rule, "= r-max"), (P::FilterReward, "above 0")]))
            }
            Protocol::Deep => (self.is(P::Rule, &["r-max", "r-stdp"]), Idle::Needs(&[(P::Rule, "= r-max or r-stdp")])),
            Protocol::Classification | Protocol::CurrentStep | Protocol::Pairing | Protocol::Images | Protocol::Free => {
                let needs = Idle::Needs(&[(P::Rule, "= r-stdp or stdp-then-r-stdp")]);
                (self.is(P::Rule, &["r-stdp", "stdp-then-r-stdp"]), needs)
            }
        }
    }

    /// Parameters of every experiment that learns to classify.
    fn learning(&self, id: ParamId, protocol: Protocol) -> Vec<(bool, Idle)> {
        let learns = (!self.is(P::Rule, &["none"]), LEARNS);
        let rewarded = self.rewarded(protocol);
        // a race that is told its label learns the same from every image, whatever it earns
        let told = self.is(P::Modulator, &["label (comparison)"]);
        let heard = (!(protocol.races() && told), Idle::Needs(&[(P::Modulator, "other than label (comparison)")]));
        let paid = self.is(P::RewardMode, &["automatic", "inverted", "shuffled"]);
        let automatic = (paid, Idle::Needs(&[(P::RewardMode, "= automatic, inverted or shuffled")]));
        match id {
            P::AugmentShift | P::AugmentTurn | P::AugmentScale | P::AugmentWarp => {
                vec![(self.has(P::AugmentP) || self.get(P::Glances) > 1.0, CHANGED_IMAGES)]
            }
            P::Eta | P::EtaFinal | P::EtaBoost | P::Average => vec![learns],
            P::Schedule => vec![learns, (self.get(P::EtaFinal) != 1.0, Idle::Needs(&[(P::EtaFinal, "other than 1")]))],
            P::RewardMode => vec![rewarded, heard],
            P::RewardRight | P::RewardWrong | P::RewardNoise => vec![rewarded, heard, automatic],
            P::RewardRate => {
                let means: &[&str] = &["minus running mean", "minus prediction", "sign", "label (comparison)"];
                // what a race expects of an image without an answer is the mean; only these learn from such an image
                let unanswered = (self.is(P::Rule, &["r-max"]) && self.is(P::CreditKind, &["integral"]))
                    || (protocol == Protocol::Features && self.has(P::FilterReward));
                let own = self.is(P::Modulator, &["minus own probability", "over own doubt"]) && unanswered;
                let needs = Idle::Needs(&[(P::Modulator, "= minus running mean, minus prediction or sign")]);
                vec![rewarded, heard, (self.is(P::Modulator, means) || own, needs)]
            }
            P::TauE if protocol.races() => vec![rewarded, (self.has(P::RewardDelay), Idle::Needs(&[(P::RewardDelay, "above 0")]))],
            P::BoostImages => vec![learns, (self.get(P::EtaBoost) > 1.0, Idle::Needs(&[(P::EtaBoost, "above 1")]))],
            P::Modulator | P::TauE => vec![rewarded],
            P::CreditKind => vec![(self.is(P::Rule, &["r-max"]), R_MAX)],
            _ => Vec::new(),
        }
    }

    fn competing(&self, id: ParamId) -> Vec<(bool, Idle)> {
        let learns = (!self.is(P::Rule, &["none"]), LEARNS);
        match id {
            P::EInh | P::TauInh => {
                vec![(self.is(P::InhibitionType, &["conductance"]), Idle::Needs(&[(P::InhibitionType, "= conductance")]))]
            }
            P::RateMax => vec![(self.is(P::Encoder, &["poisson"]), POISSON_CODE)],
            P::Latency | P::LatencyFloor => vec![(self.is(P::Encoder, &["latency"]), LATENCY_CODE)],
            P::StdpImages => vec![(self.is(P::Rule, &["stdp-then-r-stdp"]), STDP_FIRST)],
            P::StdpEta => {
                let images = (self.has(P::StdpImages), Idle::Needs(&[(P::StdpImages, "above 0")]));
                vec![(self.is(P::Rule, &["stdp-then-r-stdp"]), STDP_FIRST), images]
            }
            P::TauPlus | P::Bounds => vec![learns],
            P::Pairing => {
                let several = self.is(P::Encoder, &["poisson"]) || self.is(P::Rule, &["pair-stdp"]);
                vec![learns, (several, Idle::Needs(&[(P::Encoder, "= poisson"), (P::Rule, "= pair-stdp")]))]
            }
            P::TauMinus | P::APlus | P::AMinus => vec![(self.is(P::Rule, &["pair-stdp"]), PAIR_RULE)],
            P::AssignImages => {
                vec![(self.is(P::Readout, &["label assignment"]), Idle::Needs(&[(P::Readout, "= label assignment")]))]
            }
            _ => Vec::new(),
        }
    }

    fn features(&self, id: ParamId) -> Vec<(bool, Idle)> {
        let hidden = (!self.is(P::FeatureKind, &["pixels"]), HIDDEN);
        let second = (self.has(P::NFeaturesSecond), SECOND);
        let stdp = self.is(P::FeatureKind, &["stdp"]);
        let learn = (stdp && self.has(P::FilterImages)) || (second.0 && self.has(P::FilterImagesSecond));
        let rewarded = self.has(P::FilterReward);
        match id {
            P::NFeatures
            | P::FilterA
            | P::FilterB
            | P::Stride
            | P::Pad
            | P::Cells
            | P::FilterReward
            | P::NFeaturesSecond
            | P::TauMHidden
            | P::TauSHidden
            | P::VThHidden
            | P::Winners => vec![hidden],
            P::FilterImages => vec![(stdp, STDP_FILTERS)],
            P::FilterEta | P::FilterTheta => vec![hidden, (stdp || second.0, LEARNT_FILTERS), (learn, FILTER_IMAGES)],
            P::FilterTau => vec![hidden, (stdp || second.0 || rewarded, TRACED_FILTERS), (learn || rewarded, FILTER_IMAGES)],
            P::FilterSecond | P::VThSecond | P::WinnersSecond | P::FilterImagesSecond => vec![hidden, second],
            _ => Vec::new(),
        }
    }

    fn deep(&self, id: ParamId) -> Vec<(bool, Idle)> {
        let learns = |images| {
            (self.has(images), Idle::Needs(if images == P::Images1 { &[(P::Images1, "above 0")] } else { &[(P::Images2, "above 0")] }))
        };
        match id {
            P::Learners1 | P::Radius1 => vec![learns(P::Images1)],
            P::Learners2 | P::Radius2 => vec![learns(P::Images2)],
            P::LayerEta => {
                let needs = Idle::Needs(&[(P::Images1, "above 0"), (P::Images2, "above 0")]);
                vec![(self.has(P::Images1) || self.has(P::Images2), needs)]
            }
            P::WInitSd => vec![(self.is(P::Rule, &["r-max"]), R_MAX)],
            P::APlus | P::AMinus | P::APunish | P::WMin | P::WMax => vec![(self.is(P::Rule, &["r-stdp"]), WINNERS)],
            _ => Vec::new(),
        }
    }
}
