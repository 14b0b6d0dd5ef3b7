//! The network as a graph: populations with receptive fields, rates and parameters, projections with their synapses and
//! learning rules, and the neuromodulator.

mod facts;
pub(crate) mod labels;
pub(crate) mod mutual;
mod node;
pub(crate) mod place;
pub(crate) mod route;

use super::populations;
use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, fixed, plural, signed};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme::Palette;
use crate::model::RuleSpec;
use crate::params::ParamId;
use crate::session::{Aspect, LinkView, PartKind, PartView, Snapshot};
use egui::{Align2, Color32, Painter, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};
use facts::{link_facts, part_facts};
use labels::{choices, loop_area, loop_back, words_on};
use place::{BOX, arrange, legible};
use route::{arrow, route};

/// View "Network".
#[derive(Default)]
pub(super) struct Graph {
    pictures: node::Pictures,
}

/// Height of the strip of the neuromodulator, in points.
const STRIP: f32 = 34.0;

impl Panel for Graph {
    fn id(&self) -> &'static str {
        "graph"
    }

    fn title(&self) -> &'static str {
        "Network"
    }

    fn tab(&self) -> &'static str {
        "Net"
    }

    fn help(&self) -> &'static str {
        "Populations are boxes with size, shape, neuron model, firing rate, main parameters and receptive fields; projections are \
         arrows with their kind, the number of synapses, the learning rule and the delay. Spike counts and rates are those of \
         the current image. The amber node is the neuromodulator; dashed lines lead to the synapses it modulates. A click on \
         a box opens a view of its neurons; a large network is scrolled. Edit network opens the editor: add populations, drag from one to another to connect them, \
         click one to set its values, and Apply; all of it by keyboard as well. See Assemble a network in Help."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        if let Some(editing) = &cx.ui_state.editing {
            let saved = editing.is_saved().map_or("", |saved| if saved { "saved" } else { "changes not saved" });
            return (format!("editing {}", editing.draft.file().title), saved.to_owned());
        }
        let network = &cx.snapshot.network;
        let synapses: u64 = network.links.iter().map(|link| link.synapses).sum();
        let sum = |is: fn(&PartView) -> bool| network.parts.iter().filter(|part| is(part)).map(|part| part.size as u64).sum();
        let (neurons, sources) = (sum(|part| part.kind != PartKind::Input), sum(|part| part.kind == PartKind::Input));
        (neurons_and_sources(neurons, sources, " · "), if synapses > 0 { plural(synapses, "synapse") } else { String::new() })
    }

    fn can_edit(&self, cx: &Context) -> bool {
        cx.ui_state.editing.is_none()
    }

    fn table(&self) -> Table {
        tables::network
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        // figures show the network that runs
        if let Some(mut editing) = cx.ui_state.editing.take_if(|_| !cx.whole) {
            crate::gui::editor::show(ui, &mut editing, cx);
            cx.ui_state.editing = Some(editing);
            return;
        }
        let snapshot = cx.snapshot;
        let network = &snapshot.network;
        self.pictures.see(ui.ctx(), cx);
        let rect = ui.available_rect_before_wrap();
        if network.parts.is_empty() || rect.width() < 30.0 || rect.height() < 30.0 {
            text::calm_sentence(ui, cx.palette, "The network is drawn here once it is built.");
            return;
        }
        let size = if cx.whole { rect.size() } else { legible(network, rect.size()) };
        if size == rect.size() {
            return self.draw(ui, rect, cx);
        }
        // of a network with many populations a part, which can be read
        egui::ScrollArea::both().id_salt("network").auto_shrink([false, false]).show(ui, |ui| {
            let rect = Rect::from_min_size(ui.cursor().min, size);
            self.draw(ui, rect, cx);
        });
    }
}

impl Graph {
    /// The boxes and arrows in `rect`.
    fn draw(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Context) {
        let snapshot = cx.snapshot;
        let network = &snapshot.network;
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(snapshot));
        let painter = ui.painter_at(rect);
        let taught = network.links.iter().any(|link| link.modulated) && rect.height() > 130.0;
        let mut room = rect;
        if taught {
            room.set_bottom(rect.bottom() - STRIP);
        }
        let (plan, room) = arrange(network, room, BOX);
        let mut taken: Vec<Rect> = plan.boxes.clone();
        let loops: Vec<&LinkView> = network.links.iter().filter(|link| link.from == link.to).collect();
        let areas: Vec<Rect> =
            loops.iter().map(|link| loop_area(&painter, plan.boxes[link.to], plan.upright, rect, &plan.boxes, link)).collect();
        taken.extend(&areas);
        let mut arrows = Vec::new();
        for link in network.links.iter().filter(|link| link.from != link.to) {
            let beside = mutual::straight(&plan.boxes, &network.links, link);
            let (points, side) = beside.unwrap_or_else(|| (route(&plan, room, link, &areas), 0.0));
            arrow(&painter, &points, plan.upright, link, cx.palette);
            arrows.push((link, points, side));
        }
        if taught {
            // close to the synapses it modulates, however tall the tile is
            let lowest = plan.boxes.iter().map(Rect::bottom).fold(rect.top(), f32::max);
            let floor = if plan.upright { rect.bottom() } else { rect.bottom().min(lowest + 84.0) };
            let middles: Vec<Pos2> =
                arrows.iter().filter(|(link, ..)| link.modulated).map(|(_, points, _)| points[points.len() / 2]).collect();
            let node =
                modulator(&painter, Rect::from_min_max(rect.min, pos2(rect.right(), floor)), plan.upright, &middles, snapshot, cx.palette);
            taken.push(node);
        }
        let lines: Vec<&[Pos2]> = arrows.iter().map(|(_, points, _)| points.as_slice()).collect();
        let spots: Vec<Rect> = arrows
            .iter()
            .map(|(link, points, side)| {
                let choices = choices(snapshot, link, plan.upright, cx.palette);
                words_on(&painter, (points, *side), &lines, &mut taken, rect, &choices, cx.palette)
            })
            .collect();
        let has_room = |place: &Rect| plan.upright || place.top() - rect.top() > 20.0;
        for ((k, link), area) in loops.into_iter().enumerate().zip(areas).filter(|((_, link), _)| has_room(&plan.boxes[link.to])) {
            loop_back(&painter, plan.boxes[link.to], plan.upright, rect, &plan.boxes, link, cx.palette);
            let spot = ui.interact(area, ui.scope_id().with(("loop", k)), Sense::hover());
            spot.on_hover_ui(|ui| link_facts(ui, snapshot, link, cx.palette));
        }
        for (index, part) in network.parts.iter().enumerate() {
            let place = plan.boxes[index];
            let answer = node::part(ui, &painter, place, index, &mut self.pictures, cx);
            if answer.clicked() {
                cx.ui_state.wants_panel = Some(view_of(part, snapshot));
            }
            answer.on_hover_ui(|ui| part_facts(ui, snapshot, index, cx.palette));
        }
        for (k, ((link, ..), place)) in arrows.iter().zip(spots).enumerate() {
            let spot = ui.interact(place, ui.scope_id().with(("link", k)), Sense::hover());
            spot.on_hover_ui(|ui| link_facts(ui, snapshot, link, cx.palette));
        }
    }
}

/// The view that shows the neurons of a part.
fn view_of(part: &PartView, snapshot: &Snapshot) -> &'static str {
    match part.kind {
        _ if snapshot.shows(Aspect::Pairs) => "stdp_window",
        _ if snapshot.shows(Aspect::CurrentStep) => "membrane",
        _ if snapshot.shows(Aspect::Populations) => "populations",
        PartKind::Input => "raster",
        PartKind::Hidden => "hidden",
        PartKind::Output => "fields",
    }
}

/// Spikes of a part and its mean rate, if there are any.
pub(crate) fn flow_words(snapshot: &Snapshot, index: usize) -> Option<String> {
    let spikes = *snapshot.flow.get(index)?;
    let part = snapshot.network.parts.get(index)?;
    if snapshot.flow_ms <= 0.0 || !snapshot.flow_ms.is_finite() || snapshot.shows(Aspect::Pairs) {
        return None;
    }
    let described = snapshot.free.as_ref().and_then(|free| free.network.population(&part.name));
    if described.is_some_and(|population| population.model.emits_current()) {
        return None;
    }
    let hz = spikes as f64 / part.size.max(1) as f64 / (snapshot.flow_ms * 1e-3);
    if snapshot.shows(Aspect::CurrentStep) {
        return (part.kind != PartKind::Input).then(|| format!("{} Hz", fixed(hz, 1)));
    }
    Some(format!("{} · {} Hz", plural(spikes, "spike"), fixed(hz, usize::from(hz < 10.0))))
}

/// The longest text that fits.
fn fitting(painter: &Painter, choices: &[String], font: &egui::FontId, room: f32) -> String {
    let fits = choices.iter().find(|words| text::width(painter, words, font) <= room);
    fits.or(choices.last()).cloned().unwrap_or_default()
}

/// "60 neurons, 100 sources": sources of spikes, which receive nothing, are counted apart.
pub(crate) fn neurons_and_sources(neurons: u64, sources: u64, between: &str) -> String {
    let neurons = plural(neurons, "neuron");
    if sources > 0 { format!("{neurons}{between}{}", plural(sources, "source")) } else { neurons }
}

/// The colour of a part of a network that runs freely: that of its spikes and of its rate.
pub(crate) fn colour_of(index: usize, parts: &[PartView], cx: &Context) -> Color32 {
    let part = &parts[index];
    if cx.snapshot.free.is_none() || part.kind == PartKind::Input {
        return part_color(part, cx.palette);
    }
    let rank = || parts[..index].iter().filter(|part| part.kind != PartKind::Input).count();
    populations::of_rank(cx.ui_state.colours.of(&part.name).unwrap_or_else(rank), cx.palette)
}

pub(crate) fn part_color(part: &PartView, palette: &Palette) -> Color32 {
    match part.kind {
        PartKind::Input => palette.dim,
        PartKind::Hidden => palette.trace,
        PartKind::Output => palette.good,
    }
}

/// Description of a part.
pub(crate) fn part_words(snapshot: &Snapshot, index: usize) -> String {
    let part = &snapshot.network.parts[index];
    let flow = flow_words(snapshot, index).map_or(String::new(), |flow| format!(", {flow}"));
    format!("{}: {} of {}, {}{flow}", part.name, count(part.size as u64), part.shape, part.model)
}

/// Synaptic events per second, if every spike of the source reaches all neurons of the target.
fn events(snapshot: &Snapshot, link: &LinkView) -> Option<String> {
    let spikes = *snapshot.flow.get(link.from)?;
    let (from, to) = (snapshot.network.parts.get(link.from)?, snapshot.network.parts.get(link.to)?);
    let each_to_all = link.pooling.is_none() && link.synapses == from.size as u64 * to.size as u64;
    let counted = snapshot.shows(Aspect::Answers) && snapshot.flow_ms.is_finite() && snapshot.flow_ms > 0.0;
    (each_to_all && counted).then(|| {
        let per_s = spikes as f64 * to.size as f64 / (snapshot.flow_ms * 1e-3);
        format!("{} events/s", short_count(per_s as u64))
    })
}

/// 313,600 synapses as "314 k".
fn short_count(n: u64) -> String {
    match n {
        0..10_000 => count(n),
        10_000..1_000_000 => format!("{} k", fixed(n as f64 / 1e3, 0)),
        _ => format!("{} M", fixed(n as f64 / 1e6, 1)),
    }
}

/// The neuromodulator and its value, with dashed lines to the synapses it modulates.
fn modulator(painter: &Painter, rect: Rect, upright: bool, taught: &[Pos2], snapshot: &Snapshot, palette: &Palette) -> Rect {
    let x = taught.iter().map(|p| p.x).sum::<f32>() / taught.len().max(1) as f32;
    let m = f64::from(snapshot.trial.modulation);
    let words = if snapshot.trial.answer.is_some() || snapshot.trial.reward.is_some() {
        format!("dopamine M = {}", signed(m, 2))
    } else {
        "dopamine".to_owned()
    };
    let wide = (text::width(painter, &words, &text::number_font()) + 22.0).min(rect.width());
    let center = pos2(x.clamp(rect.left() + wide / 2.0, (rect.right() - wide / 2.0).max(rect.left() + wide / 2.0)), rect.bottom() - 14.0);
    let node = Rect::from_center_size(center, vec2(wide, 24.0));
    let strength = if snapshot.trial.answer.is_some() { 1.0 } else { 0.5 };
    for &middle in taught {
        // in a vertical layout the lines are at the right
        let side = rect.right() - 4.0;
        let past = [node.right_center(), pos2(side, node.center().y), pos2(side, middle.y), middle];
        let straight = [node.center_top(), middle];
        let way: &[Pos2] = if upright { &past } else { &straight };
        painter.extend(Shape::dashed_line(way, Stroke::new(1.2, palette.accent.gamma_multiply(strength)), 4.0, 3.0));
    }
    painter.rect(node, 12.0, palette.tint(palette.accent), Stroke::new(1.0, palette.accent), StrokeKind::Inside);
    text::line(painter, node.center(), Align2::CENTER_CENTER, &words, text::number_font(), palette.text, wide - 12.0);
    node
}

/// Whether weights change by a rule; short-term plasticity only changes their effect.
fn learns(rule: &str) -> bool {
    RuleSpec::named(rule).is_none_or(|rule| rule.learns())
}

fn summary(snapshot: &Snapshot) -> String {
    let network = &snapshot.network;
    let parts: Vec<String> = network
        .parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let flow = flow_words(snapshot, index).map_or(String::new(), |flow| format!(", {flow}"));
            format!("{} ({}{flow})", part.name, part.shape)
        })
        .collect();
    let learning = network.links.iter().filter(|link| link.rule.as_deref().is_some_and(learns)).count();
    let inhibited = if snapshot.shows(Aspect::Competition) {
        let inhibition = snapshot.params.get(ParamId::Inhibition);
        format!("; lateral inhibition {inhibition} mV")
    } else {
        String::new()
    };
    format!("Network of {}; {} learn{inhibited}", parts.join(", "), plural(learning as u64, "projection"))
}
