//! The table of parameters, in the order of the Parameters view.

use super::Change::{Live, Rebuild};
use super::Domain::{Choice, Integer, Real};
use super::Template::{self, Competing, Deep, Features, Neuron, Pair};
use super::{ParamSpec, Scope, Task};

/// A quantity of the network.
const fn of(templates: &'static [Template]) -> Scope {
    Scope { templates, task: None }
}

/// A quantity of the task.
const fn task(task: Task, templates: &'static [Template]) -> Scope {
    Scope { templates, task: Some(task) }
}

const ALL: Scope = of(&[Competing, Features, Deep, Neuron, Pair]);
const IMAGES: Scope = of(&[Competing]);
const FEATURES: Scope = of(&[Features]);
const DEEP: Scope = of(&[Deep]);
/// Networks with first-spike readout.
const RACES: Scope = of(&[Features, Deep]);
/// Networks that classify images.
const LEARN: Scope = of(&[Competing, Features, Deep]);
/// What is done with a network that classifies images, whether it comes from a template or is described.
const TASK: Scope = task(Task::Classify, &[Competing, Features, Deep]);
const ASSIGNED: Scope = task(Task::Classify, &[Competing]);
const AVERAGED: Scope = task(Task::Classify, &[Features, Deep]);
const STIMULUS: Scope = task(Task::CurrentStep, &[Neuron]);
const LAGS: Scope = task(Task::Pairing, &[Pair]);
const BOUNDED: Scope = of(&[Competing, Deep, Pair]);
const NEURON: Scope = of(&[Competing, Neuron]);
const CURRENT: Scope = of(&[Neuron]);
const SYNAPSE: Scope = of(&[Competing, Pair]);
const ETA: Scope = of(&[Competing, Features, Deep, Pair]);

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
        [$group:literal $scope:ident $change:ident] $domain:expr, $default:expr;
        $help:literal; $equation:literal; $source:expr )*) => {
        /// Every parameter, in the order of the registry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // the registry entry is the documentation
        pub enum ParamId { $($id),* }

        /// The declarations, indexed by `ParamId`.
        pub static REGISTRY: &[ParamSpec] = &[$(ParamSpec {
            id: ParamId::$id, name: $name, label: $label, symbol: $symbol, unit: $unit, group: $group,
            domain: $domain, default: $default, change: $change, scope: $scope,
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
        "Number of output neurons; in a deep network, per site."; "N"; DIEHL
    Dt "dt" "Time step" "Δt" "ms" ["Network" ALL Rebuild] real(0.05, 1.0), 1.0;
        "Time step of the simulation; every duration is a whole number of steps."; "t = k Δt"; GERSTNER

    TauM "tau_m" "Membrane time constant" "τ_m" "ms" ["Neuron · LIF" NEURON Live] log(1.0, 1000.0), 100.0;
        "Time constant with which the membrane potential decays to rest.";
        "τ_m dV/dt = E_L − V + R I"; GERSTNER
    EL "e_l" "Resting potential" "E_L" "mV" ["Neuron · LIF" NEURON Live] real(-100.0, -40.0), -65.0;
        "Potential to which the membrane decays without input."; "τ_m dV/dt = E_L − V + R I"; GERSTNER
    VTh "v_th" "Threshold" "V_th" "mV" ["Neuron · LIF" NEURON Live] real(-90.0, 0.0), -52.0;
        "A neuron fires when its potential reaches this value plus its adaptive threshold θ."; "spike if V ≥ V_th + θ"; GERSTNER
    VReset "v_reset" "Reset potential" "V_reset" "mV" ["Neuron · LIF" NEURON Live] real(-100.0, 0.0), -60.0;
        "Potential after a spike, held during the refractory period."; "V ← V_reset"; GERSTNER
    TRef "t_ref" "Refractory period" "t_ref" "ms" ["Neuron · LIF" NEURON Live] real(0.0, 50.0), 5.0;
        "Time after a spike during which the potential is clamped to reset; input that arrives in this time is lost.";
        "V = V_reset for t_ref"; GERSTNER
    ThetaPlus "theta_plus" "Threshold increment" "θ+" "mV" ["Neuron · LIF" NEURON Live] real(0.0, 5.0), 0.05;
        "Each spike raises the adaptive threshold of its neuron by this much, so that no neuron wins every image."; "θ ← θ + θ+"; DIEHL
    TauTheta "tau_theta" "Threshold decay" "τ_θ" "ms" ["Neuron · LIF" NEURON Live] log(10.0, 1e9), 1e7;
        "Time constant with which the adaptive threshold decays to zero."; "τ_θ dθ/dt = −θ"; DIEHL
    Sigma "sigma" "Membrane noise" "σ" "mV" ["Neuron · LIF" NEURON Live] real(0.0, 20.0), 0.0;
        "Standard deviation of the membrane potential, without threshold, under white noise."; "τ_m dV = … + σ √(2 τ_m) dW"; GERSTNER
    TauSyn "tau_syn" "Synaptic time constant" "τ_s" "ms" ["Neuron · LIF" IMAGES Rebuild] real(0.0, 100.0), 0.0;
        "Decay time constant of the synaptic current; at 0 a spike changes the potential instantaneously."; "τ_s dI/dt = −I"; GERSTNER
    RM "r_m" "Membrane resistance" "R" "MΩ" ["Neuron · LIF" CURRENT Live] real(0.1, 1000.0), 10.0;
        "Ratio of steady-state depolarisation to injected current."; "τ_m dV/dt = E_L − V + R I"; GERSTNER
    Inhibition "inhibition" "Lateral inhibition" "Δ_inh" "mV" ["Neuron · LIF" IMAGES Live] real(0.0, 1000.0), 120.0;
        "Decrease of the potential of every other neuron after a spike; it makes neurons compete. With inhibition_type = conductance, the decrease that a neuron held at rest would accumulate.";
        "V_j ← V_j − Δ_inh (S(t−1) − s_j(t−1))"; DIEHL
    InhibitionType "inhibition_type" "Inhibition type" "" "" ["Neuron · LIF" IMAGES Live] Choice(&["current", "conductance"]), 0.0;
        "Current: each spike subtracts the same voltage, without a lower limit. Conductance: each spike opens a conductance that pulls the potential toward the inhibitory reversal potential, never below it.";
        "τ_m dV/dt = E_L − V + g (E_inh − V)"; DIEHL
    EInh "e_inh" "Inhibitory reversal potential" "E_inh" "mV" ["Neuron · LIF" IMAGES Live] real(-150.0, -50.0), -100.0;
        "Potential toward which inhibition pulls a neuron when inhibition_type = conductance.";
        "τ_m dV/dt = E_L − V + g (E_inh − V)"; DIEHL
    TauInh "tau_inh" "Inhibition decay" "τ_inh" "ms" ["Neuron · LIF" IMAGES Live] real(0.0, 2000.0), 2.0;
        "Decay time constant of the inhibitory conductance when inhibition_type = conductance; at 0 it lasts one time step.";
        "τ_inh dg/dt = −g"; DIEHL

    Retina "retina" "Retina" "" "" ["Retina" RACES Rebuild] Choice(&["pixels", "on-off", "on-off, 3 scales"]), 0.0;
        "pixels: a brighter pixel fires earlier. on-off: on-centre and off-centre cells of one size or three; the largest contrast fires first.";
        "D = exp(−d²/2σ²)/σ² − exp(−d²/8σ²)/4σ²"; MOZAFARI

    FeatureKind "features" "Hidden features" "" "" ["Features" FEATURES Rebuild] Choice(&["gabor", "pixels", "stdp"]), 0.0;
        "gabor: fixed random edge filters, shared by all sites. stdp: filters that compete at each site and learn by STDP before reward learning begins. pixels: no hidden layer; the outputs receive the spikes of the image.";
        "w(x, y) = exp(−(x′² + y′²/2)/(2σ²)) cos(2π x′/λ + ψ)"; ILLING
    NFeatures "n_features" "Filters per bank" "K" "" ["Features" FEATURES Rebuild] whole(1.0, 500.0), 64.0;
        "Number of different filters at every site."; "K"; MOZAFARI
    FilterA "filter_a" "Filter size, bank A" "p_A" "px" ["Features" FEATURES Rebuild] whole(3.0, 15.0), 11.0;
        "Width and height of the patch of pixels that a hidden neuron receives."; "p × p"; MOZAFARI
    FilterB "filter_b" "Filter size, bank B" "p_B" "px" ["Features" FEATURES Rebuild] whole(0.0, 15.0), 0.0;
        "Filter size of a second bank; 0 for no second bank."; "p × p"; MOZAFARI
    Stride "stride" "Stride" "" "px" ["Features" FEATURES Rebuild] whole(1.0, 8.0), 2.0;
        "Distance between neighbouring sites."; ""; MOZAFARI
    Pad "pad" "Padding" "" "px" ["Features" FEATURES Rebuild] whole(0.0, 8.0), 2.0;
        "Distance by which the outermost sites extend beyond the image."; ""; MOZAFARI
    Cells "cells" "Pooling cells" "" "" ["Features" FEATURES Rebuild] whole(1.0, 28.0), 7.0;
        "Number of pooling cells per row and column; each sums the spikes of neighbouring sites."; "cell = ⌊site · cells/sites⌋"; MOZAFARI
    FilterImages "filter_images" "Images of STDP" "" "" ["Features" FEATURES Live] whole(0.0, 1_000_000.0), 5000.0;
        "Number of images at the start of training on which filters learn by STDP; then they stay fixed and the outputs learn from reward."; ""; KHERADPISHEH
    FilterEta "filter_eta" "Filter learning rate" "η_f" "" ["Features" FEATURES Live] log(1e-5, 1.0), 0.005;
        "Fraction of the distance to a patch by which a filter moves when it wins; the first wins move it further."; "Δw = max(1/(n+1), η_f) (x − w)"; KHERADPISHEH
    FilterTau "filter_tau" "Pixel trace" "τ_x" "ms" ["Features" FEATURES Live] log(0.5, 100.0), 4.0;
        "Time constant with which later spikes of a patch count less."; "x = e^(−t/τ_x)"; "Thorpe, Delorme & Van Rullen 2001, Neural Networks 14:715"
    FilterTheta "theta_plus_hidden" "Threshold increment" "θ+" "mV" ["Features" FEATURES Live] real(0.0, 1.0), 0.007;
        "Each win raises the threshold of a filter by this much and lowers the thresholds of all filters slightly, so that every filter wins sometimes."; "θ ← θ + θ+"; DIEHL
    FilterReward "filter_reward" "Reward-modulated filters" "η_M" "" ["Features" FEATURES Rebuild] real(0.0, 1.0), 0.0;
        "Learning rate of filters after the STDP stage: filters that fired move toward their patches if the neuromodulator is positive and away from them if it is negative. 0 for fixed filters.";
        "Δw = η_M M (x − w)"; FREMAUX
    NFeaturesSecond "n_features_second" "Filters, second layer" "K_2" "" ["Features" FEATURES Rebuild] whole(0.0, 500.0), 0.0;
        "Number of filters in a second hidden layer, learnt by STDP from the pooled spikes of bank A; the outputs receive both layers. 0 for no second layer."; "K_2"; KHERADPISHEH
    FilterSecond "filter_second" "Filter size, second layer" "p_2" "cells" ["Features" FEATURES Rebuild] whole(1.0, 9.0), 3.0;
        "Width and height, in pooling cells, of the patch that a neuron of the second layer receives."; "p × p"; KHERADPISHEH
    VThSecond "v_th_second" "Threshold, second layer" "θ_2" "mV" ["Features" FEATURES Live] log(0.01, 10.0), 0.2;
        "Depolarisation at which a neuron of the second layer fires."; "spike if V − E_L ≥ θ_2"; GERSTNER
    WinnersSecond "winners_second" "Winners, second layer" "k_2" "spikes" ["Features" FEATURES Live] whole(1.0, 500.0), 16.0;
        "Maximum number of spikes per site and image in the second layer (local inhibition)."; "k-winners-take-all"; MOZAFARI
    FilterImagesSecond "filter_images_second" "Images of STDP, second layer" "" "" ["Features" FEATURES Live] whole(0.0, 1_000_000.0), 10_000.0;
        "Number of images, after the first filters have learnt, on which filters of the second layer learn by STDP."; ""; KHERADPISHEH
    TauMHidden "tau_m_hidden" "Membrane time constant" "τ_m" "ms" ["Neuron · hidden" FEATURES Live] log(0.5, 100.0), 5.0;
        "Time constant with which the potential of a hidden neuron decays to rest."; "τ_m dV/dt = E_L − V + R I"; GERSTNER
    TauSHidden "tau_s_hidden" "Synaptic time constant" "τ_s" "ms" ["Neuron · hidden" FEATURES Live] log(0.5, 100.0), 5.0;
        "Decay time constant of the synaptic current of a hidden neuron."; "τ_s dI/dt = −I"; GERSTNER
    VThHidden "v_th_hidden" "Threshold above rest" "θ" "mV" ["Neuron · hidden" FEATURES Live] log(0.01, 10.0), 0.23;
        "Depolarisation at which a hidden neuron fires; it fires at most once per image."; "spike if V − E_L ≥ θ"; GERSTNER
    Winners "winners" "Winners per site" "k" "spikes" ["Neuron · hidden" FEATURES Live] whole(1.0, 500.0), 8.0;
        "Maximum number of spikes per site and image (local inhibition)."; "k-winners-take-all"; MOZAFARI

    Maps1 "maps_1" "Filters" "K" "" ["Layer 1" DEEP Rebuild] whole(1.0, 500.0), 30.0;
        "Number of filters in the first layer, shared by all sites."; "K"; MOZAFARI
    Size1 "size_1" "Filter size" "p" "px" ["Layer 1" DEEP Rebuild] whole(1.0, 15.0), 5.0;
        "Width and height of the patch that a neuron receives."; "p × p"; MOZAFARI
    VTh1 "v_th_1" "Threshold above rest" "θ" "mV" ["Layer 1" DEEP Live] log(0.1, 1000.0), 15.0;
        "Sum of input weights at which a neuron fires; there is no leak, and it fires at most once per image."; "spike if Σ w ≥ θ"; MOZAFARI
    Winners1 "winners_1" "Winners per site" "k" "spikes" ["Layer 1" DEEP Live] whole(1.0, 500.0), 5.0;
        "Maximum number of spikes per site and image (local inhibition); one while the layer learns."; "k-winners-take-all"; MOZAFARI
    Learners1 "learners_1" "Learning winners" "" "" ["Layer 1" DEEP Rebuild] whole(1.0, 100.0), 5.0;
        "Maximum number of neurons that learn from an image, each of another filter."; "winner-take-all"; MOZAFARI
    Radius1 "radius_1" "Inhibition radius" "r" "sites" ["Layer 1" DEEP Rebuild] whole(0.0, 28.0), 3.0;
        "Distance from a neuron that learns within which no other neuron learns."; "winner-take-all"; MOZAFARI
    Pool1 "pool_1" "Pooling" "" "sites" ["Layer 1" DEEP Rebuild] whole(1.0, 14.0), 2.0;
        "Width and height of the group of sites of which only the first spike is transmitted."; "t = min t_i"; MOZAFARI
    Images1 "images_1" "Images of STDP" "" "" ["Layer 1" DEEP Live] whole(0.0, 1_000_000.0), 10_000.0;
        "Number of images at the start of training on which the first layer learns; then it stays fixed."; ""; MOZAFARI
    Maps2 "maps_2" "Filters" "K" "" ["Layer 2" DEEP Rebuild] whole(1.0, 500.0), 250.0;
        "Number of filters in the second layer, shared by all sites."; "K"; MOZAFARI
    Size2 "size_2" "Filter size" "p" "cells" ["Layer 2" DEEP Rebuild] whole(1.0, 15.0), 3.0;
        "Width and height of the patch that a neuron receives."; "p × p"; MOZAFARI
    VTh2 "v_th_2" "Threshold above rest" "θ" "mV" ["Layer 2" DEEP Live] log(0.1, 1000.0), 10.0;
        "Sum of input weights at which a neuron fires; there is no leak, and it fires at most once per image."; "spike if Σ w ≥ θ"; MOZAFARI
    Winners2 "winners_2" "Winners per site" "k" "spikes" ["Layer 2" DEEP Live] whole(1.0, 500.0), 4.0;
        "Maximum number of spikes per site and image (local inhibition); one while the layer learns."; "k-winners-take-all"; MOZAFARI
    Learners2 "learners_2" "Learning winners" "" "" ["Layer 2" DEEP Rebuild] whole(1.0, 100.0), 8.0;
        "Maximum number of neurons that learn from an image, each of another filter."; "winner-take-all"; MOZAFARI
    Radius2 "radius_2" "Inhibition radius" "r" "sites" ["Layer 2" DEEP Rebuild] whole(0.0, 28.0), 1.0;
        "Distance from a neuron that learns within which no other neuron learns."; "winner-take-all"; MOZAFARI
    Pool2 "pool_2" "Pooling" "" "sites" ["Layer 2" DEEP Rebuild] whole(1.0, 14.0), 3.0;
        "Width and height of the group of sites of which only the first spike is transmitted."; "t = min t_i"; MOZAFARI
    Images2 "images_2" "Images of STDP" "" "" ["Layer 2" DEEP Live] whole(0.0, 1_000_000.0), 15_000.0;
        "Number of images, after the first layer has learnt, on which the second layer learns; then it stays fixed."; ""; MOZAFARI
    Size3 "size_3" "Filter size" "p" "cells" ["Layer 3" DEEP Rebuild] whole(1.0, 15.0), 5.0;
        "Width and height of the patch that an output neuron receives; the third layer learns from reward."; "p × p"; MOZAFARI
    LayerEta "eta_layers" "STDP learning rate" "A+" "" ["Layers 1 and 2" DEEP Live] log(1e-5, 0.15), 0.004;
        "Potentiation of the causal inputs of a winner; it doubles every 500 images up to 0.15, and depression is three quarters of it.";
        "Δw = A+ w (1 − w), −A− w (1 − w)"; KHERADPISHEH

    TauMOut "tau_m_out" "Membrane time constant" "τ_m" "ms" ["Neuron · output" FEATURES Rebuild] log(1.0, 200.0), 10.0;
        "Decay time constant of a postsynaptic potential of an output neuron."; "ε(s) ∝ e^(−s/τ_m) − e^(−s/τ_s)"; GERSTNER
    TauSOut "tau_s_out" "Synaptic time constant" "τ_s" "ms" ["Neuron · output" FEATURES Rebuild] log(0.5, 100.0), 5.0;
        "Rise time constant of a postsynaptic potential of an output neuron."; "ε(s) ∝ e^(−s/τ_m) − e^(−s/τ_s)"; GERSTNER
    VThOut "v_th_out" "Threshold above rest" "θ" "mV" ["Neuron · output" RACES Live] real(1.0, 100.0), 20.0;
        "Depolarisation at which an output neuron fires with a hazard of 1 per ms."; "ρ = ρ_0 exp((u − θ)/Δu)"; ESCAPE
    DeltaU "delta_u" "Escape noise" "Δu" "mV" ["Neuron · output" RACES Live] log(0.05, 20.0), 1.0;
        "Width of the range of potentials around threshold in which firing is random; it provides exploration during reward learning and is absent in tests.";
        "P(first) = softmax(u/Δu)"; ESCAPE
    Gate "gate" "Decision window" "t_gate" "ms" ["Neuron · output" RACES Live] real(0.0, 1000.0), 11.0;
        "Time after onset at which the decision window opens: output neurons integrate their input before it and can fire after it."; "t ≥ t_gate"; OURS
    Ramp "ramp" "Ramp" "du/dt" "mV/ms" ["Neuron · output" RACES Live] log(0.1, 200.0), 20.0;
        "Slope of a drive, equal for all output neurons, that rises from the start of the decision window; a steeper ramp gives an earlier answer."; "u_c + ramp (t − t_gate)"; OURS

    IExt "i_ext" "Injected current" "I" "nA" ["Stimulus" STIMULUS Live] real(-5.0, 10.0), 2.0;
        "Current injected into the neuron."; "τ_m dV/dt = E_L − V + R I"; GERSTNER

    Encoder "encoder" "Spike code" "" "" ["Encoder" IMAGES Live] Choice(&["poisson", "latency"]), 0.0;
        "poisson: a brighter pixel fires at a higher rate. latency: a brighter pixel fires earlier, once."; ""; DIEHL
    RateMax "rate_max" "Maximum rate" "ν_max" "Hz" ["Encoder" IMAGES Live] real(0.0, 500.0), 128.0;
        "Poisson rate of a white pixel; the rate is proportional to intensity."; "P(spike in Δt) = ν_max x Δt"; DIEHL
    Latency "latency" "Maximum latency" "t_max" "ms" ["Encoder" LEARN Live] real(1.0, 250.0), 20.0;
        "A pixel of intensity x fires once, at this time multiplied by (1 − x) after onset."; "t = t_max (1 − x)";
        "Mozafari et al. 2019, Pattern Recognition 94:87"
    PresentMs "present" "Presentation" "T" "ms" ["Encoder" TASK Live] real(1.0, 1000.0), 250.0;
        "Duration of each image."; "T"; DIEHL
    RestMs "rest" "Rest between images" "T_rest" "ms" ["Encoder" TASK Live] real(0.0, 1000.0), 0.0;
        "Time without input after each image, before potentials are reset."; "T_rest"; DIEHL

    LatencyFloor "latency_floor" "Minimum intensity" "x_min" "" ["Encoder" LEARN Live] real(0.0, 1.0), 0.1;
        "Pixels with a lower intensity, or contrasts below this value, do not fire."; "x ≥ x_min"; MOZAFARI

    AugmentP "augment" "Augmentation probability" "p" "" ["Augmentation" TASK Live] real(0.0, 1.0), 0.0;
        "Fraction of training images that are shifted or deformed, with new random values each time; test images only if a test presents each image several times."; "p"; ILLING
    AugmentShift "augment_shift" "Shift" "" "px" ["Augmentation" TASK Live] real(0.0, 8.0), 1.0;
        "Maximum horizontal and vertical shift; without the other deformations, shifts are whole pixels."; ""; ILLING
    AugmentTurn "augment_turn" "Rotation" "" "deg" ["Augmentation" TASK Live] real(0.0, 45.0), 0.0;
        "Maximum rotation in either direction."; ""; ILLING
    AugmentScale "augment_scale" "Scale and shear" "" "" ["Augmentation" TASK Live] real(0.0, 0.5), 0.0;
        "Maximum logarithm of the scale of either axis, and maximum shear."; ""; ILLING
    AugmentWarp "augment_warp" "Elastic deformation" "" "px" ["Augmentation" TASK Live] real(0.0, 4.0), 0.0;
        "Standard deviation of the displacements of a 5 × 5 grid of control points."; "";
        "Simard, Steinkraus & Platt 2003, ICDAR"
    Glances "glances" "Test-time augmentation" "" "" ["Augmentation" TASK Live] whole(1.0, 200.0), 1.0;
        "Number of presentations of each test image: first unchanged, then transformed as training images are; the spikes of all presentations are summed.";
        "argmax_c Σ_glances spikes of pool c"; "Rucci & Victor 2015, Trends Neurosci 38:195"

    Rule "rule" "Learning rule" "" "" ["Synapse · plasticity" LEARN Rebuild]
        Choice(&["r-stdp", "stdp", "stdp-then-r-stdp", "pair-stdp", "none", "r-max"]), 0.0;
        "r-stdp: the reward at the end of an image converts eligibility to weight change. stdp: weights change at every output spike. pair-stdp: STDP with potentiation and depression. stdp-then-r-stdp: first stdp, then r-stdp. r-max: policy gradient for escape-noise output neurons.";
        "Δw = η M e"; FREMAUX
    Eta "eta" "Learning rate" "η" "" ["Synapse · plasticity" ETA Live] log(1e-6, 100.0), 0.05;
        "Factor of the weight change per reward or, in STDP, per spike."; "Δw = η M e b(w)"; FREMAUX
    EtaFinal "eta_final" "Final learning rate" "η_end/η" "" ["Synapse · plasticity" TASK Live] log(1e-4, 1.0), 0.1;
        "Learning rate at the end of the training images, as a fraction of the initial rate."; "η(n) = η (η_end/η)^(n/n_train)"; OURS
    EtaBoost "eta_boost" "Initial boost" "b" "" ["Synapse · plasticity" TASK Live] log(1.0, 100.0), 1.0;
        "Factor on the learning rate at the first image; it decays to 1 within the first images. 1 for no boost.";
        "η(n) · (1 + (b − 1) e^(−n/n_b))"; OURS
    BoostImages "boost_images" "Decay of the boost" "n_b" "images" ["Synapse · plasticity" TASK Live] log(1.0, 1e6), 1000.0;
        "Number of images in which the initial boost of the learning rate falls to 37 %.";
        "η(n) · (1 + (b − 1) e^(−n/n_b))"; OURS
    Schedule "schedule" "Learning-rate schedule" "" "" ["Synapse · plasticity" TASK Live] Choice(&["exponential", "linear"]), 0.0;
        "Shape of the decrease of the learning rate from its initial to its final value over the training images."; "η(n)"; OURS
    CreditKind "credit" "Credit" "" "" ["Synapse · plasticity" RACES Live] Choice(&["expected", "integral"]), 0.0;
        "expected: first neuron minus the probability of being first. integral: spike train minus hazard, integrated over time.";
        "e = ∫ (s − ρ) ε dt"; VASILAKI
    WInitSd "w_init_sd" "Initial weight, SD" "σ_w" "mV" ["Synapse · plasticity" RACES Rebuild] real(0.0, 1.0), 0.0;
        "Standard deviation of the initial output weights."; "w ~ N(0, σ_w)"; OURS
    Average "average" "Weight averaging" "" "images" ["Synapse · plasticity" AVERAGED Live] whole(0.0, 1_000_000.0), 0.0;
        "Number of recent training images over which output weights are averaged for tests; 0 to test the current weights.";
        "w̄ ← w̄ + (w − w̄)/n"; "Polyak & Juditsky 1992, SIAM J Control Optim 30:838"
    StdpEta "eta_stdp" "STDP learning rate" "η_stdp" "" ["Synapse · plasticity" IMAGES Live] log(1e-6, 1.0), 0.003;
        "Learning rate of the unsupervised stage of stdp-then-r-stdp."; "Δw = η_stdp x_pre"; DIEHL
    StdpImages "stdp_images" "Images of STDP" "" "" ["Synapse · plasticity" IMAGES Live] whole(0.0, 10_000_000.0), 60_000.0;
        "Number of images of the unsupervised stage of stdp-then-r-stdp."; ""; OURS
    TauPlus "tau_plus" "Presynaptic trace" "τ+" "ms" ["Synapse · plasticity" SYNAPSE Live] log(0.5, 500.0), 20.0;
        "Time constant of the presynaptic trace: presynaptic spikes within about this time before a postsynaptic spike are potentiated."; "τ+ dx/dt = −x"; MORRISON
    TauMinus "tau_minus" "Postsynaptic trace" "τ−" "ms" ["Synapse · plasticity" SYNAPSE Live] log(0.5, 500.0), 20.0;
        "Time constant of the postsynaptic trace: presynaptic spikes within about this time after a postsynaptic spike are depressed (pair-stdp only)."; "τ− dy/dt = −y"; MORRISON
    APlus "a_plus" "Potentiation" "A+" "" ["Synapse · plasticity" BOUNDED Live] real(0.0, 2.0), 1.0;
        "Weight change of a pre-before-post pair, times η (pair-stdp, and r-stdp in deep networks)."; "Δw = A+ exp(−Δt/τ+)"; SONG
    AMinus "a_minus" "Depression" "A−" "" ["Synapse · plasticity" BOUNDED Live] real(0.0, 2.0), 1.05;
        "Weight change of a post-before-pre pair, times η (pair-stdp, and r-stdp in deep networks)."; "Δw = −A− exp(Δt/τ−)"; SONG
    APunish "a_punish" "Potentiation after punishment" "A_p" "" ["Synapse · plasticity" DEEP Live] real(0.0, 2.0), 0.125;
        "Weight change of non-causal inputs after a punished answer, times η (r-stdp in deep networks)."; "Δw = −η M A_p"; MOZAFARI
    Pairing "pairing" "Spike pairing" "" "" ["Synapse · plasticity" SYNAPSE Live] Choice(&["nearest", "all-to-all"]), 0.0;
        "nearest: a trace counts only the last spike. all-to-all: a trace sums all spikes."; "x ← 1, or x ← x + 1"; MORRISON
    WMax "w_max" "Maximum weight" "w_max" "mV" ["Synapse · plasticity" BOUNDED Live] real(0.01, 100.0), 1.0;
        "Upper bound of the weights."; "0 ≤ w ≤ w_max"; SONG
    WMin "w_min" "Minimum weight" "w_min" "mV" ["Synapse · plasticity" DEEP Live] real(0.0, 10.0), 0.2;
        "Lower bound of the weights that r-stdp changes."; "w_min ≤ w ≤ w_max"; MOZAFARI
    Bounds "bounds" "Weight bounds" "b(w)" "" ["Synapse · plasticity" SYNAPSE Live] Choice(&["soft", "hard"]), 0.0;
        "soft: changes become smaller near the bound. hard: weights are clipped."; "b = w_max − w going up, w going down"; MORRISON
    Norm "norm" "Weight sum" "Σw" "mV" ["Synapse · plasticity" IMAGES Live] real(0.0, 10_000.0), 40.0;
        "After each image the input weights of neurons that fired are scaled to this sum; a change of the value rescales all neurons at once; 0 turns it off."; "Σ_i w_ij = const"; DIEHL
    WInitMin "w_init_min" "Initial weight, min" "w_0" "mV" ["Synapse · plasticity" IMAGES Rebuild] real(0.0, 100.0), 0.0;
        "Lower limit of the uniform distribution of initial weights, before normalisation."; "w ~ U[min, max]"; DIEHL
    WInitMax "w_init_max" "Initial weight, max" "w_0" "mV" ["Synapse · plasticity" IMAGES Rebuild] real(0.0, 100.0), 0.3;
        "Upper limit of the uniform distribution of initial weights, before normalisation."; "w ~ U[min, max]"; DIEHL

    RewardMode "reward_mode" "Reward" "" "" ["Reward" TASK Live] Choice(&["automatic", "by hand", "inverted", "off", "shuffled"]), 0.0;
        "automatic: answer and label are compared outside the network. by hand: you press +, 0 or -. inverted: right and wrong are exchanged. shuffled: each image gets the reward of the previous one, which is independent of its answer. off: no reward."; "R"; FREMAUX
    RewardRight "reward_right" "Reward if right" "R+" "" ["Reward" TASK Live] real(-10.0, 10.0), 1.0;
        "Reward for a right answer."; "R"; FREMAUX
    RewardWrong "reward_wrong" "Reward if wrong" "R−" "" ["Reward" TASK Live] real(-10.0, 10.0), 0.0;
        "Reward for a wrong answer."; "R"; FREMAUX
    Modulator "modulator" "Neuromodulator" "M" "" ["Reward" TASK Live]
        Choice(&["minus running mean", "minus prediction", "raw reward", "minus own probability", "over own doubt", "sign", "label (comparison)"]), 0.0;
        "Signal computed from the reward R. minus running mean, minus prediction, minus own probability: R minus its running mean, minus its running mean for the same answer, or minus the probability P of the answer. over own doubt: (R − P)/(1 − P). sign: sign of R minus running mean. raw reward: R. label (comparison): a supervised reference that uses the label, not a reward.";
        "M = R − R̄ or R − P or (R − P)/(1 − P)"; FREMAUX
    RewardRate "reward_rate" "Baseline rate" "α" "" ["Reward" TASK Live] log(1e-4, 1.0), 0.002;
        "Fraction by which the expected reward moves toward each new reward."; "R̄ ← R̄ + α (R − R̄)"; FREMAUX
    RewardDelay "reward_delay" "Reward delay" "d" "ms" ["Reward" TASK Live] real(0.0, 5000.0), 0.0;
        "Time from the end of the presentation to the reward, during which eligibility decays; acts from the next image on."; "e ← e · e^(−d/τ_e)"; "Izhikevich 2007, Cereb Cortex 17:2443"
    RewardNoise "reward_noise" "Reward noise" "p" "" ["Reward" TASK Live] real(0.0, 1.0), 0.0;
        "Probability that the automatic reward of an image is exchanged for the opposite one; at 0.5 the reward carries no information."; "R = R− or R+ with probability p"; OURS
    SwapA "swap_a" "Swapped label" "a" "" ["Reward" TASK Live] whole(0.0, 255.0), 0.0;
        "Reversal learning: from now on images of this class count as the other class and vice versa, also for accuracy; no swap if both are equal."; "a ↔ b"; OURS
    SwapB "swap_b" "Swapped with" "b" "" ["Reward" TASK Live] whole(0.0, 255.0), 0.0;
        "Class that is exchanged with the swapped label."; "a ↔ b"; OURS
    TauE "tau_e" "Eligibility trace" "τ_e" "ms" ["Reward" LEARN Live] log(10.0, 1e6), 1e6;
        "Time constant with which the eligibility of a synapse decays; with first-spike readout only during a reward delay."; "τ_e de/dt = −e"; FREMAUX
    TauD "tau_d" "Dopamine decay" "τ_d" "ms" ["Reward" LEARN Live] log(1.0, 10_000.0), 200.0;
        "Time constant of the displayed dopamine concentration."; "τ_d dD/dt = −D"; "Izhikevich 2007, Cereb Cortex 17:2443"

    Readout "readout" "Readout" "" "" ["Readout" ASSIGNED Rebuild] Choice(&["class pools", "label assignment"]), 0.0;
        "class pools: every neuron belongs to a class from the start. label assignment: after unsupervised learning each neuron is assigned to the class it responds to most.";
        "argmax_c Σ spikes of pool c"; DIEHL
    AssignImages "assign_images" "Images for assignment" "" "" ["Readout" ASSIGNED Live] whole(100.0, 60_000.0), 10_000.0;
        "Number of recent training images whose mean responses determine the label assignment."; "mean rate per class"; DIEHL

    PairLag "pair_lag" "Lag" "Δt" "ms" ["Pairing protocol" LAGS Live] real(-100.0, 100.0), 10.0;
        "Postsynaptic minus presynaptic spike time of the displayed pair."; "Δt = t_post − t_pre"; MORRISON
    PairSpan "pair_span" "Maximum lag" "Δt_max" "ms" ["Pairing protocol" LAGS Live] real(5.0, 100.0), 60.0;
        "Lags are scanned from minus this value to plus this value, repeatedly."; "−Δt_max … Δt_max"; MORRISON
}
