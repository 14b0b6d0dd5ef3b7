//! Dialogs and the start of an empty network at every size: no text is truncated, and no control lies over another. Set
//! `SPIKESCOPE_GALLERY` to a folder to save pictures.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::state::ThemeChoice;
use crate::gui::state::library;
use crate::gui::tests::fixture;
use crate::gui::tests::layout::Stage;
use crate::gui::tests::stage::free_window;
use egui::vec2;
use std::path::Path;

const SIZES: [(f32, f32); 3] = [(1024.0, 700.0), (1440.0, 900.0), (1920.0, 1080.0)];
const THEMES: [ThemeChoice; 3] = [ThemeChoice::Dark, ThemeChoice::Light, ThemeChoice::DarkContrast];

/// What is opened, by its name.
type Opened = (&'static str, fn(&mut App));

const OPENED: [Opened; 4] = [
    ("keys", |app| app.help.keys = true),
    ("about", |app| app.help.about = true),
    ("new-network", |app| {
        app.library = library::list(crate::preset::shipped());
        app.gallery.open = true;
    }),
    ("blank", |app| app.edit_blank()),
];

#[test]
fn dialogs_truncate_no_text_and_fit_the_window() {
    let mut wrong = Vec::new();
    for (name, open) in OPENED {
        for (size, theme) in SIZES.into_iter().zip(THEMES) {
            let mut stage = Stage::new(vec2(size.0, size.1), fixture::free());
            open(&mut stage.app);
            stage.frames(5, Vec::new());
            assert!(stage.texts().len() > 20, "{name}");
            let of = |words: String| format!("{name} at {size:?}: {words}");
            wrong.extend(stage.cut().into_iter().map(of).chain(stage.misplaced().into_iter().map(of)));
            if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
                let (mut harness, _) = free_window([size.0, size.1], theme);
                open(harness.state_mut());
                harness.run_steps(5);
                harness.render().unwrap().save(Path::new(&folder).join(format!("{name}-{}.png", size.0))).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
