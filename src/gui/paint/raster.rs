//! Spike raster. Neurons are rows, grouped by class; each spike is a small vertical mark in the colour of its class.

use egui::{Color32, ColorImage};

/// The rows of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The class; `None` for neurons without a class.
    pub class: Option<u8>,
    /// First pixel row.
    pub top: f32,
    /// One past the last pixel row.
    pub bottom: f32,
    /// Number of neurons.
    pub neurons: usize,
}

/// Which pixel rows belong to each neuron.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    groups: Vec<Group>,
    /// Neuron in each row slot, from top to bottom.
    order: Vec<u32>,
    /// Slot of each neuron.
    slot: Vec<u32>,
    /// Vertical centre of each neuron's row, by neuron.
    middle: Vec<f32>,
    /// Index into `colours` of `paint`, by neuron.
    tint: Vec<u8>,
    /// Height of a neuron's row.
    pitch: f32,
}

/// Index of the colour of neurons without a class.
const NO_CLASS: u8 = u8::MAX;

impl Rows {
    /// Lay out neurons by class over `height` pixels, with about `gap` pixels between classes.
    pub fn new(class_of: &[Option<u8>], height: usize, gap: f32) -> Self {
        let mut order: Vec<u32> = (0..class_of.len() as u32).collect();
        // The sort is stable: within a class neurons keep their order. Those without a class come last.
        order.sort_by_key(|&neuron| class_of[neuron as usize].map_or(u16::MAX, u16::from));
        let mut slot = vec![0; order.len()];
        for (index, &neuron) in order.iter().enumerate() {
            slot[neuron as usize] = index as u32;
        }
        let same_class = |a: &u32, b: &u32| class_of[*a as usize] == class_of[*b as usize];
        let chunks: Vec<&[u32]> = order.chunk_by(same_class).collect();
        // Gaps take at most a third of the height, so that rows keep most of it.
        let gaps = chunks.len().saturating_sub(1) as f32;
        let gap = if gaps > 0.0 { gap.min(height as f32 / 3.0 / gaps) } else { 0.0 };
        let pitch = (height as f32 - gap * gaps) / (order.len().max(1) as f32);
        let mut groups = Vec::with_capacity(chunks.len());
        let mut middle = vec![0.0; order.len()];
        let mut top = 0.0;
        for chunk in chunks {
            for (index, &neuron) in chunk.iter().enumerate() {
                middle[neuron as usize] = top + (index as f32 + 0.5) * pitch;
            }
            let bottom = top + chunk.len() as f32 * pitch;
            groups.push(Group { class: class_of[chunk[0] as usize], top, bottom, neurons: chunk.len() });
            top = bottom + gap;
        }
        let tint = class_of.iter().map(|class| class.unwrap_or(NO_CLASS)).collect();
        Self { groups, order, slot, middle, tint, pitch }
    }

    /// The classes from top to bottom.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Height of one neuron's row in pixels.
    pub fn pitch(&self) -> f32 {
        self.pitch
    }

    /// Vertical centre of a neuron's row; `None` for an unknown neuron.
    pub fn middle(&self, neuron: u32) -> Option<f32> {
        self.middle.get(neuron as usize).copied()
    }

    /// The neuron whose row is nearest to pixel row `y`; `None` if there are no neurons.
    pub fn neuron_at(&self, y: f32) -> Option<u32> {
        let after = self.order.partition_point(|&neuron| self.middle[neuron as usize] < y);
        let candidates = [after.checked_sub(1), (after < self.order.len()).then_some(after)];
        let distance = |neuron: u32| (self.middle[neuron as usize] - y).abs();
        candidates.into_iter().flatten().map(|slot| self.order[slot]).min_by(|&a, &b| distance(a).total_cmp(&distance(b)))
    }

    /// The neuron `by` rows below another one (above if negative), clamped to the first and last row.
    pub fn neighbour(&self, neuron: u32, by: i64) -> Option<u32> {
        let slot = i64::from(*self.slot.get(neuron as usize)?);
        let last = self.order.len() as i64 - 1;
        Some(self.order[(slot + by).clamp(0, last) as usize])
    }
}

/// The time range that an image shows, in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First step shown; negative if the axis starts before step 0.
    pub from: i64,
    /// One past the last step shown.
    pub to: i64,
}

impl Span {
    /// Left edge of `step` in an image `width` pixels wide.
    pub fn x(&self, step: u64, width: usize) -> f32 {
        let steps = self.to.saturating_sub(self.from).max(1) as f32;
        (step as i64).saturating_sub(self.from).max(0) as f32 / steps * width as f32
    }
}

/// Size of one spike in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// Width.
    pub width: usize,
    /// Height.
    pub height: usize,
}

impl Mark {
    /// A mark that is visible and, where there is room, does not cover its neighbours. `room` is the area per spike in square
    /// pixels: if there are few spikes, marks are up to seven points high regardless of the row height; if there are many, two
    /// points. `scale` is pixels per point.
    pub fn fitting(pitch: f32, step_width: f32, room: f32, scale: f32) -> Self {
        let lonely = room.max(0.0).sqrt() / (4.0 * scale);
        let least = lonely.clamp(2.0, 7.0);
        let pixels = |length: f32, least: f32, most: f32| (length.clamp(least * scale, most * scale).round() as usize).max(1);
        Self { width: pixels(step_width * 0.8, least * 0.36, 3.0), height: pixels(pitch * 0.85, least, 8.0) }
    }
}

/// Spikes, given as (step, neuron), as one rectangle each inside `area`, in the given order: for figures. `size` is the pixel
/// size in which rows and marks are measured.
pub fn marks(
    area: egui::Rect,
    size: [usize; 2],
    spikes: impl Iterator<Item = (u64, u32)>,
    span: Span,
    (rows, mark): (&Rows, Mark),
    colours: &[Color32],
) -> egui::Mesh {
    let scale = egui::vec2(area.width() / size[0].max(1) as f32, area.height() / size[1].max(1) as f32);
    let mut mesh = egui::Mesh::default();
    let last = colours.len().saturating_sub(1);
    let within = |step: u64| (span.from..span.to).contains(&i64::try_from(step).unwrap_or(i64::MAX));
    for (step, neuron) in spikes.filter(|(step, _)| within(*step)) {
        let Some((middle, tint)) = rows.middle(neuron).zip(rows.tint.get(neuron as usize)) else { continue };
        let Some(&colour) = colours.get((*tint as usize).min(last)) else { continue };
        let at = egui::vec2(span.x(step, size[0]), middle - mark.height as f32 / 2.0);
        let mark = egui::vec2(mark.width as f32, mark.height as f32);
        mesh.add_colored_rect(egui::Rect::from_min_size(area.min + at * scale, mark * scale), colour);
    }
    mesh
}

/// Paint spikes, given as (step, neuron), into a transparent image of `size` pixels. `colours` are those of the classes; the
/// last one is for neurons without a class. Spikes outside the span or of unknown neurons are skipped.
pub fn paint(
    size: [usize; 2],
    spikes: impl Iterator<Item = (u64, u32)>,
    span: Span,
    rows: &Rows,
    mark: Mark,
    colours: &[Color32],
) -> ColorImage {
    let [width, height] = size.map(|side| side.max(1));
    let mut image = ColorImage::filled([width, height], Color32::TRANSPARENT);
    let last = colours.len().saturating_sub(1);
    // everything but the x position is computed once per neuron
    let lowest = height.saturating_sub(mark.height);
    let row_of = |middle: &f32| ((middle - mark.height as f32 / 2.0).round().max(0.0) as usize).min(lowest) * width;
    let looks = rows.middle.iter().map(row_of).zip(rows.tint.iter().map(|&tint| colours.get((tint as usize).min(last)).copied()));
    let looks: Vec<(usize, Option<Color32>)> = looks.collect();
    let rightmost = width.saturating_sub(mark.width);
    let per_step = width as f32 / span.to.saturating_sub(span.from).max(1) as f32;
    for (step, neuron) in spikes {
        if !(span.from..span.to).contains(&i64::try_from(step).unwrap_or(i64::MAX)) {
            continue;
        }
        let Some(&(row, Some(colour))) = looks.get(neuron as usize) else { continue };
        let left = ((step as i64).saturating_sub(span.from) as f32 * per_step) as usize;
        let left = left.min(rightmost);
        for line in image.pixels[row..].chunks_exact_mut(width).take(mark.height) {
            line[left..(left + mark.width).min(width)].fill(colour);
        }
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class(index: usize) -> Color32 {
        Color32::from_gray(20 * (index as u8 + 1))
    }

    #[test]
    fn a_spike_is_painted_at_its_time_and_neuron_in_the_colour_of_its_class() {
        // Neurons 0 and 2 belong to class 1, neuron 1 to class 0, neuron 3 to none: rows are 1, 0, 2, 3.
        let rows = Rows::new(&[Some(1), Some(0), Some(1), None], 80, 0.0);
        let colours: Vec<Color32> = (0..3).map(class).collect();
        let mark = Mark { width: 2, height: 4 };
        let span = Span { from: 100, to: 200 };
        let image = paint([200, 80], [(150, 2), (100, 1), (199, 3)].into_iter(), span, &rows, mark, &colours);
        let at = |x: usize, y: usize| image.pixels[y * 200 + x];
        assert_eq!(at(100, 50), class(1), "neuron 2 fires in the middle of the span, in the third row");
        assert_eq!(at(0, 10), class(0), "neuron 1 fires at the start, in the first row");
        assert_eq!(at(198, 70), class(2), "neuron 3 has no class and fires last");
        let painted = image.pixels.iter().filter(|&&p| p != Color32::TRANSPARENT).count();
        assert_eq!(painted, 3 * 2 * 4, "nothing else is painted");
    }

    #[test]
    fn classes_are_separated_and_fill_the_height() {
        let class_of: Vec<Option<u8>> = (0..400).map(|n| Some((n / 40) as u8)).collect();
        let rows = Rows::new(&class_of, 380, 4.0);
        assert_eq!(rows.groups().len(), 10);
        assert_eq!(rows.groups()[0].top, 0.0);
        assert!((rows.groups()[9].bottom - 380.0).abs() < 0.01);
        for pair in rows.groups().windows(2) {
            assert!((pair[1].top - pair[0].bottom - 4.0).abs() < 0.01);
        }
    }

    #[test]
    fn empty_networks_and_invalid_spikes_are_painted_without_error() {
        let none = Rows::new(&[], 100, 4.0);
        assert_eq!(none.neuron_at(50.0), None);
        assert_eq!(none.neighbour(0, 1), None);
        let mark = Mark::fitting(none.pitch(), 1.0, 1.0, 1.0);
        let span = Span { from: 7, to: 7 };
        paint([0, 0], [(7, 0), (u64::MAX, u32::MAX)].into_iter(), span, &none, mark, &[]);
        let many = Rows::new(&vec![None; 1600], 10, 4.0);
        paint([3, 10], [(0, 1599)].into_iter(), Span { from: 0, to: 1 }, &many, mark, &[class(0)]);
    }

    #[test]
    fn marks_stay_visible_in_crowded_rows_and_grow_where_there_is_room() {
        assert_eq!(Mark::fitting(0.2, 0.01, 1.0, 1.0), Mark { width: 1, height: 2 });
        assert_eq!(Mark::fitting(0.2, 0.01, 1.0, 2.0), Mark { width: 1, height: 4 });
        assert_eq!(Mark::fitting(0.2, 0.01, 10_000.0, 1.0), Mark { width: 3, height: 7 }, "fifteen spikes in total");
        assert_eq!(Mark::fitting(90.0, 20.0, 1.0, 1.0), Mark { width: 3, height: 8 }, "one neuron");
    }

    proptest! {
        #[test]
        fn neuron_at_the_middle_of_a_row_is_that_neuron(
            class_of in prop::collection::vec(prop::option::of(0_u8..10), 1..300), height in 50_usize..1000
        ) {
            let rows = Rows::new(&class_of, height, 4.0);
            for neuron in 0..class_of.len() as u32 {
                prop_assert_eq!(rows.neuron_at(rows.middle(neuron).unwrap()), Some(neuron));
            }
        }
    }
}
