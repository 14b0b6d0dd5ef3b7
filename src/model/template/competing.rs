//! One layer of competing neurons: images → neurons with lateral inhibition (Diehl & Cook 2015).

use super::relations::{LEARNS, has, is};
use super::{Condition, Frame, NetworkTemplate, OutputRule, Part, Removal, greatest, image, whole};
use crate::model::distribution::Distribution;
use crate::model::models::{Code, CompetingLif, Inhibition, ModelSpec};
use crate::model::rules::{Bounds, PairStdp, Pairing, RuleSpec, Stdp, TrialRStdp};
use crate::model::spec::{NetworkSpec, PopulationSpec, ProjectionSpec};
use crate::model::wiring::Wiring;
use crate::params::{Idle, ParamId as P, Params};

const PAIR_RULE: Idle = Idle::Needs(&[(P::Rule, "= pair-stdp")]);
const STDP_FIRST: Idle = Idle::Needs(&[(P::Rule, "= stdp-then-r-stdp")]);
const LATENCY_CODE: Idle = Idle::Needs(&[(P::Encoder, "= latency")]);
const POISSON_CODE: Idle = Idle::Needs(&[(P::Encoder, "= poisson")]);

/// One layer of competing neurons.
pub(super) struct Competing;

impl NetworkTemplate for Competing {
    fn network(&self, params: &Params, frame: Frame, rule: OutputRule) -> Option<NetworkSpec> {
        Some(competing(params, frame, rule))
    }

    fn rules(&self) -> &'static [&'static str] {
        &["r-stdp", "stdp", "stdp-then-r-stdp", "pair-stdp", "none"]
    }

    fn rewarded(&self, params: &Params) -> Condition {
        let needs = Idle::Needs(&[(P::Rule, "= r-stdp or stdp-then-r-stdp")]);
        (is(params, P::Rule, &["r-stdp", "stdp-then-r-stdp"]), needs)
    }

    fn contradictions(&self, params: &Params) -> Vec<String> {
        let mut faults = potentials(params);
        if params.choice(P::InhibitionType) == "conductance" {
            let [e_inh, e_l] = [P::EInh, P::EL].map(|id| params.get(id));
            if e_inh >= e_l {
                faults.push(format!("e_inh must lie below e_l = {e_l} mV, got {e_inh} mV"));
            }
        }
        let [low, high] = [P::WInitMin, P::WInitMax].map(|id| params.get(id));
        if low > high {
            faults.push(format!("w_init_min = {low} mV must not exceed w_init_max = {high} mV"));
        }
        faults
    }

    fn conditions(&self, params: &Params, id: P) -> Vec<Condition> {
        let learns = (!is(params, P::Rule, &["none"]), LEARNS);
        match id {
            P::EInh | P::TauInh => {
                vec![(is(params, P::InhibitionType, &["conductance"]), Idle::Needs(&[(P::InhibitionType, "= conductance")]))]
            }
            P::RateMax => vec![(is(params, P::Encoder, &["poisson"]), POISSON_CODE)],
            P::Latency | P::LatencyFloor => vec![(is(params, P::Encoder, &["latency"]), LATENCY_CODE)],
            P::StdpImages => vec![(is(params, P::Rule, &["stdp-then-r-stdp"]), STDP_FIRST)],
            P::StdpEta => {
                let images = (has(params, P::StdpImages), Idle::Needs(&[(P::StdpImages, "above 0")]));
                vec![(is(params, P::Rule, &["stdp-then-r-stdp"]), STDP_FIRST), images]
            }
            P::TauPlus | P::Bounds => vec![learns],
            P::Pairing => {
                let several = is(params, P::Encoder, &["poisson"]) || is(params, P::Rule, &["pair-stdp"]);
                vec![learns, (several, Idle::Needs(&[(P::Encoder, "= poisson"), (P::Rule, "= pair-stdp")]))]
            }
            P::TauMinus | P::APlus | P::AMinus => vec![(is(params, P::Rule, &["pair-stdp"]), PAIR_RULE)],
            P::AssignImages => {
                vec![(is(params, P::Readout, &["label assignment"]), Idle::Needs(&[(P::Readout, "= label assignment")]))]
            }
            _ => Vec::new(),
        }
    }

    fn methods(&self) -> &'static [Part] {
        &[
            Part::Words(
                "Pixels drive competing leaky integrate-and-fire neurons with all-to-all connections. Each spike lowers the potential of every other neuron in the next step and raises the threshold of its own neuron.",
            ),
            Part::Equation(
                "τ_m dV/dt = E_L − V,   V_j ← V_j + Σ_i w_ij s_i − g_inh (S(t−1) − s_j(t−1)),   spike if V ≥ V_th + θ, then V = V_reset for t_ref,   θ ← θ + θ+",
            ),
        ]
    }

    fn readout(&self, params: &Params) -> Vec<Part> {
        vec![Part::Words(match params.choice(P::Readout) {
            "label assignment" => {
                "After learning each neuron is assigned to the class it responds to most; the class whose neurons fire most is the answer."
            }
            _ => "Neurons belong to classes from the start; the class whose neurons fire most is the answer.",
        })]
    }

    fn without_timing(&self, _params: &Params) -> Removal {
        (
            "A presynaptic spike leaves a trace for the whole image: input is credited however long before the spike it came.",
            Ok(vec![(P::TauPlus, greatest(P::TauPlus))]),
        )
    }

    fn without_inhibition(&self, _params: &Params) -> Removal {
        ("A spike does not inhibit the other neurons.", Ok(vec![(P::Inhibition, 0.0)]))
    }
}

/// Potentials of a LIF neuron that contradict each other.
pub(super) fn potentials(params: &Params) -> Vec<String> {
    let [e_l, v_th, v_reset] = [P::EL, P::VTh, P::VReset].map(|id| params.get(id));
    let mut faults = Vec::new();
    if v_reset >= v_th {
        faults.push(format!("v_reset = {v_reset} mV must be below v_th = {v_th} mV"));
    }
    if e_l >= v_th {
        faults.push(format!("e_l = {e_l} mV must be below v_th = {v_th} mV"));
    }
    faults
}

/// The network of the template Competing.
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
