//! A rebuild keeps the weights of projections whose ends, wiring and seed did not change, whatever else changes.

use super::random::network;
use proptest::prelude::*;
use spikescope::experiment::{FreeRun, rebuild};
use spikescope::model::{Distribution, Entry, FreeTask, NetworkSpec, TaskSpec, Value};
use spikescope::params::{Change, Domain};
use std::sync::Arc;

const TASK: TaskSpec = TaskSpec::FreeRun(FreeTask { duration_ms: 1000.0, rewards: Vec::new(), reward_when: None, environment: None });

/// Another value of a quantity.
fn other(entry: &Entry) -> Option<Value> {
    let number = |value: f64| match entry.field.domain {
        Domain::Integer { .. } => value + 1.0,
        Domain::Choice(_) => 1.0 - value,
        Domain::Real { max, .. } if value < 0.5 * max => value + 0.1,
        Domain::Real { .. } => value - 0.1,
    };
    Some(match &entry.value {
        Value::Number(value) => Value::Number(number(*value)),
        Value::Choice(name) => match entry.field.domain {
            Domain::Choice(names) => Value::Choice((*names.iter().find(|other| *other != name)?).to_owned()),
            _ => return None,
        },
        Value::Distribution(Distribution::Constant(value)) => Value::Distribution(Distribution::Constant(value + 0.1)),
        Value::Distribution(Distribution::Uniform { low, high }) => {
            Value::Distribution(Distribution::Uniform { low: *low, high: high + 0.1 })
        }
        Value::Distribution(Distribution::LogNormal { mean, sd }) => {
            Value::Distribution(Distribution::LogNormal { mean: mean + 0.1, sd: *sd })
        }
        Value::Distribution(Distribution::Normal { mean, sd }) => Value::Distribution(Distribution::Normal { mean: mean + 0.1, sd: *sd }),
        Value::Distribution(Distribution::Gabor | Distribution::Noise) => return None,
    })
}

fn weights(run: &FreeRun, index: usize) -> Vec<f32> {
    run.present_synapses(index).to_array().into_iter().collect()
}

/// Whether the weights of a projection are to be kept when this quantity changes; `None` if the drawn delays decide.
fn is_to_be_kept(network: &NetworkSpec, index: usize, entry: &Entry) -> Option<bool> {
    let projection = &network.projections[index];
    let Some(owner) = &entry.path.owner else {
        // another time step: equal delays stay equal
        return matches!(projection.delay, Distribution::Constant(_)).then_some(true);
    };
    if *owner == projection.name {
        return Some(false);
    }
    let is_end = [&projection.from, &projection.to].contains(&owner);
    Some(!(is_end && entry.field.name == "size"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn weights_are_kept_where_ends_and_wiring_did_not_change(network in network(), steps in 100u64..400) {
        let mut run = FreeRun::new(network.clone(), 3).unwrap();
        // one that halts has a state, too
        run.advance(steps, &mut []).ok();
        run.reward(0.5);
        run.advance(20, &mut []).ok();
        let learns: Vec<bool> = run.network().projections().iter().map(|projection| projection.synapses.learns()).collect();
        for entry in network.entries().into_iter().filter(|entry| entry.field.change == Change::Rebuild) {
            let mut changed = network.clone();
            let Some(value) = other(&entry) else { continue };
            if changed.set_value(&entry.path, &value).is_err() || changed.get(&entry.path) == Some(entry.value.clone()) {
                continue;
            }
            let Ok((origin, rebuilt, kept)) = rebuild(&run, Arc::new(changed.clone()), &TASK, 3, &mut |_| true) else { continue };
            let fresh = FreeRun::new(changed, 3).unwrap();
            prop_assert_eq!(rebuilt.step().0, 0);
            for (index, projection) in network.projections.iter().enumerate() {
                let is_kept = kept.contains(&projection.name);
                let expected = is_to_be_kept(&network, index, &entry);
                prop_assert!(expected.is_none_or(|expected| is_kept == (expected && learns[index])), "{} {}", projection.name, entry.path);
                let before = if is_kept { weights(&run, index) } else { weights(&fresh, index) };
                prop_assert_eq!(weights(&rebuilt, index), before, "{} {}", projection.name, entry.path);
            }
            // the state of the neurons starts anew
            prop_assert!(!kept.is_empty() || (rebuilt.digest() == fresh.digest() && origin.start.is_none()));
            for (new, drawn) in rebuilt.network().populations().iter().zip(fresh.network().populations()) {
                prop_assert!((0..new.len() as u32).all(|j| !new.has_potential() || new.v_mv(j).to_bits() == drawn.v_mv(j).to_bits()));
            }
            // the run follows from what is recorded of it
            prop_assert_eq!(origin.run(&[]).unwrap().digest(), rebuilt.digest());
        }
        let (origin, other_seed, kept) = rebuild(&run, Arc::new(network.clone()), &TASK, 4, &mut |_| true).unwrap();
        prop_assert!(kept.is_empty() && origin.start.is_none());
        prop_assert_eq!(other_seed.digest(), FreeRun::new(network, 4).unwrap().digest());
    }
}
