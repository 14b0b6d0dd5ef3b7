//! One parameter to change for a condition: back to the preset value if it was changed, otherwise a step in the beneficial
//! direction.

use super::vitals::Vitals;
use crate::params::{Domain, ParamId as P, ParamSpec, format_value};

/// One parameter to change.
#[derive(Debug, Clone, PartialEq)]
pub struct Remedy {
    /// The parameter.
    pub id: P,
    /// Its new value, in its registry unit.
    pub value: f64,
    /// Why it should help.
    pub reason: String,
}

impl Remedy {
    /// `tau_m = 100 ms`.
    pub fn words(&self) -> String {
        let spec = self.id.spec();
        format!("{} = {}", spec.name, format_value(spec, self.value))
    }
}

/// The side of the preset value on which a value is harmful.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Too large.
    Above,
    /// Too small.
    Below,
}

impl Vitals<'_> {
    /// The preset value of the first of these parameters that was changed in the harmful direction.
    pub(super) fn back(&self, candidates: &[(P, Side)]) -> Option<Remedy> {
        candidates.iter().find_map(|&(id, side)| {
            let (now, usual) = (self.params.get(id), self.preset.get(id));
            let harmful = if side == Side::Above { now > usual } else { now < usual };
            let spec = id.spec();
            let back = Remedy { id, value: usual, reason: String::new() };
            (harmful && spec.belongs_to(self.setup) && self.allows(&back)).then(|| {
                let direction = if side == Side::Above { "above" } else { "below" };
                let reason = format!("{} is {}, {direction} the preset value of {}.", spec.label, typeset(spec, now), typeset(spec, usual));
                Remedy { reason, ..back }
            })
        })
    }

    /// Whether a value is allowed and differs from the current one.
    pub(super) fn allows(&self, remedy: &Remedy) -> bool {
        let mut params = self.params.clone();
        let acts = params.idle(remedy.id, self.setup).is_none();
        acts && params.get(remedy.id) != remedy.value
            && params.set(remedy.id, remedy.value).is_ok()
            && params.conflicts(self.setup).is_empty()
    }

    /// The preset values of the rewards, if they were changed.
    pub(super) fn usual_reward(&self) -> Option<Remedy> {
        [P::RewardMode, P::Modulator, P::RewardRight, P::RewardWrong].into_iter().find_map(|id| {
            let (now, usual) = (self.params.get(id), self.preset.get(id));
            let spec = id.spec();
            (now != usual).then(|| {
                let reason = format!("{} is {}; the preset value is {}.", spec.label, typeset(spec, now), typeset(spec, usual));
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

/// A value as text, with a typographic minus sign.
fn typeset(spec: &ParamSpec, value: f64) -> String {
    let text = format_value(spec, value);
    if value < 0.0 { text.replacen('-', "−", 1) } else { text }
}

/// Two significant digits, because it is only a value to try.
pub(super) fn rounded(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// The index of a name of a choice.
pub(super) fn choice(id: P, word: &str) -> f64 {
    match id.spec().domain {
        Domain::Choice(words) => words.iter().position(|other| *other == word).unwrap_or(0) as f64,
        Domain::Real { .. } | Domain::Integer { .. } => 0.0,
    }
}
