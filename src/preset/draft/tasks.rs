//! Edits that concern the network and its task at once: names that the task uses follow the network.

use super::{Draft, NetworkPreset};
use crate::model::{Classify, Coincidence, TaskSpec, task_fields};

impl Draft {
    /// Rename a population, with its projections and what the task says of it.
    pub fn rename_population(&mut self, old: &str, new: &str) -> Result<(), String> {
        self.edit_file(&format!("Rename {old}"), |file| {
            let renamed = file.network.rename_population(old, new)?;
            match &mut file.task {
                TaskSpec::Classify(task) => task.readout.iter_mut().filter(|name| *name == old).for_each(|name| new.clone_into(name)),
                TaskSpec::FreeRun(task) => {
                    let neurons = task.reward_when.iter_mut().flat_map(Coincidence::neurons_mut);
                    neurons.filter(|neuron| neuron.population == old).for_each(|neuron| new.clone_into(&mut neuron.population));
                    let names = task.environment.iter_mut().flat_map(|maze| maze.populations_mut());
                    names.filter(|name| *name == old).for_each(|name| new.clone_into(name));
                }
            }
            renamed.iter().for_each(|(old, new)| rename_in_stages(file, old, new));
            Ok(())
        })
    }

    /// Rename a projection, also in the stages of the task.
    pub fn rename_projection(&mut self, old: &str, new: &str) -> Result<(), String> {
        self.edit_file(&format!("Rename {old}"), |file| {
            file.network.rename_projection(old, new)?;
            rename_in_stages(file, old, new);
            Ok(())
        })
    }

    /// Remove a population with its projections, also from the task; returns the names of the projections.
    pub fn remove_population(&mut self, name: &str) -> Result<Vec<String>, String> {
        self.edit_file(&format!("Delete {name}"), |file| {
            let removed = file.network.remove_population(name)?;
            match &mut file.task {
                TaskSpec::Classify(task) => task.readout = task.readout.take().filter(|readout| readout != name),
                TaskSpec::FreeRun(task) => {
                    task.reward_when =
                        task.reward_when.take().filter(|when| !when.neurons().iter().any(|neuron| neuron.population == name));
                    task.environment = task.environment.take().filter(|maze| !maze.populations().iter().any(|(_, own)| *own == name));
                }
            }
            removed.iter().for_each(|name| remove_from_stages(file, name));
            Ok(removed)
        })
    }

    /// Remove a projection, also from the stages of the task.
    pub fn remove_projection(&mut self, name: &str) -> Result<(), String> {
        self.edit_file(&format!("Delete {name}"), |file| {
            file.network.remove_projection(name)?;
            remove_from_stages(file, name);
            Ok(())
        })
    }

    /// Choose the task: `FreeRun`, for 10 s, or `Classify`, with the defaults of its parameters.
    pub fn set_task(&mut self, kind: &str) -> Result<(), String> {
        self.edit_file("Change the task", |file| {
            let task = match kind {
                "FreeRun" => TaskSpec::free(10_000.0),
                "Classify" => TaskSpec::Classify(Classify::default()),
                _ => return Err(format!("\"{kind}\" is no task; allowed: {}", TaskSpec::NAMES.join(", "))),
            };
            if file.task.name() != task.name() {
                file.task = task;
            }
            Ok(())
        })
    }

    /// Set a value of the task by its name: `duration` of a free run, `epochs` or a parameter of learning from images.
    pub fn set_task_value(&mut self, name: &str, text: &str) -> Result<(), String> {
        self.edit_file(&format!("Change {name}"), |file| task_fields::set(&mut file.task, name, text, file.network.dt_ms))
    }

    /// Set the text of the preset with this name: `title`, `description` or `citation`.
    pub fn set_words(&mut self, name: &str, text: &str) -> Result<(), String> {
        self.edit_file(&format!("Change the {name}"), |file| {
            let slot = match name {
                "title" => &mut file.title,
                "description" => &mut file.description,
                "citation" => &mut file.citation,
                _ => return Err(format!("a preset has no text \"{name}\"")),
            };
            text.clone_into(slot);
            Ok(())
        })
    }
}

fn rename_in_stages(file: &mut NetworkPreset, old: &str, new: &str) {
    let TaskSpec::Classify(task) = &mut file.task else { return };
    let names = task.stages.iter_mut().flat_map(|stage| &mut stage.projections);
    names.filter(|name| *name == old).for_each(|name| new.clone_into(name));
}

fn remove_from_stages(file: &mut NetworkPreset, name: &str) {
    let TaskSpec::Classify(task) = &mut file.task else { return };
    task.stages.retain_mut(|stage| {
        let had = stage.projections.len();
        stage.projections.retain(|own| own != name);
        // one whose filters are all gone has nothing left to learn
        stage.projections.len() == had || !stage.projections.is_empty()
    });
}
