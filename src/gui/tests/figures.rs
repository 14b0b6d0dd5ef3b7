//! Saved figures, read back: they contain the whole figure without controls, at the chosen resolution. Set `SPIKESCOPE_GALLERY`
//! to a folder to keep them for inspection.

#![allow(clippy::unwrap_used)]

use crate::gui::export::figure::{Figure, draw};
use crate::gui::panel::Panel;
use crate::gui::panels::all_panels;
use crate::gui::state::figure::FigureChoice;
use crate::gui::state::{ThemeChoice, UiState};
use crate::gui::tests::fixture;
use crate::session::{FinishedRun, Layer, Snapshot, SpikeEvent};
use egui::accesskit::Role;
use egui::{Shape, Vec2, vec2};
use std::path::Path;
use std::sync::Arc;

fn panel(id: &str) -> Box<dyn Panel> {
    all_panels().into_iter().find(|panel| panel.id() == id).unwrap()
}

fn state_of(snapshot: &Snapshot) -> UiState {
    UiState { selected_neuron: snapshot.potentials.first().map_or(0, |trace| trace.neuron), ..UiState::default() }
}

fn figure(panel: &mut dyn Panel, snapshot: &Snapshot, state: &UiState, size: Vec2) -> Figure {
    draw(panel, snapshot, state, size, ThemeChoice::Dark, 0.0)
}

fn xml(figure: Figure) -> String {
    String::from_utf8(figure.svg()).unwrap()
}

/// Number of spike rectangles in an SVG.
fn marks(svg: &str) -> usize {
    let document = roxmltree::Document::parse(svg).unwrap();
    let groups = document.descendants().filter(|node| node.attribute("class") == Some("marks"));
    groups.map(|group| group.children().filter(|node| node.has_tag_name("rect")).count()).sum()
}

fn rows(panel: &dyn Panel, snapshot: &Snapshot, state: &UiState) -> usize {
    let bytes = panel.chosen_table(state)(snapshot).unwrap();
    csv::Reader::from_reader(bytes.as_slice()).records().map(Result::unwrap).count()
}

/// Roles that a user can press, drag or type into.
const CONTROLS: [Role; 8] =
    [Role::Button, Role::CheckBox, Role::Slider, Role::SpinButton, Role::ComboBox, Role::TextInput, Role::RadioButton, Role::Switch];

fn each(shape: &Shape, see: &mut dyn FnMut(&Shape)) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| each(shape, see)),
        other => see(other),
    }
}

#[test]
fn figures_have_no_controls_and_no_truncated_text() {
    let mut faults = Vec::new();
    let suited = |panel: Box<dyn Panel>| {
        let snapshot = fixture::suited(&*panel);
        (panel, snapshot)
    };
    let free = ["inspector", "membrane", "histogram", "runs"].map(|id| (panel(id), fixture::free()));
    for (mut panel, snapshot) in all_panels().into_iter().map(suited).chain(free) {
        let figure = figure(&mut *panel, &snapshot, &state_of(&snapshot), vec2(420.0, 240.0));
        let (shapes, nodes, area) = figure.content();
        // the populations of the network are part of the figure
        let controls = nodes.iter().filter(|(role, _)| CONTROLS.contains(role) && panel.id() != "graph");
        faults.extend(controls.map(|(role, words)| format!("{}: {role:?} {words}", panel.id())));
        for clipped in shapes {
            each(&clipped.shape, &mut |shape| {
                let Shape::Text(text) = shape else { return };
                if text.galley.text().is_empty() {
                    return;
                }
                if text.galley.elided || text.galley.text().ends_with('\u{2026}') {
                    faults.push(format!("{}: cut off: {}", panel.id(), text.galley.text()));
                }
                let rect = text.visual_bounding_rect();
                if !area.contains_rect(rect) || !clipped.clip_rect.expand(3.0).contains_rect(rect) {
                    faults.push(format!("{}: outside: {} at {rect}", panel.id(), text.galley.text()));
                }
            });
        }
        if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
            std::fs::create_dir_all(&folder).unwrap();
            let path = Path::new(&folder).join(format!("{}{}", panel.id(), if snapshot.free.is_some() { "-free" } else { "" }));
            let again = draw(&mut *panel, &snapshot, &state_of(&snapshot), vec2(420.0, 240.0), ThemeChoice::Dark, 0.0);
            std::fs::write(path.with_extension("svg"), again.svg()).unwrap();
            std::fs::write(path.with_extension("png"), figure.png().unwrap()).unwrap();
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn raster_svg_and_table_hold_every_spike() {
    let snapshot = fixture::classification();
    let (mut panel, mut state) = (panel("raster"), state_of(&snapshot));
    let whole = rows(&*panel, &snapshot, &state);
    assert!(whole > 100);
    assert_eq!(marks(&xml(figure(&mut *panel, &snapshot, &state, vec2(400.0, 300.0)))), whole);
    // the selection in the view applies to both
    state.raster.layers = crate::gui::state::choices::Layers::Output;
    state.raster.output.neurons = crate::gui::state::choices::Neurons::Range;
    state.raster.output.range = (0, 199);
    let svg = xml(figure(&mut *panel, &snapshot, &state, vec2(400.0, 300.0)));
    let part = rows(&*panel, &snapshot, &state);
    let counted = snapshot.spikes.iter().filter(|spike| spike.layer == Layer::Output && spike.neuron < 200).count();
    assert_eq!((marks(&svg), part), (counted, counted));
    assert!(part < whole && !svg.contains("<image"), "spikes are vectors, not pixels");
}

#[test]
fn svg_holds_all_spikes_of_a_dense_raster() {
    let mut snapshot = fixture::network(1600, 400.0);
    let first = snapshot.step.0 - 500;
    snapshot.spikes =
        (0..20_000_u64).map(|k| SpikeEvent { step: first + k / 40, neuron: (k * 7919 % 1600) as u32, layer: Layer::Output }).collect();
    let (mut panel, state) = (panel("raster"), state_of(&snapshot));
    assert_eq!(marks(&xml(figure(&mut *panel, &snapshot, &state, vec2(500.0, 400.0)))), rows(&*panel, &snapshot, &state));
}

#[test]
fn svg_trace_has_a_point_for_every_sample() {
    let mut snapshot = fixture::classification();
    let samples = 5000;
    snapshot.potentials[0].v_mv = (0..samples).map(|k| (k as f32 / 10.0).sin() - 60.0).collect();
    snapshot.potentials[0].threshold_mv = vec![-40.0; samples].into();
    snapshot.potentials.truncate(1);
    let mut state = state_of(&snapshot);
    state.membrane.images = 20;
    let svg = xml(figure(&mut *panel("membrane"), &snapshot, &state, vec2(400.0, 240.0)));
    let document = roxmltree::Document::parse(&svg).unwrap();
    let lines = document.descendants().filter(|node| node.has_tag_name("polyline"));
    let longest = lines.map(|node| node.attribute("points").unwrap().split(' ').count()).max();
    assert_eq!(longest, Some(samples));
}

#[test]
fn png_has_the_chosen_resolution_and_a_white_background_unless_window_colours_are_chosen() {
    let snapshot = fixture::classification();
    let read = |figure_choice: FigureChoice| {
        let state = UiState { figure: figure_choice, ..state_of(&snapshot) };
        let bytes = figure(&mut *panel("confusion"), &snapshot, &state, vec2(400.0, 300.0)).png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let info = reader.info();
        let (size, dims) = ((info.width, info.height), info.pixel_dims.unwrap());
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        (size, dims.xppu, [pixels[0], pixels[1], pixels[2]])
    };
    for (dpi, size) in [(96, (400, 300)), (192, (800, 600)), (300, (1250, 938)), (600, (2500, 1875))] {
        let (found, per_metre, corner) = read(FigureChoice { dpi, window_colours: false });
        assert_eq!(found, size);
        assert_eq!(per_metre, (f64::from(dpi) / 0.0254).round() as u32);
        assert_eq!(corner, [255; 3], "the background is white");
    }
    let (.., corner) = read(FigureChoice { dpi: 96, window_colours: true });
    assert!(corner.iter().all(|&channel| channel < 60), "{corner:?}");
}

#[test]
fn scrolled_content_is_shown_whole_in_a_figure() {
    let mut snapshot = fixture::classification();
    let run = snapshot.runs[0].clone();
    snapshot.runs =
        (0..12).map(|k| FinishedRun { id: 10 + k, title: format!("earlier run {k} with a long name"), ..run.clone() }).collect();
    let svg = xml(figure(&mut *panel("runs"), &snapshot, &state_of(&snapshot), vec2(600.0, 240.0)));
    let document = roxmltree::Document::parse(&svg).unwrap();
    let height: f32 = document.root_element().attribute("height").unwrap().parse().unwrap();
    assert!(height > 400.0, "{height}");
    for k in 0..12 {
        assert!(svg.contains(&format!(">{k}</tspan>")), "run {k} is listed");
    }
}

/// All kinds of networks in the window.
fn kinds() -> Vec<Snapshot> {
    let [rewarded, deep, small] = [fixture::rewarded(), fixture::deep(), fixture::free_small()];
    vec![
        fixture::classification(),
        fixture::features(),
        deep,
        fixture::first_neuron(),
        fixture::pairing(),
        fixture::free(),
        rewarded,
        small,
    ]
}

/// What has no numbers of its own.
const WITHOUT_DATA: [&str; 1] = ["help"];

#[test]
fn every_view_of_every_kind_of_network_is_saved_as_png_svg_and_csv() {
    let (mut faults, mut saved) = (Vec::new(), 0);
    for (kind, snapshot) in kinds().into_iter().enumerate() {
        let state = state_of(&snapshot);
        for mut panel in all_panels().into_iter().filter(|panel| snapshot.aspects.first_absent(panel.needs()).is_none()) {
            let id = panel.id();
            let png = figure(&mut *panel, &snapshot, &state, vec2(420.0, 240.0)).png().unwrap();
            let mut picture = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
            let mut pixels = vec![0; picture.output_buffer_size().unwrap()];
            picture.next_frame(&mut pixels).unwrap();
            let svg = xml(figure(&mut *panel, &snapshot, &state, vec2(420.0, 240.0)));
            let words = roxmltree::Document::parse(&svg).map(|svg| svg.descendants().filter(|node| node.has_tag_name("tspan")).count());
            // the figure has at least its title
            if pixels.iter().all(|&byte| byte == pixels[0]) || words.is_err() || words.is_ok_and(|words| words == 0) {
                faults.push(format!("{id} of kind {kind}: an empty figure"));
            }
            let images = svg.matches("<image ").count();
            let shown = (0..64).filter(|index| svg.contains(&format!("href=\"#t{index}\""))).count();
            if images != shown {
                faults.push(format!("{id} of kind {kind}: {images} images, {shown} of them shown"));
            }
            let bytes = panel.chosen_table(&state)(&snapshot).unwrap();
            let mut table = csv::Reader::from_reader(bytes.as_slice());
            let head = table.headers().unwrap().clone();
            let names: std::collections::BTreeSet<&str> = head.iter().collect();
            let rows = table.records().map(Result::unwrap).count();
            if names.len() != head.len() || names.contains("") {
                faults.push(format!("{id} of kind {kind}: columns {head:?}"));
            }
            saved += usize::from(rows > 0);
            // of these kinds everything is in the picture; others have no such data in some networks
            if rows == 0 && snapshot.free.is_some() && !WITHOUT_DATA.contains(&id) {
                faults.push(format!("{id} of kind {kind}: no rows"));
            }
        }
    }
    assert!(faults.is_empty() && saved > 60, "{saved} tables; {}", faults.join("\n"));
}

#[test]
fn figure_of_spikes_has_marks_units_and_rows_that_do_not_depend_on_the_tile() {
    let snapshot = fixture::free();
    let mut state = state_of(&snapshot);
    state.raster.images = 1;
    let mut counts = Vec::new();
    for size in [vec2(400.0, 240.0), vec2(1600.0, 900.0)] {
        let svg = xml(figure(&mut *panel("populations"), &snapshot, &state, size));
        assert!(!svg.contains("<image "), "no image");
        let document = roxmltree::Document::parse(&svg).unwrap();
        let words = document.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text()).flat_map(str::split_whitespace);
        let words = words.collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("time before the end of the record (ms)") && words.contains("E 100 of 8,000, I 100 of 2,000 neurons"),
            "{words}"
        );
        counts.push(marks(&svg));
    }
    assert!(counts[0] > 500 && counts[0] == counts[1], "{counts:?}");
    // all neurons, over a long time: an image, and the file says so
    (state.all_neurons, state.raster.images) = (true, 10);
    let svg = xml(figure(&mut *panel("populations"), &snapshot, &state, vec2(600.0, 300.0)));
    assert_eq!((svg.matches("<image ").count(), marks(&svg)), (1, 0));
    assert!(svg.contains(">image,</tspan>") && svg.contains(">50,000</tspan>"));
}

#[test]
fn tables_hold_the_populations_and_the_time_that_are_shown() {
    let snapshot = fixture::free();
    let mut state = state_of(&snapshot);
    state.raster.images = 1;
    let table = |id: &str, state: &UiState| {
        let bytes = panel(id).chosen_table(state)(&snapshot).unwrap();
        let rows = csv::Reader::from_reader(bytes.as_slice()).records().map(Result::unwrap).collect::<Vec<_>>();
        let names: std::collections::BTreeSet<String> = rows.iter().map(|row| row[0].to_owned()).collect();
        (names.into_iter().collect::<Vec<_>>(), rows.len())
    };
    let (names, few) = table("populations", &state);
    assert_eq!(names, ["E", "I"]);
    assert_eq!(table("rates", &state), (vec!["E".to_owned(), "I".to_owned()], 2 * 100));
    state.sources = true;
    let (names, more) = table("populations", &state);
    assert!(names == ["E", "I", "noise"] && more > few);
    // runs: what was measured with that of this run, rates over time, and what differs
    let bytes = panel("runs").chosen_table(&state)(&snapshot).unwrap();
    let rows: Vec<_> = csv::Reader::from_reader(bytes.as_slice()).records().map(Result::unwrap).collect();
    let of = |kind: &str, run: &str| rows.iter().filter(|row| &row[0] == kind && &row[1] == run).count();
    let names = ["now", "Run 1", "Run 2"];
    assert_eq!(names.map(|run| of("measured", run)), [12; 3], "4 of two populations, 2 of two projections");
    // without the incomplete means at both ends
    assert_eq!(names.map(|run| of("rate", run)), [2 * (400 - 4); 3]);
    assert_eq!(names.map(|run| of("difference", run)), [0, 0, 2]);
    let length = |row: &csv::StringRecord| row[5].parse::<f64>().unwrap() - row[4].parse::<f64>().unwrap();
    assert!(rows.iter().all(|row| (length(row) - 2000.0).abs() < 1e-6));
    let (names, _) = table("weight_history", &state);
    assert_eq!(names, ["E->E"], "the projection that is drawn");
}

#[test]
fn table_of_spikes_says_which_neurons_of_a_source_it_holds_and_has_times_without_rounding_noise() {
    let mut snapshot = fixture::free();
    // 123,606.2 ms is 123606.20000000001 in binary
    let view = Arc::make_mut(snapshot.free.as_mut().unwrap());
    let later = 1_236_062 - (view.span().1 - 1);
    let moved = |block: &Arc<crate::session::SpikeBlock>| {
        let block = crate::session::SpikeBlock { from: block.from + later, to: block.to + later, ..(**block).clone() };
        Arc::new(block)
    };
    view.blocks = view.blocks.iter().map(moved).collect();
    let state = UiState { sources: true, ..state_of(&snapshot) };
    let bytes = panel("populations").table()(&snapshot).unwrap();
    let all = panel("populations").chosen_table(&state)(&snapshot).unwrap();
    let rows = |bytes: &[u8]| -> Vec<csv::StringRecord> { csv::Reader::from_reader(bytes).records().map(Result::unwrap).collect() };
    assert!(rows(&bytes).iter().all(|row| row[4].len() <= "123606.2".len()), "time_ms");
    let view = snapshot.free.as_deref().unwrap();
    for (index, population) in view.populations.iter().enumerate() {
        let own: Vec<csv::StringRecord> = rows(&all).into_iter().filter(|row| row[0] == population.name).collect();
        let every = population.every;
        assert!(!own.is_empty() && own.iter().all(|row| row[1] == every.to_string()), "{}", population.name);
        assert!(own.iter().all(|row| row[2].parse::<u32>().unwrap().is_multiple_of(every)));
        if every == 1 {
            let counted: u32 = view.bins_since(index, 0).map(|(.., spikes)| spikes).sum();
            assert_eq!(own.len(), counted as usize, "every spike of {}", population.name);
        }
    }
}
