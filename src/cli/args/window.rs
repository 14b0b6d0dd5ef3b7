//! Arguments of the window.

use super::DataArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Options of the window.
#[derive(Debug, Args)]
pub(in crate::cli) struct WindowArgs {
    /// Preset file or name to open
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) preset: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) data: DataArgs,
    /// Master seed
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(in crate::cli) seed: Option<u64>,
    /// Save a screenshot of the window and close it
    #[arg(long, value_name = "OUT.png")]
    pub(in crate::cli) screenshot: Option<PathBuf>,
    /// Training images before the screenshot
    #[arg(long, value_name = "N", requires = "screenshot", allow_negative_numbers = true)]
    pub(in crate::cli) after_images: Option<u64>,
    /// Size of the window in points, for example 1440x900
    #[arg(long, value_name = "WxH", value_parser = window_size)]
    pub(in crate::cli) size: Option<(u32, u32)>,
    /// Colours
    #[arg(long, value_name = "THEME")]
    pub(in crate::cli) theme: Option<ThemeArg>,
    /// Pixels per point, 0.5 to 4
    #[arg(long, value_name = "S", value_parser = window_scale, allow_negative_numbers = true)]
    pub(in crate::cli) scale: Option<f32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ThemeArg {
    /// Light on dark
    Dark,
    /// Dark on light
    Light,
    /// Light on dark, high contrast
    DarkContrast,
    /// Dark on light, high contrast
    LightContrast,
}

fn window_size(text: &str) -> Result<(u32, u32), String> {
    let fault = || "expected WIDTHxHEIGHT, two whole numbers from 320 to 16384, for example 1440x900".to_owned();
    let (width, height) = text.split_once(['x', 'X', '×']).ok_or_else(fault)?;
    let side = |side: &str| side.trim().parse().ok().filter(|n| (320..=16_384).contains(n)).ok_or_else(fault);
    Ok((side(width)?, side(height)?))
}

fn window_scale(text: &str) -> Result<f32, String> {
    let scale = text.parse::<f32>().ok().filter(|scale| (0.5..=4.0).contains(scale));
    scale.ok_or_else(|| "expected a number from 0.5 to 4".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_size_is_two_sides_in_range() {
        assert_eq!(window_size("1440x900"), Ok((1440, 900)));
        for text in ["1440", "1440x", "0x900", "1440x99999", "-1x5", "axb"] {
            assert!(window_size(text).is_err(), "{text}");
        }
        assert!(window_scale("NaN").is_err() && window_scale("5").is_err() && window_scale("2").is_ok());
    }
}
