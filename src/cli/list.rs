//! `presets` and `params`: lists as text and as JSON.

use super::args::{ListArgs, ParamsArgs};
use super::failure::Failure;
use super::{locate, streams};
use crate::model::{NetworkSpec, TaskSpec};
use crate::params::{Change, Domain, ParamSpec, REGISTRY, Task, Template, format_value};
use crate::preset::{NetworkPreset, Opened, Preset, open, shipped};
use serde::Serialize;
use std::fmt::Write;

#[derive(Serialize)]
struct PresetLine<'a> {
    preset: String,
    path: String,
    title: &'a str,
    description: &'a str,
    citation: &'a str,
    look_for: &'a [String],
    template: Option<&'static str>,
    task: &'static str,
    epochs: u32,
}

#[derive(Serialize)]
struct NetworkLine<'a> {
    preset: String,
    path: String,
    title: &'a str,
    description: &'a str,
    citation: &'a str,
    look_for: &'a [String],
    neurons: u64,
    synapses: f64,
}

/// List the shipped presets. An invalid one does not hide the others.
pub(super) fn presets(args: &ListArgs) -> Result<(), Failure> {
    let mut text = String::new();
    let mut faults = Vec::new();
    for path in shipped() {
        let name = locate::preset_name(&path);
        match open(&path) {
            Ok(Opened::Experiment(preset)) if args.json => {
                let Preset { title, description, citation, look_for, setup, training, params: _, network: _, path: _ } = &*preset;
                let path = path.display().to_string();
                let epochs = training.epochs;
                let (template, task) = (setup.template().map(Template::name), setup.task().name());
                let line = PresetLine { preset: name, path, title, description, citation, look_for, template, task, epochs };
                text.push_str(&json(&line));
            }
            // invariant, here and below: writing to a string cannot fail
            Ok(Opened::Experiment(preset)) => {
                writeln!(
                    text,
                    "{name:<28} {:<15} {}",
                    preset.setup.template().map_or(preset.setup.task().name(), Template::name),
                    preset.title
                )
                .unwrap_or_default();
            }
            Ok(Opened::Network(preset)) if args.json => {
                let NetworkPreset { title, description, citation, look_for, scale: _, network, task: _, path: _ } = &*preset;
                let (path, counts) = (path.display().to_string(), network.counts());
                let (neurons, synapses) = (counts.neurons, counts.synapses);
                text.push_str(&json(&NetworkLine { preset: name, path, title, description, citation, look_for, neurons, synapses }));
            }
            Ok(Opened::Network(preset)) => writeln!(text, "{name:<28} {:<15} {}", "FreeRun", preset.title).unwrap_or_default(),
            Err(fault) => faults.push(fault.into()),
        }
    }
    write(&text)?;
    Failure::files(faults)
}

#[derive(Serialize)]
struct ParamLine {
    id: &'static str,
    label: &'static str,
    symbol: &'static str,
    unit: &'static str,
    group: &'static str,
    kind: &'static str,
    min: Option<f64>,
    max: Option<f64>,
    choices: Option<&'static [&'static str]>,
    default: String,
    change: Change,
    templates: Vec<&'static str>,
    task: Option<&'static str>,
    help: &'static str,
    equation: &'static str,
    source: &'static str,
    /// What a preset that was named says of it.
    #[serde(flatten)]
    in_preset: Option<InPreset>,
}

#[derive(Serialize)]
struct InPreset {
    value: String,
    /// Why it has no effect beside the other values; null where it has one.
    idle: Option<String>,
}

impl ParamLine {
    fn new(spec: &'static ParamSpec, preset: Option<&Preset>) -> Self {
        let ParamSpec { id: _, name, label, symbol, unit, group, domain, default, change, scope, help, equation, source } = *spec;
        let (templates, task) = (scope.templates.iter().copied().map(Template::name).collect(), scope.task.map(Task::name));
        let (kind, min, max, choices) = match domain {
            Domain::Real { min, max, .. } => ("real", Some(min), Some(max), None),
            Domain::Integer { min, max } => ("integer", Some(min), Some(max), None),
            Domain::Choice(words) => ("choice", None, None, Some(words)),
        };
        let default = format_value(spec, default);
        let in_preset = preset.map(|preset| InPreset { value: format_value(spec, preset.params.get(spec.id)), idle: idle(spec, preset) });
        Self {
            id: name,
            label,
            symbol,
            unit,
            group,
            kind,
            min,
            max,
            choices,
            default,
            change,
            templates,
            task,
            help,
            equation,
            source,
            in_preset,
        }
    }
}

fn idle(spec: &ParamSpec, preset: &Preset) -> Option<String> {
    preset.params.idle(spec.id, preset.setup).map(|idle| idle.words(|spec| spec.name))
}

/// List the parameter registry, or those parameters that a preset has.
pub(super) fn params(args: &ParamsArgs) -> Result<(), Failure> {
    let opened = match &args.preset {
        Some(named) => Some(open(&locate::preset(named).map_err(Failure::input)?)?),
        None => None,
    };
    let preset = match opened {
        Some(Opened::Network(preset)) => return write(&quantities(&preset.network, &preset.task, args.list.json)),
        Some(Opened::Experiment(preset)) => Some(*preset),
        None => None,
    };
    let mut text = String::new();
    let mut group = "";
    for spec in REGISTRY.iter().filter(|spec| preset.as_ref().is_none_or(|preset| spec.belongs_to(preset.setup))) {
        if args.list.json {
            text.push_str(&json(&ParamLine::new(spec, preset.as_ref())));
            continue;
        }
        if spec.group != group {
            group = spec.group;
            writeln!(text, "{}{group}", if text.is_empty() { "" } else { "\n" }).ok();
        }
        let rebuild = if spec.change == Change::Rebuild { " (rebuilds the network)" } else { "" };
        let value = format_value(spec, preset.as_ref().map_or(spec.default, |preset| preset.params.get(spec.id)));
        writeln!(text, "  {:<15} {value:<16} {}", spec.name, spec.range_text()).ok();
        writeln!(text, "  {:<15} {}{rebuild}", "", spec.help).ok();
        if let Some(idle) = preset.as_ref().and_then(|preset| idle(spec, preset)) {
            writeln!(text, "  {:<15} ({idle})", "").ok();
        }
    }
    if let Some((described, task)) = preset.as_ref().and_then(|preset| Some((preset.network.as_ref()?, preset.task()?))) {
        let heading = if args.list.json { "" } else { "\nNetwork\n" };
        return write(&format!("{text}{heading}{}", quantities(&described.network, &task, args.list.json)));
    }
    if !args.list.json {
        let column = if preset.is_some() { "value in the preset" } else { "default" };
        writeln!(text, "\nColumns: id, {column}, allowed values. Set one with --set id=value, with or without its unit.").ok();
    }
    write(&text)
}

#[derive(Serialize)]
struct QuantityLine<'a> {
    path: String,
    value: String,
    unit: &'a str,
    range: &'a str,
    /// Null where a description has to give a value.
    default: Option<String>,
    change: Change,
    help: &'a str,
    source: &'a str,
}

/// List the quantities of a network and the fields of its task by their paths.
fn quantities(network: &NetworkSpec, task: &TaskSpec, as_json: bool) -> String {
    let mut text = String::new();
    for entry in network.entries().into_iter().chain(task.entries(network)) {
        let (path, value) = (entry.path.to_string(), entry.text());
        let field = &entry.field;
        if as_json {
            let default = (!entry.required()).then(|| field.format(field.default));
            let (unit, change, help, source) = (field.unit, field.change, field.help, field.source);
            text.push_str(&json(&QuantityLine { path, value, unit, range: &entry.range, default, change, help, source }));
            continue;
        }
        writeln!(text, "{path:<24} {value:<16} {}", entry.range).unwrap_or_default();
        writeln!(text, "{:<24} {}", "", field.help).unwrap_or_default();
    }
    if !as_json {
        text.push_str("\nColumns: path, value in the preset, allowed values.\n");
    }
    text
}

fn json(line: &impl Serialize) -> String {
    // invariant: the line can be serialised as JSON
    serde_json::to_string(line).expect("a line is plain data") + "\n"
}

fn write(text: &str) -> Result<(), Failure> {
    streams::print(text).map_err(|error| Failure::run(format!("cannot write to standard output: {error}")))
}
