//! The list of all views. The View menu, the layouts (by id) and the tests use only this list.

mod ablation;
mod accuracy;
mod characterise;
mod confusion;
mod curves;
pub(crate) mod derived;
mod draw;
mod eligibility;
mod fi_curve;
mod fields;
pub(crate) mod graph;
mod health;
pub(crate) mod help;
mod hidden;
mod histogram;
mod inspector;
mod intervals;
mod measured;
mod membrane;
mod now;
mod options;
mod order;
mod populations;
mod projection_choice;
mod race;
mod raster;
mod rates;
mod reward;
mod runs;
mod stdp_curve;
mod stdp_handles;
mod stdp_window;
mod wall;
mod way;
mod weight_history;
mod why;
mod why_spike;

use super::panel::Panel;

/// Every view, in the order of the View menu.
pub fn all_panels() -> Vec<Box<dyn Panel>> {
    vec![
        Box::new(now::Now::default()),
        Box::new(way::Way::default()),
        Box::new(graph::Graph::default()),
        Box::new(raster::Raster::default()),
        Box::new(populations::Populations::default()),
        Box::new(rates::Rates),
        Box::new(intervals::Intervals::default()),
        Box::new(membrane::Membrane::default()),
        Box::new(fields::Fields::default()),
        Box::new(inspector::Inspector::default()),
        Box::new(characterise::Characterise),
        Box::new(histogram::Histogram::default()),
        Box::new(weight_history::WeightsOverTime::default()),
        Box::new(hidden::Hidden::default()),
        Box::new(race::Race),
        Box::new(why::WhyPanel::default()),
        Box::new(why_spike::WhySpikePanel::default()),
        Box::new(draw::Draw::default()),
        Box::new(eligibility::Eligibility::default()),
        Box::new(reward::Reward::default()),
        Box::new(health::Health),
        Box::new(accuracy::Accuracy),
        Box::new(confusion::Confusion),
        Box::new(runs::Runs::default()),
        Box::new(ablation::Ablation),
        Box::new(help::Help::default()),
        Box::new(fi_curve::Fi),
        Box::new(stdp_curve::Curve::default()),
        Box::new(stdp_window::Window::default()),
    ]
}
