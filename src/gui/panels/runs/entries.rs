//! The list of the compared runs of networks that run freely: which are shown, in what they differ, and the way back to each.

use super::kept::Differences;
use super::{add_run, go_back};
use crate::gui::paint::numbers::plural;
use crate::gui::paint::text;
use crate::gui::paint::texture::Same;
use crate::gui::panel::Context;
use crate::gui::state::beside::Side;
use crate::gui::theme::{self, Palette};
use crate::gui::window::notices::close_cross;
use crate::session::{Difference, FreeView, Recorded};
use egui::{Align2, Color32, RichText, Sense, Ui, vec2};
use std::sync::Arc;

/// Maximum number of differences and of changes listed per run.
const LISTED: usize = 4;

pub(super) fn list(ui: &mut Ui, sides: &[Side], known: &mut Differences, cx: &mut Context) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.spacing_mut().interact_size.y = 16.0;
    let Some(this) = sides.first().map(|side| side.view) else { return };
    let mut wanted = None;
    for side in sides {
        ui.horizontal_top(|ui| {
            let (swatch, _) = ui.allocate_exact_size(vec2(super::LABEL, 16.0), Sense::hover());
            ui.painter().text(swatch.left_center(), Align2::LEFT_CENTER, &side.label, text::number_font(), colour(side, cx.palette));
            let mut chosen = side.is_chosen(&cx.ui_state.compared);
            let controls = !theme::is_figure(ui.ctx());
            let room = (ui.available_width() - if side.from_disk.is_some() { 24.0 } else { 0.0 }).max(60.0);
            ui.allocate_ui_with_layout(vec2(room, 16.0), egui::Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(room);
                if side.run.is_some() && controls {
                    if ui.checkbox(&mut chosen, side.title).on_hover_text("Show this run in the comparison.").changed() {
                        let left_out = &mut cx.ui_state.compared.left_out;
                        let key = side.key();
                        if chosen {
                            left_out.remove(&key)
                        } else {
                            left_out.insert(key)
                        };
                    }
                } else {
                    ui.add(egui::Label::new(side.title).wrap());
                }
            });
            if side.from_disk.is_some() && close_cross(ui, &format!("Remove {}", side.title), cx.palette).clicked() {
                wanted = side.from_disk;
            }
        });
        for words in about(side, this, known) {
            ui.horizontal(|ui| {
                ui.add_space(super::INDENT);
                ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
            });
        }
        if let Some(run) = side.run.filter(|run| run.kept && run.folder.is_none()) {
            go_back(ui, run, cx);
        }
        ui.add_space(6.0);
    }
    if let Some(place) = wanted {
        cx.ui_state.compared.runs.remove(place);
    }
    if sides.len() == 1 {
        let words = "Runs that end by a reset, a fork, a rebuild, an edit or another preset are listed here for comparison.";
        ui.add(egui::Label::new(RichText::new(words).small().color(cx.palette.dim)).wrap());
    }
    add_run(ui, cx);
}

/// The colour of a run: that of its curve and its label.
pub(super) fn colour(side: &Side, palette: &Palette) -> Color32 {
    let Some(place) = side.index.checked_sub(1) else { return palette.good };
    palette.class(Some(super::COLOURS[place % super::COLOURS.len()] as u8))
}

/// Length and seed, what differs from this run, and the changes made while it ran: one line each.
fn about(side: &Side, this: &FreeView, known: &mut Differences) -> Vec<String> {
    let time = |ms: f64| crate::session::words::time(ms);
    let forked = side.run.and_then(|run| run.forked_at).map(|step| format!("forked at {} · ", time(step as f64 * side.view.network.dt_ms)));
    let this_run = if side.run.is_none() { "this run · " } else { "" };
    let length = time(side.view.step as f64 * side.view.network.dt_ms);
    let mut lines = vec![format!("{this_run}{}seed {} · {length}", forked.unwrap_or_default(), side.seed)];
    lines.extend(side.view.learnt_before.then(|| "began with the learnt weights of the run before it".to_owned()));
    if side.run.is_some() {
        let networks = (Same(Arc::clone(&this.network)), Same(Arc::clone(&side.view.network)));
        let differences = known.get(side.key(), networks, || side.differences(this));
        lines.extend(differences.iter().take(LISTED).map(words));
        if differences.is_empty() {
            lines.push("same network".to_owned());
        }
        lines.extend((differences.len() > LISTED).then(|| format!("and {} more differences", differences.len() - LISTED)));
    }
    if side.view.blocks.is_empty() && side.view.step > 0 && side.run.is_some() {
        lines.push("its spikes are not known: simulating it again would take too long, or they were forgotten to limit memory".to_owned());
    }
    let changes: Vec<String> = side.applied.iter().filter_map(|applied| change(applied, side.view.network.dt_ms)).collect();
    let more = changes.len().saturating_sub(LISTED);
    lines.extend((more > 0).then(|| format!("{} before these:", plural(more as u64, "change"))));
    lines.extend(changes.into_iter().skip(more));
    lines
}

/// "E.size 80; this run 800".
fn words(difference: &Difference) -> String {
    let Difference { path, this, other } = difference;
    match (this, other) {
        (Some(this), Some(other)) => format!("{path} {other}; this run {this}"),
        (None, Some(other)) => format!("{path} ({other}) is not in this run"),
        (Some(this), None) => format!("without {path} ({this})"),
        (None, None) => path.clone(),
    }
}

/// "E.tau_m set to 12 ms at 3.2 s".
fn change(applied: &crate::session::Applied, dt_ms: f64) -> Option<String> {
    let at = crate::session::words::time(applied.before.0 as f64 * dt_ms);
    match &applied.change {
        Recorded::Quantity(path, value) => Some(format!("{path} set to {value} at {at}")),
        Recorded::Reward(amount) => Some(format!("reward {amount} at {at}")),
        _ => None,
    }
}
