//! Text as SVG text: every word at its position and width on the screen, whatever fonts the viewer has.

use super::{Svg, escaped, fill};
use egui::epaint::TextShape;
use egui::{Color32, FontFamily};

/// Letters of one format in one row.
struct Run {
    section: usize,
    y: f32,
    words: Vec<Word>,
    /// Whether the last word has ended.
    blank: bool,
}

/// Letters without a space between them.
struct Word {
    /// x of the start of the first letter and of the end of the last one.
    x: (f32, f32),
    letters: String,
}

impl Run {
    fn new(section: usize, y: f32) -> Self {
        Self { section, y, words: Vec::new(), blank: true }
    }

    fn push(&mut self, letter: char, x: (f32, f32)) {
        if letter.is_whitespace() {
            self.blank = true;
            return;
        }
        match self.words.last_mut().filter(|_| !self.blank) {
            Some(word) => {
                word.letters.push(letter);
                word.x.1 = x.1;
            }
            None => self.words.push(Word { x, letters: letter.to_string() }),
        }
        self.blank = false;
    }
}

impl Svg<'_> {
    /// One element per run of letters in one format.
    pub(super) fn words(&mut self, shape: &TextShape) {
        let galley = &shape.galley;
        let mut byte = 0;
        for row in &galley.rows {
            let mut run: Option<Run> = None;
            for glyph in &row.glyphs {
                let section = galley.job.sections.iter().position(|s| s.byte_range.start.0 <= byte && byte < s.byte_range.end.0);
                let section = section.unwrap_or(galley.job.sections.len().saturating_sub(1));
                let at = shape.pos + row.pos.to_vec2() + glyph.pos.to_vec2();
                if run.as_ref().is_none_or(|run| run.section != section) {
                    if let Some(run) = run.take() {
                        self.run(shape, &run);
                    }
                    run = Some(Run::new(section, at.y));
                }
                if let Some(run) = &mut run {
                    run.push(glyph.chr, (at.x, at.x + glyph.advance_width));
                }
                byte += glyph.chr.len_utf8();
            }
            if let Some(run) = run {
                self.run(shape, &run);
            }
            byte += usize::from(row.ends_with_newline);
        }
    }

    fn run(&mut self, shape: &TextShape, run: &Run) {
        let Some(section) = shape.galley.job.sections.get(run.section).filter(|_| !run.words.is_empty()) else { return };
        let font = &section.format.font_id;
        let (family, weight) = match &font.family {
            FontFamily::Monospace => ("'JetBrains Mono', 'DejaVu Sans Mono', monospace", ""),
            FontFamily::Proportional => ("Inter, Arial, 'Liberation Sans', sans-serif", ""),
            FontFamily::Name(_) => ("Inter, Arial, 'Liberation Sans', sans-serif", r#" font-weight="600""#),
        };
        let color = match (shape.override_text_color, section.format.color) {
            (None, Color32::PLACEHOLDER) => shape.fallback_color,
            (Some(color), _) | (None, color) => color,
        };
        let color = fill(color.gamma_multiply(shape.opacity_factor));
        let turn = if shape.angle == 0.0 {
            String::new()
        } else {
            format!(r#" transform="rotate({} {} {})""#, shape.angle.to_degrees(), shape.pos.x, shape.pos.y)
        };
        // each word has its own position and width, because viewers use other fonts and not all support textLength
        let word = |Word { x: (from, to), letters }: &Word| {
            let letters = escaped(letters);
            format!(r#"<tspan x="{from:.2}" textLength="{:.2}" lengthAdjust="spacingAndGlyphs">{letters}</tspan>"#, to - from)
        };
        let words: Vec<String> = run.words.iter().map(word).collect();
        let (y, size, words) = (run.y, font.size, words.join(" "));
        self.line(&format!(r#"<text y="{y:.2}" font-family="{family}" font-size="{size}"{weight}{color}{turn}>{words}</text>"#));
    }
}
