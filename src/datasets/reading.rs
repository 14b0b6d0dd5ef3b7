//! Settings of how files become images. They are stored in the record of a run, so that a replay uses the same images.

use serde::{Deserialize, Serialize};

/// How files become images, and which of them a test uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// 1: as in version 0.1, values are not scaled, and subsets and hold-outs are the first and the last images. 2: values that
    /// do not use their range are scaled, and subsets and hold-outs are drawn from all classes.
    rules: u32,
    /// Whether the images are inverted.
    pub invert: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self { rules: 2, invert: false }
    }
}

impl Reading {
    /// The rules of version 0.1, whose records do not state them.
    pub fn of_0_1() -> Self {
        Self { rules: 1, invert: false }
    }

    /// The current rules.
    pub fn inverted(invert: bool) -> Self {
        Self { invert, ..Self::default() }
    }

    /// Whether values that do not use their full range are scaled.
    pub(super) fn scales(self) -> bool {
        self.rules >= 2
    }

    /// Whether subsets and held-out images are drawn from all classes.
    pub(super) fn draws(self) -> bool {
        self.rules >= 2
    }

    /// Whether the rules for classes apply, which version 0.1 did not have for all sources.
    pub(super) fn is_strict(self) -> bool {
        self.rules >= 2
    }
}
