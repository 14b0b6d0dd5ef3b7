//! What a network is, in words and equations: the part of the methods that follows from its protocol and parameters.

use crate::params::{ParamId as P, Params, Protocol};

/// A paragraph, or an equation of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Words(&'static str),
    Equation(&'static str),
}

use Part::{Equation, Words};

/// The order of a step, which holds for all networks.
pub(super) const STEP: &str = "Time is a count of steps of Δt. Order of one step: deliver spikes and encode the image; advance the neurons (exact integration, refractory period, threshold, reset); plasticity (presynaptic, then postsynaptic spikes); at the end of a presentation the answer, the reward, consolidation and homeostasis. A presynaptic spike that arrives in the step in which the postsynaptic neuron fires counts as causal. State is 32-bit floating point, parameters 64-bit; a run is a function of preset, seed, data, program version and the commands given while it ran, bit for bit.";

/// How the networks of a protocol work.
pub(super) fn network(protocol: Protocol) -> &'static [Part] {
    match protocol {
        Protocol::Classification => &[
            Words(
                "Pixels drive competing leaky integrate-and-fire neurons, all to all. Each spike pushes every other neuron down in the next step and raises its own neuron's threshold.",
            ),
            Equation(
                "τ_m dV/dt = E_L − V,   V_j ← V_j + Σ_i w_ij s_i − g_inh (S(t−1) − s_j(t−1)),   spike if V ≥ V_th + θ, then V = V_reset for t_ref,   θ ← θ + θ+",
            ),
        ],
        Protocol::Features => &[
            Words(
                "Each pixel fires at most once, brighter ones earlier. Integrate-and-fire neurons behind filters that all sites share look at patches; the first spikes of a site silence the rest of it; relays pool neighbouring sites. Shared filters and relays are shortcuts of the model, not of biology. Where features are pixels there is no hidden layer.",
            ),
            Words(
                "Output neurons race for the answer: an urgency that is the same for all rises from the gate on, and the first spike decides. In training a neuron fires with a hazard, so that who is first is distributed as a softmax of the potentials; in tests there is no noise, and the highest potential gets to the threshold first.",
            ),
            Equation("u_c = Σ_i w_ci ε_i,   ρ_c = exp((u_c + ramp · t − θ)/Δu) per ms,   P(c first) = softmax(u/Δu)_c"),
        ],
        Protocol::Deep => &[
            Words(
                "On and off centres of three sizes fire in the order of their contrast. Three layers of shared filters follow one another, with relays between them that pass on the first spike of neighbouring sites; neurons have no leak and fire at most once an image. The first two layers learn one after the other by STDP of winners; the filters of the third race for the answer (after Mozafari et al. 2019).",
            ),
            Equation("Δw = A+ w (1 − w) for inputs that fired before the winner or with it,   Δw = −A− w (1 − w) for all others"),
        ],
        Protocol::CurrentStep | Protocol::Pairing => &[],
    }
}

/// How the weights onto the outputs learn.
pub(super) fn learning(params: &Params, protocol: Protocol) -> Vec<Part> {
    let rule = match params.choice(P::Rule) {
        "stdp" => &[
            Words(
                "Learning is unsupervised: when neuron j fires, its synapses grow by the trace of what had just arrived; normalisation after each image makes them compete.",
            ),
            Equation("Δw_ij = η x_i,   Σ_i w_ij = norm"),
        ][..],
        "pair-stdp" => &[
            Words("Learning is unsupervised, by pairs of spikes."),
            Equation("Δw = η A+ exp(−Δt/τ+) for pre before post,   Δw = −η A− exp(Δt/τ−) otherwise"),
        ],
        "stdp-then-r-stdp" => &[
            Words(
                "First unsupervised STDP, then, on the same synapses, reward: eligibility gathered over an image becomes weight change when the reward comes.",
            ),
            Equation("Δw_ij = η x_i,   then Δw_ij = η M e_ij b(w_ij),   e_ij ← e_ij + x_i at each spike of j"),
        ],
        "r-stdp" => &[
            Words("Eligibility gathered over an image becomes weight change when the reward comes (three factors)."),
            Equation("e_ij ← e_ij + x_i at each spike of j,   τ_e de_ij/dt = −e_ij,   Δw_ij = η M e_ij b(w_ij)"),
        ],
        "r-max" => &[
            Words("The weights onto the outputs follow the gradient of the expected reward (a policy gradient)."),
            Equation("Δw_ij = (η/N) M e_ij,   e_ij = ([j speaks for the answer] p_j/P − p_j) ε_i  or  ∫ (s_j − ρ_j) ε_i dt"),
        ],
        _ => &[Words("Nothing is learnt.")],
    };
    let mut parts = rule.to_vec();
    if protocol == Protocol::Classification {
        parts.push(match params.choice(P::Readout) {
            "label assignment" => {
                Words("After learning each neuron takes the class it fires most for; the class whose neurons fire most is the answer.")
            }
            _ => Words("Every class has its neurons from the start; the class whose neurons fire most is the answer."),
        });
    }
    if matches!(params.choice(P::Rule), "stdp-then-r-stdp" | "r-stdp" | "r-max") {
        parts.push(match params.choice(P::Modulator) {
            "label (comparison)" => Words("For comparison, the rule is told the label: this is not learning from reward."),
            _ => Words("M is one global scalar made of the reward R of the image and of what was expected. The answer is compared with the label outside the network; no label reaches a synapse."),
        });
    }
    if protocol == Protocol::Features && params.choice(P::FeatureKind) == "stdp" {
        parts.push(Words("Filters learn before the outputs, by competitive STDP on the first images: the winner of a site moves toward the patch it won with. Then they stay."));
    }
    parts
}

/// What tells a network what to learn, in a few words.
pub(super) fn signal(params: &Params) -> &'static str {
    match (params.choice(P::Rule), params.choice(P::Modulator)) {
        ("stdp" | "pair-stdp", _) => "none; labels name the neurons afterwards",
        ("none", _) => "none",
        (_, "label (comparison)") => "label",
        ("stdp-then-r-stdp", _) => "none, then reward",
        _ => "reward",
    }
}
