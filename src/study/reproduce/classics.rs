//! The presets and what their papers report of them. Ranges of figures without a number are those of several seeds around what the
//! text describes; the source says which.

use super::{Classic, Condition, Expected, Measure as M, Sets};

/// All presets with expected results.
pub const CLASSICS: &[Classic] = &[ACTOR_CRITIC, BRUNEL, CONDUCTANCES, CURVES, DISTAL_REWARD, FIRING_PATTERNS, SONG, VOGELS, CUBA, COBA];

const EARLY: &str = "Frémaux et al. 2013, fig. 4 D: early trials explore the maze and take tens of seconds, up to the limit of 50 s; the limits are ours, around the values of several seeds";
const LATE: &str = "Frémaux et al. 2013, fig. 4 D: the median latency of TD-LTP falls within some tens of trials to a fraction of that of the first ones; the limits are ours, around the values of several seeds";

/// Finding a goal in a maze.
const ACTOR_CRITIC: Classic = Classic {
    preset: "actor-critic-maze",
    conditions: &[new("learning", &[], &[], [0.0, 0.0], [1_000_000.0, 240_000.0])],
    expected: &[
        both("learning", M::FirstLatency(5), (5.0, 50.0), EARLY),
        expect("learning", M::LastLatency(10), (0.5, 4.0), Some((0.5, 10.0)), LATE),
        expect("learning", M::Reached(10), (90.0, 100.0), Some((80.0, 100.0)), LATE),
    ],
};

/// A new network.
const fn new(name: &'static str, sets: Sets, small_sets: Sets, skip_ms: [f64; 2], watch_ms: [f64; 2]) -> Condition {
    Condition { name, new: true, sets, small_sets, skip_ms, watch_ms }
}

/// The network of the condition before it goes on.
const fn then(name: &'static str, sets: Sets, skip_ms: [f64; 2], watch_ms: [f64; 2]) -> Condition {
    Condition { name, new: false, sets, small_sets: &[], skip_ms, watch_ms }
}

/// A range in full and in the small form.
const fn expect(condition: &'static str, measure: M, full: (f64, f64), small: Option<(f64, f64)>, source: &'static str) -> Expected {
    Expected { condition, measure, full, small, source }
}

/// The same range in both.
const fn both(condition: &'static str, measure: M, range: (f64, f64), source: &'static str) -> Expected {
    expect(condition, measure, range, Some(range), source)
}

const FIG8: &str = "Brunel 2000, fig. 8, which shows rasters and rates over time: regular firing in SR, irregular in the others; AI with the weakest oscillation, SR with the strongest. The limits are ours, around the values of several seeds";
const AI: &str = "Brunel 2000, table 1, network C of figure 8: 37.7 Hz simulated, 38.0 Hz in theory; 10 % beside both. The small form, with stronger synapses, has 42.7 Hz in theory";
const FAST: &str = "Brunel 2000, table 1, network B of figure 8: 60.7 Hz simulated, 55.8 Hz in theory; 10 % beside both. The small form has 59.5 Hz in theory";
const SLOW: &str = "Brunel 2000, table 1, network D of figure 8: 5.5 Hz simulated, 6.5 Hz in theory; 10 % beside both. The small form has 14.0 Hz in theory";
/// 5,000 neurons with 500 synapses onto each, 2.5 times as strong: the mean input and the threshold rate stay as they are.
macro_rules! small {
    ($inhibition:literal, $external:literal) => {
        &[
            ("E.size", "4000"),
            ("I.size", "1000"),
            ("external_E.size", "4000"),
            ("external_I.size", "1000"),
            ("E->E.indegree", "400"),
            ("E->I.indegree", "400"),
            ("I->E.indegree", "100"),
            ("I->I.indegree", "100"),
            ("E->E.weight", "0.25 mV"),
            ("E->I.weight", "0.25 mV"),
            ("external_E->E.weight", "0.25 mV"),
            ("external_I->I.weight", "0.25 mV"),
            ("I->E.weight", $inhibition),
            ("I->I.weight", $inhibition),
            ("external_E.rate", $external),
            ("external_I.rate", $external),
        ]
    };
}

/// Sparsely connected network: rates and regimes of figure 8, A to D.
const BRUNEL: Classic = Classic {
    preset: "brunel-2000",
    conditions: &[
        new("AI", &[], small!("-1.25 mV", "8 kHz"), [200.0, 100.0], [1000.0, 300.0]),
        new("SR", &[("I->E.weight", "-0.3 mV"), ("I->I.weight", "-0.3 mV")], small!("-0.75 mV", "8 kHz"), [200.0, 50.0], [300.0, 100.0]),
        new(
            "SI fast",
            &[("I->E.weight", "-0.6 mV"), ("I->I.weight", "-0.6 mV"), ("external_E.rate", "40 kHz"), ("external_I.rate", "40 kHz")],
            small!("-1.5 mV", "16 kHz"),
            [200.0, 100.0],
            [600.0, 200.0],
        ),
        new(
            "SI slow",
            &[("I->E.weight", "-0.45 mV"), ("I->I.weight", "-0.45 mV"), ("external_E.rate", "9 kHz"), ("external_I.rate", "9 kHz")],
            small!("-1.125 mV", "3.6 kHz"),
            [200.0, 200.0],
            [2000.0, 1000.0],
        ),
    ],
    expected: &[
        expect("AI", M::Rate("E"), (33.9, 41.8), Some((33.9, 47.0)), AI),
        expect("AI", M::Cv("E"), (0.35, 1.2), Some((0.35, 1.2)), FIG8),
        // in the small network AI oscillates as much as SI fast, so that the measure does not tell them apart
        expect("AI", M::Synchrony("E"), (0.0, 0.65), None, FIG8),
        expect("SR", M::Rate("E"), (294.0, 360.0), Some((294.0, 360.0)), "327 Hz, the solution of Brunel 2000, eq. 21, 10 % beside it"),
        expect("SR", M::Cv("E"), (0.0, 0.15), Some((0.0, 0.2)), FIG8),
        expect("SR", M::Synchrony("E"), (1.0, 10.0), Some((1.0, 10.0)), FIG8),
        expect("SI fast", M::Rate("E"), (50.2, 66.8), Some((50.2, 66.8)), FAST),
        expect("SI fast", M::Cv("E"), (0.5, 1.3), Some((0.5, 1.5)), FIG8),
        expect("SI fast", M::Synchrony("E"), (0.66, 5.0), None, FIG8),
        expect("SI slow", M::Rate("E"), (4.9, 7.2), Some((4.9, 17.0)), SLOW),
        expect("SI slow", M::Cv("E"), (0.4, 1.2), Some((0.3, 1.2)), FIG8),
        expect("SI slow", M::Synchrony("E"), (1.0, 5.0), Some((0.8, 5.0)), FIG8),
    ],
};

const SELF_SUSTAINED: &str =
    "Vogels & Abbott 2005: asynchronous irregular activity that sustains itself, CV above 1; rates of several seeds in Brian2 2.9.0";

/// Conductances, and noise that can be switched off.
const CONDUCTANCES: Classic = Classic {
    preset: "conductance-network",
    conditions: &[
        new("with noise", &[], &[], [300.0, 300.0], [1000.0, 700.0]),
        then("without noise", &[("noise.rate", "0 Hz")], [0.0, 0.0], [1000.0, 700.0]),
    ],
    expected: &[
        both("with noise", M::Rate("E"), (12.0, 25.0), SELF_SUSTAINED),
        both("with noise", M::Cv("E"), (1.0, 2.2), SELF_SUSTAINED),
        both("without noise", M::Rate("E"), (12.0, 25.0), SELF_SUSTAINED),
        both("without noise", M::Cv("E"), (1.0, 2.2), SELF_SUSTAINED),
    ],
};

const REWARDED: &str = "Izhikevich 2007, fig. 1: the rewarded synapse is potentiated to near its maximum; the limits are ours, around the values of several seeds";
const OTHERS: &str = "Izhikevich 2007, fig. 1: the other synapses stay weak; the limits are ours, around the values of several seeds";

/// 200 neurons with a fifth of the synapses of each, that learn twice as fast.
const SMALL_DISTAL: Sets = &[
    ("E.size", "160"),
    ("I.size", "40"),
    ("noise_E.size", "160"),
    ("noise_I.size", "40"),
    ("E->E.outdegree", "16"),
    ("E->I.outdegree", "4"),
    ("I->E.outdegree", "20"),
    ("rewarded.eta", "0.2"),
    ("E->E.eta", "0.2"),
    ("E->I.eta", "0.2"),
];

/// The distal-reward problem: a synapse is rewarded 1 to 3 s after its spikes.
const DISTAL_REWARD: Classic = Classic {
    preset: "distal-reward-2007",
    conditions: &[new("rewarded", &[], SMALL_DISTAL, [3_590_000.0, 990_000.0], [10_000.0, 10_000.0])],
    expected: &[
        expect("rewarded", M::Weight("rewarded"), (80.0, 100.0), Some((60.0, 100.0)), REWARDED),
        both("rewarded", M::Weight("E->E"), (0.0, 40.0), OTHERS),
        both("rewarded", M::Rate("E"), (0.5, 20.0), OTHERS),
    ],
};

const GALLERY: &str = "Izhikevich 2003, fig. 2, equations of the paper at I = 10";

/// Firing patterns.
const FIRING_PATTERNS: Classic = Classic {
    preset: "firing-patterns",
    conditions: &[new("constant input", &[], &[], [0.0, 0.0], [1000.0, 1000.0])],
    expected: &[
        both("constant input", M::LastInterval("regular spiking"), (44.0, 46.0), GALLERY),
        both("constant input", M::LastInterval("fast spiking"), (7.5, 8.5), GALLERY),
        both("constant input", M::FirstInterval("intrinsically bursting"), (2.5, 3.5), GALLERY),
        both("constant input", M::FirstInterval("chattering"), (1.0, 5.0), GALLERY),
        both("constant input", M::Pause("chattering"), (40.0, 60.0), GALLERY),
    ],
};

const FIRST_SPIKE: &str = "Gerstner et al. 2014, ch. 1: a neuron fires if R I exceeds the distance of the threshold from rest, 15 mV (10 mV of LIF_cond); the currents of 100 neurons are 0.3 mV apart in the mean";
const HOPF: &str = "Naud, Marcille, Clopath & Gerstner 2008, Biol Cybern 99:335: rest loses its stability at (1 + a) (V_T - E_L - Delta_T + Delta_T ln(1 + tau_m/tau_w)) + Delta_T (a - tau_m/tau_w) = 20.91 mV, with a in units of g_L; the currents of 100 neurons are 0.3 mV apart in the mean";
const QUADRATIC: &str = "Izhikevich 2003: rest loses its stability where 0.08 v + 5 = a, at 3.80 (RS) and 3.94 (FS) mV/ms; the currents of 100 neurons are 0.18 mV/ms apart in the mean";
const FS_GAIN: &str = "line of least squares through the rates of the program of Izhikevich 2003, run for constant currents up to 18 mV/ms: 17.3; 5 % beside it";
const CLOSED: &str = "Gerstner et al. 2014, ch. 1: closed form; the number of spikes in the time that is measured is a whole one, and threshold crossings are at whole steps";
const SIEGERT: &str = "Siegert 1951, Phys Rev 81:617, with the threshold raised by 0.5826 times the noise of a step, because it is tested at steps (Broadie, Glasserman & Kou 1997): 17.6 Hz in the mean from 14 to 16 mV; 15 % beside it";

/// Rates over the current.
const CURVES: Classic = Classic {
    preset: "f-i-curves",
    conditions: &[new("constant currents", &[], &[], [1000.0, 1000.0], [10_000.0, 2000.0])],
    expected: &[
        expect("constant currents", M::Deviation("LIF"), (0.0, 0.6), Some((0.0, 1.0)), CLOSED),
        both("constant currents", M::Rheobase("LIF"), (14.0, 16.0), FIRST_SPIKE),
        expect("constant currents", M::RateAt("LIF_noise", 15), (15.0, 20.3), Some((13.0, 22.0)), SIEGERT),
        both("constant currents", M::Rheobase("LIF_cond"), (9.0, 11.0), FIRST_SPIKE),
        both("constant currents", M::Rheobase("AdEx"), (19.9, 21.9), HOPF),
        both("constant currents", M::Rheobase("RS"), (3.2, 4.4), QUADRATIC),
        both("constant currents", M::Rheobase("FS"), (3.3, 4.5), QUADRATIC),
        both("constant currents", M::Gain("FS"), (16.4, 18.2), FS_GAIN),
    ],
};

const COMPETITION: &str = "Song, Miller & Abbott 2000, fig. 2: weights gather at both limits, 10 % being a uniform distribution";
const BALANCE: &str = "Song, Miller & Abbott 2000: competition ends in irregular firing at a moderate rate; the paper gives no numbers for these parameters, so that the range is that of several seeds of this program";
const BEFORE: &str =
    "before competition all weights are strong and the neuron fires fast and regularly; range of several seeds of this program";

/// Competition by STDP.
const SONG: Classic = Classic {
    preset: "song-abbott-2000",
    conditions: &[
        new("start", &[], &[("inputs->neuron.a_plus", "0.02"), ("inputs->neuron.a_minus", "0.021")], [0.0, 0.0], [1000.0, 1000.0]),
        then("after competition", &[], [979_000.0, 278_000.0], [20_000.0, 20_000.0]),
    ],
    expected: &[
        both("start", M::Rate("neuron"), (120.0, 250.0), BEFORE),
        both("start", M::Cv("neuron"), (0.0, 0.3), BEFORE),
        both("after competition", M::Rate("neuron"), (8.0, 30.0), BALANCE),
        both("after competition", M::Cv("neuron"), (0.6, 1.3), BALANCE),
        both("after competition", M::Lowest("inputs->neuron"), (11.0, 60.0), COMPETITION),
        both("after competition", M::Highest("inputs->neuron"), (11.0, 60.0), COMPETITION),
        both("after competition", M::Middle("inputs->neuron"), (0.0, 8.0), COMPETITION),
    ],
};

const INHIBITORY: &str = "Vogels et al. 2011, fig. 4: inhibition grows until excitatory neurons fire irregularly near the target of 5 Hz";

/// Inhibitory plasticity.
const VOGELS: Classic = Classic {
    preset: "vogels-2011",
    conditions: &[new("start", &[], &[], [0.0, 0.0], [100.0, 100.0]), then("balanced", &[], [7900.0, 5900.0], [2000.0, 2000.0])],
    expected: &[
        both("start", M::Rate("E"), (60.0, 200.0), INHIBITORY),
        both("start", M::Cv("E"), (0.0, 0.4), INHIBITORY),
        both("balanced", M::Rate("E"), (4.0, 8.0), INHIBITORY),
        both("balanced", M::Cv("E"), (0.7, 1.6), INHIBITORY),
    ],
};

/// Self-sustained activity with currents.
const CUBA: Classic = Classic {
    preset: "vogels-abbott-2005-cuba",
    conditions: &[new("activity", &[], &[], [200.0, 200.0], [2000.0, 1000.0])],
    expected: &[
        both("activity", M::Rate("E"), (4.8, 6.2), "Brette et al. 2007, benchmark 2; rates of several seeds in Brian2 2.9.0"),
        both("activity", M::Cv("E"), (0.5, 1.2), "Vogels & Abbott 2005: irregular firing"),
        both("activity", M::Synchrony("E"), (0.0, 1.0), "Vogels & Abbott 2005: asynchronous activity"),
    ],
};

/// Self-sustained activity with conductances.
const COBA: Classic = Classic {
    preset: "vogels-abbott-2005",
    conditions: &[new("activity", &[], &[], [200.0, 200.0], [1000.0, 700.0])],
    expected: &[both("activity", M::Rate("E"), (14.0, 22.0), SELF_SUSTAINED), both("activity", M::Cv("E"), (1.0, 2.2), SELF_SUSTAINED)],
};
