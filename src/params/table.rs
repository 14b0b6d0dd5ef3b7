//! The table of parameters. Order is the order of the panel; ranges are wide enough to explore and narrow enough to be safe.

use super::Change::{Live, Rebuild};
use super::Domain::{Choice, Integer, Real};
use super::ParamSpec;
use super::Protocol::{self, Classification, CurrentStep, Pairing};

const ALL: &[Protocol] = &[Classification, CurrentStep, Pairing];
const IMAGES: &[Protocol] = &[Classification];
const NEURON: &[Protocol] = &[Classification, CurrentStep];
const CURRENT: &[Protocol] = &[CurrentStep];
const WINDOW: &[Protocol] = &[Pairing];
const SYNAPSE: &[Protocol] = &[Classification, Pairing];

const GERSTNER: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1";
const DIEHL: &str = "Diehl & Cook 2015, Front Comput Neurosci 9:99";
const FREMAUX: &str = "Frémaux & Gerstner 2016, Front Neural Circuits 9:85";
const MORRISON: &str = "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459";
const SONG: &str = "Song, Miller & Abbott 2000, Nat Neurosci 3:919";
const OURS: &str = "Spikescope, docs/MODEL.md";

macro_rules! registry {
    ($( $id:ident $name:literal $label:literal $symbol:literal $unit:literal
        [$group:literal $protocols:ident $change:ident] $domain:expr, $default:expr;
        $help:literal; $equation:literal; $source:expr )*) => {
        /// Every parameter, in the order of the registry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // the registry entry is the documentation
        pub enum ParamId { $($id),* }

        /// The declarations, indexed by `ParamId`.
        pub static REGISTRY: &[ParamSpec] = &[$(ParamSpec {
            id: ParamId::$id, name: $name, label: $label, symbol: $symbol, unit: $unit, group: $group,
            domain: $domain, default: $default, change: $change, protocols: $protocols,
            help: $help, equation: $equation, source: $source,
        }),*];
    };
}

const fn real(min: f64, max: f64) -> super::Domain {
    Real { min, max, log: false }
}
const fn log(min: f64, max: f64) -> super::Domain {
    Real { min, max, log: true }
}
const fn whole(min: f64, max: f64) -> super::Domain {
    Integer { min, max }
}

registry! {
    NNeurons "n_neurons" "Neurons" "N" "" ["Network" IMAGES Rebuild] whole(1.0, 10_000.0), 400.0;
        "Number of output neurons that compete for each image."; "N"; DIEHL
    Dt "dt" "Time step" "Δt" "ms" ["Network" ALL Rebuild] real(0.05, 1.0), 1.0;
        "Step of the simulation; every duration is a whole number of steps."; "t = k Δt"; GERSTNER

    TauM "tau_m" "Membrane time constant" "τ_m" "ms" ["Neuron · LIF" NEURON Live] log(1.0, 1000.0), 100.0;
        "How long a neuron remembers its input: the potential decays toward rest with this time constant.";
        "τ_m dV/dt = E_L − V + R I"; GERSTNER
    EL "e_l" "Resting potential" "E_L" "mV" ["Neuron · LIF" NEURON Live] real(-100.0, -40.0), -65.0;
        "Potential to which the membrane relaxes without input."; "τ_m dV/dt = E_L − V + R I"; GERSTNER
    VTh "v_th" "Threshold" "V_th" "mV" ["Neuron · LIF" NEURON Live] real(-90.0, 0.0), -52.0;
        "A neuron fires when its potential reaches this value plus its adaptive part θ."; "spike if V ≥ V_th + θ"; GERSTNER
    VReset "v_reset" "Reset" "V_reset" "mV" ["Neuron · LIF" NEURON Live] real(-100.0, 0.0), -60.0;
        "Potential right after a spike, held during the refractory period."; "V ← V_reset"; GERSTNER
    TRef "t_ref" "Refractory period" "t_ref" "ms" ["Neuron · LIF" NEURON Live] real(0.0, 50.0), 5.0;
        "After a spike the potential is clamped for this long; input that arrives meanwhile is lost.";
        "V = V_reset for t_ref"; GERSTNER
    ThetaPlus "theta_plus" "Threshold adaptation" "θ+" "mV" ["Neuron · LIF" NEURON Live] real(0.0, 5.0), 0.05;
        "Each spike raises the neuron's own threshold by this much, so that no neuron wins always."; "θ ← θ + θ+"; DIEHL
    TauTheta "tau_theta" "Adaptation decay" "τ_θ" "ms" ["Neuron · LIF" NEURON Live] log(10.0, 1e9), 1e7;
        "Time constant with which a raised threshold returns."; "τ_θ dθ/dt = −θ"; DIEHL
    Sigma "sigma" "Membrane noise" "σ" "mV" ["Neuron · LIF" NEURON Live] real(0.0, 20.0), 0.0;
        "Standard deviation of the free membrane potential under white noise."; "τ_m dV = … + σ √(2 τ_m) dW"; GERSTNER
    TauSyn "tau_syn" "Synaptic time constant" "τ_s" "ms" ["Neuron · LIF" IMAGES Rebuild] real(0.0, 100.0), 0.0;
        "Decay of the synaptic current; 0 makes a spike a jump of the potential."; "τ_s dI/dt = −I"; GERSTNER
    RM "r_m" "Membrane resistance" "R" "MΩ" ["Neuron · LIF" CURRENT Live] real(0.1, 1000.0), 10.0;
        "Turns the current into a potential."; "τ_m dV/dt = E_L − V + R I"; GERSTNER
    Inhibition "inhibition" "Lateral inhibition" "g_inh" "mV" ["Neuron · LIF" IMAGES Live] real(0.0, 1000.0), 120.0;
        "How far one spike pushes every other neuron down in the next step: the competition.";
        "V_j ← V_j − g_inh (S(t−1) − s_j(t−1))"; DIEHL

    IExt "i_ext" "Injected current" "I" "nA" ["Stimulus" CURRENT Live] real(-5.0, 10.0), 2.0;
        "The current you inject through the electrode."; "τ_m dV/dt = E_L − V + R I"; GERSTNER

    Encoder "encoder" "Spike code" "" "" ["Encoder" IMAGES Live] Choice(&["poisson", "latency"]), 0.0;
        "Poisson: a brighter pixel fires more often. Latency: a brighter pixel fires earlier, once."; ""; DIEHL
    RateMax "rate_max" "Rate of a white pixel" "ν_max" "Hz" ["Encoder" IMAGES Live] real(0.0, 500.0), 128.0;
        "Poisson rate of a pixel at full intensity; others in proportion."; "P(spike in Δt) = ν_max x Δt"; DIEHL
    Latency "latency" "Latency of a black pixel" "t_max" "ms" ["Encoder" IMAGES Live] real(1.0, 250.0), 20.0;
        "A pixel of intensity x fires once, this long times (1 − x) after onset."; "t = t_max (1 − x)";
        "Mozafari et al. 2019, Pattern Recognition 94:87"
    PresentMs "present" "Presentation" "T" "ms" ["Encoder" IMAGES Live] real(1.0, 1000.0), 250.0;
        "How long each image is shown."; "T"; DIEHL
    RestMs "rest" "Rest between images" "T_rest" "ms" ["Encoder" IMAGES Live] real(0.0, 1000.0), 0.0;
        "Time without input after each image, before potentials are reset."; "T_rest"; DIEHL

    Rule "rule" "Learning rule" "" "" ["Synapse · plasticity" IMAGES Rebuild]
        Choice(&["r-stdp", "stdp", "stdp-then-r-stdp", "pair-stdp", "none"]), 0.0;
        "r-stdp: a reward at the end of the image turns eligibility into weight change. stdp: every output spike learns at once. pair-stdp: with depression too. stdp-then-r-stdp: first one, then the other.";
        "Δw = η M e"; FREMAUX
    Eta "eta" "Learning rate" "η" "" ["Synapse · plasticity" SYNAPSE Live] log(1e-6, 10.0), 0.05;
        "How much one reward (or, in STDP, one spike) changes a weight."; "Δw = η M e b(w)"; FREMAUX
    EtaFinal "eta_final" "Final learning rate" "η_end/η" "" ["Synapse · plasticity" IMAGES Live] log(1e-4, 1.0), 0.1;
        "The rate falls exponentially to this fraction over the training images."; "η(n) = η (η_end/η)^(n/n_train)"; OURS
    StdpEta "eta_stdp" "STDP learning rate" "η_stdp" "" ["Synapse · plasticity" IMAGES Live] log(1e-6, 1.0), 0.003;
        "Learning rate of the reward-free phase of stdp-then-r-stdp."; "Δw = η_stdp x_pre"; DIEHL
    StdpImages "stdp_images" "Images of STDP first" "" "" ["Synapse · plasticity" IMAGES Live] whole(0.0, 10_000_000.0), 60_000.0;
        "In stdp-then-r-stdp, reward takes over after this many images."; ""; OURS
    TauPlus "tau_plus" "Presynaptic trace" "τ+" "ms" ["Synapse · plasticity" SYNAPSE Live] log(0.5, 500.0), 20.0;
        "How long a presynaptic spike counts as a cause."; "τ+ dx/dt = −x"; MORRISON
    TauMinus "tau_minus" "Postsynaptic trace" "τ−" "ms" ["Synapse · plasticity" SYNAPSE Live] log(0.5, 500.0), 20.0;
        "How long a postsynaptic spike makes later inputs acausal (pair rule only)."; "τ− dy/dt = −y"; MORRISON
    APlus "a_plus" "Potentiation" "A+" "" ["Synapse · plasticity" SYNAPSE Live] real(0.0, 2.0), 1.0;
        "Weight change for a causal pair (pair rule only), times η."; "Δw = A+ exp(−Δt/τ+)"; SONG
    AMinus "a_minus" "Depression" "A−" "" ["Synapse · plasticity" SYNAPSE Live] real(0.0, 2.0), 1.05;
        "Weight change for an acausal pair (pair rule only), times η."; "Δw = −A− exp(Δt/τ−)"; SONG
    Pairing "pairing" "Spike pairing" "" "" ["Synapse · plasticity" SYNAPSE Live] Choice(&["nearest", "all-to-all"]), 0.0;
        "Whether a trace remembers only the last spike or the sum of all."; "x ← 1, or x ← x + 1"; MORRISON
    WMax "w_max" "Largest weight" "w_max" "mV" ["Synapse · plasticity" SYNAPSE Live] real(0.01, 100.0), 1.0;
        "Weights stay between 0 and this."; "0 ≤ w ≤ w_max"; SONG
    Bounds "bounds" "Weight bounds" "b(w)" "" ["Synapse · plasticity" SYNAPSE Live] Choice(&["soft", "hard"]), 0.0;
        "Soft: changes shrink toward the bound. Hard: weights are clipped."; "b = w_max − w going up, w going down"; MORRISON
    Norm "norm" "Sum of a neuron's weights" "Σw" "mV" ["Synapse · plasticity" IMAGES Live] real(0.0, 10_000.0), 40.0;
        "After each image the incoming weights of neurons that fired are scaled to this sum; 0 turns it off."; "Σ_i w_ij = const"; DIEHL
    WInitMin "w_init_min" "Initial weight, least" "w_0" "mV" ["Synapse · plasticity" IMAGES Rebuild] real(0.0, 100.0), 0.0;
        "Initial weights are uniform between this and the greatest, then normalised."; "w ~ U[min, max]"; DIEHL
    WInitMax "w_init_max" "Initial weight, greatest" "w_0" "mV" ["Synapse · plasticity" IMAGES Rebuild] real(0.0, 100.0), 0.3;
        "Initial weights are uniform between the least and this, then normalised."; "w ~ U[min, max]"; DIEHL

    RewardMode "reward_mode" "Reward" "" "" ["Reward" IMAGES Live] Choice(&["automatic", "by hand", "inverted", "off"]), 0.0;
        "Automatic compares answer and label outside the network. By hand: you are the dopamine. Inverted: wrong is right."; "R"; FREMAUX
    RewardRight "reward_right" "Reward when right" "R+" "" ["Reward" IMAGES Live] real(-10.0, 10.0), 1.0;
        "Reward delivered for a right answer."; "R"; FREMAUX
    RewardWrong "reward_wrong" "Reward when wrong" "R−" "" ["Reward" IMAGES Live] real(-10.0, 10.0), 0.0;
        "Reward delivered for a wrong answer."; "R"; FREMAUX
    Modulator "modulator" "Neuromodulator" "M" "" ["Reward" IMAGES Live]
        Choice(&["minus running mean", "minus prediction", "raw reward"]), 0.0;
        "What the one global signal says: the reward, or how much better it is than expected."; "M = R − R̄"; FREMAUX
    RewardRate "reward_rate" "Rate of expectation" "α" "" ["Reward" IMAGES Live] log(1e-4, 1.0), 0.002;
        "How fast the expected reward follows the rewards seen."; "R̄ ← R̄ + α (R − R̄)"; FREMAUX
    TauE "tau_e" "Eligibility trace" "τ_e" "ms" ["Reward" IMAGES Live] log(10.0, 1e6), 1e6;
        "How long a synapse remembers that it could be credited."; "τ_e de/dt = −e"; FREMAUX
    TauD "tau_d" "Dopamine decay" "τ_d" "ms" ["Reward" IMAGES Live] log(1.0, 10_000.0), 200.0;
        "Time constant of the displayed dopamine concentration."; "τ_d dD/dt = −D"; "Izhikevich 2007, Cereb Cortex 17:2443"

    Readout "readout" "Answer from" "" "" ["Readout" IMAGES Rebuild] Choice(&["class pools", "label assignment"]), 0.0;
        "Class pools: every neuron belongs to a class from the start. Label assignment: after unsupervised learning each neuron takes the class it fires most for.";
        "argmax_c Σ spikes of pool c"; DIEHL
    AssignImages "assign_images" "Images for assignment" "" "" ["Readout" IMAGES Live] whole(100.0, 60_000.0), 10_000.0;
        "Neurons are labelled from their mean responses to the last so many training images."; "mean rate per class"; DIEHL

    PairLag "pair_lag" "Lag" "Δt" "ms" ["Pairing protocol" WINDOW Live] real(-100.0, 100.0), 10.0;
        "Postsynaptic minus presynaptic spike time of the pair shown slowly."; "Δt = t_post − t_pre"; MORRISON
    PairSpan "pair_span" "Widest lag" "Δt_max" "ms" ["Pairing protocol" WINDOW Live] real(5.0, 100.0), 60.0;
        "The protocol walks from minus this lag to plus this lag and starts again."; "−Δt_max … Δt_max"; MORRISON
}
