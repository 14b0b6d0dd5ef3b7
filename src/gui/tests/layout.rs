//! Layout: no text is truncated, and no control leaves the window or its tile or overlaps another control. All views and the
//! parameter panel are checked at the usual window size and at the minimum size.

#![allow(clippy::unwrap_used)]

use crate::gui::App;
use crate::gui::action::Action;
use crate::gui::panels::all_panels;
use crate::gui::tests::fixture;
use crate::gui::tests::stage::app;
use crate::gui::tiles::layouts::LayoutKind;
use crate::preset::Preset;
use crate::session::{Aspect, Snapshot};
use egui::accesskit::{Node, NodeId, Role};
use egui::{Context, Pos2, RawInput, Rect, Shape, Vec2, vec2};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The usual window size, and the minimum supported one.
pub(super) const SIZES: [Vec2; 2] = [vec2(1440.0, 900.0), vec2(1024.0, 700.0)];

/// An app whose frames are laid out without being drawn.
pub(super) struct Stage {
    pub ctx: Context,
    pub app: App,
    size: Vec2,
    frame: u32,
    shapes: Vec<egui::epaint::ClippedShape>,
    named: HashMap<NodeId, Named>,
}

impl Stage {
    pub(super) fn new(size: Vec2, snapshot: Snapshot) -> Self {
        let ctx = Context::default();
        ctx.enable_accesskit();
        let mut app = app(&ctx);
        app.snapshot = Some(Arc::new(snapshot));
        let mut stage = Self { ctx, app, size, frame: 0, shapes: Vec::new(), named: HashMap::new() };
        stage.frames(4, Vec::new());
        stage
    }

    /// Lay out `count` frames; the first one receives `events`.
    pub(super) fn frames(&mut self, count: u32, events: Vec<egui::Event>) -> Vec<Action> {
        let mut actions = Vec::new();
        let mut events = Some(events);
        for _ in 0..count {
            self.frame += 1;
            let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, self.size));
            let time = Some(f64::from(self.frame) / 30.0);
            let input = RawInput {
                screen_rect,
                time,
                max_texture_side: Some(16_384),
                events: events.take().unwrap_or_default(),
                ..Default::default()
            };
            let app = &mut self.app;
            let mut output = self.ctx.run_ui(input, |ui| app.frame(ui, &mut actions));
            self.shapes = std::mem::take(&mut output.shapes);
            output.textures_delta.clear();
            let nodes = output.platform_output.accesskit_update.take().map_or(Vec::new(), |update| update.nodes);
            let named = |(id, node): (NodeId, Node)| (id, (node.role(), node.label().unwrap_or_default().to_owned()));
            self.named = nodes.into_iter().map(named).collect();
        }
        actions
    }

    /// Press and release the main button at a place.
    pub(super) fn click(&mut self, at: Pos2) -> Vec<Action> {
        let button = |pressed| egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        let mut actions = self.frames(2, vec![egui::Event::PointerMoved(at)]);
        actions.extend(self.frames(1, vec![button(true)]));
        actions.extend(self.frames(3, vec![button(false)]));
        actions
    }

    /// All visible text, with its rectangle and clip rectangle.
    pub(super) fn texts(&self) -> Vec<(Arc<egui::Galley>, Rect, Rect)> {
        let mut texts = Vec::new();
        for clipped in &self.shapes {
            collect(&clipped.shape, clipped.clip_rect, &mut texts);
        }
        texts
    }

    /// Text that is clipped or ends in an ellipsis, except on buttons that ask for more input.
    pub(super) fn cut(&self) -> BTreeSet<String> {
        let texts = self.texts();
        let cut = texts.iter().filter_map(|(galley, rect, clip)| {
            let words = galley.text();
            let shortened = galley.elided || (words.contains('…') && !asks_for_input(words));
            let over_the_edge = rect.right() > clip.right() + 2.0 || rect.left() < clip.left() - 2.0;
            (shortened || over_the_edge).then(|| words.to_owned())
        });
        cut.collect()
    }

    fn controls(&self) -> Vec<(String, Role, Rect, egui::LayerId)> {
        controls_of(&self.ctx, |id| self.named.get(&id).cloned())
    }

    pub(super) fn control(&self, role: Role, name: &str) -> Rect {
        let found = self.controls().into_iter().find(|(other, kind, ..)| *kind == role && other == name);
        found.unwrap_or_else(|| panic!("no {role:?} {name:?}")).2
    }

    /// Controls that overlap or extend beyond the window.
    pub(super) fn misplaced(&self) -> Vec<String> {
        let room = Rect::from_min_size(Pos2::ZERO, self.size);
        let controls: Vec<_> = self.controls().into_iter().filter(|(_, role, ..)| is_control(*role)).collect();
        let mut wrong = Vec::new();
        for (k, (name, role, rect, layer)) in controls.iter().enumerate() {
            if !room.expand(0.5).contains_rect(*rect) {
                wrong.push(format!("{role:?} {name:?} at {rect:?} leaves the window"));
            }
            // a tab contains its own close button
            let own = |other: &str| name.strip_prefix("Close ") == Some(other) || other.strip_prefix("Close ") == Some(name);
            for (other, kind, place, _) in controls[..k].iter().filter(|other| other.3 == *layer && !own(&other.0)) {
                if rect.shrink(1.0).intersects(place.shrink(1.0)) {
                    wrong.push(format!("{role:?} {name:?} at {rect:?} lies over {kind:?} {other:?} at {place:?}"));
                }
            }
        }
        wrong
    }
}

/// Role and name of a node of the accessibility tree.
type Named = (Role, String);

/// Controls with their names and their visible part.
pub(super) fn controls_of(ctx: &Context, named: impl Fn(NodeId) -> Option<Named>) -> Vec<(String, Role, Rect, egui::LayerId)> {
    ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        let all = widgets.layers().flat_map(|(layer, rects)| rects.iter().map(move |rect| (*layer, rect)));
        all.filter(|(_, rect)| rect.sense.interactive() && rect.interact_rect.is_positive())
            .filter_map(|(layer, rect)| {
                let (role, name) = named(rect.id.accesskit_id())?;
                Some((name, role, rect.interact_rect, layer))
            })
            .collect()
    })
}

fn collect(shape: &Shape, clip: Rect, texts: &mut Vec<(Arc<egui::Galley>, Rect, Rect)>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, texts)),
        Shape::Text(text) if text.angle == 0.0 && !text.galley.text().trim().is_empty() => {
            let rect = text.visual_bounding_rect();
            if rect.intersects(clip) && clip.is_positive() {
                texts.push((Arc::clone(&text.galley), rect, clip));
            }
        }
        _ => {}
    }
}

/// Buttons and menu items that lead to a dialog, a path or a search.
fn asks_for_input(words: &str) -> bool {
    ["Open", "Save", "Find", "Add", "Command", "Record", "Choose", "New network", "Connect"].iter().any(|verb| words.starts_with(verb))
}

/// Elements to operate. Clickable images, handles on curves and title bars of tiles are excluded because they contain other
/// controls.
pub(super) fn is_control(role: Role) -> bool {
    use Role::{Button, CheckBox, ComboBox, DisclosureTriangle, RadioButton, SearchInput, SpinButton, Tab, TextInput};
    matches!(role, Button | CheckBox | ComboBox | DisclosureTriangle | RadioButton | SearchInput | SpinButton | Tab | TextInput)
}

/// One snapshot of each kind of experiment.
pub(super) fn moments() -> Vec<Snapshot> {
    vec![fixture::classification(), fixture::features(), fixture::first_neuron(), fixture::pairing(), fixture::free()]
}

/// All shipped presets, each with a snapshot of its kind.
fn shipped() -> Vec<(String, Snapshot)> {
    let paths = crate::preset::shipped();
    paths
        .iter()
        .map(|path| Preset::open(path).unwrap())
        .map(|preset| {
            let mut moment = fixture::of(preset.setup);
            (moment.params, moment.preset_params) = (preset.params.clone(), preset.params.clone());
            moment.title.clone_from(&preset.title);
            (preset.title.clone(), moment)
        })
        .collect()
}

/// Fails with a list of all problems.
fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_view_truncates_its_text() {
    let mut wrong = Vec::new();
    for size in SIZES {
        for snapshot in moments() {
            let (setup, aspects) = (snapshot.setup, snapshot.aspects);
            for panel in all_panels().iter().filter(|panel| aspects.first_absent(panel.needs()).is_none()) {
                let mut stage = Stage::new(size, snapshot.clone());
                stage.app.dock.reveal(panel.id());
                stage.frames(6, Vec::new());
                assert!(stage.app.dock.area(panel.id()).is_some(), "{} of {setup:?}", panel.id());
                wrong.extend(stage.cut().into_iter().map(|words| format!("{}: {words:?} of {setup:?} at {size}", panel.id())));
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn no_layout_truncates_its_text() {
    let mut wrong = Vec::new();
    for size in SIZES {
        for snapshot in moments() {
            for layout in LayoutKind::ALL {
                let mut stage = Stage::new(size, snapshot.clone());
                stage.app.dock.set_layout(layout);
                stage.frames(4, Vec::new());
                wrong.extend(stage.cut().into_iter().map(|words| format!("{layout:?}: {words:?} of {:?} at {size}", snapshot.setup)));
            }
        }
    }
    none_wrong(&wrong);
}

#[test]
fn parameter_panel_truncates_no_name_and_no_value() {
    let mut wrong = BTreeSet::new();
    for size in SIZES {
        for (title, snapshot) in shipped() {
            // tall enough that nothing is scrolled
            let mut stage = Stage::new(vec2(size.x, 9000.0), snapshot);
            stage.app.state.all_parameters = true;
            stage.app.dock.set_layout(LayoutKind::Train);
            stage.frames(4, Vec::new());
            wrong.extend(stage.cut().into_iter().map(|words| format!("{words:?} of {title} at {size}")));
            // every value changed, so that each has the dot that restores the preset value
            let mut changed = (**stage.app.snapshot.as_ref().unwrap()).clone();
            changed.preset_params = crate::params::Params::default();
            stage.app.snapshot = Some(Arc::new(changed));
            stage.frames(3, Vec::new());
            wrong.extend(stage.cut().into_iter().map(|words| format!("{words:?} of {title}, changed, at {size}")));
        }
    }
    none_wrong(&wrong.into_iter().collect::<Vec<_>>());
}

#[test]
fn controls_lie_inside_the_window_without_overlapping() {
    let mut wrong = Vec::new();
    for size in [vec2(1440.0, 900.0), vec2(1024.0, 700.0), vec2(1366.0, 728.0), vec2(1920.0, 1080.0)] {
        for snapshot in moments() {
            for layout in LayoutKind::ALL {
                let mut stage = Stage::new(size, snapshot.clone());
                stage.app.dock.set_layout(layout);
                stage.frames(4, Vec::new());
                assert!(stage.controls().len() > 20, "{}", stage.controls().len());
                wrong.extend(stage.misplaced().into_iter().map(|words| format!("{layout:?} of {:?} at {size}: {words}", snapshot.setup)));
            }
        }
    }
    none_wrong(&wrong);
}

/// The View menu at the minimum window size: every entry is visible without scrolling.
#[test]
fn the_view_menu_fits_the_smallest_window() {
    for snapshot in moments() {
        let mut stage = Stage::new(SIZES[1], snapshot);
        stage.click(stage.control(Role::Button, "View").center());
        let titles: Vec<&str> = stage.app.dock.titles(stage.app.snapshot.as_ref().unwrap().aspects).map(|(_, title)| title).collect();
        let texts = stage.texts();
        let room = Rect::from_min_size(Pos2::ZERO, SIZES[1]).shrink(4.0);
        for entry in titles.into_iter().chain(["Reset layout", "Compare", "Parameters", "Dark", "Light, high contrast"]) {
            let whole = |(galley, rect, clip): &(Arc<egui::Galley>, Rect, Rect)| {
                galley.text() == entry && clip.expand(1.0).contains_rect(*rect) && room.contains_rect(*rect)
            };
            assert!(texts.iter().any(whole), "{entry} is not in sight");
        }
        assert_eq!(stage.cut(), BTreeSet::new());
    }
}

/// The bar must not move while it is dragged or when the length of a number changes.
#[test]
fn the_history_bar_keeps_its_place_in_every_state() {
    use crate::session::{LookingBack, RunState};
    for size in SIZES {
        let live = fixture::classification();
        let of = |change: fn(&mut Snapshot)| {
            let mut other = live.clone();
            change(&mut other);
            other
        };
        let states = [
            of(|other| other.pace.images_per_s = 0.0),
            of(|other| other.pace.images_per_s = 7.0),
            of(|other| other.trial.index = 7),
            of(|other| other.state = RunState::Paused),
            of(|other| other.state = RunState::Finished),
            of(|other| {
                other.looking_back = Some(LookingBack { images: 3, present_images: 59_999, present_step: other.step, target: None });
            }),
            of(|other| {
                other.looking_back =
                    Some(LookingBack { images: 3, present_images: 59_999, present_step: other.step, target: Some(12_345) });
            }),
        ];
        let place = |snapshot: &Snapshot| Stage::new(size, snapshot.clone()).control(Role::Slider, "History");
        let usual = place(&live);
        for (k, state) in states.iter().enumerate() {
            assert_eq!(place(state), usual, "state {k} at {size}");
        }
    }
}

/// Bars extend from edge to edge, and their text lies inside them.
#[test]
fn bars_span_the_window_and_contain_their_text() {
    for size in [SIZES[0], SIZES[1], vec2(1920.0, 1080.0)] {
        for snapshot in moments() {
            let classifies = snapshot.shows(Aspect::Answers);
            let stage = Stage::new(size, snapshot);
            let top = stage.control(Role::Button, "File");
            assert!(top.top() >= 0.0 && top.bottom() <= 42.0, "{top:?}");
            let bars =
                if classifies { vec![(size.y - 56.0, size.y - 28.0), (size.y - 28.0, size.y)] } else { vec![(size.y - 28.0, size.y)] };
            for (from, to) in bars {
                let inside: Vec<_> =
                    stage.texts().into_iter().filter(|(_, rect, _)| rect.center().y > from && rect.center().y < to).collect();
                assert!(inside.len() >= 3, "a bar from {from} to {to} at {size}");
                for (k, (galley, rect, _)) in inside.iter().enumerate() {
                    assert!(rect.top() >= from - 1.0 && rect.bottom() <= to + 1.0, "{:?} at {rect:?}", galley.text());
                    assert!(rect.left() >= 0.0 && rect.right() <= size.x, "{:?} at {rect:?}", galley.text());
                    let over = inside[..k].iter().find(|(_, other, _)| other.shrink(1.0).intersects(rect.shrink(1.0)));
                    assert!(over.is_none(), "{:?} over {:?} at {size}", galley.text(), over.map(|(galley, ..)| galley.text()));
                }
            }
        }
    }
}

#[test]
fn basic_parameters_are_few_and_one_click_shows_all() {
    let mut stage = Stage::new(vec2(1440.0, 9000.0), fixture::classification());
    let shown =
        |stage: &Stage| stage.controls().iter().filter(|(name, role, ..)| *role == Role::SpinButton && name.ends_with(" value")).count();
    let basic = shown(&stage);
    assert!((6..=16).contains(&basic), "{basic}");
    stage.click(stage.control(Role::Button, "All parameters").center());
    assert!(shown(&stage) > 2 * basic, "{} of {basic}", shown(&stage));
    assert!(stage.app.state.all_parameters, "kept for the next start");
    stage.app.state.all_parameters = false;
    stage.app.state.search = "tau_theta".to_owned();
    stage.frames(3, Vec::new());
    assert_eq!(shown(&stage), 1, "a search also finds other parameters");
}

#[test]
fn network_view_states_model_size_rate_weight_and_range_of_delays() {
    let mut stage = Stage::new(vec2(1440.0, 900.0), fixture::free());
    stage.frames(4, Vec::new());
    let texts: Vec<String> = stage.texts().iter().map(|(galley, ..)| galley.text().to_owned()).collect();
    for part in ["8,000 · Lif", "2,000 · Lif", "8,000 · Poisson", "12 Hz", "+0.1 mV", "−0.6 mV", "0.5 to 2.5 ms", "1.5 ms", "PairStdp"]
    {
        assert!(texts.iter().any(|text| text.contains(part)), "{part} is not in {texts:?}");
    }
}
