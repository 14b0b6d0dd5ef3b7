//! Drafts as texts, from presets, and compared with what runs.

use spikescope::model::{Path, TextPlace, Value, Wiring, task_fields};
use spikescope::params::ParamId;
use spikescope::preset::{Changes, Draft, Preset, shipped};

const TEXT: &str = r#"Preset(
    schema: 2,
    title: "Two",
    network: (
        dt: "0.1 ms",
        populations: {
            "noise": (size: 10, model: Poisson(rate: "1 kHz")),
            "E": (size: 5, model: Lif(v_th: "-50 mV")),
        },
        projections: {
            "noise->E": (wiring: AllToAll, weight: "1 mV", delay: "1 ms"),
        },
    ),
    task: FreeRun(duration: "1 s"),
)"#;

fn draft() -> Draft {
    let mut draft = Draft::blank();
    draft.set_text(TEXT).unwrap();
    draft
}

/// Lines and paths of the faults of a text.
fn faults(text: &str) -> Vec<(Option<usize>, String)> {
    let (mut draft, before) = (draft(), draft());
    let faults = draft.set_text(text).unwrap_err();
    assert_eq!((draft.file(), draft.undoes()), (before.file(), before.undoes()), "the draft is as it was");
    faults.into_iter().map(|(place, fault)| (place.map(|place| place.line), fault.path)).collect()
}

#[test]
fn faults_of_a_text_have_their_line_and_leave_the_draft_as_it_was() {
    let at = |text: &str, line: usize, path: &str| {
        let found = faults(text);
        assert!(found.contains(&(Some(line), path.to_owned())), "{found:?}");
    };
    at(&TEXT.replace("-50 mV", "-50 ms"), 8, "populations.\"E\".model.v_th");
    at(&TEXT.replace("delay: \"1 ms\"", "delay: \"0.05 ms\""), 11, "projections.\"noise->E\".delay");
    at(&TEXT.replace("\"1 s\"", "\"0.25 ms\""), 14, "task.duration");
    at(&TEXT.replace("size: 5", "size: 0"), 8, "populations.\"E\".size");
    at(&TEXT.replace("wiring: AllToAll, ", ""), 11, "projections.\"noise->E\".wiring");
    at(&TEXT.replace("schema: 2", "schema: 3"), 2, "schema");
    at(&TEXT.replace("dt: \"0.1 ms\"", "dt: \"0.1 ms\", dx: 1"), 5, "dx");
    at(&TEXT.replace("\"E\": (size", "\"noise\": (size"), 8, "populations.\"noise\"");
    // several at once, in the order of the text
    let both = faults(&TEXT.replace("size: 5", "size: 0").replace("1 kHz", "1 kV"));
    assert_eq!(both.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [Some(7), Some(8)]);
    // what is no RON
    at(&TEXT.replace("size: 10,", "size 10,"), 7, "");
    at("", 1, "");
    for text in ["\u{feff}", "Preset(", "#![enable(implicit_some)]\nPreset(schema: 2)", "[1, 2]", "\"\\", "/* /*"] {
        assert!(!faults(text).is_empty(), "{text:?}");
    }
    assert_eq!(faults(&format!("{TEXT}{}", " ".repeat(2 << 20))), [(Some(1), String::new())]);
    let place = draft().set_text(&TEXT.replace("-50 mV", "-50 ms")).unwrap_err()[0].0;
    assert_eq!(place, Some(TextPlace { line: 8, column: 39 }));
}

#[test]
fn every_prefix_of_a_text_is_refused_without_a_panic_and_the_draft_stays() {
    let mut draft = draft();
    let before = draft.file().clone();
    for end in (0..TEXT.len()).filter(|&end| TEXT.is_char_boundary(end)) {
        let faults = draft.set_text(&TEXT[..end]).unwrap_err();
        assert!(faults.iter().all(|(_, fault)| !fault.message.is_empty()), "{end}");
    }
    assert_eq!(*draft.file(), before);
}

#[test]
fn a_text_is_one_step_of_undo_and_reads_back() {
    let mut draft = draft();
    assert_eq!(draft.undoes(), Some("Edit the text"));
    let text = draft.text();
    draft.set_text(&text).unwrap();
    draft.set_text(&TEXT.replace("size: 5", "size: 6")).unwrap();
    assert_eq!(draft.network().populations[1].size(), 6);
    draft.undo().unwrap();
    assert_eq!((draft.text(), draft.network().populations[1].size()), (text, 5));
    draft.undo().unwrap();
    assert_eq!((draft.undo(), draft.network().populations.len()), (None, 0));
}

#[test]
fn every_shipped_preset_but_the_laboratories_can_be_edited_saved_and_read_again() {
    let mut none = Vec::new();
    for path in shipped() {
        let preset = Preset::open(&path).unwrap();
        let Some(draft) = Draft::of(&preset) else {
            none.push(path.file_stem().unwrap().to_string_lossy().into_owned());
            continue;
        };
        assert_eq!(draft.faults(), [], "{}", path.display());
        let mut again = Draft::blank();
        again.set_text(&draft.text()).unwrap();
        assert_eq!((again.network(), again.task()), (draft.network(), draft.task()), "{}", path.display());
        // what is applied is what was edited
        let applied = draft.preset().unwrap();
        assert_eq!(draft.needs_new_network(&applied), Changes::None);
        assert!(!draft.differs_from(&applied));
        assert_eq!(draft.needs_new_network(&preset), if preset.network.is_some() { Changes::None } else { Changes::Network });
        // a template as text becomes a description
        let mut text = Draft::blank();
        text.set_text(&preset.to_ron()).unwrap();
        assert_eq!(text.network(), draft.network());
    }
    assert_eq!(none, ["first-neuron", "stdp-window"]);
}

#[test]
fn changes_are_live_where_every_one_acts_at_once() {
    let running = draft().preset().unwrap();
    let path = |text: &str| text.parse::<Path>().unwrap();
    let changes = |edit: &dyn Fn(&mut Draft)| {
        let mut draft = draft();
        edit(&mut draft);
        draft.needs_new_network(&running)
    };
    let set = |draft: &mut Draft, at: &str, value: &str| {
        draft.edit("Change", |network| network.set_quantity(&path(at), value)).unwrap();
    };
    assert_eq!(changes(&|_| {}), Changes::None);
    assert_eq!(changes(&|draft| draft.set_words("title", "Other").unwrap()), Changes::None);
    let live = changes(&|draft| {
        set(draft, "E.tau_m", "10 ms");
        set(draft, "noise.rate", "2 kHz");
    });
    let quantities = vec![(path("noise.rate"), Value::Number(2000.0)), (path("E.tau_m"), Value::Number(10.0))];
    assert_eq!(live, Changes::Live { quantities, params: Vec::new() });
    for edit in [
        &|draft: &mut Draft| set(draft, "E.size", "6") as (),
        &|draft: &mut Draft| draft.rename_population("E", "F").unwrap(),
        &|draft: &mut Draft| draft.edit("Rule", |network| network.set_rule("noise->E", Some("PairStdp"))).unwrap(),
        &|draft: &mut Draft| draft.edit("Wiring", |network| network.set_wiring("noise->E", "Indegree")).unwrap(),
        &|draft: &mut Draft| draft.set_task_value("duration", "2 s").unwrap(),
        &|draft: &mut Draft| draft.edit("Start", |network| network.set_start("E", "v", Some("-60 mV"))).unwrap(),
        &|draft: &mut Draft| {
            draft
                .edit("Order", |network| {
                    network.populations.reverse();
                    Ok(())
                })
                .unwrap();
        },
    ] as [&dyn Fn(&mut Draft); 7]
    {
        assert_eq!(changes(edit), Changes::Network);
    }
}

#[test]
fn the_task_is_edited_by_the_names_of_its_values() {
    let mut draft = draft();
    draft.set_task_value("duration", "2 s").unwrap();
    assert_eq!(draft.task().duration_ms(), Some(2000.0));
    assert!(draft.set_task_value("duration", "-1 s").is_err() && draft.set_task_value("present", "1 s").is_err());
    draft.set_task_value("duration", "0.25 ms").unwrap();
    assert_eq!(draft.faults().iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), ["task.duration"]);
    draft.set_task("Classify").unwrap();
    assert!(draft.set_task("Maze").is_err());
    let names: Vec<&str> = task_fields::entries(draft.task(), 0.1).iter().map(|entry| entry.field.name).collect();
    assert!(names.contains(&"epochs") && names.contains(&ParamId::PresentMs.spec().name), "{names:?}");
    draft.set_task_value("present", "100 ms").unwrap();
    draft.set_task_value("epochs", "3").unwrap();
    assert!(draft.set_task_value("epochs", "0").is_err());
    assert!(draft.text().contains("epochs: 3") && draft.text().contains("present: \"100 ms\""), "{}", draft.text());
    // images are missing, which is a fault of the populations
    assert!(draft.faults().iter().any(|fault| fault.path == "populations"));
}

#[test]
fn another_wiring_keeps_the_number_of_synapses_and_what_still_applies() {
    let mut network = draft().network().clone();
    let mut rewire = |kind: &str| {
        network.set_wiring("noise->E", kind).unwrap();
        network.projections[0].wiring.clone()
    };
    assert_eq!(rewire("Indegree"), Wiring::Indegree(10));
    assert_eq!(rewire("Outdegree"), Wiring::Outdegree(5));
    assert_eq!(rewire("Probability"), Wiring::Probability(1.0));
    assert_eq!(rewire("Explicit"), Wiring::Explicit((0..5).map(|neuron| (neuron, neuron)).collect()));
    assert_eq!(rewire("Indegree"), Wiring::Indegree(1));
    assert_eq!(rewire("AllToAll"), Wiring::AllToAll);
    network.write_wiring("noise->E", "Explicit([(0, 1), (9, 4)])").unwrap();
    assert!(network.write_wiring("noise->E", "Explicit([(10, 1)])").is_err());
    assert!(network.write_wiring("noise->E", "Explicit([(1").is_err());
    assert_eq!(network.projections[0].wiring, Wiring::Explicit(vec![(0, 1), (9, 4)]));
}

/// The text with its comments and explicit defaults stays until something else changes the preset, and comes back with undo.
#[test]
fn text_that_was_read_or_typed_is_kept_as_long_as_it_describes_the_preset() {
    let mut draft = draft();
    assert_eq!(draft.written(), Some(TEXT));
    let by_hand = |text: &str| format!("// by hand\n{text}");
    assert!(!draft.keep_text("Preset(") && draft.keep_text(&by_hand(TEXT)));
    assert_eq!(draft.text(), by_hand(TEXT));
    draft.edit("Duplicate", |network| network.duplicate_population("E")).unwrap();
    assert!(draft.written().is_none() && !draft.text().contains("by hand"));
    let edited = draft.text();
    draft.undo();
    assert_eq!(draft.text(), by_hand(TEXT));
    draft.redo();
    draft.set_text(&by_hand(&edited)).unwrap();
    assert_eq!(draft.written(), Some(by_hand(&edited).as_str()));
    draft.undo();
    assert_eq!(draft.written(), Some(by_hand(TEXT).as_str()));
    // a text of another preset
    assert!(draft.keep_text(&TEXT.replace("size: 5", "size: 6")));
    assert_eq!(draft.text(), by_hand(TEXT));
}
