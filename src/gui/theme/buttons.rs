//! Buttons with a drawn icon, and a row of mutually exclusive buttons.

use super::{Palette, TEXT, fonts};
use egui::{Color32, FontFamily, FontId, Painter, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// An icon drawn beside the text of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// None.
    None,
    /// A triangle: run.
    Play,
    /// Two bars: pause.
    Pause,
    /// A small triangle after the text: opens a menu.
    More,
}

/// Emphasis of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The one main action of its area.
    Main,
    /// Everything else.
    Usual,
    /// The selected one of a group.
    Chosen,
}

/// A button; figures have none. A `width` of 0 fits the text.
pub fn button(ui: &mut Ui, sign: Sign, words: &str, weight: Weight, width: f32) -> Response {
    coloured_button(ui, sign, words, weight, width, None)
}

/// A button whose text has its own colour.
pub fn coloured_button(ui: &mut Ui, sign: Sign, words: &str, weight: Weight, width: f32, color: Option<Color32>) -> Response {
    if super::is_figure(ui.ctx()) {
        return ui.allocate_exact_size(egui::Vec2::ZERO, Sense::hover()).1;
    }
    let palette = Palette::of(ui.theme());
    let family = if weight == Weight::Usual && color.is_none() { FontFamily::Proportional } else { fonts::semibold() };
    let galley = ui.painter().layout_no_wrap(words.to_owned(), FontId::new(TEXT, family), Color32::PLACEHOLDER);
    let sign_width = if sign == Sign::None { 0.0 } else { 16.0 };
    let padding = if width > 0.0 { 2.0 } else { ui.spacing().button_padding.x };
    let wanted = galley.size().x + sign_width + 2.0 * padding;
    let size = vec2(if width > 0.0 { width } else { wanted }, ui.spacing().interact_size.y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let chosen = weight == Weight::Chosen;
    response.widget_info(|| match weight {
        Weight::Chosen => WidgetInfo::selected(Role::Button, ui.is_enabled(), true, words),
        Weight::Main | Weight::Usual => WidgetInfo::labeled(Role::Button, ui.is_enabled(), words),
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let on = (weight == Weight::Main && ui.is_enabled()) || chosen;
    let (fill, border, text) = if on {
        (palette.accent, palette.accent, palette.on_accent)
    } else {
        let visuals = ui.style().interact(&response);
        (visuals.bg_fill, visuals.bg_stroke.color, color.unwrap_or(palette.text))
    };
    let fade = if ui.is_enabled() { 1.0 } else { 0.4 };
    let lift = if on && response.hovered() { 0.88 } else { 1.0 };
    let painter = ui.painter();
    painter.rect(rect, 6.0, fill.gamma_multiply(fade * lift), Stroke::new(1.0, border.gamma_multiply(fade)), StrokeKind::Inside);
    if response.has_focus() {
        painter.rect_stroke(rect.expand(2.0), 8.0, Stroke::new(1.5, palette.trace), StrokeKind::Inside);
    }
    let text = text.gamma_multiply(fade);
    let left = rect.center().x - 0.5 * (galley.size().x + sign_width);
    let words_left = if sign == Sign::More { left } else { left + sign_width };
    let sign_x = if sign == Sign::More { left + galley.size().x + 5.0 } else { left };
    let top = rect.center().y - 0.5 * galley.size().y;
    painter.galley_with_override_text_color(pos2(words_left, top), galley, text);
    paint_sign(painter, sign, Rect::from_center_size(pos2(sign_x + 5.0, rect.center().y), vec2(10.0, 10.0)), text);
    response
}

fn paint_sign(painter: &Painter, sign: Sign, rect: Rect, color: Color32) {
    let triangle = |points: [egui::Pos2; 3]| Shape::convex_polygon(points.to_vec(), color, Stroke::NONE);
    match sign {
        Sign::None => {}
        Sign::Play => {
            painter.add(triangle([rect.left_top(), rect.right_center(), rect.left_bottom()]));
        }
        Sign::Pause => {
            for x in [rect.left() + 1.5, rect.right() - 4.5] {
                painter.rect_filled(Rect::from_min_size(pos2(x, rect.top()), vec2(3.0, rect.height())), 1.0, color);
            }
        }
        Sign::More => {
            let (c, r) = (rect.center(), 3.5);
            painter.add(triangle([pos2(c.x - r, c.y - 2.0), pos2(c.x + r, c.y - 2.0), pos2(c.x, c.y + 2.5)]));
        }
    }
}

/// A row of mutually exclusive buttons, `width` points wide in total. Returns the index of the one clicked.
pub fn segments(ui: &mut Ui, words: &[&str], chosen: Option<usize>, width: f32) -> Option<usize> {
    if super::is_figure(ui.ctx()) {
        return None;
    }
    let palette = Palette::of(ui.theme());
    let font = FontId::new(12.0, FontFamily::Proportional);
    let natural: Vec<f32> =
        words.iter().map(|word| ui.painter().layout_no_wrap((*word).to_owned(), font.clone(), palette.text).size().x).collect();
    // Long texts get more room than short ones; the remaining width is divided equally.
    let spare = (width - natural.iter().sum::<f32>()).max(0.0) / words.len() as f32;
    let (row, _) = ui.allocate_exact_size(vec2(width, 26.0), Sense::hover());
    ui.painter().rect(row, 6.0, palette.raised, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    let mut left = row.left();
    let mut clicked = None;
    for (index, word) in words.iter().enumerate() {
        let rect = Rect::from_min_size(pos2(left, row.top()), vec2(natural[index] + spare, row.height()));
        left = rect.right();
        let response = ui.interact(rect, ui.scope_id().with(("segment", *word)), Sense::click());
        let selected = chosen == Some(index);
        response.widget_info(|| WidgetInfo::selected(Role::Button, ui.is_enabled(), selected, word));
        if response.clicked() {
            clicked = Some(index);
        }
        let inner = rect.shrink(2.0);
        if selected {
            ui.painter().rect_filled(inner, 5.0, palette.accent);
        } else if response.hovered() {
            ui.painter().rect_filled(inner, 5.0, palette.line);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(rect, 6.0, Stroke::new(1.5, palette.trace), StrokeKind::Inside);
        }
        let color = if selected { palette.on_accent } else { palette.text };
        ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, word, font.clone(), color);
    }
    clicked
}
