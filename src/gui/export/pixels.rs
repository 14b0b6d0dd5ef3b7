//! Software rasteriser of triangles, for figures of any resolution without display or graphics card.

use super::textures::{Texture, Textures};
use egui::epaint::{ClippedPrimitive, Primitive, Vertex};
use egui::{Color32, ColorImage};

/// Subpixel steps per pixel. Corners are rounded to them, so that integer arithmetic decides exactly which of two triangles owns
/// a pixel.
const PARTS: i64 = 256;

/// Paint `primitives`, given in points, at `scale` pixels per point.
pub(crate) fn paint(primitives: &[ClippedPrimitive], textures: &Textures, size: [usize; 2], scale: f32, ground: Color32) -> ColorImage {
    let mut image = ColorImage::filled(size, ground);
    for ClippedPrimitive { clip_rect, primitive } in primitives {
        let Primitive::Mesh(mesh) = primitive else { continue };
        let edge = |value: f32, most: usize| (value * scale).round().clamp(0.0, most as f32) as i64;
        let clip = Clip {
            x: (edge(clip_rect.min.x, size[0]), edge(clip_rect.max.x, size[0])),
            y: (edge(clip_rect.min.y, size[1]), edge(clip_rect.max.y, size[1])),
        };
        let texture = textures.get(mesh.texture_id);
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |k: usize| mesh.vertices.get(corners[k] as usize).copied();
            if let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) {
                triangle(&mut image, [a, b, c], texture, &clip, scale);
            }
        }
    }
    image
}

/// Pixel rectangle from the first corner to the second, which is excluded.
struct Clip {
    x: (i64, i64),
    y: (i64, i64),
}

type Point = (i64, i64);

/// Twice the signed area of the triangle of an edge and a point; positive if the point is to the right of the edge, as y points
/// down.
fn side(a: Point, b: Point, p: Point) -> i64 {
    (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0)
}

/// Fill rule: of two triangles that share an edge, the one for which it is an upper or left edge owns its pixels.
fn owns(a: Point, b: Point) -> bool {
    b.1 < a.1 || (b.1 == a.1 && b.0 > a.0)
}

fn triangle(image: &mut ColorImage, mut corners: [Vertex; 3], texture: Option<&Texture>, clip: &Clip, scale: f32) {
    let fixed = |v: &Vertex| ((v.pos.x * scale * PARTS as f32).round() as i64, (v.pos.y * scale * PARTS as f32).round() as i64);
    if corners.iter().any(|v| !v.pos.is_finite()) {
        return;
    }
    let mut at = [0, 1, 2].map(|k| fixed(&corners[k]));
    let mut area = side(at[0], at[1], at[2]);
    if area < 0 {
        corners.swap(1, 2);
        at.swap(1, 2);
        area = -area;
    }
    if area == 0 {
        return;
    }
    let span = |values: [i64; 3], (from, to): (i64, i64)| {
        let (low, high) = (values.iter().copied().min().unwrap_or(0), values.iter().copied().max().unwrap_or(0));
        ((low.div_euclid(PARTS)).max(from), (high.div_euclid(PARTS) + 1).min(to))
    };
    let (left, right) = span(at.map(|p| p.0), clip.x);
    let (top, bottom) = span(at.map(|p| p.1), clip.y);
    let edges = [(1, 2), (2, 0), (0, 1)].map(|(a, b)| (at[a], at[b]));
    let least = edges.map(|(a, b)| i64::from(!owns(a, b)));
    let uniform = corners.iter().all(|v| v.color == corners[0].color && v.uv == corners[0].uv);
    let plain = uniform.then(|| look(corners[0].uv, linear(corners[0].color), texture));
    let width = image.size[0];
    for y in top..bottom {
        for x in left..right {
            let p = (x * PARTS + PARTS / 2, y * PARTS + PARTS / 2);
            let w = edges.map(|(a, b)| side(a, b, p));
            if (0..3).any(|k| w[k] < least[k]) {
                continue;
            }
            let source = plain.unwrap_or_else(|| {
                let share = w.map(|w| w as f32 / area as f32);
                let mix = |value: &dyn Fn(&Vertex) -> f32| (0..3).map(|k| share[k] * value(&corners[k])).sum::<f32>();
                let uv = egui::pos2(mix(&|v| v.uv.x), mix(&|v| v.uv.y));
                let color = [0, 1, 2, 3].map(|channel| mix(&|v| linear(v.color)[channel]));
                look(uv, color, texture)
            });
            let pixel = &mut image.pixels[y as usize * width + x as usize];
            *pixel = over(source, *pixel);
        }
    }
}

/// The premultiplied channels without gamma correction, because the window blends colours in this space too.
fn linear(color: Color32) -> [f32; 4] {
    color.to_array().map(f32::from)
}

/// Vertex colour times texture.
fn look(uv: egui::Pos2, color: [f32; 4], texture: Option<&Texture>) -> [f32; 4] {
    let Some(Texture { image, smooth }) = texture else { return color };
    let [w, h] = image.size;
    if w == 0 || h == 0 {
        return color;
    }
    let texel = |x: i64, y: i64| linear(image.pixels[y.clamp(0, h as i64 - 1) as usize * w + x.clamp(0, w as i64 - 1) as usize]);
    let (x, y) = (uv.x * w as f32, uv.y * h as f32);
    let found = if *smooth {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right, low) = (x - left, y - top);
        let (i, j) = (left as i64, top as i64);
        let near = [texel(i, j), texel(i + 1, j), texel(i, j + 1), texel(i + 1, j + 1)];
        let share = [(1.0 - right) * (1.0 - low), right * (1.0 - low), (1.0 - right) * low, right * low];
        [0, 1, 2, 3].map(|channel| (0..4).map(|k| share[k] * near[k][channel]).sum::<f32>())
    } else {
        texel(x.floor() as i64, y.floor() as i64)
    };
    [0, 1, 2, 3].map(|channel| color[channel] * found[channel] / 255.0)
}

fn over(source: [f32; 4], below: Color32) -> Color32 {
    let left = 1.0 - source[3] / 255.0;
    let [r, g, b, a] = below.to_array();
    let channel = |source: f32, below: u8| (source + f32::from(below) * left).round().clamp(0.0, 255.0) as u8;
    Color32::from_rgba_premultiplied(channel(source[0], r), channel(source[1], g), channel(source[2], b), channel(source[3], a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Mesh, Pos2, Rect, TextureId, pos2, vec2};
    use std::sync::Arc;

    fn painted(mesh: Mesh, clip: Rect, scale: f32) -> ColorImage {
        let primitive = ClippedPrimitive { clip_rect: clip, primitive: Primitive::Mesh(mesh) };
        paint(&[primitive], &Textures::default(), [(8.0 * scale) as usize, (8.0 * scale) as usize], scale, Color32::WHITE)
    }

    #[test]
    fn two_triangles_cover_each_pixel_of_a_rectangle_once_at_every_scale() {
        for scale in [1.0, 2.0, 3.125] {
            let mut mesh = Mesh::default();
            // half transparent, so that a pixel painted twice would be darker
            mesh.add_colored_rect(Rect::from_min_size(pos2(1.0, 2.0), vec2(4.0, 4.0)), Color32::from_black_alpha(128));
            let image = painted(mesh, Rect::EVERYTHING, scale);
            let grey = image.pixels.iter().filter(|pixel| **pixel == Color32::from_gray(127)).count();
            let white = image.pixels.iter().filter(|pixel| **pixel == Color32::WHITE).count();
            assert_eq!(grey + white, image.pixels.len(), "{scale}");
            let side = ((5.0 * scale).round() - scale.round()) as usize;
            assert!(grey.abs_diff(side * side) <= side, "{scale}: {grey} pixels");
        }
    }

    #[test]
    fn nothing_is_painted_outside_the_clip_rectangle() {
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(Rect::from_min_size(Pos2::ZERO, vec2(8.0, 8.0)), Color32::BLACK);
        let image = painted(mesh, Rect::from_min_max(pos2(2.0, 3.0), pos2(4.0, 100.0)), 1.0);
        assert_eq!(image.pixels.iter().filter(|pixel| **pixel == Color32::BLACK).count(), 2 * 5);
    }

    #[test]
    fn nearest_texture_keeps_its_pixels_and_linear_one_is_interpolated() {
        let texture = |smooth| {
            let image = Arc::new(ColorImage::new([2, 1], vec![Color32::BLACK, Color32::WHITE]));
            let id = TextureId::Managed(3);
            let mut mesh = Mesh::with_texture(id);
            mesh.add_rect_with_uv(
                Rect::from_min_size(Pos2::ZERO, vec2(8.0, 8.0)),
                Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0)),
                Color32::WHITE,
            );
            let primitive = ClippedPrimitive { clip_rect: Rect::EVERYTHING, primitive: Primitive::Mesh(mesh) };
            let image = paint(&[primitive], &Textures::from([(id, Texture { image, smooth })]), [8, 8], 1.0, Color32::RED);
            image.pixels[..8].iter().map(Color32::r).collect::<Vec<_>>()
        };
        assert_eq!(texture(false), [0, 0, 0, 0, 255, 255, 255, 255]);
        let smooth = texture(true);
        assert!(smooth.is_sorted() && smooth[0] == 0 && smooth[7] == 255 && (90..128).contains(&smooth[3]), "{smooth:?}");
    }
}
