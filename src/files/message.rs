//! Errors of the operating system in messages to the user.

/// A message without the numbers of operating system errors: "No such file or directory (os error 2)" becomes "no such file or
/// directory".
pub fn without_os_codes(message: &str) -> String {
    const CODE: &str = " (os error ";
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some((before, after)) = rest.split_once(CODE) {
        let number = after.find(')').filter(|&end| end > 0 && after[..end].bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(end) = number {
            text.push_str(&lower_reason(before));
            rest = &after[end + 1..];
        } else {
            text.push_str(before);
            text.push_str(CODE);
            rest = after;
        }
    }
    text + rest
}

/// The reason after the last colon or opening parenthesis starts with a small letter.
fn lower_reason(text: &str) -> String {
    let start = [text.rfind(": ").map(|at| at + 2), text.rfind('(').map(|at| at + 1)].into_iter().flatten().max().unwrap_or(0);
    let (head, reason) = text.split_at(start);
    let mut letters = reason.chars();
    letters.next().map_or(head.to_owned(), |first| format!("{head}{}{}", first.to_lowercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::without_os_codes;

    #[test]
    fn numbers_of_system_errors_are_removed() {
        for (message, expected) in [
            ("cannot read a: No such file or directory (os error 2)", "cannot read a: no such file or directory"),
            ("cannot read a: Permission denied (os error 13); name b", "cannot read a: permission denied; name b"),
            ("X (Connection refused (os error 111)), and Y (Broken (os error 32))", "X (connection refused), and Y (broken)"),
            ("Is a directory (os error 21)", "is a directory"),
            ("a (os error x) and b (os error ", "a (os error x) and b (os error "),
            ("No number", "No number"),
        ] {
            assert_eq!(without_os_codes(message), expected);
        }
        let error = std::fs::read("/no/such/file").unwrap_err().to_string();
        assert!(error.contains("os error") && !without_os_codes(&error).contains("os error"), "{error}");
    }
}
