//! Formatting of numbers in a report.

/// With commas between thousands.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(first);
    let groups = tail.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    std::iter::once(head.to_owned()).filter(|head| !head.is_empty()).chain(groups).collect::<Vec<_>>().join(",")
}

/// Rounded to a whole number if large, otherwise to three digits.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => {
            let whole = count(size.round() as u64);
            if value < 0.0 { format!("−{whole}") } else { whole }
        }
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        0.0 => "0".to_owned(),
        _ => format!("{value:.3}"),
    }
    .replace('-', "−")
}

/// A fraction in percent with two decimals.
pub(super) fn percent(fraction: f64) -> String {
    format!("{:.2}", fraction * 100.0)
}

/// A value that may be unknown.
pub(super) fn maybe(value: Option<String>) -> String {
    value.unwrap_or_else(|| "–".to_owned())
}

/// "1 run", "2 runs".
pub(super) fn plural(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", count(n as u64)) }
}

/// A quoted command line argument.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,+:".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded_to_what_can_be_read() {
        assert_eq!([0, 7, 999, 1000, 60_000, 2_200_000].map(count), ["0", "7", "999", "1,000", "60,000", "2,200,000"]);
        assert_eq!(
            [0.0, 0.1234, 2.71928, 27.1928, 27_192.8, -0.5, -2000.0].map(number),
            ["0", "0.123", "2.72", "27.2", "27,193", "−0.500", "−2,000"]
        );
        assert_eq!(
            (percent(0.91234), maybe(None), plural(1, "run"), plural(2, "run")),
            ("91.23".to_owned(), "–".to_owned(), "1 run".to_owned(), "2 runs".to_owned())
        );
    }
}
