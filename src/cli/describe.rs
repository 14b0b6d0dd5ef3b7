//! `describe`: what can be said of a network without building it.

use super::args::DescribeArgs;
use super::failure::Failure;
use super::{locate, streams};
use crate::model::{Description, PopulationLine, ProjectionLine};
use crate::preset::{NetworkPreset, Opened, open};
use crate::session::words::number;
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
struct Line<'a> {
    preset: String,
    title: &'a str,
    description: &'a str,
    citation: &'a str,
    duration_ms: f64,
    #[serde(flatten)]
    facts: &'a Description,
}

/// Describe the network of a preset.
pub(super) fn describe(args: &DescribeArgs) -> Result<(), Failure> {
    let path = locate::preset(&args.preset).map_err(Failure::input)?;
    let preset = match open(&path).map_err(Failure::input)? {
        Opened::Network(preset) => preset,
        Opened::Experiment(_) => {
            return Err(Failure::input(format!(
                "{} is a preset of schema 1, whose network is made from its parameters and the images; see `spikescope params {}`",
                path.display(),
                args.preset.display()
            )));
        }
    };
    let duration_ms = preset.task.duration_ms().unwrap_or_default();
    let facts = preset.network.describe(Some(duration_ms));
    let text = if args.list.json {
        let NetworkPreset { title, description, citation, look_for: _, network: _, task: _, path: _ } = &*preset;
        let line = Line { preset: locate::preset_name(&path), title, description, citation, duration_ms, facts: &facts };
        // invariant: the line can be serialised as JSON
        serde_json::to_string(&line).expect("a line is plain data") + "\n"
    } else {
        text(&preset, duration_ms, &facts) + &format!("\nSimulate it: spikescope run {}\n", args.preset.display())
    };
    streams::print(&text).map_err(|error| Failure::run(format!("cannot write to standard output: {error}")))
}

fn text(preset: &NetworkPreset, duration_ms: f64, facts: &Description) -> String {
    let mut text = format!("{}\n", preset.title);
    // invariant, here and below: writing to a string cannot fail
    if !preset.description.is_empty() {
        writeln!(text, "{}", preset.description).unwrap_or_default();
    }
    let delays = match (facts.shortest_delay_ms, facts.longest_delay_ms) {
        (Some(shortest), Some(longest)) if shortest == longest => format!("delay {} ms", number(shortest)),
        (Some(shortest), Some(longest)) => format!("delays {} to {} ms", number(shortest), number(longest)),
        (Some(shortest), None) => format!("delays from {} ms", number(shortest)),
        (None, _) => "no delays".to_owned(),
    };
    writeln!(
        text,
        "\n{} neurons, {} synapses, about {} MiB; time step {} ms, {delays}; free run of {} ms",
        number(facts.neurons as f64),
        number(facts.synapses.round()),
        number((facts.bytes / f64::from(1 << 20)).ceil()),
        facts.dt_ms,
        number(duration_ms)
    )
    .unwrap_or_default();
    text.push_str("\nPopulations\n");
    facts.populations.iter().for_each(|line| population(&mut text, line));
    if !facts.projections.is_empty() {
        text.push_str("\nProjections\n");
        facts.projections.iter().for_each(|line| projection(&mut text, line));
    }
    text
}

fn population(text: &mut String, line: &PopulationLine) {
    let PopulationLine { name, size, model, parameters, input_hz, drive_mv_per_s, unknown_input } = line;
    writeln!(text, "  {name:<16} {:>9} {model}", number(f64::from(*size))).unwrap_or_default();
    if !parameters.is_empty() {
        let list: Vec<String> = parameters.iter().map(|(name, value)| format!("{name} {value}")).collect();
        writeln!(text, "    parameters: {}", list.join(", ")).unwrap_or_default();
    }
    let known = format!("{} spikes per second and neuron, {} mV/s", number(*input_hz), number(*drive_mv_per_s));
    let unknown = format!("the activity of {}", unknown_input.join(", "));
    match (*input_hz > 0.0, unknown_input.is_empty()) {
        (false, true) => {}
        (true, true) => writeln!(text, "    input: {known}").unwrap_or_default(),
        (false, false) => writeln!(text, "    input: {unknown}").unwrap_or_default(),
        (true, false) => writeln!(text, "    input: {known}, and {unknown}").unwrap_or_default(),
    }
}

fn projection(text: &mut String, line: &ProjectionLine) {
    let ProjectionLine { name, from, to, receptor, wiring, synapses, exact, indegree, outdegree, weight, delay, rule, .. } = line;
    let ends = if *name == format!("{from}->{to}") { String::new() } else { format!(" from {from} to {to},") };
    let about = if *exact { "" } else { "about " };
    let [indegree, outdegree] = [indegree, outdegree].map(|degree| number(*degree));
    writeln!(text, "  {name:<16}{ends} {wiring}, {about}{} synapses", number(synapses.round())).unwrap_or_default();
    writeln!(text, "    mean in-degree {indegree}, mean out-degree {outdegree}, receptor {receptor}").unwrap_or_default();
    let range = match (line.shortest_delay_ms, line.longest_delay_ms) {
        (low, Some(high)) if low == high => String::new(),
        (low, Some(high)) => format!(": {} to {} ms", number(low), number(high)),
        (low, None) => format!(": from {} ms", number(low)),
    };
    let rule = rule.as_ref().map_or_else(String::new, |rule| format!(", rule {rule}"));
    writeln!(text, "    weight {weight}, delay {delay}{range}{rule}").unwrap_or_default();
    match line.input_hz {
        Some(rate) => writeln!(text, "    input: {} spikes per second and neuron of {to}", number(rate)),
        None => writeln!(text, "    input: depends on the activity of {from}"),
    }
    .unwrap_or_default();
}
