//! A match of the command palette, and what choosing it does.

use crate::gui::action::Action;
use crate::gui::state::editing;
use crate::gui::widgets::words::folded;
use crate::model;
use crate::params::ParamId;

/// A match.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// What it is called.
    pub words: String,
    /// Dim text behind it.
    pub note: String,
    /// Its key.
    pub key: String,
    pub act: Act,
}

/// What choosing it does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    Do(Action),
    Set(ParamId, f64),
    SetPath(Box<model::Entry>, model::Value),
    /// Set a quantity of the network that is edited from text.
    EditPath(model::Path, String),
    /// Open the editor of networks, and do this in it.
    InEditor(editing::acts::Act),
    /// Select this neuron and open this view.
    Neuron(u32, Option<&'static str>),
    /// Open this entry of the help.
    Help(&'static str),
    /// Continue typing from here.
    Type(String),
    /// Nothing: shows the allowed values.
    Nothing,
    /// Nothing: shows the error.
    Wrong,
}

/// How well `name` matches the typed words; less is better. Every word must occur in `all`.
pub(super) fn rank(text: &str, name: &str, all: &str) -> Option<u8> {
    let (name, all) = (folded(name), folded(all));
    if !text.split_whitespace().all(|word| all.contains(word)) {
        return None;
    }
    Some(match text {
        _ if name.starts_with(text) => 0,
        _ if name.split([' ', '_', '(']).any(|word| word.starts_with(text)) => 1,
        _ if name.contains(text) => 2,
        _ => 3,
    })
}
