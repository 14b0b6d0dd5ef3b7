//! Opening the window, or saying clearly why there is none.

use crate::datasets::Reading;
use crate::gui::app::display::{self, Display, Found};
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
    /// Take a picture of the window and exit.
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

/// Width and height of a window of which nothing else is known, in points.
const USUAL: [f32; 2] = [1440.0, 900.0];
/// Lengths that a window can have, in points.
const LEAST: f32 = 64.0;
const MOST: f32 = 16_384.0;

/// The seed of a window that was given none: that of the command line.
pub const FIRST_SEED: u64 = 0;

/// The display to open a window on; the error names what works without one.
pub fn find_display() -> Result<Found, String> {
    display::find().map_err(|reason| format!(
        "there is no display to open a window on: {reason}; start it on a desktop or with `xvfb-run`, or use `spikescope train PRESET`, \
         `eval`, `replay`, `export`, `presets`, `params`, `check` or `doctor`, see `spikescope --help`"
    ))
}

/// Open the window and return when it is closed.
pub fn run(options: WindowOptions, found: Found) -> anyhow::Result<()> {
    let begun = Instant::now();
    let WindowOptions { preset: asked, shipped, data, invert, screenshot, size, theme, scale, seed } = options;
    let slot = Arc::new(Mutex::new(None));
    let photograph = screenshot.is_some();
    let scale = if photograph { Some(scale.unwrap_or(1.0)) } else { scale };
    let size = if photograph { Some(size.unwrap_or((1440, 900))) } else { size };
    let options = native_options(size, scale, photograph, &found.display);
    let slot_inside = slot.clone();
    let opened = eframe::run_native(
        "Spikescope",
        options,
        Box::new(move |creation| {
            // the window has a connection of its own by now
            drop(found);
            if size.is_none() {
                crate::gui::app::fit::once(&creation.egui_ctx);
            }
            let mut state: UiState =
                creation.storage.filter(|_| !photograph).and_then(|storage| eframe::get_value(storage, App::STATE_KEY)).unwrap_or_default();
            state = state.repaired();
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
    opened.map_err(|error| anyhow!(refusal(&error)))?;
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

/// Why no window was opened, in one sentence with the remedy.
fn refusal(error: &eframe::Error) -> String {
    let without = "without a window use `spikescope train PRESET`, see `spikescope --help`";
    match error {
        eframe::Error::Glutin(_) | eframe::Error::NoGlutinConfigs(..) | eframe::Error::OpenGL(_) => {
            let cause = match error {
                // the first part is the whole template of what was looked for
                eframe::Error::NoGlutinConfigs(_, cause) => cause.to_string(),
                _ => error.to_string(),
            };
            let cause = cause.lines().next().unwrap_or_default();
            format!(
                "no graphics driver can draw the window ({cause}); install one with OpenGL 2.1 or newer, on Linux for example Mesa's \
                 (libgl1-mesa-dri and libegl1), or {without}"
            )
        }
        eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => {
            // winit names the file and line of its own source that failed; the cause comes last
            let cause = error.to_string();
            let cause = cause.rsplit(": ").next().unwrap_or_default();
            format!("cannot open a window on this display: {cause}; {without}")
        }
        eframe::Error::AppCreation(cause) => format!("cannot open a window: {cause}; {without}"),
    }
}

/// The preset to start with, and a complaint if the last one cannot be opened any more.
fn first_preset(asked: Option<Preset>, shipped: &[PathBuf], state: &UiState) -> anyhow::Result<(Preset, Option<String>)> {
    if let Some(preset) = asked {
        return Ok((preset, None));
    }
    let mut complaint = None;
    if let Some(last) = state.recent_presets.first() {
        match Preset::open(last) {
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

fn native_options(size: Option<(u32, u32)>, scale: Option<f32>, photograph: bool, display: &Display) -> eframe::NativeOptions {
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
    let asked = size.map(points);
    // the toolkit restores the stored size even where another was asked for, and believes any number in the file
    let window_builder: eframe::WindowBuilderHook = Box::new(move |stored| with_size(stored, asked));
    eframe::NativeOptions {
        viewport,
        persist_window: size.is_none(),
        centered: size.is_none(),
        window_builder: Some(window_builder),
        event_loop_builder: event_loop(display),
        ..Default::default()
    }
}

/// The window as it was stored, with the size that was asked for, and without values that no screen has.
fn with_size(mut stored: egui::ViewportBuilder, asked: Option<[f32; 2]>) -> egui::ViewportBuilder {
    let is_sane = |length: f32| (LEAST..=MOST).contains(&length);
    if let Some(size) = asked {
        stored = stored.with_inner_size(size).with_maximized(false).with_fullscreen(false);
    } else if stored.inner_size.is_some_and(|size| !is_sane(size.x) || !is_sane(size.y)) {
        stored = stored.with_inner_size(USUAL);
    }
    if stored.position.is_some_and(|at| !(at.x.abs() < MOST && at.y.abs() < MOST)) {
        stored.position = None;
    }
    stored
}

/// Where Wayland is named but only X11 answers, the window has to be told: by itself it would stop at Wayland.
#[cfg(target_os = "linux")]
fn event_loop(display: &Display) -> Option<eframe::EventLoopBuilderHook> {
    use winit::platform::x11::EventLoopBuilderExtX11;
    matches!(display, Display::X11(_)).then(|| -> eframe::EventLoopBuilderHook {
        Box::new(|builder| {
            builder.with_x11();
        })
    })
}

#[cfg(not(target_os = "linux"))]
fn event_loop(_display: &Display) -> Option<eframe::EventLoopBuilderHook> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_asked_for_wins_over_the_stored_one_and_no_absurd_one_is_restored() {
        let stored =
            |size: [f32; 2]| egui::ViewportBuilder::default().with_inner_size(size).with_position([10.0, 20.0]).with_maximized(true);
        let opened = with_size(stored([1600.0, 1000.0]), Some([1024.0, 700.0]));
        assert_eq!((opened.inner_size, opened.maximized), (Some([1024.0, 700.0].into()), Some(false)));
        let opened = with_size(stored([1600.0, 1000.0]), None);
        assert_eq!((opened.inner_size, opened.maximized), (Some([1600.0, 1000.0].into()), Some(true)));
        for absurd in [[f32::NAN, 900.0], [1440.0, f32::INFINITY], [1e9, 900.0], [1440.0, -3.0], [0.0, 0.0]] {
            let opened = with_size(stored(absurd).with_position([f32::NAN, 0.0]), None);
            assert_eq!((opened.inner_size, opened.position), (Some(USUAL.into()), None), "{absurd:?}");
        }
    }

    #[test]
    fn a_missing_driver_is_named_with_its_remedy() {
        let error = eframe::Error::OpenGL("no OpenGL\nat all".to_owned().into());
        let words = refusal(&error);
        assert!(words.contains("libgl1-mesa-dri") && words.contains("spikescope train") && words.lines().count() == 1, "{words}");
    }

    #[test]
    fn the_icon_can_be_decoded() {
        assert_eq!(icon().map(|icon| (icon.width, icon.height)), Some((256, 256)));
    }
}
