//! A drawing with its label, presented in place of a training image. In a log it is text: two hexadecimal digits per pixel,
//! and a run of n black pixels as `(n)`.

use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Pixels and label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Picture {
    /// Its label.
    pub label: u8,
    /// Pixels, row by row, 0 (black) to 255 (white).
    pub pixels: Vec<u8>,
}

/// The text form of a drawing.
#[derive(Serialize, Deserialize)]
struct Written {
    label: u8,
    pixels: String,
}

/// Why a text is not a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a drawing is encoded as two hexadecimal digits per pixel and (n) for n black pixels, with at most {MOST} pixels")]
pub struct PictureError;

/// Maximum number of pixels: the number of encoder channels.
const MOST: usize = 1 << 16;
/// Shorter runs of black are written as digits.
const RUN: usize = 3;

impl From<Picture> for Written {
    fn from(picture: Picture) -> Self {
        let mut pixels = String::new();
        for run in picture.pixels.chunk_by(|a, b| *a == 0 && *b == 0) {
            if run.len() >= RUN {
                // writing to a string cannot fail
                let _ = write!(pixels, "({})", run.len());
            } else {
                run.iter().for_each(|pixel| {
                    let _ = write!(pixels, "{pixel:02x}");
                });
            }
        }
        Self { label: picture.label, pixels }
    }
}

impl TryFrom<Written> for Picture {
    type Error = PictureError;

    fn try_from(written: Written) -> Result<Self, PictureError> {
        let mut pixels = Vec::new();
        let mut text = written.pixels.as_str();
        while !text.is_empty() {
            if let Some(rest) = text.strip_prefix('(') {
                let (run, rest) = rest.split_once(')').ok_or(PictureError)?;
                let run: usize = run.parse().map_err(|_| PictureError)?;
                if run > MOST {
                    return Err(PictureError);
                }
                pixels.resize(pixels.len() + run, 0);
                text = rest;
            } else {
                let (pixel, rest) = text.split_at_checked(2).ok_or(PictureError)?;
                pixels.push(u8::from_str_radix(pixel, 16).map_err(|_| PictureError)?);
                text = rest;
            }
            if pixels.len() > MOST {
                return Err(PictureError);
            }
        }
        Ok(Self { label: written.label, pixels })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_again(label in any::<u8>(), pixels in prop::collection::vec(prop_oneof![3 => Just(0u8), 1 => any::<u8>()], 0..900)) {
            let picture = Picture { label, pixels };
            let text = ron::to_string(&picture).unwrap();
            prop_assert_eq!(ron::from_str::<Picture>(&text).unwrap(), picture);
        }

        #[test]
        fn any_text_is_read_or_refused(pixels in "[0-9a-f()]{0,40}") {
            let _ = Picture::try_from(Written { label: 0, pixels });
        }
    }

    #[test]
    fn black_costs_little_and_a_bomb_is_refused() {
        let written = Written::from(Picture { label: 3, pixels: vec![0; 784] });
        assert_eq!(written.pixels, "(784)");
        for text in ["(99999999)", "(65536)(1)", "(3", "f", "zz", "é0"] {
            assert!(Picture::try_from(Written { label: 0, pixels: text.to_owned() }).is_err(), "{text}");
        }
    }
}
