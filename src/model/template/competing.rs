//! One layer of competing neurons: images → neurons with lateral inhibition (Diehl & Cook 2015).

use super::{Frame, OutputRule, image, whole};
use crate::model::distribution::Distribution;
use crate::model::models::{Code, CompetingLif, Inhibition, ModelSpec};
use crate::model::rules::{Bounds, PairStdp, Pairing, RuleSpec, Stdp, TrialRStdp};
use crate::model::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use crate::model::wiring::Wiring;
use crate::params::{ParamId as P, Params};

/// The network of the protocol Classification.
pub fn competing(params: &Params, frame: Frame, rule: OutputRule) -> NetworkSpec {
    let code = if params.choice(P::Encoder) == "latency" { Code::Latency } else { Code::Poisson };
    let output = PopulationSpec::new("output", whole(params, P::NNeurons), ModelSpec::CompetingLif(neurons(params)));
    let synapses = ProjectionSpec {
        weight: Distribution::Uniform { low: params.get(P::WInitMin), high: params.get(P::WInitMax) },
        delay: Distribution::Constant(0.0),
        norm_mv: Some(params.get(P::Norm)),
        cap_mv: (rule.name == "none").then(|| params.get(P::WMax)),
        rule: learning(params, frame, rule),
        ..ProjectionSpec::new("image->output", Wiring::AllToAll)
    };
    NetworkSpec { dt_ms: params.get(P::Dt), populations: vec![image(params, frame, code, 1), output], projections: vec![synapses] }
}

/// The neurons of that network.
pub fn neurons(params: &Params) -> CompetingLif {
    let conductance = params.choice(P::InhibitionType) == "conductance";
    CompetingLif {
        tau_m_ms: params.get(P::TauM),
        e_l_mv: params.get(P::EL),
        v_th_mv: params.get(P::VTh),
        v_reset_mv: params.get(P::VReset),
        t_ref_ms: params.get(P::TRef),
        theta_plus_mv: params.get(P::ThetaPlus),
        tau_theta_ms: params.get(P::TauTheta),
        sigma_mv: params.get(P::Sigma),
        tau_syn_ms: params.get(P::TauSyn),
        inhibition_mv: params.get(P::Inhibition),
        inhibition_type: if conductance { Inhibition::Conductance } else { Inhibition::Current },
        e_inh_mv: params.get(P::EInh),
        tau_inh_ms: params.get(P::TauInh),
    }
}

fn pairing(params: &Params) -> Pairing {
    if params.choice(P::Pairing) == "nearest" { Pairing::Nearest } else { Pairing::AllToAll }
}

fn bounds(params: &Params) -> Bounds {
    if params.choice(P::Bounds) == "soft" { Bounds::Soft } else { Bounds::Hard }
}

/// Pair STDP of a preset.
pub fn pair_stdp(params: &Params, eta: f64) -> PairStdp {
    PairStdp {
        eta,
        a_plus: params.get(P::APlus),
        a_minus: params.get(P::AMinus),
        tau_plus_ms: params.get(P::TauPlus),
        tau_minus_ms: params.get(P::TauMinus),
        w_max_mv: params.get(P::WMax),
        pairing: pairing(params),
        bounds: bounds(params),
        mu_plus: 1.0,
        mu_minus: 1.0,
    }
}

fn learning(params: &Params, frame: Frame, rule: OutputRule) -> Option<RuleSpec> {
    let (pairing, bounds) = (pairing(params), bounds(params));
    let (eta, tau_plus_ms, w_max_mv) = (rule.eta, params.get(P::TauPlus), params.get(P::WMax));
    match rule.name {
        "stdp" => Some(RuleSpec::Stdp(Stdp { eta, tau_plus_ms, w_max_mv, pairing, bounds })),
        "pair-stdp" => Some(RuleSpec::PairStdp(pair_stdp(params, eta))),
        "r-stdp" => {
            let (tau_e_ms, classes) = (params.get(P::TauE), frame.classes as u32);
            Some(RuleSpec::TrialRStdp(TrialRStdp { eta, tau_plus_ms, tau_e_ms, w_max_mv, pairing, bounds, classes }))
        }
        _ => None,
    }
}
