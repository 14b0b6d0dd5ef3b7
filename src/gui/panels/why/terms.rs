//! The terms of a potential as a waterfall chart that ends at the potential.

use super::{is_current, who};
use crate::gui::paint::axis::Scale;
use crate::gui::paint::colour::Map;
use crate::gui::paint::numbers::{count, fixed, short, signed};
use crate::gui::paint::text;
use crate::gui::panel::Context;
use crate::session::{Aspect, Moment, Side, Why};
use egui::{Align2, Color32, Painter, Rect, Stroke, pos2};

/// Height of a line, in points.
const LINE: f32 = 18.0;
/// Colours of positive and negative contributions, as in the image.
const FOR: f32 = 0.87;
const AGAINST: f32 = 0.13;

/// A row of the chart.
struct Row {
    name: &'static str,
    number: String,
    /// Start and end of the bar, in mV.
    bar: Option<(f64, f64)>,
    strong: bool,
}

/// The terms of one neuron, in the order of their addition.
fn rows(side: &Side) -> Vec<Row> {
    let t = &side.terms;
    let sum = |keep: fn(&f32) -> bool| side.painted.pixels.iter().copied().filter(keep).map(f64::from).sum::<f64>();
    let (plus, minus) = (sum(|mv| *mv > 0.0), sum(|mv| *mv < 0.0));
    let mut rows = Vec::new();
    let mut at = t.rest_mv;
    rows.push(Row { name: "rest E_L", number: fixed(t.rest_mv, 2), bar: None, strong: false });
    let mut add = |name: &'static str, mv: f64, always: bool| {
        if always || mv != 0.0 {
            rows.push(Row { name, number: signed(mv, 2), bar: Some((at, at + mv)), strong: false });
            at += mv;
        }
    };
    add(if side.held { "held at reset" } else { "decaying reset" }, t.reset_mv, false);
    add("positive input", plus, !side.held);
    add("negative input", minus, false);
    add("input outside the map", side.painted.unpainted_mv, false);
    add("current", t.current_mv, false);
    add("lateral inhibition", t.inhibition_mv, false);
    add("membrane noise", t.noise_mv, false);
    add("urgency", t.urgency_mv, false);
    rows.push(Row { name: "= V", number: fixed(t.v_mv(), 2), bar: None, strong: true });
    let threshold = side.threshold_mv + side.theta_mv;
    let name = if side.theta_mv == 0.0 { "threshold V_th" } else { "threshold V_th + θ" };
    rows.push(Row { name, number: fixed(threshold, 2), bar: None, strong: false });
    rows
}

/// The difference of each term from that of the rival; they add up to the difference of the potentials.
fn difference(side: &Side, rival: &Side) -> Vec<Row> {
    let (a, b) = (&side.terms, &rival.terms);
    let pixels = |side: &Side| side.painted.pixels.iter().copied().map(f64::from).sum::<f64>();
    let terms = [
        ("decaying reset", a.rest_mv + a.reset_mv - b.rest_mv - b.reset_mv),
        ("input contribution", pixels(side) - pixels(rival)),
        ("input outside the map", side.painted.unpainted_mv - rival.painted.unpainted_mv),
        ("current", a.current_mv - b.current_mv),
        ("lateral inhibition", a.inhibition_mv - b.inhibition_mv),
        ("membrane noise", a.noise_mv - b.noise_mv),
        ("urgency", a.urgency_mv - b.urgency_mv),
    ];
    let mut at = 0.0;
    let mut rows = Vec::new();
    for (name, mv) in terms.into_iter().filter(|(name, mv)| *mv != 0.0 || *name == "input contribution") {
        rows.push(Row { name, number: signed(mv, 2), bar: Some((at, at + mv)), strong: false });
        at += mv;
    }
    rows.push(Row { name: "= difference of V", number: signed(a.v_mv() - b.v_mv(), 2), bar: None, strong: true });
    rows
}

/// Paint the terms, the rival and the strongest pixels, as far as there is room.
pub(super) fn paint(painter: &Painter, rect: Rect, why: &Why, cx: &Context) {
    let palette = cx.palette;
    let rival = why.rival.as_ref().filter(|_| cx.ui_state.why_difference);
    let rows = rival.map_or_else(|| rows(&why.side), |rival| difference(&why.side, rival));
    let threshold = why.side.threshold_mv + why.side.theta_mv;
    // a difference is plotted relative to zero, without threshold and potential
    let (from, to) = if rival.is_some() { (0.0, 0.0) } else { (threshold, why.side.terms.v_mv()) };
    let ends = || rows.iter().filter_map(|row| row.bar).flat_map(|(a, b)| [a, b]).chain([from, to]);
    let (low, high) = ends().filter(|mv| mv.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), mv| (a.min(mv), b.max(mv)));
    let numbers = 62.0;
    let names = if rect.width() > 300.0 { 140.0 } else { (rect.width() - numbers).max(40.0) };
    let bars = Rect::from_min_max(pos2(rect.left() + names + 6.0, rect.top()), pos2(rect.right() - numbers - 6.0, rect.bottom()));
    let roomy = bars.width() > 40.0 && low < high;
    let scale = Scale::new((low, if low < high { high } else { low + 1.0 }), bars.left(), bars.right());
    let mut y = rect.top();
    let fits = |y: f32| y + LINE <= rect.bottom() + 2.0;
    for row in &rows {
        if !fits(y) {
            return;
        }
        let middle = y + LINE / 2.0;
        let font = if row.strong { text::strong_font() } else { text::body_font() };
        let colour = if row.strong { palette.text } else { palette.dim };
        // "threshold V_th + θ" is shortened to "V_th + θ" if room is short
        let fits = text::width(painter, row.name, &font) <= names;
        let name = if fits { row.name } else { row.name.strip_prefix("threshold ").unwrap_or(row.name) };
        text::symbols(painter, pos2(rect.left(), middle), Align2::LEFT_CENTER, name, &font, colour, names);
        let number = format!("{} mV", row.number);
        let right = pos2(rect.right() - 1.0, middle);
        text::line(painter, right, Align2::RIGHT_CENTER, &number, text::number_font(), palette.text, numbers + 18.0);
        if let (Some((from, to)), true) = (row.bar, roomy) {
            let (a, b) = (scale.at(from), scale.at(to));
            let bar = Rect::from_min_max(pos2(a.min(b), y + 4.0), pos2(a.max(b).max(a.min(b) + 1.0), y + LINE - 4.0));
            painter.rect_filled(bar, 1.0, share_colour(to - from));
        }
        y += LINE;
    }
    if roomy {
        if rival.is_none() {
            let x = painter.round_to_pixel_center(scale.at(threshold));
            painter.vline(x, rect.top()..=y, Stroke::new(1.0, palette.bad));
        }
        let v = painter.round_to_pixel_center(scale.at(to));
        painter.vline(v, rect.top()..=y, Stroke::new(1.0, palette.faint));
    }
    y += 6.0;
    for line in notes(why, cx) {
        let job = egui::text::LayoutJob::simple(line, text::note_font(), palette.dim, rect.width());
        let galley = painter.layout_job(job);
        if y + galley.size().y > rect.bottom() + 2.0 {
            return;
        }
        let below = y + galley.size().y + 3.0;
        painter.galley(pos2(rect.left(), y), galley, palette.dim);
        y = below;
    }
}

fn share_colour(mv: f64) -> Color32 {
    Map::Diverging.at(if mv < 0.0 { AGAINST } else { FOR })
}

/// Notes below the terms.
fn notes(why: &Why, cx: &Context) -> Vec<String> {
    let mut notes = Vec::new();
    let what = match (why.moment, why.side.fired) {
        (_, true) => "it fired in this step",
        (Moment::Now, false) => "it did not fire in this step",
        (Moment::Decision | Moment::LastSpike, false) => "another neuron gave the answer in this step",
    };
    let old = if is_current(why, cx.snapshot) { String::new() } else { format!(" of image {}", count(why.index + 1)) };
    notes.push(format!("{}{old}: {what}.", who(&why.side, cx.snapshot)));
    if let Some(share) = why.side.share {
        notes.push(format!("Probability of firing first: {} %.", fixed(100.0 * f64::from(share), 1)));
    }
    if let Some(rival) = &why.rival {
        let by = why.side.terms.v_mv() - rival.terms.v_mv();
        // thresholds differ, so a higher potential can still be below its threshold
        let gap = rival.threshold_mv + rival.theta_mv - rival.terms.v_mv();
        let place = if gap > 0.0 { format!("{} mV below its threshold", fixed(gap, 2)) } else { "also at its threshold".to_owned() };
        let v = fixed(rival.terms.v_mv(), 2);
        notes.push(format!("Second: {}, V {v} mV, {place}; difference {} mV.", who(rival, cx.snapshot), signed(by, 2)));
        notes.extend(votes(why, rival).filter(|_| !cx.snapshot.shows(Aspect::FirstSpike)));
    }
    for (layer, hidden) in why.side.painted.hidden.iter().enumerate().filter(|(_, hidden)| !hidden.is_empty()) {
        let strongest = hidden.first().map_or(0.0, |&(_, mv)| mv);
        let n = count(hidden.len() as u64);
        notes.push(format!("Through hidden layer {}: {n} neurons, the strongest {} mV.", layer + 1, signed(strongest, 2)));
    }
    let strongest = strongest_pixels(&why.side, why.size.0);
    if !strongest.is_empty() {
        notes.push(format!("Strongest pixels (column, row): {}", strongest.join(", ")));
    }
    notes
}

/// With a readout by votes no single step decides, so state the votes of both classes.
fn votes(why: &Why, rival: &Side) -> Option<String> {
    let of = |class: u8| Some(short(f64::from(*why.votes.get(class as usize)?)));
    let (own, other) = (why.side.class?, rival.class?);
    let (own_votes, other_votes) = (of(own)?, of(other)?);
    Some(format!("The answer is the class with most votes: {own} has {own_votes}, {other} has {other_votes} so far."))
}

/// The pixels with the largest contributions.
fn strongest_pixels(side: &Side, width: usize) -> Vec<String> {
    let mut order: Vec<(usize, f32)> = side.painted.pixels.iter().copied().enumerate().filter(|(_, mv)| *mv != 0.0).collect();
    order.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let words = |&(pixel, mv): &(usize, f32)| format!("({}, {}) {}", pixel % width.max(1), pixel / width.max(1), signed(f64::from(mv), 2));
    order.iter().take(4).map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::tests::fixture;

    #[test]
    fn difference_terms_add_up_to_the_difference_of_the_potentials() {
        let snapshot = fixture::classification();
        let Some(Ok(why)) = snapshot.why.as_deref() else { panic!("an explanation") };
        let rival = why.rival.as_ref().unwrap();
        let rows = difference(&why.side, rival);
        let by = why.side.terms.v_mv() - rival.terms.v_mv();
        let end = rows.iter().filter_map(|row| row.bar).next_back().unwrap().1;
        assert!((end - by).abs() < 1e-3, "{end} instead of {by}");
        assert_eq!(rows.last().unwrap().number, signed(by, 2));
        let painted: f64 = super::super::values(why, true).iter().map(|&mv| f64::from(mv)).sum();
        let pixels = rows.iter().find(|row| row.name == "input contribution").and_then(|row| row.bar).unwrap();
        assert!((pixels.1 - pixels.0 - painted).abs() < 1e-3);
    }

    /// The bars match the numbers: each starts at the end of the previous one, and the last ends at V.
    #[test]
    fn bars_are_contiguous_and_end_at_the_potential() {
        let snapshot = fixture::classification();
        let Some(Ok(why)) = snapshot.why.as_deref() else { panic!("an explanation") };
        let bars: Vec<(f64, f64)> = rows(&why.side).iter().filter_map(|row| row.bar).collect();
        assert!(bars.len() >= 3);
        assert_eq!(bars[0].0, why.side.terms.rest_mv);
        bars.windows(2).for_each(|pair| assert_eq!(pair[0].1, pair[1].0));
        assert!((bars[bars.len() - 1].1 - why.side.terms.v_mv()).abs() < 1e-3);
    }
}
