//! The table of parameters. Order is the order of the panel; ranges are wide enough to explore and narrow enough to be safe.

use super::Change::{Live, Rebuild};
use super::Domain::{Choice, Integer, Real};
use super::ParamSpec;
use super::Protocol::{self, Classification, CurrentStep, Deep, Features, Pairing};

const ALL: &[Protocol] = &[Classification, Features, Deep, CurrentStep, Pairing];
const IMAGES: &[Protocol] = &[Classification];
const FEATURES: &[Protocol] = &[Features];
const DEEP: &[Protocol] = &[Deep];
/// Networks with a hidden layer and outputs that race.
const RACES: &[Protocol] = &[Features, Deep];
/// Networks that learn to classify.
const LEARN: &[Protocol] = &[Classification, Features, Deep];
const BOUNDED: &[Protocol] = &[Classification, Deep, Pairing];
const NEURON: &[Protocol] = &[Classification, CurrentStep];
const CURRENT: &[Protocol] = &[CurrentStep];
const WINDOW: &[Protocol] = &[Pairing];
const SYNAPSE: &[Protocol] = &[Classification, Pairing];
const ETA: &[Protocol] = &[Classification, Features, Deep, Pairing];

const GERSTNER: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 1";
const DIEHL: &str = "Diehl & Cook 2015, Front Comput Neurosci 9:99";
const FREMAUX: &str = "Frémaux & Gerstner 2016, Front Neural Circuits 9:85";
const MORRISON: &str = "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459";
const SONG: &str = "Song, Miller & Abbott 2000, Nat Neurosci 3:919";
const MOZAFARI: &str = "Mozafari et al. 2019, Pattern Recognition 94:87";
const ESCAPE: &str = "Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, ch. 9";
const VASILAKI: &str = "Vasilaki et al. 2009, PLoS Comput Biol 5:e1000586";
const KHERADPISHEH: &str = "Kheradpisheh et al. 2018, Neural Networks 99:56";
const ILLING: &str = "Illing, Gerstner & Brea 2019, Neural Networks 118:90";
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
    NNeurons "n_neurons" "Neurons" "N" "" ["Network" LEARN Rebuild] whole(1.0, 10_000.0), 400.0;
        "Number of output neurons that compete for each image; in a deep network, at each of its sites."; "N"; DIEHL
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

    Retina "retina" "Retina" "" "" ["Retina" RACES Rebuild] Choice(&["pixels", "on-off", "on-off, 3 scales"]), 0.0;
        "Pixels: a brighter pixel fires earlier. On-off: on-centre and off-centre cells of one or three sizes see contrasts, and the strongest contrast fires first.";
        "D = exp(−d²/2σ²)/σ² − exp(−d²/8σ²)/4σ²"; MOZAFARI

    FeatureKind "features" "Hidden features" "" "" ["Features" FEATURES Rebuild] Choice(&["gabor", "pixels", "stdp"]), 0.0;
        "Gabor: fixed random edge filters, the same at every site. Stdp: filters that sites compete for and that learn the patches they win, before rewards begin. Pixels: no hidden layer, the outputs see the spikes of the image.";
        "w(x, y) = exp(−(x′² + y′²/2)/(2σ²)) cos(2π x′/λ + ψ)"; ILLING
    NFeatures "n_features" "Filters of a bank" "K" "" ["Features" FEATURES Rebuild] whole(1.0, 500.0), 64.0;
        "How many different filters look at every site."; "K"; MOZAFARI
    FilterA "filter_a" "Filter size, bank A" "p_A" "px" ["Features" FEATURES Rebuild] whole(3.0, 15.0), 11.0;
        "Width and height of the patch that a hidden neuron sees."; "p × p"; MOZAFARI
    FilterB "filter_b" "Filter size, bank B" "p_B" "px" ["Features" FEATURES Rebuild] whole(0.0, 15.0), 0.0;
        "A second bank of filters of another size beside the first; 0 for none."; "p × p"; MOZAFARI
    Stride "stride" "Distance of sites" "" "px" ["Features" FEATURES Rebuild] whole(1.0, 8.0), 2.0;
        "Pixels from one site to the next."; ""; MOZAFARI
    Pad "pad" "Sites beyond the edge" "" "px" ["Features" FEATURES Rebuild] whole(0.0, 8.0), 2.0;
        "How far patches reach beyond the image."; ""; MOZAFARI
    Cells "cells" "Pooling cells" "" "" ["Features" FEATURES Rebuild] whole(1.0, 28.0), 7.0;
        "Relays sum the spikes of neighbouring sites into so many cells across and down."; "cell = ⌊site · cells/sites⌋"; MOZAFARI
    FilterImages "filter_images" "Images for filters" "" "" ["Features" FEATURES Live] whole(0.0, 1_000_000.0), 5000.0;
        "Filters are learnt by STDP on so many first images, then stay; only then rewards teach the outputs."; ""; KHERADPISHEH
    FilterEta "filter_eta" "Learning rate of filters" "η_f" "" ["Features" FEATURES Live] log(1e-5, 1.0), 0.005;
        "How far a filter moves toward a patch that it won, once it has won often."; "Δw = max(1/(n+1), η_f) (x − w)"; KHERADPISHEH
    FilterTau "filter_tau" "Trace of a pixel" "τ_x" "ms" ["Features" FEATURES Live] log(0.5, 100.0), 4.0;
        "How much less later spikes of a patch count."; "x = e^(−t/τ_x)"; "Thorpe, Delorme & Van Rullen 2001, Neural Networks 14:715"
    FilterTheta "theta_plus_hidden" "Balance of filters" "θ+" "mV" ["Features" FEATURES Live] real(0.0, 1.0), 0.007;
        "Every win raises the threshold of its filter by this much and lowers all a little, so that all filters get to win."; "θ ← θ + θ+"; DIEHL
    FilterReward "filter_reward" "Reward gates filters" "η_M" "" ["Features" FEATURES Rebuild] real(0.0, 1.0), 0.0;
        "Filters that have learnt go on learning from reward: those that fired move toward their patches after a good surprise and away after a bad one. 0 for filters that stay.";
        "Δw = η_M M (x − w)"; FREMAUX
    NFeaturesSecond "n_features_second" "Filters, second layer" "K_2" "" ["Features" FEATURES Rebuild] whole(0.0, 500.0), 0.0;
        "A second hidden layer of filters, learnt by STDP from the pooled spikes of bank A; the outputs see both. 0 for none."; "K_2"; KHERADPISHEH
    FilterSecond "filter_second" "Filter size, second layer" "p_2" "cells" ["Features" FEATURES Rebuild] whole(1.0, 9.0), 3.0;
        "Width and height of the patch of pooling cells that a neuron of the second layer sees."; "p × p"; KHERADPISHEH
    VThSecond "v_th_second" "Threshold, second layer" "θ_2" "mV" ["Features" FEATURES Live] log(0.01, 10.0), 0.2;
        "Depolarisation at which a neuron of the second layer fires."; "spike if V − E_L ≥ θ_2"; GERSTNER
    WinnersSecond "winners_second" "Winners, second layer" "k_2" "spikes" ["Features" FEATURES Live] whole(1.0, 500.0), 16.0;
        "Local inhibition of the second layer: after so many spikes the rest of the site stays silent."; "k-winners-take-all"; MOZAFARI
    FilterImagesSecond "filter_images_second" "Images for second layer" "" "" ["Features" FEATURES Live] whole(0.0, 1_000_000.0), 10_000.0;
        "After the first filters have learnt, those of the second layer learn on so many images."; ""; KHERADPISHEH
    TauMHidden "tau_m_hidden" "Membrane time constant" "τ_m" "ms" ["Neuron · hidden" FEATURES Live] log(0.5, 100.0), 5.0;
        "How long a hidden neuron remembers its input."; "τ_m dV/dt = E_L − V + R I"; GERSTNER
    TauSHidden "tau_s_hidden" "Synaptic time constant" "τ_s" "ms" ["Neuron · hidden" FEATURES Live] log(0.5, 100.0), 5.0;
        "Decay of the synaptic current of a hidden neuron."; "τ_s dI/dt = −I"; GERSTNER
    VThHidden "v_th_hidden" "Threshold above rest" "θ" "mV" ["Neuron · hidden" FEATURES Live] log(0.01, 10.0), 0.23;
        "A hidden neuron fires, once an image, when it is depolarised by this much."; "spike if V − E_L ≥ θ"; GERSTNER
    Winners "winners" "Winners at a site" "k" "spikes" ["Neuron · hidden" FEATURES Live] whole(1.0, 500.0), 8.0;
        "Local inhibition: after so many spikes the rest of the site stays silent."; "k-winners-take-all"; MOZAFARI

    Maps1 "maps_1" "Filters" "K" "" ["Layer 1" DEEP Rebuild] whole(1.0, 500.0), 30.0;
        "Filters of the first layer, shared by all its sites."; "K"; MOZAFARI
    Size1 "size_1" "Filter size" "p" "px" ["Layer 1" DEEP Rebuild] whole(1.0, 15.0), 5.0;
        "Width and height of the patch that a neuron sees."; "p × p"; MOZAFARI
    VTh1 "v_th_1" "Threshold above rest" "θ" "mV" ["Layer 1" DEEP Live] log(0.1, 1000.0), 15.0;
        "A neuron without leak fires, once an image, when its inputs sum to this."; "spike if Σ w ≥ θ"; MOZAFARI
    Winners1 "winners_1" "Spikes of a site" "k" "spikes" ["Layer 1" DEEP Live] whole(1.0, 500.0), 5.0;
        "Local inhibition: after so many spikes the rest of the site stays silent. While the layer learns, after one."; "k-winners-take-all"; MOZAFARI
    Learners1 "learners_1" "Winners that learn" "" "" ["Layer 1" DEEP Rebuild] whole(1.0, 100.0), 5.0;
        "Neurons that learn from an image at most, each of another filter."; "winner-take-all"; MOZAFARI
    Radius1 "radius_1" "Inhibition radius" "r" "sites" ["Layer 1" DEEP Rebuild] whole(0.0, 28.0), 3.0;
        "Around a neuron that learns, no other does."; "winner-take-all"; MOZAFARI
    Pool1 "pool_1" "Pooling" "" "sites" ["Layer 1" DEEP Rebuild] whole(1.0, 14.0), 2.0;
        "The first spike among so many by so many neighbouring sites stands for all."; "t = min t_i"; MOZAFARI
    Images1 "images_1" "Images of STDP" "" "" ["Layer 1" DEEP Live] whole(0.0, 1_000_000.0), 10_000.0;
        "The first layer learns on so many images, then stays."; ""; MOZAFARI
    Maps2 "maps_2" "Filters" "K" "" ["Layer 2" DEEP Rebuild] whole(1.0, 500.0), 250.0;
        "Filters of the second layer, shared by all its sites."; "K"; MOZAFARI
    Size2 "size_2" "Filter size" "p" "cells" ["Layer 2" DEEP Rebuild] whole(1.0, 15.0), 3.0;
        "Width and height of the patch that a neuron sees."; "p × p"; MOZAFARI
    VTh2 "v_th_2" "Threshold above rest" "θ" "mV" ["Layer 2" DEEP Live] log(0.1, 1000.0), 10.0;
        "A neuron without leak fires, once an image, when its inputs sum to this."; "spike if Σ w ≥ θ"; MOZAFARI
    Winners2 "winners_2" "Spikes of a site" "k" "spikes" ["Layer 2" DEEP Live] whole(1.0, 500.0), 4.0;
        "Local inhibition: after so many spikes the rest of the site stays silent. While the layer learns, after one."; "k-winners-take-all"; MOZAFARI
    Learners2 "learners_2" "Winners that learn" "" "" ["Layer 2" DEEP Rebuild] whole(1.0, 100.0), 8.0;
        "Neurons that learn from an image at most, each of another filter."; "winner-take-all"; MOZAFARI
    Radius2 "radius_2" "Inhibition radius" "r" "sites" ["Layer 2" DEEP Rebuild] whole(0.0, 28.0), 1.0;
        "Around a neuron that learns, no other does."; "winner-take-all"; MOZAFARI
    Pool2 "pool_2" "Pooling" "" "sites" ["Layer 2" DEEP Rebuild] whole(1.0, 14.0), 3.0;
        "The first spike among so many by so many neighbouring sites stands for all."; "t = min t_i"; MOZAFARI
    Images2 "images_2" "Images of STDP" "" "" ["Layer 2" DEEP Live] whole(0.0, 1_000_000.0), 15_000.0;
        "The second layer learns on so many images after the first has, then stays."; ""; MOZAFARI
    Size3 "size_3" "Filter size" "p" "cells" ["Layer 3" DEEP Rebuild] whole(1.0, 15.0), 5.0;
        "Width and height of the patch that an output neuron sees. The third layer learns from reward."; "p × p"; MOZAFARI
    LayerEta "eta_layers" "Learning rate of STDP" "A+" "" ["Layers 1 and 2" DEEP Live] log(1e-5, 0.15), 0.004;
        "Potentiation of a causal input of a winner; it doubles every 500 images until it is 0.15, and depression is three quarters of it.";
        "Δw = A+ w (1 − w), −A− w (1 − w)"; KHERADPISHEH

    TauMOut "tau_m_out" "Membrane time constant" "τ_m" "ms" ["Neuron · output" FEATURES Rebuild] log(1.0, 200.0), 10.0;
        "Fall of a postsynaptic potential of an output neuron."; "ε(s) ∝ e^(−s/τ_m) − e^(−s/τ_s)"; GERSTNER
    TauSOut "tau_s_out" "Synaptic time constant" "τ_s" "ms" ["Neuron · output" FEATURES Rebuild] log(0.5, 100.0), 5.0;
        "Rise of a postsynaptic potential of an output neuron."; "ε(s) ∝ e^(−s/τ_m) − e^(−s/τ_s)"; GERSTNER
    VThOut "v_th_out" "Threshold above rest" "θ" "mV" ["Neuron · output" RACES Live] real(1.0, 100.0), 20.0;
        "Depolarisation at which an output neuron fires at 1 per ms."; "ρ = ρ_0 exp((u − θ)/Δu)"; ESCAPE
    DeltaU "delta_u" "Softness of the threshold" "Δu" "mV" ["Neuron · output" RACES Live] log(0.05, 20.0), 1.0;
        "How far from the threshold a neuron may fire by chance: the exploration. Without reward learning there is none.";
        "P(first) = softmax(u/Δu)"; ESCAPE
    Gate "gate" "Decision opens" "t_gate" "ms" ["Neuron · output" RACES Live] real(0.0, 1000.0), 11.0;
        "Outputs only gather evidence until then; after it they race to their threshold."; "t ≥ t_gate"; OURS
    Ramp "ramp" "Urgency" "du/dt" "mV/ms" ["Neuron · output" RACES Live] log(0.1, 200.0), 20.0;
        "Drive common to all outputs after the gate opened: how fast the race is."; "u_c + ramp (t − t_gate)"; OURS

    IExt "i_ext" "Injected current" "I" "nA" ["Stimulus" CURRENT Live] real(-5.0, 10.0), 2.0;
        "The current you inject through the electrode."; "τ_m dV/dt = E_L − V + R I"; GERSTNER

    Encoder "encoder" "Spike code" "" "" ["Encoder" IMAGES Live] Choice(&["poisson", "latency"]), 0.0;
        "Poisson: a brighter pixel fires more often. Latency: a brighter pixel fires earlier, once."; ""; DIEHL
    RateMax "rate_max" "Rate of a white pixel" "ν_max" "Hz" ["Encoder" IMAGES Live] real(0.0, 500.0), 128.0;
        "Poisson rate of a pixel at full intensity; others in proportion."; "P(spike in Δt) = ν_max x Δt"; DIEHL
    Latency "latency" "Latency of a black pixel" "t_max" "ms" ["Encoder" LEARN Live] real(1.0, 250.0), 20.0;
        "A pixel of intensity x fires once, this long times (1 − x) after onset."; "t = t_max (1 − x)";
        "Mozafari et al. 2019, Pattern Recognition 94:87"
    PresentMs "present" "Presentation" "T" "ms" ["Encoder" LEARN Live] real(1.0, 1000.0), 250.0;
        "How long each image is shown."; "T"; DIEHL
    RestMs "rest" "Rest between images" "T_rest" "ms" ["Encoder" LEARN Live] real(0.0, 1000.0), 0.0;
        "Time without input after each image, before potentials are reset."; "T_rest"; DIEHL

    LatencyFloor "latency_floor" "Darkest pixel that fires" "x_min" "" ["Encoder" RACES Live] real(0.0, 1.0), 0.1;
        "Pixels of less intensity stay silent."; "x ≥ x_min"; MOZAFARI

    AugmentP "augment" "Images changed" "p" "" ["Augmentation" LEARN Live] real(0.0, 1.0), 0.0;
        "Fraction of training images that are shown shifted or warped, each time anew. Test images are so only where a test takes several glances."; "p"; ILLING
    AugmentShift "augment_shift" "Shift" "" "px" ["Augmentation" LEARN Live] real(0.0, 8.0), 1.0;
        "Greatest shift across and down. Shifts alone are by whole pixels."; ""; ILLING
    AugmentTurn "augment_turn" "Rotation" "" "deg" ["Augmentation" LEARN Live] real(0.0, 45.0), 0.0;
        "Greatest rotation to either side."; ""; ILLING
    AugmentScale "augment_scale" "Scale and shear" "" "" ["Augmentation" LEARN Live] real(0.0, 0.5), 0.0;
        "Greatest logarithm of the scale of either axis, and greatest shear."; ""; ILLING
    AugmentWarp "augment_warp" "Elastic warp" "" "px" ["Augmentation" LEARN Live] real(0.0, 4.0), 0.0;
        "Standard deviation of the displacement of a 5 × 5 grid of control points."; "";
        "Simard, Steinkraus & Platt 2003, ICDAR"
    Glances "glances" "Glances at a test image" "" "" ["Augmentation" LEARN Live] whole(1.0, 200.0), 1.0;
        "In a test each image is looked at so many times, at first as it is and then changed as training images are, and the spikes of all glances vote: what small movements of the eye do.";
        "argmax_c Σ_glances spikes of pool c"; "Rucci & Victor 2015, Trends Neurosci 38:195"

    Rule "rule" "Learning rule" "" "" ["Synapse · plasticity" LEARN Rebuild]
        Choice(&["r-stdp", "stdp", "stdp-then-r-stdp", "pair-stdp", "none", "r-max"]), 0.0;
        "r-stdp: a reward at the end of the image turns eligibility into weight change. stdp: every output spike learns at once. pair-stdp: with depression too. stdp-then-r-stdp: first one, then the other. r-max: the policy gradient of neurons with escape noise.";
        "Δw = η M e"; FREMAUX
    Eta "eta" "Learning rate" "η" "" ["Synapse · plasticity" ETA Live] log(1e-6, 100.0), 0.05;
        "How much one reward (or, in STDP, one spike) changes a weight."; "Δw = η M e b(w)"; FREMAUX
    EtaFinal "eta_final" "Final learning rate" "η_end/η" "" ["Synapse · plasticity" LEARN Live] log(1e-4, 1.0), 0.1;
        "The rate falls exponentially to this fraction over the training images."; "η(n) = η (η_end/η)^(n/n_train)"; OURS
    Schedule "schedule" "Fall of the learning rate" "" "" ["Synapse · plasticity" LEARN Live] Choice(&["exponential", "linear"]), 0.0;
        "How the learning rate gets from its first to its final value over the training images."; "η(n)"; OURS
    CreditKind "credit" "Credit" "" "" ["Synapse · plasticity" RACES Live] Choice(&["expected", "integral"]), 0.0;
        "Expected: who was first, minus how probable that was. Integral: the textbook rule, spike train minus hazard over time.";
        "e = ∫ (s − ρ) ε dt"; VASILAKI
    WInitSd "w_init_sd" "Spread of initial weights" "σ_w" "mV" ["Synapse · plasticity" RACES Rebuild] real(0.0, 1.0), 0.0;
        "Standard deviation of the initial weights onto the outputs."; "w ~ N(0, σ_w)"; OURS
    Average "average" "Averaged weights" "" "images" ["Synapse · plasticity" RACES Live] whole(0.0, 1_000_000.0), 0.0;
        "Tests use the weights onto the outputs averaged over about the last so many training images; 0 for the weights as they are.";
        "w̄ ← w̄ + (w − w̄)/n"; "Polyak & Juditsky 1992, SIAM J Control Optim 30:838"
    StdpEta "eta_stdp" "STDP learning rate" "η_stdp" "" ["Synapse · plasticity" IMAGES Live] log(1e-6, 1.0), 0.003;
        "Learning rate of the reward-free phase of stdp-then-r-stdp."; "Δw = η_stdp x_pre"; DIEHL
    StdpImages "stdp_images" "Images of STDP first" "" "" ["Synapse · plasticity" IMAGES Live] whole(0.0, 10_000_000.0), 60_000.0;
        "In stdp-then-r-stdp, reward takes over after this many images."; ""; OURS
    TauPlus "tau_plus" "Presynaptic trace" "τ+" "ms" ["Synapse · plasticity" SYNAPSE Live] log(0.5, 500.0), 20.0;
        "How long a presynaptic spike counts as a cause."; "τ+ dx/dt = −x"; MORRISON
    TauMinus "tau_minus" "Postsynaptic trace" "τ−" "ms" ["Synapse · plasticity" SYNAPSE Live] log(0.5, 500.0), 20.0;
        "How long a postsynaptic spike makes later inputs acausal (pair rule only)."; "τ− dy/dt = −y"; MORRISON
    APlus "a_plus" "Potentiation" "A+" "" ["Synapse · plasticity" BOUNDED Live] real(0.0, 2.0), 1.0;
        "Weight change for a causal pair (pair rule and winners), times η."; "Δw = A+ exp(−Δt/τ+)"; SONG
    AMinus "a_minus" "Depression" "A−" "" ["Synapse · plasticity" BOUNDED Live] real(0.0, 2.0), 1.05;
        "Weight change for an acausal pair (pair rule and winners), times η."; "Δw = −A− exp(Δt/τ−)"; SONG
    APunish "a_punish" "Potentiation after punishment" "A_p" "" ["Synapse · plasticity" DEEP Live] real(0.0, 2.0), 0.125;
        "Weight change of inputs that were not causal when the answer was punished (winners only), times η."; "Δw = −η M A_p"; MOZAFARI
    Pairing "pairing" "Spike pairing" "" "" ["Synapse · plasticity" SYNAPSE Live] Choice(&["nearest", "all-to-all"]), 0.0;
        "Whether a trace remembers only the last spike or the sum of all."; "x ← 1, or x ← x + 1"; MORRISON
    WMax "w_max" "Largest weight" "w_max" "mV" ["Synapse · plasticity" BOUNDED Live] real(0.01, 100.0), 1.0;
        "Weights stay between 0 and this."; "0 ≤ w ≤ w_max"; SONG
    WMin "w_min" "Least weight" "w_min" "mV" ["Synapse · plasticity" DEEP Live] real(0.0, 10.0), 0.2;
        "Weights that R-STDP of winners changes stay between this and the largest."; "w_min ≤ w ≤ w_max"; MOZAFARI
    Bounds "bounds" "Weight bounds" "b(w)" "" ["Synapse · plasticity" SYNAPSE Live] Choice(&["soft", "hard"]), 0.0;
        "Soft: changes shrink toward the bound. Hard: weights are clipped."; "b = w_max − w going up, w going down"; MORRISON
    Norm "norm" "Sum of a neuron's weights" "Σw" "mV" ["Synapse · plasticity" IMAGES Live] real(0.0, 10_000.0), 40.0;
        "After each image the incoming weights of neurons that fired are scaled to this sum; moving it scales those of all at once; 0 turns it off."; "Σ_i w_ij = const"; DIEHL
    WInitMin "w_init_min" "Initial weight, least" "w_0" "mV" ["Synapse · plasticity" IMAGES Rebuild] real(0.0, 100.0), 0.0;
        "Initial weights are uniform between this and the greatest, then normalised."; "w ~ U[min, max]"; DIEHL
    WInitMax "w_init_max" "Initial weight, greatest" "w_0" "mV" ["Synapse · plasticity" IMAGES Rebuild] real(0.0, 100.0), 0.3;
        "Initial weights are uniform between the least and this, then normalised."; "w ~ U[min, max]"; DIEHL

    RewardMode "reward_mode" "Reward" "" "" ["Reward" LEARN Live] Choice(&["automatic", "by hand", "inverted", "off", "shuffled"]), 0.0;
        "Automatic compares answer and label outside the network. By hand: you are the dopamine. Inverted: wrong is right. Shuffled: each image gets the reward that the one before it earned, which says nothing about it."; "R"; FREMAUX
    RewardRight "reward_right" "Reward when right" "R+" "" ["Reward" LEARN Live] real(-10.0, 10.0), 1.0;
        "Reward delivered for a right answer."; "R"; FREMAUX
    RewardWrong "reward_wrong" "Reward when wrong" "R−" "" ["Reward" LEARN Live] real(-10.0, 10.0), 0.0;
        "Reward delivered for a wrong answer."; "R"; FREMAUX
    Modulator "modulator" "Neuromodulator" "M" "" ["Reward" LEARN Live]
        Choice(&["minus running mean", "minus prediction", "raw reward", "minus own probability", "over own doubt", "sign", "label (comparison)"]), 0.0;
        "What the one global signal says: the reward, or how much better it is than expected from earlier rewards or from the network's own certainty; over own doubt divides that by how uncertain the network was. Label is no reward: it tells each class apart, for comparison only.";
        "M = R − R̄ or R − P or (R − P)/(1 − P)"; FREMAUX
    RewardRate "reward_rate" "Rate of expectation" "α" "" ["Reward" LEARN Live] log(1e-4, 1.0), 0.002;
        "How fast the expected reward follows the rewards seen."; "R̄ ← R̄ + α (R − R̄)"; FREMAUX
    RewardDelay "reward_delay" "Reward delay" "d" "ms" ["Reward" LEARN Live] real(0.0, 5000.0), 0.0;
        "The reward arrives so long after the end of the presentation; the network waits in silence, and meanwhile eligibility decays. From the next image on."; "e ← e · e^(−d/τ_e)"; "Izhikevich 2007, Cereb Cortex 17:2443"
    RewardNoise "reward_noise" "Reward noise" "p" "" ["Reward" LEARN Live] real(0.0, 1.0), 0.0;
        "Probability that the automatic reward of an image is the other one: right is paid as wrong, wrong as right. At 0.5 it says nothing."; "R = R− or R+ with probability p"; OURS
    SwapA "swap_a" "Swap label" "a" "" ["Reward" LEARN Live] whole(0.0, 255.0), 0.0;
        "Reversal learning: images of this class count as the other one from now on, and the reverse. Accuracy is measured against the swapped labels. Equal to the other: no swap."; "a ↔ b"; OURS
    SwapB "swap_b" "with label" "b" "" ["Reward" LEARN Live] whole(0.0, 255.0), 0.0;
        "The label that changes places with the one to swap."; "a ↔ b"; OURS
    TauE "tau_e" "Eligibility trace" "τ_e" "ms" ["Reward" LEARN Live] log(10.0, 1e6), 1e6;
        "How long a synapse remembers that it could be credited. In networks that race for the answer it acts while a delayed reward is awaited."; "τ_e de/dt = −e"; FREMAUX
    TauD "tau_d" "Dopamine decay" "τ_d" "ms" ["Reward" LEARN Live] log(1.0, 10_000.0), 200.0;
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
