//! What is wrong with a description: every fault at once, each with the place where it is.

use std::fmt;

/// One fault of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: the path of the field in the file, as `projections."E->I".delay`.
    pub path: String,
    /// The given value, what is allowed, and the remedy, without the path.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { write!(f, "{}", self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

/// All faults on one line.
pub fn sentence(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Collects faults.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Note a fault at `path`.
    pub(crate) fn at(&mut self, path: &str, message: impl Into<String>) {
        self.0.push(Fault { path: path.to_owned(), message: message.into() });
    }

    /// Note a fault at `path` in place of a value.
    pub(crate) fn none<T>(&mut self, path: &str, message: impl Into<String>) -> Option<T> {
        self.at(path, message);
        None
    }

    /// Whether there is a fault at `path` or within it.
    pub(crate) fn within(&self, path: &str) -> bool {
        self.0.iter().any(|fault| fault.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
    }

    /// All faults, in the order in which they were found.
    pub(crate) fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// `value` if there is no fault.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Vec<Fault>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The path of the field `name` of `owner`.
pub(crate) fn field(owner: &str, name: &str) -> String {
    if owner.is_empty() { name.to_owned() } else { format!("{owner}.{name}") }
}

/// The path of the entry `name` of a map.
pub(crate) fn entry(map: &str, name: &str) -> String {
    format!("{map}.{}", quoted(name))
}

/// A name in quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
