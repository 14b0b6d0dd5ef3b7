//! What a view is: a title, a one-line caption and a painted body, drawn from a snapshot and answering with commands.

use super::export::tables::Bytes;
use super::state::UiState;
use super::theme::Palette;
use crate::gui::state::outbox::Outbox;
use crate::params::Protocol;
use crate::session::Snapshot;

/// All that a view may see and touch. It never sees the simulation itself.
pub struct Context<'a> {
    /// The network as it was at most a frame or two ago.
    pub snapshot: &'a Snapshot,
    /// What the person chose: neuron, options, search text.
    pub ui_state: &'a mut UiState,
    /// Where commands go.
    pub outbox: &'a mut Outbox,
    /// The colours of the theme.
    pub palette: &'a Palette,
    /// Whether the view is painted as a figure, see `theme::is_figure`: nothing may be left out, and nothing can be pressed.
    pub whole: bool,
}

/// Writes down the numbers behind a view, all of them. Runs on a worker.
pub type Table = fn(&Snapshot) -> Bytes;

/// The same of what is chosen in the window.
pub type ChosenTable = Box<dyn FnOnce(&Snapshot) -> Bytes + Send>;

/// One view of the network. One file each under `panels/`; `panels::all_panels` is the only list of them.
pub trait Panel {
    /// Stable identity, kept in saved layouts.
    fn id(&self) -> &'static str;
    /// Title of the tile.
    fn title(&self) -> &'static str;
    /// What its tab says where the title does not fit: a word.
    fn tab(&self) -> &'static str {
        self.title()
    }
    /// One paragraph: what one sees, and what to look for. A test of the help asks it of every view.
    fn help(&self) -> &'static str {
        ""
    }
    /// The experiments in which it has something to show.
    fn protocols(&self) -> &'static [Protocol];
    /// Dim text behind the title, and text at the right edge (empty for none). Short: the tile may be 240 points wide.
    fn caption(&self, cx: &Context) -> (String, String);
    /// Whether there is something to choose behind the dots in its head.
    fn has_options(&self) -> bool {
        false
    }
    /// What there is to choose, in a popup.
    fn options(&mut self, _ui: &mut egui::Ui, _cx: &mut Context) {}
    /// The body. `ui` is exactly the free area of the tile; fill it. Every painted area must call `widget_info` with a
    /// one-line summary in words.
    fn ui(&mut self, ui: &mut egui::Ui, cx: &mut Context);
    /// What a person gets who asks for the data of this view.
    fn table(&self) -> Table;
    /// The data of the figure, where the view shows a part that was chosen; else all of them.
    fn chosen_table(&self, _state: &UiState) -> ChosenTable {
        Box::new(self.table())
    }
}
