//! Conversion of egui shapes to SVG: shapes become elements, text stays text, textures become embedded images without smoothing.
//! Every view can thus be saved without separate drawing code.

mod letters;

use base64::Engine as _;
use egui::epaint::{ClippedShape, ColorMode, Mesh, PathShape, PathStroke, RectShape, Shape};
use egui::{Color32, ColorImage, Pos2, Rect, Stroke, TextureId, pos2};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// The textures that shapes refer to.
pub(crate) type Textures = BTreeMap<TextureId, Arc<ColorImage>>;

/// The document: `shapes` clipped to `area`, on the background `ground`.
pub(crate) fn document(shapes: &[ClippedShape], area: Rect, ground: Color32, textures: &Textures) -> String {
    let mut out = Svg { text: String::new(), clips: 0, textures, used: BTreeSet::new() };
    let (w, h) = (area.width(), area.height());
    out.line(&format!(r#"<rect x="{}" y="{}" width="{w}" height="{h}"{}/>"#, area.left(), area.top(), fill(ground)));
    for clipped in shapes.iter().filter(|clipped| clipped.clip_rect.intersects(area)) {
        let clip = clipped.clip_rect.intersect(area);
        if !clipped.shape.visual_bounding_rect().intersects(clip) {
            continue;
        }
        // most shapes lie inside their clip rectangle and need no clip path
        let inside = clip.contains_rect(clipped.shape.visual_bounding_rect());
        if !inside {
            out.begin_clip(clip);
        }
        out.shape(&clipped.shape);
        if !inside {
            out.line("</g>");
        }
    }
    // earlier layout passes made images that are not shown
    let shown = textures.values().enumerate().filter(|(index, _)| out.used.contains(index));
    let view = format!("{} {} {w} {h}", area.left(), area.top());
    let head = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="{view}">"#);
    let images: String = shown.map(|(index, image)| definition(index, image)).collect();
    format!("{head}\n<defs>\n{images}</defs>\n{}</svg>\n", out.text)
}

/// An image that shapes refer to.
fn definition(index: usize, image: &ColorImage) -> String {
    let data = crate::gui::export::png::png_rgba_bytes(image).unwrap_or_default();
    let data = base64::engine::general_purpose::STANDARD.encode(data);
    let [w, h] = image.size;
    let look = r#"style="image-rendering:pixelated""#;
    format!("<image id=\"t{index}\" width=\"{w}\" height=\"{h}\" {look} href=\"data:image/png;base64,{data}\"/>\n")
}

struct Svg<'a> {
    text: String,
    clips: usize,
    textures: &'a Textures,
    /// The textures that are shown, by index.
    used: BTreeSet<usize>,
}

/// A colour as attributes of an element; `none` if fully transparent.
fn paint(name: &str, color: Color32) -> String {
    if color.a() == 0 && color == Color32::TRANSPARENT {
        return format!(r#" {name}="none""#);
    }
    let [r, g, b, a] = color.to_srgba_unmultiplied();
    let opacity = if a == 255 { String::new() } else { format!(r#" {name}-opacity="{:.3}""#, f32::from(a) / 255.0) };
    format!(r##" {name}="#{r:02x}{g:02x}{b:02x}"{opacity}"##)
}

fn fill(color: Color32) -> String {
    paint("fill", color)
}

fn stroke(stroke: Stroke) -> String {
    if stroke.width <= 0.0 || stroke.color == Color32::TRANSPARENT {
        return String::new();
    }
    format!(r#"{} stroke-width="{}""#, paint("stroke", stroke.color), stroke.width)
}

fn path_stroke(stroke_of_path: &PathStroke) -> String {
    let color = match &stroke_of_path.color {
        ColorMode::Solid(color) => *color,
        // a gradient along a path is replaced by the colour at its middle
        ColorMode::UV(color) => color(Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)), pos2(0.5, 0.5)),
    };
    stroke(Stroke::new(stroke_of_path.width, color))
}

fn points(points: &[Pos2]) -> String {
    points.iter().map(|p| format!("{:.2},{:.2}", p.x, p.y)).collect::<Vec<_>>().join(" ")
}

/// The rectangles of a mesh, each of one colour; `None` if the mesh contains anything else.
fn bars(mesh: &Mesh) -> Option<Vec<(Rect, Color32)>> {
    if !mesh.vertices.len().is_multiple_of(4) || mesh.indices.len() != mesh.vertices.len() / 4 * 6 {
        return None;
    }
    let bar = |corners: &[egui::epaint::Vertex]| {
        let rect = Rect::from_points(&corners.iter().map(|v| v.pos).collect::<Vec<_>>());
        let at_corner = |v: &egui::epaint::Vertex| {
            (v.pos.x == rect.left() || v.pos.x == rect.right()) && (v.pos.y == rect.top() || v.pos.y == rect.bottom())
        };
        let plain = corners.iter().all(|v| at_corner(v) && v.color == corners[0].color);
        plain.then_some((rect, corners[0].color))
    };
    mesh.vertices.chunks_exact(4).map(bar).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Svg<'_> {
    fn line(&mut self, line: &str) {
        // writing to a string cannot fail
        writeln!(self.text, "{line}").ok();
    }

    fn begin_clip(&mut self, clip: Rect) {
        let id = self.clips;
        self.clips += 1;
        let (x, y, w, h) = (clip.left(), clip.top(), clip.width(), clip.height());
        self.line(&format!(r#"<clipPath id="c{id}"><rect x="{x}" y="{y}" width="{w}" height="{h}"/></clipPath>"#));
        self.line(&format!(r#"<g clip-path="url(#c{id})">"#));
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            // empty, or a callback that cannot be converted
            Shape::Noop | Shape::Callback(_) => {}
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.shape(shape)),
            Shape::Circle(c) => {
                let (x, y, r) = (c.center.x, c.center.y, c.radius);
                self.line(&format!(r#"<circle cx="{x:.2}" cy="{y:.2}" r="{r:.2}"{}{}/>"#, fill(c.fill), stroke(c.stroke)));
            }
            Shape::Ellipse(e) => {
                let (x, y, rx, ry) = (e.center.x, e.center.y, e.radius.x, e.radius.y);
                self.line(&format!(r#"<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}"{}{}/>"#, fill(e.fill), stroke(e.stroke)));
            }
            Shape::LineSegment { points: [a, b], stroke: line } => {
                self.line(&format!(r#"<line x1="{:.2}" y1="{:.2}" x2="{:.2}" y2="{:.2}"{}/>"#, a.x, a.y, b.x, b.y, stroke(*line)));
            }
            Shape::Path(path) => self.path(path),
            Shape::Band(band) => {
                let x = |p: &egui::epaint::BandPoint| p.x;
                let upper = band.points.iter().map(|p| pos2(x(p), p.y.max));
                let outline: Vec<Pos2> = band.points.iter().map(|p| pos2(x(p), p.y.min)).chain(upper.rev()).collect();
                self.line(&format!(r#"<polygon points="{}"{}{}/>"#, points(&outline), fill(band.fill), stroke(band.stroke)));
            }
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => self.words(text),
            Shape::Mesh(mesh) => self.mesh(mesh),
            Shape::QuadraticBezier(curve) => {
                let [a, b, c] = curve.points;
                let d = format!("M{} {}Q{} {} {} {}", a.x, a.y, b.x, b.y, c.x, c.y);
                self.line(&format!(r#"<path d="{d}"{}{}/>"#, fill(curve.fill), path_stroke(&curve.stroke)));
            }
            Shape::CubicBezier(curve) => {
                let [a, b, c, e] = curve.points;
                let d = format!("M{} {}C{} {} {} {} {} {}", a.x, a.y, b.x, b.y, c.x, c.y, e.x, e.y);
                self.line(&format!(r#"<path d="{d}"{}{}/>"#, fill(curve.fill), path_stroke(&curve.stroke)));
            }
        }
    }

    fn path(&mut self, path: &PathShape) {
        let name = if path.closed { "polygon" } else { "polyline" };
        let join = r#" stroke-linejoin="round""#;
        self.line(&format!(r#"<{name} points="{}"{}{}{join}/>"#, points(&path.points), fill(path.fill), path_stroke(&path.stroke)));
    }

    fn rect(&mut self, shape: &RectShape) {
        let r = shape.rect;
        if let Some(brush) = &shape.brush {
            self.picture(brush.fill_texture_id, brush.uv, r);
            return;
        }
        let round = f32::from(shape.corner_radius.nw);
        let round = if round > 0.0 { format!(r#" rx="{round}""#) } else { String::new() };
        let r = match shape.stroke_kind {
            egui::StrokeKind::Inside => r.shrink(shape.stroke.width / 2.0),
            egui::StrokeKind::Outside => r.expand(shape.stroke.width / 2.0),
            egui::StrokeKind::Middle => r,
        };
        let (x, y, w, h) = (r.left(), r.top(), r.width().max(0.0), r.height().max(0.0));
        let look = fill(shape.fill) + &stroke(shape.stroke);
        self.line(&format!(r#"<rect x="{x:.2}" y="{y:.2}" width="{w:.2}" height="{h:.2}"{round}{look}/>"#));
    }

    /// The part `uv` of a texture, scaled to `to`.
    fn picture(&mut self, id: TextureId, uv: Rect, to: Rect) {
        let Some(index) = self.textures.keys().position(|key| *key == id) else { return };
        self.used.insert(index);
        let [w, h] = self.textures[&id].size.map(|length| length as f32);
        let (u, v) = (uv.left() * w, uv.top() * h);
        let view = format!("{u} {v} {} {}", uv.width() * w, uv.height() * h);
        let (x, y, w, h) = (to.left(), to.top(), to.width(), to.height());
        self.line(&format!(
            r##"<svg x="{x:.2}" y="{y:.2}" width="{w:.2}" height="{h:.2}" viewBox="{view}" preserveAspectRatio="none"><use href="#t{index}"/></svg>"##
        ));
    }

    /// Textured quads as images; untextured triangles in the mean colour of their corners.
    fn mesh(&mut self, mesh: &Mesh) {
        if self.textures.contains_key(&mesh.texture_id) {
            for quad in mesh.indices.chunks(6) {
                let corners = || quad.iter().filter_map(|&index| mesh.vertices.get(index as usize));
                let to = Rect::from_points(&corners().map(|v| v.pos).collect::<Vec<_>>());
                let uv = Rect::from_points(&corners().map(|v| v.uv).collect::<Vec<_>>());
                self.picture(mesh.texture_id, uv, to);
            }
            return;
        }
        if let Some(bars) = bars(mesh) {
            self.line(r#"<g class="marks">"#);
            for (bar, color) in bars {
                let (x, y, w, h) = (bar.left(), bar.top(), bar.width(), bar.height());
                self.line(&format!(r#"<rect x="{x:.2}" y="{y:.2}" width="{w:.2}" height="{h:.2}"{}/>"#, fill(color)));
            }
            self.line("</g>");
            return;
        }
        for triangle in mesh.indices.chunks_exact(3) {
            let corners: Vec<_> = triangle.iter().filter_map(|&index| mesh.vertices.get(index as usize)).collect();
            let mean = |channel: fn(Color32) -> u8| (corners.iter().map(|v| u32::from(channel(v.color))).sum::<u32>() / 3) as u8;
            let [r, g, b, a] = [|c: Color32| c.r(), |c: Color32| c.g(), |c: Color32| c.b(), |c: Color32| c.a()].map(mean);
            let color = fill(Color32::from_rgba_premultiplied(r, g, b, a));
            let at: Vec<Pos2> = corners.iter().map(|v| v.pos).collect();
            // a thin outline of the same colour hides the gaps between triangles
            self.line(&format!(r#"<polygon points="{}"{color}{} stroke-width="0.3"/>"#, points(&at), color.replace("fill", "stroke")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{CornerRadius, StrokeKind, vec2};

    fn clipped(shape: impl Into<Shape>) -> ClippedShape {
        ClippedShape::new(Rect::EVERYTHING, shape.into())
    }

    #[test]
    fn shapes_become_coloured_elements_and_those_outside_are_omitted() {
        let area = Rect::from_min_size(pos2(10.0, 10.0), vec2(100.0, 50.0));
        let shapes = [
            clipped(Shape::circle_filled(pos2(20.0, 20.0), 3.0, Color32::from_rgb(1, 2, 3))),
            clipped(Shape::line(vec![pos2(10.0, 10.0), pos2(20.0, 20.0), pos2(30.0, 10.0)], Stroke::new(2.0, Color32::RED))),
            clipped(RectShape::new(area, CornerRadius::same(6), Color32::from_black_alpha(128), Stroke::NONE, StrokeKind::Inside)),
            clipped(Shape::circle_filled(pos2(500.0, 20.0), 3.0, Color32::RED)),
        ];
        let text = document(&shapes, area, Color32::WHITE, &Textures::new());
        assert!(text.contains(r##"<circle cx="20.00" cy="20.00" r="3.00" fill="#010203"/>"##), "{text}");
        assert!(text.contains(r#"<polyline points="10.00,10.00 20.00,20.00 30.00,10.00" fill="none""#), "{text}");
        assert!(text.contains(r##"rx="6" fill="#000000" fill-opacity="0.502""##), "{text}");
        assert_eq!(text.matches("<circle").count(), 1);
        assert!(text.contains(r#"viewBox="10 10 100 50""#));
    }

    #[test]
    fn rectangle_meshes_become_rectangles() {
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(Rect::from_min_max(pos2(1.0, 2.0), pos2(3.0, 9.0)), Color32::RED);
        let area = Rect::from_min_size(Pos2::ZERO, vec2(50.0, 50.0));
        let text = document(&[clipped(mesh)], area, Color32::WHITE, &Textures::new());
        assert!(text.contains(r##"<rect x="1.00" y="2.00" width="2.00" height="7.00" fill="#ff0000"/>"##), "{text}");
        assert!(!text.contains("<polygon"));
    }

    #[test]
    fn text_stays_text_in_its_colours() {
        let ctx = egui::Context::default();
        let mut shapes = Vec::new();
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            let mut job = egui::text::LayoutJob::default();
            let format = |color| egui::TextFormat { color, ..Default::default() };
            job.append("V < ", 0.0, format(Color32::RED));
            job.append("θ & w", 0.0, format(Color32::BLUE));
            ui.label(job);
        });
        shapes.append(&mut output.shapes);
        output.textures_delta.clear();
        let text = document(&shapes, Rect::from_min_size(Pos2::ZERO, vec2(500.0, 500.0)), Color32::WHITE, &Textures::new());
        assert!(
            [">V</tspan>", ">&lt;</tspan>", ">θ</tspan>", ">&amp;</tspan>", ">w</tspan>"].iter().all(|word| text.contains(word)),
            "{text}"
        );
        // Each word has its own x position, so that a wider font in the viewer does not make words run together.
        let places: Vec<f32> = text.split("<tspan x=\"").skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
        assert!(places.len() == 5 && places.is_sorted_by(|a, b| b - a > 5.0), "{places:?}");
        assert!(text.contains(r##"fill="#ff0000""##) && text.contains(r##"fill="#0000ff""##), "{text}");
    }

    #[test]
    fn texture_part_becomes_part_of_an_embedded_image() {
        let id = TextureId::Managed(7);
        let green = Arc::new(ColorImage::filled([8, 4], Color32::GREEN));
        let textures = Textures::from([(id, Arc::clone(&green)), (TextureId::Managed(8), green)]);
        let to = Rect::from_min_size(pos2(1.0, 2.0), vec2(30.0, 40.0));
        let uv = Rect::from_min_max(pos2(0.5, 0.0), pos2(1.0, 0.5));
        let text = document(&[clipped(Shape::image(id, to, uv, Color32::WHITE))], to, Color32::WHITE, &textures);
        assert_eq!(text.matches("data:image/png;base64,iVBOR").count(), 1, "an image that is not shown is not written: {text}");
        assert!(
            text.contains(r##"width="30.00" height="40.00" viewBox="4 0 4 2" preserveAspectRatio="none"><use href="#t0"/>"##),
            "{text}"
        );
    }
}
