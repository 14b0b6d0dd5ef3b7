//! The window. `App::logic` drains the session, also while hidden; `App::ui` is a function of the last snapshot and of
//! the window's own state, and answers only with commands. Nothing here waits for the simulation, the disk or a dialog.

mod action;
mod app;
mod choices;
mod closing;
mod dialogs;
mod dock;
mod drop;
#[cfg(all(test, feature = "ui-tests"))]
mod fixture;
mod follow;
mod frame;
mod help;
mod hints;
mod jobs;
#[cfg(all(test, feature = "ui-tests"))]
mod journey;
#[cfg(all(test, feature = "ui-tests"))]
mod journey_draw;
mod launch;
mod layouts;
mod library;
mod notices;
pub mod outbox;
pub mod paint;
pub mod panel;
pub mod panels;
mod param_slider;
mod parameters;
mod preset_picker;
mod rail;
mod reward;
mod scale;
mod screenshot;
mod source;
mod speed;
pub mod state;
mod status_bar;
pub mod theme;
mod tile;
mod top_bar;

pub use app::{App, Parts};
pub use dialogs::{Answer, Ask, Dialogs};
pub use launch::{FIRST_SEED, WindowOptions, no_display, run};
pub use screenshot::ScreenshotPlan;
pub use source::{Launcher, Source, session_launcher};
