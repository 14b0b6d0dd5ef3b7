//! Files saved from the window: a view as PNG, SVG or CSV, and a recording as GIF. A file holds the state at the time of the
//! request; encoding and writing happen on a worker.

pub(crate) mod beside;
pub(crate) mod comparisons;
pub(crate) mod figure;
pub(crate) mod film;
pub(crate) mod pixels;
pub(crate) mod png;
mod svg;
pub(crate) mod tables;
pub(crate) mod textures;

use self::figure::Figure;
use super::panel::ChosenTable;
use crate::session::Snapshot;
use std::sync::Arc;

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// An image at the chosen resolution.
    Png,
    /// Vector graphic, for print.
    Svg,
    /// The numbers of the view, undecimated.
    Csv,
}

impl Format {
    /// In the order of menus.
    pub(crate) const ALL: [Self; 3] = [Self::Png, Self::Svg, Self::Csv];

    /// Menu label.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Png => "Save image (PNG)…",
            Self::Svg => "Save vector graphic (SVG)…",
            Self::Csv => "Save data (CSV)…",
        }
    }

    /// File extension.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Csv => "csv",
        }
    }
}

/// Produces the contents of a file; runs on a worker.
pub(crate) type Maker = Box<dyn FnOnce() -> Result<Vec<u8>, String> + Send>;

/// A view that is being exported.
pub(crate) struct Export {
    /// The view.
    pub id: &'static str,
    pub format: Format,
    /// Frames left until it is painted: the data of a view that was behind a tab arrive some frames later.
    wait: u8,
    /// Frames in which the view was not laid out.
    missed: u8,
}

/// What to do in this frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Wait for another frame.
    Wait,
    /// Paint the view.
    Paint,
    /// Give up: the view did not become visible.
    GiveUp,
}

/// Maximum number of frames until the view is visible.
const PATIENCE: u8 = 6;
/// Frames to wait for the data of a view that has just become visible.
const FRESH: u8 = 12;

impl Export {
    /// Export the view `id`, which is visible or is being brought to the front.
    pub(crate) fn new(id: &'static str, format: Format, in_sight: bool) -> Self {
        Self { id, format, wait: if in_sight { 0 } else { FRESH }, missed: 0 }
    }

    /// Call once per frame, with whether the view was visible in it.
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

/// The file of a table, made from the snapshot alone.
pub(crate) fn table(table: ChosenTable, snapshot: Arc<Snapshot>) -> Maker {
    Box::new(move || {
        let bytes = table(&snapshot).map_err(|error| error.to_string())?;
        // a file with only a header could be mistaken for a result
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
    fn visible_view_is_painted_at_once_and_a_missing_one_is_given_up() {
        assert_eq!(Export::new("raster", Format::Png, true).frame(true), Next::Paint);
        let mut hidden = Export::new("raster", Format::Png, false);
        let steps: Vec<Next> = (0..30).map(|frame| hidden.frame(frame > 1)).take_while(|next| *next == Next::Wait).collect();
        assert!((5..25).contains(&steps.len()), "{}", steps.len());
        let mut gone = Export::new("raster", Format::Svg, false);
        assert!((0..20).any(|_| gone.frame(false) == Next::GiveUp));
    }
}
