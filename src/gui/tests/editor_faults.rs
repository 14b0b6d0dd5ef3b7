//! What is wrong with the network that is edited can be found: at its field, below the parameters of any element, and by a click on
//! the number of faults. The two arrows of a ring are both seen. A file of the user keeps its title.

#![allow(clippy::unwrap_used)]

use crate::gui::panel::{Context, Panel};
use crate::gui::panels::all_panels;
use crate::gui::state::editing::Editing;
use crate::gui::state::outbox::Outbox;
use crate::gui::state::{ThemeChoice, UiState};
use crate::gui::tests::editor::{Window, applied, editing, editor, fill, press, says, select};
use crate::gui::tests::fixture;
use crate::gui::tests::painter::Painter;
use crate::gui::tests::stage::{Chosen, free_window, free_window_with, wait_for};
use crate::gui::theme::{self, Palette};
use crate::model::Element;
use crate::preset::{Draft, Preset};
use crate::session::{Quantities, Snapshot, drawn};
use egui::{Key, Modifiers, Pos2, Rect, Role, Shape, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::Path;
use std::sync::Arc;

/// Whether a text with these words is inside the tile of the editor.
fn is_seen(harness: &Window, role: Role, words: &str) -> bool {
    let tile = harness.state().dock.area("graph").unwrap();
    let rects: Vec<Rect> = harness
        .query_all_by(|node| node.role() == role && node.label().or(node.value()).is_some_and(|label| label.contains(words)))
        .map(|node| node.rect())
        .collect();
    rects.iter().any(|rect| rect.height() > 8.0 && tile.expand(1.0).contains_rect(*rect))
}

#[test]
fn fault_is_listed_whatever_is_selected_and_a_click_on_the_number_leads_to_it() {
    let (mut harness, _) = editor();
    select(&mut harness, "Population E, ");
    fill(&mut harness, "E.size", "1000000000");
    let fault = editing(&harness).draft.faults()[0].clone();
    assert_ne!(fault.element(), Element::Network);
    let begin: String = fault.message.chars().take(24).collect();
    for other in ["Population E, ", "Population I, "] {
        select(&mut harness, other);
        assert!(is_seen(&harness, Role::Button, &begin), "{other}");
    }
    if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
        select(&mut harness, "Population E, ");
        harness.render().unwrap().save(format!("{folder}/fault.png")).unwrap();
        select(&mut harness, "Population I, ");
    }
    let number = crate::gui::paint::numbers::plural(editing(&harness).draft.faults().len() as u64, "fault");
    press(&mut harness, &number);
    assert_eq!(editing(&harness).selected, fault.element());
    assert!(is_seen(&harness, Role::Label, &begin), "at its field");
}

#[test]
fn refusal_is_shown_until_the_next_entry_in_its_field() {
    let (mut harness, _) = editor();
    select(&mut harness, "Population E, ");
    for (field, wrong, before, reason) in
        [("E.size", "99999999999999999999", "8000", "is no size"), ("Name of the population", "I", "E", "already taken")]
    {
        fill(&mut harness, field, wrong);
        assert!(says(&harness, reason), "{field}");
        fill(&mut harness, field, before);
        assert!(!says(&harness, reason), "{field}");
    }
    assert_eq!(editing(&harness).draft.undoes(), None, "an old value is no edit");
}

#[test]
fn own_file_keeps_its_title_when_values_were_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.ron");
    // a value that was changed live, in a network that has no file yet
    let (mut harness, _) = free_window_with([1440.0, 900.0], ThemeChoice::Dark, Box::new(Chosen(Some(path.clone()))));
    let title = harness.state().preset.title.clone();
    let mut snapshot = Snapshot::clone(harness.state().snapshot.as_ref().unwrap());
    let view = snapshot.quantities.clone().unwrap();
    let mut network = (*view.network).clone();
    network.set_quantity(&crate::model::Path::new("E", "tau_m"), "12 ms").unwrap();
    let (entries, original) = (network.entries().into(), Arc::clone(&view.original));
    snapshot.quantities = Some(Arc::new(Quantities { network: Arc::new(network), entries, original }));
    assert!(snapshot.quantities.as_ref().unwrap().any_changed());
    harness.state_mut().snapshot = Some(Arc::new(snapshot));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    assert!(wait_for(&mut harness, |_| path.is_file()));
    assert_eq!(Preset::open(&path).unwrap().title, title);
    // one that was applied
    let (mut harness, sent) = free_window([1440.0, 900.0], ThemeChoice::Dark);
    harness.state_mut().file = Some(path.clone());
    press(&mut harness, "Edit network");
    select(&mut harness, "Population I, ");
    fill(&mut harness, "I.size", "1,500");
    press(&mut harness, "Apply");
    assert_eq!(applied(&sent).unwrap().title, title);
}

#[test]
fn sources_are_counted_apart_in_the_view_and_in_the_editor() {
    let (mut harness, _) = editor();
    assert!(says(&harness, "3 populations · 10,000 neurons, 8,000 sources"));
    press(&mut harness, "Close");
    assert!(says(&harness, "10,000 neurons · 8,000 sources"));
}

fn ring() -> Preset {
    Preset::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("presets/ring-of-two.ron")).unwrap()
}

/// Texts and lines that were painted.
fn painted(shape: &Shape, words: &mut Vec<(String, Rect)>, lines: &mut Vec<Vec<Pos2>>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| painted(shape, words, lines)),
        Shape::Text(text) => words.push((text.galley.job.text.clone(), text.visual_bounding_rect())),
        Shape::Path(path) if !path.closed => lines.push(path.points.clone()),
        _ => {}
    }
}

struct Tile(Snapshot, UiState, Outbox, Box<dyn Panel>);

#[test]
fn both_arrows_of_a_ring_are_seen_beside_their_texts() {
    for (choice, size) in
        [(ThemeChoice::Dark, vec2(400.0, 230.0)), (ThemeChoice::Light, vec2(300.0, 200.0)), (ThemeChoice::Dark, vec2(420.0, 520.0))]
    {
        let mut snapshot = fixture::free();
        snapshot.network = Arc::new(drawn(&ring().network.unwrap().network));
        let mut state = UiState::default();
        state.colours.see(["A", "B"].into_iter());
        let panel = all_panels().into_iter().find(|panel| panel.id() == "graph").unwrap();
        let tile = Tile(snapshot, state, Outbox::default(), panel);
        let mut harness = Harness::builder().with_size(size).renderer(Painter::default()).build_ui_state(
            move |ui, Tile(snapshot, ui_state, outbox, panel): &mut Tile| {
                theme::apply(ui.ctx(), choice);
                let palette = Palette::of(ui.theme());
                panel.ui(ui, &mut Context { snapshot, ui_state, outbox, palette, whole: false });
            },
            tile,
        );
        harness.run_steps(3);
        let (mut words, mut lines) = (Vec::new(), Vec::new());
        harness.output().shapes.iter().for_each(|clipped| painted(&clipped.shape, &mut words, &mut lines));
        let ends = |line: &Vec<Pos2>| line[line.len() - 1] - line[0];
        let (down, up): (Vec<_>, Vec<_>) = lines.iter().filter(|line| ends(line).y.abs() > 15.0).partition(|line| ends(line).y > 0.0);
        assert_eq!((down.len(), up.len()), (2, 1), "{size}: {lines:?}");
        // the arrow from A to B is below that from the source
        for line in down.iter().max_by(|a, b| a[0].y.total_cmp(&b[0].y)).into_iter().chain(&up) {
            let hidden = words.iter().find(|(_, area)| line.iter().any(|point| area.contains(*point)));
            assert!(hidden.is_none(), "{size}: {hidden:?} over {line:?}");
        }
        for wiring in ["Probability(0.5)", "Indegree(10)"] {
            assert!(words.iter().any(|(words, _)| words.contains(wiring)), "{size}: {wiring} of {words:?}");
        }
        if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
            harness.render().unwrap().save(format!("{folder}/ring-{}x{}.png", size.x, size.y)).unwrap();
        }
    }
}

/// Pictures of the ring in the window and in its editor, for the eye; both must show two projections between its populations.
#[test]
fn ring_in_the_editor_has_an_arrow_in_each_direction() {
    for (choice, size) in [(ThemeChoice::Dark, [1440.0, 900.0]), (ThemeChoice::Light, [1024.0, 700.0])] {
        let (mut harness, _) = free_window(size, choice);
        let mut snapshot = Snapshot::clone(harness.state().snapshot.as_ref().unwrap());
        snapshot.network = Arc::new(drawn(&ring().network.unwrap().network));
        harness.state_mut().snapshot = Some(Arc::new(snapshot));
        harness.run_steps(3);
        let keep = |harness: &mut Window, name: &str| {
            if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
                harness.render().unwrap().save(format!("{folder}/{name}-{}.png", size[0])).unwrap();
            }
        };
        keep(&mut harness, "ring-window");
        press(&mut harness, "Edit network");
        let draft = Draft::of(&ring()).unwrap();
        harness.state_mut().state.editing = Some(Box::new(Editing::new(draft, false)));
        harness.run_steps(4);
        for name in ["Projection A->B, ", "Projection B->A, "] {
            harness.get_by(|node| node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with(name)));
        }
        keep(&mut harness, "ring-editor");
    }
}
