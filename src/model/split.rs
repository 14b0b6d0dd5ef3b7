//! The parts of a RON text that the crate `ron` has accepted: where values begin and end. `ron` itself reads single values;
//! reading every level of a large text with it would take a second.

/// A text without white space and comments at both ends.
pub(super) fn trim(text: &str) -> &str {
    let start = skip_blank(text.as_bytes(), 0);
    let (mut at, mut end) = (start, start);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        at = skip_token(bytes, at);
        end = at;
        at = skip_blank(bytes, at);
    }
    &text[start..end]
}

/// The parts between the separators that stand outside brackets, quotes and comments; a blank part at the end is left out.
pub(super) fn parts(text: &str, separator: u8) -> Vec<&str> {
    let (bytes, mut parts, mut start) = (text.as_bytes(), Vec::new(), 0);
    while let Some(end) = find(bytes, start, separator) {
        parts.push(&text[start..end]);
        start = end + 1;
    }
    let rest = &text[start..];
    if skip_blank(rest.as_bytes(), 0) < rest.len() {
        parts.push(rest);
    }
    parts
}

/// Name and value of `name: value`; none if there is no colon outside brackets, quotes and comments.
pub(super) fn pair(text: &str) -> Option<(&str, &str)> {
    let at = find(text.as_bytes(), 0, b':')?;
    Some((trim(&text[..at]), &text[at + 1..]))
}

/// The next separator outside brackets, from byte `at` on.
fn find(bytes: &[u8], mut at: usize, separator: u8) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        at = skip_blank(bytes, at);
        match bytes.get(at)? {
            &byte if byte == separator && depth == 0 => return Some(at),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at = skip_token(bytes, at);
    }
}

/// Past white space and comments; block comments can be nested.
pub(super) fn skip_blank(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match &bytes[at.min(bytes.len())..] {
            [b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c, ..] => at += 1,
            [b'/', b'/', rest @ ..] => at += 2 + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => {
                let mut depth = 0_usize;
                loop {
                    match &bytes[at.min(bytes.len())..] {
                        [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
                        [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
                        [] => break,
                        _ => at += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            _ => return at,
        }
    }
}

/// Past a text in quotes, a character in quotes, a word, or one other byte.
pub(super) fn skip_token(bytes: &[u8], at: usize) -> usize {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let raw = |start: usize| {
        let hashes = bytes[start..].iter().take_while(|&&byte| byte == b'#').count();
        (bytes.get(start + hashes) == Some(&b'"')).then_some((start + hashes + 1, hashes))
    };
    match bytes[at] {
        b'"' => skip_quoted(bytes, at + 1, b'"'),
        // a quote itself in quotes, or escaped
        b'\'' if bytes.get(at + 1) == Some(&b'\'') => (at + 3).min(bytes.len()),
        b'\'' => skip_quoted(bytes, at + 1, b'\''),
        b'b' if bytes.get(at + 1) == Some(&b'"') => skip_quoted(bytes, at + 2, b'"'),
        b'r' if raw(at + 1).is_some() => {
            let (mut end, hashes) = raw(at + 1).unwrap_or((at + 1, 0));
            let closes = |end: usize| bytes[end] == b'"' && bytes[end + 1..].iter().take_while(|&&byte| byte == b'#').count() >= hashes;
            while end < bytes.len() && !closes(end) {
                end += 1;
            }
            (end + 1 + hashes).min(bytes.len())
        }
        byte if word(&byte) => at + bytes[at..].iter().take_while(|byte| word(byte)).count(),
        _ => at + 1,
    }
}

fn skip_quoted(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_within_brackets_quotes_and_comments_do_not_separate() {
        let text = "a, \"b,\\\"c\", (d, [e, f]), /* g, /* h, */ i */ {\"j\": 'k'}, r#\"l,\"m\"#, ',', // n,\n o,";
        let trimmed: Vec<&str> = parts(text, b',').into_iter().map(trim).collect();
        assert_eq!(trimmed, ["a", "\"b,\\\"c\"", "(d, [e, f])", "{\"j\": 'k'}", "r#\"l,\"m\"#", "','", "o"]);
        assert_eq!(pair(" \"a:b\" : (c: d) "), Some(("\"a:b\"", " (c: d) ")));
        assert_eq!((pair("(a: b)"), pair("a"), trim(" // x\n"), parts(" ", b',').len()), (None, None, "", 0));
    }
}
