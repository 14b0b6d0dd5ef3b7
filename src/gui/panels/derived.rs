//! Quantities that several views derive from a snapshot, in one place so that the views agree.

use crate::gui::paint::numbers::fixed;
use crate::gui::paint::plot::Plot;
use crate::gui::paint::raster::Span;
use crate::gui::theme::Palette;
use crate::session::{Aspect, Layer, Snapshot, SpikeEvent};
use egui::Stroke;

/// Length of the history on every time axis, in ms; never zero.
pub(super) fn window_ms(snapshot: &Snapshot) -> f64 {
    if snapshot.window_ms.is_finite() && snapshot.window_ms > 0.0 { snapshot.window_ms } else { 1.0 }
}

/// The step after the last one whose spikes and traces are recorded. At full speed most steps are not recorded, so the current
/// step of a paused run may be later.
pub(super) fn window_end(snapshot: &Snapshot) -> u64 {
    snapshot.window_end.0.min(snapshot.step.0)
}

/// The steps of a time axis of this length: it ends at the last recorded step, and may start before step 0.
pub(super) fn window_over(snapshot: &Snapshot, ms: f64) -> Span {
    let steps = (ms / snapshot.dt_ms.max(1e-6)).round().max(1.0) as i64;
    let to = window_end(snapshot) as i64;
    Span { from: to.saturating_sub(steps), to }
}

/// Recorded part of a time range, in ms.
pub(super) fn known_over(snapshot: &Snapshot, span: Span) -> f64 {
    let begin = (span.from.max(0) as u64).max(snapshot.window_start.0);
    window_end(snapshot).saturating_sub(begin) as f64 * snapshot.dt_ms
}

/// "last 250 ms", with a remark if later steps were not recorded.
pub(super) fn words_over(snapshot: &Snapshot, ms: f64) -> String {
    let ms = fixed(ms, 0);
    if window_end(snapshot) < snapshot.step.0 { format!("last {ms} ms recorded") } else { format!("last {ms} ms") }
}

/// First step of the current image.
pub(super) fn onset(snapshot: &Snapshot) -> u64 {
    let elapsed = (snapshot.trial.elapsed_ms / snapshot.dt_ms.max(1e-6)).round();
    snapshot.step.0.saturating_sub(elapsed as u64)
}

/// Spikes of one layer from step `from` on. Spikes are sorted by time, so the start is found by binary search.
pub(super) fn spikes_since(snapshot: &Snapshot, layer: Layer, from: u64) -> impl Iterator<Item = &SpikeEvent> {
    let start = snapshot.spikes.partition_point(|spike| spike.step < from);
    snapshot.spikes[start..].iter().filter(move |spike| spike.layer == layer)
}

/// "neuron 12"; of a described network, population and index.
pub(super) fn neuron_words(snapshot: &Snapshot, neuron: u32) -> String {
    snapshot.free.as_ref().map_or_else(|| format!("neuron {neuron}"), |view| view.name(neuron))
}

/// Number of output neurons.
pub(super) fn neurons(snapshot: &Snapshot) -> usize {
    snapshot.class_of.len()
}

/// Class of a neuron; `None` for a neuron without a class and for an unknown neuron.
pub(super) fn class_of(snapshot: &Snapshot, neuron: u32) -> Option<u8> {
    snapshot.class_of.get(neuron as usize).copied().flatten()
}

/// Name of a class; a dash for none.
pub(super) fn class_name(snapshot: &Snapshot, class: Option<u8>) -> String {
    class.map_or_else(|| "–".to_owned(), |class| snapshot.class_name(class).into_owned())
}

/// The name of a class, truncated to a number of letters.
pub(super) fn short_name(snapshot: &Snapshot, class: Option<u8>, letters: usize) -> String {
    let name = class_name(snapshot, class);
    if name.chars().count() <= letters {
        return name;
    }
    name.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

/// "class 7", or that a neuron has no class.
pub(super) fn class_words(snapshot: &Snapshot, class: Option<u8>) -> String {
    class.map_or_else(|| "no class yet".to_owned(), |class| format!("class {}", snapshot.class_name(class)))
}

/// Font size of an answer in a box sized for a digit: longer names get a smaller font.
pub(super) fn answer_size(digit: f32, answer: &str) -> f32 {
    (digit * 2.2 / answer.chars().count().max(2) as f32).clamp(digit.min(12.0), digit)
}

/// Mark the onsets of the images on a time axis that ends now; the current one is highlighted. Returns the position and number
/// of each, from left to right.
pub(super) fn paint_onsets(plot: &Plot, snapshot: &Snapshot, palette: &Palette) -> Vec<(f32, u64)> {
    if !snapshot.shows(Aspect::Answers) || snapshot.trial.size.0 == 0 {
        return Vec::new();
    }
    let (now, end) = (onset(snapshot), window_end(snapshot));
    let earlier = snapshot.onsets.iter().filter(|onset| onset.step < now).map(|onset| (onset.step, onset.index));
    let mut seen = Vec::new();
    for (step, index) in earlier.chain([(now, snapshot.trial.index)]) {
        let ago = (end as f64 - step as f64) * snapshot.dt_ms;
        let x = plot.painter().round_to_pixel_center(plot.x.at(-ago));
        if x > plot.area.left() && x < plot.area.right() {
            let colour = if step == now { palette.faint } else { palette.faint.gamma_multiply(0.5) };
            plot.painter().vline(x, plot.area.y_range(), Stroke::new(1.0, colour));
            seen.push((x, index));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;

    fn all(snapshot: &Snapshot) -> Span {
        window_over(snapshot, window_ms(snapshot))
    }

    #[test]
    fn time_axis_ends_at_the_last_recorded_step() {
        let mut snapshot = fixture::classification();
        assert_eq!(window_end(&snapshot), snapshot.step.0);
        assert_eq!(known_over(&snapshot, all(&snapshot)), 500.0);
        snapshot.step.0 += 10_000;
        assert_eq!(all(&snapshot).to as u64, snapshot.step.0 - 10_000, "unrecorded steps are not shown as silence");
        assert_eq!(known_over(&snapshot, all(&snapshot)), 500.0);
        assert!(words_over(&snapshot, 500.0).ends_with("recorded"));
    }

    #[test]
    fn class_names_are_used_in_all_texts() {
        let mut snapshot = fixture::classification();
        assert_eq!((class_name(&snapshot, Some(7)), class_words(&snapshot, Some(7))), ("7".to_owned(), "class 7".to_owned()));
        snapshot.class_names = ["ant", "dragonfly"].map(str::to_owned).into();
        assert_eq!((class_name(&snapshot, Some(1)), class_words(&snapshot, Some(0))), ("dragonfly".to_owned(), "class ant".to_owned()));
        assert_eq!((short_name(&snapshot, Some(1), 6), short_name(&snapshot, Some(0), 3)), ("drago…".to_owned(), "ant".to_owned()));
        assert_eq!((class_name(&snapshot, None), class_name(&snapshot, Some(9))), ("–".to_owned(), "9".to_owned()));
        assert!(answer_size(56.0, "7") == 56.0 && answer_size(56.0, "dragonfly") < 16.0);
    }

    #[test]
    fn new_run_has_a_full_time_axis_and_a_short_record() {
        let mut snapshot = fixture::untouched();
        snapshot.step.0 = 30;
        snapshot.dopamine = vec![0.0; 30].into();
        assert_eq!(all(&snapshot), Span { from: -470, to: 30 });
        assert_eq!(known_over(&snapshot, all(&snapshot)), 30.0);
    }
}
