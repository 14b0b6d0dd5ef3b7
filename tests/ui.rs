//! The window, rendered without a display and driven by role and label, as a screen reader or a keyboard would.
#![allow(clippy::unwrap_used)]

#[path = "ui/fixture.rs"]
mod fixture;
