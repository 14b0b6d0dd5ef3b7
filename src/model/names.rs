//! Names of NEST, PyNN and Brian2 with the names that stand for them here: the one table for messages about unknown names.

use crate::params::nearest;

/// A name of another simulator.
struct Usual {
    theirs: &'static str,
    /// What it is called here: models, wirings and rules as they are written, fields by their name; the first that applies.
    ours: &'static [&'static str],
    /// What else is needed, or what to do where nothing has that name here.
    note: &'static str,
}

const fn usual(theirs: &'static str, ours: &'static [&'static str], note: &'static str) -> Usual {
    Usual { theirs, ours, note }
}

const CAPACITANCE: &str = "currents are written as R I in mV, with R = tau_m/C_m: a weight or current of 1 pA is tau_m/C_m mV";

#[rustfmt::skip]
const TABLE: &[Usual] = &[
    // models
    usual("iaf_psc_delta", &["Lif()"], "spikes change the potential at once, because tau_syn_exc and tau_syn_inh are 0"),
    usual("iaf_psc_exp", &["Lif(tau_syn_exc: \"2 ms\", tau_syn_inh: \"2 ms\")"], ""),
    usual("IF_curr_exp", &["Lif(tau_syn_exc: \"5 ms\", tau_syn_inh: \"5 ms\")"], ""),
    usual("IF_curr_delta", &["Lif()"], ""),
    usual("iaf_cond_exp", &["LifCond()"], ""),
    usual("IF_cond_exp", &["LifCond()"], ""),
    usual("aeif_psc_exp", &["AdEx(tau_syn_exc: \"2 ms\", tau_syn_inh: \"2 ms\")"], ""),
    usual("aeif_psc_delta", &["AdEx()"], ""),
    usual("izhikevich", &["Izhikevich()"], ""),
    usual("poisson_generator", &["Poisson(rate: \"10 Hz\")"], "as a population of the size of its target, with the wiring OneToOne"),
    usual("PoissonGroup", &["Poisson(rate: \"10 Hz\")"], ""),
    usual("SpikeSourcePoisson", &["Poisson(rate: \"10 Hz\")"], ""),
    usual("spike_generator", &["SpikeSource(spikes: [[\"1 ms\"]])"], ""),
    usual("SpikeGeneratorGroup", &["SpikeSource(spikes: [[\"1 ms\"]])"], ""),
    usual("SpikeSourceArray", &["SpikeSource(spikes: [[\"1 ms\"]])"], ""),
    usual("dc_generator", &[], "a constant current is the field ri of the neurons"),
    usual("noise_generator", &["NoiseCurrent(sd: \"10 mV\", tau: \"0 ms\")"], "as a population of the size of its target, with the wiring OneToOne"),
    usual("step_current_generator", &["StepCurrent(ri: \"20 mV\", start: \"100 ms\", stop: \"600 ms\")"], "a population for each step"),
    usual("StepCurrentSource", &["StepCurrent(ri: \"20 mV\", start: \"100 ms\", stop: \"600 ms\")"], "a population for each step"),
    usual("NoisyCurrentSource", &["NoiseCurrent(sd: \"10 mV\", tau: \"0 ms\")"], ""),
    usual("iaf_psc_alpha", &["Lif(tau_syn_exc: \"2 ms\", tau_syn_inh: \"2 ms\", synapse: \"alpha\")"], ""),
    usual("IF_curr_alpha", &["Lif(tau_syn_exc: \"0.5 ms\", tau_syn_inh: \"0.5 ms\", synapse: \"alpha\")"], ""),
    usual("iaf_cond_alpha", &[], "alpha-shaped conductances are not supported; LifCond has exponential ones"),
    usual("parrot_neuron", &[], "connect the source with the targets directly"),
    // wirings
    usual("all_to_all", &["AllToAll"], ""),
    usual("one_to_one", &["OneToOne"], ""),
    usual("pairwise_bernoulli", &["Probability(0.1)"], ""),
    usual("fixed_indegree", &["Indegree(100)"], ""),
    usual("FixedIndegree", &["Indegree(100)"], ""),
    usual("FixedOutdegree", &["Outdegree(100)"], ""),
    usual("fixed_outdegree", &["Outdegree(100)"], ""),
    usual("fixed_total_number", &["Indegree(100)"], "with the number of synapses divided by the number of postsynaptic neurons"),
    usual("FixedProbabilityConnector", &["Probability(0.1)"], ""),
    usual("FixedNumberPreConnector", &["Indegree(100)"], ""),
    usual("FixedNumberPostConnector", &["Outdegree(100)"], ""),
    usual("AllToAllConnector", &["AllToAll"], ""),
    usual("OneToOneConnector", &["OneToOne"], ""),
    usual("FromListConnector", &["Explicit([(0, 1)])"], ""),
    // rules
    usual("static_synapse", &[], "weights are constant without a rule; leave it out"),
    usual("stdp_synapse", &["PairStdp(bounds: \"soft\", pairing: \"all-to-all\")"], ""),
    usual("stdp_triplet_synapse", &["TripletStdp()"], ""),
    usual("vogels_sprekeler_synapse", &["InhibitoryStdp()"], ""),
    usual("stdp_dopamine_synapse", &["RStdp()"], ""),
    usual("tsodyks2_synapse", &["TsodyksMarkram()"], ""),
    usual("tsodyks_synapse", &["TsodyksMarkram()"], ""),
    usual("STDPMechanism", &["PairStdp()"], ""),
    // fields
    usual("C_m", &[], CAPACITANCE),
    usual("Cm", &[], CAPACITANCE),
    usual("cm", &[], CAPACITANCE),
    usual("I_e", &["ri", "i"], CAPACITANCE),
    usual("i_offset", &["ri", "i"], CAPACITANCE),
    usual("E_L", &["e_l"], ""),
    usual("El", &["e_l"], ""),
    usual("v_rest", &["e_l"], ""),
    usual("V_th", &["v_th", "v_t"], ""),
    usual("v_thresh", &["v_th", "v_t"], ""),
    usual("threshold", &["v_th", "v_t"], ""),
    usual("Vt", &["v_th", "v_t"], ""),
    usual("V_T", &["v_t", "v_th"], ""),
    usual("V_reset", &["v_reset", "c"], ""),
    usual("Vr", &["v_reset", "c"], ""),
    usual("reset", &["v_reset", "c"], ""),
    usual("V_peak", &["v_peak"], ""),
    usual("V_m", &["start"], "a start value is written start: {\"v\": \"-65 mV\"}"),
    usual("refractory", &["t_ref"], ""),
    usual("tau_refrac", &["t_ref"], ""),
    usual("tau_syn_ex", &["tau_syn_exc"], ""),
    usual("tau_syn_in", &["tau_syn_inh"], ""),
    usual("tau_syn_E", &["tau_syn_exc"], ""),
    usual("tau_syn_I", &["tau_syn_inh"], ""),
    usual("tau_syn", &["tau_syn_exc"], "the receptor inhibitory has tau_syn_inh"),
    usual("E_ex", &["e_exc"], ""),
    usual("E_in", &["e_inh"], ""),
    usual("e_rev_E", &["e_exc"], ""),
    usual("e_rev_I", &["e_inh"], ""),
    usual("g_L", &["g_l"], "it is part of the weights and of ri, which are in mV"),
    usual("Delta_T", &["delta_t"], ""),
    usual("n", &["size"], ""),
    usual("N", &["size"], ""),
    usual("neuron_model", &["model"], ""),
    usual("params", &[], "parameters are written within the model, as Lif(tau_m: \"20 ms\")"),
    usual("rates", &["rate"], ""),
    usual("spike_times", &["spikes"], ""),
    usual("conn_spec", &["wiring"], ""),
    usual("connection", &["wiring"], ""),
    usual("connector", &["wiring"], ""),
    usual("p", &["wiring"], "a probability is written wiring: Probability(0.1)"),
    usual("indegree", &["wiring"], "it is written wiring: Indegree(100)"),
    usual("outdegree", &["wiring"], "it is written wiring: Outdegree(100)"),
    usual("syn_spec", &["rule"], "weight and delay are fields of the projection"),
    usual("synapse_model", &["rule"], ""),
    usual("synapse_type", &["rule"], ""),
    usual("receptor_type", &["receptor"], ""),
    usual("source", &["from"], ""),
    usual("target", &["to"], ""),
    usual("allow_autapses", &["self_connections"], ""),
    usual("allow_self_connections", &["self_connections"], ""),
    usual("allow_multapses", &["multapses"], ""),
    usual("with_replacement", &["multapses"], ""),
    usual("Wmax", &["w_max"], ""),
    usual("gmax", &["w_max"], ""),
    usual("lambda", &["a_plus"], "a_minus is alpha lambda"),
    usual("alpha", &["a_minus"], "a_minus is alpha lambda of stdp_synapse; alpha of vogels_sprekeler_synapse is 2 rho0 tau"),
    usual("Aplus", &["a_plus", "a2_plus"], ""),
    usual("Aminus", &["a_minus", "a2_minus"], ""),
    usual("A_plus", &["a_plus", "a2_plus"], ""),
    usual("A_minus", &["a_minus", "a2_minus"], ""),
    usual("Aplus_triplet", &["a3_plus"], ""),
    usual("Aminus_triplet", &["a3_minus"], ""),
    usual("U", &["u"], ""),
    usual("tau_fac", &["tau_facil"], ""),
    usual("resolution", &["dt"], ""),
    usual("simtime", &["duration"], ""),
    usual("sim_time", &["duration"], ""),
];

/// The name before a parenthesis.
pub(super) fn bare(form: &str) -> &str {
    form.split('(').next().unwrap_or_default()
}

/// What a name of another simulator is called here, if one of the `known` names stands for it, or why none does.
fn translated(given: &str, known: &[&str]) -> Option<String> {
    let usual = TABLE.iter().find(|usual| usual.theirs == given)?;
    let ours = usual.ours.iter().find(|form| known.contains(&bare(form)));
    let note = usual.note;
    match ours {
        Some(ours) if note.is_empty() => Some(format!("{given} is called {ours} here")),
        Some(ours) => Some(format!("{given} is called {ours} here; {note}")),
        None if note.is_empty() => None,
        None => Some(format!("{given} does not exist here; {note}")),
    }
}

/// What to write in place of a name that is none of the `known`: the name here of one of another simulator, or a near one.
pub(super) fn instead(given: &str, known: &[&str]) -> Option<String> {
    translated(given, known).or_else(|| nearest(given, known.iter().copied()).map(|near| format!("did you mean {near}?")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ModelSpec, NetworkSpec, RuleSpec, Wiring};

    #[test]
    fn every_name_here_exists_and_every_form_can_be_read() {
        let structure = ["size", "model", "start", "wiring", "rule", "receptor", "from", "to", "self_connections", "multapses", "spikes"];
        let mut fields: Vec<&str> = structure.into_iter().chain(["dt", "duration"]).collect();
        fields.extend(ModelSpec::NAMES.iter().filter_map(|name| ModelSpec::named(name)).flat_map(|one| one.fields()).map(|one| one.name));
        fields.extend(RuleSpec::NAMES.iter().filter_map(|name| RuleSpec::named(name)).flat_map(|one| one.fields()).map(|one| one.name));
        let mut seen = std::collections::BTreeSet::new();
        for usual in TABLE {
            assert!(seen.insert(usual.theirs), "{} is listed twice", usual.theirs);
            assert!(!usual.ours.is_empty() || !usual.note.is_empty(), "{}", usual.theirs);
            for form in usual.ours {
                let name = bare(form);
                let (model, wiring, rule) = if ModelSpec::NAMES.contains(&name) {
                    (*form, "AllToAll", "PairStdp()")
                } else if Wiring::NAMES.contains(&name) {
                    ("Lif()", *form, "PairStdp()")
                } else if RuleSpec::NAMES.contains(&name) {
                    ("Lif()", "AllToAll", *form)
                } else {
                    assert!(fields.contains(form), "{form}");
                    continue;
                };
                let weight = match name {
                    "InhibitoryStdp" => "-0.1 mV",
                    "StepCurrent" | "NoiseCurrent" => "1",
                    _ => "0.1 mV",
                };
                let text = format!(
                    "(populations: {{\"A\": (size: 1, model: {model}), \"B\": (size: 2, model: Lif())}}, projections: {{\"A->B\": (wiring: {wiring}, weight: \"{weight}\", delay: \"1 ms\", rule: {rule})}})"
                );
                let faults = NetworkSpec::from_ron(&text).err().map_or_else(Vec::new, Vec::from);
                let unread = faults.iter().filter(|fault| fault.message.contains(" is no ") || fault.message.contains("no such field"));
                assert_eq!(unread.count(), 0, "{form}: {faults:?}");
            }
        }
    }
}
