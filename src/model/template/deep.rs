//! Three layers after Mozafari et al. 2019 (Pattern Recognition 94:87): retina → two layers of shared filters that learn by STDP,
//! each followed by relays that transmit the first spike of a neighbourhood → a third layer that learns from reward and whose first
//! spike is the answer. Neurons have no leak; each fires at most once per image.

use super::features::{around_zero, r_max};
use super::relations::{R_MAX, has, is};
use super::{Condition, E_L_MV, Frame, NetworkTemplate, OutputRule, Part, Removal, SITES, greatest, layer, retina, whole};
use crate::model::distribution::Distribution;
use crate::model::models::{EscapeNoise, ModelSpec, SiteLif};
use crate::model::pooling::Pooling;
use crate::model::rules::{RuleSpec, WinnerRStdp, WinnerStdp};
use crate::model::spec::{NetworkSpec, ProjectionSpec};
use crate::model::stage::Stage;
use crate::model::wiring::Wiring;
use crate::params::{Idle, ParamId as P, Params};

const WINNERS: Idle = Idle::Needs(&[(P::Rule, "= r-stdp")]);

/// Three layers of shared filters.
pub(super) struct Deep;

impl NetworkTemplate for Deep {
    fn network(&self, params: &Params, frame: Frame, _rule: OutputRule) -> Option<NetworkSpec> {
        Some(deep(params, frame))
    }

    fn stages(&self, params: &Params) -> Vec<Stage> {
        stages(params)
    }

    fn races(&self) -> bool {
        true
    }

    fn rules(&self) -> &'static [&'static str] {
        &["r-max", "r-stdp", "none"]
    }

    fn rewarded(&self, params: &Params) -> Condition {
        (is(params, P::Rule, &["r-max", "r-stdp"]), Idle::Needs(&[(P::Rule, "= r-max or r-stdp")]))
    }

    fn contradictions(&self, params: &Params) -> Vec<String> {
        let [low, high] = [P::WMin, P::WMax].map(|id| params.get(id));
        if low > high { vec![format!("w_min = {low} mV must not exceed w_max = {high} mV")] } else { Vec::new() }
    }

    fn conditions(&self, params: &Params, id: P) -> Vec<Condition> {
        let learns = |images| {
            (has(params, images), Idle::Needs(if images == P::Images1 { &[(P::Images1, "above 0")] } else { &[(P::Images2, "above 0")] }))
        };
        match id {
            P::Learners1 | P::Radius1 => vec![learns(P::Images1)],
            P::Learners2 | P::Radius2 => vec![learns(P::Images2)],
            P::LayerEta => {
                let needs = Idle::Needs(&[(P::Images1, "above 0"), (P::Images2, "above 0")]);
                vec![(has(params, P::Images1) || has(params, P::Images2), needs)]
            }
            P::WInitSd => vec![(is(params, P::Rule, &["r-max"]), R_MAX)],
            P::APlus | P::AMinus | P::APunish | P::WMin | P::WMax => vec![(is(params, P::Rule, &["r-stdp"]), WINNERS)],
            _ => Vec::new(),
        }
    }

    fn methods(&self) -> &'static [Part] {
        &[
            Part::Words(
                "On-centre and off-centre cells of three sizes fire in the order of their contrast. Three layers of shared filters follow, with relays between them that transmit the first spike of neighbouring sites; neurons have no leak and fire at most once per image. The first two layers learn one after the other by winner STDP; in the third layer the first spike is the answer (after Mozafari et al. 2019).",
            ),
            Part::Equation(
                "Δw = A+ w (1 − w) for inputs that fired before the winner or in the same step,   Δw = −A− w (1 − w) for all others",
            ),
        ]
    }

    fn without_inhibition(&self, _params: &Params) -> Removal {
        (SITES, Ok([P::Winners1, P::Winners2].map(|id| (id, greatest(id))).to_vec()))
    }

    fn layers(&self, _params: &Params) -> Vec<P> {
        vec![P::Maps1, P::Maps2]
    }
}

/// No leak: a time constant much longer than any presentation.
const NO_LEAK_MS: f64 = 1e9;
/// Synaptic time constant of output neurons, much shorter than a step.
const AT_ONCE_MS: f64 = 1e-3;
/// Initial weights of filters (Mozafari et al. 2019).
const W_INIT_MV: Distribution = Distribution::Normal { mean: 0.8, sd: 0.05 };

/// The parameters of a hidden layer.
struct Layer {
    name: &'static str,
    maps: P,
    size: P,
    v_th: P,
    winners: P,
    learners: P,
    radius: P,
    pool: P,
    images: P,
}

const HIDDEN: [Layer; 2] = [
    Layer {
        name: "layer1",
        maps: P::Maps1,
        size: P::Size1,
        v_th: P::VTh1,
        winners: P::Winners1,
        learners: P::Learners1,
        radius: P::Radius1,
        pool: P::Pool1,
        images: P::Images1,
    },
    Layer {
        name: "layer2",
        maps: P::Maps2,
        size: P::Size2,
        v_th: P::VTh2,
        winners: P::Winners2,
        learners: P::Learners2,
        radius: P::Radius2,
        pool: P::Pool2,
        images: P::Images2,
    },
];

/// The projection onto the layer with this place.
fn name_onto(place: usize, name: &str) -> String {
    let from = place.checked_sub(1).map_or("image", |before| HIDDEN[before].name);
    format!("{from}->{name}")
}

pub(super) fn stages(params: &Params) -> Vec<Stage> {
    let stage = |(place, layer): (usize, &Layer)| Stage::new(vec![name_onto(place, layer.name)], params.count(layer.images) as u64);
    HIDDEN.iter().enumerate().map(stage).collect()
}

/// The network of the template Deep.
pub fn deep(params: &Params, frame: Frame) -> NetworkSpec {
    let mut populations = vec![retina(params, frame)];
    let mut projections = Vec::new();
    let mut pooling = None;
    let mut filters = |size: P, name: &str, weight, rule, pooling, populations: &[crate::model::PopulationSpec]| {
        let size = whole(params, size);
        let place = populations.len() - 1;
        let delay = if place == 0 { 0.0 } else { params.get(P::Dt) };
        let wiring = Wiring::Shared { size, stride: 1, pad: size / 2 };
        let (weight, delay) = (weight, Distribution::Constant(delay));
        let filters = ProjectionSpec { weight, delay, pooling, rule, ..ProjectionSpec::new(name_onto(place, name), wiring) };
        let sites = filters.sites(filters.input(populations[place].shape)).unwrap_or_default();
        projections.push(filters);
        sites
    };
    for of in &HIDDEN {
        let rule = RuleSpec::WinnerStdp(WinnerStdp {
            eta: params.get(P::LayerEta),
            learners: whole(params, of.learners),
            radius: whole(params, of.radius),
        });
        let sites = filters(of.size, of.name, W_INIT_MV, Some(rule), pooling, &populations);
        populations.push(layer(of.name, sites, whole(params, of.maps), hidden(params, of)));
        pooling = Some(Pooling::First(whole(params, of.pool)));
    }
    let rule = match params.choice(P::Rule) {
        "r-stdp" => Some(RuleSpec::WinnerRStdp(winner(params))),
        _ => r_max(params, frame),
    };
    // with the policy gradient initial weights are around zero; with winner STDP they must allow depression
    let weight = if matches!(rule, Some(RuleSpec::RMax(_))) { around_zero(params) } else { W_INIT_MV };
    let sites = filters(P::Size3, "output", weight, rule, pooling, &populations);
    populations.push(layer("output", sites, whole(params, P::NNeurons), output(params)));
    NetworkSpec { dt_ms: params.get(P::Dt), populations, projections }
}

fn hidden(params: &Params, layer: &Layer) -> ModelSpec {
    ModelSpec::SiteLif(SiteLif {
        tau_m_ms: NO_LEAK_MS,
        tau_syn_ms: 0.0,
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(layer.v_th),
        winners: whole(params, layer.winners),
        theta_plus_mv: 0.0,
    })
}

fn output(params: &Params) -> ModelSpec {
    ModelSpec::EscapeNoise(EscapeNoise {
        tau_m_ms: NO_LEAK_MS,
        tau_syn_ms: AT_ONCE_MS,
        e_l_mv: E_L_MV,
        v_th_mv: E_L_MV + params.get(P::VThOut),
        delta_u_mv: params.get(P::DeltaU),
        gate_ms: params.get(P::Gate),
        ramp_mv_per_ms: params.get(P::Ramp),
    })
}

fn winner(params: &Params) -> WinnerRStdp {
    WinnerRStdp {
        eta: params.get(P::Eta),
        a_plus: params.get(P::APlus),
        a_minus: params.get(P::AMinus),
        a_punish: params.get(P::APunish),
        tau_e_ms: params.get(P::TauE),
        w_min_mv: params.get(P::WMin),
        w_max_mv: params.get(P::WMax),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_shrink_from_layer_to_layer_as_published() {
        let network = deep(&Params::default(), Frame { width: 28, height: 28, classes: 10 });
        let sites =
            |name: &str| network.population(name).map(|population| population.shape.grid()).map(|(width, height, _)| (width, height));
        assert_eq!(["layer1", "layer2", "output"].map(sites), [Some((28, 28)), Some((14, 14)), Some((4, 4))]);
    }
}
