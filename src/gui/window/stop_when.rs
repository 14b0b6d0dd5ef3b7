//! "Pause when": a condition at which the run pauses, chosen in a popup and shown on its button.

use crate::gui::paint::numbers;
use crate::gui::panel::Context;
use crate::gui::theme::{self, Sign, Weight};
use crate::session::{Aspect, Command, StopCondition};
use egui::{DragValue, Popup, PopupCloseBehavior, Response, RichText, Ui};

/// The numbers in the popup, kept until the window is closed.
#[derive(Debug, Clone, Copy)]
struct Draft {
    percent: f64,
    neuron: Option<u32>,
    image: Option<u64>,
    ms: Option<f64>,
}

impl Default for Draft {
    fn default() -> Self {
        Self { percent: 90.0, neuron: None, image: None, ms: None }
    }
}

/// Width of the popup.
const WIDTH: f32 = 320.0;

/// The button with its popup. Where it is `roomy` it shows the condition.
pub(crate) fn stop_button(ui: &mut Ui, cx: &mut Context, roomy: bool) {
    let waiting = cx.snapshot.stop_when;
    let words = match waiting {
        Some(condition) if roomy => format!("Pauses {}", short_words(condition)),
        Some(_) => "Pauses".to_owned(),
        None => "Pause when".to_owned(),
    };
    let weight = if waiting.is_some() { Weight::Chosen } else { Weight::Usual };
    let button = theme::button(ui, Sign::More, &words, weight, 0.0);
    let help =
        waiting.map_or_else(|| "Pause the run at the step at which a condition is met.".to_owned(), |c| format!("Pauses {}", c.words()));
    let button = button.on_hover_text(help);
    Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| conditions(ui, cx));
}

/// What fits on a button.
fn short_words(condition: StopCondition) -> String {
    match condition {
        StopCondition::Accuracy { at_least } => format!("at {} %", (1000.0 * at_least).round() / 10.0),
        StopCondition::FirstSpike { neuron } => format!("at a spike of {neuron}"),
        StopCondition::Image { index } => format!("at image {}", numbers::count(index)),
        StopCondition::ModelTime { ms } => format!("at {} ms", numbers::fixed(ms, 0)),
        StopCondition::Answered { right: true } => "when right".to_owned(),
        StopCondition::Answered { right: false } => "when wrong".to_owned(),
    }
}

/// All conditions.
fn conditions(ui: &mut Ui, cx: &mut Context) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing.y = 6.0;
    let snapshot = cx.snapshot;
    let mut chosen = None;
    theme::section_head(ui, "Pause when");
    if let Some(condition) = snapshot.stop_when {
        ui.horizontal(|ui| {
            ui.add(egui::Label::new(RichText::new(condition.words()).color(cx.palette.accent)).wrap());
            if theme::button(ui, Sign::None, "Remove", Weight::Usual, 0.0).clicked() {
                chosen = Some(None);
            }
        });
        ui.separator();
    }
    let id = egui::Id::unique("stop when");
    let mut draft = ui.data(|data| data.get_temp::<Draft>(id)).unwrap_or_default();
    if snapshot.shows(Aspect::Answers) {
        if row(ui, "an answer is wrong", |_| {}) {
            chosen = Some(Some(StopCondition::Answered { right: false }));
        }
        if row(ui, "an answer is right", |_| {}) {
            chosen = Some(Some(StopCondition::Answered { right: true }));
        }
        let field = |ui: &mut Ui| {
            let value = DragValue::new(&mut draft.percent).range(0.0..=100.0).speed(0.2).max_decimals(1).suffix(" %");
            named(ui.add(value), "Accuracy to pause at");
        };
        if row(ui, "accuracy, last 500 images ≥", field) {
            chosen = Some(Some(StopCondition::Accuracy { at_least: draft.percent / 100.0 }));
        }
        let mut image = draft.image.unwrap_or((snapshot.trial.index / 1000 + 1) * 1000);
        let field = |ui: &mut Ui| {
            let response = named(ui.add(grouped(DragValue::new(&mut image).range(1..=10_000_000_u64).speed(10.0))), "Image to pause at");
            draft.image = if response.changed() { Some(image) } else { draft.image };
        };
        if row(ui, "images shown ≥", field) {
            chosen = Some(Some(StopCondition::Image { index: image }));
        }
    }
    let neurons = snapshot.v_mv.len() as u32;
    if neurons > 0 {
        let mut neuron = draft.neuron.unwrap_or(cx.ui_state.selected_neuron).min(neurons - 1);
        let field = |ui: &mut Ui| {
            let response = named(ui.add(DragValue::new(&mut neuron).range(0..=neurons - 1).speed(0.2)), "Neuron to pause at");
            draft.neuron = if response.changed() { Some(neuron) } else { draft.neuron };
        };
        if row(ui, "neuron fires:", field) {
            chosen = Some(Some(StopCondition::FirstSpike { neuron }));
        }
    }
    let now_ms = snapshot.step.0 as f64 * snapshot.dt_ms;
    let mut ms = draft.ms.unwrap_or(1000.0 * ((now_ms / 1000.0).floor() + 1.0));
    let field = |ui: &mut Ui| {
        let value = grouped(DragValue::new(&mut ms).range(0.0..=1e12).speed(10.0)).suffix(" ms");
        let response = named(ui.add(value), "Model time to pause at");
        draft.ms = if response.changed() { Some(ms) } else { draft.ms };
    };
    if row(ui, "model time ≥", field) {
        chosen = Some(Some(StopCondition::ModelTime { ms }));
    }
    ui.data_mut(|data| data.insert_temp(id, draft));
    if let Some(condition) = chosen {
        cx.outbox.push(Command::StopWhen(condition));
        ui.close();
    }
}

/// One condition: its text, its number and its button.
fn row(ui: &mut Ui, words: &str, field: impl FnOnce(&mut Ui)) -> bool {
    ui.horizontal(|ui| {
        ui.label(words);
        field(ui);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let response = theme::button(ui, Sign::None, "Add", Weight::Usual, 56.0);
            let label = format!("Pause when {}", words.trim_end_matches([':', '≥', ' ']));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, label.clone()));
            response.clicked()
        })
        .inner
    })
    .inner
}

/// A whole number with grouped thousands; commas are optional when it is typed.
fn grouped(value: DragValue<'_>) -> DragValue<'_> {
    value.custom_formatter(|value, _| numbers::fixed(value, 0)).custom_parser(|text| text.replace(',', "").trim().parse().ok())
}

fn named(response: Response, label: &'static str) -> Response {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, label));
    response
}
