//! The window. `App::logic` drains the session, also while hidden; `App::ui` is a function of the last snapshot and of
//! the window's own state, and answers only with commands. Nothing here waits for the simulation, the disk or a dialog.

pub mod outbox;
pub mod paint;
pub mod panel;
pub mod panels;
pub mod rail;
pub mod scale;
pub mod state;
pub mod theme;
