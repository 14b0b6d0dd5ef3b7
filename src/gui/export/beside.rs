//! Runs of networks that run freely as CSV: what was measured of each over the same time, rates, and differences of their networks.

use super::tables::{Bytes, number, or_nothing, table as csv, text};
use crate::gui::state::Compared;
use crate::gui::state::beside::{Side, rate, rows, sides, time_ms};
use crate::session::{Firing, FreeView, Snapshot};
use crate::time::{Step, TimeGrid};
use std::sync::Arc;

/// The chosen runs. The kind of a row is `measured` (value and difference to this run), `rate` (at a time before the end of the
/// run), or `difference` (a path with the value in the run and in this run).
pub(crate) fn table(snapshot: &Snapshot, compared: &Compared) -> Bytes {
    let head =
        ["kind", "run", "title", "seed", "window_from_ms", "window_to_ms", "name", "quantity", "unit", "time_s", "value", "this_run"];
    let all = sides(snapshot, &compared.runs);
    let ms = time_ms(&all, compared);
    let chosen: Vec<&Side> = all.iter().filter(|side| side.is_chosen(compared)).collect();
    let firing = |side: &&Side| -> Arc<[Firing]> {
        let steps = ms.and_then(|ms| side.view.last(ms));
        steps.map_or_else(|| Arc::from([]), |steps| side.view.firing(&steps).into())
    };
    let firing: Vec<Arc<[Firing]>> = chosen.iter().map(firing).collect();
    let views: Vec<&FreeView> = chosen.iter().map(|side| side.view).collect();
    let measured = rows(&views, &firing);
    let none = String::new;
    let mut lines: Vec<[String; 12]> = Vec::new();
    for (column, side) in chosen.iter().enumerate() {
        let steps = ms.and_then(|ms| side.view.last(ms));
        let at = |step: Option<u64>| or_nothing(step.map(|step| number(TimeGrid::new(side.view.network.dt_ms).ms(Step(step)))));
        let window = [at(steps.as_ref().map(|steps| steps.start)), at(steps.as_ref().map(|steps| steps.end))];
        let mut line = |kind: &str, name: &str, rest: [String; 5]| {
            let [from, to] = window.clone();
            let [quantity, unit, time, value, this] = rest;
            let about = [text(kind), side.name(), side.title.to_owned(), text(side.seed), from, to, name.to_owned()];
            let mut cells = about.into_iter().chain([quantity, unit, time, value, this]);
            lines.push(std::array::from_fn(|_| cells.next().unwrap_or_default()));
        };
        for row in &measured {
            let [value, this] = [column, 0].map(|column| or_nothing(row.values[column].map(number)));
            line("measured", &row.name, [text(row.quantity), text(row.unit), none(), value, this]);
        }
        for one in firing[column].iter() {
            for (time, hz) in ms.and_then(|ms| rate(side.view, &one.activity.name, ms)).unwrap_or_default() {
                line("rate", &one.activity.name, [text("rate"), text("Hz"), number(time), number(hz), none()]);
            }
        }
        if side.run.is_some() {
            for difference in side.differences(snapshot.free.as_deref().unwrap_or(side.view)) {
                line("difference", &difference.path, [none(), none(), none(), or_nothing(difference.other), or_nothing(difference.this)]);
            }
        }
    }
    csv(head, lines)
}
