//! Text for searching: case and accents are ignored, so that `fremaux` finds Frémaux.

/// Lower case, without accents of Latin letters.
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
    fn case_and_accents_are_ignored() {
        assert_eq!(folded("Frémaux & Gerstner, Ørsted, τ_m"), "fremaux & gerstner, orsted, τ_m");
    }
}
