//! Equations of the registry, written as `τ_m dV/dt` and `e^(−t/τ)`, as HTML with subscripts and superscripts.

use maud::{Markup, html};

/// An equation or a symbol. `_` starts a subscript up to the next sign, `^` a superscript; brackets group.
pub(super) fn math(text: &str) -> Markup {
    let (mut plain, mut parts) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let taken = match c {
            '_' => word(after),
            '^' => bracket(after).or_else(|| word(after)),
            _ => None,
        };
        let Some(length) = taken else {
            plain.push(c);
            rest = after;
            continue;
        };
        parts.push(html! { (std::mem::take(&mut plain)) });
        let inner = &after[..length];
        let inner = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(inner);
        parts.push(if c == '_' {
            html! { sub { (math(inner)) } }
        } else {
            html! { sup { (math(inner)) } }
        });
        rest = &after[length..];
    }
    html! { @for part in parts { (part) } (plain) }
}

/// Length of the leading letters and digits of a text.
fn word(text: &str) -> Option<usize> {
    let length: usize = text.chars().take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
    (length > 0).then_some(length)
}

/// Length of the leading bracket of a text.
fn bracket(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if depth == 0 {
            return (c == ')').then_some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_go_down_exponents_go_up_and_brackets_hold_together() {
        for (text, expected) in [
            ("τ_m dV/dt = E_L − V", "τ<sub>m</sub> dV/dt = E<sub>L</sub> − V"),
            ("x = e^(−t/τ_x)", "x = e<sup>−t/τ<sub>x</sub></sup>"),
            ("(1 + (2))^2 < 3", "(1 + (2))<sup>2</sup> &lt; 3"),
            ("softmax(u)_c, a_ and ^(", "softmax(u)<sub>c</sub>, a_ and ^("),
            ("θ+", "θ+"),
        ] {
            assert_eq!(math(text).into_string(), expected);
        }
    }
}
