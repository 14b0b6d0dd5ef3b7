//! The drawing of the draft: populations are boxes, projections are arrows. A click selects one; a drag from the dot of a box to
//! a box makes a projection.

use super::palette;
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::gui::panels::graph::labels::{choices, loop_area, loop_back, words_on};
use crate::gui::panels::graph::mutual;
use crate::gui::panels::graph::place::{Plan, arrange};
use crate::gui::panels::graph::route::{arrow, route};
use crate::gui::panels::graph::{self};
use crate::gui::state::editing::{Editing, Standing};
use crate::gui::theme::Palette;
use crate::model::{Element, ProjectionSpec};
use crate::session::{LinkView, NetworkView, PartView, drawn};
use egui::{
    Align2, Color32, CursorIcon, Key, Painter, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// The points of an arrow and the side of its text, 0 if any.
type Way = (Vec<Pos2>, f32);

/// Size of a box, in points.
const BOX: Vec2 = vec2(168.0, 76.0);
/// Height of a line of text, in points.
const LINE: f32 = 15.0;
/// Radius of the dot from which a projection is drawn, in points.
const DOT: f32 = 5.0;
/// Distance in points at which a click hits an arrow.
const NEAR: f32 = 7.0;

/// The palette of models and the drawing below it.
pub(super) fn drawing(ui: &mut Ui, editing: &mut Editing, cx: &Context) {
    if editing.network().populations.is_empty() {
        return palette::start(ui, editing, cx.palette);
    }
    palette::row(ui, editing, cx.palette);
    let rect = ui.available_rect_before_wrap();
    if rect.width() < 40.0 || rect.height() < 40.0 {
        return;
    }
    let view = drawn(editing.network());
    let projections: Vec<String> = shown(editing).map(|projection| projection.name.clone()).collect();
    let ground = ui.interact(rect, ui.scope_id().with("ground"), Sense::click());
    text::label(&ground, Role::Image, || summary(&view));
    let painter = ui.painter_at(rect.expand(2.0));
    let (plan, room) = plan(&view, rect.shrink2(vec2(6.0, 4.0)), editing);
    // Tab visits the populations, then the projections, in the order of the network, wherever they are drawn
    let bodies: Vec<Response> = view.parts.iter().zip(&plan.boxes).map(|(part, place)| body(ui, *place, part, editing)).collect();
    let (hit, spots) = links(ui, &painter, (&view, &projections), (&plan, room, rect), editing, cx);
    let boxes: Vec<(Response, Response)> = view
        .parts
        .iter()
        .zip(bodies)
        .enumerate()
        .map(|(index, (part, body))| {
            let color = graph::colour_of(index, &view.parts, cx);
            node(ui, &painter, &plan, (index, part, body, color), editing, cx)
        })
        .collect();
    connect(ui, &painter, &view, &plan, &boxes, editing, cx.palette);
    focus(ui, &view, &boxes, (&projections, &spots), editing);
    let population = boxes.iter().position(|(body, _)| body.has_focus()).map(|index| Element::Population(view.parts[index].name.clone()));
    let projection = || spots.iter().position(Response::has_focus).map(|index| Element::Projection(projections[index].clone()));
    delete(ui, editing, population.or_else(projection), cx);
    if let Some(chosen) = boxes.iter().zip(&view.parts).find(|((body, _), _)| body.clicked()).map(|(_, part)| part.name.clone()) {
        editing.select(Element::Population(chosen));
    } else if let Some(index) = hit {
        editing.select(Element::Projection(projections[index].clone()));
    } else if ground.clicked() {
        editing.select(Element::Network);
    }
    if projections.is_empty() {
        let words = "To connect two populations, drag from the dot of one to the other, or press Ctrl+P and type “connect”.";
        let place = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 32.0), rect.max);
        text::inside(&painter, place, words, cx.palette.dim);
    }
}

/// Give the focus to what is selected if that was asked for, and from there, with Enter, to its parameters.
fn focus(
    ui: &Ui,
    view: &NetworkView,
    boxes: &[(Response, Response)],
    (projections, spots): (&[String], &[Response]),
    editing: &mut Editing,
) {
    let selected = match &editing.selected {
        Element::Population(name) => boxes.iter().zip(&view.parts).find(|(_, part)| part.name == *name).map(|((body, _), _)| body),
        Element::Projection(name) => projections.iter().position(|own| own == name).map(|index| &spots[index]),
        Element::Network | Element::Task => None,
    };
    if std::mem::take(&mut editing.wants_focus)
        && let Some(response) = selected.or(boxes.first().map(|(body, _)| body))
    {
        response.request_focus();
    } else if selected.is_some_and(Response::has_focus) && ui.input(|input| input.key_pressed(Key::Enter)) {
        editing.wants_fields = true;
    }
}

/// Where the populations are drawn, and the room for arrows. A network is laid out once; then each population keeps its place.
fn plan(view: &NetworkView, mut room: Rect, editing: &mut Editing) -> (Plan, Rect) {
    if view.links.is_empty() {
        // for the sentence below the drawing
        room.max.y -= 36.0;
    }
    let names: Vec<&str> = view.parts.iter().map(|part| part.name.as_str()).collect();
    let places = &mut editing.places;
    let first = (places.is_empty() && !view.links.is_empty()).then(|| arrange(view, room, BOX).0);
    let narrow = room.width() < 2.0 * (BOX.x + 30.0);
    let upright = first.as_ref().map_or(*places.upright.get_or_insert(narrow), |plan| plan.upright);
    // for loops and their texts
    let inner = if upright {
        Rect::from_min_max(room.min + vec2(24.0, 0.0), room.max - vec2((0.18 * room.width()).min(64.0), 0.0))
    } else {
        Rect::from_min_max(room.min + vec2(0.0, 28.0), room.max - vec2(0.0, 30.0))
    };
    let inner = if inner.height() < 60.0 || inner.width() < 60.0 { room } else { inner };
    if let Some(plan) = first {
        places.adopt(&names, &plan.boxes, inner, plan.upright);
    }
    (Plan { boxes: places.boxes(&names, inner, BOX), upright }, room)
}

/// The key Delete removes the element with the focus, otherwise the one that is selected.
fn delete(ui: &Ui, editing: &mut Editing, focused: Option<Element>, cx: &Context) {
    let pressed = ui.input(|input| input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace));
    if pressed && !ui.ctx().text_edit_focused() && cx.ui_state.attended() == Some("graph") {
        editing.delete(&focused.unwrap_or_else(|| editing.selected.clone()));
    }
}

/// The projections whose two ends exist, in the order of the links of the drawing.
fn shown(editing: &Editing) -> impl Iterator<Item = &ProjectionSpec> {
    let network = editing.network();
    network.projections.iter().filter(|one| network.population(&one.from).is_some() && network.population(&one.to).is_some())
}

fn summary(view: &NetworkView) -> String {
    let names: Vec<&str> = view.parts.iter().map(|part| part.name.as_str()).collect();
    format!("Draft of a network: populations {}; {} projections", names.join(", "), view.links.len())
}

/// Draw the projections. Returns the index of the one that was clicked, and their responses in the order of the network.
fn links(
    ui: &Ui,
    painter: &Painter,
    (view, projections): (&NetworkView, &[String]),
    (plan, room, rect): (&Plan, Rect, Rect),
    editing: &Editing,
    cx: &Context,
) -> (Option<usize>, Vec<Response>) {
    let palette = cx.palette;
    let is_selected = |index: usize| matches!(&editing.selected, Element::Projection(name) if *name == projections[index]);
    // with their dots
    let dot = if plan.upright { vec2(0.0, DOT + 2.0) } else { vec2(DOT + 2.0, 0.0) };
    let mut taken: Vec<Rect> = plan.boxes.iter().map(|place| Rect::from_min_max(place.min, place.max + dot)).collect();
    let (own, between): (Vec<_>, Vec<_>) = view.links.iter().enumerate().partition(|(_, link)| link.from == link.to);
    let around = |link: &LinkView| loop_area(painter, plan.boxes[link.to], plan.upright, rect, &plan.boxes, link);
    let loops: Vec<(usize, &LinkView, Rect)> = own.into_iter().map(|(index, link)| (index, link, around(link))).collect();
    let areas: Vec<Rect> = loops.iter().map(|(.., area)| *area).collect();
    taken.extend(&areas);
    let way = |link: &LinkView| {
        let beside = mutual::straight(&plan.boxes, &view.links, link);
        beside.unwrap_or_else(|| (route(plan, room, link, &areas), 0.0))
    };
    let routes: Vec<(usize, &LinkView, Way)> = between.into_iter().map(|(index, link)| (index, link, way(link))).collect();
    for (index, link, (points, _)) in &routes {
        if is_selected(*index) {
            painter.add(egui::Shape::line(points.clone(), Stroke::new(6.0, palette.tint(palette.accent))));
        }
        arrow(painter, points, plan.upright, link, palette);
    }
    let mut hit = None;
    let mut spots = Vec::new();
    let arrows: Vec<&[Pos2]> = routes.iter().map(|(.., (points, _))| points.as_slice()).collect();
    for (index, link, (points, side)) in &routes {
        let choices = choices(cx.snapshot, link, plan.upright, palette);
        let place = words_on(painter, (points, *side), &arrows, &mut taken, rect, &choices, palette);
        spots.push((*index, place));
    }
    for (index, link, area) in loops {
        loop_back(painter, plan.boxes[link.to], plan.upright, rect, &plan.boxes, link, palette);
        spots.push((index, area));
    }
    spots.sort_by_key(|(index, _)| *index);
    let mut responses = Vec::new();
    for (index, place) in spots {
        let spot = ui.interact(place.intersect(rect), ui.scope_id().with(("projection", &projections[index])), Sense::click());
        let words = format!("Projection {}, {}", projections[index], view.links[index].kind);
        spot.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected(index), &words));
        outline(painter, place, &spot, is_selected(index), palette);
        let element = Element::Projection(projections[index].clone());
        badge(ui, painter, place.right_top(), &element, editing, palette);
        if spot.clicked() {
            hit = Some(index);
        }
        responses.push(spot.on_hover_cursor(CursorIcon::PointingHand));
    }
    let pressed = ui.input(|input| input.pointer.primary_clicked().then(|| input.pointer.interact_pos()).flatten());
    let near = pressed.filter(|at| rect.contains(*at) && !plan.boxes.iter().any(|place| place.expand(DOT).contains(*at))).and_then(|at| {
        let far = |points: &[Pos2]| points.iter().map(|point| point.distance(at)).fold(f32::INFINITY, f32::min);
        routes
            .iter()
            .map(|(index, _, (points, _))| (*index, far(points)))
            .filter(|(_, far)| *far <= NEAR)
            .min_by(|a, b| a.1.total_cmp(&b.1))
    });
    let near = near.filter(|_| ui.ctx().layer_id_at(pressed.unwrap_or_default()) == Some(ui.layer_id()));
    (hit.or(near.map(|(index, _)| index)), responses)
}

/// The frame of what is selected, hovered or has the focus.
fn outline(painter: &Painter, place: Rect, response: &Response, selected: bool, palette: &Palette) {
    let (width, color) = match (response.has_focus(), selected, response.hovered()) {
        (true, ..) => (1.5, palette.trace),
        (_, true, _) => (1.5, palette.accent),
        (.., true) => (1.0, palette.faint),
        _ => return,
    };
    painter.rect_stroke(place.expand(1.0), 4.0, Stroke::new(width, color), StrokeKind::Outside);
}

/// A red dot with the number of faults of an element, whose tooltip lists them.
fn badge(ui: &Ui, painter: &Painter, at: Pos2, element: &Element, editing: &Editing, palette: &Palette) {
    let faults: Vec<&str> = editing.faults_of(element).map(|fault| fault.message.as_str()).collect();
    if faults.is_empty() {
        return;
    }
    let (Element::Population(name) | Element::Projection(name)) = element else { return };
    painter.circle_filled(at, 8.0, palette.bad);
    painter.text(at, Align2::CENTER_CENTER, "!", text::strong_font(), palette.panel);
    let response =
        ui.interact(Rect::from_center_size(at, vec2(16.0, 16.0)), ui.scope_id().with(("faults", format!("{element:?}"))), Sense::hover());
    text::label(&response, Role::Image, || format!("Faults of {name}: {}", faults.join("; ")));
    response.on_hover_text(faults.join("\n"));
}

/// Whether a population is selected.
fn is_selected(part: &PartView, editing: &Editing) -> bool {
    matches!(&editing.selected, Element::Population(name) if *name == part.name)
}

/// What reacts to a click on a population.
fn body(ui: &Ui, place: Rect, part: &PartView, editing: &Editing) -> Response {
    let body = ui.interact(place, ui.scope_id().with(("population", &part.name)), Sense::click());
    let words = format!("Population {}, {} {}", part.name, part.shape, part.model);
    body.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected(part, editing), &words));
    body
}

/// One population: its box, and the dot from which a projection is drawn.
fn node(
    ui: &Ui,
    painter: &Painter,
    plan: &Plan,
    (index, part, body, color): (usize, &PartView, Response, Color32),
    editing: &Editing,
    cx: &Context,
) -> (Response, Response) {
    let (place, palette) = (plan.boxes[index], cx.palette);
    let is_selected = is_selected(part, editing);
    let fill = if body.hovered() { palette.line } else { palette.raised };
    let (width, border) = if is_selected { (2.0, palette.accent) } else { (1.0, palette.line) };
    painter.rect(place, 6.0, fill, Stroke::new(width, border), StrokeKind::Inside);
    painter.rect_filled(Rect::from_min_max(place.min + vec2(0.0, 6.0), pos2(place.left() + 3.0, place.bottom() - 6.0)), 2.0, color);
    if body.has_focus() {
        painter.rect_stroke(place.expand(2.0), 8.0, Stroke::new(1.5, palette.trace), StrokeKind::Outside);
    }
    let running = cx.snapshot.network.parts.iter().position(|other| (&other.name, other.size) == (&part.name, part.size));
    let rate = running.filter(|_| editing.standing == Standing::Same).and_then(|index| graph::flow_words(cx.snapshot, index));
    let rate = rate.map(|words| words.rsplit(" · ").next().unwrap_or_default().to_owned());
    let room = Rect::from_min_max(place.min + vec2(10.0, 4.0), place.max - vec2(6.0, 4.0));
    let fits = |words: &str| text::width(painter, words, &text::number_font()) <= room.width();
    let both = format!("{} · {}", part.shape, part.model);
    let (model, size) = if fits(&both) {
        (String::new(), both)
    } else {
        (part.model.clone(), if fits(&part.shape) { part.shape.clone() } else { part.shape.replace(' ', "") })
    };
    let font = if fits(&model) { text::number_font() } else { text::note_font() };
    let lines = [
        (part.name.clone(), text::strong_font(), palette.text),
        (model, font, palette.text),
        (size, text::number_font(), palette.text),
        (rate.unwrap_or_default(), text::tick_font(), color),
    ];
    let shown: Vec<_> = lines.into_iter().filter(|(words, ..)| !words.is_empty()).take((room.height() / LINE).max(1.0) as usize).collect();
    let top = place.center().y - 0.5 * LINE * shown.len() as f32;
    for (k, (words, font, color)) in shown.into_iter().enumerate() {
        let at = pos2(room.left(), top + (k as f32 + 0.5) * LINE);
        text::line(painter, at, Align2::LEFT_CENTER, &words, font, color, room.width());
    }
    let at = if plan.upright { place.center_bottom() } else { place.right_center() };
    let dot = ui.interact(Rect::from_center_size(at, Vec2::splat(4.0 * DOT)), ui.scope_id().with(("dot", &part.name)), Sense::DRAG);
    text::label(&dot, Role::Image, || format!("Drag from here to connect {}", part.name));
    let grown = if dot.hovered() || dot.dragged() { 2.5 } else { 0.0 };
    painter.circle(at, DOT + grown, palette.panel, Stroke::new(2.0, palette.accent));
    badge(ui, painter, place.right_top() + vec2(-4.0, 2.0), &Element::Population(part.name.clone()), editing, palette);
    (body, dot.on_hover_cursor(CursorIcon::Crosshair))
}

/// A projection that is being drawn: the line to the pointer, whether it is possible, and the projection once it is released.
fn connect(
    ui: &Ui,
    painter: &Painter,
    view: &NetworkView,
    plan: &Plan,
    boxes: &[(Response, Response)],
    editing: &mut Editing,
    palette: &Palette,
) {
    let Some(from) = boxes.iter().position(|(_, dot)| dot.dragged() || dot.drag_stopped()) else { return };
    let (dot, start) = (&boxes[from].1, boxes[from].1.rect.center());
    let Some(at) = ui.ctx().pointer_latest_pos() else { return };
    // a drag that ends at its own dot was none
    let over = plan.boxes.iter().position(|place| place.expand(4.0).contains(at)).filter(|_| !dot.rect.contains(at));
    let tried = over.map(|to| (to, editing.network().clone().connect(&view.parts[from].name, &view.parts[to].name)));
    let color = match &tried {
        Some((_, Ok(_))) => palette.good,
        Some((_, Err(_))) => palette.bad,
        None => palette.accent,
    };
    if dot.drag_stopped() {
        if let Some((to, _)) = tried {
            editing.connect(&view.parts[from].name, &view.parts[to].name);
        }
        return;
    }
    painter.line_segment([start, at], Stroke::new(2.0, color));
    painter.circle_filled(at, 3.5, color);
    let Some((to, result)) = tried else { return };
    painter.rect_stroke(plan.boxes[to].expand(3.0), 8.0, Stroke::new(2.0, color), StrokeKind::Outside);
    if let Err(reason) = result {
        egui::Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), dot.id.with("why not"), egui::PopupAnchor::Pointer).show(|ui| {
            ui.set_max_width(300.0);
            ui.label(reason);
        });
    }
}
