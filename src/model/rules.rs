//! Learning rules of projections. A rule is one file: its fields, the wirings that can hold it and the weights it allows.
//! It is listed here in one line.

mod pair_stdp;
mod r_stdp;

pub use pair_stdp::{Bounds, PAIR_STDP, PairStdp, Pairing};
pub use r_stdp::{R_STDP, RStdp};

use super::field::{Field, Record};
use super::models::Methods;

/// What a rule declares beside its fields.
pub(crate) trait Rule: Record {
    /// The names of the wirings whose synapses can hold it.
    fn wirings(&self) -> &'static [&'static str];

    /// Smallest and largest weight in mV.
    fn weights_mv(&self) -> (f64, f64);

    /// What the methods section of a report states about it.
    fn methods(&self) -> Methods;
}

macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident),*) => {
        /// The learning rule of a projection, with its parameters.
        #[derive(Debug, Clone, PartialEq)]
        pub enum RuleSpec { $($(#[$doc])* $rule($rule)),* }

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
    /// Pair STDP.
    PairStdp,
    /// Reward-modulated STDP.
    RStdp
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

    /// Smallest and largest weight in mV that it allows.
    pub fn weights_mv(&self) -> (f64, f64) {
        self.rule().weights_mv()
    }
}
