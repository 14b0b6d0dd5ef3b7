//! `describe`: what can be said of a network without building it.

use super::args::DescribeArgs;
use super::failure::Failure;
use super::{locate, streams};
use crate::model::template::{self, Frame, OutputRule};
use crate::model::{Classify, Description, PopulationLine, ProjectionLine, TaskSpec};
use crate::params::ParamId;
use crate::preset::{NetworkPreset, Opened, Preset, open};
use crate::session::words::number;
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
struct Line<'a> {
    preset: String,
    title: &'a str,
    description: &'a str,
    citation: &'a str,
    /// Null for tasks with images.
    duration_ms: Option<f64>,
    #[serde(flatten)]
    facts: &'a Description,
}

/// Describe the network of a preset.
pub(super) fn describe(args: &DescribeArgs) -> Result<(), Failure> {
    let path = locate::preset(&args.preset).map_err(Failure::input)?;
    let (preset, hint) = match open(&path).map_err(Failure::input)? {
        Opened::Network(preset) => (*preset, format!("Simulate it: spikescope run {}", args.preset.display())),
        Opened::Experiment(preset) => {
            let preset = written_out(*preset).ok_or_else(|| {
                let path = path.display();
                Failure::input(format!("{path} has one neuron or one synapse, which has no description; see `spikescope params {path}`"))
            })?;
            (preset, format!("Train it: spikescope train {}", args.preset.display()))
        }
    };
    let duration_ms = preset.task.duration_ms();
    let facts = preset.network.describe(duration_ms);
    let text = if args.list.json {
        let NetworkPreset { title, description, citation, look_for: _, network: _, task: _, path: _ } = &preset;
        let line = Line { preset: locate::preset_name(&path), title, description, citation, duration_ms, facts: &facts };
        // invariant: the line can be serialised as JSON
        serde_json::to_string(&line).expect("a line is plain data") + "\n"
    } else {
        text(&preset, &facts) + &format!("\n{hint}\n")
    };
    streams::print(&text).map_err(|error| Failure::run(format!("cannot write to standard output: {error}")))
}

/// A preset that learns from images, with its network written out; one of a template for ten classes of images of 28 x 28 pixels.
fn written_out(preset: Preset) -> Option<NetworkPreset> {
    let Preset { title, description, citation, look_for, protocol, training, params, network, path } = preset;
    if let Some(described) = network {
        let (network, task) = ((*described.network).clone(), described.file.task.clone());
        return Some(NetworkPreset { title, description, citation, look_for, network, task, path });
    }
    let frame = Frame { width: 28, height: 28, classes: 10 };
    let network = template::network(protocol, &params, frame, OutputRule::after(&params, 0))?;
    let stages = template::stages(protocol, &params);
    let task = TaskSpec::Classify(Classify { epochs: training.epochs, readout: None, stages, params });
    Some(NetworkPreset { title, description, citation, look_for, network, task, path })
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
    let task = match &preset.task {
        TaskSpec::FreeRun { duration_ms, .. } => format!("free run of {} ms", number(*duration_ms)),
        TaskSpec::Classify(task) => {
            let image = preset.network.image().map_or((0, 0, 0), |image| image.shape.grid());
            format!("images of {} x {} pixels for {} ms each", image.0, image.1, number(task.params.get(ParamId::PresentMs)))
        }
    };
    writeln!(
        text,
        "\n{} neurons, {} synapses, about {} MiB; time step {} ms, {delays}; {task}",
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
    for stage in preset.task.stages().iter().filter(|stage| stage.images > 0 && !stage.projections.is_empty()) {
        writeln!(text, "\nFirst {} images: {} without reward", number(stage.images as f64), stage.projections.join(", "))
            .unwrap_or_default();
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
