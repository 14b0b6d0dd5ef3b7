//! Views saved through the palette as CSV, SVG and PNG.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::{type_text, wait_for, window};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;

/// Export a tile through the palette to a file with this extension; returns its contents.
fn exported(what: &str, ending: &str) -> Vec<u8> {
    exported_from(what, ending, |_| ())
}

/// Like `exported`, from a window set up by `prepare`.
fn exported_from(what: &str, ending: &str, prepare: impl Fn(&mut Harness<'static, App>)) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("out.{ending}"));
    let (mut harness, _) = window([1440.0, 900.0], ThemeChoice::Dark, Some(path.clone()));
    prepare(&mut harness);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::P);
    harness.run_steps(3);
    type_text(&mut harness, what);
    harness.key_press(egui::Key::Enter);
    assert!(wait_for(&mut harness, |harness| harness.state().messages().iter().any(|text| text.starts_with("Saved"))), "{what}");
    std::fs::read(path).unwrap()
}

#[test]
fn tile_is_saved_as_csv_svg_and_png() {
    let csv = String::from_utf8(exported("raster csv", "csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + fixture::classification().spikes.len());
    let svg = String::from_utf8(exported("accuracy svg", "svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>") && svg.contains(">Accuracy</tspan>"), "{}", &svg[..400]);
    // a view behind another tab is brought to the front to be painted
    let svg = String::from_utf8(exported("network svg", "svg")).unwrap();
    assert!(svg.contains(">Network</tspan>") && svg.contains("Outputs"), "{}", &svg[..400]);
    let png = exported("raster png", "png");
    let picture = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    assert!(picture.info().width > 300 && picture.info().height > 200, "{:?}", picture.info());
    if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
        for what in ["raster", "receptive fields", "membrane", "accuracy"] {
            std::fs::write(Path::new(&folder).join(format!("{what}.svg")), exported(&format!("{what} svg"), "svg")).unwrap();
        }
    }
}

#[test]
fn view_is_saved_while_a_notice_stands_below_it() {
    use crate::gui::window::notices::{Place, Tone};
    let png = exported_from("confusion png", "png", |harness| {
        harness.state_mut().notices.say(Place::Strip, Tone::Bad, "a notice below the view");
        harness.run_steps(2);
        let view = harness.state().dock.area("confusion").unwrap();
        let mut notice = harness.query_all_by_label_contains("notice below the view");
        assert!(notice.all(|notice| !view.intersects(notice.rect())), "the notice covers the view");
    });
    assert!(!png.is_empty());
}

#[test]
fn failed_export_names_the_path_that_was_given() {
    for path in ["/nonexistent/rates.csv", "/proc/rates.csv"] {
        let (mut harness, _) = window([1440.0, 900.0], ThemeChoice::Dark, Some(path.into()));
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::P);
        harness.run_steps(3);
        type_text(&mut harness, "raster csv");
        harness.key_press(egui::Key::Enter);
        assert!(wait_for(&mut harness, |harness| !harness.state().messages().is_empty()));
        let messages = harness.state().messages();
        assert!(messages[0].contains(path) && !messages[0].contains(".tmp"), "{messages:?}");
    }
}
