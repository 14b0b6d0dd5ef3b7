//! Whether a view is being painted for a file instead of the window. Figures have no controls, draw spikes and curves as shapes
//! instead of textures, and are as tall as their content.

use egui::{Context, Id, Ui};

#[derive(Clone, Copy, Default)]
struct Figure {
    /// Lower edge of the content, in points.
    bottom: f32,
}

fn place() -> Id {
    Id::unique("figure")
}

/// Mark a context: everything painted in it becomes part of a figure.
pub fn begin_figure(ctx: &Context) {
    ctx.data_mut(|data| data.insert_temp(place(), Figure::default()));
}

/// Whether this context paints a figure.
pub fn is_figure(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp::<Figure>(place())).is_some()
}

/// Lower edge of the content of a figure, in points.
pub fn figure_bottom(ctx: &Context) -> f32 {
    ctx.data(|data| data.get_temp::<Figure>(place())).map_or(0.0, |figure| figure.bottom)
}

/// Content that scrolls in the window and is shown whole in a figure.
pub fn scrolled<R>(ui: &mut Ui, id: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    if !is_figure(ui.ctx()) {
        return egui::ScrollArea::vertical().id_salt(id).auto_shrink(false).show(ui, content).inner;
    }
    let shown = ui.scope(content);
    let bottom = shown.response.rect.bottom();
    ui.ctx().data_mut(|data| {
        let figure = data.get_temp_mut_or_default::<Figure>(place());
        figure.bottom = figure.bottom.max(bottom);
    });
    shown.inner
}

/// A label that is truncated in the window and wrapped in a figure.
pub fn fitted(ui: &mut Ui, words: impl Into<egui::WidgetText>) -> egui::Response {
    let label = egui::Label::new(words);
    ui.add(if is_figure(ui.ctx()) { label.wrap() } else { label.truncate() })
}
