//! Symbols as the field writes them: what follows an underscore is set small and low.

use super::{SMALL, TEXT};
use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, FontId};

/// `τ_m` with its subscript where it belongs.
pub fn symbol(text: &str, color: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    append_symbol(&mut job, text, color);
    job
}

/// Append a symbol to a line of other text.
pub fn append_symbol(job: &mut LayoutJob, text: &str, color: Color32) {
    let format = |size: f32, valign| TextFormat {
        font_id: FontId::proportional(size),
        color,
        valign,
        italics: true,
        ..Default::default()
    };
    let mut rest = text;
    while let Some(at) = rest.find('_') {
        let (base, after) = rest.split_at(at);
        let after = &after[1..];
        let end = after
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(after.len());
        job.append(base, 0.0, format(TEXT, Align::Center));
        job.append(&after[..end], 0.5, format(SMALL - 1.5, Align::BOTTOM));
        rest = &after[end..];
    }
    if !rest.is_empty() {
        job.append(rest, 0.0, format(TEXT, Align::Center));
    }
}
