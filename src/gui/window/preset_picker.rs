//! The preset picker: the current preset, the others, and errors of opening a file.

use crate::gui::action::Action;
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::state::library::Entry;
use crate::gui::theme;
use crate::gui::window::notices::Notices;
use egui::{Popup, PopupCloseBehavior, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use std::path::{Path, PathBuf};

/// What the parameter panel needs besides the context.
pub(crate) struct PanelParts<'a> {
    /// Presets that come with the program.
    pub library: &'a [Entry],
    /// Messages; those about presets appear beside the preset picker.
    pub notices: &'a mut Notices,
    /// Actions requested in this frame.
    pub actions: &'a mut Vec<Action>,
}

/// A field with the title of the preset that opens the list.
pub(crate) fn preset_picker(ui: &mut Ui, cx: &mut Context, panel: &mut PanelParts) {
    let width = ui.available_width();
    let title = cx.snapshot.title.clone();
    // a long title has several lines
    let galley = ui.painter().layout(title.clone(), text::body_font(), cx.palette.text, width - 36.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, (galley.size().y + 10.0).max(28.0)), Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Preset");
        info.current_text_value = Some(title.clone());
        info
    });
    let visuals = ui.style().interact(&response);
    ui.painter().rect(rect, 6.0, visuals.bg_fill, visuals.bg_stroke, StrokeKind::Inside);
    ui.painter().galley(pos2(rect.left() + 10.0, rect.center().y - 0.5 * galley.size().y), galley, cx.palette.text);
    let c = rect.right_center() - vec2(14.0, 0.0);
    let points = vec![c + vec2(-3.5, -2.0), c + vec2(3.5, -2.0), c + vec2(0.0, 2.5)];
    ui.painter().add(egui::Shape::convex_polygon(points, cx.palette.dim, Stroke::NONE));
    Popup::menu(&response).width(width.max(320.0)).close_behavior(PopupCloseBehavior::CloseOnClick).show(|ui| list(ui, cx, panel));
    panel.notices.show_preset(ui, cx.palette);
}

fn list(ui: &mut Ui, cx: &Context, panel: &mut PanelParts) {
    let current = cx.snapshot.preset_path.as_deref();
    egui::ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
        for entry in panel.library {
            if item(ui, cx, &entry.title, &entry.summary, same_file(current, &entry.path)) {
                ui.close();
                panel.actions.push(Action::LoadPreset(entry.path.clone()));
            }
        }
        let recent: Vec<PathBuf> = cx
            .ui_state
            .recent_presets
            .iter()
            .filter(|path| !panel.library.iter().any(|entry| same_file(Some(path), &entry.path)))
            .cloned()
            .collect();
        if !recent.is_empty() {
            ui.add_space(4.0);
            theme::section_head(ui, "Recent");
            for path in recent {
                let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let folder = path.parent().map(|parent| parent.display().to_string()).unwrap_or_default();
                if item(ui, cx, &name, &folder, same_file(current, &path)) {
                    ui.close();
                    panel.actions.push(Action::LoadPreset(path));
                }
            }
        }
    });
    ui.separator();
    for (words, action) in [
        ("New network…", Action::NewNetwork),
        ("Open preset…", Action::OpenPreset),
        ("Save preset as…", Action::SavePresetAs),
        ("About this experiment", Action::About),
    ] {
        if ui.add(egui::Button::new(words).shortcut_text(action.key_text(ui.ctx())).frame(false)).clicked() {
            ui.close();
            panel.actions.push(action);
        }
    }
}

/// A title with a dim summary below it.
fn item(ui: &mut Ui, cx: &Context, title: &str, summary: &str, current: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, current, title));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 6.0, cx.palette.raised);
    }
    if current {
        ui.painter().circle_filled(rect.left_center() + vec2(6.0, 0.0), 3.0, cx.palette.accent);
    }
    let place = rect.shrink2(vec2(16.0, 3.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.add(egui::Label::new(theme::strong(title)).truncate().selectable(false));
        ui.add(egui::Label::new(RichText::new(summary).small().color(cx.palette.dim)).truncate().selectable(false));
    });
    response.on_hover_text(summary).clicked()
}

fn same_file(a: Option<&Path>, b: &Path) -> bool {
    a.is_some_and(|a| a == b || (a.file_name() == b.file_name() && (a.ends_with(b) || b.ends_with(a))))
}
