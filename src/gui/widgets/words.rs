//! Text for searching: capitals and accents do not matter, so that `fremaux` finds Frémaux.

/// Lower case, without the accents of Latin letters.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase().chars().map(plain).collect()
}

fn plain(letter: char) -> char {
    match letter {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn accents_and_capitals_do_not_matter() {
        assert_eq!(folded("Frémaux & Gerstner, Ørsted, τ_m"), "fremaux & gerstner, orsted, τ_m");
    }
}
