//! The hidden layer: filters, filter responses in the image, first spike of each site, and the output of the pooling relays.

mod pick;

use crate::gui::export::tables;
use crate::gui::paint::atlas::{Atlas, AtlasShape};
use crate::gui::paint::colour::{Map, Shading};
use crate::gui::paint::numbers::plural;
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{Context, Panel, Table};
use crate::session::{Aspect, BankView, HiddenSpike, PartKind, Snapshot};
use egui::{Align2, Color32, ColorImage, Mesh, Painter, Rect, Sense, Stroke, StrokeKind, TextureOptions, Ui, pos2, vec2};
use pick::Places;

/// View "Hidden layer".
#[derive(Default)]
pub(super) struct Hidden {
    banks: Vec<Pictures>,
}

/// The textures of one bank.
#[derive(Default)]
struct Pictures {
    found: Cached<FoundKey>,
    first: Cached<Same<[HiddenSpike]>>,
    pooled: Cached<Same<[HiddenSpike]>>,
    filters: Cached<FilterKey>,
    shape: AtlasShape,
}

#[derive(PartialEq)]
struct FoundKey {
    spikes: Same<[HiddenSpike]>,
    size: (usize, usize),
}

/// Filters are compared by value, because every snapshot contains a new copy.
#[derive(PartialEq)]
struct FilterKey(Vec<f32>);

/// Height of the text below an image, in points.
const WORDS: f32 = 17.0;
const GAP: f32 = 10.0;

impl Panel for Hidden {
    fn id(&self) -> &'static str {
        "hidden"
    }

    fn title(&self) -> &'static str {
        "Hidden layer"
    }

    fn tab(&self) -> &'static str {
        "Hidden"
    }

    fn help(&self) -> &'static str {
        "The response of the hidden layers to the current image: which filters fired where, the first spike of each site, the \
         output of pooling, and all filters, bright where they fired. A click on a filter, or on a site where one fired, shows \
         it in the Inspector."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Hidden]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let spikes = cx.snapshot.hidden.iter().map(|bank| bank.spikes.len() as u64).sum();
        let banks = cx.snapshot.hidden.iter().map(|bank| format!("{}×{} px", bank.size, bank.size)).collect::<Vec<_>>();
        (banks.join(" and "), plural(spikes, "spike"))
    }

    fn table(&self) -> Table {
        tables::hidden
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let snapshot = cx.snapshot;
        if snapshot.hidden.is_empty() || snapshot.trial.size.0 == 0 {
            let pixels = "This network has no hidden layer: the outputs receive the spikes of the pixels.";
            // before the first image the hidden layer has no snapshot data, though it may exist
            let exists = snapshot.network.parts.iter().any(|part| part.kind == PartKind::Hidden);
            let words = if exists { "The filter responses are drawn here from the first image on." } else { pixels };
            text::calm_sentence(ui, cx.palette, words);
            return;
        }
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::click());
        text::label(&response, egui::Role::Image, || summary(snapshot));
        self.banks.resize_with(snapshot.hidden.len(), Pictures::default);
        let height = rect.height() / snapshot.hidden.len() as f32;
        for (index, (bank, pictures)) in snapshot.hidden.iter().zip(&mut self.banks).enumerate() {
            let top = rect.top() + index as f32 * height;
            let row = Rect::from_min_size(
                pos2(rect.left(), top),
                vec2(rect.width(), height - if index + 1 < snapshot.hidden.len() { GAP } else { 0.0 }),
            );
            if let Some(places) = pictures.paint(ui, row, bank, index, cx) {
                places.select(ui, &response, index, bank, cx);
            }
        }
        pick::by_key(ui, &response, &snapshot.hidden, cx);
    }
}

impl Pictures {
    /// One row: filter responses, first spikes, pooled spikes, and the filters. Returns the rectangles of the clickable images.
    fn paint(&mut self, ui: &Ui, row: Rect, bank: &BankView, index: usize, cx: &Context) -> Option<Places> {
        let painter = ui.painter_at(row);
        let words = if row.height() > 60.0 { WORDS } else { 0.0 };
        let tall = row.height() - words;
        // three maps side by side and the filters in the remaining room, or below if that is too small
        let beside = row.width() > 2.0 * tall;
        let side = if beside { tall.min((row.width() - 3.0 * GAP) / 4.0) } else { ((row.width() - 2.0 * GAP) / 3.0).min(tall * 0.5) };
        let map = |k: usize| Rect::from_min_size(pos2(row.left() + k as f32 * (side + GAP), row.top()), vec2(side, side));
        // the longest text that fits
        let note = |rect: Rect, labels: [&str; 3]| {
            let (at, room) = (pos2(rect.center().x, rect.bottom() + 2.0), rect.width() + GAP);
            let fits = labels.into_iter().find(|label| text::width(&painter, label, &text::note_font()) <= room);
            if let Some(label) = fits.filter(|_| words > 0.0) {
                text::line(&painter, at, Align2::CENTER_TOP, label, text::note_font(), cx.palette.dim, room);
            }
        };
        let spikes = || Same(bank.spikes.clone());
        let size = cx.snapshot.trial.size;
        let found =
            self.found.get(ui.ctx(), &format!("found {index}"), TextureOptions::LINEAR, FoundKey { spikes: spikes(), size }, || {
                found(bank, size)
            });
        show(&painter, map(0), found, cx);
        if bank.spikes.is_empty() {
            painter.rect_filled(map(0), 2.0, cx.palette.raised);
            text::inside(&painter, map(0), "no spike yet", cx.palette.dim);
        }
        note(map(0), ["filter response (red: ink, blue: background)", "response (red: ink)", "response"]);
        let onset = super::derived::onset(cx.snapshot);
        let duration = (cx.snapshot.trial.duration_ms / cx.snapshot.dt_ms.max(1e-6)).max(1.0) as f32;
        let first =
            self.first.get(ui.ctx(), &format!("first {index}"), TextureOptions::NEAREST, spikes(), || first_spikes(bank, onset, duration));
        show(&painter, map(1), first, cx);
        note(map(1), ["first spike (bright: early)", "first spike", "first"]);
        let pooled = self.pooled.get(ui.ctx(), &format!("pooled {index}"), TextureOptions::NEAREST, spikes(), || pooled(bank));
        show(&painter, map(2), pooled, cx);
        let most = bank.pooled.iter().copied().max().unwrap_or(0);
        note(map(2), [&format!("pooled spikes, up to {most}"), "pooled", "pooled"]);
        let filters = if beside {
            Rect::from_min_max(pos2(map(2).right() + GAP, row.top()), pos2(row.right(), row.bottom()))
        } else {
            Rect::from_min_max(pos2(row.left(), map(0).bottom() + words + 4.0), row.max)
        };
        let (side, columns) = self.paint_filters(ui, &painter, filters, bank, index)?;
        Some(Places { first: map(1), filters, side, columns })
    }

    /// Draw all filters; those that fired in this image are bright. Returns the side of each and the number per row.
    fn paint_filters(&mut self, ui: &Ui, painter: &Painter, rect: Rect, bank: &BankView, index: usize) -> Option<(f32, usize)> {
        let (taps, n) = (bank.size * bank.size, bank.channels());
        if n == 0 || rect.width() < 8.0 || rect.height() < 8.0 {
            return None;
        }
        let fits = |side: f32| ((rect.width() / side) as usize) * ((rect.height() / side) as usize) >= n;
        let mut side = (rect.width() * rect.height() / n as f32).sqrt().max(4.0).ceil();
        while side > 4.0 && !fits(side) {
            side -= 0.5;
        }
        let columns = ((rect.width() / side) as usize).max(1);
        let mut shape = self.shape;
        let key = FilterKey(bank.filters.to_vec());
        let texture = self.filters.get(ui.ctx(), &format!("filters {index}"), TextureOptions::NEAREST, key, || {
            let all: Vec<u32> = (0..n as u32).collect();
            let atlas = Atlas::paint(&all, &bank.filters, taps, (bank.size, bank.size), Shading::of(&bank.filters));
            shape = atlas.shape();
            atlas.image
        });
        self.shape = shape;
        let mut active = vec![false; n];
        bank.spikes.iter().for_each(|spike| active[(spike.channel as usize).min(n - 1)] = true);
        let places = Places { first: rect, filters: rect, side, columns };
        let mut mesh = Mesh::with_texture(texture);
        for (k, &active) in active.iter().enumerate() {
            mesh.add_rect_with_uv(places.filter(k), self.shape.uv(k), if active { Color32::WHITE } else { Color32::from_gray(120) });
        }
        painter.with_clip_rect(rect.expand(1.0)).add(mesh);
        Some((side, columns))
    }
}

fn show(painter: &Painter, rect: Rect, texture: egui::TextureId, cx: &Context) {
    painter.image(texture, rect, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::WHITE);
    painter.rect_stroke(rect, 2.0, Stroke::new(1.0, cx.palette.line), StrokeKind::Outside);
}

/// The filters of all neurons that fired, drawn at their sites over the image.
fn found(bank: &BankView, (width, height): (usize, usize)) -> ColorImage {
    let mut sum = vec![0.0_f32; width.max(1) * height.max(1)];
    let taps = bank.size * bank.size;
    for spike in bank.spikes.iter() {
        let (across, _) = bank.sites;
        let (left, top) = (spike.site as usize % across.max(1) * bank.stride, spike.site as usize / across.max(1) * bank.stride);
        let filter = bank.filters.get(spike.channel as usize * taps..).unwrap_or(&[]);
        for (tap, w) in filter.iter().take(taps).enumerate() {
            let (x, y) = ((left + tap % bank.size).wrapping_sub(bank.pad), (top + tap / bank.size).wrapping_sub(bank.pad));
            if x < width && y < height {
                sum[y * width + x] += w;
            }
        }
    }
    let shading = Shading { map: Map::Diverging, ..symmetric(&sum) };
    ColorImage::new([width.max(1), height.max(1)], sum.iter().map(|&v| shading.colour(v)).collect())
}

fn symmetric(values: &[f32]) -> Shading {
    let most = values.iter().fold(0.0_f32, |most, v| most.max(v.abs())).max(1e-6);
    Shading { min: -most, max: most, beyond: false, map: Map::Diverging }
}

/// Time of the first spike at each site: bright is early, black is never.
fn first_spikes(bank: &BankView, onset: u64, duration: f32) -> ColorImage {
    // avoid an image without pixels
    let (across, down) = (bank.sites.0.max(1), bank.sites.1.max(1));
    let mut colours = vec![Map::Inferno.at(0.0); across * down];
    // spikes are sorted by time, so in reverse order the first spike of a site is written last
    for spike in bank.spikes.iter().rev() {
        let late = (spike.step.saturating_sub(onset) as f32 / duration).clamp(0.0, 1.0);
        if let Some(colour) = colours.get_mut(spike.site as usize) {
            *colour = Map::Inferno.at(1.0 - 0.9 * late);
        }
    }
    ColorImage::new([across, down], colours)
}

/// Spikes relayed by each pooling cell.
fn pooled(bank: &BankView) -> ColorImage {
    let across = bank.cells.max(1);
    let down = (bank.pooled.len() / across).max(1);
    let most = bank.pooled.iter().copied().max().unwrap_or(0).max(1) as f32;
    let shade = |k: usize| Map::Viridis.at(bank.pooled.get(k).map_or(0.0, |&n| n as f32 / most));
    ColorImage::new([across, down], (0..across * down).map(shade).collect())
}

fn summary(snapshot: &Snapshot) -> String {
    let bank = |bank: &BankView| {
        let (across, down) = bank.sites;
        let filters = bank.channels();
        let spikes = plural(bank.spikes.len() as u64, "spike");
        format!("{filters} filters of {0} by {0} pixels at {across} by {down} sites, {spikes} in this image", bank.size)
    };
    format!("Hidden layer: {}", snapshot.hidden.iter().map(bank).collect::<Vec<_>>().join("; "))
}
