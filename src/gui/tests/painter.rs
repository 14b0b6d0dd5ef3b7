//! Pictures of the window under test, painted by the rasteriser of the figures, so that they need no graphics driver.

use crate::gui::export::pixels;
use crate::gui::export::textures::Textures;
use egui_kittest::TestRenderer;

/// Paints the last frame in pixels of the screen.
#[derive(Default)]
pub(crate) struct Painter(Textures);

impl TestRenderer for Painter {
    fn handle_delta(&mut self, frame: &mut egui::TexturesDelta) {
        self.0.apply(frame);
        frame.clear();
    }

    fn render(&mut self, ctx: &egui::Context, output: &egui::FullOutput) -> Result<image::RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = (ctx.content_rect().size() * scale).round();
        let size = [size.x as usize, size.y as usize];
        let primitives = ctx.tessellate(output.shapes.clone(), scale);
        let picture = pixels::paint(&primitives, &self.0, size, scale, egui::Color32::TRANSPARENT);
        let bytes = picture.pixels.iter().flat_map(egui::Color32::to_srgba_unmultiplied).collect();
        image::RgbaImage::from_raw(size[0] as u32, size[1] as u32, bytes).ok_or_else(|| "the picture has another size".to_owned())
    }
}
