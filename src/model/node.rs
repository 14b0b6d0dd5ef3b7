//! A RON text as a tree that keeps the names of structures, the order of maps and names given twice, so that all faults
//! of a file can be reported at once. The crate `ron` does the reading; its own `Value` keeps none of these.

use super::fault::{Faults, field, quoted};
use crate::params::nearest;
use ron::value::RawValue;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt::{self, Write};

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
        // the whole text first: positions of errors are those of the file
        ron::from_str::<IgnoredAny>(text)?;
        let plain = RawValue::from_ron(text).map_err(|error| {
            let code = ron::Error::Message("extensions (#![..]) do not apply to networks; remove that line".to_owned());
            ron::error::SpannedError { code, ..error }
        })?;
        Ok(Self::read(plain, 0))
    }

    fn read(raw: &RawValue, depth: usize) -> Self {
        if depth > DEEPEST {
            return Body::Other("too many levels").into();
        }
        let text = raw.trim().get_ron();
        let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let keys = text.starts_with('{');
        let level = ron::Deserializer::from_str(text).map(|mut from| from.deserialize_any(Level { keys }));
        let Ok(Ok(level)) = level else { return Body::Other("a value that is not supported here").into() };
        let children = |nodes: Vec<&RawValue>| nodes.into_iter().map(|node| Self::read(node, depth + 1)).collect();
        let body = match level {
            Read::Leaf(body) => body,
            Read::Seq(nodes) if text.starts_with('[') => Body::List(children(nodes)),
            Read::Seq(nodes) if nodes.is_empty() => Body::Nothing,
            Read::Seq(nodes) => Body::Items(children(nodes)),
            Read::Map(pairs) => {
                let pairs = pairs.into_iter().map(|(name, node)| (name, Self::read(node, depth + 1))).collect();
                if text.starts_with('{') { Body::Map(pairs) } else { Body::Fields(pairs) }
            }
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

/// One level of the tree.
enum Read<'a> {
    Leaf(Body),
    Seq(Vec<&'a RawValue>),
    Map(Vec<(String, &'a RawValue)>),
}

/// Reads one level; `keys` are those of a map, not of a structure.
struct Level {
    keys: bool,
}

impl<'de> Visitor<'de> for Level {
    type Value = Read<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Read::Leaf(Body::Flag(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Read::Leaf(Body::Number(number as f64)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Read::Leaf(Body::Number(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Read::Leaf(Body::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Read::Leaf(Body::Text(text.to_owned())))
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Read::Leaf(Body::Other("None")))
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        IgnoredAny::deserialize(from)?;
        Ok(Read::Leaf(Body::Other("Some(..)")))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Read::Leaf(Body::Nothing))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = seq.next_element()? {
            nodes.push(node);
        }
        Ok(Read::Seq(nodes))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut pairs = Vec::new();
        while let Some(name) = map.next_key_seed(Key { quoted: self.keys })? {
            pairs.push((name, map.next_value()?));
        }
        Ok(Read::Map(pairs))
    }
}

/// The name of an entry; a name in a map without its quotes is taken as meant.
struct Key {
    quoted: bool,
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<String, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = String;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a name")
            }

            fn visit_str<E>(self, name: &str) -> Result<String, E> {
                Ok(name.to_owned())
            }
        }
        if !self.quoted {
            return from.deserialize_identifier(Name);
        }
        let raw: &RawValue = serde::Deserialize::deserialize(from)?;
        let text = raw.trim().get_ron();
        Ok(ron::from_str::<String>(text).unwrap_or_else(|_| text.to_owned()))
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
            faults.at(&self.path(name), format!("it is missing; add {name}: {example}"));
        }
        node
    }

    /// What was not taken is unknown.
    pub(crate) fn close(self, faults: &mut Faults) {
        for (name, _) in &self.pairs {
            let remedy = match nearest(name, self.known.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
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
