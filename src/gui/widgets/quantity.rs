//! One quantity of a described network: its name, its value as slider, choice or text, the dot that restores the value of the
//! file, and a tooltip with its declaration.

use crate::gui::panel::Context;
use crate::gui::theme::{self, Palette};
use crate::gui::widgets::list::list;
use crate::gui::widgets::param_slider::acts;
use crate::gui::widgets::rail::rail_near;
use crate::gui::widgets::scale::{Scale, in_seconds};
use crate::gui::widgets::typed::{typed, width_of};
use crate::model::{Entry, NetworkSpec, Value, sentence};
use crate::params::{Change, Domain};
use egui::{RichText, Role, Sense, Ui, WidgetInfo, vec2};

/// Width of the column of values, and of that of names in front of sliders, in points.
const COLUMN: f32 = 88.0;
const NAMES: f32 = 76.0;
/// Widths of a slider, in points.
const RAIL: std::ops::RangeInclusive<f32> = 30.0..=150.0;

/// Name and value, on one line or two. Returns nothing: changes are queued.
pub(crate) fn quantity(ui: &mut Ui, entry: &Entry, cx: &mut Context) {
    let Some(view) = &cx.snapshot.quantities else { return };
    let wanted = cx.outbox.wanted_path(&entry.path).unwrap_or(&entry.value).clone();
    let entry = Entry { value: wanted, ..entry.clone() };
    let name = entry.path.to_string();
    let original = view.original(&entry.path);
    ui.spacing_mut().item_spacing = vec2(4.0, 1.0);
    let chosen = ui.push_id(&name, |ui| {
        let (chosen, below) = ui
            .horizontal(|ui| {
                ui.set_height(22.0);
                // sliders begin below each other, whatever their names
                let rail = (ui.available_width() - COLUMN - NAMES).clamp(*RAIL.start(), *RAIL.end());
                let back = head(ui, &entry, original, &view.network, cx.palette);
                if is_text(&entry) && width_of(ui, &entry.text()) > ui.available_width() - 6.0 {
                    return (back, true);
                }
                let layout = egui::Layout::right_to_left(egui::Align::Center);
                let chosen = ui.with_layout(layout, |ui| control(ui, (&entry, &name, rail), original, &view.network, cx.palette)).inner;
                (back.or(chosen), false)
            })
            .inner;
        // a long text has a line of its own
        let below = if below { control(ui, (&entry, &name, *RAIL.end()), original, &view.network, cx.palette) } else { None };
        chosen.or(below)
    });
    let chosen = chosen.inner;
    let id = ui.make_persistent_id(("fault", &name));
    match chosen {
        Some(Ok(value)) => {
            ui.data_mut(|data| data.remove::<String>(id));
            if value != entry.value {
                cx.outbox.set_path(&entry, value);
            }
        }
        Some(Err(fault)) => {
            ui.data_mut(|data| data.insert_temp(id, fault));
        }
        None => {}
    }
    if let Some(fault) = ui.data(|data| data.get_temp::<String>(id)) {
        ui.add(egui::Label::new(RichText::new(fault).color(cx.palette.bad).size(theme::SMALL)).wrap());
    }
}

/// Name and marks; returns the value of the file if the dot was clicked.
fn head(ui: &mut Ui, entry: &Entry, original: Option<&Entry>, network: &NetworkSpec, palette: &Palette) -> Option<Result<Value, String>> {
    let label = RichText::new(entry.field.name).color(palette.text);
    let response = ui.add(egui::Label::new(label).sense(Sense::hover()));
    if entry.field.change == Change::Rebuild {
        let (rect, mark) = ui.allocate_exact_size(vec2(11.0, 11.0), Sense::hover());
        theme::paint_rebuild(ui.painter(), rect, palette.faint);
        mark.on_hover_text(acts(entry.field.change));
    }
    response.on_hover_ui(|ui| tooltip(ui, entry, network, palette));
    let original = original.filter(|original| original.value != entry.value)?;
    let (rect, dot) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::click());
    let back = format!("Back to the preset: {}", original.text());
    dot.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}: {back}", entry.path)));
    let grown = if dot.hovered() || dot.has_focus() { 1.5 } else { 0.0 };
    ui.painter().circle_filled(rect.center(), 2.8 + grown, palette.accent);
    dot.on_hover_text(back).clicked().then(|| Ok(original.value.clone()))
}

/// The value, at the right edge. Returns the chosen value, or what is wrong with the text.
fn control(
    ui: &mut Ui,
    (entry, name, rail): (&Entry, &str, f32),
    original: Option<&Entry>,
    network: &NetworkSpec,
    palette: &Palette,
) -> Option<Result<Value, String>> {
    let changed = original.is_some_and(|original| original.value != entry.value);
    match (&entry.value, entry.value.number().and_then(|value| Scale::near(entry.field.domain, value, entry.field.default))) {
        (Value::Choice(word), _) => choice(ui, entry, name, word),
        (Value::Number(value), Some(scale)) if entry.field.change == Change::Live => {
            let typed = number(ui, entry, name, *value, (&scale, changed), palette);
            let width = ui.available_width() - 2.0;
            let rail = (width > *RAIL.start()).then(|| rail_near(ui, name, *value, &entry.field, width.min(rail))).flatten();
            let moved = rail.and_then(|(response, moved)| {
                let back = response.double_clicked().then(|| original.map(|original| original.value.clone())).flatten();
                response.on_hover_text("Drag or use the arrow keys; double-click to restore the value of the preset.");
                back.or(moved.map(Value::Number))
            });
            typed.or(moved).map(Ok)
        }
        _ => text(ui, entry, name, network, changed.then_some(palette.accent)),
    }
}

fn choice(ui: &mut Ui, entry: &Entry, name: &str, word: &str) -> Option<Result<Value, String>> {
    let Domain::Choice(words) = entry.field.domain else { return None };
    let mut chosen = None;
    list(ui, (egui::ComboBox::from_id_salt("choice").width(COLUMN), name), word, |list| {
        for other in words {
            if list.item(*other == word, other, "") {
                chosen = Some(Ok(Value::Choice((*other).to_owned())));
            }
        }
    });
    chosen
}

/// A number that acts at once: drag it, or type it with or without its unit.
fn number(ui: &mut Ui, entry: &Entry, name: &str, value: f64, (scale, changed): (&Scale, bool), palette: &Palette) -> Option<Value> {
    let field = entry.field;
    let mut edited = value;
    let whole = Scale::of_domain(field.domain).unwrap_or(*scale);
    let (least, most) = (whole.min, whole.max);
    let speed = if scale.log { value.abs().max(1e-9) * 0.01 } else { scale.step };
    let response = ui
        .scope(|ui| {
            quiet(ui, changed.then_some(palette.accent));
            ui.add_sized(
                [COLUMN, 20.0],
                egui::DragValue::new(&mut edited)
                    .speed(speed)
                    .range(least..=most)
                    .clamp_existing_to_range(false)
                    .update_while_editing(false)
                    .custom_formatter(move |value, _| in_seconds(field.format(value)))
                    .custom_parser(move |text| field.parse(&text.replace('−', "-"), false).ok()),
            )
        })
        .inner;
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::SpinButton, true, format!("{name} value"));
        info.value = Some(value);
        info
    });
    if edited == value || field.format(edited) == field.format(value) {
        return None;
    }
    Some(Value::Number(if response.dragged() { scale.round(edited) } else { edited }))
}

/// Values without a frame until the pointer is over them.
fn quiet(ui: &mut Ui, color: Option<egui::Color32>) {
    let visuals = ui.visuals_mut();
    visuals.widgets.inactive.bg_fill = egui::Color32::TRANSPARENT;
    visuals.widgets.inactive.weak_bg_fill = egui::Color32::TRANSPARENT;
    visuals.widgets.inactive.bg_stroke = egui::Stroke::NONE;
    if let Some(color) = color {
        for state in [&mut visuals.widgets.inactive, &mut visuals.widgets.hovered] {
            state.fg_stroke.color = color;
        }
    }
}

/// A value as text: of a quantity that needs a new network, or a distribution. It is read when the field is left.
fn text(ui: &mut Ui, entry: &Entry, name: &str, network: &NetworkSpec, color: Option<egui::Color32>) -> Option<Result<Value, String>> {
    let current = in_seconds(entry.text());
    let width = ui.available_width() - 10.0;
    let text = typed(ui, name, &current, width_of(ui, &current).clamp(COLUMN - 8.0, width.max(COLUMN - 8.0)), color)?;
    let mut changed = network.clone();
    Some(changed.set(&entry.path, &text.replace('−', "-")).map_err(|faults| sentence(&faults)))
}

/// Whether a value is edited as text.
fn is_text(entry: &Entry) -> bool {
    let slides = matches!(entry.value, Value::Number(_)) && entry.field.change == Change::Live;
    !slides && !matches!(entry.value, Value::Choice(_))
}

fn tooltip(ui: &mut Ui, entry: &Entry, network: &NetworkSpec, palette: &Palette) {
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.label(theme::strong(entry.path.to_string()));
    ui.label(network.help(entry));
    ui.add_space(2.0);
    let line = |ui: &mut Ui, name: &str, text: String| {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(name).color(palette.dim).small());
            ui.label(RichText::new(text).small());
        });
    };
    line(ui, "Range", in_seconds(entry.range.clone()));
    if !entry.required() {
        line(ui, "Default", in_seconds(entry.field.format(entry.field.default)));
    }
    line(ui, "Effect", acts(entry.field.change).to_owned());
    line(ui, "Source", entry.field.source.to_owned());
}
