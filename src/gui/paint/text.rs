//! Text in painted views: three sizes of number, elision instead of clipping, and the one calm sentence of a view that
//! has nothing to show yet.

pub use crate::gui::theme::semibold;
use crate::gui::theme::{self, NUMBER, Palette, SMALL, TEXT};
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Ui, vec2};

/// Numbers on axes.
pub fn tick_font() -> FontId {
    FontId::monospace(SMALL - 0.5)
}

/// Numbers in tables.
pub fn number_font() -> FontId {
    FontId::monospace(NUMBER)
}

/// Words beside data.
pub fn note_font() -> FontId {
    FontId::proportional(SMALL)
}

/// Words that stand out.
pub fn strong_font() -> FontId {
    FontId::new(TEXT, semibold())
}

/// Running text.
pub fn body_font() -> FontId {
    FontId::proportional(TEXT)
}

/// Width of `text` on one line.
pub fn width(painter: &Painter, text: &str, font: &FontId) -> f32 {
    painter.layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x
}

/// Paint one line at `anchor` of `at`, shortened by "…" where it would be wider than `widest`, or in
/// smaller letters in a figure. Returns where it is.
pub fn line(painter: &Painter, at: Pos2, anchor: Align2, text: &str, font: FontId, color: Color32, widest: f32) -> Rect {
    place(painter, at, anchor, LayoutJob::simple_singleline(text.to_owned(), font, color), color, widest)
}

/// Like `line`, for words among which symbols stand.
pub fn symbols(painter: &Painter, at: Pos2, anchor: Align2, text: &str, font: &FontId, color: Color32, widest: f32) -> Rect {
    place(painter, at, anchor, theme::with_symbols(text, font, color), color, widest)
}

/// The least size of letters in a figure, in points.
const LEAST: f32 = 6.0;

fn place(painter: &Painter, at: Pos2, anchor: Align2, mut job: LayoutJob, color: Color32, widest: f32) -> Rect {
    if theme::is_figure(painter.ctx()) {
        // cut-off text has no tooltip in a figure, so it is drawn smaller
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

/// Like `line`, but left out unless all of it fits.
pub fn line_if_fits(painter: &Painter, at: Pos2, anchor: Align2, text: &str, font: FontId, color: Color32, widest: f32) {
    let galley = painter.layout_no_wrap(text.to_owned(), font, color);
    if galley.size().x <= widest {
        painter.galley(anchor.anchor_size(at, galley.size()).min, galley, color);
    }
}

/// A word or two in the middle of a picture that shows nothing yet, on as many lines as they need.
pub fn inside(painter: &Painter, rect: Rect, words: &str, color: Color32) {
    let mut job = LayoutJob::simple(words.to_owned(), note_font(), color, (rect.width() - 6.0).max(1.0));
    job.halign = egui::Align::Center;
    let galley = painter.layout_job(job);
    if galley.size().y <= rect.height() && galley.size().x <= rect.width() {
        painter.galley(egui::pos2(rect.center().x, rect.center().y - galley.size().y / 2.0), galley, color);
    }
}

/// Fill the view with one sentence on what will appear and when.
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

/// Describe a painted area in words, for screen readers and tests.
pub fn label(response: &egui::Response, role: egui::Role, words: impl Fn() -> String) {
    response.widget_info(|| egui::WidgetInfo::labeled(role, true, words()));
}

/// A field decides whether to draw its hint before it takes in what was typed: the first letter would show a frame late, which is
/// long where frames take long. Lay out this frame again if that has happened.
pub fn draw_again(ctx: &egui::Context, before: &str, after: &str) {
    if before.is_empty() != after.is_empty() {
        ctx.request_discard("the hint of a field gives way to its text");
    }
}
