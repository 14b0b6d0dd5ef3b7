//! The images on the time axis of the raster: onset, number and class.

use super::super::derived;
use super::span;
use crate::gui::paint::plot::Plot;
use crate::gui::paint::{numbers, text};
use crate::gui::panel::Context;
use crate::gui::state::choices::span_ms;
use egui::{Align2, Painter, Rect, pos2, vec2};

/// Onsets of the images on the time axis, from left to right; every other image has a darker background.
pub(super) fn in_sight(plot: &Plot, cx: &Context) -> Vec<(f32, u64)> {
    let mut onsets = derived::paint_onsets(plot, cx.snapshot, cx.palette);
    // the axis starts within an image or at its onset
    let whole = derived::known_over(cx.snapshot, span(cx)) >= span_ms(cx.snapshot, cx.ui_state.raster.images);
    if let Some(before) = onsets.first().and_then(|first| first.1.checked_sub(1)).filter(|_| whole) {
        onsets.insert(0, (plot.area.left(), before));
    }
    for (k, &(left, _)) in onsets.iter().enumerate().filter(|(_, (_, index))| index % 2 == 1) {
        let right = onsets.get(k + 1).map_or(plot.area.right(), |next| next.0);
        let ground = Rect::from_x_y_ranges(left..=right, plot.area.y_range());
        plot.painter().rect_filled(ground, 0.0, cx.palette.raised.gamma_multiply(0.6));
    }
    onsets
}

/// Number and class of each image above its spikes, as far as there is room.
pub(super) fn name(painter: &Painter, plot: &Plot, top: f32, images: &[(f32, u64)], cx: &Context) {
    let snapshot = cx.snapshot;
    for (k, &(x, index)) in images.iter().enumerate() {
        let room = images.get(k + 1).map_or(plot.area.right(), |next| next.0) - x - 4.0;
        let label = if index == snapshot.trial.index {
            Some(snapshot.trial.label)
        } else {
            let at = snapshot.trials.binary_search_by_key(&index, |trial| trial.index).ok();
            at.map(|at| snapshot.trials[at].label)
        };
        let class = label.map_or(String::new(), |label| derived::class_name(snapshot, Some(label)));
        let number = numbers::count(index + 1);
        let font = text::note_font();
        let widths = |words: &str| text::width(painter, words, &font);
        let gap = 4.0;
        let fits = |words: &&String| widths(words) + if class.is_empty() { 0.0 } else { gap + widths(&class) } <= room;
        let number = [format!("image {number}"), number].iter().find(fits).cloned().unwrap_or_default();
        let at = pos2(x + if number.is_empty() { 2.0 } else { 0.0 }, top);
        text::line_if_fits(painter, at, Align2::LEFT_TOP, &number, font.clone(), cx.palette.dim, room);
        let after = if number.is_empty() { 0.0 } else { widths(&number) + gap };
        text::line_if_fits(painter, at + vec2(after, 0.0), Align2::LEFT_TOP, &class, font.clone(), cx.palette.class(label), room - after);
    }
}
