//! `describe`: what can be said of a network without building it.

mod task;

use super::args::DescribeArgs;
use super::failure::Failure;
use super::{locate, streams};
use crate::model::template::Frame;
use crate::model::{Description, PopulationLine, ProjectionLine, Remark};
use crate::preset::{NetworkPreset, Opened, open};
use crate::session::words::number;
use serde::Serialize;
use std::fmt::Write;
use task::Task;

#[derive(Serialize)]
struct Line<'a> {
    preset: String,
    title: &'a str,
    description: &'a str,
    citation: &'a str,
    /// Null for tasks with images.
    duration_ms: Option<f64>,
    task: Task,
    #[serde(flatten)]
    facts: &'a Description,
    /// What has no effect.
    remarks: &'a [Remark],
}

/// Describe the network of a preset.
pub(super) fn describe(args: &DescribeArgs) -> Result<(), Failure> {
    let path = locate::preset(&args.preset).map_err(Failure::input)?;
    let (preset, hint) = match open(&path)? {
        Opened::Network(preset) => (*preset, format!("Simulate it: spikescope run {}", args.preset.display())),
        Opened::Experiment(preset) => {
            // the shipped presets are made for MNIST
            let preset = preset.written_out(Frame::MNIST).ok_or_else(|| {
                let path = path.display();
                Failure::input(format!("{path} has one neuron or one synapse, which has no description; see `spikescope params {path}`"))
            })?;
            (preset, format!("Train it: spikescope train {}", args.preset.display()))
        }
    };
    let duration_ms = preset.task.duration_ms();
    let facts = preset.network.describe_for(&preset.task);
    let remarks = preset.network.remarks(&preset.task);
    let task = Task::of(&preset);
    let text = if args.list.json {
        let NetworkPreset { title, description, citation, .. } = &preset;
        let preset = locate::preset_name(&path);
        let line = Line { preset, title, description, citation, duration_ms, task, facts: &facts, remarks: &remarks };
        // invariant: the line can be serialised as JSON
        serde_json::to_string(&line).expect("a line is plain data") + "\n"
    } else {
        let remarks = if remarks.is_empty() { String::new() } else { format!("\nRemarks\n{}", lines(&remarks)) };
        format!("{}\n{}{remarks}\n{hint}\n", text(&preset, &facts), task.text())
    };
    streams::print(&text).map_err(|error| Failure::run(format!("cannot write to standard output: {error}")))
}

fn text(preset: &NetworkPreset, facts: &Description) -> String {
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
        "\n{} neurons, {} synapses, about {} MiB; time step {} ms, {delays}",
        number(facts.neurons as f64),
        number(facts.synapses.round()),
        number((facts.bytes / f64::from(1 << 20)).ceil()),
        facts.dt_ms,
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

/// A line for each remark.
pub(super) fn lines(remarks: &[Remark]) -> String {
    remarks.iter().fold(String::new(), |text, remark| text + &format!("  {remark}\n"))
}

/// Names and values, separated by commas.
fn listed(values: &[(String, String)]) -> String {
    values.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}

fn population(text: &mut String, line: &PopulationLine) {
    let PopulationLine { name, size, model, shape, parameters, input_hz, drive_mv_per_s, depolarisation_mv, unknown_input } = line;
    let sites = shape.map_or_else(String::new, |[width, height, maps]| match maps {
        1 => format!(", {width} x {height}"),
        _ => format!(", {width} x {height} sites with {maps} neurons each"),
    });
    writeln!(text, "  {name:<16} {:>9} {model}{sites}", number(f64::from(*size))).unwrap_or_default();
    if !parameters.is_empty() {
        writeln!(text, "    parameters: {}", listed(parameters)).unwrap_or_default();
    }
    let tenth = |value: f64| number((value * 10.0).round() / 10.0);
    let depolarisation = depolarisation_mv
        .map_or_else(String::new, |[mean, gap]| format!(" (mean depolarisation {} mV of {} mV to threshold)", tenth(mean), tenth(gap)));
    let known = format!("{} spikes per second and neuron, {} mV/s{depolarisation}", number(*input_hz), number(*drive_mv_per_s));
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
    writeln!(text, "    weight {weight}, delay {delay}{range}").unwrap_or_default();
    let flags = [("self_connections", line.self_connections, false), ("multapses", line.multapses, true)];
    let flags = flags.into_iter().filter(|(_, value, default)| value.is_some_and(|value| value != *default));
    let mut more: Vec<(String, String)> = flags.map(|(name, _, default)| (name.to_owned(), (!default).to_string())).collect();
    for (name, value) in [("pooling", &line.pooling), ("norm", &line.norm), ("cap", &line.cap)] {
        more.extend(value.as_ref().map(|value| (name.to_owned(), value.clone())));
    }
    if !more.is_empty() {
        writeln!(text, "    {}", listed(&more)).unwrap_or_default();
    }
    if let Some(rule) = rule {
        let name = rule.split('(').next().unwrap_or_default();
        writeln!(text, "    rule {name}: {}", listed(&line.rule_parameters)).unwrap_or_default();
    }
    match line.input_hz {
        Some(rate) => writeln!(text, "    input: {} spikes per second and neuron of {to}", number(rate)),
        None => writeln!(text, "    input: depends on the activity of {from}"),
    }
    .unwrap_or_default();
}
