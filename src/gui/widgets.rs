//! Controls that several parts of the window share.

pub(crate) mod handle;
pub(crate) mod param_slider;
pub(crate) mod rail;
pub(crate) mod scale;
pub(crate) mod words;
