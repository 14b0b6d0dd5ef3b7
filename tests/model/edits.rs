//! Edits of a description: what is possible gives a network that can be built, what is not is refused and changes nothing; undo and redo
//! lead to equal descriptions.

use super::{random, random_trials};
use proptest::collection::vec;
use proptest::prelude::*;
use spikescope::experiment::{FreeRun, Trainer, rebuild};
use spikescope::model::{Element, Fault, ModelSpec, NetworkSpec, Path, Pooling, RuleSpec, Shape, TaskSpec, Wiring};
use spikescope::preset::{Draft, NetworkPreset, Preset};
use std::sync::Arc;

/// A random edit: which, of what, with which values.
type Edit = (u8, u8, u8, u8);

fn of<T: Clone>(list: &[T], index: u8) -> Option<T> {
    list.get(usize::from(index) % list.len().max(1)).cloned()
}

/// Make an edit; whether it was possible.
fn make(draft: &mut Draft, (kind, a, b, c): Edit) -> Result<(), String> {
    let populations: Vec<String> = draft.network().populations.iter().map(|population| population.name.clone()).collect();
    let projections: Vec<String> = draft.network().projections.iter().map(|projection| projection.name.clone()).collect();
    let entries = draft.network().entries();
    let population = of(&populations, a).unwrap_or_default();
    let other = of(&populations, b).unwrap_or_default();
    let projection = of(&projections, a).unwrap_or_default();
    let model = of(ModelSpec::NAMES, b).unwrap_or_default();
    let kinds = ["Constant", "Uniform", "Normal", "Gabor", "Noise", "Poisson"];
    let names = ["E", "I", "a b", "x.y", "quote\"d", "E->I", "", " edge", "noise", "\u{e9}"];
    let name = of(&names, c).unwrap_or_default();
    match kind % 24 {
        0 | 1 => draft.edit("Add", |network| network.add_population(model)).map(drop),
        2..=5 => draft.edit("Connect", |network| network.connect(&population, &other)).map(drop),
        6 => draft.edit("Duplicate", |network| network.duplicate_population(&population)).map(drop),
        7 => draft.remove_population(&population).map(drop),
        8 => draft.rename_population(&population, name),
        9 => draft.edit("Duplicate", |network| network.duplicate_projection(&projection)).map(drop),
        10 => draft.remove_projection(&projection),
        11 => draft.rename_projection(&projection, name),
        12 => draft.edit("Model", |network| network.set_model(&population, model)),
        13 => draft.edit("Rule", |network| network.set_rule(&projection, of(RuleSpec::NAMES, b).filter(|_| !c.is_multiple_of(4)))),
        14 => draft.edit("Wiring", |network| network.set_wiring(&projection, of(Wiring::NAMES, b).unwrap_or_default())),
        15 => {
            let paths: Vec<Path> = entries.iter().map(|entry| entry.path.clone()).collect();
            let Some(path) = of(&paths, a) else { return Ok(()) };
            draft.edit("Kind", |network| network.set_distribution(&path, of(&kinds, b).unwrap_or_default()))
        }
        16 => {
            let (width, height) = (u32::from(b % 12), u32::from(c % 12));
            let shape = if a % 2 == 0 { Shape::Line(width) } else { Shape::Grid { width, height, maps: 1 + width % 3 } };
            draft.edit("Shape", |network| network.set_shape(&population, shape))
        }
        17 => {
            let receptors = ["excitatory", "inhibitory", "current", "none"];
            draft.edit("Receptor", |network| network.set_receptor(&projection, of(&receptors, b).filter(|_| c % 2 == 0)))
        }
        18 | 19 => {
            let Some(entry) = of(&entries, a) else { return Ok(()) };
            // one million spike trains would be printed
            if entry.field.name == "size" && b % 13 == 5 {
                return Ok(());
            }
            let values = ["0", "1", "2.5", "-65", "0.3", "1e9", "true", "false", "soft", "hard", "nan", "3 ms", "Uniform(1, 2)"];
            draft.adjust("Value", |network| network.set_quantity(&entry.path, of(&values, b).unwrap_or_default())).map(drop)
        }
        20 => draft.set_task(["FreeRun", "Classify"][usize::from(a % 2)]),
        21 => {
            let pooling = [None, Some(Pooling::Cells(u32::from(b % 4))), Some(Pooling::First(u32::from(b % 4)))];
            draft.edit("Pooling", |network| network.set_pooling(&projection, pooling[usize::from(c % 3)]))
        }
        22 => draft.edit("Norm", |network| network.set_norm(&projection, (c % 3 > 0).then_some(f64::from(b)))),
        23 => draft.edit("Ends", |network| network.set_ends(&projection, &other, &of(&populations, c).unwrap_or_default())).map(drop),
        _ => draft.edit("Start", |network| network.set_start(&population, "v", (c % 3 > 0).then_some("Uniform(-65, -50)"))),
    }
}

/// A draft with this network and task, as it is read from its text.
fn draft(network: NetworkSpec, task: TaskSpec) -> Draft {
    let mut draft = Draft::blank();
    let put = |file: &mut NetworkPreset| {
        (file.network, file.task) = (network, task);
        Ok(())
    };
    draft.edit_file("Start", put).unwrap();
    let mut read = Draft::blank();
    read.set_text(&draft.text()).unwrap_or_else(|faults| panic!("{faults:?}\n{}", draft.text()));
    read
}

/// Whether a network is small enough to be built many times.
fn is_small(network: &NetworkSpec) -> bool {
    network.counts().synapses < 3e5 && network.populations.iter().map(|population| f64::from(population.size())).sum::<f64>() < 3e4
}

/// Make the edits and return the valid states on the way, each checked: a refused edit changes nothing, faults are those of the text,
/// undo and redo lead to equal descriptions.
fn check_sequence(mut draft: Draft, edits: &[Edit]) -> Vec<Preset> {
    let (mut states, mut adjusted) = (vec![draft.file().clone()], false);
    let mut valid: Vec<Preset> = draft.preset().into_iter().collect();
    for &edit in edits {
        let (before, known) = (draft.file().clone(), draft.faults().to_vec());
        let result = make(&mut draft, edit);
        assert!(
            result.is_ok() || (*draft.file() == before && draft.faults() == known),
            "{edit:?} failed and changed something: {result:?}"
        );
        assert!(result.as_ref().err().is_none_or(|reason| !reason.trim().is_empty()), "{edit:?} is refused without a reason");
        if *draft.file() == before {
            continue;
        }
        assert_eq!(draft.faults(), draft.file().faults());
        // consecutive adjustments are one step
        let adjusts = matches!(edit.0 % 24, 18 | 19);
        if adjusts && adjusted {
            states.pop();
        }
        adjusted = adjusts;
        states.push(draft.file().clone());
        let text = draft.text();
        let mut read = Draft::blank();
        match read.set_text(&text) {
            Ok(()) => {
                assert_eq!(draft.faults(), [], "{text}");
                assert_eq!((read.network(), read.task()), (draft.network(), draft.task()), "{text}");
                valid.extend(draft.preset());
            }
            Err(faults) => {
                assert!(!draft.faults().is_empty(), "{faults:?} in\n{text}");
                assert!(faults.iter().all(|(place, _)| place.is_some()), "{faults:?} in\n{text}");
                assert!(draft.faults().iter().all(|own| faults.iter().any(|(_, fault)| fault == own)), "{:?}, {faults:?}", draft.faults());
                let unknown = |fault: &&Fault| match fault.element() {
                    Element::Population(name) => draft.network().population(&name).is_none(),
                    Element::Projection(name) => draft.network().projection(&name).is_none(),
                    Element::Network | Element::Task => false,
                };
                assert_eq!(draft.faults().iter().find(unknown), None, "{text}");
            }
        }
    }
    for state in states.iter().rev().skip(1) {
        assert!(draft.undo().is_some() && draft.file() == state);
    }
    for state in &states[1..] {
        assert!(draft.redo().is_some() && draft.file() == state);
    }
    assert_eq!((draft.redo(), draft.faults()), (None, &*draft.file().faults()));
    valid
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn edits_of_a_blank_network_are_undone_read_back_and_built(edits in vec(any::<Edit>(), 0..25)) {
        for preset in check_sequence(Draft::blank(), &edits) {
            let described = preset.network.as_ref().unwrap();
            if is_small(&described.network) && described.file.task.name() == "FreeRun" {
                prop_assert!(FreeRun::new(Arc::clone(&described.network), 1).is_ok(), "{}", preset.to_ron());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn edits_of_a_random_network_are_built_from_one_another_and_replayed(network in random::network(), edits in vec(any::<Edit>(), 0..20)) {
        let task = TaskSpec::free(100.0);
        let valid = check_sequence(draft(network, task.clone()), &edits);
        let mut last: Option<FreeRun> = None;
        for preset in valid {
            let network = Arc::clone(&preset.network.as_ref().unwrap().network);
            if !is_small(&network) || preset.network.as_ref().unwrap().file.task.name() != "FreeRun" {
                continue;
            }
            let mut run = match &last {
                None => FreeRun::new(network, 3).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?,
                Some(last) => {
                    let rebuilt = rebuild(last, network, &task, 3, &mut |_| true);
                    let (origin, run, _) = rebuilt.map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{}", preset.to_ron())))?;
                    prop_assert_eq!(origin.run(&[]).unwrap().digest(), run.digest());
                    run
                }
            };
            // one that halts has a state, too
            run.advance(30, &mut []).ok();
            last = Some(run);
        }
    }

    #[test]
    fn edits_of_a_network_that_learns_from_images_keep_weights_and_replay(plan in random_trials::plan(), edits in vec(any::<Edit>(), 0..20)) {
        let (network, task) = random_trials::network(&plan);
        prop_assume!(network.trial_faults(&task).is_empty());
        let valid = check_sequence(draft(network, TaskSpec::Classify(task)), &edits);
        let data = random_trials::data();
        let mut last: Option<Trainer> = None;
        for preset in valid {
            if !is_small(&preset.network.as_ref().unwrap().network) || preset.network.as_ref().unwrap().file.task.name() != "Classify" {
                continue;
            }
            // what does not fit the images is refused
            let Ok(fresh) = Trainer::new(&preset, Arc::clone(&data), 3, None) else { continue };
            let mut run = fresh;
            if let Some(last) = &last {
                let (mut rebuilt, kept) = last.rebuilt(&preset).unwrap();
                prop_assert_eq!(kept.is_empty(), rebuilt.start().is_none());
                if let Some(start) = rebuilt.start() {
                    run.begin_with(start).unwrap();
                }
                prop_assert_eq!(run.digest().to_string(), rebuilt.digest().to_string());
                run = rebuilt;
            }
            // one that halts has a state, too
            run.train_image().ok();
            last = Some(run);
        }
    }
}

fn network(models: &[&str]) -> (NetworkSpec, Vec<String>) {
    let mut network = NetworkSpec::new(0.1);
    let names = models.iter().map(|model| network.add_population(model).unwrap()).collect();
    (network, names)
}

#[test]
fn what_is_assembled_from_the_palette_runs_and_fires_at_once() {
    for model in ModelSpec::NAMES {
        let named = ModelSpec::named(model).unwrap();
        if named.needs_trials() || named.receptors().is_empty() || *model == "CompetingLif" {
            continue;
        }
        let (mut network, names) = network(&["Poisson", model, model]);
        assert_eq!(names, ["noise", "A", "B"]);
        assert_eq!(network.connect("noise", "A").unwrap(), "noise->A");
        assert_eq!(network.connect("A", "B").unwrap(), "A->B");
        network.check().unwrap();
        let mut run = FreeRun::new(network, 1).unwrap();
        run.advance(10_000, &mut []).unwrap();
        let rates =
            [0, 1, 2].map(|population| run.network().counts_of(population).iter().map(|&count| f64::from(count)).sum::<f64>() / 100.0);
        assert!(rates.iter().all(|rate| (1.0..400.0).contains(rate)), "{model}: {rates:?} Hz");
    }
}

/// A rule begins with its own learning rate and with room for the weights to grow.
#[test]
fn a_chosen_rule_learns_with_its_usual_rate_and_below_its_limit() {
    let (mut network, _) = network(&["Poisson", "Lif"]);
    network.connect("noise", "A").unwrap();
    let value = |network: &NetworkSpec, field: &str| network.projections[0].rule.as_ref().and_then(|rule| rule.value(field)).unwrap();
    network.set_rule("noise->A", Some("RStdp")).unwrap();
    network.set_quantity(&"noise->A.tau_plus".parse().unwrap(), "10 ms").unwrap();
    let eta = value(&network, "eta");
    network.set_rule("noise->A", Some("PairStdp")).unwrap();
    assert_eq!((value(&network, "eta"), value(&network, "tau_plus")), (1.0, 10.0));
    assert_ne!(eta, 1.0);
    let weight = network.projections[0].weight.mean();
    assert!(value(&network, "w_max") >= 1.9 * weight, "{weight} mV of {} mV", value(&network, "w_max"));
}

#[test]
fn impossible_edits_are_refused_with_the_reason() {
    let (mut network, _) = network(&["Poisson", "Lif", "Image"]);
    let before = network.clone();
    assert!(network.connect("A", "noise").unwrap_err().contains("receives nothing"));
    assert!(network.connect("A", "B").unwrap_err().contains("\"B\""));
    assert!(network.add_population("Image").unwrap_err().contains("\"image\""));
    assert!(network.add_population("Lig").unwrap_err().contains("Lif"));
    assert!(network.rename_population("A", "noise").unwrap_err().contains("taken"));
    for name in ["", " A", "A->B", "A\n"] {
        assert!(network.rename_population("A", name).is_err(), "{name:?}");
    }
    assert!(network.set_shape("A", Shape::Line(0)).is_err());
    assert!(network.set_quantity(&"A.tau_m".parse().unwrap(), "10 mV").is_err());
    assert!(network.set_quantity(&"A.tau_m".parse().unwrap(), "1e9 ms").is_err());
    assert_eq!(network, before);
    network.connect("noise", "A").unwrap();
    network.set_wiring("noise->A", "AllToAll").unwrap();
    let before = network.clone();
    assert!(network.set_model("A", "Poisson").unwrap_err().contains("noise->A"));
    assert!(network.set_rule("noise->A", Some("WinnerStdp")).unwrap_err().contains("Shared"));
    assert!(network.set_wiring("noise->A", "Shared").unwrap_err().contains("sites"));
    assert!(network.set_receptor("noise->A", Some("basal")).unwrap_err().contains("basal"));
    network.set_shape("noise", Shape::Line(3)).unwrap();
    assert!(network.set_wiring("noise->A", "OneToOne").unwrap_err().contains("same size"));
    network.set_shape("noise", before.populations[0].shape).unwrap();
    assert_eq!(network, before);
}

#[test]
fn names_of_projections_follow_their_ends_and_so_does_the_task() {
    let (mut draft, mut network) = (Draft::blank(), NetworkSpec::new(0.1));
    draft.set_task("Classify").unwrap();
    for model in ["Image", "SiteLif", "EscapeNoise"] {
        network.add_population(model).unwrap();
    }
    for (from, to) in [("image", "A"), ("A", "output")] {
        network.connect(from, to).unwrap();
    }
    network.set_rule("image->A", Some("FilterStdp")).unwrap();
    draft
        .edit_file("Assemble", |file| {
            file.network = network;
            let spikescope::model::TaskSpec::Classify(task) = &mut file.task else { return Err(String::new()) };
            task.readout = Some("output".to_owned());
            task.stages = vec![spikescope::model::Stage::new(vec!["image->A".to_owned()], 5)];
            Ok(())
        })
        .unwrap();
    assert_eq!(draft.faults(), []);
    draft.rename_population("A", "features").unwrap();
    draft.rename_population("output", "digits").unwrap();
    assert_eq!(draft.faults(), []);
    let names: Vec<&str> = draft.network().projections.iter().map(|projection| projection.name.as_str()).collect();
    assert_eq!(names, ["image->features", "features->digits"]);
    assert_eq!(draft.task().stages()[0].projections, ["image->features"]);
    assert!(draft.text().contains("readout_population: \"digits\""));
    assert_eq!(draft.remove_population("features").unwrap(), ["image->features", "features->digits"]);
    assert_eq!(draft.task().stages(), []);
    while draft.undo().is_some_and(|name| name != "Rename A") {}
    assert_eq!((draft.faults().len(), draft.network().population("A").is_some()), (0, true));
}

#[test]
fn projections_that_stay_are_drawn_as_before() {
    let (mut network, _) = network(&["Lif", "Lif", "Lif"]);
    for (from, to) in [("A", "B"), ("A", "C"), ("B", "C")] {
        let name = network.connect(from, to).unwrap();
        network.set_wiring(&name, "Probability").unwrap();
    }
    let last = |network: &NetworkSpec| {
        let run = FreeRun::new(network.clone(), 3).unwrap();
        run.network().projections().last().map(|projection| projection.synapses.to_array()).unwrap()
    };
    let edges = last(&network);
    network.remove_projection("A->B").unwrap();
    assert_eq!(last(&network), edges);
    // a new one shares no random numbers with those that stay
    let copy = network.duplicate_projection("B->C").unwrap();
    assert_eq!(copy, "B->C 2");
    assert_ne!(last(&network), edges);
}

#[test]
fn an_adjustment_is_one_step_until_the_value_is_released() {
    let mut draft = Draft::blank();
    draft.edit("Add", |network| network.add_population("Lif")).unwrap();
    let path: Path = "A.tau_m".parse().unwrap();
    let drag = |draft: &mut Draft, value: &str| draft.adjust("tau_m of A", |network| network.set_quantity(&path, value)).map(drop);
    for value in ["11", "12", "13"] {
        drag(&mut draft, value).unwrap();
    }
    draft.settle();
    drag(&mut draft, "14").unwrap();
    assert!(drag(&mut draft, "10 mV").is_err());
    let tau_m = |draft: &Draft| draft.network().get(&path).unwrap().number().unwrap();
    assert_eq!((draft.undo().as_deref(), tau_m(&draft)), (Some("tau_m of A"), 13.0));
    assert_eq!((draft.undo().as_deref(), tau_m(&draft)), (Some("tau_m of A"), 20.0));
    assert_eq!((draft.redo().as_deref(), draft.redo().as_deref(), tau_m(&draft)), (Some("tau_m of A"), Some("tau_m of A"), 14.0));
    // without a change there is no step
    drag(&mut draft, "14").unwrap();
    assert_eq!(draft.undoes(), Some("tau_m of A"));
    assert_eq!((draft.undo().as_deref(), tau_m(&draft)), (Some("tau_m of A"), 13.0));
}

#[test]
fn what_the_engine_cannot_deliver_is_refused() {
    let (mut network, names) = network(&["Image", "SiteLif", "EscapeNoise", "Lif"]);
    assert_eq!(names, ["image", "A", "output", "B"]);
    network.connect("image", "A").unwrap();
    assert!(matches!(network.projections[0].wiring, Wiring::Shared { .. }));
    assert!(network.set_wiring("image->A", "AllToAll").unwrap_err().contains("Shared"));
    assert!(network.set_pooling("image->A", Some(Pooling::Cells(7))).unwrap_err().contains("image"));
    // neurons without sites have no place for filters, nor sites for other synapses
    assert!(network.connect("B", "A").unwrap_err().contains("Shared"));
    network.set_shape("B", Shape::Grid { width: 28, height: 28, maps: 1 }).unwrap();
    network.connect("A", "B").unwrap();
    assert!(network.set_wiring("A->B", "Shared").unwrap_err().contains("Lif"));
    network.connect("B", "A").unwrap();
    network.connect("B", "output").unwrap();
    network.check().unwrap();
    network.set_wiring("A->B", "AllToAll").unwrap();
    assert!(network.set_pooling("A->B", Some(Pooling::Cells(0))).unwrap_err().contains("1 to 1000"));
    network.set_pooling("A->B", Some(Pooling::Cells(7))).unwrap();
}
