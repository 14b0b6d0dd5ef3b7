//! A view as a figure: painted in its own context, without window, pointer and controls, as wide as its tile and as tall as its
//! content, on a white background or in the colours of the window.

use super::textures::Textures;
use super::{pixels, png, svg};
use crate::gui::panel::{Context, Panel};
use crate::gui::state::UiState;
use crate::gui::state::outbox::Outbox;
use crate::gui::theme::{self, Palette, SMALL, TEXT};
use crate::gui::{state::ThemeChoice, state::figure::FigureChoice};
use crate::session::Snapshot;
use egui::epaint::ClippedShape;
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, RawInput, Rect, Sense, TextureId, Ui, UiBuilder, Vec2, ViewportId, pos2, vec2};
use std::sync::Arc;

/// Minimum width and height of a legible figure, in points.
const LEAST: Vec2 = vec2(360.0, 240.0);
/// Maximum height of a figure, in points.
const TALLEST: f32 = 12_000.0;
/// Margin around the figure, in points.
const MARGIN: f32 = 10.0;
/// Maximum number of layout passes until the height fits the content.
const PASSES: usize = 5;
/// Maximum number of pixels of an image: 400 MB while it is created.
const MOST_PIXELS: f64 = 1e8;

/// The painted shapes and textures.
pub(crate) struct Figure {
    ctx: egui::Context,
    shapes: Vec<ClippedShape>,
    textures: Textures,
    size: Vec2,
    ground: Color32,
    dpi: u16,
    /// Roles and labels of the laid-out elements, for tests.
    #[cfg(all(test, feature = "ui-tests"))]
    nodes: Vec<(egui::accesskit::Role, String)>,
}

/// Paint a view that covers `size` points in the window. `theme` is that of the window, `time` its clock in seconds.
///
/// The caller must apply its own theme again afterwards, because the contrast setting is stored per thread.
pub(crate) fn draw(panel: &mut dyn Panel, snapshot: &Snapshot, state: &UiState, size: Vec2, theme: ThemeChoice, time: f64) -> Figure {
    let choice = state.figure;
    let ctx = egui::Context::default();
    theme::apply(&ctx, if choice.window_colours { theme } else { ThemeChoice::Light });
    // painting a figure must not change the state of the window
    let (mut state, mut outbox) = (state.clone(), Outbox::default());
    let palette = Palette::of(ctx.theme());
    #[cfg(all(test, feature = "ui-tests"))]
    ctx.enable_accesskit();
    let mut figure = Figure {
        size: size.max(LEAST),
        ground: palette.panel,
        dpi: choice.dpi(),
        ctx,
        shapes: Vec::new(),
        textures: Textures::default(),
        #[cfg(all(test, feature = "ui-tests"))]
        nodes: Vec::new(),
    };
    for pass in 0..PASSES {
        theme::begin_figure(&figure.ctx);
        let screen = Rect::from_min_size(egui::Pos2::ZERO, figure.size);
        let mut input = RawInput { screen_rect: Some(screen), time: Some(time), ..RawInput::default() };
        if let Some(viewport) = input.viewports.get_mut(&ViewportId::ROOT) {
            viewport.native_pixels_per_point = Some(figure.scale());
        }
        let ctx = figure.ctx.clone();
        let mut output = ctx.run_ui(input, |ui| {
            let mut cx = Context { snapshot, ui_state: &mut state, outbox: &mut outbox, palette, whole: true };
            whole(ui, screen.shrink(MARGIN), panel, &mut cx);
        });
        figure.textures.apply(&output.textures_delta);
        output.textures_delta.clear();
        figure.shapes = std::mem::take(&mut output.shapes);
        #[cfg(all(test, feature = "ui-tests"))]
        if let Some(update) = &output.platform_output.accesskit_update {
            let words = |node: &egui::accesskit::Node| node.label().or(node.value()).unwrap_or_default().to_owned();
            figure.nodes = update.nodes.iter().map(|(_, node)| (node.role(), words(node))).collect();
        }
        let bottom = (theme::figure_bottom(&figure.ctx) + MARGIN).ceil().min(TALLEST);
        // the second pass uses the sizes measured by the first one
        if bottom <= figure.size.y && pass > 0 {
            break;
        }
        figure.size.y = figure.size.y.max(bottom);
    }
    figure
}

/// Title and caption, with the view below them.
fn whole(ui: &mut Ui, room: Rect, panel: &mut dyn Panel, cx: &mut Context) {
    let (caption, right) = panel.caption(cx);
    let mut job = LayoutJob::default();
    let format = |font_id, color| TextFormat { font_id, color, ..Default::default() };
    job.append(panel.title(), 0.0, format(FontId::new(TEXT, theme::semibold()), cx.palette.text));
    for (words, font) in [(caption, FontId::proportional(12.0)), (right, FontId::monospace(SMALL))] {
        if !words.is_empty() {
            job.append(&words, 12.0, format(font, cx.palette.dim));
        }
    }
    job.wrap.max_width = room.width();
    let galley = ui.painter().layout_job(job);
    let body = Rect::from_min_max(pos2(room.left(), room.top() + galley.size().y + 8.0), room.max);
    ui.painter().galley(room.min, galley, cx.palette.text);
    ui.scope_builder(UiBuilder::new().max_rect(body).id_salt(panel.id()), |ui| {
        ui.set_clip_rect(body.expand(2.0));
        panel.ui(ui, cx);
    });
    ui.allocate_rect(room, Sense::hover());
}

impl Figure {
    /// Pixels per point.
    fn scale(&self) -> f32 {
        f32::from(self.dpi) / FigureChoice::SCREEN_DPI
    }

    fn area(&self) -> Rect {
        Rect::from_min_size(egui::Pos2::ZERO, self.size)
    }

    /// The figure as SVG.
    pub(crate) fn svg(self) -> Vec<u8> {
        // text is written as SVG text, so the font texture is not needed
        let pictures = self.textures.iter().filter(|(id, _)| *id != TextureId::default());
        let pictures = pictures.map(|(id, texture)| (id, Arc::clone(&texture.image))).collect();
        svg::document(&self.shapes, self.area(), self.ground, &pictures).into_bytes()
    }

    /// The figure as PNG, with its resolution.
    pub(crate) fn png(self) -> Result<Vec<u8>, String> {
        let scale = self.scale();
        let pixels = (self.size * scale).ceil();
        if f64::from(pixels.x) * f64::from(pixels.y) > MOST_PIXELS {
            let (w, h, dpi) = (pixels.x, pixels.y, self.dpi);
            return Err(format!("The image would be {w} x {h} pixels at {dpi} dpi, which is too large. Choose a lower resolution or SVG."));
        }
        let size = [pixels.x as usize, pixels.y as usize];
        let primitives = self.ctx.tessellate(self.shapes, scale);
        let image = pixels::paint(&primitives, &self.textures, size, scale, self.ground);
        png::png_bytes_at(&image, Some(self.dpi))
    }

    /// The painted shapes, the accessible elements, and the area of the figure.
    #[cfg(all(test, feature = "ui-tests"))]
    pub(crate) fn content(&self) -> (&[ClippedShape], &[(egui::accesskit::Role, String)], Rect) {
        (&self.shapes, &self.nodes, self.area())
    }
}
