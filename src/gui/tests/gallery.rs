//! Every view with every kind of data, at every size, in both themes: none may panic, and each must have an accessible
//! description. Set `SPIKESCOPE_GALLERY` to a folder to save the pictures.

#![allow(clippy::unwrap_used)]

use crate::gui::panel::{Context, Panel};
use crate::gui::panels::all_panels;
use crate::gui::state::outbox::Outbox;
use crate::gui::state::{ThemeChoice, UiState};
use crate::gui::tests::fixture;
use crate::gui::tests::painter::Painter;
use crate::gui::theme::{self, Palette};
use crate::session::{Command, Launch, Layer, Session, Snapshot, Speed, SpikeEvent, Watch};
use crate::time::Step;
use egui::accesskit::Role;
use egui::{Vec2, vec2};
use egui_kittest::{Harness, kittest::NodeT, kittest::Queryable};
use std::sync::Arc;

/// A window that shows one view in a tile.
struct Stage {
    snapshot: Snapshot,
    state: UiState,
    outbox: Outbox,
    panel: Box<dyn Panel>,
}

fn panel(id: &str) -> Box<dyn Panel> {
    all_panels().into_iter().find(|panel| panel.id() == id).unwrap()
}

fn stage<'a>(panel: Box<dyn Panel>, snapshot: Snapshot, size: Vec2, choice: ThemeChoice, scale: f32) -> Harness<'a, Stage> {
    let state = UiState { selected_neuron: snapshot.potentials.first().map_or(0, |t| t.neuron), ..UiState::default() };
    let stage = Stage { snapshot, state, outbox: Outbox::default(), panel };
    let mut harness = Harness::builder().with_size(size).with_pixels_per_point(scale).renderer(Painter::default()).build_ui_state(
        move |ui, stage: &mut Stage| {
            theme::apply(ui.ctx(), choice);
            let palette = Palette::of(ui.theme());
            let Stage { snapshot, state, outbox, panel } = stage;
            let mut cx = Context { snapshot, ui_state: state, outbox, palette, whole: false };
            egui::CentralPanel::default().frame(theme::tile_frame(palette)).show(ui, |ui| {
                let (dim, right) = panel.caption(&cx);
                ui.horizontal(|ui| {
                    ui.label(theme::strong(panel.title()));
                    ui.add(egui::Label::new(egui::RichText::new(format!("· {dim}")).color(palette.dim)).truncate());
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.label(theme::mono(right).color(palette.dim)));
                });
                panel.ui(ui, &mut cx);
            });
        },
        stage,
    );
    harness.run_steps(3);
    harness
}

/// Every view with a network that it can show, and those with a content of their own for networks that run freely with one of these.
fn shown() -> Vec<(Box<dyn Panel>, Snapshot)> {
    let free = ["inspector", "membrane", "histogram", "runs"].map(|id| (panel(id), fixture::free()));
    let suited = all_panels().into_iter().map(|panel| {
        let snapshot = fixture::suited(&*panel);
        (panel, snapshot)
    });
    suited.chain(free).collect()
}

/// Size of a view in the default layout at 1440 x 900.
fn usual(id: &str) -> Vec2 {
    match id {
        "now" => vec2(930.0, 150.0),
        "raster" => vec2(520.0, 420.0),
        "runs" => vec2(900.0, 440.0),
        "membrane" | "accuracy" => vec2(500.0, 190.0),
        "fields" | "eligibility" => vec2(400.0, 420.0),
        "inspector" => vec2(220.0, 400.0),
        "why" => vec2(620.0, 300.0),
        "draw" => vec2(460.0, 260.0),
        "confusion" => vec2(240.0, 230.0),
        "reward" => vec2(400.0, 240.0),
        "stdp_window" => vec2(520.0, 460.0),
        _ => vec2(420.0, 240.0),
    }
}

/// Invalid and extreme data that no normal run produces.
fn extreme() -> Vec<(&'static str, Snapshot)> {
    let mut broken = fixture::network(3, 90.0);
    broken.weights = Arc::new(crate::session::WeightView {
        n_pre: 784,
        n_post: 3,
        field: (28, 28),
        w: (0..3 * 784).map(|i| if i % 3 == 0 { f32::NAN } else { f32::INFINITY }).collect(),
        w_max: f32::NAN,
    });
    broken.trial.votes = vec![f32::NAN; 10];
    broken.trial.elapsed_ms = f64::NAN;
    broken.dopamine = Arc::new([f32::NAN; 500]);
    broken.potentials[0].v_mv = Arc::new([f32::NAN; 500]);
    broken.potentials[0].threshold_mv = Arc::default();
    broken.potentials[0].spikes.push(u32::MAX);
    broken.accuracy = Arc::new([crate::session::AccuracyPoint { image: 0, raw: f32::NAN, mean: f32::NAN }; 3]);
    broken.confusion = Arc::new([1, 2, 3]);
    broken.spikes = Arc::new([SpikeEvent { step: u64::MAX, neuron: u32::MAX, layer: Layer::Output }]);
    broken.rates = Arc::new([]);
    let lost = crate::session::Why { size: (28, 28), side: all_nan(), rival: Some(all_nan()), ..Default::default() };
    broken.why = Some(Arc::new(Ok(lost)));
    broken.probed = Some(Arc::new(crate::session::Probed { pixels: vec![1; 3], votes: vec![f32::NAN; 2], ..Default::default() }));
    broken.eligibility = Some(Arc::new(crate::session::WeightView { w: Arc::new([f32::NAN; 90]), ..(*broken.weights).clone() }));
    let endless = crate::session::Habit { intervals_ms: vec![f32::INFINITY, f32::NAN, 3.0], silent_images: 99, ..Default::default() };
    broken.habit = Some(Arc::new(endless));
    let mut hollow = fixture::features();
    hollow.hidden = Arc::new([crate::session::BankView { sites: (3, 0), spikes: hollow.hidden[0].spikes.clone(), ..Default::default() }]);
    hollow.potentials[0].v_mv = Arc::new([f32::NAN; 500]);
    hollow.potentials[1].v_mv = Arc::default();
    let mut empty = fixture::network(0, 0.0);
    empty.classes = 0;
    empty.window_ms = 0.0;
    empty.dt_ms = 0.0;
    let mut many_classes = fixture::classification();
    many_classes.classes = 47;
    many_classes.class_names = (0..47).map(|k| format!("a kind of thing, number {k}")).collect();
    many_classes.class_of = (0..400).map(|n| (n % 50 < 47).then_some((n % 50) as u8)).collect();
    many_classes.confusion = (0..47 * 47).map(|i| u32::from(i % 48 == 0) * 30 + i % 3).collect();
    let mut unassigned = fixture::classification();
    unassigned.class_of = vec![None; 400].into();
    let mut crowd = fixture::network(1600, 400.0);
    crowd.spikes = (0..100_000_u64)
        .map(|k| SpikeEvent { step: crowd.step.0 - 500 + k / 200, neuron: (k * 7919 % 1600) as u32, layer: Layer::Output })
        .collect();
    let mut early = fixture::classification();
    early.step = Step(120);
    early.window_start = Step(0);
    early.trial.elapsed_ms = 120.0;
    early.trial.answer = None;
    early.spikes = early.spikes.iter().filter(|s| s.step >= 310_092).map(|s| SpikeEvent { step: s.step - 310_092, ..*s }).collect();
    early.accuracy = early.accuracy[..1].into();
    early.trials = early.trials[..2].into();
    vec![
        ("broken", broken),
        ("hollow", hollow),
        ("empty", empty),
        ("one", fixture::network(1, 40.0)),
        ("many-classes", many_classes),
        ("unassigned", unassigned),
        ("crowd", crowd),
        ("early", early),
        ("untouched", fixture::untouched()),
        ("silent", fixture::silent()),
    ]
}

/// A neuron whose numbers are NaN.
fn all_nan() -> crate::session::Side {
    let mut side = crate::session::Side { neuron: u32::MAX, ..Default::default() };
    side.terms.input_mv = f64::NAN;
    side.terms.inhibition_mv = f64::NEG_INFINITY;
    side.painted.pixels = vec![f32::NAN, f32::INFINITY, -1.0];
    side.painted.hidden = vec![vec![(3, f64::NAN)], Vec::new()];
    side
}

fn keep(harness: &mut Harness<'_, Stage>, name: &str) {
    if let Ok(folder) = std::env::var("SPIKESCOPE_GALLERY") {
        std::fs::create_dir_all(&folder).unwrap();
        harness.render().unwrap().save(format!("{folder}/{name}.png")).unwrap();
    }
}

/// Whether the view has an accessible description.
fn described(harness: &Harness<'_, Stage>) -> bool {
    let title = harness.state().panel.title();
    harness
        .root()
        .children_recursive()
        .filter(|node| matches!(node.accesskit_node().role(), Role::Image | Role::Label))
        .filter_map(|node| node.accesskit_node().label().or(node.accesskit_node().value()))
        .any(|label| label.split(' ').count() >= 5 && label != title)
}

/// Mean brightness of blocks of `side` points, row by row, of an image with `scale` pixels per point.
fn blocks(image: &image::RgbaImage, side: u32, scale: u32) -> Vec<f32> {
    let pixels = side * scale;
    let (across, down) = (image.width() / pixels, image.height() / pixels);
    let mean = |column: u32, row: u32| {
        let (left, top) = (column * pixels, row * pixels);
        let bright = |x: u32, y: u32| image.get_pixel(left + x, top + y).0[..3].iter().map(|&c| f32::from(c)).sum::<f32>() / 3.0;
        (0..pixels * pixels).map(|k| bright(k % pixels, k / pixels)).sum::<f32>() / (pixels * pixels) as f32
    };
    (0..across * down).map(|k| mean(k % across, k / across)).collect()
}

/// A12. On a display with twice the pixel density a view has the same layout, and thin lines remain visible.
#[test]
fn every_view_looks_the_same_at_double_pixel_density_in_both_themes() {
    for theme in [ThemeChoice::Dark, ThemeChoice::Light] {
        for id in all_panels().iter().map(|panel| panel.id()) {
            let picture = |scale: u32| {
                let mut harness = stage(panel(id), fixture::suited(&*panel(id)), usual(id), theme, scale as f32);
                let picture = harness.render().unwrap();
                keep(&mut harness, &format!("{id}-{theme:?}-{scale}x").to_lowercase());
                blocks(&picture, 8, scale)
            };
            let (once, twice) = (picture(1), picture(2));
            assert_eq!(once.len(), twice.len(), "{id}");
            let apart: Vec<f32> = once.iter().zip(&twice).map(|(a, b)| (a - b).abs()).collect();
            let mean = apart.iter().sum::<f32>() / apart.len() as f32;
            let most = apart.iter().copied().fold(0.0, f32::max);
            println!("{id} {theme:?}: mean {mean:.2}, most {most:.1} of 255");
            assert!(mean < 6.0 && most < 60.0, "{id} in {theme:?}: blocks differ by {mean:.2} on average, {most:.1} at most");
        }
    }
}

#[test]
fn every_view_describes_itself_in_all_themes() {
    for choice in [ThemeChoice::Dark, ThemeChoice::Light, ThemeChoice::DarkContrast, ThemeChoice::LightContrast] {
        for (panel, snapshot) in shown() {
            let id = if snapshot.free.is_some() { format!("{}-free", panel.id()) } else { panel.id().to_owned() };
            let size = usual(panel.id());
            let mut harness = stage(panel, snapshot, size, choice, 1.0);
            assert!(described(&harness), "{id} has no summary");
            keep(&mut harness, &format!("{id}-{choice:?}").to_lowercase());
        }
    }
}

/// A view paints inside its tile, and its controls lie inside the tile without overlapping.
#[test]
fn views_fit_every_size() {
    for size in [vec2(40.0, 40.0), vec2(150.0, 110.0), vec2(240.0, 200.0), vec2(900.0, 560.0), vec2(300.0, 700.0)] {
        for (panel, snapshot) in shown() {
            let id = if snapshot.free.is_some() { format!("{}-free", panel.id()) } else { panel.id().to_owned() };
            let mut harness = stage(panel, snapshot, size, ThemeChoice::Dark, 1.0);
            let window = egui::Rect::from_min_size(egui::Pos2::ZERO, size);
            for clipped in &harness.output().shapes {
                let seen = clipped.shape.visual_bounding_rect().intersect(clipped.clip_rect);
                assert!(!seen.is_positive() || window.expand(2.0).contains_rect(seen), "{id} at {size} paints at {seen:?}");
            }
            let nodes = harness.root().children_recursive().map(|node| {
                let node = node.accesskit_node();
                (node.locate().0, (node.role(), node.label().unwrap_or_default()))
            });
            let named: std::collections::HashMap<_, _> = nodes.collect();
            let controls = super::layout::controls_of(&harness.ctx, |id| named.get(&id).cloned());
            let controls: Vec<_> = controls.iter().filter(|(_, role, ..)| super::layout::is_control(*role)).collect();
            for (k, (name, role, rect, layer)) in controls.iter().enumerate() {
                assert!(window.expand(1.0).contains_rect(*rect), "{id} at {size}: {role:?} {name:?} at {rect:?}");
                let over = controls[..k].iter().find(|other| other.3 == *layer && other.2.shrink(1.0).intersects(rect.shrink(1.0)));
                assert!(over.is_none(), "{id} at {size}: {role:?} {name:?} over {over:?}");
            }
            keep(&mut harness, &format!("size-{}x{}-{id}", size.x, size.y));
        }
    }
}

#[test]
fn views_accept_invalid_and_extreme_data() {
    for (name, snapshot) in extreme() {
        for panel in all_panels() {
            let id = panel.id();
            let mut harness = stage(panel, snapshot.clone(), usual(id), ThemeChoice::Dark, 1.0);
            assert!(described(&harness), "{id} has no summary on {name} data");
            keep(&mut harness, &format!("weird-{name}-{id}"));
        }
    }
}

/// Eight traces over ten images, and a raster of one class: options with large effects.
#[test]
fn views_show_what_was_chosen() {
    for id in ["membrane", "raster"] {
        let mut snapshot = fixture::classification();
        let trace = snapshot.potentials[0].clone();
        snapshot.potentials = (0..8).map(|k| crate::session::PotentialTrace { neuron: 280 + k, ..trace.clone() }).collect();
        for (k, trace) in snapshot.potentials.iter_mut().enumerate() {
            trace.v_mv = trace.v_mv.iter().map(|v| v - k as f32 * 0.7).collect();
        }
        snapshot.history_limit_ms = 900.0;
        let mut harness = stage(panel(id), snapshot, vec2(560.0, 260.0), ThemeChoice::Dark, 1.0);
        let state = &mut harness.state_mut().state;
        (0..8).for_each(|k| state.membrane.pin(280 + k));
        state.raster.output.neurons = crate::gui::state::choices::Neurons::Class;
        state.raster.output.class = 7;
        (state.raster.images, state.membrane.images) = (2, 2);
        harness.run_steps(3);
        assert!(described(&harness));
        keep(&mut harness, &format!("chosen-{id}"));
    }
}

/// Texts in plots of the size of notes, in painting order, with all lines and curves.
#[derive(Default)]
struct Painted {
    words: Vec<(usize, String, egui::Rect)>,
    lines: Vec<(usize, Vec<egui::Pos2>)>,
}

fn look(shape: &egui::Shape, at: usize, painted: &mut Painted) {
    match shape {
        egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| look(shape, at, painted)),
        egui::Shape::Text(text) => {
            let note = crate::gui::paint::text::note_font();
            if text.angle == 0.0 && text.galley.job.sections.iter().any(|section| section.format.font_id == note) {
                painted.words.push((at, text.galley.job.text.clone(), text.visual_bounding_rect().shrink(1.0)));
            }
        }
        egui::Shape::Path(path) if !path.closed => painted.lines.push((at, path.points.clone())),
        egui::Shape::LineSegment { points, .. } => painted.lines.push((at, points.to_vec())),
        _ => {}
    }
}

fn crosses(line: &[egui::Pos2], rect: egui::Rect) -> bool {
    let between = |pair: &[egui::Pos2]| (0..=64).any(|k| rect.contains(pair[0].lerp(pair[1], k as f32 / 64.0)));
    line.windows(2).any(between)
}

#[test]
fn no_curve_crosses_the_text_of_a_plot_and_no_text_has_an_underscore() {
    for panel in all_panels() {
        let (id, snapshot) = (panel.id(), fixture::suited(&*panel));
        for size in [usual(id), vec2(300.0, 240.0)] {
            let harness = stage(self::panel(id), snapshot.clone(), size, ThemeChoice::Dark, 1.0);
            let mut painted = Painted::default();
            for (at, clipped) in harness.output().shapes.iter().enumerate() {
                look(&clipped.shape, at, &mut painted);
            }
            for (at, words, rect) in &painted.words {
                assert!(!words.contains('_'), "{id}: {words}");
                let over = painted.lines.iter().any(|(later, line)| later > at && crosses(line, *rect));
                assert!(!over, "{id} at {size}: a curve runs through the words {words:?}");
            }
        }
    }
}

/// A wall without data shows text, and no bright image.
#[test]
fn missing_eligibility_is_shown_as_text_without_a_bright_image() {
    for id in ["eligibility", "inspector"] {
        let mut snapshot = fixture::classification();
        let view = snapshot.eligibility.as_deref().unwrap();
        snapshot.eligibility = Some(Arc::new(crate::session::WeightView { w: vec![0.0; view.w.len()].into(), ..view.clone() }));
        let mut harness = stage(panel(id), snapshot, usual(id), ThemeChoice::Dark, 1.0);
        let said = harness.output().shapes.iter().any(|clipped| match &clipped.shape {
            egui::Shape::Text(text) => {
                ["no eligibility", "All eligibility traces are zero"].iter().any(|words| text.galley.job.text.contains(words))
            }
            _ => false,
        });
        assert!(said, "{id}");
        let picture = harness.render().unwrap();
        let cream = crate::gui::paint::colour::Map::Diverging.at(0.5);
        let bright =
            picture.pixels().filter(|p| p.0[..3].iter().zip([cream.r(), cream.g(), cream.b()]).all(|(a, b)| a.abs_diff(b) < 6)).count();
        assert!(bright < 20, "{id}: {bright} pixels as bright as zero");
        keep(&mut harness, &format!("nothing-{id}"));
    }
}

#[test]
fn a_click_on_a_tile_selects_its_neuron() {
    let mut harness = stage(panel("fields"), fixture::network(100, 90.0), usual("fields"), ThemeChoice::Dark, 1.0);
    harness.state_mut().state.field_order.by_learnt = false;
    harness.run_steps(2);
    let rect = harness.get_by_role(Role::Image).rect();
    // The first tile: neuron 0.
    let at = rect.min + vec2(10.0, 10.0);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run_steps(2);
    assert_eq!(harness.state().state.selected_neuron, 0);
    assert!(harness.state().state.neuron_pinned);
}

/// A real network stepped ms by ms: every step of its spike propagation has a description. With `SPIKESCOPE_GALLERY`, saves a
/// series of pictures.
#[test]
fn spike_propagation_is_described_at_every_ms() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["mnist-rstdp", "mnist-gabor-rstdp"] {
        let preset = crate::preset::Preset::load(&root.join(format!("presets/{name}.ron"))).unwrap();
        let launch = Launch { preset, data_dir: root.join("data/mnist"), seed: 3, speed: Speed::ModelMsPerSecond(1.0) };
        let mut session = Session::start(launch, || {}).unwrap();
        session.send(Command::Pause).unwrap();
        session.send(Command::Watch(Watch { potentials: (0..400).collect(), ..Watch::default() })).unwrap();
        let mut step = 0;
        let mut fired = false;
        for picture in 0..40 {
            session.send(Command::StepMs).unwrap();
            let start = std::time::Instant::now();
            let snapshot = loop {
                if let Some(snapshot) = session.take_snapshot().filter(|snapshot| snapshot.step.0 > step) {
                    break snapshot;
                }
                assert!(start.elapsed().as_secs() < 60, "step {step} never came");
                std::thread::sleep(std::time::Duration::from_millis(2));
            };
            step = snapshot.step.0;
            let firer = snapshot.spikes.iter().find(|spike| spike.step + 1 == step && spike.layer == Layer::Output);
            if firer.is_none() && picture % 8 != 4 {
                continue;
            }
            fired |= firer.is_some();
            let mut shown = (*snapshot).clone();
            // the stage shows the first neuron whose potential is recorded
            shown.potentials.sort_by_key(|trace| firer.is_some_and(|spike| spike.neuron != trace.neuron));
            let mut harness = stage(panel("way"), shown, vec2(620.0, 300.0), ThemeChoice::Dark, 1.0);
            harness.get_by_label_contains("Propagation to neuron");
            keep(&mut harness, &format!("way-{name}-{step:02}"));
            if firer.is_some() {
                break;
            }
        }
        assert!(fired, "{name}: no spike in 40 ms");
        session.stop();
    }
}

/// Real networks, from one box to five, in wide and narrow tiles: every part and every learning projection has a description.
#[test]
fn real_networks_are_drawn_part_by_part() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, parts) in [("mnist-mozafari-conv", 4), ("mnist-record", 4), ("first-neuron", 2)] {
        let preset = crate::preset::Preset::load(&root.join(format!("presets/{name}.ron"))).unwrap();
        let launch = Launch { preset, data_dir: root.join("data/mnist"), seed: 0, speed: Speed::ModelMsPerSecond(1000.0) };
        let mut session = Session::start(launch, || {}).unwrap();
        let start = std::time::Instant::now();
        let snapshot = loop {
            if let Some(snapshot) = session.take_snapshot().filter(|snapshot| snapshot.flow_ms > 10.0) {
                break snapshot;
            }
            assert!(start.elapsed().as_secs() < 60, "{name} never ran");
            std::thread::sleep(std::time::Duration::from_millis(2));
        };
        session.stop();
        assert_eq!(snapshot.network.parts.len(), parts, "{name}");
        for (size, room) in [(vec2(1100.0, 320.0), "wide"), (vec2(300.0, 560.0), "narrow")] {
            let mut harness = stage(panel("graph"), (*snapshot).clone(), size, ThemeChoice::Dark, 1.0);
            for index in 0..parts {
                harness.get_by_role_and_label(Role::Button, &crate::gui::panels::graph::part_words(&snapshot, index));
            }
            keep(&mut harness, &format!("graph-{name}-{room}"));
        }
    }
}
