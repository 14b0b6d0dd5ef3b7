//! A RON text as a tree that keeps the names of structures, the order of maps and names given twice, so that all faults
//! of a file can be reported at once. The crate `ron` checks the text and reads single values; its own `Value` keeps none of
//! these.

use super::fault::{Faults, MISSING, field, quoted};
use super::names::{bare, instead};
use super::split::{pair, parts, trim};
use ron::value::RawValue;
use serde::de::{IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt::{self, Write};

/// Words that are values and not names.
const VALUES: [&str; 5] = ["true", "false", "inf", "NaN", "None"];

/// Structures within structures, at most.
const DEEPEST: usize = 8;

/// A value, with the name before it: `Lif(..)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) name: Option<String>,
    pub(crate) body: Body,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    /// A name alone, or `()`.
    Nothing,
    Flag(bool),
    Number(f64),
    Text(String),
    /// `(a, b)`
    Items(Vec<Node>),
    /// `(a: b)`
    Fields(Vec<(String, Node)>),
    /// `{"a": b}`
    Map(Vec<(String, Node)>),
    /// `[a, b]`
    List(Vec<Node>),
    /// Something that no description has.
    Other(&'static str),
}

impl From<Body> for Node {
    fn from(body: Body) -> Self {
        Self { name: None, body }
    }
}

impl Node {
    pub(crate) fn named(name: &str, body: Body) -> Self {
        Self { name: Some(name.to_owned()), body }
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Body::Text(text.into()).into()
    }

    pub(crate) fn number(value: impl Into<f64>) -> Self {
        Body::Number(value.into()).into()
    }

    /// Read a text; the error names line and column.
    pub(crate) fn parse(text: &str) -> Result<Self, ron::error::SpannedError> {
        // what is accepted here has its parts where `split` finds them
        ron::from_str::<IgnoredAny>(text)?;
        if trim(text).starts_with('#') {
            RawValue::from_ron(text).map_err(|error| {
                let code = ron::Error::Message("extensions (#![..]) do not apply to networks; remove that line".to_owned());
                ron::error::SpannedError { code, ..error }
            })?;
        }
        Ok(Self::read(text, 0))
    }

    fn read(text: &str, depth: usize) -> Self {
        if depth > DEEPEST {
            return Body::Other("too many levels").into();
        }
        let text = trim(text);
        if plain(text)
            && let Ok(number) = text.parse::<f64>()
        {
            return Body::Number(number).into();
        }
        let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let rest = trim(&text[word.len()..]);
        let inner = || rest.get(1..rest.len() - 1).unwrap_or_default();
        let read = |text: &str| Self::read(text, depth + 1);
        let body = match rest.as_bytes().first() {
            Some(b'(') if word == "Some" => Body::Other("Some(..)"),
            Some(b'(') => {
                let parts = parts(inner(), b',');
                let fields: Option<Vec<(&str, &str)>> = parts.iter().map(|part| pair(part)).collect();
                match fields {
                    _ if parts.is_empty() => Body::Nothing,
                    Some(fields) => Body::Fields(fields.into_iter().map(|(name, value)| (name.to_owned(), read(value))).collect()),
                    None => Body::Items(parts.into_iter().map(read).collect()),
                }
            }
            Some(b'[') if word.is_empty() => Body::List(parts(inner(), b',').into_iter().map(read).collect()),
            Some(b'{') if word.is_empty() => {
                let pairs = parts(inner(), b',').into_iter().filter_map(pair);
                // a name without its quotes is taken as meant
                let name = |text: &str| ron::from_str::<String>(text).unwrap_or_else(|_| text.to_owned());
                Body::Map(pairs.map(|(key, value)| (name(key), read(value))).collect())
            }
            None if !VALUES.contains(&word.as_str()) && !word.starts_with(|c: char| c.is_ascii_digit()) => Body::Nothing,
            _ => ron::from_str::<Leaf>(text).map_or(Body::Other("a value that is not supported here"), |Leaf(body)| body),
        };
        let has_name = matches!(body, Body::Nothing | Body::Items(_) | Body::Fields(_)) && !word.is_empty();
        Self { name: has_name.then_some(word), body }
    }

    /// What it is, for a message.
    pub(crate) fn what(&self) -> String {
        match (&self.name, &self.body) {
            (Some(name), _) => name.clone(),
            (None, Body::Nothing) => "()".to_owned(),
            (None, Body::Flag(flag)) => flag.to_string(),
            (None, Body::Number(number)) => number.to_string(),
            (None, Body::Text(text)) => quoted(text),
            (None, Body::Items(_)) => "a list of values in parentheses".to_owned(),
            (None, Body::Fields(_)) => "a list of fields in parentheses".to_owned(),
            (None, Body::Map(_)) => "a map in braces".to_owned(),
            (None, Body::List(_)) => "a list in brackets".to_owned(),
            (None, Body::Other(what)) => (*what).to_owned(),
        }
    }

    /// What to write in place of this model, wiring or rule, which is none of the `known`, as the end of a message.
    pub(crate) fn instead(&self, known: &[&str]) -> String {
        let advice = match (&self.name, &self.body) {
            (Some(name), _) => instead(name, known),
            (None, Body::Text(text)) if known.contains(&bare(text)) => Some(format!("write {text} without quotes")),
            (None, Body::Text(text)) => instead(bare(text), known),
            _ => None,
        };
        advice.map_or_else(String::new, |advice| format!("; {advice}"))
    }

    /// The text that `parse` reads back, indented.
    pub(crate) fn print(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text.push('\n');
        text
    }

    /// Whether it holds maps or a structure with its own structures, and therefore takes several lines.
    fn tall(&self) -> bool {
        match &self.body {
            Body::Map(pairs) => !pairs.is_empty(),
            Body::Fields(pairs) => pairs.iter().any(|(_, node)| node.tall()),
            Body::Items(nodes) | Body::List(nodes) => nodes.iter().any(Self::tall),
            Body::Nothing | Body::Flag(_) | Body::Number(_) | Body::Text(_) | Body::Other(_) => false,
        }
    }

    fn write(&self, out: &mut String, depth: usize) {
        out.push_str(self.name.as_deref().unwrap_or_default());
        // invariant, here and below: writing to a string cannot fail
        match &self.body {
            Body::Nothing if self.name.is_none() => out.push_str("()"),
            Body::Nothing | Body::Other(_) => {}
            Body::Flag(flag) => write!(out, "{flag}").unwrap_or_default(),
            Body::Number(number) => write!(out, "{number}").unwrap_or_default(),
            Body::Text(text) => out.push_str(&ron_text(text)),
            Body::Items(nodes) => self.lines(out, depth, ('(', ')'), nodes.iter().map(|node| (String::new(), node))),
            Body::List(nodes) => self.lines(out, depth, ('[', ']'), nodes.iter().map(|node| (String::new(), node))),
            Body::Fields(pairs) => self.lines(out, depth, ('(', ')'), pairs.iter().map(|(name, node)| (format!("{name}: "), node))),
            Body::Map(pairs) => {
                self.lines(out, depth, ('{', '}'), pairs.iter().map(|(name, node)| (format!("{}: ", ron_text(name)), node)));
            }
        }
    }

    fn lines<'a>(&self, out: &mut String, depth: usize, marks: (char, char), nodes: impl Iterator<Item = (String, &'a Self)>) {
        let tall = self.tall();
        out.push(marks.0);
        for (index, (name, node)) in nodes.enumerate() {
            if tall {
                write!(out, "\n{}", "    ".repeat(depth + 1)).unwrap_or_default();
            } else if index > 0 {
                out.push_str(", ");
            }
            out.push_str(&name);
            node.write(out, depth + 1);
            if tall {
                out.push(',');
            }
        }
        if tall {
            write!(out, "\n{}", "    ".repeat(depth)).unwrap_or_default();
        }
        out.push(marks.1);
    }
}

/// A text in quotes, escaped as RON reads it.
fn ron_text(text: &str) -> String {
    // invariant: a text can be serialised as RON
    ron::to_string(text).expect("a text is plain data")
}

/// Whether a text is a decimal number in its usual form, which `ron` reads in the same way.
fn plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) && text.ends_with(|c: char| c.is_ascii_digit())
}

/// A value without parts.
struct Leaf(Body);

impl<'de> Deserialize<'de> for Leaf {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Single).map(Self)
    }
}

struct Single;

impl Visitor<'_> for Single {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Body, E> {
        Ok(Body::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Body, E> {
        Ok(Body::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Body, E> {
        Ok(Body::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Body, E> {
        Ok(Body::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Body, E> {
        Ok(Body::Text(text.to_owned()))
    }

    fn visit_none<E>(self) -> Result<Body, E> {
        Ok(Body::Other("None"))
    }
}

/// The fields of a structure, each taken once; what is left is unknown.
pub(crate) struct Fields {
    path: String,
    pairs: Vec<(String, Node)>,
    known: Vec<&'static str>,
}

impl Fields {
    /// The fields of `node`; any other value is a fault. `form` shows what is expected.
    pub(crate) fn open(node: Node, path: &str, form: &str, faults: &mut Faults) -> Self {
        let what = node.what();
        let mut pairs = match node.body {
            Body::Fields(pairs) => pairs,
            Body::Nothing => Vec::new(),
            _ => {
                faults.at(path, format!("{what} does not apply; write {form}"));
                Vec::new()
            }
        };
        drop_repeated(&mut pairs, |name| field(path, name), faults);
        Self { path: path.to_owned(), pairs, known: Vec::new() }
    }

    /// The path of a field.
    pub(crate) fn path(&self, name: &str) -> String {
        field(&self.path, name)
    }

    /// Take a field out.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<Node> {
        self.known.push(name);
        let at = self.pairs.iter().position(|(own, _)| own == name)?;
        Some(self.pairs.remove(at).1)
    }

    /// Take a field that has to be there.
    pub(crate) fn require(&mut self, name: &'static str, example: &str, faults: &mut Faults) -> Option<Node> {
        let node = self.take(name);
        if node.is_none() {
            faults.at(&self.path(name), format!("{MISSING} {name}: {example}"));
        }
        node
    }

    /// What was not taken is unknown.
    pub(crate) fn close(self, faults: &mut Faults) {
        for (name, _) in &self.pairs {
            let remedy = match instead(name, &self.known) {
                Some(remedy) => remedy,
                None if self.known.is_empty() => "it has no fields; remove it".to_owned(),
                None => format!("the fields are {}", self.known.join(", ")),
            };
            faults.at(&field(&self.path, name), format!("there is no such field; {remedy}"));
        }
    }
}

/// Report names given twice, and keep the first of each.
pub(crate) fn drop_repeated(pairs: &mut Vec<(String, Node)>, path: impl Fn(&str) -> String, faults: &mut Faults) {
    let mut seen = std::collections::BTreeSet::new();
    pairs.retain(|(name, _)| {
        let new = seen.insert(name.clone());
        if !new {
            faults.at(&path(name), "the name is given twice; keep or rename one of them");
        }
        new
    });
}
