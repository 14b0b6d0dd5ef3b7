//! The network as a graph: populations with receptive fields, rates and parameters, projections with their synapses and
//! learning rules, and the neuromodulator.

mod facts;
mod node;
mod place;
mod route;

use crate::gui::export::tables;
use crate::gui::paint::numbers::{count, fixed, plural, signed};
use crate::gui::paint::text;
use crate::gui::panel::{Context, Panel, Table};
use crate::gui::theme::Palette;
use crate::params::ParamId;
use crate::session::{Aspect, LinkView, PartKind, PartView, Snapshot};
use egui::{Align2, Color32, Painter, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};
use facts::{link_facts, part_facts};
use place::place;
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
         a box opens a view of its neurons."
    }

    fn needs(&self) -> &'static [Aspect] {
        &[]
    }

    fn caption(&self, cx: &Context) -> (String, String) {
        let network = &cx.snapshot.network;
        let synapses: u64 = network.links.iter().map(|link| link.synapses).sum();
        let neurons: usize = network.parts.iter().filter(|part| part.kind != PartKind::Input).map(|part| part.size).sum();
        (plural(neurons as u64, "neuron"), if synapses > 0 { plural(synapses, "synapse") } else { String::new() })
    }

    fn table(&self) -> Table {
        tables::network
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let snapshot = cx.snapshot;
        let network = &snapshot.network;
        self.pictures.see(ui.ctx(), cx);
        let rect = ui.available_rect_before_wrap();
        if network.parts.is_empty() || rect.width() < 30.0 || rect.height() < 30.0 {
            text::calm_sentence(ui, cx.palette, "The network is drawn here once it is built.");
            return;
        }
        let response = ui.allocate_rect(rect, Sense::hover());
        text::label(&response, egui::Role::Image, || summary(snapshot));
        let painter = ui.painter_at(rect);
        let taught = network.links.iter().any(|link| link.modulated) && rect.height() > 130.0;
        let mut room = rect;
        if taught {
            room.set_bottom(rect.bottom() - STRIP);
        }
        if network.links.iter().any(|link| link.from > link.to) {
            // for arrows that lead back
            room.min.x += 24.0;
            room.max.y -= 30.0;
        }
        let plan = place(network, room);
        let mut taken: Vec<Rect> = plan.boxes.clone();
        // inhibition is drawn above or below a box
        taken.extend(network.links.iter().filter(|link| link.from == link.to).map(|link| {
            let place = plan.boxes[link.to];
            if plan.upright {
                Rect::from_min_max(place.center_bottom() - vec2(14.0, 0.0), place.right_bottom() + vec2(0.0, 16.0))
            } else {
                Rect::from_min_max(place.min - vec2(0.0, 26.0), pos2(place.right(), place.top()))
            }
        }));
        let mut arrows = Vec::new();
        for link in network.links.iter().filter(|link| link.from != link.to) {
            let points = route(&plan, room, link);
            arrow(&painter, &points, plan.upright, link, cx.palette);
            arrows.push((link, points));
        }
        if taught {
            // close to the synapses it modulates, however tall the tile is
            let lowest = plan.boxes.iter().map(Rect::bottom).fold(rect.top(), f32::max);
            let floor = if plan.upright { rect.bottom() } else { rect.bottom().min(lowest + 84.0) };
            let middles: Vec<Pos2> = arrows.iter().filter(|(link, _)| link.modulated).map(|(_, points)| points[points.len() / 2]).collect();
            let node =
                modulator(&painter, Rect::from_min_max(rect.min, pos2(rect.right(), floor)), plan.upright, &middles, snapshot, cx.palette);
            taken.push(node);
        }
        let spots: Vec<Rect> = arrows
            .iter()
            .map(|(link, points)| words_on(&painter, points, &mut taken, rect, (link, carried(snapshot, link)), cx.palette))
            .collect();
        let has_room = |place: &Rect| plan.upright || place.top() - rect.top() > 20.0;
        for link in network.links.iter().filter(|link| link.from == link.to && has_room(&plan.boxes[link.to])) {
            loop_back(&painter, plan.boxes[link.to], plan.upright, link, cx.palette);
        }
        for (index, part) in network.parts.iter().enumerate() {
            let place = plan.boxes[index];
            let answer = node::part(ui, &painter, place, index, &mut self.pictures, cx);
            if answer.clicked() {
                cx.ui_state.wants_panel = Some(view_of(part, snapshot));
            }
            answer.on_hover_ui(|ui| part_facts(ui, snapshot, index, cx.palette));
        }
        for (k, ((link, _), place)) in arrows.iter().zip(spots).enumerate() {
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
fn flow_words(snapshot: &Snapshot, index: usize) -> Option<String> {
    let spikes = *snapshot.flow.get(index)?;
    let part = snapshot.network.parts.get(index)?;
    if snapshot.flow_ms <= 0.0 || !snapshot.flow_ms.is_finite() || snapshot.shows(Aspect::Pairs) {
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

fn part_color(part: &PartView, palette: &Palette) -> Color32 {
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

/// Draw the text of an arrow where it overlaps nothing else, as much of it as fits. Returns its rectangle, or the middle of the
/// arrow if there is no room.
fn words_on(
    painter: &Painter,
    points: &[Pos2],
    taken: &mut Vec<Rect>,
    bounds: Rect,
    (link, carried): (&LinkView, Vec<String>),
    palette: &Palette,
) -> Rect {
    let learns = link.rule.clone().unwrap_or_else(|| "fixed".to_owned());
    let delay = format!("{} ms", fixed(link.delay_ms, usize::from(link.delay_ms.fract() != 0.0)));
    let mut lines = vec![(link.kind.clone(), text::note_font(), palette.text)];
    let mut carried = carried.into_iter().map(|words| (words, text::tick_font(), palette.text));
    // the rate changes and is the most important part
    lines.extend(carried.next());
    let mut brief = lines.clone();
    if link.synapses > 0 {
        let color = if link.modulated { palette.accent } else { palette.dim };
        let synapses = |noun: &str| (format!("{} {noun}", short_count(link.synapses)), text::tick_font(), palette.dim);
        let learns = (format!("{learns} · {delay}"), text::note_font(), color);
        brief.extend([learns.clone(), synapses("syn.")]);
        lines.extend([learns, synapses("synapses")]);
        lines.extend(carried);
    }
    let height = 13.0;
    let middle = points[points.len() / 2];
    let choices = (1..=lines.len()).rev().flat_map(|n| [&lines[..n], &brief[..n.min(brief.len())]]);
    for shown in choices {
        let widest = shown.iter().map(|(words, font, _)| text::width(painter, words, font)).fold(0.0, f32::max);
        let size = vec2(widest + 8.0, height * shown.len() as f32 + 2.0);
        for share in [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74] {
            let at = points[((points.len() - 1) as f32 * share) as usize];
            let place = Rect::from_center_size(at, size);
            if !bounds.contains_rect(place) || taken.iter().any(|other| other.intersects(place)) {
                continue;
            }
            taken.push(place);
            painter.rect_filled(place, 3.0, palette.panel.gamma_multiply(0.94));
            for (k, (words, font, color)) in shown.iter().enumerate() {
                let y = place.top() + 1.0 + (k as f32 + 0.5) * height;
                painter.text(pos2(place.center().x, y), Align2::CENTER_CENTER, words, font.clone(), *color);
            }
            return place;
        }
    }
    Rect::from_center_size(middle, vec2(20.0, 16.0))
}

/// The mean rate of the source of a projection, and the rate of synaptic events if known.
fn carried(snapshot: &Snapshot, link: &LinkView) -> Vec<String> {
    let Some(flow) = flow_words(snapshot, link.from) else { return Vec::new() };
    let rate = flow.rsplit(" · ").next().unwrap_or_default().to_owned();
    std::iter::once(rate).chain(events(snapshot, link)).collect()
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

/// Inhibition within a population, or synapses of a population onto itself: a loop that ends in a dot, above or beside its box.
fn loop_back(painter: &Painter, place: Rect, upright: bool, link: &LinkView, palette: &Palette) {
    let bulge = |t: f32| 52.0 * t * (1.0 - t);
    let shares = (0..=24).map(|k| k as f32 / 24.0);
    let (points, end): (Vec<Pos2>, Pos2) = if upright {
        let (top, bottom) = (place.center().y - 0.22 * place.height(), place.center().y + 0.22 * place.height());
        (shares.map(|t| pos2(place.right() + bulge(t), top + t * (bottom - top))).collect(), pos2(place.right() + 1.0, bottom))
    } else {
        let (left, right) = (place.left() + place.width() * 0.3, place.right() - place.width() * 0.3);
        (shares.map(|t| pos2(left + t * (right - left), place.top() - bulge(t))).collect(), pos2(right, place.top() - 1.0))
    };
    let color = if link.inhibits { palette.bad } else { palette.text.gamma_multiply(0.75) };
    painter.add(Shape::line(points, Stroke::new(1.3, color.gamma_multiply(0.8))));
    painter.circle_filled(end, 2.6, color);
    if upright {
        let at = place.right_bottom() + vec2(0.0, 2.0);
        text::line_if_fits(painter, at, Align2::RIGHT_TOP, &link.kind, text::note_font(), palette.dim, 0.5 * place.width() + 14.0);
    } else {
        let at = pos2(place.center().x, place.top() - 15.0);
        text::line_if_fits(painter, at, Align2::CENTER_BOTTOM, &link.kind, text::note_font(), palette.dim, place.width() + 30.0);
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
    let learning = network.links.iter().filter(|link| link.rule.is_some()).count();
    let inhibited = if snapshot.shows(Aspect::Competition) {
        let inhibition = snapshot.params.get(ParamId::Inhibition);
        format!("; lateral inhibition {inhibition} mV")
    } else {
        String::new()
    };
    format!("Network of {}; {} learn{inhibited}", parts.join(", "), plural(learning as u64, "projection"))
}
