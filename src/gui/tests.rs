//! Tests that drive the window by role and label, and their shared fixtures.

mod acceptance;
mod editor;
mod figures;
pub(crate) mod fixture;
mod gallery;
mod journey;
mod journey_assemble;
mod journey_close;
mod journey_compare;
mod journey_data;
mod journey_draw;
mod journey_export;
mod journey_film;
mod journey_free;
mod journey_free_run;
mod journey_health;
mod journey_menu;
mod journey_notices;
mod journey_reward;
mod journey_search;
mod journey_time;
mod journey_views;
mod journey_why;
mod layout;
mod stage;
