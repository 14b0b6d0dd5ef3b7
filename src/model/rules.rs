//! Learning rules of projections. A rule is one file: its fields, the wirings that can hold it and the weights it allows.
//! It is listed here in one line.

mod filter_stdp;
mod inhibitory_stdp;
mod pair_stdp;
mod r_max;
mod r_stdp;
mod stdp;
mod symmetric_stdp;
mod synaptic_scaling;
mod trial_r_stdp;
mod triplet_stdp;
mod tsodyks_markram;
mod winner_r_stdp;
mod winner_stdp;

pub use filter_stdp::{FILTER_STDP, FilterStdp};
pub use inhibitory_stdp::{INHIBITORY_STDP, InhibitoryStdp};
pub use pair_stdp::{Bounds, PAIR_STDP, PairStdp, Pairing};
pub use r_max::{Credit, R_MAX, RMax};
pub use r_stdp::{R_STDP, RStdp};
pub use stdp::{STDP, Stdp};
pub use symmetric_stdp::{SYMMETRIC_STDP, SymmetricStdp};
pub use synaptic_scaling::{SYNAPTIC_SCALING, SynapticScaling, Target};
pub use trial_r_stdp::{TRIAL_R_STDP, TrialRStdp};
pub use triplet_stdp::{TRIPLET_STDP, TripletStdp};
pub use tsodyks_markram::{TSODYKS_MARKRAM, TsodyksMarkram};
pub use winner_r_stdp::{WINNER_R_STDP, WinnerRStdp};
pub use winner_stdp::{WINNER_STDP, WinnerStdp};

use super::field::{Field, Record};
use super::models::Methods;

/// What a rule declares beside its fields.
pub(crate) trait Rule: Record {
    /// The names of the wirings whose synapses can hold it.
    fn wirings(&self) -> &'static [&'static str];

    /// Smallest and largest weight in mV; of weights that are negative, of their size.
    fn weights_mv(&self) -> (f64, f64);

    /// Whether weights with this mean are negative, and the bounds are those of their size.
    fn is_negative(&self, _mean_mv: f64) -> bool {
        false
    }

    /// Whether it changes weights; short-term plasticity only changes their effect.
    fn learns(&self) -> bool {
        true
    }

    /// Whether it acts in continuous time, without trials, on a list of synapses that have a delay each.
    fn is_continuous(&self) -> bool {
        false
    }

    /// Fields with which it changes no weight if all are 0.
    fn amplitudes(&self) -> &'static [&'static str] {
        &[]
    }

    /// What the methods section of a report states about it.
    fn methods(&self) -> Methods;

    /// Whether it learns from trials with a beginning and an end, which a free run does not have.
    fn needs_trials(&self) -> bool {
        false
    }

    /// The models that its postsynaptic neurons must have; empty if any will do.
    fn onto(&self) -> &'static [&'static str] {
        &[]
    }
}

macro_rules! rules {
    ($(#[doc = $help:literal] $rule:ident),*) => {
        /// The learning rule of a projection, with its parameters.
        #[derive(Debug, Clone, PartialEq)]
        pub enum RuleSpec { $(#[doc = $help] $rule($rule)),* }

        impl RuleSpec {
            /// The names of all rules.
            pub const NAMES: &[&str] = &[$(stringify!($rule)),*];

            /// The rule called `name`, with the default of every parameter.
            pub fn named(name: &str) -> Option<Self> {
                $(if name == stringify!($rule) {
                    return Some(Self::$rule($rule::default()));
                })*
                None
            }

            /// Its name in files.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$rule(_) => stringify!($rule)),* }
            }

            /// One sentence about it.
            pub fn help(&self) -> &'static str {
                match self { $(Self::$rule(_) => $help.trim_ascii()),* }
            }

            pub(crate) fn rule(&self) -> &dyn Rule {
                match self { $(Self::$rule(rule) => rule),* }
            }

            pub(crate) fn record_mut(&mut self) -> &mut dyn Record {
                match self { $(Self::$rule(rule) => rule),* }
            }
        }
    };
}

rules! {
    /// Pair STDP: spikes before the neuron fires strengthen a synapse, later ones weaken it. The usual rule; start here.
    PairStdp,
    /// Triplet STDP: pair STDP that also depends on the rates, as measured in cortex.
    TripletStdp,
    /// Inhibition that learns until the neurons fire at a target rate; use it to keep a network balanced.
    InhibitoryStdp,
    /// Symmetric STDP: spikes close in time strengthen a synapse, whichever comes first.
    SymmetricStdp,
    /// Synaptic scaling: all weights of a neuron grow or shrink together until it fires at a target rate.
    SynapticScaling,
    /// Short-term plasticity: synapses tire or facilitate for a moment; the weights stay.
    TsodyksMarkram,
    /// Reward-modulated STDP in continuous time: pairs of spikes change a weight once a reward follows.
    RStdp,
    /// STDP in trials: inputs that fired before the neuron are strengthened, the others weakened; needs no reward.
    Stdp,
    /// Reward-modulated STDP in trials: weights change after the answer, by its reward.
    TrialRStdp,
    /// Policy gradient in trials: follows the mean reward; for neurons with the model EscapeNoise.
    RMax,
    /// Competitive STDP of shared filters: filters of images that learn without labels.
    FilterStdp,
    /// STDP of the winners of a trial: features of images that are learnt without labels.
    WinnerStdp,
    /// Reward-modulated STDP of the winner of a trial: the first neuron to fire answers and learns from the reward.
    WinnerRStdp
}

impl RuleSpec {
    /// The fields of the rule, in the order of its table.
    pub fn fields(&self) -> &'static [Field] {
        self.rule().fields()
    }

    /// The value of a field, in its unit; a choice as its index.
    pub fn value(&self, name: &str) -> Option<f64> {
        let index = self.fields().iter().position(|field| field.name == name)?;
        Some(self.rule().value(index))
    }

    /// What the methods section of a report states about it.
    pub fn methods(&self) -> Methods {
        self.rule().methods()
    }

    /// The names of the wirings whose synapses can hold it.
    pub fn wirings(&self) -> &'static [&'static str] {
        self.rule().wirings()
    }

    /// Whether it changes weights; short-term plasticity only changes their effect.
    pub fn learns(&self) -> bool {
        self.rule().learns()
    }

    /// Whether it acts in continuous time, without trials, on a list of synapses that have a delay each.
    pub fn is_continuous(&self) -> bool {
        self.rule().is_continuous()
    }

    /// Fields with which it changes no weight if all are 0; empty if there are none.
    pub fn amplitudes(&self) -> &'static [&'static str] {
        self.rule().amplitudes()
    }

    /// Whether weights with this mean are negative, and the bounds of the rule are those of their size.
    pub fn is_negative(&self, mean_mv: f64) -> bool {
        self.rule().is_negative(mean_mv)
    }

    /// Smallest and largest weight in mV that it allows; of weights that are negative, of their size.
    pub fn weights_mv(&self) -> (f64, f64) {
        self.rule().weights_mv()
    }

    /// Whether it learns from trials with a beginning and an end, which a free run does not have.
    pub fn needs_trials(&self) -> bool {
        self.rule().needs_trials()
    }
}
