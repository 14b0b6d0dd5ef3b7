//! The window. `App::logic` drains the session, also while hidden; `App::ui` is a function of the last snapshot and of
//! the window's own state, and answers only with commands. Nothing here waits for the simulation, the disk or a dialog.

#[cfg(all(test, feature = "ui-tests"))]
mod acceptance;
mod action;
mod app;
mod choices;
mod closing;
mod compare;
mod dialogs;
mod dock;
mod drop;
mod export;
mod finder;
#[cfg(all(test, feature = "ui-tests"))]
mod fixture;
mod follow;
mod frame;
mod handle;
mod help;
mod hints;
mod history_bar;
mod jobs;
#[cfg(all(test, feature = "ui-tests"))]
mod journey;
#[cfg(all(test, feature = "ui-tests"))]
mod journey_data;
#[cfg(all(test, feature = "ui-tests"))]
mod journey_draw;
#[cfg(all(test, feature = "ui-tests"))]
mod journey_film;
#[cfg(all(test, feature = "ui-tests"))]
mod journey_health;
#[cfg(all(test, feature = "ui-tests"))]
mod journey_search;
#[cfg(all(test, feature = "ui-tests"))]
mod journey_time;
#[cfg(all(test, feature = "ui-tests"))]
mod journey_views;
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
mod path_prompt;
mod preset_picker;
mod progress;
mod rail;
mod recovery;
mod reward;
mod scale;
mod screenshot;
mod source;
mod speed;
pub mod state;
mod status_bar;
mod stop_when;
mod tabs;
pub mod theme;
mod tile;
mod top_bar;
mod undo;
mod words;

pub use app::{App, Parts};
pub use dialogs::{Answer, Ask, Dialogs};
pub use launch::{FIRST_SEED, WindowOptions, no_display, run};
pub use screenshot::ScreenshotPlan;
pub use source::{Launcher, Source, session_launcher};
