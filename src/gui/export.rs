//! What leaves the window as a file: a view as picture, drawing or table, and a stretch of time as a film. What is written
//! is what was there when it was asked for; turning it into bytes and writing it happens on a worker.

pub(crate) mod film;
pub(crate) mod png;
mod svg;
pub(crate) mod tables;

use self::png::png_bytes;
use super::panel::Table;
use crate::session::Snapshot;
use egui::epaint::ClippedShape;
use egui::{Color32, ColorImage, Rect};
use std::sync::{Arc, Mutex};

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The view as it looks, pixel by pixel.
    Png,
    /// The view as lines and words, for print.
    Svg,
    /// The numbers behind it, all of them.
    Csv,
}

impl Format {
    /// In the order of menus.
    pub(crate) const ALL: [Self; 3] = [Self::Png, Self::Svg, Self::Csv];

    /// What a menu calls it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Png => "Save picture (PNG)…",
            Self::Svg => "Save drawing (SVG)…",
            Self::Csv => "Save data (CSV)…",
        }
    }

    /// The ending of its files.
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
    pub id: String,
    pub format: Format,
    stage: Stage,
    /// Frames in which the view was not painted.
    missed: u8,
}

enum Stage {
    /// A frame without the menu it was asked from.
    Waiting(u8),
    /// The display makes a picture; what is to be cut out of it, in pixels, and since when it has been waited for.
    Picture(Rect, Arc<Mutex<Option<Arc<ColorImage>>>>, f64),
}

/// What comes next on the way to a file.
pub(crate) enum Next {
    /// Another frame.
    Wait,
    /// The file.
    Make(Maker),
    /// Nothing will come; why, and the remedy.
    GiveUp(String),
}

/// Frames that a view may take to come to the front.
const PATIENCE: u8 = 6;

/// A picture that takes longer than this, in seconds, does not come.
pub(crate) const NO_PICTURE_S: f64 = 5.0;

impl Export {
    /// The view `id` is to become a file.
    pub(crate) fn new(id: &str, format: Format) -> Self {
        Self { id: id.to_owned(), format, stage: Stage::Waiting(0), missed: 0 }
    }

    /// A table needs only the snapshot.
    pub(crate) fn table(table: Table, snapshot: Arc<Snapshot>) -> Maker {
        Box::new(move || {
            let bytes = table(&snapshot).map_err(|error| error.to_string())?;
            // a file with nothing but a head would be taken for a result
            if tables::has_rows(&bytes) { Ok(bytes) } else { Err("This view has nothing to show yet, so nothing was saved.".to_owned()) }
        })
    }

    /// Whether the window should show nothing over the view.
    pub(crate) fn wants_it_bare(&self) -> bool {
        self.format == Format::Png
    }

    /// Another frame was laid out in which the view was not painted: it may yet come to the front.
    pub(crate) fn missing(&mut self, ctx: &egui::Context) -> Next {
        self.missed += 1;
        if self.missed > PATIENCE {
            return Next::GiveUp("The tile was closed before it was saved; open it and save it again.".to_owned());
        }
        ctx.request_repaint();
        Next::Wait
    }

    /// Another frame was laid out in which the view covered `area` and was painted by `shapes`.
    pub(crate) fn frame(&mut self, ctx: &egui::Context, area: Rect, ground: Color32, shapes: Vec<ClippedShape>) -> Next {
        let now = ctx.input(|input| input.time);
        match &mut self.stage {
            // the menu is gone after one frame, hover after two
            Stage::Waiting(frames) if *frames < 2 => *frames += 1,
            Stage::Waiting(_) if self.format == Format::Svg => {
                let textures = svg::textures(ctx, &shapes);
                return Next::Make(Box::new(move || Ok(svg::document(&shapes, area, ground, &textures).into_bytes())));
            }
            Stage::Waiting(_) => {
                let place: Arc<Mutex<Option<Arc<ColorImage>>>> = Arc::default();
                let (inside, waker) = (Arc::clone(&place), ctx.clone());
                ctx.request_screenshot(move |image| {
                    if let Ok(mut place) = inside.lock() {
                        *place = Some(image);
                    }
                    waker.request_repaint();
                });
                self.stage = Stage::Picture(area * ctx.pixels_per_point(), place, now);
            }
            Stage::Picture(area, place, since) => {
                let picture = place.lock().ok().and_then(|mut place| place.take());
                if let Some(image) = picture {
                    let area = *area;
                    return Next::Make(Box::new(move || png_bytes(&cut(&image, area))));
                }
                if now - *since > NO_PICTURE_S {
                    return Next::GiveUp(format!(
                        "The display gave no picture within {NO_PICTURE_S} s. Keep the window in sight and save it again, or save the \
                         drawing (SVG), which needs no picture."
                    ));
                }
            }
        }
        ctx.request_repaint();
        Next::Wait
    }
}

/// The part of a picture that lies in `area`, in pixels.
fn cut(image: &ColorImage, area: Rect) -> ColorImage {
    let clamp = |value: f32, most: usize| (value.round().max(0.0) as usize).min(most);
    let [width, height] = image.size;
    let (left, right) = (clamp(area.left(), width), clamp(area.right(), width));
    let (top, bottom) = (clamp(area.top(), height), clamp(area.bottom(), height));
    let rows = (top..bottom).flat_map(|y| image.pixels[y * width + left..y * width + right].iter().copied());
    ColorImage::new([right - left, bottom - top], rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn a_picture_is_cut_at_the_edges_of_the_tile_and_of_the_window() {
        let image = ColorImage::new([4, 3], (0..12).map(Color32::from_gray).collect());
        let part = cut(&image, Rect::from_min_max(pos2(1.2, 0.9), pos2(9.0, 2.1)));
        assert_eq!(part.size, [3, 1]);
        assert_eq!(part.pixels, [5, 6, 7].map(Color32::from_gray));
    }

    /// A display that answers nothing: nobody takes the request for a picture out of the context.
    #[test]
    fn a_picture_that_never_comes_is_given_up_with_a_remedy_and_no_more_frames_are_asked_for() {
        let ctx = egui::Context::default();
        let mut export = Export::new("raster", Format::Png);
        let mut waited = 0;
        let reason = loop {
            let input = egui::RawInput { time: Some(f64::from(waited) * 0.25), ..Default::default() };
            let mut next = Next::Wait;
            let mut output = ctx.run_ui(input, |ui| next = export.frame(ui.ctx(), Rect::EVERYTHING, Color32::BLACK, Vec::new()));
            output.textures_delta.clear();
            let delay = output.viewport_output[&egui::ViewportId::ROOT].repaint_delay;
            match next {
                Next::Wait => assert!(delay.is_zero(), "it looks again at once"),
                Next::Make(_) => panic!("there was no picture"),
                Next::GiveUp(reason) => break reason,
            }
            waited += 1;
            assert!(waited < 60, "it waits for ever");
        };
        assert!(f64::from(waited) * 0.25 > NO_PICTURE_S, "not before its time");
        assert!(reason.contains("no picture within 5 s") && reason.contains("SVG"), "{reason}");
    }
}
