//! Formatting of numbers in messages.

/// A number with commas between thousands, and decimals only if needed.
pub(crate) fn number(value: f64) -> String {
    // the finest time step is 0.05 ms
    let text = format!("{:.3}", value.abs());
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::with_capacity(text.len() + 4);
    if value < 0.0 && text != "0" {
        grouped.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    fraction.map_or(grouped.clone(), |fraction| format!("{grouped}.{fraction}"))
}

/// Model time in ms as text: `800 ms`, `12.3 s`.
pub(crate) fn time(ms: f64) -> String {
    if ms < 1000.0 { format!("{} ms", number(ms)) } else { format!("{} s", number(ms * 1e-3)) }
}

#[cfg(test)]
mod tests {
    use super::{number, time};

    #[test]
    fn model_time_has_the_unit_that_suits_it() {
        assert_eq!([0.1, 999.9, 1000.0, 61_250.0].map(time), ["0.1 ms", "999.9 ms", "1 s", "61.25 s"]);
    }

    #[test]
    fn thousands_are_grouped_and_decimals_shown_only_if_needed() {
        let told: Vec<String> = [0.0, 999.0, 1000.0, 340_500.0, 1_234_567.25, 0.1 + 0.2, -1500.0].into_iter().map(number).collect();
        assert_eq!(told, ["0", "999", "1,000", "340,500", "1,234,567.25", "0.3", "−1,500"]);
    }
}
