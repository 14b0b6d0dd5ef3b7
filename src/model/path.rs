//! The address of a quantity: `E.tau_m`, `E->I.delay`, `"my pop".v_th`, `dt`.

use super::fault::quoted;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The address of a quantity of a network.
///
/// A path splits at its last unquoted dot into the name of a population or projection and a field. Names with characters
/// other than letters, digits, `_` and `-` are quoted, `->` between the ends of a projection excepted; `\"` and `\\` stand
/// for a quote and a backslash within quotes. A path without a dot is a field of the network, `dt`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// The population or projection; `None` for the network.
    pub owner: Option<String>,
    /// The field.
    pub field: String,
}

/// Why a text is not a path.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A part is missing.
    #[error("{0:?} is not a path; write the name of a population or projection, a dot and a field, as E.tau_m")]
    Incomplete(String),
    /// A quote that does not end.
    #[error("{0:?} has a quote without its end; write \\\" for a quote within a name")]
    Open(String),
    /// A character that has to stand in quotes.
    #[error("{text:?} has the character {character:?} outside quotes; put the name in quotes, as \"my population\".v_th")]
    Unquoted {
        /// The text.
        text: String,
        /// The character.
        character: char,
    },
}

impl fmt::Debug for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Path {
    /// The path of a field of a population or projection.
    pub fn new(owner: &str, field: &str) -> Self {
        Self { owner: Some(owner.to_owned()), field: field.to_owned() }
    }
}

/// A text `PATH=VALUE` in its two parts, split at the first unquoted `=`.
pub fn assignment(text: &str) -> Option<(&str, &str)> {
    let mut quote = false;
    let (at, _) = text.char_indices().find(|&(_, c)| {
        quote ^= c == '"';
        c == '=' && !quote
    })?;
    Some((&text[..at], &text[at + 1..]))
}

/// Paths that are separated by commas; those within quotes do not separate.
pub fn listed(text: &str) -> Vec<&str> {
    let mut quoted = false;
    let separates = |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    text.split(separates).map(str::trim).collect()
}

/// Whether a name needs no quotes.
fn bare(name: &str) -> bool {
    !name.is_empty() && name.replace("->", "").chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.owner {
            None => write!(f, "{}", self.field),
            Some(owner) if bare(owner) => write!(f, "{owner}.{}", self.field),
            Some(owner) => write!(f, "{}.{}", quoted(owner), self.field),
        }
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let text = text.trim();
        let incomplete = || PathError::Incomplete(text.to_owned());
        // the name read so far, and the part of it that could be bare
        let (mut parts, mut quote) = (vec![(String::new(), String::new())], false);
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let Some((name, loose)) = parts.last_mut() else { break };
            match c {
                '"' => quote = !quote,
                '\\' if quote => name.extend(chars.next()),
                _ if quote => name.push(c),
                '.' => parts.push(Default::default()),
                _ => {
                    name.push(c);
                    loose.push(c);
                }
            }
        }
        if quote {
            return Err(PathError::Open(text.to_owned()));
        }
        let Some((field, loose)) = parts.pop() else { return Err(incomplete()) };
        if field.is_empty() || field != loose {
            return Err(incomplete());
        }
        let dots = parts.len();
        let strange = parts
            .iter()
            .map(|(_, loose)| loose)
            .chain([&field])
            .find_map(|part| part.replace("->", "").chars().find(|c| !(c.is_alphanumeric() || *c == '_' || *c == '-')));
        // a dot within a bare name has to be quoted too
        if let Some(character) = strange.or((dots > 1).then_some('.')) {
            return Err(PathError::Unquoted { text: text.to_owned(), character });
        }
        let owner = parts.pop().map(|(name, _)| name);
        if owner.as_ref().is_some_and(String::is_empty) {
            return Err(incomplete());
        }
        Ok(Self { owner, field })
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
