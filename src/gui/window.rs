//! The frame of the window: bars, the parameter panel, notices, dialogs and the command palette.

pub(crate) mod dialogs;
pub(crate) mod drop;
pub(crate) mod finder;
pub(crate) mod focus;
pub(crate) mod help;
pub(crate) mod hints;
pub(crate) mod history_bar;
pub(crate) mod label_swap;
pub(crate) mod modal;
pub(crate) mod notices;
pub(crate) mod parameters;
pub(crate) mod preset_picker;
pub(crate) mod progress;
pub(crate) mod reward;
pub(crate) mod speed;
pub(crate) mod status_bar;
pub(crate) mod stop_when;
pub(crate) mod top_bar;
