//! The distribution of the weights of a projection over time.

use super::projection_choice::projection;
use crate::gui::export::tables;
use crate::gui::paint::colour::Map;
use crate::gui::paint::numbers::{count, fixed, short};
use crate::gui::paint::plot::{Axis, Plot};
use crate::gui::paint::text;
use crate::gui::paint::texture::{Cached, Same};
use crate::gui::panel::{ChosenTable, Context, Panel, Table};
use crate::gui::state::UiState;
use crate::gui::theme;
use crate::session::{Aspect, Snapshot, WEIGHT_BINS, WeightHistory};
use egui::{Color32, ColorImage, Rect, Sense, TextureOptions, Ui, pos2};
use std::sync::Arc;

/// View "Weights over time".
#[derive(Default)]
pub(super) struct WeightsOverTime {
    /// Name of the chosen projection, if there are several.
    chosen: String,
    picture: Cached<(Same<WeightHistory>, usize)>,
}

/// Maximum number of columns of the picture.
const COLUMNS: usize = 512;

impl Panel for WeightsOverTime {
    fn id(&self) -> &'static str {
        "weight_history"
    }

    fn title(&self) -> &'static str {
        "Weights over time"
    }

    fn help(&self) -> &'static str {
        "Each column is a histogram of the weights of a projection, from the start of the run to now: the brighter, the more \
         weights, on a logarithmic scale. Learning that divides the weights into weak and strong ones splits the band in two."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[Aspect::Populations, Aspect::Learning]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let Some((history, index)) = self.shown(cx.snapshot) else { return Default::default() };
        let name = &history.projections[index].name;
        (name.clone(), format!("weights in {}", unit(cx.snapshot, name)))
    }

    fn table(&self) -> Table {
        |snapshot| table(snapshot, None)
    }

    fn chosen_table(&self, _state: &UiState) -> ChosenTable {
        let chosen = self.chosen.clone();
        Box::new(move |snapshot| table(snapshot, Some(&chosen)))
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some((history, index)) = self.shown(cx.snapshot).filter(|(history, _)| history.times.len() > 1) else {
            text::calm_sentence(ui, cx.palette, "The distribution of the weights over time is drawn here once the run starts.");
            return;
        };
        let room = ui.available_size();
        if history.projections.len() > 1 && room.x > 130.0 && room.y > 90.0 && !theme::is_figure(ui.ctx()) {
            let names = history.projections.iter().map(|range| range.name.as_str());
            if let Some(name) = projection(ui, names, &history.projections[index].name, room.x - 20.0) {
                self.chosen = name;
            }
        }
        let range = &history.projections[index];
        let unit = unit(cx.snapshot, &range.name);
        let rect = ui.available_rect_before_wrap();
        let response = ui.allocate_rect(rect, Sense::hover());
        let seconds = |step: u64| step as f64 * cx.snapshot.dt_ms * 1e-3;
        let (first, last) = (seconds(history.times[0].0), seconds(history.times[history.times.len() - 1].0));
        text::label(&response, egui::Role::Image, || summary(&history, index, unit, last));
        let painter = ui.painter_at(rect);
        let plot = Plot::new(&painter, rect, Some(Axis::new((first, last), "s")), Some(Axis::new(range.range_mv, unit)), cx.palette);
        let key = (Same(Arc::clone(&history)), index);
        let texture = self.picture.get(ui.ctx(), "weights over time", TextureOptions::NEAREST, key, || picture(&history, index));
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        plot.painter().image(texture, plot.area, whole, Color32::WHITE);
        if let Some((at, mv)) = plot.hover(&response, cx.palette) {
            let near = history.times.iter().min_by(|a, b| (seconds(a.0) - at).abs().total_cmp(&(seconds(b.0) - at).abs()));
            let width = (range.range_mv.1 - range.range_mv.0) / WEIGHT_BINS as f64;
            let bin = (((mv - range.range_mv.0) / width).max(0.0) as usize).min(WEIGHT_BINS - 1);
            if let Some((step, counts)) = near {
                let low = range.range_mv.0 + bin as f64 * width;
                let n = counts[index][bin];
                response.on_hover_text_at_pointer(format!(
                    "{} s\n{} to {} {unit}\n{} weights",
                    fixed(seconds(*step), 1),
                    short(low),
                    short(low + width),
                    count(n.into())
                ));
            }
        }
    }
}

impl WeightsOverTime {
    /// The histograms, and the index of the chosen projection.
    fn shown(&self, snapshot: &Snapshot) -> Option<(Arc<WeightHistory>, usize)> {
        let history = Arc::clone(&snapshot.free.as_ref()?.weight_history);
        let index = history.projections.iter().position(|range| range.name == self.chosen).unwrap_or(0);
        (index < history.projections.len()).then_some((history, index))
    }
}

/// A column for each equal part of the time, the highest weights at the top.
fn picture(history: &WeightHistory, index: usize) -> ColorImage {
    let times = &history.times;
    let (first, last) = (times[0].0, times[times.len() - 1].0);
    let width = times.len().clamp(1, COLUMNS);
    let most = times.iter().flat_map(|(_, counts)| counts[index].iter().copied()).max().unwrap_or(1);
    let full = libm::log1p(f64::from(most));
    let mut image = ColorImage::filled([width, WEIGHT_BINS], Map::Inferno.at(0.0));
    for x in 0..width {
        let step = first + ((last - first) as f64 * (x as f64 + 0.5) / width as f64) as u64;
        let at = times.partition_point(|(time, _)| *time <= step).saturating_sub(1);
        for (bin, &n) in times[at].1[index].iter().enumerate() {
            image.pixels[(WEIGHT_BINS - 1 - bin) * width + x] = Map::Inferno.at((libm::log1p(f64::from(n)) / full) as f32);
        }
    }
    image
}

fn unit(snapshot: &Snapshot, projection: &str) -> &'static str {
    snapshot.free.as_ref().map_or("mV", |view| view.weight_unit(projection))
}

fn summary(history: &WeightHistory, index: usize, unit: &str, seconds: f64) -> String {
    let range = &history.projections[index];
    let n: u32 = history.times.last().map_or(0, |(_, counts)| counts[index].iter().sum());
    format!(
        "Weights of {} over time: {} weights from {} to {} {unit} until {} s",
        range.name,
        count(n.into()),
        short(range.range_mv.0),
        short(range.range_mv.1),
        fixed(seconds, 1)
    )
}

/// Every histogram of the chosen projection, or of all; bins without weights are left out.
fn table(snapshot: &Snapshot, chosen: Option<&str>) -> tables::Bytes {
    let head = ["projection", "time_ms", "from", "to", "unit", "weights"];
    let Some(view) = &snapshot.free else { return tables::table(head, []) };
    let history = &view.weight_history;
    // as in the view, the first one if there is none of this name
    let chosen = chosen.map(|name| history.projections.iter().position(|range| range.name == name).unwrap_or(0));
    let shown = history.projections.iter().enumerate().filter(|(index, _)| chosen.is_none_or(|chosen| chosen == *index));
    let rows = shown.flat_map(|(index, range)| {
        let (low, high) = range.range_mv;
        let edge = move |bin: usize| low + (high - low) * bin as f64 / WEIGHT_BINS as f64;
        history.times.iter().flat_map(move |(step, counts)| {
            let ms = *step as f64 * snapshot.dt_ms;
            let held = counts[index].iter().enumerate().filter(|(_, n)| **n > 0);
            let unit = view.weight_unit(&range.name);
            held.map(move |(bin, n)| {
                [
                    range.name.clone(),
                    tables::number(ms),
                    tables::number(edge(bin)),
                    tables::number(edge(bin + 1)),
                    unit.to_owned(),
                    n.to_string(),
                ]
            })
        })
    });
    tables::table(head, rows)
}
