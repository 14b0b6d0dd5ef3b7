//! The pictures of networks on the cards of the gallery: populations as boxes with the names that fit, projections as arrows.

use crate::gui::paint::text;
use crate::gui::panels::graph;
use crate::gui::panels::graph::place::arrange;
use crate::gui::panels::graph::route::{arrow, route};
use crate::gui::theme::Palette;
use crate::session::NetworkView;
use egui::{Align2, FontId, Painter, Rect, Stroke, StrokeKind, Vec2, pos2, vec2};

/// Size of a box at most, in points.
const BOX: Vec2 = vec2(58.0, 22.0);
/// Height of a box that can contain a name, if it can be had, in points.
const NAMED: f32 = 17.0;
/// Least distance of two boxes, in points.
const APART: Vec2 = vec2(6.0, 4.0);
/// Most projections that are drawn as arrows of their own; of more, a line shows which populations are connected.
const ARROWS: usize = 16;
/// Sizes of the font of the names, in points.
const FONTS: [f32; 4] = [11.0, 9.5, 8.0, 7.0];

/// Draw a network into a small rectangle.
pub(super) fn miniature(painter: &Painter, rect: Rect, view: &NetworkView, palette: &Palette) {
    let many = view.links.len() > ARROWS;
    let (mut plan, room) = arrange(view, rect, BOX);
    if view.links.is_empty() || many {
        plan.boxes = grid(rect, view.parts.len());
    } else {
        let sizes = plan.boxes.iter().map(|place| Rect::from_center_size(place.center(), vec2(place.width(), place.height().max(NAMED))));
        let larger: Vec<Rect> = sizes.collect();
        let apart = larger.iter().enumerate().all(|(k, place)| larger[..k].iter().all(|other| !other.intersects(*place)));
        if apart {
            plan.boxes = larger;
        }
    }
    for link in &view.links {
        let (from, to) = (plan.boxes[link.from], plan.boxes[link.to]);
        if many {
            painter.line_segment([from.center(), to.center()], Stroke::new(0.8, palette.faint.gamma_multiply(0.35)));
        } else if link.from == link.to {
            painter.circle_stroke(to.center_top() - vec2(0.0, 3.0), 6.0, Stroke::new(1.2, palette.faint));
        } else {
            arrow(painter, &route(&plan, room, link, &[]), plan.upright, link, palette);
        }
    }
    for (part, place) in view.parts.iter().zip(&plan.boxes) {
        let color = graph::part_color(part, palette);
        painter.rect(*place, 4.0, palette.raised, Stroke::new(1.2, color), StrokeKind::Inside);
        if let Some(font) = fitting(place.size(), |font| text::size(painter, &part.name, font)) {
            painter.text(place.center(), Align2::CENTER_CENTER, &part.name, font, palette.text);
        }
    }
}

/// The largest font in which a name fits into a box; none if there is no such font.
fn fitting(place: Vec2, size: impl Fn(&FontId) -> Vec2) -> Option<FontId> {
    let fits = |font: &FontId| {
        let size = size(font);
        size.x <= place.x - 4.0 && size.y <= place.y - 1.0
    };
    FONTS.map(FontId::proportional).into_iter().find(fits)
}

/// Boxes in rows, with as few rows as leave room for names.
fn grid(rect: Rect, parts: usize) -> Vec<Rect> {
    let rows_of = |columns: usize| parts.div_ceil(columns).max(1);
    let high = |columns: &usize| rect.height() / rows_of(*columns) as f32 - APART.y >= NAMED;
    let columns = (parts.clamp(1, 3)..=parts.max(1)).find(high).unwrap_or(parts.max(1));
    let slot = vec2(rect.width() / columns as f32, rect.height() / rows_of(columns) as f32);
    let center = |k: usize| rect.min + slot * vec2((k % columns) as f32 + 0.5, (k / columns) as f32 + 0.5);
    (0..parts).map(|k| Rect::from_center_size(pos2(center(k).x, center(k).y), BOX.min((slot - APART).max(0.5 * slot)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_a_picture_lie_apart_inside_it_and_can_contain_names() {
        let rect = Rect::from_min_size(pos2(3.0, 4.0), vec2(196.0, 76.0));
        for parts in 0..25 {
            let boxes = grid(rect, parts);
            assert_eq!(boxes.len(), parts);
            for (k, place) in boxes.iter().enumerate() {
                assert!(rect.contains_rect(*place) && boxes[..k].iter().all(|other| !other.intersects(*place)), "{parts}: {boxes:?}");
                assert!(place.height() >= NAMED, "{parts}: {place:?}");
            }
        }
    }

    #[test]
    fn name_has_the_largest_font_that_fits_in_both_directions() {
        // as wide as three letters, and as high as the font with its leading
        let size = |font: &FontId| vec2(1.8 * font.size, 1.3 * font.size);
        let font = |place: Vec2| fitting(place, size).map(|font| font.size);
        assert_eq!(font(vec2(58.0, 22.0)), Some(11.0));
        assert_eq!(font(vec2(58.0, 12.0)), Some(8.0), "too low for more");
        assert_eq!(font(vec2(18.0, 22.0)), Some(7.0), "too narrow for more");
        assert_eq!(font(vec2(58.0, 6.0)), None);
    }
}
