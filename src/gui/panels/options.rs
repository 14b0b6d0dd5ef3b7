//! Options of views, in the popup opened by the dots in their title bars: which neurons, and how much history.

use super::derived;
use crate::gui::paint::numbers::{count, fixed, short};
use crate::gui::panel::Context;
use crate::gui::state::choices::{CURVES, Layers, MOST_TRACES, NeuronChoice, Neurons, REWARDS, SPANS, span_ms};
use crate::gui::state::curves::{Band, CurveChoice};
use crate::gui::theme::{self, Sign, Weight};
use crate::gui::widgets::list::list;
use crate::session::{Aspect, Snapshot};
use egui::{RichText, Ui, vec2};

const WIDTH: f32 = 236.0;

fn row_head(ui: &mut Ui, words: &str, cx: &Context) {
    ui.label(RichText::new(words).size(theme::SMALL).color(cx.palette.dim));
}

/// Length of the history; states if less is kept than selected.
fn span(ui: &mut Ui, images: &mut u8, cx: &Context) {
    let learns = cx.snapshot.shows(Aspect::Answers);
    row_head(ui, if learns { "History in images" } else { "History in windows of 500 ms" }, cx);
    let words = SPANS.map(|span| span.to_string());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let chosen = SPANS.iter().position(|span| span == images);
    if let Some(index) = theme::segments(ui, &words, chosen, WIDTH) {
        *images = SPANS[index];
    }
    let wanted = span_ms(cx.snapshot, *images);
    let note = match cut(cx.snapshot, wanted) {
        Some(kept) => format!("{} ms; only {} ms are kept to limit memory", fixed(wanted, 0), fixed(kept, 0)),
        None if learns => format!("{} ms; at full speed not every image is recorded", fixed(wanted, 0)),
        None => format!("{} ms", fixed(wanted, 0)),
    };
    ui.add(egui::Label::new(RichText::new(note).size(theme::SMALL).color(cx.palette.dim)).wrap());
}

/// Length of the history that is kept, if shorter than selected.
pub(super) fn cut(snapshot: &Snapshot, wanted_ms: f64) -> Option<f64> {
    (snapshot.history_limit_ms < wanted_ms).then_some(snapshot.history_limit_ms)
}

/// All output neurons, those of one class, or a range.
fn neurons(ui: &mut Ui, choice: &mut NeuronChoice, cx: &Context) {
    let neurons = [Neurons::All, Neurons::Class, Neurons::Range];
    let chosen = neurons.iter().position(|&neurons| neurons == choice.neurons);
    if let Some(index) = theme::segments(ui, &["All", "Class", "Range"], chosen, WIDTH) {
        choice.neurons = neurons[index];
    }
    let last = derived::neurons(cx.snapshot).saturating_sub(1) as u32;
    match choice.neurons {
        Neurons::All => {}
        Neurons::Class => {
            let most = cx.snapshot.classes.saturating_sub(1).min(255) as u8;
            ui.horizontal(|ui| {
                ui.label("class");
                let name = |class: f64, _| cx.snapshot.class_name(class as u8).into_owned();
                ui.add(egui::DragValue::new(&mut choice.class).range(0..=most).speed(0.05).custom_formatter(name));
            });
        }
        Neurons::Range => {
            ui.horizontal(|ui| {
                ui.label("from");
                ui.add(egui::DragValue::new(&mut choice.range.0).range(0..=last));
                ui.label("to");
                ui.add(egui::DragValue::new(&mut choice.range.1).range(choice.range.0..=last.max(choice.range.0)));
            });
        }
    }
}

/// Neurons of a wall of fields; shared by weights and eligibility.
pub(super) fn wall(ui: &mut Ui, cx: &mut Context) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(6.0, 5.0);
    let mut choice = cx.ui_state.fields;
    row_head(ui, "Output neurons (weights and eligibility)", cx);
    neurons(ui, &mut choice, cx);
    cx.ui_state.fields = choice;
}

/// Options of receptive fields: which neurons, and their order.
pub(super) fn fields(ui: &mut Ui, cx: &mut Context) {
    wall(ui, cx);
    let order = &mut cx.ui_state.field_order;
    ui.checkbox(&mut order.by_learnt, "Sort by how much was learnt");
    ui.checkbox(&mut order.learnt_only, "Learnt fields only");
}

/// Number of recent images; returns the new or the previous choice.
fn last_images<T: Copy + PartialEq>(
    ui: &mut Ui,
    chosen: Option<T>,
    choices: [Option<T>; 4],
    all: &str,
    words: impl Fn(T) -> String,
    cx: &Context,
) -> Option<T> {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(6.0, 5.0);
    row_head(ui, "History: the last images", cx);
    let words = choices.map(|images| images.map_or(all.to_owned(), &words));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let place = choices.iter().position(|images| *images == chosen);
    theme::segments(ui, &words, place, WIDTH).map_or(chosen, |index| choices[index])
}

/// Options of the reward view.
pub(super) fn rewards(ui: &mut Ui, cx: &mut Context) {
    let words = |images: u16| count(u64::from(images));
    cx.ui_state.reward_images = last_images(ui, cx.ui_state.reward_images, REWARDS, "Fit", words, cx);
}

/// Options of the accuracy view.
pub(super) fn curve(ui: &mut Ui, cx: &mut Context) {
    cx.ui_state.curve_images = last_images(ui, cx.ui_state.curve_images, CURVES, "All", count, cx);
    smoothing(ui, cx);
    log_images(ui, cx);
}

/// How compared curves are drawn.
pub(super) fn curves(ui: &mut Ui, smoothed: bool, cx: &mut Context) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(6.0, 5.0);
    if smoothed {
        smoothing(ui, cx);
    }
    log_images(ui, cx);
    row_head(ui, if smoothed { "Runs that differ only in their seed" } else { "Spread over the seeds" }, cx);
    let words = Band::ALL.map(|(_, words)| words);
    let chosen = Band::ALL.iter().position(|(band, _)| *band == cx.ui_state.curves.band);
    if let Some(index) = theme::segments(ui, &words, chosen, WIDTH) {
        cx.ui_state.curves.band = Band::ALL[index].0;
    }
}

/// Which runs of networks that run freely are compared.
pub(super) fn compared(ui: &mut Ui, cx: &mut Context) {
    ui.set_width(WIDTH);
    let left_out = &mut cx.ui_state.compared.left_out;
    if ui.add_enabled(!left_out.is_empty(), egui::Button::new("Show all runs")).clicked() {
        left_out.clear();
    }
}

/// The same smoothing for live and stored runs.
fn smoothing(ui: &mut Ui, cx: &mut Context) {
    row_head(ui, "Smoothing of all accuracy curves", cx);
    let choice = &mut cx.ui_state.curves;
    choice.smoothing = choice.smoothing() as f32;
    ui.spacing_mut().slider_width = WIDTH - 60.0;
    let slider = egui::Slider::new(&mut choice.smoothing, 0.0..=CurveChoice::MOST).fixed_decimals(2);
    let help =
        "Exponential moving average of the bins; the value is the weight of earlier bins per 100 images, and 0 shows the bins alone.";
    let response = ui.add(slider).on_hover_text(help);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Slider, true, "Smoothing"));
    let note = match choice.smoothing() {
        0.0 => "Bins without smoothing".to_owned(),
        _ => format!("Equivalent to a mean of {} images; bins are drawn faint", count(choice.images())),
    };
    ui.add(egui::Label::new(RichText::new(note).size(theme::SMALL).color(cx.palette.dim)).wrap());
}

fn log_images(ui: &mut Ui, cx: &mut Context) {
    ui.checkbox(&mut cx.ui_state.curves.log_images, "Logarithmic axis of images");
}

/// Options of the raster: layers, neurons and history.
pub(super) fn raster(ui: &mut Ui, cx: &mut Context) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(6.0, 5.0);
    let mut choice = cx.ui_state.raster;
    if cx.snapshot.shows(Aspect::Answers) {
        row_head(ui, "Layers", cx);
        let layers = [Layers::Both, Layers::Input, Layers::Output];
        let chosen = layers.iter().position(|&layers| layers == choice.layers);
        if let Some(index) = theme::segments(ui, &["Both", "Input", "Output"], chosen, WIDTH) {
            choice.layers = layers[index];
        }
        row_head(ui, "Output neurons", cx);
        neurons(ui, &mut choice.output, cx);
    }
    span(ui, &mut choice.images, cx);
    cx.ui_state.raster = choice;
}

/// Options of the views of populations: history, and how many neurons have a row.
pub(super) fn populations(ui: &mut Ui, cx: &mut Context) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(6.0, 5.0);
    row_head(ui, "History in seconds (spikes and rates)", cx);
    let window = span_ms(cx.snapshot, 1) * 1e-3;
    let words = SPANS.map(|span| short(f64::from(span) * window));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let chosen = SPANS.iter().position(|span| *span == cx.ui_state.raster.images);
    if let Some(index) = theme::segments(ui, &words, chosen, WIDTH) {
        cx.ui_state.raster.images = SPANS[index];
    }
    row_head(ui, "Rows of a large population", cx);
    if let Some(index) = theme::segments(ui, &["A sample", "All neurons"], Some(usize::from(cx.ui_state.all_neurons)), WIDTH) {
        cx.ui_state.all_neurons = index == 1;
    }
    let populations = cx.snapshot.free.as_ref().map(|view| &view.populations);
    if populations
        .is_some_and(|all| all.iter().any(|one| one.has_potential) && all.iter().any(|one| !one.has_potential && !one.emits_current))
    {
        row_head(ui, "Sources of spikes", cx);
        if let Some(index) = theme::segments(ui, &["Left out", "Shown"], Some(usize::from(cx.ui_state.sources)), WIDTH) {
            cx.ui_state.sources = index == 1;
        }
    }
}

/// The neuron of a described network that the views show: population and index.
pub(super) fn pick(ui: &mut Ui, cx: &mut Context) {
    let Some(view) = cx.snapshot.free.clone() else { return };
    let Some((population, index)) = view.locate(cx.ui_state.selected_neuron) else { return };
    row_head(ui, "Selected neuron: population and index", cx);
    ui.horizontal(|ui| {
        let combo = egui::ComboBox::from_id_salt("population").width(120.0).truncate();
        list(ui, (combo, "Population of the selected neuron"), &population.name, |list| {
            for other in view.populations.iter().filter(|other| other.has_potential) {
                if list.item(other.first == population.first, &other.name, "") {
                    cx.ui_state.select_neuron(other.first);
                }
            }
        });
        let mut chosen = index;
        let response = ui.add(egui::DragValue::new(&mut chosen).range(0..=population.size.saturating_sub(1)).speed(0.2));
        response.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "Index of the selected neuron");
            info.value = Some(f64::from(chosen));
            info
        });
        if cx.ui_state.wants_focus == Some("inspector") {
            response.request_focus();
        }
        if chosen != index {
            cx.ui_state.select_neuron(population.first + chosen);
        }
    });
}

/// Options of a view of one neuron: which.
pub(super) fn neuron(ui: &mut Ui, cx: &mut Context) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(6.0, 5.0);
    pick(ui, cx);
}

/// Options of the membrane view: neurons and history.
pub(super) fn membrane(ui: &mut Ui, cx: &mut Context) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing = vec2(6.0, 5.0);
    pick(ui, cx);
    let selected = cx.ui_state.selected_neuron;
    let mut choice = cx.ui_state.membrane.clone();
    row_head(ui, &format!("Pinned neurons, drawn besides the selected one, up to {MOST_TRACES}"), cx);
    for neuron in choice.pinned.clone() {
        ui.horizontal(|ui| {
            if theme::button(ui, Sign::None, "Unpin", Weight::Usual, 0.0).clicked() {
                choice.unpin(neuron);
            }
            if let Some(view) = &cx.snapshot.free {
                ui.label(view.name(neuron));
            } else {
                let class = derived::class_words(cx.snapshot, derived::class_of(cx.snapshot, neuron));
                ui.label(format!("neuron {}, {class}", count(u64::from(neuron))));
            }
        });
    }
    if choice.pinned.len() < MOST_TRACES && !choice.pinned.contains(&selected) {
        let words = format!("Pin {}", derived::neuron_words(cx.snapshot, selected));
        if theme::button(ui, Sign::None, &words, Weight::Usual, WIDTH)
            .on_hover_text("Keep drawing this neuron when another one is selected.")
            .clicked()
        {
            choice.pin(selected);
        }
    }
    if !choice.pinned.is_empty() && theme::button(ui, Sign::None, "Unpin all", Weight::Usual, WIDTH).clicked() {
        choice.pinned.clear();
    }
    span(ui, &mut choice.images, cx);
    cx.ui_state.membrane = choice;
}
