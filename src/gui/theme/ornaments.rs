//! Elements shared by many views: headings, numbers, tile frames, the icons of live parameters and of rebuilds.

use super::{GRID, NUMBER, Palette, SMALL, fonts};
use egui::{Color32, CornerRadius, FontId, Frame, Margin, Painter, Rect, RichText, Shape, Stroke, Ui, pos2, vec2};

/// A section heading in small letter-spaced capitals.
pub fn section_head(ui: &mut Ui, text: &str) -> egui::Response {
    let palette = Palette::of(ui.theme());
    let text = RichText::new(text.to_uppercase()).font(FontId::new(SMALL, fonts::semibold())).color(palette.dim).extra_letter_spacing(0.8);
    ui.add(egui::Label::new(text).selectable(false).truncate())
}

/// Text in the bold font.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).family(fonts::semibold())
}

/// A number or value in the monospaced font.
pub fn mono(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::monospace(NUMBER))
}

/// The frame of a tile: rounded, with a thin border and the panel colour.
pub fn tile_frame(palette: &Palette) -> Frame {
    Frame::new()
        .fill(palette.panel)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(GRID as u8))
        .inner_margin(Margin::symmetric(10, 8))
}

/// A lightning bolt: the change takes effect at once.
pub fn paint_lightning(painter: &Painter, rect: Rect, color: Color32) {
    let at = |x: f32, y: f32| rect.min + vec2(x, y) * rect.size();
    let upper = vec![at(0.62, 0.02), at(0.22, 0.56), at(0.52, 0.56)];
    let lower = vec![at(0.48, 0.44), at(0.78, 0.44), at(0.38, 0.98)];
    for triangle in [upper, lower] {
        painter.add(Shape::convex_polygon(triangle, color, Stroke::NONE));
    }
}

/// A circular arrow: the change rebuilds the network.
pub fn paint_rebuild(painter: &Painter, rect: Rect, color: Color32) {
    let center = rect.center();
    let radius = rect.width().min(rect.height()) * 0.38;
    let points: Vec<_> = (0..=20)
        .map(|k| {
            let angle = -0.3 + 5.2 * k as f32 / 20.0;
            center + radius * vec2(angle.cos(), angle.sin())
        })
        .collect();
    let tip = points[0];
    painter.add(Shape::line(points, Stroke::new(1.2, color)));
    let arm = radius * 0.75;
    painter.add(Shape::convex_polygon(
        vec![pos2(tip.x - arm, tip.y - 0.1 * arm), pos2(tip.x + 0.55 * arm, tip.y + 0.25 * arm), pos2(tip.x + 0.1 * arm, tip.y - arm)],
        color,
        Stroke::NONE,
    ));
}
