//! Hidden features and a race: images → neurons at every site with shared filters → pooling → escape-noise outputs, whose first
//! spike is the answer.

use super::{E_L_MV, Frame, layer, retina, whole};
use crate::model::distribution::Distribution;
use crate::model::models::{EscapeNoise, ModelSpec, SiteLif};
use crate::model::pooling::Pooling;
use crate::model::rules::{Credit, FilterStdp, RMax, RuleSpec};
use crate::model::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use crate::model::task::Stage;
use crate::model::wiring::Wiring;
use crate::params::{ParamId as P, Params};

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
        Stage { projections: first, images: if learnt { images(P::FilterImages) } else { 0 } },
        Stage { images: if second.is_some() { images(P::FilterImagesSecond) } else { 0 }, projections: second.into_iter().collect() },
    ]
}

/// The network of the protocol Features.
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
            ..ProjectionSpec::new(&format!("image->{name}"), shared)
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
            ..ProjectionSpec::new(&format!("A->{SECOND}"), shared)
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
        ..ProjectionSpec::new(&format!("{from}->output"), Wiring::AllToAll)
    }
}
