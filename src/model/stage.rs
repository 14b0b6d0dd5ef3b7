//! Stages of learning of a task with trials: which projections learn without reward before everything else, for how many images,
//! and by which rule.

use super::rules::RuleSpec;
use super::spec::NetworkSpec;

/// A stage of learning: these projections learn without reward, for so many trials, and no others do.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Names of the projections; with none, the stage only waits.
    pub projections: Vec<String>,
    /// Number of images.
    pub images: u64,
    /// The rule by which they learn in the stage, in place of their own; filters always learn by their own.
    pub rule: Option<RuleSpec>,
}

impl Stage {
    /// A stage in which filters learn by their own rules.
    pub fn new(projections: Vec<String>, images: u64) -> Self {
        Self { projections, images, rule: None }
    }
}

impl NetworkSpec {
    /// The network with the rules of a stage; without one, or where a stage has no rule, with its own. In a stage with a rule,
    /// other projections have none.
    #[must_use]
    pub fn in_stage(&self, stage: Option<&Stage>) -> Self {
        let mut staged = self.clone();
        if let Some(Stage { projections, rule: Some(rule), .. }) = stage {
            for projection in &mut staged.projections {
                projection.rule = projections.contains(&projection.name).then(|| rule.clone());
            }
        }
        staged
    }
}
