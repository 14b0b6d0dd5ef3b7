//! Without a subcommand: the window or, in a build without it, a message with the subcommands.

use super::args::WindowArgs;
use super::failure::Failure;

#[cfg(not(feature = "gui"))]
pub(super) fn open(_args: &WindowArgs) -> Result<(), Failure> {
    Err(Failure::input(
        "this program was built without its window (feature gui); train, run, eval, replay, export, presets, params, describe, check and doctor \
         need none, see `spikescope --help`",
    ))
}

#[cfg(feature = "gui")]
pub(super) fn open(args: &WindowArgs) -> Result<(), Failure> {
    use super::args::ThemeArg;
    use super::locate;
    use crate::gui::state::ThemeChoice;
    use crate::gui::{self, ScreenshotPlan, WindowOptions};
    use crate::preset::{Preset, shipped};

    let WindowArgs { preset, data, seed, screenshot, after_images, size, theme, scale } = args;
    let preset = match preset {
        Some(named) => {
            let path = locate::preset(named).map_err(Failure::input)?;
            Some(Preset::open(&path)?)
        }
        None => None,
    };
    let display = gui::find_display().map_err(Failure::input)?;
    let theme = theme.map(|theme| match theme {
        ThemeArg::Dark => ThemeChoice::Dark,
        ThemeArg::Light => ThemeChoice::Light,
        ThemeArg::DarkContrast => ThemeChoice::DarkContrast,
        ThemeArg::LightContrast => ThemeChoice::LightContrast,
    });
    let screenshot = screenshot.as_ref().map(|path| ScreenshotPlan { path: path.clone(), after_images: after_images.unwrap_or(0) });
    let options = WindowOptions {
        preset,
        shipped: shipped(),
        data: locate::data(data.data.as_deref()),
        invert: data.invert,
        screenshot,
        size: *size,
        theme,
        scale: *scale,
        seed: seed.unwrap_or(gui::FIRST_SEED),
    };
    gui::run(options, display).map_err(Failure::Run)
}
