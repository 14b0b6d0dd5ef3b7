//! NEST 3.10: its neurons and synapses for the models and rules that it has, and what it lacks.
//!
//! Currents are in pA there. A membrane capacitance of [`C_M_PF`] is chosen where a model has none, so that 1 mV of `R I` is
//! C_m/τ_m pA. A spike reaches a neuron of NEST at the end of a step: where it changes a current or a conductance (`late`), the
//! potential follows in the step after, and delays are one step shorter there.

use super::dialect::{Dialect, Onto, Subject, fault};
use crate::model::{
    AdEx, Bounds, CurrentShape, Fault, Izhikevich, Lif, LifCond, ModelSpec, NetworkSpec, PairStdp, Pairing, PopulationSpec, ProjectionSpec,
    RuleSpec, Scheme, field,
};
use serde_json::{Map, Value, json};

/// Membrane capacitance where the model has none, in pF.
const C_M_PF: f64 = 250.0;
/// Time that NEST counts in, in ms.
const TIC_MS: f64 = 0.001;

pub(super) struct Nest;

impl Dialect for Nest {
    const NAME: &'static str = "NEST 3.10";

    const BODY: &'static str = include_str!("nest.py");

    const NOTES: &'static str = "\
# Lif is iaf_psc_exp or, with alpha-shaped currents, iaf_psc_alpha; iaf_psc_delta where spikes change the potential at once; LifCond is iaf_cond_exp; AdEx is aeif_psc_exp or
# aeif_psc_delta; Izhikevich is izhikevich, with consistent_integration for its scheme Euler. Currents in mV (R I) become pA with
# C_m = 250 pF, those of LifCond with C_m = tau_m g_L. Sources of currents are step_current_generator with the values of every step; those
# of the first two steps, which a generator cannot deliver, are added to I_e. PairStdp is stdp_synapse;
# TsodyksMarkram is tsodyks2_synapse, whose u starts at U.
# Times: step s of Spikescope ends at (s + 1) dt, the time stamp of its spikes in NEST. Refractory periods have the same number of
# steps. A spike that adds to a current or conductance changes the potential one step later in NEST, so that the delay is one step
# shorter here. Delays of synapses with a rule are axonal in Spikescope and dendritic in NEST: parrot neurons delay the presynaptic
# spikes, the synapse keeps a delay of one step, and lambda and alpha contain what this shifts the lags of pairs by. After the
# run each synapse receives one more spike with alpha = 0, because NEST changes weights only then.
# What can differ: the membranes of Lif are in single precision in Spikescope, so that a potential within about 1e-4 mV of the threshold can
# fire a step apart; LifCond and AdEx are integrated by other methods, and spikes of AdEx neurons drift apart from those of NEST; a synapse
# of NEST with a rule sends the weight after the change by its spike, Spikescope the one before; pairs of spikes up to 3 steps apart
# count the other way round or, at equal times, not at all; Izhikevich neurons near their threshold amplify differences of rounding;
# random numbers, with POISSON = \"own\".";

    fn network(subject: &Subject<'_>, faults: &mut Vec<Fault>) {
        let tics = subject.network.dt_ms / TIC_MS;
        if (tics - tics.round()).abs() > 1e-6 {
            let message =
                format!("{} ms is no multiple of {TIC_MS} ms, in which NEST counts time; choose another time step", subject.network.dt_ms);
            faults.push(fault("dt".to_owned(), message));
        }
    }

    fn neurons(population: &PopulationSpec, network: &NetworkSpec, path: &str, faults: &mut Vec<Fault>) -> Option<Value> {
        let onto = || network.projections.iter().filter(|one| one.to == population.name && !network.is_current(one));
        let used: Vec<&str> = onto().map(ProjectionSpec::receptor_name).collect();
        let mut found = match &population.model {
            ModelSpec::Lif(lif) => of_lif(lif, &used, path, faults)?,
            ModelSpec::LifCond(lif) => of_lif_cond(lif),
            ModelSpec::AdEx(neuron) => of_ad_ex(neuron, &used, path, faults)?,
            ModelSpec::Izhikevich(neuron) => of_izhikevich(neuron, network.dt_ms),
            _ => return None,
        };
        found["kind"] = json!("neurons");
        found["pa_per_mv"] = json!(pa_per_mv(&population.model));
        // a parameter of the neuron in NEST
        if let Some(tau_ms) = onto().find_map(|projection| tau_minus_ms(projection.rule.as_ref())) {
            found["parameters"]["tau_minus"] = json!(tau_ms);
        }
        Some(found)
    }

    fn projection(one: &Onto<'_>, path: &str, faults: &mut Vec<Fault>) -> Map<String, Value> {
        let Onto { projection, target, network, ends, .. } = *one;
        let found = Self::neurons(target, network, "", &mut Vec::new()).unwrap_or_default();
        let late = found["late"].as_u64().unwrap_or(0);
        let rule = projection.rule.as_ref().map(|rule| of_rule(rule, one, (late, &found), path, faults));
        // the parrot neurons take a step of the delay
        let least = 1 + late + u64::from(rule.is_some());
        if let Some(shortest) = ends.shortest().filter(|&shortest| u64::from(shortest) < least) {
            let message = format!(
                "delays of {shortest} steps occur, and in NEST a synapse of this kind needs at least {least}; choose delays of at least {} ms",
                (least as f64 * network.dt_ms * 1e6).round() / 1e6
            );
            faults.push(fault(field(path, "delay"), message));
        }
        let receptor = projection.receptor_name();
        let wrong = |weight: f32| if receptor == "inhibitory" { weight > 0.0 } else { weight < 0.0 };
        let by_sign = found["by_sign"] == true && receptor_taus(&found).is_none_or(|(exc, inh)| exc != inh);
        if by_sign && ends.weight.iter().any(|&weight| wrong(weight)) {
            let message = format!(
                "weights of both signs act at the receptor {receptor}, and in NEST the sign chooses the receptor; use a distribution of one sign"
            );
            faults.push(fault(field(path, "weight"), message));
        }
        let mut entry = Map::new();
        entry.insert("receptor".to_owned(), json!(receptor));
        entry.insert("rule".to_owned(), rule.unwrap_or_default());
        entry
    }
}

/// What a current R I of 1 mV is in NEST, in pA; onto Izhikevich neurons its current has no capacitance there.
fn pa_per_mv(model: &ModelSpec) -> f64 {
    match model {
        ModelSpec::Izhikevich(_) => 1.0,
        ModelSpec::LifCond(lif) => lif.g_l_ns,
        _ => model.value("tau_m").map_or(1.0, |tau_m_ms| C_M_PF / tau_m_ms),
    }
}

fn receptor_taus(found: &Value) -> Option<(f64, f64)> {
    let tau = |name: &str| found["parameters"][name].as_f64();
    Some((tau("tau_syn_ex")?, tau("tau_syn_in")?))
}

/// Whether spikes act through currents; `None`, with a fault, where they do at one receptor and not at another.
fn has_currents(taus_ms: [f64; 2], used: &[&str], path: &str, faults: &mut Vec<Fault>) -> Option<bool> {
    let tau_ms = |receptor: &&str| match *receptor {
        "excitatory" => taus_ms[0],
        "inhibitory" => taus_ms[1],
        _ => 0.0,
    };
    let currents = used.iter().filter(|receptor| tau_ms(receptor) > 0.0).count();
    if currents > 0 && currents < used.len() {
        let message = "some spikes add to a current and others change the potential at once, which no neuron of NEST has; use the same at all receptors";
        faults.push(fault(path.to_owned(), message));
        return None;
    }
    Some(currents > 0)
}

/// Time constants of both receptors: one that is not used and 0 is that of the other, because NEST allows no 0.
fn above_zero([exc, inh]: [f64; 2]) -> [f64; 2] {
    [if exc > 0.0 { exc } else { inh }, if inh > 0.0 { inh } else { exc }]
}

fn of_lif(lif: &Lif, used: &[&str], path: &str, faults: &mut Vec<Fault>) -> Option<Value> {
    let Lif {
        tau_m_ms,
        e_l_mv,
        v_th_mv,
        v_reset_mv,
        t_ref_ms,
        tau_syn_exc_ms,
        tau_syn_inh_ms,
        synapse,
        ri_mv,
        sigma_mv,
        theta_plus_mv,
        tau_theta_ms: _,
    } = *lif;
    for (name, value, what) in [("sigma", sigma_mv, "membrane noise"), ("theta_plus", theta_plus_mv, "an adaptive threshold")] {
        if value > 0.0 {
            faults.push(fault(field(path, name), format!("this neuron of NEST has no {what}; set it to 0 mV").replace("no an", "no")));
        }
    }
    let per_mv = C_M_PF / tau_m_ms;
    let mut parameters = json!({
        "C_m": C_M_PF, "tau_m": tau_m_ms, "E_L": e_l_mv, "V_th": v_th_mv, "V_reset": v_reset_mv, "t_ref": t_ref_ms, "I_e": ri_mv * per_mv,
    });
    let currents = has_currents([tau_syn_exc_ms, tau_syn_inh_ms], used, path, faults)?;
    if currents {
        let [exc, inh] = above_zero([tau_syn_exc_ms, tau_syn_inh_ms]);
        parameters["tau_syn_ex"] = json!(exc);
        parameters["tau_syn_in"] = json!(inh);
    }
    Some(json!({
        "model": match synapse {
            _ if !currents => "iaf_psc_delta",
            CurrentShape::Exponential => "iaf_psc_exp",
            CurrentShape::Alpha => "iaf_psc_alpha",
        },
        "parameters": parameters,
        "variables": {"v": ["V_m", 1.0]},
        "weight_factor": if currents { per_mv } else { 1.0 },
        "late": u8::from(currents),
        "signed": false,
        "by_sign": currents,
    }))
}

fn of_lif_cond(lif: &LifCond) -> Value {
    let LifCond { tau_m_ms, e_l_mv, v_th_mv, v_reset_mv, t_ref_ms, g_l_ns, e_exc_mv, e_inh_mv, tau_syn_exc_ms, tau_syn_inh_ms, ri_mv } =
        *lif;
    json!({
        "model": "iaf_cond_exp",
        "parameters": {
            "C_m": tau_m_ms * g_l_ns, "g_L": g_l_ns, "E_L": e_l_mv, "V_th": v_th_mv, "V_reset": v_reset_mv, "t_ref": t_ref_ms,
            "E_ex": e_exc_mv, "E_in": e_inh_mv, "tau_syn_ex": tau_syn_exc_ms, "tau_syn_in": tau_syn_inh_ms, "I_e": ri_mv * g_l_ns,
        },
        "variables": {"v": ["V_m", 1.0], "g_exc": ["g_ex", 1.0], "g_inh": ["g_in", 1.0]},
        "weight_factor": 1.0,
        "late": 1,
        "signed": true,
        "by_sign": false,
    })
}

fn of_ad_ex(neuron: &AdEx, used: &[&str], path: &str, faults: &mut Vec<Fault>) -> Option<Value> {
    let AdEx {
        tau_m_ms,
        e_l_mv,
        v_t_mv,
        delta_t_mv,
        a,
        b_mv,
        tau_w_ms,
        v_reset_mv,
        v_peak_mv,
        t_ref_ms,
        tau_syn_exc_ms,
        tau_syn_inh_ms,
        ri_mv,
    } = *neuron;
    let g_l_ns = C_M_PF / tau_m_ms;
    let mut parameters = json!({
        "C_m": C_M_PF, "g_L": g_l_ns, "E_L": e_l_mv, "V_th": v_t_mv, "Delta_T": delta_t_mv, "a": a * g_l_ns, "b": b_mv * g_l_ns,
        "tau_w": tau_w_ms, "V_reset": v_reset_mv, "V_peak": v_peak_mv, "t_ref": t_ref_ms, "I_e": ri_mv * g_l_ns,
    });
    let currents = has_currents([tau_syn_exc_ms, tau_syn_inh_ms], used, path, faults)?;
    if currents {
        let [exc, inh] = above_zero([tau_syn_exc_ms, tau_syn_inh_ms]);
        parameters["tau_syn_ex"] = json!(exc);
        parameters["tau_syn_in"] = json!(inh);
    }
    Some(json!({
        "model": if currents { "aeif_psc_exp" } else { "aeif_psc_delta" },
        "parameters": parameters,
        "variables": {"v": ["V_m", 1.0], "w": ["w", g_l_ns]},
        "weight_factor": if currents { g_l_ns } else { 1.0 },
        "late": 1,
        "signed": false,
        "by_sign": currents,
    }))
}

fn of_izhikevich(neuron: &Izhikevich, dt_ms: f64) -> Value {
    let Izhikevich { a, b, c_mv, d, v_peak_mv, i, scheme } = *neuron;
    let euler = scheme == Scheme::Euler;
    json!({
        "model": "izhikevich",
        "parameters": {"a": a, "b": b, "c": c_mv, "d": d, "V_th": v_peak_mv, "I_e": i, "consistent_integration": euler},
        "variables": {"v": ["V_m", 1.0], "u": ["U_m", 1.0]},
        // with half steps a spike is an input that lasts for one step
        "weight_factor": if euler { 1.0 } else { 1.0 / dt_ms },
        "late": 0,
        "signed": false,
        "by_sign": false,
    })
}

/// The time constant of the postsynaptic trace, which belongs to the neuron in NEST.
fn tau_minus_ms(rule: Option<&RuleSpec>) -> Option<f64> {
    if let Some(RuleSpec::PairStdp(rule)) = rule { Some(rule.tau_minus_ms) } else { None }
}

fn of_rule(rule: &RuleSpec, one: &Onto<'_>, (late, found): (u64, &Value), path: &str, faults: &mut Vec<Fault>) -> Value {
    let path = field(path, "rule");
    match rule {
        RuleSpec::PairStdp(pair) => {
            let others = one.network.projections.iter().filter(|other| other.to == one.projection.to);
            if others.filter_map(|other| tau_minus_ms(other.rule.as_ref())).any(|tau_ms| tau_ms != pair.tau_minus_ms) {
                let message =
                    "tau_minus belongs to the postsynaptic neuron in NEST, and another projection onto it has another value; use the same";
                faults.push(fault(field(&path, "tau_minus"), message));
            }
            if pair.pairing == Pairing::Nearest {
                let message = "stdp_nn_symm_synapse of NEST pairs spikes before the first presynaptic one with a spike at time 0 that there was not; choose all-to-all";
                faults.push(fault(field(&path, "pairing"), message));
            }
            if pair.a_plus == 0.0 {
                let message = "0 cannot be exported to NEST, where depression is a multiple of potentiation; choose a value above 0";
                faults.push(fault(field(&path, "a_plus"), message));
            }
            of_pair_stdp(pair, one.network.dt_ms, late, found["weight_factor"].as_f64().unwrap_or(1.0))
        }
        RuleSpec::TsodyksMarkram(short) => json!({
            "model": "tsodyks2_synapse",
            "parameters": {"U": short.u, "u": short.u, "x": 1.0, "tau_rec": short.tau_rec_ms, "tau_fac": short.tau_facil_ms},
            "learns": false,
        }),
        other => {
            faults.push(fault(path, format!("{} has no equivalent in {}; choose another rule, or none", other.name(), Nest::NAME)));
            Value::Null
        }
    }
}

fn of_pair_stdp(rule: &PairStdp, dt_ms: f64, late: u64, weight_factor: f64) -> Value {
    let PairStdp { eta, a_plus, a_minus, tau_plus_ms, tau_minus_ms, w_max_mv, pairing: _, bounds, mu_plus, mu_minus } = *rule;
    // by so much later does the postsynaptic spike seem to NEST
    let shift_ms = (2 + late) as f64 * dt_ms;
    let (per_pair, mu_plus, mu_minus) = match bounds {
        Bounds::Hard => (eta * a_plus / w_max_mv, 0.0, 0.0),
        Bounds::Soft => (eta * a_plus, mu_plus, mu_minus),
    };
    json!({
        "model": "stdp_synapse",
        "parameters": {
            "lambda": per_pair * libm::exp(shift_ms / tau_plus_ms),
            "alpha": a_minus / a_plus.max(f64::MIN_POSITIVE) * libm::exp(-shift_ms * (1.0 / tau_plus_ms + 1.0 / tau_minus_ms)),
            "mu_plus": mu_plus, "mu_minus": mu_minus, "tau_plus": tau_plus_ms, "Wmax": w_max_mv * weight_factor,
        },
        "learns": true,
    })
}
