//! Why a parameter has no effect, in words.

use super::{ParamId, ParamSpec, Setup};

/// Why a parameter has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// It belongs to other networks or tasks.
    Elsewhere(Setup),
    /// One of these other parameters would have to have another value.
    Needs(&'static [(ParamId, &'static str)]),
    /// The experiment has no use for it.
    Never(&'static str),
}

impl Idle {
    /// What is missing, in words; `name` says what a parameter is called: its name in presets or its label on the screen.
    pub fn words(self, name: impl Fn(&'static ParamSpec) -> &'static str) -> String {
        match self {
            Self::Elsewhere(setup) => format!("no effect in {setup}"),
            Self::Needs(needs) => {
                let needs: Vec<String> = needs.iter().map(|(id, what)| format!("{} {what}", name(id.spec()))).collect();
                format!("no effect here: needs {}", needs.join(", or "))
            }
            Self::Never(why) => format!("no effect here: {why}"),
        }
    }
}
