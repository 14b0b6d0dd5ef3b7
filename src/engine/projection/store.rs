//! Weights and the rule that changes them.

use crate::engine::archive::{Archive, ArchiveError, Persist};
use crate::engine::rule::Rule;

/// Weights stored as `S`, and the rule that changes them.
pub struct Store<S> {
    /// The weights.
    pub weights: S,
    /// The rule; `None` for static weights.
    pub rule: Option<Box<dyn Rule<S>>>,
}

impl<S> Store<S> {
    /// Weights with a rule.
    pub fn new(weights: S, rule: Option<Box<dyn Rule<S>>>) -> Self {
        Self { weights, rule }
    }
}

impl<S: Clone> Store<S> {
    /// The same weights without a rule.
    #[must_use]
    pub fn fixed(&self) -> Self {
        Self { weights: self.weights.clone(), rule: None }
    }
}

impl<S: Clone> Clone for Store<S> {
    fn clone(&self) -> Self {
        Self { weights: self.weights.clone(), rule: self.rule.as_ref().map(|rule| rule.boxed_clone()) }
    }
}

impl<S: Persist> Persist for Store<S> {
    fn persist(&mut self, archive: &mut Archive<'_>) -> Result<(), ArchiveError> {
        let Self { weights, rule } = self;
        weights.persist(archive)?;
        rule.iter_mut().try_for_each(|rule| rule.persist(archive))
    }
}
