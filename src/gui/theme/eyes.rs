//! Whether the colours can be distinguished and read, also with colour blindness. Simulated
//! after Machado, Oliveira & Fernandes 2009, IEEE TVCG 15:1291, severity 1, in linear RGB; distances in CIE L*a*b* 1976;
//! contrast after WCAG 2.2.

use super::{DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Palette};
use egui::Color32;

type Matrix = [[f64; 3]; 3];

const NORMAL: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
const DEUTERANOPIA: Matrix = [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]];
const PROTANOPIA: Matrix = [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]];

const EYES: [(&str, &Matrix); 3] = [("all colours", &NORMAL), ("deuteranopia", &DEUTERANOPIA), ("protanopia", &PROTANOPIA)];
const THEMES: [(&str, &Palette, f64); 4] = [
    ("dark", &DARK, 4.5),
    ("light", &LIGHT, 4.5),
    ("dark, high contrast", &DARK_CONTRAST, 7.0),
    ("light, high contrast", &LIGHT_CONTRAST, 7.0),
];

fn linear(color: Color32) -> [f64; 3] {
    [color.r(), color.g(), color.b()].map(|byte| {
        let c = f64::from(byte) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
}

fn times(matrix: &Matrix, v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(v).map(|(m, v)| m * v).sum())
}

/// CIE L*a*b* of linear sRGB under D65.
fn lab(rgb: [f64; 3]) -> [f64; 3] {
    const TO_XYZ: Matrix =
        [[0.412_456_4, 0.357_576_1, 0.180_437_5], [0.212_672_9, 0.715_152_2, 0.072_175_0], [0.019_333_9, 0.119_192_0, 0.950_304_1]];
    let [x, y, z] = times(&TO_XYZ, rgb);
    let f = |t: f64| if t > 216.0 / 24_389.0 { t.cbrt() } else { (24_389.0 / 27.0 * t + 16.0) / 116.0 };
    let (x, y, z) = (f(x / 0.950_47), f(y), f(z / 1.088_83));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(a: Color32, b: Color32, eyes: &Matrix) -> f64 {
    let seen = |color| lab(times(eyes, linear(color)).map(|c| c.clamp(0.0, 1.0)));
    seen(a).iter().zip(seen(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

fn contrast(a: Color32, b: Color32) -> f64 {
    let luminance = |color| linear(color).iter().zip([0.2126, 0.7152, 0.0722]).map(|(c, share)| c * share).sum::<f64>();
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[track_caller]
fn assert_distinguishable(theme: &str, colors: &[Color32], least: f64) {
    for (eyes, matrix) in EYES {
        for (k, &a) in colors.iter().enumerate() {
            for (other, &b) in colors.iter().enumerate().take(k) {
                let apart = distance(a, b, matrix);
                assert!(apart >= least, "{theme}, {eyes}: colours {other} and {k} are {apart:.1} apart, less than {least}");
            }
        }
    }
}

#[test]
fn the_measures_agree_with_published_values() {
    let [black, white] = [Color32::BLACK, Color32::WHITE];
    assert!((contrast(black, white) - 21.0).abs() < 1e-9);
    let [l, a, b] = lab(linear(Color32::from_rgb(255, 0, 0)));
    assert!((l - 53.24).abs() < 0.02 && (a - 80.09).abs() < 0.05 && (b - 67.20).abs() < 0.05, "{l} {a} {b}");
    for (_, matrix) in EYES {
        // all simulated deficiencies leave greys unchanged
        assert!(matrix.iter().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-5));
    }
    let (red, green) = (Color32::from_rgb(200, 80, 0), Color32::from_rgb(120, 130, 0));
    assert!(distance(red, green, &DEUTERANOPIA) < 0.5 * distance(red, green, &NORMAL), "red and green become similar");
}

#[test]
fn class_colours_are_distinguishable_with_colour_blindness() {
    for (theme, palette, _) in THEMES {
        assert_distinguishable(theme, &palette.classes, 12.0);
    }
}

#[test]
fn curve_colours_are_distinguishable_with_colour_blindness() {
    for (theme, palette, _) in THEMES {
        assert_distinguishable(theme, &[palette.accent, palette.good, palette.bad, palette.trace], 15.0);
        // a curve must contrast with its background
        for color in [palette.accent, palette.good, palette.bad, palette.trace].iter().chain(&palette.classes) {
            assert!(contrast(*color, palette.panel) >= 3.0, "{theme}: {color:?} on the panel");
        }
    }
}

#[test]
fn text_has_enough_contrast_in_every_theme() {
    for (theme, palette, least) in THEMES {
        for ground in [palette.ground, palette.panel, palette.raised] {
            for text in [palette.text, palette.dim, palette.faint] {
                let ratio = contrast(text, ground);
                assert!(ratio >= least, "{theme}: {text:?} on {ground:?} has {ratio:.2}, less than {least}");
            }
        }
        for text in [palette.accent, palette.good, palette.bad, palette.trace] {
            let ratio = contrast(text, palette.panel);
            assert!(ratio >= least, "{theme}: {text:?} on the panel has {ratio:.2}, less than {least}");
        }
        assert!(contrast(palette.on_accent, palette.accent) >= least, "{theme}: text on the accent");
    }
}
