//! The menu of a view, opened by right click on the view or on its tab.

use crate::gui::action::Action;
use crate::gui::export::Format;
use crate::gui::state::figure::FigureChoice;
use egui::Ui;

/// The item chosen.
pub(super) enum Picked {
    /// Enlarge the tile, or show all tiles again.
    Enlarge,
    /// An action for the app.
    Act(Action),
    /// Open the help on the view.
    Explain,
    /// Close the tile.
    Close,
}

/// Show the items. `alone` means that the tile is enlarged; a view without a tile cannot be closed.
pub(super) fn items(ui: &mut Ui, (id, title): (&'static str, &str), alone: bool, closes: bool, figure: FigureChoice) -> Option<Picked> {
    let mut picked = None;
    let mut item = |ui: &mut Ui, words: &str, what: Picked| {
        if ui.button(words).clicked() {
            picked = Some(what);
            ui.close();
        }
    };
    item(ui, if alone { "Show all tiles" } else { "Enlarge" }, Picked::Enlarge);
    ui.separator();
    for format in Format::ALL {
        item(ui, format.words(), Picked::Act(Action::Export(id, format)));
    }
    ui.menu_button("Figure settings", |ui| {
        for dpi in FigureChoice::RESOLUTIONS {
            let words = dpi_words(dpi);
            if ui.radio(figure.dpi() == dpi, words).clicked() {
                picked = Some(Picked::Act(Action::FigureDpi(dpi)));
                ui.close();
            }
        }
        ui.separator();
        let mut window = figure.window_colours;
        let help = "Save figures in the colours of the window instead of dark on white.";
        if ui.checkbox(&mut window, "Window colours").on_hover_text(help).clicked() {
            picked = Some(Picked::Act(Action::FigureColours(window)));
            ui.close();
        }
    });
    ui.separator();
    let mut item = |ui: &mut Ui, words: &str, what: Picked| {
        if ui.button(words).clicked() {
            picked = Some(what);
            ui.close();
        }
    };
    item(ui, "What is this?", Picked::Explain);
    if closes {
        item(ui, &format!("Close {title}"), Picked::Close);
    }
    picked
}

/// A resolution as a menu label.
fn dpi_words(dpi: u16) -> String {
    let scale = f32::from(dpi) / FigureChoice::SCREEN_DPI;
    if scale.fract() == 0.0 { format!("{dpi} dpi ({scale:.0}x)") } else { format!("{dpi} dpi") }
}
