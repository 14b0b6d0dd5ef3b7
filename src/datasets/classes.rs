//! Class names, and their natural order: `class2` before `class10`.

use super::{DataError, MAX_CLASSES, read};
use std::cmp::Ordering;
use std::path::Path;

/// The file beside IDX files that names their classes, one per line, starting with label 0.
const FILE: &str = "classes.txt";
/// Maximum length of a name that still fits into a view.
const MAX_NAME: usize = 64;

/// The names of `classes` classes: those in `classes.txt`, otherwise their numbers. The file may name classes without images.
pub(super) fn names(dir: &Path, classes: usize) -> Result<Vec<String>, DataError> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Ok((0..classes).map(|class| class.to_string()).collect());
    }
    let bytes = read(&path, 1 << 20)?;
    let names = parse_class_names(&bytes).and_then(|names| {
        let found = names.len();
        let most = classes - 1;
        let few = || format!("it names {found} classes, but labels go up to {most}; write one name a line, that of label 0 first");
        if found < classes { Err(few()) } else { Ok(names) }
    });
    names.map_err(|reason| DataError::ClassNames { path, reason })
}

/// Read class names, one per line; the error states what is wrong and what to do.
pub fn parse_class_names(bytes: &[u8]) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text; save it as UTF-8".to_owned())?;
    let names: Vec<&str> = text.trim_start_matches('\u{feff}').trim_end().lines().map(str::trim).collect();
    if names.len() > MAX_CLASSES {
        return Err(format!("it has {} lines, the most is {MAX_CLASSES}; write one name a line", names.len()));
    }
    for (index, name) in names.iter().enumerate() {
        let line = index + 1;
        let length = name.chars().count();
        if !(1..=MAX_NAME).contains(&length) {
            return Err(format!("line {line} has {length} letters; a name has 1 to {MAX_NAME}"));
        }
        if name.contains(char::is_control) {
            return Err(format!("line {line} has a letter that cannot be shown; write one name a line"));
        }
        if names[..index].contains(name) {
            return Err(format!("line {line} repeats \"{name}\"; give every class a name of its own"));
        }
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

/// Natural order of names: digits compare as numbers.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    while let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) {
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (ours, theirs) = (number(&mut left), number(&mut right));
            // without leading zeros, the longer of two numbers is the larger
            ours.len().cmp(&theirs.len()).then_with(|| ours.cmp(theirs))
        } else {
            (left, right) = (&left[x.len_utf8()..], &right[y.len_utf8()..]);
            x.cmp(&y)
        };
        if order.is_ne() {
            return order;
        }
    }
    // names with equal numbers, such as 1 and 01, still need an order
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// Remove the number at the start of a text and return it without leading zeros.
fn number<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_in_names_compare_as_numbers() {
        let mut names = ["10", "9", "b2", "b10", "b", "01", "1", "a", "0", "b2c"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["0", "01", "1", "9", "10", "a", "b", "b2", "b2c", "b10"]);
    }

    #[test]
    fn names_are_lines_and_errors_state_the_line() {
        assert_eq!(parse_class_names("\u{feff}cat\r\n dog \nä\n\n".as_bytes()).unwrap(), ["cat", "dog", "ä"]);
        for (text, words) in
            [("a\n\nb", "line 2 has 0"), ("a\nb\na", "line 3 repeats"), ("a\tb", "line 1"), (&"x\n".repeat(257), "257 lines")]
        {
            assert!(parse_class_names(text.as_bytes()).unwrap_err().contains(words), "{text}");
        }
        assert!(parse_class_names(&[0xff]).unwrap_err().contains("UTF-8"));
    }

    proptest! {
        #[test]
        fn the_order_is_one(a in "[a0-2]{0,5}", b in "[a0-2]{0,5}", c in "[a0-2]{0,5}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
