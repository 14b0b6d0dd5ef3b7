//! Text in painted views: fonts, truncation with an ellipsis, and the sentence shown by a view without data.

pub use crate::gui::theme::semibold;
use crate::gui::theme::{self, NUMBER, Palette, SMALL, TEXT};
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Ui, vec2};

/// Font of axis labels.
pub fn tick_font() -> FontId {
    FontId::monospace(SMALL - 0.5)
}

/// Font of numbers in tables.
pub fn number_font() -> FontId {
    FontId::monospace(NUMBER)
}

/// Font of notes beside data.
pub fn note_font() -> FontId {
    FontId::proportional(SMALL)
}

/// Font of emphasised text.
pub fn strong_font() -> FontId {
    FontId::new(TEXT, semibold())
}

/// Font of body text.
pub fn body_font() -> FontId {
    FontId::proportional(TEXT)
}

/// Width of `text` on one line, in points.
pub fn width(painter: &Painter, text: &str, font: &FontId) -> f32 {
    size(painter, text, font).x
}

/// Size of `text` on one line, in points.
pub fn size(painter: &Painter, text: &str, font: &FontId) -> egui::Vec2 {
    painter.layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER).size()
}

/// Draw one line with `anchor` at `at`. Text wider than `widest` is truncated with "…" in the window and drawn smaller in a
/// figure. Returns the rectangle of the text.
pub fn line(painter: &Painter, at: Pos2, anchor: Align2, text: &str, font: FontId, color: Color32, widest: f32) -> Rect {
    place(painter, at, anchor, LayoutJob::simple_singleline(text.to_owned(), font, color), color, widest)
}

/// Like `line`, for text that contains symbols with subscripts.
pub fn symbols(painter: &Painter, at: Pos2, anchor: Align2, text: &str, font: &FontId, color: Color32, widest: f32) -> Rect {
    place(painter, at, anchor, theme::with_symbols(text, font, color), color, widest)
}

/// Minimum font size in a figure, in points.
const LEAST: f32 = 6.0;

fn place(painter: &Painter, at: Pos2, anchor: Align2, mut job: LayoutJob, color: Color32, widest: f32) -> Rect {
    if theme::is_figure(painter.ctx()) {
        // a figure has no tooltip that could show truncated text, so the text is drawn smaller
        let width = painter.layout_job(job.clone()).size().x;
        let shrink = (widest / width.max(1.0)).min(1.0);
        job.sections.iter_mut().for_each(|section| {
            let size = &mut section.format.font_id.size;
            *size = (*size * shrink).max(LEAST.min(*size));
        });
        let galley = painter.layout_job(job);
        let rect = anchor.anchor_size(at, galley.size());
        painter.galley(rect.min, galley, color);
        return rect;
    }
    job.wrap = TextWrapping::truncate_at_width(widest.max(0.0));
    let galley = painter.layout_job(job);
    let rect = anchor.anchor_size(at, galley.size());
    painter.galley(rect.min, galley, color);
    rect
}

/// Like `line`, but draws nothing if the text does not fit.
pub fn line_if_fits(painter: &Painter, at: Pos2, anchor: Align2, text: &str, font: FontId, color: Color32, widest: f32) {
    let galley = painter.layout_no_wrap(text.to_owned(), font, color);
    if galley.size().x <= widest {
        painter.galley(anchor.anchor_size(at, galley.size()).min, galley, color);
    }
}

/// Short text in the middle of an empty image, wrapped as needed.
pub fn inside(painter: &Painter, rect: Rect, words: &str, color: Color32) {
    let mut job = LayoutJob::simple(words.to_owned(), note_font(), color, (rect.width() - 6.0).max(1.0));
    job.halign = egui::Align::Center;
    let galley = painter.layout_job(job);
    if galley.size().y <= rect.height() && galley.size().x <= rect.width() {
        painter.galley(egui::pos2(rect.center().x, rect.center().y - galley.size().y / 2.0), galley, color);
    }
}

/// Fill the view with a sentence that says what it will show and when.
pub fn calm_sentence(ui: &mut Ui, palette: &Palette, sentence: &str) {
    let rect = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(rect, egui::Sense::hover());
    let inner = rect.shrink2(vec2((rect.width() * 0.1).min(24.0), 4.0));
    let mut job = LayoutJob::simple(sentence.to_owned(), body_font(), palette.dim, inner.width().clamp(1.0, 380.0));
    job.halign = egui::Align::Center;
    job.wrap.max_rows = ((inner.height() / 18.0) as usize).max(1);
    let galley = ui.painter().layout_job(job);
    let top = rect.center().y - galley.size().y / 2.0;
    ui.painter().with_clip_rect(rect.intersect(ui.clip_rect())).galley(
        egui::pos2(rect.center().x, top.max(rect.top())),
        galley,
        palette.dim,
    );
    label(&response, egui::Role::Label, || sentence.to_owned());
}

/// Set the accessible description of a painted area, for screen readers and tests.
pub fn label(response: &egui::Response, role: egui::Role, words: impl Fn() -> String) {
    response.widget_info(|| egui::WidgetInfo::labeled(role, true, words()));
}

/// egui decides whether to draw a field's hint before it handles the typed text, so the first letter would appear one frame
/// late, which is noticeable when frames are slow. Lay out this frame again if the text has changed.
pub fn draw_again(ctx: &egui::Context, before: &str, after: &str) {
    if before.is_empty() != after.is_empty() {
        ctx.request_discard("the hint of a field gives way to its text");
    }
}
