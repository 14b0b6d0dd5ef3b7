//! Symbols with subscripts: the registry and the notes in plots write `V_th`, the window shows the part after the underscore
//! as a subscript.

use super::{SMALL, TEXT};
use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, FontFamily, FontId};

/// `τ_m` with a subscript.
pub fn symbol(text: &str, color: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    append(&mut job, text, &FontId::proportional(TEXT), color, true);
    job
}

/// Text with symbols, such as "threshold V_th + θ"; only the symbols are in italics.
pub fn with_symbols(text: &str, font: &FontId, color: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    for word in text.split_inclusive(' ') {
        append(&mut job, word, font, color, word.contains('_'));
    }
    job
}

/// An equation in the monospaced font.
pub fn equation(text: &str, color: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    append(&mut job, text, &FontId::monospace(TEXT), color, false);
    job
}

fn append(job: &mut LayoutJob, text: &str, font: &FontId, color: Color32, italics: bool) {
    let low = FontId { size: (font.size - TEXT + SMALL - 1.5).max(0.75 * font.size), family: low_family(&font.family) };
    let format = |font_id: FontId, valign| TextFormat { font_id, color, valign, italics, ..Default::default() };
    let mut rest = text;
    while let Some(at) = rest.find('_') {
        let (base, after) = rest.split_at(at);
        let after = &after[1..];
        let end = after.find(|c: char| !c.is_alphanumeric()).unwrap_or(after.len());
        job.append(base, 0.0, format(font.clone(), Align::Center));
        job.append(&after[..end], 0.5, format(low.clone(), Align::BOTTOM));
        rest = &after[end..];
    }
    if !rest.is_empty() {
        job.append(rest, 0.0, format(font.clone(), Align::Center));
    }
}

/// Subscripts are more legible in the text font.
fn low_family(family: &FontFamily) -> FontFamily {
    if *family == FontFamily::Monospace { FontFamily::Proportional } else { family.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::REGISTRY;

    #[test]
    fn symbols_and_equations_lose_only_their_underscores() {
        let font = FontId::proportional(SMALL);
        let written = REGISTRY.iter().flat_map(|spec| [spec.symbol, spec.equation]);
        for text in written.chain(["threshold V_th + θ", "Δt = t_post − t_pre", "reset"]) {
            for job in [symbol(text, Color32::WHITE), with_symbols(text, &font, Color32::WHITE), equation(text, Color32::WHITE)] {
                assert_eq!(job.text, text.replace('_', ""));
            }
        }
        let job = with_symbols("threshold V_th + θ", &font, Color32::WHITE);
        let low: Vec<&str> = job
            .sections
            .iter()
            .filter(|s| s.format.valign == Align::BOTTOM)
            .map(|s| &job.text[s.byte_range.start.0..s.byte_range.end.0])
            .collect();
        assert_eq!(low, ["th"]);
        assert!(job.sections.iter().all(|s| s.format.valign != Align::BOTTOM || s.format.font_id.size < font.size));
    }
}
