//! The first window fits its screen, with title bar and desktop panels.

use egui::{Context, Id, Vec2, ViewportCommand, vec2};
use std::sync::Arc;

/// Room for the frame of the window and the panels of the desktop.
const AROUND: Vec2 = vec2(16.0, 76.0);
/// Smallest window that is laid out well.
pub(super) const SMALLEST: Vec2 = vec2(960.0, 640.0);

/// Shrink the window once the size of its screen is known, if it is too large for it.
pub(super) fn once(ctx: &Context) {
    let fit = |ui: &mut egui::Ui| {
        let done = Id::unique("window fits its screen");
        if ui.data(|data| data.get_temp::<bool>(done)).is_some() {
            return;
        }
        let (screen, inner, large) = ui.input(|input| {
            let viewport = input.viewport();
            let large = viewport.maximized == Some(true) || viewport.fullscreen == Some(true);
            (viewport.monitor_size, viewport.inner_rect.map(|rect| rect.size()), large)
        });
        let (Some(screen), Some(inner)) = (screen, inner) else { return };
        ui.data_mut(|data| data.insert_temp(done, true));
        if let Some(size) = fitting(inner, screen).filter(|_| !large) {
            ui.ctx().send_viewport_cmd(ViewportCommand::InnerSize(size));
        }
    };
    ctx.on_begin_pass("fit window", Arc::new(fit));
}

/// The size of a window that is too large for its screen.
fn fitting(inner: Vec2, screen: Vec2) -> Option<Vec2> {
    let size = inner.min((screen - AROUND).max(SMALLEST));
    (size != inner).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_fits_a_small_screen_with_its_title_bar() {
        let size = fitting(vec2(1440.0, 900.0), vec2(1366.0, 768.0)).unwrap();
        assert!(size.x <= 1366.0 && size.y + 37.0 + 32.0 <= 768.0, "title bar and panel of a desktop: {size}");
        assert_eq!(fitting(vec2(1440.0, 900.0), vec2(1920.0, 1080.0)), None);
        assert_eq!(fitting(vec2(1440.0, 900.0), vec2(800.0, 600.0)), Some(SMALLEST));
    }
}
