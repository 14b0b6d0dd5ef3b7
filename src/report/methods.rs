//! Description of a network by text and equations: the part of the methods that follows from protocol and parameters.

use crate::params::{ParamId as P, Params, Protocol};

/// A paragraph or an equation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Words(&'static str),
    Equation(&'static str),
}

use Part::{Equation, Words};

/// The order of operations in a time step, equal for all networks.
pub(super) const STEP: &str = "Time is an integer number of steps of Δt. Order of operations in a step: deliver spikes and encode the image; update the neurons (exact integration, refractory period, threshold, reset); plasticity (presynaptic, then postsynaptic spikes); at the end of a presentation the answer, the reward, the weight update and homeostasis. A presynaptic spike that arrives in the step in which the postsynaptic neuron fires counts as pre-before-post. State is 32-bit floating point, parameters 64-bit; a run is a function of preset, seed, data, program version and the commands applied during the run, bit for bit.";

/// The networks of a protocol.
pub(super) fn network(protocol: Protocol) -> &'static [Part] {
    match protocol {
        Protocol::Classification => &[
            Words(
                "Pixels drive competing leaky integrate-and-fire neurons with all-to-all connections. Each spike lowers the potential of every other neuron in the next step and raises the threshold of its own neuron.",
            ),
            Equation(
                "τ_m dV/dt = E_L − V,   V_j ← V_j + Σ_i w_ij s_i − g_inh (S(t−1) − s_j(t−1)),   spike if V ≥ V_th + θ, then V = V_reset for t_ref,   θ ← θ + θ+",
            ),
        ],
        Protocol::Features => &[
            Words(
                "Each pixel fires at most once, brighter ones earlier. Hidden integrate-and-fire neurons receive patches of the image through filters that all sites share; after the first spikes of a site its other neurons cannot fire; relays pool neighbouring sites. Shared filters and relays are simplifications without a biological counterpart. With features = pixels there is no hidden layer.",
            ),
            Words(
                "Output neurons have escape noise, and the first output spike is the answer: from the start of the decision window a drive that is equal for all neurons rises. In training each neuron fires with a hazard, so that the probability of being first is a softmax of the potentials; tests are without noise, and the highest potential reaches the threshold first.",
            ),
            Equation("u_c = Σ_i w_ci ε_i,   ρ_c = exp((u_c + ramp · t − θ)/Δu) per ms,   P(c first) = softmax(u/Δu)_c"),
        ],
        Protocol::Deep => &[
            Words(
                "On-centre and off-centre cells of three sizes fire in the order of their contrast. Three layers of shared filters follow, with relays between them that transmit the first spike of neighbouring sites; neurons have no leak and fire at most once per image. The first two layers learn one after the other by winner STDP; in the third layer the first spike is the answer (after Mozafari et al. 2019).",
            ),
            Equation("Δw = A+ w (1 − w) for inputs that fired before the winner or in the same step,   Δw = −A− w (1 − w) for all others"),
        ],
        Protocol::CurrentStep | Protocol::Pairing | Protocol::Images | Protocol::Free => &[],
    }
}

/// Learning of the output weights.
pub(super) fn learning(params: &Params, protocol: Protocol) -> Vec<Part> {
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
    if protocol == Protocol::Classification {
        parts.push(match params.choice(P::Readout) {
            "label assignment" => Words(
                "After learning each neuron is assigned to the class it responds to most; the class whose neurons fire most is the answer.",
            ),
            _ => Words("Neurons belong to classes from the start; the class whose neurons fire most is the answer."),
        });
    }
    if matches!(params.choice(P::Rule), "stdp-then-r-stdp" | "r-stdp" | "r-max") {
        parts.push(match params.choice(P::Modulator) {
            "label (comparison)" => Words("As a supervised reference, the rule receives the label: this is not learning from reward."),
            _ => Words("M is one global scalar computed from the reward R of the image and the expected reward. The answer is compared with the label outside the network; no label reaches a synapse."),
        });
    }
    if protocol == Protocol::Features && params.choice(P::FeatureKind) == "stdp" {
        parts.push(Words("Filters learn before the outputs, by competitive STDP on the first images: the filter that wins a site moves toward the patch at that site. Then the filters stay fixed."));
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
