//! What was done and how it was measured.

use super::super::material::Report;
use super::super::math::math;
use super::super::methods::{Part, STEP, learning, network};
use super::{main_groups, section};
use crate::params::Protocol;
use maud::{Markup, html};

pub(in crate::report) fn method(report: &Report) -> Markup {
    let groups = main_groups(report.groups);
    let mut protocols: Vec<Protocol> = Vec::new();
    for (_, group) in &groups {
        if !protocols.contains(&group.first().preset.protocol) {
            protocols.push(group.first().preset.protocol);
        }
    }
    let content = html! {
        p { (STEP) }
        @for protocol in protocols {
            h3 { "Networks of the protocol " (format!("{protocol:?}")) }
            (parts(network(protocol)))
            @for (_, group) in groups.iter().filter(|(_, group)| group.first().preset.protocol == protocol) {
                @let preset = &group.first().preset;
                p { strong { (group.label) } ": " (preset.description) " " span.note { "(" (preset.citation) ")" } }
                (parts(&learning(&preset.params, protocol)))
            }
        }
        h3 { "How it was measured" }
        p { "Every figure on test images comes from the last checkpoint of a run: the network is frozen (no plasticity, thresholds held still, no escape noise), "
            "test images are shown in their order, never augmented, each with random numbers of its own, so that no result depends on the number of threads. "
            "Networks whose neurons take their class after unsupervised learning are given them by the responses of the frozen network to the last training images. "
            "Spikes and synaptic events are counted step by step during the presentation; watching changes no spike. "
            "Noise is normal and clipped to black and white; the erased square lies wholly inside the image, anywhere with equal probability; "
            "shifts go in one of the eight directions, and what leaves the image is gone." }
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
