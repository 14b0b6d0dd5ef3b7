//! Ablations of the parts of a described network that learns from images: a projection is removed, its rule is taken away, a
//! population is silent.

use super::plan::Variant;
use crate::model::{Distribution, NetworkSpec, TaskSpec};
use crate::preset::Preset;
use std::sync::Arc;

/// The ablations of the parts of a described network, and those that do not apply, with the reason; none for other presets.
pub(super) fn parts(preset: &Preset) -> (Vec<Variant>, Vec<(String, String)>) {
    let (mut variants, mut left_out): (Vec<Variant>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    let Some(described) = &preset.network else { return (variants, left_out) };
    let network = &described.network;
    for projection in &network.projections {
        let name = &projection.name;
        let mut removed = Variant::new(&format!("no {name}"), &format!("The weights of {name} are 0 and stay 0."), &[]);
        removed.removed.push(name.clone());
        if projection.rule.is_none() && projection.weight.limits() == Some((0.0, 0.0)) {
            left_out.push((removed.name, "its weights are 0".to_owned()));
        } else {
            variants.push(removed);
        }
        if projection.rule.is_some() {
            let mut fixed = Variant::new(&format!("fixed {name}"), &format!("The weights of {name} do not change."), &[]);
            fixed.fixed.push(name.clone());
            variants.push(fixed);
        }
    }
    for population in &network.populations {
        let name = &population.name;
        let removed: Vec<String> = outgoing(network, name);
        let equal = variants.iter().find(|variant| variant.removed == removed).map(|variant| variant.name.clone());
        let silent = format!("silent {name}");
        match (removed.is_empty(), equal) {
            // the answers of the readout are what is measured
            (true, _) => left_out.push((silent, "no projection transmits its spikes".to_owned())),
            (false, Some(equal)) => left_out.push((silent, format!("it equals \"{equal}\""))),
            (false, None) => {
                let mut variant = Variant::new(&silent, &format!("No spike of {name} has an effect."), &[]);
                variant.removed = removed;
                variants.push(variant);
            }
        }
    }
    (variants, left_out)
}

fn outgoing(network: &NetworkSpec, population: &str) -> Vec<String> {
    network.projections.iter().filter(|projection| projection.from == population).map(|projection| projection.name.clone()).collect()
}

impl Variant {
    /// Take away the projections and rules of this variant. A projection that is not there is a fault.
    pub(super) fn take_away(&self, preset: &mut Preset) -> Result<(), String> {
        let names: Vec<&String> = self.removed.iter().chain(&self.fixed).collect();
        let Some(mut task) = preset.task().filter(|_| !names.is_empty()) else { return Ok(()) };
        let Some(described) = &mut preset.network else { return Ok(()) };
        let network = Arc::make_mut(&mut described.network);
        for name in &names {
            let projection = network.projections.iter_mut().find(|projection| projection.name == **name);
            let projection = projection.ok_or_else(|| format!("there is no projection {name:?}"))?;
            projection.rule = None;
            if self.removed.contains(name) {
                (projection.weight, projection.norm_mv, projection.cap_mv) = (Distribution::Constant(0.0), None, None);
            }
        }
        if let TaskSpec::Classify(task) = &mut task {
            // they no longer learn in a stage, which lasts as long as before
            task.stages.iter_mut().for_each(|stage| stage.projections.retain(|name| !names.contains(&name)));
        }
        preset.set_task(task);
        Ok(())
    }
}
