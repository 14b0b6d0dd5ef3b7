//! The left panel: preset picker, search, the parameters of this experiment (the basic ones or all), and the reward controls,
//! which do not scroll.

mod basic;
mod fold;
mod quantities;

use crate::gui::action::Action;
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::theme;
use crate::gui::widgets::param_slider::{param_slider, wanted};
use crate::gui::window::label_swap::label_swap;
use crate::gui::window::preset_picker::{PanelParts, preset_picker};
use crate::gui::window::reward::reward_controls;
use crate::params::{ParamId, ParamSpec, REGISTRY};
use crate::session::Aspect;
use egui::{RichText, Role, ScrollArea, Ui, WidgetInfo, pos2, vec2};

/// Id of the search box, so that a shortcut can put the cursor there.
fn search_id() -> egui::Id {
    egui::Id::unique("parameter search")
}

/// Put the cursor into the search box: over the old text, so that what is typed next replaces it, or after what was typed
/// already.
pub(crate) fn search_for(ctx: &egui::Context, old: &str, typed: &str) {
    let id = search_id();
    let mut state = egui::TextEdit::load_state(ctx, id).unwrap_or_default();
    let ends = if typed.is_empty() { [0, old.chars().count()] } else { [typed.chars().count(); 2] };
    let [first, last] = ends.map(egui::text::CCursor::new);
    state.cursor.set_char_range(Some(egui::text::CCursorRange::two(first, last)));
    state.store(ctx, id);
    ctx.memory_mut(|memory| memory.request_focus(id));
}

/// The whole panel.
pub(crate) fn parameters(ui: &mut Ui, cx: &mut Context, panel: &mut PanelParts) {
    ui.spacing_mut().item_spacing.y = 6.0;
    theme::section_head(ui, "Preset");
    preset_picker(ui, cx, panel);
    search_box(ui, cx);
    which(ui, cx);
    let with_reward = cx.snapshot.shows(Aspect::Reward);
    if with_reward {
        // Laid out from the bottom, so that it keeps its place however long the list above is.
        egui::Panel::bottom("reward controls")
            .resizable(false)
            .frame(egui::Frame::new().inner_margin(egui::Margin { top: 8, ..Default::default() }))
            .show_separator_line(true)
            .show(ui, |ui| reward_controls(ui, cx));
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar, so that values do not move when it appears.
        ui.set_max_width(ui.available_width() - 8.0);
        ui.spacing_mut().item_spacing.y = 5.0;
        if cx.snapshot.quantities.is_some() {
            quantities::quantities(ui, cx, panel);
        }
        if cx.snapshot.free.is_none() {
            groups(ui, cx, panel);
        }
    });
}

/// Basic or all parameters. A search finds all of them.
fn which(ui: &mut Ui, cx: &mut Context) {
    let width = ui.available_width();
    let chosen = usize::from(cx.ui_state.all_parameters);
    if let Some(index) = theme::segments(ui, &["Basic", "All parameters"], Some(chosen), width) {
        cx.ui_state.all_parameters = index == 1;
    }
}

fn search_box(ui: &mut Ui, cx: &mut Context) {
    let width = ui.available_width();
    let before = cx.ui_state.search.clone();
    let response = ui.add(
        egui::TextEdit::singleline(&mut cx.ui_state.search)
            .id(search_id())
            .hint_text("Search parameters")
            .desired_width(width)
            .margin(egui::Margin { left: 10, right: 26, top: 5, bottom: 5 }),
    );
    text::draw_again(ui.ctx(), &before, &cx.ui_state.search);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::SearchInput, true, "Search parameters");
        info.current_text_value = Some(cx.ui_state.search.clone());
        info
    });
    // Escape takes the focus away before the field is drawn
    if response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        cx.ui_state.search.clear();
    }
    let center = pos2(response.rect.right() - 14.0, response.rect.center().y);
    if cx.ui_state.search.is_empty() {
        let stroke = egui::Stroke::new(1.3, cx.palette.dim);
        ui.painter().circle_stroke(center - vec2(1.0, 1.0), 3.8, stroke);
        ui.painter().line_segment([center + vec2(1.8, 1.8), center + vec2(5.0, 5.0)], stroke);
    } else {
        let place = egui::Rect::from_center_size(center, vec2(16.0, 16.0));
        let cleared = ui
            .scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
                crate::gui::window::notices::close_cross(ui, "Clear search", cx.palette).clicked()
            })
            .inner;
        if cleared {
            cx.ui_state.search.clear();
        }
    }
}

/// Whether a parameter matches the search text. Every word must occur somewhere.
pub(crate) fn matches(spec: &ParamSpec, search: &str) -> bool {
    let all = [spec.label, spec.symbol, spec.name, spec.group, spec.help].join(" ").to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

fn groups(ui: &mut Ui, cx: &mut Context, panel: &mut PanelParts) {
    let setup = cx.snapshot.setup;
    let searching = !cx.ui_state.search.trim().is_empty();
    let search = cx.ui_state.search.clone();
    let mut group = "";
    let mut open = true;
    let mut shown = 0;
    let all = searching || cx.ui_state.all_parameters;
    for spec in REGISTRY.iter().filter(|spec| spec.belongs_to(setup) && matches(spec, &search)) {
        // The reward controls below contain this one.
        if spec.id == ParamId::RewardMode && !searching {
            continue;
        }
        // what was changed is shown in any case
        if !all && !basic::is_basic(spec, cx.snapshot.aspects) && wanted(cx, spec.id) == cx.snapshot.preset_params.get(spec.id) {
            continue;
        }
        shown += 1;
        if spec.group != group {
            if !group.is_empty() {
                ui.add_space(4.0);
            }
            group = spec.group;
            let changed = changed_in(cx, |spec| spec.group == group);
            open = fold::group_head(ui, cx, group, (searching, false), changed);
        }
        if open && spec.id == ParamId::SwapA {
            label_swap(ui, cx);
            ui.add_space(2.0);
        } else if open && spec.id != ParamId::SwapB {
            param_slider(ui, spec.id, cx);
            ui.add_space(2.0);
        }
    }
    if shown == 0 {
        ui.label(RichText::new(format!("No parameter matches “{}”.", search.trim())).color(cx.palette.dim));
        if ui.button("Show all").clicked() {
            cx.ui_state.search.clear();
        }
    } else if !searching {
        ui.add_space(4.0);
        let changed = changed_in(cx, |_| true);
        if changed > 0 {
            let words = format!("Restore preset ({changed} changed)");
            if theme::button(ui, theme::Sign::None, &words, theme::Weight::Usual, ui.available_width()).clicked() {
                panel.actions.push(Action::BackToPreset);
            }
        }
        ui.add_space(8.0);
    }
}

/// Parameters that differ from the preset.
fn changed_in(cx: &Context, of: impl Fn(&ParamSpec) -> bool) -> usize {
    REGISTRY
        .iter()
        .filter(|spec| spec.belongs_to(cx.snapshot.setup) && of(spec))
        .filter(|spec| wanted(cx, spec.id) != cx.snapshot.preset_params.get(spec.id))
        .count()
}
