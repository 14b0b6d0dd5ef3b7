//! Number formatting: grouped thousands, a typographic minus sign, no superfluous decimals.

/// `value` with a fixed number of decimals, thousands grouped by commas and a typographic minus sign.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let zero = text.chars().all(|c| matches!(c, '0' | '.'));
    let mut out = String::with_capacity(text.len() + 4);
    if value < 0.0 && !zero {
        out.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A whole number with grouped thousands.
pub fn count(value: u64) -> String {
    fixed(value as f64, 0)
}

/// About three significant digits, with an exponent only for very small or very large values.
pub fn short(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        "–".to_owned()
    } else if size == 0.0 {
        "0".to_owned()
    } else if size < 1e-4 {
        format!("{value:.1e}").replace('-', "−")
    } else if size >= 1e7 {
        format!("{value:.2e}").replace('-', "−")
    } else {
        // Round before choosing the number of decimals: 9.996 is written 10.0, not 10.00.
        let digits = (2 - size.log10().floor() as i32).clamp(0, 6) as usize;
        fixed(value, digits)
    }
}

/// A number with an explicit sign, as rewards are written.
pub fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    if value > 0.0 && text.chars().any(|c| c.is_ascii_digit() && c != '0') { format!("+{text}") } else { text }
}

/// Age as text, to about one digit: "just now", "12 minutes ago", "3 days ago".
pub fn ago(age: std::time::Duration) -> String {
    let minutes = age.as_secs() / 60;
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{} ago", plural(minutes, "minute")),
        60..1440 => format!("{} ago", plural(minutes / 60, "hour")),
        _ => format!("{} ago", plural(minutes / 1440, "day")),
    }
}

/// "1 spike", "2 spikes".
pub fn plural(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_the_minus_sign_is_typographic() {
        assert_eq!(fixed(1_234_567.0, 0), "1,234,567");
        assert_eq!(fixed(-1_240.55, 1), "−1,240.5");
        assert_eq!(fixed(999.0, 0), "999");
        assert_eq!(fixed(-0.04, 1), "0.0", "a rounded zero has no sign");
        assert_eq!(fixed(f64::NAN, 2), "–");
    }

    #[test]
    fn short_numbers_keep_three_digits() {
        for (value, text) in [(0.0, "0"), (18.64, "18.6"), (0.08, "0.0800"), (3.421, "3.42"), (1240.0, "1,240")] {
            assert_eq!(short(value), text);
        }
        assert_eq!(short(3.2e-7), "3.2e−7");
        assert_eq!(short(f64::INFINITY), "–");
    }

    #[test]
    fn signed_numbers_show_plus_and_minus() {
        assert_eq!(signed(1.0, 0), "+1");
        assert_eq!(signed(0.0, 0), "0");
        assert_eq!(signed(-0.128, 2), "−0.13");
        assert_eq!(signed(0.001, 2), "0.00");
    }

    #[test]
    fn ages_are_written_in_minutes_hours_and_days() {
        let said = |seconds| ago(std::time::Duration::from_secs(seconds));
        assert_eq!([said(59), said(60), said(3599)], ["just now", "1 minute ago", "59 minutes ago"]);
        assert_eq!([said(3600), said(86_399), said(90 * 86_400)], ["1 hour ago", "23 hours ago", "90 days ago"]);
    }
}
