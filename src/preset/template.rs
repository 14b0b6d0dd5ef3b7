//! Schema 2 with a template: a network named with its parameters, and a task. The same as a preset of schema 1, in other words.

use super::file::{NETWORK_SCHEMA, PresetError};
use super::network::Words;
use super::schema::{Preset, Training};
use crate::model::{self, Body, Faults, Fields, Node, parameters_of};
use crate::params::{ParamSpec, Params, Setup, Template};
use std::path::Path;

/// The preset, if the file names a template; all faults of the file are reported.
pub(super) fn template(node: &Node, path: &Path) -> Result<Option<Preset>, PresetError> {
    let Body::Fields(pairs) = &node.body else { return Ok(None) };
    let Some(name) = pairs.iter().find(|(name, _)| name == "network").and_then(|(_, node)| node.name.clone()) else { return Ok(None) };
    let mut faults = Faults::default();
    let Some(template) = Template::ALL.into_iter().find(|template| template.name() == name) else {
        let names = Template::ALL.map(Template::name).join(", ");
        faults.at(
            "network",
            format!("{name} is no template; the templates are {names}, and a description is (populations: {{..}}, projections: {{..}})"),
        );
        return Err(PresetError::Faults { path: path.to_owned(), faults: faults.into_vec() });
    };
    let (setup, network, task) = (Setup::Template(template), template.name(), template.task().name());
    let of_task = |spec: &&ParamSpec| spec.scope.task.is_some();
    let mut fields = Fields::open(node.clone(), "", "Preset(schema: 2, title: \"..\", network: Features(), task: Classify())", &mut faults);
    if fields.take("schema") != Some(Node::number(NETWORK_SCHEMA)) {
        faults.at("schema", format!("only {NETWORK_SCHEMA} has templates; write schema: {NETWORK_SCHEMA}"));
    }
    let Words { title, description, citation, look_for } = Words::read(&mut fields, &mut faults);
    let mut params = Params::default();
    if let Some(node) = fields.take("network") {
        let mut fields = Fields::open(node, "network", &format!("{network}(..)"), &mut faults);
        parameters_of(&mut fields, setup.parameters().filter(|spec| !of_task(spec)), &mut params, &mut faults);
        fields.close(&mut faults);
    }
    let mut epochs = 1;
    match fields.require("task", &format!("{task}()"), &mut faults) {
        Some(node) if node.name.as_deref() == Some(task) => {
            let mut fields = Fields::open(node, "task", &format!("{task}(..)"), &mut faults);
            if setup.classifies() {
                epochs = model::epochs(&mut fields, &mut faults);
            }
            parameters_of(&mut fields, setup.parameters().filter(of_task), &mut params, &mut faults);
            fields.close(&mut faults);
        }
        Some(node) => faults.at("task", format!("{} does not apply to the template {network}; write {task}()", node.what())),
        None => {}
    }
    fields.close(&mut faults);
    if faults.is_empty() {
        params.conflicts(setup).into_iter().for_each(|conflict| faults.at("", conflict.to_string()));
    }
    if !faults.is_empty() {
        return Err(PresetError::Faults { path: path.to_owned(), faults: faults.into_vec() });
    }
    let (training, path) = (Training { epochs }, Some(path.to_owned()));
    Ok(Some(Preset { title, description, citation, look_for, setup, training, params, network: None, path }))
}
