//! The dialog New network: an empty network, and the presets with a picture of their network to start from.

use super::miniature::miniature;
use crate::gui::action::Action;
use crate::gui::paint::text;
use crate::gui::state::library::Entry;
use crate::gui::theme::{self, Palette};
use crate::gui::window::notices::close_cross;
use crate::session::NetworkView;
use egui::{
    Align, Color32, Galley, Id, Layout, Modal, Painter, Rect, Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};
use std::path::Path;
use std::sync::Arc;

/// Width of a card, and least height, in points.
const CARD: Vec2 = vec2(218.0, 190.0);
/// Space around the texts of a card, in points.
const MARGIN: f32 = 10.0;
/// Height of the picture of a card, in points.
const PICTURE: f32 = 92.0;
/// Space between cards, in points.
const GAP: f32 = 10.0;

/// Whether the dialog is open.
#[derive(Debug, Default)]
pub(crate) struct Gallery {
    pub open: bool,
    /// The presets of the user.
    pub own: Vec<Entry>,
    /// Whether it was open in the frame before.
    was_open: bool,
}

impl Gallery {
    /// Show the dialog if it is open.
    pub(crate) fn show(&mut self, ctx: &egui::Context, library: &[Entry], palette: &Palette, actions: &mut Vec<Action>) {
        let is_new = self.open && !self.was_open;
        self.was_open = self.open;
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
            let mut cards_area = ScrollArea::vertical();
            if is_new {
                // a card must not be where another one was before
                cards_area = cards_area.vertical_scroll_offset(0.0);
            }
            cards_area.max_height(high).min_scrolled_height(high).auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing = vec2(GAP, GAP);
                let (mut described, mut others): (Vec<&Entry>, Vec<&Entry>) = library.iter().partition(|entry| entry.described);
                // the smallest with projections first
                described.sort_by_key(|entry| {
                    let size = entry.view.iter().flat_map(|view| &view.parts).map(|part| part.size).sum::<usize>();
                    (entry.view.as_ref().is_none_or(|view| view.links.is_empty()), size)
                });
                // of one family the smallest first
                others.sort_by_cached_key(|entry| family(&entry.path));
                let (others, experiments): (Vec<&Entry>, Vec<&Entry>) = others.into_iter().partition(|entry| entry.view.is_some());
                let own: Vec<&Entry> = self.own.iter().collect();
                let sections = [
                    ("", described),
                    ("Your presets", own),
                    ("Networks that classify images", others),
                    ("One neuron, one synapse", experiments),
                ];
                for (index, (title, entries)) in sections.into_iter().enumerate() {
                    let blank = (index == 0).then(Card::blank);
                    let cards: Vec<Card> = blank.into_iter().chain(entries.into_iter().map(Card::of)).collect();
                    if !title.is_empty() && !cards.is_empty() {
                        theme::section_head(ui, title);
                    }
                    for row in cards.chunks(columns) {
                        ui.horizontal(|ui| {
                            // cards beside each other are as high as the one with the longest text
                            let texts: Vec<Texts> = row.iter().map(|entry| Texts::of(ui.painter(), entry, palette)).collect();
                            let high = texts.iter().map(Texts::height).fold(CARD.y, f32::max);
                            for (entry, texts) in row.iter().zip(texts) {
                                let response = card(ui, entry, texts, high, palette);
                                if is_new && matches!(entry.picture, Picture::Cross) {
                                    response.request_focus();
                                }
                                if response.clicked() {
                                    actions.push(entry.action.clone());
                                    self.open = false;
                                }
                            }
                        });
                    }
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

/// What a card shows.
enum Picture<'a> {
    Cross,
    Network(&'a NetworkView),
    /// A potential that rises to the threshold.
    Neuron,
    /// The change of a weight over the time between two spikes.
    Window,
}

/// A card: its texts, its picture, and what it opens.
struct Card<'a> {
    picture: Picture<'a>,
    title: &'a str,
    summary: &'a str,
    look_for: &'a [String],
    action: Action,
}

impl<'a> Card<'a> {
    fn blank() -> Self {
        let summary = "No populations; you add them one by one.";
        Self { picture: Picture::Cross, title: "Blank", summary, look_for: &[], action: Action::NewBlank }
    }

    fn of(entry: &'a Entry) -> Self {
        let (picture, action) = match entry.view.as_deref() {
            Some(view) => (Picture::Network(view), Action::EditPreset(entry.path.clone())),
            // nothing to edit
            None => (if entry.is_neuron { Picture::Neuron } else { Picture::Window }, Action::LoadPreset(entry.path.clone())),
        };
        Self { picture, title: &entry.title, summary: &entry.summary, look_for: &entry.look_for, action }
    }

    /// What to look for first; the tooltip has all of it.
    fn look(&self) -> String {
        self.look_for.first().map_or(String::new(), |first| format!("Look for: {first}"))
    }
}

/// The texts of a card below its picture: title, summary and what to look for first.
struct Texts(Vec<(Arc<Galley>, Color32)>);

impl Texts {
    /// Above the first text, and between two of them, in points.
    const GAPS: (f32, f32) = (7.0, 3.0);

    fn of(painter: &Painter, own: &Card, palette: &Palette) -> Self {
        let texts = [
            (own.title.to_owned(), text::strong_font(), palette.text),
            (own.summary.to_owned(), text::note_font(), palette.dim),
            (own.look(), text::note_font(), palette.text),
        ];
        let shown = texts.into_iter().filter(|(words, ..)| !words.is_empty());
        Self(shown.map(|(words, font, color)| (painter.layout(words, font, color, CARD.x - 2.0 * MARGIN), color)).collect())
    }

    /// Height of a card with them, in points.
    fn height(&self) -> f32 {
        PICTURE + Self::GAPS.0 + self.0.iter().map(|(galley, _)| galley.size().y + Self::GAPS.1).sum::<f32>() + MARGIN
    }
}

/// A card with picture, title, summary and what to look for, so many points high.
fn card(ui: &mut Ui, own: &Card, texts: Texts, high: f32, palette: &Palette) -> Response {
    let Card { picture: shown, title, summary, look_for, .. } = own;
    let (rect, response) = ui.allocate_exact_size(vec2(CARD.x, high), Sense::click());
    let look = own.look();
    let space = if look.is_empty() { "" } else { " " };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{title}: {summary}{space}{look}")));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let lit = response.hovered() || response.has_focus();
    let border = if lit { palette.accent } else { palette.line };
    let painter = ui.painter();
    painter.rect(rect, 8.0, palette.panel, Stroke::new(1.0, border), StrokeKind::Inside);
    let picture = Rect::from_min_size(rect.min + vec2(1.0, 1.0), vec2(rect.width() - 2.0, PICTURE));
    painter.rect_filled(picture, egui::CornerRadius { nw: 7, ne: 7, sw: 0, se: 0 }, palette.ground);
    let inside = picture.shrink2(vec2(10.0, 8.0));
    let clipped = painter.with_clip_rect(picture.intersect(ui.clip_rect()));
    let line = |points: Vec<egui::Pos2>| clipped.add(egui::Shape::line(points, Stroke::new(1.6, palette.trace)));
    let at = |x: f32, y: f32| inside.lerp_inside(vec2(x, y));
    match shown {
        Picture::Network(view) => miniature(&clipped, inside, view, palette),
        Picture::Cross => {
            let color = if lit { palette.accent } else { palette.dim };
            let (c, arm) = (picture.center(), 12.0);
            for ends in [[c - vec2(arm, 0.0), c + vec2(arm, 0.0)], [c - vec2(0.0, arm), c + vec2(0.0, arm)]] {
                painter.line_segment(ends, Stroke::new(2.5, color));
            }
        }
        Picture::Neuron => {
            clipped.hline(inside.x_range(), at(0.0, 0.25).y, Stroke::new(1.0, palette.faint));
            let rise = |k: u8| 0.9 - 0.75 * (1.0 - (-2.0 * f32::from(k % 20) / 20.0).exp());
            line((0..60).map(|k| at(f32::from(k) / 60.0, rise(k))).collect());
        }
        Picture::Window => {
            clipped.hline(inside.x_range(), at(0.0, 0.5).y, Stroke::new(1.0, palette.faint));
            let falls = |k: u8| 0.45 * (-f32::from(k) / 8.0).exp();
            line((0..=30).rev().map(|k| at(0.49 - f32::from(k) / 62.0, 0.5 + falls(k))).collect());
            line((0..=30).map(|k| at(0.51 + f32::from(k) / 62.0, 0.5 - falls(k))).collect());
        }
    }
    let mut top = picture.bottom() + Texts::GAPS.0;
    for (galley, color) in texts.0 {
        let high = galley.size().y;
        painter.galley(pos2(rect.left() + MARGIN, top), galley, color);
        top += high + Texts::GAPS.1;
    }
    let all = std::iter::once((*summary).to_owned()).chain(look_for.iter().map(|line| format!("• {line}"))).collect::<Vec<_>>();
    response.on_hover_text(all.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_of_one_family_are_sorted_by_size() {
        let mut names = ["a-1600.ron", "a-100.ron", "b.ron", "a-400.ron", "a.ron"].map(Path::new);
        names.sort_by_cached_key(|path| family(path));
        assert_eq!(names.map(|path| path.to_str().unwrap()), ["a.ron", "a-100.ron", "a-400.ron", "a-1600.ron", "b.ron"]);
    }
}
