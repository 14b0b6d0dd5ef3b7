//! What is wrong with a description: every fault at once, each with the place where it is.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound;

/// One fault of a description. `Debug` is its text, which `main` prints of an error that it returns.
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: the path of the field in the file, as `projections."E->I".delay`.
    pub path: String,
    /// The given value, what is allowed, and the remedy, without the path.
    pub message: String,
}

/// The beginning of the message about a field that is not given.
pub(super) const MISSING: &str = "it is missing; add";

impl Fault {
    /// Whether it says that a field is not given.
    pub(crate) fn is_absence(&self) -> bool {
        self.message.starts_with(MISSING)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { write!(f, "{}", self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Fault {}

/// Every fault of a description, at least one. As text, also with `Debug`: the fault, or how many there are and one on each line.
#[derive(Clone, PartialEq, Eq)]
pub struct FaultList(Vec<Fault>);

impl fmt::Display for FaultList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [fault] = self.as_slice() {
            return write!(f, "{fault}");
        }
        write!(f, "{} faults", self.len())?;
        lines(self).iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl fmt::Debug for FaultList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for FaultList {}

impl std::ops::Deref for FaultList {
    type Target = Vec<Fault>;

    fn deref(&self) -> &Vec<Fault> {
        &self.0
    }
}

impl From<Vec<Fault>> for FaultList {
    fn from(faults: Vec<Fault>) -> Self {
        Self(faults)
    }
}

impl From<Fault> for FaultList {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl From<FaultList> for Vec<Fault> {
    fn from(faults: FaultList) -> Self {
        faults.0
    }
}

impl IntoIterator for FaultList {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a FaultList {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// Faults of one message, at most.
const MOST: usize = 100;

/// All faults as texts; of very many, the first ones and how many more there are.
pub fn lines(faults: &[Fault]) -> Vec<String> {
    let mut lines: Vec<String> = faults.iter().take(MOST).map(ToString::to_string).collect();
    if faults.len() > MOST {
        lines.push(format!("and {} more faults", faults.len() - MOST));
    }
    lines
}

/// All faults on one line, for a status line or a log.
pub fn sentence(faults: &[Fault]) -> String {
    lines(faults).join("; ")
}

/// The messages of faults of one place, on one line.
pub(super) fn messages(faults: &[Fault]) -> String {
    faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// Collects faults.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    found: Vec<Fault>,
    /// Their paths, to find those within another.
    paths: BTreeSet<String>,
}

impl Faults {
    /// Note a fault at `path`.
    pub(crate) fn at(&mut self, path: &str, message: impl Into<String>) {
        self.paths.insert(path.to_owned());
        self.found.push(Fault { path: path.to_owned(), message: message.into() });
    }

    /// Note a fault at `path` in place of a value.
    pub(crate) fn none<T>(&mut self, path: &str, message: impl Into<String>) -> Option<T> {
        self.at(path, message);
        None
    }

    /// Whether there is a fault at `path` or within it.
    pub(crate) fn within(&self, path: &str) -> bool {
        let near = self.paths.range::<str, _>((Bound::Included(path), Bound::Unbounded)).map_while(|found| found.strip_prefix(path));
        near.into_iter().any(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// All faults, in the order in which they were found.
    pub(crate) fn into_vec(self) -> Vec<Fault> {
        self.found
    }

    /// `value` if there is no fault.
    pub(crate) fn or<T>(self, value: T) -> Result<T, FaultList> {
        if self.found.is_empty() { Ok(value) } else { Err(FaultList(self.found)) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.found.len()
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
