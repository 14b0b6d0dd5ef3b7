//! The dialog New network: an empty network, and the presets with a picture of their network to start from.

use crate::gui::action::Action;
use crate::gui::paint::text;
use crate::gui::panels::graph;
use crate::gui::panels::graph::place::arrange;
use crate::gui::panels::graph::route::{arrow, route};
use crate::gui::state::library::Entry;
use crate::gui::theme::Palette;
use crate::gui::window::notices::close_cross;
use crate::session::NetworkView;
use egui::{
    Align, Align2, FontId, Id, Layout, Modal, Painter, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};
use std::path::Path;

/// Size of a card, in points.
const CARD: Vec2 = vec2(218.0, 186.0);
/// Height of the picture of a card, in points.
const PICTURE: f32 = 92.0;
/// Space between cards, in points.
const GAP: f32 = 10.0;

/// Whether the dialog is open.
#[derive(Debug, Default)]
pub(crate) struct Gallery {
    pub open: bool,
}

impl Gallery {
    /// Show the dialog if it is open.
    pub(crate) fn show(&mut self, ctx: &egui::Context, library: &[Entry], palette: &Palette, actions: &mut Vec<Action>) {
        if !self.open {
            return;
        }
        let window = ctx.content_rect().size();
        let columns = (((window.x - 80.0) / (CARD.x + GAP)) as usize).clamp(1, 4);
        let width = columns as f32 * (CARD.x + GAP) - GAP;
        let modal = Modal::new(Id::unique("new network")).show(ctx, |ui| {
            ui.set_width(width + 12.0);
            ui.horizontal(|ui| {
                ui.label(RichText::new("New network").heading());
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if close_cross(ui, "Close New network", palette).clicked() {
                        self.open = false;
                    }
                });
            });
            ui.label(RichText::new("Start from an empty network, or open a preset and change it.").color(palette.dim));
            ui.add_space(2.0);
            let high = (window.y - 190.0).max(140.0);
            ScrollArea::vertical().max_height(high).min_scrolled_height(high).auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(GAP, GAP);
                let blank = (None, "Blank", "No populations; you add them one by one.", Action::NewBlank);
                let (mut own, mut others): (Vec<&Entry>, Vec<&Entry>) = library.iter().partition(|entry| entry.described);
                // the smallest with projections first
                own.sort_by_key(|entry| {
                    let size = entry.view.iter().flat_map(|view| &view.parts).map(|part| part.size).sum::<usize>();
                    (entry.view.as_ref().is_none_or(|view| view.links.is_empty()), size)
                });
                // of one family the smallest first
                others.sort_by_cached_key(|entry| family(&entry.path));
                let presets = own.into_iter().chain(others).filter_map(|entry| {
                    let view = entry.view.as_deref()?;
                    Some((Some(view), entry.title.as_str(), entry.summary.as_str(), Action::EditPreset(entry.path.clone())))
                });
                let cards: Vec<_> = std::iter::once(blank).chain(presets).collect();
                for row in cards.chunks(columns) {
                    ui.horizontal(|ui| {
                        for (view, title, summary, action) in row {
                            if card(ui, *view, title, summary, palette) {
                                actions.push(action.clone());
                                self.open = false;
                            }
                        }
                    });
                }
            });
        });
        self.open &= !modal.should_close();
    }
}

/// The name of a preset without a number at its end, and the number.
fn family(path: &Path) -> (String, u64) {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let size = stem.rsplit_once('-').and_then(|(name, number)| Some((name.to_owned(), number.parse().ok()?)));
    size.unwrap_or_else(|| (stem.into_owned(), 0))
}

/// A card with picture, title and summary. Returns whether it was clicked.
fn card(ui: &mut Ui, view: Option<&NetworkView>, title: &str, summary: &str, palette: &Palette) -> bool {
    let (rect, response) = ui.allocate_exact_size(CARD, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{title}: {summary}")));
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    let lit = response.hovered() || response.has_focus();
    let border = if lit { palette.accent } else { palette.line };
    let painter = ui.painter();
    painter.rect(rect, 8.0, palette.panel, Stroke::new(1.0, border), StrokeKind::Inside);
    let picture = Rect::from_min_size(rect.min + vec2(1.0, 1.0), vec2(rect.width() - 2.0, PICTURE));
    painter.rect_filled(picture, egui::CornerRadius { nw: 7, ne: 7, sw: 0, se: 0 }, palette.ground);
    if let Some(view) = view {
        miniature(&painter.with_clip_rect(picture.intersect(ui.clip_rect())), picture.shrink2(vec2(10.0, 8.0)), view, palette);
    } else {
        let color = if lit { palette.accent } else { palette.dim };
        let (c, arm) = (picture.center(), 12.0);
        for ends in [[c - vec2(arm, 0.0), c + vec2(arm, 0.0)], [c - vec2(0.0, arm), c + vec2(0.0, arm)]] {
            painter.line_segment(ends, Stroke::new(2.5, color));
        }
    }
    let left = rect.left() + 10.0;
    let wide = rect.width() - 20.0;
    let mut top = picture.bottom() + 7.0;
    for (words, font, color, rows) in [(title, text::strong_font(), palette.text, 2), (summary, text::note_font(), palette.dim, 3)] {
        let mut job = egui::text::LayoutJob::simple(words.to_owned(), font, color, wide);
        job.wrap.max_rows = rows;
        let galley = painter.layout_job(job);
        let high = galley.size().y;
        painter.galley(pos2(left, top), galley, color);
        top += high + 3.0;
    }
    let shown = response.on_hover_text(summary);
    shown.clicked()
}

/// A network without texts, apart from names that fit.
fn miniature(painter: &Painter, rect: Rect, view: &NetworkView, palette: &Palette) {
    let (mut plan, room) = arrange(view, rect, vec2(58.0, 22.0));
    if view.links.is_empty() {
        plan.boxes = grid(rect, view.parts.len());
    } else {
        let sizes = plan.boxes.iter().map(|place| Rect::from_center_size(place.center(), vec2(place.width(), place.height().max(17.0))));
        let larger: Vec<Rect> = sizes.collect();
        let apart = larger.iter().enumerate().all(|(k, place)| larger[..k].iter().all(|other| !other.intersects(*place)));
        if apart {
            plan.boxes = larger;
        }
    }
    for link in &view.links {
        if link.from == link.to {
            let place = plan.boxes[link.to];
            painter.circle_stroke(place.center_top() - vec2(0.0, 3.0), 6.0, Stroke::new(1.2, palette.faint));
        } else {
            arrow(painter, &route(&plan, room, link), plan.upright, link, palette);
        }
    }
    for (part, place) in view.parts.iter().zip(&plan.boxes) {
        let color = graph::part_color(part, palette);
        painter.rect(*place, 4.0, palette.raised, Stroke::new(1.2, color), StrokeKind::Inside);
        let fonts = [11.0, 9.5, 8.0].map(FontId::proportional);
        let fits = fonts.into_iter().find(|font| text::width(painter, &part.name, font) <= place.width() - 4.0);
        if let Some(font) = fits {
            painter.text(place.center(), Align2::CENTER_CENTER, &part.name, font, palette.text);
        } else {
            // on two lines, or as much of it as fits
            let font = FontId::proportional(8.0);
            let mut job = egui::text::LayoutJob::simple(part.name.clone(), font, palette.text, place.width() - 4.0);
            job.halign = Align::Center;
            job.wrap.max_rows = if place.height() < 20.0 { 1 } else { 2 };
            let galley = painter.layout_job(job);
            painter.galley(pos2(place.center().x, place.center().y - 0.5 * galley.size().y), galley, palette.text);
        }
    }
}

/// Boxes without projections, in rows of three.
fn grid(rect: Rect, parts: usize) -> Vec<Rect> {
    let columns = parts.clamp(1, 3);
    let slot = vec2(rect.width() / columns as f32, rect.height() / parts.div_ceil(columns).max(1) as f32);
    let center = |k: usize| rect.min + slot * vec2((k % columns) as f32 + 0.5, (k / columns) as f32 + 0.5);
    (0..parts).map(|k| Rect::from_center_size(center(k), vec2(58.0, 22.0).min(slot - vec2(6.0, 4.0)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_a_picture_without_projections_lie_apart_inside_it() {
        let rect = Rect::from_min_size(pos2(3.0, 4.0), vec2(196.0, 76.0));
        for parts in 0..10 {
            let boxes = grid(rect, parts);
            assert_eq!(boxes.len(), parts);
            for (k, place) in boxes.iter().enumerate() {
                assert!(rect.contains_rect(*place) && boxes[..k].iter().all(|other| !other.intersects(*place)), "{parts}: {boxes:?}");
            }
        }
    }

    #[test]
    fn presets_of_one_family_are_sorted_by_size() {
        let mut names = ["a-1600.ron", "a-100.ron", "b.ron", "a-400.ron", "a.ron"].map(Path::new);
        names.sort_by_cached_key(|path| family(path));
        assert_eq!(names.map(|path| path.to_str().unwrap()), ["a.ron", "a-100.ron", "a-400.ron", "a-1600.ron", "b.ron"]);
    }
}
