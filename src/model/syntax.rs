//! Errors of syntax in the words of the file: what is missing, where, and what to write. The crate `ron` decides whether a text is
//! valid; only then, to explain the error, its tokens are read here.

use super::locate::TextPlace;
use super::split::{skip_blank, skip_token};
use ron::error::SpannedError;

/// What `ron` refused in `text`, and where, and what to do.
pub fn syntax_error(error: &SpannedError, text: &str) -> (TextPlace, String) {
    let typed = matches!(
        error.code,
        ron::Error::Message(_)
            | ron::Error::MissingStructField { .. }
            | ron::Error::NoSuchStructField { .. }
            | ron::Error::ExceededRecursionLimit
    );
    let found = if typed { None } else { Scan::new(text).fault() };
    let place = TextPlace { line: error.span.start.line, column: error.span.start.col };
    found.map_or_else(|| (place, plain(&error.code)), |(at, message)| (TextPlace::of(text, at), message))
}

/// The form of a whole file.
const WHOLE: &str = "a preset is written as Preset(schema: 2, title: \"..\", network: (..), task: FreeRun(duration: \"10 s\"))";

/// An error that the tokens do not explain, in the words of the file.
fn plain(code: &ron::Error) -> String {
    use ron::Error as E;
    match code {
        E::ExpectedInteger => "a whole number stands here, without quotes and without a decimal point, as 2".to_owned(),
        E::ExpectedString => "a text in double quotes stands here, as \"My network\"".to_owned(),
        E::ExpectedComma => "the value before this place is read as far as here; write a comma, or remove what follows it".to_owned(),
        E::ExpectedIdentifier => "the name of a field stands here, as schema: 2".to_owned(),
        E::ExpectedArray => "a list in brackets stands here, as [\"..\"]".to_owned(),
        E::ExpectedMap => "a map in braces stands here, as {\"name\": ..}".to_owned(),
        E::ExpectedStructLike | E::ExpectedNamedStructLike(_) => WHOLE.to_owned(),
        E::ExpectedDifferentStructName { expected, found } => format!("{found} does not apply here; write {expected}"),
        E::DuplicateStructField { field, .. } => format!("{field} is given twice; keep one of them"),
        E::UnexpectedChar(character) => format!("the character {character} does not fit here; remove it, or write a value before it"),
        E::Eof => format!("the text ends too early; {WHOLE}"),
        _ => code.to_string(),
    }
}

/// The text without the element that has a fault at this place, of the same length, so that what follows can be read; `None` if
/// the element is not on one line.
pub(crate) fn without(text: &str, place: TextPlace, message: &str) -> Option<String> {
    let start: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
    let line = text[start..].lines().next()?;
    let at = start + line.char_indices().nth(place.column - 1).map_or(line.len(), |(at, _)| at);
    let tokens = tokens(text);
    let first = tokens.partition_point(|token| token.at < start);
    let end = tokens.partition_point(|token| token.at < start + line.len());
    let own = (first..end).rev().find(|&index| tokens[index].at <= at)?;
    let mut bytes = text.as_bytes().to_vec();
    if message.starts_with(COMMA) {
        let before = tokens.get(own.checked_sub(1)?)?;
        let place = before.at + before.text.len();
        *bytes.get_mut(place).filter(|byte| byte.is_ascii_whitespace())? = b',';
        return String::from_utf8(bytes).ok();
    }
    let (mut left, mut depth) = (own, 0_i32);
    while left > first {
        match tokens[left - 1].kind {
            Kind::Close => depth += 1,
            Kind::Open | Kind::Comma if depth == 0 => break,
            Kind::Open => depth -= 1,
            _ => {}
        }
        left -= 1;
    }
    let (mut right, mut depth) = (left, 0_i32);
    while right < end {
        match tokens[right].kind {
            Kind::Open => depth += 1,
            Kind::Close if depth == 0 => break,
            Kind::Close => depth -= 1,
            Kind::Comma if depth == 0 => {
                right += 1;
                break;
            }
            _ => {}
        }
        right += 1;
    }
    if depth != 0 || right <= left {
        return None;
    }
    let last = tokens[right - 1];
    bytes[tokens[left].at..last.at + last.text.len()].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    String::from_utf8(bytes).ok()
}

/// The beginning of the message about a comma.
const COMMA: &str = "a comma is missing before";
/// The beginning of the message about a colon.
const NO_COLON: &str = "a colon is missing after";
/// Units of quantities: a number before another word is no value with a unit.
const UNITS: [&str; 24] = [
    "mV", "V", "uV", "\u{b5}V", "\u{3bc}V", "ms", "s", "us", "\u{b5}s", "\u{3bc}s", "min", "h", "Hz", "kHz", "pA", "nA", "nS", "pS", "uS",
    "\u{b5}S", "\u{3bc}S", "MOhm", "deg", "m",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Text,
    Open,
    Close,
    Colon,
    Comma,
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    at: usize,
    text: &'a str,
}

/// What was read between two brackets.
struct Group<'a> {
    open: Option<Token<'a>>,
    /// Elements before the present one.
    elements: usize,
    /// Whether an element had a colon.
    keyed: bool,
    /// Of the present element: whether it has a colon, and the last token.
    colon: bool,
    last: Option<Token<'a>>,
}

impl<'a> Group<'a> {
    fn new(open: Option<Token<'a>>) -> Self {
        Self { open, elements: 0, keyed: false, colon: false, last: None }
    }

    fn is(&self, mark: &str) -> bool {
        self.open.is_some_and(|open| open.text == mark)
    }
}

struct Scan<'a> {
    text: &'a str,
    tokens: Vec<Token<'a>>,
    groups: Vec<Group<'a>>,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, tokens: tokens(text), groups: vec![Group::new(None)] }
    }

    /// The first fault: its place and a sentence.
    fn fault(mut self) -> Option<(usize, String)> {
        for index in 0..self.tokens.len() {
            let token = self.tokens[index];
            let next = self.tokens.get(index + 1).copied();
            if let Some(found) = self.unnamed(token) {
                return Some(found);
            }
            if let Some(message) = self.step(token, next) {
                let last = self.last_before(index);
                let of_last = last.filter(|last| message.starts_with(&format!("{NO_COLON} {}", short(last.text))));
                return Some((of_last.unwrap_or(token).at, message));
            }
        }
        let end = self.text.trim_end().len();
        let after = self.tokens.last().map_or(0, |last| last.at + last.text.len());
        if let Some(comment) = self.text[after..].rfind("/*").filter(|_| !self.text.trim_end().ends_with("*/")) {
            return Some((after + comment, "this comment is not closed; add */".to_owned()));
        }
        let open = self.groups.last()?.open?;
        if let Some(last) = self.tokens.last().filter(|last| last.kind == Kind::Text && !is_closed(last.text)) {
            return Some((last.at, "this quote is not closed; add \" at the end of the text".to_owned()));
        }
        Some((end, format!("the bracket {} of line {} is not closed; add {}", open.text, self.line(open), closing(open.text))))
    }

    /// The token before this one.
    fn last_before(&self, index: usize) -> Option<Token<'a>> {
        self.tokens.get(index.checked_sub(1)?).copied()
    }

    /// A name or value without a colon, at the end of an element among named ones.
    fn unnamed(&self, token: Token<'a>) -> Option<(usize, String)> {
        let group = self.groups.last()?;
        let last = group.last.filter(|last| matches!(last.kind, Kind::Word | Kind::Text | Kind::Number))?;
        let ends = matches!(token.kind, Kind::Comma | Kind::Close) && group.keyed && !group.colon && !group.is("[");
        ends.then(|| (last.at, format!("{NO_COLON} {}; write {}: .., or remove it", short(last.text), short(last.text))))
    }

    fn line(&self, token: Token<'_>) -> usize {
        TextPlace::of(self.text, token.at).line
    }

    /// Read a token; a sentence if it does not fit.
    fn step(&mut self, token: Token<'a>, next: Option<Token<'a>>) -> Option<String> {
        match token.kind {
            Kind::Close => return self.close(token),
            Kind::Other => return self.other(token),
            Kind::Word if token.text.starts_with(CURLY) => return Some("replace the curly quotes by straight ones (\")".to_owned()),
            Kind::Text if token.text.starts_with('\'') => {
                return Some("a text is written in double quotes (\"), not in single ones".to_owned());
            }
            _ => {}
        }
        let fault = self.fits(token, next);
        let group = self.groups.last_mut()?;
        match token.kind {
            Kind::Colon => (group.colon, group.keyed, group.last) = (true, true, None),
            Kind::Comma => (group.elements, group.colon, group.last) = (group.elements + 1, false, None),
            _ => group.last = Some(token),
        }
        if token.kind == Kind::Open {
            self.groups.push(Group::new(Some(token)));
        }
        fault
    }

    /// Whether a value, a name or an opening bracket can stand here.
    fn fits(&self, token: Token<'a>, next: Option<Token<'a>>) -> Option<String> {
        let group = self.groups.last()?;
        if group.open.is_none()
            && (token.kind == Kind::Colon
                || (token.kind == Kind::Open && token.text != "(" && group.last.is_none_or(|last| last.kind == Kind::Word)))
        {
            return Some(WHOLE.to_owned());
        }
        match (token.kind, group.last) {
            (Kind::Comma, None) if group.colon => return Some("a value is missing before this comma".to_owned()),
            (Kind::Comma, None) => return Some("nothing stands before this comma; remove it".to_owned()),
            (Kind::Colon, None) if group.colon => return Some("a colon is given twice; remove one".to_owned()),
            (Kind::Colon | Kind::Comma, _) => return None,
            _ => {}
        }
        let named = next.is_some_and(|next| next.kind == Kind::Colon);
        let Some(last) = group.last else { return self.begins(token, named) };
        let comma = || Some(format!("{COMMA} {}", short(token.text)));
        match (last.kind, token.kind) {
            (Kind::Word, Kind::Open) if token.text == "(" => None,
            (Kind::Word, Kind::Word) if named && group.colon => comma(),
            (Kind::Word, Kind::Word) if group.colon => Some(format!("a text is written in quotes, as \"{}\"", self.loose(last))),
            (Kind::Word | Kind::Text, _)
                if !group.colon && group.open.is_some() && !group.is("[") && (group.is("{") || last.kind == Kind::Word) =>
            {
                Some(format!("{NO_COLON} {}; write {}: ..", short(last.text), short(last.text)))
            }
            (Kind::Text, _) if last.text.contains('\n') => {
                Some(format!("the quote of line {} is not closed; add \" at the end of its text", self.line(last)))
            }
            (Kind::Number, Kind::Word) if !named && !UNITS.contains(&token.text) => {
                Some(format!("{}{} is no number; write {}, or a value with its unit in quotes", last.text, token.text, last.text))
            }
            (Kind::Number, Kind::Word) if !named => {
                Some(format!("a value with its unit is written in quotes, as \"{} {}\"", last.text, token.text))
            }
            _ if group.open.is_none() => Some("nothing can follow the last bracket; remove it".to_owned()),
            _ => comma(),
        }
    }

    /// The first token of an element, or of the value after a colon; `named` if a colon follows.
    fn begins(&self, token: Token<'a>, named: bool) -> Option<String> {
        let group = self.groups.last()?;
        if group.colon || !group.is("(") {
            return None;
        }
        if token.kind == Kind::Text && named {
            let open = group.open?;
            return Some(if group.elements == 0 {
                "a map of names is written in braces, as {\"name\": (..)}".to_owned()
            } else {
                format!("the bracket ( of line {} is not closed; add ) before {}", self.line(open), short(token.text))
            });
        }
        if token.kind == Kind::Number && group.keyed && self.text[..token.at].ends_with(',') {
            return Some("a number is written with a decimal point, as 0.5, not with a comma".to_owned());
        }
        None
    }

    fn close(&mut self, token: Token<'a>) -> Option<String> {
        let Some(open) = self.groups.last().and_then(|group| group.open) else {
            return Some(format!("no bracket is open that this {} could close; remove it", token.text));
        };
        let fits = closing(open.text);
        if fits != token.text {
            let line = self.line(open);
            return Some(format!(
                "{} does not fit here, because the bracket {} of line {line} is not closed; add {fits}, or remove the {}",
                token.text, open.text, token.text
            ));
        }
        self.groups.pop();
        self.groups.last_mut()?.last = Some(token);
        None
    }

    /// A character that is no part of the language.
    fn other(&self, token: Token<'a>) -> Option<String> {
        let group = self.groups.last()?;
        Some(match (token.text, group.last) {
            ("#", _) if !self.text[token.at..].starts_with("#!") => "a comment begins with //, not with #".to_owned(),
            (";", _) => "fields are separated by commas, not by semicolons".to_owned(),
            ("=", Some(last)) => format!("a colon separates a name from its value; write {}: ..", short(last.text)),
            ("-", Some(last)) if last.kind == Kind::Word && !group.colon && group.is("(") => {
                format!("names of fields have underscores; write {}", self.loose(last).replace('-', "_"))
            }
            ("%", Some(last)) if last.kind == Kind::Number => "a share is written as a fraction of 1, as 0.5".to_owned(),
            (_, Some(last)) if last.kind == Kind::Word && group.colon => {
                format!("a choice or a name is written in quotes, as \"{}\"", self.loose(last))
            }
            (_, Some(last)) if last.kind == Kind::Word && !group.colon => {
                format!("a name is written in quotes, as \"{}\"", self.loose(last))
            }
            _ => return None,
        })
    }

    /// The words of a text without quotes, from its first.
    fn loose(&self, first: Token<'_>) -> &'a str {
        let rest = &self.text[first.at..];
        let end = rest.find(['\n', ',', ')', ']', '}', ':', '"', '(', '{']).unwrap_or(rest.len());
        rest[..end].trim()
    }
}

const CURLY: [char; 7] = ['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '\u{ab}', '\u{bb}'];

fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

fn is_closed(text: &str) -> bool {
    text.len() > 1 && text.ends_with(['"', '#'])
}

/// The beginning of a token, on one line.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() > 30 { line.chars().take(30).chain(['.', '.']).collect() } else { line.to_owned() }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let (mut at, mut tokens) = (skip_blank(bytes, 0), Vec::new());
    while at < bytes.len() {
        let number = number_end(bytes, at);
        let mut end = number.unwrap_or_else(|| skip_token(bytes, at)).min(bytes.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let kind = match bytes[at] {
            _ if number.is_some() => Kind::Number,
            b'(' | b'[' | b'{' => Kind::Open,
            b')' | b']' | b'}' => Kind::Close,
            b':' => Kind::Colon,
            b',' => Kind::Comma,
            b'"' | b'\'' => Kind::Text,
            b'r' | b'b' if text[at..end].ends_with(['"', '#']) => Kind::Text,
            byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => Kind::Word,
            _ => Kind::Other,
        };
        tokens.push(Token { kind, at, text: &text[at..end] });
        at = skip_blank(bytes, end);
    }
    tokens
}

/// The end of a number that begins here.
fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let sign = usize::from(matches!(bytes[start], b'+' | b'-'));
    let point = usize::from(bytes.get(start + sign) == Some(&b'.'));
    if !digit(start + sign + point) {
        return None;
    }
    let mut at = start + sign;
    while digit(at) || bytes.get(at) == Some(&b'.') || bytes.get(at) == Some(&b'_') {
        at += 1;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if digit(at + 1 + sign) {
            at += 1 + sign;
            while digit(at) {
                at += 1;
            }
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_texts_have_no_fault() {
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/presets")).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(Scan::new(&text).fault(), None, "{}", path.display());
        }
        let odd = "P(a: -1.5e-3, b: [(1, 2), ()], /* c, /* d: */ */ e: r#\"f\"g\"#, h: {\"i\": J(k), l: inf}, m: 'n',)";
        assert_eq!(Scan::new(&odd.replace("m: 'n',", "")).fault(), None);
    }
}
