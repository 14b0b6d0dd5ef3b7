//! A dialog over the window: a title, a cross to close it, and what it contains. It holds the focus of the keyboard while it is open.

use crate::gui::theme::Palette;
use crate::gui::window::notices::close_cross;
use egui::{Id, Modal, Response, RichText, ScrollArea, Sense, Ui, UiBuilder, vec2};

/// Show a dialog of this width in points; content that is higher than the window scrolls. Returns whether it is to be closed.
pub(crate) fn modal(ctx: &egui::Context, title: &'static str, width: f32, palette: &Palette, content: impl FnOnce(&mut Ui)) -> bool {
    let mut closes = false;
    let shown = Modal::new(Id::unique(title)).show(ctx, |ui| {
        ui.set_width(width);
        let cross = ui
            .horizontal(|ui| {
                ui.label(RichText::new(title).heading());
                ui.add_space((ui.available_width() - 16.0).max(0.0));
                ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover()).0
            })
            .inner;
        let most = (ctx.content_rect().height() - 120.0).max(120.0);
        // without a least height a text that needs another line would push the last control out of sight
        ScrollArea::vertical().max_height(most).min_scrolled_height(most).auto_shrink([false, true]).show(ui, content);
        // the last stop of Tab
        let close = close_cross(&mut ui.new_child(UiBuilder::new().max_rect(cross).id_salt("close")), &format!("Close {title}"), palette);
        focus_first(&close, title);
        closes = close.clicked();
    });
    closes || shown.should_close()
}

/// Give the focus to a control of the dialog of this title that has just opened, unless it gave it to another.
pub(crate) fn focus_first(control: &Response, title: &str) {
    if control.ctx.memory(|memory| memory.focused().is_none()) && is_new(&control.ctx, title) {
        control.request_focus();
    }
}

/// Whether the dialog was not shown in the frame before.
fn is_new(ctx: &egui::Context, title: &str) -> bool {
    let now = ctx.cumulative_frame_nr();
    let before = ctx.data_mut(|data| data.get_temp_mut_or_default::<Option<u64>>(Id::unique(("dialog", title))).replace(now));
    before.is_none_or(|before| before + 1 < now)
}
