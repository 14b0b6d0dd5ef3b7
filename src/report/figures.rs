//! Figures as SVG: text remains text, lines have the text colour of the page, and curves have colours that can be
//! distinguished with colour blindness.

mod chart;
mod named;
mod pictures;
mod scale;

pub(super) use chart::{Axis, Bars, Lines, Series};
pub(super) use named::{Heat, Row, dots, heat};
pub(super) use pictures::{sheet, strip};
pub(super) use scale::{linear, powers, roomy};

/// Colours of curves (Okabe & Ito 2008), without those that are too pale on white.
const COLOURS: [(u8, u8, u8); 7] =
    [(0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233), (110, 110, 110)];

/// Colour and dash of curve `index`.
pub(super) fn look(index: usize) -> ((u8, u8, u8), bool) {
    (COLOURS[index % COLOURS.len()], index / COLOURS.len() % 2 == 1)
}

/// A colour for CSS.
pub(super) fn css((red, green, blue): (u8, u8, u8)) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}
