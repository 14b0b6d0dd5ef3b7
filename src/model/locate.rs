//! Where in a text the field of a path is: line and column, for the faults of a text that is being edited.

use super::fault::Fault;
use super::split::{pair, parts, trim};

/// A place in a text, counted from 1; columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextPlace {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The part of a preset that a fault belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// The network as a whole, or the file.
    Network,
    /// A population, by its name.
    Population(String),
    /// A projection, by its name.
    Projection(String),
    /// The task.
    Task,
}

/// A step of a path.
#[derive(Debug, PartialEq)]
enum Part {
    Name(String),
    Index(usize),
}

impl Fault {
    /// The part of the preset that it belongs to.
    pub fn element(&self) -> Element {
        let mut parts = parse(&self.path).into_iter();
        match (parts.next(), parts.next()) {
            (Some(Part::Name(map)), Some(Part::Name(name))) if map == "populations" => Element::Population(name),
            (Some(Part::Name(map)), Some(Part::Name(name))) if map == "projections" => Element::Projection(name),
            (Some(Part::Name(task)), _) if task == "task" => Element::Task,
            _ => Element::Network,
        }
    }

    /// The name of its field, as that of an entry of the description; empty for a fault of a whole element.
    pub fn field(&self) -> String {
        let named = |part| if let Part::Name(name) = part { Some(name) } else { None };
        let skipped =
            usize::from(self.element() != Element::Network) + usize::from(!matches!(self.element(), Element::Network | Element::Task));
        parse(&self.path).into_iter().skip(skipped).filter_map(named).next_back().unwrap_or_default()
    }

    /// Where in the text of a file or of a network this fault is: at its field, or at the nearest one around it that is written.
    /// `None` if the text cannot be read.
    pub fn place(&self, text: &str) -> Option<TextPlace> {
        ron::from_str::<serde::de::IgnoredAny>(text).ok()?;
        let path = parse(&self.path);
        // paths of a network begin below the field network of a file
        let nested = path.first().filter(|first| child(text, first).is_none()).and(child(text, &Part::Name("network".to_owned())));
        let (mut key, mut value) = nested.unwrap_or_else(|| (trim(text), text));
        for part in &path {
            let Some(found) = child(value, part) else { break };
            (key, value) = found;
        }
        Some(TextPlace::of(text, key.as_ptr().addr().checked_sub(text.as_ptr().addr())?))
    }
}

impl TextPlace {
    /// The place of a byte.
    pub(super) fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }
}

/// A field, an entry of a map or an element of a list within a value: its name as it is written (of an element, the element), and its
/// value. Of a name given twice the last one.
fn child<'a>(value: &'a str, part: &Part) -> Option<(&'a str, &'a str)> {
    let value = trim(value);
    let word = value.find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    let body = trim(&value[word..]);
    let inner = body.strip_prefix(['(', '{', '[']).and_then(|rest| rest.strip_suffix([')', '}', ']']))?;
    let parts = parts(inner, b',');
    match part {
        Part::Index(index) => parts.get(*index).map(|element| (trim(element), *element)),
        Part::Name(name) => parts.into_iter().filter_map(pair).rfind(|(key, _)| {
            let own = ron::from_str::<String>(key);
            own.as_deref().unwrap_or(key) == name
        }),
    }
}

/// The steps of a path such as `populations."E".model.spikes[3]`.
fn parse(path: &str) -> Vec<Part> {
    let (mut parts, mut chars) = (Vec::new(), path.chars().peekable());
    while let Some(&first) = chars.peek() {
        let mut name = String::new();
        match first {
            '.' => {
                chars.next();
                continue;
            }
            '"' => {
                chars.next();
                while let Some(c) = chars.next().filter(|&c| c != '"') {
                    name.extend(if c == '\\' { chars.next() } else { Some(c) });
                }
            }
            '[' => {
                let digits: String = chars.by_ref().skip(1).take_while(|&c| c != ']').collect();
                parts.extend(digits.parse().ok().map(Part::Index));
                continue;
            }
            _ => {
                while let Some(c) = chars.next_if(|&c| c != '.' && c != '[') {
                    name.push(c);
                }
            }
        }
        parts.push(Part::Name(name));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, path: &str) -> (usize, usize) {
        let fault = Fault { path: path.to_owned(), message: String::new() };
        fault.place(text).map_or((0, 0), |place| (place.line, place.column))
    }

    #[test]
    fn a_fault_belongs_to_an_element_and_a_field() {
        let of = |path: &str| {
            let fault = Fault { path: path.to_owned(), message: String::new() };
            (fault.element(), fault.field())
        };
        assert_eq!(of("populations.\"a.b\".model.v_th"), (Element::Population("a.b".to_owned()), "v_th".to_owned()));
        assert_eq!(of("populations.\"E\".model.spikes[3]"), (Element::Population("E".to_owned()), "spikes".to_owned()));
        assert_eq!(of("projections.\"E->I\""), (Element::Projection("E->I".to_owned()), String::new()));
        assert_eq!(of("projections.\"E->I\".delay").1, "delay");
        assert_eq!(of("task.rewards"), (Element::Task, "rewards".to_owned()));
        assert_eq!(of("dt"), (Element::Network, "dt".to_owned()));
        assert_eq!(of("populations"), (Element::Network, "populations".to_owned()));
    }

    #[test]
    fn a_fault_is_found_at_its_field_or_at_the_nearest_one_around_it() {
        let text = "// é\nPreset(\n  task: FreeRun(duration: \"1 s\"), network: (\n    populations: {\n      \"E.\\\"x\": (size: 3, /* é */ model: Lif()),\n      \
                    \"s\": (size: 2, model: SpikeSource(spikes: [[], [\"1 ms\"]])),\n    },\n  ),\n)";
        assert_eq!(place(text, "task.duration"), (3, 17));
        assert_eq!(place(text, "task.rewards"), (3, 3));
        assert_eq!(place(text, "populations"), (4, 5));
        assert_eq!(place(text, "populations.\"E.\\\"x\".model"), (5, 34));
        assert_eq!(place(text, "populations.\"E.\\\"x\".model.v_th"), (5, 34));
        assert_eq!(place(text, "populations.\"s\".model.spikes[1]"), (6, 54));
        assert_eq!(place(text, "network"), (3, 35));
        assert_eq!(place(text, ""), (2, 1));
        assert_eq!(place("(a: 1", "a"), (0, 0));
        assert_eq!(place("(dt: \"1 s\",\n dt: \"2 s\")", "dt"), (2, 2));
    }
}
