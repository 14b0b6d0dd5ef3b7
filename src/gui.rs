//! The window. `App::logic` drains the session, also while hidden; `App::ui` is a function of the last snapshot and of
//! the window's own state, and answers only with commands. Nothing here waits for the simulation, the disk or a dialog.

mod action;
mod app;
mod editor;
mod export;
pub mod paint;
pub mod panel;
pub mod panels;
pub mod state;
#[cfg(all(test, feature = "ui-tests"))]
mod tests;
pub mod theme;
mod tiles;
mod widgets;
mod window;

pub use app::display;
pub use app::launch::{FIRST_SEED, WindowOptions, find_display, run};
pub use app::screenshot::ScreenshotPlan;
pub use app::source::{Launcher, Source, session_launcher};
pub use app::{App, Parts};
pub use window::dialogs::{Answer, Ask, Dialogs};
