//! Methods: networks and measurements.

use super::super::described::{self, models};
use super::super::material::Report;
use super::super::math::math;
use super::super::methods::{STEP, learning};
use super::{main_groups, section};
use crate::model::template::Part;
use crate::params::Setup;
use maud::{Markup, html};

pub(in crate::report) fn method(report: &Report) -> Markup {
    let groups = main_groups(report.groups);
    let mut setups: Vec<Setup> = Vec::new();
    for (_, group) in &groups {
        if !setups.contains(&group.first().preset.setup) {
            setups.push(group.first().preset.setup);
        }
    }
    let content = html! {
        p { (STEP) }
        @for setup in setups {
            @let described = groups.iter().filter(|(_, group)| group.first().preset.setup == setup);
            @let described = described.filter_map(|(_, group)| group.first().preset.network.as_ref()).map(|described| &*described.network);
            @match setup {
                Setup::Described(_) => (models(described)),
                Setup::Template(template) => {
                    h3 { "Networks of " (setup) }
                    (parts(template.spec().methods()))
                }
            }
            @for (_, group) in groups.iter().filter(|(_, group)| group.first().preset.setup == setup) {
                @let preset = &group.first().preset;
                p { strong { (group.label) } ": " (preset.description) " " span.note { "(" (preset.citation) ")" } }
                @if let Some(described) = &preset.network {
                    (described::network(&described.network.describe(None)))
                } @else if let Setup::Template(template) = setup {
                    (parts(&learning(&preset.params, template)))
                }
            }
        }
        h3 { "Measurements" }
        p { "All measurements on test images use the last checkpoint of a run: no plasticity, constant thresholds, no escape noise; "
            "test images are presented in order, not augmented, each with its own random numbers, so that results do not depend on the number of threads. "
            "For label assignment the responses to the last training images, without learning, determine the class of each neuron. "
            "Spikes and synaptic events are counted step by step during the presentation; recording does not change any spike. "
            "Noise is normal and clipped to black and white; the erased square is completely inside the image, at a uniformly random position; "
            "shifts are in one of eight directions; pixels shifted out of the image are lost." }
    };
    section("methods", "Methods", &content)
}

fn parts(parts: &[Part]) -> Markup {
    html! {
        @for part in parts {
            @match part {
                Part::Words(words) => p { (words) },
                Part::Equation(equation) => p.equation { @for line in equation.split(",   ") { span { (math(line)) } } },
            }
        }
    }
}
