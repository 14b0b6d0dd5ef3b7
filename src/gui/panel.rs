//! The interface of a view: title, one-line caption and painted body, drawn from a snapshot; input is sent as commands.

use super::export::tables::Bytes;
use super::state::UiState;
use super::theme::Palette;
use crate::gui::state::outbox::Outbox;
use crate::session::{Aspect, Snapshot};

/// All that a view can access. It has no access to the simulation itself.
pub struct Context<'a> {
    /// The state of the network, at most a frame or two old.
    pub snapshot: &'a Snapshot,
    /// The user's choices: neuron, options, search text.
    pub ui_state: &'a mut UiState,
    /// Queue of commands to the simulation.
    pub outbox: &'a mut Outbox,
    /// The colours of the theme.
    pub palette: &'a Palette,
    /// Whether the view is painted as a figure, see `theme::is_figure`: content must be complete, and there are no controls.
    pub whole: bool,
}

/// Writes the complete data of a view. Runs on a worker.
pub type Table = fn(&Snapshot) -> Bytes;

/// Like `Table`, for the part of the data that is selected in the window.
pub type ChosenTable = Box<dyn FnOnce(&Snapshot) -> Bytes + Send>;

/// One view of the network. One file each under `panels/`; `panels::all_panels` is the list of all views.
pub trait Panel {
    /// Stable identifier, stored in saved layouts.
    fn id(&self) -> &'static str;
    /// Title of the tile.
    fn title(&self) -> &'static str;
    /// Short title of the tab where the title does not fit: one word.
    fn tab(&self) -> &'static str {
        self.title()
    }
    /// One paragraph: what the view shows, and what to look for. A test requires it of every view.
    fn help(&self) -> &'static str {
        ""
    }
    /// What a network must have so that the view has content; empty for every network.
    fn needs(&self) -> &'static [Aspect];
    /// Dim text after the title, and text at the right edge (empty for none). Keep it short: the tile may be only 240 points
    /// wide.
    fn caption(&self, cx: &Context) -> (String, String);
    /// Whether the title bar has a button to edit the network.
    fn can_edit(&self, _cx: &Context) -> bool {
        false
    }
    /// Whether the view has options, opened by the dots in its title bar.
    fn has_options(&self) -> bool {
        false
    }
    /// Whether its title bar takes the focus, rather than its first control, when it is asked for by name: Enter would change something.
    fn keeps_controls(&self) -> bool {
        false
    }
    /// The options, shown in a popup.
    fn options(&mut self, _ui: &mut egui::Ui, _cx: &mut Context) {}
    /// The body. `ui` is exactly the free area of the tile; fill it. Every painted area must call `widget_info` with a one-line
    /// description.
    fn ui(&mut self, ui: &mut egui::Ui, cx: &mut Context);
    /// The data saved when the user exports this view as CSV.
    fn table(&self) -> Table;
    /// The data of the part that the view shows, if the user selected one; otherwise all data.
    fn chosen_table(&self, _state: &UiState) -> ChosenTable {
        Box::new(self.table())
    }
}
