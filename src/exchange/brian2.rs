//! Brian2 2.9: equations for the models and rules, and what cannot be written there.
//!
//! A spike of step s with a delay of d steps is delivered at the end of step s + d − 1, so that step s + d is the first that it
//! changes. Where it changes the potential at once it is collected in `jump`, which the potential takes over in that step.

use super::dialect::{Dialect, Onto, Subject, fault};
use crate::model::{
    AdEx, Bounds, CurrentShape, Fault, Izhikevich, Lif, LifCond, ModelSpec, NetworkSpec, PairStdp, Pairing, PopulationSpec, RStdp,
    RuleSpec, Scheme, field,
};
use crate::time::TimeGrid;
use serde_json::{Map, Value, json};

pub(super) struct Brian2;

impl Dialect for Brian2 {
    const NAME: &'static str = "Brian2 2.9";

    const BODY: &'static str = include_str!("brian2.py");

    const NOTES: &'static str = "\
# Potentials and currents (R I) are plain numbers in mV, conductances in nS, times in ms. Lif is integrated exactly, with alpha-shaped currents by rk4; LifCond and AdEx by
# rk4; Izhikevich as in Spikescope, by Euler's method or in half steps.
# Currents of sources are given step by step. Times: a spike of step s has the time s dt in both. A delay of d steps is (d - 1) dt, because Brian2 delivers at the end of a
# step what Spikescope adds at the beginning of the next. Refractory periods are one dt longer than written in Spikescope, because
# Brian2 clamps one step less. In a step, presynaptic spikes that arrive are paired first, then postsynaptic spikes.
# RStdp is integrated by rk4 in every step, and an eligibility acts from the step after its spike on.
# What can differ: the membranes of Lif are in single precision in Spikescope, so that a potential within about 1e-4 mV of the threshold
# can fire a step apart; LifCond is integrated by another method; weights that change are in single precision in Spikescope;
# Izhikevich neurons near their threshold amplify differences of rounding; random numbers, with POISSON = \"own\".";

    fn network(_subject: &Subject<'_>, _faults: &mut Vec<Fault>) {}

    fn neurons(population: &PopulationSpec, network: &NetworkSpec, path: &str, faults: &mut Vec<Fault>) -> Option<Value> {
        let steps = |ms: f64| TimeGrid::new(network.dt_ms).steps(ms).unwrap_or(0);
        let mut found = match &population.model {
            ModelSpec::Lif(lif) => of_lif(lif, steps(lif.t_ref_ms), path, faults),
            ModelSpec::LifCond(lif) => of_lif_cond(lif, steps(lif.t_ref_ms)),
            ModelSpec::AdEx(neuron) => of_ad_ex(neuron, steps(neuron.t_ref_ms)),
            ModelSpec::Izhikevich(neuron) => of_izhikevich(neuron, network.dt_ms),
            _ => return None,
        };
        found["kind"] = json!("neurons");
        if network.projections.iter().any(|one| one.to == population.name && network.is_current(one)) {
            receive(&mut found);
        }
        let variables: Vec<&str> = population.model.start_fields().iter().map(|variable| variable.name).collect();
        found["variables"] = json!(variables);
        Some(found)
    }

    fn projection(one: &Onto<'_>, path: &str, faults: &mut Vec<Fault>) -> Map<String, Value> {
        let Onto { projection, target, bursts, .. } = *one;
        let input = input(&target.model, projection.receptor_name());
        let mut entry = json!({
            "equations": "weight : 1", "on_pre": {"act": input.replace("EFFECT", "weight")}, "on_post": null, "constants": {}, "start": {},
            "learns": projection.learns(), "rewarded": false,
        });
        match &projection.rule {
            None => {}
            Some(RuleSpec::PairStdp(rule)) => of_pair_stdp(rule, &mut entry),
            Some(RuleSpec::RStdp(rule)) => of_r_stdp(rule, &mut entry),
            Some(RuleSpec::TsodyksMarkram(short)) => {
                let facilitates = short.tau_facil_ms > 0.0;
                let decay = if facilitates { "du_s/dt = -u_s/(tau_facil*ms) : 1 (event-driven)" } else { "u_s : 1" };
                entry["equations"] = json!(format!("weight : 1\n{decay}\ndx_s/dt = (1 - x_s)/(tau_rec*ms) : 1 (event-driven)"));
                let used = if facilitates { "u_s = use + (1 - use)*u_s" } else { "u_s = use" };
                entry["on_pre"]["act"] = json!(format!("{used}\n{}\nx_s = x_s*(1 - u_s)", input.replace("EFFECT", "weight*u_s*x_s")));
                entry["constants"] = json!({"use": short.u, "tau_rec": short.tau_rec_ms, "tau_facil": short.tau_facil_ms});
                entry["start"] = json!({"x_s": 1.0});
            }
            Some(other) => {
                let message = format!("{} cannot be exported to {}; choose another rule, or none", other.name(), Self::NAME);
                faults.push(fault(field(path, "rule"), message));
            }
        }
        if projection.rule.is_some() && bursts {
            let message = format!(
                "a neuron of {} fires several times in a step, which a synapse with a rule cannot receive in {}; choose a lower rate",
                projection.from,
                Self::NAME
            );
            faults.push(fault(field(path, "from"), message));
        }
        if let Value::Object(entry) = entry { entry } else { Map::new() }
    }
}

/// Add what sources of currents inject to the constant input.
fn receive(found: &mut Value) {
    let with = |text: &str| text.replace("+ ri", "+ ri + received").replace("+ drive", "+ drive + received");
    found["equations"] = json!(format!("{}\nreceived : 1", with(found["equations"].as_str().unwrap_or_default())));
    for code in found["regularly"].as_array_mut().into_iter().flatten() {
        code[1] = json!(with(code[1].as_str().unwrap_or_default()));
    }
}

/// What a spike does at a receptor.
fn input(model: &ModelSpec, receptor: &str) -> String {
    let current = |exc_ms: f64, inh_ms: f64| match receptor {
        "excitatory" if exc_ms > 0.0 => "i_exc_post += EFFECT",
        "inhibitory" if inh_ms > 0.0 => "i_inh_post += EFFECT",
        _ => "jump_post += EFFECT",
    };
    let rise = |name: &str, tau_ms: f64| format!("rise_{name}_post += (EFFECT)*{}", std::f64::consts::E / tau_ms);
    let statement = match model {
        ModelSpec::Lif(lif) if lif.synapse == CurrentShape::Alpha => {
            return match receptor {
                "excitatory" if lif.tau_syn_exc_ms > 0.0 => rise("i_exc", lif.tau_syn_exc_ms),
                "inhibitory" if lif.tau_syn_inh_ms > 0.0 => rise("i_inh", lif.tau_syn_inh_ms),
                _ => "jump_post += EFFECT".to_owned(),
            };
        }
        ModelSpec::Lif(lif) => current(lif.tau_syn_exc_ms, lif.tau_syn_inh_ms),
        ModelSpec::AdEx(neuron) => current(neuron.tau_syn_exc_ms, neuron.tau_syn_inh_ms),
        ModelSpec::LifCond(_) if receptor == "inhibitory" => "g_inh_post += abs(EFFECT)",
        ModelSpec::LifCond(_) => "g_exc_post += abs(EFFECT)",
        _ => "jump_post += EFFECT",
    };
    statement.to_owned()
}

/// The equations of the currents whose time constant is above 0, and their sum with `+` before it. An alpha-shaped current follows a rise
/// that decays.
fn currents(exc_ms: f64, inh_ms: f64, alpha: bool) -> (String, String) {
    let all = [("i_exc", "tau_syn_exc", exc_ms), ("i_inh", "tau_syn_inh", inh_ms)];
    let some = || all.iter().filter(|(_, _, tau_ms)| *tau_ms > 0.0);
    let decay = |name: &str, tau: &str, rise: &str| format!("d{name}/dt = {rise}-{name}/({tau}*ms) : 1\n");
    let of_one = |(name, tau, _): &(&str, &str, f64)| {
        let rise = format!("rise_{name}");
        if alpha { decay(name, tau, &format!("{rise}/ms ")) + &decay(&rise, tau, "") } else { decay(name, tau, "") }
    };
    let equations = some().map(of_one).collect::<Vec<_>>().concat();
    (equations, some().map(|(name, ..)| format!(" + {name}")).collect::<Vec<_>>().concat())
}

/// The flag of a potential that is clamped while refractory, and a factor that is 0 then.
fn clamp(refractory_steps: u32) -> (&'static str, String) {
    // Brian2 knows at the end of a step whether a neuron was refractory in it, and a jump belongs to the step that begins
    let free = format!("*int(timestep(t - lastspike, dt) > {refractory_steps})");
    if refractory_steps > 0 { (" (unless refractory)", free) } else { ("", String::new()) }
}

fn of_lif(lif: &Lif, refractory_steps: u32, path: &str, faults: &mut Vec<Fault>) -> Value {
    let Lif {
        tau_m_ms,
        e_l_mv,
        v_th_mv,
        v_reset_mv,
        t_ref_ms: _,
        tau_syn_exc_ms,
        tau_syn_inh_ms,
        synapse,
        ri_mv,
        sigma_mv,
        theta_plus_mv,
        tau_theta_ms: _,
    } = *lif;
    for (name, value) in [("sigma", sigma_mv), ("theta_plus", theta_plus_mv)] {
        if value > 0.0 {
            faults.push(fault(field(path, name), format!("it is not exported to {}; set it to 0 mV", Brian2::NAME)));
        }
    }
    let alpha = synapse == CurrentShape::Alpha;
    let (equations, sum) = currents(tau_syn_exc_ms, tau_syn_inh_ms, alpha);
    let (flag, free) = clamp(refractory_steps);
    // the exact solution has the difference of the time constants in a denominator
    let exact = !alpha && tau_syn_exc_ms != tau_m_ms && tau_syn_inh_ms != tau_m_ms;
    json!({
        "equations": format!("dv/dt = (e_l - v + ri{sum})/(tau_m*ms) : 1{flag}\n{equations}jump : 1"),
        "threshold": "v >= v_th", "reset": "v = v_reset", "method": if exact { "exact" } else { "rk4" },
        "refractory_steps": refractory_steps,
        "regularly": [["after_groups", format!("v += jump{free}\njump = 0")]],
        "constants": {
            "tau_m": tau_m_ms, "e_l": e_l_mv, "v_th": v_th_mv, "v_reset": v_reset_mv, "tau_syn_exc": tau_syn_exc_ms,
            "tau_syn_inh": tau_syn_inh_ms, "ri": ri_mv,
        },
    })
}

fn of_lif_cond(lif: &LifCond, refractory_steps: u32) -> Value {
    let LifCond { tau_m_ms, e_l_mv, v_th_mv, v_reset_mv, t_ref_ms: _, g_l_ns, e_exc_mv, e_inh_mv, tau_syn_exc_ms, tau_syn_inh_ms, ri_mv } =
        *lif;
    let (flag, _) = clamp(refractory_steps);
    json!({
        "equations": format!("dv/dt = (e_l - v + g_exc/g_l*(e_exc - v) + g_inh/g_l*(e_inh - v) + ri)/(tau_m*ms) : 1{flag}\n\
            dg_exc/dt = -g_exc/(tau_syn_exc*ms) : 1\ndg_inh/dt = -g_inh/(tau_syn_inh*ms) : 1"),
        "threshold": "v >= v_th", "reset": "v = v_reset", "method": "rk4", "refractory_steps": refractory_steps, "regularly": [],
        "constants": {
            "tau_m": tau_m_ms, "e_l": e_l_mv, "v_th": v_th_mv, "v_reset": v_reset_mv, "g_l": g_l_ns, "e_exc": e_exc_mv, "e_inh": e_inh_mv,
            "tau_syn_exc": tau_syn_exc_ms, "tau_syn_inh": tau_syn_inh_ms, "ri": ri_mv,
        },
    })
}

fn of_ad_ex(neuron: &AdEx, refractory_steps: u32) -> Value {
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
        t_ref_ms: _,
        tau_syn_exc_ms,
        tau_syn_inh_ms,
        ri_mv,
    } = *neuron;
    let (equations, sum) = currents(tau_syn_exc_ms, tau_syn_inh_ms, false);
    let (flag, free) = clamp(refractory_steps);
    json!({
        // within the step of a spike the exponential would exceed every number
        "equations": format!("v_c = clip(v, -1e9, v_peak) : 1\n\
            dv/dt = (e_l - v_c + delta_t*exp((v_c - v_t)/delta_t) - w + ri{sum})/(tau_m*ms) : 1{flag}\n\
            dw/dt = (a*(v_c - e_l) - w)/(tau_w*ms) : 1\n{equations}jump : 1"),
        "threshold": "v >= v_peak", "reset": "v = v_reset\nw += b", "method": "rk4", "refractory_steps": refractory_steps,
        "regularly": [["start", format!("v += jump{free}\njump = 0")]],
        "constants": {
            "tau_m": tau_m_ms, "e_l": e_l_mv, "v_t": v_t_mv, "delta_t": delta_t_mv, "a": a, "b": b_mv, "tau_w": tau_w_ms,
            "v_reset": v_reset_mv, "v_peak": v_peak_mv, "tau_syn_exc": tau_syn_exc_ms, "tau_syn_inh": tau_syn_inh_ms, "ri": ri_mv,
        },
    })
}

fn of_izhikevich(neuron: &Izhikevich, dt_ms: f64) -> Value {
    let Izhikevich { a, b, c_mv, d, v_peak_mv, i, scheme } = *neuron;
    let (equations, when, code) = match scheme {
        Scheme::Euler => (
            "dv/dt = (0.04*v**2 + 5*v + 140 - u + drive)/ms : 1\ndu/dt = a*(b*v - u)/ms : 1\njump : 1",
            "after_groups",
            "v += jump\njump = 0".to_owned(),
        ),
        Scheme::HalfSteps => {
            let half = "v = v + 0.5*(step*(0.04*v**2 + 5*v + 140 - u + drive) + jump)";
            ("v : 1\nu : 1\njump : 1", "groups", format!("{half}\n{half}\nu = u + step*a*(b*v - u)\njump = 0"))
        }
    };
    json!({
        "equations": equations, "threshold": "v >= v_peak", "reset": "v = c\nu += d", "method": "euler", "refractory_steps": 0,
        "regularly": [[when, code]],
        "constants": {"a": a, "b": b, "c": c_mv, "d": d, "v_peak": v_peak_mv, "drive": i, "step": dt_ms},
    })
}

/// What an event does to a trace.
fn bump(trace: &str, pairing: Pairing) -> String {
    if pairing == Pairing::Nearest { format!("{trace} = 1") } else { format!("{trace} += 1") }
}

/// The traces of a pair rule.
const TRACES: &str = "dx/dt = -x/(tau_plus*ms) : 1 (event-driven)\ndy/dt = -y/(tau_minus*ms) : 1 (event-driven)";

fn of_pair_stdp(rule: &PairStdp, entry: &mut Value) {
    let PairStdp { eta, a_plus, a_minus, tau_plus_ms, tau_minus_ms, w_max_mv, pairing, bounds, mu_plus, mu_minus } = *rule;
    let (up, down) = match bounds {
        Bounds::Hard => ("", ""),
        Bounds::Soft => ("*w_max*clip(1 - weight/w_max, 0, 1)**mu_plus", "*w_max*clip(weight/w_max, 0, 1)**mu_minus"),
    };
    entry["equations"] = json!(format!("weight : 1\n{TRACES}"));
    entry["on_pre"]["learn"] = json!(format!("weight = clip(weight - a_minus*y{down}, 0, w_max)\n{}", bump("x", pairing)));
    entry["on_post"] = json!({"after": format!("weight = clip(weight + a_plus*x{up}, 0, w_max)\n{}", bump("y", pairing))});
    entry["constants"] = json!({
        "a_plus": eta * a_plus, "a_minus": eta * a_minus, "tau_plus": tau_plus_ms, "tau_minus": tau_minus_ms, "w_max": w_max_mv,
        "mu_plus": mu_plus, "mu_minus": mu_minus,
    });
}

/// Eligibility c of every synapse, and m, the concentration of the neuromodulator above the tonic one, in every step.
fn of_r_stdp(rule: &RStdp, entry: &mut Value) {
    let RStdp { eta, a_plus, a_minus, tau_plus_ms, tau_minus_ms, tau_e_ms, tau_d_ms, tonic, w_max_mv, pairing } = *rule;
    let slow = "dweight/dt = eta*c*(m + tonic)/ms : 1\ndc/dt = -c/(tau_e*ms) : 1\ndm/dt = -m/(tau_d*ms) : 1";
    entry["equations"] = json!(format!("{slow}\n{TRACES}"));
    entry["on_pre"]["learn"] = json!(format!("c -= a_minus*y\n{}", bump("x", pairing)));
    entry["on_post"] = json!({"after": format!("c += a_plus*x\n{}", bump("y", pairing))});
    entry["rewarded"] = json!(true);
    entry["constants"] = json!({
        "eta": eta, "a_plus": a_plus, "a_minus": a_minus, "tau_plus": tau_plus_ms, "tau_minus": tau_minus_ms, "tau_e": tau_e_ms,
        "tau_d": tau_d_ms, "tonic": tonic, "w_max": w_max_mv,
    });
}
