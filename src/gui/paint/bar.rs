//! Colour bar with value labels and a unit.

use super::axis::{Scale, Ticks};
use super::colour::Shading;
use super::{numbers, text};
use crate::gui::theme::Palette;
use egui::{Align2, Painter, Rect, pos2, vec2};

/// Width of the colour strip, in points.
const BAR_WIDTH: f32 = 9.0;
/// Gap between the colour strip and the labels.
const GAP: f32 = 5.0;
/// Width reserved for the bar when its labels are short.
const USUAL: f32 = 42.0;
/// Minimum height of a bar that shows its unit.
const LOW: f32 = 60.0;

/// Minimum vertical distance between labels, and of the outermost ones from the ends of the bar, in points.
const LINE: f64 = 13.0;
const EDGE: f64 = 6.0;

/// Values and texts of the labels beside a bar of this height, in ascending order: both ends, and round values between them
/// where there is room. If some values exceed the range, the uppermost label starts with "≥".
fn labels(shading: Shading, height: f32) -> Vec<(f64, String)> {
    let (min, max) = (f64::from(shading.min), f64::from(shading.max));
    if !(min < max && max.is_finite() && min.is_finite()) {
        return Vec::new();
    }
    let span = |points: f64| (max - min) * points / f64::from(height.max(1.0));
    let between = Ticks::nice((min, max), ((height / 36.0) as usize).clamp(2, 6), 0.0).values;
    // the unit is drawn below the uppermost label
    let (above, below) = (span(EDGE + LINE), span(EDGE + LINE * if height > LOW { 2.0 } else { 1.0 }));
    let between = between.into_iter().filter(|value| value - min >= above && max - value >= below);
    let values: Vec<f64> = std::iter::once(min).chain(between).chain([max]).collect();
    let decimals = values.iter().map(|&value| decimals(value, max - min)).max().unwrap_or(0);
    let number = |value: f64| if decimals > 5 { numbers::short(value) } else { numbers::fixed(value, decimals) };
    let mut labels: Vec<(f64, String)> = values.into_iter().map(|value| (value, number(value))).collect();
    if let Some((_, label)) = labels.last_mut().filter(|_| shading.beyond) {
        label.insert(0, '≥');
    }
    labels
}

/// Number of decimals needed to write `value` to a thousandth of the range.
fn decimals(value: f64, range: f64) -> usize {
    let exact = |decimals: &usize| {
        let scaled = value * 10_f64.powi(*decimals as i32);
        (scaled - scaled.round()).abs() < 1e-3 * range * 10_f64.powi(*decimals as i32)
    };
    (0..8).find(exact).unwrap_or(8)
}

/// Width of the bar including all of its labels, in points.
pub fn bar_room(painter: &Painter, shading: Shading, height: f32, unit: &str) -> f32 {
    let font = text::tick_font();
    let widest = labels(shading, height).iter().map(|(_, label)| text::width(painter, label, &font)).fold(0.0, f32::max);
    let unit = if height > LOW { text::width(painter, unit, &font) } else { 0.0 };
    (BAR_WIDTH + GAP + widest.max(unit)).ceil().max(USUAL)
}

/// Draw a colour bar with labels and unit in `rect`, the maximum at the top.
pub fn colour_bar(painter: &Painter, rect: Rect, shading: Shading, unit: &str, palette: &Palette) {
    let bar = Rect::from_min_size(rect.min, vec2(BAR_WIDTH, rect.height()));
    let mut mesh = egui::Mesh::default();
    let table = shading.map.table();
    let stops = 32;
    for stop in 0..=stops {
        let share = stop as f32 / stops as f32;
        let y = egui::lerp(bar.bottom()..=bar.top(), share);
        let colour = table[(share * (table.len() - 1) as f32) as usize];
        mesh.colored_vertex(pos2(bar.left(), y), colour);
        mesh.colored_vertex(pos2(bar.right(), y), colour);
        if stop > 0 {
            let i = 2 * stop;
            mesh.add_triangle(i - 2, i - 1, i);
            mesh.add_triangle(i - 1, i, i + 1);
        }
    }
    painter.add(mesh);
    let scale = Scale::new((f64::from(shading.min), f64::from(shading.max)), bar.bottom(), bar.top());
    let font = text::tick_font();
    let widest = rect.width() - BAR_WIDTH - GAP + 0.5;
    let labels = labels(shading, rect.height());
    for (index, (value, label)) in labels.iter().enumerate() {
        // Keep the outermost labels inside the bar's vertical extent.
        let at = scale.at(*value).clamp(bar.top() + EDGE as f32, (bar.bottom() - EDGE as f32).max(bar.top() + EDGE as f32));
        let position = pos2(bar.right() + GAP, at);
        text::line_if_fits(painter, position, Align2::LEFT_CENTER, label, font.clone(), palette.dim, widest);
        if index + 1 == labels.len() && rect.height() > LOW && !unit.is_empty() {
            let below = position + vec2(0.0, LINE as f32);
            text::line_if_fits(painter, below, Align2::LEFT_CENTER, unit, font.clone(), palette.faint, widest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::paint::colour::Map;

    fn words(min: f32, max: f32, beyond: bool, height: f32) -> Vec<String> {
        let shading = Shading { min, max, beyond, map: Map::Viridis };
        labels(shading, height).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn colour_bar_labels_both_ends_at_any_height() {
        assert_eq!(words(0.0, 100.0, false, 180.0), ["0", "50", "100"]);
        assert_eq!(words(-0.15, 0.15, false, 50.0), ["−0.15", "0.00", "0.15"]);
        assert_eq!(words(-0.15, 0.15, false, 20.0), ["−0.15", "0.15"]);
        assert_eq!(words(0.0, 0.3, true, 300.0), ["0.0", "0.1", "0.2", "≥0.3"]);
        assert_eq!(words(0.0, 0.0025, false, 40.0), ["0.0000", "0.0025"]);
        assert_eq!(words(0.0, 3e-7, false, 30.0), ["0", "3.0e−7"]);
        assert!(words(f32::NAN, 1.0, false, 100.0).is_empty() && words(1.0, 1.0, false, 100.0).is_empty());
    }

    #[test]
    fn colour_bar_width_fits_the_widest_label() {
        let ctx = egui::Context::default();
        let mut rooms = Vec::new();
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for max in [0.3, 0.0025] {
                let shading = Shading { min: 0.0, max, beyond: true, map: Map::Viridis };
                let room = bar_room(ui.painter(), shading, 200.0, "mV");
                for (_, label) in labels(shading, 200.0) {
                    assert!(text::width(ui.painter(), &label, &text::tick_font()) <= room - BAR_WIDTH - GAP);
                }
                rooms.push(room);
            }
        });
        output.textures_delta.clear();
        assert_eq!(rooms[0], USUAL);
        assert!(rooms[1] > USUAL);
    }
}
