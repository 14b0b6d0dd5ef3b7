//! A preset that is being edited, with its history. It can be invalid at any moment; its faults are known. It has no thread and no
//! window.

mod difference;
mod tasks;
mod texts;

pub use difference::Changes;

use super::network::NetworkPreset;
use super::schema::Preset;
use crate::model::template::Frame;
use crate::model::{Fault, NetworkSpec, TaskSpec};
use std::sync::Arc;

/// Steps of undo that are kept.
const STEPS: usize = 500;
/// The images that a template is made for, unless others are given.
const FRAME: Frame = Frame { width: 28, height: 28, classes: 10 };

/// A preset that is being edited.
#[derive(Debug, Clone)]
pub struct Draft {
    file: Arc<NetworkPreset>,
    faults: Vec<Fault>,
    /// What was before each step, oldest first, and what undo left, the last one first to be restored.
    back: Vec<Past>,
    forth: Vec<Past>,
    /// Whether an adjustment of the same name continues the last step.
    adjusting: bool,
    /// Texts that were read or typed, with their comments, and what they describe, oldest first.
    written: Vec<(String, Arc<NetworkPreset>)>,
}

/// A step: its name, and the file on the other side of it.
#[derive(Debug, Clone)]
struct Past {
    name: String,
    file: Arc<NetworkPreset>,
}

impl Draft {
    /// A network without populations, with a time step of 0.1 ms, that runs freely for 10 s.
    pub fn blank() -> Self {
        Self::new(NetworkPreset {
            title: "New network".to_owned(),
            description: String::new(),
            citation: String::new(),
            look_for: Vec::new(),
            scale: None,
            network: NetworkSpec::new(0.1),
            task: TaskSpec::free(10_000.0),
            path: None,
        })
    }

    /// A preset as it stands, with the values in force; a template becomes a description for images of 28 x 28 pixels and 10 classes.
    /// `None` for experiments that are no networks: those of one neuron or one pair of neurons.
    pub fn of(preset: &Preset) -> Option<Self> {
        Self::of_images(preset, FRAME)
    }

    /// Like [`Draft::of`], for images of another size or with other classes.
    pub fn of_images(preset: &Preset, frame: Frame) -> Option<Self> {
        let file = preset.written_out(frame)?;
        // a template is not overwritten by its description
        let path = file.path.filter(|_| preset.network.is_some());
        Some(Self::new(NetworkPreset { path, ..file }))
    }

    fn new(file: NetworkPreset) -> Self {
        Self { faults: file.faults(), file: Arc::new(file), back: Vec::new(), forth: Vec::new(), adjusting: false, written: Vec::new() }
    }

    /// The preset being edited; it can be invalid.
    pub fn file(&self) -> &Arc<NetworkPreset> {
        &self.file
    }

    /// The network being edited; it can be invalid.
    pub fn network(&self) -> &NetworkSpec {
        &self.file.network
    }

    /// The task.
    pub fn task(&self) -> &TaskSpec {
        &self.file.task
    }

    /// All faults of the preset.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What is applied or saved, or all faults.
    pub fn preset(&self) -> Result<Preset, Vec<Fault>> {
        if self.faults.is_empty() { Ok(NetworkPreset::clone(&self.file).into()) } else { Err(self.faults.clone()) }
    }

    /// Change the network in one step of undo called `name`; an error leaves the draft as it was. A change that changes nothing is no
    /// step.
    pub fn edit<R>(&mut self, name: &str, change: impl FnOnce(&mut NetworkSpec) -> Result<R, String>) -> Result<R, String> {
        self.edit_file(name, |file| change(&mut file.network))
    }

    /// Like [`Draft::edit`] for a value that is being dragged: consecutive adjustments of the same name are one step of undo, until
    /// [`Draft::settle`].
    pub fn adjust<R>(&mut self, name: &str, change: impl FnOnce(&mut NetworkSpec) -> Result<R, String>) -> Result<R, String> {
        let continues = self.adjusting && self.back.last().is_some_and(|past| past.name == name) && self.forth.is_empty();
        let steps = self.back.len();
        let result = self.edit(name, change)?;
        if continues && self.back.len() > steps {
            self.back.pop();
        }
        self.adjusting = continues || self.back.len() > steps;
        Ok(result)
    }

    /// The next adjustment is a step of its own: the value was released.
    pub fn settle(&mut self) {
        self.adjusting = false;
    }

    /// Change any part of the preset in one step of undo, as [`Draft::edit`] does.
    pub fn edit_file<R>(&mut self, name: &str, change: impl FnOnce(&mut NetworkPreset) -> Result<R, String>) -> Result<R, String> {
        let mut file = NetworkPreset::clone(&self.file);
        let result = change(&mut file)?;
        if file != *self.file {
            self.put(name, file);
        }
        Ok(result)
    }

    /// Put another file in place of this one, as a step.
    fn put(&mut self, name: &str, file: NetworkPreset) {
        self.faults = file.faults();
        let file = std::mem::replace(&mut self.file, Arc::new(file));
        self.back.push(Past { name: name.to_owned(), file });
        if self.back.len() > STEPS {
            self.back.remove(0);
        }
        self.forth.clear();
        self.adjusting = false;
    }

    /// Undo the last step; returns its name.
    pub fn undo(&mut self) -> Option<String> {
        let Past { name, file } = self.back.pop()?;
        let file = self.show(file);
        self.forth.push(Past { name: name.clone(), file });
        Some(name)
    }

    /// Restore the last step that was undone; returns its name.
    pub fn redo(&mut self) -> Option<String> {
        let Past { name, file } = self.forth.pop()?;
        let file = self.show(file);
        self.back.push(Past { name: name.clone(), file });
        Some(name)
    }

    /// The name of the step that undo would undo.
    pub fn undoes(&self) -> Option<&str> {
        self.back.last().map(|past| past.name.as_str())
    }

    /// The name of the step that redo would restore.
    pub fn redoes(&self) -> Option<&str> {
        self.forth.last().map(|past| past.name.as_str())
    }

    fn show(&mut self, file: Arc<NetworkPreset>) -> Arc<NetworkPreset> {
        self.faults = file.faults();
        self.adjusting = false;
        std::mem::replace(&mut self.file, file)
    }
}
