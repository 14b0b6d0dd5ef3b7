//! Selection of a hidden filter: a click on a filter selects it, a click on a site selects the filter that fired first there.
//! The arrow keys move between filters.

use crate::gui::paint::numbers::plural;
use crate::gui::panel::Context;
use crate::gui::state::HiddenChoice;
use crate::session::BankView;
use egui::{Key, Pos2, Rect, Response, Stroke, StrokeKind, Ui, vec2};

/// Rectangles of the clickable images of a bank.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    /// The map of first spikes.
    pub first: Rect,
    /// The filters.
    pub filters: Rect,
    /// Side of one filter, in points.
    pub side: f32,
    /// Number of filters per row.
    pub columns: usize,
}

impl Places {
    /// Rectangle of a filter.
    pub(super) fn filter(&self, k: usize) -> Rect {
        let corner = self.filters.min + vec2((k % self.columns) as f32, (k / self.columns) as f32) * self.side;
        Rect::from_min_size(corner, vec2(self.side, self.side)).shrink(if self.side > 10.0 { 1.0 } else { 0.5 })
    }

    /// The filter or site at a point.
    fn at(&self, at: Pos2, index: usize, bank: &BankView) -> Option<HiddenChoice> {
        if self.first.contains(at) {
            let share = (at - self.first.min) / self.first.size();
            let place = |share: f32, n: usize| ((share * n as f32) as usize).min(n.saturating_sub(1));
            let site = (place(share.y, bank.sites.1) * bank.sites.0 + place(share.x, bank.sites.0)) as u32;
            let spike = bank.spikes.iter().find(|spike| spike.site == site)?;
            return Some(HiddenChoice { bank: index, channel: spike.channel, site: Some(site) });
        }
        let channel = (0..bank.channels()).find(|&k| self.filter(k).contains(at))?;
        Some(HiddenChoice { bank: index, channel: channel as u32, site: None })
    }

    /// Outline the selected filter and the one under the pointer; a click selects.
    pub(super) fn select(&self, ui: &Ui, response: &Response, index: usize, bank: &BankView, cx: &mut Context) {
        let frame = |channel: u32, stroke: Stroke| {
            ui.painter().rect_stroke(self.filter(channel as usize), 1.0, stroke, StrokeKind::Middle);
        };
        let chosen = cx.ui_state.selected_hidden.filter(|chosen| chosen.bank == index && (chosen.channel as usize) < bank.channels());
        if let Some(chosen) = chosen {
            frame(chosen.channel, Stroke::new(2.0, cx.palette.accent));
        }
        let Some(choice) = response.hover_pos().and_then(|at| self.at(at, index, bank)) else { return };
        frame(choice.channel, Stroke::new(1.0, cx.palette.text));
        if response.clicked() {
            cx.ui_state.selected_hidden = Some(choice);
            cx.ui_state.wants_panel = Some("inspector");
        }
        let spikes = bank.spikes.iter().filter(|spike| spike.channel == choice.channel).count();
        let site = choice.site.map_or(String::new(), |site| format!(", first at {}", bank.site_words(site)));
        let words = format!("filter {}{site}\n{} in this image; click to inspect", choice.channel, plural(spikes as u64, "spike"));
        response.clone().on_hover_text_at_pointer(words);
    }
}

/// The arrow keys select the previous or next filter.
pub(super) fn by_key(ui: &Ui, response: &Response, banks: &[BankView], cx: &mut Context) {
    if !response.has_focus() {
        return;
    }
    let arrows = egui::EventFilter { horizontal_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let by = ui.input(|i| i64::from(i.key_pressed(Key::ArrowRight)) - i64::from(i.key_pressed(Key::ArrowLeft)));
    let (index, channel) = cx.ui_state.selected_hidden.map_or((0, 0), |chosen| (chosen.bank, i64::from(chosen.channel) + by));
    let Some(bank) = banks.get(index).filter(|bank| by != 0 && bank.channels() > 0) else { return };
    let channel = channel.clamp(0, bank.channels() as i64 - 1) as u32;
    cx.ui_state.selected_hidden = Some(HiddenChoice { bank: index, channel, site: None });
}
