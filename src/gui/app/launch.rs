//! Opening the window, or saying clearly why there is none.

use crate::datasets::Reading;
use crate::gui::app::screenshot::{Screenshot, ScreenshotPlan};
use crate::gui::app::source::session_launcher;
use crate::gui::app::{App, Parts};
use crate::gui::state::library;
use crate::gui::state::{ThemeChoice, UiState};
use crate::gui::window::dialogs::NativeDialogs;
use crate::preset::Preset;
use anyhow::{Context as _, anyhow};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// How the window is to be opened.
#[derive(Debug, Clone)]
pub struct WindowOptions {
    /// The preset; without one, the last used, at first the default.
    pub preset: Option<Preset>,
    /// The preset files that come with the program.
    pub shipped: Vec<PathBuf>,
    /// Where the images are.
    pub data: PathBuf,
    /// Whether they are inverted.
    pub invert: bool,
    /// Photograph the window instead of waiting for a person.
    pub screenshot: Option<ScreenshotPlan>,
    /// Width and height in points; without them as last left, for a picture 1440 by 900.
    pub size: Option<(u32, u32)>,
    /// Colours; without them as last chosen, for a picture dark.
    pub theme: Option<ThemeChoice>,
    /// Pixels a point; without it as the desktop says, for a picture 1.
    pub scale: Option<f32>,
    /// Master seed.
    pub seed: u64,
}

/// The seed of a window that was given none: that of the command line.
pub const FIRST_SEED: u64 = 0;

/// Why no window can be opened here, if that is known before trying; names what works without one.
pub fn no_display() -> Option<&'static str> {
    let absent = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
    let none = cfg!(target_os = "linux") && absent("DISPLAY") && absent("WAYLAND_DISPLAY");
    none.then_some(
        "there is no display to open a window on; without one use `spikescope train PRESET`, `eval`, `replay`, `export`, `presets`, \
         `params`, `check` or `doctor`, see `spikescope --help`",
    )
}

/// Open the window and return when it is closed.
pub fn run(options: WindowOptions) -> anyhow::Result<()> {
    let begun = Instant::now();
    if let Some(reason) = no_display() {
        return Err(anyhow!(reason));
    }
    let WindowOptions { preset: asked, shipped, data, invert, screenshot, size, theme, scale, seed } = options;
    let slot = Arc::new(Mutex::new(None));
    let photograph = screenshot.is_some();
    let scale = if photograph { Some(scale.unwrap_or(1.0)) } else { scale };
    let size = if photograph { Some(size.unwrap_or((1440, 900))) } else { size };
    let options = native_options(size, scale, photograph);
    let slot_inside = slot.clone();
    let opened = eframe::run_native(
        "Spikescope",
        options,
        Box::new(move |creation| {
            let mut state: UiState =
                creation.storage.filter(|_| !photograph).and_then(|storage| eframe::get_value(storage, App::STATE_KEY)).unwrap_or_default();
            let dock = creation.storage.filter(|_| !photograph).and_then(|storage| eframe::get_value(storage, App::DOCK_KEY));
            if photograph {
                state.theme = ThemeChoice::Dark;
                state.hints_seen = u8::MAX;
            }
            state.theme = theme.unwrap_or(state.theme);
            if let Some(scale) = scale {
                let native = creation.egui_ctx.native_pixels_per_point().unwrap_or(1.0);
                creation.egui_ctx.set_zoom_factor(scale / native);
            }
            let (preset, complaint) = first_preset(asked, &shipped, &state)?;
            let parts = Parts {
                preset,
                shipped,
                complaint,
                seed,
                state,
                dock,
                launcher: session_launcher(data, Reading::inverted(invert)),
                dialogs: Box::new(NativeDialogs),
                begun: Some(begun),
                screenshot: screenshot.map(|plan| Screenshot::new(plan, slot_inside)),
            };
            let app = App::new(&creation.egui_ctx, parts);
            // a picture learns nothing that could be lost; without a folder of its own nothing is kept
            let folder = eframe::storage_dir("spikescope").filter(|_| !photograph);
            Ok(Box::new(match folder {
                Some(folder) => app.with_autosave(folder.join("autosave"), &creation.egui_ctx),
                None => app,
            }))
        }),
    );
    opened.map_err(|error| anyhow!("cannot open a window: {error}; without one use `spikescope train PRESET`, see `spikescope --help`"))?;
    if !photograph {
        return Ok(());
    }
    let result = slot.lock().map_err(|_| anyhow!("the window ended in an error"))?.take();
    match result {
        Some(Ok(_)) => Ok(()),
        Some(Err(reason)) => Err(anyhow!("no screenshot: {reason}")),
        None => Err(anyhow!("no screenshot: the window was closed before it was taken")),
    }
}

/// The preset to start with, and a complaint if the last one cannot be opened any more.
fn first_preset(asked: Option<Preset>, shipped: &[PathBuf], state: &UiState) -> anyhow::Result<(Preset, Option<String>)> {
    if let Some(preset) = asked {
        return Ok((preset, None));
    }
    let mut complaint = None;
    if let Some(last) = state.recent_presets.first() {
        match Preset::load(last) {
            Ok(preset) => return Ok((preset, None)),
            Err(error) => complaint = Some(format!("{error}. The default preset runs instead.")),
        }
    }
    let default = shipped.iter().find(|path| path.ends_with(library::DEFAULT));
    let default = default.context("the preset mnist-rstdp.ron is missing beside the program; name a preset with --preset FILE")?;
    Ok((Preset::load(default)?, complaint))
}

/// The icon of the window, made from `assets/spikescope.svg`.
fn icon() -> Option<egui::IconData> {
    eframe::icon_data::from_png_bytes(include_bytes!("../../../assets/spikescope.png")).ok()
}

fn native_options(size: Option<(u32, u32)>, scale: Option<f32>, photograph: bool) -> eframe::NativeOptions {
    // Before the first frame a point is still a pixel of the desktop.
    let points = |(width, height): (u32, u32)| [width, height].map(|length| length as f32 * scale.unwrap_or(1.0));
    let smallest = if photograph { [64.0, 64.0] } else { [960.0, 640.0] };
    let viewport = egui::ViewportBuilder::default()
        .with_title("Spikescope")
        .with_app_id("spikescope")
        .with_min_inner_size(smallest)
        .with_inner_size(points(size.unwrap_or((1440, 900))));
    let viewport = match icon() {
        Some(icon) => viewport.with_icon(icon),
        None => viewport,
    };
    eframe::NativeOptions { viewport, persist_window: size.is_none(), centered: size.is_none(), ..Default::default() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_icon_can_be_decoded() {
        assert_eq!(super::icon().map(|icon| (icon.width, icon.height)), Some((256, 256)));
    }
}
