//! One parameter to move against a condition: back to the preset where it was moved away from it, else a step in the right
//! direction.

use super::vitals::Vitals;
use crate::params::{Domain, ParamId as P, ParamSpec, format_value};

/// One parameter to move.
#[derive(Debug, Clone, PartialEq)]
pub struct Remedy {
    /// The parameter.
    pub id: P,
    /// Its new value, in its registry unit.
    pub value: f64,
    /// Why this should help.
    pub reason: String,
}

impl Remedy {
    /// `tau_m = 100 ms`.
    pub fn words(&self) -> String {
        let spec = self.id.spec();
        format!("{} = {}", spec.name, format_value(spec, self.value))
    }
}

/// On which side of the preset a value does harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Too much of it.
    Above,
    /// Too little of it.
    Below,
}

impl Vitals<'_> {
    /// The way back to the preset of the first of these parameters that was moved to the side where it does harm.
    pub(super) fn back(&self, candidates: &[(P, Side)]) -> Option<Remedy> {
        candidates.iter().find_map(|&(id, side)| {
            let (now, usual) = (self.params.get(id), self.preset.get(id));
            let harmful = if side == Side::Above { now > usual } else { now < usual };
            let spec = id.spec();
            let back = Remedy { id, value: usual, reason: String::new() };
            (harmful && spec.protocols.contains(&self.protocol) && self.allows(&back)).then(|| {
                let direction = if side == Side::Above { "above" } else { "below" };
                let reason = format!(
                    "{} is {}, {direction} the {} of the preset, which is known to work.",
                    spec.label,
                    typeset(spec, now),
                    typeset(spec, usual)
                );
                Remedy { reason, ..back }
            })
        })
    }

    /// Whether a parameter can be moved so, and is not there already: what would be refused is no remedy.
    pub(super) fn allows(&self, remedy: &Remedy) -> bool {
        let mut params = self.params.clone();
        params.get(remedy.id) != remedy.value && params.set(remedy.id, remedy.value).is_ok() && params.conflicts(self.protocol).is_empty()
    }

    /// Rewards as the preset has them, if they were changed.
    pub(super) fn usual_reward(&self) -> Option<Remedy> {
        [P::RewardMode, P::Modulator, P::RewardRight, P::RewardWrong].into_iter().find_map(|id| {
            let (now, usual) = (self.params.get(id), self.preset.get(id));
            let spec = id.spec();
            (now != usual).then(|| {
                let reason =
                    format!("{} is {}; with {} of the preset rewards teach.", spec.label, typeset(spec, now), typeset(spec, usual));
                Remedy { id, value: usual, reason }
            })
        })
    }

    /// A parameter times a factor.
    pub(super) fn scaled(&self, id: P, factor: f64, reason: &str) -> Remedy {
        remedy(id, factor * self.params.get(id), reason)
    }
}

/// A new value within its range, with two significant digits.
pub(super) fn remedy(id: P, value: f64, reason: &str) -> Remedy {
    let value = match id.spec().domain {
        Domain::Real { min, max, .. } => rounded(value).clamp(min, max),
        Domain::Integer { min, max } => value.round().clamp(min, max),
        Domain::Choice(_) => value,
    };
    Remedy { id, value, reason: reason.to_owned() }
}

/// A value in a sentence, with the minus sign of sentences.
fn typeset(spec: &ParamSpec, value: f64) -> String {
    let text = format_value(spec, value);
    if value < 0.0 { text.replacen('-', "−", 1) } else { text }
}

/// Two significant digits: a value to try, not one to believe in.
pub(super) fn rounded(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// The value of a choice's word.
pub(super) fn choice(id: P, word: &str) -> f64 {
    match id.spec().domain {
        Domain::Choice(words) => words.iter().position(|other| *other == word).unwrap_or(0) as f64,
        Domain::Real { .. } | Domain::Integer { .. } => 0.0,
    }
}
