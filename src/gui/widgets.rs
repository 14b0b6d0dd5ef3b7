//! Controls shared by several parts of the window.

pub(crate) mod handle;
pub(crate) mod list;
pub(crate) mod param_slider;
pub(crate) mod quantity;
pub(crate) mod rail;
pub(crate) mod rows;
pub(crate) mod scale;
pub(crate) mod typed;
pub(crate) mod words;
