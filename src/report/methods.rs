//! Description of a network by text and equations: the part of the methods that follows from the rule and the parameters.

use crate::model::template::Part;
use crate::params::{ParamId as P, Params, Template};

use Part::{Equation, Words};

/// The order of operations in a time step, equal for all networks.
pub(super) const STEP: &str = "Time is an integer number of steps of Δt. Order of operations in a step: deliver spikes and encode the image; update the neurons (exact integration, refractory period, threshold, reset); plasticity (presynaptic, then postsynaptic spikes); at the end of a presentation the answer, the reward, the weight update and homeostasis. A presynaptic spike that arrives in the step in which the postsynaptic neuron fires counts as pre-before-post. State is 32-bit floating point, parameters 64-bit; a run is a function of preset, seed, data, program version and the commands applied during the run, bit for bit.";

/// Learning of the output weights.
pub(super) fn learning(params: &Params, template: Template) -> Vec<Part> {
    let rule = match params.choice(P::Rule) {
        "stdp" => &[
            Words(
                "Learning is unsupervised: when neuron j fires, each of its weights increases by the presynaptic trace; normalisation after each image makes the weights compete.",
            ),
            Equation("Δw_ij = η x_i,   Σ_i w_ij = norm"),
        ][..],
        "pair-stdp" => &[
            Words("Learning is unsupervised, by pair-based STDP."),
            Equation("Δw = η A+ exp(−Δt/τ+) for pre before post,   Δw = −η A− exp(Δt/τ−) otherwise"),
        ],
        "stdp-then-r-stdp" => &[
            Words(
                "First unsupervised STDP, then reward learning of the same synapses: eligibility accumulated during an image is converted to weight change by the reward.",
            ),
            Equation("Δw_ij = η x_i,   then Δw_ij = η M e_ij b(w_ij),   e_ij ← e_ij + x_i at each spike of j"),
        ],
        "r-stdp" => &[
            Words("Eligibility accumulated during an image is converted to weight change by the reward (three-factor rule)."),
            Equation("e_ij ← e_ij + x_i at each spike of j,   τ_e de_ij/dt = −e_ij,   Δw_ij = η M e_ij b(w_ij)"),
        ],
        "r-max" => &[
            Words("The output weights follow the gradient of the expected reward (policy gradient)."),
            Equation("Δw_ij = (η/N) M e_ij,   e_ij = ([j in the pool of the answer] p_j/P − p_j) ε_i  or  ∫ (s_j − ρ_j) ε_i dt"),
        ],
        _ => &[Words("No learning rule.")],
    };
    let mut parts = rule.to_vec();
    parts.extend(template.spec().readout(params));
    if matches!(params.choice(P::Rule), "stdp-then-r-stdp" | "r-stdp" | "r-max") {
        parts.push(match params.choice(P::Modulator) {
            "label (comparison)" => Words("As a supervised reference, the rule receives the label: this is not learning from reward."),
            _ => Words("M is one global scalar computed from the reward R of the image and the expected reward. The answer is compared with the label outside the network; no label reaches a synapse."),
        });
    }
    parts
}

/// The teaching signal of a network.
pub(super) fn signal(params: &Params) -> &'static str {
    match (params.choice(P::Rule), params.choice(P::Modulator)) {
        ("stdp" | "pair-stdp", _) => "none; labels assign the neurons afterwards",
        ("none", _) => "none",
        (_, "label (comparison)") => "label",
        ("stdp-then-r-stdp", _) => "none, then reward",
        _ => "reward",
    }
}
