//! Shipped networks reproduce the results of their papers, in the small form of `spikescope reproduce`, and do what their presets
//! tell the user to look for.

use spikescope::preset::{Opened, open, shipped};
use spikescope::study::reproduce::{CLASSICS, Classic, Measure, Reproduced};

fn reproduced(name: &str, seed: u64) -> Reproduced {
    let path = shipped().into_iter().find(|path| path.file_stem().is_some_and(|stem| stem == name)).unwrap();
    let Opened::Network(preset) = open(&path).unwrap() else { panic!("{name} is not of schema 2") };
    Classic::of(name).unwrap().reproduce((&preset.network, &preset.task), (true, seed), &mut |_| true).unwrap().unwrap()
}

/// All quantities of a preset are within their ranges.
fn reproduces(name: &str, seed: u64) -> Reproduced {
    let done = reproduced(name, seed);
    for one in &done.checked {
        println!("{name}, seed {seed}, {}: {} {:?} {} in {:?}", one.condition, one.quantity, one.value, one.unit, one.range);
    }
    let outside: Vec<_> = done.checked.iter().filter(|one| !one.within).collect();
    assert!(outside.is_empty(), "{name}, seed {seed}: {outside:#?}");
    done
}

/// Brunel 2000: the rates of figure 8, and its synchronous regular, asynchronous irregular and synchronous irregular regimes.
#[test]
fn a_sparse_network_has_the_regimes_of_brunel() {
    let done = reproduces("brunel-2000", 1);
    let value = |condition: &str, words: &str| {
        done.checked.iter().find(|one| one.condition == condition && one.quantity.starts_with(words)).unwrap().value.unwrap()
    };
    // AI oscillates least; in the small network not reliably less than SI fast
    let synchrony = |condition: &str| {
        let seen = done.seen.iter().find(|seen| seen.name == condition).unwrap();
        seen.value(Measure::Synchrony("E")).unwrap()
    };
    for other in ["SR", "SI slow"] {
        assert!(synchrony("AI") < 0.7 * synchrony(other), "{other}");
    }
    // regularity tells SR from all others
    for other in ["AI", "SI fast", "SI slow"] {
        assert!(3.0 * value("SR", "CV") < value(other, "CV"), "{other}");
    }
}

/// Vogels & Abbott 2005: activity that sustains itself with conductances, seed by seed.
#[test]
fn a_network_with_conductances_sustains_itself() {
    reproduces("vogels-abbott-2005", 1);
    reproduces("vogels-abbott-2005", 2);
}

#[test]
fn a_network_with_currents_fires_irregularly() {
    reproduces("vogels-abbott-2005-cuba", 1);
}

#[test]
fn the_network_with_conductances_stays_active_without_its_noise() {
    reproduces("conductance-network", 0);
    reproduces("conductance-network", 4);
}

/// Izhikevich 2007: the synapse that is rewarded 1 to 3 s after its spikes grows, the others stay weak; without rewards it stays weak too.
#[test]
fn a_synapse_is_found_by_a_reward_that_comes_seconds_later() {
    reproduces("distal-reward-2007", 1);
}

/// Frémaux et al. 2013: the time to a goal in a maze falls over the trials.
#[test]
fn an_actor_critic_finds_its_goal_sooner_and_sooner() {
    let done = reproduces("actor-critic-maze", 1);
    let maze = done.seen[0].maze.as_ref().unwrap();
    // the value is largest at the goal and small in the corners
    let map = maze.value.as_ref().unwrap();
    let at = |column: usize, row: usize| map.values[row * map.along + column];
    let (middle, last) = (map.along / 2, map.along - 1);
    assert!([(0, 0), (last, 0), (0, last), (last, last)].iter().all(|&(x, y)| at(x, y) + 20.0 < at(middle, middle)));
    assert!(maze.policy.is_some() && !maze.run.paths().is_empty());
}

#[test]
fn firing_patterns_are_those_of_their_names() {
    reproduces("firing-patterns", 0);
}

#[test]
fn rates_over_the_current_are_those_of_closed_forms() {
    let done = reproduces("f-i-curves", 0);
    assert_eq!(done.seen[0].curves.len(), 6);
    reproduces("f-i-curves", 3);
}

/// Song, Miller & Abbott 2000: from weights at their maximum, additive STDP makes the distribution bimodal, lowers the rate, and makes
/// firing irregular. With changes four times as large, less than a third of the duration is enough.
#[test]
fn competition_by_stdp_makes_weights_bimodal_and_firing_irregular() {
    reproduces("song-abbott-2000", 1);
}

/// Vogels et al. 2011: inhibition grows from 0 until the excitatory neurons fire irregularly near the target rate of 5 Hz.
#[test]
fn inhibitory_plasticity_reaches_the_target_rate() {
    let done = reproduces("vogels-2011", 1);
    let inhibition = &done.seen[1].weights[0];
    assert_eq!((inhibition.unit, inhibition.range), ("nS", (-100.0, 0.0)));
    assert!(inhibition.bins.last().unwrap() < &(1600 * 40));
}

/// Every line of the table belongs to a shipped preset and to a condition of its own, and its ranges are ranges.
#[test]
fn the_table_of_results_is_complete() {
    for classic in CLASSICS {
        let path = shipped().into_iter().find(|path| path.file_stem().is_some_and(|stem| stem == classic.preset)).unwrap();
        let Opened::Network(preset) = open(&path).unwrap() else { panic!("{}", classic.preset) };
        assert!(classic.conditions[0].new, "{}", classic.preset);
        for condition in classic.conditions {
            let sets = condition.sets.iter().chain(condition.small_sets);
            let sets: Vec<_> = sets.map(|(path, text)| (path.parse().unwrap(), *text)).collect();
            assert_eq!(preset.network.clone().set_all(&sets), [], "{}, {}", classic.preset, condition.name);
        }
        for expected in classic.expected {
            assert!(classic.conditions.iter().any(|condition| condition.name == expected.condition), "{}", expected.condition);
            assert!(expected.full.0 < expected.full.1 && expected.source.len() > 10);
            let wider = expected.small.is_none_or(|small| small.0 <= expected.full.0 && expected.full.1 <= small.1);
            assert!(wider, "{}", expected.condition);
        }
    }
}
