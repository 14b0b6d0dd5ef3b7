//! The theme as egui settings: visuals, text styles, spacing on the grid.

use super::{GRID, HIGH_CONTRAST, NUMBER, Palette, SMALL, TEXT, fonts};
use crate::gui::state::ThemeChoice;
use egui::epaint::Shadow;
use egui::style::{HandleShape, Selection, WidgetVisuals, Widgets};
use egui::{Color32, Context, CornerRadius, FontFamily, FontId, Margin, Stroke, TextStyle, Theme, Visuals, vec2};

/// Set the fonts and both themes of a window, and choose one. Call at the start and whenever the choice changes.
pub fn apply(ctx: &Context, choice: ThemeChoice) {
    let ready = egui::Id::unique("spikescope theme");
    let contrast = matches!(choice, ThemeChoice::DarkContrast | ThemeChoice::LightContrast);
    HIGH_CONTRAST.set(contrast);
    let dressed = ctx.data(|data| data.get_temp::<bool>(ready));
    if dressed.is_none() {
        ctx.set_fonts(fonts::definitions());
    }
    if dressed != Some(contrast) {
        for theme in [Theme::Dark, Theme::Light] {
            ctx.style_mut_of(theme, |style| dress(style, Palette::of(theme)));
        }
        ctx.data_mut(|data| data.insert_temp(ready, contrast));
    }
    ctx.set_theme(match choice {
        ThemeChoice::Dark | ThemeChoice::DarkContrast => egui::ThemePreference::Dark,
        ThemeChoice::Light | ThemeChoice::LightContrast => egui::ThemePreference::Light,
        ThemeChoice::System => egui::ThemePreference::System,
    });
}

/// The theme in use, independent of the theme of the desktop.
pub fn choice_of(ctx: &Context) -> ThemeChoice {
    match (ctx.theme(), HIGH_CONTRAST.get()) {
        (Theme::Dark, false) => ThemeChoice::Dark,
        (Theme::Light, false) => ThemeChoice::Light,
        (Theme::Dark, true) => ThemeChoice::DarkContrast,
        (Theme::Light, true) => ThemeChoice::LightContrast,
    }
}

fn dress(style: &mut egui::Style, palette: &Palette) {
    style.visuals = visuals(palette);
    style.text_styles = [
        (TextStyle::Small, FontId::new(SMALL, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(TEXT, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(TEXT, FontFamily::Proportional)),
        (TextStyle::Heading, FontId::new(16.0, fonts::semibold())),
        (TextStyle::Monospace, FontId::new(NUMBER, FontFamily::Monospace)),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Monospace;
    style.animation_time = 0.08;
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = false;
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(GRID, GRID);
    spacing.button_padding = vec2(10.0, 4.0);
    spacing.interact_size = vec2(32.0, 26.0);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(12);
    spacing.slider_rail_height = 4.0;
    spacing.combo_width = 60.0;
    spacing.icon_width = 16.0;
    spacing.tooltip_width = 360.0;
    spacing.scroll = egui::style::ScrollStyle::thin();
}

fn visuals(palette: &Palette) -> Visuals {
    let base = if palette.dark { Visuals::dark() } else { Visuals::light() };
    let shadow = Shadow { offset: [0, 6], blur: 18, spread: 0, color: Color32::from_black_alpha(if palette.dark { 120 } else { 36 }) };
    let widget = |fill: Color32, border: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        fg_stroke: Stroke::new(1.0, text),
        corner_radius: CornerRadius::same(6),
        expansion: 0.0,
    };
    let lifted = mix(palette.raised, palette.text, 0.07);
    let pressed = mix(palette.raised, palette.text, 0.13);
    Visuals {
        dark_mode: palette.dark,
        widgets: Widgets {
            noninteractive: widget(palette.panel, palette.line, palette.text),
            inactive: widget(palette.raised, palette.line, palette.text),
            hovered: widget(lifted, palette.faint, palette.text),
            active: widget(pressed, palette.dim, palette.text),
            open: widget(lifted, palette.line, palette.text),
        },
        selection: Selection { bg_fill: palette.trace.gamma_multiply(0.35), stroke: Stroke::new(1.0, palette.text) },
        weak_text_color: Some(palette.dim),
        hyperlink_color: palette.trace,
        faint_bg_color: mix(palette.panel, palette.raised, 0.5),
        extreme_bg_color: palette.ground,
        text_edit_bg_color: Some(palette.raised),
        code_bg_color: palette.raised,
        warn_fg_color: palette.accent,
        error_fg_color: palette.bad,
        window_corner_radius: CornerRadius::same(8),
        menu_corner_radius: CornerRadius::same(8),
        window_shadow: shadow,
        popup_shadow: shadow,
        window_fill: palette.panel,
        window_stroke: Stroke::new(1.0, palette.line),
        panel_fill: palette.panel,
        slider_trailing_fill: true,
        handle_shape: HandleShape::Circle,
        ..base
    }
}

fn mix(from: Color32, to: Color32, part: f32) -> Color32 {
    from.lerp_to_gamma(to, part)
}
