//! What leaves the window as a file: a view as picture, vector graphic or table, and a stretch of time as a GIF. What is
//! written is the state at the time of the request; encoding and writing happen on a worker.

pub(crate) mod comparisons;
pub(crate) mod figure;
pub(crate) mod film;
mod pixels;
pub(crate) mod png;
mod svg;
pub(crate) mod tables;

use self::figure::Figure;
use super::panel::ChosenTable;
use crate::session::Snapshot;
use std::sync::Arc;

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Pixels at the chosen resolution.
    Png,
    /// Lines and text, for print.
    Svg,
    /// The numbers behind it, undecimated.
    Csv,
}

impl Format {
    /// In the order of menus.
    pub(crate) const ALL: [Self; 3] = [Self::Png, Self::Svg, Self::Csv];

    /// Its label in menus.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Png => "Save image (PNG)…",
            Self::Svg => "Save vector graphic (SVG)…",
            Self::Csv => "Save data (CSV)…",
        }
    }

    /// The extension of its files.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Csv => "csv",
        }
    }
}

/// Makes the bytes of a file; runs on a worker.
pub(crate) type Maker = Box<dyn FnOnce() -> Result<Vec<u8>, String> + Send>;

/// One view on its way to a file.
pub(crate) struct Export {
    /// The view.
    pub id: &'static str,
    pub format: Format,
    /// Frames until it is painted: a view that was behind a tab gets its data first.
    wait: u8,
    /// Frames in which the view was not laid out.
    missed: u8,
}

/// What comes next on the way to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another frame.
    Wait,
    /// Paint it.
    Paint,
    /// The view is gone.
    GiveUp,
}

/// Frames that a view may take to come to the front.
const PATIENCE: u8 = 6;
/// Frames until the data of a view that has just come to the front are there.
const FRESH: u8 = 12;

impl Export {
    /// The view `id`, which is in sight or comes to the front, is to become a file.
    pub(crate) fn new(id: &'static str, format: Format, in_sight: bool) -> Self {
        Self { id, format, wait: if in_sight { 0 } else { FRESH }, missed: 0 }
    }

    /// Another frame was laid out, in which the view was in sight or not.
    pub(crate) fn frame(&mut self, in_sight: bool) -> Next {
        if !in_sight {
            self.missed += 1;
            return if self.missed > PATIENCE { Next::GiveUp } else { Next::Wait };
        }
        if self.wait > 0 {
            self.wait -= 1;
            return Next::Wait;
        }
        Next::Paint
    }
}

/// The file of a table: needs only the snapshot.
pub(crate) fn table(table: ChosenTable, snapshot: Arc<Snapshot>) -> Maker {
    Box::new(move || {
        let bytes = table(&snapshot).map_err(|error| error.to_string())?;
        // a file with nothing but a head would be taken for a result
        if tables::has_rows(&bytes) { Ok(bytes) } else { Err("This view has no data yet, so nothing was saved.".to_owned()) }
    })
}

/// The file of a figure.
pub(crate) fn picture(figure: Figure, format: Format) -> Maker {
    Box::new(move || if format == Format::Svg { Ok(figure.svg()) } else { figure.png() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_in_sight_is_painted_at_once_and_one_that_never_comes_is_given_up() {
        assert_eq!(Export::new("raster", Format::Png, true).frame(true), Next::Paint);
        let mut hidden = Export::new("raster", Format::Png, false);
        let steps: Vec<Next> = (0..30).map(|frame| hidden.frame(frame > 1)).take_while(|next| *next == Next::Wait).collect();
        assert!((5..25).contains(&steps.len()), "{}", steps.len());
        let mut gone = Export::new("raster", Format::Svg, false);
        assert!((0..20).any(|_| gone.frame(false) == Next::GiveUp));
    }
}
