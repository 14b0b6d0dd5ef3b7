//! The menus of the bar at the top.

/// Where a command stands in the bar at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Menu {
    File,
    Edit,
    View,
    Run,
    Help,
}

impl Menu {
    /// In the order of the bar.
    pub(crate) const ALL: [Self; 5] = [Self::File, Self::Edit, Self::View, Self::Run, Self::Help];

    /// What the bar calls it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::View => "View",
            Self::Run => "Run",
            Self::Help => "Help",
        }
    }
}

/// Exports of tiles; too many for a menu, they are in the menu of each tile and in the palette.
pub(crate) const EXPORT: &str = "export";
/// Edits of the network that is being edited: in the palette; the editor has their buttons.
pub(crate) const EDITS: &str = "edits";
/// Views brought to the front: in the palette; the menu has their ticks.
pub(crate) const SHOW: &str = "show";
