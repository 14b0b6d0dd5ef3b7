//! Hidden features and a race: images → neurons at every site with shared filters → pooling → escape-noise outputs, whose first
//! spike is the answer.

use super::relations::{has, is};
use super::{Condition, E_L_MV, Frame, NetworkTemplate, OutputRule, Part, Removal, SITES, greatest, layer, least, retina, whole};
use crate::model::distribution::Distribution;
use crate::model::models::{EscapeNoise, ModelSpec, SiteLif};
use crate::model::pooling::Pooling;
use crate::model::rules::{Credit, FilterStdp, RMax, RuleSpec};
use crate::model::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use crate::model::stage::Stage;
use crate::model::wiring::Wiring;
use crate::params::{Idle, ParamId as P, Params};

const HIDDEN: Idle = Idle::Needs(&[(P::FeatureKind, "other than pixels")]);
const SECOND_LAYER: Idle = Idle::Needs(&[(P::NFeaturesSecond, "above 0")]);
const STDP_FILTERS: Idle = Idle::Needs(&[(P::FeatureKind, "= stdp")]);
const FILTER_IMAGES: Idle = Idle::Needs(&[(P::FilterImages, "above 0"), (P::FilterImagesSecond, "above 0")]);
const LEARNT_FILTERS: Idle = Idle::Needs(&[(P::FeatureKind, "= stdp"), (P::NFeaturesSecond, "above 0")]);
const TRACED_FILTERS: Idle = Idle::Needs(&[(P::FeatureKind, "= stdp"), (P::NFeaturesSecond, "above 0"), (P::FilterReward, "above 0")]);

/// A hidden layer of local features, or none, and outputs with escape noise.
pub(super) struct Features;

impl NetworkTemplate for Features {
    fn network(&self, params: &Params, frame: Frame, _rule: OutputRule) -> Option<NetworkSpec> {
        Some(features(params, frame))
    }

    fn stages(&self, params: &Params) -> Vec<Stage> {
        stages(params)
    }

    fn races(&self) -> bool {
        true
    }

    fn rules(&self) -> &'static [&'static str] {
        &["r-max", "none"]
    }

    fn rewarded(&self, params: &Params) -> Condition {
        let filters = !is(params, P::FeatureKind, &["pixels"]) && has(params, P::FilterReward);
        (is(params, P::Rule, &["r-max"]) || filters, Idle::Needs(&[(P::Rule, "= r-max"), (P::FilterReward, "above 0")]))
    }

    fn contradictions(&self, params: &Params) -> Vec<String> {
        let [slow, fast] = [P::TauMOut, P::TauSOut].map(|id| params.get(id));
        if slow <= fast { vec![format!("tau_m_out = {slow} ms must exceed tau_s_out = {fast} ms")] } else { Vec::new() }
    }

    fn conditions(&self, params: &Params, id: P) -> Vec<Condition> {
        let hidden = (!is(params, P::FeatureKind, &["pixels"]), HIDDEN);
        let second = (has(params, P::NFeaturesSecond), SECOND_LAYER);
        let stdp = is(params, P::FeatureKind, &["stdp"]);
        let learn = (stdp && has(params, P::FilterImages)) || (second.0 && has(params, P::FilterImagesSecond));
        let rewarded = has(params, P::FilterReward);
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

    fn methods(&self) -> &'static [Part] {
        &[
            Part::Words(
                "Each pixel fires at most once, brighter ones earlier. Hidden integrate-and-fire neurons receive patches of the image through filters that all sites share; after the first spikes of a site its other neurons cannot fire; relays pool neighbouring sites. Shared filters and relays are simplifications without a biological counterpart. With features = pixels there is no hidden layer.",
            ),
            Part::Words(
                "Output neurons have escape noise, and the first output spike is the answer: from the start of the decision window a drive that is equal for all neurons rises. In training each neuron fires with a hazard, so that the probability of being first is a softmax of the potentials; tests are without noise, and the highest potential reaches the threshold first.",
            ),
            Part::Equation("u_c = Σ_i w_ci ε_i,   ρ_c = exp((u_c + ramp · t − θ)/Δu) per ms,   P(c first) = softmax(u/Δu)_c"),
        ]
    }

    fn readout(&self, params: &Params) -> Vec<Part> {
        let learnt = params.choice(P::FeatureKind) == "stdp";
        let words = "Filters learn before the outputs, by competitive STDP on the first images: the filter that wins a site moves toward the patch at that site. Then the filters stay fixed.";
        if learnt { vec![Part::Words(words)] } else { Vec::new() }
    }

    fn without_timing(&self, _params: &Params) -> Removal {
        (
            "Output neurons integrate nearly without leak: neither potential nor credit depends on when an input came.",
            Ok(vec![(P::TauMOut, greatest(P::TauMOut)), (P::TauSOut, least(P::TauSOut))]),
        )
    }

    fn without_inhibition(&self, params: &Params) -> Removal {
        let winners = [P::Winners, P::WinnersSecond];
        match self.layers(params).len() {
            0 => ("", Err("without hidden neurons there is only the first-spike readout")),
            layers => (SITES, Ok(winners[..layers].iter().map(|&id| (id, greatest(id))).collect())),
        }
    }

    fn layers(&self, params: &Params) -> Vec<P> {
        let hidden = params.choice(P::FeatureKind) != "pixels";
        [P::NFeatures, P::NFeaturesSecond].into_iter().filter(|&id| hidden && params.count(id) > 0).collect()
    }
}

/// The second hidden layer.
const SECOND: &str = "second";

/// Names and filter sizes of the banks.
fn banks(params: &Params) -> Vec<(&'static str, u32)> {
    if params.choice(P::FeatureKind) == "pixels" {
        return Vec::new();
    }
    [("A", P::FilterA), ("B", P::FilterB)].map(|(name, id)| (name, whole(params, id))).into_iter().filter(|&(_, size)| size > 0).collect()
}

fn has_second(params: &Params) -> bool {
    params.count(P::NFeaturesSecond) > 0 && !banks(params).is_empty()
}

/// The stages of the hidden layers: the banks, then the second layer.
pub(super) fn stages(params: &Params) -> Vec<Stage> {
    if params.choice(P::FeatureKind) == "pixels" {
        return Vec::new();
    }
    let images = |id| params.count(id) as u64;
    let learnt = params.choice(P::FeatureKind) == "stdp";
    let first = banks(params).iter().filter(|_| learnt).map(|(name, _)| format!("image->{name}")).collect();
    let second = has_second(params).then(|| format!("A->{SECOND}"));
    vec![
        Stage::new(first, if learnt { images(P::FilterImages) } else { 0 }),
        Stage::new(second.iter().cloned().collect(), if second.is_some() { images(P::FilterImagesSecond) } else { 0 }),
    ]
}

/// The network of the template Features.
pub fn features(params: &Params, frame: Frame) -> NetworkSpec {
    let maps = whole(params, P::NFeatures);
    let learnt = params.choice(P::FeatureKind) == "stdp";
    let filter_rule = || {
        RuleSpec::FilterStdp(FilterStdp {
            eta: params.get(P::FilterEta),
            tau_ms: params.get(P::FilterTau),
            reward: params.get(P::FilterReward),
        })
    };
    let pooling = Some(Pooling::Cells(whole(params, P::Cells)));
    let retina = retina(params, frame);
    let (mut populations, mut projections, mut onto) = (vec![retina.clone()], Vec::new(), Vec::new());
    for (name, size) in banks(params) {
        let shared = Wiring::Shared { size, stride: whole(params, P::Stride), pad: whole(params, P::Pad) };
        let filters = ProjectionSpec {
            weight: if learnt { Distribution::Noise } else { Distribution::Gabor },
            delay: Distribution::Constant(0.0),
            rule: (learnt || params.get(P::FilterReward) > 0.0).then(filter_rule),
            ..ProjectionSpec::new(format!("image->{name}"), shared)
        };
        populations.push(layer(name, filters.sites(retina.shape).unwrap_or_default(), maps, site_lif(params, P::VThHidden, P::Winners)));
        projections.push(filters);
        onto.push(ProjectionSpec { pooling, ..output_synapses(params, frame, name, onto.len()) });
    }
    if has_second(params) {
        let shared = Wiring::Shared { size: whole(params, P::FilterSecond), stride: 1, pad: 0 };
        let filters = ProjectionSpec {
            pooling,
            weight: Distribution::Noise,
            delay: Distribution::Constant(params.get(P::Dt)),
            rule: Some(filter_rule()),
            ..ProjectionSpec::new(format!("A->{SECOND}"), shared)
        };
        let sites = filters.sites(filters.input(populations[1].shape)).unwrap_or_default();
        populations.push(layer(SECOND, sites, whole(params, P::NFeaturesSecond), site_lif(params, P::VThSecond, P::WinnersSecond)));
        projections.push(filters);
        onto.push(output_synapses(params, frame, SECOND, onto.len()));
    }
    if onto.is_empty() {
        onto.push(ProjectionSpec { delay: Distribution::Constant(0.0), ..output_synapses(params, frame, "image", 0) });
    }
    projections.extend(onto);
    populations.push(PopulationSpec::new("output", whole(params, P::NNeurons), output(params)));
    NetworkSpec { dt_ms: params.get(P::Dt), populations, projections }
}

/// Neurons of a hidden layer.
fn site_lif(params: &Params, v_th: P, winners: P) -> ModelSpec {
    ModelSpec::SiteLif(SiteLif {
        tau_m_ms: params.get(P::TauMHidden),
        tau_syn_ms: params.get(P::TauSHidden),
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(v_th),
        winners: whole(params, winners),
        theta_plus_mv: params.get(P::FilterTheta),
    })
}

fn output(params: &Params) -> ModelSpec {
    ModelSpec::EscapeNoise(EscapeNoise {
        tau_m_ms: params.get(P::TauMOut),
        tau_syn_ms: params.get(P::TauSOut),
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(P::VThOut),
        delta_u_mv: params.get(P::DeltaU),
        gate_ms: params.get(P::Gate),
        ramp_mv_per_ms: params.get(P::Ramp),
    })
}

/// Policy gradient, if the preset has it.
pub(super) fn r_max(params: &Params, frame: Frame) -> Option<RuleSpec> {
    let integral = params.choice(P::CreditKind) == "integral";
    (params.choice(P::Rule) == "r-max").then(|| {
        RuleSpec::RMax(RMax {
            eta: params.get(P::Eta),
            credit: if integral { Credit::Integral } else { Credit::Expected },
            tau_e_ms: params.get(P::TauE),
            classes: frame.classes as u32,
        })
    })
}

/// Weights around zero.
pub(super) fn around_zero(params: &Params) -> Distribution {
    match params.get(P::WInitSd) {
        sd if sd > 0.0 => Distribution::Normal { mean: 0.0, sd },
        _ => Distribution::Constant(0.0),
    }
}

/// Synapses onto the outputs, from the hidden population with this place.
fn output_synapses(params: &Params, frame: Frame, from: &str, place: usize) -> ProjectionSpec {
    ProjectionSpec {
        weight: around_zero(params),
        delay: Distribution::Constant(params.get(P::Dt)),
        stream: Some(place as u32),
        rule: r_max(params, frame),
        ..ProjectionSpec::new(format!("{from}->output"), Wiring::AllToAll)
    }
}
